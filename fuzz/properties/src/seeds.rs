//! What a fuzzer starts from: the replies of the fixture cases, behind the bytes that select who reads them.

use rollbook_contract::fixtures::{Case, Reply, cases};

use crate::credential::CREDENTIAL;
use crate::lists::{BANYAN, List, TRUTO, TRUU};
use crate::records::{GETS, REFUSED, STATUSES, TOKEN_CALLS};

/// What no vendor sends.
const ODD: &[&str] = &[
    r#"{"count":-1,"final":4294967295,"current":1,"next":2,"results":[]}"#,
    r#"{"count":18446744073709551615,"final":1e400,"next":1.5,"results":[{},1,null,"\ud800",[[]]]}"#,
    r#"{"count":1,"count":2,"endusers":[{"id":"a","id":"b"}],"data":[{"id":1e999}]}"#,
    r#"{"result":[{"id":"a","unknown":[[[[]]]]}],"next_cursor":"c4n4ry-s3cr3t-token","is_partial_response":"x"}"#,
    r#"{"error_code":0,"error_description":null,"data":{"count":"2","devices":[null],"endusers":null}}"#,
    "\u{feff}{}",
    "null",
    "<html>c4n4ry-s3cr3t-token</html>",
];

/// The bodies of the answers of these cases.
fn bodies<'a>(cases: impl Iterator<Item = &'a Case>) -> impl Iterator<Item = (u16, &'a str)> {
    cases.flat_map(Case::replies).filter_map(|reply| match reply {
        Reply::Answer { status, body, .. } => Some((*status, body.as_str())),
        _ => None,
    })
}

fn behind(selectors: &[usize], body: &str) -> Vec<u8> {
    let letters = selectors
        .iter()
        .map(|index| b'0' + u8::try_from(*index).unwrap_or_default());
    letters.chain(body.bytes()).collect()
}

pub(crate) fn lists(vendor: &str, lists: &[List]) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        let of_list = cases(vendor)
            .iter()
            .filter(|case| case.operation() == list.operation);
        let replies = bodies(of_list).map(|(_, body)| body).chain(ODD.iter().copied());
        for body in replies {
            seeds.push(behind(&[index], body));
            // The same with the credential in the place of a text.
            seeds.push(behind(
                &[index],
                &body.replacen("@example.com\"", &format!("{CREDENTIAL}\""), 1),
            ));
        }
    }
    seeds
}

pub(crate) fn walks() -> Vec<Vec<u8>> {
    let all = [("truu", TRUU), ("banyan", BANYAN), ("truto", TRUTO)];
    let (mut seeds, mut before) = (Vec::new(), 0);
    for (vendor, of_vendor) in all {
        for mut seed in lists(vendor, of_vendor) {
            seed[0] += before;
            seeds.push(seed);
        }
        before += u8::try_from(of_vendor.len()).unwrap_or_default();
    }
    seeds
}

pub(crate) fn records() -> Vec<Vec<u8>> {
    let of_get = |(index, get): (usize, &crate::records::Get)| {
        let cases = cases(get.vendor)
            .iter()
            .filter(|case| case.operation() == get.operation);
        let replies = bodies(cases).map(|(_, body)| body).chain(ODD.iter().copied());
        replies.map(|body| behind(&[index], body)).collect::<Vec<_>>()
    };
    GETS.iter().enumerate().flat_map(of_get).collect()
}

pub(crate) fn refusals() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (vendor, (name, _)) in REFUSED.iter().enumerate() {
        for (status, body) in bodies(cases(name).iter()).filter(|(status, _)| *status >= 300) {
            let index = STATUSES
                .iter()
                .position(|known| *known == status)
                .unwrap_or_default();
            seeds.push(behind(&[vendor, index], body));
        }
        for index in 0..STATUSES.len() {
            // Where a long message is cut off, the credential is not cut in two.
            let message = format!("{}{CREDENTIAL}", "x".repeat(285));
            seeds.push(behind(&[vendor, index], &format!(r#"{{"message":"{message}"}}"#)));
            for member in ["message", "Message", "error", "error_description", "detail"] {
                let body =
                    format!(r#"{{"{member}":"no such token: {CREDENTIAL}","error_code":"{CREDENTIAL}"}}"#);
                seeds.push(behind(&[vendor, index], &body));
            }
        }
    }
    seeds
}

pub(crate) fn tokens() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (index, vendor) in TOKEN_CALLS.iter().enumerate() {
        let calls = cases(vendor)
            .iter()
            .filter(|case| case.operation().contains("token"));
        for (status, body) in bodies(calls) {
            seeds.push(behind(&[index, usize::from(status != 200)], body));
        }
        for body in [
            format!(r#"{{"access_token":"{CREDENTIAL}","expires_in":1e30,"Message":"{CREDENTIAL}"}}"#),
            format!(r#"{{"access_token":"{CREDENTIAL}\n","expires_in":-1,"Message":["{CREDENTIAL}"]}}"#),
            r#"{"Message":"e30.eyJleHAiOjE4NDQ2NzQ0MDczNzA5NTUxNjE1fQ.x","access_token":1}"#.to_owned(),
        ] {
            seeds.push(behind(&[index, 0], &body));
        }
    }
    seeds
}

pub(crate) fn config() -> Vec<Vec<u8>> {
    let whole = include_str!("../seeds/config.toml");
    let sources = whole.split_inclusive("\n\n").map(str::to_owned);
    let with_secret = ["client_secret", "credential", "token"]
        .map(|key| format!("[[sources]]\nname = \"a\"\nvendor = \"truu\"\n{key} = \"{CREDENTIAL}\"\n"));
    std::iter::once(whole.to_owned())
        .chain(sources)
        .chain(with_secret)
        .map(String::into_bytes)
        .collect()
}

pub(crate) fn cursors() -> Vec<Vec<u8>> {
    texts(&[
        "start",
        "page:7",
        "page:4294967295",
        "skip:2000",
        "skip:18446744073709551615",
        "token:c:25:=?",
    ])
}

pub(crate) fn waits() -> Vec<Vec<u8>> {
    texts(&[
        "10",
        "86400",
        "18446744073709551615",
        "Fri, 02 Jan 2026 03:04:15 GMT\nFri, 02 Jan 2026 03:04:05 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT\nSunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ])
}

pub(crate) fn requests() -> Vec<Vec<u8>> {
    texts(&[
        "v1/devices\nemail=a%40b.c&limit=10\nserver\nnginx",
        "limit=1&limit\n&=&\nx-request-id\nr-1",
        "//me@host:1/?a#b\n%00&order=\nset-cookie\na=b",
    ])
}

pub(crate) fn bulk() -> Vec<Vec<u8>> {
    texts(&[
        "0name,email\n\"Lee, \"\"Ann\"\"\",ann@x.y\n",
        "1guid\ng-1\n\ng-1\n",
        "2\u{feff}Serial\r\n\r\nC02A\r\n  C02B \r\n",
        "3serial,email\nC02A,a@b\nC02B,\n,c@d\nNone,e@f\nC02C\n\"C0\n2F\",k@l\nC02A,A@B\n",
        "3serial;email\nC02A;a@b\n",
    ])
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
