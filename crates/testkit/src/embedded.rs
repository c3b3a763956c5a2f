//! The fixture cases of the three vendors as data, and a fake transport that plays one: what Rollbook itself is tested by, without
//! its repository.
//!
//! ```
//! use rollbook_testkit::embedded::{case, replay};
//! use rollbook_transport::Transport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fake = replay(case("truu", "enrolled_users", "by_email"));
//! let address = "https://truu.test/api/v1/system/enrolled/users/?email=User.Name%40example.com";
//! let request = http::Request::get(address).header("accept", "application/json");
//! let reply = fake.send(request.body(Default::default())?).await?;
//! assert!(reply.body().starts_with(b"{"));
//! fake.finish();
//! # Ok(())
//! # }
//! ```

use std::collections::BTreeMap;

use rollbook_contract::fixtures::Reply as CaseReply;
pub use rollbook_contract::fixtures::{Case, cases};
use serde::Deserialize;
use serde_json::Value;

use crate::{FakeTransport, Reply, Rule};

/// The case of this name.
///
/// # Panics
///
/// When there is none; the message names those that the operation has.
#[track_caller]
pub fn case(vendor: &str, operation: &str, name: &str) -> &'static Case {
    let found = |case: &&Case| case.operation() == operation && case.name() == name;
    if let Some(case) = cases(vendor).iter().find(found) {
        return case;
    }
    let of_operation = cases(vendor).iter().filter(|case| case.operation() == operation);
    let names: Vec<&str> = of_operation.map(Case::name).collect();
    panic!("there is no case {vendor}/{operation}/{name}; the operation has {names:?}");
}

/// A strict transport that wants the requests of the vendor's own function, in order, and gives the replies. Hosts are not
/// compared, nor credentials and keys where the case has `REDACTED`, nor headers that the case has not. A client that does not sign in sends no `authorization`; one that is sent is compared.
///
/// # Panics
///
/// When the case cannot be read.
#[track_caller]
pub fn replay(case: &Case) -> FakeTransport {
    script(case, "request.json")
}

/// A transport that wants the requests that the same call through a `Directory` sends.
///
/// # Panics
///
/// As [`replay`].
#[track_caller]
pub fn replay_through_model(case: &Case) -> FakeTransport {
    let own = "request-model.json";
    script(
        case,
        if case.files().contains_key(own) {
            own
        } else {
            "request.json"
        },
    )
}

/// A request as `request.json` has it.
#[derive(Deserialize)]
struct Wanted {
    method: String,
    path: String,
    query: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
}

#[track_caller]
fn script(case: &Case, file: &str) -> FakeTransport {
    let place = || format!("{}/{}/{file}", case.operation(), case.name());
    let text = case.files().get(file).map_or("[]", String::as_str);
    let wanted: Vec<Wanted> =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", place()));
    let rules = wanted.into_iter().zip(case.replies());
    FakeTransport::ordered(rules.map(|(wanted, reply)| wanted.rule(&place()).reply(reply_of(reply))))
}

impl Wanted {
    #[track_caller]
    fn rule(self, place: &str) -> Rule {
        let target = match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path,
        };
        let method = self
            .method
            .parse()
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        let mut rule = Rule::new(method, &target);
        for (name, value) in &self.headers {
            // A client without its stack does not sign in.
            rule = match name.as_str() {
                "authorization" => rule.header_if_sent(name, value),
                _ => rule.header(name, value),
            };
        }
        match self.body {
            Some(Value::String(text)) => rule.body(text),
            Some(json) => rule.json_body(json),
            None => rule.body(""),
        }
    }
}

fn reply_of(reply: &CaseReply) -> Reply {
    match reply {
        CaseReply::Answer {
            status,
            headers,
            body,
            file,
            ..
        } => {
            let reply = match file {
                Some(file) if file.ends_with(".json") => Reply::json(*status, body),
                Some(_) => Reply::text(*status, body),
                None => Reply::status(*status),
            };
            headers
                .iter()
                .fold(reply, |reply, (name, value)| reply.header(name, value))
        }
        CaseReply::Failure(failure) if failure == "refused" => Reply::refused(),
        _ => Reply::interrupted(),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use rollbook_transport::{Request, Transport as _};

    use super::*;

    /// The request of a case as a client would send it.
    fn request(wanted: &Wanted) -> Request {
        let query = wanted
            .query
            .as_ref()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let uri = format!("https://vendor.test{}{query}", wanted.path);
        let mut request = http::Request::builder().method(wanted.method.as_str()).uri(uri);
        for (name, value) in &wanted.headers {
            request = request.header(name, value);
        }
        let body = match &wanted.body {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(json) => json.to_string(),
        };
        request.body(body.into()).unwrap()
    }

    #[test]
    fn every_case_can_be_played() {
        for case in ["truu", "banyan", "truto"].into_iter().flat_map(cases) {
            for (file, fake) in [
                ("request.json", replay(case)),
                ("request-model.json", replay_through_model(case)),
            ] {
                let text = case
                    .files()
                    .get(file)
                    .or(case.files().get("request.json"))
                    .unwrap();
                let wanted: Vec<Wanted> = serde_json::from_str(text).unwrap();
                for (wanted, reply) in wanted.iter().zip(case.replies()) {
                    let sent = fake.send(request(wanted)).now_or_never().unwrap();
                    match reply {
                        CaseReply::Answer { status, body, .. } => {
                            let sent = sent.unwrap();
                            assert_eq!(
                                (sent.status().as_u16(), sent.body()),
                                (*status, &body.as_bytes().into())
                            );
                        }
                        _ => assert!(sent.is_err()),
                    }
                }
                fake.finish();
            }
        }
        assert!(cases("truu").len() > 20);
    }

    /// The request of TruU's sign-in as a client sends it, with another text in place of `was`.
    fn sign_in(was: &str, is: &str) -> Request {
        let text = &case("truu", "token", "guide").files()["request.json"];
        let text = text.replace("REDACTED", "a-secret").replace(was, is);
        let wanted: Vec<Wanted> = serde_json::from_str(&text).unwrap();
        request(&wanted[0])
    }

    #[test]
    fn a_body_with_a_credential_is_compared_but_for_the_credential() {
        let fake = replay(case("truu", "token", "guide"));
        assert!(
            fake.send(sign_in("a-secret", "another"))
                .now_or_never()
                .unwrap()
                .is_ok()
        );
        fake.finish();
    }

    #[test]
    #[should_panic(expected = "body")]
    fn a_body_that_differs_beside_its_credential_is_told() {
        let fake = replay(case("truu", "token", "guide"));
        drop(
            fake.send(sign_in("client_credentials", "password"))
                .now_or_never(),
        );
        fake.finish();
    }

    #[test]
    #[should_panic(expected = "header authorization")]
    fn a_sign_in_of_another_scheme_is_told() {
        let fake = replay(case("truu", "devices", "guide"));
        let text = &case("truu", "devices", "guide").files()["request.json"];
        let wanted: Vec<Wanted> = serde_json::from_str(&text.replace("Bearer", "Basic")).unwrap();
        drop(fake.send(request(&wanted[0])).now_or_never());
        fake.finish();
    }

    #[test]
    #[should_panic(expected = "body")]
    fn a_body_where_the_case_has_none_is_told() {
        let fake = replay(case("truu", "devices", "guide"));
        let text = &case("truu", "devices", "guide").files()["request.json"];
        let wanted: Vec<Wanted> = serde_json::from_str(text).unwrap();
        let mut request = request(&wanted[0]);
        *request.body_mut() = "{}".into();
        drop(fake.send(request).now_or_never());
        fake.finish();
    }

    #[test]
    fn every_case_brings_what_rollbook_makes_of_it() {
        for case in ["truu", "banyan", "truto"].into_iter().flat_map(cases) {
            assert!(
                case.result().starts_with("--- "),
                "{}/{}",
                case.operation(),
                case.name()
            );
        }
    }

    #[test]
    #[should_panic(expected = "there is no case truu/devices/nothing; the operation has [")]
    fn a_case_that_is_not_there_is_told_with_its_neighbours() {
        case("truu", "devices", "nothing");
    }
}
