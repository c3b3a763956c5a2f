//! The one table of kinds and keys, from which specs are read and listings are made.

use super::error::FaultError;
use super::pairs::Pairs;
use super::spec::{Effect, When};

/// One way to misbehave.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FaultKind {
    /// Its name, as a spec begins with it.
    pub name: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Its own keys; [`COMMON_KEYS`] come on top.
    pub keys: &'static [FaultKey],
    /// A whole spec of it.
    pub example: &'static str,
    /// Reads its own keys.
    pub(super) read: fn(&Pairs<'_>) -> Result<Effect, FaultError>,
}

/// One key of a fault.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FaultKey {
    /// Its name.
    pub name: &'static str,
    /// What a value looks like.
    pub value: &'static str,
    /// What holds when it is left out; `None`: nothing in particular.
    pub default: Option<&'static str>,
    /// What it does, in one line.
    pub help: &'static str,
    /// A whole spec with it.
    pub example: &'static str,
}

/// Every kind, in the order of the alphabet.
pub const KINDS: &[FaultKind] = &[
    FaultKind {
        name: "reset",
        help: "the connection ends without a reply",
        keys: &[FaultKey {
            example: "reset:when=after,method=DELETE,times=1",
            ..WHEN
        }],
        example: "reset:method=POST,path=/unified",
        read: |pairs| Ok(Effect::Reset { when: when(pairs)? }),
    },
    FaultKind {
        name: "status",
        help: "an error is answered, in the vendor's words",
        keys: &[
            FaultKey {
                name: "code",
                value: "200-599",
                default: Some("503"),
                help: "the status of the answer",
                example: "status:code=429",
            },
            FaultKey {
                name: "retry-after",
                value: "SECONDS|TEXT",
                default: None,
                help: "the Retry-After header, as it is",
                example: "status:code=429,retry-after=Wed, 21 Oct 2026 07:28:00 GMT",
            },
            WHEN,
        ],
        example: "status:code=503,path=/api/v1/devices,every=3",
        read: |pairs| {
            Ok(Effect::Status {
                code: pairs
                    .status("code")?
                    .unwrap_or(http::StatusCode::SERVICE_UNAVAILABLE),
                retry_after: pairs.header("retry-after")?,
                when: when(pairs)?,
            })
        },
    },
];

const WHEN: FaultKey = FaultKey {
    name: "when",
    value: "before|after",
    default: Some("before"),
    help: "before: the request is not carried out; after: it is, and then this happens",
    example: "status:code=500,when=after,method=DELETE",
};

fn when(pairs: &Pairs<'_>) -> Result<When, FaultError> {
    let when = pairs.one_of("when", &[("before", When::Before), ("after", When::After)])?;
    Ok(when.unwrap_or(When::Before))
}

/// The keys of every kind: which requests are hit. All that are given must hold.
pub const COMMON_KEYS: &[FaultKey] = &[
    FaultKey {
        name: "method",
        value: "METHOD",
        default: None,
        help: "only requests with this method",
        example: "reset:method=DELETE",
    },
    FaultKey {
        name: "path",
        value: "/PREFIX",
        default: None,
        help: "only requests whose path, as it is sent, begins so; the only way to hit a token call is to name it",
        example: "status:code=500,path=/oauth/token",
    },
    FaultKey {
        name: "every",
        value: "COUNT",
        default: Some("1"),
        help: "only each so many of the requests that match",
        example: "reset:every=10",
    },
    FaultKey {
        name: "times",
        value: "COUNT",
        default: None,
        help: "at most so many requests in all",
        example: "status:times=2",
    },
    FaultKey {
        name: "skip",
        value: "COUNT",
        default: Some("0"),
        help: "leave the first so many that match alone",
        example: "reset:path=/data/api/v1/users,skip=3,times=1",
    },
];

/// The kind with this name, of which nothing is unknown.
pub(super) fn kind(name: &str) -> Option<&'static FaultKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

impl FaultKind {
    /// The keys of its own, then the common ones.
    pub(super) fn all_keys(&self) -> impl Iterator<Item = &'static FaultKey> + use<> {
        self.keys.iter().chain(COMMON_KEYS)
    }
}
