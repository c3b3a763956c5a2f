//! A team's own adapter, of a vendor that this workspace does not know: it runs the suite, and the suite finds what it breaks.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

mod acme;
mod broken;
mod vendor;

use std::sync::Arc;

use rollbook_model::{Change, Directory as _, Guards, Text, UserId, UserQuery, UserSelector};
use rollbook_testkit::render;
use rollbook_testkit::suite::{Sent, Subject};

use acme::Acme;
use vendor::Vendor;

rollbook_testkit::directory_suite!(subject);

#[tokio::test]
async fn a_deletion_is_planned_and_sent_as_it_is_shown() {
    let vendor = Vendor::new(3);
    let fake = vendor.transport();
    let acme = Acme::new("own-acme".parse().unwrap(), Arc::new(fake.clone()));
    let user = Change::DeleteUser(UserSelector::Id(UserId::new("u/001").unwrap()));
    let plan = acme.plan(&[user]).await.remove(0).unwrap();
    insta::assert_snapshot!(render::plan(&plan), @r#"
    own-acme: users delete {"id":"u/001"}
    fits     user u/001 (Ünal & 1, User1@example.com)
    asked    delete user u/001 (Ünal & 1, User1@example.com)
    sends    DELETE /users/u%2F001
    "#);
    let outcomes = acme.carry_out(&Guards::default().approve(plan).unwrap()).await;
    insta::assert_snapshot!(render::outcomes(&outcomes), @r#"
    step 1: done
    "#);
    insta::assert_snapshot!(fake.transcript(), @r#"
    GET /users/u%2F001
    accept: application/json

    DELETE /users/u%2F001
    accept: application/json
    "#);

    let mut users = acme.list_users(&UserQuery::default()).unwrap().remove(0);
    let (rows, _) = users.collect_rows().await;
    insta::assert_snapshot!(render::rows(&rows), @r#"
    row 1
      display_name: "Ünal & 0"
      emails[0].value: "User0@example.com"
      id: "u/000"
      last_login_at: "2024-01-15T14:10:28Z"
      source: "own-acme"
      vendor: "acme"
    row 2
      display_name: "Ünal & 2"
      emails[0].value: "User2@example.com"
      id: "u/002"
      last_login_at: "2024-01-15T14:10:28Z"
      source: "own-acme"
      vendor: "acme"
    "#);
    insta::assert_snapshot!(render::walk(&users.completeness()), @r#"
    complete: as many rows as the vendor reports
    1 pages, 2 rows received, 2 unique, 0 rejected, 2 reported
    "#);
}

fn subject() -> Subject {
    over(|acme| Arc::new(acme))
}

/// The adapter, or what `wrap` makes of it, over a vendor whose rows are known.
fn over(wrap: impl FnOnce(Acme) -> Arc<dyn rollbook_model::Directory>) -> Subject {
    let vendor = Vendor::new(95);
    let (ids, fake) = (vendor.ids(), vendor.transport());
    let acme = Acme::new("own-acme".parse().unwrap(), Arc::new(fake.clone()));
    let ids_to_delete = ids
        .iter()
        .take(3)
        .map(|id| UserSelector::Id(UserId::new(id).unwrap()));
    let email = UserSelector::Email(Text::new("user4@example.com").unwrap());
    let changes = ids_to_delete.chain([email]).map(Change::DeleteUser).collect();
    let log = fake.clone();
    let requests = move || {
        let sent = log.requests().into_iter();
        sent.map(|request| request.uri().path_and_query().unwrap().to_string())
            .collect()
    };
    Subject::new(wrap(acme), requests)
        .with_users(ids)
        .with_changes(changes, move || Sent::changes(&fake.requests()))
}
