use std::collections::VecDeque;

/// How many rows of a repeated key are held back until the end of the pass tells what they are.
pub(crate) const REPEATS_HELD: usize = 1_000;

/// How many bytes of pages they may keep in memory: a row keeps the page that it came on. Two bodies of the largest size, or a
/// hundred usual pages.
pub(crate) const REPEATS_BYTES: usize = 128 * 1024 * 1024;

/// Where the rows of a walk go.
#[derive(Debug)]
pub(crate) struct Rows<T> {
    /// To be delivered now.
    pub(crate) due: VecDeque<T>,
    /// How many bytes the pages of those have.
    pub(crate) bytes: usize,
    /// Of a repeated key: the end of the pass tells what they are.
    held: Vec<T>,
    /// And of those.
    held_bytes: usize,
    /// Whether one more was not held.
    left_out: bool,
}

impl<T> Rows<T> {
    pub(crate) fn new() -> Self {
        Self {
            due: VecDeque::new(),
            bytes: 0,
            held: Vec::new(),
            held_bytes: 0,
            left_out: false,
        }
    }

    /// Makes room for the rows that a page of so many bytes repeats.
    pub(crate) fn hold(&mut self, repeats: Vec<T>, bytes: usize) {
        if repeats.is_empty() {
            return;
        }
        self.held_bytes = self.held_bytes.saturating_add(bytes);
        let fits = self.held_bytes <= REPEATS_BYTES && self.held.len() + repeats.len() <= REPEATS_HELD;
        self.left_out |= !fits;
        if self.left_out {
            self.held = Vec::new();
        } else {
            self.held.extend(repeats);
        }
    }

    /// The same rows, changed by `f`.
    pub(crate) fn map<U>(self, f: &dyn Fn(T) -> U) -> Rows<U> {
        Rows {
            due: self.due.into_iter().map(f).collect(),
            bytes: self.bytes,
            held: self.held.into_iter().map(f).collect(),
            held_bytes: self.held_bytes,
            left_out: self.left_out,
        }
    }

    /// Drops what `keep` does not want.
    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.due.retain(&keep);
        self.held.retain(&keep);
    }

    /// What was held, if that is all that was repeated.
    pub(crate) fn take_held(&mut self) -> Option<Vec<T>> {
        self.bytes = std::mem::take(&mut self.held_bytes);
        let held = std::mem::take(&mut self.held);
        (!std::mem::take(&mut self.left_out)).then_some(held)
    }
}
