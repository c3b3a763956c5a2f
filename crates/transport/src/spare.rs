use bytes::Bytes;
use http::{Extensions, HeaderMap, Method, Uri, Version};

use crate::{Attempts, Call, Request};

/// A copy of a request, for whoever may have to send it again.
///
/// Most copies are never sent, and each extension in a request is a box. [`Call`] and [`Attempts`] are in every one, so they are
/// kept beside the copy, and boxed when it is sent. Where there are others, all are copied.
///
/// ```
/// use rollbook_transport::{Attempts, Request, Spare};
///
/// let mut request = Request::new("body".into());
/// let attempts = Attempts::of(&mut request);
/// let spare = Spare::of(&request);
/// assert!(attempts.take());
/// let again = spare.into_request();
/// assert_eq!(again.body(), "body");
/// assert_eq!(again.extensions().get::<Attempts>().map(Attempts::made), Some(1));
/// ```
#[derive(Clone, Debug)]
pub struct Spare {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    body: Bytes,
    call: Option<Call>,
    attempts: Option<Attempts>,
    /// All of them, where there are others than these two.
    extensions: Extensions,
}

impl Spare {
    /// A copy of `request`.
    pub fn of(request: &Request) -> Self {
        let extensions = request.extensions();
        let call = extensions.get::<Call>().copied();
        let attempts = extensions.get::<Attempts>().cloned();
        let own = usize::from(call.is_some()) + usize::from(attempts.is_some());
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            headers: request.headers().clone(),
            body: request.body().clone(),
            call,
            attempts,
            extensions: if extensions.len() > own {
                extensions.clone()
            } else {
                Extensions::new()
            },
        }
    }

    /// The request, to be sent.
    pub fn into_request(self) -> Request {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.version_mut() = self.version;
        *request.headers_mut() = self.headers;
        let extensions = request.extensions_mut();
        *extensions = self.extensions;
        if let Some(call) = self.call {
            extensions.insert(call);
        }
        if let Some(attempts) = self.attempts {
            extensions.insert(attempts);
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Safety, judge_by_status};

    #[derive(Clone, Debug, PartialEq)]
    struct Foreign(u8);

    fn request() -> Request {
        let request = http::Request::post("https://vendor.test/x?y")
            .version(Version::HTTP_2)
            .header("accept", "text/plain");
        request.body("body".into()).unwrap()
    }

    /// What is in a request, as far as it can be compared.
    fn told(request: &Request) -> String {
        let extensions = request.extensions();
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {}",
            request.method(),
            request.uri(),
            request.version(),
            request.headers(),
            request.body(),
            extensions.get::<Call>(),
            extensions.get::<Attempts>(),
            extensions.get::<Foreign>(),
            extensions.len(),
        )
    }

    #[test]
    fn a_copy_has_all_that_the_request_has() {
        let call = Call::new("v", "op", Safety::Read, judge_by_status);
        for present in 0..8_u8 {
            let mut request = request();
            if present & 1 != 0 {
                request.extensions_mut().insert(call);
            }
            if present & 2 != 0 {
                request.extensions_mut().insert(Attempts::new(3));
            }
            if present & 4 != 0 {
                request.extensions_mut().insert(Foreign(present));
            }
            let copy = Spare::of(&request).into_request();
            assert_eq!(told(&copy), told(&request));
        }
    }

    #[test]
    fn a_copy_counts_together_with_its_original() {
        let mut request = request();
        let attempts = Attempts::of(&mut request);
        let mut copy = Spare::of(&request).into_request();
        attempts.bound(2);
        assert!(attempts.take());
        assert_eq!(Attempts::of(&mut copy).made(), 1);
    }
}
