//! The flags of the commands that change something.

use std::path::PathBuf;

use clap::Args;

/// How far a change may go, and who agrees to it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Change options")]
pub(crate) struct GuardArgs {
    /// Show the plan, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Go on without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// How many things the selector must fit
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub(crate) expect: usize,
    /// How many effects besides what was asked for are allowed, over the whole run
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub(crate) max_implied: usize,
}

/// Many changes of one kind, from a file.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Many at once")]
pub(crate) struct BulkArgs {
    /// Read them from this CSV file, or from stdin with `-`; its columns are named like the flags
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Go on without the rows that are invalid or refused
    #[arg(long, requires = "from")]
    pub(crate) skip_invalid: bool,
    /// Refuse a run of more rows than this
    #[arg(long, value_name = "COUNT", default_value_t = 25, requires = "from")]
    pub(crate) max: usize,
    /// Write the outcome of each row to this file as it happens; the same command again does only what is left
    #[arg(long, value_name = "FILE", requires = "from")]
    pub(crate) outcomes: Option<PathBuf>,
}

/// A new user.
#[derive(Clone, Debug, Args)]
pub(crate) struct NewUserArgs {
    /// The user's name
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    pub(crate) name: Option<String>,
    /// An e-mail address; may be given again, the first is the main one
    #[arg(
        long = "email",
        value_name = "ADDRESS",
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    pub(crate) emails: Vec<String>,
    /// What the provider wants besides, a JSON object that is passed on as it is
    #[arg(long, value_name = "JSON", conflicts_with = "from")]
    pub(crate) remote_data: Option<String>,
    /// Repeat a create of unknown outcome with the key that it was sent with: it creates nobody twice
    #[arg(long, value_name = "KEY", conflicts_with = "from")]
    pub(crate) idempotency_key: Option<String>,
}

/// Which user, by exactly one of these.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false, args = ["guid", "id", "upn", "email", "tuid", "from"])]
pub(crate) struct UserSelectorArgs {
    /// The id in the directory (TruU)
    #[arg(long, value_name = "ID")]
    pub(crate) guid: Option<String>,
    /// The vendor's id: TruU's tuid or guid, Banyan's e-mail address or v2 id
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// What the user signs in with
    #[arg(long, value_name = "NAME")]
    pub(crate) upn: Option<String>,
    /// The e-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// TruU's own id
    #[arg(long, value_name = "ID")]
    pub(crate) tuid: Option<String>,
}

/// Which devices, by their serial number.
#[derive(Clone, Debug, Args)]
pub(crate) struct SerialArgs {
    /// The serial number; case counts
    #[arg(
        long,
        value_name = "SERIAL",
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    pub(crate) serial: Option<String>,
}

/// Which device of which user.
#[derive(Clone, Debug, Args)]
pub(crate) struct DeviceSelectorArgs {
    /// The serial number (Banyan, with --email); case counts
    #[arg(long, value_name = "SERIAL", requires = "email", conflicts_with_all = ["id", "from"],
        required_unless_present_any = ["id", "from"])]
    pub(crate) serial: Option<String>,
    /// The e-mail address of the user (Banyan, with --serial)
    #[arg(long, value_name = "ADDRESS", requires = "serial", conflicts_with = "from")]
    pub(crate) email: Option<String>,
    /// The device's id (TruU)
    #[arg(long, value_name = "DEVICE", conflicts_with = "from")]
    pub(crate) id: Option<String>,
    /// The directory's id of the device's user (TruU); without it, a complete walk must name one owner
    #[arg(long, value_name = "USER", requires = "id", conflicts_with = "from")]
    pub(crate) guid: Option<String>,
}
