use std::borrow::Cow;

use rollbook::model::NativeRow;
use serde_json::value::RawValue;

/// What stands in the place of a push token.
const MASK: &str = "\"***\"";

/// TruU's member that holds a device's push token.
const SECRET_MEMBER: &str = "notificationId";

/// The row with every push token masked, and every other byte as it came.
pub(crate) fn masked(row: &NativeRow) -> NativeRow {
    match mask(row.get()) {
        Cow::Borrowed(_) => row.clone(),
        // The text is JSON before and after: one value took the place of another. Were it not, nothing of it would be shown.
        Cow::Owned(text) => NativeRow::parse(&text).unwrap_or_default(),
    }
}

fn mask(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(start) = text[at..].find('"').map(|quote| at + quote) {
        let end = end_of_string(text, start);
        at = end;
        let rest = text[end..].trim_start();
        // In JSON only the name of a member is followed by a colon.
        let Some(value) = rest.strip_prefix(':') else {
            continue;
        };
        let name = serde_json::from_str::<Cow<'_, str>>(&text[start..end]);
        if name.is_ok_and(|name| name == SECRET_MEMBER) {
            let value = value.trim_start();
            let from = text.len() - value.len();
            let length = first_value(value).map_or(0, str::len);
            if length > 0 && !value.starts_with("null") {
                out.push_str(&text[copied..from]);
                out.push_str(MASK);
                copied = from + length;
            }
            at = from + length;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The end of the string that starts at `start`, after its closing quote.
fn end_of_string(text: &str, start: usize) -> usize {
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().skip(start + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return offset + 1,
            _ => {}
        }
    }
    text.len()
}

/// The JSON value at the start of `text`.
fn first_value(text: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    Some(values.next()?.ok()?.get())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_token_changes() {
        let cases = [
            (
                r#"{"n": 1.50, "notificationId" : "abc\"d", "x":[1 , 2]}"#,
                r#"{"n": 1.50, "notificationId" : "***", "x":[1 , 2]}"#,
            ),
            (r#"{"notificationId":null}"#, r#"{"notificationId":null}"#),
            (
                r#"{"a":"notificationId","b":"c"}"#,
                r#"{"a":"notificationId","b":"c"}"#,
            ),
            (
                r#"{"a":{"notif\u0069cationId":{"t":1}}}"#,
                r#"{"a":{"notif\u0069cationId":"***"}}"#,
            ),
            (
                r#"{"notificationId":"a","notificationId":["b"],"z":""}"#,
                r#"{"notificationId":"***","notificationId":"***","z":""}"#,
            ),
        ];
        for (row, wanted) in cases {
            assert_eq!(masked(&NativeRow::parse(row).unwrap()).get(), wanted);
        }
    }

    proptest! {
        #[test]
        fn no_token_survives_and_the_rest_does(token in "[a-z\"\\\\:{}é]{1,30}", name in "[ -~]{0,20}", n in any::<i64>()) {
            let row = serde_json::json!({"deviceName": name, "notificationId": token, "n": n});
            let text = serde_json::to_string_pretty(&row).unwrap();
            let masked = masked(&NativeRow::parse(&text).unwrap());
            let value: serde_json::Value = serde_json::from_str(masked.get()).unwrap();
            prop_assert_eq!(value, serde_json::json!({"deviceName": name, "notificationId": "***", "n": n}));
        }
    }
}
