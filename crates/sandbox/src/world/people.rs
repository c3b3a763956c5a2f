//! The people, and the accounts that they have.

use std::collections::HashSet;

use super::names::{DEPARTMENTS, FAMILY, GIVEN, TITLES};
use super::rng::Rng;

const DAY: i64 = 86_400;

/// How someone stands with the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Employed,
    /// Asked in, never signed in.
    Invited,
    /// Locked out for now.
    Suspended,
    /// Gone; some vendors have not heard.
    Left,
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) given_ascii: &'static str,
    pub(crate) family_ascii: &'static str,
    /// In lower case, and nobody else's.
    pub(crate) email: String,
    pub(crate) department: &'static str,
    pub(crate) title: &'static str,
    pub(crate) standing: Standing,
    pub(crate) contractor: bool,
    /// Seconds since 1970.
    pub(crate) joined: i64,
    pub(crate) last_active: i64,
    pub(crate) at_banyan: bool,
    pub(crate) at_truto: bool,
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    Main,
    /// A second account for administration. It has the e-mail address of the first.
    Admin,
    /// What a merger left behind: another principal in the old domain. TruU was not told its e-mail address.
    Legacy,
}

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) person: usize,
    pub(crate) kind: AccountKind,
    pub(crate) principal: String,
    /// The id in the directory: a UUID in either case, or an Okta id whose letter case counts.
    pub(crate) guid: String,
}

/// Writes an address in one of the ways that people type it.
pub(crate) fn spelled(address: &str, rng: &mut Rng) -> String {
    match rng.below(100) {
        0..3 => address.to_uppercase(),
        3..15 => titled(address),
        _ => address.to_owned(),
    }
}

/// The address with every part capitalised: `Ada.Lovelace@Example.Com`.
fn titled(address: &str) -> String {
    let mut start = true;
    address
        .chars()
        .map(|letter| {
            let shown = if start {
                letter.to_ascii_uppercase()
            } else {
                letter
            };
            start = !letter.is_ascii_alphanumeric();
            shown
        })
        .collect()
}

/// Makes people one by one and keeps their addresses apart.
#[derive(Debug)]
pub(super) struct Crowd<'r> {
    rng: &'r mut Rng,
    today: i64,
    taken: HashSet<String>,
}

impl<'r> Crowd<'r> {
    pub(super) fn new(rng: &'r mut Rng, today: i64) -> Self {
        Self {
            rng,
            today,
            taken: HashSet::new(),
        }
    }

    /// Exactly `count` accounts and the people who have them. The first few people are chosen, so that a small world
    /// has the odd cases too.
    pub(super) fn accounts(&mut self, count: usize) -> (Vec<Person>, Vec<Account>) {
        let (mut people, mut accounts) = (Vec::new(), Vec::with_capacity(count));
        while accounts.len() < count {
            let index = people.len();
            let person = self.person(index);
            let mut kinds = vec![AccountKind::Main];
            if index == 2 || self.rng.chance(6) {
                kinds.push(AccountKind::Admin);
            }
            if index == 5 || self.rng.chance(1) {
                kinds.push(AccountKind::Legacy);
            }
            kinds.truncate(count - accounts.len());
            for kind in kinds {
                let account = self.account(index, &person, kind, accounts.len());
                accounts.push(account);
            }
            people.push(person);
        }
        (people, accounts)
    }

    /// People whom only one vendor knows: partners, and those who were never enrolled.
    pub(super) fn outsiders(&mut self, count: usize) -> Vec<Person> {
        (0..count)
            .map(|_| {
                let mut person = self.person(usize::MAX);
                person.contractor = true;
                person.email = self.free_address(&person, "partner.example.net", "");
                person
            })
            .collect()
    }

    fn person(&mut self, index: usize) -> Person {
        let (given, family) = match index {
            0 => (("Siobhán", "siobhan"), ("O’Neill", "oneill")),
            1 => (("Dana", "dana"), ("Reyes", "reyes")),
            _ => (self.rng.pick(GIVEN), self.rng.pick(FAMILY)),
        };
        let contractor = index == 1 || self.rng.chance(4);
        let standing = match self.rng.below(100) {
            _ if index < 6 => Standing::Employed,
            0..3 => Standing::Invited,
            3..5 => Standing::Suspended,
            5..9 => Standing::Left,
            _ => Standing::Employed,
        };
        let joined = self.today - self.rng.between(20, 3000) * DAY - self.rng.between(0, DAY);
        let idle = if standing == Standing::Left || self.rng.chance(6) {
            self.rng.between(91, 700) * DAY
        } else {
            self.rng.between(60, 21 * DAY)
        };
        let mut person = Person {
            given: given.0,
            family: family.0,
            given_ascii: given.1,
            family_ascii: family.1,
            email: String::new(),
            department: self.rng.pick(DEPARTMENTS),
            title: self.rng.pick(TITLES),
            standing,
            contractor,
            joined,
            last_active: (self.today - idle).max(joined),
            at_banyan: index < 6 || self.rng.chance(95),
            at_truto: index < 6 || self.rng.chance(97),
        };
        if index != usize::MAX {
            let tag = if contractor { "+contractor" } else { "" };
            let domain = self
                .rng
                .pick(&["example.com", "example.com", "example.com", "emea.example.com"]);
            person.email = self.free_address(&person, domain, tag);
        }
        person
    }

    fn free_address(&mut self, person: &Person, domain: &str, tag: &str) -> String {
        let stem = format!("{}.{}", person.given_ascii, person.family_ascii);
        let mut address = format!("{stem}{tag}@{domain}");
        let mut number = 2;
        while !self.taken.insert(address.clone()) {
            address = format!("{stem}{number}{tag}@{domain}");
            number += 1;
        }
        address
    }

    fn account(&mut self, index: usize, person: &Person, kind: AccountKind, number: usize) -> Account {
        let local = person.email.split(['@', '+']).next().unwrap_or_default();
        let principal = match kind {
            AccountKind::Main => format!("{local}@corp.example.com"),
            AccountKind::Admin => format!("adm-{local}@corp.example.com"),
            AccountKind::Legacy => format!("{local}@old.example.org"),
        };
        // Two people may share the part before the `@`; the number of the account keeps principals apart.
        let principal = if self.taken.insert(principal.clone()) {
            principal
        } else {
            let (local, domain) = principal
                .split_once('@')
                .unwrap_or((&principal, "corp.example.com"));
            format!("{local}-{number}@{domain}")
        };
        let guid = match self.rng.below(100) {
            _ if index == 3 => format!("00u{}", self.rng.alphanumeric(17)),
            0..8 => self.rng.uuid().to_uppercase(),
            8..20 => format!("00u{}", self.rng.alphanumeric(17)),
            _ => self.rng.uuid(),
        };
        Account {
            person: index,
            kind,
            principal,
            guid,
        }
    }
}
