//! Measures whole lists over loopback and prints what it saw as one JSON document. `cargo xtask bench` makes a page of it.
#![forbid(unsafe_code)]

mod contest;
mod lists;
mod measures;
mod memory;
mod naive;
mod ours;
mod programs;
mod python;
mod report;
mod server;
mod stretched;
mod walk;
mod wire;
mod world;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

/// What a measure ends in when it cannot be made.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Serves lists of this length on loopback, and says where.
    Serve {
        #[arg(long)]
        rows: u64,
        /// How long each page is held back. Sign-ins are not.
        #[arg(long, default_value_t = 0)]
        delay_ms: u64,
    },
    /// Reads one list once, in a process of its own.
    Walk(walk::Arguments),
    /// Lists the measures.
    List,
    /// Makes the measures.
    Run(Run),
}

/// What to measure, and with what.
#[derive(Args, Debug)]
struct Run {
    /// Fewer rounds and shorter lists.
    #[arg(long)]
    quick: bool,
    /// Only measures whose name holds this.
    #[arg(long)]
    only: Option<String>,
    /// The program `rollbook`.
    #[arg(long)]
    rollbook: PathBuf,
    /// A Python with pybanyan.
    #[arg(long)]
    pybanyan: Option<PathBuf>,
    /// A Python with truto-python-sdk.
    #[arg(long)]
    truto_sdk: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    // For the clients that are built as somebody would build them. An error says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match Arguments::parse().task {
        Task::Serve { rows, delay_ms } => server::serve(rows, Duration::from_millis(delay_ms)).await,
        Task::Walk(arguments) => walk::run(&arguments).await,
        Task::List => {
            measures::list();
            Ok(())
        }
        Task::Run(run) => {
            let report = measures::run(&run).await?;
            println!("{}", serde_json::to_string(&report)?);
            Ok(())
        }
    }
}
