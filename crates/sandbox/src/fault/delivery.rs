//! Faults in how a reply comes: late, slowly, in part, packed, too long, or not at all.

use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use super::FaultSpec;
use super::form::Form;
use super::kinds::{Act, FaultKey, FaultKind, Reach};
use super::turn::Turn;
use crate::Sent;
use crate::answer::Pace;

/// The longest wait, an hour in milliseconds: longer than any timeout that is worth a test.
const LONGEST_WAIT: u64 = 3_600_000;

pub(super) const LATENCY: FaultKind = FaultKind {
    name: "latency",
    help: "the answer is held back; the request is carried out at once",
    keys: &[
        FaultKey {
            name: "ms",
            value: "MILLISECONDS",
            default: Some("1000"),
            help: "for how long",
            example: "latency:ms=50",
            form: Form::Count(0, LONGEST_WAIT),
        },
        FaultKey {
            name: "jitter",
            value: "MILLISECONDS",
            default: Some("0"),
            help: "and up to so much longer, drawn from the sandbox's seed",
            example: "latency:ms=50,jitter=200",
            form: Form::Count(0, LONGEST_WAIT),
        },
    ],
    example: "latency:ms=300,jitter=200,path=/data",
    reach: Reach::All,
    act: Act::World(|spec, memory, turn| {
        let jitter = spec.size("jitter").saturating_add(1);
        let longer = u64::try_from(memory.rng.below(jitter)).unwrap_or(0);
        turn.delay += Duration::from_millis(spec.count("ms") + longer);
        true
    }),
};

pub(super) const SLOW_BODY: FaultKind = FaultKind {
    name: "slow-body",
    help: "the body comes in small pieces, with a wait before each",
    keys: &[
        FaultKey {
            name: "bytes",
            value: "COUNT",
            default: Some("1024"),
            help: "how long a piece is",
            example: "slow-body:bytes=1",
            form: Form::Count(1, u64::MAX),
        },
        FaultKey {
            name: "ms",
            value: "MILLISECONDS",
            default: Some("100"),
            help: "how long each is waited for",
            example: "slow-body:ms=10",
            form: Form::Count(0, LONGEST_WAIT),
        },
    ],
    example: "slow-body:bytes=100,ms=20,path=/unified",
    reach: Reach::All,
    act: Act::World(|spec, _, turn| {
        turn.pace = Some(Pace {
            bytes: spec.size("bytes"),
            pause: Duration::from_millis(spec.count("ms")),
        });
        true
    }),
};

pub(super) const RESET: FaultKind = FaultKind {
    name: "reset",
    help: "the connection ends without a reply, or within its body",
    keys: &[FaultKey {
        name: "when",
        value: "before|body|after",
        default: Some("before"),
        help: "before: the request is not carried out; after: it is; body: it is, and half of the body comes",
        example: "reset:when=after,method=DELETE,times=1",
        form: Form::Word(&["before", "body", "after"]),
    }],
    example: "reset:method=POST,path=/unified",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        match spec.text("when") {
            Some("body") => return cut(turn),
            Some("after") => {
                turn.reply();
            }
            _ if turn.is_carried_out() => return None,
            _ => {}
        }
        Some(Sent::Nothing)
    }),
};

pub(super) const TRUNCATED: FaultKind = FaultKind {
    name: "truncated",
    help: "half of the body is missing",
    keys: &[FaultKey {
        name: "length",
        value: "right|wrong",
        default: Some("right"),
        help: "right: Content-Length is that of what comes; wrong: that of the whole, and the connection ends early",
        example: "truncated:length=wrong",
        form: Form::Word(&["right", "wrong"]),
    }],
    example: "truncated:path=/api/v2/devices,times=1",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        if spec.is("length", "wrong") {
            return cut(turn);
        }
        let whole = turn.reply().body().clone();
        (whole.len() > 1).then(|| Sent::Whole(turn.take_reply().map(|_| half(&whole))))
    }),
};

/// Half of the body, under the length of the whole. There has to be a body.
fn cut(turn: &mut Turn<'_, '_>) -> Option<Sent> {
    let whole = turn.reply().body().clone();
    (!whole.is_empty()).then(|| Sent::Cut {
        response: turn.take_reply().map(|_| half(&whole)),
        announced: whole.len() as u64,
    })
}

fn half(whole: &Bytes) -> Bytes {
    whole.slice(..whole.len() / 2)
}

pub(super) const OVERSIZE: FaultKind = FaultKind {
    name: "oversize",
    help: "the body is followed by spaces up to a length that no client should hold",
    keys: &[
        FaultKey {
            name: "bytes",
            value: "COUNT",
            default: Some("134217728"),
            help: "how long the whole body is; it is made while it is sent",
            example: "oversize:bytes=1000000",
            form: Form::Count(1, 1 << 40),
        },
        FaultKey {
            name: "announced",
            value: "yes|no",
            default: Some("yes"),
            help: "whether Content-Length says so beforehand",
            example: "oversize:announced=no",
            form: Form::Word(&["yes", "no"]),
        },
    ],
    example: "oversize:bytes=100000000,path=/api/v1/devices",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        let bytes = spec.count("bytes");
        let fits = !turn.reply().body().is_empty() && turn.reply().body().len() as u64 <= bytes;
        fits.then(|| Sent::Padded {
            response: turn.take_reply(),
            bytes,
            announced: spec.is("announced", "yes"),
        })
    }),
};

pub(super) const GZIP: FaultKind = FaultKind {
    name: "gzip",
    help: "the body is compressed, whether or not that was asked for",
    keys: &[
        FaultKey {
            name: "how",
            value: "good|broken|bomb",
            default: Some("good"),
            help: "good: as it should be; broken: its end is missing; bomb: it becomes very long",
            example: "gzip:how=broken",
            form: Form::Word(&["good", "broken", "bomb"]),
        },
        FaultKey {
            name: "bytes",
            value: "COUNT",
            default: Some("134217728"),
            help: "how long a bomb becomes",
            example: "gzip:how=bomb,bytes=1000000",
            form: Form::Count(1, 1 << 32),
        },
    ],
    example: "gzip:how=bomb,path=/unified/mdm/devices",
    reach: Reach::All,
    act: Act::Reply(gzip),
};

fn gzip(spec: &FaultSpec, _: &mut super::turn::Memory, turn: &mut Turn<'_, '_>) -> Option<Sent> {
    let body = turn.reply().body().clone();
    if body.is_empty() {
        return None;
    }
    let padding = if spec.is("how", "bomb") {
        spec.count("bytes").saturating_sub(body.len() as u64)
    } else {
        0
    };
    let mut packed = packed(&body, padding)?;
    if spec.is("how", "broken") {
        // Its check sum and a part of what it holds.
        packed.truncate(packed.len() / 2);
    }
    let mut response = turn.take_reply().map(|_| Bytes::from(packed));
    let headers = response.headers_mut();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("application/json"));
    Some(Sent::Whole(response))
}

/// The body and so many spaces after it, which are never held whole.
fn packed(body: &[u8], padding: u64) -> Option<Vec<u8>> {
    const SPACES: [u8; 8192] = [b' '; 8192];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    let mut left = padding;
    while left > 0 {
        let piece = usize::try_from(left).unwrap_or(usize::MAX).min(SPACES.len());
        encoder.write_all(&SPACES[..piece]).ok()?;
        left -= piece as u64;
    }
    encoder.finish().ok()
}
