use std::convert::identity;
use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::{AuthLayer, CachedTokens, Origin};
use rollbook_model::{Error, Page, Pager, Paging, Position, SourceName, UnreadPage};
use rollbook_transport::{Layer as _, SystemClock, Transport, judge_by_status};
use rollbook_vendor_kit::{
    Api, BaseUrl, CallPlace, DEFAULT_PAGES_AHEAD, Native, Path, Query, Record, Reply, RowMap, decode_list,
    decode_page,
};

use crate::wire::{Asset, Envelope, SystemDevice, SystemDeviceId, User};
use crate::{Config, TokenCall, errors};

/// TruU's user management and data APIs, one function for each endpoint, in TruU's words.
///
/// Every path ends with a slash: without it TruU answers 301 and no rows.
#[derive(Clone, Debug)]
pub struct Client {
    api: Api,
    ahead: NonZeroU32,
}

/// Filters of the enrolled users: full match, without case (TruU guide, "Enrolled Users API"). They may be combined; that all
/// must hold then is assumed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnrolledUsersQuery {
    /// The user principal name.
    pub upn: Option<String>,
    /// The e-mail address. It can fit several users.
    pub email: Option<String>,
    /// The directory's id.
    pub guid: Option<String>,
    /// TruU's own id.
    pub tuid: Option<String>,
}

impl EnrolledUsersQuery {
    fn query(&self) -> Query {
        Query::new()
            .with_some("upn", self.upn.as_ref())
            .with_some("email", self.email.as_ref())
            .with_some("guid", self.guid.as_ref())
            .with_some("tuid", self.tuid.as_ref())
    }
}

/// Filters of the data API's users: any of the values of one member, all of the members that have values; without case
/// (TruU guide, "Users Data API").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataUsersQuery {
    /// User principal names.
    pub user_principals: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// The directory's ids.
    pub guids: Vec<String>,
}

impl DataUsersQuery {
    fn query(&self) -> Query {
        Query::new()
            .with_each("userPrincipals", &self.user_principals)
            .with_each("emails", &self.emails)
            .with_each("guids", &self.guids)
    }
}

/// Filters of the assets: any of the values of one member, all of the members that have values (TruU guide, "Assets Data
/// API").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetsQuery {
    /// IP addresses.
    pub ip_addresses: Vec<String>,
    /// MAC addresses. The guide does not say whether case counts.
    pub mac_addresses: Vec<String>,
}

impl AssetsQuery {
    fn query(&self) -> Query {
        Query::new()
            .with_each("ipAddresses", &self.ip_addresses)
            .with_each("macAddresses", &self.mac_addresses)
    }
}

impl Client {
    /// The APIs at `base_url`, reached through `transport`, which signs in.
    pub fn new(source: SourceName, base_url: BaseUrl, transport: Arc<dyn Transport>) -> Self {
        let api = Api::new(
            "truu",
            source,
            base_url,
            transport,
            judge_by_status,
            errors::refusal,
        );
        Self {
            api,
            ahead: DEFAULT_PAGES_AHEAD,
        }
    }

    /// The APIs of a tenant over a bare `wire`: signs in by itself, and retries nothing. For a team that brings its own
    /// policies, or none.
    ///
    /// # Errors
    ///
    /// When `base_url` has no origin.
    pub fn connect(source: SourceName, config: Config, wire: Arc<dyn Transport>) -> Result<Self, Error> {
        let origin = Origin::parse(config.base_url.origin())
            .map_err(|error| Error::invalid_argument(error.to_string()))?;
        let base_url = config.base_url.clone();
        let tokens = CachedTokens::new(TokenCall::new(config, Arc::clone(&wire)), Arc::new(SystemClock));
        Ok(Self::new(
            source,
            base_url,
            AuthLayer::new(Arc::new(tokens), origin).wrap(wire),
        ))
    }

    /// The same client with `ahead` pages of a list in flight.
    #[must_use]
    pub fn with_pages_ahead(mut self, ahead: NonZeroU32) -> Self {
        self.ahead = ahead;
        self
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// `GET /api/v1/system/enrolled/users/`: all who ever enrolled a device, 100 a page.
    pub fn enrolled_users(&self, query: &EnrolledUsersQuery) -> Pager<Native<User>> {
        self.enrolled_users_as(query, identity)
    }

    pub(crate) fn enrolled_users_as<U: Send + 'static>(
        &self,
        query: &EnrolledUsersQuery,
        map: impl Fn(Native<User>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        let path = Path::of("/api/v1/system/enrolled/users/");
        self.pages("enrolled_users", path, query.query(), map)
    }

    /// `GET /api/v1/system/devices/`: all enrolled devices, 25 a page. The guide has no filters.
    pub fn devices(&self) -> Pager<Native<SystemDevice>> {
        self.devices_as(identity)
    }

    pub(crate) fn devices_as<U: Send + 'static>(
        &self,
        map: impl Fn(Native<SystemDevice>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        let path = Path::of("/api/v1/system/devices/");
        self.pages("devices", path, Query::new(), map)
    }

    /// `GET /api/v1/system/domainusers/{guid}/`: one user by the directory's id. Case counts here.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; whatever a request can fail with.
    pub async fn domain_user(&self, guid: &str) -> Result<Native<User>, Error> {
        let place = CallPlace::of("domain_user");
        let path = self.domain_user_path(&place, guid)?;
        self.api.get_record(&place, &path, &Query::new()).await
    }

    /// `GET /api/v1/system/domainusers/{guid}/devices/{deviceId}/`: one device of a user. Case counts in the guid.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; whatever a request can fail with.
    pub async fn domain_user_device(
        &self,
        guid: &str,
        device: &SystemDeviceId,
    ) -> Result<Native<SystemDevice>, Error> {
        let place = CallPlace::of("domain_user_device");
        let path = self.domain_user_device_path(&place, guid, device)?;
        self.api.get_record(&place, &path, &Query::new()).await
    }

    /// `GET /data/api/v1/users/`: users with their devices, 25 a page.
    pub fn data_users(&self, query: &DataUsersQuery) -> Pager<Native<User>> {
        let path = Path::of("/data/api/v1/users/");
        self.pages("data_users", path, query.query(), identity)
    }

    /// `GET /data/api/v1/assets/`: workstations with the accounts on them, 25 a page.
    pub fn data_assets(&self, query: &AssetsQuery) -> Pager<Native<Asset>> {
        self.data_assets_as(query, identity)
    }

    pub(crate) fn data_assets_as<U: Send + 'static>(
        &self,
        query: &AssetsQuery,
        map: impl Fn(Native<Asset>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        let path = Path::of("/data/api/v1/assets/");
        self.pages("data_assets", path, query.query(), map)
    }

    pub(crate) fn domain_user_path(&self, place: &CallPlace, guid: &str) -> Result<Path, Error> {
        let path = Path::of("/api/v1/system/domainusers/");
        Ok(self.api.segment(place, path, guid)?.then("/"))
    }

    pub(crate) fn domain_user_device_path(
        &self,
        place: &CallPlace,
        guid: &str,
        device: &SystemDeviceId,
    ) -> Result<Path, Error> {
        let path = self.domain_user_path(place, guid)?.then("devices/");
        Ok(self.api.segment(place, path, device.as_str())?.then("/"))
    }

    /// Each row is what `map` makes of it where it is read.
    fn pages<T: Record + 'static, U: Send + 'static>(
        &self,
        operation: &'static str,
        path: Path,
        query: Query,
        map: impl Fn(Native<T>) -> U + Send + Sync + 'static,
    ) -> Pager<U> {
        let (api, map) = (self.api.clone(), Arc::new(map));
        let paging = Paging::Numbered { ahead: self.ahead };
        Pager::of_unread(operation, paging, move |position| {
            let (api, path, query) = (api.clone(), path.clone(), query.clone());
            let map = Arc::clone(&map);
            async move {
                let reply = fetch(&api, operation, &path, query, &position).await?;
                let bytes = reply.body().len();
                Ok(UnreadPage::new(None, move || page(&reply, &*map)).holding(bytes))
            }
        })
    }
}

async fn fetch(
    api: &Api,
    operation: &'static str,
    path: &Path,
    query: Query,
    position: &Position,
) -> Result<Reply, Error> {
    let place = CallPlace::page(operation, position);
    let number = match position {
        Position::Page(number) => *number,
        _ => 1,
    };
    // The first page is what TruU gives when no page is named, and devices are documented without the parameter.
    let query = if number == 1 {
        query
    } else {
        query.with("page", number)
    };
    api.get(&place, path, &query).await
}

fn page<T: Record, U: Send>(reply: &Reply, map: RowMap<'_, T, U>) -> Result<Page<U>, Error> {
    let (page, rest) = decode_list(reply.body(), reply.body(), &["results"], "$.results", map);
    let envelope: Envelope<'_> = reply.read_object(&rest)?;
    let mut page = page.unwrap_or_else(|| decode_page(reply.body(), &envelope.results, "$.results").map(map));
    page.total = envelope.count.and_then(|count| u64::try_from(count).ok());
    page.last_page = envelope.last.and_then(|last| u32::try_from(last).ok());
    page.next = envelope.next.map(|next| next.to_string());
    Ok(page)
}
