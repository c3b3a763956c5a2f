//! A change as data: what was asked, what it does, and what became of it.

use std::borrow::Cow;
use std::path::Path;

use rollbook::model::{
    Change, ChangeFate, Effect, Error, Outcome, Plan, SourceName, Step, Target, User, Vendor,
};
use serde::Serialize;
use serde_json::Value;

use super::check::{command, quoted};
use super::wanted::{Wanted, names};
use crate::output::{Cell, Column, Row};

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// It would be carried out.
    Planned,
    /// A guard, or the person, refused it: nothing was sent.
    Refused,
    /// It took effect, or was so already.
    Done,
    /// Some of its requests took effect, and others did not.
    PartlyDone,
    /// It did not take effect.
    NotDone,
    /// It may or may not have taken effect.
    Unknown,
}

impl End {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Refused => "refused",
            Self::Done => "done",
            Self::PartlyDone => "partly_done",
            Self::NotDone => "not_done",
            Self::Unknown => "unknown",
        }
    }
}

/// One change, as it is written to stdout.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    source: SourceName,
    vendor: Vendor,
    command: &'static str,
    selector: Change,
    pub(crate) outcome: End,
    /// Why, where it is not simply done.
    pub(crate) message: Option<String>,
    /// The command that shows what it is now, where that is not known.
    pub(crate) check: Option<String>,
    targets: Vec<Target>,
    asked: Vec<Effect>,
    implied: Vec<Effect>,
    notes: Vec<String>,
    requests: Vec<Sent>,
    /// The users that were created.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    created: Vec<User>,
}

/// One request, and what became of it.
#[derive(Debug, Serialize)]
struct Sent {
    #[serde(flatten)]
    step: Step,
    outcome: Option<&'static str>,
    read_back: Option<&'static str>,
    error: Option<String>,
}

impl ChangeRow {
    /// A change for which there is no plan.
    pub(crate) fn without_plan(wanted: &Wanted, source: &SourceName, vendor: Vendor, end: End) -> Self {
        Self {
            line: wanted.line,
            source: source.clone(),
            vendor,
            command: wanted.change.operation().as_str(),
            selector: wanted.change.clone(),
            outcome: end,
            message: None,
            check: None,
            targets: Vec::new(),
            asked: Vec::new(),
            implied: Vec::new(),
            notes: Vec::new(),
            requests: Vec::new(),
            created: Vec::new(),
        }
    }

    /// A change that is planned, and not yet carried out.
    pub(crate) fn planned(wanted: &Wanted, plan: &Plan, end: End) -> Self {
        let request = |step: &Step| Sent {
            step: step.clone(),
            outcome: None,
            read_back: None,
            error: None,
        };
        Self {
            targets: plan.targets.clone(),
            asked: plan.asked.clone(),
            implied: plan.implied.clone(),
            notes: plan.notes.clone(),
            requests: plan.steps.iter().map(request).collect(),
            ..Self::without_plan(wanted, &plan.source, plan.vendor.clone(), end)
        }
    }

    /// A change whose steps ended so.
    pub(crate) fn carried_out(
        wanted: &Wanted,
        plan: &Plan,
        outcomes: &[Outcome],
        config: Option<&Path>,
    ) -> Self {
        let mut row = Self::planned(wanted, plan, End::Done);
        for (sent, outcome) in row.requests.iter_mut().zip(outcomes) {
            sent.outcome = Some(outcome.fate.as_str());
            sent.read_back = outcome.read_back.map(|found| found.as_str());
            sent.error = outcome.error.as_ref().map(ToString::to_string);
            row.created.extend(outcome.created.clone());
        }
        // Nothing is sent after the first that is not done, so that one explains the rest.
        let mut steps = outcomes.iter().zip(&plan.steps);
        let worst = steps.find(|(outcome, _)| outcome.fate != ChangeFate::Done);
        let done = outcomes
            .iter()
            .filter(|outcome| outcome.fate == ChangeFate::Done)
            .count();
        if let Some((outcome, step)) = worst {
            row.outcome = match outcome.fate {
                ChangeFate::Unknown => End::Unknown,
                _ if done > 0 => End::PartlyDone,
                _ => End::NotDone,
            };
            row.check = (row.outcome == End::Unknown).then(|| command(config, plan, step));
            let error = outcome.error.as_ref().map(Error::to_string).unwrap_or_default();
            row.message = Some(match done {
                0 => error,
                done => format!("{done} of {} requests took effect; then: {error}", outcomes.len()),
            });
        } else if plan.steps.is_empty() {
            row.message = Some("all is as asked already: nothing was sent".to_owned());
        }
        row
    }

    /// It is not known after all: an earlier attempt may have taken effect.
    pub(crate) fn leave_open(&mut self, plan: &Plan, config: Option<&Path>) {
        self.outcome = End::Unknown;
        self.check = plan.steps.first().map(|step| command(config, plan, step));
    }

    /// What to say when the program is made to stop in the middle of this change.
    pub(crate) fn under_way(mut self, plan: &Plan, config: Option<&Path>) -> String {
        self.leave_open(plan, config);
        let way_out = self.way_out().unwrap_or_default();
        format!(
            "error: {}: it is not known whether this took effect\nhint: {way_out}",
            self.title()
        )
    }

    /// The same change with why it ended so.
    pub(crate) fn because(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// What to do about an outcome that is not known.
    pub(crate) fn way_out(&self) -> Option<String> {
        let look = format!("look with `{}`", self.check.as_ref()?);
        let mut keys = self
            .requests
            .iter()
            .filter_map(|sent| sent.step.idempotency_key.as_ref());
        Some(match (keys.next(), self.line) {
            (Some(key), None) => {
                format!(
                    "{look}, or repeat the command with `--idempotency-key {key}`: it creates nobody twice"
                )
            }
            (Some(key), Some(_)) => {
                format!(
                    "{look}, or run the file again with the same --outcomes, or with {key} in a column idempotency-key"
                )
            }
            (None, _) => look,
        })
    }

    /// The change as it would be typed, without the source.
    pub(crate) fn title(&self) -> String {
        let mut title = self.command.to_owned();
        let selector = serde_json::to_value(&self.selector).unwrap_or_default();
        for name in names(self.selector.operation()) {
            let values = match selector.get(name.replace('-', "_")) {
                Some(Value::Array(items)) => items.iter().collect(),
                Some(value) => vec![value],
                None => Vec::new(),
            };
            for value in values {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                title.push_str(&format!(" --{name} {}", quoted(&text)));
            }
        }
        title
    }

    /// The plan in lines for people.
    pub(crate) fn lines(&self) -> Vec<String> {
        let place = self.line.map_or(String::new(), |line| format!("line {line}: "));
        let mut lines = vec![format!("{place}{}: {}", self.source, self.title())];
        let mut section = |name: &str, items: Vec<String>| {
            for (index, item) in items.into_iter().enumerate() {
                let label = if index == 0 { name } else { "" };
                lines.push(format!("  {label:<8} {item}"));
            }
        };
        section("asked", self.asked.iter().map(Effect::to_string).collect());
        section("implied", self.implied.iter().map(Effect::to_string).collect());
        let request = |sent: &Sent| {
            let body = sent
                .step
                .body
                .as_ref()
                .map_or(String::new(), |body| format!(" {body}"));
            format!("{} {}{body}", sent.step.method, sent.step.target)
        };
        section("sends", self.requests.iter().map(request).collect());
        section("note", self.notes.clone());
        lines
    }
}

impl Row for ChangeRow {
    const CSV: &'static [&'static str] = &[
        "line", "source", "vendor", "command", "selector", "outcome", "asked", "implied", "requests",
        "created", "message", "check",
    ];
    const TABLE: &'static [Column] = &[
        Column::whole("OUTCOME"),
        Column::whole("SOURCE"),
        Column::whole("CHANGE"),
        Column::number("ASKED"),
        Column::number("IMPLIED"),
        Column::whole("CREATED"),
        Column::new("MESSAGE"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        let lines = |items: Vec<String>| Cow::Owned(items.join("; "));
        let requests = self
            .requests
            .iter()
            .map(|sent| format!("{} {}", sent.step.method, sent.step.target));
        vec![
            self.line
                .map_or(Cow::Borrowed(""), |line| Cow::Owned(line.to_string())),
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.vendor.as_str()),
            Cow::Borrowed(self.command),
            Cow::Owned(serde_json::to_string(&self.selector).unwrap_or_default()),
            Cow::Borrowed(self.outcome.as_str()),
            lines(self.asked.iter().map(Effect::to_string).collect()),
            lines(self.implied.iter().map(Effect::to_string).collect()),
            lines(requests.collect()),
            lines(self.created.iter().map(|user| user.id.to_string()).collect()),
            Cow::Borrowed(self.message.as_deref().unwrap_or_default()),
            Cow::Borrowed(self.check.as_deref().unwrap_or_default()),
        ]
    }

    fn table(&self) -> Vec<Cell<'_>> {
        let created: Vec<&str> = self.created.iter().map(|user| user.id.as_str()).collect();
        vec![
            Cow::Borrowed(self.outcome.as_str()),
            Cow::Borrowed(self.source.as_str()),
            Cow::Owned(self.title()),
            Cow::Owned(self.asked.len().to_string()),
            Cow::Owned(self.implied.len().to_string()),
            Cow::Owned(created.join(" ")),
            Cow::Borrowed(self.message.as_deref().unwrap_or_default()),
        ]
    }
}
