use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rollbook_transport::{Clock, Request, Response, Transport, TransportError};

use crate::reply::{Outcome, Reply};
use crate::transcript::{head, transcript};
use crate::{FakeClock, Rule};

/// A transport that answers from a script and is strict about it.
///
/// - a request that no rule is for fails the test, and the message names the nearest rule;
/// - a rule that was not used as often as it must be fails the test, at [`finish`](Self::finish) or when the last clone
///   is dropped;
/// - every request is recorded before it is answered.
///
/// A clone shares the script and the record. Replies with a latency need a clock: [`with_clock`](Self::with_clock).
#[derive(Clone)]
pub struct FakeTransport {
    script: Arc<Script>,
    clock: FakeClock,
}

struct Script {
    ordered: bool,
    rules: Vec<Rule>,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    /// How often each rule was used.
    used: Vec<usize>,
    sent: Vec<Request>,
    unscripted: Vec<String>,
    finished: bool,
}

impl FakeTransport {
    /// Requests must come in the order of the rules.
    pub fn ordered(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self::new(true, rules)
    }

    /// Requests may come in any order; the first rule that is for a request and not used up answers it.
    pub fn unordered(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self::new(false, rules)
    }

    /// Answers every request with what `function` makes of it.
    pub fn answering(function: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::unordered([Rule::anything().reply_with(function).any_times()])
    }

    fn new(ordered: bool, rules: impl IntoIterator<Item = Rule>) -> Self {
        let rules: Vec<Rule> = rules.into_iter().collect();
        let record = Record {
            used: vec![0; rules.len()],
            ..Record::default()
        };
        Self {
            script: Arc::new(Script {
                ordered,
                rules,
                record: Mutex::new(record),
            }),
            clock: FakeClock::automatic(),
        }
    }

    /// The same script with latencies by `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: &FakeClock) -> Self {
        self.clock = clock.clone();
        self
    }

    /// The requests so far, as they were sent. They hold credentials: show [`transcript`](Self::transcript) instead.
    pub fn requests(&self) -> Vec<Request> {
        self.script.lock().sent.clone()
    }

    /// How many requests were sent so far.
    pub fn count(&self) -> usize {
        self.script.lock().sent.len()
    }

    /// The requests so far as text for a snapshot: method, path and query, headers in order, body; credentials hidden.
    pub fn transcript(&self) -> String {
        transcript(&self.script.lock().sent)
    }

    /// Ends the script.
    ///
    /// # Panics
    ///
    /// When a rule was not used as often as it must be, or a request had no rule.
    #[track_caller]
    pub fn finish(&self) {
        let complaint = self.script.lock().finish(&self.script.rules);
        if let Some(complaint) = complaint {
            panic!("{complaint}");
        }
    }
}

impl Script {
    fn lock(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the request and finds its reply, or says why there is none.
    fn accept(&self, request: &Request) -> Result<Reply, String> {
        let mut record = self.lock();
        record.sent.push(request.clone());
        let found = self.find(&record.used, request);
        let Some(index) = found else {
            let complaint = self.complaint(&record.used, request);
            record.unscripted.push(complaint.clone());
            return Err(complaint);
        };
        let used = record.used.get_mut(index).map_or(0, |used| {
            *used += 1;
            *used - 1
        });
        // A function of the test's own may ask for the record.
        drop(record);
        Ok(self.rules[index].answer(used, request))
    }

    fn find(&self, used: &[usize], request: &Request) -> Option<usize> {
        for (index, (rule, used)) in self.rules.iter().zip(used).enumerate() {
            if rule.is_used_up(*used) {
                continue;
            }
            if rule.differences(request).is_empty() {
                return Some(index);
            }
            if self.ordered && !rule.is_satisfied(*used) {
                return None;
            }
        }
        None
    }

    fn complaint(&self, used: &[usize], request: &Request) -> String {
        let nearest = self
            .rules
            .iter()
            .zip(used)
            .min_by_key(|(rule, used)| (rule.distance(request), rule.is_used_up(**used)));
        let nearest = match nearest {
            None => "there are no rules".to_owned(),
            Some((rule, used)) => {
                let differences = rule.differences(request);
                let why = if !differences.is_empty() {
                    format!("another {}", differences.join(" and "))
                } else if rule.is_used_up(*used) {
                    format!("used up by {used} before")
                } else {
                    "not its turn".to_owned()
                };
                format!("the nearest rule is `{rule}`: {why}")
            }
        };
        format!("no rule for the request `{}`; {nearest}", head(request))
    }
}

impl Record {
    fn finish(&mut self, rules: &[Rule]) -> Option<String> {
        self.finished = true;
        let mut complaints = self.unscripted.clone();
        for (rule, used) in rules.iter().zip(&self.used) {
            if !rule.is_satisfied(*used) {
                complaints.push(format!(
                    "the rule `{rule}` was used {used} times, which is too few"
                ));
            }
        }
        (!complaints.is_empty()).then(|| complaints.join("\n"))
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let rules = std::mem::take(&mut self.rules);
        let record = self.record.get_mut().unwrap_or_else(PoisonError::into_inner);
        if record.finished || std::thread::panicking() {
            return;
        }
        if let Some(complaint) = record.finish(&rules) {
            panic!("{complaint}");
        }
    }
}

#[async_trait]
impl Transport for FakeTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let reply = match self.script.accept(&request) {
            Ok(reply) => reply,
            Err(complaint) => panic!("{complaint}"),
        };
        if reply.latency > Duration::ZERO {
            self.clock.sleep(reply.latency).await;
        }
        match reply.outcome {
            Outcome::Response(response) => Ok(*response),
            Outcome::Error(error) => Err(error),
            Outcome::Never => std::future::pending().await,
        }
    }
}

impl fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTransport")
            .field("ordered", &self.script.ordered)
            .field("rules", &self.script.rules)
            .field("sent", &self.count())
            .finish()
    }
}
