use http::Method;
use http::header::HeaderName;
use rollbook_model::Step;
use rollbook_transport::{Call, Request, Safety};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request that could change something, as it was sent: what a [`Step`] of a plan is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The path and the query, as they were sent.
    pub target: String,
    /// The body; none where it was empty.
    pub body: Option<String>,
    /// The key by which the vendor knows a repetition.
    pub idempotency_key: Option<String>,
}

impl Sent {
    /// A request without a body and without a key.
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            target: target.into(),
            body: None,
            idempotency_key: None,
        }
    }

    /// The same request with a body, if it has one.
    #[must_use]
    pub fn with_body(mut self, body: Option<String>) -> Self {
        self.body = body;
        self
    }

    /// The same request with a key, if it has one.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: Option<String>) -> Self {
        self.idempotency_key = key;
        self
    }

    /// The requests of a record that could change something. One that says of itself that it is a read is left out; without that
    /// word, a `GET`, `HEAD` or `OPTIONS` is. Leave token calls out yourself.
    pub fn changes(requests: &[Request]) -> Vec<Self> {
        requests
            .iter()
            .filter(|request| is_change(request))
            .map(Self::of)
            .collect()
    }

    fn of(request: &Request) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let target = request.uri().path_and_query().map(ToString::to_string);
        let body = Some(text(request.body())).filter(|body| !body.is_empty());
        let key = request
            .headers()
            .get(IDEMPOTENCY_KEY)
            .map(|key| text(key.as_bytes()));
        Self::new(request.method().as_str(), target.unwrap_or_default())
            .with_body(body)
            .with_idempotency_key(key)
    }
}

/// What a plan says that it will send.
impl From<&Step> for Sent {
    fn from(step: &Step) -> Self {
        Self::new(&step.method, &step.target)
            .with_body(step.body.clone())
            .with_idempotency_key(step.idempotency_key.clone())
    }
}

fn is_change(request: &Request) -> bool {
    match request.extensions().get::<Call>() {
        Some(call) => call.safety != Safety::Read,
        None => ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_from_a_read_as_it_was_sent() {
        let read = http::Request::get("https://vendor.test/users?page=1");
        let change = http::Request::post("https://vendor.test/users?x=%20").header(IDEMPOTENCY_KEY, "k");
        let requests = [read.body("".into()).unwrap(), change.body("{}".into()).unwrap()];
        let expected = Sent::new("POST", "/users?x=%20")
            .with_body(Some("{}".to_owned()))
            .with_idempotency_key(Some("k".to_owned()));
        assert_eq!(Sent::changes(&requests), [expected]);
    }
}
