//! What changes something at Banyan, one function for each documented call (Banyan API guide, "UsersDevices"). The call that
//! a plan shows and the one that is sent are made by the same function.

use http::Method;
use rollbook_model::{Error, ErrorKind, Fate, SerialNumber, Text};
use rollbook_vendor_kit::{CallPlace, Outgoing, Path, Query, Reply};
use serde::{Serialize, Serializer};

use crate::errors::names_no_record;
use crate::{Client, DeletePath, answer};

/// What to change of a device: only what is set is sent, so that nothing is written back that somebody else has changed
/// meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct DeviceUpdate {
    /// The model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whose device it is. Written without the space that it is read with: `CorporateDedicated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ownership: Option<String>,
    /// The operating system family: `darwin` in the guide's example.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The processor architecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Whether the device is banned.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "yes_or_no")]
    pub banned: Option<bool>,
}

impl DeviceUpdate {
    /// A change of the ban alone.
    pub fn of_ban(banned: bool) -> Self {
        Self {
            banned: Some(banned),
            ..Self::default()
        }
    }
}

fn yes_or_no<S: Serializer>(flag: &Option<bool>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *flag == Some(true) { "TRUE" } else { "FALSE" })
}

#[derive(Serialize)]
struct EnduserIds<'a> {
    enduser_ids: Vec<&'a str>,
}

pub(crate) fn update_device(serial: &SerialNumber, update: &DeviceUpdate) -> Outgoing {
    Outgoing::change(
        Method::POST,
        Path::of("/api/v1/mdm/update_device"),
        Query::new().with("SerialNumber", serial),
    )
    .with_json(&[update])
}

pub(crate) fn delete_device(path: DeletePath, serial: &SerialNumber, email: Option<&Text>) -> Outgoing {
    let query = Query::new()
        .with("SerialNumber", serial)
        .with_some("Email", email);
    Outgoing::change(Method::DELETE, path.path(), query)
}

pub(crate) fn delete_endusers(ids: &[Text]) -> Outgoing {
    let body = EnduserIds {
        enduser_ids: ids.iter().map(Text::as_str).collect(),
    };
    Outgoing::change(Method::DELETE, Path::of("/api/v2/endusers"), Query::new()).with_json(&body)
}

impl Client {
    /// `POST /api/v1/mdm/update_device`: changes **every** device with this serial number (Banyan API guide, "Ban & Unban
    /// Devices").
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an update that sets nothing; `NotFound`; `Conflict`, with an unknown fate, when the answer does not
    /// say that it is done; and whatever a request can fail with. After one whose fate is unknown the change may have been made.
    pub async fn update_device(&self, serial: &SerialNumber, update: &DeviceUpdate) -> Result<(), Error> {
        if *update == DeviceUpdate::default() {
            return Err(self.invalid("update_device", "the update sets nothing"));
        }
        let call = update_device(serial, update);
        self.change("update_device", &call, answer::updated).await
    }

    /// Bans every device with this serial number, and changes nothing else of it. A ban outlives a new registration.
    ///
    /// # Errors
    ///
    /// As [`update_device`](Self::update_device).
    pub async fn ban_device(&self, serial: &SerialNumber) -> Result<(), Error> {
        self.update_device(serial, &DeviceUpdate::of_ban(true)).await
    }

    /// Lifts the ban of every device with this serial number, and changes nothing else of it.
    ///
    /// # Errors
    ///
    /// As [`update_device`](Self::update_device).
    pub async fn unban_device(&self, serial: &SerialNumber) -> Result<(), Error> {
        self.update_device(serial, &DeviceUpdate::of_ban(false)).await
    }

    /// `DELETE /api/v1/v1/delete_device` with an e-mail address: ends the registration of this user on the devices with this
    /// serial number, and revokes its certificates (Banyan API guide, "Delete Enduser Device"). **The user goes too if that
    /// was the only device, and the device if that was the only user.**
    ///
    /// # Errors
    ///
    /// `NotFound`; `InvalidRequest` where no address for it exists; `Conflict`, with an unknown fate, when the answer does not say
    /// that it is done; and whatever a request can fail with. After one whose fate is unknown the change may have been made.
    pub async fn delete_device(&self, serial: &SerialNumber, email: &Text) -> Result<(), Error> {
        self.delete_at_an_address("delete_device", serial, Some(email))
            .await
    }

    /// `DELETE /api/v1/v1/delete_device` without an e-mail address: ends every registration on the devices with this serial
    /// number, and deletes the devices. **Users who have no other device are deleted too.**
    ///
    /// # Errors
    ///
    /// As [`delete_device`](Self::delete_device).
    pub async fn delete_device_everywhere(&self, serial: &SerialNumber) -> Result<(), Error> {
        self.delete_at_an_address("delete_device_everywhere", serial, None)
            .await
    }

    /// `DELETE /api/v2/endusers`: marks end users inactive, **and every device of theirs that is left without an active
    /// user** (Banyan API guide, "DELETE enduser"). Needs the scope Admin. The ids are those of v2 rows.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` without an id; `NotFound`; `Conflict`, with an unknown fate, when the answer does not say that it is
    /// done; and whatever a request can fail with. After one whose fate is unknown the change may have been made.
    pub async fn delete_endusers(&self, ids: &[Text]) -> Result<(), Error> {
        if ids.is_empty() {
            return Err(self.invalid("delete_endusers", "there is no id of an end user"));
        }
        let call = delete_endusers(ids);
        self.change("delete_endusers", &call, answer::marked_inactive)
            .await
    }

    async fn change(
        &self,
        operation: &'static str,
        call: &Outgoing,
        read: fn(&Reply) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let result = self.send_change(operation, call, read).await;
        result.map_err(|error| match is_no_address(&error) {
            // That there is no such call does not say that the device or the user is not there.
            true => error.with_kind(ErrorKind::InvalidRequest),
            false => error,
        })
    }

    async fn send_change(
        &self,
        operation: &'static str,
        call: &Outgoing,
        read: fn(&Reply) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let reply = self.api().send(&CallPlace::of(operation), call).await?;
        read(&reply)
    }

    /// The documented address and the one that Banyan's clients use are one call: at an address that does not exist nothing
    /// was carried out, so the other one repeats nothing.
    async fn delete_at_an_address(
        &self,
        operation: &'static str,
        serial: &SerialNumber,
        email: Option<&Text>,
    ) -> Result<(), Error> {
        let paths = self.delete_paths();
        let (first, otherwise) = (paths.first(), paths.otherwise());
        let mut result = self.delete_at(operation, first, serial, email).await;
        let mut tried = first.as_str().to_owned();
        if let Some(other) = otherwise
            && result.as_ref().is_err_and(is_no_address)
        {
            tried = format!("{tried} nor at {}", other.as_str());
            result = self.delete_at(operation, other, serial, email).await;
        }
        match result {
            Err(cause) if is_no_address(&cause) => {
                let message = format!("there is no address to delete a device at: not at {tried}");
                let error = Error::new(ErrorKind::InvalidRequest, Fate::Answered, message)
                    .with_status(404)
                    .with_attempts(cause.attempts())
                    .with_cause(cause);
                Err(self.api().at(&CallPlace::of(operation), error))
            }
            result => result,
        }
    }

    async fn delete_at(
        &self,
        operation: &'static str,
        path: DeletePath,
        serial: &SerialNumber,
        email: Option<&Text>,
    ) -> Result<(), Error> {
        let call = delete_device(path, serial, email);
        let result = self.send_change(operation, &call, answer::deleted).await;
        // A success and a bad request come from the call itself; a gateway can answer anything else before it.
        if result
            .as_ref()
            .map_or_else(|error| error.status() == Some(400), |()| true)
        {
            self.delete_paths().remember(path);
        }
        result
    }

    fn invalid(&self, operation: &'static str, message: &'static str) -> Error {
        let error = Error::invalid_argument(message);
        self.api().at(&CallPlace::of(operation), error)
    }
}

/// Whether the server answered that it has no such address, which is no word about what was named: for that Banyan has a 400.
fn is_no_address(error: &Error) -> bool {
    error.status() == Some(404) && error.fate() == Fate::Answered && !names_no_record(error.message())
}
