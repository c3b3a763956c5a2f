//! The files of a new adapter: those of the made-up vendor Acme under `xtask/templates/vendor`, with another name.

use super::name::Name;

/// A file of Acme's: where it goes, from the root, and its text.
macro_rules! template {
    ($place:literal, $file:literal) => {
        ($place, include_str!(concat!("../../templates/vendor/", $file)))
    };
}

const FILES: &[(&str, &str)] = &[
    template!("crates/vendors/acme/Cargo.toml", "Cargo.toml"),
    template!("crates/vendors/acme/README.md", "README.md"),
    template!("crates/vendors/acme/src/lib.rs", "src/lib.rs"),
    template!("crates/vendors/acme/src/api.rs", "src/api.rs"),
    template!("crates/vendors/acme/src/auth.rs", "src/auth.rs"),
    template!("crates/vendors/acme/src/capabilities.rs", "src/capabilities.rs"),
    template!("crates/vendors/acme/src/config.rs", "src/config.rs"),
    template!("crates/vendors/acme/src/directory.rs", "src/directory.rs"),
    template!("crates/vendors/acme/src/errors.rs", "src/errors.rs"),
    template!("crates/vendors/acme/src/map.rs", "src/map.rs"),
    template!("crates/vendors/acme/src/testing.rs", "src/testing.rs"),
    template!("crates/vendors/acme/src/wire.rs", "src/wire.rs"),
    template!("crates/vendors/acme/tests/canary.rs", "tests/canary.rs"),
    template!("crates/vendors/acme/tests/fixtures.rs", "tests/fixtures.rs"),
    template!("crates/vendors/acme/tests/mapping.rs", "tests/mapping.rs"),
    template!("crates/vendors/acme/tests/suite.rs", "tests/suite.rs"),
    template!(
        "crates/vendors/acme/examples/acme_users.rs",
        "examples/acme_users.rs"
    ),
    template!("docs/vendors/acme.md", "vendor.md"),
    template!("fixtures/acme/README.md", "fixtures.md"),
];

/// The files of the adapter of this name: where each goes, and its text.
pub(super) fn files(name: &Name) -> Vec<(String, String)> {
    FILES
        .iter()
        .map(|(place, text)| (name.in_place_of_acme(place), name.in_place_of_acme(text)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn an_adapter_has_the_rooms_that_all_have_and_nothing_of_acme() {
        let files = files(&Name::parse("o365").unwrap());
        let vendors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/vendors");
        for room in [
            "config",
            "auth",
            "api",
            "wire",
            "map",
            "errors",
            "capabilities",
            "directory",
            "testing",
        ] {
            let place = format!("crates/vendors/o365/src/{room}.rs");
            assert!(files.iter().any(|(file, _)| *file == place), "{place}");
            // Truto has no sign-in of its own.
            if room != "auth" {
                assert!(vendors.join(format!("truto/src/{room}.rs")).exists(), "{room}");
            }
        }
        for (file, text) in files {
            assert!(!(file + &text).to_lowercase().contains("acme"), "{text}");
        }
    }

    #[test]
    fn every_template_is_used() {
        let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/vendor")];
        let mut found = 0;
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let text = fs::read_to_string(&path).unwrap();
                    assert!(FILES.iter().any(|(_, used)| *used == text), "{}", path.display());
                    found += 1;
                }
            }
        }
        assert_eq!(found, FILES.len());
    }
}
