//! One list read once, for what only a process of its own can show: its peak of memory, and what printing adds.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rollbook::HttpClient;

use crate::lists::List;
use crate::ours::{Facade, read_native, wire};
use crate::{Result, naive};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[arg(long)]
    base_url: String,
    #[arg(long)]
    list: List,
    #[arg(long)]
    by: By,
    /// Where rows go, by `serde_json::to_writer` and a buffer of 64 KiB. Nowhere unless said.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// The facade with its default stack.
    Facade,
    /// The vendor's crate over a bare wire, which knows no budget.
    Vendor,
    /// The loop that anybody would write: for a profile of it.
    Naive,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let Arguments {
        base_url,
        list,
        by,
        out,
    } = arguments;
    let size = list.page_size();
    let rows = match by {
        By::Vendor => read_native(base_url, *list, wire(HttpClient::Reqwest)?, 8, size).await?,
        By::Naive => {
            let client = reqwest::Client::builder().no_proxy().build()?;
            naive::read(&client, base_url, *list).await?
        }
        By::Facade => {
            let facade = Facade::new(base_url, *list, HttpClient::Reqwest, 8, size)?;
            match out {
                None => facade.read(|_| ()).await?,
                Some(path) => {
                    let mut out = BufWriter::with_capacity(64 * 1024, File::create(path)?);
                    let mut failed = Ok(());
                    let rows = facade.read(|rows| {
                        if failed.is_ok() {
                            failed = rows.write(&mut out);
                        }
                    });
                    let rows = rows.await?;
                    failed?;
                    out.flush()?;
                    rows
                }
            }
        }
    };
    println!("{rows}");
    Ok(())
}
