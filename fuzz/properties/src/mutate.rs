use serde_json::Value;

/// One change to an input. Every number is taken modulo what it chooses from.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Another byte in the place of one.
    Set(usize, u8),
    /// Nothing behind here.
    Truncate(usize),
    /// A piece of what troubles readers is put in here.
    Insert(usize, usize),
    /// The bytes from here, so many, stand there too.
    Repeat(usize, usize, usize),
    /// Nothing from here on, for so many bytes.
    Remove(usize, usize),
    /// Another value in the place of one of a JSON text.
    Replace(usize, usize),
    /// The values of two members of one object of a JSON text change places.
    Swap(usize, usize),
}

/// What troubles readers.
const PIECES: &[&str] = &[
    "\"",
    "\\",
    "\\ud800",
    "\\u0000",
    "\0",
    "\u{feff}",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "-1",
    "1e400",
    "18446744073709551616",
    "0.1",
    "\"\"",
    "\n",
    "\r\n",
    "%",
    "&",
    "=",
    "#",
    "\u{1b}[31m",
    "c4n4ry-s3cr3t-token",
];

/// Values that a member should not have.
const VALUES: &[&str] = &[
    "null",
    "true",
    "\"\"",
    "\" \"",
    "0",
    "-1",
    "1.5",
    "1e300",
    "4294967295",
    "18446744073709551615",
    "[]",
    "{}",
    "[null]",
    "[{}]",
    "{\"a\":[]}",
    "\"c4n4ry-s3cr3t-token\"",
    "[\"c4n4ry-s3cr3t-token\"]",
    "[[[[[[[[]]]]]]]]",
];

/// The input with these changes. The bytes before the JSON text in it, which select its reader, stay in front.
pub fn mutated(seed: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for edit in edits {
        apply(edit, &mut bytes);
    }
    bytes
}

fn apply(edit: &Edit, bytes: &mut Vec<u8>) {
    let end = bytes.len() + 1;
    match *edit {
        Edit::Set(at, byte) => {
            if let Some(found) = at.checked_rem(bytes.len()).and_then(|at| bytes.get_mut(at)) {
                *found = byte;
            }
        }
        Edit::Truncate(at) => bytes.truncate(at % end),
        Edit::Insert(at, piece) => {
            let at = at % end;
            bytes.splice(at..at, PIECES[piece % PIECES.len()].bytes());
        }
        Edit::Repeat(from, length, to) => {
            let (from, to) = (from % end, to % end);
            let until = (from + length % 64).min(bytes.len());
            let piece = bytes[from..until].to_vec();
            bytes.splice(to..to, piece);
        }
        Edit::Remove(from, length) => {
            let from = from % end;
            let until = (from + length % 64).min(bytes.len());
            bytes.drain(from..until);
        }
        Edit::Replace(place, value) => in_json(bytes, place, |json, place| {
            let places = places(json, |_| true);
            if let Some(found) = chosen(&places, place).and_then(|place| json.pointer_mut(place)) {
                *found = serde_json::from_str(VALUES[value % VALUES.len()]).unwrap_or_default();
            }
        }),
        Edit::Swap(place, by) => in_json(bytes, place, |json, place| {
            let objects = places(json, Value::is_object);
            let object = chosen(&objects, place).and_then(|place| json.pointer_mut(place));
            let Some(members) = object.and_then(Value::as_object_mut) else {
                return;
            };
            let mut values: Vec<Value> = members.values().cloned().collect();
            if let Some(by) = by.checked_rem(values.len()) {
                values.rotate_left(by);
            }
            for (member, value) in members.values_mut().zip(values) {
                *member = value;
            }
        }),
    }
}

fn chosen(places: &[String], number: usize) -> Option<&str> {
    let index = number.checked_rem(places.len())?;
    places.get(index).map(String::as_str)
}

/// Changes the JSON text behind what selects its reader; where each line is one, the line that the number chooses.
fn in_json(bytes: &mut Vec<u8>, number: usize, change: impl FnOnce(&mut Value, usize)) {
    let Some(mut start) = bytes.iter().position(|byte| matches!(byte, b'{' | b'[')) else {
        return;
    };
    let (mut end, mut number) = (bytes.len(), number);
    let mut json = serde_json::from_slice(&bytes[start..]);
    if json.is_err() {
        let lines: Vec<&[u8]> = bytes[start..].split(|byte| *byte == b'\n').collect();
        let chosen = number % lines.len();
        start += lines[..chosen].iter().map(|line| line.len() + 1).sum::<usize>();
        end = start + lines[chosen].len();
        number /= lines.len();
        json = serde_json::from_slice(lines[chosen]);
    }
    if let Ok(mut json) = json {
        change(&mut json, number);
        bytes.splice(start..end, json.to_string().bytes());
    }
}

/// The JSON pointers of the values that are wanted, of all that there are.
pub(crate) fn places(json: &Value, wanted: fn(&Value) -> bool) -> Vec<String> {
    let (mut places, mut open) = (Vec::new(), vec![(String::new(), json)]);
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Array(items) => {
                open.extend(
                    items
                        .iter()
                        .enumerate()
                        .map(|(index, item)| (format!("{place}/{index}"), item)),
                );
            }
            Value::Object(members) => open.extend(members.iter().map(|(name, value)| {
                let name = name.replace('~', "~0").replace('/', "~1");
                (format!("{place}/{name}"), value)
            })),
            _ => {}
        }
        if wanted(value) {
            places.push(place);
        }
    }
    places
}
