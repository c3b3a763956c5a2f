//! What is measured: each of these reads one page, or sends one request.

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use rollbook_model::{Directory, Page, Pager};
use rollbook_vendor_kit::{Native, Record};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::pages::Rows;

/// Reads a page once, drops what came of it, and gives the number of its rows.
pub type Read = Box<dyn Fn() -> usize>;

/// Makes a way to read this page.
pub type Way = Box<dyn Fn(Bytes) -> Read>;

/// One list, and every way to read a page of it.
pub struct Contest {
    /// `truu-users`.
    pub name: &'static str,
    /// Its rows.
    pub rows: Rows,
    /// The ways, the reference first.
    pub ways: Vec<(&'static str, Way)>,
}

/// The reference: plain structs, and what is not known is dropped.
pub fn owned<P: DeserializeOwned + 'static>(rows: fn(&P) -> usize) -> Way {
    Box::new(move |body| Box::new(move || rows(&black_box(serde_json::from_slice(&body).expect("a page")))))
}

/// The same structs from a text that was checked once.
pub fn from_text<P: DeserializeOwned + 'static>(rows: fn(&P) -> usize) -> Way {
    Box::new(move |body| {
        Box::new(move || {
            let text = std::str::from_utf8(&body).expect("UTF-8");
            rows(&black_box(serde_json::from_str(text).expect("a page")))
        })
    })
}

/// The same rows, each found first and read then: what keeping each row's text costs when serde does it alone.
pub fn found_first<T: DeserializeOwned + 'static>(member: &'static str) -> Way {
    Box::new(move |body| {
        Box::new(move || {
            let page: std::collections::HashMap<&str, &RawValue> =
                serde_json::from_slice(&body).expect("an object");
            let rows: Vec<&RawValue> = serde_json::from_str(page[member].get()).expect("rows");
            let rows = rows
                .into_iter()
                .map(|row| (serde_json::from_str::<T>(row.get()).expect("a row"), row));
            black_box(rows.collect::<Vec<_>>()).len()
        })
    })
}

/// Our native rows.
pub fn native<T: Record + 'static>(
    page: impl Fn(&Bytes) -> Page<Native<T>> + Clone + 'static,
) -> Way {
    Box::new(move |body| {
        let page = page.clone();
        Box::new(move || {
            let page = black_box(page(&body));
            assert!(page.rejected.is_empty() && page.unread.is_empty());
            page.rows.len()
        })
    })
}

/// Our native rows as a client delivers them: with the request and the walk.
pub fn walked<T: Send + 'static>(
    pager: impl Fn(&Bytes) -> Arc<dyn Fn() -> Pager<T>> + 'static,
) -> Way {
    Box::new(move |body| {
        let pager = pager(&body);
        Box::new(move || {
            let mut pager = pager();
            let page = pager.next_page().now_or_never().flatten();
            black_box(page).map_or(0, |page| page.expect("a page").len())
        })
    })
}

/// Our domain rows of a directory.
pub fn domain<T: Send + 'static>(
    directory: fn(&Bytes) -> Arc<dyn Directory>,
    list: fn(&dyn Directory) -> Pager<T>,
) -> Way {
    walked(move |body| {
        let directory = directory(body);
        Arc::new(move || list(&*directory))
    })
}
