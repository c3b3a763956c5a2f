use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::TransportError;

/// A request whose body is whole, so that it can be sent again.
pub type Request = http::Request<Bytes>;

/// A response whose body has been read to its end.
pub type Response = http::Response<Bytes>;

/// What [`Transport::send`] gives, written out for those who hand on the future of another transport as their own.
pub type Sent<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Sends one request and gives back the whole response.
///
/// What every implementation promises:
///
/// - any status is a response, also 3xx, 4xx and 5xx: redirects are not followed;
/// - an error tells what is known of the request: see [`Fate`](crate::Fate);
/// - dropping the future abandons the request.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends `request` and reads the whole response.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] when no whole response was received.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send<'a, 'b>(&'a self, request: Request) -> Sent<'b>
    where
        'a: 'b,
        Self: 'b,
    {
        (**self).send(request)
    }
}

/// Wraps a transport in one policy.
pub trait Layer: Send + Sync + fmt::Debug {
    /// The name under which a stack lists this layer.
    fn name(&self) -> &'static str;

    /// Puts this policy around `inner`.
    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport>;
}
