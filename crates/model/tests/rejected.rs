//! Rows that cannot be read are rows all the same.

use std::num::NonZeroU32;

use futures_executor::block_on;
use rollbook_model::{Grade, NativeRow, Page, Pager, Paging, Position, RejectedRow};

#[test]
fn a_page_of_nothing_but_rejected_rows_is_no_repetition() {
    for total in [Some(2), None] {
        let paging = Paging::Offset {
            limit: NonZeroU32::MIN,
            ahead: NonZeroU32::MIN.saturating_add(1),
        };
        let mut pager = Pager::new("list", paging, move |position| async move {
            let Position::Offset { skip, .. } = position else {
                panic!("{position}");
            };
            let mut page = Page::<u32>::new(Vec::new());
            page.total = total;
            if skip < 2 {
                let native = NativeRow::parse(&skip.to_string()).unwrap();
                page.rejected
                    .push(RejectedRow::new("rows[0]", "a number", native));
            }
            Ok(page)
        });
        let (rows, error) = block_on(pager.collect_rows());
        let completeness = pager.completeness();
        assert!(rows.is_empty() && error.is_none(), "{error:?}");
        assert_eq!(
            (completeness.rejected, completeness.grade),
            (2, Grade::Incomplete),
            "{total:?}"
        );
    }
}
