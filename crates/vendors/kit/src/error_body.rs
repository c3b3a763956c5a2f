use bytes::Bytes;
use serde_json::{Map, Value};

/// The body of a refusal, read as loosely as can be: no odd member may hide the message in another.
#[derive(Clone, Debug, Default)]
pub struct ErrorBody(Map<String, Value>);

impl ErrorBody {
    /// The members of the body; none when it is not a JSON object.
    pub fn read(body: &Bytes) -> Self {
        Self(serde_json::from_slice(body).unwrap_or_default())
    }

    /// The first of these members that says something: a text that is not blank, or a number.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    /// Whether this member is true.
    pub fn is_true(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    /// This member, if it is an object.
    pub fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0.get(name)?.as_object()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_member_does_not_hide_the_message() {
        let body = ErrorBody::read(&Bytes::from_static(
            br#"{"a":{},"b":" ","message":"no","code":7,"flag":null}"#,
        ));
        assert_eq!(body.text(&["a", "b", "message"]).as_deref(), Some("no"));
        assert_eq!(body.text(&["code"]).as_deref(), Some("7"));
        assert!(!body.is_true("flag"));
        assert!(
            ErrorBody::read(&Bytes::from_static(b"<html>"))
                .text(&["message"])
                .is_none()
        );
    }
}
