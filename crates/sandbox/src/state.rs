//! Everything that a change could change, in one place.

use crate::banyan::Banyan;
use crate::truto::Truto;
use crate::truu::Truu;
use crate::world::World;

/// The three tenants. Rows are kept in parts and rendered when they are asked for.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) truu: Truu,
    pub(crate) banyan: Banyan,
    pub(crate) truto: Truto,
}

impl State {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            truu: Truu::new(world),
            banyan: Banyan::new(world),
            truto: Truto::new(world),
        }
    }
}
