//! Truto for Rollbook: user-directory and MDM, typed and lossless.
