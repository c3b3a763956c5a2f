//! Short texts: cursors, waits, and what is shown of a request.

use std::num::NonZeroU32;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use rollbook_model::{Cursor, Page, Pager, Paging, Row};
use rollbook_transport::{REDACTED, redacted_headers, redacted_uri, retry_after};

use crate::credential::CREDENTIAL;
use crate::wire::wait;

/// A cursor survives its text form, and a list can go on from any.
pub(crate) fn check_cursor(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let cursor = match text.parse::<Cursor>() {
        Ok(cursor) => cursor,
        Err(error) => {
            let told = error.to_string();
            assert!(told.len() < 1_000 && !told.contains('\n'), "{told}");
            return;
        }
    };
    assert_eq!(
        cursor.to_string().parse().as_ref(),
        Ok(&cursor),
        "another cursor came back"
    );
    let (limit, ahead) = (NonZeroU32::MAX, NonZeroU32::MIN);
    for paging in [
        Paging::Whole,
        Paging::Numbered { ahead },
        Paging::Offset { limit, ahead },
        Paging::Cursor,
    ] {
        let pager = Pager::new("list", paging, |_| async {
            let mut page = Page::new(vec![Row::new(1, 1)]);
            page.total = Some(u64::MAX);
            page.last_page = Some(u32::MAX);
            page.next = Some("again".to_owned());
            Ok(page)
        });
        if pager.accepts(&cursor) {
            let mut pager = pager.resume(cursor.clone());
            let (rows, _) = wait(pager.collect_rows());
            assert!(rows.len() <= 1, "the same row came twice");
            assert!(!pager.completeness().is_complete(), "a part was called complete");
        }
    }
}

/// The most that a server may ask to wait.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A wait is within bounds. The lines are `Retry-After` and `Date`.
pub(crate) fn check_retry_after(input: &[u8]) {
    let mut headers = HeaderMap::new();
    for (name, line) in ["retry-after", "date"]
        .into_iter()
        .zip(input.split(|byte| *byte == b'\n'))
    {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.insert(name, value);
        }
    }
    for now in [None, Some(Duration::ZERO), Some(Duration::MAX)] {
        let wait = retry_after(&headers, now);
        assert!(wait.is_none_or(|wait| wait <= DAY), "a wait of {wait:?}");
        assert!(wait.is_none() || headers.contains_key("retry-after"));
    }
}

/// Whatever stands around a credential, it is not shown. The lines are what stands before and after it in an address, the
/// name of a header, and its value.
pub(crate) fn check_redaction(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut lines = text.split('\n');
    let [before, after, name, value] = std::array::from_fn(|_| lines.next().unwrap_or_default());
    for address in [
        format!("https://me:{CREDENTIAL}@example.com/{before}?{after}"),
        format!("https://example.com/?{before}&token={CREDENTIAL}&{after}"),
        format!("/?{before}&client_secret={CREDENTIAL}{after}"),
        before.to_owned(),
    ] {
        let Ok(uri) = address.parse::<Uri>() else { continue };
        let shown = redacted_uri(&uri);
        let planted = before.contains(CREDENTIAL) || after.contains(CREDENTIAL);
        assert!(planted || !shown.contains(CREDENTIAL), "shown: {shown}");
        let pairs = |uri: &str| uri.split(['?', '&']).count();
        if let Ok(again) = shown.parse::<Uri>() {
            assert_eq!(
                redacted_uri(&again),
                shown,
                "shown otherwise when it is shown again"
            );
            assert!(
                pairs(&shown) <= pairs(&address),
                "a parameter was made up: {shown}"
            );
        }
    }
    let mut headers = HeaderMap::new();
    let mut secret = HeaderValue::from_static(CREDENTIAL);
    for name in ["authorization", "cookie", "x-api-key"] {
        headers.insert(name, secret.clone());
    }
    secret.set_sensitive(true);
    if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
        headers.insert(&name, secret);
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    }
    let shown = redacted_headers(&headers);
    // A name is shown in lower case.
    let planted = name.to_ascii_lowercase().contains(CREDENTIAL) || value.contains(CREDENTIAL);
    assert!(planted || !shown.contains(CREDENTIAL), "shown: {shown}");
    assert_eq!(
        shown.lines().count(),
        headers.len(),
        "a line for each value: {shown}"
    );
    assert!(shown.contains(REDACTED));
}
