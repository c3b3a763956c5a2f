use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use percent_encoding::percent_decode_str;
use rollbook_transport::{REDACTED, Request};
use serde_json::Value;

use crate::Reply;
use crate::reply::ReplyFn;
use crate::transcript::{self, is_secret};

/// What one request must look like, and what it is answered.
///
/// - the method and the path match exactly, the path as it is encoded on the wire;
/// - a query in the path must be the request's whole query, in any order, compared decoded; without one the request
///   must have none, unless [`any_query`](Self::any_query) or [`query`](Self::query) says otherwise;
/// - a header or a body is looked at only if the rule names one; `REDACTED` in it is any credential, at a place where the
///   [transcript](crate::FakeTransport::transcript) has the same word;
/// - a rule is for one request per [`reply`](Self::reply), unless [`times`](Self::times) or
///   [`any_times`](Self::any_times) says otherwise; one without a reply answers a 200 without a body.
///
/// ```
/// use rollbook_testkit::{Reply, Rule};
///
/// let rule = Rule::post("/oauth/token")
///     .header("content-type", "application/x-www-form-urlencoded")
///     .body("grant_type=client_credentials")
///     .reply(Reply::status(503))
///     .reply(Reply::json(200, r#"{"access_token":"t","expires_in":7199}"#));
/// ```
#[derive(Clone)]
pub struct Rule {
    /// `None` is for anything at all.
    method: Option<Method>,
    path: String,
    query: Query,
    headers: Vec<(String, String)>,
    /// Headers that need not be there.
    headers_if_sent: Vec<(String, String)>,
    body: Option<Body>,
    answer: Answer,
    least: usize,
    most: Option<usize>,
}

#[derive(Clone, Debug)]
enum Query {
    Exactly(Vec<(String, String)>),
    AtLeast(Vec<(String, String)>),
}

#[derive(Clone)]
enum Body {
    Bytes(Bytes),
    Json(Value),
}

#[derive(Clone)]
enum Answer {
    InTurn(Vec<Reply>),
    Function(Arc<ReplyFn>),
}

impl Rule {
    /// A rule for `method` and a path with or without its query.
    pub fn new(method: Method, path_and_query: &str) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        Self {
            method: Some(method),
            path: path.to_owned(),
            query: Query::Exactly(decoded_pairs(query)),
            headers: Vec::new(),
            headers_if_sent: Vec::new(),
            body: None,
            answer: Answer::InTurn(Vec::new()),
            least: 1,
            most: Some(1),
        }
    }

    /// A rule for a GET.
    pub fn get(path_and_query: &str) -> Self {
        Self::new(Method::GET, path_and_query)
    }

    /// A rule for a POST.
    pub fn post(path_and_query: &str) -> Self {
        Self::new(Method::POST, path_and_query)
    }

    /// A rule for a DELETE.
    pub fn delete(path_and_query: &str) -> Self {
        Self::new(Method::DELETE, path_and_query)
    }

    /// A rule for every request.
    pub(crate) fn anything() -> Self {
        Self {
            method: None,
            ..Self::get("")
        }
    }

    /// Whatever the query is beside the parameters named so far.
    #[must_use]
    pub fn any_query(mut self) -> Self {
        let (Query::Exactly(pairs) | Query::AtLeast(pairs)) = self.query;
        self.query = Query::AtLeast(pairs);
        self
    }

    /// The query has this parameter, decoded. The rest of the query is as it was said before.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let (Query::Exactly(pairs) | Query::AtLeast(pairs)) = &mut self.query;
        pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The request has this header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where the request has this header, it has this value.
    #[cfg(feature = "fixtures")]
    pub(crate) fn header_if_sent(mut self, name: &str, value: &str) -> Self {
        self.headers_if_sent.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The body is this, byte by byte.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(Body::Bytes(body.into()));
        self
    }

    /// The body is this JSON, however it is written.
    #[must_use]
    pub fn json_body(mut self, body: Value) -> Self {
        self.body = Some(Body::Json(body));
        self
    }

    /// One more request is answered, with `reply`.
    #[must_use]
    pub fn reply(mut self, reply: Reply) -> Self {
        if let Answer::InTurn(replies) = &mut self.answer {
            replies.push(reply);
            self.least = replies.len();
            self.most = Some(replies.len());
        }
        self
    }

    /// The reply is made from the request.
    #[must_use]
    pub fn reply_with(mut self, function: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        self.answer = Answer::Function(Arc::new(function));
        self
    }

    /// Exactly `times` requests; the last reply is given again to those past it.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.least = times;
        self.most = Some(times);
        self
    }

    /// Any number of requests, also none; the last reply is given again to those past it.
    #[must_use]
    pub fn any_times(mut self) -> Self {
        self.least = 0;
        self.most = None;
        self
    }

    /// The reply to the request that comes after `used` others.
    pub(crate) fn answer(&self, used: usize, request: &Request) -> Reply {
        match &self.answer {
            Answer::Function(function) => function(request),
            Answer::InTurn(replies) => replies
                .get(used)
                .or(replies.last())
                .cloned()
                .unwrap_or_else(|| Reply::status(200)),
        }
    }

    pub(crate) fn is_used_up(&self, used: usize) -> bool {
        self.most.is_some_and(|most| used >= most)
    }

    pub(crate) fn is_satisfied(&self, used: usize) -> bool {
        used >= self.least
    }

    /// In what the request differs from the rule; nothing when the rule is for it.
    pub(crate) fn differences(&self, request: &Request) -> Vec<String> {
        let mut differences = Vec::new();
        let Some(method) = &self.method else {
            return differences;
        };
        if request.uri().path() != self.path {
            differences.push("path".to_owned());
        }
        if request.method() != method {
            differences.push("method".to_owned());
        }
        differences.extend(self.query.difference(request.uri().query().unwrap_or_default()));
        let has = |(name, value): &(String, String)| {
            request
                .headers()
                .get_all(name)
                .iter()
                .any(|sent| sent.as_bytes() == value.as_bytes())
                || value.contains(REDACTED)
                    && transcript::headers(request)
                        .iter()
                        .any(|sent| sent.0.eq_ignore_ascii_case(name) && sent.1 == *value)
        };
        let if_sent = self.headers_if_sent.iter();
        let if_sent = if_sent.filter(|header| request.headers().contains_key(&header.0));
        for header in self.headers.iter().chain(if_sent).filter(|header| !has(header)) {
            differences.push(format!("header {}", header.0));
        }
        if !self.body.as_ref().is_none_or(|body| body.matches(request)) {
            differences.push("body".to_owned());
        }
        differences
    }

    /// How far the request is from the rule; the path weighs most, by the part of it that is another.
    pub(crate) fn distance(&self, request: &Request) -> usize {
        let differences = self.differences(request);
        let same = self
            .path
            .split('/')
            .zip(request.uri().path().split('/'))
            .take_while(|(rule, sent)| rule == sent)
            .count();
        let segments = self.path.split('/').count();
        let path = (segments - same.min(segments)) * 4;
        path + differences.len()
    }
}

impl Query {
    /// In what the query of a request differs: what it has not, and what it has besides.
    fn difference(&self, query: &str) -> Option<String> {
        let mut sent = decoded_pairs(query);
        let (Self::Exactly(wanted) | Self::AtLeast(wanted)) = self;
        let mut missing = Vec::new();
        for pair in wanted {
            match sent.iter().position(|other| other == pair) {
                Some(index) => drop(sent.remove(index)),
                None => missing.push(pair),
            }
        }
        if matches!(self, Self::AtLeast(_)) {
            sent.clear();
        }
        let missing = missing.into_iter().map(|pair| ("without", pair));
        let besides = sent.iter().map(|pair| ("with", pair));
        let parts: Vec<String> = missing
            .chain(besides)
            .map(|(word, (name, value))| format!("{word} {}", shown(name, value)))
            .collect();
        (!parts.is_empty()).then(|| format!("query ({})", parts.join(", ")))
    }
}

impl Body {
    fn matches(&self, request: &Request) -> bool {
        let is_sent = |sent: &[u8]| match self {
            Self::Bytes(bytes) => bytes == sent,
            Self::Json(json) => serde_json::from_slice::<Value>(sent).is_ok_and(|sent| sent == *json),
        };
        is_sent(request.body())
            || self.is_redacted() && transcript::body(request).is_some_and(|body| is_sent(body.as_bytes()))
    }

    fn is_redacted(&self) -> bool {
        match self {
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes).contains(REDACTED),
            Self::Json(json) => json.to_string().contains(REDACTED),
        }
    }
}

/// `+` stays what it is: the adapters send a blank as `%20`, and a test must see the difference.
fn decoded_pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// A parameter as a message shows it: of a credential no more than that it is there.
fn shown(name: &str, value: &str) -> String {
    let value = if is_secret(name) { REDACTED } else { value };
    format!("{name}={value}")
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(method) = &self.method else {
            return f.write_str("anything");
        };
        write!(f, "{method} {}", self.path)?;
        let (Query::Exactly(pairs) | Query::AtLeast(pairs)) = &self.query;
        for (index, (name, value)) in pairs.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { '?' } else { '&' }, shown(name, value))?;
        }
        if matches!(self.query, Query::AtLeast(_)) {
            f.write_str(" (and any other query)")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, uri: &str) -> Request {
        http::Request::builder()
            .method(method)
            .uri(uri)
            .body(Bytes::new())
            .unwrap()
    }

    #[test]
    fn a_query_matches_in_any_order_and_decoded() {
        let rule = Rule::get("/x?a=1&b=%40");
        assert!(rule.differences(&request("GET", "/x?b=@&a=1")).is_empty());
        assert_eq!(
            rule.differences(&request("GET", "/x?a=1")),
            ["query (without b=@)"]
        );
        assert_eq!(
            rule.differences(&request("GET", "/x?a=2&b=%40&b=%40")),
            ["query (without a=1, with a=2, with b=@)"]
        );
    }

    #[test]
    fn a_rule_without_a_query_is_not_for_a_request_with_one() {
        assert_eq!(
            Rule::get("/x").differences(&request("GET", "/x?token=1")),
            ["query (with token=REDACTED)"]
        );
        let rule = Rule::get("/x").any_query().query("a", "1");
        assert!(rule.differences(&request("GET", "/x?a=1&b=2")).is_empty());
        assert_eq!(
            rule.differences(&request("GET", "/x?b=2")),
            ["query (without a=1)"]
        );
    }

    #[test]
    fn a_plus_is_not_a_blank() {
        assert_eq!(
            Rule::get("/x?e=a%2Bb").differences(&request("GET", "/x?e=a%20b")),
            ["query (without e=a+b, with e=a b)"]
        );
    }

    #[test]
    fn a_missing_slash_is_another_path() {
        assert_eq!(
            Rule::get("/users/").differences(&request("GET", "/users")),
            ["path"]
        );
    }

    #[test]
    fn a_header_that_is_not_there_is_named_and_its_value_is_not() {
        let rule = Rule::get("/x").header("authorization", "Bearer CANARY");
        assert_eq!(rule.differences(&request("GET", "/x")), ["header authorization"]);
    }

    #[test]
    fn where_a_credential_is_redacted_all_else_is_compared() {
        let rule = |scheme: &str, body: &str| {
            Rule::post("/x")
                .header("authorization", &format!("{scheme} REDACTED"))
                .body(body.to_owned())
        };
        let mut sent = request("POST", "/x");
        *sent.body_mut() = Bytes::from("a=1&client_secret=CANARY");
        let headers = sent.headers_mut();
        headers.insert("authorization", http::HeaderValue::from_static("Bearer CANARY"));
        let form = http::HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert("content-type", form);
        for (scheme, body, differences) in [
            ("Bearer", "a=1&client_secret=REDACTED", [].as_slice()),
            ("Basic", "a=1&client_secret=REDACTED", &["header authorization"]),
            ("Bearer", "a=2&client_secret=REDACTED", &["body"]),
            ("Bearer", "a=1&client_secret=REDACTED&b=1", &["body"]),
            ("Bearer", "a=REDACTED&client_secret=REDACTED", &["body"]),
        ] {
            assert_eq!(
                rule(scheme, body).differences(&sent),
                differences,
                "{scheme} {body}"
            );
        }
    }

    #[test]
    fn json_is_compared_by_meaning() {
        let rule = Rule::post("/x").json_body(serde_json::json!({"a": 1, "b": 2}));
        let mut sent = request("POST", "/x");
        *sent.body_mut() = Bytes::from(r#"{ "b":2, "a":1 }"#);
        assert!(rule.differences(&sent).is_empty());
    }
}
