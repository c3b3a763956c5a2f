//! The sandbox against the contract: every call, asked for well and badly.

use std::collections::BTreeSet;

use bytes::Bytes;
use rollbook_contract::{Contract, Request};
use rollbook_sandbox::{Sandbox, SandboxConfig, credentials};
use serde_json::{Value, json};

use crate::support::contract;

/// Places where the sandbox is odd, and meant to be: each has to be met.
const ODD: &[(&str, &str)] = &[
    // A truth value in quotes, in one row: Truto's unified schema is not enforced.
    (
        "user_directory_users",
        ".is_email_verified: string where null or boolean is expected",
    ),
    (
        "user_directory_user",
        ".is_email_verified: string where null or boolean is expected",
    ),
];

/// One request to the sandbox, and the reply.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) sent: String,
    /// Whether the request is one that fits the contract.
    pub(crate) is_good: bool,
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Asks the sandbox as one vendor, and holds every request and every reply against the contract.
pub(crate) struct Witness {
    contract: Contract,
    pub(crate) exchanges: Vec<Exchange>,
    sandbox: Sandbox,
    headers: Vec<(String, String)>,
    met: BTreeSet<(&'static str, &'static str)>,
    findings: Vec<String>,
}

impl Witness {
    fn new(vendor: &str, config: SandboxConfig) -> Self {
        Self {
            contract: contract(vendor),
            exchanges: Vec::new(),
            sandbox: Sandbox::new(config),
            headers: Vec::new(),
            met: BTreeSet::new(),
            findings: Vec::new(),
        }
    }

    fn sign_in(&mut self, token: &str) {
        self.headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
    }

    fn get(&mut self, target: &str) -> Value {
        self.ask("GET", target, &[], "", true)
    }

    /// A request that does not fit the contract itself; the reply has to.
    fn get_oddly(&mut self, target: &str) {
        self.ask("GET", target, &[], "", false);
    }

    fn send(&mut self, method: &str, target: &str, body: &Value) -> Value {
        let json = ("content-type", "application/json");
        self.ask(method, target, &[json], &body.to_string(), true)
    }

    fn send_oddly(&mut self, method: &str, target: &str, body: &Value) {
        let json = ("content-type", "application/json");
        self.ask(method, target, &[json], &body.to_string(), false);
    }

    fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
        is_good: bool,
    ) -> Value {
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<(&str, &str)> = own.chain(headers.iter().copied()).collect();
        let mut sent = http::Request::builder().method(method).uri(target);
        for (name, value) in &headers {
            sent = sent.header(*name, *value);
        }
        let sent = sent.body(Bytes::from(body.to_owned())).unwrap();
        let request = Request::from(&sent);
        let exact = self.contract.operation_of(&request);
        // Without its slash a path is none of the contract, and the reply says so.
        let path = target.split('?').next().unwrap_or(target);
        let slashed = Request::new(method, &format!("{path}/"));
        let operation = exact.or_else(|| self.contract.operation_of(&slashed));
        let operation = operation.unwrap_or_else(|| panic!("{method} {target}: no such operation"));
        let findings = operation.check_request(&request);
        if (exact.is_some() && findings.is_empty()) != is_good {
            let said = if is_good { "fits not" } else { "fits" };
            self.findings
                .push(format!("{method} {target}: the request {said}: {findings:?}"));
        }
        let reply = self.sandbox.handle(sent);
        let status = reply.status().as_u16();
        for finding in operation.check_http_response(&reply) {
            let finding = finding.to_string();
            let mut odd = ODD.iter();
            let odd = odd.find(|(id, end)| *id == operation.id() && finding.ends_with(end));
            match odd {
                Some(odd) => drop(self.met.insert(*odd)),
                None => self
                    .findings
                    .push(format!("{method} {target}: {status} {finding}")),
            }
        }
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        self.exchanges.push(Exchange {
            operation: operation.id().to_owned(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.iter().map(owned).collect(),
            sent: body.to_owned(),
            is_good,
            status,
            body: reply.body().to_vec(),
        });
        serde_json::from_slice(reply.body()).unwrap_or(Value::Null)
    }

    /// Sends one good request of each operation again: to a server that fails, and without the slash at the end of its path.
    fn fail(&mut self) {
        let mut asked = BTreeSet::new();
        let exchanges = self.exchanges.clone().into_iter();
        let firsts =
            exchanges.filter(|exchange| exchange.is_good && asked.insert(exchange.operation.clone()));
        for exchange in firsts.collect::<Vec<_>>() {
            let headers = exchange.headers.iter();
            let headers: Vec<(&str, &str)> = headers
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let own = std::mem::take(&mut self.headers);
            let (path, query) = match exchange.target.split_once('?') {
                Some((path, query)) => (path, format!("?{query}")),
                None => (exchange.target.as_str(), String::new()),
            };
            for status in [429, 500, 503] {
                let fault = format!("status:code={status},path={path}");
                self.sandbox.add_fault(fault.parse().unwrap());
                self.ask(&exchange.method, &exchange.target, &headers, &exchange.sent, true);
                self.sandbox.clear_faults();
            }
            if let Some(path) = path.strip_suffix('/') {
                let target = format!("{path}{query}");
                self.ask(&exchange.method, &target, &headers, &exchange.sent, false);
            }
            self.headers = own;
        }
    }

    /// What all this has found, with what should have been met and was not.
    fn end(self) -> Self {
        let statuses = |operation: &str| {
            let exchanges = self.exchanges.iter();
            let of = exchanges.filter(|exchange| exchange.operation == operation);
            of.map(|exchange| exchange.status).collect::<BTreeSet<_>>()
        };
        let mut findings = self.findings.clone();
        for operation in self.contract.operations() {
            let statuses = statuses(operation.id());
            if !statuses.iter().any(|status| *status < 300) || !statuses.iter().any(|status| *status >= 400) {
                let id = operation.id();
                findings.push(format!("{id}: seen are {statuses:?}, and no success or no error"));
            }
        }
        let mut unmet = ODD
            .iter()
            .filter(|odd| self.contract.operation(odd.0).is_some() && !self.met.contains(*odd));
        findings.extend(
            unmet
                .by_ref()
                .map(|odd| format!("{}: {} is not met", odd.0, odd.1)),
        );
        assert!(findings.is_empty(), "{}", findings.join("\n"));
        self
    }
}

fn texts(rows: &Value, pointer: &str) -> Vec<String> {
    let rows = rows.as_array().unwrap().iter();
    let text = |row: &Value| row.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    rows.filter_map(text).collect()
}

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(crate) fn truu() -> Witness {
    let mut truu = Witness::new("truu", SandboxConfig::default());
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let path = "/oauth/token";
    let pairs = [
        ("grant_type", "client_credentials"),
        ("scope", "tenant-management-api-user"),
        ("client_id", "sandbox"),
        ("client_secret", "sandbox-secret"),
    ];
    let encoded = |pairs: &[(&str, &str)]| {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs).finish()
    };
    for index in 0..pairs.len() {
        let (mut missing, mut wrong) = (pairs.to_vec(), pairs);
        missing.remove(index);
        wrong[index].1 = "wrong";
        truu.ask("POST", path, &form, &encoded(&missing), false);
        let is_fixed = index < 2;
        truu.ask("POST", path, &form, &encoded(&wrong), !is_fixed);
    }
    let more = [pairs.as_slice(), &[("more", "x")]].concat();
    truu.ask("POST", path, &form, &encoded(&more), false);
    let token = truu.ask("POST", path, &form, &encoded(&pairs), true);
    let lists = [
        "/api/v1/system/enrolled/users/",
        "/api/v1/system/devices/",
        "/data/api/v1/users/",
        "/data/api/v1/assets/",
    ];
    for list in lists {
        truu.get(list);
    }
    truu.sign_in(token["access_token"].as_str().unwrap());
    for list in lists {
        let mut next = Value::from(1);
        while let Some(page) = next.as_u64() {
            next = truu.get(&format!("{list}?page={page}"))["next"].clone();
        }
        truu.get(&format!("{list}?page=99999"));
        truu.get_oddly(&format!("{list}?page=two"));
        truu.get_oddly(&format!("{list}?pages=2"));
    }
    let users = truu.get(lists[0])["results"].clone();
    let (guids, emails) = (texts(&users, "/guid"), texts(&users, "/email"));
    let (upns, tuids) = (texts(&users, "/userPrincipal"), texts(&users, "/tuid"));
    for (name, value) in [
        ("guid", &guids[0]),
        ("email", &emails[1]),
        ("upn", &upns[2]),
        ("tuid", &tuids[3]),
    ] {
        truu.get(&format!("{}?{name}={}", lists[0], escaped(value)));
    }
    truu.get(&format!("{}?email=nobody%40example.com", lists[0]));
    truu.get_oddly(&format!("{}?email=a%40b.c&email=d%40e.f", lists[0]));
    let (upn, email) = (escaped(&upns[0]), escaped(&emails[0]));
    truu.get(&format!("{}?guids={}&guids={}", lists[2], guids[0], guids[1]));
    truu.get(&format!("{}?userPrincipals={upn}&emails={email}", lists[2]));
    let assets = truu.get(lists[3])["results"].clone();
    let (ip, mac) = (
        texts(&assets, "/network/ipAddresses/0"),
        texts(&assets, "/network/macAddresses/0"),
    );
    truu.get(&format!(
        "{}?ipAddresses={}&ipAddresses={}",
        lists[3], ip[0], ip[1]
    ));
    truu.get(&format!("{}?macAddresses={}", lists[3], escaped(&mac[0])));
    let devices = truu.get(lists[1])["results"].clone();
    let (device, owner) = (texts(&devices, "/deviceId"), texts(&devices, "/user/guid"));
    let user = format!("/api/v1/system/domainusers/{}/", owner[0]);
    let device = format!("{user}devices/{}/", device[0]);
    for (path, nowhere) in [
        (&device, &format!("{user}devices/no-such-device/")),
        (&user, &"/api/v1/system/domainusers/nobody/".to_owned()),
    ] {
        truu.get(path);
        truu.get(nowhere);
        truu.ask("DELETE", nowhere, &[], "", true);
        truu.ask("DELETE", path, &[], "", true);
        truu.get(path);
    }
    truu.fail();
    truu.end()
}

pub(crate) fn banyan() -> Witness {
    let mut banyan = Witness::new("banyan", SandboxConfig::default().with_banyan_page_cap(100));
    banyan.sign_in("wrong");
    let token = "/api/v1/refresh_token";
    let lists = [
        ("/api/v1/endusers", "/count"),
        ("/api/v1/devices", "/count"),
        ("/api/v2/enduser", "/data/count"),
        ("/api/v2/devices", "/data/count"),
    ];
    banyan.ask("POST", token, &[], "", true);
    for (list, _) in lists {
        banyan.get(list);
    }
    banyan.sign_in(credentials::BANYAN_KEY);
    let token = banyan.ask("POST", token, &[], "", true)["Message"].clone();
    banyan.sign_in(token.as_str().unwrap());
    for (list, count) in lists {
        let mut skip = 0;
        loop {
            let page = banyan.get(&format!("{list}?skip={skip}&limit=100"));
            skip += 100;
            if page.pointer(count).and_then(Value::as_u64).unwrap() < skip {
                break;
            }
        }
        banyan.get_oddly(&format!("{list}?skip=x&limit=y"));
        banyan.get_oddly(&format!("{list}?skip=0&limit=1&skip=1"));
    }
    for (order, users_by, devices_by) in [
        ("asc", "name", "serialnumber"),
        ("desc", "email", "devicefriendlyname"),
        ("asc", "email", "model"),
    ] {
        banyan.get(&format!("/api/v1/endusers?order={order}&orderby={users_by}"));
        banyan.get(&format!("/api/v1/devices?order={order}&orderby={devices_by}"));
    }
    banyan.get_oddly("/api/v1/endusers?order=sideways");
    banyan.get("/api/v1/endusers?orderby=shoe-size");
    let users = banyan.get("/api/v1/endusers");
    let devices = banyan.get("/api/v1/devices");
    let (emails, names) = (texts(&users, "/Email"), texts(&users, "/Name"));
    let serials: Vec<String> = texts(&devices, "/SerialNumber");
    let serials: Vec<&String> = serials.iter().filter(|serial| serial.len() > 8).collect();
    banyan.get(&format!(
        "/api/v1/endusers?email={}&name={}",
        escaped(&emails[0]),
        escaped(&names[0])
    ));
    banyan.get(&format!("/api/v1/endusers?serialnumber={}", escaped(serials[0])));
    banyan.get(&format!(
        "/api/v1/devices?serialnumber={}&email={}&model=Mac&devicefriendlyname=a",
        escaped(serials[0]),
        escaped(&emails[0])
    ));
    banyan.get("/api/v2/enduser?active=true");
    banyan.get_oddly("/api/v2/enduser?active=perhaps");
    banyan.get(&format!(
        "/api/v2/devices?active=false&serial_number={}",
        escaped(serials[0])
    ));
    let update = "/api/v1/mdm/update_device?SerialNumber=";
    for (serial, body) in [
        (serials[1].as_str(), json!([{"Banned": "TRUE"}])),
        (
            serials[1].as_str(),
            json!([{"Ownership": "Other", "Model": "X", "Platform": "darwin", "Architecture": "arm64"}]),
        ),
        ("no-such-serial", json!([{"Banned": "FALSE"}])),
    ] {
        banyan.send("POST", &format!("{update}{}", escaped(serial)), &body);
    }
    banyan.send_oddly("POST", &format!("{update}x"), &json!([{"Banned": true}]));
    banyan.send_oddly("POST", &format!("{update}x"), &json!({"Banned": "TRUE"}));
    banyan.send_oddly("POST", &format!("{update}x"), &json!([]));
    banyan.send_oddly(
        "POST",
        &format!("{update}x"),
        &json!([{"Banned": "TRUE"}, {"Banned": "TRUE"}]),
    );
    banyan.send_oddly(
        "POST",
        &format!("{update}x"),
        &json!([{"Banned": "TRUE", "OS": "x"}]),
    );
    banyan.send_oddly("POST", "/api/v1/mdm/update_device", &json!([{"Banned": "TRUE"}]));
    for (path, serial) in [
        ("/api/v1/v1/delete_device", serials[2]),
        ("/api/v1/delete_device", serials[3]),
    ] {
        banyan.ask(
            "DELETE",
            &format!("{path}?SerialNumber={}", escaped(serial)),
            &[],
            "",
            true,
        );
        banyan.ask(
            "DELETE",
            &format!("{path}?SerialNumber=nothing&Email=a%40b.c"),
            &[],
            "",
            true,
        );
        banyan.ask("DELETE", &format!("{path}?serialnumber=nothing"), &[], "", false);
    }
    let ids = texts(
        &banyan.get("/api/v2/enduser?active=true&skip=0&limit=2")["data"]["endusers"],
        "/id",
    );
    let path = "/api/v2/endusers";
    banyan.send("DELETE", path, &json!({"enduser_ids": ids}));
    banyan.send("DELETE", path, &json!({"enduser_ids": ["nobody"]}));
    banyan.send_oddly("DELETE", path, &json!({"enduser_ids": []}));
    banyan.send_oddly("DELETE", path, &json!({}));
    banyan.send_oddly("DELETE", path, &json!({"enduser_ids": ["nobody"], "more": 1}));
    banyan.fail();
    banyan.end()
}

pub(crate) fn truto() -> Witness {
    let mut truto = Witness::new("truto", SandboxConfig::default().with_truto_partial(true));
    let account = credentials::TRUTO_INTEGRATED_ACCOUNT;
    let account = format!("integrated_account_id={account}");
    let lists = [
        "/unified/user-directory/users",
        "/unified/mdm/users",
        "/unified/mdm/devices",
    ];
    for list in lists {
        truto.get(&format!("{list}?{account}"));
    }
    truto.sign_in(credentials::TRUTO_TOKEN);
    for list in lists {
        let mut cursor = Value::from("");
        let mut ids = Vec::new();
        while let Some(text) = cursor.as_str() {
            let page = truto.get(&format!(
                "{list}?{account}&limit=40&next_cursor={}",
                escaped(text)
            ));
            ids.extend(texts(&page["result"], "/id"));
            cursor = page["next_cursor"].clone();
        }
        for id in &ids {
            truto.get(&format!("{list}/{}?{account}", escaped(id).replace('+', "%20")));
        }
        let options = "truto_ignore_remote_data=true&truto_exclude_fields[]=emails&truto_exclude_fields[]=name\
                       &remote_query[a][b]=c&truto_response_format=unified";
        truto.get(&format!("{list}/{}?{account}&{options}", escaped(&ids[0])));
        truto.get(&format!(
            "{list}?{account}&{options}&limit=5&truto_ignore_limit=true"
        ));
        truto.get(&format!("{list}?{account}&truto_key_by=id&limit=5"));
        truto.get(&format!("{list}/nobody?{account}"));
        truto.get(&format!("{list}?{account}&next_cursor=nonsense"));
        truto.get("/unified/mdm/users?integrated_account_id=62f44730-dd91-461e-bd6a-aedd9e0ad79d");
        truto.get_oddly(list);
        truto.get_oddly(&format!("{list}?{account}&limit=many"));
        truto.get_oddly(&format!("{list}?{account}&truto_ignore_limit=perhaps"));
        truto.get_oddly(&format!("{list}?{account}&truto_response_format=sideways"));
    }
    truto.get(&format!(
        "{}?{account}&status=active&sort_by[name]=desc&created_at[gt]=2020-01-01",
        lists[0]
    ));
    let (words, times, sorted) = (
        ["true"].as_slice(),
        ["2020-01-01"].as_slice(),
        ["asc", "desc"].as_slice(),
    );
    for (list, object, members, values) in [
        (lists[0], "emails", "email is_primary type", words),
        (lists[0], "roles", "id name group organization workspace", words),
        (lists[0], "groups", "id name type organization", words),
        (lists[0], "created_at", "gt gte lt lte", times),
        (lists[0], "updated_at", "gt gte lt lte", times),
        (
            lists[0],
            "sort_by",
            "created_at emails first_name groups id last_active_at last_login_at name roles status updated_at urls username",
            sorted,
        ),
        (lists[2], "tags", "id name", words),
        (lists[2], "owner", "id name emails", words),
        (lists[2], "policy", "id name", words),
        (lists[2], "organization", "id name", words),
    ] {
        let target = format!("{list}?{account}&limit=1&{object}");
        for member in members.split(' ') {
            for value in values {
                truto.get(&format!("{target}[{member}]={value}"));
            }
        }
        truto.get_oddly(&format!("{target}[shoe_size]={}", values[0]));
    }
    truto.get_oddly(&format!("{}?{account}&sort_by[name]=sideways", lists[0]));
    truto.get_oddly(&format!("{}?{account}&created_at[gt]=yesterday", lists[0]));
    truto.get(&format!(
        "{}?{account}&type=mobile&owner[name]=Ann&tags[id]=tag-1",
        lists[2]
    ));
    let path = format!("/unified/mdm/users?{account}");
    let user = json!({"name": "Ann Lee", "emails": [{"email": "ann@example.com", "is_primary": true, "type": "work"}]});
    truto.send_oddly("POST", &path, &user);
    truto
        .headers
        .push(("idempotency-key".to_owned(), "k-1".to_owned()));
    truto.send("POST", &path, &user);
    truto.send(
        "POST",
        &path,
        &json!({"name": "Ann Lee", "emails": [], "remote_data": {"a": [1]}}),
    );
    truto.send_oddly("POST", &path, &json!({"name": "Ann Lee"}));
    truto.send_oddly("POST", &path, &json!({"emails": []}));
    truto.send_oddly(
        "POST",
        &path,
        &json!({"name": "Ann Lee", "emails": [], "more": 1}),
    );
    truto.send_oddly(
        "POST",
        &path,
        &json!({"name": "Ann Lee", "emails": [{"is_primary": true}]}),
    );
    truto.send_oddly(
        "POST",
        &path,
        &json!({"name": "Ann Lee", "emails": [{"email": "ann@example.com", "more": 1}]}),
    );
    truto.fail();
    truto.end()
}

#[test]
fn every_reply_of_truu_fits_the_contract() {
    truu();
}

#[test]
fn every_reply_of_banyan_fits_the_contract() {
    banyan();
}

#[test]
fn every_reply_of_truto_fits_the_contract() {
    truto();
}
