//! A secret of Truto is in nothing that this crate shows.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_model::{
    Change, DeviceQuery, Directory as _, Guards, NewUser, SourceName, Text, UserId, UserQuery,
};
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_transport::Request;
use rollbook_truto::{
    Client, Common, Config, DEFAULT_BASE_URL, IdempotencyKey, MdmDevicesQuery, Model, NewMdmUser,
    ResponseFormat, TrutoDirectory, UsersQuery,
};
use rollbook_vendor_kit::BaseUrl;

const CANARY: &str = "c4n4ry-s3cr3t";

/// What Truto can answer, good and bad.
type Answer = fn(&Request) -> Reply;

const ANSWERS: &[Answer] = &[
    |_| Reply::status(401),
    |_| {
        Reply::json(
            401,
            r#"{"statusCode":401,"error":"Unauthorized","message":"Invalid API token"}"#,
        )
    },
    |_| {
        Reply::json(
            502,
            format!(r#"{{"statusCode":502,"truto_is_remote_error":true,"raw_response":"{CANARY}"}}"#),
        )
    },
    |_| {
        Reply::status(302).header(
            "location",
            &format!("https://elsewhere.example.com/?token={CANARY}"),
        )
    },
    |_| Reply::text(200, format!("<html>{CANARY}</html>")),
    |_| Reply::json(200, format!(r#"{{"result":"{CANARY}"}}"#)),
    |_| {
        Reply::json(
            200,
            format!(r#"{{"id":"u","name":{{"x":"{CANARY}"}},"emails":"{CANARY}"}}"#),
        )
    },
    |_| {
        Reply::json(
            200,
            format!(
                r#"{{"result":[{{"id":"u","remote_data":{{"apiKey":"{CANARY}"}},
        "identifiers":{{"pushToken":"{CANARY}"}},"newMember":"{CANARY}"}},{{"newMember":"{CANARY}"}},
        {{"id":"v","emails":"{CANARY}","hostname":{{"x":"{CANARY}"}}}}]}}"#
            ),
        )
    },
    |_| Reply::interrupted(),
    |_| Reply::refused(),
];

#[tokio::test]
async fn no_credential_and_nothing_of_the_providers_own_row_is_shown() {
    for answer in ANSWERS {
        let wire = FakeTransport::answering(*answer);
        let base = BaseUrl::parse(DEFAULT_BASE_URL).unwrap();
        let config = Config::new(base, "account", Secret::new(CANARY).unwrap());
        silent("the config", &config);
        let source = SourceName::new("hr-okta").unwrap();
        let client = Client::connect(source, config, Arc::new(wire.clone())).unwrap();
        silent("the client", &client);
        natively(&client).await;
        through_the_model(client).await;
        let transcript = wire.transcript();
        assert!(!transcript.contains(CANARY), "{transcript}");
    }
}

async fn natively(client: &Client) {
    let query = UsersQuery::default();
    let mut pager = client.users(&query);
    let (rows, error) = pager.collect_rows().await;
    silent("the rows", &rows);
    silent("the pager", &pager);
    silent("the rejected rows", &pager.rejected());
    silent("the completeness", &pager.completeness());
    if let Some(error) = error {
        silent_error(&error);
    }
    silent(
        "the devices",
        &client
            .mdm_devices(&MdmDevicesQuery::default())
            .collect_rows()
            .await,
    );
    silent(
        "the keyed rows",
        &client.users_keyed_by(&query, "id").collect_rows().await,
    );
    silent(
        "the raw reply",
        &client.users_in_format(&query, ResponseFormat::Raw, None).await,
    );
    match client.user("u", &Common::default()).await {
        Ok(user) => silent("the user", &user),
        Err(error) => silent_error(&error),
    }
    let (new, key) = (NewMdmUser::new(text("Ann")), IdempotencyKey::random());
    match client.create_mdm_user(&new, &Common::default(), &key).await {
        Ok(user) => silent("the created user", &user),
        Err(error) => silent_error(&error),
    }
}

async fn through_the_model(client: Client) {
    let directory = TrutoDirectory::new(client, &[Model::UserDirectory, Model::Mdm]);
    silent("the directory", &directory);
    for mut pager in directory.list_users(&UserQuery::default()).unwrap() {
        silent("the users", &pager.collect_rows().await);
    }
    for mut pager in directory.list_devices(&DeviceQuery::default()).unwrap() {
        silent("the devices", &pager.collect_rows().await);
    }
    match directory.get_user(&UserId::new("u").unwrap()).await {
        Ok(user) => silent("the user", &user),
        Err(error) => silent_error(&error),
    }
    let ann = NewUser::new(text("Ann"), vec![text("ann@example.com")]);
    for plan in directory.plan(&[Change::CreateUser(ann)]).await {
        let plan = Guards::default().approve(plan.unwrap()).unwrap();
        silent("the plan", &plan);
        for outcome in directory.carry_out(&plan).await {
            silent("the outcome", &outcome);
            if let Some(error) = outcome.error {
                silent_error(&error);
            }
        }
    }
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn silent(what: &str, shown: &dyn Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains(CANARY), "{what} shows a secret: {text}");
    }
}

fn silent_error<E: StdError + Display>(error: &E) {
    silent("the error", error);
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        assert!(!text.contains(CANARY), "the error shows a secret: {text}");
        next = error.source();
    }
}
