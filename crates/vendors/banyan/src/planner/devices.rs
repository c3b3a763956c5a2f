//! What changes by serial number do, by the documented rules (Banyan API guide, "Delete Enduser Device", "Ban & Unban
//! Devices"). Pure: each works out one change on the world and then makes it there, so that the next one finds what it would
//! find. One that fails leaves the world as it is.

use std::collections::{BTreeMap, BTreeSet};

use rollbook_model::{Effect, EffectKind, Error, SerialNumber, Subject, Target, Text};

use super::world::{EndUser, Record, World, fold};
use super::{Draft, not_found};

/// Every device with the serial number is banned, or none is.
pub(super) fn set_banned(world: &mut World, serial: &SerialNumber, banned: bool) -> Result<Draft, Error> {
    let kind = match banned {
        true => EffectKind::Ban,
        false => EffectKind::Unban,
    };
    some_of(world, serial)?;
    let mut draft = Draft::default();
    for record in world.records_mut(serial.as_str())? {
        draft.targets.push(Target::new(record.subject()));
        if record.banned != Some(banned) {
            draft.asked.push(Effect::asked(kind, record.subject()));
            record.banned = Some(banned);
        }
    }
    Ok(draft)
}

/// One user's registration ends on every device with the serial number. Gives the address in the devices' own spelling.
pub(super) fn unregister(
    world: &mut World,
    serial: &SerialNumber,
    email: &Text,
) -> Result<(Draft, Text), Error> {
    let key = fold(email.as_str());
    let records = some_of(world, serial)?;
    let spelling = spelling(records, serial, email)?;
    let mut draft = Draft::default();
    for record in records {
        if !record.names(&key)? {
            continue;
        }
        draft.targets.push(Target::new(record.subject()));
        let ends = Effect::asked(EffectKind::Unregister, registration(serial, spelling.as_str()));
        draft.asked.push(ends);
        if is_last_user(world, record, &key)? {
            let goes = Effect::implied(EffectKind::Delete, record.subject(), "it has no other user");
            draft.implied.push(goes);
        }
    }
    let user = world.user(&key)?;
    if user.is_none() {
        draft.strangers.push(spelling.as_str().to_owned());
    }
    let goes = match user {
        Some(user) if is_only_device(world, user, serial, draft.targets.len())? => Some(user_goes(user)),
        _ => None,
    };
    world.unlist(&key, serial.as_str());
    if let Some(goes) = goes {
        draft.implied.insert(0, goes);
        world.remove_user(&key);
    }
    world
        .records_mut(serial.as_str())?
        .retain_mut(|record| !record.loses_last(&key));
    Ok((draft, spelling))
}

/// Every registration on the devices with the serial number ends, and the devices go.
pub(super) fn delete_everywhere(world: &mut World, serial: &SerialNumber) -> Result<Draft, Error> {
    let records = some_of(world, serial)?;
    let mut draft = Draft::default();
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for record in records {
        draft.targets.push(Target::new(record.subject()));
        let emails = record.emails()?;
        for email in emails {
            let ends = Effect::asked(EffectKind::Unregister, registration(serial, email));
            draft.asked.push(ends);
        }
        let keys: BTreeSet<String> = emails.iter().map(|email| fold(email)).collect();
        for key in keys {
            *users.entry(key).or_default() += 1;
        }
        draft
            .asked
            .push(Effect::asked(EffectKind::Delete, record.subject()));
    }
    for key in world.holders(serial.as_str())? {
        let lists = world.users(key)?.iter().any(|user| user.lists(serial.as_str()));
        if lists && !users.contains_key(key) {
            return Err(Error::refused(format!(
                "the end user `{key}` lists the serial number `{serial}`, and no device with it names that user"
            )));
        }
    }
    let mut gone = Vec::new();
    for (key, devices) in &users {
        match world.user(key)? {
            Some(user) if is_only_device(world, user, serial, *devices)? => {
                draft.implied.push(user_goes(user));
                gone.push(key);
            }
            Some(_) => {}
            None => draft.strangers.push(key.clone()),
        }
    }
    for key in users.keys() {
        world.unlist(key, serial.as_str());
    }
    for key in gone {
        world.remove_user(key);
    }
    world.records_mut(serial.as_str())?.clear();
    Ok(draft)
}

fn some_of<'a>(world: &'a World, serial: &SerialNumber) -> Result<&'a [Record], Error> {
    match world.records(serial.as_str())? {
        [] => Err(not_found(format!("no device has the serial number `{serial}`"))),
        records => Ok(records),
    }
}

/// The address as the devices spell it: it is not documented whether the vendor compares it without case.
fn spelling(records: &[Record], serial: &SerialNumber, email: &Text) -> Result<Text, Error> {
    let key = fold(email.as_str());
    let mut spellings = BTreeSet::new();
    for record in records {
        spellings.extend(record.spellings(&key)?);
    }
    match spellings.into_iter().collect::<Vec<_>>().as_slice() {
        [] => Err(not_found(format!(
            "`{email}` is not registered on the device with the serial number `{serial}`"
        ))),
        [spelling] => Text::new(*spelling).map_err(|error| {
            Error::refused(format!(
                "the device's address {spelling:?} cannot be sent: {error}"
            ))
        }),
        several => Err(Error::refused(format!(
            "the devices with the serial number `{serial}` spell the address differently: {}",
            several.join(", ")
        ))),
    }
}

fn registration(serial: &SerialNumber, email: &str) -> Subject {
    Subject::Registration {
        serial: serial.as_str().to_owned(),
        email: email.to_owned(),
    }
}

fn user_goes(user: &EndUser) -> Effect {
    Effect::implied(EffectKind::Delete, user.subject(), "the user has no other device")
}

/// Whether the device has no user but this one.
fn is_last_user(world: &World, record: &Record, key: &str) -> Result<bool, Error> {
    let others = record.emails()?.iter().map(|email| fold(email));
    let others: Vec<String> = others.filter(|other| other != key).collect();
    if !others.is_empty() && others.iter().all(|other| world.left.contains(other)) {
        return Err(Error::refused(format!(
            "whether {} still has the user `{}` can be told only once the deletion before has been carried out",
            record.subject(),
            others.join("`, `")
        )));
    }
    Ok(others.is_empty())
}

/// Whether the user has no device but those with this serial number, of which `named` name the user.
fn is_only_device(world: &World, user: &EndUser, serial: &SerialNumber, named: usize) -> Result<bool, Error> {
    let listed = user.serials.iter().filter(|listed| *listed == serial.as_str());
    match listed.count() {
        0 => Err(Error::refused(format!(
            "the device with the serial number `{serial}` names `{}`, and the end user's row does not list it",
            user.email
        ))),
        listed if listed < user.serials.len() => {
            let key = fold(&user.email);
            let mut others: BTreeSet<&str> = user.serials.iter().map(String::as_str).collect();
            others.remove(serial.as_str());
            for other in &others {
                if world.is_named_on(&key, other)? {
                    return Ok(false);
                }
            }
            Err(Error::refused(format!(
                "the end user `{}` lists the serial numbers `{}`, and no device with one of them names that user",
                user.email,
                others.into_iter().collect::<Vec<_>>().join("`, `")
            )))
        }
        listed if listed > named => Err(Error::refused(format!(
            "the end user `{}` lists the serial number `{serial}` {listed} times, and only {named} such devices name that user",
            user.email
        ))),
        _ => Ok(true),
    }
}
