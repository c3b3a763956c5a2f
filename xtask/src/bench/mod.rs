//! How fast it is, beside what others would use: builds the contestants, runs them, and writes the page of what was seen.

mod counts;
mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use serde_json::{Value, json};

use crate::workspace::Workspace;
use crate::{Result, cargo, conformance, generate};

/// From the root.
const PAGE: &str = "docs/generated/bench.md";
const NUMBERS: &str = "docs/generated/bench.json";
const MANIFEST: &str = "bench/Cargo.toml";

/// The profile of the program's own release build, so that one build of the libraries serves both.
const AS_RELEASED: [(&str, &str); 2] = [
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_STRIP", "debuginfo"),
];

/// What to measure.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Fewer rounds and shorter lists; the pages in `docs/generated` are left alone.
    #[arg(long)]
    quick: bool,
    /// Only measures whose name holds this; the pages in `docs/generated` are left alone.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Measures nothing, and writes the page of the numbers that are there: for a change of how it looks.
    #[arg(long)]
    page: bool,
    /// Writes the numbers to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Arguments {
    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }
}

/// Measures, prints what was seen, and writes the page when all was measured. A target that is not met is told, and is no
/// failure: how fast a machine is, is no property of the code.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if arguments.page {
        return generate::ensure_file(&workspace.root, PAGE, &page_of_numbers(workspace)?, false).map(|_| ());
    }
    let numbers = measure(workspace, arguments)?;
    let page = page::render(&numbers);
    println!("{page}");
    let text = format!("{numbers:#}\n");
    if let Some(file) = &arguments.json {
        fs::write(file, &text)?;
    }
    if !arguments.quick && arguments.only.is_none() {
        generate::ensure_file(&workspace.root, NUMBERS, &text, false)?;
        generate::ensure_file(&workspace.root, PAGE, &page, false)?;
    }
    Ok(())
}

/// What can be checked on every machine: that the contestants compile, and that the page is that of its numbers.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let target = workspace.target.to_string_lossy();
    let check = [
        "check",
        "--manifest-path",
        MANIFEST,
        "--all-targets",
        "--locked",
        "--target-dir",
    ];
    let check = [&check[..], &[&*target]].concat();
    // As the program's own workspace has it, so that nothing is compiled twice.
    let mut problems = cargo::run(
        workspace,
        &check,
        &[("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")],
    )?;
    if generate::ensure_file(&workspace.root, PAGE, &page_of_numbers(workspace)?, true)? {
        problems.push(format!(
            "{PAGE}: not the page of {NUMBERS}; run `cargo xtask bench --page`"
        ));
    }
    Ok(problems)
}

fn page_of_numbers(workspace: &Workspace) -> Result<String> {
    let numbers = fs::read_to_string(workspace.root.join(NUMBERS))?;
    Ok(page::render(&serde_json::from_str(&numbers)?))
}

fn measure(workspace: &Workspace, arguments: &Arguments) -> Result<Value> {
    let target = workspace.target.to_string_lossy();
    let release = ["--release", "--locked", "--target-dir", &*target];
    build(
        workspace,
        &[&["--package", "rollbook-cli"], &release[..]].concat(),
    )?;
    build(
        workspace,
        &[&["--manifest-path", MANIFEST, "--workspace"], &release[..]].concat(),
    )?;
    let built = workspace.target.join("release");
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.and_then(|text| text.split(' ').nth(1)?.parse::<f64>().ok());
    let mut numbers = lists(workspace, arguments, &built)?;
    if arguments.wants("stack")
        && let Some(measures) = numbers["measures"].as_array_mut()
    {
        measures.push(stack(&built)?);
    }
    if arguments.wants("decode") {
        let (counts, skipped) = counts::of(&built, arguments.quick)?;
        numbers["decode"] = counts;
        if let (Some(all), Some(why)) = (numbers["skipped"].as_array_mut(), skipped) {
            all.push(json!({"what": "instructions", "why": why}));
        }
    }
    numbers["quick"] = json!(arguments.quick);
    // The load of the minutes before, without the builds' own share taken off; none where the system does not tell.
    numbers["load"] = json!(load);
    numbers["cores"] = json!(std::thread::available_parallelism()?.get());
    Ok(numbers)
}

fn build(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let arguments = [&["build"], arguments].concat();
    match cargo::run(workspace, &arguments, &AS_RELEASED)?.pop() {
        None => Ok(()),
        Some(problem) => Err(problem.into()),
    }
}

/// Whole lists over loopback: `bench/e2e`.
fn lists(workspace: &Workspace, arguments: &Arguments, built: &Path) -> Result<Value> {
    let mut command = Command::new(built.join("e2e"));
    command.arg("run").arg("--rollbook").arg(built.join("rollbook"));
    if arguments.quick {
        command.arg("--quick");
    }
    if let Some(only) = &arguments.only {
        command.args(["--only", only]);
    }
    let mut without = Vec::new();
    for (driver, option) in [("banyan_v1", "pybanyan"), ("truto", "truto-sdk")] {
        if !arguments.wants(&format!("{option}-0-short")) && !arguments.wants(&format!("{option}-20-short")) {
            continue;
        }
        match conformance::interpreter(workspace, driver)? {
            Ok(interpreter) => {
                command.arg(format!("--{option}")).arg(interpreter);
            }
            Err(why) => without.push(json!({"what": option, "why": why})),
        }
    }
    let mut numbers = told(&mut command)?;
    if let Some(skipped) = numbers["skipped"].as_array_mut() {
        skipped.extend(without);
    }
    Ok(numbers)
}

/// The default stack over a wire that answers at once, as a measure like the others.
fn stack(built: &Path) -> Result<Value> {
    let time = told(&mut Command::new(built.join("stack")))?;
    let microseconds = |name: &str| -> Result<f64> {
        let nanoseconds = time[name].as_f64();
        Ok(nanoseconds.ok_or_else(|| format!("no {name} was measured of the stack"))? / 1000.0)
    };
    let allocations = told(Command::new(built.join("allocations")).arg("stack"))?.as_f64();
    let allocations = allocations.ok_or("no allocations were counted of the stack")?;
    Ok(json!({
        "name": "stack",
        "about": "what the default stack adds to a wire that answers at once, by request",
        "contestants": [{
            "name": "the stack",
            "unit": "µs",
            "median": microseconds("median")?,
            "least": microseconds("least")?,
            "most": microseconds("most")?,
        }],
        "targets": [
            at_most("the default stack: time by request", microseconds("median")?, 1.0, "µs"),
            at_most("the default stack: allocations by request", allocations, 15.0, ""),
        ],
        "notes": [],
    }))
}

/// A target, as a measure has it.
fn at_most(what: &str, value: f64, bound: f64, unit: &str) -> Value {
    json!({"what": what, "value": value, "unit": unit, "bound": bound, "at": "most", "met": value <= bound})
}

/// What a program prints as JSON.
fn told(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", command.get_program().display(), output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
