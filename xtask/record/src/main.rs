//! Records one call to a source of a configuration as a fixture case. Started by `cargo xtask record`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a project task talks to the person who started it"
)]

mod arguments;
mod calls;
mod live;
mod sign_in;
mod stage;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use rollbook::{Config, SourceConfig};
use rollbook_testkit::fixtures::Case;
use xtask_record::{Policy, Recording, sanitize};

use crate::arguments::{Record, Task};
use crate::calls::caught;
use crate::live::{Change, Exchange};
use crate::stage::Stage;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The operations that give a credential: what they answer is never kept.
const SIGN_INS: &[&str] = &["token", "refresh_token"];

#[tokio::main]
async fn main() -> ExitCode {
    let task = Task::parse();
    // The calls report a wrong argument by a panic, which is told below.
    std::panic::set_hook(Box::new(|_| ()));
    let done = Box::pin(caught(async {
        match task {
            Task::Record(options) => record(&options).await,
            Task::Replay(options) => calls::replay(&options.fixtures, &options.vendor).await,
        }
    }));
    match done.await {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) | Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Records, and says of every error after a change that the change is made.
async fn record(options: &Record) -> Result<()> {
    let change = Arc::new(Change::default());
    let steps = Box::pin(caught(steps(options, &change))).await;
    steps
        .and_then(|done| done)
        .map_err(|error| match change.outcome() {
            Some(outcome) => format!("the change was sent ({outcome}): do not repeat it; {error}").into(),
            None => error,
        })
}

async fn steps(options: &Record, change: &Arc<Change>) -> Result<()> {
    let place = &options.case;
    let target = options
        .fixtures
        .join(&place.vendor)
        .join(&place.operation)
        .join(&place.case);
    if target.exists() && !options.force {
        return Err(format!("the case {place} is there already; --force replaces it").into());
    }
    let Some(policy) = Policy::of(&place.vendor) else {
        let file = "xtask/record/src/sanitize/policy.rs";
        return Err(format!(
            "nothing is known of a vendor `{}`; say what in {file}",
            place.vendor
        )
        .into());
    };
    if SIGN_INS.contains(&place.operation.as_str()) {
        let why = "its reply is a credential, and nothing would be left of it; write the case by hand";
        return Err(format!("`{}` is not recorded: {why}", place.operation).into());
    }
    let config = Config::load(&options.config_file()?)?;
    let sources = config.select(std::slice::from_ref(&options.source))?;
    let [source] = sources.as_slice() else {
        return Err(format!("several sources are called `{}`", options.source).into());
    };
    if source.vendor().as_str() != place.vendor {
        let vendor = source.vendor();
        return Err(format!(
            "the source `{}` is one of {vendor}, not of {}",
            options.source, place.vendor
        )
        .into());
    }
    let recording = carry_out(source, options, change).await?;
    let case = sanitize(policy, &facts(source), &recording)?;
    let stage = Stage::fill(place, &case)?;
    calls::replay(&stage.fixtures(), &place.vendor).await?;
    let files = stage.move_to(&options.fixtures, &target, &case)?;
    println!(
        "recorded {place}: {} replies, {}",
        recording.answers.len(),
        files.join(", ")
    );
    for (object, count) in &case.renamed {
        println!(
            "{count} names of members of {object} are pseudonyms: neither the contract nor the policy has them"
        );
    }
    Ok(())
}

/// Makes the call. What comes is kept in memory only.
async fn carry_out(source: &SourceConfig, options: &Record, change: &Arc<Change>) -> Result<Recording> {
    let arguments = options.arguments()?;
    let text = toml::to_string(&arguments)?;
    let signed = sign_in::sign_in(source).await?;
    let exchange = Arc::new(Exchange::new(
        source,
        signed,
        options.yes_changes,
        Arc::clone(change),
    ));
    let answering = Arc::clone(&exchange);
    let case = Case::live(&options.case.operation, &text, move |transport, request| {
        answering.answer(transport, request)
    })?;
    let called = calls::call(&options.case.vendor, case).await;
    let (answers, secrets) = exchange.end()?;
    called?;
    if answers.is_empty() {
        return Err("the call sent nothing, so there is nothing to record".into());
    }
    Ok(Recording {
        arguments,
        answers,
        secrets,
    })
}

/// Where the case is from, without a name of the tenant or of a host.
fn facts(source: &SourceConfig) -> String {
    let vendor = source.vendor();
    let from = if source.base_url().is_loopback() {
        format!(
            "a server on the machine that recorded it, which plays {vendor}: no evidence of what {vendor} does"
        )
    } else {
        format!("a tenant of {vendor}")
    };
    format!("Recorded from {from}. Names, addresses and ids are pseudonyms.")
}
