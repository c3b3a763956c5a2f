//! What it says that a member is filled in none of some objects: is it gone, or is it only not among these rows?

use crate::baseline::Filled;
use crate::drift::Severity;
use crate::schema::Schema;

/// From how many objects on a member is gone that the vendor's documents have in every one. The few rows of a small tenant
/// can all be odd; that five of five are, where the documents know of none, is no accident.
const OF_ALWAYS: u64 = 5;

/// From how many objects on one should look for a member that the documents have in some. One that every second object has is
/// missing from twenty by chance once in a million times.
const OF_OFTEN: u64 = 20;

/// The chance under which an absence is none: a hundred members, looked at each hour, give one false alarm in a year.
const BY_CHANCE: f64 = 1e-6;

/// A member that is filled in none of `of` objects.
pub(crate) struct Absence<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) is_required: bool,
    pub(crate) of: u64,
    pub(crate) before: Option<Filled>,
}

impl Absence<'_> {
    pub(crate) fn severity(&self) -> Severity {
        if self.schema.needed && self.is_required {
            return Severity::Breaking;
        }
        let odd = if self.is_required {
            Severity::Notable
        } else {
            Severity::Info
        };
        if self.counted_before().is_some() {
            return self.since_the_baseline().unwrap_or(odd);
        }
        match (self.schema.read, self.is_required) {
            (true, true) if self.of >= OF_ALWAYS => Severity::Breaking,
            // No document promises it, so this source may never have had it.
            (true, false) if self.of >= OF_OFTEN && !self.schema.not_on_pages => Severity::Notable,
            _ => odd,
        }
    }

    /// How much it matters that it is not filled any more; none where it was not before either, or where chance explains it.
    pub(crate) fn since_the_baseline(&self) -> Option<Severity> {
        let before = self.counted_before()?;
        let is_gone = before.with > 0 && chance(before, self.of) < BY_CHANCE;
        is_gone.then_some(match self.schema.read {
            true => Severity::Breaking,
            false => Severity::Notable,
        })
    }

    fn counted_before(&self) -> Option<Filled> {
        self.before.filter(|before| before.of > 0)
    }
}

/// How likely `of` objects all lack by chance what `before` counts: by the rule of succession, so that few objects then prove
/// little now.
fn chance(before: Filled, of: u64) -> f64 {
    let without = before.of.saturating_sub(before.with);
    let lacks = (without + 1) as f64 / (before.of + 2) as f64;
    lacks.powf(of as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(read: bool, is_required: bool, of: u64, before: Option<(u64, u64)>) -> Severity {
        let schema = Schema {
            branches: Vec::new(),
            exclusive: false,
            needed: false,
            read,
            not_on_pages: false,
        };
        let before = before.map(|(with, of)| Filled { with, of });
        let absence = Absence {
            schema: &schema,
            is_required,
            of,
            before,
        };
        absence.severity()
    }

    #[test]
    fn what_the_documents_have_in_every_row_is_gone_when_five_rows_lack_it_and_the_mapping_reads_it() {
        assert_eq!(severity(true, true, 4, None), Severity::Notable);
        assert_eq!(severity(true, true, 5, None), Severity::Breaking);
        assert_eq!(severity(false, true, 500, None), Severity::Notable);
    }

    #[test]
    fn what_no_document_promises_is_never_breaking_without_a_baseline() {
        assert_eq!(severity(true, false, 19, None), Severity::Info);
        assert_eq!(severity(true, false, 20, None), Severity::Notable);
        assert_eq!(severity(true, false, 100_000, None), Severity::Notable);
        assert_eq!(severity(false, false, 100_000, None), Severity::Info);
    }

    #[test]
    fn what_was_there_before_is_gone_as_soon_as_chance_cannot_explain_it() {
        for (with, of, enough) in [(100, 100, 3), (25, 25, 5), (50, 100, 20), (3, 3, 9), (1, 1, 13)] {
            let before = Some((with, of));
            assert_eq!(
                severity(true, false, enough, before),
                Severity::Breaking,
                "{with}/{of}"
            );
            assert_eq!(severity(false, false, enough, before), Severity::Notable);
            assert_eq!(severity(true, false, enough - 1, before), Severity::Info);
        }
    }

    #[test]
    fn what_few_rows_had_before_is_not_missed_on_one_page() {
        assert_eq!(severity(true, false, 100, Some((5, 100))), Severity::Info);
        assert_eq!(severity(true, true, 100, Some((5, 100))), Severity::Notable);
    }

    #[test]
    fn what_was_not_there_before_either_has_not_changed() {
        assert_eq!(severity(true, false, 100, Some((0, 100))), Severity::Info);
        assert_eq!(severity(true, true, 100, Some((0, 100))), Severity::Notable);
    }

    #[test]
    fn a_baseline_without_rows_says_nothing() {
        assert_eq!(severity(true, false, 100, Some((0, 0))), Severity::Notable);
        assert_eq!(severity(true, true, 100, Some((0, 0))), Severity::Breaking);
    }
}
