use std::sync::Arc;

use rollbook_model::{Error, Page, Pager, Paging, Position, SourceName};
use rollbook_transport::{Transport, judge_by_status};
use rollbook_vendor_kit::{Api, BaseUrl, CallPlace, Native, Path, Query, Record, decode_page};

use crate::wire::{Envelope, User};
use crate::{Config, auth, errors};

/// Acme's API, one function for each endpoint, in Acme's words.
///
/// The two that are here are made up, for a list and for one record: replace them by the documented ones.
#[derive(Clone, Debug)]
pub struct Client {
    api: Api,
}

impl Client {
    /// The API at `base_url`, reached through `transport`, which signs in.
    pub fn new(source: SourceName, base_url: BaseUrl, transport: Arc<dyn Transport>) -> Self {
        let api = Api::new(
            "acme",
            source,
            base_url,
            transport,
            judge_by_status,
            errors::refusal,
        );
        Self { api }
    }

    /// The API of a tenant over a bare `wire`: signs in by itself, and retries nothing. For a team that brings its own
    /// policies, or none.
    ///
    /// # Errors
    ///
    /// When `base_url` has no origin.
    pub fn connect(source: SourceName, config: Config, wire: Arc<dyn Transport>) -> Result<Self, Error> {
        let transport = auth::signed(&config, wire)?;
        Ok(Self::new(source, config.base_url, transport))
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// `GET /v1/users`: all users, a page for each cursor.
    pub fn users(&self) -> Pager<Native<User>> {
        self.pages("users", "/v1/users")
    }

    /// `GET /v1/users/{id}`: one user.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that cannot stand in a path; `NotFound`; whatever a request can fail with.
    pub async fn user(&self, id: &str) -> Result<Native<User>, Error> {
        let place = CallPlace::of("user");
        let path = self.api.segment(&place, Path::of("/v1/users/"), id)?;
        self.api.get_record(&place, &path, &Query::new()).await
    }

    fn pages<T: Record + Send + 'static>(
        &self,
        operation: &'static str,
        path: &'static str,
    ) -> Pager<Native<T>> {
        let api = self.api.clone();
        Pager::new(operation, Paging::Cursor, move |position| {
            let api = api.clone();
            async move { page(&api, operation, path, &position).await }
        })
    }
}

async fn page<T: Record>(
    api: &Api,
    operation: &'static str,
    path: &'static str,
    position: &Position,
) -> Result<Page<Native<T>>, Error> {
    let cursor = match position {
        Position::Token(cursor) => cursor.as_ref(),
        _ => None,
    };
    let place = CallPlace::page(operation, position);
    let query = Query::new().with_some("cursor", cursor);
    let reply = api.get(&place, &Path::of(path), &query).await?;
    let envelope: Envelope<'_> = reply.read_object(reply.body())?;
    let mut page = decode_page(reply.body(), &envelope.items, "$.items");
    page.next = envelope.next;
    Ok(page)
}
