//! TruU for Rollbook: enrolled users, devices and workstations, typed and lossless.
