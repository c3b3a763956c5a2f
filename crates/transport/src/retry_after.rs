use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// Past a day it is no wait but a mistake (a point in time written where a number of seconds belongs).
const ABSURD: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the server asks to wait, from `Retry-After` in seconds or as a date.
///
/// - a date is held against the reply's own `Date` where there is one, so that a wrong clock does no harm, else against
///   `unix_time`; one that is past asks for no wait;
/// - what is neither, or more than a day, asks for nothing.
///
/// ```
/// use std::time::Duration;
/// use rollbook_transport::retry_after;
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("date", "Fri, 02 Jan 2026 03:04:05 GMT".parse().unwrap());
/// headers.insert("retry-after", "Fri, 02 Jan 2026 03:04:15 GMT".parse().unwrap());
/// assert_eq!(retry_after(&headers, None), Some(Duration::from_secs(10)));
/// ```
pub fn retry_after(headers: &HeaderMap, unix_time: Option<Duration>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(text.parse().ok()?)
    } else {
        let until = since_1970(text)?;
        let now = headers
            .get(DATE)
            .and_then(|date| since_1970(date.to_str().ok()?))
            .or(unix_time)?;
        until.saturating_sub(now)
    };
    (wait <= ABSURD).then_some(wait)
}

fn since_1970(date: &str) -> Option<Duration> {
    let date: SystemTime = httpdate::parse_http_date(date.trim()).ok()?;
    date.duration_since(UNIX_EPOCH).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::proptest;

    /// 2026-01-02T03:04:05Z.
    const NOW: Duration = Duration::from_secs(1_767_323_045);

    fn asked(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        retry_after(&map, Some(NOW))
    }

    const fn seconds(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(asked(&[("retry-after", "10")]), seconds(10));
        assert_eq!(asked(&[("retry-after", " 0 ")]), seconds(0));
        let date = "Fri, 02 Jan 2026 03:05:05 GMT";
        assert_eq!(asked(&[("retry-after", date)]), seconds(60));
    }

    #[test]
    fn the_date_of_the_reply_goes_before_the_clock() {
        let headers = [
            ("retry-after", "Sat, 01 Jan 2000 00:00:30 GMT"),
            ("date", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ];
        assert_eq!(asked(&headers), seconds(30));
        assert_eq!(asked(&headers[..1]), seconds(0), "past by our clock");
        let odd = [
            ("retry-after", "Fri, 02 Jan 2026 03:04:15 GMT"),
            ("date", "today"),
        ];
        assert_eq!(asked(&odd), seconds(10));
    }

    #[test]
    fn what_is_absurd_is_as_if_absent() {
        for text in [
            "",
            "soon",
            "-1",
            "+5",
            "1.5",
            "10 s",
            "99999999999999999999999999",
            "1767323045",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            assert_eq!(asked(&[("retry-after", text)]), None, "{text}");
        }
        assert_eq!(asked(&[]), None);
    }

    proptest! {
        #[test]
        fn no_text_panics_or_asks_for_more_than_a_day(text in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            let wait = asked(&[("retry-after", &text), ("date", &date)]);
            assert!(wait.is_none_or(|wait| wait <= ABSURD));
        }
    }
}
