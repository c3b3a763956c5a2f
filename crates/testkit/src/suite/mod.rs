//! What every [`Directory`] promises, as tests that any adapter can run.
//!
//! A test crate makes its subject — a directory over a world whose rows it knows — and names it once:
//!
//! ```no_run
//! use rollbook_testkit::suite::{Sent, Subject};
//! # use std::sync::Arc;
//! # use rollbook_model::{Change, Directory, Text, UserSelector};
//! # use rollbook_testkit::FakeTransport;
//! # fn directory_over(fake: &FakeTransport) -> Arc<dyn Directory> { panic!("{fake:?}") }
//! # fn vendor() -> FakeTransport { FakeTransport::ordered([]) }
//!
//! rollbook_testkit::directory_suite!(subject);
//!
//! fn subject() -> Subject {
//!     let fake = vendor();
//!     let log = fake.clone();
//!     let requests = move || log.requests().iter().map(|request| request.uri().path().to_owned()).collect();
//!     let ann = Text::new("ann@example.com").expect("an address");
//!     Subject::new(directory_over(&fake), requests)
//!         .with_users(vec!["u-1".to_owned(), "u-2".to_owned()])
//!         .with_changes(vec![Change::DeleteUser(UserSelector::Email(ann))], move || Sent::changes(&fake.requests()))
//! }
//! # subject();
//! ```
//!
//! Each behaviour is then a test of its own name, with a subject of its own: changes change the world. What the directory says
//! that it cannot do is not asked of it, except that it must refuse it in the right way. For what it can change, the subject says
//! what there is to change and sees what was sent: [`Subject::with_changes`].
//!
//! [`odd_rows`] is the other half: rows as no vendor would send them, for an adapter's mapping.

mod changes;
mod filters;
mod gets;
mod listed;
mod lists;
mod odd_ids;
pub mod odd_rows;
mod run;
mod sent;
mod unsupported;

use std::fmt;
use std::sync::Arc;

use rollbook_model::{Change, Directory};

pub use changes::{
    a_plan_of_another_source_is_refused, a_refused_plan_sends_nothing,
    a_selector_that_fits_nothing_is_not_found, an_edited_plan_is_refused,
    one_change_that_fails_leaves_the_others, planning_sends_nothing_but_reads,
    what_is_sent_is_what_was_planned, what_was_already_gone_is_not_found,
};
pub use filters::{
    a_filter_holds_for_every_row, filters_compare_without_case, what_no_row_has_finds_nothing,
};
pub use gets::{what_a_list_gives_can_be_got, what_is_not_there_is_not_found};
pub use lists::{
    a_list_gives_every_row_once_and_is_graded_complete, a_row_names_its_source_and_vendor,
    a_walk_can_be_resumed_where_it_was_left, one_page_costs_one_request,
};
pub use odd_ids::an_odd_id_never_becomes_another_path;
pub use run::run;
pub use sent::Sent;
pub use unsupported::an_unsupported_operation_is_refused_before_any_request;

/// The names of all behaviours.
pub const BEHAVIOURS: &[&str] = &[
    "a_filter_holds_for_every_row",
    "a_list_gives_every_row_once_and_is_graded_complete",
    "a_plan_of_another_source_is_refused",
    "a_refused_plan_sends_nothing",
    "a_row_names_its_source_and_vendor",
    "a_selector_that_fits_nothing_is_not_found",
    "a_walk_can_be_resumed_where_it_was_left",
    "an_edited_plan_is_refused",
    "an_odd_id_never_becomes_another_path",
    "an_unsupported_operation_is_refused_before_any_request",
    "filters_compare_without_case",
    "one_change_that_fails_leaves_the_others",
    "one_page_costs_one_request",
    "planning_sends_nothing_but_reads",
    "what_a_list_gives_can_be_got",
    "what_is_not_there_is_not_found",
    "what_is_sent_is_what_was_planned",
    "what_no_row_has_finds_nothing",
    "what_was_already_gone_is_not_found",
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
    changes: Vec<Change>,
    changes_sent: Arc<dyn Fn() -> Vec<Sent> + Send + Sync>,
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
            changes: Vec::new(),
            changes_sent: Arc::new(Vec::new),
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

    /// The same subject with changes that can be made in its world: of every kind that the directory can do, some that fit
    /// something that is there, or for a user to be created, that is not. `sent` gives the requests so far that could have
    /// changed something, without those that sign in.
    #[must_use]
    pub fn with_changes(
        mut self,
        changes: Vec<Change>,
        sent: impl Fn() -> Vec<Sent> + Send + Sync + 'static,
    ) -> Self {
        self.changes = changes;
        self.changes_sent = Arc::new(sent);
        self
    }

    fn changes(&self) -> &[Change] {
        &self.changes
    }

    fn changes_sent(&self) -> Vec<Sent> {
        (self.changes_sent)()
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

/// Makes a test of every behaviour, over the [`Subject`] that `$subject` gives when it is called.
#[macro_export]
macro_rules! directory_suite {
    ($subject:path) => {
        $crate::directory_suite! { $subject =>
            a_filter_holds_for_every_row
            a_list_gives_every_row_once_and_is_graded_complete
            a_plan_of_another_source_is_refused
            a_refused_plan_sends_nothing
            a_row_names_its_source_and_vendor
            a_selector_that_fits_nothing_is_not_found
            a_walk_can_be_resumed_where_it_was_left
            an_edited_plan_is_refused
            an_odd_id_never_becomes_another_path
            an_unsupported_operation_is_refused_before_any_request
            filters_compare_without_case
            one_change_that_fails_leaves_the_others
            one_page_costs_one_request
            planning_sends_nothing_but_reads
            what_a_list_gives_can_be_got
            what_is_not_there_is_not_found
            what_is_sent_is_what_was_planned
            what_no_row_has_finds_nothing
            what_was_already_gone_is_not_found
        }
    };
    ($subject:path => $($behaviour:ident)*) => {
        $(
            #[test]
            fn $behaviour() {
                $crate::suite::run(async { $crate::suite::$behaviour(&$subject()).await });
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
