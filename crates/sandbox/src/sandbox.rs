use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use http::StatusCode;
use http::header::{DATE, HeaderName};
use rollbook_transport::{Clock, Request, Response};
use serde_json::json;

use crate::answer::{Answer, Sent};
use crate::call::Call;
use crate::fault::{FaultSpec, Faults, Turn};
use crate::log::{Log, LoggedRequest};
use crate::state::State;
use crate::tokens::Tokens;
use crate::vendor::Vendor;
use crate::world::World;
use crate::{SandboxConfig, Truth, banyan, clock, reply, truto, truu};

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

/// How many truths are kept of a world that changes by itself.
const TRUTHS: usize = 256;

/// A clock, and when it was told.
struct Stopwatch {
    clock: Arc<dyn Clock>,
    start: Instant,
}

impl Stopwatch {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let start = clock.now();
        Self { clock, start }
    }

    fn read(&self) -> Duration {
        self.clock.now().saturating_duration_since(self.start)
    }
}

/// What the vendors' modules see of a sandbox.
pub(crate) struct Core {
    pub(crate) config: SandboxConfig,
    state: RwLock<State>,
    tokens: Mutex<Tokens>,
    faults: Mutex<Faults>,
    log: Mutex<Log>,
    history: Mutex<VecDeque<Truth>>,
    stopwatch: Mutex<Option<Stopwatch>>,
    answered: AtomicU64,
    /// Seconds since 1970; 0 while nobody has told.
    unix_time: AtomicU64,
}

impl Core {
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Alone, so that a change is seen whole or not at all.
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what is true now, unless it was true last.
    pub(crate) fn remember(&self, state: &State) {
        let truth = Truth::of(state);
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        if history.back() != Some(&truth) {
            history.push_back(truth);
        }
        if history.len() > TRUTHS {
            history.pop_front();
        }
    }

    fn stopwatch(&self) -> MutexGuard<'_, Option<Stopwatch>> {
        self.stopwatch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries a request out, with its faults. While there are some, one request waits for another: what is hit must not
    /// depend on threads.
    fn carry_out(&self, turn: &mut Turn<'_, '_>) -> (Sent, Vec<FaultSpec>) {
        let mut faults = self.faults();
        if faults.is_empty() {
            drop(faults);
            return (Sent::Whole(turn.take_reply()), Vec::new());
        }
        faults.answer(turn)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// The vendors over the world that `config` describes.
    pub fn new(config: SandboxConfig) -> Self {
        let state = State::new(&World::new(&config));
        let tokens = Tokens::new(config.seed, config.token_requests);
        let faults = Faults::new(&config.faults, config.seed);
        Self {
            core: Arc::new(Core {
                config,
                state: RwLock::new(state),
                tokens: Mutex::new(tokens),
                faults: Mutex::new(faults),
                log: Mutex::new(Log::default()),
                history: Mutex::default(),
                stopwatch: Mutex::default(),
                answered: AtomicU64::new(0),
                unix_time: AtomicU64::new(0),
            }),
        }
    }

    /// Answers one request with as much of a reply as comes, at once. Where a fault ends the connection instead of that, it
    /// answers 444 without a body: the status that web servers log for it. The host of the request's address does not
    /// matter.
    pub fn handle(&self, request: Request) -> Response {
        self.answer(request).into_response()
    }

    /// What comes of one request: a reply, a part of one, or the end of the connection, at once or later, as faults have
    /// it. The request has been carried out when this returns. The host of its address does not matter.
    pub fn answer(&self, request: Request) -> Answer {
        let core = &*self.core;
        let at = core.stopwatch().as_ref().map(Stopwatch::read);
        let number = core.answered.fetch_add(1, Ordering::Relaxed);
        let now = Some(core.unix_time.load(Ordering::Relaxed)).filter(|time| *time > 0);
        let mut call = Call::new(&request, now);
        let mut turn = Turn::new(core, &mut call);
        let (sent, faults) = core.carry_out(&mut turn);
        let date = (turn.skew != 0).then(|| clock::http_date(turn.time()));
        let mut answer = Answer {
            delay: turn.delay,
            pace: turn.pace,
            sent,
        };
        if let Some(response) = answer.sent.response_mut() {
            let id = format!("sandbox-{}", number + 1);
            reply::add_header(response, HeaderName::from_static("x-request-id"), &id);
            if let Some(date) = date {
                reply::add_header(response, DATE, &date);
            }
        }
        core.log()
            .push(LoggedRequest::of(&call, answer.status(), faults, number, at));
        answer
    }

    /// Misbehaves by one more fault, from now on.
    pub fn add_fault(&self, fault: FaultSpec) {
        self.core.faults().add(fault);
    }

    /// Behaves well again: forgets every fault, also those of the configuration.
    pub fn clear_faults(&self) {
        self.core.faults().clear();
    }

    /// The configuration that this sandbox was made from.
    pub fn config(&self) -> &SandboxConfig {
        &self.core.config
    }

    /// What a client that misses nothing has to find.
    pub fn truth(&self) -> Truth {
        Truth::of(&self.core.read())
    }

    /// Everything that was true in turn, oldest first: before and after each time that a fault changed the world (`churn`),
    /// and now. Requests that change something between two such times are seen together. The last 256 are kept.
    pub fn truths(&self) -> Vec<Truth> {
        let state = self.core.read();
        self.core.remember(&state);
        let history = self.core.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.iter().cloned().collect()
    }

    /// Logs from now on when each request came, by `clock`, counted from now.
    pub fn measure_by(&self, clock: Arc<dyn Clock>) {
        *self.core.stopwatch() = Some(Stopwatch::new(clock));
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

    /// The requests sent so far, oldest first, with those that a fault hit; the last 100,000 of them, or fewer when their
    /// bodies are large.
    pub fn request_log(&self) -> Vec<LoggedRequest> {
        self.core.log().to_vec()
    }

    /// Forgets the requests sent so far.
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

pub(crate) fn route(core: &Core, call: &Call<'_>) -> Response {
    let segments = call.path.segments();
    match Vendor::of(&segments) {
        Some(Vendor::Truu) => truu::answer(core, call, &segments),
        Some(Vendor::Banyan) => banyan::answer(core, call, &segments),
        Some(Vendor::Truto) => truto::answer(core, call, &segments),
        None => nobody(StatusCode::NOT_FOUND, "no vendor has this path"),
    }
}

/// An error that is not the request's fault, in the words of the vendor.
pub(crate) fn failure(call: &Call<'_>, status: StatusCode) -> Response {
    const WHY: &str = "the sandbox was told to fail";
    if [
        StatusCode::NO_CONTENT,
        StatusCode::RESET_CONTENT,
        StatusCode::NOT_MODIFIED,
    ]
    .contains(&status)
    {
        return reply::empty(status);
    }
    let segments = call.path.segments();
    match call.vendor() {
        Some(Vendor::Truu) => truu::failure(status, WHY),
        Some(Vendor::Banyan) => banyan::failure(&segments, status, WHY),
        Some(Vendor::Truto) => truto::failure(status, WHY),
        None => nobody(status, WHY),
    }
}

/// An error that is no vendor's.
fn nobody(status: StatusCode, error: &str) -> Response {
    reply::json(status, &json!({ "error": error }))
}
