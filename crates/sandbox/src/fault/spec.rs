use std::fmt;
use std::str::FromStr;

use http::StatusCode;
use http::header::RETRY_AFTER;
use rollbook_transport::Response;

use super::error::FaultError;
use super::kinds::kind;
use super::pairs::Pairs;
use super::scope::Scope;
use crate::{Answer, reply};

/// One fault: what goes wrong, with which requests, and how often.
///
/// Written and read in [the grammar of this module](super). `Display` leaves out what holds anyway; what it writes is
/// read as an equal fault.
///
/// ```
/// use rollbook_sandbox::fault::FaultSpec;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let fault: FaultSpec = "reset:every=1,when=after,method=delete".parse()?;
/// assert_eq!(fault.kind(), "reset");
/// assert_eq!(fault.to_string(), "reset:when=after,method=DELETE");
///
/// let wrong = "reset:code=500".parse::<FaultSpec>().unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "reset has no key \"code\"; it has: when, method, path, every, times, skip"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSpec {
    kind: &'static str,
    effect: Effect,
    pub(super) scope: Scope,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Status {
        code: StatusCode,
        retry_after: Option<String>,
        when: When,
    },
    Reset {
        when: When,
    },
}

/// Whether the request is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// It is not.
    Before,
    /// It is, and then the fault shows.
    After,
}

impl FaultSpec {
    /// The name of its kind, one of [`KINDS`](super::KINDS).
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// What comes of a request that it hits. `serve` carries the request out; `failure` is an error of the vendor's.
    pub(crate) fn apply(
        &self,
        serve: impl FnOnce() -> Response,
        failure: impl FnOnce(StatusCode) -> Response,
    ) -> Answer {
        let (Effect::Status { when, .. } | Effect::Reset { when }) = &self.effect;
        if *when == When::After {
            // Its reply is lost on the way.
            serve();
        }
        match &self.effect {
            Effect::Reset { .. } => Answer::Reset,
            Effect::Status {
                code, retry_after, ..
            } => {
                let response = failure(*code);
                Answer::Reply(match retry_after {
                    Some(text) => reply::with_header(response, RETRY_AFTER, text),
                    None => response,
                })
            }
        }
    }
}

impl FromStr for FaultSpec {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, pairs) = match text.split_once(':') {
            Some((name, pairs)) => (name, Some(pairs)),
            None => (text, None),
        };
        let kind = kind(name).ok_or_else(|| FaultError::kind(name))?;
        let pairs = Pairs::of(kind, pairs)?;
        Ok(Self {
            kind: kind.name,
            effect: (kind.read)(&pairs)?,
            scope: Scope::read(&pairs)?,
        })
    }
}

impl Effect {
    /// The pairs that differ from what holds without them.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let (Self::Status { when, .. } | Self::Reset { when }) = self;
        if let Self::Status {
            code, retry_after, ..
        } = self
        {
            if *code != StatusCode::SERVICE_UNAVAILABLE {
                pairs.push(("code", code.as_str().to_owned()));
            }
            pairs.extend(retry_after.clone().map(|text| ("retry-after", text)));
        }
        if *when == When::After {
            pairs.push(("when", "after".to_owned()));
        }
        pairs
    }
}

impl fmt::Display for FaultSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        for (number, (key, value)) in self
            .effect
            .pairs()
            .into_iter()
            .chain(self.scope.pairs())
            .enumerate()
        {
            write!(f, "{}{key}={value}", if number == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}
