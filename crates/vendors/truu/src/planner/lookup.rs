//! What the selectors of changes fit.

use std::sync::Arc;

use rollbook_model::{DeviceId, Error, ErrorKind, Text, UserSelector};
use rollbook_vendor_kit::{CallPlace, Native, whole};

use super::Planner;
use super::facts::{DeviceFact, Person, UserFact};
use crate::directory::may_be_another_id;
use crate::wire::{SystemDeviceId, User};
use crate::{Client, EnrolledUsersQuery, ids};

impl Planner<'_> {
    /// The users that the selector fits: one at least, each once, and none that an earlier change deletes.
    pub(super) async fn users(&self, selector: &UserSelector) -> Result<Vec<UserFact>, Error> {
        let (flag, wanted) = selector.parts();
        let found = match selector {
            UserSelector::Email(_) => {
                let query = EnrolledUsersQuery {
                    email: Some(wanted.to_owned()),
                    ..EnrolledUsersQuery::default()
                };
                let email = wanted.to_lowercase();
                self.enrolled(&query, move |user| folded(&user.email) == Some(email.clone()))
                    .await?
            }
            UserSelector::Upn(_) => {
                let query = EnrolledUsersQuery {
                    upn: Some(wanted.to_owned()),
                    ..EnrolledUsersQuery::default()
                };
                let upn = wanted.to_lowercase();
                self.enrolled(&query, move |user| folded(&user.upn) == Some(upn.clone()))
                    .await?
            }
            UserSelector::Tuid(_) => self.by_tuid(wanted).await?,
            UserSelector::Guid(_) => self.by_guid(wanted).await?,
            UserSelector::Id(_) => match or_none(self.by_tuid(wanted).await)? {
                nobody if nobody.is_empty() => self.by_guid(wanted).await?,
                users => users,
            },
            _ => {
                let message = format!("TruU deletes no user by --{flag}");
                return Err(self.at(Error::unsupported(message)));
            }
        };
        let name = format!("{flag} `{}`", wanted.escape_debug());
        if found.is_empty() {
            return Err(self.not_found(format!("no user has the {name}")));
        }
        let left: Vec<UserFact> = found
            .into_iter()
            .filter(|user| !self.gone.has_user(&user.person))
            .collect();
        if left.is_empty() {
            let message = format!("a change before this one deletes the user with the {name}");
            return Err(self.not_found(message));
        }
        self.each_once(left, |user| &user.person, |user| user.subject().to_string())
    }

    async fn by_tuid(&self, wanted: &str) -> Result<Vec<UserFact>, Error> {
        let query = EnrolledUsersQuery {
            tuid: Some(wanted.to_owned()),
            ..EnrolledUsersQuery::default()
        };
        let tuid = wanted.to_lowercase();
        self.enrolled(&query, move |user| user.id.as_str().to_lowercase() == tuid)
            .await
    }

    /// A user who never enrolled a device is in no list, but has a guid.
    async fn by_guid(&self, wanted: &str) -> Result<Vec<UserFact>, Error> {
        let query = EnrolledUsersQuery {
            guid: Some(wanted.to_owned()),
            ..EnrolledUsersQuery::default()
        };
        let guid = wanted.to_owned();
        let fits = move |user: &UserFact| {
            let found = user.person.guid.as_deref();
            found.is_some_and(|found| ids::same(found, &guid))
        };
        let enrolled = or_none(self.enrolled(&query, fits).await)?;
        if !enrolled.is_empty() {
            return Ok(enrolled);
        }
        match self.client.domain_user(wanted).await {
            Ok(row) => {
                let user = UserFact::of(self.read_whole(row)?);
                self.is_asked_for(&user.person, wanted)?;
                Ok(vec![user])
            }
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn enrolled(
        &self,
        query: &EnrolledUsersQuery,
        fits: impl Fn(&UserFact) -> bool + Send + Sync + 'static,
    ) -> Result<Vec<UserFact>, Error> {
        let pager = self
            .client
            .enrolled_users(query)
            .map(|row: Native<User>| UserFact::of(row.into_parts().0))
            .filter(fits);
        whole(pager)
            .await
            .map_err(|error| of_list(self.client, "enrolled_users", error))
    }

    /// The enrollments of the device that can be deleted: one at least, with the guid of each as TruU spells it.
    pub(super) async fn enrollments(
        &mut self,
        id: &DeviceId,
        guid: Option<&Text>,
    ) -> Result<Vec<DeviceFact>, Error> {
        let found = match guid {
            Some(guid) => self.device_of(id, guid).await?.into_iter().collect(),
            None => {
                let mut devices = self.devices().await?.to_vec();
                devices.retain(|device| ids::same(device.id.as_str(), id.as_str()));
                devices
            }
        };
        let id = id.as_str().escape_debug();
        if found.is_empty() {
            return Err(self.not_found(match guid {
                Some(guid) => format!("the user with the guid `{guid}` has no device with the id `{id}`"),
                None => format!("no device has the id `{id}`"),
            }));
        }
        let active: Vec<DeviceFact> = found.into_iter().filter(|device| device.active).collect();
        if active.is_empty() {
            return Err(self.not_found(format!("the device `{id}` is already deleted")));
        }
        let left: Vec<DeviceFact> = active
            .into_iter()
            .filter(|device| !self.gone.has_device(&device.owner, &device.id))
            .collect();
        if left.is_empty() {
            let message = format!("a change before this one deletes the device `{id}`");
            return Err(self.not_found(message));
        }
        self.each_once(
            left,
            |device| &device.owner,
            |device| format!("the user of {}", device.subject()),
        )
    }

    async fn device_of(&self, id: &DeviceId, guid: &Text) -> Result<Option<DeviceFact>, Error> {
        let device = SystemDeviceId::from(id.clone());
        let row = match self.client.domain_user_device(guid.as_str(), &device).await {
            Ok(row) => self.read_whole(row)?,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut fact = DeviceFact::of(row);
        if !ids::same(fact.id.as_str(), id.as_str()) {
            return Err(self.at(Error::refused("TruU answered with another device")));
        }
        // The path names the user, also where the row does not.
        fact.owner.guid.get_or_insert_with(|| guid.to_string());
        self.is_asked_for(&fact.owner, guid.as_str())?;
        Ok(Some(fact))
    }

    /// All devices: read once, as TruU has no filter for them.
    pub(super) async fn devices(&mut self) -> Result<Arc<[DeviceFact]>, Error> {
        let read = match self.devices.take() {
            Some(read) => read,
            None => {
                let pager = self
                    .client
                    .devices()
                    .map(|row| DeviceFact::of(row.into_parts().0));
                whole(pager)
                    .await
                    .map(Arc::from)
                    .map_err(|error| of_list(self.client, "devices", error))
            }
        };
        let answer = match &read {
            Ok(devices) => Ok(Arc::clone(devices)),
            Err(error) => Err(again(error)),
        };
        self.devices = Some(read);
        answer
    }

    /// One row for each user. What contradicts itself is refused: a deletion by this guid could touch the other one.
    fn each_once<T>(
        &self,
        rows: Vec<T>,
        person: impl Fn(&T) -> &Person,
        name: impl Fn(&T) -> String,
    ) -> Result<Vec<T>, Error> {
        let mut once: Vec<T> = Vec::with_capacity(rows.len());
        for row in rows {
            let mut is_new = true;
            for known in &once {
                match person(known).is(person(&row)) {
                    Some(true) => is_new = false,
                    Some(false) => {}
                    None => {
                        let message = format!(
                            "it is not certain whether {} and {} are one user",
                            name(known),
                            name(&row)
                        );
                        return Err(self.at(Error::refused(message)));
                    }
                }
            }
            if is_new {
                once.push(row);
            }
        }
        Ok(once)
    }

    /// The row, if every member of it could be read: like a list, it must be whole.
    fn read_whole<T>(&self, row: Native<T>) -> Result<T, Error> {
        let (row, _, unread) = row.into_parts();
        match unread.first() {
            None => Ok(row),
            Some(reason) => {
                let message = format!("no plan is made on a row that could not be read whole: {reason}");
                Err(self.at(Error::refused(message)))
            }
        }
    }

    fn is_asked_for(&self, person: &Person, guid: &str) -> Result<(), Error> {
        match &person.guid {
            Some(found) if !ids::same(found, guid) => {
                Err(self.at(Error::refused("TruU answered with another user")))
            }
            _ => Ok(()),
        }
    }
}

/// Nobody, where TruU refuses the text as an id of this kind.
fn or_none(users: Result<Vec<UserFact>, Error>) -> Result<Vec<UserFact>, Error> {
    match users {
        Err(error) if may_be_another_id(&error) => Ok(Vec::new()),
        other => other,
    }
}

/// That the list is not there does not say that what was looked for is not.
fn of_list(client: &Client, list: &'static str, error: Error) -> Error {
    let error = client.api().at(&CallPlace::of(list), error);
    if error.is_not_found() {
        error.with_kind(ErrorKind::InvalidRequest)
    } else {
        error
    }
}

/// The same failure for another change: the list is not asked for again.
fn again(error: &Error) -> Error {
    let mut again = Error::new(error.kind(), error.fate(), error.message()).with_attempts(error.attempts());
    if let Some(source) = error.source_name() {
        again = again.with_source_name(source.clone());
    }
    if let Some(operation) = error.operation() {
        again = again.with_operation(operation);
    }
    if let Some(place) = error.place() {
        again = again.with_place(place);
    }
    match error.status() {
        Some(status) => again.with_status(status),
        None => again,
    }
}

fn folded(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::to_lowercase)
}
