use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operation::Operation;
use crate::request::Request;
use crate::schema::Role;

/// How much the first page of a list holds, beside how much it was to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// How many rows are on it.
    pub rows: u64,
    /// How many there should be: as many as were asked for, or as the server is known to give; and no more than the list has.
    pub expected: Option<u64>,
    /// How many rows the whole list has, where the page says so.
    pub total: Option<u64>,
    /// Whether the page says that there are more rows than those on it.
    pub goes_on: bool,
}

impl Operation {
    /// What a reply to `request` is as the first page of a list; none where it is a later page, or no list by the contract.
    ///
    /// ```
    /// use rollbook_contract::{Contract, Request};
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let truu = Contract::of("truu").ok_or("no such vendor")?;
    /// let request = Request::new("GET", "/api/v1/system/devices/");
    /// let devices = truu.operation_of(&request).ok_or("no such operation")?;
    /// let page = devices.first_page(&request, &json!({"results": [{}, {}], "count": 70, "next": 2}));
    /// let page = page.ok_or("no page")?;
    /// assert_eq!((page.rows, page.expected, page.total, page.goes_on), (2, Some(25), Some(70), true));
    /// # Ok(())
    /// # }
    /// ```
    pub fn first_page(&self, request: &Request, body: &Value) -> Option<Page> {
        let answer = self.answer()?;
        let rows = self.rows_in(body)?;
        let mut parameters = self.parameters.iter();
        let is_first = parameters.all(
            |parameter| match (&parameter.first, request.query(&parameter.name)) {
                (Some(first), Some(value)) => first == value,
                _ => true,
            },
        );
        if !is_first {
            return None;
        }
        let total = answer.in_role(Role::Total, body).and_then(Value::as_u64);
        let next = answer.in_role(Role::Next, body);
        let leads_on = next.is_some_and(|next| !next.is_null() && next != "");
        let mut parameters = self.parameters.iter();
        let asked = parameters
            .find(|parameter| parameter.asks_for_rows)
            .and_then(|parameter| request.query(&parameter.name)?.parse().ok());
        let given = self.rows_on_a_page().map(|rows| rows as u64);
        let most = asked.or(given);
        Some(Page {
            rows,
            expected: most.map(|most| total.map_or(most, |total| total.min(most))),
            total,
            goes_on: leads_on || total.is_some_and(|total| total > rows),
        })
    }

    /// How many rows are where the contract has them.
    pub(crate) fn rows_in(&self, body: &Value) -> Option<u64> {
        match self.answer()?.in_role(Role::Rows, body)? {
            Value::Array(rows) => Some(rows.len() as u64),
            Value::Object(rows) => Some(rows.len() as u64),
            _ => None,
        }
    }
}
