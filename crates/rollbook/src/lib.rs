//! Users and devices of TruU, Banyan and Truto through one typed, lossless SDK.
