//! The rules of the three vendors, one test each.

#[cfg(test)]
mod banyan;
#[cfg(test)]
mod banyan_changes;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod log;
#[cfg(test)]
mod support;
#[cfg(test)]
mod truto;
#[cfg(test)]
mod truto_changes;
#[cfg(test)]
mod truu;
#[cfg(test)]
mod truu_changes;
#[cfg(test)]
mod world;
