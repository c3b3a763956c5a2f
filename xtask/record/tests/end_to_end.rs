//! Cases recorded from a served sandbox, over HTTP, and run again without it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use rollbook_contract::Contract;
use rollbook_sandbox::fault::FaultSpec;
use rollbook_sandbox::{Sandbox, SandboxConfig, Server, credentials};
use rollbook_transport::Request;
use serde_json::Value;
use tokio::runtime::Runtime;

const VENDORS: [&str; 3] = ["truu", "banyan", "truto"];

/// A served sandbox, a configuration of it, and a copy of the fixtures.
struct Home {
    dir: PathBuf,
    sandbox: Sandbox,
    _server: Server,
    _runtime: Runtime,
}

impl Home {
    fn new(name: &str, faults: &[&str]) -> Self {
        let dir = std::env::temp_dir().join(format!("rollbook-record-test-{name}-{}", std::process::id()));
        let config = SandboxConfig::default().with_users(60).with_devices(70);
        let faults = faults.iter().map(|fault| fault.parse::<FaultSpec>().unwrap());
        let sandbox = Sandbox::new(faults.fold(config, SandboxConfig::with_fault));
        let runtime = Runtime::new().unwrap();
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let serving = Server::serve(sandbox.clone(), anywhere, Duration::ZERO);
        let server = runtime.block_on(serving).unwrap();
        fs::create_dir_all(dir.join("fixtures")).unwrap();
        let home = Self {
            dir,
            sandbox,
            _server: server,
            _runtime: runtime,
        };
        home.configure();
        home
    }

    fn configure(&self) {
        let url = self._server.base_url();
        let account = credentials::TRUTO_INTEGRATED_ACCOUNT;
        let config = format!(
            "[[sources]]\nname = \"a-truu\"\nvendor = \"truu\"\nbase_url = \"{url}\"\n\
             client_id = \"{}\"\nclient_secret = {{ command = [\"echo\", \"{}\"] }}\n\
             [[sources]]\nname = \"a-banyan\"\nvendor = \"banyan\"\nbase_url = \"{url}\"\n\
             credential = {{ command = [\"echo\", \"{}\"] }}\n\
             [[sources]]\nname = \"a-truto\"\nvendor = \"truto\"\nbase_url = \"{url}\"\n\
             integrated_account_id = \"{account}\"\ntoken = {{ command = [\"echo\", \"{}\"] }}\n",
            credentials::TRUU_CLIENT_ID,
            credentials::TRUU_CLIENT_SECRET,
            credentials::BANYAN_KEY,
            credentials::TRUTO_TOKEN,
        );
        fs::write(self.dir.join("config.toml"), config).unwrap();
    }

    fn fixtures(&self) -> PathBuf {
        self.dir.join("fixtures")
    }

    fn case(&self, case: &str) -> PathBuf {
        self.fixtures().join(case)
    }

    /// Runs the recorder.
    fn record(&self, case: &str, more: &[&str]) -> Output {
        let vendor = case.split('/').next().unwrap();
        Command::new(env!("CARGO_BIN_EXE_xtask-record"))
            .args(["record", "--source", &format!("a-{vendor}"), "--case", case])
            .args(more)
            .arg("--config")
            .arg(self.dir.join("config.toml"))
            .arg("--fixtures")
            .arg(self.fixtures())
            .env("UPDATE_FIXTURES", "1")
            .output()
            .unwrap()
    }

    /// Records, and gives the files of the case.
    fn recorded(&self, case: &str, more: &[&str]) -> Vec<(String, String)> {
        let output = self.record(case, more);
        assert!(output.status.success(), "{case}: {}", said(&output));
        files(&self.case(case))
    }

    /// Runs all cases of a vendor as its own test does, writing nothing.
    fn replay(&self, vendor: &str) {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask-record"))
            .args(["replay", "--vendor", vendor, "--fixtures"])
            .arg(self.fixtures())
            .env_remove("UPDATE_FIXTURES")
            .output()
            .unwrap();
        assert!(output.status.success(), "{vendor}: {}", said(&output));
    }

    /// What the sandbox answers to an address.
    fn asked(&self, target: &str, token: &str) -> Value {
        let request: Request = http::Request::get(format!("http://127.0.0.1{target}"))
            .header("authorization", format!("Bearer {token}"))
            .body(Default::default())
            .unwrap();
        serde_json::from_slice(self.sandbox.handle(request).body()).unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn files(dir: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn file<'a>(files: &'a [(String, String)], name: &str) -> &'a str {
    let found = files.iter().find(|(file, _)| file == name);
    let names: Vec<_> = files.iter().map(|(name, _)| name).collect();
    &found.unwrap_or_else(|| panic!("no {name} in {names:?}")).1
}

/// The texts in a value that can name somebody.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        Value::Object(members) => members.values().for_each(|member| names(member, found)),
        Value::String(text) if text.contains(['@', '’']) || text.len() > 30 => {
            found.insert(text.clone());
        }
        _ => (),
    }
}

#[test]
fn what_is_recorded_of_each_vendor_runs_without_it_and_names_nobody_of_it() {
    let home = Home::new("each", &[]);
    copy(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures")),
        &home.fixtures(),
    );
    let truth = home.sandbox.truth();
    let key = credentials::BANYAN_KEY;
    let users = home.asked("/api/v1/endusers", key);
    let devices = home.asked("/api/v1/devices", key);
    let directory = home.asked(
        &format!(
            "/unified/user-directory/users?integrated_account_id={}&limit=100",
            credentials::TRUTO_INTEGRATED_ACCOUNT
        ),
        credentials::TRUTO_TOKEN,
    );
    let mut people = BTreeSet::new();
    for list in [&users, &devices, &directory] {
        names(list, &mut people);
    }
    assert!(people.len() > 200, "{}", people.len());
    let email = truth.banyan_users[3].to_uppercase();
    let by_email = format!("email={email}");
    let id = format!("id={}", truth.truto_users[5]);
    let registration = &truth.banyan_registrations[0];
    let (serial, whose) = (
        format!("serial={}", registration.serial_number),
        format!("email={}", registration.email),
    );
    let cases: &[(&str, &[&str])] = &[
        ("truu/enrolled_users/recorded", &[]),
        ("truu/devices/recorded", &[]),
        ("truu/data_assets/recorded", &[]),
        (
            "truu/domain_user/recorded_missing",
            &["--arg", "guid=nobody-4711"],
        ),
        ("banyan/endusers/recorded", &["--arg", "page_size=25"]),
        ("banyan/devices/recorded", &["--arg", "at_once=true"]),
        (
            "banyan/endusers/recorded_by_email",
            &["--arg", &by_email, "--arg", "at_once=true"],
        ),
        ("banyan/devices_v2/recorded", &["--arg", "page_size=40"]),
        (
            "banyan/delete_device/recorded",
            &["--yes-changes", "--arg", &serial, "--arg", &whose],
        ),
        (
            "banyan/delete_device/recorded_error",
            &[
                "--yes-changes",
                "--arg",
                "serial=NOTHERE1",
                "--arg",
                "email=nobody@nowhere.example",
            ],
        ),
        ("truto/user_directory_users/recorded", &["--arg", "page_size=20"]),
        ("truto/user_directory_user/recorded", &["--arg", &id]),
        (
            "truto/user_directory_user/recorded_missing",
            &["--arg", "id=nobody-4711"],
        ),
        ("truto/mdm_users/recorded", &["--arg", "page_size=20"]),
        // What would be a number, as text.
        ("truto/mdm_user/recorded_missing", &["--arg", "id=\"4711\""]),
        (
            "truto/create_mdm_user/recorded",
            &[
                "--yes-changes",
                "--arg",
                "name=Siobhán O’Neill",
                "--arg",
                "emails=['siobhan@corp.example']",
                "--arg",
                "key=k-4711-0815",
            ],
        ),
    ];
    for (case, arguments) in cases {
        for (name, contents) in home.recorded(case, arguments) {
            let low = contents.to_lowercase();
            for person in &people {
                assert!(!low.contains(&person.to_lowercase()), "{case}/{name}: {person}");
            }
            for secret in [
                "127.0.0.1",
                "nobody-4711",
                "Siobh",
                credentials::TRUTO_INTEGRATED_ACCOUNT,
            ] {
                assert!(!contents.contains(secret), "{case}/{name}: {secret}");
            }
        }
    }
    for vendor in VENDORS {
        home.replay(vendor);
    }
    // The replies still are what the vendor answers.
    for (case, _) in cases.iter().filter(|(case, _)| !case.contains("recorded_")) {
        let parts: Vec<&str> = case.split('/').collect();
        let operation = Contract::of(parts[0]).unwrap().operation(parts[1]).unwrap();
        let reply = files(&home.case(case));
        let mut findings = operation.check_response(200, file(&reply, "response.json").as_bytes());
        // The sandbox has a "TRUE" there.
        findings.retain(|finding| !finding.to_string().contains("is_email_verified"));
        assert!(findings.is_empty(), "{case}: {findings:?}");
    }

    // Several pages, and the requests of each.
    let walk = files(&home.case("truto/user_directory_users/recorded"));
    let requests: Value = serde_json::from_str(file(&walk, "request.json")).unwrap();
    assert!(requests.as_array().unwrap().len() > 2);
    assert!(
        file(&walk, "result.snap").contains("complete: "),
        "{}",
        file(&walk, "result.snap")
    );
    // One original in an argument, in the request and in the reply.
    let found = files(&home.case("banyan/endusers/recorded_by_email"));
    let reply: Value = serde_json::from_str(file(&found, "response.json")).unwrap();
    let address = reply[0]["Email"].as_str().unwrap();
    assert_ne!(address.to_uppercase(), email);
    assert!(file(&found, "case.toml").contains(&address.to_uppercase()));
    let escaped = address.to_uppercase().replace('@', "%40");
    assert!(file(&found, "request.json").contains(&escaped), "{escaped}");
    // And in the path.
    let got = files(&home.case("truto/user_directory_user/recorded"));
    let reply: Value = serde_json::from_str(file(&got, "response.json")).unwrap();
    let id = reply["id"].as_str().unwrap();
    assert!(file(&got, "request.json").contains(&format!("/users/{id}\"")));
    // What happened there, happened.
    assert_eq!(
        home.sandbox.truth().banyan_registrations.len() + 1,
        truth.banyan_registrations.len()
    );
}

#[test]
fn a_change_is_not_made_unless_it_is_wanted() {
    let home = Home::new("changes", &[]);
    let truth = home.sandbox.truth();
    let serial = format!("serial={}", truth.banyan_registrations[0].serial_number);
    let output = home.record("banyan/delete_device_everywhere/recorded", &["--arg", &serial]);
    assert!(!output.status.success());
    assert!(said(&output).contains("--yes-changes"), "{}", said(&output));
    assert_eq!(home.sandbox.truth(), truth);
    assert!(!home.case("banyan").exists());
}

#[test]
fn every_error_after_a_change_says_that_it_was_sent() {
    let home = Home::new("sent", &[]);
    let truth = home.sandbox.truth();
    let registration = &truth.banyan_registrations[0];
    // There is no place for the case.
    fs::write(home.case("banyan"), "").unwrap();
    let (serial, whose) = (
        format!("serial={}", registration.serial_number),
        format!("email={}", registration.email),
    );
    let arguments = ["--yes-changes", "--arg", &serial, "--arg", &whose];
    let output = home.record("banyan/delete_device/recorded", &arguments);
    assert!(!output.status.success());
    let said = said(&output);
    assert!(
        said.starts_with("error: the change was sent (status 200): do not repeat it; "),
        "{said}"
    );
    assert_ne!(home.sandbox.truth(), truth);
}

#[test]
fn a_case_that_is_there_is_left_alone_unless_it_is_to_be_replaced() {
    let home = Home::new("there", &[]);
    let case = "truto/mdm_users/recorded";
    // The sandbox numbers its requests, which is seen in a header.
    let replies = |more: &[&str]| {
        let mut files = home.recorded(case, more);
        files.retain(|(name, _)| name.starts_with("response"));
        files
    };
    let written = replies(&["--arg", "page_size=40"]);
    let before = files(&home.case(case));
    let output = home.record(case, &["--arg", "page_size=20"]);
    assert!(
        !output.status.success() && said(&output).contains("--force"),
        "{}",
        said(&output)
    );
    assert!(files(&home.case(case)) == before);
    assert!(replies(&["--arg", "page_size=20", "--force"]) != written);
    // The same replies give the same case.
    assert!(replies(&["--arg", "page_size=40", "--force"]) == written);
}

#[test]
fn what_cannot_be_recorded_is_said_and_leaves_nothing() {
    let home = Home::new("refused", &[]);
    for (case, arguments, why) in [
        ("truu/token/recorded", &[][..], "credential"),
        ("truu/no_such_list/recorded", &[], "is no operation of TruU"),
        ("truu/domain_user/recorded", &[], "the argument `guid` is missing"),
        (
            "truu/devices/recorded",
            &["--arg", "gid=1"],
            "the argument `gid` means nothing",
        ),
        (
            "truto/user_directory_users/recorded",
            &["--arg", "page_size=1"],
            "more than 20 replies",
        ),
        ("truu/../recorded", &[], "vendor/operation/case"),
        // A number that counts in one place and is somebody's in another.
        (
            "truto/user_directory_users/recorded",
            &["--arg", "first_name=\"100200\"", "--arg", "page_size=100200"],
            "case.toml: line ",
        ),
    ] {
        let output = home.record(case, arguments);
        assert!(!output.status.success(), "{case}");
        assert!(said(&output).contains(why), "{case}: {}", said(&output));
    }
    assert_eq!(files(&home.fixtures()), []);
}

#[test]
fn a_refusal_is_recorded_as_it_comes_and_not_tried_again() {
    let home = Home::new("busy", &["status:code=429,path=/unified/mdm,retry-after=7"]);
    let case = home.recorded("truto/mdm_users/recorded_busy", &[]);
    assert!(
        file(&case, "case.toml").contains("status = 429"),
        "{}",
        file(&case, "case.toml")
    );
    assert!(
        file(&case, "case.toml").contains("retry-after = \"7\""),
        "{}",
        file(&case, "case.toml")
    );
    assert!(file(&case, "result.snap").contains("--- error"));
}
