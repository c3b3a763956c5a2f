use crate::fault::FaultSpec;

/// What world a sandbox holds and how its vendors behave.
///
/// The same configuration gives the same world, byte for byte.
///
/// ```
/// use rollbook_sandbox::SandboxConfig;
///
/// let config = SandboxConfig::default().with_users(20).with_devices(30);
/// assert_eq!((config.seed, config.users, config.devices), (7, 20, 30));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SandboxConfig {
    /// What the world grows from.
    pub seed: u64,
    /// How many accounts there are: exactly the number of TruU enrolled users. The other vendors hold nearly as many,
    /// see [`Truth`](crate::Truth).
    pub users: usize,
    /// How many enrolments there are: exactly the number of TruU devices (none when there are no users). The other
    /// vendors hold nearly as many machines.
    pub devices: usize,
    /// The moment, in seconds since 1970, at which the world was photographed: nobody was seen after it.
    pub photographed_at: i64,
    /// The most rows on a Banyan page; a greater `limit` is clamped to it.
    pub banyan_page_cap: usize,
    /// At which addresses Banyan deletes a device.
    pub banyan_delete_path: BanyanDeletePath,
    /// The rows on a Truto page when no `limit` is given.
    pub truto_page_default: usize,
    /// The most rows on a Truto page; a greater `limit` is clamped to it.
    pub truto_page_cap: usize,
    /// Whether Truto lists say `is_partial_response: true`.
    pub truto_partial: bool,
    /// After how many requests an issued token is refused. `None`: it lasts until it expires.
    pub token_requests: Option<u32>,
    /// How it misbehaves from its start.
    pub faults: Vec<FaultSpec>,
}

/// At which addresses Banyan deletes a device: the guide has one, the vendor's own client another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BanyanDeletePath {
    /// Both.
    #[default]
    Both,
    /// `/api/v1/v1/delete_device` alone, as in the guide.
    Doubled,
    /// `/api/v1/delete_device` alone, as in the vendor's client.
    Single,
}

impl BanyanDeletePath {
    pub(crate) fn has_doubled(self) -> bool {
        matches!(self, Self::Both | Self::Doubled)
    }

    pub(crate) fn has_single(self) -> bool {
        matches!(self, Self::Both | Self::Single)
    }
}

impl Default for SandboxConfig {
    /// Seed 7 with 200 users and 300 devices, photographed on 2026-01-15 at 09:00 UTC.
    fn default() -> Self {
        Self {
            seed: 7,
            users: 200,
            devices: 300,
            photographed_at: 1_768_467_600,
            banyan_page_cap: 1000,
            banyan_delete_path: BanyanDeletePath::Both,
            truto_page_default: 100,
            truto_page_cap: 1000,
            truto_partial: false,
            token_requests: None,
            faults: Vec::new(),
        }
    }
}

impl SandboxConfig {
    /// The same configuration with another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same configuration with another number of accounts.
    #[must_use]
    pub fn with_users(mut self, users: usize) -> Self {
        self.users = users;
        self
    }

    /// The same configuration with another number of enrolments.
    #[must_use]
    pub fn with_devices(mut self, devices: usize) -> Self {
        self.devices = devices;
        self
    }

    /// The same configuration with the world photographed at another moment, in seconds since 1970.
    #[must_use]
    pub fn with_photographed_at(mut self, unix_seconds: i64) -> Self {
        self.photographed_at = unix_seconds;
        self
    }

    /// The same configuration with at most `rows` on a Banyan page (at least one).
    #[must_use]
    pub fn with_banyan_page_cap(mut self, rows: usize) -> Self {
        self.banyan_page_cap = rows.max(1);
        self
    }

    /// The same configuration with Banyan deleting devices at `path`; the other address is a 404.
    #[must_use]
    pub fn with_banyan_delete_path(mut self, path: BanyanDeletePath) -> Self {
        self.banyan_delete_path = path;
        self
    }

    /// The same configuration with `default` rows on a Truto page and at most `cap` (both at least one).
    #[must_use]
    pub fn with_truto_pages(mut self, default: usize, cap: usize) -> Self {
        self.truto_page_cap = cap.max(1);
        self.truto_page_default = default.clamp(1, self.truto_page_cap);
        self
    }

    /// The same configuration with Truto lists that say, or do not say, that they are partial.
    #[must_use]
    pub fn with_truto_partial(mut self, partial: bool) -> Self {
        self.truto_partial = partial;
        self
    }

    /// The same configuration with issued tokens that are refused after `requests` requests.
    #[must_use]
    pub fn with_token_requests(mut self, requests: u32) -> Self {
        self.token_requests = Some(requests);
        self
    }

    /// The same configuration with one more fault from the start.
    #[must_use]
    pub fn with_fault(mut self, fault: FaultSpec) -> Self {
        self.faults.push(fault);
        self
    }
}
