//! What a configuration file may say, and what is told when it says something else.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use rollbook::Config;

/// One source of each vendor with all that it needs, and one with all that it may have.
const WHOLE: &str = r#"
[[sources]]
name = "corp-truu"
vendor = "truu"
client_id = "id"
client_secret = { env = "TRUU_CLIENT_SECRET" }

[[sources]]
name = "corp-banyan"
vendor = "banyan"
base_url = "http://127.0.0.1:8080/"
credential = { file = "secrets/banyan" }
exchange = false
ca_file = "ca.pem"
proxy = "http://user:canary@proxy.example:3128"
timeout = "500ms"
concurrency = 4
page_size = 0x10

[[sources]]
name = "hr-okta"
vendor = "truto"
integrated_account_id = "00000000-0000-4000-8000-000000000001"
token = { command = ["pass", "show", "truto"] }
models = ["user-directory", "mdm"]
timeout = 30
"#;

/// What is told of `text`, one line for each error: where, what, and what to do.
fn told(text: &str) -> String {
    match Config::parse(text, Path::new("etc/rollbook.toml")) {
        Ok(config) => format!("{} sources", config.sources().len()),
        Err(errors) => errors
            .iter()
            .map(|error| format!("{error} | {}\n", error.hint.as_deref().unwrap_or("no hint")))
            .collect(),
    }
}

/// The same for the whole configuration with a part of it changed.
fn told_with(part: &str, changed: &str) -> String {
    assert!(WHOLE.contains(part), "{part}");
    told(&WHOLE.replacen(part, changed, 1))
}

#[test]
fn a_whole_configuration_is_read() {
    let config = Config::parse(WHOLE, Path::new("etc/rollbook.toml")).unwrap();
    let [truu, banyan, truto] = config.sources() else {
        panic!("three sources")
    };
    assert_eq!(truu.base_url().to_string(), "https://global.platform.truu.ai");
    assert_eq!(
        truu.credential(),
        "OAuth client in the environment variable TRUU_CLIENT_SECRET"
    );
    assert_eq!(banyan.base_url().to_string(), "http://127.0.0.1:8080");
    assert_eq!(banyan.credential(), "API key in a file");
    let settings = banyan.settings();
    assert_eq!(settings.ca_file.as_deref(), Some(Path::new("etc/ca.pem")));
    assert_eq!(settings.timeout, Some(Duration::from_millis(500)));
    assert_eq!(settings.concurrency.map(u32::from), Some(4));
    assert_eq!(settings.page_size.map(u32::from), Some(16));
    assert_eq!(truto.models(), ["user-directory", "mdm"]);
    assert_eq!(truto.settings().timeout, Some(Duration::from_secs(30)));
    assert!(!format!("{config:?}").contains("canary"));
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    insta::assert_snapshot!(told_with("client_id", "clientid"), @r#"
    etc/rollbook.toml:2: source `corp-truu` has no `client_id` | add `client_id = "..."`
    etc/rollbook.toml:5: source `corp-truu` has no key `clientid` | did you mean `client_id`?
    "#);
    insta::assert_snapshot!(told(&format!("verison = 1\n{WHOLE}")), @"etc/rollbook.toml:1: the configuration has no key `verison` | known are: sources");
}

#[test]
fn a_key_of_another_vendor_is_unknown() {
    insta::assert_snapshot!(told_with("client_id = \"id\"", "client_id = \"id\"\nexchange = true"), @"etc/rollbook.toml:6: source `corp-truu` has no key `exchange` | known are: client_id, client_secret, name, vendor, base_url, ca_file, proxy, timeout, concurrency, page_size");
}

#[test]
fn an_unknown_vendor_names_the_nearest() {
    insta::assert_snapshot!(told_with("\"truu\"", "\"trru\""), @"etc/rollbook.toml:4: no vendor is called `trru` | did you mean `truu`?");
}

#[test]
fn a_missing_member_is_named_with_its_source() {
    insta::assert_snapshot!(told("[[sources]]\nname = \"a\"\nvendor = \"truto\""), @r#"
    etc/rollbook.toml:1: source `a` has no `integrated_account_id` | add `integrated_account_id = "..."`
    etc/rollbook.toml:1: source `a` has no `token` | add `token = { env = "NAME" }`
    "#);
    insta::assert_snapshot!(told("[[sources]]\n"), @r#"
    etc/rollbook.toml:1: the source has no `name` | add `name = "corp"`
    etc/rollbook.toml:1: the source has no `vendor` | add `vendor = "truu"`
    "#);
    insta::assert_snapshot!(told(""), @"etc/rollbook.toml:1: there are no sources | add a `[[sources]]` table with `name`, `vendor` and the vendor's credential");
}

#[test]
fn a_value_of_another_type_is_refused() {
    insta::assert_snapshot!(told_with("exchange = false", "exchange = \"no\""), @"etc/rollbook.toml:13: `exchange` must be true or false, not a value of type string | write true or false");
    insta::assert_snapshot!(told_with("name = \"corp-truu\"", "name = 7"), @"etc/rollbook.toml:3: `name` must be a string, not a value of type integer | write a string");
    insta::assert_snapshot!(told("sources = 1"), @"etc/rollbook.toml:1: `sources` must be a list of tables | write `[[sources]]`");
    insta::assert_snapshot!(told("[sources]\nname = \"a\""), @"etc/rollbook.toml:1: `sources` must be a list of tables | write `[[sources]]`");
    insta::assert_snapshot!(told_with("client_id = \"id\"", "client_id = \" \""), @"etc/rollbook.toml:5: `client_id` is empty | give it a value");
}

#[test]
fn two_sources_with_one_name_are_both_named() {
    insta::assert_snapshot!(told_with("\"corp-banyan\"", "\"corp-truu\""), @"etc/rollbook.toml:9: two sources have the name `corp-truu`: lines 3 and 9 | give each source its own name");
}

#[test]
fn a_name_that_is_not_one_word_is_refused() {
    insta::assert_snapshot!(told_with("\"corp-truu\"", "\"corp truu\\u001b\""), @"etc/rollbook.toml:3: `corp truu\\u{1b}` is not a name for a source | a source name is 1 to 64 letters, digits, '-', '_' or '.', and starts with a letter or a digit");
}

#[test]
fn plain_http_is_only_for_loopback_and_a_bad_address_is_not_shown() {
    insta::assert_snapshot!(told_with("http://127.0.0.1:8080/", "http://net.banyanops.com"), @"etc/rollbook.toml:11: bad `base_url`: plain http is only for loopback addresses; use https | write an address like `https://net.banyanops.com`");
    insta::assert_snapshot!(told_with("http://127.0.0.1:8080/", "https://me:canary@host"), @"etc/rollbook.toml:11: bad `base_url`: a base URL has no query, no fragment and no user name | write an address like `https://net.banyanops.com`");
}

#[test]
fn numbers_and_times_have_bounds() {
    insta::assert_snapshot!(told_with("concurrency = 4", "concurrency = 0"), @"etc/rollbook.toml:17: `concurrency` must be from 1 to 4294967295, not 0 | write a number from 1 up, or leave it out");
    insta::assert_snapshot!(told_with("timeout = 30", "timeout = 0"), @r#"etc/rollbook.toml:26: `timeout` must be a time up to one hour, not 0 | write seconds (`timeout = 30`) or a text with a unit ("500ms", "30s", "2m")"#);
    insta::assert_snapshot!(told_with("timeout = 30", "timeout = \"1 fortnight\""), @r#"etc/rollbook.toml:26: `timeout` must be a time up to one hour, not `1 fortnight` | write seconds (`timeout = 30`) or a text with a unit ("500ms", "30s", "2m")"#);
    insta::assert_snapshot!(told_with("timeout = 30", "timeout = 1.5"), @r#"etc/rollbook.toml:26: `timeout` must be a time up to one hour, not a value of type float | write seconds (`timeout = 30`) or a text with a unit ("500ms", "30s", "2m")"#);
}

#[test]
fn models_are_known_and_each_is_named_once() {
    insta::assert_snapshot!(told_with("\"mdm\"", "\"mdn\""), @"etc/rollbook.toml:25: no model is called `mdn` | did you mean `mdm`?");
    insta::assert_snapshot!(told_with("\"mdm\"", "\"user-directory\""), @"etc/rollbook.toml:25: `models` has `user-directory` twice | leave one out");
    insta::assert_snapshot!(told_with("[\"user-directory\", \"mdm\"]", "[]"), @r#"etc/rollbook.toml:25: `models` is empty | write `models = ["user-directory"]`, or leave it out"#);
    insta::assert_snapshot!(told_with("[\"user-directory\", \"mdm\"]", "\"mdm\""), @"etc/rollbook.toml:25: `models` must be a list of strings, not a value of type string | write a list of strings");
}

#[test]
fn a_secret_is_named_and_never_written() {
    let literal = told_with("{ env = \"TRUU_CLIENT_SECRET\" }", "\"canary\"");
    assert!(!literal.contains("canary"));
    insta::assert_snapshot!(literal, @r#"etc/rollbook.toml:6: `client_secret` of source `corp-truu` is written into the file | write `client_secret = { env = "NAME" }`, `{ file = "PATH" }` or `{ command = ["PROGRAM", "ARGUMENT"] }`; then change the secret, since it was in a file"#);
    insta::assert_snapshot!(told_with("{ env = \"TRUU_CLIENT_SECRET\" }", "{ env = \"A\", file = \"b\" }"), @r#"etc/rollbook.toml:6: `client_secret` must have exactly one of env, file and command | write `client_secret = { env = "NAME" }`, `{ file = "PATH" }` or `{ command = ["PROGRAM", "ARGUMENT"] }`"#);
    insta::assert_snapshot!(told_with("{ env = \"TRUU_CLIENT_SECRET\" }", "{ evn = \"A\" }"), @r#"etc/rollbook.toml:6: `client_secret` has no key `evn` | did you mean `env`?"#);
    insta::assert_snapshot!(told_with("[\"pass\", \"show\", \"truto\"]", "[]"), @r#"etc/rollbook.toml:24: the command of `token` names no program | write `token = { env = "NAME" }`, `{ file = "PATH" }` or `{ command = ["PROGRAM", "ARGUMENT"] }`"#);
    insta::assert_snapshot!(told_with("[\"pass\", \"show\", \"truto\"]", "\"pass show truto\""), @"etc/rollbook.toml:24: `command` must be a list of strings, not a value of type string | write a list of strings");
}

#[test]
fn what_is_not_toml_is_told_with_its_line_and_without_its_text() {
    let broken = told_with(
        "client_secret = { env = \"TRUU_CLIENT_SECRET\" }",
        "client_secret = canary canary",
    );
    assert!(broken.starts_with("etc/rollbook.toml:6: not TOML: "), "{broken}");
    assert!(!broken.contains("canary"), "{broken}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let errors = Config::load(Path::new("no/such.toml")).unwrap_err();
    assert!(
        errors
            .to_string()
            .starts_with("no/such.toml: cannot read the configuration: "),
        "{errors}"
    );
}

#[test]
fn an_unknown_source_names_the_nearest() {
    let config = Config::parse(WHOLE, Path::new("rollbook.toml")).unwrap();
    let select = |name: &str| config.select(&[name.to_owned()]).map(|sources| sources.len());
    assert_eq!(select("hr-okta"), Ok(1));
    let errors = select("hr-octa").unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!(error.problem, "no source has the name `hr-octa`");
    assert_eq!(error.hint.as_deref(), Some("did you mean `hr-okta`?"));
    assert_eq!(config.select(&[]).unwrap().len(), 3);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = Config::parse(&text, Path::new("c.toml"));
    }

    /// A configuration with a piece cut out or put in is still near enough to one to reach every branch.
    #[test]
    fn no_damaged_configuration_panics(at in 0..WHOLE.len(), cut in 0..40_usize, put in "[\\[\\]{}=\"'a-z0-9.,\n -]{0,12}") {
        let mut text: Vec<u8> = WHOLE.bytes().collect();
        let end = (at + cut).min(text.len());
        text.splice(at..end, put.bytes());
        let text = String::from_utf8(text).unwrap();
        if let Err(errors) = Config::parse(&text, Path::new("c.toml")) {
            prop_assert!(errors.iter().count() > 0);
            for error in errors.iter() {
                prop_assert!(error.line.is_none_or(|line| line >= 1 && line <= text.matches('\n').count() + 1));
                prop_assert!(!error.to_string().contains('\n'));
            }
        }
    }
}
