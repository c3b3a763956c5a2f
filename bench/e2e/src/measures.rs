//! The measures and their targets.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use rollbook::HttpClient;
use tokio::process::Command as Spawn;

use crate::contest::{Contest, ratio};
use crate::lists::List;
use crate::ours::{Facade, read_native, wire};
use crate::python::{Client, Python};
use crate::report::{Measure, Report, Skipped, Target, Timed};
use crate::server::Server;
use crate::{Result, Run, memory, naive, programs};

const NAMES: [&str; 18] = [
    "whole-truu",
    "whole-banyan",
    "whole-truto",
    "ahead-truu-8",
    "ahead-truu-16",
    "cursor-truto",
    "pybanyan-0",
    "pybanyan-20",
    "pybanyan-0-short",
    "pybanyan-20-short",
    "truto-sdk-0",
    "truto-sdk-20",
    "ndjson-truu",
    "ndjson-banyan",
    "memory-truu-list",
    "memory-truu-inventory",
    "memory-banyan-list",
    "memory-truto-list",
];

const FACADE: &str = "ours: facade, reqwest";
const NAIVE: &str = "naive";
const CURL: &str = "curl -Z";
const WIRE: &str = "wire, one after the other";

pub(crate) fn list() {
    for name in NAMES {
        println!("{name}");
    }
}

pub(crate) async fn run(run: &Run) -> Result<Report> {
    let mut report = Report::default();
    for name in NAMES {
        if run
            .only
            .as_ref()
            .is_some_and(|only| !name.contains(only.as_str()))
        {
            continue;
        }
        eprintln!("{name}");
        match measure(run, name).await? {
            Ok(measure) => report.measures.push(measure),
            Err(why) => report.skipped.push(Skipped {
                what: name.to_owned(),
                why,
            }),
        }
    }
    Ok(report)
}

/// The inner error is why it cannot be measured here.
async fn measure(run: &Run, name: &str) -> Result<std::result::Result<Measure, String>> {
    Ok(Ok(match name {
        "whole-truu" => whole(run, List::Truu, 0.50).await?,
        "whole-banyan" => whole(run, List::Banyan, 0.50).await?,
        "whole-truto" => whole(run, List::Truto, 0.75).await?,
        "ahead-truu-8" | "ahead-truu-16" if !has_curl() => return Ok(Err("there is no curl".to_owned())),
        "ahead-truu-8" => ahead(run, 8).await?,
        "ahead-truu-16" => ahead(run, 16).await?,
        "cursor-truto" => cursor(run).await?,
        _ if name.starts_with("pybanyan") || name.starts_with("truto-sdk") => {
            let delay = if name.contains("-20") { 20 } else { 0 };
            let (client, interpreter) = if name.starts_with("pybanyan") {
                (Client::Pybanyan, &run.pybanyan)
            } else {
                (Client::TrutoSdk, &run.truto_sdk)
            };
            match interpreter {
                Some(interpreter) => vendors_own(run, name, client, interpreter, delay).await?,
                None => return Ok(Err("there is no Python with this client".to_owned())),
            }
        }
        "ndjson-truu" => ndjson(run, List::Truu).await?,
        "ndjson-banyan" => ndjson(run, List::Banyan).await?,
        _ if !Path::new("/proc/self/status").exists() => {
            return Ok(Err(
                "this system does not tell the peak of a process's memory".to_owned()
            ));
        }
        "memory-truu-list" => memory::measure(run, List::Truu, "list").await?,
        "memory-truu-inventory" => memory::measure(run, List::Truu, "inventory").await?,
        "memory-banyan-list" => memory::measure(run, List::Banyan, "list").await?,
        "memory-truto-list" => memory::measure(run, List::Truto, "list").await?,
        _ => return Err(format!("nobody measures {name}").into()),
    }))
}

fn has_curl() -> bool {
    Command::new("curl")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// A whole list without a delay: all that is ours, what one would write, and the bytes alone.
async fn whole(run: &Run, list: List, bound: f64) -> Result<Measure> {
    let rows = if run.quick { 5_000 } else { 10_000 };
    let server = Server::start(rows, 0).await?;
    let base_url = server.base_url.as_str();
    let size = list.page_size();
    let mut contest = Contest::new();
    add_facade(&mut contest, FACADE, base_url, list, rows, HttpClient::Reqwest, 8);
    add_facade(
        &mut contest,
        "ours: facade, hyper",
        base_url,
        list,
        rows,
        HttpClient::Hyper,
        8,
    );
    for (name, client) in [
        ("ours: vendor's crate, reqwest", HttpClient::Reqwest),
        ("ours: vendor's crate, hyper", HttpClient::Hyper),
    ] {
        contest.add(name, Some(rows), move || {
            Box::pin(async move {
                let wire = wire(client)?;
                let start = Instant::now();
                let rows = read_native(base_url, list, wire, 8, size).await?;
                Ok((start.elapsed(), rows))
            })
        });
    }
    contest.add(NAIVE, Some(rows), move || {
        Box::pin(async move {
            let client = reqwest::Client::builder().no_proxy().build()?;
            let start = Instant::now();
            let rows = naive::read(&client, base_url, list).await?;
            Ok((start.elapsed(), rows))
        })
    });
    add_wire(&mut contest, WIRE, base_url, list, rows, 1);
    add_wire(&mut contest, "wire, 8 in flight", base_url, list, rows, 8);
    let bytes = crate::wire::read(base_url, list, rows, 8).await?;
    let pages = list.pages(rows);
    let about = format!(
        "{rows} rows in {pages} pages of {size}, {:.1} MB",
        bytes as f64 / 1e6
    );
    let mut measure = Measure::new(format!("whole-{}", list.name()), about);
    measure.contestants = contest.run(rounds(run, 7)).await?;
    let value = ratio(&measure.contestants, FACADE, NAIVE)?;
    let what = format!(
        "{}: a whole list, no delay: the facade's time by that of naive",
        list.name()
    );
    measure.targets.push(Target::at_most(what, value, bound, "x"));
    if let Some(ceiling) = measure.contestants.last() {
        let seconds = ceiling.median / 1000.0;
        measure.notes.push(format!(
            "The server's own ceiling, as *wire* with 8 in flight sees it: {:.0} pages and {:.0} MB a second.",
            pages as f64 / seconds,
            bytes as f64 / 1e6 / seconds
        ));
    }
    Ok(measure)
}

/// TruU with 20 ms a reply: how near to what is possible, and to curl.
async fn ahead(run: &Run, ahead: u32) -> Result<Measure> {
    let (list, delay) = (List::Truu, 20);
    let rows = if run.quick { 2_500 } else { 10_000 };
    let server = Server::start(rows, delay).await?;
    let base_url = server.base_url.as_str();
    let urls = std::env::temp_dir().join(format!("rollbook-bench-{}.curl", std::process::id()));
    let mut text = String::new();
    for target in list.targets(rows) {
        text += &format!("url = \"{base_url}{target}\"\noutput = \"/dev/null\"\n");
    }
    fs::write(&urls, text)?;
    let config = urls.as_path();
    let mut contest = Contest::new();
    add_facade(
        &mut contest,
        FACADE,
        base_url,
        list,
        rows,
        HttpClient::Reqwest,
        ahead,
    );
    contest.add(CURL, None, move || {
        Box::pin(async move {
            let mut command = Command::new("curl");
            command
                .args([
                    "--parallel",
                    "--parallel-immediate",
                    "--silent",
                    "--fail",
                    "--noproxy",
                    "*",
                ])
                .args(["--parallel-max", &ahead.to_string()])
                .args(["--header", &format!("authorization: {}", list.bearer())])
                .arg("--config")
                .arg(config)
                .stdout(Stdio::null());
            Ok((programs::run(&mut command)?.took, 0))
        })
    });
    add_wire(&mut contest, "wire", base_url, list, rows, ahead as usize);
    let timed = contest.run(rounds(run, 5)).await;
    fs::remove_file(&urls)?;
    let pages = list.pages(rows);
    let about = format!("{rows} rows in {pages} pages, {delay} ms a reply, {ahead} in flight");
    let mut measure = Measure::new(format!("ahead-truu-{ahead}"), about);
    measure.contestants = timed?;
    let ideal = (pages.div_ceil(u64::from(ahead)) * delay) as f64;
    measure.notes.push(format!("The ideal is {ideal} ms."));
    let value = ratio(&measure.contestants, FACADE, CURL)?;
    let what = format!("truu: {delay} ms a reply, {ahead} in flight: by the time of curl");
    measure.targets.push(Target::at_most(what, value, 1.05, "x"));
    let ours = measure.contestants.iter().find(|timed| timed.name == FACADE);
    let value = ours.map_or(f64::NAN, |ours| ours.median) / ideal;
    let what = format!("truu: {delay} ms a reply, {ahead} in flight: by the ideal");
    measure.targets.push(Target::at_most(what, value, 1.20, "x"));
    Ok(measure)
}

/// Truto with 20 ms a reply: the rows are read while the next page is on its way.
async fn cursor(run: &Run) -> Result<Measure> {
    let (list, delay) = (List::Truto, 20);
    let rows = if run.quick { 10_000 } else { 40_000 };
    let server = Server::start(rows, delay).await?;
    let base_url = server.base_url.as_str();
    let mut contest = Contest::new();
    add_facade(&mut contest, FACADE, base_url, list, rows, HttpClient::Reqwest, 8);
    add_facade(
        &mut contest,
        "ours: facade, hyper",
        base_url,
        list,
        rows,
        HttpClient::Hyper,
        8,
    );
    add_wire(&mut contest, WIRE, base_url, list, rows, 1);
    let about = format!("{rows} rows in {} pages, {delay} ms a reply", list.pages(rows));
    let mut measure = Measure::new("cursor-truto", about);
    measure.contestants = contest.run(rounds(run, 5)).await?;
    let value = ratio(&measure.contestants, FACADE, WIRE)?;
    let what =
        format!("truto: {delay} ms a reply, 1,000 rows a page: by reading and dropping the same bytes");
    measure.targets.push(Target::at_most(what, value, 1.15, "x"));
    Ok(measure)
}

/// A vendor's own client and ours against one sandbox.
async fn vendors_own(
    run: &Run,
    name: &str,
    client: Client,
    interpreter: &Path,
    delay: u64,
) -> Result<Measure> {
    let size = match client {
        _ if run.quick => "1000",
        // A short list is three pages, of which the first is waited for, and a sign-in before it.
        Client::Pybanyan if !name.ends_with("-short") => "20000",
        _ => "3000",
    };
    let mut serve = Spawn::new(&run.rollbook);
    serve
        .args(["sandbox", "serve", "--users", size, "--devices", size])
        .args(["--latency-ms", &delay.to_string()]);
    let server = Server::of(serve).await?;
    let base_url = server.base_url.as_str();
    let (list, page_size, label) = match client {
        Client::Pybanyan => (List::Banyan, 1000, "pybanyan"),
        Client::TrutoSdk => (List::Truto, 100, "truto-python-sdk"),
    };
    let mut python = Python::start(interpreter, client, base_url)?;
    let (_, rows) = python.read()?;
    let facade = move || Facade::new(base_url, list, HttpClient::Reqwest, 8, page_size);
    let ours = facade()?.read(|_| ()).await?;
    if ours != rows {
        return Err(format!("{label} sees {rows} rows, and we {ours}").into());
    }
    let mut contest = Contest::new();
    contest.add(FACADE, Some(rows), move || {
        Box::pin(async move {
            let facade = facade()?;
            let start = Instant::now();
            let rows = facade.read(|_| ()).await?;
            Ok((start.elapsed(), rows))
        })
    });
    contest.add(label, Some(rows), move || {
        let read = python.read();
        Box::pin(async move { read })
    });
    let about = format!("{rows} rows of a sandbox, {delay} ms a reply, {page_size} rows a page");
    let mut measure = Measure::new(name, about);
    // A long list takes seconds, and a short one some milliseconds, which differ more.
    let full = if rows > 10_000 { 3 } else { 15 };
    measure.contestants = contest.run(rounds(run, full)).await?;
    let value = ratio(&measure.contestants, label, FACADE)?;
    let bound = match (client, delay) {
        (Client::Pybanyan, _) => 10.0,
        (Client::TrutoSdk, 0) => 3.0,
        (Client::TrutoSdk, _) => 1.0,
    };
    let what = format!("{label}'s time by ours, {rows} rows, {delay} ms a reply");
    measure.targets.push(Target::at_least(what, value, bound, "x"));
    Ok(measure)
}

/// What printing adds to a walk, beside the plainest way to print the same rows.
async fn ndjson(run: &Run, list: List) -> Result<Measure> {
    let rows = if run.quick { 10_000 } else { 20_000 };
    let server = Server::start(rows, 0).await?;
    let base_url = server.base_url.as_str();
    let file =
        |ending: &str| std::env::temp_dir().join(format!("rollbook-bench-{}.{ending}", std::process::id()));
    let (config, ours, plain) = (file("toml"), file("ours"), file("plain"));
    fs::write(&config, memory::config_of(list, base_url))?;
    let walk = |out: Option<&Path>| {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([
            "walk",
            "--base-url",
            base_url,
            "--list",
            list.name(),
            "--by",
            "facade",
        ]);
        if let Some(out) = out {
            command.arg("--out").arg(out);
        }
        Result::Ok(programs::run(command.stdout(Stdio::null()))?.took)
    };
    let mut contest = Contest::new();
    contest.add("rollbook -o ndjson", None, || {
        let ran = fs::File::create(&ours).map_err(Into::into).and_then(|out| {
            let mut command = memory::program(run, &config);
            programs::run(
                command
                    .args(["devices", "list", "-o", "ndjson", "-q"])
                    .stdout(out),
            )
        });
        Box::pin(async move { Ok((ran?.took, 0)) })
    });
    contest.add("the walk and to_writer", None, || {
        let took = walk(Some(&plain));
        Box::pin(async move { Ok((took?, 0)) })
    });
    contest.add("the walk alone", None, || {
        let took = walk(None);
        Box::pin(async move { Ok((took?, 0)) })
    });
    let timed = contest.run(rounds(run, 15)).await;
    let same = fs::read(&ours)? == fs::read(&plain)?;
    for path in [&config, &ours, &plain] {
        fs::remove_file(path)?;
    }
    if !same {
        return Err("the program and the plain writer wrote different rows".into());
    }
    let about = format!("{rows} rows of {} to a file, a process each", list.name());
    let mut measure = Measure::new(format!("ndjson-{}", list.name()), about);
    measure.contestants = timed?;
    if let [ours, plain, walk] = measure.contestants.as_slice() {
        let (ours, plain) = (added(ours, walk), added(plain, walk));
        if ours > 0.0 && plain > 0.0 {
            let what = format!(
                "{}: what ndjson adds to a walk, by what `to_writer` into 64 KiB adds",
                list.name()
            );
            measure
                .targets
                .push(Target::at_most(what, ours / plain, 1.3, "x"));
        } else {
            let note = "What printing adds is lost in the noise: no target was measured.";
            measure.notes.push(note.to_owned());
        }
    }
    Ok(measure)
}

fn added(printing: &Timed, walk: &Timed) -> f64 {
    printing.median - walk.median
}

pub(crate) fn rounds(run: &Run, full: usize) -> usize {
    if run.quick { full.min(3) } else { full }
}

fn add_facade<'a>(
    contest: &mut Contest<'a>,
    name: &str,
    base_url: &'a str,
    list: List,
    rows: u64,
    client: HttpClient,
    ahead: u32,
) {
    contest.add(name, Some(rows), move || {
        Box::pin(async move {
            let facade = Facade::new(base_url, list, client, ahead, list.page_size())?;
            let start = Instant::now();
            let rows = facade.read(|_| ()).await?;
            Ok((start.elapsed(), rows))
        })
    });
}

fn add_wire<'a>(
    contest: &mut Contest<'a>,
    name: &str,
    base_url: &'a str,
    list: List,
    rows: u64,
    ahead: usize,
) {
    contest.add(name, None, move || {
        Box::pin(async move {
            let start = Instant::now();
            let bytes = crate::wire::read(base_url, list, rows, ahead).await?;
            Ok((start.elapsed(), bytes))
        })
    });
}
