//! Rules for Rust files.

/// A file is one idea; past this it is two.
const MOST_LINES: usize = 600;

// Put together from parts, so that this file does not hold what it looks for.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("tod", "o!"), "finish it or leave it out"),
    (concat!("unimplem", "ented!"), "finish it or leave it out"),
    (
        concat!("#[ign", "ore"),
        "a test that does not run shows nothing; mend it or remove it",
    ),
    (concat!("#[al", "low("), "use #[expect(lint, reason = \"...\")]"),
    (concat!("#![al", "low("), "use #![expect(lint, reason = \"...\")]"),
];

/// What is untidy in this file.
pub(crate) fn problems(file: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES {
        problems.push(format!(
            "{file}:{}: {lines} lines, and {MOST_LINES} is the most; split it by idea",
            MOST_LINES + 1
        ));
    }
    let mut in_tests = file.split('/').any(|part| part == "tests");
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let place = format!("{file}:{}", index + 1);
        in_tests |= line.starts_with("#[cfg(test)]");
        for (needle, remedy) in FORBIDDEN.iter().filter(|(needle, _)| line.contains(needle)) {
            problems.push(format!("{place}: `{needle}`; {remedy}"));
        }
        if is_glob_import(line) && !in_tests {
            problems.push(format!("{place}: a glob import; name what is used"));
        }
    }
    problems
}

fn is_glob_import(line: &str) -> bool {
    let line = line.strip_prefix("///").unwrap_or(line).trim_start();
    let after_visibility = match line.strip_prefix("pub") {
        Some(rest) => rest.trim_start_matches(|c: char| c != ' ').trim_start(),
        None => line,
    };
    let has_star = line.contains("::*") || line.contains("{*") || line.contains(", *");
    after_visibility.starts_with("use ") && has_star && line.ends_with(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found() {
        assert!(problems("a.rs", &"x\n".repeat(MOST_LINES)).is_empty());
        let found = problems("a.rs", &"x\n".repeat(MOST_LINES + 1));
        assert!(found[0].starts_with("a.rs:601: 601 lines"), "{found:?}");
    }

    #[test]
    fn every_forbidden_word_is_found_with_its_remedy() {
        for (needle, remedy) in FORBIDDEN {
            let found = problems("src/a.rs", &format!("fn a() {{}}\n    {needle}x\n"));
            assert_eq!(found, [format!("src/a.rs:2: `{needle}`; {remedy}")]);
        }
    }

    #[test]
    fn glob_imports_are_found_outside_tests() {
        for line in [
            "use a::*;",
            "pub use a::*;",
            "pub(crate) use a::b::*;",
            "use a::{b, *};",
            "use a::{*};",
            "/// use a::*;",
            "use super::*;",
        ] {
            assert_eq!(problems("src/a.rs", line).len(), 1, "{line}");
        }
        for line in [
            "use a::b;",
            "let x = a * b;",
            "// the paths `a::*`",
            "/// [`a::*`] is used;",
        ] {
            assert!(problems("src/a.rs", line).is_empty(), "{line}");
        }
    }

    #[test]
    fn tests_may_import_by_glob() {
        let module = "#[cfg(test)]\nmod tests {\n    use super::*;\n    use proptest::prelude::*;\n}\n";
        assert!(problems("src/a.rs", module).is_empty());
        assert!(problems("crates/a/tests/wire/b.rs", "use super::*;").is_empty());
    }
}
