/// Whose address this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    Truu,
    Banyan,
    Truto,
}

impl Vendor {
    pub(crate) fn of(segments: &[&str]) -> Option<Self> {
        Some(match segments {
            ["oauth", ..] | ["data", ..] | ["api", "v1", "system", ..] => Self::Truu,
            ["api", ..] => Self::Banyan,
            ["unified", ..] | ["ping"] => Self::Truto,
            _ => return None,
        })
    }
}
