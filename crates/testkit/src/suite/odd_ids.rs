use percent_encoding::percent_decode_str;
use rollbook_model::{DeviceLookup, Error, ErrorKind, Operation};

use super::Subject;
use super::gets::{can, device_id, user_id};
use super::listed::Listed;

/// Ids that mean something in an address, in a header or to a careless decoder.
const ODD: &[&str] = &[
    "a/b",
    "/",
    "..",
    ".",
    "../..",
    "a/../b",
    "..\\..",
    "?x",
    "a?b=c",
    "a&b=c",
    "#x",
    "%2e%2e",
    "%2F",
    "%",
    "a%00b",
    "a+b",
    "a b",
    " a",
    "a;b",
    "a\\b",
    "a\nb",
    "a\r\nHost: elsewhere",
    "a\0b",
    "ü",
    "😀",
    "\u{202e}a",
    "\"",
    "<a>",
    "{}",
    "a|b",
    "*",
    "null",
    "undefined",
    "@",
    "a@b@c",
    "+@example.com",
    "//elsewhere.example.com/x",
    "https://elsewhere.example.com/",
];

/// Ids as they usually are: where they lead is where every id must lead.
const USUAL: &[&str] = &[
    "zzprobezz",
    "zzprobezz@example.com",
    "0000feed-0000-4000-8000-00000000feed",
];

/// Where a request may go: to a fixed address, or to one with the id in a fixed place.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    Fixed(String),
    WithId { before: String, after: String },
}

impl Target {
    fn of(sent: &str, id: &str) -> Self {
        let spelled = [id.to_owned(), id.replace('@', "%40")];
        let found = spelled.iter().find_map(|id| sent.split_once(id.as_str()));
        match found {
            None => Self::Fixed(sent.to_owned()),
            Some((before, after)) => Self::WithId {
                before: before.to_owned(),
                after: after.to_owned(),
            },
        }
    }

    /// Whether `sent` is this address for `id`, with nothing in it that ends its place early.
    fn is_for(&self, sent: &str, id: &str) -> bool {
        match self {
            Self::Fixed(address) => address == sent,
            Self::WithId { before, after } => {
                let place = sent
                    .strip_prefix(before.as_str())
                    .and_then(|rest| rest.strip_suffix(after.as_str()));
                place.is_some_and(|place| {
                    let decoded = percent_decode_str(place).decode_utf8_lossy().to_lowercase();
                    !place.contains(['/', '?', '#', '&', '=', '+', '\\']) && decoded == id.to_lowercase()
                })
            }
        }
    }
}

/// An id that means something in an address is escaped or refused: it is asked for in the place where ids are asked
/// for, or not at all. It never finds anything, and never panics.
pub async fn an_odd_id_never_becomes_another_path(subject: &Subject) {
    let long = ["x".repeat(5_000), "ü/".repeat(50_000)];
    let odd: Vec<&str> = ODD
        .iter()
        .copied()
        .chain(long.iter().map(String::as_str))
        .collect();
    for call in [
        Call::User,
        Call::Device,
        Call::DeviceOfUser,
        Call::DeviceOfOddUser,
    ] {
        if !can(subject, call.operation()) {
            continue;
        }
        let mut targets = Vec::new();
        for id in USUAL {
            let before = subject.sent().len();
            call.run(subject, id).await;
            for sent in subject.sent_after(before) {
                let target = Target::of(&sent, id);
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        for id in &odd {
            let before = subject.sent().len();
            call.run(subject, id).await;
            for sent in subject.sent_after(before) {
                let fits = targets.iter().any(|target| target.is_for(&sent, id));
                assert!(
                    fits,
                    "the id {:?} called {sent}, which is none of {targets:?}",
                    shown(id)
                );
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Call {
    User,
    Device,
    DeviceOfUser,
    DeviceOfOddUser,
}

impl Call {
    fn operation(self) -> Operation {
        match self {
            Self::User => Operation::GetUser,
            _ => Operation::GetDevice,
        }
    }

    async fn run(self, subject: &Subject, id: &str) {
        let directory = &subject.directory;
        match self {
            Self::User => nothing(id, directory.get_user(&user_id(id)).await),
            Self::Device => {
                let lookup = DeviceLookup::new(device_id(id));
                nothing(id, directory.get_device(&lookup).await);
            }
            Self::DeviceOfUser => {
                let lookup = DeviceLookup::new(device_id(id)).of_user("somebody");
                nothing(id, directory.get_device(&lookup).await);
            }
            Self::DeviceOfOddUser => {
                let lookup = DeviceLookup::new(device_id("something")).of_user(id);
                nothing(id, directory.get_device(&lookup).await);
            }
        }
    }
}

#[track_caller]
fn nothing<T: Listed>(id: &str, result: Result<T, Error>) {
    let error = match result {
        Ok(row) => panic!("the id {:?} gives {row:?}", shown(id)),
        Err(error) => error,
    };
    let fits = matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::InvalidArgument | ErrorKind::InvalidRequest
    );
    assert!(fits, "the id {:?}: {}: {error}", shown(id), error.kind());
    assert!(
        !error.to_string().contains(['\n', '\r', '\0']),
        "the error is more than one line: {error:?}"
    );
}

fn shown(id: &str) -> String {
    id.chars().take(40).collect()
}
