use std::fmt;
use std::marker::PhantomData;

use arrayvec::ArrayVec;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A list; null is an empty one, and a null in it is left out.
///
/// # Errors
///
/// Anything else, or a member that cannot be read.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(ListVisitor::<T, 0>(PhantomData))
}

/// The same for a list that usually has up to eight members, which are given memory at once and no more than they need. To grow,
/// memory that was another thread's would make that one wait.
///
/// # Errors
///
/// As for [`list`].
pub fn compact_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(ListVisitor::<T, 8>(PhantomData))
}

/// Reads so many members before they are given memory.
struct ListVisitor<T, const FIRST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const FIRST: usize> Visitor<'de> for ListVisitor<T, FIRST> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_none<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut first = ArrayVec::<T, FIRST>::new();
        let mut at_end = false;
        while !at_end && !first.is_full() {
            match list.next_element::<Option<T>>()? {
                Some(member) => first.extend(member),
                None => at_end = true,
            }
        }
        let mut members = Vec::with_capacity(first.len());
        members.extend(first);
        while !at_end {
            match list.next_element::<Option<T>>()? {
                Some(member) => members.extend(member),
                None => at_end = true,
            }
        }
        Ok(members)
    }
}

/// The most rows that one reply may have: as many as a body of the default limit of 64 MiB holds of 1 KiB each. Rows cost memory
/// beside their bytes, up to 8 KiB each where most members cannot be read (measured in `crates/rollbook/tests/memory.rs`), so
/// that a reply of tiny ones would cost a hundred times what it weighs.
pub const MOST_ROWS: usize = 65_536;

/// The rows of a page, unread; null is none. A null among them is a row that cannot be read, and stays.
///
/// # Errors
///
/// Anything else, or more than [`MOST_ROWS`].
pub fn rows<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<&'a RawValue>, D::Error> {
    Rows::deserialize(deserializer).map(|rows| rows.0)
}

/// The rows of a page where they are no member of an object, as [`rows()`] reads them.
#[derive(Debug, Default)]
pub struct Rows<'a>(pub Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Rows<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counted;

        impl<'de> Visitor<'de> for Counted {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = list.next_element()? {
                    check_count(rows.len())?;
                    rows.push(row);
                }
                Ok(rows)
            }
        }

        deserializer.deserialize_any(Counted).map(Self)
    }
}

/// Refuses a row after so many.
pub(crate) fn check_count<E: serde::de::Error>(before: usize) -> Result<(), E> {
    if before < MOST_ROWS {
        Ok(())
    } else {
        Err(E::custom(format_args!("more than {MOST_ROWS} rows in one reply")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compact_list_is_read_like_a_list_and_has_no_room_left_while_it_is_short() {
        #[derive(Deserialize)]
        struct Lists(
            #[serde(deserialize_with = "list")] Vec<u8>,
            #[serde(deserialize_with = "compact_list")] Vec<u8>,
        );

        for count in 0..20 {
            let members = vec!["1"; count].join(",null,");
            let json = format!("[[{members}],[{members}]]");
            let Lists(list, compact) = serde_json::from_str(&json).unwrap();
            assert_eq!((list.len(), &compact), (count, &list));
            assert!(count > 4 || compact.capacity() == count);
        }
        let Lists(_, compact) = serde_json::from_str("[null,null]").unwrap();
        assert!(compact.is_empty());
    }
}
