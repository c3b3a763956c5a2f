use std::convert::identity;
use std::fmt;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use rollbook_auth::{AuthLayer, Origin, StaticToken};
use rollbook_model::{Error, Page, Pager, Paging, Position, SourceName, UnreadPage};
use rollbook_transport::{Layer as _, Transport};
use rollbook_vendor_kit::{Api, BaseUrl, CallPlace, Native, Path, Query, Record, Reply};

use crate::query::{Common, MdmDevicesQuery, MdmUsersQuery, ResponseFormat, UsersQuery};
use crate::reply::{keyed_page, next_cursor, page};
use crate::wire::{MdmDevice, MdmUser, User};
use crate::{Config, errors};

/// How many rows a page is asked to have when nothing else is said. Truto's default and cap are the provider's; a hundred is
/// within what common providers take, and a tenth of the requests that a cautious ten would need.
const DEFAULT_PAGE_SIZE: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);

/// Truto's unified API for one integrated account: users of the user directory, users and devices of a device manager. One
/// function for each endpoint, in Truto's words.
#[derive(Clone)]
pub struct Client {
    api: Api,
    integrated_account_id: String,
    page_size: NonZeroU32,
}

/// A row with the key that it stood under.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Keyed<T> {
    /// The value of the member that was asked to be the key.
    pub key: String,
    /// The row.
    pub row: Native<T>,
}

impl<T> Deref for Keyed<T> {
    type Target = Native<T>;

    fn deref(&self) -> &Native<T> {
        &self.row
    }
}

/// A reply in a form that is not Truto's own: raw, normalised or streamed.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawReply {
    /// The body as it came. Not always JSON.
    pub body: Bytes,
}

/// Shows how long the body is and not what is in it.
impl fmt::Debug for RawReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawReply({} bytes)", self.body.len())
    }
}

impl Client {
    /// The API at `base_url` for one integrated account, reached through `transport`, which signs in.
    pub fn new(
        source: SourceName,
        base_url: BaseUrl,
        integrated_account_id: impl Into<String>,
        transport: Arc<dyn Transport>,
    ) -> Self {
        let api = Api::new(
            "truto",
            source,
            base_url,
            transport,
            errors::judge,
            errors::refusal,
        );
        Self {
            api,
            integrated_account_id: integrated_account_id.into(),
            page_size: DEFAULT_PAGE_SIZE,
        }
    }

    /// The API over a bare `wire`: signs in by itself, and retries nothing. For a team that brings its own policies, or none.
    ///
    /// # Errors
    ///
    /// When `base_url` has no origin.
    pub fn connect(source: SourceName, config: Config, wire: Arc<dyn Transport>) -> Result<Self, Error> {
        let origin = Origin::parse(config.base_url.origin())
            .map_err(|error| Error::invalid_argument(error.to_string()))?;
        let auth = AuthLayer::new(Arc::new(StaticToken::new(config.token)), origin);
        Ok(Self::new(
            source,
            config.base_url,
            config.integrated_account_id,
            auth.wrap(wire),
        ))
    }

    /// The same client asking for `rows` rows a page. The provider may give fewer.
    #[must_use]
    pub fn with_page_size(mut self, rows: NonZeroU32) -> Self {
        self.page_size = rows;
        self
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// `GET /unified/user-directory/users`. For some providers these rows are partial: get a user for all members.
    pub fn users(&self, query: &UsersQuery) -> Pager<Native<User>> {
        self.users_as(query, identity)
    }

    pub(crate) fn users_as<U: Send + 'static>(
        &self,
        query: &UsersQuery,
        map: impl Fn(Native<User>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        let query = query.query(self.account());
        self.pages("user_directory_users", USERS, query, move |reply| {
            page(reply, &map)
        })
    }

    /// `GET /unified/user-directory/users` with `truto_key_by`: each row with the value of `member` that it stands under.
    /// Rows with the same value are one row here, so the list can be shorter than [`users`](Self::users).
    pub fn users_keyed_by(&self, query: &UsersQuery, member: &str) -> Pager<Keyed<User>> {
        let query = query.query(self.account()).with("truto_key_by", member);
        self.pages("user_directory_users", USERS, query, keyed_page)
    }

    /// `GET /unified/user-directory/users` in another form: one page, as it came. `cursor` is that of the page before.
    ///
    /// # Errors
    ///
    /// Whatever a request can fail with.
    pub async fn users_in_format(
        &self,
        query: &UsersQuery,
        format: ResponseFormat,
        cursor: Option<&str>,
    ) -> Result<RawReply, Error> {
        let query = query
            .query(self.account())
            .with("truto_response_format", format)
            .with("limit", self.page_size)
            .with_some("next_cursor", cursor);
        let reply = self
            .api
            .get(&CallPlace::of("user_directory_users"), &Path::of(USERS), &query)
            .await?;
        Ok(RawReply {
            body: reply.body().clone(),
        })
    }

    /// `GET /unified/user-directory/users/{id}` in another form, as it came.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; whatever a request can fail with.
    pub async fn user_in_format(
        &self,
        id: &str,
        format: ResponseFormat,
        common: &Common,
    ) -> Result<RawReply, Error> {
        let place = CallPlace::of("user_directory_user");
        let path = self.api.segment(&place, Path::of(USERS).then("/"), id)?;
        let query = common.query(self.account()).with("truto_response_format", format);
        let reply = self.api.get(&place, &path, &query).await?;
        Ok(RawReply {
            body: reply.body().clone(),
        })
    }

    /// `GET /unified/user-directory/users/{id}`: one user, with all members.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; whatever a request can fail with.
    pub async fn user(&self, id: &str, common: &Common) -> Result<Native<User>, Error> {
        self.record(
            "user_directory_user",
            "/unified/user-directory/users/",
            id,
            common,
        )
        .await
    }

    /// `GET /unified/mdm/users`.
    pub fn mdm_users(&self, query: &MdmUsersQuery) -> Pager<Native<MdmUser>> {
        self.mdm_users_as(query, identity)
    }

    pub(crate) fn mdm_users_as<U: Send + 'static>(
        &self,
        query: &MdmUsersQuery,
        map: impl Fn(Native<MdmUser>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        let query = query.common.query(self.account());
        self.pages("mdm_users", "/unified/mdm/users", query, move |reply| {
            page(reply, &map)
        })
    }

    /// `GET /unified/mdm/users/{id}`: one user of the device manager.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; whatever a request can fail with.
    pub async fn mdm_user(&self, id: &str, common: &Common) -> Result<Native<MdmUser>, Error> {
        self.record("mdm_user", "/unified/mdm/users/", id, common).await
    }

    /// `GET /unified/mdm/devices`. For Jamf these rows are partial, and the query must name a type.
    pub fn mdm_devices(&self, query: &MdmDevicesQuery) -> Pager<Native<MdmDevice>> {
        self.mdm_devices_as(query, identity)
    }

    pub(crate) fn mdm_devices_as<U: Send + 'static>(
        &self,
        query: &MdmDevicesQuery,
        map: impl Fn(Native<MdmDevice>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        let query = query.query(self.account());
        self.pages("mdm_devices", "/unified/mdm/devices", query, move |reply| {
            page(reply, &map)
        })
    }

    /// `GET /unified/mdm/devices/{id}`: one device, with all members.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; whatever a request can fail with.
    pub async fn mdm_device(&self, id: &str, common: &Common) -> Result<Native<MdmDevice>, Error> {
        self.record("mdm_device", "/unified/mdm/devices/", id, common)
            .await
    }

    pub(crate) fn account(&self) -> Query {
        Query::new().with("integrated_account_id", &self.integrated_account_id)
    }

    async fn record<T: Record>(
        &self,
        operation: &'static str,
        path: &'static str,
        id: &str,
        common: &Common,
    ) -> Result<Native<T>, Error> {
        let place = CallPlace::of(operation);
        let path = self.api.segment(&place, Path::of(path), id)?;
        self.api
            .get_record(&place, &path, &common.query(self.account()))
            .await
    }

    fn pages<T: Send + 'static>(
        &self,
        operation: &'static str,
        path: &'static str,
        query: Query,
        read: impl Fn(&Reply) -> Result<Page<T>, Error> + Send + Sync + 'static,
    ) -> Pager<T> {
        let (api, limit, read) = (self.api.clone(), self.page_size, Arc::new(read));
        Pager::of_unread(operation, Paging::Cursor, move |position| {
            let (api, query, read) = (api.clone(), query.clone(), Arc::clone(&read));
            async move {
                let place = CallPlace::page(operation, &position);
                let cursor = match position {
                    Position::Token(cursor) => cursor,
                    _ => None,
                };
                let query = query.with("limit", limit).with_some("next_cursor", cursor);
                let reply = api.get(&place, &Path::of(path), &query).await?;
                let (next, bytes) = (next_cursor(&reply), reply.body().len());
                Ok(UnreadPage::new(next, move || read(&reply)).holding(bytes))
            }
        })
    }
}

const USERS: &str = "/unified/user-directory/users";

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("api", &self.api)
            .field("integrated_account_id", &self.integrated_account_id)
            .finish_non_exhaustive()
    }
}
