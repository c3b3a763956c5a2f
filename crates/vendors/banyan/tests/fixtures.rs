//! What Banyan is asked, what it answers, and what that becomes: `fixtures/banyan/<operation>/<case>/`.
//!
//! Adding a case is adding a folder. `cargo xtask fixtures` writes what is sent and what it becomes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::{AuthLayer, Origin, Secret, StaticToken, TokenSource as _};
use rollbook_banyan::{
    BanyanDirectory, Client, Config, DEFAULT_BASE_URL, DeletePath, DeviceUpdate, DevicesOrderBy,
    DevicesQuery, DevicesV2Query, EndusersOrderBy, EndusersQuery, EndusersV2Query, Order, TokenCall,
};
use rollbook_model::{DeviceQuery, Directory as _, Error, SerialNumber, SourceName, Text, UserQuery};
use rollbook_testkit::FakeClock;
use rollbook_testkit::fixtures::{Arguments, Case, Fixtures, Operation, Outcome};
use rollbook_transport::{Layer as _, Transport};
use rollbook_vendor_kit::{BaseUrl, Native, transport_error};

const OPERATIONS: &[Operation] = &[
    Operation::one("refresh_token").by(&["fetch"]),
    Operation::list("endusers").by(&["endusers", "endusers_at_once"]),
    Operation::list("devices").by(&["devices", "devices_at_once"]),
    Operation::list("endusers_v2"),
    Operation::list("devices_v2"),
    Operation::one("update_device").by(&["update_device", "ban_device", "unban_device"]),
    Operation::one("delete_device"),
    Operation::one("delete_device_everywhere"),
    Operation::one("delete_endusers"),
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
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fixtures/banyan");
    Fixtures::open(dir, "cargo test -p rollbook-banyan --test fixtures")
}

pub(crate) async fn run(case: Case) -> Outcome {
    let arguments = case.arguments();
    match case.operation() {
        "refresh_token" => refresh_token(&case).await,
        "endusers" => endusers(&case).await,
        "devices" => devices(&case).await,
        "endusers_v2" => {
            let query = EndusersV2Query {
                active: arguments.flag("active"),
            };
            Outcome::of_list(&case, Ok(client(&case).endusers_v2(&query)), row).await
        }
        "devices_v2" => {
            let query = DevicesV2Query {
                active: arguments.flag("active"),
                serial_number: arguments.text("serial_number"),
            };
            Outcome::of_list(&case, Ok(client(&case).devices_v2(&query)), row).await
        }
        "update_device" => {
            let mut update = DeviceUpdate::default();
            update.model = arguments.text("model");
            update.ownership = arguments.text("ownership");
            update.platform = arguments.text("platform");
            update.architecture = arguments.text("architecture");
            update.banned = arguments.flag("banned");
            let (client, serial) = (client(&case), serial(&case));
            if update == DeviceUpdate::of_ban(true) {
                return done(client.ban_device(&serial).await);
            }
            if update == DeviceUpdate::of_ban(false) {
                return done(client.unban_device(&serial).await);
            }
            done(client.update_device(&serial, &update).await)
        }
        "delete_device" => {
            let email = Text::new(arguments.required("email")).unwrap();
            done(client(&case).delete_device(&serial(&case), &email).await)
        }
        "delete_device_everywhere" => done(client(&case).delete_device_everywhere(&serial(&case)).await),
        "delete_endusers" => {
            let ids = arguments.texts("ids").into_iter();
            let ids: Vec<Text> = ids.map(|id| Text::new(id).unwrap()).collect();
            done(client(&case).delete_endusers(&ids).await)
        }
        other => panic!("`{other}` is no operation of Banyan"),
    }
}

fn done(result: Result<(), Error>) -> Outcome {
    Outcome::of_text(result.map(|()| "done\n".to_owned()))
}

fn serial(case: &Case) -> SerialNumber {
    SerialNumber::new(case.arguments().required("serial")).unwrap()
}

async fn refresh_token(case: &Case) -> Outcome {
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        Secret::new(case.arguments().required("credential")).unwrap(),
    );
    let clock = Arc::new(FakeClock::manual());
    let token = TokenCall::new(config, Arc::new(case.transport()), clock)
        .fetch()
        .await;
    Outcome::of_text(token.map_err(transport_error).map(|token| {
        let letters = token.value.expose().chars().count();
        format!("a token of {letters} letters, good for {:?}\n", token.lifetime)
    }))
}

async fn endusers(case: &Case) -> Outcome {
    let arguments = case.arguments();
    let query = EndusersQuery {
        serial_number: arguments.text("serial_number"),
        email: arguments.text("email"),
        name: arguments.text("name"),
        order: order(arguments),
        order_by: arguments.text("order_by").map(|by| match by.as_str() {
            "name" => EndusersOrderBy::Name,
            "email" => EndusersOrderBy::Email,
            other => panic!("end users are not sorted by `{other}`"),
        }),
    };
    let at_once = arguments.flag("at_once") == Some(true);
    let native = match at_once {
        true => client(case).endusers_at_once(&query),
        false => client(case).endusers(&query),
    };
    let outcome = Outcome::of_list(case, Ok(native), row).await;
    let mut model = UserQuery::default();
    model.serial = query.serial_number;
    model.email = query.email;
    model.name = query.name;
    // The model asks for whole lists by address and serial number, and for pages otherwise; it sorts nothing.
    match at_once == (model.serial.is_some() || model.email.is_some()) {
        true => outcome.and_model_list(directory(case).list_users(&model)).await,
        false => outcome,
    }
}

async fn devices(case: &Case) -> Outcome {
    let arguments = case.arguments();
    let query = DevicesQuery {
        serial_number: arguments.text("serial_number"),
        email: arguments.text("email"),
        model: arguments.text("model"),
        device_friendly_name: arguments.text("device_friendly_name"),
        order: order(arguments),
        order_by: arguments.text("order_by").map(|by| match by.as_str() {
            "serialnumber" => DevicesOrderBy::SerialNumber,
            "devicefriendlyname" => DevicesOrderBy::DeviceFriendlyName,
            "model" => DevicesOrderBy::Model,
            other => panic!("devices are not sorted by `{other}`"),
        }),
    };
    let at_once = arguments.flag("at_once") == Some(true);
    let native = match at_once {
        true => client(case).devices_at_once(&query),
        false => client(case).devices(&query),
    };
    let outcome = Outcome::of_list(case, Ok(native), row).await;
    let mut model = DeviceQuery::default();
    model.serial = query.serial_number;
    model.email = query.email;
    model.model = query.model;
    model.name = query.device_friendly_name;
    let pages_are_asked_for = model.serial.is_none() && model.email.is_none();
    match at_once && pages_are_asked_for {
        // A whole list without a filter: the model would ask for a page, and gets the same rows.
        true => outcome,
        false => outcome.and_model_list(directory(case).list_devices(&model)).await,
    }
}

fn order(arguments: &Arguments) -> Option<Order> {
    arguments.text("order").map(|order| match order.as_str() {
        "asc" => Order::Ascending,
        "desc" => Order::Descending,
        other => panic!("`{other}` is no order"),
    })
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
    let source = SourceName::new("corp-banyan").unwrap();
    let client = Client::new(source, BaseUrl::parse(DEFAULT_BASE_URL).unwrap(), signed(case));
    let client = match case.arguments().text("delete_path").as_deref() {
        Some("documented") => client.with_delete_path(DeletePath::Documented),
        Some("undoubled") => client.with_delete_path(DeletePath::Undoubled),
        Some(other) => panic!("`{other}` is no address"),
        None => client,
    };
    let number = |name| case.arguments().number(name).and_then(NonZeroU32::new);
    let client = match number("pages_ahead") {
        Some(pages) => client.with_pages_ahead(pages),
        None => client,
    };
    match number("page_size") {
        Some(rows) => client.with_page_size(rows),
        None => client,
    }
}

fn directory(case: &Case) -> BanyanDirectory {
    BanyanDirectory::new(client(case))
}
