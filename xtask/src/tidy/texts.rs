//! Rules for every text file: nothing names a path of one machine.

/// Files that are written by tools, or whose business paths are.
const EXEMPT: &[&str] = &["Cargo.lock", ".gitignore"];

// Put together from parts, so that this file does not hold what it looks for.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wor", "k/"),
    concat!("/tm", "p/"),
    concat!("/roo", "t/"),
    concat!("/hom", "e/"),
    concat!("../sha", "red"),
];

/// What is untidy in this text.
pub(crate) fn problems(file: &str, text: &str) -> Vec<String> {
    let name = file.rsplit('/').next().unwrap_or(file);
    if EXEMPT.contains(&name) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for needle in MACHINE_PATHS.iter().filter(|needle| names_path(line, needle)) {
            problems.push(format!(
                "{file}:{}: `{needle}` is a path of one machine; use a relative path, a made-up one or a temporary directory",
                index + 1
            ));
        }
    }
    problems
}

/// Whether a path that begins with `needle` begins here: not where it is the middle of a longer one, as in an address.
fn names_path(line: &str, needle: &str) -> bool {
    line.match_indices(needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | ')' | '>'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found_with_its_line() {
        for needle in MACHINE_PATHS {
            let problems = problems("docs/a.md", &format!("fine\nsee `{needle}x`\n"));
            assert_eq!(problems.len(), 1, "{needle}");
            assert!(problems[0].starts_with("docs/a.md:2: "), "{problems:?}");
            assert_eq!(super::problems("a", &format!("{needle}x")).len(), 1);
            assert_eq!(super::problems("a", &format!("file://{needle}x")).len(), 1);
        }
    }

    #[test]
    fn the_middle_of_a_longer_path_is_not_one() {
        for needle in &MACHINE_PATHS[..4] {
            for before in ["https://example.com", "src", "{root}", ".."] {
                let line = format!("{before}{needle}x");
                assert!(problems("a", &line).is_empty(), "{line}");
            }
        }
    }

    #[test]
    fn exempt_files_are_exempt_wherever_they_are() {
        assert!(problems("fuzz/Cargo.lock", MACHINE_PATHS[0]).is_empty());
    }
}
