//! The faults of a sandbox, and how often each has matched and hit.

use super::FaultSpec;
use crate::call::Call;

#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Active>);

#[derive(Debug)]
struct Active {
    spec: FaultSpec,
    seen: u64,
    hits: u64,
}

impl Faults {
    pub(crate) fn new(specs: &[FaultSpec]) -> Self {
        let mut faults = Self::default();
        for spec in specs {
            faults.add(spec.clone());
        }
        faults
    }

    pub(crate) fn add(&mut self, spec: FaultSpec) {
        self.0.push(Active {
            spec,
            seen: 0,
            hits: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that hits this request. All that match count it.
    pub(crate) fn hit(&mut self, call: &Call<'_>) -> Option<FaultSpec> {
        let mut hit: Option<&mut Active> = None;
        for fault in &mut self.0 {
            if !fault.spec.scope.matches(call) {
                continue;
            }
            fault.seen += 1;
            if hit.is_none() && fault.spec.scope.is_due(fault.seen, fault.hits) {
                hit = Some(fault);
            }
        }
        let hit = hit?;
        hit.hits += 1;
        Some(hit.spec.clone())
    }
}
