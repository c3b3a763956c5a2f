use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::page::Page;

/// What the answers of one operation looked like at another time: what later ones are compared with, besides the contract.
///
/// It holds counts and names of members that the contract has, and nothing of people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Baseline {
    /// The first page.
    pub page: Option<Page>,
    /// How long the slowest answer took on the wire, in milliseconds.
    pub slowest_ms: Option<u64>,
    /// How many objects filled each member, by its place.
    pub members: BTreeMap<String, Filled>,
}

/// How many objects have a value for a member that says something: neither null nor empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Filled {
    /// How many have.
    pub with: u64,
    /// How many there were.
    pub of: u64,
}
