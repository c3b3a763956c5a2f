use std::time::Duration;

use rollbook_model::{Change, ChangeFate, Directory as _, Error, ErrorKind, Found, Outcome, RetryAdvice};
use rollbook_testkit::Reply;
use rollbook_transport::{Fate, TransportError, TransportErrorKind};
use serde_json::{Value, json};

use crate::support::{Script, approved, delete_device, delete_user, deletions, device, user, with};

fn late() -> Reply {
    Reply::error(TransportError::new(
        TransportErrorKind::Timeout,
        Fate::Unknown,
        "no answer in time",
    ))
}

/// Plans `change` over `before` and carries it out over `after`, with `answer` to the deletion.
async fn outcome(before: &Script, after: &Script, change: Change, answer: Reply) -> Outcome {
    let plan = approved(before.clone().plan(change).await.unwrap());
    let (directory, wire) = after.clone().directory(answer);
    let outcome = directory.carry_out(&plan).await.remove(0);
    assert_eq!(deletions(&wire).len(), 1);
    let was_read = deletions(&wire).len() < wire.count();
    assert_eq!(
        was_read,
        outcome.read_back.is_some(),
        "a read only where it is open"
    );
    outcome
}

#[tokio::test(start_paused = true)]
async fn a_user_is_gone_when_both_reads_say_so() {
    let ann = user("t-1", "g-1");
    let enrolled = Script::default().users([ann.clone()]).single("g-1", ann.clone());
    let never_enrolled = Script::default().single("g-1", ann.clone());
    let nobody = Script::default();
    let listed_only = Script::default().users([ann.clone()]);
    let unsure = Script::default().users([with(ann.clone(), "guid", Value::Null)]);
    let somebody_else = Script::default().users([user("t-2", "G-1")]);
    let other_case = Script::default().single("g-1", user("t-1", "G-1"));
    for (before, after, found, fate) in [
        (&enrolled, &nobody, Found::Changed, ChangeFate::Done),
        (&enrolled, &somebody_else, Found::Changed, ChangeFate::Done),
        (&never_enrolled, &nobody, Found::Changed, ChangeFate::Done),
        (&enrolled, &enrolled, Found::Unchanged, ChangeFate::NotDone),
        (
            &never_enrolled,
            &never_enrolled,
            Found::Unchanged,
            ChangeFate::NotDone,
        ),
        (&enrolled, &listed_only, Found::Unclear, ChangeFate::Unknown),
        (&enrolled, &unsure, Found::Unclear, ChangeFate::Unknown),
        (&enrolled, &other_case, Found::Unclear, ChangeFate::Unknown),
    ] {
        let told = outcome(before, after, delete_user("g-1"), Reply::interrupted()).await;
        assert_eq!((told.read_back, told.fate), (Some(found), fate));
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_is_gone_when_it_is_not_there_or_not_active() {
    let mac = device("d-1", "t-1", "g-1");
    let at = |row: Value| Script::default().single("g-1/devices/d-1", row);
    let before = at(mac.clone());
    for (after, found, fate) in [
        (Script::default(), Found::Changed, ChangeFate::Done),
        (
            at(with(mac.clone(), "active", json!(false))),
            Found::Changed,
            ChangeFate::Done,
        ),
        (before.clone(), Found::Unchanged, ChangeFate::NotDone),
        (
            at(with(mac.clone(), "active", Value::Null)),
            Found::Unclear,
            ChangeFate::Unknown,
        ),
        (
            at(with(mac.clone(), "deviceId", json!("d-2"))),
            Found::Unclear,
            ChangeFate::Unknown,
        ),
        (at(json!([])), Found::Unclear, ChangeFate::Unknown),
    ] {
        let told = outcome(
            &before,
            &after,
            delete_device("d-1", Some("g-1")),
            Reply::status(500),
        )
        .await;
        assert_eq!((told.read_back, told.fate), (Some(found), fate));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_changed_yet_proves_nothing_while_it_may_be_under_way() {
    let (ann, mac) = (user("t-1", "g-1"), device("d-1", "t-1", "g-1"));
    let script = Script::default()
        .users([ann.clone()])
        .single("g-1", ann)
        .single("g-1/devices/d-1", mac.clone());
    // A 202 takes the deletion on, and does not say that it is done.
    let taken_on = || Reply::json(202, &mac);
    for (change, answer) in [
        (delete_user("g-1"), late()),
        (delete_user("g-1"), Reply::status(202)),
        (delete_device("d-1", Some("g-1")), late()),
        (delete_device("d-1", Some("g-1")), taken_on()),
    ] {
        let told = outcome(&script, &script, change.clone(), answer.clone()).await;
        assert_eq!(
            (told.read_back, told.fate),
            (Some(Found::Unchanged), ChangeFate::Unknown)
        );
        let told = outcome(&script, &Script::default(), change, answer).await;
        assert_eq!(
            (told.read_back, told.fate),
            (Some(Found::Changed), ChangeFate::Done)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_that_does_not_say_that_the_device_is_deleted_is_read_back() {
    let mac = device("d-1", "t-1", "g-1");
    let script = Script::default().single("g-1/devices/d-1", mac.clone());
    for answer in [
        mac.clone(),
        device("d-2", "t-1", "g-1"),
        with(device("d-1", "t-1", "g-2"), "active", json!(false)),
    ] {
        for (after, found, fate) in [
            (&script, Found::Unchanged, ChangeFate::NotDone),
            (&Script::default(), Found::Changed, ChangeFate::Done),
        ] {
            let change = delete_device("d-1", Some("g-1"));
            let told = outcome(&script, after, change, Reply::json(200, &answer)).await;
            assert_eq!((told.read_back, told.fate), (Some(found), fate));
            let kind = told.error.as_ref().map(Error::kind);
            assert_eq!(kind, Some(ErrorKind::Conflict));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_that_cannot_be_read_is_read_back() {
    let (ann, mac) = (user("t-1", "g-1"), device("d-1", "t-1", "g-1"));
    let script = Script::default()
        .users([ann.clone()])
        .single("g-1", ann)
        .single("g-1/devices/d-1", mac.clone());
    for (change, answer) in [
        (delete_user("g-1"), Reply::json(200, json!({"message": "later"}))),
        (delete_device("d-1", Some("g-1")), Reply::status(204)),
        (
            delete_device("d-1", Some("g-1")),
            Reply::json(200, with(mac, "active", Value::Null)),
        ),
    ] {
        let told = outcome(&script, &script, change.clone(), answer.clone()).await;
        assert_eq!(
            (told.read_back, told.fate),
            (Some(Found::Unchanged), ChangeFate::NotDone)
        );
        let told = outcome(&script, &Script::default(), change, answer).await;
        assert_eq!(
            (told.read_back, told.fate),
            (Some(Found::Changed), ChangeFate::Done)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_and_a_refused_connection_are_not_done() {
    let ann = user("t-1", "g-1");
    let script = Script::default().users([ann.clone()]).single("g-1", ann);
    let wait = Reply::status(429).header("retry-after", "7");
    let told = outcome(&script, &script, delete_user("g-1"), wait).await;
    assert_eq!((told.read_back, told.fate), (None, ChangeFate::NotDone));
    let advice = told.error.as_ref().map(Error::retry_advice);
    let after = RetryAdvice::After(Duration::from_secs(7));
    assert_eq!(advice, Some(after));
    let told = outcome(&script, &script, delete_user("g-1"), Reply::refused()).await;
    assert_eq!((told.read_back, told.fate), (None, ChangeFate::NotDone));
}
