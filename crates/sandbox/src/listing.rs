//! The lists of the three vendors, in the vendors' words: what a fault has to know to change a page.

use http::Method;
use serde_json::Value;

use crate::call::Call;
use crate::vendor::Vendor;

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    TruuUsers,
    TruuDevices,
    TruuAssets,
    /// Those that are active, as v1 has them.
    BanyanActiveUsers,
    BanyanUsers,
    BanyanActiveDevices,
    BanyanDevices,
    TrutoUsers,
    TrutoMdmUsers,
    TrutoMdmDevices,
}

/// One list.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) vendor: Vendor,
    pub(crate) of: Rows,
    path: &'static [&'static str],
    /// The member that has the rows.
    pub(crate) rows: &'static str,
    /// The member of a row that tells it from others.
    pub(crate) id: &'static str,
    /// A member of a row that is a text, and no id.
    pub(crate) text: &'static str,
}

const LISTINGS: &[Listing] = &[
    Listing {
        vendor: Vendor::Truu,
        of: Rows::TruuUsers,
        path: &["api", "v1", "system", "enrolled", "users"],
        rows: "results",
        id: "tuid",
        text: "displayName",
    },
    Listing {
        vendor: Vendor::Truu,
        of: Rows::TruuDevices,
        path: &["api", "v1", "system", "devices"],
        rows: "results",
        id: "deviceId",
        text: "deviceName",
    },
    Listing {
        vendor: Vendor::Truu,
        of: Rows::TruuUsers,
        path: &["data", "api", "v1", "users"],
        rows: "results",
        id: "tuid",
        text: "displayName",
    },
    Listing {
        vendor: Vendor::Truu,
        of: Rows::TruuAssets,
        path: &["data", "api", "v1", "assets"],
        rows: "results",
        id: "machineName",
        text: "displayName",
    },
    Listing {
        vendor: Vendor::Banyan,
        of: Rows::BanyanActiveUsers,
        path: &["api", "v1", "endusers"],
        rows: "endusers",
        id: "Email",
        text: "Name",
    },
    Listing {
        vendor: Vendor::Banyan,
        of: Rows::BanyanActiveDevices,
        path: &["api", "v1", "devices"],
        rows: "devices",
        id: "DeviceID",
        text: "DeviceFriendlyName",
    },
    Listing {
        vendor: Vendor::Banyan,
        of: Rows::BanyanUsers,
        path: &["api", "v2", "enduser"],
        rows: "endusers",
        id: "id",
        text: "name",
    },
    Listing {
        vendor: Vendor::Banyan,
        of: Rows::BanyanDevices,
        path: &["api", "v2", "devices"],
        rows: "devices",
        id: "id",
        text: "name",
    },
    Listing {
        vendor: Vendor::Truto,
        of: Rows::TrutoUsers,
        path: &["unified", "user-directory", "users"],
        rows: "result",
        id: "id",
        text: "last_name",
    },
    Listing {
        vendor: Vendor::Truto,
        of: Rows::TrutoMdmUsers,
        path: &["unified", "mdm", "users"],
        rows: "result",
        id: "id",
        text: "name",
    },
    Listing {
        vendor: Vendor::Truto,
        of: Rows::TrutoMdmDevices,
        path: &["unified", "mdm", "devices"],
        rows: "result",
        id: "id",
        text: "name",
    },
];

impl Listing {
    /// The list that the call reads.
    pub(crate) fn of(call: &Call<'_>) -> Option<&'static Self> {
        if call.method != Method::GET {
            return None;
        }
        let segments = call.path.segments();
        let path = match segments.as_slice() {
            ["api", "experimental", "v2", rest @ ..] => ["api", "v2"].iter().chain(rest).copied().collect(),
            _ => segments,
        };
        LISTINGS.iter().find(|listing| listing.path == path)
    }

    /// Whether the call gets the list page by page: Banyan's v1 does only when it is asked to.
    pub(crate) fn is_paged(&self, call: &Call<'_>) -> bool {
        let v1 = matches!(self.of, Rows::BanyanActiveUsers | Rows::BanyanActiveDevices);
        let asked = |name| call.query.last_ignoring_case(name).is_some();
        !v1 || asked("skip") || asked("limit")
    }

    /// What holds the rows and the members about the page: the body, or what Banyan's v2 wraps.
    pub(crate) fn envelope<'v>(&self, body: &'v mut Value) -> &'v mut Value {
        let wrapped = body.get(self.rows).is_none() && body.get("data").is_some();
        if wrapped { &mut body["data"] } else { body }
    }

    /// The rows: a member of the page, or the whole body where the page is bare.
    pub(crate) fn rows<'v>(&self, body: &'v mut Value) -> Option<&'v mut Vec<Value>> {
        if body.is_array() {
            return body.as_array_mut();
        }
        self.envelope(body).get_mut(self.rows)?.as_array_mut()
    }

    /// Whether more pages follow this one.
    pub(crate) fn goes_on(&self, call: &Call<'_>, body: &mut Value) -> bool {
        let page = self.envelope(body);
        match self.vendor {
            Vendor::Truu => page.get("next").is_some_and(Value::is_number),
            Vendor::Truto => page.get("next_cursor").is_some_and(Value::is_string),
            Vendor::Banyan => {
                let count = page.get("count").and_then(Value::as_u64).unwrap_or(0);
                let rows = page.get(self.rows).and_then(Value::as_array).map_or(0, Vec::len) as u64;
                let skip = call.query.last_ignoring_case("skip");
                let skip: u64 = skip.and_then(|skip| skip.parse().ok()).unwrap_or(0);
                skip + rows < count
            }
        }
    }
}
