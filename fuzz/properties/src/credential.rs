use std::error::Error;
use std::fmt::Debug;

/// The credential of every call that is made here. Some seeds have it in them: servers repeat what they refuse.
pub const CREDENTIAL: &str = "c4n4ry-s3cr3t-token";

/// Whatever is shown of `shown` shows no credential.
#[track_caller]
pub(crate) fn silent(what: &str, shown: &dyn Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains(CREDENTIAL), "{what} shows the credential: {text}");
    }
}

/// The same of an error and its causes, each of which is a single line.
#[track_caller]
pub(crate) fn silent_error(error: &(dyn Error + 'static)) {
    silent("the error", &error);
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        assert!(
            !text.contains(CREDENTIAL),
            "the error shows the credential: {text}"
        );
        next = error.source();
    }
}
