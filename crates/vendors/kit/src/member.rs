/// The value of the first outermost member of this name, as it stands in the text of an object. What comes before it is stepped
/// over and not read: in a text that is no JSON something may be found all the same, which reading that text tells.
///
/// A name that is written with escapes is not found.
///
/// ```
/// use rollbook_vendor_kit::find_member;
///
/// let reply = br#"{"rows": [{"next": "no"}], "next": "c:1"}"#;
/// assert_eq!(find_member(reply, "next"), Some(&br#""c:1""#[..]));
/// assert_eq!(find_member(reply, "total"), None);
/// ```
pub fn find_member<'a>(json: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut rest = json.trim_ascii_start().strip_prefix(b"{")?;
    loop {
        let (found, after) = next_value(rest)?;
        let (value, after) = next_value(after.trim_ascii_start().strip_prefix(b":")?)?;
        if found.strip_prefix(b"\"")?.strip_suffix(b"\"")? == name.as_bytes() {
            return Some(value);
        }
        rest = after.trim_ascii_start().strip_prefix(b",")?;
    }
}

/// The value that comes next, and what is behind it.
fn next_value(json: &[u8]) -> Option<(&[u8], &[u8])> {
    let json = json.trim_ascii_start();
    let end = match json.first()? {
        b'"' => end_of_text(json)?,
        b'{' | b'[' => end_of_brackets(json)?,
        _ => json.iter().position(|byte| b",:}] \t\r\n".contains(byte))?,
    };
    Some(json.split_at(end))
}

fn end_of_text(json: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', json.get(at..)?)?;
        if json[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn end_of_brackets(json: &[u8]) -> Option<usize> {
    let (mut at, mut open) = (0, 0_usize);
    loop {
        match json.get(at)? {
            b'"' => at += end_of_text(&json[at..])? - 1,
            b'{' | b'[' => open += 1,
            b'}' | b']' => open -= 1,
            _ => {}
        }
        at += 1;
        if open == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::Members;

    fn value() -> impl Strategy<Value = Value> {
        let text = r#"[a"\\{}\[\],:é ]{0,6}"#;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(text, inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn each_member_is_found_as_serde_finds_it(
            members in prop::collection::btree_map("[a-e]", value(), 0..5),
            pretty: bool,
        ) {
            let object = Value::Object(members.into_iter().collect());
            let text = if pretty { format!("{object:#}") } else { object.to_string() };
            let read: Members<'_> = serde_json::from_str(&text).unwrap();
            for name in ["a", "b", "c", "d", "e"] {
                let expected = read.0.iter().find(|(found, _)| found == name);
                let expected = expected.map(|(_, value)| value.get().as_bytes());
                prop_assert_eq!(find_member(text.as_bytes(), name), expected, "{}", text);
            }
        }

        #[test]
        fn any_text_has_an_answer(text in r#"\{?["\\a:,{}\[\] ]{0,40}"#) {
            let _ = find_member(text.as_bytes(), "a");
        }
    }
}
