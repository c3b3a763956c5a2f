//! The requests of a call, sent to the source instead of answered from files.

use std::sync::{Arc, Mutex, PoisonError};

use http::header::AUTHORIZATION;
use rollbook::SourceConfig;
use rollbook_testkit::Reply as Given;
use rollbook_transport::{Call, Request, Response, Safety, TransportErrorKind};
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use xtask_record::{Answer, Reply};

use crate::Result;
use crate::sign_in::{ACCOUNT, Signed};

/// A case is to be read by people. A longer walk is narrowed by its arguments.
const MOST_REPLIES: usize = 20;

/// The headers that tell how a body was sent, which it no longer is.
const OF_THE_WIRE: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "transfer-encoding",
];

/// What became of a change, as soon as one was sent.
#[derive(Debug, Default)]
pub(crate) struct Change(Mutex<Option<String>>);

impl Change {
    fn set(&self, outcome: Option<String>) -> Option<String> {
        std::mem::replace(
            &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner),
            outcome,
        )
    }

    /// `status 200`, or that it is unknown; `None` when no change was sent.
    pub(crate) fn outcome(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A call under way. Each request is sent once: what the vendor answers is what is recorded, also a refusal that could be
/// tried again.
pub(crate) struct Exchange {
    base_url: String,
    signed: Signed,
    yes_changes: bool,
    change: Arc<Change>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    answers: Vec<Answer>,
    /// Why the call was stopped.
    stopped: Option<String>,
}

impl Exchange {
    pub(crate) fn new(source: &SourceConfig, signed: Signed, yes_changes: bool, change: Arc<Change>) -> Self {
        Self {
            base_url: source.base_url().to_string(),
            signed,
            yes_changes,
            change,
            log: Mutex::default(),
        }
    }

    /// What came, and the secrets that the call was made with.
    pub(crate) fn end(&self) -> Result<(Vec<Answer>, Vec<String>)> {
        let log = std::mem::take(&mut *self.log.lock().unwrap_or_else(PoisonError::into_inner));
        match log.stopped {
            Some(why) => Err(why.into()),
            None => Ok((log.answers, self.signed.secrets.clone())),
        }
    }

    /// Sends a request of the call, and keeps what came.
    pub(crate) fn answer(&self, transport: usize, request: &Request) -> Given {
        // The second transport is for the same call through the model: it asks for nothing new.
        if transport > 0 {
            return Given::refused();
        }
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        match self.send(request, log.answers.len()) {
            Ok(Sent::Reply(response)) => {
                let given = given(&response);
                log.answers.push(Answer::Reply(reply(&response)));
                given
            }
            Ok(Sent::Refused) => {
                log.answers.push(Answer::Fails("refused"));
                Given::refused()
            }
            Ok(Sent::Interrupted) => {
                log.answers.push(Answer::Fails("interrupted"));
                Given::interrupted()
            }
            Err(why) => {
                log.stopped.get_or_insert(why);
                Given::refused()
            }
        }
    }

    fn send(&self, request: &Request, before: usize) -> std::result::Result<Sent, String> {
        let call = request.extensions().get::<Call>();
        let changes = call.is_none_or(|call| call.safety != Safety::Read);
        if !self.yes_changes && changes {
            return Err(
                "this call changes something, and nothing was sent; --yes-changes sends it".to_owned(),
            );
        }
        if before == MOST_REPLIES {
            return Err(format!(
                "there are more than {MOST_REPLIES} replies, which is no case to read; narrow the call with --arg"
            ));
        }
        let request = self.addressed(request)?;
        let earlier = changes.then(|| self.change.set(Some("outcome unknown".to_owned())));
        let sent = block_in_place(|| Handle::current().block_on(self.signed.wire.send(request)));
        if let Some(earlier) = earlier {
            match &sent {
                Ok(response) => {
                    self.change
                        .set(Some(format!("status {}", response.status().as_u16())));
                }
                // It never left.
                Err(error) if error.kind() == TransportErrorKind::Connect => {
                    self.change.set(earlier);
                }
                Err(_) => (),
            }
        }
        match sent {
            Ok(response) => Ok(Sent::Reply(response)),
            Err(error) => match error.kind() {
                TransportErrorKind::Connect => Ok(Sent::Refused),
                TransportErrorKind::Interrupted | TransportErrorKind::Timeout => Ok(Sent::Interrupted),
                _ => Err(format!("no case can be made of this: {error}")),
            },
        }
    }

    /// The request for this source: the cases' calls are made to the vendor's usual address, with a made-up credential.
    fn addressed(&self, request: &Request) -> std::result::Result<Request, String> {
        let mut target = request.uri().path().to_owned();
        let pairs = request
            .uri()
            .query()
            .into_iter()
            .flat_map(|query| query.split('&'));
        for (index, pair) in pairs.enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            match (&self.signed.account, pair.split_once('=')) {
                (Some(account), Some((ACCOUNT, _))) => target += &format!("{ACCOUNT}={account}"),
                _ => target += pair,
            }
        }
        let mut addressed = request.clone();
        *addressed.uri_mut() = format!("{}{target}", self.base_url)
            .parse()
            .map_err(|error| format!("the request has no address: {error}"))?;
        let headers = addressed.headers_mut();
        headers.insert(AUTHORIZATION, self.signed.authorization.clone());
        Ok(addressed)
    }
}

enum Sent {
    Reply(Response),
    Refused,
    Interrupted,
}

fn headers(response: &Response) -> impl Iterator<Item = (&str, &str)> {
    let texts = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    texts.filter(|(name, _)| !OF_THE_WIRE.contains(name))
}

fn given(response: &Response) -> Given {
    let plain = Given::status(response.status().as_u16()).body(response.body().clone());
    headers(response).fold(plain, |given, (name, value)| given.header(name, value))
}

fn reply(response: &Response) -> Reply {
    Reply {
        status: response.status().as_u16(),
        headers: headers(response)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: response.body().to_vec(),
    }
}
