use bytes::Bytes;
use http::Method;
use rollbook_model::{Action, Step};
use rollbook_transport::Safety;
use serde::Serialize;

use crate::{Path, Query};

/// A call before it has a host and a credential. What a plan shows and what is sent are made from the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub(crate) method: Method,
    pub(crate) path: Path,
    pub(crate) query: Query,
    pub(crate) body: Option<String>,
    /// Why there is no body where there should be one.
    pub(crate) unwritable: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) safety: Safety,
}

impl Outgoing {
    /// A call that changes nothing.
    pub fn get(path: Path, query: Query) -> Self {
        Self {
            method: Method::GET,
            path,
            query,
            body: None,
            unwritable: None,
            idempotency_key: None,
            safety: Safety::Read,
        }
    }

    /// A call that changes something, and that is not sent again once it may have done so.
    pub fn change(method: Method, path: Path, query: Query) -> Self {
        Self {
            method,
            safety: Safety::Change,
            ..Self::get(path, query)
        }
    }

    /// The same call with a JSON body. One that cannot be written is an error when the call is sent: nothing is sent then.
    #[must_use]
    pub fn with_json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => self.body = Some(body),
            Err(error) => self.unwritable = Some(error.to_string()),
        }
        self
    }

    /// The same change with a key by which the server knows a repetition: it may be sent again.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self.safety = Safety::KeyedChange;
        self
    }

    /// This call as a step of a plan that does `action`.
    pub fn step(&self, action: Action) -> Step {
        let mut step = Step::new(self.method.as_str(), self.query.behind(&self.path), action);
        step.body.clone_from(&self.body);
        step.idempotency_key.clone_from(&self.idempotency_key);
        step
    }

    /// Whether this is the call that a plan shows as `step`.
    pub fn is(&self, step: &Step) -> bool {
        self.unwritable.is_none() && self.step(step.action.clone()) == *step
    }

    pub(crate) fn body(&self) -> Bytes {
        self.body.clone().map(Bytes::from).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_shows_what_is_sent() {
        let call = Outgoing::change(
            Method::DELETE,
            Path::of("/a/"),
            Query::new().with("SerialNumber", "C 1"),
        )
        .with_json(&["x"])
        .with_idempotency_key("k");
        let action = Action::DeleteUser {
            key: "x".into(),
            id: "y".into(),
        };
        let step = call.step(action);
        assert_eq!(
            (step.method.as_str(), step.target.as_str()),
            ("DELETE", "/a/?SerialNumber=C%201")
        );
        assert_eq!(step.body.as_deref(), Some(r#"["x"]"#));
        assert_eq!(step.idempotency_key.as_deref(), Some("k"));
        assert_eq!(call.safety, Safety::KeyedChange);
    }
}
