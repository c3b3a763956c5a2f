use std::sync::Arc;

use serde_json::Value;

use crate::finding::{Finding, What};
use crate::place::Place;
use crate::schema::Schema;

/// One call of a vendor: a method and a path, what can be sent, and what can come back.
#[derive(Debug)]
pub struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) request: Option<Body>,
    pub(crate) responses: Vec<Response>,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    pub(crate) name: String,
    pub(crate) place: In,
    pub(crate) required: bool,
    pub(crate) schema: Arc<Schema>,
    /// Whether its value is how many rows the page is to have: the extension `x-asks-for-rows`.
    pub(crate) asks_for_rows: bool,
    /// The value that asks for the first page: the extension `x-first`. Other values ask for later ones.
    pub(crate) first: Option<String>,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum In {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Form,
}

/// A body that is to be there.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) format: Format,
    pub(crate) schema: Arc<Schema>,
    pub(crate) rows_on_a_page: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct Response {
    /// `200`, or a range as `4XX`.
    pub(crate) status: String,
    pub(crate) body: Option<Body>,
    pub(crate) may_be_empty: bool,
}

impl Parameter {
    /// Its name, as it is sent. One whose value is an object is sent as `name[member]`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it stands.
    pub fn place(&self) -> In {
        self.place
    }

    /// Whether it has to be there.
    pub fn is_required(&self) -> bool {
        self.required
    }
}

impl Operation {
    /// Its name: that of the function which calls it, and of the folder of its fixtures.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `GET`, `POST`, ...
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, with `{name}` for each parameter in it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What can be sent beside the body.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many rows the server puts on a page, where that is fixed.
    pub fn rows_on_a_page(&self) -> Option<usize> {
        self.response(200)?.body.as_ref()?.rows_on_a_page
    }

    /// What is wrong with a reply. A reply without a body has an empty one.
    pub fn check_response(&self, status: u16, body: &[u8]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let place = Place::Root("$");
        let Some(response) = self.response(status) else {
            return vec![Finding::new(&Place::Root("status"), What::Unknown)];
        };
        let is_empty = body.trim_ascii().is_empty();
        match &response.body {
            None if is_empty => {}
            None => findings.push(Finding::new(&place, What::UnexpectedBody)),
            Some(_) if is_empty && response.may_be_empty => {}
            Some(_) if is_empty => findings.push(Finding::new(&place, What::Missing)),
            Some(expected) => expected.check(body, &mut findings),
        }
        findings
    }

    /// What is wrong with a reply, as a client gets it or a stand-in gives it.
    ///
    /// ```
    /// use rollbook_contract::Contract;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let truu = Contract::of("truu").ok_or("no such vendor")?;
    /// let operation = truu.operation("delete_domain_user").ok_or("no such operation")?;
    /// let reply = http::Response::builder().status(302).body("")?;
    /// assert_eq!(operation.check_http_response(&reply)[0].to_string(), "status: not in the contract");
    /// # Ok(())
    /// # }
    /// ```
    pub fn check_http_response<B: AsRef<[u8]>>(&self, reply: &http::Response<B>) -> Vec<Finding> {
        self.check_response(reply.status().as_u16(), reply.body().as_ref())
    }

    /// The exact status counts before its range.
    fn response(&self, status: u16) -> Option<&Response> {
        let (exact, range) = (status.to_string(), format!("{}XX", status / 100));
        let named = |name: &str| self.responses.iter().find(|response| response.status == name);
        named(&exact).or_else(|| named(&range))
    }

    /// The schema of what comes when all is well.
    pub(crate) fn answer(&self) -> Option<&Schema> {
        Some(&self.response(200)?.body.as_ref()?.schema)
    }
}

impl Body {
    pub(crate) fn check(&self, body: &[u8], findings: &mut Vec<Finding>) {
        let place = Place::Root("$");
        let value = match self.format {
            Format::Json => serde_json::from_slice(body).ok(),
            Format::Form => form(body),
        };
        match value {
            Some(value) => self.schema.check(&value, &place, findings),
            None => findings.push(Finding::new(&place, What::WrongFormat)),
        }
    }
}

/// A form as an object of texts. One with a name twice is none.
fn form(body: &[u8]) -> Option<Value> {
    let mut members = serde_json::Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        if members
            .insert(name.into_owned(), value.into_owned().into())
            .is_some()
        {
            return None;
        }
    }
    Some(Value::Object(members))
}
