//! When two ids of TruU are one.

use std::borrow::Cow;

/// The id in the spelling by which it is compared: a uuid is the same in any case, any other id (Okta's) is not.
pub(crate) fn comparable(id: &str) -> Cow<'_, str> {
    if is_uuid(id) {
        Cow::Owned(id.to_ascii_lowercase())
    } else {
        Cow::Borrowed(id)
    }
}

/// Whether both name the same thing.
pub(crate) fn same(one: &str, other: &str) -> bool {
    comparable(one) == comparable(other)
}

fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_counts_in_ids_that_are_no_uuids() {
        let uuid = "ef8e112f-fd1e-4010-b1b8-2913e472c982";
        assert!(same(uuid, &uuid.to_uppercase()));
        assert!(!same(uuid, "ef8e112f-fd1e-4010-b1b8-2913e472c983"));
        for other in ["00u1AbC", "ef8e112f_fd1e_4010_b1b8_2913e472c982", &uuid[1..]] {
            assert!(same(other, other));
            assert!(!same(other, &other.to_uppercase()), "{other}");
        }
    }
}
