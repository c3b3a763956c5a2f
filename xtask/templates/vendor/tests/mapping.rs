//! Whatever Acme sends, no row is lost, changed or a panic; and what the documents have is read.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use proptest::prelude::{prop_assert_eq, proptest};
use rollbook_acme::{AcmeDirectory, BaseUrl, Client, DEFAULT_BASE_URL, Native, testing};
use rollbook_model::{Directory as _, SourceName, UserQuery};
use rollbook_testkit::generators::json::{Care, names};
use rollbook_testkit::suite::odd_rows;
use rollbook_testkit::{FakeTransport, Reply};

#[test]
fn a_user_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["id"], &names(testing::USER), |rows| {
        let client = answering(testing::page(rows));
        wait(odd_rows::all_kept(rows, client.users(), native));
        let mut pagers = AcmeDirectory::new(client)
            .list_users(&UserQuery::default())
            .unwrap();
        let users = wait(odd_rows::all_kept(rows, pagers.remove(0), |user| {
            user.native.as_ref().map(|native| native.get())
        }));
        for user in users {
            serde_json::to_string(&user).unwrap();
        }
    });
}

proptest! {
    /// So that the table of the generators and the typed row have the same members.
    #[test]
    fn every_documented_member_is_read(user in testing::user_row(Care::Documented)) {
        let rows = [user];
        let read = wait(odd_rows::all_read(&rows, answering(testing::page(&rows)).users(), native));
        prop_assert_eq!(odd_rows::absent(&read[0]), BTreeSet::<String>::new());
    }
}

fn answering(body: String) -> Client {
    let wire = FakeTransport::answering(move |_| Reply::json(200, &body));
    let source = SourceName::new("corp-acme").unwrap();
    Client::new(source, BaseUrl::parse(DEFAULT_BASE_URL).unwrap(), Arc::new(wire))
}

fn native<T>(row: &Native<T>) -> Option<&str> {
    Some(row.row().get())
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}
