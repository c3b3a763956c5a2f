//! What each format writes, byte for byte, against a TruU that says what its guide says.

mod support;

use support::{Home, Scripted, truu_page};

const ANN: &str = r#"{ "tuid": "a-1", "guid": "g-1", "displayName": "Ann", "userPrincipal": "ann@corp.example", "email": "Ann@Example.com", "lastSynced": "2024-01-06T07:13:54.805219Z", "created": "2024-01-05T07:13:54.805219Z", "new": 1.50 }"#;
const EVE: &str = r#"{"tuid":"e-2","guid":"g-2","displayName":"=cmd|' /C calc'!A0","userPrincipal":"eve; \"x\"","email":null}"#;
const PHONE: &str = r#"{"deviceId":"d-1","deviceName":"Ann\u001b[31m's phone","appVersion":"23.4.0(673)","lastHeardFrom":1705327828000,"notificationId":"push-token-of-ann","type":"ANDROID","active":true,"created":"2024-01-05T07:13:54.805219Z","user":{"tuid":"a-1","guid":"g-1","email":"ann@example.com","userPrincipal":"ann@corp.example"}}"#;
const MACHINE: &str = r#"{"machineName":"m-1","displayName":"Mac","type":"MAC_AGENT","hardware":{"serialNumber":"C02","model":"MacBook"},"network":{"ipAddresses":["239.1.1.1","10.0.0.1"],"macAddresses":["b4:4a:8a.64:71:e8"]},"lastHeardFrom":null,"devices":[{"deviceId":"59602811","deviceName":"Mac","type":"MAC_TPM","assuranceLevel":300,"active":true,"user":{"tuid":"a-1","email":"ann@example.com","displayName":"Ann"}}]}"#;

fn vendor() -> Home {
    let server = Scripted::truu(|request| match request {
        request
            if request.starts_with("GET /api/v1/system/enrolled/users/") && request.contains("page=2") =>
        {
            truu_page(2, 2, 2, EVE)
        }
        request if request.starts_with("GET /api/v1/system/enrolled/users/") => truu_page(1, 2, 2, ANN),
        request if request.starts_with("GET /api/v1/system/devices/") => truu_page(1, 1, 1, PHONE),
        request if request.starts_with("GET /data/api/v1/assets/") => truu_page(1, 1, 1, MACHINE),
        _ => support::json(404, r#"{"detail":"Not found."}"#),
    });
    Home::truu(&server.base_url())
}

#[test]
fn a_table_is_for_people() {
    let done = vendor().run("users list");
    assert_eq!(done.exit, 0, "{done:?}");
    insta::assert_snapshot!(done.stdout, @"
    SOURCE     ID   NAME                EMAIL            STATUS  TRUST  LAST LOGIN (UTC)
    corp-truu  a-1  Ann                 Ann@Example.com
    corp-truu  e-2  =cmd|' /C calc'!A0
    ");
    insta::assert_snapshot!(done.stderr, @"corp-truu: users (enrolled_users): complete, 2 rows read: as many rows as the vendor reports");
}

#[test]
fn an_escape_sequence_does_not_reach_the_terminal() {
    let done = vendor().run("devices list -q");
    assert!(!done.stdout.contains('\u{1b}'), "{done:?}");
    insta::assert_snapshot!(done.stdout, @r"
    SOURCE     ID   NAME                   SERIAL  PLATFORM  USERS            TRUST  STATE   LAST SEEN (UTC)
    corp-truu  d-1  Ann\u{1b}[31m's phone          android   ann@example.com         active  2024-01-15 14:10
    ");
}

#[test]
fn json_is_one_document_with_every_member() {
    let done = vendor().run("users list -o json");
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(done.stdout);
}

#[test]
fn ndjson_is_one_object_a_line() {
    let home = vendor();
    insta::assert_snapshot!("ndjson_devices", home.run("devices list -o ndjson").stdout);
    insta::assert_snapshot!(
        "ndjson_workstations",
        home.run("workstations list -o ndjson").stdout
    );
}

#[test]
fn csv_has_every_column_and_nothing_that_a_spreadsheet_runs() {
    let home = vendor();
    let csv = home.run("users list -o csv").stdout;
    assert!(csv.contains("\r\n"));
    insta::assert_snapshot!("csv_users", csv.replace("\r\n", "\n"));
    insta::assert_snapshot!(
        "csv_devices",
        home.run("devices list -o csv").stdout.replace("\r\n", "\n")
    );
    insta::assert_snapshot!(
        "csv_workstations",
        home.run("workstations list -o csv").stdout.replace("\r\n", "\n")
    );
    let raw = home.run("users list -o csv --raw-csv").stdout;
    assert!(csv.contains(",'=cmd|") && raw.contains(",=cmd|"), "{raw}");
}

#[test]
fn the_vendors_row_is_shown_on_request_and_as_it_came() {
    let home = vendor();
    let row = &home
        .run("users list -o ndjson --native --email ann@example.com")
        .stdout;
    assert!(
        row.contains(r#""native":{"tuid":"a-1","guid":"g-1","#) && row.contains(r#""new":1.50}"#),
        "{row}"
    );
    assert!(!home.run("users list -o ndjson").stdout.contains("native"));
}

#[test]
fn a_push_token_is_masked_unless_asked_for() {
    let home = vendor();
    for format in ["json", "ndjson", "csv", "table"] {
        let done = home.run(&format!("devices list --native -o {format} -vvv"));
        assert!(!format!("{done:?}").contains("push-token"), "{done:?}");
    }
    let shown = home
        .run("devices list --native --native-secrets -o ndjson")
        .stdout;
    assert!(
        shown.contains(r#""notificationId":"push-token-of-ann""#),
        "{shown}"
    );
}

#[test]
fn inventory_counts_trust_and_proves_completeness() {
    let home = vendor();
    insta::assert_snapshot!("inventory_table", home.run("inventory").stdout);
    insta::assert_snapshot!(
        "inventory_json",
        format!("{:#}", home.run("inventory -o json").json())
    );
    insta::assert_snapshot!(
        "inventory_csv",
        home.run("inventory -o csv").stdout.replace("\r\n", "\n")
    );
    assert_eq!(home.run("inventory -o ndjson").rows().len(), 3);
}

#[test]
fn get_prints_one_row_and_a_missing_one_is_exit_1() {
    let server = Scripted::truu(|request| match request {
        request if request.contains("tuid=a-1") => truu_page(1, 1, 1, ANN),
        request if request.contains("/enrolled/users/") => truu_page(1, 1, 0, ""),
        _ => support::json(404, r#"{"detail":"Not found."}"#),
    });
    let home = Home::truu(&server.base_url());
    let done = home.run("users get a-1 -o json");
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(done.json()["data"][0]["display_name"], "Ann");
    let done = home.run("users get nobody");
    assert_eq!(done.exit, 1, "{done:?}");
    insta::assert_snapshot!(done.stderr, @"error: corp-truu: domain_user: Not found. (status 404)");
    assert_eq!(done.stdout, "");
}

#[test]
fn sources_are_listed_without_their_secret_and_checked_with_one_page_each() {
    let home = vendor();
    std::fs::remove_file(home.path("secret")).unwrap();
    let list = home.run("sources list -o json");
    assert_eq!(list.exit, 0, "{list:?}");
    let source = &list.json()["data"][0];
    assert_eq!(
        (&source["name"], &source["credential"]),
        (&"corp-truu".into(), &"OAuth client in a file".into())
    );
    assert_eq!(source["operations"]["devices list"]["support"], "vendor");
    home.write("secret", support::CANARY, 0o600);
    let check = home.run("sources check");
    assert_eq!(check.exit, 0, "{check:?}");
    insta::assert_snapshot!(check.stdout, @"
    SOURCE     VENDOR  RESOURCE      LIST            CHECK  ROWS  TOTAL  REASON
    corp-truu  truu    users         enrolled_users  ok        1      2
    corp-truu  truu    devices       devices         ok        1      1
    corp-truu  truu    workstations  data_assets     ok        1      1
    ");
}

#[test]
fn a_long_table_says_once_that_it_is_held_whole_and_the_other_formats_are_not() {
    let pages = |count: u32| {
        Scripted::truu(move |_| {
            let rows: Vec<String> = (0..count).map(|id| format!(r#"{{"tuid":"t-{id}"}}"#)).collect();
            truu_page(1, 1, count, &rows.join(","))
        })
    };
    let told = |count: u32, line: &str| {
        let home = Home::truu(&pages(count).base_url());
        let done = home.run(line);
        assert_eq!(done.exit, 0, "{}", done.stderr);
        done.stderr.matches("a table is held whole").count()
    };
    assert_eq!(told(10_001, "users list"), 1);
    assert_eq!(told(10_000, "users list"), 0);
    assert_eq!(told(10_001, "users list -q"), 0);
    assert_eq!(told(10_001, "users list -o json"), 0);
}
