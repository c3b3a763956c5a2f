use std::fmt;
use std::sync::Arc;

use crate::{Attempts, Response};

/// Takes the credential of a request out of texts that the server sends back: some servers repeat what they refuse
/// ("invalid token abc"). Given to the [`Attempts`] or put into the response's extensions by whoever put the credential into the
/// request.
///
/// ```
/// use rollbook_transport::Scrubber;
///
/// let scrubber = Scrubber::new(|text| text.replace("hunter2", "REDACTED"));
/// assert_eq!(scrubber.scrub("no such key: hunter2"), "no such key: REDACTED");
/// ```
#[derive(Clone)]
pub struct Scrubber(Arc<dyn Fn(&str) -> String + Send + Sync>);

impl Scrubber {
    /// A scrubber that gives a text back without the credential.
    pub fn new(scrub: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(scrub))
    }

    /// The scrubber that `response` came with.
    pub fn of(response: &Response) -> Option<Self> {
        let extensions = response.extensions();
        match extensions.get::<Self>() {
            Some(own) => Some(own.clone()),
            None => extensions.get::<Attempts>()?.scrubber(),
        }
    }

    /// The text without the credential.
    pub fn scrub(&self, text: &str) -> String {
        (self.0)(text)
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrubber")
    }
}
