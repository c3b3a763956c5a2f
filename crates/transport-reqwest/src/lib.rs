//! Rollbook's default HTTP client, on reqwest.
