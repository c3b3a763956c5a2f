//! What the tasks know of the workspace, from `cargo metadata`.

use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use crate::Result;

/// The workspace and its crates, by name.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    pub(crate) members: Vec<Member>,
}

/// One crate of the workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// From the root, with `/` on every platform.
    pub(crate) dir: String,
    pub(crate) is_published: bool,
    pub(crate) has_library: bool,
    /// All of them, `default` too where there is one.
    pub(crate) features: Vec<String>,
    pub(crate) has_description: bool,
    pub(crate) has_license: bool,
    pub(crate) examples: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a crate's manifest that names another crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) is_dev: bool,
}

impl Workspace {
    /// Asks cargo. Needs no network and no lock file.
    pub(crate) fn load() -> Result<Self> {
        let metadata = MetadataCommand::new().no_deps().exec()?;
        let root = metadata.workspace_root.into_std_path_buf();
        let mut members: Vec<_> = metadata
            .packages
            .iter()
            .map(|package| member(package, &root))
            .collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self {
            root,
            target: metadata.target_directory.into_std_path_buf(),
            members,
        })
    }
}

fn member(package: &Package, root: &Path) -> Member {
    let manifest = package.manifest_path.as_std_path();
    let dir = manifest.parent().unwrap_or(manifest);
    let dir = dir.strip_prefix(root).unwrap_or(dir);
    Member {
        name: package.name.to_string(),
        dir: dir.to_string_lossy().replace('\\', "/"),
        is_published: package
            .publish
            .as_ref()
            .is_none_or(|registries| !registries.is_empty()),
        has_library: package.targets.iter().any(|target| target.is_lib()),
        features: package.features.keys().cloned().collect(),
        has_description: package.description.is_some(),
        has_license: package.license.is_some(),
        examples: package
            .targets
            .iter()
            .filter(|target| target.is_example())
            .map(|target| target.name.clone())
            .collect(),
        dependencies: package
            .dependencies
            .iter()
            .map(|dependency| Dependency {
                name: dependency.name.clone(),
                is_dev: dependency.kind == DependencyKind::Development,
            })
            .collect(),
    }
}
