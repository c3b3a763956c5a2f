//! A policy of one's own: a layer that counts requests, around a transport that answers without a network.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use rollbook_transport::{Layer, Request, Response, Transport, TransportError, redacted_uri};

/// Answers every request with the path that was asked for.
#[derive(Debug)]
struct Echo;

#[async_trait]
impl Transport for Echo {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        Ok(Response::new(Bytes::from(request.uri().path().to_owned())))
    }
}

/// Counts what passes.
#[derive(Clone, Debug, Default)]
struct Counter(Arc<AtomicU32>);

#[derive(Debug)]
struct Counting(Counter, Arc<dyn Transport>);

impl Layer for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Counting(self.clone(), inner))
    }
}

#[async_trait]
impl Transport for Counting {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        self.1.send(request).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::default();
    let transport = counter.wrap(Arc::new(Echo));
    for path in ["/users/?email=ann%40example.com", "/devices/?page=2"] {
        let request = http::Request::get(format!("http://localhost{path}")).body(Bytes::new())?;
        println!("{}", redacted_uri(request.uri()));
        transport.send(request).await?;
    }
    println!("{} requests", counter.0.load(Ordering::Relaxed));
    Ok(())
}
