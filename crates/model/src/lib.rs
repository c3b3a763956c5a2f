//! Rollbook's domain model: users, devices, workstations, trust, errors, pagers and the Directory trait.
