//! What is to be recorded, as it is said on the command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser};

use crate::Result;

/// The cases of this workspace.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask record",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
pub(crate) enum Task {
    /// Makes one call to a source and writes what came as a fixture case that names nobody.
    ///
    /// The operations and their arguments are those of the cases under fixtures/.
    Record(Record),
    /// Runs every case of a vendor without a network, as the adapter's own test does.
    #[command(hide = true)]
    Replay(Replay),
}

#[derive(Debug, Args)]
pub(crate) struct Record {
    /// The source, by its name in the configuration
    #[arg(long, value_name = "NAME")]
    pub(crate) source: String,
    /// The case to write
    #[arg(long, value_name = "VENDOR/OPERATION/CASE")]
    pub(crate) case: Place,
    /// The configuration file [default: $ROLLBOOK_CONFIG, else $XDG_CONFIG_HOME/rollbook/config.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// An argument of the call: text, or a number, true, false, a list or a table as TOML has them. May be given more than once
    #[arg(long = "arg", value_name = "NAME=VALUE")]
    arguments: Vec<String>,
    /// Also makes a call that changes something
    #[arg(long)]
    pub(crate) yes_changes: bool,
    /// Replaces the case when it is there already
    #[arg(long)]
    pub(crate) force: bool,
    /// The folder of the cases
    #[arg(long, value_name = "DIR", default_value = FIXTURES, hide = true)]
    pub(crate) fixtures: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    #[arg(long)]
    pub(crate) fixtures: PathBuf,
    #[arg(long)]
    pub(crate) vendor: String,
}

/// Where a case is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) vendor: String,
    pub(crate) operation: String,
    pub(crate) case: String,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let is_name = |part: &&str| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            !part.is_empty() && part.bytes().all(plain)
        };
        let parts: Vec<&str> = text.split('/').filter(is_name).collect();
        match parts.as_slice() {
            [vendor, operation, case] if text.split('/').count() == 3 => Ok(Self {
                vendor: (*vendor).to_owned(),
                operation: (*operation).to_owned(),
                case: (*case).to_owned(),
            }),
            _ => Err("write vendor/operation/case, each of small letters, digits and `_`".to_owned()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.vendor, self.operation, self.case)
    }
}

impl Record {
    /// The file that the program would read, too.
    pub(crate) fn config_file(&self) -> Result<PathBuf> {
        let set = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let base = || set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")));
        let usual = || Some(base()?.join("rollbook").join("config.toml"));
        let file = self
            .config
            .clone()
            .or_else(|| set("ROLLBOOK_CONFIG"))
            .or_else(usual);
        file.ok_or_else(|| "name a configuration with --config".into())
    }

    /// The arguments of the call, as a case has them.
    pub(crate) fn arguments(&self) -> Result<toml::Table> {
        let mut table = toml::Table::new();
        for argument in &self.arguments {
            let Some((name, text)) = argument.split_once('=') else {
                return Err("an argument is written as name=value".into());
            };
            if table.insert(name.to_owned(), value(text)).is_some() {
                return Err(format!(
                    "the argument `{name}` is given twice; a list is written as [\"a\", \"b\"]"
                )
                .into());
            }
        }
        Ok(table)
    }
}

/// What is no TOML is text, so that an address needs no quotes. So is a time: no argument is a time of TOML.
fn value(text: &str) -> toml::Value {
    let table = format!("value = {text}").parse::<toml::Table>();
    let value = table.ok().filter(|table| table.len() == 1);
    match value.and_then(|mut table| table.remove("value")) {
        None | Some(toml::Value::Datetime(_) | toml::Value::Float(_)) => text.into(),
        Some(value) => value,
    }
}
