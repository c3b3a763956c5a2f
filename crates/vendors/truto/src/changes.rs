//! What Truto documents of changes: "Create Users" of MDM.

use http::Method;
use rollbook_model::{Error, Text};
use rollbook_vendor_kit::{CallPlace, Native, Outgoing, Path, decode_value, wrong_shape};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::wire::MdmUser;
use crate::{Client, Common, IdempotencyKey, RawReply, ResponseFormat};

/// The name of the operation, in errors and fixtures.
pub(crate) const CREATE_MDM_USER: &str = "create_mdm_user";

/// A user to be created in a device manager.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewMdmUser {
    /// The name.
    pub name: Text,
    /// The e-mail addresses. The member is required, and may be empty.
    pub emails: Vec<NewEmail>,
    /// Further members for the provider, passed on as they are. In a reply the member of this name is the provider's row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_data: Option<Map<String, Value>>,
}

impl NewMdmUser {
    /// A user with this name, without an e-mail address.
    pub fn new(name: Text) -> Self {
        Self {
            name,
            emails: Vec::new(),
            remote_data: None,
        }
    }
}

/// An e-mail address of a user to be created.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewEmail {
    /// The address.
    pub email: Text,
    /// Whether it is the main one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_primary: Option<bool>,
    /// What kind of address it is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl NewEmail {
    /// This address, and no word on what it is.
    pub fn new(email: Text) -> Self {
        Self {
            email,
            is_primary: None,
            kind: None,
        }
    }
}

impl Client {
    /// `POST /unified/mdm/users`: creates a user in the device manager. With the same key again it gives the user that the
    /// key created, and creates none (truto-skills).
    ///
    /// # Errors
    ///
    /// `InvalidArgument` before any request when the answer is asked to come without `id`; whatever a request can fail
    /// with, and `Decode` when the answer is about somebody with another name and other addresses. The fate of the error says
    /// whether the user may have been created.
    pub async fn create_mdm_user(
        &self,
        user: &NewMdmUser,
        common: &Common,
        key: &IdempotencyKey,
    ) -> Result<Native<MdmUser>, Error> {
        let place = CallPlace::of(CREATE_MDM_USER);
        if common.exclude_fields.iter().any(|field| field == "id") {
            // It would be created, and then its answer could not be read.
            let error = Error::invalid_argument("the answer cannot be read when `id` is excluded from it");
            return Err(self.api().at(&place, error));
        }
        let call = self.mdm_user_creation(user, None, common, key);
        let reply = self.api().send(&place, &call).await?;
        decode_value(reply.body())
            .and_then(|created| about(user, created))
            .map_err(|error| reply.fail(error))
    }

    /// `POST /unified/mdm/users` with the answer in another form, as it came.
    ///
    /// # Errors
    ///
    /// Whatever a request can fail with. The fate of the error says whether the user may have been created.
    pub async fn create_mdm_user_in_format(
        &self,
        user: &NewMdmUser,
        format: ResponseFormat,
        common: &Common,
        key: &IdempotencyKey,
    ) -> Result<RawReply, Error> {
        let call = self.mdm_user_creation(user, Some(format), common, key);
        let reply = self.api().send(&CallPlace::of(CREATE_MDM_USER), &call).await?;
        Ok(RawReply {
            body: reply.body().clone(),
        })
    }

    /// The one place that says what a creation is: what a plan shows is what is sent.
    pub(crate) fn mdm_user_creation(
        &self,
        user: &NewMdmUser,
        format: Option<ResponseFormat>,
        common: &Common,
        key: &IdempotencyKey,
    ) -> Outgoing {
        let query = common
            .query(self.account())
            .with_some("truto_response_format", format);
        Outgoing::change(Method::POST, Path::of("/unified/mdm/users"), query)
            .with_json(user)
            .with_idempotency_key(key.as_str())
    }
}

/// The user of the answer, unless neither the name nor an address is that of the one who was to be created.
fn about(wanted: &NewMdmUser, created: Native<MdmUser>) -> Result<Native<MdmUser>, Error> {
    let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
    let name = created.name.as_deref();
    let addresses: Vec<&str> = created
        .emails
        .iter()
        .filter_map(|email| email.email.as_deref())
        .collect();
    let knows_name = name.is_none_or(|name| same(name, wanted.name.as_str()));
    let knows_address = addresses.iter().any(|address| {
        wanted
            .emails
            .iter()
            .any(|email| same(address, email.email.as_str()))
    });
    if knows_name || knows_address {
        Ok(created)
    } else {
        Err(wrong_shape(
            "$: expected the user who was to be created, found another one",
        ))
    }
}
