//! What two rows of one id say reaches the walk, whatever becomes of the rows where they are read.

use std::convert::identity;
use std::hash::Hasher;
use std::num::NonZeroU32;

use bytes::Bytes;
use rollbook_model::{Completeness, NativeRow, Page, Pager, Paging, Position};
use rollbook_vendor_kit::{Native, Record, RowMap, decode_list, decode_page};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Phone {
    id: String,
}

impl Record for Phone {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        hasher.write(self.id.as_bytes());
    }
}

/// Two phones of one id on different pages.
const PAGES: [&str; 2] = [r#"[{"id":"a","n":1},{"id":"b"}]"#, r#"[{"id":"a","n":2}]"#];

async fn walk<U: Send + 'static>(read: fn(&Bytes) -> Page<U>) -> (usize, Completeness) {
    let paging = Paging::Numbered {
        ahead: NonZeroU32::MIN,
    };
    let mut pager = Pager::new("phones", paging, move |position| {
        let number = match position {
            Position::Page(number) => number as usize,
            _ => 1,
        };
        let mut page = read(&Bytes::from_static(PAGES[number - 1].as_bytes()));
        (page.total, page.last_page) = (Some(3), Some(2));
        async { Ok(page) }
    });
    let (rows, error) = pager.collect_rows().await;
    assert!(error.is_none(), "{error:?}");
    (rows.len(), pager.completeness())
}

fn listed<U: Send>(reply: &Bytes, map: RowMap<'_, Phone, U>) -> Option<Page<U>> {
    decode_list(reply, reply, &[], "$", map).0
}

fn one_by_one(reply: &Bytes) -> serde_json::Result<Page<Native<Phone>>> {
    let raws: Vec<&RawValue> = serde_json::from_slice(reply)?;
    Ok(decode_page(reply, &raws, "$"))
}

#[tokio::test]
async fn two_rows_of_one_id_that_say_different_things_are_two_rows() {
    let walks = [
        walk(|reply| listed(reply, &identity).unwrap()).await,
        walk(|reply| listed(reply, &|row| row.id.clone()).unwrap()).await,
        walk(|reply| one_by_one(reply).unwrap()).await,
        walk(|reply| one_by_one(reply).unwrap().map(|row| row.id.clone())).await,
    ];
    for (rows, completeness) in walks {
        assert_eq!((rows, completeness.is_complete()), (3, true), "{completeness:?}");
    }
}
