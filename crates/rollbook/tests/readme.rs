//! The README's table of what each vendor can do, held to what the adapters say of themselves.

#![expect(clippy::unwrap_used, reason = "a failed test says so by panicking")]

use std::fmt::Write as _;
use std::path::Path;

use rollbook::model::{Capabilities, Operation, Support};
use rollbook::{BaseUrl, Config, Secret, SourceConfig};

const BEGIN: &str = "<!-- begin capabilities -->\n";
const END: &str = "<!-- end capabilities -->";

/// A full row of each vendor: Truto with both of its models.
fn capabilities() -> Vec<(&'static str, Capabilities)> {
    let base_url = BaseUrl::parse("https://vendor.example").unwrap();
    let secret = || Secret::new("unused").unwrap();
    let name = || "source".parse().unwrap();
    let mut truto = rollbook::truto::Config::new(base_url.clone(), "account", secret());
    truto.models = vec![rollbook::truto::Model::UserDirectory, rollbook::truto::Model::Mdm];
    let truu = rollbook::truu::Config::new(base_url.clone(), "client", secret());
    let banyan = rollbook::banyan::Config::new(base_url, secret());
    vec![
        ("TruU", SourceConfig::truu(name(), truu).capabilities()),
        ("Banyan", SourceConfig::banyan(name(), banyan).capabilities()),
        ("Truto", SourceConfig::truto(name(), truto).capabilities()),
    ]
}

fn cell(capabilities: &Capabilities, operation: Operation) -> String {
    if capabilities.operation(operation) == Support::No {
        return "–".to_owned();
    }
    let filter = |(filter, support)| match support {
        Support::Local => format!("*{filter}*"),
        _ => format!("{filter}"),
    };
    let filters: Vec<String> = capabilities.filters(operation).map(filter).collect();
    if filters.is_empty() {
        "yes".to_owned()
    } else {
        format!("by {}", filters.join(", "))
    }
}

fn table() -> String {
    let vendors = capabilities();
    let mut out = String::from("| |");
    for (vendor, _) in &vendors {
        write!(out, " {vendor} |").unwrap();
    }
    out.push_str("\n|---|---|---|---|\n");
    for operation in Operation::ALL {
        write!(out, "| `{operation}` |").unwrap();
        for (_, capabilities) in &vendors {
            write!(out, " {} |", cell(capabilities, operation)).unwrap();
        }
        out.push('\n');
    }
    out
}

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_readmes_configuration_is_one() {
    let readme = readme();
    let toml = readme
        .split_once("```toml\n")
        .unwrap()
        .1
        .split_once("```")
        .unwrap()
        .0;
    let config = Config::parse(toml, Path::new("config.toml")).unwrap();
    let names: Vec<&str> = config
        .sources()
        .iter()
        .map(|source| source.name().as_str())
        .collect();
    assert_eq!(names, ["corp-truu", "corp-banyan", "hr-okta"]);
}

#[test]
fn the_readme_says_what_each_vendor_can_do() {
    let readme = readme();
    let shown = readme.split_once(BEGIN).unwrap().1.split_once(END).unwrap().0;
    let table = table();
    assert_eq!(shown, table, "put this table into the README:\n{table}");
}
