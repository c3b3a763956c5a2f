//! The command that shows how things are, where the program could not find out.

use std::borrow::Cow;

use rollbook::model::{Action, SourceName, Vendor};

/// The command to look with, after a request of unknown fate.
pub(crate) fn command(source: &SourceName, vendor: &Vendor, action: &Action) -> String {
    let look = match action {
        Action::CreateUser(user) => match user.emails.first() {
            Some(email) => format!("users list --email {}", quoted(email.as_str())),
            None => format!("users list --name {}", quoted(user.name.as_str())),
        },
        Action::DeleteUser { key, .. } if *vendor == Vendor::TRUU => {
            format!("users list --guid {}", quoted(key))
        }
        Action::DeleteUser { id, .. } => format!("users get {}", quoted(id)),
        Action::DeleteDevice { device, user } if *vendor == Vendor::TRUU => {
            format!("devices get {} --guid {}", quoted(device), quoted(user))
        }
        Action::DeleteDevice { device, .. } => format!("devices list --serial {} -o json", quoted(device)),
        Action::SetBanned { serial, .. } | Action::DeleteDeviceEverywhere { serial } => {
            format!("devices list --serial {} -o json", quoted(serial.as_str()))
        }
        _ => "inventory".to_owned(),
    };
    format!("rollbook {look} --source {source}")
}

/// The text as one word of a shell.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+' | '/' | ':' | ',');
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_shell_stays_one_word() {
        assert_eq!(quoted("ann+x@example.com"), "ann+x@example.com");
        assert_eq!(quoted("it's; rm -rf"), r"'it'\''s; rm -rf'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("-x"), "'-x'");
    }
}
