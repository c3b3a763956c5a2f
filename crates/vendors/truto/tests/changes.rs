//! Users created through the real retry layer at the sandbox: what is sent is what was planned, whatever goes wrong on the
//! way, and what is told of it is what the sandbox holds in the end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use rollbook_auth::{AuthLayer, Origin, Secret, StaticToken};
use rollbook_layers::StackBuilder;
use rollbook_model::{
    Change, ChangeFate, Directory as _, ErrorKind, Found, Guards, NewUser, Operation, Outcome, Plan,
    SerialNumber, SourceName, Text, UserSelector,
};
use rollbook_sandbox::{LoggedRequest, Sandbox, SandboxConfig, SandboxTransport, credentials};
use rollbook_testkit::FakeClock;
use rollbook_truto::{Client, DEFAULT_BASE_URL, Model, TrutoDirectory};
use rollbook_vendor_kit::BaseUrl;
use serde_json::json;

struct Account {
    sandbox: Sandbox,
    clock: FakeClock,
    directory: TrutoDirectory,
}

impl Account {
    fn new(config: SandboxConfig) -> Self {
        let sandbox = Sandbox::new(config.with_users(30).with_devices(30));
        let clock = FakeClock::automatic();
        let token = Secret::new(credentials::TRUTO_TOKEN).unwrap();
        let auth = AuthLayer::new(
            Arc::new(StaticToken::new(token)),
            Origin::parse(DEFAULT_BASE_URL).unwrap(),
        );
        let wire = Arc::new(SandboxTransport::new(sandbox.clone()));
        let stack = StackBuilder::new(wire, Arc::new(clock.clone()))
            .auth(Arc::new(auth))
            .build();
        let client = Client::new(
            SourceName::new("hr-jamf").unwrap(),
            BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
            credentials::TRUTO_INTEGRATED_ACCOUNT,
            stack.into_transport(),
        );
        Self {
            sandbox,
            clock,
            directory: TrutoDirectory::new(client, &[Model::Mdm]),
        }
    }

    async fn plan(&self, user: NewUser) -> Plan {
        let mut plans = self.directory.plan(&[Change::CreateUser(user)]).await;
        plans.remove(0).unwrap()
    }

    async fn carry_out(&self, plan: &Plan) -> Outcome {
        let approved = Guards::default().approve(plan.clone()).unwrap();
        let mut outcomes = self.directory.carry_out(&approved).await;
        assert_eq!(outcomes.len(), 1, "one outcome for one step");
        outcomes.remove(0)
    }

    fn users(&self) -> Vec<String> {
        self.sandbox.truth().truto_mdm_users
    }

    /// The changes that were sent so far.
    fn changes(&self) -> Vec<LoggedRequest> {
        let log = self.sandbox.request_log().into_iter();
        log.filter(|request| request.method != Method::GET).collect()
    }
}

fn account() -> Account {
    Account::new(SandboxConfig::default())
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn ann() -> NewUser {
    NewUser::new(
        text("Ann New"),
        vec![text("ann.new@example.com"), text("ann@home.example.org")],
    )
}

#[tokio::test(start_paused = true)]
async fn a_plan_shows_the_one_request_and_the_one_effect() {
    let account = account();
    let mut user = ann();
    user.remote_data = json!({"department": "Ops"}).as_object().cloned();
    user.idempotency_key = Some("hire-4711".into());
    let plan = account.plan(user).await;
    let id = credentials::TRUTO_INTEGRATED_ACCOUNT;
    let subject = json!({"resource": "user", "id": null, "name": "Ann New", "email": "ann.new@example.com"});
    let mut effect = subject.clone();
    effect["effect"] = json!("create");
    assert_eq!(
        serde_json::to_value(&plan).unwrap(),
        json!({
            "source": "hr-jamf",
            "vendor": "truto",
            "change": {
                "name": "Ann New",
                "email": ["ann.new@example.com", "ann@home.example.org"],
                "remote_data": {"department": "Ops"},
            },
            "targets": [subject],
            "asked": [effect],
            "implied": [],
            "notes": [],
            "steps": [{
                "method": "POST",
                "target": format!("/unified/mdm/users?integrated_account_id={id}"),
                "body": "{\"name\":\"Ann New\",\"emails\":[\
                    {\"email\":\"ann.new@example.com\",\"is_primary\":true},\
                    {\"email\":\"ann@home.example.org\",\"is_primary\":false}],\
                    \"remote_data\":{\"department\":\"Ops\"}}",
                "idempotency_key": "hire-4711",
            }],
        })
    );
    let bare = account.plan(NewUser::new(text("No Address"), Vec::new())).await;
    assert_eq!(
        bare.steps[0].body.as_deref(),
        Some(r#"{"name":"No Address","emails":[]}"#)
    );
}

#[tokio::test(start_paused = true)]
async fn planning_sends_nothing_but_reads() {
    let account = account();
    let other = NewUser::new(text("Bob New"), vec![text("bob.new@example.com")]);
    let changes = [
        Change::CreateUser(ann()),
        Change::CreateUser(other),
        Change::DeleteUser(UserSelector::Email(text("ann.new@example.com"))),
        Change::ban(SerialNumber::new("C02XK1JHJG5J").unwrap()),
    ];
    let plans = account.directory.plan(&changes).await;
    let planned: Vec<bool> = plans.iter().map(Result::is_ok).collect();
    assert_eq!(planned, [true, true, false, false]);
    assert!(account.sandbox.request_log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_truto_cannot_do_is_refused_with_a_reason() {
    let account = account();
    let only_directory = TrutoDirectory::new(account.directory.client().clone(), &[Model::UserDirectory]);
    for (directory, operation, reason) in [
        (
            &only_directory,
            Operation::CreateUser,
            "`users create` is not possible: only with `models` containing \"mdm\"",
        ),
        (
            &account.directory,
            Operation::DeleteUser,
            "`users delete` is not possible: through Truto users are created, and nothing is deleted",
        ),
        (
            &account.directory,
            Operation::BanDevice,
            "`devices ban` is not possible: Truto has no ban of devices",
        ),
    ] {
        let can = directory.capabilities();
        assert_eq!(can.refusal(operation, &[]).as_deref(), Some(reason));
    }
    assert_eq!(
        account
            .directory
            .capabilities()
            .refusal(Operation::CreateUser, &[]),
        None
    );
}

#[tokio::test(start_paused = true)]
async fn no_plan_creates_what_an_earlier_one_creates() {
    let account = account();
    let mut in_capitals = ann();
    in_capitals.emails[0] = text("ANN.New@example.com");
    let mut in_another_place = ann();
    in_another_place.remote_data = json!({"site": 2}).as_object().cloned();
    let changes = [ann(), ann(), in_capitals, in_another_place].map(Change::CreateUser);
    let plans = account.directory.plan(&changes).await;
    let planned: Vec<bool> = plans.iter().map(Result::is_ok).collect();
    assert_eq!(planned, [true, false, false, true]);
    let error = plans.into_iter().nth(1).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.to_string(),
        "hr-jamf: create_mdm_user: an earlier change creates the same user, ann.new@example.com: this one would create \
         it twice"
    );
}

/// Truto would answer the second with the user of the first.
#[tokio::test(start_paused = true)]
async fn no_key_is_that_of_two_changes() {
    let account = account();
    let mut users = [ann(), NewUser::new(text("Bob New"), Vec::new())];
    for user in &mut users {
        user.idempotency_key = Some("k".into());
    }
    let plans = account.directory.plan(&users.map(Change::CreateUser)).await;
    let error = plans.into_iter().nth(1).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.to_string(),
        "hr-jamf: create_mdm_user: the idempotency key k is that of an earlier change: this user would not be created"
    );

    let mut keys = HashSet::new();
    for _ in 0..50 {
        let bob = NewUser::new(text("Bob New"), Vec::new());
        for plan in account
            .directory
            .plan(&[ann(), bob].map(Change::CreateUser))
            .await
        {
            keys.insert(plan.unwrap().steps[0].idempotency_key.clone().unwrap());
        }
    }
    assert_eq!(keys.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_cannot_be_sent_is_refused_before_any_request() {
    let account = account();
    for key in ["", "a b", "a\nb", "\u{fc}", &"x".repeat(256)] {
        let mut user = ann();
        user.idempotency_key = Some(key.into());
        let mut plans = account.directory.plan(&[Change::CreateUser(user)]).await;
        let error = plans.remove(0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{key:?}");
    }
    assert!(account.sandbox.request_log().is_empty());
}

/// What goes wrong, and what must come of it.
struct Trouble {
    faults: &'static [&'static str],
    fate: ChangeFate,
    read_back: Option<Found>,
    /// Whether the user is there in the end.
    created: bool,
    attempts: usize,
}

const fn trouble(
    faults: &'static [&'static str],
    fate: ChangeFate,
    read_back: Option<Found>,
    created: bool,
    attempts: usize,
) -> Trouble {
    Trouble {
        faults,
        fate,
        read_back,
        created,
        attempts,
    }
}

/// Four attempts are what the retry layer makes when nothing else is said.
const TROUBLES: &[Trouble] = {
    use ChangeFate::{Done, NotDone, Unknown};
    use Found::{Unchanged, Unclear};
    &[
        trouble(&[], Done, None, true, 1),
        // What passes, ends in the one user.
        trouble(&["reset:method=POST,times=1"], Done, None, true, 2),
        trouble(&["reset:method=POST,when=after,times=1"], Done, None, true, 2),
        trouble(&["reset:method=POST,when=after,times=3"], Done, None, true, 4),
        trouble(&["status:code=500,method=POST,times=1"], Done, None, true, 2),
        trouble(
            &["status:code=500,method=POST,when=after,times=1"],
            Done,
            None,
            true,
            2,
        ),
        trouble(&["status:code=503,method=POST,times=2"], Done, None, true, 3),
        trouble(
            &["status:code=503,method=POST,when=after,times=2"],
            Done,
            None,
            true,
            3,
        ),
        trouble(&["status:code=429,method=POST,times=1"], Done, None, true, 2),
        trouble(
            &["status:code=429,method=POST,when=after,times=1"],
            Done,
            None,
            true,
            2,
        ),
        // What stays, is told as far as it is known.
        trouble(&["reset:method=POST"], NotDone, Some(Unchanged), false, 4),
        trouble(&["reset:method=POST,when=after"], Unknown, Some(Unclear), true, 4),
        trouble(
            &["status:code=500,method=POST"],
            NotDone,
            Some(Unchanged),
            false,
            4,
        ),
        trouble(
            &["status:code=500,method=POST,when=after"],
            Unknown,
            Some(Unclear),
            true,
            4,
        ),
        trouble(
            &["status:code=503,method=POST"],
            NotDone,
            Some(Unchanged),
            false,
            4,
        ),
        trouble(
            &["status:code=503,method=POST,when=after"],
            Unknown,
            Some(Unclear),
            true,
            4,
        ),
        // The provider can still be at it.
        trouble(
            &["status:code=504,method=POST"],
            Unknown,
            Some(Unchanged),
            false,
            4,
        ),
        // Asked to wait for longer than anybody would.
        trouble(
            &["status:code=429,retry-after=61,method=POST"],
            NotDone,
            None,
            false,
            1,
        ),
        trouble(&["status:code=400,method=POST"], NotDone, None, false, 1),
        // A refusal after an attempt that may have taken effect settles nothing.
        trouble(
            &[
                "reset:method=POST,when=after,times=1",
                "status:code=409,method=POST",
            ],
            Unknown,
            Some(Unclear),
            true,
            2,
        ),
        trouble(
            &["reset:method=POST,times=1", "status:code=409,method=POST"],
            NotDone,
            Some(Unchanged),
            false,
            2,
        ),
        // Nothing can be read back.
        trouble(&["reset"], Unknown, Some(Unclear), false, 4),
        trouble(&["reset:when=after"], Unknown, Some(Unclear), true, 4),
    ]
};

#[tokio::test(start_paused = true)]
async fn the_fate_told_is_the_truth_and_no_user_is_created_twice() {
    for case in TROUBLES {
        let account = account();
        let before = account.users();
        for fault in case.faults {
            account.sandbox.add_fault(fault.parse().unwrap());
        }
        let plan = account.plan(ann()).await;
        let outcome = account.carry_out(&plan).await;

        let what = case.faults;
        assert_eq!(outcome.fate, case.fate, "{what:?}: {outcome:?}");
        assert_eq!(outcome.read_back, case.read_back, "{what:?}");
        assert_eq!(outcome.error.is_some(), case.fate != ChangeFate::Done, "{what:?}");
        let created = account.users().split_off(before.len());
        assert_eq!(created.len(), usize::from(case.created), "{what:?}");
        let told = outcome.created.map(|user| user.id.to_string());
        let known = created.first().filter(|_| case.fate == ChangeFate::Done);
        assert_eq!(told.as_ref(), known, "{what:?}");
        let attempts = outcome
            .error
            .map_or(case.attempts, |error| error.attempts() as usize);
        assert_eq!(attempts, case.attempts, "{what:?}");
        sent_as_planned(&account, &plan, case.attempts);
    }
}

/// Each attempt is the planned step, with its key, and nothing else was changed.
#[track_caller]
fn sent_as_planned(account: &Account, plan: &Plan, attempts: usize) {
    let step = &plan.steps[0];
    let changes = account.changes();
    assert_eq!(changes.len(), attempts);
    for sent in changes {
        assert_eq!(sent.method.as_str(), step.method);
        assert_eq!(sent.target, step.target);
        assert_eq!(sent.body, step.body);
        assert_eq!(sent.idempotency_key, step.idempotency_key);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_server_asks_for_is_kept() {
    let account = account();
    let busy = "status:code=429,retry-after=10,method=POST,times=2";
    account.sandbox.add_fault(busy.parse().unwrap());
    let plan = account.plan(ann()).await;
    let outcome = account.carry_out(&plan).await;
    assert_eq!(outcome.fate, ChangeFate::Done);
    assert!(account.clock.elapsed() >= Duration::from_secs(20));
    sent_as_planned(&account, &plan, 3);
}

#[tokio::test(start_paused = true)]
async fn the_created_user_is_told_in_the_words_of_the_model() {
    let account = account();
    let outcome = account.carry_out(&account.plan(ann()).await).await;
    let created = outcome.created.unwrap();
    assert_eq!(created.display_name.as_deref(), Some("Ann New"));
    let emails: Vec<(&str, Option<bool>)> = created
        .emails
        .iter()
        .map(|email| (email.value.as_str(), email.primary))
        .collect();
    assert_eq!(
        emails,
        [
            ("ann.new@example.com", Some(true)),
            ("ann@home.example.org", Some(false))
        ]
    );
    let got = account.directory.get_user(&created.id).await.unwrap();
    assert_eq!(got, created);
}

#[tokio::test(start_paused = true)]
async fn a_plan_carried_out_again_creates_no_second_user() {
    let account = account();
    let plan = account.plan(ann()).await;
    let first = account.carry_out(&plan).await;
    let users = account.users();
    let second = account.carry_out(&plan).await;
    assert_eq!(second.fate, ChangeFate::Done);
    assert_eq!(second.created.unwrap().id, first.created.unwrap().id);
    assert_eq!(account.users(), users);
}

#[tokio::test(start_paused = true)]
async fn a_user_who_was_there_before_proves_nothing() {
    let account = account();
    account.carry_out(&account.plan(ann()).await).await;
    let users = account.users();
    account.sandbox.add_fault("reset:method=POST".parse().unwrap());
    let outcome = account.carry_out(&account.plan(ann()).await).await;
    assert_eq!(outcome.fate, ChangeFate::Unknown);
    assert_eq!(outcome.read_back, Some(Found::Unclear));
    assert_eq!(account.users(), users);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_not_whole_proves_nothing() {
    let account = Account::new(SandboxConfig::default().with_truto_partial(true));
    account.sandbox.add_fault("reset:method=POST".parse().unwrap());
    let outcome = account.carry_out(&account.plan(ann()).await).await;
    assert_eq!(outcome.fate, ChangeFate::Unknown);
    assert_eq!(outcome.read_back, Some(Found::Unclear));
}
