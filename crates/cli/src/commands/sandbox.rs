use std::borrow::Cow;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use rollbook_sandbox::fault::{COMMON_KEYS, FaultKey, FaultKind, KINDS};
use rollbook_sandbox::{Sandbox, SandboxConfig, Server};
use serde::Serialize;

use crate::args::{GlobalArgs, RowArgs, ServeArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Row, stdout};
use crate::reporter::Reporter;
use crate::sandbox_config;

/// Serves a sandbox until SIGINT or SIGTERM.
pub(crate) async fn serve(args: ServeArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    if let Some(path) = args.write_config.as_deref().filter(|_| !args.force) {
        refuse_to_replace(path)?;
    }
    if args.write_config.is_some() && !reached_by(args.addr.ip()).is_loopback() {
        return Err(Failure::usage(
            format!(
                "no configuration can be written for {}: plain http is only for loopback",
                args.addr
            ),
            "listen on 127.0.0.1",
        ));
    }
    // Before anything is told: a signal that comes early must find a handler.
    let mut stop = Stop::listen().map_err(|error| Failure::Machine {
        doing: "listen for signals".to_owned(),
        error,
    })?;
    let config = SandboxConfig::default()
        .with_seed(args.seed)
        .with_users(args.users)
        .with_devices(args.devices);
    let config = args.faults.into_iter().fold(config, SandboxConfig::with_fault);
    let latency = Duration::from_millis(args.latency_ms);
    let server = Server::serve(Sandbox::new(config), args.addr, latency)
        .await
        .map_err(|error| Failure::Machine {
            doing: format!("listen on {}", args.addr),
            error,
        })?;
    let base_url = server.base_url();
    let mut out = stdout();
    writeln!(out, "base_url={base_url}")?;
    let reporter = Reporter::new(global);
    if let Some(path) = &args.write_config {
        let reached = SocketAddr::new(reached_by(args.addr.ip()), server.addr().port());
        write_config(&format!("http://{reached}"), path)?;
        writeln!(out, "config={}", path.display())?;
        reporter.note(
            None,
            &format!("try: rollbook --config {} inventory", path.display()),
        );
    }
    out.flush()?;
    stop.wait().await;
    server.shutdown().await;
    Ok(Exit::Done)
}

/// One kind of fault, or one key of it.
#[derive(Debug, Serialize)]
struct FaultRow {
    /// `*` for the keys of every kind.
    kind: &'static str,
    /// None where the row is about the kind itself.
    key: Option<&'static str>,
    value: Option<&'static str>,
    default: Option<&'static str>,
    /// Which requests the kind is about.
    about: Option<&'static str>,
    /// Whether the kind works beside others.
    composes: Option<bool>,
    help: &'static str,
    example: &'static str,
}

impl FaultRow {
    fn of_kind(kind: &FaultKind) -> Self {
        Self {
            kind: kind.name,
            key: None,
            value: None,
            default: None,
            about: Some(kind.reach()),
            composes: Some(kind.composes()),
            help: kind.help,
            example: kind.example,
        }
    }

    fn of_key(kind: &'static str, key: &FaultKey) -> Self {
        Self {
            kind,
            key: Some(key.name),
            value: Some(key.value),
            default: key.default,
            about: None,
            composes: None,
            help: key.help,
            example: key.example,
        }
    }
}

impl Row for FaultRow {
    const CSV: &'static [&'static str] = &[
        "kind", "key", "value", "default", "about", "composes", "help", "example",
    ];
    const TABLE: &'static [Column] = &[
        Column::whole("KIND"),
        Column::whole("KEY"),
        Column::whole("VALUE"),
        Column::whole("DEFAULT"),
        Column::new("ABOUT"),
        Column::whole("BESIDE OTHERS"),
        Column::new("WHAT IT DOES"),
        Column::new("EXAMPLE"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        self.table()
    }

    fn table(&self) -> Vec<Cell<'_>> {
        [
            self.kind,
            self.key.unwrap_or_default(),
            self.value.unwrap_or_default(),
            self.default.unwrap_or_default(),
            self.about.unwrap_or_default(),
            match self.composes {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            },
            self.help,
            self.example,
        ]
        .map(Cow::Borrowed)
        .into()
    }
}

/// Lists the faults and their keys, from the table by which they are read.
pub(crate) fn faults(global: &GlobalArgs) -> Result<Exit, Failure> {
    let mut rows = Vec::new();
    for kind in KINDS {
        rows.push(FaultRow::of_kind(kind));
        rows.extend(kind.keys.iter().map(|key| FaultRow::of_key(kind.name, key)));
    }
    rows.extend(COMMON_KEYS.iter().map(|key| FaultRow::of_key("*", key)));
    let mut sink = output::sink::<FaultRow>(global.output, RowArgs::default())?;
    sink.rows(0, &rows)?;
    sink.finish(&[], &[])?;
    Ok(Exit::Done)
}

/// The address by which this machine reaches what listens on `ip`.
fn reached_by(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

/// A configuration that a person wrote is not replaced unless that is asked for.
fn refuse_to_replace(config: &Path) -> Result<(), Failure> {
    match fs::read_to_string(config) {
        Ok(text) if sandbox_config::is_ours(&text) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(Failure::usage(
            format!("{} exists, and the sandbox did not write it", config.display()),
            "name another file, or replace it with --force",
        )),
    }
}

/// Writes the secrets, then the configuration that names them: it never names a file that is not there.
fn write_config(base_url: &str, config: &Path) -> Result<(), Failure> {
    for (ending, secret) in sandbox_config::SECRETS {
        let path = config.with_file_name(sandbox_config::secret_file(config, ending));
        write_private(&path, secret)?;
    }
    write_private(config, &sandbox_config::toml(base_url, config))
}

/// Writes a file that only its owner can read, in one step: under another name first.
fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = write_new(&temporary, text).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // What is left of it is of no use, and that it cannot be removed is not what went wrong.
        let _ = fs::remove_file(&temporary);
        Failure::File {
            path: path.to_owned(),
            error,
        }
    })
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The signals that end a server in good order.
#[cfg(unix)]
struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn wait(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
