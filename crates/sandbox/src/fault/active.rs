//! The faults of a sandbox, and how often each has matched and hit.

use super::FaultSpec;
use super::kinds::Act;
use super::scope::Scope;
use super::turn::{Memory, Turn};
use crate::Sent;

#[derive(Default)]
pub(crate) struct Faults {
    seed: u64,
    active: Vec<Active>,
}

struct Active {
    spec: FaultSpec,
    scope: Scope,
    memory: Memory,
    seen: u64,
    hits: u64,
}

impl Active {
    /// Counts a request that matches, and says whether it is due.
    fn count(&mut self, turn: &Turn<'_, '_>) -> bool {
        if !self.scope.matches(turn.call) {
            return false;
        }
        self.seen += 1;
        self.memory.goes_on(turn.call) || self.scope.is_due(self.seen, self.hits)
    }
}

impl Faults {
    pub(crate) fn new(specs: &[FaultSpec], seed: u64) -> Self {
        let mut faults = Self {
            seed,
            active: Vec::new(),
        };
        for spec in specs {
            faults.add(spec.clone());
        }
        faults
    }

    pub(crate) fn add(&mut self, spec: FaultSpec) {
        // Two of one kind draw otherwise: else both would add rows under the same ids.
        let seed = self.seed.wrapping_add(self.active.len() as u64);
        self.active.push(Active {
            scope: Scope::of(&spec, self.seed),
            memory: Memory::new(seed, spec.kind()),
            spec,
            seen: 0,
            hits: 0,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.active.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// Carries the request out, with the faults that are due. All that match count it; those that hit are told.
    pub(crate) fn answer(&mut self, turn: &mut Turn<'_, '_>) -> (Sent, Vec<FaultSpec>) {
        let due: Vec<usize> = (0..self.active.len())
            .filter(|number| self.active[*number].count(turn))
            .collect();
        let mut hit = Vec::new();
        let mut sent = None;
        for world in [true, false] {
            for number in &due {
                let Active {
                    spec, memory, hits, ..
                } = &mut self.active[*number];
                let going_on = memory.goes_on(turn.call);
                let hits_it = match spec.table().act {
                    Act::World(act) if world => act(spec, memory, turn),
                    Act::Reply(act) if !world && sent.is_none() => {
                        sent = act(spec, memory, turn);
                        sent.is_some()
                    }
                    _ => false,
                };
                if hits_it {
                    *hits += u64::from(!going_on);
                    hit.push(spec.clone());
                }
            }
        }
        (sent.unwrap_or_else(|| Sent::Whole(turn.take_reply())), hit)
    }
}
