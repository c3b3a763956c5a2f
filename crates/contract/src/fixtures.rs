//! The fixture cases as data: what is sent, what comes back, what Rollbook makes of it, and where it is known from.
//!
//! ```
//! use rollbook_contract::fixtures::{self, Reply};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let case = fixtures::cases("truu")
//!     .iter()
//!     .find(|case| case.operation() == "enrolled_users" && case.name() == "by_email")
//!     .ok_or("no such case")?;
//! assert!(case.facts().contains("Two users have the one address"));
//! let [Reply::Answer { status: 200, body, .. }] = case.replies() else {
//!     return Err("no good answer".into());
//! };
//! assert!(body.contains("\"count\": 2"));
//! assert!(case.result().contains("display_name: \"User Name - Admin\""));
//! # Ok(())
//! # }
//! ```

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use crate::{ContractError, Request};

/// The files of all cases of a vendor by their path below the vendor's folder.
const FILES: &[(&str, &str)] = &[
    ("truu", include_str!("../data/truu.cases.json")),
    ("banyan", include_str!("../data/banyan.cases.json")),
    ("truto", include_str!("../data/truto.cases.json")),
];

/// One call: what is sent, and what comes back.
#[derive(Clone, Debug)]
pub struct Case {
    operation: String,
    name: String,
    facts: String,
    replies: Vec<Reply>,
    requests: Vec<Request>,
    files: BTreeMap<String, String>,
}

/// What comes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// A reply.
    #[non_exhaustive]
    Answer {
        /// Its status.
        status: u16,
        /// Headers that it has besides the content type of its body.
        headers: BTreeMap<String, String>,
        /// Its body; empty where there is none.
        body: String,
        /// The file that the body is from.
        file: Option<String>,
    },
    /// No reply: the connection is `refused` or `interrupted`.
    Failure(String),
}

#[derive(Deserialize)]
struct CaseFile {
    facts: String,
    replies: Option<Vec<ReplyFile>>,
}

#[derive(Default, Deserialize)]
struct ReplyFile {
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    fails: Option<String>,
}

#[derive(Deserialize)]
struct RequestFile {
    method: String,
    path: String,
    query: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
}

/// The cases of `truu`, `banyan` or `truto`, by operation and name; none for another vendor.
pub fn cases(vendor: &str) -> &'static [Case] {
    // That each of them can be read is shown by a test.
    static ALL: LazyLock<BTreeMap<&str, Vec<Case>>> = LazyLock::new(|| {
        let vendors = FILES.iter();
        vendors.map(|(vendor, text)| (*vendor, embedded(text))).collect()
    });
    ALL.get(vendor).map_or(&[], Vec::as_slice)
}

fn embedded(text: &str) -> Vec<Case> {
    let files: BTreeMap<String, String> = serde_json::from_str(text).unwrap_or_default();
    let mut cases: BTreeMap<(String, String), BTreeMap<String, String>> = BTreeMap::new();
    for (path, text) in files {
        if let [operation, case, file] = path.split('/').collect::<Vec<_>>().as_slice() {
            let case = ((*operation).to_owned(), (*case).to_owned());
            cases.entry(case).or_default().insert((*file).to_owned(), text);
        }
    }
    let cases = cases.into_iter();
    cases
        .filter_map(|((operation, name), files)| Case::read(&operation, &name, files).ok())
        .collect()
}

impl Case {
    /// Reads a case from its files, by name: `case.toml`, the bodies of the replies, and the requests where they are written.
    ///
    /// # Errors
    ///
    /// When one of the files is not as a fixture is written.
    pub fn read(operation: &str, name: &str, files: BTreeMap<String, String>) -> Result<Self, ContractError> {
        let error =
            |file: &str, message: String| ContractError::new(&format!("{operation}/{name}/{file}"), message);
        let text = files.get("case.toml").map_or("", String::as_str);
        let case: CaseFile =
            toml::from_str(text).map_err(|failure| error("case.toml", failure.message().to_owned()))?;
        let replies = case.replies.unwrap_or_else(|| vec![ReplyFile::default()]);
        let replies = replies.into_iter().enumerate();
        let mut requests = Vec::new();
        for file in ["request.json", "request-model.json"] {
            let Some(text) = files.get(file) else { continue };
            let written: Vec<RequestFile> =
                serde_json::from_str(text).map_err(|failure| error(file, failure.to_string()))?;
            requests.extend(written.into_iter().map(RequestFile::request));
        }
        Ok(Self {
            operation: operation.to_owned(),
            name: name.to_owned(),
            facts: case.facts,
            replies: replies.map(|(index, reply)| reply.reply(index, &files)).collect(),
            requests,
            files,
        })
    }

    /// The operation that is called.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// What is special about it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the answer is known from.
    pub fn facts(&self) -> &str {
        &self.facts
    }

    /// What comes back, in order.
    pub fn replies(&self) -> &[Reply] {
        &self.replies
    }

    /// What is sent, in order: by the vendor's own function, and then by the same call through the model where that differs.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// What Rollbook makes of the replies, as `rollbook_testkit::render` writes it: the rows, the proof of the walk or the error,
    /// the rows in the model. Blank where that is not written.
    pub fn result(&self) -> &str {
        self.files.get("result.snap").map_or("", String::as_str)
    }

    /// The files, by name, as they are written.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }
}

impl ReplyFile {
    /// The reply at `index`, whose body has the index in its name unless another is named.
    fn reply(self, index: usize, files: &BTreeMap<String, String>) -> Reply {
        if let Some(fails) = self.fails {
            return Reply::Failure(fails);
        }
        let stem = match index {
            0 => "response".to_owned(),
            _ => format!("response-{}", index + 1),
        };
        let names = [Some(format!("{stem}.json")), Some(format!("{stem}.txt"))];
        let names = std::iter::once(self.body).chain(names).flatten();
        let file = names.into_iter().find(|name| files.contains_key(name));
        let body = file.as_ref().and_then(|name| files.get(name));
        Reply::Answer {
            status: self.status.unwrap_or(200),
            headers: self.headers,
            body: body.cloned().unwrap_or_default(),
            file,
        }
    }
}

impl RequestFile {
    fn request(self) -> Request {
        let target = match self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path,
        };
        let headers = self.headers.iter();
        let request = headers.fold(Request::new(&self.method, &target), |request, (name, value)| {
            request.with_header(name, value)
        });
        match self.body {
            None => request,
            Some(Value::String(text)) => request.with_body(text),
            Some(json) => request.with_body(json.to_string()),
        }
    }
}
