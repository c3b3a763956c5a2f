use std::sync::{Arc, OnceLock};

use rollbook_transport::{Attempts, Request};

/// Tells a layer further out how many attempts were made, also when no response and no error of the inner layers comes
/// back to carry the number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<OnceLock<Attempts>>);

impl Progress {
    /// The progress of this request, put into it now if nobody did before.
    pub(crate) fn of(request: &mut Request) -> Self {
        request.extensions_mut().get_or_insert_with(Self::default).clone()
    }

    /// Says who counts. The first word holds.
    pub(crate) fn counted_by(&self, attempts: &Attempts) {
        let _ = self.0.set(attempts.clone());
    }

    /// The attempts so far.
    pub(crate) fn made(&self) -> u32 {
        self.0.get().map_or(0, Attempts::made)
    }
}
