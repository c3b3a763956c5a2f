use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::reader::{Reader, get, integer_of, quoted};

/// The options that every source has. All have defaults.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// A PEM file with authorities to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy to send through. It may hold a password: not shown.
    pub proxy: Option<String>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// How many requests may be under way at once.
    pub concurrency: Option<NonZeroU32>,
    /// How many rows to ask for at once, where the vendor can be asked. TruU fixes its pages itself.
    pub page_size: Option<NonZeroU32>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("ca_file", &self.ca_file)
            .field("proxy", &self.proxy.as_ref().map(|_| "(set)"))
            .field("timeout", &self.timeout)
            .field("concurrency", &self.concurrency)
            .field("page_size", &self.page_size)
            .finish()
    }
}

/// The longest that one attempt may be given: a longer one is a slip of the pen.
const MAX_TIMEOUT: Duration = Duration::from_secs(3600);

/// Reads the options of a source.
pub(crate) fn read_settings(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Settings {
    Settings {
        ca_file: reader.text(table, "ca_file").map(|text| reader.path(text.value)),
        proxy: reader.text(table, "proxy").map(|text| text.value.to_owned()),
        timeout: read_timeout(reader, table),
        concurrency: read_count(reader, table, "concurrency"),
        page_size: read_count(reader, table, "page_size"),
    }
}

fn read_count(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Option<NonZeroU32> {
    let number = reader.integer(table, key)?;
    let count = u32::try_from(number.value).ok().and_then(NonZeroU32::new);
    if count.is_none() {
        let problem = format!("`{key}` must be from 1 to {}, not {}", u32::MAX, number.value);
        reader.report(number.line, problem, "write a number from 1 up, or leave it out");
    }
    count
}

fn read_timeout(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Duration> {
    let value = get(table, "timeout")?;
    let line = reader.line(value.span());
    let (shown, timeout) = match value.get_ref() {
        DeValue::String(text) => (quoted(text), duration_of(text)),
        other => match integer_of(other) {
            Some(seconds) => (
                seconds.to_string(),
                u64::try_from(seconds).ok().map(Duration::from_secs),
            ),
            None => (format!("a value of type {}", other.type_str()), None),
        },
    };
    let fits = timeout.filter(|timeout| !timeout.is_zero() && *timeout <= MAX_TIMEOUT);
    if fits.is_none() {
        reader.report(
            line,
            format!("`timeout` must be a time up to one hour, not {shown}"),
            "write seconds (`timeout = 30`) or a text with a unit (\"500ms\", \"30s\", \"2m\")",
        );
    }
    fits
}

/// `500ms`, `30s`, `2m`.
fn duration_of(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().ok()?;
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" | "min" => number.checked_mul(60).map(Duration::from_secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_number_and_a_unit() {
        assert_eq!(duration_of("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration_of("30s"), Some(Duration::from_secs(30)));
        assert_eq!(duration_of(" 2 m "), Some(Duration::from_secs(120)));
        for bad in ["", "30", "s", "-1s", "1.5s", "1h", "99999999999999999999s", "ä"] {
            assert_eq!(duration_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn debug_does_not_show_the_proxy() {
        let settings = Settings {
            proxy: Some("http://user:canary@proxy".into()),
            ..Settings::default()
        };
        assert!(!format!("{settings:?}").contains("canary"));
    }
}
