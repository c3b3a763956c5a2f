//! What must hold of a page, whatever is in it.

use bytes::Bytes;
use rollbook_model::{Completeness, Error, ErrorKind, NativeRow, Pager, RejectedRow, UnreadMember};

use crate::credential::{CREDENTIAL, silent, silent_error};
use crate::wire::wait;

/// A walk to its end, of rows of any type.
#[derive(Debug)]
pub(crate) struct Walked {
    delivered: Vec<NativeRow>,
    rejected: Vec<RejectedRow>,
    unread: Vec<UnreadMember>,
    completeness: Completeness,
    error: Option<Error>,
}

/// Reads the list to its end.
pub(crate) fn walk<T: Send + 'static>(
    mut pager: Pager<T>,
    native: impl Fn(&T) -> Option<NativeRow>,
) -> Walked {
    let (rows, error) = wait(pager.collect_rows());
    if !error.as_ref().is_some_and(is_at_a_cursor_with_it) {
        silent("the pager", &pager);
    }
    Walked {
        delivered: rows.iter().map(|row| native(row).unwrap_or_default()).collect(),
        rejected: pager.rejected().to_vec(),
        unread: pager.unread().to_vec(),
        completeness: pager.completeness(),
        error,
    }
}

impl Walked {
    /// Holds a walk whose first page was `body`, and whose others were refused, against the texts of the elements that the
    /// list in it has; none where it has no list.
    pub(crate) fn check_first_page(&self, body: &Bytes, elements: Option<Vec<&str>>) {
        self.check_words();
        for native in &self.delivered {
            assert!(native.get().starts_with('{'), "what is no object was delivered");
            let inside = body.as_ptr_range().contains(&native.get().as_ptr());
            assert!(inside, "a delivered row is a copy");
        }
        if self.completeness.pages == 0 {
            assert!(self.delivered.is_empty(), "rows came of no page");
            assert!(self.error.is_some(), "no page and no error");
            return;
        }
        let Some(mut elements) = elements else {
            panic!("rows were read of what is no list: {self:?}");
        };
        let counted = self.delivered.len() as u64 + self.completeness.rejected;
        assert_eq!(
            counted,
            elements.len() as u64,
            "a row was lost or made up: {self:?}"
        );
        let delivered = self.delivered.iter();
        let rejected = self.rejected.iter().map(|row| &row.native);
        if self.completeness.rejected == self.rejected.len() as u64 {
            let mut kept: Vec<&str> = delivered.chain(rejected).map(NativeRow::get).collect();
            kept.sort_unstable();
            elements.sort_unstable();
            assert_eq!(kept, elements, "a row is not as it came");
        }
        let whole = self.completeness.rejected == 0 && self.completeness.unread == 0;
        assert!(
            whole || !self.completeness.is_complete(),
            "what could not be read was called complete"
        );
    }

    /// Holds what is told of a walk.
    pub(crate) fn check_words(&self) {
        let places = self.rejected.iter().map(|row| (&row.path, &row.reason));
        let unread = self.unread.iter().map(|member| (&member.path, &member.reason));
        for (path, reason) in places.chain(unread) {
            assert!(path.starts_with('$'), "no place: {path}");
            assert!(!path.contains(CREDENTIAL), "a place shows what was sent: {path}");
            assert!(!shows_a_value(reason), "a reason shows what was sent: {reason}");
        }
        if let Some(error) = &self.error {
            check_error(error);
        } else {
            silent("the completeness", &self.completeness);
        }
    }
}

/// A reason names members: one that has the credential for its name is shown with it.
fn shows_a_value(reason: &str) -> bool {
    let said = reason.split_once(": ").map_or(reason, |(_, said)| said);
    said.contains(CREDENTIAL) && !said.contains(&format!("field `{CREDENTIAL}"))
}

/// Holds an error of a call: it names the source and the function, and is one line without the credential.
pub(crate) fn check_error(error: &Error) {
    assert!(error.operation().is_some(), "nowhere: {error:?}");
    // What the pager finds wrong itself, it finds without knowing whose list it is.
    let named = error.source_name().is_some() || error.kind() == ErrorKind::Paging;
    assert!(named, "of no source: {error:?}");
    let text = error.to_string();
    assert!(
        !text.contains(['\n', '\r', '\u{1b}']),
        "more than a line: {text:?}"
    );
    if !is_at_a_cursor_with_it(error) {
        silent_error(error);
    }
}

/// The cursor of the next page is the server's to choose, and is shown where an error happened at it.
fn is_at_a_cursor_with_it(error: &Error) -> bool {
    error.place().is_some_and(|place| place.contains(CREDENTIAL))
}
