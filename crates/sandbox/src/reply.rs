//! Responses, built without a way to fail.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};
use rollbook_transport::Response;
use serde::{Serialize, Serializer};

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A response with a JSON body.
pub(crate) fn json<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Response {
    let Ok(text) = serde_json::to_vec(body) else {
        return empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Rows that are rendered one by one, so that a long list is never a second time in memory.
pub(crate) struct Rows<I>(pub(crate) I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Rows<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// The response with one more header. A value that is no header value is left out.
pub(crate) fn with_header(mut response: Response, name: HeaderName, value: &str) -> Response {
    add_header(&mut response, name, value);
    response
}

/// Adds a header, or replaces it. A value that is no header value is left out.
pub(crate) fn add_header(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The response with the list of the methods that would have been served.
pub(crate) fn allowing(response: Response, methods: &str) -> Response {
    with_header(response, ALLOW, methods)
}
