//! A secret of TruU is in nothing that this crate shows.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::sync::Arc;

use rollbook_auth::{CachedTokens, Secret, TokenProvider as _, TokenSource as _};
use rollbook_model::{
    Change, DeviceId, DeviceQuery, DeviceSelector, Directory as _, Guards, SourceName, Text, UserSelector,
};
use rollbook_testkit::{FakeClock, FakeTransport, Reply};
use rollbook_transport::Request;
use rollbook_truu::wire::TokenReply;
use rollbook_truu::{Client, Config, DEFAULT_BASE_URL, EnrolledUsersQuery, TokenCall, TruuDirectory};
use rollbook_vendor_kit::BaseUrl;

const CANARY: &str = "c4n4ry-s3cr3t";
const TOKEN: &str = "c4n4ry-s3cr3t-token";

/// What the token call and the API can answer, good and bad.
type Answer = fn(&Request) -> Reply;

const TOKEN_ANSWERS: &[Answer] = &[
    |_| {
        Reply::json(
            200,
            format!(r#"{{"access_token":"{TOKEN}","expires_in":7199,"jti":"{TOKEN}"}}"#),
        )
    },
    |_| Reply::json(200, format!(r#"{{"access_token":["{TOKEN}"]}}"#)),
    |_| Reply::json(200, format!(r#"{{"access_token":"{TOKEN}\n"}}"#)),
    |_| Reply::json(200, format!(r#""{TOKEN}""#)),
    |_| {
        Reply::json(
            401,
            format!(r#"{{"error":"invalid_client","error_description":"not {CANARY}"}}"#),
        )
    },
    |_| Reply::text(500, CANARY),
    |_| Reply::status(302).header("location", &format!("https://elsewhere.example.com/?{CANARY}")),
    |_| Reply::refused(),
];

const API_ANSWERS: &[Answer] = &[
    |_| Reply::status(401),
    |_| Reply::json(401, r#"{"detail":"no"}"#),
    |_| Reply::status(301).header("location", &format!("/elsewhere/?token={TOKEN}")),
    |_| Reply::text(200, format!("<html>{TOKEN}</html>")),
    |_| Reply::json(200, format!(r#"{{"results":"{TOKEN}"}}"#)),
    // Good enough for a plan, and for the answer to a deletion that it contradicts.
    |_| {
        Reply::json(
            200,
            format!(
                r#"{{"count":1,"results":[{{"tuid":"t","guid":"g","deviceId":"d","notificationId":"{CANARY}",
        "user":{{"guid":"g"}}}}],"deviceId":"d","tuid":"t","guid":"g","active":true,"notificationId":"{CANARY}"}}"#
            ),
        )
    },
    |_| {
        Reply::json(
            200,
            format!(
                r#"{{"count":3,"results":[{{"deviceId":"d","notificationId":"{CANARY}","tuid":"t"}},
        {{"notificationId":"{CANARY}"}}, {{"deviceId":"d","tuid":"t","user":"{CANARY}","domain":"{CANARY}"}}]}}"#
            ),
        )
    },
    |_| Reply::interrupted(),
];

#[tokio::test]
async fn no_credential_and_no_push_token_is_shown() {
    for token_answer in TOKEN_ANSWERS {
        for api_answer in API_ANSWERS {
            let wire = FakeTransport::answering(move |request| match request.uri().path() {
                "/oauth/token" => token_answer(request),
                _ => api_answer(request),
            });
            everything_is_silent(wire).await;
        }
    }
}

async fn everything_is_silent(wire: FakeTransport) {
    let base = || BaseUrl::parse(DEFAULT_BASE_URL).unwrap();
    let config = Config::new(base(), "client", Secret::new(CANARY).unwrap());
    silent("the config", &config);
    let call = TokenCall::new(config.clone(), Arc::new(wire.clone()));
    silent("the token call", &call);
    match call.fetch().await {
        Ok(token) => silent("the token", &token),
        Err(error) => silent_error(&error),
    }
    let tokens = CachedTokens::new(call, Arc::new(FakeClock::manual()));
    silent("the issued token", &tokens.token().await);
    silent("the tokens", &tokens);

    let source = SourceName::new("corp-truu").unwrap();
    let client = Client::connect(source, config, Arc::new(wire.clone())).unwrap();
    silent("the client", &client);
    let mut pager = client.enrolled_users(&EnrolledUsersQuery::default());
    let (rows, error) = pager.collect_rows().await;
    silent("the rows", &rows);
    silent("the pager", &pager);
    silent("the rejected rows", &pager.rejected());
    silent("the completeness", &pager.completeness());
    if let Some(error) = error {
        silent_error(&error);
    }
    let mut devices = client.devices();
    silent("the native devices", &devices.collect_rows().await);
    silent("the rejected devices", &devices.rejected());
    if let Err(error) = client.domain_user("guid").await {
        silent_error(&error);
    }
    let directory = TruuDirectory::new(client);
    silent("the directory", &directory);
    let mut pagers = directory.list_devices(&DeviceQuery::default()).unwrap();
    silent("the pagers", &pagers);
    silent("the devices", &pagers[0].collect_rows().await);
    changes_are_silent(&directory).await;
    let transcript = wire.transcript();
    assert!(!transcript.contains(CANARY), "{transcript}");
}

async fn changes_are_silent(directory: &TruuDirectory) {
    let (guid, id) = (Text::new("g").unwrap(), DeviceId::new("d").unwrap());
    let client = directory.client();
    if let Err(error) = client.delete_domain_user(&guid).await {
        silent_error(&error);
    }
    match client.delete_domain_user_device(&guid, &id.clone().into()).await {
        Ok(device) => silent("the deleted device", &device),
        Err(error) => silent_error(&error),
    }
    let changes = [
        Change::DeleteUser(UserSelector::Guid(guid.clone())),
        Change::DeleteDevice(DeviceSelector::Enrollment { id, guid: Some(guid) }),
    ];
    for plan in directory.plan(&changes).await {
        let guards = Guards::default().with_max_implied(usize::MAX);
        match plan.and_then(|plan| guards.approve(plan)) {
            Ok(plan) => {
                silent("the plan", &plan);
                silent("the outcome", &directory.carry_out(&plan).await);
            }
            Err(error) => silent_error(&error),
        }
    }
}

#[test]
fn a_token_reply_does_not_show_its_token() {
    let reply = format!(r#"{{"access_token":"{TOKEN}","scope":"s","expires_in":7199}}"#);
    silent("the reply", &serde_json::from_str::<TokenReply>(&reply).unwrap());
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
