//! What TruU is asked, what it answers, and what that becomes: `fixtures/truu/<operation>/<case>/`.
//!
//! Adding a case is adding a folder. `cargo xtask fixtures` writes what is sent and what it becomes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::{AuthLayer, Origin, Secret, StaticToken, TokenSource as _};
use rollbook_model::{DeviceId, DeviceQuery, Directory as _, SourceName, Text, UserQuery, WorkstationQuery};
use rollbook_testkit::fixtures::{Case, Fixtures, Operation, Outcome};
use rollbook_transport::{Layer as _, Transport};
use rollbook_truu::{
    AssetsQuery, Client, Config, DEFAULT_BASE_URL, DataUsersQuery, EnrolledUsersQuery, TokenCall,
    TruuDirectory,
};
use rollbook_vendor_kit::{BaseUrl, Native, transport_error};

const OPERATIONS: &[Operation] = &[
    Operation::one("token").by(&["fetch"]),
    Operation::list("enrolled_users"),
    Operation::list("devices"),
    Operation::one("domain_user"),
    Operation::one("domain_user_device"),
    Operation::list("data_users"),
    Operation::list("data_assets"),
    Operation::one("delete_domain_user"),
    Operation::one("delete_domain_user_device"),
];

#[tokio::test]
async fn every_case_becomes_its_result() {
    fixtures().check(run).await;
}

#[tokio::test]
async fn no_operation_lacks_a_success_an_error_or_a_walk() {
    fixtures().check_matrix(OPERATIONS, run).await;
}

#[test]
fn no_function_that_sends_lacks_an_operation() {
    fixtures().check_operations(OPERATIONS, concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
}

fn fixtures() -> Fixtures {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fixtures/truu");
    Fixtures::open(dir, "cargo test -p rollbook-truu --test fixtures")
}

pub(crate) async fn run(case: Case) -> Outcome {
    let arguments = case.arguments();
    match case.operation() {
        "token" => token(&case).await,
        "enrolled_users" => {
            let mut model = UserQuery::default();
            let native = EnrolledUsersQuery {
                upn: arguments.text("upn"),
                email: arguments.text("email"),
                guid: arguments.text("guid"),
                tuid: arguments.text("tuid"),
            };
            model.user_name = native.upn.clone();
            model.email = native.email.clone();
            model.guid = native.guid.clone();
            model.tuid = native.tuid.clone();
            Outcome::of_list(&case, Ok(client(&case).enrolled_users(&native)), row)
                .await
                .and_model_list(directory(&case).list_users(&model))
                .await
        }
        "devices" => {
            Outcome::of_list(&case, Ok(client(&case).devices()), row)
                .await
                .and_model_list(directory(&case).list_devices(&DeviceQuery::default()))
                .await
        }
        "domain_user" => {
            let user = client(&case).domain_user(&arguments.required("guid")).await;
            Outcome::of_one(&case, user, row)
        }
        "domain_user_device" => {
            let guid = arguments.required("guid");
            let id = DeviceId::new(arguments.required("device_id")).unwrap();
            let device = client(&case).domain_user_device(&guid, &id.clone().into()).await;
            let lookup = rollbook_model::DeviceLookup::new(id).of_user(guid);
            Outcome::of_one(&case, device, row).and_model(directory(&case).get_device(&lookup).await)
        }
        "data_users" => {
            let query = DataUsersQuery {
                user_principals: arguments.texts("user_principals"),
                emails: arguments.texts("emails"),
                guids: arguments.texts("guids"),
            };
            Outcome::of_list(&case, Ok(client(&case).data_users(&query)), row).await
        }
        "data_assets" => {
            let mut model = WorkstationQuery::default();
            let native = AssetsQuery {
                ip_addresses: arguments.texts("ip_addresses"),
                mac_addresses: arguments.texts("mac_addresses"),
            };
            model.ips = native.ip_addresses.clone();
            model.macs = native.mac_addresses.clone();
            Outcome::of_list(&case, Ok(client(&case).data_assets(&native)), row)
                .await
                .and_model_list(directory(&case).list_workstations(&model))
                .await
        }
        "delete_domain_user" => {
            let guid = Text::new(arguments.required("guid")).unwrap();
            let deleted = client(&case).delete_domain_user(&guid).await;
            Outcome::of_text(deleted.map(|()| "deleted\n".to_owned()))
        }
        "delete_domain_user_device" => {
            let guid = Text::new(arguments.required("guid")).unwrap();
            let id = DeviceId::new(arguments.required("device_id")).unwrap();
            let deleted = client(&case).delete_domain_user_device(&guid, &id.into()).await;
            Outcome::of_one(&case, deleted, row)
        }
        other => panic!("`{other}` is no operation of TruU"),
    }
}

async fn token(case: &Case) -> Outcome {
    let arguments = case.arguments();
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        arguments.required("client_id"),
        Secret::new(arguments.required("client_secret")).unwrap(),
    );
    let token = TokenCall::new(config, Arc::new(case.transport())).fetch().await;
    Outcome::of_text(token.map_err(transport_error).map(|token| {
        let letters = token.value.expose().chars().count();
        format!("a token of {letters} letters, good for {:?}\n", token.lifetime)
    }))
}

fn row<T>(row: &Native<T>) -> Option<&str> {
    Some(row.row().get())
}

/// The transport with what signs every call, so that a request is told as the vendor gets it.
fn signed(case: &Case) -> Arc<dyn Transport> {
    let token = StaticToken::new(Secret::new("made-up-bearer").unwrap());
    let origin = Origin::parse(DEFAULT_BASE_URL).unwrap();
    AuthLayer::new(Arc::new(token), origin).wrap(Arc::new(case.transport()))
}

fn client(case: &Case) -> Client {
    let source = SourceName::new("corp-truu").unwrap();
    let client = Client::new(source, BaseUrl::parse(DEFAULT_BASE_URL).unwrap(), signed(case));
    match case.arguments().number("pages_ahead").and_then(NonZeroU32::new) {
        Some(pages) => client.with_pages_ahead(pages),
        None => client,
    }
}

fn directory(case: &Case) -> TruuDirectory {
    TruuDirectory::new(client(case))
}
