//! Project tasks: `cargo xtask ci` runs every check; the others run one or write a generated file.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a project task talks to the person who started it"
)]

mod api;
mod bench;
mod cargo;
mod ci;
mod conformance;
mod contract_data;
mod examples;
mod features;
mod fixtures;
mod fuzz;
mod generate;
mod layers;
mod layers_page;
mod lean;
mod new_vendor;
mod record;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// What a task ends in when it cannot be carried out. What a task finds wrong is no error but its result.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What a task ends in on a machine that lacks what the task needs: says what. No failure, and never silent.
#[derive(Debug)]
struct Skip(String);

impl std::fmt::Display for Skip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skip {}

/// Project tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Runs every check and test, goes on after a failure, and sums up.
    Ci {
        /// Runs only this step. May be given more than once.
        #[arg(long = "step", value_name = "NAME")]
        steps: Vec<String>,
        /// Lists the steps and runs none.
        #[arg(long)]
        list: bool,
    },
    /// Checks which crate depends on which.
    Layers,
    /// Checks what no compiler does: file sizes, machine paths, documents, manifests.
    Tidy,
    /// Writes the generated files.
    Generate {
        /// Writes nothing, and fails when a file is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Writes what is generated under `fixtures/`: the requests and results of the cases, and their index.
    Fixtures {
        /// Writes nothing, and fails when a file is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Writes the skeleton of an adapter, whose tests then name what is missing.
    NewVendor {
        /// The vendor's name: lower-case letters and digits, a letter first.
        name: String,
    },
    /// Writes the public API of every library as text, and checks the types in it that are not ours.
    Api {
        /// Writes nothing, and fails when a file is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Makes one call to a configured source and writes what came as a fixture case that names nobody.
    #[command(disable_help_flag = true)]
    Record {
        /// What the recorder is told; it says more with --help.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measures whole lists, decoding and memory beside what others would use, and writes the page of what was seen.
    Bench(bench::Arguments),
    /// Runs the fuzz targets one after the other, each from its seeds and from what it has found before.
    Fuzz {
        /// Runs only this target.
        target: Option<String>,
        /// How long each of them runs.
        #[arg(long, value_name = "N", default_value_t = 60)]
        seconds: u32,
    },
    /// Runs other people's clients against the sandbox, and writes the page of what they have shown.
    Conformance {
        /// Writes nothing, and fails when the page is not what would be written.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    if let Some(ended) = api::stand_in() {
        return ended.unwrap_or_else(|error| {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        });
    }
    match run(Arguments::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) if error.is::<Skip>() => {
            println!("SKIPPED: {error}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<bool> {
    let workspace = Workspace::load()?;
    match task {
        Task::Ci { list: true, .. } => {
            ci::list();
            Ok(true)
        }
        Task::Ci { steps, .. } => ci::run(&workspace, &steps),
        Task::Layers => Ok(report(&layers::problems(&workspace))),
        Task::Tidy => Ok(report(&tidy::problems(&workspace)?)),
        Task::Generate { check } => Ok(report(&generate::problems(&workspace, check)?)),
        Task::Fixtures { check } => Ok(report(&fixtures::problems(&workspace, check)?)),
        Task::NewVendor { name } => new_vendor::run(&workspace, &name).map(|()| true),
        Task::Api { check } => Ok(report(&api::problems(&workspace, check)?)),
        Task::Record { arguments } => record::run(&workspace, &arguments),
        Task::Bench(arguments) => bench::run(&workspace, &arguments).map(|()| true),
        Task::Fuzz { target, seconds } => {
            Ok(report(&fuzz::problems(&workspace, target.as_deref(), seconds)?))
        }
        Task::Conformance { check } => Ok(report(&conformance::problems(&workspace, check)?)),
    }
}

/// Prints what was found, a line each; true when there is nothing.
fn report(problems: &[String]) -> bool {
    for problem in problems {
        eprintln!("{problem}");
    }
    problems.is_empty()
}
