//! The adapter: it lists, gets and deletes users.

use std::num::NonZeroU32;
use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use rollbook_model::{
    Action, ApprovedPlan, Capabilities, Change, Device, DeviceLookup, DeviceQuery, Directory, Effect,
    EffectKind, Email, Error, Filter, Operation, Outcome, Page, Pager, Paging, Plan, Position, SourceName,
    Step, Subject, Support, Target, User, UserId, UserQuery, UserSelector, Vendor, Workstation,
    WorkstationQuery,
};
use rollbook_transport::{Transport, judge_by_status};
use rollbook_vendor_kit::lenient::{id, integer, rows, text};
use rollbook_vendor_kit::mapping::{filled, moment};
use rollbook_vendor_kit::{
    Api, BaseUrl, CallPlace, Millis, Native, Outgoing, Path, Query, Record, WireTime, decode_page, each_step,
    find_one, not_ours, pager_from, refusal_by_status, settle,
};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Debug, Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, deserialize_with = "rows")]
    users: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "integer")]
    pages: Option<i64>,
    #[serde(default, deserialize_with = "integer")]
    total: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
struct AcmeUser {
    #[serde(deserialize_with = "id")]
    id: UserId,
    #[serde(default, deserialize_with = "text")]
    mail: Option<String>,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default)]
    seen: Option<WireTime<Millis>>,
}

impl Record for AcmeUser {}

#[derive(Clone, Debug)]
pub(crate) struct Acme {
    api: Api,
    capabilities: Capabilities,
}

impl Acme {
    pub(crate) const VENDOR: Vendor = Vendor::other("acme");

    pub(crate) fn new(source: SourceName, transport: Arc<dyn Transport>) -> Self {
        let base = BaseUrl::parse("https://acme.test").unwrap();
        let filters = [(Filter::Email, Support::Local), (Filter::Name, Support::Local)];
        Self {
            api: Api::new("acme", source, base, transport, judge_by_status, |answer| {
                refusal_by_status(answer.status)
            }),
            capabilities: Capabilities::new()
                .with(Operation::ListUsers, Support::Vendor, &filters)
                .with(Operation::GetUser, Support::Vendor, &[])
                .with(Operation::DeleteUser, Support::Vendor, &[]),
        }
    }

    fn allow(&self, operation: Operation, filters: &[Filter]) -> Result<(), Error> {
        self.api.allow(&self.capabilities, operation, filters)
    }

    fn user_path(&self, place: &CallPlace, id: &str) -> Result<Path, Error> {
        self.api.segment(place, Path::of("/users/"), id)
    }

    fn deletion(&self, id: &str) -> Result<Outgoing, Error> {
        let path = self.user_path(&CallPlace::of("delete_user"), id)?;
        Ok(Outgoing::change(Method::DELETE, path, Query::new()))
    }

    async fn planned(&self, change: &Change) -> Result<Plan, Error> {
        self.allow(change.operation(), &[])?;
        let mut plan = Plan::new(self.api.source().clone(), Self::VENDOR, change.clone());
        let user = match change {
            Change::DeleteUser(UserSelector::Id(id)) => self.get_user(id).await?,
            Change::DeleteUser(UserSelector::Email(email)) => {
                let mut query = UserQuery::default();
                query.email = Some(email.to_string());
                let pager = self.list_users(&query)?.remove(0);
                find_one(pager, "user", |user| user.id.to_string())
                    .await
                    .map_err(|error| self.api.at(&CallPlace::of("plan"), error))?
            }
            _ => return Err(Error::unsupported("users are deleted by id or email")),
        };
        let subject = Subject::User {
            id: Some(user.id.to_string()),
            name: user.display_name,
            email: user.emails.into_iter().next().map(|email| email.value),
        };
        let id = user.id.to_string();
        plan.steps = vec![
            self.deletion(&id)?
                .step(Action::DeleteUser { key: id.clone(), id }),
        ];
        plan.targets = vec![Target::new(subject.clone())];
        plan.asked = vec![Effect::asked(EffectKind::Delete, subject)];
        Ok(plan)
    }

    async fn send(&self, step: &Step) -> Outcome {
        let Action::DeleteUser { key, .. } = &step.action else {
            return not_ours(&self.api, "no call for this step");
        };
        match self.deletion(key) {
            Ok(call) if call.is(step) => {
                let sent = self.api.send(&CallPlace::of("delete_user"), &call).await;
                settle(sent, async { rollbook_model::Found::Unclear }).await.0
            }
            _ => not_ours(&self.api, "this step was not planned here"),
        }
    }
}

fn map(source: &SourceName, native: Native<AcmeUser>) -> User {
    let (row, raw, unread) = native.into_parts();
    let mut user = User::new(source.clone(), Acme::VENDOR, row.id);
    user.display_name = filled(row.name);
    user.emails = filled(row.mail)
        .map(|mail| Email::new(mail, None, None))
        .into_iter()
        .collect();
    user.last_login_at = moment(row.seen);
    user.native = Some(raw);
    user.unread = unread;
    user
}

async fn page(api: Api, position: Position) -> Result<Page<Native<AcmeUser>>, Error> {
    let number = match position {
        Position::Page(number) => number,
        _ => 1,
    };
    let place = CallPlace::page("users", &position);
    let reply = api
        .get(&place, &Path::of("/users"), &Query::new().with("page", number))
        .await?;
    let envelope: Envelope<'_> = reply.read()?;
    let mut page = decode_page(reply.body(), &envelope.users, "$.users");
    page.total = envelope.total.and_then(|total| u64::try_from(total).ok());
    page.last_page = envelope.pages.and_then(|pages| u32::try_from(pages).ok());
    Ok(page)
}

#[async_trait]
impl Directory for Acme {
    fn source(&self) -> &SourceName {
        self.api.source()
    }

    fn vendor(&self) -> Vendor {
        Self::VENDOR
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn list_users(&self, query: &UserQuery) -> Result<Vec<Pager<User>>, Error> {
        self.allow(Operation::ListUsers, &query.filters())?;
        let (api, source, wanted) = (self.api.clone(), self.source().clone(), query.clone());
        let paging = Paging::Numbered {
            ahead: NonZeroU32::MIN,
        };
        let pager = Pager::new("users", paging, move |position| page(api.clone(), position))
            .map(move |row| map(&source, row))
            .filter(move |user| wanted.matches(user));
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
    }

    async fn get_user(&self, id: &UserId) -> Result<User, Error> {
        self.allow(Operation::GetUser, &[])?;
        let place = CallPlace::of("user");
        let path = self.user_path(&place, id.as_str())?;
        let native = self.api.get_record(&place, &path, &Query::new()).await?;
        Ok(map(self.source(), native))
    }

    fn list_devices(&self, _: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error> {
        Err(unsupported(self, Operation::ListDevices))
    }

    async fn get_device(&self, _: &DeviceLookup) -> Result<Device, Error> {
        Err(unsupported(self, Operation::GetDevice))
    }

    fn list_workstations(&self, _: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error> {
        Err(unsupported(self, Operation::ListWorkstations))
    }

    async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        let mut plans = Vec::with_capacity(changes.len());
        for change in changes {
            plans.push(self.planned(change).await);
        }
        plans
    }

    async fn carry_out(&self, plan: &ApprovedPlan) -> Vec<Outcome> {
        each_step(&self.api, plan, |step| self.send(step)).await
    }
}

fn unsupported(acme: &Acme, operation: Operation) -> Error {
    match acme.allow(operation, &[]) {
        Err(error) => error,
        Ok(()) => panic!("`{operation}` is told to be possible"),
    }
}
