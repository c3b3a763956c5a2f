use std::collections::BTreeSet;

use proptest::strategy::Strategy;
use proptest::test_runner::Config as ProptestConfig;
use proptest::{collection, prop_assert, prop_assert_eq, prop_assert_ne, prop_oneof, proptest};
use serde_json::{Value, json};

use super::pieces::names;
use super::{Policy, Sanitizer};
use crate::{Answer, Case, Recording, Reply, sanitize};

fn sanitizer(vendor: &str) -> Sanitizer {
    Sanitizer::new(Policy::of(vendor).unwrap())
}

fn sanitized(vendor: &str, value: &Value) -> Value {
    serde_json::from_str(&sanitizer(vendor).json(&value.to_string()).unwrap()).unwrap()
}

/// What a pseudonym shares with its original.
fn shape(text: &str) -> String {
    let class = |char: char| match char {
        '0'..='9' => '9',
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        other if other.is_ascii() || !names(other) => other,
        other if other.is_uppercase() => 'Ä',
        other if other.is_lowercase() => 'ä',
        _ => '張',
    };
    text.chars().map(class).collect()
}

/// The text in large letters, as long as it was.
fn large(text: &str) -> String {
    let letter = |char: char| {
        char.to_uppercase()
            .next()
            .filter(|_| char.to_uppercase().count() == 1)
    };
    text.chars().map(|char| letter(char).unwrap_or(char)).collect()
}

#[test]
fn times_counts_flags_sets_and_the_names_of_members_stay_and_the_rest_goes() {
    let row = json!({
        "page": 1, "next": null, "count": 1,
        "results": [{
            "deviceName": "Ann's Mac", "type": "MAC_TPM", "active": true, "lastHeardFrom": 1_700_000_000_123_u64,
            "created": "2024-01-31T12:34:56.789012Z", "notificationId": "fcm-token", "unknownMember": 42,
            "softwareIdentifier": "unknown",
        }],
    });
    let now = sanitized("truu", &row);
    let (was, now) = (&row["results"][0], &now["results"][0]);
    for stays in ["type", "active", "lastHeardFrom", "created", "softwareIdentifier"] {
        assert_eq!(now[stays], was[stays], "{stays}");
    }
    assert_eq!(now["notificationId"], "REDACTED");
    assert_ne!(now["unknownMember"], 42);
    let name = now["deviceName"].as_str().unwrap();
    assert_eq!(shape(name), shape("Ann's Mac"));
    assert!(!name.contains("Ann") && !name.contains("Mac"), "{name}");
}

#[test]
fn a_value_in_a_member_that_stays_goes_when_it_is_no_word_of_a_set() {
    let row = json!({"type": "ann@corp.example", "status": "Zoë"});
    let now = sanitized("truto", &row);
    assert_ne!(now["type"], row["type"]);
    assert_ne!(now["status"], row["status"]);
}

#[test]
fn nothing_is_known_of_what_another_system_said() {
    let now = sanitized(
        "truto",
        &json!({"remote_data": {"type": "Annlee", "status": 7, "data": true}}),
    );
    assert_ne!(now["remote_data"]["type"], "Annlee");
    assert_ne!(now["remote_data"]["status"], 7);
    assert_eq!(now["remote_data"]["data"], true);
}

#[test]
fn an_original_is_the_same_pseudonym_in_path_url_text_json_in_a_text_and_the_name_of_a_member() {
    let id = "00u1abCD";
    let reply = json!({"result": {id: {
        "id": id,
        "email": "Ann@Corp.example",
        "urls": [{"url": "https://corp.example/users/00u1abCD?mail=ann%40corp.example"}],
        "bio": "write to ann@corp.example (00U1ABCD)",
        "remote_data": {"data": "{\"type\": \"00u1abCD\", \"message\": \"ann@corp.example\"}"},
    }}});
    let now = sanitized("truto", &reply);
    let (name, row) = now["result"].as_object().unwrap().iter().next().unwrap();
    assert_ne!(name, id);
    assert_eq!(row["id"], **name);
    let mail = row["email"].as_str().unwrap().to_lowercase();
    let (local, host) = mail.split_once('@').unwrap();
    assert_eq!(shape(row["email"].as_str().unwrap()), "Aaa@Aaaa.aaaaaaa");
    let url = row["urls"][0]["url"].as_str().unwrap();
    assert!(url.ends_with(&format!("={local}%40{host}")), "{url}");
    assert!(
        url.contains(&format!("://{host}/")) && url.contains(&format!("/{name}?")),
        "{url}"
    );
    let bio = row["bio"].as_str().unwrap();
    assert!(bio.contains(&mail) && bio.contains(&name.to_uppercase()), "{bio}");
    let raw: Value = serde_json::from_str(row["remote_data"]["data"].as_str().unwrap()).unwrap();
    assert_eq!((&raw["type"], &raw["message"]), (&json!(name), &json!(mail)));
}

#[test]
fn the_words_of_errors_stay_and_names_in_them_go() {
    let now = sanitized(
        "truto",
        &json!({"statusCode": 503, "message": "Integrated account of Ann is blocked"}),
    );
    let message = now["message"].as_str().unwrap();
    assert!(
        message.starts_with("Integrated account of ") && message.ends_with(" is blocked"),
        "{message}"
    );
    assert!(!message.contains("Ann"));
    let text = sanitizer("banyan")
        .json("\"Successfully deleted end user device\"")
        .unwrap();
    assert_eq!(text, "\"Successfully deleted end user device\"");
}

#[test]
fn a_word_of_errors_that_is_somebodys_name_goes() {
    let mut first = sanitizer("truto");
    first.text("Grant");
    let mut second = Sanitizer::knowing(&first);
    assert!(!second.sentence("no grant").contains("grant"));
}

#[test]
fn names_of_members_that_name_somebody_go_and_in_opaque_places_all_that_are_not_listed() {
    for name in [
        "Ann Lee",
        "ann-lee-mbp",
        "ann.lee",
        "C02XG2JHTE",
        "srv00417",
        "u12345",
    ] {
        let mut sanitizer = sanitizer("truto");
        let now = sanitizer.json(&json!({ name: true }).to_string()).unwrap();
        assert!(!now.contains(name), "{now}");
        assert!(sanitizer.originals().any(|original| original == name), "{name}");
    }
    for name in ["annlee", "Siobhan", "O_NEILL", "lastLogin"] {
        assert_eq!(
            sanitized("truto", &json!({"result": {name: true}}))["result"][name],
            Value::Null
        );
    }
    for name in ["last_login_at", "is_2fa_enabled", "truto_is_remote_error"] {
        assert_eq!(sanitized("truto", &json!({ name: true })), json!({ name: true }));
    }
    let row = json!({"remote_data": {"annlee": true, "status": true}, "created_at": true, "identifiers": {"created_at": true}});
    let mut sanitizer = sanitizer("truto");
    let now: Value = serde_json::from_str(&sanitizer.json(&row.to_string()).unwrap()).unwrap();
    assert_eq!(
        (&now["remote_data"]["annlee"], &now["remote_data"]["status"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(now["identifiers"]["created_at"], Value::Null);
    let originals: Vec<_> = sanitizer.originals().collect();
    assert_eq!(originals, ["annlee"]);
}

#[test]
fn words_of_originals_and_of_addresses_go_from_sentences() {
    let page = json!({"name": "Grant Smith", "username": "admin@corp.com", "title": "Device Service",
        "message": "user Grant Smith not found", "error": "no access for admin@corp.com, it.admin%40user.email denied"});
    let case = case("truto", toml::Table::new(), std::slice::from_ref(&page));
    let now: Value = serde_json::from_str(&case.files["response.json"]).unwrap();
    let text = |name: &str| now[name].as_str().unwrap().to_owned();
    assert_eq!(text("message"), format!("user {} not found", text("name")));
    assert!(!text("name").contains("Grant"));
    let error = text("error");
    assert!(
        error.starts_with(&format!("no access for {}, ", text("username"))) && error.ends_with(" denied"),
        "{error}"
    );
    assert!(
        !["it.", "admin", "user", "email"]
            .iter()
            .any(|word| error.contains(word)),
        "{error}"
    );
    assert!(case.canaries.is_in("of the device service"));
}

#[test]
fn a_kept_member_keeps_only_one_word_of_a_set() {
    for goes in ["Ann Lee", "corp.example", "C02123456", "ann:lee"] {
        assert_ne!(
            sanitized("banyan", &json!({"Ownership": goes}))["Ownership"],
            goes
        );
    }
    for stays in ["Corporate Dedicated", "MAC_TPM", "x86_64", "AlwaysAllow"] {
        assert_eq!(
            sanitized("banyan", &json!({"Ownership": stays}))["Ownership"],
            stays
        );
    }
    let row = json!({"last_evaluated_value": 80, "factor": {"last_evaluated_value": "Annlee"}});
    let now = sanitized("banyan", &row);
    assert_eq!(now["last_evaluated_value"], 80);
    assert_ne!(now["factor"], row["factor"]);
}

#[test]
fn a_time_in_an_opaque_place_is_another_time() {
    let born = "1987-05-03T00:00:00.000Z";
    let mut sanitizer = sanitizer("truto");
    let row = json!({"remote_data": {"data": born, "error": born}});
    let now: Value = serde_json::from_str(&sanitizer.json(&row.to_string()).unwrap()).unwrap();
    let time = now["remote_data"]["data"].as_str().unwrap();
    assert_ne!(time, born);
    assert_eq!((shape(time), super::is_time(time)), (shape(born), true));
    assert_eq!(now["remote_data"]["error"], time);
    assert!(sanitizer.originals().any(|original| original == born));
}

#[test]
fn the_order_of_members_their_repetition_and_the_spelling_of_numbers_stay() {
    let text = "{\n  \"key\": 1.50e2,\n  \"results\": [],\n  \"results\": {},\n  \"count\": 1.0\n}";
    let now = sanitizer("truu").json(text).unwrap();
    let lines: Vec<&str> = now.lines().collect();
    assert_eq!(shape(lines[1]), shape("  \"key\": 1.50e2,"), "{now}");
    assert!(serde_json::from_str::<Value>(&now).is_ok(), "{now}");
    assert_eq!(lines[2..], text.lines().skip(2).collect::<Vec<_>>(), "{now}");
}

#[test]
fn a_credential_is_removed_by_its_name() {
    let now = sanitized("banyan", &json!({"Password": "hunter2hunter2", "API_KEY": "k"}));
    assert_eq!(now, json!({"Password": "REDACTED", "API_KEY": "REDACTED"}));
}

/// What is written of a body, at every vendor, in small letters and without the names of the files.
fn written(body: &Value, vendor: &str) -> String {
    let case = case(vendor, toml::Table::new(), std::slice::from_ref(body));
    case.files["response.json"].to_lowercase()
}

#[test]
fn what_is_of_somebody_goes_from_every_place_where_somebody_puts_it() {
    use base64::Engine as _;
    for original in [
        "Siobhan",
        "ZO\u{cb}",
        "Zoe\u{308}lein",
        "ann.lee@corp.example",
        "C02XG0FDH7JY",
        "b4:4a:8a:64:71:e8",
        "10.117.23.94",
        "fe80::1ff:fe23:4567:890a",
        "+49 170 1234567",
        "4917012345678",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "1987-05-03",
        "1987-05-03T00:00:00Z",
    ] {
        let percent: String =
            percent_encoding::utf8_percent_encode(original, percent_encoding::NON_ALPHANUMERIC).collect();
        let base64 = base64::engine::general_purpose::STANDARD.encode(format!("id={original};"));
        let body = json!({
            original: original, "status": original, "type": original, "Level": original, "message": original,
            "next": original, "next_cursor": base64.clone(), "count": original, "platform": original,
            "result": {original: {"x": true}}, "unheard_of": original, "error": [original, format!("no {original} here")],
            "url": format!("https://t.example/{percent}/?q={percent}#{original}"),
            "path": format!("/users/{}/{}", original.to_uppercase(), original.to_lowercase()),
            "raw_response": format!("{{\"{original}\": \"{original}\"}}"),
        });
        for vendor in ["truu", "banyan", "truto"] {
            let now = written(&body, vendor);
            for form in [original, &percent, &base64] {
                assert!(!now.contains(&form.to_lowercase()), "{vendor}: {form} in {now}");
            }
        }
    }
}

#[test]
fn a_number_stays_only_where_a_count_or_a_time_stands_and_is_no_longer_than_one() {
    let row = json!({"count": 825, "LastLogin": 1_587_370_622_671_500_176_u64, "expired_at": 1_603_985_580_051_u64, "page": 4711});
    let now = sanitized("banyan", &row);
    for stays in ["count", "LastLogin", "expired_at"] {
        assert_eq!(now[stays], row[stays], "{stays}");
    }
    for phone in [4_917_012_345_678_u64, 15_550_100, 2_125_550_100] {
        let row = json!({"count": phone, "LastLogin": phone, "Level": phone, "value": phone});
        let now = sanitized("banyan", &row);
        for goes in ["count", "LastLogin", "Level", "value"] {
            assert_ne!(now[goes], row[goes], "{goes}");
            assert!(now[goes].is_u64(), "{goes}");
        }
    }
}

#[test]
fn a_time_stays_only_where_a_time_of_the_vendor_stands_and_nothing_behind_it() {
    let time = "1987-05-03T00:00:00Z";
    let now = sanitized(
        "truu",
        &json!({"created": time, "model": time, "deviceName": format!("of {time}")}),
    );
    assert_eq!(now["created"], time);
    assert_ne!(now["model"], time);
    assert!(super::is_time(now["model"].as_str().unwrap()));
    assert!(!now["deviceName"].as_str().unwrap().contains("1987"));
    let phone = "2024-01-31T00:00 +49 170 1234567";
    assert!(
        !sanitized("truu", &json!({"created": phone}))["created"]
            .as_str()
            .unwrap()
            .contains("170")
    );
}

#[test]
fn whoever_is_called_like_a_value_of_a_set_goes_and_the_value_stays() {
    let page = json!({"name": "Active", "groups": [{"name": "Low"}], "status": "active", "user_type": "Annlee",
        "message": "user Active is no user of Low", "url": "https://t.example/active/low"});
    let case = case("truto", toml::Table::new(), std::slice::from_ref(&page));
    let now: Value = serde_json::from_str(&case.files["response.json"]).unwrap();
    assert_eq!(now["status"], "active");
    for member in ["name", "groups", "user_type", "message", "url"] {
        let text = now[member].to_string().to_lowercase();
        assert!(
            !["active", "low\"", "/low", "annlee"]
                .iter()
                .any(|word| text.contains(word)),
            "{text}"
        );
    }
}

#[test]
fn an_argument_stays_only_when_it_says_how_to_ask() {
    let arguments: toml::Table = "status = 'Siobhan'\norder = 'asc'\nkey_by = 'id'\npage_size = 20\ntypes = ['work', 'annlee']\nplatform = 4917012345678\nfurther = { siobhan = '1' }\nsort_by = { created_at = 'desc' }"
        .parse()
        .unwrap();
    let now = sanitizer("truto").arguments(&arguments);
    for stays in ["order", "key_by", "page_size"] {
        assert_eq!(now[stays], arguments[stays], "{stays}");
    }
    assert_eq!(now["types"][0].as_str(), Some("work"));
    assert!(now["sort_by"].get("created_at").is_some());
    let text = now.to_string().to_lowercase();
    assert!(
        !["siobhan", "annlee", "4917"]
            .iter()
            .any(|name| text.contains(name)),
        "{text}"
    );
}

fn case(vendor: &str, arguments: toml::Table, pages: &[Value]) -> Case {
    let reply = |page: &Value| Reply {
        status: 200,
        headers: Vec::new(),
        body: page.to_string().into(),
    };
    let recording = Recording {
        arguments,
        answers: pages.iter().map(reply).map(Answer::Reply).collect(),
        secrets: Vec::new(),
    };
    sanitize(Policy::of(vendor).unwrap(), "Made up.", &recording).unwrap()
}

#[test]
fn no_pseudonym_is_an_original_of_a_later_page() {
    let pseudonym = sanitizer("truu").text("annlee");
    let pages = [
        json!({"displayName": "annlee"}),
        json!({"displayName": pseudonym}),
    ];
    let case = case("truu", toml::Table::new(), &pages);
    assert!(case.files.values().all(|contents| !contents.contains(&pseudonym)));
}

fn original() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z]{2,9}\\.[a-z]{2,9}(\\+[a-z0-9]{1,4})?@[a-z]{2,9}\\.(example|test|co\\.uk)",
        "[A-ZÅÉØŽ][a-zåéøžß]{1,9} [A-Z]['’][A-Z][a-z]{2,8}",
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "00u[0-9A-Za-z]{10,17}",
        "C02[A-Z0-9]{9}",
        "[1-9][0-9]{9,17}",
        "([0-9a-f]{2}:){5}[0-9A-F]{2}",
        "[一-龥]{2,4}",
        "[A-Z][a-z]{3,8}[’']s (MacBook|iPhone|laptop)",
        "\\+49 1[5-7][0-9] [0-9]{7}",
        "1[0-9]{2}\\.2[0-9]\\.[1-9][0-9]\\.[1-9]",
        "[A-Z][a-z]{2,4}e\u{308}[a-z]{3,6}",
    ]
}

proptest! {
    #[test]
    fn the_shape_stays_and_the_original_does_not(text in original()) {
        let now = sanitizer("truu").text(&text);
        prop_assert_ne!(&now, &text);
        let is_hex = |text: &str| text.chars().all(|char| char.is_ascii_hexdigit() || ":-".contains(char));
        if is_hex(&text) && text.contains([':', '-']) {
            // Any digit of sixteen stands for any other.
            prop_assert!(is_hex(&now));
            prop_assert_eq!(now.len(), text.len());
        } else {
            prop_assert_eq!(shape(&now), shape(&text));
        }
    }

    #[test]
    fn the_same_original_is_the_same_pseudonym_wherever_it_stands(text in original(), before in "[ -~]{0,8}", after in "[ -~]{0,8}") {
        let mut sanitizer = sanitizer("truu");
        let now = sanitizer.text(&text);
        let around = format!("{before} <{text}> {after}");
        let around_now = sanitizer.text(&around);
        prop_assert!(around_now.contains(&format!("<{now}>")), "{} in {}", now, around_now);
        let escaped: String = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).collect();
        let escaped_now = sanitizer.text(&escaped);
        let decoded = percent_encoding::percent_decode_str(&escaped_now).decode_utf8().unwrap();
        prop_assert_eq!(decoded, now);
    }

    #[test]
    fn letter_case_is_all_that_originals_of_one_spelling_differ_in(text in original()) {
        // No other letter here has a large form that is two letters.
        let text = text.replace('ß', "s");
        let mut sanitizer = sanitizer("truu");
        let now = sanitizer.text(&text);
        prop_assert_eq!(sanitizer.text(&text.to_lowercase()), now.to_lowercase());
        prop_assert_eq!(sanitizer.text(&large(&text)), large(&now));
    }

    #[test]
    fn other_originals_get_other_pseudonyms(texts in collection::btree_set(original(), 2..40)) {
        let mut sanitizer = sanitizer("truu");
        let spellings: BTreeSet<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        let now: BTreeSet<String> = texts.iter().map(|text| sanitizer.text(text).to_lowercase()).collect();
        prop_assert_eq!(now.len(), spellings.len());
    }

    #[test]
    fn what_was_sanitized_stays_as_it_is(texts in collection::vec(original(), 1..20)) {
        let row = json!({"id": texts, "message": texts, "remote_data": {"of": texts.join(", ")}});
        let once = sanitizer("truto").json(&row.to_string()).unwrap();
        prop_assert_eq!(sanitizer("truto").json(&once).unwrap(), once);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_original_survives_in_a_case_and_all_pages_agree(texts in collection::btree_set(original(), 1..12)) {
        let row = |text: &String| json!({
            "id": text, "name": text, "status": text, "type": text, "message": text, "tags": [text],
            "remote_data": {"status": text, "mail": format!("to: {text}")},
            "url": format!("https://t.example/?q={}", percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)),
        });
        let page = json!({"result": texts.iter().map(row).collect::<Vec<_>>()});
        let listed: toml::Value = texts.iter().map(String::as_str).collect::<Vec<_>>().into();
        let arguments = toml::Table::from_iter([("ids".to_owned(), listed)]);
        let case = case("truto", arguments, &[page.clone(), page]);
        prop_assert_eq!(&case.files["response.json"], &case.files["response-2.json"]);
        for (file, contents) in &case.files {
            let contents = contents.to_lowercase();
            for text in &texts {
                prop_assert!(!contents.contains(&text.to_lowercase()), "{} in {}", text, file);
            }
        }
        let reply: Value = serde_json::from_str(&case.files["response.json"]).unwrap();
        let arguments: toml::Table = case.files["case.toml"].parse().unwrap();
        for (row, argument) in reply["result"].as_array().unwrap().iter().zip(arguments["arguments"]["ids"].as_array().unwrap()) {
            prop_assert_eq!(row["id"].as_str(), argument.as_str());
            prop_assert_eq!(&row["name"], &row["id"]);
            prop_assert_eq!(&row["tags"][0], &row["id"]);
        }
    }
}
