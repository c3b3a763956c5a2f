use toml::de::DeTable;

use rollbook_model::SourceName;
use rollbook_vendor_kit::BaseUrl;

use super::nearest::suggestion;
use super::reader::{Reader, quoted};
use super::secret::read_secret;
use super::settings::read_settings;
use super::{Origin, SourceConfig, VendorConfig};

/// The vendors by the names that a configuration calls them, also those that this build leaves out.
const VENDORS: &[&str] = &["truu", "banyan", "truto"];

/// The keys of every source.
const COMMON: &[&str] = &[
    "name",
    "vendor",
    "base_url",
    "ca_file",
    "proxy",
    "timeout",
    "concurrency",
    "page_size",
];

/// Reads one source, which starts on `line`. None after a report.
pub(crate) fn read_source(reader: &mut Reader<'_>, table: &DeTable<'_>, line: usize) -> Option<SourceConfig> {
    let name = read_name(reader, table, line);
    let owner = match &name {
        Some(name) => format!("source `{name}`"),
        None => "the source".to_owned(),
    };
    let vendor = reader.required_text(table, "vendor", &owner, line, "\"truu\"")?;
    let Some((own_keys, default_base_url)) = facts(vendor.value) else {
        let (problem, hint) = if VENDORS.contains(&vendor.value) {
            let problem = format!("this build knows nothing of the vendor `{}`", vendor.value);
            (problem, "build with the vendor's feature".to_owned())
        } else {
            let problem = format!("no vendor is called {}", quoted(vendor.value));
            (problem, suggestion(vendor.value, VENDORS))
        };
        reader.report(vendor.line, problem, hint);
        return None;
    };
    let known: Vec<&str> = own_keys.iter().chain(COMMON).copied().collect();
    reader.refuse_unknown(table, &owner, &known);
    let base_url = read_base_url(reader, table, default_base_url);
    let settings = read_settings(reader, table);
    let vendor = read_vendor(reader, table, vendor.value, &owner, line);
    Some(SourceConfig {
        name: name?,
        base_url: base_url?,
        settings,
        vendor: vendor?,
        origin: Some(Origin {
            file: reader.file().to_owned(),
            line,
        }),
    })
}

/// The keys that only this vendor has, and its address. None for a vendor that this build does not know.
fn facts(vendor: &str) -> Option<(&'static [&'static str], &'static str)> {
    match vendor {
        #[cfg(feature = "truu")]
        "truu" => Some((&["client_id", "client_secret"], rollbook_truu::DEFAULT_BASE_URL)),
        #[cfg(feature = "banyan")]
        "banyan" => Some((
            &["credential", "exchange", "delete_path"],
            rollbook_banyan::DEFAULT_BASE_URL,
        )),
        #[cfg(feature = "truto")]
        "truto" => Some((
            &["integrated_account_id", "token", "models"],
            rollbook_truto::DEFAULT_BASE_URL,
        )),
        _ => None,
    }
}

fn read_name(reader: &mut Reader<'_>, table: &DeTable<'_>, line: usize) -> Option<SourceName> {
    let text = reader.required_text(table, "name", "the source", line, "\"corp\"")?;
    match SourceName::new(text.value) {
        Ok(name) => Some(name),
        Err(error) => {
            let problem = format!("{} is not a name for a source", quoted(text.value));
            reader.report(text.line, problem, error.to_string());
            None
        }
    }
}

/// The address is not shown when it is wrong: a password may stand in it.
fn read_base_url(reader: &mut Reader<'_>, table: &DeTable<'_>, default: &str) -> Option<BaseUrl> {
    let (line, text) = match reader.text(table, "base_url") {
        Some(text) => (text.line, text.value),
        None => (1, default),
    };
    match BaseUrl::parse(text) {
        Ok(base_url) => Some(base_url),
        Err(error) => {
            let hint = format!("write an address like `{default}`");
            reader.report(line, format!("bad `base_url`: {error}"), hint);
            None
        }
    }
}

fn read_vendor(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    vendor: &str,
    owner: &str,
    line: usize,
) -> Option<VendorConfig> {
    match vendor {
        #[cfg(feature = "truu")]
        "truu" => {
            let client_id = reader.required_text(table, "client_id", owner, line, "\"...\"");
            let client_secret = read_secret(reader, table, "client_secret", owner, line);
            Some(VendorConfig::Truu {
                client_id: client_id?.value.to_owned(),
                client_secret: client_secret?,
            })
        }
        #[cfg(feature = "banyan")]
        "banyan" => {
            let credential = read_secret(reader, table, "credential", owner, line);
            // A refresh token is what a person can make for themselves, so it is what is meant when nothing is said.
            let exchange = match super::get(table, "exchange") {
                Some(_) => reader.boolean(table, "exchange")?,
                None => true,
            };
            let delete_path = match super::get(table, "delete_path") {
                Some(_) => Some(read_delete_path(reader, table)?),
                None => None,
            };
            Some(VendorConfig::Banyan {
                credential: credential?,
                exchange,
                delete_path,
            })
        }
        #[cfg(feature = "truto")]
        "truto" => {
            let account = reader.required_text(table, "integrated_account_id", owner, line, "\"...\"");
            let token = read_secret(reader, table, "token", owner, line);
            let models = read_models(reader, table);
            Some(VendorConfig::Truto {
                integrated_account_id: account?.value.to_owned(),
                token: token?,
                models: models?,
            })
        }
        _ => None,
    }
}

/// The guide prints one address, and Banyan's own clients call another.
#[cfg(feature = "banyan")]
fn read_delete_path(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<rollbook_banyan::DeletePath> {
    use rollbook_banyan::DeletePath::{Documented, Undoubled};
    let text = reader.text(table, "delete_path")?;
    let path = [Documented, Undoubled]
        .into_iter()
        .find(|path| path.as_str() == text.value);
    if path.is_none() {
        let hint = format!("write \"{}\" or \"{}\"", Documented.as_str(), Undoubled.as_str());
        reader.report(
            text.line,
            format!("`delete_path` cannot be {}", quoted(text.value)),
            hint,
        );
    }
    path
}

#[cfg(feature = "truto")]
fn read_models(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Vec<rollbook_truto::Model>> {
    const KNOWN: &[&str] = &["user-directory", "mdm"];
    if super::get(table, "models").is_none() {
        return Some(vec![rollbook_truto::Model::UserDirectory]);
    }
    let list = reader.texts(table, "models")?;
    if list.value.is_empty() {
        let hint = "write `models = [\"user-directory\"]`, or leave it out";
        reader.report(list.line, "`models` is empty", hint);
        return None;
    }
    let mut models = Vec::new();
    for text in list.value {
        match text.value.parse::<rollbook_truto::Model>() {
            Ok(model) if models.contains(&model) => {
                let problem = format!("`models` has {} twice", quoted(&text.value));
                reader.report(text.line, problem, "leave one out");
                return None;
            }
            Ok(model) => models.push(model),
            Err(_) => {
                let problem = format!("no model is called {}", quoted(&text.value));
                reader.report(text.line, problem, suggestion(&text.value, KNOWN));
                return None;
            }
        }
    }
    Some(models)
}
