use std::sync::LazyLock;

use crate::operation::Operation;
use crate::{ContractError, Request, parse};

/// The documents, as they stand in the folders of the fixtures.
const DOCUMENTS: &[(&str, &str)] = &[
    ("truu", include_str!("../data/truu.openapi.json")),
    ("banyan", include_str!("../data/banyan.openapi.json")),
    ("truto", include_str!("../data/truto.openapi.json")),
];

/// What Rollbook relies on of one vendor.
///
/// ```
/// use rollbook_contract::{Contract, Request};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let truu = Contract::of("truu").ok_or("no such vendor")?;
/// let request = Request::new("GET", "/api/v1/system/enrolled/users/?emial=ann%40example.com");
/// let operation = truu.operation_of(&request).ok_or("no such operation")?;
/// assert_eq!(operation.id(), "enrolled_users");
/// let findings = operation.check_request(&request);
/// assert_eq!(findings[0].to_string(), "query.emial: not in the contract");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Contract {
    vendor: String,
    text: String,
    operations: Vec<Operation>,
}

impl Contract {
    /// The contract of `truu`, `banyan` or `truto`; none for another name.
    pub fn of(vendor: &str) -> Option<&'static Self> {
        Self::all().iter().find(|contract| contract.vendor == vendor)
    }

    /// The contracts of all vendors.
    pub fn all() -> &'static [Self] {
        // That each of them can be read is shown by a test.
        static ALL: LazyLock<Vec<Contract>> = LazyLock::new(|| {
            let contracts = DOCUMENTS.iter();
            let contracts = contracts.map(|(vendor, text)| Contract::parse(vendor, text));
            contracts.filter_map(Result::ok).collect()
        });
        &ALL
    }

    /// A contract of one's own: an OpenAPI 3.1 document in JSON.
    ///
    /// # Errors
    ///
    /// When the text is no such document, and when it uses a keyword that is not checked here: the [crate's
    /// documentation](crate) has those that are.
    pub fn parse(vendor: &str, text: &str) -> Result<Self, ContractError> {
        let document = serde_json::from_str(text)
            .map_err(|error| ContractError::new("#", format!("this is no JSON: {error}")))?;
        Ok(Self {
            vendor: vendor.to_owned(),
            text: text.to_owned(),
            operations: parse::operations(&document)?,
        })
    }

    /// Whose contract it is.
    pub fn vendor(&self) -> &str {
        &self.vendor
    }

    /// The document, for tools that read OpenAPI.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What can be called.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation of this name.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The operation that a request is for. A slash at the end of the path counts.
    pub fn operation_of(&self, request: &Request) -> Option<&Operation> {
        self.operations
            .iter()
            .filter(|operation| operation.method.eq_ignore_ascii_case(request.method()))
            .filter_map(|operation| Some((literals(&operation.path, request.path())?, operation)))
            .max_by_key(|(literals, _)| *literals)
            .map(|(_, operation)| operation)
    }
}

/// How many segments of the path the template spells out; none where the path is another one.
fn literals(template: &str, path: &str) -> Option<usize> {
    let (mut wanted, mut have) = (template.split('/'), path.split('/'));
    let mut literals = 0;
    loop {
        match (wanted.next(), have.next()) {
            (None, None) => return Some(literals),
            (Some(wanted), Some(have)) if wanted.starts_with('{') => {
                if have.is_empty() {
                    return None;
                }
            }
            (Some(wanted), Some(have)) if wanted == have => literals += 1,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_document_can_be_read() {
        for (vendor, text) in DOCUMENTS {
            if let Err(error) = Contract::parse(vendor, text) {
                panic!("{vendor}: {error}");
            }
        }
        assert_eq!(Contract::all().len(), DOCUMENTS.len());
    }

    #[test]
    fn a_path_is_matched_segment_by_segment_to_its_last_slash() {
        let template = "/users/{id}/devices/";
        assert_eq!(literals(template, "/users/a%2Fb/devices/"), Some(4));
        for other in [
            "/users/a/devices",
            "/users//devices/",
            "/users/a/b/devices/",
            "/users/a/",
            "/users/a/devices/x",
        ] {
            assert_eq!(literals(template, other), None, "{other}");
        }
    }
}
