//! The peak of memory while a list is streamed, by its length.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use rollbook_sandbox::credentials::{BANYAN_KEY, TRUU_CLIENT_ID, TRUU_CLIENT_SECRET};

use crate::lists::List;
use crate::measures::rounds;
use crate::programs::{self, Ran};
use crate::report::{Measure, Target, Timed, median};
use crate::server::Server;
use crate::{Result, Run};

const MIB: f64 = 1024.0 * 1024.0;

/// What the set of keys may take for each row, in bytes.
const KEY: f64 = 16.0;

/// Reads the list of one vendor, short and long, and compares the peaks.
pub(crate) async fn measure(run: &Run, list: List, verb: &str) -> Result<Measure> {
    let lengths: &[u64] = if run.quick {
        &[10_000, 50_000]
    } else {
        &[10_000, 100_000, 1_000_000]
    };
    let name = format!("memory-{}-{verb}", list.name());
    let about = match list {
        List::Truto => "the library reads Truto's users, 1,000 a page, and drops them".to_owned(),
        _ => format!(
            "`rollbook {}` of {}, 8 pages in flight",
            words(verb).join(" "),
            list.name()
        ),
    };
    let mut measure = Measure::new(name, about);
    let mut peaks = Vec::new();
    for rows in lengths {
        let server = Server::start(*rows, 0).await?;
        let mut mibs = Vec::new();
        let mut seconds = Vec::new();
        // Where the parts of a page are in memory is another thing each time.
        for _ in 0..rounds(run, 3) {
            let ran = read(run, list, verb, &server.base_url)?;
            let peak = ran
                .peak
                .ok_or("this system does not tell the peak of a process's memory")?;
            mibs.push(peak as f64 / MIB);
            seconds.push(ran.took.as_secs_f64());
        }
        let row = format!("{rows} rows, in {:.1} s", median(&seconds));
        let peak = Timed::new(row, "MiB", mibs);
        peaks.push((*rows as f64, peak.median * MIB));
        measure.contestants.push(peak);
    }
    if let ([(few, low), .., (many, high)], [_, _, ..]) = (peaks.as_slice(), lengths) {
        let each = (high - low) / (many - few);
        measure.targets.push(Target::at_most(
            format!("{}, {verb}: growth of the peak by row", list.name()),
            each.max(0.0),
            KEY,
            "bytes",
        ));
        measure.targets.push(Target::at_most(
            format!("{}, {verb}: the peak beside the keys", list.name()),
            (high - each.clamp(0.0, KEY) * many) / MIB,
            32.0,
            "MiB",
        ));
    }
    Ok(measure)
}

fn words(verb: &str) -> &'static [&'static str] {
    match verb {
        "inventory" => &["inventory", "-o", "json"],
        _ => &["devices", "list", "-o", "ndjson"],
    }
}

fn read(run: &Run, list: List, verb: &str, base_url: &str) -> Result<Ran> {
    if list == List::Truto {
        // The facade keeps Truto's limit of 50 requests in 10 seconds, so only the crate alone comes to an end soon.
        let mut command = Command::new(std::env::current_exe()?);
        command.args([
            "walk",
            "--base-url",
            base_url,
            "--list",
            "truto",
            "--by",
            "vendor",
        ]);
        return programs::run(command.stdout(Stdio::null()));
    }
    let config = std::env::temp_dir().join(format!("rollbook-bench-{}.toml", std::process::id()));
    fs::write(&config, config_of(list, base_url))?;
    let ran = programs::run(program(run, &config).args(words(verb)).stdout(Stdio::null()));
    fs::remove_file(config)?;
    ran
}

/// The program, with its secrets in the environment.
pub(crate) fn program(run: &Run, config: &Path) -> Command {
    let mut command = Command::new(&run.rollbook);
    command
        .arg("--config")
        .arg(config)
        .env("BENCH_TRUU", TRUU_CLIENT_SECRET)
        .env("BENCH_BANYAN", BANYAN_KEY);
    command
}

/// A configuration of one source.
pub(crate) fn config_of(list: List, base_url: &str) -> String {
    let credential = match list {
        List::Truu => format!("client_id = \"{TRUU_CLIENT_ID}\"\nclient_secret = {{ env = \"BENCH_TRUU\" }}"),
        _ => "credential = { env = \"BENCH_BANYAN\" }\nexchange = true".to_owned(),
    };
    let name = list.name();
    format!(
        "[[sources]]\nname = \"{name}\"\nvendor = \"{name}\"\nbase_url = \"{base_url}\"\nconcurrency = 8\n{credential}\n"
    )
}
