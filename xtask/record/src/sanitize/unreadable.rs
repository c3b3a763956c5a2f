use std::fmt;

/// Why a text is not sanitized as JSON.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is none.
    NotJson(serde_json::Error),
    /// There are more arrays and objects in each other than are gone through, below this place.
    TooDeep(String),
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self::NotJson(error)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Of the place: behind this, one level is like the other.
        const SHOWN: usize = 60;
        match self {
            Self::NotJson(_) => f.write_str("it is not JSON"),
            Self::TooDeep(place) => {
                let shown: String = place.chars().take(SHOWN).collect();
                let more = if shown.len() < place.len() { "..." } else { "" };
                write!(
                    f,
                    "there are more than {} arrays and objects in each other at {shown}{more}",
                    super::MOST_LEVELS
                )
            }
        }
    }
}

impl std::error::Error for Unreadable {}
