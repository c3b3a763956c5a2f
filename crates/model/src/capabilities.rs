use std::fmt;

/// Something that a [`Directory`](crate::Directory) may be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// List the users.
    ListUsers,
    /// Get one user.
    GetUser,
    /// List the devices.
    ListDevices,
    /// Get one device.
    GetDevice,
    /// List the workstations.
    ListWorkstations,
    /// Create a user.
    CreateUser,
    /// Delete a user.
    DeleteUser,
    /// Ban devices by their serial number.
    BanDevice,
    /// Lift the ban of devices by their serial number.
    UnbanDevice,
    /// Delete a device of one user.
    DeleteDevice,
    /// Delete a device for all its users.
    DeleteDeviceEverywhere,
}

impl Operation {
    /// Every operation, in the order in which tables show them.
    pub const ALL: [Self; 11] = [
        Self::ListUsers,
        Self::GetUser,
        Self::ListDevices,
        Self::GetDevice,
        Self::ListWorkstations,
        Self::CreateUser,
        Self::DeleteUser,
        Self::BanDevice,
        Self::UnbanDevice,
        Self::DeleteDevice,
        Self::DeleteDeviceEverywhere,
    ];

    /// The words that a person uses for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ListUsers => "users list",
            Self::GetUser => "users get",
            Self::ListDevices => "devices list",
            Self::GetDevice => "devices get",
            Self::ListWorkstations => "workstations list",
            Self::CreateUser => "users create",
            Self::DeleteUser => "users delete",
            Self::BanDevice => "devices ban",
            Self::UnbanDevice => "devices unban",
            Self::DeleteDevice => "devices delete",
            Self::DeleteDeviceEverywhere => "devices delete-everywhere",
        }
    }

    /// Whether it changes something.
    pub fn is_change(self) -> bool {
        matches!(
            self,
            Self::CreateUser
                | Self::DeleteUser
                | Self::BanDevice
                | Self::UnbanDevice
                | Self::DeleteDevice
                | Self::DeleteDeviceEverywhere
        )
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that a list can be narrowed by. The name is also the command line's flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Filter {
    /// An e-mail address, compared without case.
    Email,
    /// What a person signs in with (UPN), compared without case.
    UserName,
    /// The directory's id of a user (TruU).
    Guid,
    /// TruU's own id of a user.
    Tuid,
    /// The name to show, compared without case.
    Name,
    /// The status of an account.
    Status,
    /// A serial number. Case counts.
    Serial,
    /// A device's model, compared without case.
    Model,
    /// The operating system family.
    Platform,
    /// The vendor's word for the kind of device, compared without case.
    Type,
    /// An IP address.
    Ip,
    /// A MAC address, compared without case and separators.
    Mac,
}

impl Filter {
    /// Every filter.
    pub const ALL: [Self; 12] = [
        Self::Email,
        Self::UserName,
        Self::Guid,
        Self::Tuid,
        Self::Name,
        Self::Status,
        Self::Serial,
        Self::Model,
        Self::Platform,
        Self::Type,
        Self::Ip,
        Self::Mac,
    ];

    /// The name of the command line's flag, without the dashes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::UserName => "upn",
            Self::Guid => "guid",
            Self::Tuid => "tuid",
            Self::Name => "name",
            Self::Status => "status",
            Self::Serial => "serial",
            Self::Model => "model",
            Self::Platform => "platform",
            Self::Type => "type",
            Self::Ip => "ip",
            Self::Mac => "mac",
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a source does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Support {
    /// The vendor does it.
    Vendor,
    /// It is worked out here, from a whole list.
    Local,
    /// It cannot be done: the vendor has no such thing.
    No,
}

/// What a source can do: per operation, and per filter of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    operations: Vec<(Operation, Support)>,
    filters: Vec<(Operation, Filter, Support)>,
    reasons: Vec<(Operation, &'static str)>,
}

impl Capabilities {
    /// Nothing can be done yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with `operation`, and the filters of its list.
    #[must_use]
    pub fn with(mut self, operation: Operation, support: Support, filters: &[(Filter, Support)]) -> Self {
        self.operations.push((operation, support));
        self.filters.extend(
            filters
                .iter()
                .map(|(filter, support)| (operation, *filter, *support)),
        );
        self
    }

    /// The same with the reason why `operation` cannot be done.
    #[must_use]
    pub fn without(mut self, operation: Operation, reason: &'static str) -> Self {
        self.reasons.push((operation, reason));
        self
    }

    /// How `operation` is done.
    pub fn operation(&self, operation: Operation) -> Support {
        self.operations
            .iter()
            .find(|(known, _)| *known == operation)
            .map_or(Support::No, |(_, support)| *support)
    }

    /// How the list of `operation` is narrowed by `filter`.
    pub fn filter(&self, operation: Operation, filter: Filter) -> Support {
        self.filters
            .iter()
            .find(|(of, known, _)| *of == operation && *known == filter)
            .map_or(Support::No, |(_, _, support)| *support)
    }

    /// The filters of the list of `operation`.
    pub fn filters(&self, operation: Operation) -> impl Iterator<Item = (Filter, Support)> + '_ {
        self.filters
            .iter()
            .filter(move |(of, _, _)| *of == operation)
            .map(|(_, filter, support)| (*filter, *support))
    }

    /// Why `operation` with these filters cannot be done; none when it can.
    pub fn refusal(&self, operation: Operation, filters: &[Filter]) -> Option<String> {
        if self.operation(operation) == Support::No {
            let reason = self
                .reasons
                .iter()
                .find(|(known, _)| *known == operation)
                .map(|(_, reason)| *reason);
            return Some(match reason {
                Some(reason) => format!("`{operation}` is not possible: {reason}"),
                None => format!("`{operation}` is not possible"),
            });
        }
        let filter = filters
            .iter()
            .find(|filter| self.filter(operation, **filter) == Support::No)?;
        Some(format!(
            "`{operation}` has no --{filter} here: the vendor's rows do not carry it"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_cannot_be_done() {
        let capabilities = Capabilities::new()
            .with(
                Operation::ListUsers,
                Support::Vendor,
                &[(Filter::Email, Support::Vendor)],
            )
            .without(Operation::ListWorkstations, "the vendor lists none");
        assert_eq!(capabilities.refusal(Operation::ListUsers, &[Filter::Email]), None);
        assert!(
            capabilities
                .refusal(Operation::ListUsers, &[Filter::Tuid])
                .unwrap()
                .contains("--tuid")
        );
        assert!(
            capabilities
                .refusal(Operation::ListWorkstations, &[])
                .unwrap()
                .contains("the vendor lists none")
        );
        assert!(capabilities.refusal(Operation::GetUser, &[]).is_some());
    }
}
