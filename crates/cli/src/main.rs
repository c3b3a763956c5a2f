//! The `rollbook` program.

mod args;
mod change_args;
mod checkpoint;
mod commands;
mod context;
mod exit;
mod failure;
mod interrupt;
mod lines;
mod logging;
mod native;
mod output;
mod progress;
mod reporter;
mod sandbox_config;
mod text;

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::reporter::Reporter;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) if cli.global.sandbox && cli.global.config.is_some() => {
            // Clap sees a conflict only where both stand on one side of the command.
            let problem = "the argument '--sandbox' cannot be used with '--config <FILE>'";
            return usage(&Cli::command().error(ErrorKind::ArgumentConflict, problem)).into();
        }
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let reporter = Reporter::new(&cli.global);
    logging::start(cli.global.verbose);
    let done = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let done = runtime.block_on(commands::run(cli));
            // A request that nobody waits for any more does not hold up the end.
            runtime.shutdown_background();
            done
        }
        Err(error) => Err(Failure::Machine {
            doing: "start".to_owned(),
            error,
        }),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            reporter.failure(&failure);
            failure.exit().into()
        }
    }
}

/// Help goes to stdout; a wrong command line to stderr, in the format that it asks for itself.
fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // A reader that closes the help early has read enough.
        let _ = error.print();
        return Exit::Done;
    }
    let words: Vec<_> = std::env::args_os().collect();
    let json = words.iter().any(|word| word == OsStr::new("--error-format=json"))
        || words
            .windows(2)
            .any(|pair| pair[0] == OsStr::new("--error-format") && pair[1] == OsStr::new("json"));
    if json {
        let text = error.render().to_string();
        let message = text.split("\n\nUsage:").next().unwrap_or_default();
        let words: Vec<&str> = message.trim_start_matches("error: ").split_whitespace().collect();
        Reporter::of_usage().plain_error(
            "usage",
            &words.join(" ").replace(" tip: ", "; "),
            &[],
            Some("run with --help"),
        );
    } else {
        let _ = error.print();
        let _ = std::io::stderr().flush();
    }
    Exit::Usage
}
