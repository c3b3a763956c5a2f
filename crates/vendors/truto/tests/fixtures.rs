//! What Truto is asked, what it answers, and what that becomes: `fixtures/truto/<operation>/<case>/`.
//!
//! Adding a case is adding a folder. `cargo xtask fixtures` writes what is sent and what it becomes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::{AuthLayer, Origin, Secret, StaticToken};
use rollbook_model::{
    DeviceId, DeviceLookup, DeviceQuery, Directory as _, SourceName, Text, UserId, UserQuery,
};
use rollbook_testkit::fixtures::{Arguments, Case, Fixtures, Operation, Outcome};
use rollbook_transport::{Layer as _, Transport};
use rollbook_truto::{
    Client, Common, DEFAULT_BASE_URL, EmailFilter, GroupFilter, IdempotencyKey, MdmDevicesQuery,
    MdmUsersQuery, Model, NamedFilter, NewEmail, NewMdmUser, OwnerFilter, Product, RawReply, ResponseFormat,
    RoleFilter, SortField, SortOrder, TimeFilter, TrutoDirectory, UsersQuery,
};
use rollbook_vendor_kit::{BaseUrl, Native};

const OPERATIONS: &[Operation] = &[
    Operation::list("user_directory_users").by(&["users", "users_keyed_by", "users_in_format"]),
    Operation::one("user_directory_user").by(&["user", "user_in_format"]),
    Operation::list("mdm_users"),
    Operation::one("mdm_user"),
    Operation::list("mdm_devices"),
    Operation::one("mdm_device"),
    Operation::one("create_mdm_user").by(&["create_mdm_user", "create_mdm_user_in_format"]),
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
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fixtures/truto");
    Fixtures::open(dir, "cargo test -p rollbook-truto --test fixtures")
}

pub(crate) async fn run(case: Case) -> Outcome {
    let arguments = case.arguments();
    let common = common(arguments);
    match case.operation() {
        "user_directory_users" => users(&case).await,
        "user_directory_user" => {
            let id = arguments.required("id");
            if let Some(format) = format(arguments) {
                let reply = client(&case).user_in_format(&id, format, &common).await;
                return Outcome::of_one(&case, reply, raw);
            }
            let user = client(&case).user(&id, &common).await;
            let outcome = Outcome::of_one(&case, user, row);
            // The model asks for all members, always.
            match common == Common::default() {
                true => outcome.and_model(model(&case, Model::UserDirectory).get_user(&user_id(&id)).await),
                false => outcome,
            }
        }
        "mdm_users" => {
            let pager = client(&case).mdm_users(&MdmUsersQuery { common });
            Outcome::of_list(&case, Ok(pager), row)
                .await
                .and_model_list(model(&case, Model::Mdm).list_users(&UserQuery::default()))
                .await
        }
        "mdm_user" => {
            let id = arguments.required("id");
            let user = client(&case).mdm_user(&id, &common).await;
            Outcome::of_one(&case, user, row)
                .and_model(model(&case, Model::Mdm).get_user(&user_id(&id)).await)
        }
        "mdm_devices" => mdm_devices(&case).await,
        "mdm_device" => {
            let id = arguments.required("id");
            let device = client(&case).mdm_device(&id, &common).await;
            let lookup = DeviceLookup::new(DeviceId::new(id).unwrap());
            Outcome::of_one(&case, device, row).and_model(model(&case, Model::Mdm).get_device(&lookup).await)
        }
        "create_mdm_user" => create_mdm_user(&case, &common).await,
        other => panic!("`{other}` is no operation of Truto"),
    }
}

async fn users(case: &Case) -> Outcome {
    let arguments = case.arguments();
    let query = users_query(arguments);
    if let Some(member) = arguments.text("key_by") {
        let pager = client(case).users_keyed_by(&query, &member);
        return Outcome::of_list(case, Ok(pager), |keyed| Some(keyed.row.row().get())).await;
    }
    if let Some(format) = format(arguments) {
        let cursor = arguments.text("cursor");
        let reply = client(case)
            .users_in_format(&query, format, cursor.as_deref())
            .await;
        return Outcome::of_one(case, reply, raw);
    }
    let outcome = Outcome::of_list(case, Ok(client(case).users(&query)), row).await;
    // The model filters by itself and sorts nothing.
    match query == UsersQuery::default() {
        true => {
            let pagers = model(case, Model::UserDirectory).list_users(&UserQuery::default());
            outcome.and_model_list(pagers).await
        }
        false => outcome,
    }
}

async fn create_mdm_user(case: &Case, common: &Common) -> Outcome {
    let arguments = case.arguments();
    let mut user = NewMdmUser::new(text(&arguments.required("name")));
    let (types, primary) = (arguments.texts("types"), arguments.text("primary"));
    for (number, address) in arguments.texts("emails").iter().enumerate() {
        let mut email = NewEmail::new(text(address));
        email.is_primary = primary.as_ref().map(|primary| primary == address);
        email.kind = types.get(number).cloned();
        user.emails.push(email);
    }
    user.remote_data = arguments
        .text("remote_data")
        .map(|json| serde_json::from_str(&json).unwrap());
    let key = IdempotencyKey::new(arguments.required("key")).unwrap();
    let client = client(case);
    match format(arguments) {
        Some(format) => {
            let reply = client
                .create_mdm_user_in_format(&user, format, common, &key)
                .await;
            Outcome::of_one(case, reply, raw)
        }
        None => Outcome::of_one(case, client.create_mdm_user(&user, common, &key).await, row),
    }
}

async fn mdm_devices(case: &Case) -> Outcome {
    let arguments = case.arguments();
    let owner = arguments.pairs("owner");
    let query = MdmDevicesQuery {
        common: common(arguments),
        name: arguments.text("name"),
        kind: arguments.text("type"),
        model: arguments.text("model"),
        os_version: arguments.text("os_version"),
        platform: arguments.text("platform"),
        serial_number: arguments.text("serial_number"),
        tags: named(arguments, "tags"),
        owner: OwnerFilter {
            id: one(&owner, "id"),
            name: one(&owner, "name"),
            emails: one(&owner, "emails"),
        },
        policy: named(arguments, "policy"),
        organization: named(arguments, "organization"),
    };
    let mut filters = DeviceQuery::default();
    filters.kind = query.kind.clone();
    Outcome::of_list(case, Ok(client(case).mdm_devices(&query)), row)
        .await
        .and_model_list(model(case, Model::Mdm).list_devices(&filters))
        .await
}

fn users_query(arguments: &Arguments) -> UsersQuery {
    let emails = arguments.pairs("emails");
    let roles = arguments.pairs("roles");
    let groups = arguments.pairs("groups");
    UsersQuery {
        common: common(arguments),
        first_name: arguments.text("first_name"),
        last_name: arguments.text("last_name"),
        name: arguments.text("name"),
        email: arguments.text("email"),
        emails: EmailFilter {
            email: one(&emails, "email"),
            is_primary: one(&emails, "is_primary").map(|flag| flag == "true"),
            kind: one(&emails, "type"),
        },
        username: arguments.text("username"),
        title: arguments.text("title"),
        status: arguments.text("status"),
        user_type: arguments.text("user_type"),
        created_at: times(arguments, "created_at"),
        updated_at: times(arguments, "updated_at"),
        roles: RoleFilter {
            id: one(&roles, "id"),
            name: one(&roles, "name"),
            group: one(&roles, "group"),
            organization: one(&roles, "organization"),
            workspace: one(&roles, "workspace"),
        },
        groups: GroupFilter {
            id: one(&groups, "id"),
            name: one(&groups, "name"),
            kind: one(&groups, "type"),
            organization: one(&groups, "organization"),
        },
        group_id: arguments.text("group_id"),
        workspace_id: arguments.text("workspace_id"),
        organization_id: arguments.text("organization_id"),
        product: arguments.text("product").map(|product| match product.as_str() {
            "teams" => Product::Teams,
            other => panic!("no case has the product `{other}` yet"),
        }),
        sort_by: arguments.pairs("sort_by").first().map(|(field, order)| {
            let field = match field.as_str() {
                "last_login_at" => SortField::LastLoginAt,
                other => panic!("no case sorts by `{other}` yet"),
            };
            match order.as_str() {
                "asc" => (field, SortOrder::Ascending),
                _ => (field, SortOrder::Descending),
            }
        }),
        further: arguments.pairs("further"),
    }
}

fn common(arguments: &Arguments) -> Common {
    Common {
        ignore_limit: arguments.flag("ignore_limit") == Some(true),
        ignore_remote_data: arguments.flag("ignore_remote_data") == Some(true),
        exclude_fields: arguments.texts("exclude_fields"),
        remote_query: arguments.pairs("remote_query"),
    }
}

fn named(arguments: &Arguments, name: &str) -> NamedFilter {
    let pairs = arguments.pairs(name);
    NamedFilter {
        id: one(&pairs, "id"),
        name: one(&pairs, "name"),
    }
}

fn times(arguments: &Arguments, name: &str) -> TimeFilter {
    let pairs = arguments.pairs(name);
    let time = |operator| one(&pairs, operator).map(|time| time.parse().unwrap());
    TimeFilter {
        gt: time("gt"),
        gte: time("gte"),
        lt: time("lt"),
        lte: time("lte"),
    }
}

fn one(pairs: &[(String, String)], name: &str) -> Option<String> {
    let pair = pairs.iter().find(|(key, _)| key == name);
    pair.map(|(_, value)| value.clone())
}

fn row<T>(row: &Native<T>) -> Option<&str> {
    Some(row.row().get())
}

fn raw(reply: &RawReply) -> Option<&str> {
    std::str::from_utf8(&reply.body).ok()
}

fn format(arguments: &Arguments) -> Option<ResponseFormat> {
    Some(match arguments.text("format")?.as_str() {
        "unified" => ResponseFormat::Unified,
        "raw" => ResponseFormat::Raw,
        "normalized" => ResponseFormat::Normalized,
        "stream" => ResponseFormat::Stream,
        other => panic!("`{other}` is no format"),
    })
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn user_id(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn client(case: &Case) -> Client {
    let client = Client::new(
        SourceName::new("hr-okta").unwrap(),
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        "62f44730-dd91-461e-bd6a-aedd9e0ad79d",
        signed(case),
    );
    match case.arguments().number("page_size").and_then(NonZeroU32::new) {
        Some(rows) => client.with_page_size(rows),
        None => client,
    }
}

/// The transport with what signs every call, so that a request is told as the vendor gets it.
fn signed(case: &Case) -> Arc<dyn Transport> {
    let token = StaticToken::new(Secret::new("made-up-bearer").unwrap());
    let origin = Origin::parse(DEFAULT_BASE_URL).unwrap();
    AuthLayer::new(Arc::new(token), origin).wrap(Arc::new(case.transport()))
}

fn model(case: &Case, model: Model) -> TrutoDirectory {
    TrutoDirectory::new(client(case), &[model])
}
