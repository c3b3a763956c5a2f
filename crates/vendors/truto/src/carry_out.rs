//! Carries out a plan, and looks what became of it where the answer leaves that open.

use rollbook_model::{Action, Directory as _, Found, NewUser, Outcome, Step};
use rollbook_vendor_kit::mapping::filled;
use rollbook_vendor_kit::{Native, not_ours, settle, whole};

use crate::planner::native;
use crate::wire::MdmUser;
use crate::{Common, IdempotencyKey, MdmUsersQuery, TrutoDirectory, map};

impl TrutoDirectory {
    pub(crate) async fn carry_out_step(&self, step: &Step) -> Outcome {
        let Action::CreateUser(user) = &step.action else {
            return not_ours(self.client().api(), "this step is no creation of a user");
        };
        // Without its key the step is another one than was planned: it could create the user a second time.
        let Some(Ok(key)) = step.idempotency_key.clone().map(IdempotencyKey::new) else {
            return not_ours(
                self.client().api(),
                "this step has no idempotency key that can be sent",
            );
        };
        let (native, common) = (native(user), Common::default());
        if !self
            .client()
            .mdm_user_creation(&native, None, &common, &key)
            .is(step)
        {
            return not_ours(self.client().api(), "this step was not planned here");
        }
        let result = self.client().create_mdm_user(&native, &common, &key).await;
        let (outcome, created) = settle(result, self.look_for(user)).await;
        match created {
            Some(created) => outcome.with_created(map::mdm_user(self.source(), created)),
            None => outcome,
        }
    }

    /// Whether the user is there now. That it is does not tell that this change created it: it may have been there before.
    async fn look_for(&self, user: &NewUser) -> Found {
        match whole(self.client().mdm_users(&MdmUsersQuery::default())).await {
            Ok(rows) if !rows.iter().any(|row| may_be(row, user)) => Found::Unchanged,
            _ => Found::Unclear,
        }
    }
}

/// Whether the row can be that user: one of the addresses is in both, without case. Rows of a list can lack members
/// ("List Users"), and a user need not have an address: then the name has to do, and a row without one can be anybody.
fn may_be(row: &Native<MdmUser>, user: &NewUser) -> bool {
    let addresses: Vec<String> = row
        .emails
        .iter()
        .filter_map(|email| filled(email.email.clone()))
        .map(|email| folded(&email))
        .collect();
    if !addresses.is_empty() && !user.emails.is_empty() {
        return user
            .emails
            .iter()
            .any(|email| addresses.contains(&folded(email.as_str())));
    }
    filled(row.name.clone()).is_none_or(|name| folded(&name) == folded(user.name.as_str()))
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
