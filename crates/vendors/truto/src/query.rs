//! What can be asked of Truto, typed where Truto's reference gives a type.
//!
//! Which filters work, and which are required, depends on the provider behind the integrated account. An array is sent as
//! `name[]=a&name[]=b`, an object as `name[member]=a` (Truto API reference, "Specifying query parameters").

use std::fmt;

use rollbook_model::Timestamp;
use rollbook_vendor_kit::Query;

/// In which form Truto gives the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// With Truto's mapping applied: what the typed functions ask for.
    Unified,
    /// What the provider answered, untouched.
    Raw,
    /// With Truto's mapping applied, in a normalised form.
    Normalized,
    /// As a stream, for large or binary data.
    Stream,
}

impl fmt::Display for ResponseFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unified => "unified",
            Self::Raw => "raw",
            Self::Normalized => "normalized",
            Self::Stream => "stream",
        })
    }
}

/// Parameters that every call takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// Leave `limit` out of account (`truto_ignore_limit`; lists only).
    pub ignore_limit: bool,
    /// Leave `remote_data` out of the reply (`truto_ignore_remote_data`).
    pub ignore_remote_data: bool,
    /// Leave these members out of the reply (`truto_exclude_fields[]`). Rows without `id` cannot be read.
    pub exclude_fields: Vec<String>,
    /// Parameters for the provider, passed on untouched (`remote_query[name]`). A name may hold brackets: `a[b]`.
    pub remote_query: Vec<(String, String)>,
}

impl Common {
    pub(crate) fn query(&self, mut query: Query) -> Query {
        if self.ignore_limit {
            query = query.with("truto_ignore_limit", true);
        }
        if self.ignore_remote_data {
            query = query.with("truto_ignore_remote_data", true);
        }
        query = query.with_each("truto_exclude_fields[]", &self.exclude_fields);
        self.remote_query.iter().fold(query, |query, (name, value)| {
            query.with(&member("remote_query", name), value)
        })
    }
}

/// `outer[name]`; brackets inside `name` open members of their own.
fn member(outer: &str, name: &str) -> String {
    match name.split_once('[') {
        Some((first, rest)) => format!("{outer}[{first}][{rest}"),
        None => format!("{outer}[{name}]"),
    }
}

/// A time to compare with. What is set must all hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeFilter {
    /// After.
    pub gt: Option<Timestamp>,
    /// At or after.
    pub gte: Option<Timestamp>,
    /// Before.
    pub lt: Option<Timestamp>,
    /// At or before.
    pub lte: Option<Timestamp>,
}

impl TimeFilter {
    fn query(&self, query: Query, name: &str) -> Query {
        [
            ("gt", self.gt),
            ("gte", self.gte),
            ("lt", self.lt),
            ("lte", self.lte),
        ]
        .into_iter()
        .fold(query, |query, (operator, time)| {
            query.with_some(&format!("{name}[{operator}]"), time)
        })
    }
}

/// An e-mail address to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmailFilter {
    /// The address.
    pub email: Option<String>,
    /// Whether it is the main one.
    pub is_primary: Option<bool>,
    /// What kind of address it is.
    pub kind: Option<String>,
}

/// A role to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleFilter {
    /// The role's id.
    pub id: Option<String>,
    /// The role's name.
    pub name: Option<String>,
    /// The role in a group.
    pub group: Option<String>,
    /// The role in an organization.
    pub organization: Option<String>,
    /// The role in a workspace.
    pub workspace: Option<String>,
}

/// A group to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupFilter {
    /// The group's id.
    pub id: Option<String>,
    /// The group's name.
    pub name: Option<String>,
    /// Whether it is a `department` or a `group`.
    pub kind: Option<String>,
    /// The id of the organization that the group belongs to.
    pub organization: Option<String>,
}

/// Something with an id and a name to look for: a tag, a policy, an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedFilter {
    /// The id.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// A device's owner to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnerFilter {
    /// The owner's id.
    pub id: Option<String>,
    /// The owner's name.
    pub name: Option<String>,
    /// One of the owner's e-mail addresses.
    pub emails: Option<String>,
}

/// Adds `outer[member]=value` for each member that has a value.
fn object(query: Query, outer: &str, members: &[(&str, Option<&str>)]) -> Query {
    members.iter().fold(query, |query, (name, value)| {
        query.with_some(&format!("{outer}[{name}]"), value.as_ref())
    })
}

fn named(query: Query, outer: &str, filter: &NamedFilter) -> Query {
    object(
        query,
        outer,
        &[("id", filter.id.as_deref()), ("name", filter.name.as_deref())],
    )
}

/// What users can be sorted by. Which of them work depends on the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SortField {
    /// `created_at`.
    CreatedAt,
    /// `emails`.
    Emails,
    /// `first_name`.
    FirstName,
    /// `groups`.
    Groups,
    /// `id`.
    Id,
    /// `last_active_at`.
    LastActiveAt,
    /// `last_login_at`.
    LastLoginAt,
    /// `name`.
    Name,
    /// `roles`.
    Roles,
    /// `status`.
    Status,
    /// `updated_at`.
    UpdatedAt,
    /// `urls`: in the reference's text, not in its list.
    Urls,
    /// `username`.
    Username,
}

impl SortField {
    /// Truto's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Emails => "emails",
            Self::FirstName => "first_name",
            Self::Groups => "groups",
            Self::Id => "id",
            Self::LastActiveAt => "last_active_at",
            Self::LastLoginAt => "last_login_at",
            Self::Name => "name",
            Self::Roles => "roles",
            Self::Status => "status",
            Self::UpdatedAt => "updated_at",
            Self::Urls => "urls",
            Self::Username => "username",
        }
    }
}

/// Which way to sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// From small to large.
    Ascending,
    /// From large to small.
    Descending,
}

/// Which of a provider's products to take the users of. Required by some providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Product {
    /// `analytics`; wants a workspace.
    Analytics,
    /// `azure_active_directory`.
    AzureActiveDirectory,
    /// `onedrive`.
    Onedrive,
    /// `sharepoint`; wants a workspace.
    Sharepoint,
    /// `teams`; wants a workspace.
    Teams,
    /// `workspace`.
    Workspace,
}

impl Product {
    /// Truto's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Analytics => "analytics",
            Self::AzureActiveDirectory => "azure_active_directory",
            Self::Onedrive => "onedrive",
            Self::Sharepoint => "sharepoint",
            Self::Teams => "teams",
            Self::Workspace => "workspace",
        }
    }
}

/// What to ask of `user-directory/users`. What is set must all hold, as far as the provider filters at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersQuery {
    /// Parameters that every call takes.
    pub common: Common,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The e-mail address, as a text (few providers).
    pub email: Option<String>,
    /// An e-mail address, as an object (most providers).
    pub emails: EmailFilter,
    /// What the user signs in with.
    pub username: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The status: `active`, `created`, `deleted`, `inactive`, `invited`, or the provider's word.
    pub status: Option<String>,
    /// The type: `admin`, `end_user`, `limited`, `machine`, `user`, or the provider's word.
    pub user_type: Option<String>,
    /// When the user was created.
    pub created_at: TimeFilter,
    /// When the user was last changed.
    pub updated_at: TimeFilter,
    /// A role.
    pub roles: RoleFilter,
    /// A group.
    pub groups: GroupFilter,
    /// The id of a group: required by some providers.
    pub group_id: Option<String>,
    /// The id of a workspace: required by some providers.
    pub workspace_id: Option<String>,
    /// The id of an organization: required by some providers.
    pub organization_id: Option<String>,
    /// The product.
    pub product: Option<Product>,
    /// What to sort by.
    pub sort_by: Option<(SortField, SortOrder)>,
    /// Further parameters by Truto's name: the reference has some (customer, org unit, inherited members, last sign-in)
    /// whose names it does not print.
    pub further: Vec<(String, String)>,
}

impl UsersQuery {
    pub(crate) fn query(&self, query: Query) -> Query {
        let mut query = self.common.query(query);
        for (name, value) in [
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("name", &self.name),
            ("email", &self.email),
            ("username", &self.username),
            ("title", &self.title),
            ("status", &self.status),
            ("user_type", &self.user_type),
            ("group_id", &self.group_id),
            ("workspace_id", &self.workspace_id),
            ("organization_id", &self.organization_id),
        ] {
            query = query.with_some(name, value.as_ref());
        }
        query = query.with_some("product", self.product.map(Product::as_str));
        query = object(
            query,
            "emails",
            &[
                ("email", self.emails.email.as_deref()),
                ("type", self.emails.kind.as_deref()),
            ],
        );
        query = query.with_some("emails[is_primary]", self.emails.is_primary);
        query = self.created_at.query(query, "created_at");
        query = self.updated_at.query(query, "updated_at");
        let roles = &self.roles;
        query = object(
            query,
            "roles",
            &[
                ("id", roles.id.as_deref()),
                ("name", roles.name.as_deref()),
                ("group", roles.group.as_deref()),
                ("organization", roles.organization.as_deref()),
                ("workspace", roles.workspace.as_deref()),
            ],
        );
        let groups = &self.groups;
        query = object(
            query,
            "groups",
            &[
                ("id", groups.id.as_deref()),
                ("name", groups.name.as_deref()),
                ("type", groups.kind.as_deref()),
                ("organization", groups.organization.as_deref()),
            ],
        );
        if let Some((field, order)) = self.sort_by {
            let order = if order == SortOrder::Ascending {
                "asc"
            } else {
                "desc"
            };
            query = query.with(&format!("sort_by[{}]", field.as_str()), order);
        }
        self.further
            .iter()
            .fold(query, |query, (name, value)| query.with(name, value))
    }
}

/// What to ask of `mdm/users`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MdmUsersQuery {
    /// Parameters that every call takes.
    pub common: Common,
}

/// What to ask of `mdm/devices`. What is set must all hold, as far as the provider filters at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MdmDevicesQuery {
    /// Parameters that every call takes.
    pub common: Common,
    /// The name; Jamf takes it only with the type `mobile`.
    pub name: Option<String>,
    /// The kind of device. Jamf requires it: `mobile` or `desktop`.
    pub kind: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The version of the operating system.
    pub os_version: Option<String>,
    /// The operating system family.
    pub platform: Option<String>,
    /// The serial number.
    pub serial_number: Option<String>,
    /// A tag.
    pub tags: NamedFilter,
    /// The owner.
    pub owner: OwnerFilter,
    /// A policy.
    pub policy: NamedFilter,
    /// The organization.
    pub organization: NamedFilter,
}

impl MdmDevicesQuery {
    pub(crate) fn query(&self, query: Query) -> Query {
        let mut query = self.common.query(query);
        for (name, value) in [
            ("name", &self.name),
            ("type", &self.kind),
            ("model", &self.model),
            ("os_version", &self.os_version),
            ("platform", &self.platform),
            ("serial_number", &self.serial_number),
        ] {
            query = query.with_some(name, value.as_ref());
        }
        query = named(query, "tags", &self.tags);
        let owner = &self.owner;
        query = object(
            query,
            "owner",
            &[
                ("id", owner.id.as_deref()),
                ("name", owner.name.as_deref()),
                ("emails", owner.emails.as_deref()),
            ],
        );
        named(
            named(query, "policy", &self.policy),
            "organization",
            &self.organization,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_parameter_has_trutos_spelling() {
        let query = UsersQuery {
            common: Common {
                ignore_limit: true,
                ignore_remote_data: true,
                exclude_fields: vec!["id".into(), "name".into()],
                remote_query: vec![("foo".into(), "bar".into()), ("a[b]".into(), "c d".into())],
            },
            emails: EmailFilter {
                email: Some("a+b@x.y".into()),
                is_primary: Some(true),
                kind: None,
            },
            created_at: TimeFilter {
                gt: "2024-01-01T00:00:00Z".parse().ok(),
                ..TimeFilter::default()
            },
            sort_by: Some((SortField::CreatedAt, SortOrder::Descending)),
            product: Some(Product::Teams),
            further: vec![("include_last_login".into(), "true".into())],
            ..UsersQuery::default()
        };
        assert_eq!(
            query.query(Query::new()).into_form(),
            "truto_ignore_limit=true&truto_ignore_remote_data=true&truto_exclude_fields[]=id\
             &truto_exclude_fields[]=name&remote_query[foo]=bar&remote_query[a][b]=c%20d&product=teams\
             &emails[email]=a%2Bb%40x.y&emails[is_primary]=true&created_at[gt]=2024-01-01T00%3A00%3A00Z\
             &sort_by[created_at]=desc&include_last_login=true"
        );
    }
}
