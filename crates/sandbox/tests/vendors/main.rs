//! The rules of the three vendors, one test each.

#[cfg(test)]
mod banyan;
#[cfg(test)]
mod support;
#[cfg(test)]
mod truto;
#[cfg(test)]
mod truu;
#[cfg(test)]
mod world;
