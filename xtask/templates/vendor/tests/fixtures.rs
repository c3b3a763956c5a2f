//! What Acme is asked, what it answers, and what that becomes: `fixtures/acme/<operation>/<case>/`.
//!
//! Adding a case is adding a folder. `cargo xtask fixtures` writes what is sent and what it becomes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use rollbook_acme::{AcmeDirectory, BaseUrl, Client, Config, DEFAULT_BASE_URL, Native};
use rollbook_auth::Secret;
use rollbook_model::{self as model, Directory as _, SourceName, UserId, UserQuery};
use rollbook_testkit::FakeTransport;
use rollbook_testkit::fixtures::{Case, Fixtures, Operation, Outcome};
use rollbook_transport::Transport;

/// What the client can send. Each needs cases.
const OPERATIONS: &[Operation] = &[Operation::list("users"), Operation::one("user")];

#[tokio::test]
async fn every_case_becomes_its_result() {
    fixtures().check(run).await;
}

#[tokio::test]
async fn no_operation_lacks_a_success_an_error_or_a_walk() {
    fixtures().check_matrix(OPERATIONS, run).await;
}

/// What the directory cannot do is a hole too, until `capabilities.rs` gives Acme's own reason for it.
#[test]
fn no_operation_of_the_directory_is_still_to_be_written() {
    let directory = AcmeDirectory::new(client(FakeTransport::ordered([])));
    let is_hole = |operation: &model::Operation| {
        let refusal = directory.capabilities().refusal(*operation, &[]);
        refusal.is_some_and(|why| why.ends_with("the adapter of Acme does not do it yet"))
    };
    let holes: Vec<String> = model::Operation::ALL
        .into_iter()
        .filter(is_hole)
        .map(|operation| format!("{operation}: not written yet"))
        .collect();
    assert!(
        holes.is_empty(),
        "{}\nwrite them, or say in capabilities.rs why Acme has no such thing",
        holes.join("\n")
    );
}

#[test]
fn no_function_that_sends_lacks_an_operation() {
    fixtures().check_operations(OPERATIONS, concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
}

fn fixtures() -> Fixtures {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fixtures/acme");
    Fixtures::open(dir, "cargo test -p rollbook-acme --test fixtures")
}

async fn run(case: Case) -> Outcome {
    let arguments = case.arguments();
    match case.operation() {
        "users" => {
            Outcome::of_list(&case, Ok(native(&case).users()), row)
                .await
                .and_model_list(directory(&case).list_users(&UserQuery::default()))
                .await
        }
        "user" => {
            let id = arguments.required("id");
            let user = native(&case).user(&id).await;
            let in_the_model = directory(&case).get_user(&UserId::new(id).unwrap()).await;
            Outcome::of_one(&case, user, row).and_model(in_the_model)
        }
        other => panic!("`{other}` is no operation of Acme"),
    }
}

fn row<T>(row: &Native<T>) -> Option<&str> {
    Some(row.row().get())
}

fn native(case: &Case) -> Client {
    client(case.transport())
}

fn client(wire: impl Transport + 'static) -> Client {
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        Secret::new("made-up-bearer").unwrap(),
    );
    let source = SourceName::new("corp-acme").unwrap();
    Client::connect(source, config, Arc::new(wire)).unwrap()
}

fn directory(case: &Case) -> AcmeDirectory {
    AcmeDirectory::new(native(case))
}
