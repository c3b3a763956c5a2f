//! What a vendor was asked and answered, as a fixture case that names nobody. It sends nothing: the program beside it does.
//!
//! - [`Recording`] is one call as it was: its arguments, the replies, and the secrets it was made with.
//! - [`sanitize`] makes the case's files of it, with a pseudonym in the place of whatever is not known to name nobody, and
//!   refuses when an original is left anywhere.
//! - [`put`] replaces a case on the disk as a whole.
//! - [`Policy`] is what is known of a vendor: which members keep their values.
//!
//! ```
//! use xtask_record::{Answer, Policy, Recording, Reply, sanitize};
//!
//! let mut recording = Recording::default();
//! recording.arguments.insert("email".into(), "Ann.Lee@corp.example".into());
//! recording.answers.push(Answer::Reply(Reply {
//!     status: 200,
//!     headers: vec![("set-cookie".into(), "session=1".into())],
//!     body: br#"{"count":1,"results":[{"email":"ann.lee@corp.example","active":true}]}"#.to_vec(),
//! }));
//! let policy = Policy::of("truu").ok_or("no such vendor")?;
//! let case = sanitize(policy, "Recorded from a tenant.", &recording)?;
//!
//! let reply = &case.files["response.json"];
//! assert!(reply.contains(r#""count": 1"#) && reply.contains(r#""active": true"#));
//! assert!(!reply.contains("ann") && !case.files["case.toml"].contains("session"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canary;
mod case;
mod put;
mod sanitize;

pub use canary::{Canaries, Leak};
pub use case::{Answer, Case, Recording, Refused, Reply, sanitize};
pub use put::put;
pub use sanitize::{Policy, Sanitizer, Unreadable};
