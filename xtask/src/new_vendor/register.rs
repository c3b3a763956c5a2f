//! Where the project names its adapters one by one: a new one is written behind the one before it.

use std::fs;
use std::path::Path;

use super::name::Name;
use crate::Result;

/// A place in a file of the project.
struct Place {
    file: &'static str,
    /// The new lines go behind the line in which this ends.
    behind: &'static str,
    lines: &'static str,
}

const PLACES: &[Place] = &[
    Place {
        file: "Cargo.toml",
        behind: "\nrollbook-truto = ",
        lines: concat!(
            "rollbook-acme = { path = \"crates/vendors/acme\", version = \"",
            env!("CARGO_PKG_VERSION"),
            "\" }\n"
        ),
    },
    Place {
        file: "xtask/src/layers.rs",
        behind: "        name: \"rollbook-truto\",\n        allowed: ADAPTER,\n        why: ADAPTER_WHY,\n    },",
        lines: "    Row {\n        name: \"rollbook-acme\",\n        allowed: ADAPTER,\n        why: ADAPTER_WHY,\n    },\n",
    },
    Place {
        file: "xtask/src/lean.rs",
        behind: "\n    \"rollbook-truto\",",
        lines: "    \"rollbook-acme\",\n",
    },
    Place {
        file: "ARCHITECTURE.md",
        behind: "\n| `crates/vendors/truto` |",
        lines: "| `crates/vendors/acme` | `rollbook-acme` | Acme |\n",
    },
    Place {
        file: "README.md",
        behind: "\n| [`rollbook-truto`](crates/vendors/truto) |",
        lines: "| [`rollbook-acme`](crates/vendors/acme) | Acme alone |\n",
    },
];

/// What is to be done about the places that name the adapters.
#[derive(Debug, Default)]
pub(super) struct Registration {
    /// Files that change, each with its new text.
    pub(super) changed: Vec<(&'static str, String)>,
    /// What has to be added by hand, because the file is not as it is expected.
    pub(super) by_hand: Vec<String>,
}

/// Works out how the adapter of this name is registered in the project at `root`. Writes nothing.
pub(super) fn registration(root: &Path, name: &Name) -> Result<Registration> {
    let mut registration = Registration::default();
    for place in PLACES {
        let text = fs::read_to_string(root.join(place.file))
            .map_err(|error| format!("cannot read {}: {error}", place.file))?;
        let lines = name.in_place_of_acme(place.lines);
        match inserted(&text, place.behind, &lines) {
            Some(text) => registration.changed.push((place.file, text)),
            None => registration
                .by_hand
                .push(format!("{}, where the adapters are named:\n{lines}", place.file)),
        }
    }
    Ok(registration)
}

/// `text` with `lines` behind the line in which `behind` ends, if it is there.
fn inserted(text: &str, behind: &str, lines: &str) -> Option<String> {
    let end = text.find(behind)? + behind.len();
    let at = end + text[end..].find('\n')? + 1;
    Some(format!("{}{lines}{}", &text[..at], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_the_project_is_found_and_gets_the_name() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let done = registration(&root, &Name::parse("o365").unwrap()).unwrap();
        assert_eq!(done.by_hand, Vec::<String>::new());
        assert_eq!(done.changed.len(), PLACES.len());
        for (file, text) in &done.changed {
            let before = fs::read_to_string(root.join(file)).unwrap();
            assert!(!before.contains("o365") && text.contains("o365"), "{file}");
            assert!(text.len() > before.len());
        }
        let manifest: toml::Table = done.changed[0].1.parse().unwrap();
        let line = &manifest["workspace"]["dependencies"]["rollbook-o365"];
        assert_eq!(line["path"].as_str(), Some("crates/vendors/o365"));
        assert_eq!(line["version"], manifest["workspace"]["package"]["version"]);
    }

    #[test]
    fn a_line_goes_behind_its_neighbour_and_nowhere_when_there_is_none() {
        assert_eq!(inserted("a\nbc\nd\n", "\nb", "new\n").unwrap(), "a\nbc\nnew\nd\n");
        assert_eq!(inserted("a\nd\n", "\nb", "new\n"), None);
    }
}
