//! The command that shows how things are, where the program could not find out.

use std::borrow::Cow;
use std::path::Path;

use rollbook::model::{Action, Plan, Step, Vendor};

/// The command to look with, after a request of unknown fate. It reads the same configuration.
pub(crate) fn command(config: Option<&Path>, plan: &Plan, step: &Step) -> String {
    let is_truu = plan.vendor == Vendor::TRUU;
    let look = match &step.action {
        Action::CreateUser(user) => match user.emails.first() {
            Some(email) => format!("users list {}", flag("email", email.as_str())),
            None => format!("users list {}", flag("name", user.name.as_str())),
        },
        Action::DeleteUser { key, .. } if is_truu => format!("users list {}", flag("guid", key)),
        // An inactive user may still be listed: whether there is anything left to delete is what tells.
        Action::DeleteUser { id, .. } => format!("users delete {} --dry-run", flag("email", id)),
        Action::DeleteDevice { device, user } if is_truu => {
            format!("devices get {} -- {}", flag("guid", user), quoted(device))
        }
        Action::DeleteDevice { device, .. } => format!("devices list -o json {}", flag("serial", device)),
        Action::SetBanned { serial, .. } | Action::DeleteDeviceEverywhere { serial } => {
            format!("devices list -o json {}", flag("serial", serial.as_str()))
        }
        _ => "inventory".to_owned(),
    };
    let config = config.map_or(String::new(), |path| {
        format!(" --config {}", quoted(&path.to_string_lossy()))
    });
    format!("rollbook{config} --source {} {look}", plan.source)
}

/// A flag with its value in one word, so that a value that begins with a dash is one.
fn flag(name: &str, value: &str) -> String {
    format!("--{name}={}", quoted(value))
}

/// The text as one word of a shell.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+' | '/' | ':' | ',');
    if !text.is_empty() && text.chars().all(plain) {
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
        assert_eq!(flag("serial", "-x y"), "--serial='-x y'");
    }
}
