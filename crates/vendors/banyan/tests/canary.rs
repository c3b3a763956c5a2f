//! A secret of Banyan is in nothing that this crate shows.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::sync::Arc;

use rollbook_auth::{Secret, TokenSource as _};
use rollbook_banyan::{
    BanyanDirectory, Client, Config, DEFAULT_BASE_URL, DevicesQuery, EndusersV2Query, TokenCall,
};
use rollbook_model::{
    Change, Directory as _, SerialNumber, SourceName, Text, UserId, UserQuery, UserSelector,
};
use rollbook_testkit::{FakeClock, FakeTransport, Reply};
use rollbook_transport::Request;
use rollbook_vendor_kit::BaseUrl;

const CANARY: &str = "c4n4ry-s3cr3t";
const TOKEN: &str = "c4n4ry-s3cr3t-token";

/// What the token call and the API can answer, good and bad.
type Answer = fn(&Request) -> Reply;

const TOKEN_ANSWERS: &[Answer] = &[
    |_| Reply::json(200, format!(r#"{{"Message":"{TOKEN}"}}"#)),
    |_| Reply::json(200, format!(r#"{{"Message":"{TOKEN}.e30.{TOKEN}"}}"#)),
    |_| Reply::json(200, format!(r#"{{"Message":["{TOKEN}"]}}"#)),
    |_| Reply::json(200, format!(r#""{TOKEN}""#)),
    |_| Reply::json(401, format!(r#"{{"Message":"the key {CANARY} is unknown"}}"#)),
    |_| Reply::text(500, CANARY),
    |_| Reply::refused(),
];

const API_ANSWERS: &[Answer] = &[
    |_| Reply::status(401),
    |_| Reply::json(401, r#"{"error":"Unauthorized","error_code":401}"#),
    |_| Reply::status(302).header("location", &format!("/elsewhere?token={TOKEN}#{TOKEN}")),
    |_| Reply::text(200, format!("<html>{TOKEN}</html>")),
    |request| {
        let token = bearer(request);
        let body = format!(r#"{{"devices":"{token}","endusers":"{token}","data":"{token}"}}"#);
        Reply::json(200, body)
    },
    |_| {
        Reply::json(
            200,
            format!(
                r#"[{{"Email":"a@b.c","DeviceID":"d","NewMember":"{CANARY}"}}, {{"New":"{CANARY}"}},
        {{"Email":"a@b.c","DeviceID":"d","TrustData":"{CANARY}"}}]"#
            ),
        )
    },
    |_| Reply::interrupted(),
    // What the server was sent, said back where a change reads what became of it.
    |request| Reply::json(200, format!(r#"[{{"Message":"{}"}}]"#, bearer(request))),
    |request| Reply::json(200, format!(r#""not deleted with {}""#, bearer(request))),
    |request| {
        let data = format!("not done with {}", bearer(request));
        Reply::json(200, format!(r#"{{"error_code":0,"data":"{data}"}}"#))
    },
    |request| Reply::json(400, format!(r#"{{"Message":"bad {}"}}"#, bearer(request))),
    |request| Reply::json(404, format!(r#"{{"Message":"no {}"}}"#, bearer(request))),
];

fn bearer(request: &Request) -> &str {
    let header = request.headers().get("authorization");
    header.map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn no_credential_is_shown() {
    for token_answer in TOKEN_ANSWERS {
        for api_answer in API_ANSWERS {
            let wire = FakeTransport::answering(move |request| match request.uri().path() {
                "/api/v1/refresh_token" => token_answer(request),
                _ => api_answer(request),
            });
            let base = BaseUrl::parse(DEFAULT_BASE_URL).unwrap();
            let config = Config::new(base, Secret::new(CANARY).unwrap());
            everything_is_silent(&wire, config.clone()).await;
            everything_is_silent(&wire, config.without_exchange()).await;
        }
    }
}

async fn everything_is_silent(wire: &FakeTransport, config: Config) {
    silent("the config", &config);
    let clock = Arc::new(FakeClock::manual());
    let call = TokenCall::new(config.clone(), Arc::new(wire.clone()), clock);
    silent("the token call", &call);
    match call.fetch().await {
        Ok(token) => silent("the token", &token),
        Err(error) => silent_error(&error),
    }
    let source = SourceName::new("corp-banyan").unwrap();
    let client = Client::connect(source, config, Arc::new(wire.clone())).unwrap();
    silent("the client", &client);
    let mut pager = client.devices_at_once(&DevicesQuery::default());
    let (rows, error) = pager.collect_rows().await;
    silent("the rows", &rows);
    silent("the pager", &pager);
    silent("the rejected rows", &pager.rejected());
    silent("the completeness", &pager.completeness());
    if let Some(error) = error {
        silent_error(&error);
    }
    silent(
        "the v2 rows",
        &client
            .endusers_v2(&EndusersV2Query::default())
            .collect_rows()
            .await,
    );
    let directory = BanyanDirectory::new(client);
    silent("the directory", &directory);
    let mut pagers = directory.list_users(&UserQuery::default()).unwrap();
    silent("the pagers", &pagers);
    silent("the users", &pagers[0].collect_rows().await);
    match directory.get_user(&UserId::new("a@b.c").unwrap()).await {
        Ok(user) => silent("the user", &user),
        Err(error) => silent_error(&error),
    }
    let serial = SerialNumber::new("TBH121231").unwrap();
    let email = Text::new("a@b.c").unwrap();
    for result in [
        directory.client().ban_device(&serial).await,
        directory.client().delete_device(&serial, &email).await,
        directory.client().delete_device_everywhere(&serial).await,
        directory
            .client()
            .delete_endusers(std::slice::from_ref(&email))
            .await,
    ] {
        if let Err(error) = result {
            silent_error(&error);
        }
    }
    let changes = [
        Change::ban(serial.clone()),
        Change::delete_everywhere(serial),
        Change::DeleteUser(UserSelector::Email(email)),
    ];
    for plan in directory.plan(&changes).await {
        match plan {
            Ok(plan) => silent("the plan", &plan),
            Err(error) => silent_error(&error),
        }
    }
    let transcript = wire.transcript();
    assert!(!transcript.contains(CANARY), "{transcript}");
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
