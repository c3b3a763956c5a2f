//! What every [`Directory`] promises, as tests that any adapter can run.
//!
//! A test crate makes its subject — a directory over a world whose rows it knows — and names it once:
//!
//! ```ignore
//! rollbook_testkit::directory_suite!(subject);
//!
//! fn subject() -> rollbook_testkit::suite::Subject { ... }
//! ```
//!
//! Each behaviour is then a `#[tokio::test]` of its own name. What the directory says that it cannot do is not asked of
//! it, except that it must refuse it in the right way.
//!
//! [`odd_rows`] is the other half: rows as no vendor would send them, for an adapter's mapping.

mod filters;
mod gets;
mod listed;
mod lists;
mod odd_ids;
pub mod odd_rows;
mod unsupported;

use std::fmt;
use std::sync::Arc;

use rollbook_model::Directory;

pub use filters::{
    a_filter_holds_for_every_row, filters_compare_without_case, what_no_row_has_finds_nothing,
};
pub use gets::{what_a_list_gives_can_be_got, what_is_not_there_is_not_found};
pub use lists::{
    a_list_gives_every_row_once_and_is_graded_complete, a_row_names_its_source_and_vendor,
    a_walk_can_be_resumed_where_it_was_left, one_page_costs_one_request,
};
pub use odd_ids::an_odd_id_never_becomes_another_path;
pub use unsupported::an_unsupported_operation_is_refused_before_any_request;

/// The names of all behaviours.
pub const BEHAVIOURS: &[&str] = &[
    "a_filter_holds_for_every_row",
    "a_list_gives_every_row_once_and_is_graded_complete",
    "a_row_names_its_source_and_vendor",
    "a_walk_can_be_resumed_where_it_was_left",
    "an_odd_id_never_becomes_another_path",
    "an_unsupported_operation_is_refused_before_any_request",
    "filters_compare_without_case",
    "one_page_costs_one_request",
    "what_a_list_gives_can_be_got",
    "what_is_not_there_is_not_found",
    "what_no_row_has_finds_nothing",
];

/// A directory under test, with what is true of the world behind it.
///
/// The world needs lists of several pages, or the behaviours of paging show nothing.
#[derive(Clone)]
#[non_exhaustive]
pub struct Subject {
    /// The directory.
    pub directory: Arc<dyn Directory>,
    requests: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    users: Vec<String>,
    devices: Vec<String>,
    workstations: Vec<String>,
}

impl Subject {
    /// A directory whose requests so far `requests` gives: path and query of each, as they were sent, without those that
    /// sign in.
    pub fn new(
        directory: Arc<dyn Directory>,
        requests: impl Fn() -> Vec<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            directory,
            requests: Arc::new(requests),
            users: Vec::new(),
            devices: Vec::new(),
            workstations: Vec::new(),
        }
    }

    /// The same subject with the ids of all its users.
    #[must_use]
    pub fn with_users(mut self, ids: Vec<String>) -> Self {
        self.users = ids;
        self
    }

    /// The same subject with the ids of all its devices.
    #[must_use]
    pub fn with_devices(mut self, ids: Vec<String>) -> Self {
        self.devices = ids;
        self
    }

    /// The same subject with the ids of all its workstations.
    #[must_use]
    pub fn with_workstations(mut self, ids: Vec<String>) -> Self {
        self.workstations = ids;
        self
    }

    fn sent(&self) -> Vec<String> {
        (self.requests)()
    }

    /// The requests that were sent after the first `before`.
    fn sent_after(&self, before: usize) -> Vec<String> {
        self.sent().split_off(before)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

/// Makes a `#[tokio::test]` of every behaviour, over the [`Subject`] that `$subject` gives when it is called.
#[macro_export]
macro_rules! directory_suite {
    ($subject:path) => {
        $crate::directory_suite! { $subject =>
            a_filter_holds_for_every_row
            a_list_gives_every_row_once_and_is_graded_complete
            a_row_names_its_source_and_vendor
            a_walk_can_be_resumed_where_it_was_left
            an_odd_id_never_becomes_another_path
            an_unsupported_operation_is_refused_before_any_request
            filters_compare_without_case
            one_page_costs_one_request
            what_a_list_gives_can_be_got
            what_is_not_there_is_not_found
            what_no_row_has_finds_nothing
        }
    };
    ($subject:path => $($behaviour:ident)*) => {
        $(
            #[tokio::test]
            async fn $behaviour() {
                $crate::suite::$behaviour(&$subject()).await;
            }
        )*
    };
}

#[cfg(test)]
mod tests {
    use super::BEHAVIOURS;

    #[test]
    fn the_macro_runs_every_behaviour() {
        let source = include_str!("mod.rs");
        let (_, list) = source.split_once("{ $subject =>").unwrap();
        let named: Vec<&str> = list.split('}').next().unwrap().split_whitespace().collect();
        assert_eq!(named, BEHAVIOURS);
    }

    #[test]
    fn every_promise_of_a_directory_is_a_behaviour() {
        let promises = include_str!("../../../model/src/directory.rs");
        let names: Vec<&str> = promises
            .lines()
            .filter_map(|line| line.strip_prefix("/// - `")?.split('`').next())
            .collect();
        assert!(!names.is_empty());
        for name in names {
            assert!(BEHAVIOURS.contains(&name), "no behaviour is called {name}");
        }
    }
}
