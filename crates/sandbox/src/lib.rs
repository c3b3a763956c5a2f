//! TruU, Banyan and Truto in one process with state, for tests and first runs.
