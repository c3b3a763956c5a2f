use rollbook_model::{Error, ErrorKind, Fate};
use rollbook_transport::{TransportError, TransportErrorKind};

/// What is wrong with a JSON text, without showing any of the values in it: they can be secrets or people.
pub fn describe_json_error(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("string \"") {
        shown.push_str(&rest[..at + "string".len()]);
        let value = &rest[at + "string \"".len()..];
        // The value is printed with its quotes escaped, so the first bare quote ends it.
        let mut escaped = false;
        let end = value.char_indices().find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        rest = end.map_or("", |(end, _)| &value[end + 1..]);
    }
    shown.push_str(rest);
    for kind in ["integer", "floating point", "boolean"] {
        shown = without_value(&shown, kind);
    }
    // A row is read from its own text: its line and column there are no place in the reply.
    match shown.rfind(" at line ") {
        Some(at) if !error.is_syntax() && !error.is_eof() => shown[..at].to_owned(),
        _ => shown,
    }
}

/// The text without what stands in backquotes behind `kind`.
fn without_value(text: &str, kind: &str) -> String {
    let opening = format!("{kind} `");
    match text
        .split_once(&opening)
        .and_then(|(before, rest)| Some((before, rest.split_once('`')?.1)))
    {
        Some((before, after)) => format!("{before}{kind}{after}"),
        None => text.to_owned(),
    }
}

/// The model's error for a request that got no whole response.
pub fn transport_error(error: TransportError) -> Error {
    let kind = match error.kind() {
        TransportErrorKind::Connect => ErrorKind::Unreachable,
        TransportErrorKind::Tls => ErrorKind::Tls,
        TransportErrorKind::Timeout | TransportErrorKind::DeadlineExceeded => ErrorKind::Timeout,
        TransportErrorKind::Interrupted => ErrorKind::Interrupted,
        TransportErrorKind::BodyTooLarge => ErrorKind::TooLarge,
        TransportErrorKind::InvalidRequest => ErrorKind::InvalidArgument,
        TransportErrorKind::SignIn => ErrorKind::Unauthenticated,
        TransportErrorKind::Unavailable => ErrorKind::Unavailable,
        _ => ErrorKind::Decode,
    };
    let fate = match error.fate() {
        rollbook_transport::Fate::NotSent => Fate::NotSent,
        rollbook_transport::Fate::Answered => Fate::Answered,
        rollbook_transport::Fate::Unknown => Fate::Unknown,
    };
    let mut out = Error::new(kind, fate, error.message()).with_attempts(error.attempts());
    if error.is_under_way() || (kind == ErrorKind::Timeout && fate == Fate::Unknown) {
        out = out.with_under_way();
    }
    if let Some(status) = error.status() {
        out = out.with_status(status);
    }
    out.with_cause(error)
}
