use rollbook_model::{Cursor, Device, User, Workstation};

use super::Subject;
use super::listed::{Listed, ids, is_listed, pagers, rows};

/// A list gives the world's rows, each as often as the world has it, and its walk is graded complete.
pub async fn a_list_gives_every_row_once_and_is_graded_complete(subject: &Subject) {
    every_row::<User>(subject).await;
    every_row::<Device>(subject).await;
    every_row::<Workstation>(subject).await;
}

async fn every_row<T: Listed>(subject: &Subject) {
    if !is_listed::<T>(subject) {
        return;
    }
    let mut truth = T::truth(subject).to_vec();
    truth.sort();
    assert!(!truth.is_empty(), "the subject knows no row of `{}`", T::LIST);
    assert_eq!(ids(&rows::<T>(subject, &T::Query::default()).await), truth);
}

/// Every row names the directory's source and vendor, and keeps the vendor's row as an object in JSON.
pub async fn a_row_names_its_source_and_vendor(subject: &Subject) {
    origin::<User>(subject).await;
    origin::<Device>(subject).await;
    origin::<Workstation>(subject).await;
}

async fn origin<T: Listed>(subject: &Subject) {
    if !is_listed::<T>(subject) {
        return;
    }
    for row in rows::<T>(subject, &T::Query::default()).await {
        let (source, vendor, native) = row.origin();
        assert_eq!(source, subject.directory.source());
        assert_eq!(*vendor, subject.directory.vendor());
        let native = native.map(|native| native.get().to_owned());
        let native = native.unwrap_or_else(|| panic!("{row:?} lost the vendor's row"));
        assert!(native.starts_with('{') && native.ends_with('}'), "{native}");
        let json = serde_json::to_value(&row).unwrap_or_else(|error| panic!("{row:?}: {error}"));
        assert_eq!(json["source"], source.as_str());
        assert!(json["native"].is_object());
    }
}

/// A walk that is left after some pages goes on from its cursor, also from the cursor's text, and both parts together
/// are the whole list. The second part alone is not graded complete.
pub async fn a_walk_can_be_resumed_where_it_was_left(subject: &Subject) {
    resumed::<User>(subject).await;
    resumed::<Device>(subject).await;
    resumed::<Workstation>(subject).await;
}

async fn resumed<T: Listed>(subject: &Subject) {
    if !is_listed::<T>(subject) {
        return;
    }
    let all = ids(&rows::<T>(subject, &T::Query::default()).await);
    let mut longest = 0;
    for left_after in 1..=3 {
        let [mut pager] = match <[_; 1]>::try_from(pagers::<T>(subject, &T::Query::default())) {
            Ok(one) => one,
            // A cursor is of one list: of several nobody could say which.
            Err(_) => return,
        };
        let mut first = Vec::new();
        for _ in 0..left_after {
            match pager.next_page().await {
                Some(Ok(page)) => first.extend(page),
                Some(Err(error)) => panic!("{error}"),
                None => break,
            }
        }
        let Some(cursor) = pager.cursor() else { break };
        drop(pager);
        longest = longest.max(first.len());
        let text = cursor.to_string();
        let parsed: Cursor = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut pager = match pagers::<T>(subject, &T::resumed(parsed)).pop() {
            Some(pager) => pager,
            None => panic!("no list goes on from {text}"),
        };
        let (rest, error) = pager.collect_rows().await;
        assert!(error.is_none(), "{text}: {error:?}");
        assert!(
            !pager.completeness().is_complete(),
            "{text}: half a list is not whole"
        );
        assert!(rest.len() < all.len(), "{text}: the whole list was read again");
        let mut both = [ids(&first), ids(&rest)].concat();
        both.sort();
        let mut missing = all.clone();
        for id in &both {
            if let Ok(at) = missing.binary_search(id) {
                missing.remove(at);
            }
        }
        assert!(missing.is_empty(), "{text}: lost {missing:?}");
    }
    assert!(longest < all.len(), "`{}` is too short to be left", T::LIST);
}

/// The first page of a list costs one request when nothing is fetched ahead.
pub async fn one_page_costs_one_request(subject: &Subject) {
    one_page::<User>(subject).await;
    one_page::<Device>(subject).await;
    one_page::<Workstation>(subject).await;
}

async fn one_page<T: Listed>(subject: &Subject) {
    if !is_listed::<T>(subject) {
        return;
    }
    for pager in pagers::<T>(subject, &T::Query::default()) {
        let before = subject.sent().len();
        let mut pager = pager.without_read_ahead();
        let page = match pager.next_page().await {
            Some(Ok(page)) => page,
            other => panic!("`{}` has no first page: {other:?}", T::LIST),
        };
        assert!(!page.is_empty());
        drop(pager);
        let sent = subject.sent_after(before);
        assert_eq!(sent.len(), 1, "{sent:?}");
    }
}
