use toml::de::{DeTable, DeValue};

use rollbook_auth::SecretSource;

use super::reader::{Reader, get};
use super::{Credential, Kept, Origin};

/// The ways to name a secret. The secret itself never stands in the file.
const KEYS: &[&str] = &["env", "file", "command"];

/// How `member` is written right.
fn how(member: &str) -> String {
    format!(
        "write `{member} = {{ env = \"NAME\" }}`, `{{ file = \"PATH\" }}` or `{{ command = [\"PROGRAM\", \"ARGUMENT\"] }}`"
    )
}

/// Reads where a secret comes from. What stands in its place is never shown: it may be the secret.
pub(crate) fn read_secret(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    member: &'static str,
    owner: &str,
    owner_line: usize,
) -> Option<Credential> {
    let Some(value) = get(table, member) else {
        reader.missing(member, owner, owner_line, "{ env = \"NAME\" }");
        return None;
    };
    let line = reader.line(value.span());
    let ways = match value.get_ref() {
        DeValue::Table(ways) => ways,
        DeValue::String(_) => {
            reader.report(
                line,
                format!("`{member}` of {owner} is written into the file"),
                format!("{}; then change the secret, since it was in a file", how(member)),
            );
            return None;
        }
        other => {
            let found = other.type_str();
            reader.report(
                line,
                format!("`{member}` must say where the secret is, not a value of type {found}"),
                how(member),
            );
            return None;
        }
    };
    reader.refuse_unknown(ways, &format!("`{member}`"), KEYS);
    if ways.len() != 1 {
        reader.report(
            line,
            format!("`{member}` must have exactly one of env, file and command"),
            how(member),
        );
        return None;
    }
    let source = if get(ways, "env").is_some() {
        SecretSource::Env(reader.text(ways, "env")?.value.to_owned())
    } else if get(ways, "file").is_some() {
        let path = reader.text(ways, "file")?.value;
        SecretSource::File(reader.path(path))
    } else {
        let command = reader.texts(ways, "command")?.value;
        let command: Vec<String> = command.into_iter().map(|word| word.value.into_owned()).collect();
        if command.first().is_none_or(|program| program.trim().is_empty()) {
            reader.report(
                line,
                format!("the command of `{member}` names no program"),
                how(member),
            );
            return None;
        }
        SecretSource::Command(command)
    };
    Some(Credential {
        from: Kept::At(source),
        member,
        origin: Some(Origin {
            file: reader.file().to_owned(),
            line,
        }),
    })
}
