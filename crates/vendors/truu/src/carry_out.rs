//! Carrying out a plan: what is sent, what became of it, and what a read shows where that is open.

use rollbook_model::{Action, DeviceId, Error, Found, Outcome, Step, Text};
use rollbook_vendor_kit::mapping::yes;
use rollbook_vendor_kit::{CallPlace, not_ours, settle, whole};

use crate::wire::SystemDeviceId;
use crate::{Client, EnrolledUsersQuery, ids};

pub(crate) async fn carry_out(client: &Client, step: &Step) -> Outcome {
    match Deletion::of(client, step) {
        Ok(deletion) => deletion.carry_out(client).await,
        Err(error) => not_ours(client.api(), error.message()),
    }
}

enum Deletion {
    User { guid: Text },
    Device { guid: Text, id: SystemDeviceId },
}

impl Deletion {
    /// The call of a step, if it is the one that the plan shows.
    fn of(client: &Client, step: &Step) -> Result<Self, Error> {
        let text = |id: &str| Text::new(id).map_err(|error| Error::invalid_argument(error.to_string()));
        let place = CallPlace::of("carry_out");
        let (deletion, call) = match &step.action {
            Action::DeleteUser { key, .. } => {
                let guid = text(key)?;
                let call = client.user_deletion(&place, &guid)?;
                (Self::User { guid }, call)
            }
            Action::DeleteDevice { device, user } => {
                let guid = text(user)?;
                let id = DeviceId::new(device.clone())
                    .map_err(|error| Error::invalid_argument(error.to_string()))?;
                let id = SystemDeviceId::from(id);
                let call = client.device_deletion(&place, &guid, &id)?;
                (Self::Device { guid, id }, call)
            }
            _ => return Err(Error::unsupported("TruU has no call for this step")),
        };
        if call.is(step) {
            Ok(deletion)
        } else {
            Err(Error::invalid_argument("this step was not planned here"))
        }
    }

    async fn carry_out(&self, client: &Client) -> Outcome {
        match self {
            Self::User { guid } => {
                settle(client.delete_domain_user(guid).await, user(client, guid))
                    .await
                    .0
            }
            Self::Device { guid, id } => {
                let result = client.delete_domain_user_device(guid, id).await;
                settle(result, device(client, guid, id)).await.0
            }
        }
    }
}

/// Whether the user is gone. The guide's test for that is a list of nobody ("Enrolled Users API"), but a user who never
/// enrolled a device is not in it: so the user is asked for first, and only then the list has to agree.
async fn user(client: &Client, guid: &Text) -> Found {
    match client.domain_user(guid.as_str()).await {
        Ok(user) if user.guid.as_deref() == Some(guid.as_str()) => Found::Unchanged,
        Err(error) if error.is_not_found() => {
            let query = EnrolledUsersQuery {
                guid: Some(guid.to_string()),
                ..EnrolledUsersQuery::default()
            };
            match whole(client.enrolled_users(&query)).await {
                // The filter has no case, and finds others whose ids have.
                Ok(users)
                    if users.iter().all(|user| {
                        user.guid
                            .as_deref()
                            .is_some_and(|found| !ids::same(found, guid.as_str()))
                    }) =>
                {
                    Found::Changed
                }
                _ => Found::Unclear,
            }
        }
        _ => Found::Unclear,
    }
}

/// Whether the device is gone, or no longer active.
async fn device(client: &Client, guid: &Text, id: &SystemDeviceId) -> Found {
    match client.domain_user_device(guid.as_str(), id).await {
        Ok(device) if ids::same(device.device_id.as_str(), id.as_str()) => match yes(device.active.clone()) {
            Some(false) => Found::Changed,
            Some(true) => Found::Unchanged,
            None => Found::Unclear,
        },
        Err(error) if error.is_not_found() => Found::Changed,
        _ => Found::Unclear,
    }
}
