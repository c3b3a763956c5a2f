use http::Method;
use rollbook_model::{Error, ErrorKind, Fate, Text};
use rollbook_vendor_kit::mapping::yes;
use rollbook_vendor_kit::{CallPlace, Native, Outgoing, Query, decode_value, wrong_shape};

use crate::wire::{SystemDevice, SystemDeviceId};
use crate::{Client, ids};

/// What TruU is asked to change, one function for each endpoint. The same call is shown in a plan and sent.
impl Client {
    /// `DELETE /api/v1/system/domainusers/{guid}/`: deletes the user and all its devices. Case counts in the guid.
    ///
    /// TruU answers 204 without a body (TruU guide, "User Management API"). What any other success means is not documented:
    /// whether the user was deleted has to be read then.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; `Decode` for another success, with an unknown
    /// fate; whatever a request can fail with.
    pub async fn delete_domain_user(&self, guid: &Text) -> Result<(), Error> {
        let place = CallPlace::of("delete_domain_user");
        let call = self.user_deletion(&place, guid)?;
        let reply = self.api().send(&place, &call).await?;
        let undocumented = reply.fail(wrong_shape("$: expected 204 without a body"));
        match undocumented.status() {
            Some(204) if reply.body().trim_ascii().is_empty() => Ok(()),
            _ => Err(undocumented),
        }
    }

    /// `DELETE /api/v1/system/domainusers/{guid}/devices/{deviceId}/`: deletes one device of a user, and gives it as it is
    /// then: no longer active. Case counts in the guid.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; `Conflict`, with an unknown fate, when the answer has
    /// the device still active, or is about another one; `Decode`, with an unknown fate, when it does not say whether the device
    /// is active; whatever a request can fail with.
    pub async fn delete_domain_user_device(
        &self,
        guid: &Text,
        device: &SystemDeviceId,
    ) -> Result<Native<SystemDevice>, Error> {
        let place = CallPlace::of("delete_domain_user_device");
        let call = self.device_deletion(&place, guid, device)?;
        let reply = self.api().send(&place, &call).await?;
        decode_value(reply.body())
            .and_then(|answered| deleted(answered, guid, device))
            .map_err(|error| reply.fail(error))
    }

    pub(crate) fn user_deletion(&self, place: &CallPlace, guid: &Text) -> Result<Outgoing, Error> {
        let path = self.domain_user_path(place, guid.as_str())?;
        Ok(Outgoing::change(Method::DELETE, path, Query::new()))
    }

    pub(crate) fn device_deletion(
        &self,
        place: &CallPlace,
        guid: &Text,
        device: &SystemDeviceId,
    ) -> Result<Outgoing, Error> {
        let path = self.domain_user_device_path(place, guid.as_str(), device)?;
        Ok(Outgoing::change(Method::DELETE, path, Query::new()))
    }
}

/// The device of an answer to its deletion, if the answer says that it was deleted ("the active value is now false").
fn deleted(
    answered: Native<SystemDevice>,
    guid: &Text,
    device: &SystemDeviceId,
) -> Result<Native<SystemDevice>, Error> {
    // No document has such a success, so it is no word on what became of the deletion: that has to be read.
    let conflict = |message| Err(Error::new(ErrorKind::Conflict, Fate::Unknown, message));
    let owner = answered.user.as_ref().and_then(|user| user.guid.as_deref());
    if !ids::same(answered.device_id.as_str(), device.as_str()) {
        conflict("the answer is about another device")
    } else if owner.is_some_and(|owner| !ids::same(owner, guid.as_str())) {
        conflict("the answer is about a device of another user")
    } else {
        match yes(answered.active.clone()) {
            Some(false) => Ok(answered),
            Some(true) => conflict("the answer says that the device is still active"),
            None => Err(wrong_shape("$.active: expected whether the device is active")),
        }
    }
}
