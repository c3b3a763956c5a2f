//! What the answers to a creation, and the rows that are read back after it, are taken for.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use rollbook_layers::StackBuilder;
use rollbook_model::{
    Action, Change, ChangeFate, Directory as _, ErrorKind, Found, Guards, NewUser, Outcome, Plan, SourceName,
    Text,
};
use rollbook_testkit::{FakeClock, FakeTransport, Reply};
use rollbook_transport::Transport;
use rollbook_truto::{
    Client, Common, DEFAULT_BASE_URL, IdempotencyKey, Model, NewMdmUser, ResponseFormat, TrutoDirectory,
};
use rollbook_vendor_kit::BaseUrl;
use serde_json::{Value, json};

fn directory(wire: Arc<dyn Transport>) -> TrutoDirectory {
    let client = Client::new(
        SourceName::new("hr-jamf").unwrap(),
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        "62f44730-dd91-461e-bd6a-aedd9e0ad79d",
        wire,
    );
    TrutoDirectory::new(client, &[Model::Mdm])
}

/// The creation is answered with `answer`, and the list with `list`.
fn answering(answer: Reply, list: Reply) -> FakeTransport {
    FakeTransport::answering(move |request| {
        if request.method() == Method::POST {
            answer.clone()
        } else {
            list.clone()
        }
    })
}

fn rows(rows: Value) -> Reply {
    Reply::json(200, json!({"result": rows, "next_cursor": null}))
}

fn user(name: &str, emails: &[&str]) -> NewUser {
    let text = |text: &&str| Text::new(*text).unwrap();
    NewUser::new(text(&name), emails.iter().map(text).collect())
}

fn ann() -> NewUser {
    user("Ann Lee", &["ann@example.com", "ann@home.example.org"])
}

async fn plan(directory: &TrutoDirectory, user: NewUser) -> Plan {
    let mut plans = directory.plan(&[Change::CreateUser(user)]).await;
    plans.remove(0).unwrap()
}

async fn carry_out(directory: &TrutoDirectory, plan: Plan) -> Outcome {
    let approved = Guards::default().approve(plan).unwrap();
    directory.carry_out(&approved).await.remove(0)
}

async fn outcome(wire: &FakeTransport, user: NewUser) -> Outcome {
    let directory = directory(Arc::new(wire.clone()));
    let plan = plan(&directory, user).await;
    carry_out(&directory, plan).await
}

#[tokio::test(start_paused = true)]
async fn a_list_shows_that_a_user_is_not_there_and_never_who_created_one() {
    let somebody = ann();
    let nameless = user("Ann Lee", &[]);
    for (user, list, found) in [
        (&somebody, json!([]), Found::Unchanged),
        (
            &somebody,
            json!([{"id": "1", "emails": [{"email": "bob@example.com"}]}]),
            Found::Unchanged,
        ),
        // A namesake with an address of his own.
        (
            &somebody,
            json!([{"id": "1", "name": "Ann Lee", "emails": ["lee@example.com"]}]),
            Found::Unchanged,
        ),
        (
            &somebody,
            json!([{"id": "1", "emails": [{"email": "ANN@Example.com"}]}]),
            Found::Unclear,
        ),
        (
            &somebody,
            json!([{"id": "1", "name": "Lee, Ann", "emails": ["x@y.z", "ann@home.example.org"]}]),
            Found::Unclear,
        ),
        // Rows of a list can lack members.
        (
            &somebody,
            json!([{"id": "1", "name": "ann lee "}]),
            Found::Unclear,
        ),
        (
            &somebody,
            json!([{"id": "1", "name": "Bob", "emails": [{"email": " "}]}]),
            Found::Unchanged,
        ),
        (&somebody, json!([{"id": "1"}]), Found::Unclear),
        (
            &nameless,
            json!([{"id": "1", "name": "ANN LEE", "emails": ["a@b.c"]}]),
            Found::Unclear,
        ),
        (
            &nameless,
            json!([{"id": "1", "name": "Bob", "emails": []}]),
            Found::Unchanged,
        ),
        // What cannot be read can be anybody.
        (&somebody, json!([{"name": "Bob"}]), Found::Unclear),
        (
            &somebody,
            json!([{"id": "1", "name": "Bob", "emails": "?"}]),
            Found::Unclear,
        ),
    ] {
        let wire = answering(Reply::interrupted(), rows(list.clone()));
        let outcome = outcome(&wire, user.clone()).await;
        assert_eq!(outcome.read_back, Some(found), "{list}");
        let fate = match found {
            Found::Unchanged => ChangeFate::NotDone,
            _ => ChangeFate::Unknown,
        };
        assert_eq!(outcome.fate, fate, "{list}");
        assert_eq!(outcome.error.unwrap().kind(), ErrorKind::Interrupted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_that_cannot_be_read_is_no_success_and_no_failure() {
    let there = rows(json!([{"id": "7", "emails": [{"email": "ann@example.com"}]}]));
    for answer in [
        Reply::json(200, json!({"name": "Ann Lee"})),
        Reply::json(201, json!({"id": "", "name": "Ann Lee"})),
        Reply::json(200, json!({"result": [{"id": "7"}]})),
        Reply::json(200, "[]"),
        Reply::json(200, "null"),
        Reply::json(200, "{\"id\": \"7\""),
        Reply::status(204),
        Reply::text(200, "<html></html>").header("content-type", "text/html"),
    ] {
        let wire = answering(answer, there.clone());
        let outcome = outcome(&wire, ann()).await;
        assert_eq!(outcome.fate, ChangeFate::Unknown, "{outcome:?}");
        assert_eq!(outcome.read_back, Some(Found::Unclear));
        assert_eq!(outcome.error.unwrap().kind(), ErrorKind::Decode);
        assert!(outcome.created.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_member_that_cannot_be_read_does_not_undo_a_success() {
    let answer = Reply::json(201, json!({"id": 7, "name": ["Ann"], "emails": {}}));
    let wire = answering(answer, rows(json!([])));
    let outcome = outcome(&wire, ann()).await;
    assert_eq!(outcome.fate, ChangeFate::Done);
    let created = outcome.created.unwrap();
    assert_eq!((created.id.as_str(), created.unread.len()), ("7", 2));
    assert_eq!(wire.count(), 1);
}

/// The answer is late, not absent: the provider can still be at it.
#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_never_a_no() {
    let clock = FakeClock::automatic();
    let wire = answering(Reply::pending(), rows(json!([])));
    let stack = StackBuilder::new(Arc::new(wire.clone()), Arc::new(clock.clone()))
        .attempt_timeout(Duration::from_secs(5))
        .build();
    let directory = directory(stack.into_transport());
    let plan = plan(&directory, ann()).await;
    let key = plan.steps[0].idempotency_key.clone().unwrap();
    let outcome = carry_out(&directory, plan).await;
    assert_eq!(outcome.fate, ChangeFate::Unknown);
    assert_eq!(outcome.read_back, Some(Found::Unchanged));
    assert_eq!(outcome.error.unwrap().kind(), ErrorKind::Timeout);
    let sent = wire.requests();
    let keys: Vec<&str> = sent
        .iter()
        .filter_map(|request| request.headers().get("idempotency-key")?.to_str().ok())
        .collect();
    assert_eq!(keys, [key.as_str(); 4]);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_is_not_as_it_was_planned_is_not_sent() {
    let wire = answering(Reply::json(200, json!({"id": "7"})), rows(json!([])));
    let directory = directory(Arc::new(wire.clone()));
    let planned = plan(&directory, ann()).await;
    let mut keyless = planned.clone();
    keyless.steps[0].idempotency_key = None;
    let mut bad_key = planned.clone();
    bad_key.steps[0].idempotency_key = Some("a b".into());
    let mut of_another_vendor = planned;
    of_another_vendor.steps[0].action = Action::DeleteUser {
        key: "7".into(),
        id: "7".into(),
    };
    for plan in [keyless, bad_key, of_another_vendor] {
        let outcome = carry_out(&directory, plan).await;
        assert_eq!(outcome.fate, ChangeFate::NotDone);
        assert_eq!(outcome.error.unwrap().kind(), ErrorKind::InvalidArgument);
    }
    assert_eq!(wire.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_creation_in_another_form_gives_the_answer_as_it_came() {
    let wire = answering(Reply::json(201, "{\"objectId\": 7}"), rows(json!([])));
    let directory = directory(Arc::new(wire.clone()));
    let user = NewMdmUser::new(Text::new("Ann Lee").unwrap());
    let reply = directory
        .client()
        .create_mdm_user_in_format(
            &user,
            ResponseFormat::Raw,
            &Common::default(),
            &IdempotencyKey::random(),
        )
        .await
        .unwrap();
    assert_eq!(&reply.body[..], b"{\"objectId\": 7}");
}
