use std::convert::identity;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::{AuthLayer, CachedTokens, Origin, StaticToken, TokenProvider};
use rollbook_model::{Error, Page, Pager, Paging, Position, SourceName, UnreadPage};
use rollbook_transport::{Layer as _, SystemClock, Transport, judge_by_status};
use rollbook_vendor_kit::{Api, BaseUrl, CallPlace, DEFAULT_PAGES_AHEAD, Native, Path, Query, Record, Reply};

use crate::delete_path::DeletePaths;
use crate::reply::{List, page_v1, page_v2};
use crate::wire::{Device, DeviceV2, EndUser, EndUserV2};
use crate::{Config, DeletePath, TokenCall, errors};

/// How many rows a page is asked to have: what Banyan's own client asks for.
const DEFAULT_PAGE_SIZE: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

/// Banyan's API of end users and devices, one function for each endpoint, in Banyan's words.
#[derive(Clone, Debug)]
pub struct Client {
    api: Api,
    ahead: NonZeroU32,
    page_size: NonZeroU32,
    delete_paths: DeletePaths,
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From small to large.
    Ascending,
    /// From large to small.
    Descending,
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        })
    }
}

/// What end users are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndusersOrderBy {
    /// The name.
    Name,
    /// The e-mail address.
    Email,
}

impl fmt::Display for EndusersOrderBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Email => "email",
        })
    }
}

/// What devices are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DevicesOrderBy {
    /// The serial number.
    SerialNumber,
    /// The name to show.
    DeviceFriendlyName,
    /// The model.
    Model,
}

impl fmt::Display for DevicesOrderBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SerialNumber => "serialnumber",
            Self::DeviceFriendlyName => "devicefriendlyname",
            Self::Model => "model",
        })
    }
}

/// Filters and order of `v1/endusers` (Banyan API guide, "Get the End Users in an Organization").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndusersQuery {
    /// The serial number of one of the user's devices.
    pub serial_number: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Which way to sort.
    pub order: Option<Order>,
    /// What to sort by.
    pub order_by: Option<EndusersOrderBy>,
}

impl EndusersQuery {
    // The guide prints the names capitalised and uses them in lower case in every example, as Banyan's own client does.
    fn query(&self) -> Query {
        Query::new()
            .with_some("serialnumber", self.serial_number.as_ref())
            .with_some("email", self.email.as_ref())
            .with_some("name", self.name.as_ref())
            .with_some("order", self.order)
            .with_some("orderby", self.order_by)
    }
}

/// Filters and order of `v1/devices` (Banyan API guide, "Get the Devices in an Organization").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DevicesQuery {
    /// The serial number.
    pub serial_number: Option<String>,
    /// The e-mail address of one of the device's users.
    pub email: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The name to show.
    pub device_friendly_name: Option<String>,
    /// Which way to sort.
    pub order: Option<Order>,
    /// What to sort by.
    pub order_by: Option<DevicesOrderBy>,
}

impl DevicesQuery {
    fn query(&self) -> Query {
        Query::new()
            .with_some("serialnumber", self.serial_number.as_ref())
            .with_some("email", self.email.as_ref())
            .with_some("model", self.model.as_ref())
            .with_some("devicefriendlyname", self.device_friendly_name.as_ref())
            .with_some("order", self.order)
            .with_some("orderby", self.order_by)
    }
}

/// Filters of `v2/enduser`, which the guide does not describe: as Banyan's own client sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndusersV2Query {
    /// Only those who are active.
    pub active: Option<bool>,
}

/// Filters of `v2/devices`, which the guide does not describe: as Banyan's own client sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DevicesV2Query {
    /// Only those that are active.
    pub active: Option<bool>,
    /// The serial number.
    pub serial_number: Option<String>,
}

impl Client {
    /// The API at `base_url`, reached through `transport`, which signs in.
    pub fn new(source: SourceName, base_url: BaseUrl, transport: Arc<dyn Transport>) -> Self {
        let api = Api::new(
            "banyan",
            source,
            base_url,
            transport,
            judge_by_status,
            errors::refusal,
        );
        Self {
            api,
            ahead: DEFAULT_PAGES_AHEAD,
            page_size: DEFAULT_PAGE_SIZE,
            delete_paths: DeletePaths::default(),
        }
    }

    /// The API of an organisation over a bare `wire`: signs in by itself, and retries nothing. For a team that brings its own
    /// policies, or none.
    ///
    /// # Errors
    ///
    /// When `base_url` has no origin.
    pub fn connect(source: SourceName, config: Config, wire: Arc<dyn Transport>) -> Result<Self, Error> {
        let origin = Origin::parse(config.base_url.origin())
            .map_err(|error| Error::invalid_argument(error.to_string()))?;
        let base_url = config.base_url.clone();
        let delete_path = config.delete_path;
        let clock = Arc::new(SystemClock);
        let tokens: Arc<dyn TokenProvider> = if config.exchange {
            Arc::new(CachedTokens::new(
                TokenCall::new(config, Arc::clone(&wire), clock.clone()),
                clock,
            ))
        } else {
            Arc::new(StaticToken::new(config.credential))
        };
        let client = Self::new(source, base_url, AuthLayer::new(tokens, origin).wrap(wire));
        Ok(match delete_path {
            Some(path) => client.with_delete_path(path),
            None => client,
        })
    }

    /// The same client with `ahead` pages of a list in flight.
    #[must_use]
    pub fn with_pages_ahead(mut self, ahead: NonZeroU32) -> Self {
        self.ahead = ahead;
        self
    }

    /// The same client asking for `rows` rows a page. The server may give fewer.
    #[must_use]
    pub fn with_page_size(mut self, rows: NonZeroU32) -> Self {
        self.page_size = rows;
        self
    }

    /// The same client deleting devices at `path`, and nowhere else.
    ///
    /// Without this the documented address is tried first, and the other one where that does not exist; which one it was is
    /// remembered, by all clones together.
    #[must_use]
    pub fn with_delete_path(mut self, path: DeletePath) -> Self {
        self.delete_paths = DeletePaths::pinned(path);
        self
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    pub(crate) fn delete_paths(&self) -> &DeletePaths {
        &self.delete_paths
    }

    /// `GET /api/v1/endusers` with `skip` and `limit`: page after page. These rows can lack serial numbers and sign-ins.
    pub fn endusers(&self, query: &EndusersQuery) -> Pager<Native<EndUser>> {
        self.endusers_as(query, identity)
    }

    pub(crate) fn endusers_as<U: Send + 'static>(
        &self,
        query: &EndusersQuery,
        map: impl Fn(Native<EndUser>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        self.pages(
            "endusers",
            "/api/v1/endusers",
            query.query(),
            move |reply, skip| page_v1(reply, List::Endusers, skip, &map),
        )
    }

    /// `GET /api/v1/endusers` without `skip` and `limit`: the whole list in one reply, rows with all their members.
    pub fn endusers_at_once(&self, query: &EndusersQuery) -> Pager<Native<EndUser>> {
        self.whole("endusers", "/api/v1/endusers", List::Endusers, query.query())
    }

    /// `GET /api/v1/devices` with `skip` and `limit`: page after page. These rows can lack e-mail addresses and sign-ins.
    pub fn devices(&self, query: &DevicesQuery) -> Pager<Native<Device>> {
        self.devices_as(query, identity)
    }

    pub(crate) fn devices_as<U: Send + 'static>(
        &self,
        query: &DevicesQuery,
        map: impl Fn(Native<Device>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        self.pages("devices", "/api/v1/devices", query.query(), move |reply, skip| {
            page_v1(reply, List::Devices, skip, &map)
        })
    }

    /// `GET /api/v1/devices` without `skip` and `limit`: the whole list in one reply, rows with all their members.
    pub fn devices_at_once(&self, query: &DevicesQuery) -> Pager<Native<Device>> {
        self.whole("devices", "/api/v1/devices", List::Devices, query.query())
    }

    /// `GET /api/v2/enduser`: page after page, with the ids that deleting an end user wants.
    pub fn endusers_v2(&self, query: &EndusersV2Query) -> Pager<Native<EndUserV2>> {
        let query = Query::new().with_some("active", query.active);
        self.pages("endusers_v2", "/api/v2/enduser", query, |reply, skip| {
            page_v2(reply, List::Endusers, skip, &identity)
        })
    }

    /// `GET /api/v2/devices`: page after page.
    pub fn devices_v2(&self, query: &DevicesV2Query) -> Pager<Native<DeviceV2>> {
        let query = Query::new()
            .with_some("active", query.active)
            .with_some("serial_number", query.serial_number.as_ref());
        self.pages("devices_v2", "/api/v2/devices", query, |reply, skip| {
            page_v2(reply, List::Devices, skip, &identity)
        })
    }

    fn whole<T: Record + 'static>(
        &self,
        operation: &'static str,
        path: &'static str,
        list: List,
        query: Query,
    ) -> Pager<Native<T>> {
        let api = self.api.clone();
        Pager::new(operation, Paging::Whole, move |position| {
            let (api, query) = (api.clone(), query.clone());
            async move {
                let place = CallPlace::page(operation, &position);
                let reply = api.get(&place, &Path::of(path), &query).await?;
                page_v1(&reply, list, 0, &identity)
            }
        })
    }

    /// `read` makes a page of a reply, and of how many rows were skipped before it.
    fn pages<T: Send + 'static>(
        &self,
        operation: &'static str,
        path: &'static str,
        query: Query,
        read: impl Fn(&Reply, u64) -> Result<Page<T>, Error> + Send + Sync + 'static,
    ) -> Pager<T> {
        let (api, read) = (self.api.clone(), Arc::new(read));
        let paging = Paging::Offset {
            limit: self.page_size,
            ahead: self.ahead,
        };
        Pager::of_unread(operation, paging, move |position| {
            let (api, query, read) = (api.clone(), query.clone(), Arc::clone(&read));
            async move {
                let (skip, limit) = match position {
                    Position::Offset { skip, limit } => (skip, limit),
                    _ => (0, u64::from(DEFAULT_PAGE_SIZE.get())),
                };
                let place = CallPlace::page(operation, &position);
                let query = query.with("skip", skip).with("limit", limit);
                let reply = api.get(&place, &Path::of(path), &query).await?;
                let bytes = reply.body().len();
                Ok(UnreadPage::new(None, move || read(&reply, skip)).holding(bytes))
            }
        })
    }
}
