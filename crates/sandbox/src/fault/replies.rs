//! Faults that answer in the vendor's place: errors, pages for people, redirects.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use rollbook_transport::Response;

use super::FaultSpec;
use super::form::Form;
use super::kinds::{Act, FaultKey, FaultKind, Reach};
use super::turn::Turn;
use crate::{Sent, clock, reply, sandbox};

const WHEN: FaultKey = FaultKey {
    name: "when",
    value: "before|after",
    default: Some("before"),
    help: "before: the request is not carried out; after: it is, and then this is answered",
    example: "status:code=500,when=after,method=DELETE",
    form: Form::Word(&["before", "after"]),
};

/// Carries the request out if it is meant to be. False when it is not, and has been.
fn prepare(spec: &FaultSpec, turn: &mut Turn<'_, '_>) -> bool {
    if spec.is("when", "after") {
        turn.reply();
        return true;
    }
    !turn.is_carried_out()
}

fn code(spec: &FaultSpec) -> StatusCode {
    let code = spec.text("code").and_then(|code| code.parse().ok());
    code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub(super) const STATUS: FaultKind = FaultKind {
    name: "status",
    help: "an error is answered, in the vendor's words",
    keys: &[
        FaultKey {
            name: "code",
            value: "200-599",
            default: Some("503"),
            help: "the status of the answer",
            example: "status:code=429",
            form: Form::Status,
        },
        FaultKey {
            name: "retry-after",
            value: "SECONDS|TEXT",
            default: None,
            help: "the Retry-After header, as it is",
            example: "status:code=429,retry-after=Wed, 21 Oct 2026 07:28:00 GMT",
            form: Form::Header,
        },
        FaultKey {
            name: "retry-in",
            value: "SECONDS",
            default: None,
            help: "the Retry-After header, as a date this far from the sandbox's time",
            example: "status:code=429,retry-in=+30",
            form: Form::Difference,
        },
        WHEN,
    ],
    example: "status:code=503,path=/api/v1/devices,every=3",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        if !prepare(spec, turn) {
            return None;
        }
        let response = sandbox::failure(turn.call, code(spec));
        let retry_after = match spec.text("retry-after") {
            Some(text) => Some(text.to_owned()),
            None => spec
                .text("retry-in")
                .map(|_| clock::http_date(turn.time() + spec.difference("retry-in"))),
        };
        Some(Sent::Whole(match retry_after {
            Some(text) => reply::with_header(response, RETRY_AFTER, &text),
            None => response,
        }))
    }),
};

pub(super) const HTML: FaultKind = FaultKind {
    name: "html",
    help: "a page for people is answered, as a proxy or a sign-in page in between does",
    keys: &[
        FaultKey {
            name: "code",
            value: "200-599",
            default: Some("200"),
            help: "the status of the answer",
            example: "html:code=502",
            form: Form::Status,
        },
        FaultKey {
            example: "html:when=after,method=POST",
            ..WHEN
        },
    ],
    example: "html:path=/data/api/v1/assets,times=1",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        if !prepare(spec, turn) {
            return None;
        }
        const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Please sign in</title></head>\
                            <body><h1>Please sign in</h1></body></html>\n";
        let mut response = Response::new(Bytes::from_static(PAGE.as_bytes()));
        *response.status_mut() = code(spec);
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        Some(Sent::Whole(response))
    }),
};

pub(super) const REDIRECT: FaultKind = FaultKind {
    name: "redirect",
    help: "the client is sent elsewhere; the request is not carried out",
    keys: &[
        FaultKey {
            name: "to",
            value: "URL",
            default: Some("https://elsewhere.invalid/"),
            help: "where to, as it is",
            example: "redirect:to=http://127.0.0.1:9/",
            form: Form::Address,
        },
        FaultKey {
            name: "code",
            value: "301|302|307|308",
            default: Some("302"),
            help: "the status of the answer",
            example: "redirect:code=308",
            form: Form::Word(&["301", "302", "307", "308"]),
        },
    ],
    example: "redirect:to=https://elsewhere.invalid/login,code=307,times=1",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        if turn.is_carried_out() {
            return None;
        }
        let to = spec.text("to")?;
        Some(Sent::Whole(reply::with_header(
            reply::empty(code(spec)),
            LOCATION,
            to,
        )))
    }),
};
