//! What Rollbook relies on of TruU, Banyan and Truto, as data.
//!
//! A [`Contract`] is one vendor's OpenAPI 3.1 document: every call that Rollbook makes, every member that the vendor's
//! documents have, and the quirks. TruU and Banyan publish none themselves. It is written from the vendors' documents alone,
//! and so is a witness beside the fixtures and the sandbox: all three are held against each other in the tests.
//!
//! With it one can
//!
//! - check that a client sends what the vendor documents, and that a stand-in answers as it does:
//!   [`Operation::check_request`] and [`Operation::check_response`];
//! - see that a vendor has changed: [`Answers`] collects what replies look like, without anything of people, and
//!   [`Answers::compare`] tells in what that differs from the contract and from an earlier time, and how much it matters;
//! - feed other tools, through [`Contract::text`].
//!
//! ```
//! use rollbook_contract::Contract;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let banyan = Contract::of("banyan").ok_or("no such vendor")?;
//! let ban = banyan.operation("update_device").ok_or("no such operation")?;
//! let findings = ban.check_response(200, br#"[{"message": "Success"}]"#);
//! let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
//! assert_eq!(findings, ["$[0].Message: missing", "$[0].message: not in the contract"]);
//! # Ok(())
//! # }
//! ```
//!
//! # What a document can say
//!
//! The subset of OpenAPI and JSON Schema is small, and a keyword outside it is refused: `type`, `properties`, `required`,
//! `additionalProperties`, `items`, `minItems`, `maxItems`, `enum`, `const`, `oneOf`, `anyOf` and `$ref` to a component, with
//! `description` beside them. What these cannot say stands in extensions:
//!
//! | extension | says |
//! |---|---|
//! | `x-source` | which document and heading it is from, or which client of the vendor |
//! | `x-assumed` | that no document says so |
//! | `x-quirk` | what nobody would expect, in words: a slash at the end, a DELETE with a body, a name that case makes another |
//! | `x-needed` | that a row or a page cannot be read without this member |
//! | `x-known-values` | values of a set that is open: others are told by [`Operation::compare`] and are no fault |
//! | `x-time` | the form and unit of a time: [`Time`] |
//! | `x-may-be-empty` | that this reply can come without a body |
//! | `x-printed-as` | how the vendor's document prints the name, where that is not what is sent |
//! | `x-rows-on-a-page` | how many rows the server gives |
//! | `x-rows`, `x-total`, `x-next` | what holds the rows of a page, how many the list has, what the next page is asked for by |
//! | `x-asks-for-rows` | that a parameter says how many rows the page is to have |
//! | `x-first` | the value of a parameter that asks for the first page |
//! | `x-read` | that something of Rollbook's model comes from it |
//! | `x-not-on-pages` | that whole pages without it are known |
//!
//! An array in a query is repeated (`form` with `explode`), an object is sent as `name[member]` (`deepObject`).
//!
//! # Fixtures
//!
//! The feature `fixtures` brings the cases that Rollbook's own tests run on: see the module `fixtures`.

mod absence;
mod answers;
mod baseline;
mod contract;
mod drift;
mod error;
mod finding;
#[cfg(feature = "fixtures")]
pub mod fixtures;
mod json_type;
mod operation;
mod page;
mod parse;
mod place;
mod request;
mod schema;
mod shape;
mod time;

pub use answers::Answers;
pub use baseline::{Baseline, Filled};
pub use contract::Contract;
pub use drift::{Drift, DriftKind, Severity};
pub use error::ContractError;
pub use finding::{Finding, What};
pub use json_type::JsonType;
pub use operation::{In, Operation, Parameter};
pub use page::Page;
pub use request::Request;
pub use shape::{Seen, Shape};
pub use time::Time;

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
