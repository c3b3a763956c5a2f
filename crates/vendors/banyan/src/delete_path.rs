use std::sync::{Arc, OnceLock};

use rollbook_vendor_kit::Path;

/// At which address a device is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeletePath {
    /// `/api/v1/v1/delete_device`, as the guide prints it (Banyan API guide, "Delete Enduser Device").
    Documented,
    /// `/api/v1/delete_device`, as Banyan's own clients call it.
    Undoubled,
}

impl DeletePath {
    /// The path, as in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "/api/v1/v1/delete_device",
            Self::Undoubled => "/api/v1/delete_device",
        }
    }

    pub(crate) fn path(self) -> Path {
        Path::of(self.as_str())
    }
}

/// The addresses to try: both until one of them is known to be there. A clone knows what its original knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeletePaths(Arc<OnceLock<DeletePath>>);

impl DeletePaths {
    pub(crate) fn pinned(path: DeletePath) -> Self {
        Self(Arc::new(OnceLock::from(path)))
    }

    /// The address to begin with.
    pub(crate) fn first(&self) -> DeletePath {
        self.0.get().copied().unwrap_or(DeletePath::Documented)
    }

    /// The address for when the first one does not exist, unless that is known.
    pub(crate) fn otherwise(&self) -> Option<DeletePath> {
        self.0.get().is_none().then_some(DeletePath::Undoubled)
    }

    pub(crate) fn remember(&self, path: DeletePath) {
        // Another call may have been faster, with the same answer.
        let _ = self.0.set(path);
    }
}
