use rollbook_model::{
    ApprovedPlan, BySerial, Change, ChangeFate, DeviceSelector, Error, ErrorKind, Fate, Guards, Operation,
    Outcome, Plan, SerialNumber, SourceName, Text, UserSelector,
};

use super::gets::{can, device_id, user_id};
use super::{Sent, Subject};

/// A plan is made of reads alone, and there is one for each change.
pub async fn planning_sends_nothing_but_reads(subject: &Subject) {
    let changes = subject.changes();
    if changes.is_empty() {
        return;
    }
    let before = subject.changes_sent();
    let plans = subject.directory.plan(changes).await;
    assert_eq!(plans.len(), changes.len(), "one plan for one change");
    assert!(
        plans.iter().any(Result::is_ok),
        "none of the changes can be planned: {plans:?}"
    );
    for (plan, change) in plans.iter().flatten().zip(changes) {
        assert_eq!(plan.source, *subject.directory.source(), "{change:?}");
        assert_eq!(plan.vendor, subject.directory.vendor(), "{change:?}");
    }
    assert_eq!(subject.changes_sent(), before, "planning changed something");
}

/// A plan names the change that was asked, what that fits, and at least one request; and a plan that is carried out sends those
/// requests, byte for byte and in order, and no others.
pub async fn what_is_sent_is_what_was_planned(subject: &Subject) {
    for operation in changes_of(subject) {
        let plan = some_plan(subject, operation).await;
        assert_eq!(plan.change.operation(), operation);
        assert!(!plan.steps.is_empty(), "{operation}: {plan:?} sends nothing");
        let steps: Vec<Sent> = plan.steps.iter().map(Sent::from).collect();
        let before = subject.changes_sent().len();
        let outcomes = carry_out(subject, &allowed(plan)).await;
        for outcome in outcomes {
            assert_eq!(outcome.fate, ChangeFate::Done, "{operation}: {outcome:?}");
        }
        assert_eq!(subject.changes_sent().split_off(before), steps, "{operation}");
    }
}

/// A plan of another source is not carried out: each step ends as not done, and nothing is sent.
pub async fn a_plan_of_another_source_is_refused(subject: &Subject) {
    for operation in changes_of(subject) {
        let mut plan = some_plan(subject, operation).await;
        plan.source = other_source(subject);
        nothing_is_done(subject, operation, plan).await;
    }
}

/// A plan of which one request is another than what was planned is not carried out, and neither are its other requests.
pub async fn an_edited_plan_is_refused(subject: &Subject) {
    type Edit = fn(&mut rollbook_model::Step);
    let edits: [Edit; 3] = [
        |step| step.target.push('x'),
        |step| step.method.insert(0, 'X'),
        |step| step.body = Some("[]".to_owned()),
    ];
    for operation in changes_of(subject) {
        for edit in edits {
            let mut plan = some_plan(subject, operation).await;
            if let Some(step) = plan.steps.last_mut() {
                edit(step);
            }
            nothing_is_done(subject, operation, plan).await;
        }
    }
}

/// A plan that the guards refuse sends nothing: what a selector fits is there to be counted.
pub async fn a_refused_plan_sends_nothing(subject: &Subject) {
    for operation in changes_of(subject) {
        let before = subject.changes_sent();
        let plan = some_plan(subject, operation).await;
        assert!(
            !plan.targets.is_empty(),
            "{operation}: a guard has nothing to count"
        );
        let guards = Guards::default()
            .with_expect(plan.targets.len() + 1)
            .with_max_implied(usize::MAX);
        match guards.approve(plan) {
            Ok(plan) => panic!("{operation}: approved against its guards: {plan:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Refused, "{operation}: {error}");
                names_the_source(subject, &error);
            }
        }
        assert_eq!(subject.changes_sent(), before, "{operation}");
    }
}

/// A selector that fits nothing is not found, by an error that names the source; nothing but reads is sent.
pub async fn a_selector_that_fits_nothing_is_not_found(subject: &Subject) {
    let before = subject.changes_sent();
    for operation in changes_of(subject) {
        for change in absent(subject, operation) {
            not_found(subject, &change).await;
        }
    }
    assert_eq!(subject.changes_sent(), before);
}

/// A change of a run that cannot be planned fails alone.
pub async fn one_change_that_fails_leaves_the_others(subject: &Subject) {
    for operation in changes_of(subject) {
        let Some(absent) = absent(subject, operation).pop() else {
            continue;
        };
        let good = some_plan(subject, operation).await.change;
        let plans = subject
            .directory
            .plan(&[absent.clone(), good.clone(), absent])
            .await;
        let told: Vec<bool> = plans.iter().map(Result::is_ok).collect();
        assert_eq!(told, [false, true, false], "{operation}");
        if let Some(Ok(plan)) = plans.get(1) {
            assert_eq!(plan.change, good, "{operation}");
        }
    }
}

/// What a change has removed cannot be removed again: it is not found.
pub async fn what_was_already_gone_is_not_found(subject: &Subject) {
    for operation in changes_of(subject) {
        let removes = matches!(
            operation,
            Operation::DeleteUser | Operation::DeleteDevice | Operation::DeleteDeviceEverywhere
        );
        if !removes {
            continue;
        }
        let plan = some_plan(subject, operation).await;
        let change = plan.change.clone();
        for outcome in carry_out(subject, &allowed(plan)).await {
            assert_eq!(outcome.fate, ChangeFate::Done, "{operation}: {outcome:?}");
        }
        not_found(subject, &change).await;
    }
}

/// The changes that the directory can do. For each the subject must have one that fits something.
#[track_caller]
fn changes_of(subject: &Subject) -> Vec<Operation> {
    let changes = Operation::ALL
        .into_iter()
        .filter(|operation| operation.is_change());
    let can: Vec<Operation> = changes.filter(|operation| can(subject, *operation)).collect();
    for operation in &can {
        let known = subject
            .changes()
            .iter()
            .any(|change| change.operation() == *operation);
        assert!(
            known,
            "the directory can do `{operation}`, but the subject has no such change; add one by `Subject::with_changes`"
        );
    }
    can
}

/// A plan of this kind that does something, in the world as it is now.
async fn some_plan(subject: &Subject, operation: Operation) -> Plan {
    let mut reasons = Vec::new();
    let changes = subject.changes().iter();
    for change in changes.filter(|change| change.operation() == operation) {
        match one_plan(subject, change).await {
            Ok(plan) if !plan.asked.is_empty() => return plan,
            Ok(_) => reasons.push(format!("{change:?}: all is so already")),
            Err(error) => reasons.push(format!("{change:?}: {error}")),
        }
    }
    panic!(
        "none of the subject's changes can be planned:\n{}",
        reasons.join("\n")
    );
}

async fn one_plan(subject: &Subject, change: &Change) -> Result<Plan, Error> {
    let mut plans = subject.directory.plan(std::slice::from_ref(change)).await;
    assert_eq!(plans.len(), 1, "one plan for one change");
    plans.remove(0)
}

/// The plan, approved with all that it does.
#[track_caller]
fn allowed(plan: Plan) -> ApprovedPlan {
    let guards = Guards::default()
        .with_expect(plan.targets.len())
        .with_max_implied(plan.implied.len());
    match guards.approve(plan) {
        Ok(plan) => plan,
        Err(error) => panic!("{error}"),
    }
}

async fn carry_out(subject: &Subject, plan: &ApprovedPlan) -> Vec<Outcome> {
    let outcomes = subject.directory.carry_out(plan).await;
    assert_eq!(outcomes.len(), plan.steps.len(), "one outcome for one step");
    outcomes
}

async fn nothing_is_done(subject: &Subject, operation: Operation, plan: Plan) {
    let before = subject.changes_sent();
    for outcome in carry_out(subject, &allowed(plan)).await {
        assert_eq!(outcome.fate, ChangeFate::NotDone, "{operation}: {outcome:?}");
        match outcome.error {
            Some(error) => {
                assert_eq!(error.fate(), Fate::NotSent, "{operation}: {error}");
                names_the_source(subject, &error);
            }
            None => panic!("{operation}: nothing says why it was not done"),
        }
    }
    assert_eq!(subject.changes_sent(), before, "{operation}");
}

async fn not_found(subject: &Subject, change: &Change) {
    match one_plan(subject, change).await {
        Ok(plan) => panic!("there is a plan for what is not there: {plan:?}"),
        Err(error) => {
            assert!(error.is_not_found(), "{change:?}: {}: {error}", error.kind());
            names_the_source(subject, &error);
        }
    }
}

#[track_caller]
fn names_the_source(subject: &Subject, error: &Error) {
    assert_eq!(error.source_name(), Some(subject.directory.source()), "{error}");
}

#[track_caller]
fn other_source(subject: &Subject) -> SourceName {
    SourceName::new(&format!("not-{}", subject.directory.source()))
        .or_else(|_| SourceName::new("another-source"))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The subject's changes of this kind, naming what is nowhere: the ways of naming that the directory takes are those that the
/// subject uses.
fn absent(subject: &Subject, operation: Operation) -> Vec<Change> {
    let mut absent = Vec::new();
    for change in subject
        .changes()
        .iter()
        .filter(|change| change.operation() == operation)
    {
        for change in absent_like(change) {
            if !absent.contains(&change) {
                absent.push(change);
            }
        }
        // Some are enough: subjects have hundreds that are alike.
        if absent.len() > 8 {
            break;
        }
    }
    absent
}

fn absent_like(change: &Change) -> Vec<Change> {
    let uuid = "00000000-0000-4000-8000-0000000000ff";
    let address = "nobody+at-all@example.com";
    match change {
        Change::DeleteUser(selector) => vec![Change::DeleteUser(match selector {
            UserSelector::Id(_) => UserSelector::Id(user_id(address)),
            UserSelector::Guid(_) => UserSelector::Guid(text(uuid)),
            UserSelector::Tuid(_) => UserSelector::Tuid(text(uuid)),
            UserSelector::Upn(_) => UserSelector::Upn(text(address)),
            UserSelector::Email(_) => UserSelector::Email(text(address)),
            other => panic!("the suite does not know {other:?}"),
        })],
        Change::BanDevice(BySerial { .. }) => vec![Change::ban(no_serial())],
        Change::UnbanDevice(BySerial { .. }) => vec![Change::unban(no_serial())],
        Change::DeleteDeviceEverywhere(BySerial { .. }) => vec![Change::delete_everywhere(no_serial())],
        Change::DeleteDevice(DeviceSelector::Registration { serial, email }) => {
            [(no_serial(), email.clone()), (serial.clone(), text(address))]
                .map(|(serial, email)| Change::DeleteDevice(DeviceSelector::Registration { serial, email }))
                .into()
        }
        Change::DeleteDevice(DeviceSelector::Enrollment { guid, .. }) => {
            let id = device_id(uuid);
            vec![Change::DeleteDevice(DeviceSelector::Enrollment {
                id,
                guid: guid.clone(),
            })]
        }
        _ => Vec::new(),
    }
}

#[track_caller]
fn no_serial() -> SerialNumber {
    SerialNumber::new("NOSUCHSERIAL1").unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn text(text: &str) -> Text {
    Text::new(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
