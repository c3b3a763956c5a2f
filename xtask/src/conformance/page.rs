//! The page that says what the clients have shown. The same on every machine.

use std::fmt::Write as _;

use super::evidence::{Outcome, Seen};
use super::server::WORLD;
use super::table::{Client, Operation, VENDORS};

/// What one client has shown.
#[derive(Debug)]
pub(super) struct Shown {
    /// What the client is called: its name and version.
    pub(super) label: String,
    pub(super) driver: &'static str,
    pub(super) seen: Vec<Seen>,
}

/// The contents of `docs/generated/conformance.md`, when all clients have shown what is expected of them.
pub(super) fn render(shown: &[Shown]) -> String {
    let [seed, users, devices] = WORLD;
    let mut page = format!(
        "# What other people's clients show of the sandbox\n\n\
         Written by `cargo xtask conformance`; do not edit. It runs each client against\n\
         `rollbook sandbox serve --seed {seed} --users {users} --devices {devices}` and compares what the client has \
         seen or changed with\n\
         the world that is served. TruU publishes no client, and Banyan's makes some calls otherwise than Banyan's guide or not \
         at all:\nthese are made with curl, as the guides make theirs.\n\n\
         - *proven*: a client does it, and what it has seen or changed is so. Where that is curl alone, the sandbox \
         answers the guide's\n  own request as the guide says, and nobody else's reading of the guide stands behind it.\n\
         - *not proven*: every client of the vendor that has the call departs from the documents there, and a server \
         that follows them\n  stops it. That is a bug of the client, or a form that the documents do not tell. curl \
         does not outweigh such a client.\n\
         - *unknown*: nothing that is run has the call; the documents are all that stands for it.\n\n"
    );
    let verdicts: Vec<&str> = VENDORS
        .iter()
        .flat_map(|vendor| vendor.operations)
        .map(verdict)
        .collect();
    let count = |word: &str| verdicts.iter().filter(|verdict| **verdict == word).count();
    let _ = writeln!(
        page,
        "Of {} operations {} are proven, {} not proven and {} unknown.",
        verdicts.len(),
        count("proven"),
        count("not proven"),
        count("unknown")
    );
    for vendor in VENDORS {
        let _ = write!(
            page,
            "\n## {}\n\n| operation | call | verdict | by |\n|---|---|---|---|\n",
            vendor.name
        );
        for operation in vendor.operations {
            let _ = writeln!(
                page,
                "| `{}` | {} | *{}* | {} |",
                operation.name,
                operation.call,
                verdict(operation),
                by(operation, shown)
            );
        }
    }
    page
}

fn verdict(operation: &Operation) -> &'static str {
    operation.verdict().map_or("unknown", Outcome::word)
}

/// Each client with what it has shown, and why none proves it.
fn by(operation: &Operation, shown: &[Shown]) -> String {
    let mut told = Vec::new();
    for (driver, outcome) in operation.expected {
        let clients = shown.iter().filter(|client| client.driver == *driver);
        for client in clients {
            let seen = client.seen.iter().filter(|seen| seen.operation == operation.name);
            told.extend(seen.map(|seen| match outcome {
                Outcome::Proven => format!("{}: {}", client.label, seen.detail),
                _ => format!("{}, {}: {}", client.label, outcome.word(), seen.detail),
            }));
        }
    }
    if !operation.why_not.is_empty() {
        told.push(operation.why_not.to_owned());
    }
    told.join("<br>")
}

/// What a page that was written before says that this client, of this label, has shown.
pub(super) fn kept(page: &str, client: &Client, label: &str) -> Vec<Seen> {
    let is_its_own = |operation: &str| {
        let mut operations = VENDORS.iter().flat_map(|vendor| vendor.operations);
        operations.any(|known| known.name == operation && known.is_asked_by(client))
    };
    let rows = page.lines().filter_map(|line| {
        let (operation, rest) = line.strip_prefix("| `")?.split_once('`')?;
        let (_, by) = rest.strip_suffix(" |")?.rsplit_once(" | ")?;
        is_its_own(operation).then_some((operation, by))
    });
    rows.flat_map(|(operation, by)| by.split("<br>").map(move |told| (operation, told)))
        .filter_map(|(operation, told)| {
            let told = told.strip_prefix(label)?;
            let not_proven = format!(", {}: ", Outcome::NotProven.word());
            let (outcome, detail) = match told.strip_prefix(": ") {
                Some(detail) => (Outcome::Proven, detail),
                None => (Outcome::NotProven, told.strip_prefix(&not_proven)?),
            };
            Some(Seen {
                operation: operation.to_owned(),
                outcome,
                detail: detail.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::driver::Driver;
    use super::super::table::CLIENTS;
    use super::*;

    const PRESENT: &str = include_str!("../../../docs/generated/conformance.md");

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    fn operation(expected: &'static [(&'static str, Outcome)]) -> Operation {
        Operation {
            name: "ban",
            call: "POST /ban",
            expected,
            why_not: "",
        }
    }

    #[test]
    fn each_client_is_named_with_what_it_has_shown() {
        let shown = ["a", "b"].map(|driver| Shown {
            label: format!("{driver} 1.0"),
            driver,
            seen: vec![Seen {
                operation: "ban".to_owned(),
                outcome: Outcome::Proven,
                detail: format!("{driver} saw it"),
            }],
        });
        let both = operation(&[("b", Outcome::Proven), ("a", Outcome::NotProven)]);
        assert_eq!(
            by(&both, &shown),
            "b 1.0: b saw it<br>a 1.0, not proven: a saw it"
        );
        let not_proven = Operation {
            why_not: "nobody bans",
            ..both
        };
        assert!(by(&not_proven, &shown).ends_with("a saw it<br>nobody bans"));
        assert_eq!(verdict(&operation(&[])), "unknown");
    }

    #[test]
    fn what_a_page_says_of_a_client_is_read_back_as_it_was_shown() {
        let all = CLIENTS.iter().map(|client| {
            let label = Driver::of(client, &root()).unwrap().label;
            let seen = kept(PRESENT, client, &label);
            assert!(!seen.is_empty(), "{label}");
            Shown {
                seen,
                label,
                driver: client.driver,
            }
        });
        assert_eq!(render(&all.collect::<Vec<_>>()), PRESENT.replace("\r\n", "\n"));
    }

    #[test]
    fn a_page_says_nothing_of_another_version_or_of_a_client_that_it_does_not_name() {
        for client in CLIENTS {
            for label in ["pybanyan 0.29.5", "pybanyan 0.29", "pybanyan", ""] {
                assert_eq!(kept(PRESENT, client, label), Vec::new(), "{label}");
            }
        }
    }
}
