use std::fmt::Display;
use std::path::Path;

use rollbook::{BaseUrl, Config, ConfigErrors, Secret, SourceConfig, banyan, truto, truu};
use rollbook_sandbox::credentials::{
    BANYAN_KEY, TRUTO_INTEGRATED_ACCOUNT, TRUTO_TOKEN, TRUU_CLIENT_ID, TRUU_CLIENT_SECRET,
};

use crate::failure::Failure;

/// The sources of a sandbox at `base_url`.
pub(crate) fn sources(base_url: &str) -> Result<Config, Failure> {
    let base_url = BaseUrl::parse(base_url).map_err(unusable)?;
    let secret = |text: &str| Secret::new(text).map_err(unusable);
    let name = |text: &str| text.parse().map_err(unusable);
    let mut truto = truto::Config::new(base_url.clone(), TRUTO_INTEGRATED_ACCOUNT, secret(TRUTO_TOKEN)?);
    truto.models = vec![truto::Model::UserDirectory, truto::Model::Mdm];
    let sources = vec![
        SourceConfig::truu(
            name("sandbox-truu")?,
            truu::Config::new(base_url.clone(), TRUU_CLIENT_ID, secret(TRUU_CLIENT_SECRET)?),
        ),
        SourceConfig::banyan(
            name("sandbox-banyan")?,
            banyan::Config::new(base_url, secret(BANYAN_KEY)?),
        ),
        SourceConfig::truto(name("sandbox-truto")?, truto),
    ];
    Config::from_sources(sources).map_err(|errors: ConfigErrors| errors.into())
}

fn unusable(error: impl Display) -> Failure {
    Failure::usage(
        format!("the sandbox cannot be used: {error}"),
        "this is a bug: tell us",
    )
}

/// The secrets of a sandbox: the end of the name of the file beside the configuration, and what is in it.
pub(crate) const SECRETS: [(&str, &str); 3] = [
    ("truu-secret", TRUU_CLIENT_SECRET),
    ("banyan-key", BANYAN_KEY),
    ("truto-token", TRUTO_TOKEN),
];

/// The first words of a configuration that was written here.
const MARK: &str = "# Written by `rollbook sandbox serve --write-config`.";

/// Whether a file may be replaced without asking: it is empty, or was written here before.
pub(crate) fn is_ours(config: &str) -> bool {
    config.is_empty() || config.starts_with(MARK)
}

/// The name of the file of a secret, beside the configuration `config`.
pub(crate) fn secret_file(config: &Path, ending: &str) -> String {
    let stem = config.file_stem().unwrap_or_default().to_string_lossy();
    format!("{stem}.{ending}")
}

/// The same sources as a configuration file that stands at `path`.
pub(crate) fn toml(base_url: &str, path: &Path) -> String {
    // A TOML basic string: what is not plain is escaped.
    let file = |ending| serde_json::Value::from(secret_file(path, ending)).to_string();
    format!(
        r#"{MARK} The secrets are in files beside this one.

[[sources]]
name = "sandbox-truu"
vendor = "truu"
base_url = "{base_url}"
client_id = "{TRUU_CLIENT_ID}"
client_secret = {{ file = {} }}

[[sources]]
name = "sandbox-banyan"
vendor = "banyan"
base_url = "{base_url}"
credential = {{ file = {} }}
exchange = true

[[sources]]
name = "sandbox-truto"
vendor = "truto"
base_url = "{base_url}"
integrated_account_id = "{TRUTO_INTEGRATED_ACCOUNT}"
token = {{ file = {} }}
models = ["user-directory", "mdm"]
"#,
        file(SECRETS[0].0),
        file(SECRETS[1].0),
        file(SECRETS[2].0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_configuration_is_the_embedded_one() {
        let url = "http://127.0.0.1:1234";
        let path = Path::new("there/a \"b\".toml");
        let written = Config::parse(&toml(url, path), path).unwrap();
        let embedded = sources(url).unwrap();
        assert_eq!(written.sources().len(), embedded.sources().len());
        for (written, embedded) in written.sources().iter().zip(embedded.sources()) {
            assert_eq!(written.name(), embedded.name());
            assert_eq!(written.base_url(), embedded.base_url());
            assert_eq!(written.models(), embedded.models());
        }
    }
}
