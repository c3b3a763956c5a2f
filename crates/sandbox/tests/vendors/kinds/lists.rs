//! Every list of every vendor, and how it is walked.

use rollbook_sandbox::fault::FaultSpec;
use rollbook_sandbox::{Sandbox, SandboxConfig, Truth};
use rollbook_transport::Response;
use serde_json::Value;

use crate::support::{banyan, body, get, good, truto, truu_token};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vendor {
    Truu,
    Banyan,
    Truto,
}

#[derive(Debug)]
pub(super) struct List {
    pub(super) vendor: Vendor,
    pub(super) path: &'static str,
    /// Where the rows are.
    pub(super) rows: &'static str,
    pub(super) id: &'static str,
    pub(super) text: &'static str,
    pub(super) truth: fn(&Truth) -> &Vec<String>,
}

pub(super) const LISTS: [List; 11] = [
    List {
        vendor: Vendor::Truu,
        path: "/api/v1/system/enrolled/users/",
        rows: "/results",
        id: "tuid",
        text: "displayName",
        truth: |truth| &truth.truu_users,
    },
    List {
        vendor: Vendor::Truu,
        path: "/api/v1/system/devices/",
        rows: "/results",
        id: "deviceId",
        text: "deviceName",
        truth: |truth| &truth.truu_devices,
    },
    List {
        vendor: Vendor::Truu,
        path: "/data/api/v1/users/",
        rows: "/results",
        id: "tuid",
        text: "displayName",
        truth: |truth| &truth.truu_users,
    },
    List {
        vendor: Vendor::Truu,
        path: "/data/api/v1/assets/",
        rows: "/results",
        id: "machineName",
        text: "displayName",
        truth: |truth| &truth.truu_assets,
    },
    List {
        vendor: Vendor::Banyan,
        path: "/api/v1/endusers",
        rows: "/endusers",
        id: "Email",
        text: "Name",
        truth: |truth| &truth.banyan_users,
    },
    List {
        vendor: Vendor::Banyan,
        path: "/api/v1/devices",
        rows: "/devices",
        id: "DeviceID",
        text: "DeviceFriendlyName",
        truth: |truth| &truth.banyan_devices,
    },
    List {
        vendor: Vendor::Banyan,
        path: "/api/v2/enduser",
        rows: "/data/endusers",
        id: "id",
        text: "name",
        truth: |truth| &truth.banyan_user_ids,
    },
    List {
        vendor: Vendor::Banyan,
        path: "/api/experimental/v2/devices",
        rows: "/data/devices",
        id: "id",
        text: "name",
        truth: |truth| &truth.banyan_device_ids,
    },
    List {
        vendor: Vendor::Truto,
        path: "/unified/user-directory/users",
        rows: "/result",
        id: "id",
        text: "last_name",
        truth: |truth| &truth.truto_users,
    },
    List {
        vendor: Vendor::Truto,
        path: "/unified/mdm/users",
        rows: "/result",
        id: "id",
        text: "name",
        truth: |truth| &truth.truto_mdm_users,
    },
    List {
        vendor: Vendor::Truto,
        path: "/unified/mdm/devices",
        rows: "/result",
        id: "id",
        text: "name",
        truth: |truth| &truth.truto_mdm_devices,
    },
];

pub(super) fn fault(text: &str) -> FaultSpec {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(super) fn with_faults(faults: &[&str]) -> Sandbox {
    let config = SandboxConfig::default().with_users(120).with_devices(120);
    let faults = faults.iter().map(|text| fault(text));
    Sandbox::new(faults.fold(config, SandboxConfig::with_fault))
}

/// The kinds that hit the last request.
pub(super) fn hit(sandbox: &Sandbox) -> Vec<&'static str> {
    let log = sandbox.request_log();
    let last = log.last().unwrap();
    last.faults.iter().map(FaultSpec::kind).collect()
}

impl List {
    /// The first page as a client asks for it, with at most 20 rows where that can be said.
    pub(super) fn first(&self) -> String {
        match self.vendor {
            Vendor::Truu => self.path.to_owned(),
            Vendor::Banyan => format!("{}?skip=0&limit=20", self.path),
            Vendor::Truto => format!("{}?limit=20", self.path),
        }
    }

    pub(super) fn ask(&self, sandbox: &Sandbox, target: &str) -> Response {
        match self.vendor {
            Vendor::Truu => get(sandbox, &truu_token(sandbox), target),
            Vendor::Banyan => banyan(sandbox, target),
            Vendor::Truto => truto(sandbox, target),
        }
    }

    pub(super) fn page(&self, sandbox: &Sandbox, target: &str) -> Value {
        good(&self.ask(sandbox, target))
    }

    pub(super) fn rows_of(&self, page: &Value) -> Vec<Value> {
        page.pointer(self.rows).unwrap().as_array().unwrap().clone()
    }

    /// The number of rows in all, as the page has it.
    pub(super) fn total(&self, page: &Value) -> Option<u64> {
        let pointer = match self.vendor {
            Vendor::Truu => "/count",
            Vendor::Banyan if page.get("data").is_some() => "/data/count",
            Vendor::Banyan => "/count",
            Vendor::Truto => return None,
        };
        page.pointer(pointer).unwrap().as_u64()
    }

    /// How the next page is asked for after this one; `skip` rows came with it and before it.
    pub(super) fn next(&self, page: &Value, skip: usize) -> Option<String> {
        match self.vendor {
            Vendor::Truu => Some(format!("{}?page={}", self.path, page["next"].as_u64()?)),
            Vendor::Banyan => {
                let more = (skip as u64) < self.total(page)?;
                more.then(|| format!("{}?skip={skip}&limit=20", self.path))
            }
            Vendor::Truto => Some(format!(
                "{}?limit=20&next_cursor={}",
                self.path,
                page["next_cursor"].as_str()?
            )),
        }
    }

    /// All pages, in order.
    pub(super) fn walk(&self, sandbox: &Sandbox) -> Vec<Value> {
        let mut pages = Vec::new();
        let mut skip = 0;
        let mut target = Some(self.first());
        while let Some(asked) = target {
            let page = self.page(sandbox, &asked);
            skip += self.rows_of(&page).len();
            target = self.next(&page, skip);
            pages.push(page);
            assert!(pages.len() < 200, "{} does not end", self.path);
        }
        pages
    }

    /// The ids of the rows. A Banyan device without an id is known by its serial number.
    pub(super) fn ids(&self, pages: &[Value]) -> Vec<String> {
        let rows = pages.iter().flat_map(|page| self.rows_of(page));
        rows.map(|row| {
            let id = row[self.id].as_str().or_else(|| row["SerialNumber"].as_str());
            id.unwrap().to_owned()
        })
        .collect()
    }

    /// The first page without the fault.
    pub(super) fn true_page(&self, target: &str) -> Value {
        self.page(&with_faults(&[]), target)
    }
}

/// The reply's body as it is.
pub(super) fn json(response: &Response) -> Value {
    body(response)
}
