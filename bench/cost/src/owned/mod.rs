//! What a user of these APIs would write: the members that our native rows have, owned, and nothing else.
//!
//! - Texts are `String`, counts `i64`, yes and no `bool` where the vendor sends one and `String` where it sends `"TRUE"`;
//! - times stay as they are sent, a text or a number: the native rows keep them so too;
//! - what is not known is dropped, and so is what our rows keep as it came (`remote_data`): reading it would cost more;
//! - a row that such a struct cannot read is not on the pages: it would end the page.

pub mod banyan;
pub mod truto;
pub mod truu;
