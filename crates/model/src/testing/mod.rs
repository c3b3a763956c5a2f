//! Generators for property tests: a [`proptest`] strategy for each type of this crate, and for the rows of vendors as text.
//!
//! - Values are as odd as the types allow: ids with slashes and emoji, names of one blank, times before Christ. What a type
//!   refuses is never generated.
//! - [`plan`](plan()) hangs together: its targets, effects and steps are of the kind that its change asks for.
//! - [`json`] has the rows of a vendor as JSON texts, from a table of its documented [`Member`](json::Member)s: as the documents
//!   write them, or as vendors really send them.
//!
//! ```
//! use proptest::prelude::{ProptestConfig, prop_assert};
//! use proptest::{prop_assert_eq, proptest};
//! use rollbook_model::{Guards, testing};
//!
//! proptest!(ProptestConfig::with_cases(32), |(user in testing::user(), plan in testing::plan())| {
//!     let row = serde_json::to_value(&user).expect("a row is JSON");
//!     prop_assert_eq!(row["id"].as_str(), Some(user.id.as_str()));
//!
//!     let approved = Guards::default().approve(plan.clone());
//!     prop_assert!(approved.is_err() || plan.implied.is_empty());
//! });
//! ```

mod changes;
pub mod json;
mod rows;
#[cfg(test)]
mod tests;
mod values;
mod walks;

pub use changes::{
    action, approved_plan, change, change_fate, device_selector, effect, effect_kind, found, new_user,
    outcome, plan, plan_of, serial_number, step, subject, target, text, user_selector,
};
pub use rows::{device, device_owner, enrollment, enrollment_user, hardware, network, user, workstation};
pub use values::{
    address, device_id, email, native_row, ownership, platform, source_name, timestamp, trust, trust_level,
    trust_override, user_id, user_status, vendor, words, workstation_id,
};
pub use walks::{
    capabilities, completeness, cursor, device_lookup, device_query, error, error_kind, fate, filter, grade,
    operation, rejected_row, support, unread_member, user_query, workstation_query,
};
