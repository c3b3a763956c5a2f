//! Each kind of fault at each vendor, on the reply itself.

mod any_request;
mod delivery;
mod grammar;
mod lists;
mod paging;
mod replies;
mod rows;
mod tokens;
mod world;
