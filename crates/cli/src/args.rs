use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use rollbook_sandbox::fault::{FaultSpec, KINDS};

use crate::change_args::{
    BulkArgs, DeviceSelectorArgs, GuardArgs, NewUserArgs, SerialArgs, UserSelectorArgs,
};
use crate::checkpoint::CheckpointArgs;

/// Who has an account, on which devices, and how trusted: TruU, Banyan and Truto through one program.
///
/// Data goes to stdout, everything else to stderr. The exit code tells how it went: 0 done and complete, 1 failed,
/// 2 wrong usage or configuration, 3 done but incomplete or drifted, 4 sign-in or permission refused, 6 refused by a
/// guard, 7 some rows of a bulk failed, 8 outcome unknown, 9 a vendor answers otherwise than its contract says,
/// 130 stopped by Ctrl-C. A reader that closes stdout early (`| head`) is no failure.
#[derive(Debug, Parser)]
#[command(
    name = "rollbook",
    version,
    propagate_version = true,
    max_term_width = 110,
    after_long_help = "Examples:
  rollbook --sandbox inventory                     try it, without any configuration
  rollbook sources check                           sign in everywhere and read one page of each list
  rollbook users list --email ann@example.com      whose account is it, at which sources
  rollbook devices list --source corp-banyan -o csv > devices.csv"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The flags of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// The configuration file [default: $ROLLBOOK_CONFIG, else $XDG_CONFIG_HOME/rollbook/config.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Only this source; may be given again
    #[arg(long = "source", global = true, value_name = "NAME")]
    pub(crate) sources: Vec<String>,

    /// Use the embedded sandbox instead of a configuration
    #[arg(long, global = true, conflicts_with = "config")]
    pub(crate) sandbox: bool,

    /// How rows are written to stdout
    ///
    /// The widths of a table need every row, so a table is held in memory until its end; the other formats are written as pages
    /// arrive, however long the list. After Ctrl-C, what was written is whole lines, and json is a whole document of the rows
    /// so far.
    #[arg(short, long, global = true, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,

    /// How errors and notes are written to stderr
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = ErrorFormat::Human)]
    pub(crate) error_format: ErrorFormat,

    /// Never ask anything on the terminal
    #[arg(long, global = true)]
    pub(crate) no_input: bool,

    /// Write only data and errors: no notes, no summaries, no progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Tell more: -v which filters were applied here, -vv every call, -vvv every attempt
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people: the columns that matter most; held whole until the end
    Table,
    /// One document: rows, completeness and warnings, as pages arrive
    Json,
    /// One object a line, as pages arrive
    Ndjson,
    /// RFC 4180, every column, as pages arrive
    Csv,
}

/// How errors are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    /// For people
    Human,
    /// One object a line
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read everything of every source: counts, trust, completeness of each walk
    #[command(after_long_help = "Examples:
  rollbook inventory
  rollbook --sandbox inventory
  rollbook inventory -o json | jq '.walks[] | select(.grade != \"complete\")'
  rollbook inventory --checkpoint inventory.checkpoint

With --checkpoint, a run that was stopped or killed is gone on with by the same command: lists that were read are not \
read again, and the numbers are those of one whole run. When all lists were read, it prints the kept numbers and asks \
nothing; --restart reads anew. After Ctrl-C the numbers so far are printed, -o json as a whole document.")]
    Inventory {
        #[command(flatten)]
        checkpoint: CheckpointArgs,
    },
    /// The accounts
    #[command(subcommand)]
    Users(UsersCommand),
    /// The enrolled phones, laptops and agents
    #[command(subcommand)]
    Devices(DevicesCommand),
    /// The machines with the accounts enrolled on them
    #[command(subcommand)]
    Workstations(WorkstationsCommand),
    /// What is configured
    #[command(subcommand)]
    Sources(SourcesCommand),
    /// Whether the vendors still answer as is relied on
    #[command(subcommand)]
    Contract(ContractCommand),
    /// The three vendors in one process, for trying out and for tests
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Write completions for a shell to stdout
    #[command(after_long_help = "Examples:
  rollbook completions bash > ~/.local/share/bash-completion/completions/rollbook
  rollbook completions zsh > ~/.zfunc/_rollbook")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// List users; what a vendor cannot filter is filtered here
    #[command(after_long_help = "Examples:
  rollbook users list
  rollbook users list --email ann@example.com -o json
  rollbook users list --status inactive -o ndjson | jq -r .id
  rollbook users list --source corp-banyan --serial C02XK1JHJG5J
  rollbook users list -o ndjson --checkpoint users.checkpoint > users.1.ndjson

With --checkpoint FILE (-o ndjson or csv), a run that was stopped or killed is gone on with by the same command, which \
writes the rest. Where a run was killed or could not write in the middle of a page, its last line may be cut off, and \
that page comes again: then write to a new file, and not with >>. When all was written, it says so and writes nothing; \
--restart begins anew. FILE holds cursors and hashes of ids: no secret, and nothing of a row.")]
    List {
        #[command(flatten)]
        filters: UserFilters,
        #[command(flatten)]
        rows: RowArgs,
        #[command(flatten)]
        checkpoint: CheckpointArgs,
    },
    /// Get one user by id: at every source that can, or at those named by --source
    ///
    /// TruU takes the tuid or the guid, Banyan the e-mail address or the v2 id, Truto the id.
    #[command(after_long_help = "Examples:
  rollbook users get ann@example.com --source corp-banyan
  rollbook users get 3f0c1d9e-6a55-4a08-9a3f-1f2d3c4b5a69 --native -o json")]
    Get {
        /// The user's id
        id: String,
        #[command(flatten)]
        rows: RowArgs,
    },
    /// Create a user (Truto, where the source's models contain mdm)
    ///
    /// Each create carries a key by which the vendor knows a repetition: a retry creates nobody twice.
    #[command(after_long_help = "Examples:
  rollbook users create --source hr-jamf --name 'Ann Lee' --email ann.lee@example.com --dry-run
  rollbook users create --source hr-jamf --name 'Ann Lee' --email ann.lee@example.com --yes
  rollbook users create --source hr-jamf --from joiners.csv --outcomes joiners.ndjson

A CSV has the columns name, email and, if needed, remote-data.")]
    Create {
        #[command(flatten)]
        user: NewUserArgs,
        #[command(flatten)]
        bulk: BulkArgs,
        #[command(flatten)]
        guards: GuardArgs,
    },
    /// Delete a user, and whatever the vendor deletes with it (TruU, Banyan)
    ///
    /// TruU deletes the user and all its devices. Banyan marks the user inactive, and every device that is left without an
    /// active user. The plan names them all; more than --max-implied of them are refused.
    #[command(after_long_help = "Examples:
  rollbook users delete --source corp-truu --email ann.lee@example.com --dry-run
  rollbook users delete --source corp-truu --email ann.lee@example.com --max-implied 2
  rollbook users delete --source corp-banyan --from leavers.csv --outcomes leavers.ndjson --yes

A CSV has exactly one of the columns guid, id, upn, email, tuid.")]
    Delete {
        #[command(flatten)]
        user: UserSelectorArgs,
        #[command(flatten)]
        bulk: BulkArgs,
        #[command(flatten)]
        guards: GuardArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DevicesCommand {
    /// List devices; what a vendor cannot filter is filtered here
    #[command(after_long_help = "Examples:
  rollbook devices list
  rollbook devices list --serial C02XK1JHJG5J -o json
  rollbook devices list --platform ios -o csv > phones.csv
  rollbook devices list -o ndjson --checkpoint devices.checkpoint > devices.1.ndjson

With --checkpoint FILE (-o ndjson or csv), a run that was stopped or killed is gone on with by the same command, which \
writes the rest. Where a run was killed or could not write in the middle of a page, its last line may be cut off, and \
that page comes again: then write to a new file, and not with >>. When all was written, it says so and writes nothing; \
--restart begins anew. FILE holds cursors and hashes of ids: no secret, and nothing of a row.")]
    List {
        #[command(flatten)]
        filters: DeviceFilters,
        #[command(flatten)]
        rows: RowArgs,
        #[command(flatten)]
        checkpoint: CheckpointArgs,
    },
    /// Get one device by id: at every source that can, or at those named by --source
    ///
    /// With --guid, TruU needs one request instead of its whole list.
    #[command(after_long_help = "Examples:
  rollbook devices get C02XK1JHJG5J --source corp-banyan
  rollbook devices get 0b6f7d1e-51a4-4f0b-8f5e-2a4f0e6f7b10 --guid 7d1f0a52-93a8-4b3e-8c6e-0f5d2b1a9c44")]
    Get {
        /// The device's id, or its serial number where the vendor has no other
        id: String,
        /// The directory's id of the device's user (TruU)
        #[arg(long, value_name = "USER")]
        guid: Option<String>,
        #[command(flatten)]
        rows: RowArgs,
    },
    /// Ban every device with a serial number (Banyan)
    ///
    /// A ban outlives a new registration of the device; `devices unban` lifts it.
    #[command(after_long_help = "Examples:
  rollbook devices ban --source corp-banyan --serial C02XK1JHJG5J --dry-run
  rollbook devices ban --source corp-banyan --serial C02XK1JHJG5J
  rollbook devices ban --source corp-banyan --from lost.csv --outcomes lost.ndjson --yes

A CSV has the column serial.")]
    Ban {
        #[command(flatten)]
        device: SerialArgs,
        #[command(flatten)]
        bulk: BulkArgs,
        #[command(flatten)]
        guards: GuardArgs,
    },
    /// Lift the ban of every device with a serial number (Banyan)
    #[command(after_long_help = "Examples:
  rollbook devices unban --source corp-banyan --serial C02XK1JHJG5J --yes

A CSV has the column serial.")]
    Unban {
        #[command(flatten)]
        device: SerialArgs,
        #[command(flatten)]
        bulk: BulkArgs,
        #[command(flatten)]
        guards: GuardArgs,
    },
    /// Delete a device of one user (TruU by --id, Banyan by --serial and --email)
    ///
    /// At Banyan the user goes too if it has no other device, and the device if it has no other user: the plan tells, and
    /// --max-implied allows it. To delete a device of Banyan for all its users, see `devices delete-everywhere`.
    #[command(after_long_help = "Examples:
  rollbook devices delete --source corp-banyan --serial C02XK1JHJG5J --email ann.lee@example.com --dry-run
  rollbook devices delete --source corp-banyan --serial C02XK1JHJG5J --email ann.lee@example.com --max-implied 1
  rollbook devices delete --source corp-truu --id 0b6f7d1e-51a4-4f0b-8f5e-2a4f0e6f7b10 --guid 7d1f0a52-93a8-4b3e-8c6e-0f5d2b1a9c44

A CSV has the columns serial and email, or id and, if wanted, guid.")]
    Delete {
        #[command(flatten)]
        device: DeviceSelectorArgs,
        #[command(flatten)]
        bulk: BulkArgs,
        #[command(flatten)]
        guards: GuardArgs,
    },
    /// Delete a device for all its users (Banyan)
    ///
    /// Every user who has no other device is deleted too: the plan names them, and --max-implied allows it.
    #[command(after_long_help = "Examples:
  rollbook devices delete-everywhere --source corp-banyan --serial C02XK1JHJG5J --dry-run
  rollbook devices delete-everywhere --source corp-banyan --serial C02XK1JHJG5J --max-implied 1")]
    DeleteEverywhere {
        /// The serial number; case counts
        #[arg(long, value_name = "SERIAL")]
        serial: String,
        #[command(flatten)]
        guards: GuardArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorkstationsCommand {
    /// List workstations with the accounts enrolled on each
    #[command(after_long_help = "Examples:
  rollbook workstations list
  rollbook workstations list --ip 10.1.2.3 --ip 10.1.2.4
  rollbook workstations list --mac b4:4a:8a:64:71:e8 -o json
  rollbook workstations list -o csv --checkpoint workstations.checkpoint > workstations.1.csv

With --checkpoint FILE (-o ndjson or csv), a run that was stopped or killed is gone on with by the same command, which \
writes the rest. Where a run was killed or could not write in the middle of a page, its last line may be cut off, and \
that page comes again: then write to a new file, and not with >>. When all was written, it says so and writes nothing; \
--restart begins anew. FILE holds cursors and hashes of ids: no secret, and nothing of a row.")]
    List {
        /// With this IP address; may be given again: any of them
        #[arg(long = "ip", value_name = "ADDRESS", value_parser = filled)]
        ips: Vec<String>,
        /// With this MAC address; may be given again: any of them
        #[arg(long = "mac", value_name = "ADDRESS", value_parser = filled)]
        macs: Vec<String>,
        #[command(flatten)]
        rows: RowArgs,
        #[command(flatten)]
        checkpoint: CheckpointArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesCommand {
    /// List the configured sources and what each can do; reads no secret and sends nothing
    #[command(after_long_help = "Examples:
  rollbook sources list
  rollbook sources list -o json | jq -r '.data[].name'")]
    List,
    /// Sign in at each source and read one page of each of its lists
    #[command(after_long_help = "Examples:
  rollbook sources check
  rollbook sources check --source corp-truu -vv")]
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Read one page of each list, and compare what the pages look like with the vendor's contract
    ///
    /// Members, their types and the values of closed sets are compared; no value of a person is kept or shown. A breaking
    /// difference ends with exit 9. Differences that do not matter are shown with -v, and in every format for scripts.
    ///
    /// A vendor's documents do not say what one source usually answers. An earlier output does, and is the baseline then: a
    /// member is gone that was filled there and is in no row now, unless chance explains it, and that is breaking where
    /// Rollbook reads the member. A page is smaller, and a list, than there; an answer is slow that was three times as long
    /// on the wire, and more than a second. Waiting for budgets, sign-ins and retries is not counted. Without a baseline a
    /// page is held against the rows that were asked for, or that the vendor always gives, and an answer against 10 seconds.
    #[command(after_long_help = "Examples:
  rollbook contract check
  rollbook contract check --source corp-truu -v
  rollbook contract check -o json > baseline.json            while all is well
  rollbook contract check --baseline baseline.json           each night
  rollbook --sandbox contract check -o json | jq '.data[] | select(.severity == \"breaking\")'")]
    Check {
        /// An earlier output of this command, -o json or -o ndjson, to compare with besides the contract
        #[arg(long, value_name = "FILE")]
        baseline: Option<PathBuf>,
    },
    /// Print what is relied on of a vendor, as an OpenAPI document
    #[command(after_long_help = "Examples:
  rollbook contract show truu > truu.openapi.json")]
    Show {
        /// The vendor: truu, banyan or truto
        vendor: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Serve the three vendors over HTTP until stopped
    ///
    /// The first line on stdout is `base_url=http://ADDRESS`. The world is the same for the same seed and sizes.
    #[command(after_long_help = "Examples:
  rollbook sandbox serve
  rollbook sandbox serve --addr 127.0.0.1:8080 --seed 7 --users 2000 --devices 3000 --latency-ms 20
  rollbook sandbox serve --write-config sandbox.toml
  rollbook --config sandbox.toml inventory
  rollbook sandbox serve --fault 'status:code=503,every=5' --fault reset:when=after,method=DELETE,times=1")]
    Serve(ServeArgs),
    /// List the faults by which `serve --fault` misbehaves, with their keys
    ///
    /// A fault is written kind[:key=value,...]. The rows of the kind * are the keys that every kind has: which requests
    /// are hit. A kind does nothing to requests that it is not about. Kinds that do not work beside others take turns: the
    /// first of them that is due hits a request.
    #[command(after_long_help = "Examples:
  rollbook sandbox faults
  rollbook sandbox faults -o json | jq -r '.data[].example'")]
    Faults,
}

/// With the kinds, from the table by which they are read.
fn fault_help() -> String {
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    format!(
        "Misbehave: kind[:key=value,...]; may be given again\n\n\
         The kinds are {}. `rollbook sandbox faults` lists what they do, and their keys.",
        kinds.join(", ")
    )
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) addr: SocketAddr,
    /// What the world grows from
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    pub(crate) seed: u64,
    /// How many accounts TruU has
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    pub(crate) users: usize,
    /// How many enrolled devices TruU has
    #[arg(long, value_name = "COUNT", default_value_t = 300)]
    pub(crate) devices: usize,
    /// How long each answer is held back, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pub(crate) latency_ms: u64,
    /// Misbehave: kind[:key=value,...], see `rollbook sandbox faults`; may be given again
    #[arg(long = "fault", value_name = "SPEC", long_help = fault_help())]
    pub(crate) faults: Vec<FaultSpec>,
    /// Write a configuration for this sandbox, with its secrets in files beside it that only the owner can read
    #[arg(long, value_name = "FILE")]
    pub(crate) write_config: Option<PathBuf>,
    /// Let --write-config replace a configuration that the sandbox did not write
    #[arg(long, requires = "write_config")]
    pub(crate) force: bool,
}

/// Which users.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters (all must hold)")]
pub(crate) struct UserFilters {
    /// With this e-mail address, without case
    #[arg(long, value_name = "ADDRESS", value_parser = filled)]
    pub(crate) email: Option<String>,
    /// Who signs in with this name, without case
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub(crate) upn: Option<String>,
    /// With this id in the directory (TruU), without case
    #[arg(long, value_name = "ID", value_parser = filled)]
    pub(crate) guid: Option<String>,
    /// With this TruU id, without case
    #[arg(long, value_name = "ID", value_parser = filled)]
    pub(crate) tuid: Option<String>,
    /// With this whole name to show, without case
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub(crate) name: Option<String>,
    /// With this status (active, inactive, deleted, invited, or the vendor's word)
    #[arg(long, value_name = "STATUS", value_parser = filled)]
    pub(crate) status: Option<String>,
    /// With a device of this serial number (Banyan)
    #[arg(long, value_name = "SERIAL", value_parser = filled)]
    pub(crate) serial: Option<String>,
}

/// Which devices.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters (all must hold)")]
pub(crate) struct DeviceFilters {
    /// With this serial number; case counts
    #[arg(long, value_name = "SERIAL", value_parser = filled)]
    pub(crate) serial: Option<String>,
    /// Of a user with this e-mail address, without case
    #[arg(long, value_name = "ADDRESS", value_parser = filled)]
    pub(crate) email: Option<String>,
    /// With this whole name to show, without case
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub(crate) name: Option<String>,
    /// Of this model, without case
    #[arg(long, value_name = "MODEL", value_parser = filled)]
    pub(crate) model: Option<String>,
    /// With this operating system (windows, macos, linux, ios, ipados, android, chromeos, or the vendor's word)
    #[arg(long, value_name = "PLATFORM", value_parser = filled)]
    pub(crate) platform: Option<String>,
    /// Of this kind, in the vendor's word, without case
    #[arg(long = "type", value_name = "TYPE", value_parser = filled)]
    pub(crate) kind: Option<String>,
}

/// How rows are shown.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Row options")]
pub(crate) struct RowArgs {
    /// Add the vendor's row, as it came (json, ndjson and csv)
    #[arg(long)]
    pub(crate) native: bool,
    /// Do not mask the push tokens in TruU's rows
    #[arg(long, requires = "native")]
    pub(crate) native_secrets: bool,
    /// Write csv cells as they are, also those that a spreadsheet would run
    #[arg(long)]
    pub(crate) raw_csv: bool,
    /// The rows go below those of an earlier run: what stands above the first row stands there already.
    #[arg(skip)]
    pub(crate) goes_on: bool,
}

/// A blank filter is a variable that was not set, and would find nobody.
fn filled(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() {
        Err("it is blank: give a value, or leave the filter out")
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_command() {
        for line in [
            "rollbook --source a -o csv -q users list --email x@y.z",
            "rollbook users list --email x@y.z --source a -o csv -q",
            "rollbook users --source a list -o csv --email x@y.z -q",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.global.sources, ["a"], "{line}");
            assert_eq!(cli.global.output, OutputFormat::Csv, "{line}");
            assert!(cli.global.quiet, "{line}");
        }
    }

    #[test]
    fn every_flag_is_documented_and_every_command_that_runs_has_examples() {
        fn check(command: &clap::Command, path: &str) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                assert!(argument.get_help().is_some(), "{path}: {id}");
            }
            let mut subcommands = command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
                .peekable();
            if subcommands.peek().is_none() {
                let examples = command
                    .get_after_long_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(examples.contains("Examples:"), "{path}");
            }
            for sub in subcommands {
                check(sub, &format!("{path} {}", sub.get_name()));
            }
        }
        check(&Cli::command(), "rollbook");
    }
}
