use std::error::Error as StdError;
use std::io::{self, IsTerminal as _, Write as _};

use rollbook::model::{Error, ErrorKind};
use rollbook::{ConfigError, WalkReport};
use serde_json::{Value, json};

use crate::args::{ErrorFormat, GlobalArgs};
use crate::checkpoint::Delivered;
use crate::failure::Failure;
use crate::output::Warning;
use crate::text::{counted, plain, rows};

/// Tells people and scripts on stderr what is not data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reporter {
    json: bool,
    quiet: bool,
    color: bool,
}

/// How many rows and members that could not be read are told one by one; `-o json` has up to a hundred of each.
const UNREADABLE_SHOWN: usize = 10;

impl Reporter {
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            json: global.error_format == ErrorFormat::Json,
            quiet: global.quiet,
            color: !plain && io::stderr().is_terminal(),
        }
    }

    /// Tells that the command line is wrong, before there is anything else to go by.
    pub(crate) fn of_usage() -> Self {
        Self {
            json: true,
            quiet: false,
            color: false,
        }
    }

    /// What a vendor or the way to it did.
    pub(crate) fn error(&self, error: &Error) {
        let hint = hint(error);
        if self.json {
            let mut members = json!({
                "kind": error.kind().as_str(),
                "message": error.to_string(),
                "source": error.source_name().map(ToString::to_string),
                "operation": error.operation(),
                "place": error.place(),
                "status": error.status(),
                "fate": error.fate().as_str(),
                "attempts": error.attempts(),
                "vendor_code": error.vendor_code(),
                "request_id": error.request_id(),
                "from_provider": error.is_from_provider(),
            });
            members["causes"] = causes(error).into();
            members["hint"] = hint.into();
            self.line(&json!({ "error": members }).to_string());
        } else {
            self.human(&error.to_string(), &causes(error), hint.as_deref());
        }
    }

    /// What ended a command.
    pub(crate) fn failure(&self, failure: &Failure) {
        match failure {
            Failure::Config(errors) => errors.iter().for_each(|error| self.config(error)),
            Failure::Usage { problem, hint } => self.plain_error("usage", problem, &[], hint.as_deref()),
            Failure::Refused { problem, hint } => {
                self.plain_error("refused", problem, &[], hint.as_deref());
            }
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Failure::Output(error) => {
                self.plain_error("output", "cannot write to stdout", &[error.to_string()], None);
            }
            Failure::Machine { doing, error } => {
                self.plain_error("machine", &format!("cannot {doing}"), &[error.to_string()], None);
            }
            Failure::Input { path, error } => {
                let problem = format!("cannot read {}", path.display());
                self.plain_error("file", &problem, &[error.to_string()], None);
            }
            Failure::File { path, error } => {
                let problem = format!("cannot write {}", path.display());
                self.plain_error("file", &problem, &[error.to_string()], None);
            }
            Failure::Told(_) | Failure::Interrupted => {}
        }
    }

    fn config(&self, error: &ConfigError) {
        if self.json {
            let file = error.file.as_ref().map(|file| file.display().to_string());
            let members = json!({
                "kind": "config",
                "message": error.to_string(),
                "file": file,
                "line": error.line,
                "problem": error.problem,
                "hint": error.hint,
            });
            self.line(&json!({ "error": members }).to_string());
        } else {
            self.human(&error.to_string(), &[], error.hint.as_deref());
        }
    }

    pub(crate) fn plain_error(&self, kind: &str, message: &str, causes: &[String], hint: Option<&str>) {
        if self.json {
            let members = json!({"kind": kind, "message": message, "causes": causes, "hint": hint});
            self.line(&json!({ "error": members }).to_string());
        } else {
            self.human(message, causes, hint);
        }
    }

    fn human(&self, message: &str, causes: &[String], hint: Option<&str>) {
        self.labelled("error", "31", message);
        for cause in causes {
            self.labelled("cause", "31", cause);
        }
        if let Some(hint) = hint {
            self.labelled("hint", "36", hint);
        }
    }

    /// Something that the reader of the data must know. Not silenced.
    pub(crate) fn warning(&self, source: &str, message: &str) {
        if self.json {
            self.object("warning", json!({"source": source, "message": message}));
        } else {
            self.labelled("warning", "33", &format!("{source}: {message}"));
        }
    }

    /// What was left out, and why.
    pub(crate) fn skipped(&self, warning: &Warning) {
        self.note(warning.source.as_deref(), &warning.message);
    }

    /// Something good to know.
    pub(crate) fn note(&self, source: Option<&str>, message: &str) {
        if self.quiet {
            return;
        }
        if self.json {
            self.object("note", json!({"source": source, "message": message}));
        } else {
            let source = source.map_or(String::new(), |source| format!("{source}: "));
            self.labelled("note", "36", &format!("{source}{message}"));
        }
    }

    /// What is going to be changed. Not silenced for somebody who is to answer.
    pub(crate) fn plan(&self, lines: &[String], is_asked: bool) {
        if self.json && !is_asked {
            return;
        }
        if !self.quiet || is_asked {
            lines.iter().for_each(|line| self.line(&plain(line)));
        }
    }

    /// How a walk ended: always when it is not complete, else as far as summaries are wanted.
    pub(crate) fn walk(&self, report: &WalkReport, summaries: bool) {
        let seen = &report.completeness;
        let what = what(report);
        if !report.is_complete() {
            let reason = match &report.error {
                // The error has told why already.
                Some(_) => format!("stopped after {}", rows(seen.unique)),
                None => seen.reason.clone(),
            };
            let source = report.source.as_str();
            self.warning(source, &format!("{what}: {}: {reason}", seen.grade.as_str()));
            for line in report.unreadable().take(UNREADABLE_SHOWN) {
                self.warning(source, &format!("{what}: {line}"));
            }
        } else if summaries && !self.quiet {
            if self.json {
                match serde_json::to_value(report) {
                    Ok(walk) => self.object("walk", walk),
                    Err(_) => self.object("walk", Value::Null),
                }
                return;
            }
            let repaired = if seen.repaired { " in two passes" } else { "" };
            let line = format!(
                "{}: {what}: complete, {} read{repaired}: {}",
                report.source,
                rows(seen.unique),
                seen.reason
            );
            self.line(&plain(&line));
        }
    }

    /// How far a walk had got when the command was stopped.
    pub(crate) fn stopped(&self, report: &WalkReport, delivered: Delivered) {
        let of = match report.completeness.reported {
            Some(reported) => format!(" of {reported}"),
            None => String::new(),
        };
        let message = format!(
            "{}: stopped after {}: {}{of}",
            what(report),
            counted(delivered.pages, "page"),
            rows(delivered.rows)
        );
        self.warning(report.source.as_str(), &message);
    }

    fn labelled(&self, label: &str, color: &str, text: &str) {
        let text = plain(text);
        if self.color {
            self.line(&format!("\u{1b}[1;{color}m{label}:\u{1b}[0m {text}"));
        } else {
            self.line(&format!("{label}: {text}"));
        }
    }

    fn object(&self, name: &str, members: Value) {
        let mut object = serde_json::Map::new();
        object.insert(name.to_owned(), members);
        self.line(&Value::Object(object).to_string());
    }

    /// Nothing can be done when stderr is gone.
    fn line(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}

fn what(report: &WalkReport) -> String {
    match report.list {
        Some(list) => format!("{} ({list})", report.resource),
        None => report.resource.to_string(),
    }
}

/// What led to the error, each told once: a wrapper often repeats what it wraps.
fn causes(error: &Error) -> Vec<String> {
    let mut told = error.to_string();
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !told.contains(&text) {
            told.push_str(&text);
            causes.push(text);
        }
        next = cause.source();
    }
    causes
}

/// What to do, where there is something to do.
fn hint(error: &Error) -> Option<String> {
    let source = error.source_name().map_or("SOURCE", |source| source.as_str());
    Some(match error.kind() {
        ErrorKind::Unauthenticated => {
            format!("check the credential, then run `rollbook sources check --source {source}`")
        }
        ErrorKind::PermissionDenied => "the credential works, but it lacks the right for this".to_owned(),
        ErrorKind::RateLimited => "try again later, or lower `concurrency` of the source".to_owned(),
        ErrorKind::Unavailable => "the vendor has a problem: try again later".to_owned(),
        ErrorKind::Unreachable => "check `base_url`, the network and `proxy`".to_owned(),
        ErrorKind::Tls => {
            "if the host has an authority of your own, name its PEM file as `ca_file` of the source"
                .to_owned()
        }
        ErrorKind::Timeout => "try again, or raise `timeout` of the source".to_owned(),
        ErrorKind::Redirected => "check `base_url`: the vendor points to another address".to_owned(),
        ErrorKind::Decode => {
            "check that `base_url` is the vendor's API; if it is, the vendor has changed its answers"
                .to_owned()
        }
        ErrorKind::Ambiguous => {
            "name it by an id that only one has; for a device of TruU add --guid USER; or look at all with `list`".to_owned()
        }
        ErrorKind::Refused => {
            "nothing was sent: --dry-run shows the plan, --expect and --max-implied say how far a change may go".to_owned()
        }
        ErrorKind::Incomplete => "try again: the list may be read whole then".to_owned(),
        _ => return None,
    })
}
