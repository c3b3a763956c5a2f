use std::collections::HashSet;

use rollbook_sandbox::{Sandbox, SandboxConfig};

use crate::support::{banyan, get, good, sandbox, send, texts, truto, truu_token};

#[test]
fn a_seed_fixes_the_world_byte_for_byte() {
    let devices = |seed| {
        let sandbox = Sandbox::new(SandboxConfig::default().with_seed(seed));
        banyan(&sandbox, "/api/v1/devices").into_body()
    };
    assert_eq!(devices(7), devices(7));
    assert_ne!(devices(7), devices(8));
}

#[test]
fn users_and_devices_are_counted_as_asked() {
    for (users, devices) in [(1, 1), (7, 3), (50, 200), (200, 300), (400, 10)] {
        let truth = Sandbox::new(SandboxConfig::default().with_users(users).with_devices(devices)).truth();
        assert_eq!(
            (truth.truu_users.len(), truth.truu_devices.len()),
            (users, devices)
        );
    }
    let truth = Sandbox::new(SandboxConfig::default().with_users(2000).with_devices(3000)).truth();
    for (count, wanted) in [
        (truth.banyan_users.len(), 2000),
        (truth.truto_users.len(), 2000),
        (truth.truto_mdm_users.len(), 2000),
        (truth.banyan_devices.len(), 3000),
        (truth.truto_mdm_devices.len(), 3000),
    ] {
        assert!(
            (wanted * 8 / 10..=wanted * 11 / 10).contains(&count),
            "{count} of {wanted}"
        );
    }
}

#[test]
fn an_empty_world_is_served_too() {
    let sandbox = Sandbox::new(SandboxConfig::default().with_users(0).with_devices(0));
    let token = truu_token(&sandbox);
    for path in [
        "/api/v1/system/enrolled/users/",
        "/api/v1/system/devices/",
        "/data/api/v1/assets/",
    ] {
        assert_eq!(good(&get(&sandbox, &token, path))["count"], 0);
    }
    assert_eq!(good(&banyan(&sandbox, "/api/v1/endusers?skip=0"))["count"], 0);
    assert_eq!(
        good(&truto(&sandbox, "/unified/user-directory/users"))["result_count"],
        0
    );
    let machines = Sandbox::new(SandboxConfig::default().with_users(0).with_devices(5)).truth();
    assert!(machines.truu_devices.is_empty() && !machines.banyan_devices.is_empty());
}

#[test]
fn ids_are_unique_within_each_list() {
    let truth = Sandbox::new(SandboxConfig::default().with_users(2000).with_devices(3000)).truth();
    for ids in [
        &truth.truu_users,
        &truth.truu_devices,
        &truth.truu_assets,
        &truth.banyan_user_ids,
        &truth.banyan_devices,
        &truth.banyan_device_ids,
        &truth.truto_users,
        &truth.truto_mdm_users,
        &truth.truto_mdm_devices,
    ] {
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        assert!(ids.iter().all(|id| !id.is_empty()));
    }
    let emails: HashSet<String> = truth
        .banyan_users
        .iter()
        .map(|email| email.to_lowercase())
        .collect();
    assert_eq!(emails.len(), truth.banyan_users.len());
}

#[test]
fn people_and_machines_overlap_between_vendors() {
    let sandbox = sandbox();
    let token = truu_token(&sandbox);
    let lower = |texts: Vec<String>| {
        texts
            .into_iter()
            .map(|text| text.to_lowercase())
            .collect::<HashSet<_>>()
    };
    let mut truu = HashSet::new();
    for page in 1..=2 {
        let page = good(&get(
            &sandbox,
            &token,
            &format!("/api/v1/system/enrolled/users/?page={page}"),
        ));
        truu.extend(lower(texts(&page["results"], "/email")));
    }
    let banyan_users = lower(sandbox.truth().banyan_users);
    let truto_users = good(&truto(&sandbox, "/unified/user-directory/users?limit=1000"));
    let truto_users = lower(texts(&truto_users["result"], "/emails/0/email"));
    assert!(truu.intersection(&banyan_users).count() > 150);
    assert!(truu.intersection(&truto_users).count() > 150);
    assert!(
        truu.difference(&banyan_users).count() > 0,
        "some are not at Banyan"
    );
    assert!(
        banyan_users.difference(&truu).count() > 0,
        "partners are at Banyan only"
    );
    assert!(
        truto_users.difference(&truu).count() > 0,
        "some were never enrolled"
    );
    let serials =
        |rows: &serde_json::Value, pointer: &str| texts(rows, pointer).into_iter().collect::<HashSet<_>>();
    let at_banyan = serials(&good(&banyan(&sandbox, "/api/v1/devices")), "/SerialNumber");
    let at_mdm = good(&truto(&sandbox, "/unified/mdm/devices?limit=1000"));
    assert!(
        at_banyan
            .intersection(&serials(&at_mdm["result"], "/serial_number"))
            .count()
            > 200
    );
}

#[test]
fn serial_numbers_are_as_bad_as_real_ones() {
    let sandbox = sandbox();
    let devices = good(&banyan(&sandbox, "/api/v1/devices"));
    let serials = texts(&devices, "/SerialNumber");
    for junk in ["", "0", "To be filled by O.E.M."] {
        assert!(serials.iter().any(|serial| serial == junk), "{junk:?}");
    }
    let real: Vec<&String> = serials
        .iter()
        .filter(|serial| serial.len() > 5 && !serial.contains(' '))
        .collect();
    assert!(
        real.iter().collect::<HashSet<_>>().len() < real.len(),
        "two machines share one"
    );
}

#[test]
fn far_past_times_and_unknown_kinds_are_in_the_world() {
    let sandbox = sandbox();
    let token = truu_token(&sandbox);
    let users = good(&get(&sandbox, &token, "/api/v1/system/enrolled/users/"));
    assert!(texts(&users["results"], "/lastSynced").contains(&"0001-01-01T00:00:00.000000Z".to_owned()));
    assert!(texts(&users["results"], "/created").contains(&"1601-01-01T00:00:00.000000Z".to_owned()));
    assert!(texts(&users["results"], "/displayName").contains(&"Siobhán O’Neill".to_owned()));
    let devices = good(&get(&sandbox, &token, "/api/v1/system/devices/"));
    assert!(texts(&devices["results"], "/type").contains(&"LINUX_TPM".to_owned()));
    let data = good(&get(&sandbox, &token, "/data/api/v1/users/"));
    assert!(data.to_string().contains("\"assuranceLevel\":700"));
}

#[test]
fn the_log_tells_what_was_asked_without_credentials() {
    let sandbox = sandbox();
    truu_token(&sandbox);
    banyan(&sandbox, "/api/v1/devices?limit=1");
    let log = sandbox.request_log();
    assert_eq!(
        (log[0].method.as_str(), log[0].target.as_str()),
        ("POST", "/oauth/token")
    );
    assert_eq!(
        (log[1].target.as_str(), log[1].status.as_u16()),
        ("/api/v1/devices?limit=1", 200)
    );
    assert!(!format!("{log:?} {sandbox:?}").contains("sandbox-"));
    sandbox.clear_request_log();
    assert!(sandbox.request_log().is_empty());
}

#[test]
fn the_mess_is_in_the_world_of_every_seed() {
    for seed in [0, 1, 42, u64::MAX] {
        let sandbox = Sandbox::new(SandboxConfig::default().with_seed(seed));
        let token = truu_token(&sandbox);
        let users = good(&get(&sandbox, &token, "/api/v1/system/enrolled/users/")).to_string();
        for mess in [
            "0001-01-01T",
            "1601-01-01T",
            "Siobhán O’Neill",
            " - Admin\"",
            "\"email\":\"\"",
            "\"guid\":\"00u",
            "+contractor@",
        ] {
            assert!(
                users.to_lowercase().contains(&mess.to_lowercase()),
                "{seed} {mess}"
            );
        }
        let page = |page| {
            good(&get(
                &sandbox,
                &token,
                &format!("/data/api/v1/users/?page={page}"),
            ))
            .to_string()
        };
        let data: String = (1..=8).map(page).collect();
        assert!(
            data.contains("\"assuranceLevel\":700") && data.contains("\"devices\":[]"),
            "{seed}"
        );
        let assets = good(&get(&sandbox, &token, "/data/api/v1/assets/")).to_string();
        assert!(
            assets.contains("b4:4a:8a.64:71:e8") && assets.contains("\"hardware\":{}"),
            "{seed}"
        );
        let devices = good(&banyan(&sandbox, "/api/v1/devices")).to_string();
        for mess in [
            "\"DeviceID\":null",
            "\"SerialNumber\":\"\"",
            "\"SerialNumber\":\"0\"",
            "To be filled by O.E.M.",
        ] {
            assert!(devices.contains(mess), "{seed} {mess}");
        }
    }
}

#[test]
fn no_request_however_odd_breaks_the_sandbox() {
    let sandbox = sandbox();
    let token = truu_token(&sandbox);
    let paths = [
        "/api/v1/system/enrolled/users/",
        "/api/v1/system/domainusers/%00%ff/",
        "/api/v1/system/domainusers/a/devices//",
        "/data/api/v1/assets/",
        "/api/v1/devices",
        "/api/v1/v1/delete_device",
        "/api/v1/mdm/update_device",
        "/api/v2/enduser",
        "/api/v2/endusers",
        "/unified/user-directory/users",
        "/unified/mdm/users",
        "/unified/mdm/devices/%2e%2e%2f",
        "//",
        "/",
        "/oauth/token",
    ];
    let huge = usize::MAX;
    let queries = [
        String::new(),
        "&&&=&=x".to_owned(),
        format!("page={huge}&skip={huge}&limit={huge}&next_cursor=c:{huge}"),
        "email=%ff%fe&guids=%00&Order=&OrderBy=".to_owned(),
        "sort_by[]=asc&[x]=y&]=z&created_at[gt][lt]=1&a[[[=1".to_owned(),
        "truto_key_by=emails&truto_exclude_fields[][]=id&truto_response_format=".to_owned(),
    ];
    let account = "integrated_account_id=00000000-0000-4000-8000-000000000001";
    for path in paths {
        for query in &queries {
            for bearer in [token.as_str(), "sandbox-key", "sandbox-token", ""] {
                let target = format!("{path}?{query}&{account}");
                let response = get(&sandbox, bearer, &target);
                assert!(response.status().as_u16() < 500, "{target}");
                let bearer = format!("Bearer {bearer}");
                for (method, body) in [
                    ("POST", "[[]]"),
                    ("DELETE", "{\"enduser_ids\":[[]]}"),
                    ("PUT", "\0"),
                ] {
                    let response = send(&sandbox, method, &target, &[("authorization", &bearer)], body);
                    assert!(response.status().as_u16() < 500, "{method} {target}");
                }
            }
        }
    }
}
