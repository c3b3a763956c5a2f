//! Banyan (SonicWall Cloud Secure Edge) for Rollbook: end users and devices, typed and lossless.
