use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use rollbook_transport::{Request, Response, Transport, TransportError};

use crate::credential::CREDENTIAL;

/// A server of one reply. It signs everybody in, and says 503 where it has nothing to say.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Arc<Server>);

#[derive(Debug)]
struct Server {
    status: u16,
    body: Bytes,
    always: bool,
    answered: Mutex<HashSet<String>>,
    /// Of this server and of those like it.
    requests: Arc<AtomicU32>,
}

impl Wire {
    /// Answers the first request to each path: what follows cannot hide what became of that.
    pub(crate) fn once(body: Bytes) -> Self {
        Self::new(200, body, false, Arc::default())
    }

    /// Answers every request with the same.
    pub(crate) fn always(status: u16, body: Bytes) -> Self {
        Self::new(status, body, true, Arc::default())
    }

    fn new(status: u16, body: Bytes, always: bool, requests: Arc<AtomicU32>) -> Self {
        Self(Arc::new(Server {
            status,
            body,
            always,
            answered: Mutex::default(),
            requests,
        }))
    }

    /// The same server, before any request.
    pub(crate) fn again(&self) -> Self {
        let server = &*self.0;
        Self::new(
            server.status,
            server.body.clone(),
            server.always,
            Arc::clone(&server.requests),
        )
    }

    pub(crate) fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// How many requests came, besides those to sign in.
    pub(crate) fn requests(&self) -> u32 {
        self.0.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }

    fn is_first(&self, path: &str) -> bool {
        let mut answered = self.0.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.insert(path.to_owned())
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let path = request.uri().path();
        let (status, body) = if path.ends_with("/token") {
            let token = format!(r#"{{"access_token":"{CREDENTIAL}","expires_in":7199}}"#);
            (200, Bytes::from(token))
        } else if path.ends_with("/refresh_token") {
            (200, Bytes::from(format!(r#"{{"Message":"{CREDENTIAL}"}}"#)))
        } else {
            self.0.requests.fetch_add(1, Ordering::Relaxed);
            if self.0.always || self.is_first(path) {
                (self.0.status, self.0.body.clone())
            } else {
                (503, Bytes::new())
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(response)
    }
}

/// Waits for what never waits for anything.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: OnceCell<tokio::runtime::Runtime> = const { OnceCell::new() };
    }
    RUNTIME.with(|runtime| {
        let runtime = runtime.get_or_init(|| {
            match tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
            {
                Ok(runtime) => runtime,
                Err(error) => panic!("there is no runtime: {error}"),
            }
        });
        runtime.block_on(future)
    })
}
