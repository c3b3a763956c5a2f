use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use rollbook::model::{Filter, Operation, Support};
use rollbook::{Config, Rollbook, SourceConfig};
use rollbook_sandbox::{Sandbox, SandboxConfig, Server};

use crate::args::{GlobalArgs, OutputFormat};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::Warning;
use crate::reporter::Reporter;
use crate::sandbox_config;

/// What every command that reads sources starts from.
pub(crate) struct Context {
    pub(crate) global: GlobalArgs,
    pub(crate) reporter: Reporter,
    pub(crate) interrupt: Interrupt,
    pub(crate) config: Config,
    /// Serves as long as the command runs.
    _sandbox: Option<Server>,
}

impl Context {
    /// Reads the configuration, or starts the sandbox.
    pub(crate) async fn open(global: &GlobalArgs) -> Result<Self, Failure> {
        let reporter = Reporter::new(global);
        let (config, sandbox) = if global.sandbox {
            let (config, server) = sandbox().await?;
            (config, Some(server))
        } else {
            let path = config_path(global)?;
            (Config::load(&path)?, None)
        };
        Ok(Self {
            global: global.clone(),
            reporter,
            interrupt: Interrupt::listen(),
            config,
            _sandbox: sandbox,
        })
    }

    /// Whether rows are written for people, and not for a script.
    pub(crate) fn is_for_people(&self) -> bool {
        self.global.output == OutputFormat::Table
    }

    /// The sources that the command line names; all when it names none.
    pub(crate) fn selected(&self) -> Result<Vec<&SourceConfig>, Failure> {
        Ok(self.config.select(&self.global.sources)?)
    }

    /// The sources that can do `operation` with `filters`, made ready, and what was left out.
    ///
    /// What cannot be done at a source that was asked for by name is an error; elsewhere it is skipped. No secret of a
    /// skipped source is read.
    pub(crate) fn plan(
        &self,
        operation: Operation,
        filters: &[Filter],
    ) -> Result<(Rollbook, Vec<Warning>), Failure> {
        let (mut able, mut refusals) = (Vec::new(), Vec::new());
        for source in self.selected()? {
            let capabilities = source.capabilities();
            match capabilities.refusal(operation, filters) {
                Some(message) => refusals.push(Warning {
                    source: Some(source.name().to_string()),
                    message,
                }),
                None => {
                    self.tell_local_filters(source, operation, filters);
                    able.push(source);
                }
            }
        }
        let named = !self.global.sources.is_empty();
        if !refusals.is_empty() && (named || able.is_empty()) {
            let problem = refusals
                .iter()
                .map(|refusal| match &refusal.source {
                    Some(source) => format!("{source}: {}", refusal.message),
                    None => refusal.message.clone(),
                })
                .collect::<Vec<_>>()
                .join("; ");
            return Err(Failure::usage(
                problem,
                "`rollbook sources list` shows what each source can do",
            ));
        }
        for refusal in &mut refusals {
            refusal.message = format!("skipped: {}", refusal.message);
            self.reporter.skipped(refusal);
        }
        Ok((Rollbook::builder().build(able)?, refusals))
    }

    /// The one source at which something is to be changed by `operation`, made ready.
    ///
    /// With several sources configured it must be named: a change is never tried at one after another.
    pub(crate) fn one_source(&self, operation: Operation) -> Result<Rollbook, Failure> {
        let selected = self.selected()?;
        let [source] = selected.as_slice() else {
            let able: Vec<&str> = selected
                .iter()
                .filter(|source| source.capabilities().refusal(operation, &[]).is_none())
                .map(|source| source.name().as_str())
                .collect();
            let hint = match able.as_slice() {
                [] => "`rollbook sources list` shows what each source can do".to_owned(),
                able => format!("name one with --source: {}", able.join(", ")),
            };
            return Err(Failure::usage(
                format!(
                    "`{operation}` changes one source, and {} are selected",
                    selected.len()
                ),
                hint,
            ));
        };
        if let Some(refusal) = source.capabilities().refusal(operation, &[]) {
            return Err(Failure::usage(
                format!("{}: {refusal}", source.name()),
                "`rollbook sources list` shows what each source can do",
            ));
        }
        Ok(Rollbook::builder().build([*source])?)
    }

    fn tell_local_filters(&self, source: &SourceConfig, operation: Operation, filters: &[Filter]) {
        if self.global.verbose == 0 {
            return;
        }
        let capabilities = source.capabilities();
        let local: Vec<String> = filters
            .iter()
            .filter(|filter| capabilities.filter(operation, **filter) == Support::Local)
            .map(|filter| format!("--{filter}"))
            .collect();
        if !local.is_empty() {
            let message = format!("filtered here and not by the vendor: {}", local.join(", "));
            self.reporter.note(Some(source.name().as_str()), &message);
        }
    }
}

/// The sandbox on a free port of this machine, and the sources in it.
async fn sandbox() -> Result<(Config, Server), Failure> {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = Sandbox::new(SandboxConfig::default());
    let server = Server::serve(sandbox, anywhere, Duration::ZERO)
        .await
        .map_err(|error| Failure::Machine {
            doing: "start the sandbox".to_owned(),
            error,
        })?;
    let config = sandbox_config::sources(&server.base_url())?;
    Ok((config, server))
}

/// Where the configuration is: the flag, else `$ROLLBOOK_CONFIG`, else the user's configuration directory.
fn config_path(global: &GlobalArgs) -> Result<PathBuf, Failure> {
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let path = global
        .config
        .clone()
        .or_else(|| variable("ROLLBOOK_CONFIG"))
        .or_else(|| {
            let base = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")))?;
            Some(base.join("rollbook").join("config.toml"))
        });
    path.ok_or_else(|| {
        Failure::usage(
            "there is no place for a configuration: neither $XDG_CONFIG_HOME nor $HOME is set",
            "name the file with --config or $ROLLBOOK_CONFIG",
        )
    })
}
