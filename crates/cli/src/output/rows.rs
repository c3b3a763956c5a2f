use std::borrow::Cow;

use rollbook::model::{Device, Enrollment, NativeRow, Timestamp, Trust, User, VendorIds, Workstation};

use super::row::{Cell, Column, Row, joined, shown, text};

impl Row for User {
    const CSV: &'static [&'static str] = &[
        "source",
        "vendor",
        "id",
        "vendor_ids",
        "user_name",
        "display_name",
        "given_name",
        "family_name",
        "emails",
        "status",
        "groups",
        "roles",
        "created_at",
        "updated_at",
        "last_login_at",
        "last_synced_at",
        "trust.level",
        "trust.score",
        "trust.native",
        "trust.override",
        "trust.observed_at",
    ];
    const TABLE: &'static [Column] = &[
        Column::whole("SOURCE"),
        Column::whole("ID"),
        Column::new("NAME"),
        Column::whole("EMAIL"),
        Column::whole("STATUS"),
        Column::whole("TRUST"),
        Column::whole("LAST LOGIN (UTC)"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        let mut cells = vec![
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.vendor.as_str()),
            Cow::Borrowed(self.id.as_str()),
            ids(&self.vendor_ids),
            text(&self.user_name),
            text(&self.display_name),
            text(&self.given_name),
            text(&self.family_name),
            joined(self.emails.iter().map(|email| &email.value)),
            shown(self.status.as_ref()),
            joined(&self.groups),
            joined(&self.roles),
            shown(self.created_at),
            shown(self.updated_at),
            shown(self.last_login_at),
            shown(self.last_synced_at),
        ];
        cells.extend(trust_cells(self.trust.as_ref()));
        cells
    }

    fn table(&self) -> Vec<Cell<'_>> {
        vec![
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.id.as_str()),
            match &self.display_name {
                Some(name) => Cow::Borrowed(name.as_str()),
                None => text(&self.user_name),
            },
            joined(self.emails.iter().map(|email| &email.value)),
            shown(self.status.as_ref()),
            trust_word(self.trust.as_ref()),
            to_the_minute(self.last_login_at),
        ]
    }

    fn native(&self) -> Option<&NativeRow> {
        self.native.as_ref()
    }

    fn unread(&self) -> &[String] {
        &self.unread
    }
}

impl Row for Device {
    const CSV: &'static [&'static str] = &[
        "source",
        "vendor",
        "id",
        "vendor_ids",
        "serial_number",
        "name",
        "type",
        "platform",
        "os_version",
        "model",
        "app_version",
        "ownership",
        "active",
        "banned",
        "registered",
        "users.id",
        "users.email",
        "users.user_name",
        "trust.level",
        "trust.score",
        "trust.native",
        "trust.override",
        "trust.observed_at",
        "created_at",
        "last_seen_at",
    ];
    const TABLE: &'static [Column] = &[
        Column::whole("SOURCE"),
        Column::whole("ID"),
        Column::new("NAME"),
        Column::whole("SERIAL"),
        Column::whole("PLATFORM"),
        Column::new("USERS"),
        Column::whole("TRUST"),
        Column::whole("STATE"),
        Column::whole("LAST SEEN (UTC)"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        let mut cells = vec![
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.vendor.as_str()),
            Cow::Borrowed(self.id.as_str()),
            ids(&self.vendor_ids),
            text(&self.serial_number),
            text(&self.name),
            text(&self.kind),
            shown(self.platform.as_ref()),
            text(&self.os_version),
            text(&self.model),
            text(&self.app_version),
            shown(self.ownership.as_ref()),
            shown(self.active),
            shown(self.banned),
            shown(self.registered),
            joined(self.users.iter().map(|user| text(&user.id))),
            joined(self.users.iter().map(|user| text(&user.email))),
            joined(self.users.iter().map(|user| text(&user.user_name))),
        ];
        cells.extend(trust_cells(self.trust.as_ref()));
        cells.push(shown(self.created_at));
        cells.push(shown(self.last_seen_at));
        cells
    }

    fn table(&self) -> Vec<Cell<'_>> {
        let mut state = Vec::new();
        if self.banned == Some(true) {
            state.push("banned");
        }
        match self.active {
            Some(true) => state.push("active"),
            Some(false) => state.push("inactive"),
            None => {}
        }
        vec![
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.id.as_str()),
            text(&self.name),
            text(&self.serial_number),
            shown(self.platform.as_ref()),
            joined(self.users.iter().map(|user| {
                let named = [&user.email, &user.user_name, &user.id];
                named.into_iter().flatten().next().map_or("", String::as_str)
            })),
            trust_word(self.trust.as_ref()),
            joined(state),
            to_the_minute(self.last_seen_at),
        ]
    }

    fn native(&self) -> Option<&NativeRow> {
        self.native.as_ref()
    }

    fn unread(&self) -> &[String] {
        &self.unread
    }
}

impl Row for Workstation {
    const CSV: &'static [&'static str] = &[
        "source",
        "vendor",
        "id",
        "display_name",
        "type",
        "hardware.serial_number",
        "hardware.manufacturer",
        "hardware.model",
        "hardware.processor",
        "hardware.bios_version",
        "network.ip_addresses",
        "network.mac_addresses",
        "enrollments.device_id",
        "enrollments.device_name",
        "enrollments.type",
        "enrollments.app_version",
        "enrollments.active",
        "enrollments.user.id",
        "enrollments.user.email",
        "enrollments.user.user_name",
        "enrollments.user.display_name",
        "enrollments.trust.level",
        "enrollments.trust.native",
        "enrollments.last_seen_at",
        "last_seen_at",
    ];
    const TABLE: &'static [Column] = &[
        Column::whole("SOURCE"),
        Column::whole("ID"),
        Column::new("NAME"),
        Column::whole("TYPE"),
        Column::whole("SERIAL"),
        Column::new("MODEL"),
        Column::new("IP"),
        Column::new("ACCOUNTS"),
        Column::whole("TRUST"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        // The cells of the enrollments stand in step: the second part of each is of the second enrollment.
        fn each<'a>(row: &'a Workstation, cell: impl Fn(&'a Enrollment) -> Cell<'a>) -> Cell<'a> {
            joined(row.enrollments.iter().map(cell))
        }
        let hardware = &self.hardware;
        vec![
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.vendor.as_str()),
            Cow::Borrowed(self.id.as_str()),
            text(&self.display_name),
            text(&self.kind),
            text(&hardware.serial_number),
            text(&hardware.manufacturer),
            text(&hardware.model),
            text(&hardware.processor),
            text(&hardware.bios_version),
            joined(&self.network.ip_addresses),
            joined(&self.network.mac_addresses),
            each(self, |e| text(&e.device_id)),
            each(self, |e| text(&e.device_name)),
            each(self, |e| text(&e.kind)),
            each(self, |e| text(&e.app_version)),
            each(self, |e| shown(e.active)),
            each(self, |e| {
                e.user.as_ref().map_or(Cow::Borrowed(""), |user| text(&user.id))
            }),
            each(self, |e| {
                e.user
                    .as_ref()
                    .map_or(Cow::Borrowed(""), |user| text(&user.email))
            }),
            each(self, |e| {
                e.user
                    .as_ref()
                    .map_or(Cow::Borrowed(""), |user| text(&user.user_name))
            }),
            each(self, |e| {
                e.user
                    .as_ref()
                    .map_or(Cow::Borrowed(""), |user| text(&user.display_name))
            }),
            each(self, |e| trust_level(e.trust.as_ref())),
            each(self, |e| trust_native(e.trust.as_ref())),
            each(self, |e| shown(e.last_seen_at)),
            shown(self.last_seen_at),
        ]
    }

    fn table(&self) -> Vec<Cell<'_>> {
        let account = |enrollment: &Enrollment| {
            let user = enrollment.user.as_ref();
            user.and_then(|user| {
                [&user.email, &user.user_name, &user.display_name, &user.id]
                    .into_iter()
                    .flatten()
                    .next()
                    .cloned()
            })
            .unwrap_or_default()
        };
        vec![
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.id.as_str()),
            text(&self.display_name),
            text(&self.kind),
            text(&self.hardware.serial_number),
            text(&self.hardware.model),
            joined(&self.network.ip_addresses),
            joined(self.enrollments.iter().map(account)),
            joined(self.enrollments.iter().map(|e| trust_word(e.trust.as_ref()))),
        ]
    }

    fn native(&self) -> Option<&NativeRow> {
        self.native.as_ref()
    }

    fn unread(&self) -> &[String] {
        &self.unread
    }
}

/// `name=value` for each further id.
fn ids<'a>(ids: &VendorIds) -> Cell<'a> {
    joined(ids.iter().map(|(name, id)| format!("{name}={id}")))
}

fn trust_cells<'a>(trust: Option<&'a Trust>) -> [Cell<'a>; 5] {
    [
        trust_level(trust),
        shown(trust.and_then(|trust| trust.score)),
        trust_native(trust),
        shown(trust.and_then(|trust| trust.override_.as_ref())),
        shown(trust.and_then(|trust| trust.observed_at)),
    ]
}

fn trust_level<'a>(trust: Option<&Trust>) -> Cell<'a> {
    let level = trust.and_then(|trust| trust.level);
    Cow::Borrowed(level.map_or("", |level| level.as_str()))
}

/// The vendor's own value: a text without its quotes, anything else as JSON.
fn trust_native<'a>(trust: Option<&'a Trust>) -> Cell<'a> {
    match trust.and_then(|trust| trust.native.as_ref()) {
        None => Cow::Borrowed(""),
        Some(serde_json::Value::String(word)) => Cow::Borrowed(word),
        Some(value) => Cow::Owned(value.to_string()),
    }
}

/// A time for people: to the minute, `2026-01-09 19:07`.
fn to_the_minute<'a>(time: Option<Timestamp>) -> Cell<'a> {
    let Some(time) = time else {
        return Cow::Borrowed("");
    };
    let text = time.to_string();
    match text.rsplit_once(':') {
        Some((minute, _)) => Cow::Owned(minute.replace('T', " ")),
        None => Cow::Owned(text),
    }
}

/// The override where there is one, else the level, else the vendor's own value.
fn trust_word<'a>(trust: Option<&'a Trust>) -> Cell<'a> {
    let Some(trust) = trust else {
        return Cow::Borrowed("");
    };
    match (&trust.override_, trust.level) {
        (Some(decision), _) => shown(Some(decision)),
        (None, Some(level)) => Cow::Borrowed(level.as_str()),
        (None, None) => trust_native(Some(trust)),
    }
}
