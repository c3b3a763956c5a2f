use std::fmt;

use serde::{Serialize, Serializer};

/// Further ids of one row by their names, in the order of the names. A row has two of them at most, so that this is a list.
///
/// ```
/// use rollbook_model::VendorIds;
///
/// let mut ids = VendorIds::default();
/// ids.insert("tuid", "7f1c".into());
/// ids.insert("guid", "00u1a2b3".into());
/// assert_eq!(ids.get("tuid"), Some("7f1c"));
/// assert!(ids.iter().eq([("guid", "00u1a2b3"), ("tuid", "7f1c")]));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VendorIds(Vec<(&'static str, String)>);

impl VendorIds {
    /// Sets the id of this name.
    pub fn insert(&mut self, name: &'static str, id: String) {
        match self.place_of(name) {
            Ok(place) => self.0[place].1 = id,
            Err(place) => self.0.insert(place, (name, id)),
        }
    }

    /// The id of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let place = self.place_of(name).ok()?;
        Some(&self.0[place].1)
    }

    /// The names and the ids, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, id)| (*name, id.as_str()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place_of(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| (*other).cmp(name))
    }
}

impl FromIterator<(&'static str, String)> for VendorIds {
    fn from_iter<I: IntoIterator<Item = (&'static str, String)>>(named: I) -> Self {
        let mut ids = Self::default();
        for (name, id) in named {
            ids.insert(name, id);
        }
        ids
    }
}

impl fmt::Debug for VendorIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Writes an object.
impl Serialize for VendorIds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_and_writes_what_a_map_does(
            named in prop::collection::vec((select(vec!["guid", "tuid", "v2"]), "[a-z\"]{0,3}"), 0..6),
        ) {
            let ids: VendorIds = named.iter().cloned().collect();
            let map: BTreeMap<&str, String> = named.into_iter().collect();
            prop_assert_eq!(ids.is_empty(), map.is_empty());
            prop_assert_eq!(ids.get("guid"), map.get("guid").map(String::as_str));
            prop_assert_eq!(format!("{ids:#?}"), format!("{map:#?}"));
            prop_assert_eq!(serde_json::to_string(&ids).unwrap(), serde_json::to_string(&map).unwrap());
        }
    }
}
