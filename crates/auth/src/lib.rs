//! Rollbook's credentials: secrets and where they come from, cached single-flight tokens, the auth layer.
