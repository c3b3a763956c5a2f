//! What reading a page, mapping its rows and passing the layers cost: the contestants. What they cost is told by three programs,
//! because a program that counts allocations gives out memory more slowly, and would be measured with it.

pub mod canned;
pub mod contestants;
pub mod owned;
pub mod pages;
pub mod read;
pub mod stack;
pub mod vendors;
