//! What the answers were like before: an earlier output of the check.

use std::collections::BTreeMap;
use std::path::Path;

use rollbook::contract::Baseline;
use serde::Deserialize;
use serde_json::Value;

use crate::failure::Failure;

/// The kind of the rows that hold a baseline.
pub(super) const PAGE: &str = "page";

/// The baselines by source and operation.
#[derive(Debug)]
pub(super) struct Baselines(BTreeMap<(String, String), Baseline>);

#[derive(Deserialize)]
struct PageRow {
    source: String,
    operation: String,
    baseline: Baseline,
}

impl Baselines {
    /// Reads what `-o json` or `-o ndjson` has written.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let wrong = |problem: String| {
            Failure::usage(
                format!("cannot use {} as a baseline: {problem}", file.display()),
                "write it with: rollbook contract check -o json > FILE".to_owned(),
            )
        };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let baselines = Self::parse(&text).map_err(|error| wrong(error.to_string()))?;
        match baselines.0.is_empty() {
            true => Err(wrong("no row in it is of a page".to_owned())),
            false => Ok(baselines),
        }
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let mut baselines = BTreeMap::new();
        // One document with all rows, or a row on each line.
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            let rows = match value? {
                Value::Object(mut document) if document.contains_key("data") => {
                    serde_json::from_value(document["data"].take())?
                }
                row => vec![row],
            };
            for row in rows.into_iter().filter(|row: &Value| row["kind"] == PAGE) {
                let row: PageRow = serde_json::from_value(row)?;
                baselines.insert((row.source, row.operation), row.baseline);
            }
        }
        Ok(Self(baselines))
    }

    /// What the operation of a source was like.
    pub(super) fn of(&self, source: &str, operation: &str) -> Option<&Baseline> {
        self.0.get(&(source.to_owned(), operation.to_owned()))
    }
}
