//! What the clients have shown, and whether it is what was expected of them.

use serde_json::Value;

use super::table::{Client, VENDORS};

/// What came of a client's try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// What the client has seen, or changed, is so.
    Proven,
    /// A bug of the client's own, which its driver knows, is in the way.
    NotProven,
    /// Anything else. Never expected.
    Failed,
}

impl Outcome {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::NotProven => "not proven",
            Self::Failed => "failed",
        }
    }
}

/// What one client has shown of one operation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) operation: String,
    pub(super) outcome: Outcome,
    /// What was compared, or what was in the way.
    pub(super) detail: String,
}

impl Seen {
    /// A line of a driver; `None` when it is not one.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| line.get(name)?.as_str().map(str::to_owned);
        let word = text("outcome")?;
        let known = [Outcome::Proven, Outcome::NotProven, Outcome::Failed];
        Some(Self {
            operation: text("operation")?,
            outcome: known.into_iter().find(|outcome| outcome.word() == word)?,
            detail: text("detail")?,
        })
    }
}

/// Where a client has shown something else than the table expects of it.
pub(super) fn problems(client: &Client, label: &str, seen: &[Seen]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut expected = Vec::new();
    for vendor in VENDORS {
        for operation in vendor.operations {
            let wanted = operation
                .expected
                .iter()
                .find(|(driver, _)| *driver == client.driver);
            let Some((_, wanted)) = wanted else { continue };
            expected.push(operation.name);
            let place = format!("{} {}", vendor.name, operation.name);
            match seen.iter().find(|seen| seen.operation == operation.name) {
                Some(seen) if seen.outcome == *wanted => (),
                Some(seen) => problems.push(format!(
                    "{place}: expected *{}* by {label}, but it is *{}*: {}",
                    wanted.word(),
                    seen.outcome.word(),
                    seen.detail
                )),
                None => problems.push(format!(
                    "{place}: expected *{}* by {label}, but its driver says nothing of it",
                    wanted.word()
                )),
            }
        }
    }
    problems.extend(
        seen.iter()
            .filter(|seen| !expected.contains(&seen.operation.as_str()))
            .map(|seen| {
                format!(
                    "{}: {label} tells of it, but nothing is expected; add it to the table in \
                     xtask/src/conformance/table.rs",
                    seen.operation
                )
            }),
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: Client = Client {
        driver: "banyan_v1",
        package: Some("pybanyan"),
        python: 11,
    };

    fn as_expected() -> Vec<Seen> {
        [
            ("refresh_token", Outcome::Proven),
            ("endusers", Outcome::Proven),
            ("devices", Outcome::Proven),
            ("update_device", Outcome::NotProven),
            ("delete_device_everywhere", Outcome::NotProven),
        ]
        .map(|(operation, outcome)| Seen {
            operation: operation.to_owned(),
            outcome,
            detail: "why".to_owned(),
        })
        .into()
    }

    #[test]
    fn what_is_expected_is_no_problem() {
        assert_eq!(problems(&CLIENT, "it", &as_expected()), Vec::<String>::new());
    }

    #[test]
    fn every_other_outcome_names_the_operation() {
        let mut seen = as_expected();
        seen[1].outcome = Outcome::Failed;
        seen[3].outcome = Outcome::Proven;
        seen[4].operation = "another".to_owned();
        let found = problems(&CLIENT, "it", &seen);
        assert_eq!(
            found[..3],
            [
                "Banyan endusers: expected *proven* by it, but it is *failed*: why",
                "Banyan update_device: expected *not proven* by it, but it is *proven*: why",
                "Banyan delete_device_everywhere: expected *not proven* by it, but its driver says nothing of it",
            ]
        );
        assert!(found[3].starts_with("another: it tells of it"), "{found:?}");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn a_line_is_read_with_all_its_members_or_not_at_all() {
        let line = r#"{"operation": "devices", "outcome": "not proven", "detail": "d"}"#;
        let seen = Seen::parse(line).unwrap();
        assert_eq!((seen.outcome, seen.detail.as_str()), (Outcome::NotProven, "d"));
        for line in [
            "",
            "{}",
            r#"{"operation": "devices", "outcome": "perhaps", "detail": "d"}"#,
        ] {
            assert_eq!(Seen::parse(line), None, "{line}");
        }
    }
}
