//! The skeleton cannot rot: one is written into a workspace of its own, and built and tested there.
//!
//! That workspace takes our crates from where they are, and shares the folder that cargo builds in, so that only they and the
//! skeleton are compiled for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::name::Name;
use super::skeleton;
use crate::workspace::Workspace;
use crate::{Result, cargo};

/// A name with a digit, as some vendors have.
const NAME: &str = "acme9";

/// The tests that fail in a fresh skeleton, each with what it then names: the holes.
const HOLES: &[(&str, &[&str])] = &[
    (
        "no_operation_lacks_a_success_an_error_or_a_walk",
        &[
            "users: no case is a success",
            "users: no case is an error",
            "users: no case is a walk over several pages",
            "user: no case is a success",
            "user: no case is an error",
        ],
    ),
    (
        "no_operation_of_the_directory_is_still_to_be_written",
        &[
            "devices list: not written yet",
            "devices get: not written yet",
            "workstations list: not written yet",
            "users create: not written yet",
            "users delete: not written yet",
            "devices ban: not written yet",
            "devices unban: not written yet",
            "devices delete: not written yet",
            "devices delete-everywhere: not written yet",
        ],
    ),
];

/// What is wrong with a fresh skeleton: it does not build, has something that the linters would change, or its tests fail
/// otherwise than by naming what is missing.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let home = home(workspace)?;
    let package = format!("rollbook-{NAME}");
    let mut problems = Vec::new();
    if cargo::has(&home, "fmt") {
        problems.extend(cargo::run(&home, &["fmt", "-p", &package, "--check"], &[])?);
    }
    let target = workspace.target.to_string_lossy();
    let environment = [("CARGO_TARGET_DIR", target.as_ref())];
    let linter = if cargo::has(&home, "clippy") {
        "clippy"
    } else {
        "check"
    };
    let lint = [linter, "--quiet", "--offline", "--all-targets", "-p", &package];
    let warnings: &[&str] = if linter == "clippy" {
        &["--", "-D", "warnings"]
    } else {
        &[]
    };
    let broken = cargo::run(&home, &[&lint[..], warnings].concat(), &environment)?;
    if !broken.is_empty() {
        return Ok([problems, broken].concat());
    }
    let test = ["test", "--offline", "--no-fail-fast", "-p", &package];
    let ran = cargo::command(&home, &test).envs(environment).output()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    let wrong = otherwise(&said);
    if !wrong.is_empty() {
        eprintln!("{said}{}", String::from_utf8_lossy(&ran.stderr));
    }
    problems.extend(wrong);
    Ok(problems)
}

/// Writes the skeleton and what a workspace needs besides.
fn home(workspace: &Workspace) -> Result<Workspace> {
    let root = workspace.target.join("skeleton");
    let text = |file: &str| -> Result<String> {
        fs::read_to_string(workspace.root.join(file))
            .map_err(|error| format!("cannot read {file}: {error}").into())
    };
    let mut files = skeleton::files(&Name::parse(NAME)?);
    files.push((
        "Cargo.toml".to_owned(),
        manifest(&text("Cargo.toml")?, &workspace.root)?,
    ));
    for file in ["Cargo.lock", "rustfmt.toml", "clippy.toml"] {
        files.push((file.to_owned(), text(file)?));
    }
    // What an older template had must not stay.
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    for (file, text) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&root))?;
        fs::write(path, text)?;
    }
    Ok(Workspace {
        root,
        target: workspace.target.clone(),
        members: Vec::new(),
    })
}

/// The manifest of a workspace that has the skeleton alone, and takes all else from the project at `root`, whose manifest is
/// `ours`.
fn manifest(ours: &str, root: &Path) -> Result<String> {
    let mut manifest: toml::Table = ours.parse()?;
    let workspace = table(&mut manifest, "workspace")?;
    workspace.remove("default-members");
    let member = format!("crates/vendors/{NAME}");
    workspace.insert("members".to_owned(), vec![member].into());
    for (_, dependency) in table(workspace, "dependencies")?.iter_mut() {
        if let Some(path) = dependency.get_mut("path") {
            let relative = path.as_str().unwrap_or_default();
            *path = root.join(relative).to_string_lossy().into_owned().into();
        }
    }
    Ok(toml::to_string(&manifest)?)
}

fn table<'a>(of: &'a mut toml::Table, name: &str) -> Result<&'a mut toml::Table> {
    of.get_mut(name)
        .and_then(toml::Value::as_table_mut)
        .ok_or_else(|| format!("Cargo.toml: there is no table `{name}`").into())
}

/// What the tests said otherwise than that there are these holes.
fn otherwise(said: &str) -> Vec<String> {
    let failed: BTreeSet<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .collect();
    let expected: BTreeSet<&str> = HOLES.iter().map(|(test, _)| *test).collect();
    let passed = expected.difference(&failed);
    let passed = passed.map(|test| format!("a fresh skeleton: the test {test} names no hole"));
    let broken = failed.difference(&expected);
    let broken =
        broken.map(|test| format!("a fresh skeleton: the test {test} fails; mend xtask/templates/vendor"));
    let lines: BTreeSet<&str> = said
        .lines()
        .map(|line| line.split(';').next().unwrap_or(line))
        .collect();
    let unnamed = HOLES
        .iter()
        .flat_map(|(_, holes)| *holes)
        .filter(|hole| !lines.contains(*hole))
        .map(|hole| format!("a fresh skeleton: no test says \"{hole}\""));
    passed.chain(broken).chain(unnamed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(failed: &[&str], holes: &[&str]) -> String {
        let failed = failed.iter().map(|test| format!("test {test} ... FAILED\n"));
        let holes = holes.iter().map(|hole| format!("{hole}; add a folder to x/\n"));
        let first = "test every_case_becomes_its_result ... ok\n".to_owned();
        [first].into_iter().chain(failed).chain(holes).collect()
    }

    #[test]
    fn a_skeleton_is_right_when_its_tests_name_the_holes_and_nothing_else() {
        let tests: Vec<&str> = HOLES.iter().map(|(test, _)| *test).collect();
        let holes: Vec<&str> = HOLES.iter().flat_map(|(_, holes)| *holes).copied().collect();
        assert_eq!(otherwise(&output(&tests, &holes)), Vec::<String>::new());

        let fewer = otherwise(&output(&tests, &holes[1..]));
        assert_eq!(
            fewer,
            [format!("a fresh skeleton: no test says \"{}\"", holes[0])]
        );
        let passed = otherwise(&output(&tests[1..], &holes));
        assert_eq!(
            passed,
            [format!("a fresh skeleton: the test {} names no hole", tests[0])]
        );
        let broken = otherwise(&output(&[&tests[..], &["canary"]].concat(), &holes));
        assert!(
            broken.len() == 1 && broken[0].contains("the test canary fails"),
            "{broken:?}"
        );
        assert!(!otherwise("error: could not compile").is_empty());
    }

    #[test]
    fn the_workspace_of_the_skeleton_takes_our_crates_from_where_they_are() {
        let ours = "[workspace]\nmembers = [\"a\"]\ndefault-members = [\"a\"]\n[workspace.dependencies]\na = { path = \"crates/a\", version = \"1\" }\nhttp = \"1\"\n";
        let made: toml::Table = manifest(ours, Path::new("root")).unwrap().parse().unwrap();
        let workspace = &made["workspace"];
        assert_eq!(workspace["members"][0].as_str(), Some("crates/vendors/acme9"));
        assert!(workspace.get("default-members").is_none());
        let path = Path::new("root").join("crates/a");
        assert_eq!(workspace["dependencies"]["a"]["path"].as_str(), path.to_str());
        assert_eq!(workspace["dependencies"]["http"].as_str(), Some("1"));
    }
}
