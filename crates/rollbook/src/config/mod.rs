//! What is configured: read from a TOML file, or made by code.

mod error;
mod nearest;
mod reader;
mod secret;
mod settings;
mod source;

use std::path::{Path, PathBuf};

use rollbook_auth::{Secret, SecretError, SecretSource};
use rollbook_model::{SourceName, Vendor};
use rollbook_vendor_kit::BaseUrl;
use toml::de::{DeTable, DeValue};

pub use error::{ConfigError, ConfigErrors};
pub use settings::Settings;

use nearest::suggestion;
use reader::{Reader, get, quoted};

/// Which sources there are.
///
/// A file has one `[[sources]]` table for each source:
///
/// | key | of | meaning |
/// |---|---|---|
/// | `name` | all | one word, unique in the file |
/// | `vendor` | all | `truu`, `banyan` or `truto` |
/// | `base_url` | all | where the API is, if not at the vendor's usual place; `https`, or `http` to this machine |
/// | `client_id`, `client_secret` | TruU | the OAuth client |
/// | `credential`, `exchange` | Banyan | a refresh token (`exchange = true`, the default), or an API key that is used as it is |
/// | `delete_path` | Banyan | the address at which a device is deleted, `"/api/v1/v1/delete_device"` or `"/api/v1/delete_device"`, if it is not to be found out |
/// | `integrated_account_id`, `token` | Truto | the account and the API token |
/// | `models` | Truto | `["user-directory"]`, the default, and `"mdm"` where the integration has it |
/// | `ca_file` | all | a PEM file with authorities to trust beside the system's |
/// | `proxy` | all | where to send everything through |
/// | `timeout` | all | of one attempt: seconds, or a text with a unit (`"500ms"`, `"30s"`, `"2m"`) |
/// | `concurrency` | all | how many requests may be under way at once |
/// | `page_size` | all | how many rows to ask for at once, where the vendor can be asked |
///
/// A secret never stands in the file: `client_secret`, `credential` and `token` say where it is, as `{ env = "NAME" }`,
/// `{ file = "PATH" }` or `{ command = ["PROGRAM", "ARGUMENT"] }`. Relative paths of files (not of commands) start at the directory of the file.
///
/// ```
/// use std::path::Path;
/// use rollbook::Config;
///
/// let text = r#"
///     [[sources]]
///     name = "corp-banyan"
///     vendor = "banyan"
///     credential = { env = "BANYAN_API_KEY" }
///     exchange = true
/// "#;
/// let config = Config::parse(text, Path::new("rollbook.toml"))?;
/// assert_eq!(config.sources()[0].name().as_str(), "corp-banyan");
///
/// let errors = Config::parse(&text.replace("exchange", "exchnge"), Path::new("rollbook.toml")).unwrap_err();
/// let error = errors.iter().next().expect("an error");
/// assert_eq!(error.to_string(), "rollbook.toml:6: source `corp-banyan` has no key `exchnge`");
/// assert_eq!(error.hint.as_deref(), Some("did you mean `exchange`?"));
/// # Ok::<(), rollbook::ConfigErrors>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    sources: Vec<SourceConfig>,
}

/// One configured tenant of a vendor. Its secret is not read before the source is used.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    pub(crate) name: SourceName,
    pub(crate) base_url: BaseUrl,
    pub(crate) settings: Settings,
    pub(crate) vendor: VendorConfig,
    pub(crate) origin: Option<Origin>,
}

/// What only one vendor needs.
#[derive(Clone, Debug)]
pub(crate) enum VendorConfig {
    #[cfg(feature = "truu")]
    Truu {
        client_id: String,
        client_secret: Credential,
    },
    #[cfg(feature = "banyan")]
    Banyan {
        credential: Credential,
        exchange: bool,
        delete_path: Option<rollbook_banyan::DeletePath>,
    },
    #[cfg(feature = "truto")]
    Truto {
        integrated_account_id: String,
        token: Credential,
        models: Vec<rollbook_truto::Model>,
    },
}

/// Where something stands in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
}

/// A credential: the place where it is kept, or the value in the hands of the program.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) from: Kept,
    /// The configuration's word for it.
    pub(crate) member: &'static str,
    pub(crate) origin: Option<Origin>,
}

/// Where a credential is.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    At(SecretSource),
    Here(Secret),
}

impl Config {
    /// Reads the file at `path`. Reads no secret and no environment.
    ///
    /// # Errors
    ///
    /// All that is wrong with the file, or that it cannot be read.
    pub fn load(path: &Path) -> Result<Self, ConfigErrors> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            ConfigError::new(format!("cannot read the configuration: {error}"))
                .in_file(path, None)
                .with_hint("name a readable file with --config or $ROLLBOOK_CONFIG, or try `rollbook --sandbox inventory`")
        })?;
        Self::parse(&text, path)
    }

    /// Reads `text`, which stands in `file`: relative paths in it start at the directory of `file`.
    ///
    /// # Errors
    ///
    /// All that is wrong with the text.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigErrors> {
        let mut reader = Reader::new(file, text);
        let document = DeTable::parse(text).map_err(|error| {
            let line = error.span().map(|span| reader.line(span));
            ConfigError::new(format!("not TOML: {}", one_line(error.message())))
                .in_file(file, line)
                .with_hint("a source is written as `[[sources]]` and lines of the form `key = value`")
        })?;
        let sources = read_document(&mut reader, document.get_ref());
        match ConfigErrors::of(reader.errors) {
            Some(errors) => Err(errors),
            None => Ok(Self { sources }),
        }
    }

    /// The configuration with these sources.
    ///
    /// # Errors
    ///
    /// When two have one name.
    pub fn from_sources(sources: Vec<SourceConfig>) -> Result<Self, ConfigErrors> {
        for (index, source) in sources.iter().enumerate() {
            if sources[..index].iter().any(|before| before.name == source.name) {
                let problem = format!("two sources have the name `{}`", source.name);
                return Err(ConfigError::new(problem)
                    .with_hint("give each its own name")
                    .into());
            }
        }
        Ok(Self { sources })
    }

    /// The sources, in the order of the file.
    pub fn sources(&self) -> &[SourceConfig] {
        &self.sources
    }

    /// The sources with these names, in the order of the file; all when no name is given.
    ///
    /// # Errors
    ///
    /// For a name that no source has, with the nearest that one has.
    pub fn select(&self, names: &[String]) -> Result<Vec<&SourceConfig>, ConfigErrors> {
        let known: Vec<&str> = self.sources.iter().map(|source| source.name.as_str()).collect();
        for name in names {
            if !known.contains(&name.as_str()) {
                return Err(
                    ConfigError::new(format!("no source has the name {}", quoted(name)))
                        .with_hint(suggestion(name, &known))
                        .into(),
                );
            }
        }
        let wanted = |source: &&SourceConfig| {
            names.is_empty() || names.iter().any(|name| name == source.name.as_str())
        };
        Ok(self.sources.iter().filter(wanted).collect())
    }
}

impl SourceConfig {
    /// The name that the user chose.
    pub fn name(&self) -> &SourceName {
        &self.name
    }

    /// The vendor.
    pub fn vendor(&self) -> Vendor {
        match &self.vendor {
            #[cfg(feature = "truu")]
            VendorConfig::Truu { .. } => Vendor::TRUU,
            #[cfg(feature = "banyan")]
            VendorConfig::Banyan { .. } => Vendor::BANYAN,
            #[cfg(feature = "truto")]
            VendorConfig::Truto { .. } => Vendor::TRUTO,
        }
    }

    /// Where the vendor's API is.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Which tenant it is, where the configuration says so: the client id (TruU) or the integrated account (Truto). A Banyan
    /// tenant is known by its key alone.
    pub fn account(&self) -> Option<&str> {
        match &self.vendor {
            #[cfg(feature = "truu")]
            VendorConfig::Truu { client_id, .. } => Some(client_id),
            #[cfg(feature = "banyan")]
            VendorConfig::Banyan { .. } => None,
            #[cfg(feature = "truto")]
            VendorConfig::Truto {
                integrated_account_id,
                ..
            } => Some(integrated_account_id),
        }
    }

    /// The data models that are read, where the vendor has several (Truto).
    pub fn models(&self) -> Vec<String> {
        match &self.vendor {
            #[cfg(feature = "truto")]
            VendorConfig::Truto { models, .. } => models.iter().map(ToString::to_string).collect(),
            #[cfg(any(feature = "truu", feature = "banyan"))]
            _ => Vec::new(),
        }
    }

    /// What kind of credential signs in, and where it is kept. Never the credential.
    pub fn credential(&self) -> String {
        let (kind, secret) = match &self.vendor {
            #[cfg(feature = "truu")]
            VendorConfig::Truu { client_secret, .. } => ("OAuth client", client_secret),
            #[cfg(feature = "banyan")]
            VendorConfig::Banyan {
                credential,
                exchange: true,
                ..
            } => ("refresh token", credential),
            #[cfg(feature = "banyan")]
            VendorConfig::Banyan { credential, .. } => ("API key", credential),
            #[cfg(feature = "truto")]
            VendorConfig::Truto { token, .. } => ("API token", token),
        };
        match &secret.from {
            Kept::At(SecretSource::Env(name)) => format!("{kind} in the environment variable {name}"),
            Kept::At(SecretSource::File(_)) => format!("{kind} in a file"),
            Kept::At(SecretSource::Command(_)) => format!("{kind} by a command"),
            Kept::At(_) | Kept::Here(_) => kind.to_owned(),
        }
    }

    /// The options that every vendor has.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same source with other options.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    fn made(name: SourceName, base_url: BaseUrl, vendor: VendorConfig) -> Self {
        Self {
            name,
            base_url,
            settings: Settings::default(),
            vendor,
            origin: None,
        }
    }

    /// A TruU tenant.
    #[cfg(feature = "truu")]
    pub fn truu(name: SourceName, config: rollbook_truu::Config) -> Self {
        let client_secret = Credential::given("client_secret", config.client_secret);
        let client_id = config.client_id;
        Self::made(
            name,
            config.base_url,
            VendorConfig::Truu {
                client_id,
                client_secret,
            },
        )
    }

    /// A Banyan organisation.
    #[cfg(feature = "banyan")]
    pub fn banyan(name: SourceName, config: rollbook_banyan::Config) -> Self {
        let credential = Credential::given("credential", config.credential);
        let vendor = VendorConfig::Banyan {
            credential,
            exchange: config.exchange,
            delete_path: config.delete_path,
        };
        Self::made(name, config.base_url, vendor)
    }

    /// An integrated account of Truto.
    #[cfg(feature = "truto")]
    pub fn truto(name: SourceName, config: rollbook_truto::Config) -> Self {
        let vendor = VendorConfig::Truto {
            integrated_account_id: config.integrated_account_id,
            token: Credential::given("token", config.token),
            models: config.models,
        };
        Self::made(name, config.base_url, vendor)
    }
}

impl Credential {
    fn given(member: &'static str, value: Secret) -> Self {
        Self {
            from: Kept::Here(value),
            member,
            origin: None,
        }
    }

    /// Reads the secret. It may block: a command is run to its end.
    pub(crate) fn resolve(&self, source: &SourceName) -> Result<Secret, ConfigError> {
        let from = match &self.from {
            Kept::Here(secret) => return Ok(secret.clone()),
            Kept::At(from) => from,
        };
        from.resolve().map_err(|error| {
            let cause = std::error::Error::source(&error).map_or(String::new(), |cause| format!(": {cause}"));
            let problem = format!("`{}` of source `{source}`: {error}{cause}", self.member);
            let error = ConfigError::new(problem).with_hint(match from {
                _ if matches!(error, SecretError::OpenToOthers { .. }) => {
                    "others may have read the secret by now: change it if they should not".to_owned()
                }
                SecretSource::Env(name) => format!("set it: `export {name}=...`"),
                SecretSource::File(_) => {
                    "write the secret into the file, readable by its owner only (mode 600)".to_owned()
                }
                _ => {
                    "run the command by hand: it must write the secret and nothing else to stdout".to_owned()
                }
            });
            match &self.origin {
                Some(origin) => error.in_file(&origin.file, Some(origin.line)),
                None => error,
            }
        })
    }
}

fn read_document(reader: &mut Reader<'_>, document: &DeTable<'_>) -> Vec<SourceConfig> {
    reader.refuse_unknown(document, "the configuration", &["sources"]);
    let Some(value) = get(document, "sources") else {
        let hint = "add a `[[sources]]` table with `name`, `vendor` and the vendor's credential";
        reader.report(1, "there are no sources", hint);
        return Vec::new();
    };
    let line = reader.line(value.span());
    let Some(items) = value.get_ref().as_array().filter(|items| !items.is_empty()) else {
        reader.report(line, "`sources` must be a list of tables", "write `[[sources]]`");
        return Vec::new();
    };
    let mut sources: Vec<SourceConfig> = Vec::new();
    let mut names: Vec<(String, usize)> = Vec::new();
    for item in items {
        let line = reader.line(item.span());
        let DeValue::Table(table) = item.get_ref() else {
            reader.report(line, "a source must be a table", "write `[[sources]]`");
            continue;
        };
        if let Some(name) = get(table, "name") {
            note_name(reader, &mut names, name);
        }
        sources.extend(source::read_source(reader, table, line));
    }
    sources
}

/// Remembers the name of a source, and reports one that was there before.
fn note_name(reader: &mut Reader<'_>, names: &mut Vec<(String, usize)>, name: &toml::Spanned<DeValue<'_>>) {
    let Some(text) = name.get_ref().as_str() else {
        return;
    };
    let line = reader.line(name.span());
    match names.iter().find(|(known, _)| known == text) {
        Some((_, first)) => {
            let problem = format!(
                "two sources have the name {}: lines {first} and {line}",
                quoted(text)
            );
            reader.report(line, problem, "give each source its own name");
        }
        None => names.push((text.to_owned(), line)),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
