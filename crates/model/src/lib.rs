//! Rollbook's domain model: what a user, a device and a workstation are, whichever vendor they come from.
//!
//! No HTTP and no runtime here. An adapter implements [`Directory`]; its lists are [`Pager`]s that end with a
//! [`Completeness`], the proof of what was and was not seen; its failures are [`Error`]s that say what is known of the
//! request ([`Fate`]).
//!
//! A [`Change`] names what is to happen with selectors that cannot be blank. [`Directory::plan`] works out a [`Plan`] of it,
//! [`Guards`] approve the plan or refuse it, and only an [`ApprovedPlan`] can be handed to [`Directory::carry_out`]. Each of
//! its steps ends with an [`Outcome`]: done, not done, or not known.
//!
//! ```
//! use rollbook_model::{Page, Pager, Paging, Row};
//!
//! # futures_executor::block_on(async {
//! // A list of one page, as a vendor without paging would give it.
//! let mut pager = Pager::new("colours", Paging::Whole, |_position| async {
//!     Ok(Page::new(vec![Row::new("red", "red"), Row::new("blue", "blue")]))
//! });
//! let rows = pager.next_page().await.expect("one page")?;
//! assert_eq!(rows, ["red", "blue"]);
//! assert!(pager.next_page().await.is_none());
//! assert!(pager.completeness().is_complete());
//! # Ok::<(), rollbook_model::Error>(())
//! # }).unwrap();
//! ```

mod boundary;
mod capabilities;
mod change;
mod completeness;
mod cursor;
mod device;
mod directory;
mod error;
mod evidence;
mod id;
mod key;
mod key_set;
mod native;
mod open;
mod page;
mod pager;
mod plan;
mod progress;
mod query;
mod reading;
mod rejected_rows;
mod rows;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod time;
mod trust;
mod user;
mod vendor_ids;
mod window;
mod workstation;

pub use capabilities::{Capabilities, Filter, Operation, Support};
pub use change::{
    Action, ApprovedPlan, BySerial, Change, ChangeFate, DeviceSelector, Effect, EffectKind, Found, Guards,
    InvalidText, NewUser, Outcome, PLACEHOLDER_SERIALS, Plan, SerialNumber, Step, Subject, Target, Text,
    UnusableSerial, UserSelector,
};
pub use completeness::{Completeness, Grade};
pub use cursor::{Cursor, CursorError};
pub use device::{Device, DeviceOwner, Ownership, Platform};
pub use directory::{DeviceLookup, Directory};
pub use error::{Error, ErrorKind, Fate, RetryAdvice};
pub use id::{BlankId, DeviceId, InvalidSourceName, SourceName, UserId, Vendor, WorkstationId};
pub use key::KeyHasher;
pub use native::{NativeRow, RejectedRow, UnreadMember};
pub use page::{Page, Place, Row, UnreadPage};
pub use pager::Pager;
pub use plan::{Paging, Position};
pub use progress::{Progress, Snapshot};
pub use query::{DeviceQuery, UserQuery, WorkstationQuery};
pub use time::{InvalidTimestamp, Timestamp};
pub use trust::{Trust, TrustLevel, TrustOverride};
pub use user::{Email, User, UserStatus};
pub use vendor_ids::VendorIds;
pub use workstation::{Enrollment, EnrollmentUser, Hardware, Network, Workstation};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
