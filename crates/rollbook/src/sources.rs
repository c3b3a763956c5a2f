use std::fmt;
use std::sync::Arc;

use rollbook_model::{
    Capabilities, Device, DeviceQuery, Directory, Error, SourceName, User, UserQuery, Vendor, Workstation,
    WorkstationQuery,
};
use rollbook_transport::{Clock, SystemClock, Transport};

use crate::Observer;
use crate::adapter::{self, Connected};
use crate::client::HttpClient;
use crate::config::{Config, ConfigError, ConfigErrors, SourceConfig};
use crate::stack::Workshop;
use crate::walk::{Resource, Walk};

/// Sources that are ready to be asked: each an adapter over the default stack.
///
/// ```no_run
/// use std::path::Path;
/// use rollbook::{Config, Rollbook};
///
/// let config = Config::load(Path::new("rollbook.toml"))?;
/// let rollbook = Rollbook::from_config(&config, &["corp-truu".to_owned()])?;
/// assert_eq!(rollbook.sources()[0].vendor().as_str(), "truu");
/// # Ok::<(), rollbook::ConfigErrors>(())
/// ```
///
/// The stack, outermost first: call trace, call deadline, retry, auth, budget, attempt timeout, attempt trace, body limit,
/// wire. Sign-in calls go through a stack of their own. Sources of one Truto account share its budget of 50 requests in
/// 10 seconds, and sources of one Truto token its 500; a TruU or Banyan source starts with 8 requests under way and finds
/// out how many its vendor bears.
#[derive(Debug)]
pub struct Rollbook {
    sources: Vec<Source>,
}

impl Rollbook {
    /// Makes the sources with these names ready; all when no name is given. Reads their secrets, and sends nothing.
    ///
    /// It may block: a secret can come from a command.
    ///
    /// # Errors
    ///
    /// A name that no source has, a secret that cannot be had, a CA file that cannot be used.
    pub fn from_config(config: &Config, names: &[String]) -> Result<Self, ConfigErrors> {
        Self::builder().build(config.select(names)?)
    }

    /// For a transport or a clock of your own.
    pub fn builder() -> RollbookBuilder {
        RollbookBuilder {
            wire: None,
            client: HttpClient::usual(),
            clock: Arc::new(SystemClock),
            observer: None,
        }
    }

    /// The sources, in the order of the configuration.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }
}

/// Collects what a [`Rollbook`] is built from.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct RollbookBuilder {
    wire: Option<Arc<dyn Transport>>,
    client: Option<HttpClient>,
    clock: Arc<dyn Clock>,
    observer: Option<Arc<dyn Observer>>,
}

impl RollbookBuilder {
    /// Sends everything through `wire` instead of the built-in client; `ca_file` and `proxy` are then its affair.
    pub fn transport(mut self, wire: Arc<dyn Transport>) -> Self {
        self.wire = Some(wire);
        self
    }

    /// Uses this built-in client. Unless told, it is reqwest where the build has it, else hyper.
    pub fn client(mut self, client: HttpClient) -> Self {
        self.client = Some(client);
        self
    }

    /// Tells the time by `clock` instead of the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Tells `observer` of each answer of the sources' APIs.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Makes `sources` ready. Reads their secrets, and sends nothing.
    ///
    /// # Errors
    ///
    /// A secret that cannot be had, a CA file or proxy that cannot be used: all of them, not only the first.
    pub fn build<'a>(
        self,
        sources: impl IntoIterator<Item = &'a SourceConfig>,
    ) -> Result<Rollbook, ConfigErrors> {
        let mut workshop = Workshop::new(self.wire, self.client, self.clock, self.observer);
        let (mut built, mut errors) = (Vec::new(), Vec::new());
        for config in sources {
            match adapter::connect(config, &mut workshop) {
                Ok(Connected { directory, layers }) => built.push(Source {
                    config: config.clone(),
                    directory,
                    layers,
                }),
                Err(error) => errors.push(error),
            }
        }
        match ConfigErrors::of(errors) {
            Some(errors) => Err(errors),
            None => Ok(Rollbook { sources: built }),
        }
    }
}

/// One source that is ready to be asked.
pub struct Source {
    config: SourceConfig,
    directory: Arc<dyn Directory>,
    layers: String,
}

impl Source {
    /// The name that the user chose.
    pub fn name(&self) -> &SourceName {
        &self.config.name
    }

    /// The vendor.
    pub fn vendor(&self) -> Vendor {
        self.config.vendor()
    }

    /// What was configured; holds no secret that is shown.
    pub fn config(&self) -> &SourceConfig {
        &self.config
    }

    /// The source through the trait that all vendors share.
    pub fn directory(&self) -> &Arc<dyn Directory> {
        &self.directory
    }

    /// The layers of the source's stack, outermost first.
    pub fn layers(&self) -> &str {
        &self.layers
    }

    /// The walks of the user lists that `query` asks for.
    ///
    /// # Errors
    ///
    /// `Unsupported` or `InvalidArgument`, before any request.
    pub fn users(&self, query: &UserQuery) -> Result<Vec<Walk<User>>, Error> {
        let pagers = self.directory.list_users(query)?;
        let walk = |pager| Walk::new(self.name().clone(), self.vendor(), Resource::Users, pager);
        Ok(pagers.into_iter().map(walk).collect())
    }

    /// The walks of the device lists that `query` asks for.
    ///
    /// # Errors
    ///
    /// `Unsupported` or `InvalidArgument`, before any request.
    pub fn devices(&self, query: &DeviceQuery) -> Result<Vec<Walk<Device>>, Error> {
        let pagers = self.directory.list_devices(query)?;
        let walk = |pager| Walk::new(self.name().clone(), self.vendor(), Resource::Devices, pager);
        Ok(pagers.into_iter().map(walk).collect())
    }

    /// The walks of the workstation lists that `query` asks for.
    ///
    /// # Errors
    ///
    /// `Unsupported` or `InvalidArgument`, before any request.
    pub fn workstations(&self, query: &WorkstationQuery) -> Result<Vec<Walk<Workstation>>, Error> {
        let pagers = self.directory.list_workstations(query)?;
        let walk = |pager| Walk::new(self.name().clone(), self.vendor(), Resource::Workstations, pager);
        Ok(pagers.into_iter().map(walk).collect())
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", self.name())
            .field("vendor", &self.vendor())
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

impl SourceConfig {
    /// What the source can do. Known without its secret.
    pub fn capabilities(&self) -> Capabilities {
        adapter::offline(self).capabilities().clone()
    }

    pub(crate) fn error(&self, problem: String) -> ConfigError {
        let error = ConfigError::new(problem);
        match &self.origin {
            Some(origin) => error.in_file(&origin.file, Some(origin.line)),
            None => error,
        }
    }
}
