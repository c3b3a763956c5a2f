use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rollbook_contract::fixtures::Case;
use rollbook_contract::{Contract, Operation};

pub(crate) const VENDORS: [&str; 3] = ["truu", "banyan", "truto"];

/// The folder that the embedded data are a copy of.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The contract in the folder: the one that is edited, and not its copy.
pub(crate) fn contract(vendor: &str) -> Contract {
    let text = fs::read_to_string(root().join(vendor).join("openapi.json")).unwrap();
    Contract::parse(vendor, &text).unwrap_or_else(|error| panic!("fixtures/{vendor}/openapi.json: {error}"))
}

/// The cases in the folder.
pub(crate) fn cases(vendor: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for (operation, dir) in entries(&root().join(vendor)).filter(|(_, path)| path.is_dir()) {
        for (name, dir) in entries(&dir) {
            let files: BTreeMap<String, String> = entries(&dir)
                .map(|(name, path)| (name, fs::read_to_string(path).unwrap().replace("\r\n", "\n")))
                .collect();
            cases.push(Case::read(&operation, &name, files).unwrap_or_else(|error| panic!("{error}")));
        }
    }
    cases
}

fn entries(dir: &Path) -> impl Iterator<Item = (String, PathBuf)> + use<> {
    let mut entries: Vec<_> = fs::read_dir(dir)
        .unwrap_or_else(|error| panic!("{}: {error}", dir.display()))
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    entries.sort();
    entries.into_iter()
}

/// The operation that a folder of cases is of. One call with and without an argument can be two functions of a client.
pub(crate) fn operation<'c>(contract: &'c Contract, folder: &str) -> &'c Operation {
    let id = match folder {
        "delete_device_everywhere" => "delete_device",
        id => id,
    };
    let operation = contract.operation(id);
    operation.unwrap_or_else(|| panic!("{}: no operation `{id}`", contract.vendor()))
}
