//! What a change would do. A creation touches nothing that is there, so no list is read for it.

use rollbook_model::{
    Action, Change, Directory as _, Effect, EffectKind, Error, NewUser, Plan, Subject, Target, Text, Vendor,
};
use rollbook_vendor_kit::CallPlace;

use crate::changes::CREATE_MDM_USER;
use crate::{Common, IdempotencyKey, NewEmail, NewMdmUser, TrutoDirectory};

/// A plan of the same run, as far as later ones must keep clear of it.
struct Planned<'a> {
    user: &'a NewUser,
    key: IdempotencyKey,
}

impl TrutoDirectory {
    pub(crate) fn plans(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        let mut earlier = Vec::new();
        changes
            .iter()
            .map(|change| self.plan_one(change, &mut earlier))
            .collect()
    }

    fn plan_one<'a>(&self, change: &'a Change, earlier: &mut Vec<Planned<'a>>) -> Result<Plan, Error> {
        self.allow(change.operation(), &[])?;
        let at = |error| self.client().api().at(&CallPlace::of(CREATE_MDM_USER), error);
        let Change::CreateUser(user) = change else {
            // What the capabilities allow and this does not know.
            let message = format!("`{}` is not possible", change.operation());
            return Err(at(Error::unsupported(message)));
        };
        let key = match &user.idempotency_key {
            Some(text) => IdempotencyKey::new(text.clone())
                .map_err(|error| at(Error::invalid_argument(error.to_string())))?,
            None => IdempotencyKey::random(),
        };
        keep_clear(user, &key, earlier).map_err(at)?;

        let subject = Subject::User {
            id: None,
            name: Some(user.name.as_str().to_owned()),
            email: user.emails.first().map(|email| email.as_str().to_owned()),
        };
        let call = self
            .client()
            .mdm_user_creation(&native(user), None, &Common::default(), &key);
        let mut plan = Plan::new(self.source().clone(), Vendor::TRUTO, change.clone());
        plan.targets.push(Target::new(subject.clone()));
        plan.asked.push(Effect::asked(EffectKind::Create, subject));
        plan.steps.push(call.step(Action::CreateUser(user.clone())));
        earlier.push(Planned { user, key });
        Ok(plan)
    }
}

/// Refuses what would create a user twice, and a key that would get the answer of another creation.
fn keep_clear(user: &NewUser, key: &IdempotencyKey, earlier: &[Planned<'_>]) -> Result<(), Error> {
    if earlier.iter().any(|planned| same(planned.user, user)) {
        let message = format!(
            "an earlier change creates the same user, {}: this one would create it twice",
            user.emails.first().unwrap_or(&user.name)
        );
        return Err(Error::refused(message));
    }
    if earlier.iter().any(|planned| planned.key == *key) {
        let message = format!(
            "the idempotency key {} is that of an earlier change: this user would not be created",
            key.as_str()
        );
        return Err(Error::refused(message));
    }
    Ok(())
}

/// Whether the provider would be told the same of both. E-mail addresses compare without case.
fn same(one: &NewUser, other: &NewUser) -> bool {
    let addresses = |user: &NewUser| -> Vec<String> {
        let folded = |email: &Text| email.as_str().to_lowercase();
        user.emails.iter().map(folded).collect()
    };
    one.name == other.name && addresses(one) == addresses(other) && one.remote_data == other.remote_data
}

/// The user in Truto's words. The first address is the main one.
pub(crate) fn native(user: &NewUser) -> NewMdmUser {
    let mut native = NewMdmUser::new(user.name.clone());
    for (number, email) in user.emails.iter().enumerate() {
        let mut email = NewEmail::new(email.clone());
        email.is_primary = Some(number == 0);
        native.emails.push(email);
    }
    native.remote_data.clone_from(&user.remote_data);
    native
}
