use std::fmt;

use serde::Serialize;

/// What happens to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EffectKind {
    /// It comes to be.
    Create,
    /// It is gone.
    Delete,
    /// It stays on record and can no longer be used.
    Deactivate,
    /// It is kept out.
    Ban,
    /// It is let in again.
    Unban,
    /// A user and a device are no longer linked, and the certificate for it is revoked.
    Unregister,
}

impl EffectKind {
    /// The name in `snake_case`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Deactivate => "deactivate",
            Self::Ban => "ban",
            Self::Unban => "unban",
            Self::Unregister => "unregister",
        }
    }
}

/// To what it happens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(tag = "resource", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// A user.
    User {
        /// The user's id as in a list of users; none when the user does not exist yet.
        id: Option<String>,
        /// The name to show.
        name: Option<String>,
        /// The main e-mail address.
        email: Option<String>,
    },
    /// A device.
    Device {
        /// The device's id as in a list of devices.
        id: String,
        /// The serial number.
        serial: Option<String>,
        /// The name to show.
        name: Option<String>,
    },
    /// A user on a device (Banyan).
    Registration {
        /// The device's serial number.
        serial: String,
        /// The user's e-mail address.
        email: String,
    },
}

impl Subject {
    /// The short name that a person would type to confirm: the address or name of a user, the serial number or name of a
    /// device.
    pub fn label(&self) -> &str {
        match self {
            Self::User { id, name, email } => email
                .as_deref()
                .or(name.as_deref())
                .or(id.as_deref())
                .unwrap_or("the user"),
            Self::Device { id, serial, name } => serial.as_deref().or(name.as_deref()).unwrap_or(id),
            Self::Registration { serial, .. } => serial,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (noun, key, details) = match self {
            Self::User { id, name, email } => {
                let key = id.as_deref().or(email.as_deref()).or(name.as_deref());
                ("user", key.unwrap_or_default().to_owned(), [name, email])
            }
            Self::Device { id, serial, name } => ("device", id.clone(), [name, serial]),
            Self::Registration { serial, email } => {
                ("registration", format!("{email} on {serial}"), [&None, &None])
            }
        };
        write!(f, "{noun} {key}")?;
        let details: Vec<&str> = details
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|detail| *detail != key)
            .collect();
        if !details.is_empty() {
            write!(f, " ({})", details.join(", "))?;
        }
        Ok(())
    }
}

/// One thing that a change does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Effect {
    /// What happens.
    #[serde(rename = "effect")]
    pub kind: EffectKind,
    /// To what.
    #[serde(flatten)]
    pub subject: Subject,
    /// Why it happens, where nobody asked for it by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
}

impl Effect {
    /// An effect that was asked for.
    pub fn asked(kind: EffectKind, subject: Subject) -> Self {
        Self {
            kind,
            subject,
            because: None,
        }
    }

    /// An effect that the vendor adds, and why.
    pub fn implied(kind: EffectKind, subject: Subject, because: &'static str) -> Self {
        Self {
            kind,
            subject,
            because: Some(because),
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.subject)?;
        match self.because {
            Some(because) => write!(f, ": {because}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_told_in_one_line() {
        let device = Subject::Device {
            id: "d-1".into(),
            serial: Some("C02".into()),
            name: Some("Ann's Mac".into()),
        };
        let effect = Effect::implied(EffectKind::Delete, device, "this was its only user");
        assert_eq!(
            effect.to_string(),
            "delete device d-1 (Ann's Mac, C02): this was its only user"
        );
        let json = serde_json::to_value(&effect).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"effect": "delete", "resource": "device", "id": "d-1", "serial": "C02",
                "name": "Ann's Mac", "because": "this was its only user"})
        );
    }
}
