use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use http::{Method, StatusCode, header::HeaderName};
use rollbook_transport::{Request, Response};
use serde_json::json;

use crate::call::Call;
use crate::state::State;
use crate::tokens::Tokens;
use crate::world::World;
use crate::{SandboxConfig, Truth, banyan, reply, truto, truu};

/// How many requests the log remembers.
const LOGGED: usize = 100_000;

/// The three vendors over one seeded world. A clone is another handle on the same state.
///
/// ```
/// use bytes::Bytes;
/// use rollbook_sandbox::{Sandbox, SandboxConfig};
///
/// # fn main() -> Result<(), http::Error> {
/// let sandbox = Sandbox::new(SandboxConfig::default().with_users(3).with_devices(4));
/// let response = sandbox.handle(http::Request::get("/api/v1/system/devices/").body(Bytes::new())?);
/// assert_eq!(response.status(), 401);
/// assert_eq!(sandbox.request_log().len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sandbox {
    core: Arc<Core>,
}

/// What the vendors' modules see of a sandbox.
pub(crate) struct Core {
    pub(crate) config: SandboxConfig,
    pub(crate) state: RwLock<State>,
    tokens: Mutex<Tokens>,
    log: Mutex<VecDeque<LoggedRequest>>,
    answered: AtomicU64,
    /// Seconds since 1970; 0 while nobody has told.
    unix_time: AtomicU64,
}

impl Core {
    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, VecDeque<LoggedRequest>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request that a sandbox answered. It holds no header and no body, so no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The method.
    pub method: Method,
    /// The path and the query, as they came.
    pub target: String,
    /// The status of the answer.
    pub status: StatusCode,
}

impl Sandbox {
    /// The vendors over the world that `config` describes.
    pub fn new(config: SandboxConfig) -> Self {
        let state = State::new(&World::new(&config));
        let tokens = Tokens::new(config.seed, config.token_requests);
        Self {
            core: Arc::new(Core {
                config,
                state: RwLock::new(state),
                tokens: Mutex::new(tokens),
                log: Mutex::new(VecDeque::new()),
                answered: AtomicU64::new(0),
                unix_time: AtomicU64::new(0),
            }),
        }
    }

    /// Answers one request. The host of its address does not matter.
    pub fn handle(&self, request: Request) -> Response {
        let core = &*self.core;
        let now = Some(core.unix_time.load(Ordering::Relaxed)).filter(|time| *time > 0);
        let call = Call::new(&request, now);
        let response = route(core, &call);
        let number = core.answered.fetch_add(1, Ordering::Relaxed) + 1;
        let logged = LoggedRequest {
            method: call.method.clone(),
            target: call.target,
            status: response.status(),
        };
        let mut log = core.log();
        if log.len() >= LOGGED {
            log.pop_front();
        }
        log.push_back(logged);
        reply::with_header(
            response,
            HeaderName::from_static("x-request-id"),
            &format!("sandbox-{number}"),
        )
    }

    /// The configuration that this sandbox was made from.
    pub fn config(&self) -> &SandboxConfig {
        &self.core.config
    }

    /// What a client that misses nothing has to find.
    pub fn truth(&self) -> Truth {
        Truth::of(&self.core.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells the time of day in seconds since 1970. From then on issued tokens expire after their documented lifetime;
    /// before that they last for ever. The server calls this before each request.
    pub fn set_unix_time(&self, seconds: u64) {
        self.core.unix_time.store(seconds, Ordering::Relaxed);
    }

    /// Tokens issued from now on are refused after `requests` requests each; `None` lifts that. The Banyan key and the
    /// Truto token are not issued and stay good.
    pub fn expire_tokens_after(&self, requests: Option<u32>) {
        self.core.tokens().expire_after(requests);
    }

    /// Refuses every token issued so far.
    pub fn revoke_tokens(&self) {
        self.core.tokens().revoke();
    }

    /// The requests answered so far, oldest first; the last 100,000 of them.
    pub fn request_log(&self) -> Vec<LoggedRequest> {
        self.core.log().iter().cloned().collect()
    }

    /// Forgets the requests answered so far.
    pub fn clear_request_log(&self) {
        self.core.log().clear();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("config", &self.core.config)
            .finish_non_exhaustive()
    }
}

fn route(core: &Core, call: &Call<'_>) -> Response {
    let segments = call.path.segments();
    match segments.as_slice() {
        ["oauth", ..] | ["data", ..] | ["api", "v1", "system", ..] => truu::answer(core, call, &segments),
        ["api", ..] => banyan::answer(core, call, &segments),
        ["unified", ..] | ["ping"] => truto::answer(core, call, &segments),
        _ => reply::json(
            StatusCode::NOT_FOUND,
            &json!({"error": "no vendor has this path"}),
        ),
    }
}
