//! What a change would do at TruU, worked out before it is done.

mod facts;
mod gone;
mod lookup;

use std::sync::Arc;

use rollbook_model::{
    Action, Change, DeviceId, DeviceSelector, Effect, EffectKind, Error, ErrorKind, Fate, Plan, Target, Text,
    UserSelector, Vendor,
};
use rollbook_vendor_kit::CallPlace;

use crate::Client;
use facts::{DeviceFact, Person};
use gone::Gone;

const PLACE: &str = "plan";

/// Plans the changes of one run, one after another: each on what the changes before it would leave.
pub(crate) struct Planner<'a> {
    client: &'a Client,
    /// The walk over all devices, once a change has needed it.
    devices: Option<Result<Arc<[DeviceFact]>, Error>>,
    gone: Gone,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self {
            client,
            devices: None,
            gone: Gone::default(),
        }
    }

    /// # Errors
    ///
    /// `Unsupported`, `NotFound`, `Refused`, and whatever a read can fail with.
    pub(crate) async fn plan(&mut self, change: &Change) -> Result<Plan, Error> {
        let plan = Plan::new(self.client.api().source().clone(), Vendor::TRUU, change.clone());
        match change {
            Change::DeleteUser(selector) => self.delete_user(plan, selector).await,
            Change::DeleteDevice(DeviceSelector::Enrollment { id, guid }) => {
                self.delete_device(plan, id, guid.as_ref()).await
            }
            Change::DeleteDevice(_) => {
                Err(self.at(Error::unsupported("TruU deletes a device by --id and --guid")))
            }
            other => {
                let message = format!("`{}` is not possible", other.operation());
                Err(self.at(Error::unsupported(message)))
            }
        }
    }

    async fn delete_user(&mut self, mut plan: Plan, selector: &UserSelector) -> Result<Plan, Error> {
        let users = self.users(selector).await?;
        let devices = self.devices().await?;
        let place = CallPlace::of(PLACE);
        for user in &users {
            let guid = self.guid_of(&user.person, || user.subject().to_string())?;
            let call = self.client.user_deletion(&place, &guid)?;
            plan.targets.push(Target::new(user.subject()));
            plan.asked.push(Effect::asked(EffectKind::Delete, user.subject()));
            plan.steps.push(call.step(Action::DeleteUser {
                key: guid.to_string(),
                id: user.id.to_string(),
            }));
            for device in devices.iter().filter(|device| device.active) {
                match device.owner.is(&user.person) {
                    Some(true) if !self.gone.has_device(&user.person, &device.id) => {
                        plan.implied.push(Effect::implied(
                            EffectKind::Delete,
                            device.subject(),
                            "TruU deletes a user with all devices",
                        ));
                    }
                    Some(_) => {}
                    None => {
                        let message = format!(
                            "it is not certain whose {} is, so it is not certain whether it would be deleted too",
                            device.subject()
                        );
                        return Err(self.at(Error::refused(message)));
                    }
                }
            }
        }
        let inactive = devices
            .iter()
            .filter(|device| !device.active)
            .filter(|device| {
                users
                    .iter()
                    .any(|user| device.owner.is(&user.person) == Some(true))
            })
            .count();
        if inactive > 0 {
            plan.notes.push(format!(
                "devices that are deleted already, and go with their user: {inactive}"
            ));
        }
        for user in &users {
            self.gone.add_user(&user.person);
        }
        Ok(plan)
    }

    async fn delete_device(
        &mut self,
        mut plan: Plan,
        id: &DeviceId,
        guid: Option<&Text>,
    ) -> Result<Plan, Error> {
        let devices = self.enrollments(id, guid).await?;
        let place = CallPlace::of(PLACE);
        for device in &devices {
            let guid = self.guid_of(&device.owner, || format!("the user of {}", device.subject()))?;
            let call = self.client.device_deletion(&place, &guid, &device.id)?;
            plan.targets
                .push(Target::new(device.subject()).with_detail(format!("of user {guid}")));
            plan.asked
                .push(Effect::asked(EffectKind::Delete, device.subject()));
            plan.steps.push(call.step(Action::DeleteDevice {
                device: device.id.to_string(),
                user: guid.to_string(),
            }));
        }
        // Users stay listed after their devices are deleted, until they are deleted too (TruU guide, "Enrolled Users API").
        plan.notes.push("the user stays enrolled".to_owned());
        for device in &devices {
            self.gone.add_device(&device.owner, &device.id);
        }
        Ok(plan)
    }

    /// The guid as TruU's row spells it, for the path. `whose` names the row in the refusal of one without.
    fn guid_of(&self, person: &Person, whose: impl Fn() -> String) -> Result<Text, Error> {
        let refused = |what: String| self.at(Error::refused(what));
        let guid = person
            .guid
            .as_ref()
            .ok_or_else(|| refused(format!("{} has no guid, by which TruU deletes", whose())))?;
        Text::new(guid.clone())
            .map_err(|error| refused(format!("the guid of {} is not usable: {error}", whose())))
    }

    fn not_found(&self, message: String) -> Error {
        self.at(Error::new(ErrorKind::NotFound, Fate::Answered, message))
    }

    fn at(&self, error: Error) -> Error {
        self.client.api().at(&CallPlace::of(PLACE), error)
    }
}
