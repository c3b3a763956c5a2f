//! Replies that are no lists: single rows, refusals, tokens.

use bytes::Bytes;
use rollbook_auth::TokenSource as _;
use rollbook_model::Error;
use rollbook_transport::SystemClock;
use rollbook_truto::Common;
use rollbook_vendor_kit::Native;

use std::sync::Arc;

use crate::credential::{CREDENTIAL, silent, silent_error};
use crate::lists::{banyan, base, secret, selected, truto, truu};
use crate::pages::check_error;
use crate::wire::{Wire, wait};

/// A call that gives one row.
#[derive(Clone, Copy)]
pub(crate) struct Get {
    pub(crate) vendor: &'static str,
    /// The operation of the fixture cases.
    pub(crate) operation: &'static str,
    pub(crate) call: fn(&Wire) -> Result<Got, Error>,
}

/// The row as it came, and the reasons for the members that could not be read.
pub(crate) struct Got {
    row: String,
    unread: Vec<String>,
}

fn got<T>(native: Native<T>) -> Got {
    Got {
        row: native.row().get().to_owned(),
        unread: native.unread().to_vec(),
    }
}

pub(crate) const GETS: &[Get] = &[
    Get {
        vendor: "truu",
        operation: "domain_user",
        call: |wire| wait(truu(wire).domain_user("g")).map(got),
    },
    Get {
        vendor: "truu",
        operation: "domain_user_device",
        call: |wire| {
            let id = rollbook_model::DeviceId::new("d")
                .map_err(|error| Error::invalid_argument(error.to_string()))?;
            wait(truu(wire).domain_user_device("g", &id.into())).map(got)
        },
    },
    Get {
        vendor: "truto",
        operation: "user_directory_user",
        call: |wire| wait(truto(wire).user("u", &Common::default())).map(got),
    },
    Get {
        vendor: "truto",
        operation: "mdm_user",
        call: |wire| wait(truto(wire).mdm_user("u", &Common::default())).map(got),
    },
    Get {
        vendor: "truto",
        operation: "mdm_device",
        call: |wire| wait(truto(wire).mdm_device("d", &Common::default())).map(got),
    },
];

/// A row that is a whole reply is that reply, or an error that says where it is none.
pub(crate) fn check_get(input: &[u8]) {
    let Some((get, body)) = selected(GETS, input) else {
        return;
    };
    match (get.call)(&Wire::once(Bytes::copy_from_slice(body))) {
        Ok(got) => {
            let whole = std::str::from_utf8(body).map(str::trim_ascii);
            assert_eq!(Ok(got.row.as_str()), whole, "the row is not as it came");
            assert!(
                got.unread.iter().all(|reason| reason.starts_with('$')),
                "no place: {:?}",
                got.unread
            );
            silent("what could not be read", &got.unread);
        }
        Err(error) => {
            check_error(&error);
            assert!(error.message().contains('$'), "no place: {error}");
        }
    }
}

/// The statuses that a refusal can have.
pub(crate) const STATUSES: &[u16] = &[
    400, 401, 403, 404, 408, 409, 410, 412, 413, 418, 422, 429, 500, 501, 502, 503, 504, 599, 202, 204, 302,
];

type Refused = fn(&Wire) -> Option<Error>;

/// By the names of the vendors.
pub(crate) const REFUSED: &[(&str, Refused)] = &[
    ("truu", |wire| wait(truu(wire).devices().collect_rows()).1),
    ("banyan", |wire| {
        wait(banyan(wire).devices(&Default::default()).collect_rows()).1
    }),
    ("truto", |wire| {
        wait(truto(wire).user("u", &Common::default())).err()
    }),
];

/// So much of the credential is a part that says much.
const HALF: usize = 12;

/// A refusal is an error that repeats no credential and no more than a few words.
pub(crate) fn check_refusal(input: &[u8]) {
    let Some(((_, call), rest)) = selected(REFUSED, input) else {
        return;
    };
    let Some((status, body)) = selected(STATUSES, rest) else {
        return;
    };
    let error = call(&Wire::always(*status, Bytes::copy_from_slice(body)));
    if *status >= 300 {
        let Some(error) = &error else {
            panic!("{status} was taken for a success");
        };
        assert_eq!(error.status(), Some(*status));
        assert!(
            error.message().chars().count() <= 400,
            "a long message: {}",
            error.message()
        );
        assert!(error.vendor_code().is_none_or(|code| code.chars().count() <= 70));
    }
    if let Some(error) = &error {
        check_error(error);
        let part = &CREDENTIAL[..HALF];
        let body = String::from_utf8_lossy(body);
        // What was sent as a part may be shown as one.
        let was_whole = body.matches(part).count() == body.matches(CREDENTIAL).count();
        assert!(
            !was_whole || !error.to_string().contains(part),
            "half the credential is shown: {error}"
        );
    }
}

/// The token calls, by the names of the vendors.
pub(crate) const TOKEN_CALLS: &[&str] = &["truu", "banyan"];

/// The answer of a token call is a token that can be sent, or an error that shows nothing of it.
pub(crate) fn check_token(input: &[u8]) {
    let Some((vendor, rest)) = selected(TOKEN_CALLS, input) else {
        return;
    };
    let Some((refused, body)) = selected(&[false, true], rest) else {
        return;
    };
    let status = if *refused { 401 } else { 200 };
    let reply = Arc::new(TokenWire(status, Bytes::copy_from_slice(body)));
    let token = if *vendor == "truu" {
        let config = rollbook_truu::Config::new(base(rollbook_truu::DEFAULT_BASE_URL), "client", secret());
        wait(rollbook_truu::TokenCall::new(config, reply).fetch())
    } else {
        let config = rollbook_banyan::Config::new(base(rollbook_banyan::DEFAULT_BASE_URL), secret());
        wait(rollbook_banyan::TokenCall::new(config, reply, Arc::new(SystemClock)).fetch())
    };
    silent("the token or the error", &token);
    match token {
        Ok(token) => {
            assert!(!refused, "401 was taken for a success");
            assert!(
                body.trim_ascii_start().starts_with(b"{"),
                "a token from what is no object"
            );
            let text = token.value.expose();
            assert!(
                !text.is_empty() && !text.contains(char::is_control),
                "a token that cannot be sent"
            );
        }
        Err(error) => silent_error(&error),
    }
}

#[derive(Debug)]
struct TokenWire(u16, Bytes);

#[async_trait::async_trait]
impl rollbook_transport::Transport for TokenWire {
    async fn send(
        &self,
        _: rollbook_transport::Request,
    ) -> Result<rollbook_transport::Response, rollbook_transport::TransportError> {
        let mut response = rollbook_transport::Response::new(self.1.clone());
        *response.status_mut() = http::StatusCode::from_u16(self.0).unwrap_or_default();
        Ok(response)
    }
}
