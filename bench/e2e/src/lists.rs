//! The list of each vendor that is measured.

use clap::ValueEnum;
use rollbook_sandbox::credentials::{BANYAN_KEY, TRUTO_INTEGRATED_ACCOUNT, TRUTO_TOKEN};

/// TruU's devices, Banyan's devices, Truto's users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum List {
    Truu,
    Banyan,
    Truto,
}

impl List {
    pub(crate) const ALL: [Self; 3] = [Self::Truu, Self::Banyan, Self::Truto];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Truu => "truu",
            Self::Banyan => "banyan",
            Self::Truto => "truto",
        }
    }

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Truu => "/api/v1/system/devices/",
            Self::Banyan => "/api/v1/devices",
            Self::Truto => "/unified/user-directory/users",
        }
    }

    /// The rows of a page. TruU fixes them; of Banyan and Truto they are asked for.
    pub(crate) fn page_size(self) -> u64 {
        match self {
            Self::Truu => 25,
            Self::Banyan | Self::Truto => 1000,
        }
    }

    pub(crate) fn pages(self, rows: u64) -> u64 {
        rows.div_ceil(self.page_size())
    }

    /// The path and query of every page of a list of so many rows, as its vendor's pages follow one another.
    pub(crate) fn targets(self, rows: u64) -> Vec<String> {
        let (path, size) = (self.path(), self.page_size());
        let account = format!("integrated_account_id={TRUTO_INTEGRATED_ACCOUNT}");
        (0..self.pages(rows))
            .map(|page| match self {
                Self::Truu if page == 0 => path.to_owned(),
                Self::Truu => format!("{path}?page={}", page + 1),
                Self::Banyan => format!("{path}?skip={}&limit={size}", page * size),
                Self::Truto if page == 0 => format!("{path}?{account}&limit={size}"),
                Self::Truto => format!("{path}?{account}&limit={size}&next_cursor=c:{}", page * size),
            })
            .collect()
    }

    /// What opens the list. The server of this bench looks at no token, so TruU's need not be a real one.
    pub(crate) fn bearer(self) -> String {
        let token = match self {
            Self::Truu => "any",
            Self::Banyan => BANYAN_KEY,
            Self::Truto => TRUTO_TOKEN,
        };
        format!("Bearer {token}")
    }
}
