//! One call as it was, and the case that is made of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::canary::{Canaries, Leak};
use crate::sanitize::{HEADERS, Policy, REMOVED_HEADERS, Sanitizer, Unreadable};

/// One call as it was. It holds what must not be kept, so `Debug` shows only how much there is.
#[derive(Default)]
pub struct Recording {
    /// The arguments of the call.
    pub arguments: toml::Table,
    /// What came, in the order of the requests.
    pub answers: Vec<Answer>,
    /// What the call was made with: the secret, the token, the account, the host.
    pub secrets: Vec<String>,
}

/// What a request ended with.
pub enum Answer {
    /// A reply came.
    Reply(Reply),
    /// None came: the word that a case has for it.
    Fails(&'static str),
}

/// A reply as it came.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, with names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("answers", &self.answers)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply(reply) => reply.fmt(f),
            Self::Fails(how) => f.write_str(how),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.status, self.body.len())
    }
}

/// The files of a case, but for those that running it makes.
#[derive(Debug)]
pub struct Case {
    /// The contents by the names of the files.
    pub files: BTreeMap<String, String>,
    /// What must be nowhere in the case: also not in the files that are made later.
    pub canaries: Canaries,
    /// The objects in which names of members were replaced, and how many: neither a list of the policy nor the contract has them.
    pub renamed: BTreeMap<String, usize>,
}

/// Why a recording does not become a case.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refused {
    /// An original is left.
    Leak(Leak),
    /// The body of the reply of this number is not text.
    NotText(usize),
    /// The body of the reply of this number is nested too deep.
    TooDeep(usize, Unreadable),
    /// The case cannot be written as TOML.
    Toml(toml::ser::Error),
}

/// `case.toml`.
#[derive(Serialize)]
struct CaseFile<'a> {
    facts: &'a str,
    #[serde(skip_serializing_if = "toml::Table::is_empty")]
    arguments: toml::Table,
    replies: Vec<ReplyEntry>,
}

#[derive(Serialize)]
struct ReplyEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fails: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
}

/// The case of a recording, with a pseudonym in the place of whatever is not known to name nobody. `facts` says where it was
/// recorded.
///
/// # Errors
///
/// When an original is left anywhere, in whatever encoding; when a body is not text, or is nested too deep.
pub fn sanitize(policy: &'static Policy, facts: &str, recording: &Recording) -> Result<Case, Refused> {
    // Twice: no pseudonym may be an original, also not one that comes later.
    let mut first = Sanitizer::new(policy);
    write(&mut first, facts, recording)?;
    let mut second = Sanitizer::knowing(&first);
    let files = write(&mut second, facts, recording)?;
    let mut canaries = Canaries::default();
    let originals = first.originals().chain(second.originals());
    originals.for_each(|original| canaries.add(original));
    recording
        .secrets
        .iter()
        .for_each(|secret| canaries.add_secret(secret));
    for (name, contents) in &files {
        canaries.search(name, contents).map_err(Refused::Leak)?;
    }
    Ok(Case {
        files,
        canaries,
        renamed: second.renamed(),
    })
}

fn write(
    sanitizer: &mut Sanitizer,
    facts: &str,
    recording: &Recording,
) -> Result<BTreeMap<String, String>, Refused> {
    let mut files = BTreeMap::new();
    let arguments = sanitizer.arguments(&recording.arguments);
    let mut replies = Vec::new();
    for (index, answer) in recording.answers.iter().enumerate() {
        let reply = match answer {
            Answer::Reply(reply) => reply,
            Answer::Fails(how) => {
                replies.push(ReplyEntry {
                    status: None,
                    fails: Some(how),
                    headers: BTreeMap::new(),
                });
                continue;
            }
        };
        let body = std::str::from_utf8(&reply.body).map_err(|_| Refused::NotText(index + 1))?;
        let stem = match index {
            0 => "response".to_owned(),
            _ => format!("response-{}", index + 1),
        };
        let mut plain = "";
        if !body.is_empty() {
            let (ending, contents) = match sanitizer.json(body) {
                Ok(json) => ("json", json + "\n"),
                Err(Unreadable::NotJson(_)) => ("txt", sanitizer.sentence(body)),
                Err(deep @ Unreadable::TooDeep(_)) => return Err(Refused::TooDeep(index + 1, deep)),
            };
            files.insert(format!("{stem}.{ending}"), contents);
            plain = if ending == "json" {
                "application/json"
            } else {
                "text/plain"
            };
        }
        replies.push(ReplyEntry {
            status: (reply.status != 200).then_some(reply.status),
            fails: None,
            headers: headers(sanitizer, &reply.headers, plain),
        });
    }
    let case = CaseFile {
        facts,
        arguments,
        replies,
    };
    let case = toml::to_string(&case).map_err(Refused::Toml)?;
    files.insert("case.toml".to_owned(), case);
    Ok(files)
}

/// The headers that a case keeps. A content type that says no more than the name of the file does is left out.
fn headers(sanitizer: &mut Sanitizer, headers: &[(String, String)], plain: &str) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for (name, value) in headers {
        if HEADERS.contains(&name.as_str()) {
            let essence = value.split(';').next().unwrap_or_default().trim();
            if name != "content-type" || essence != plain {
                kept.insert(name.clone(), sanitizer.header(name, value));
            }
        } else if REMOVED_HEADERS.contains(&name.as_str()) {
            kept.insert(name.clone(), sanitizer.removed(value));
        }
    }
    kept
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leak(leak) => leak.fmt(f),
            Self::NotText(number) => write!(
                f,
                "the body of reply {number} is not text, so that it cannot be judged"
            ),
            Self::TooDeep(number, why) => write!(f, "reply {number} is not recorded: {why}"),
            Self::Toml(error) => write!(f, "the case cannot be written: {error}"),
        }
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(body: &str) -> Recording {
        Recording {
            answers: vec![Answer::Reply(Reply {
                status: 200,
                headers: vec![
                    (
                        "content-type".to_owned(),
                        "application/json; charset=utf-8".to_owned(),
                    ),
                    ("set-cookie".to_owned(), "session=canary".to_owned()),
                    ("x-request-id".to_owned(), "req-canary".to_owned()),
                    ("retry-after".to_owned(), "7".to_owned()),
                ],
                body: body.into(),
            })],
            secrets: vec!["deleted".to_owned(), "tenant.vendor.example".to_owned()],
            ..Recording::default()
        }
    }

    fn case(body: &str) -> Result<Case, Refused> {
        sanitize(Policy::of("truto").unwrap(), "Made up.", &recording(body))
    }

    fn place(body: &str) -> String {
        case(body).unwrap_err().to_string()
    }

    #[test]
    fn headers_are_kept_by_a_list() {
        let case = case("{}").unwrap();
        let written = &case.files["case.toml"];
        let headers = "[replies.headers]\nretry-after = \"7\"\nx-request-id = \"REDACTED\"\n";
        assert!(written.ends_with(headers), "{written}");
        assert!(case.canaries.is_in("req-canary"));
    }

    #[test]
    fn a_header_that_is_kept_keeps_a_number_or_a_known_type_and_nothing_else() {
        let mut recording = recording("{}");
        let Some(Answer::Reply(reply)) = recording.answers.first_mut() else {
            panic!("a reply");
        };
        reply.headers = [
            ("content-type", "text/html; name=\"annlee\""),
            ("retry-after", "annlee"),
            ("ratelimit-reset", "4917012345678"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let case = sanitize(Policy::of("truto").unwrap(), "Made up.", &recording).unwrap();
        let written = &case.files["case.toml"];
        assert!(written.contains("content-type = \"text/html\""), "{written}");
        assert!(
            !written.contains("annlee") && !written.contains("4917"),
            "{written}"
        );
    }

    #[test]
    fn a_value_that_would_stay_goes_when_it_is_an_original_elsewhere() {
        let case =
            case(r#"{"name":"Siobhan","status":"SIOBHAN","user_type":"admin","roles":[{"name":"Admin"}]}"#)
                .unwrap();
        let reply = case.files["response.json"].to_lowercase();
        assert!(!reply.contains("siobhan"), "{reply}");
        assert!(reply.contains(r#""user_type": "admin""#), "{reply}");
    }

    #[test]
    fn a_recording_that_still_holds_an_original_or_a_secret_is_refused_with_the_place() {
        for (body, at) in [
            (
                r#"{"name":"100200","result_count":100200}"#,
                "response.json: $.result_count ",
            ),
            (
                r#"{"result":[{},{"status":"deleted"}]}"#,
                "response.json: $.result[1].status ",
            ),
            (r#"{"message":"it is Deleted"}"#, "response.json: $.message "),
        ] {
            let said = place(body);
            assert!(said.starts_with(at), "{said}");
            assert!(!said.contains("100200") && !said.contains("eleted"), "{said}");
        }
    }

    #[test]
    fn a_body_that_is_not_json_keeps_its_form_and_one_that_is_not_text_is_refused() {
        let page = case("<html><title>502 Bad Gateway</title>Ann at tenant-7</html>").unwrap();
        let text = &page.files["response.txt"];
        assert!(
            text.contains("Bad Gateway</title>") && !text.contains("Ann"),
            "{text}"
        );
        assert!(page.files["case.toml"].contains("content-type"));
        let mut binary = recording("");
        binary.answers = vec![Answer::Reply(Reply {
            status: 200,
            headers: Vec::new(),
            body: vec![0xff],
        })];
        let refused = sanitize(Policy::of("truto").unwrap(), "Made up.", &binary).unwrap_err();
        assert!(matches!(refused, Refused::NotText(1)));
    }

    #[test]
    fn a_reply_that_is_nested_too_deep_is_refused_with_its_place_and_the_deepest_that_is_read_is_not() {
        let nested = |levels: usize| {
            let (open, close) = ("[".repeat(levels - 2), "]".repeat(levels - 2));
            format!(r#"{{"result":{{"name":{open}"Siobhan"{close}}}}}"#)
        };
        let deepest = case(&nested(127)).unwrap();
        let reply = &deepest.files["response.json"];
        assert!(serde_json::from_str::<serde_json::Value>(reply).is_ok());
        assert!(!reply.contains("Siobhan"));
        for levels in [128, 100_000] {
            let said = place(&nested(levels));
            assert!(
                said.starts_with("reply 1 is not recorded: there are more than 127"),
                "{said}"
            );
            assert!(
                said.contains("at $.result.name[*][*]") && said.ends_with("..."),
                "{said}"
            );
        }
        assert!(serde_json::from_str::<serde_json::Value>(&nested(128)).is_err());
    }

    #[test]
    fn json_in_a_text_that_is_nested_too_deep_is_replaced_as_a_text() {
        for levels in [122, 128, 10_000] {
            let text = format!("{}\"Siobhan\"{}", "[".repeat(levels), "]".repeat(levels));
            let body =
                serde_json::json!({"result": [{"name": text, "id": "Siobhan"}], "next_cursor": "Siobhan"});
            let case = case(&body.to_string()).unwrap();
            let reply: serde_json::Value = serde_json::from_str(&case.files["response.json"]).unwrap();
            let pseudonym = reply["next_cursor"].as_str().unwrap();
            assert_ne!(pseudonym, "Siobhan");
            let row = &reply["result"][0];
            assert_eq!(row["id"], pseudonym);
            assert_eq!(row["name"], text.replace("Siobhan", pseudonym));
        }
    }

    #[test]
    fn where_names_of_members_were_replaced_is_told_without_the_names() {
        let body =
            r#"{"result":[{"id":"1","shoeSize":{"annlee":1}},{"id":"2","shoeSize":{"boblee":2},"hat":1}]}"#;
        let case = case(body).unwrap();
        let counts: Vec<usize> = case.renamed.values().copied().collect();
        assert_eq!(counts, [2, 2], "{:?}", case.renamed);
        let places: Vec<&String> = case.renamed.keys().collect();
        assert_eq!(places[0], "$.result[*]");
        assert!(places[1].starts_with("$.result[*]."), "{places:?}");
        for name in ["shoe", "annlee", "boblee"] {
            assert!(!places[1].contains(name), "{places:?}");
        }
    }
}
