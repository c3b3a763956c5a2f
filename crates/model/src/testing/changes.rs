//! Changes, the plans that are made of them, and what becomes of those.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;

use super::{address, device_id, error, source_name, user, user_id, vendor, words};
use crate::{
    Action, ApprovedPlan, BySerial, Change, ChangeFate, DeviceSelector, Effect, EffectKind, Found, Guards,
    NewUser, Outcome, Plan, SerialNumber, Step, Subject, Target, Text, UserSelector,
};

/// A text that can select something.
pub fn text() -> BoxedStrategy<Text> {
    let text = prop_oneof![address(), words()];
    text.prop_filter_map("selects nothing", |text| Text::new(text).ok())
        .boxed()
}

/// A serial number that can name one machine.
pub fn serial_number() -> BoxedStrategy<SerialNumber> {
    let text = prop_oneof![4 => "C02[A-Z0-9]{9}", 1 => "[A-Za-z0-9 ./_-]{2,16}"];
    text.prop_filter_map("a placeholder", |text: String| SerialNumber::new(text).ok())
        .boxed()
}

/// A user to be created, with one address at least.
pub fn new_user() -> BoxedStrategy<NewUser> {
    let key = option::of("[a-z0-9]{16}");
    let emails = vec(address(), 1..3);
    (text(), emails, key)
        .prop_map(|(name, emails, key)| {
            let emails = emails.into_iter().filter_map(|email| Text::new(email).ok());
            let mut user = NewUser::new(name, emails.collect());
            user.idempotency_key = key;
            user
        })
        .boxed()
}

/// A way to name a user.
pub fn user_selector() -> BoxedStrategy<UserSelector> {
    prop_oneof![
        user_id().prop_map(UserSelector::Id),
        text().prop_map(UserSelector::Guid),
        text().prop_map(UserSelector::Upn),
        text().prop_map(UserSelector::Email),
        text().prop_map(UserSelector::Tuid),
    ]
    .boxed()
}

/// A way to name a device of a user.
pub fn device_selector() -> BoxedStrategy<DeviceSelector> {
    prop_oneof![
        (serial_number(), text()).prop_map(|(serial, email)| DeviceSelector::Registration { serial, email }),
        (device_id(), option::of(text())).prop_map(|(id, guid)| DeviceSelector::Enrollment { id, guid }),
    ]
    .boxed()
}

/// A change of any kind.
pub fn change() -> BoxedStrategy<Change> {
    prop_oneof![
        new_user().prop_map(Change::CreateUser),
        user_selector().prop_map(Change::DeleteUser),
        serial_number().prop_map(Change::ban),
        serial_number().prop_map(Change::unban),
        device_selector().prop_map(Change::DeleteDevice),
        serial_number().prop_map(Change::delete_everywhere),
    ]
    .boxed()
}

/// What can happen to something.
pub fn effect_kind() -> BoxedStrategy<EffectKind> {
    select(vec![
        EffectKind::Create,
        EffectKind::Delete,
        EffectKind::Deactivate,
        EffectKind::Ban,
        EffectKind::Unban,
        EffectKind::Unregister,
    ])
    .boxed()
}

/// To what something can happen.
pub fn subject() -> BoxedStrategy<Subject> {
    prop_oneof![user_subject(), device_subject(), registration()].boxed()
}

fn user_subject() -> BoxedStrategy<Subject> {
    let id = option::of(user_id().prop_map(|id| id.to_string()));
    (id, option::of(words()), option::of(address()))
        .prop_map(|(id, name, email)| Subject::User { id, name, email })
        .boxed()
}

fn device_subject() -> BoxedStrategy<Subject> {
    let serial = option::of(serial_number().prop_map(|serial| serial.as_str().to_owned()));
    (device_id(), serial, option::of(words()))
        .prop_map(|(id, serial, name)| Subject::Device {
            id: id.to_string(),
            serial,
            name,
        })
        .boxed()
}

fn registration() -> BoxedStrategy<Subject> {
    (serial_number(), address())
        .prop_map(|(serial, email)| Subject::Registration {
            serial: serial.as_str().to_owned(),
            email,
        })
        .boxed()
}

/// An effect that was asked for, or one that the vendor adds.
pub fn effect() -> BoxedStrategy<Effect> {
    prop_oneof![
        (effect_kind(), subject()).prop_map(|(kind, subject)| Effect::asked(kind, subject)),
        implied(),
    ]
    .boxed()
}

fn implied() -> BoxedStrategy<Effect> {
    let because = select(vec!["it has no other user", "the user has no other device"]);
    (effect_kind(), subject(), because)
        .prop_map(|(kind, subject, because)| Effect::implied(kind, subject, because))
        .boxed()
}

/// Something that a selector fits.
pub fn target() -> BoxedStrategy<Target> {
    told_apart(subject()).boxed()
}

fn told_apart(subject: BoxedStrategy<Subject>) -> BoxedStrategy<Target> {
    (subject, option::weighted(0.2, words()))
        .prop_map(|(subject, detail)| match detail {
            Some(detail) => Target::new(subject).with_detail(detail),
            None => Target::new(subject),
        })
        .boxed()
}

/// What a request does.
pub fn action() -> BoxedStrategy<Action> {
    change().prop_map(|change| action_of(&change)).boxed()
}

/// A request of a plan.
pub fn step() -> BoxedStrategy<Step> {
    change().prop_map(|change| step_of(&change)).boxed()
}

/// A plan of any change.
pub fn plan() -> BoxedStrategy<Plan> {
    change().prop_flat_map(plan_of).boxed()
}

/// A plan of this change. Its selector fits none to three things; each is asked for, by one request all together, and the
/// vendor may add up to three effects. Without a target nothing is sent.
pub fn plan_of(change: Change) -> BoxedStrategy<Plan> {
    let (kind, subjects) = match &change {
        Change::CreateUser(_) => (EffectKind::Create, user_subject()),
        Change::DeleteUser(_) => (EffectKind::Delete, user_subject()),
        Change::BanDevice(_) => (EffectKind::Ban, device_subject()),
        Change::UnbanDevice(_) => (EffectKind::Unban, device_subject()),
        Change::DeleteDevice(DeviceSelector::Registration { .. }) => (EffectKind::Unregister, registration()),
        Change::DeleteDevice(_) | Change::DeleteDeviceEverywhere(_) => (EffectKind::Delete, device_subject()),
    };
    let found = (
        vec(told_apart(subjects), 0..4),
        vec(implied(), 0..4),
        vec(words(), 0..2),
    );
    (source_name(), vendor(), Just(change), found)
        .prop_map(move |(source, vendor, change, (targets, implied, notes))| {
            let mut plan = Plan::new(source, vendor, change);
            if !targets.is_empty() {
                plan.steps.push(step_of(&plan.change));
                plan.implied = implied;
            }
            let asked = |target: &Target| Effect::asked(kind, target.subject.clone());
            plan.asked = targets.iter().map(asked).collect();
            (plan.targets, plan.notes) = (targets, notes);
            plan
        })
        .boxed()
}

/// A plan of any change, approved by guards that allow all of it.
pub fn approved_plan() -> BoxedStrategy<ApprovedPlan> {
    plan()
        .prop_filter_map("refused", |plan| {
            let guards = Guards::default()
                .with_expect(plan.targets.len())
                .with_max_implied(plan.implied.len());
            guards.approve(plan).ok()
        })
        .boxed()
}

fn action_of(change: &Change) -> Action {
    match change {
        Change::CreateUser(user) => Action::CreateUser(user.clone()),
        Change::DeleteUser(selector) => Action::DeleteUser {
            key: selector.parts().1.to_owned(),
            id: selector.parts().1.to_owned(),
        },
        Change::BanDevice(BySerial { serial }) => Action::SetBanned {
            serial: serial.clone(),
            banned: true,
        },
        Change::UnbanDevice(BySerial { serial }) => Action::SetBanned {
            serial: serial.clone(),
            banned: false,
        },
        Change::DeleteDevice(DeviceSelector::Registration { serial, email }) => Action::DeleteDevice {
            device: serial.as_str().to_owned(),
            user: email.to_string(),
        },
        Change::DeleteDevice(DeviceSelector::Enrollment { id, guid }) => Action::DeleteDevice {
            device: id.to_string(),
            user: guid.as_ref().map(ToString::to_string).unwrap_or_default(),
        },
        Change::DeleteDeviceEverywhere(BySerial { serial }) => Action::DeleteDeviceEverywhere {
            serial: serial.clone(),
        },
    }
}

/// The request of a made-up vendor.
fn step_of(change: &Change) -> Step {
    let action = action_of(change);
    match change {
        Change::CreateUser(user) => {
            let mut step = Step::new("POST", "/users", action);
            step.body = Some(format!(
                "{{\"name\":{}}}",
                super::json::quoted(user.name.as_str())
            ));
            step.idempotency_key = user.idempotency_key.clone();
            step
        }
        Change::BanDevice(_) => Step::new("POST", "/devices/ban", action),
        Change::UnbanDevice(_) => Step::new("POST", "/devices/unban", action),
        Change::DeleteUser(_) => Step::new("DELETE", "/users", action),
        Change::DeleteDevice(_) | Change::DeleteDeviceEverywhere(_) => {
            Step::new("DELETE", "/devices", action)
        }
    }
}

/// How a change can end.
pub fn change_fate() -> BoxedStrategy<ChangeFate> {
    select(vec![ChangeFate::Done, ChangeFate::NotDone, ChangeFate::Unknown]).boxed()
}

/// What a read can show.
pub fn found() -> BoxedStrategy<Found> {
    select(vec![Found::Changed, Found::Unchanged, Found::Unclear]).boxed()
}

/// What becomes of a step. An error says why a change was not done or may not have been.
pub fn outcome() -> BoxedStrategy<Outcome> {
    let done = option::of(user()).prop_map(|created| match created {
        Some(user) => Outcome::done().with_created(user),
        None => Outcome::done(),
    });
    let failed = (change_fate(), error(), option::of(found())).prop_map(|(fate, error, found)| {
        let outcome = Outcome::failed(fate, error);
        match found {
            Some(found) => outcome.with_read_back(found),
            None => outcome,
        }
    });
    prop_oneof![done, failed].boxed()
}
