//! Where secrets may be read from, and where not.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

use std::fs::{Permissions, set_permissions, write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use rollbook_auth::{SecretError, SecretSource};

fn file(content: &[u8], mode: u32) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    write(&path, content).unwrap();
    set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    (folder, path)
}

fn shell(script: &str) -> SecretSource {
    SecretSource::Command(["sh", "-c", script].map(str::to_owned).to_vec())
}

#[test]
fn a_file_of_the_owner_alone_is_read() {
    for mode in [0o600, 0o400, 0o700] {
        let (_folder, path) = file(b"s e c\r\n", mode);
        assert_eq!(SecretSource::File(path).resolve().unwrap().expose(), "s e c");
    }
}

#[test]
fn a_file_that_others_can_read_or_write_is_refused_with_what_to_do() {
    for mode in [0o644, 0o640, 0o604, 0o620, 0o602, 0o666] {
        let (_folder, path) = file(b"secret", mode);
        let error = SecretSource::File(path.clone()).resolve().unwrap_err();
        assert!(matches!(error, SecretError::OpenToOthers { .. }));
        let text = error.to_string();
        assert!(
            text.ends_with(&format!("run: chmod 600 {}", path.display())),
            "{text}"
        );
        assert!(text.contains(&format!("mode {mode:o}")), "{text}");
    }
}

#[test]
fn a_file_that_is_not_there_or_a_folder_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none"), folder.path().to_owned()] {
        let error = SecretSource::File(path).resolve().unwrap_err();
        assert!(matches!(error, SecretError::File { .. }));
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn a_variable_is_read() {
    // Every runner of tests has a path.
    let path = SecretSource::Env("PATH".into()).resolve().unwrap();
    assert_eq!(path.expose(), std::env::var("PATH").unwrap());
}

#[test]
fn the_output_of_a_command_is_the_secret_without_its_final_line_break() {
    let secret = shell("echo 'a  b'; echo noise >&2").resolve().unwrap();
    assert_eq!(secret.expose(), "a  b");
}

#[test]
fn a_command_has_no_input_and_no_shell() {
    assert!(matches!(
        SecretSource::Command(vec!["cat".into()]).resolve(),
        Err(SecretError::Empty { .. })
    ));
    let literal = SecretSource::Command(["echo", "$HOME;", "`id`"].map(str::to_owned).to_vec());
    assert_eq!(literal.resolve().unwrap().expose(), "$HOME; `id`");
}

#[test]
fn a_command_that_fails_shows_its_status_and_nothing_that_it_wrote() {
    let error = shell("echo CANARY; echo CANARY >&2; exit 3")
        .resolve()
        .unwrap_err();
    assert_eq!(error.to_string(), "the command sh failed: exit status: 3");
    assert!(!format!("{error:?}").contains("CANARY"));
}

#[test]
fn a_command_that_cannot_be_run_is_named() {
    let missing = SecretSource::Command(vec!["rollbook-no-such-program".into(), "CANARY".into()]);
    let error = missing.resolve().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the command rollbook-no-such-program cannot be run"
    );
    for empty in [vec![], vec![String::new()]] {
        let error = SecretSource::Command(empty).resolve().unwrap_err();
        assert!(matches!(error, SecretError::NoCommand));
    }
}

#[test]
fn a_command_that_writes_without_end_is_stopped() {
    assert!(matches!(
        shell("yes").resolve(),
        Err(SecretError::TooLarge { .. })
    ));
}
