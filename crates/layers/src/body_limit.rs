use std::sync::Arc;

use rollbook_transport::{
    BodyLimit, Fate, Layer, Request, Sent, Transport, TransportError, TransportErrorKind,
};

pub(crate) const SLOT: &str = "body limit";

/// Refuses a response whose body is too large.
///
/// - the limit is in the request as a [`BodyLimit`], so that the wire stops reading; a smaller one that the request
///   brings with it holds;
/// - a body that came whole all the same is measured here;
/// - the error is `BodyTooLarge` with the response's status, and its fate is answered.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimitLayer {
    limit: u64,
}

impl BodyLimitLayer {
    /// 64 MiB: a list of a hundred thousand devices in one reply, with room to spare.
    pub const DEFAULT: u64 = 64 * 1024 * 1024;

    /// A limit in bytes.
    pub fn new(limit: u64) -> Self {
        Self { limit }
    }
}

impl Layer for BodyLimitLayer {
    fn name(&self) -> &'static str {
        SLOT
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(WithBodyLimit {
            limit: self.limit,
            inner,
        })
    }
}

#[derive(Debug)]
struct WithBodyLimit {
    limit: u64,
    inner: Arc<dyn Transport>,
}

impl Transport for WithBodyLimit {
    fn send<'a, 'b>(&'a self, mut request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        let brought = request.extensions().get::<BodyLimit>();
        let limit = brought.map_or(self.limit, |brought| brought.0.min(self.limit));
        request.extensions_mut().insert(BodyLimit(limit));
        let sent = self.inner.send(request);
        Box::pin(async move {
            let response = sent.await?;
            if u64::try_from(response.body().len()).is_ok_and(|length| length <= limit) {
                return Ok(response);
            }
            Err(TransportError::new(
                TransportErrorKind::BodyTooLarge,
                Fate::Answered,
                format!("the response body is larger than {limit} bytes"),
            )
            .with_status(response.status().as_u16()))
        })
    }
}
