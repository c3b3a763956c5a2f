//! What marking end users inactive does, by the documented rule (Banyan API guide, "DELETE enduser"). Pure, like the
//! changes by serial number.

use std::collections::BTreeSet;

use rollbook_model::{Effect, EffectKind, Error, Subject, Target, Text, UserSelector};

use super::world::{Account, State, World, fold};
use super::{Draft, not_found};

/// The active end users of v2 that a selector fits. They share one address.
pub(super) struct Chosen {
    /// The address as the first of them has it.
    pub(super) email: String,
    /// Where they stand in the list, and their ids.
    pub(super) accounts: Vec<(usize, Text)>,
}

/// Finds the active end users of v2 by their address or, as [`UserSelector::Id`] may be one, by their id.
pub(super) fn choose(world: &World, selector: &UserSelector) -> Result<Chosen, Error> {
    let (flag, text) = selector.parts();
    let accounts = world.accounts()?;
    let mut fitting: Vec<(usize, &Account)> = accounts.with_address(&fold(text)).collect();
    if fitting.is_empty() && flag == "id" {
        fitting = accounts.with_id(text).collect();
    }
    if fitting.is_empty() {
        return Err(not_found(format!(
            "there is no end user with the {flag} `{text}`"
        )));
    }
    let mut chosen = Chosen {
        email: String::new(),
        accounts: Vec::new(),
    };
    for (place, account) in fitting {
        match &account.state {
            State::Inactive => continue,
            State::Active => {}
            State::Unclear(why) => {
                let message = format!("whether the end user `{text}` is active cannot be told: {why}");
                return Err(Error::refused(message));
            }
        }
        let id = Text::new(account.id.as_deref().unwrap_or_default()).map_err(|why| {
            Error::refused(format!("the end user `{text}` has no id to be deleted by: {why}"))
        })?;
        if chosen.accounts.iter().any(|(_, other)| *other == id) {
            let message = format!("several end users that fit `{text}` have the id `{id}`");
            return Err(Error::refused(message));
        }
        if chosen.accounts.is_empty() {
            chosen.email.clone_from(&account.email);
        }
        chosen.accounts.push((place, id));
    }
    if chosen.accounts.is_empty() {
        return Err(not_found(format!("the end user `{text}` is already inactive")));
    }
    Ok(chosen)
}

/// The end users become inactive, and so do their devices that no active user is left on. Gives the id and the address of
/// each user.
pub(super) fn deactivate(
    world: &mut World,
    selector: &UserSelector,
) -> Result<(Draft, Vec<(Text, String)>), Error> {
    let chosen = choose(world, selector)?;
    let key = fold(&chosen.email);
    let leaving: Vec<usize> = chosen.accounts.iter().map(|(place, _)| *place).collect();
    let mut draft = Draft::default();
    let mut ids = Vec::new();
    for (place, id) in chosen.accounts {
        let (subject, email) = subject(world, &key, place)?;
        draft
            .targets
            .push(Target::new(subject.clone()).with_detail(format!("id {id}")));
        draft.asked.push(Effect::asked(EffectKind::Deactivate, subject));
        ids.push((id, email));
    }
    let mut serials: BTreeSet<&str> = world.named_on(&key)?.iter().map(String::as_str).collect();
    let listed = world.users(&key)?.iter().flat_map(|user| &user.serials);
    serials.extend(listed.map(String::as_str));
    let mut gone: Vec<(String, Vec<usize>)> = Vec::new();
    for serial in serials {
        let places = left_alone(world, serial, &key, &leaving)?;
        let records = world.records(serial)?;
        for place in &places {
            let subject = records[*place].subject();
            let because = "it has no other active user";
            draft
                .implied
                .push(Effect::implied(EffectKind::Deactivate, subject, because));
        }
        gone.push((serial.to_owned(), places));
    }
    for (serial, places) in gone {
        world.remove_records(&serial, &places);
    }
    world.deactivate(&key, &leaving);
    Ok((draft, ids))
}

fn subject(world: &World, key: &str, place: usize) -> Result<(Subject, String), Error> {
    let account = world.accounts()?.at(place);
    let row = match world.users(key)? {
        [user] => Some(user),
        _ => None,
    };
    // The id of a user is the address of v1.
    let email = row.map_or(&account.email, |user| &user.email).clone();
    let name = row
        .and_then(|user| user.name.clone())
        .or_else(|| account.name.clone());
    let subject = Subject::User {
        id: Some(email.clone()),
        name,
        email: Some(email.clone()),
    };
    Ok((subject, email))
}

/// The places of the devices with this serial number that are the user's, and that nobody active is left on.
fn left_alone(world: &World, serial: &str, key: &str, leaving: &[usize]) -> Result<Vec<usize>, Error> {
    let records = world.records(serial)?;
    let mut named = Vec::new();
    for record in records {
        named.push(record.names(key)?);
    }
    let is_named = named.contains(&true);
    // A user whom v1 does not list has the devices that name the address.
    let is_listed = match world.users(key)? {
        [] => is_named,
        users => users.iter().any(|user| user.lists(serial)),
    };
    let mut alone = Vec::new();
    for (place, (record, named)) in records.iter().zip(named).enumerate() {
        // A device that does not name the user is somebody else's with the same number, unless the user lists the number and
        // no device with it names the user.
        if !named && (is_named || !is_listed) {
            continue;
        }
        let mut keys = vec![key.to_owned()];
        keys.extend(record.emails()?.iter().map(|email| fold(email)));
        let mut unclear = None;
        let mut is_active = false;
        for key in keys {
            match world.state(&key, leaving)? {
                State::Active => is_active = true,
                State::Inactive => {}
                State::Unclear(why) => unclear = Some(format!("of `{key}`, {why}")),
            }
        }
        if is_active {
            continue;
        }
        let device = record.subject();
        if is_named != is_listed {
            return Err(Error::refused(match named {
                true => format!("{device} names `{key}`, and the end user's row does not list `{serial}`"),
                false => {
                    format!("the end user `{key}` lists `{serial}`, and {device} does not name that user")
                }
            }));
        }
        if let Some(unclear) = unclear {
            let message = format!("whether {device} keeps an active user cannot be told: {unclear}");
            return Err(Error::refused(message));
        }
        alone.push(place);
    }
    Ok(alone)
}
