//! What mapping a native row to the model needs in every adapter.

use rollbook_model::Timestamp;

use crate::{Flag, TimeUnit, WireTime};

/// The text, unless it is blank: vendors send `""` for "not known".
#[inline]
pub fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| text.chars().any(|c| !c.is_whitespace()))
}

/// The moment that a member names, if it names one.
pub fn moment<U: TimeUnit>(time: Option<WireTime<U>>) -> Option<Timestamp> {
    time?.timestamp()
}

/// Yes or no, if the vendor said one of them.
pub fn yes(flag: Option<Flag>) -> Option<bool> {
    flag?.as_bool()
}
