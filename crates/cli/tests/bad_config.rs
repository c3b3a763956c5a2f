//! A configuration that is wrong: exit 2, with file, line and what to do, and no request.

mod support;

use support::{CANARY, Home, banyan, finish, program, run, truu};

/// Nobody listens here, and nobody is asked.
const NOWHERE: &str = "http://127.0.0.1:9";

fn told(config: &str, line: &str) -> String {
    let done = Home::new(config).run(line);
    assert_eq!(done.exit, 2, "{done:?}");
    assert_eq!(done.stdout, "", "{done:?}");
    assert!(!done.stderr.contains(CANARY), "{done:?}");
    done.stderr
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let config = truu("corp-truu", NOWHERE).replace("client_id", "clint_id");
    insta::assert_snapshot!(told(&config, "users list"), @r#"
    error: config.toml:1: source `corp-truu` has no `client_id`
    hint: add `client_id = "..."`
    error: config.toml:5: source `corp-truu` has no key `clint_id`
    hint: did you mean `client_id`?
    "#);
}

#[test]
fn plain_http_to_another_host_is_refused() {
    insta::assert_snapshot!(told(&truu("corp-truu", "http://truu.example"), "inventory"), @"
    error: config.toml:4: bad `base_url`: plain http is only for loopback addresses; use https
    hint: write an address like `https://global.platform.truu.ai`
    ");
}

#[test]
fn two_sources_with_one_name_are_both_named() {
    let config = truu("corp", NOWHERE) + &banyan("corp", NOWHERE);
    insta::assert_snapshot!(told(&config, "users list"), @"
    error: config.toml:10: two sources have the name `corp`: lines 2 and 10
    hint: give each source its own name
    ");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let config = truu("corp-truu", NOWHERE).replace("{ file = \"secret\" }", &format!("\"{CANARY}\""));
    insta::assert_snapshot!(told(&config, "users list"), @r#"
    error: config.toml:6: `client_secret` of source `corp-truu` is written into the file
    hint: write `client_secret = { env = "NAME" }`, `{ file = "PATH" }` or `{ command = ["PROGRAM", "ARGUMENT"] }`; then change the secret, since it was in a file
    "#);
}

#[test]
fn a_secret_that_cannot_be_had_names_source_and_member() {
    let config = truu("corp-truu", NOWHERE);
    insta::assert_snapshot!(told(&config.replace("\"secret\"", "\"no-such\""), "users list"), @"
    error: config.toml:6: `client_secret` of source `corp-truu`: the file no-such cannot be read: No such file or directory (os error 2)
    hint: write the secret into the file, readable by its owner only (mode 600)
    ");
    insta::assert_snapshot!(told(&config.replace("file = \"secret\"", "env = \"UNSET\""), "users list"), @"
    error: config.toml:6: `client_secret` of source `corp-truu`: the environment variable UNSET is not set
    hint: set it: `export UNSET=...`
    ");
    insta::assert_snapshot!(told(&config.replace("file = \"secret\"", "command = [\"/bin/false\"]"), "users list"), @"
    error: config.toml:6: `client_secret` of source `corp-truu`: the command /bin/false failed: exit status: 1
    hint: run the command by hand: it must write the secret and nothing else to stdout
    ");
}

#[test]
fn a_secret_file_that_others_can_read_is_refused() {
    let home = Home::new(&truu("corp-truu", NOWHERE));
    home.write("secret", CANARY, 0o640);
    let done = home.run("users list");
    assert_eq!(done.exit, 2);
    insta::assert_snapshot!(done.stderr, @"
    error: config.toml:6: `client_secret` of source `corp-truu`: the file secret is open to others than its owner (mode 640); run: chmod 600 secret
    hint: others may have read the secret by now: change it if they should not
    ");
}

#[test]
fn only_the_secrets_of_the_sources_that_are_used_are_read() {
    let config =
        truu("corp-truu", NOWHERE).replace("\"secret\"", "\"no-such\"") + &banyan("corp-banyan", NOWHERE);
    let home = Home::new(&config);
    let done = home.run("workstations list --source corp-banyan");
    assert_eq!(done.exit, 2);
    insta::assert_snapshot!(done.stderr, @"
    error: corp-banyan: `workstations list` is not possible: Banyan has no list of workstations
    hint: `rollbook sources list` shows what each source can do
    ");
    assert_eq!(home.run("users list --source corp-banyan").exit, 1);
    assert_eq!(home.run("sources list").exit, 0);
}

#[test]
fn an_unknown_source_names_the_nearest() {
    insta::assert_snapshot!(told(&truu("corp-truu", NOWHERE), "users list --source corp-tru"), @"
    error: no source has the name `corp-tru`
    hint: did you mean `corp-truu`?
    ");
}

#[test]
fn a_file_that_is_not_there_or_not_toml_is_named() {
    let done = run(&["--config", "no-such.toml", "users", "list"]);
    assert_eq!(done.exit, 2);
    insta::assert_snapshot!(done.stderr, @"
    error: no-such.toml: cannot read the configuration: No such file or directory (os error 2)
    hint: name a readable file with --config or $ROLLBOOK_CONFIG, or try `rollbook --sandbox inventory`
    ");
    let stderr = told("[[sources]\n", "users list");
    assert!(stderr.starts_with("error: config.toml:1: not TOML: "), "{stderr}");
    let done = finish(
        program()
            .env("ROLLBOOK_CONFIG", "from-env.toml")
            .args(["users", "list"]),
    );
    assert!(done.stderr.starts_with("error: from-env.toml: "), "{done:?}");
    let done = finish(program().env("XDG_CONFIG_HOME", "/xdg").args(["users", "list"]));
    assert!(
        done.stderr.starts_with("error: /xdg/rollbook/config.toml: "),
        "{done:?}"
    );
    let done = finish(program().args(["users", "list"]));
    assert!(
        done.stderr
            .starts_with("error: /nonexistent/.config/rollbook/config.toml: "),
        "{done:?}"
    );
}

#[test]
fn an_error_is_one_json_object_a_line_on_request() {
    let config = truu("corp-truu", "http://truu.example").replace("client_id", "clint_id");
    let stderr = told(&config, "users list --error-format json");
    let errors: Vec<serde_json::Value> = stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(errors.len(), 3);
    assert_eq!(errors[1]["error"]["line"], 4);
    assert_eq!(errors[1]["error"]["kind"], "config");
    let done = run(&["users", "lst", "--error-format", "json"]);
    assert_eq!(done.exit, 2);
    insta::assert_snapshot!(done.stderr, @r#"{"error":{"causes":[],"hint":"run with --help","kind":"usage","message":"unrecognized subcommand 'lst'; a similar subcommand exists: 'list'"}}"#);
}

#[test]
fn a_filter_that_no_source_has_is_refused_before_any_request() {
    insta::assert_snapshot!(told(&truu("corp-truu", NOWHERE), "users list --serial C02"), @"
    error: corp-truu: `users list` has no --serial here: the vendor's rows do not carry it
    hint: `rollbook sources list` shows what each source can do
    ");
}

#[test]
fn a_command_line_that_misses_something_says_what() {
    let done = run(&["users", "get", "--error-format=json"]);
    assert_eq!(done.exit, 2);
    insta::assert_snapshot!(done.stderr, @r#"{"error":{"causes":[],"hint":"run with --help","kind":"usage","message":"the following required arguments were not provided: <ID>"}}"#);
    assert_eq!(run(&["--sandbox", "--config", "x", "inventory"]).exit, 2);
}
