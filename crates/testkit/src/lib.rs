//! Rollbook's test kit: fake transport, clock, and the behaviour suite for adapters.
