use std::io::Read as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::GzDecoder;
use rollbook_sandbox::{Answer, Sandbox, SandboxTransport, Sent};
use rollbook_transport::{Request, Response, Transport as _};
use tokio::time::Instant;

use super::lists::{LISTS, List, Vendor, with_faults};
use crate::support::{body, truu_token};

fn request(sandbox: &Sandbox, list: &List) -> Request {
    use rollbook_sandbox::credentials::{BANYAN_KEY, TRUTO_INTEGRATED_ACCOUNT, TRUTO_TOKEN};
    let (token, mut target) = match list.vendor {
        Vendor::Truu => (truu_token(sandbox), list.first()),
        Vendor::Banyan => (BANYAN_KEY.to_owned(), list.first()),
        Vendor::Truto => (TRUTO_TOKEN.to_owned(), list.first()),
    };
    if list.vendor == Vendor::Truto {
        target.push_str(&format!("&integrated_account_id={TRUTO_INTEGRATED_ACCOUNT}"));
    }
    http::Request::get(target)
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .unwrap()
}

fn answer(spec: &str, list: &List) -> Answer {
    let sandbox = with_faults(&[spec]);
    sandbox.answer(request(&sandbox, list))
}

fn truth(list: &List) -> Response {
    let sandbox = with_faults(&[]);
    sandbox.handle(request(&sandbox, list))
}

#[test]
fn latency_holds_the_true_reply_back() {
    for list in &LISTS {
        let answer = answer("latency:ms=40", list);
        assert_eq!(answer.delay, Duration::from_millis(40));
        assert_eq!(answer.into_response().body(), truth(list).body());
    }
}

#[test]
fn jitter_is_drawn_from_the_seed_within_its_bounds() {
    let delays = || -> Vec<Duration> {
        let sandbox = with_faults(&["latency:ms=10,jitter=5"]);
        (0..50)
            .map(|_| sandbox.answer(request(&sandbox, &LISTS[4])).delay)
            .collect()
    };
    let mut drawn = delays();
    assert_eq!(drawn, delays());
    drawn.sort();
    drawn.dedup();
    let whole: Vec<Duration> = (10..=15).map(Duration::from_millis).collect();
    assert_eq!(drawn, whole);
}

#[test]
fn a_slow_body_is_the_true_one_in_pieces() {
    for list in &LISTS {
        let answer = answer("slow-body:bytes=10,ms=3", list);
        let pace = answer.pace.unwrap();
        assert_eq!((pace.bytes, pace.pause), (10, Duration::from_millis(3)));
        assert_eq!(answer.into_response().body(), truth(list).body());
    }
}

#[test]
fn a_body_is_cut_under_the_length_of_the_whole() {
    for list in &LISTS {
        let whole = truth(list).into_body();
        for spec in ["reset:when=body", "truncated:length=wrong"] {
            let Sent::Cut { response, announced } = answer(spec, list).sent else {
                panic!("{spec} does not cut {}", list.path);
            };
            assert_eq!(announced, whole.len() as u64);
            assert_eq!(response.body(), &whole[..whole.len() / 2]);
            assert_eq!(response.status(), 200);
        }
    }
}

#[test]
fn a_truncated_body_under_its_own_length_is_a_whole_reply() {
    for list in &LISTS {
        let whole = truth(list).into_body();
        let Sent::Whole(response) = answer("truncated", list).sent else {
            panic!("its length is right");
        };
        assert_eq!(response.body(), &whole[..whole.len() / 2]);
    }
}

#[test]
fn a_body_past_a_limit_is_not_held() {
    for list in &LISTS {
        for (spec, announces) in [
            ("oversize:bytes=1000000000000", true),
            ("oversize:bytes=1000000000000,announced=no", false),
        ] {
            let Sent::Padded {
                response,
                bytes,
                announced,
            } = answer(spec, list).sent
            else {
                panic!("{spec}");
            };
            assert_eq!((bytes, announced), (1_000_000_000_000, announces));
            assert_eq!(response.body(), truth(list).body());
        }
    }
    let short = answer("oversize:bytes=100000", &LISTS[0]).into_response();
    assert_eq!(short.body().len(), 100_000);
    assert_eq!(body(&short), body(&truth(&LISTS[0])));
}

#[test]
fn gzip_is_good_or_broken_or_a_bomb() {
    let unpacked = |response: &Response| {
        assert_eq!(response.headers()["content-encoding"], "gzip");
        let mut body = Vec::new();
        let read = GzDecoder::new(&response.body()[..]).read_to_end(&mut body);
        read.map(|_| body)
    };
    for list in &LISTS {
        let good = answer("gzip", list).into_response();
        assert_eq!(&unpacked(&good).unwrap()[..], &truth(list).body()[..]);
        let broken = answer("gzip:how=broken", list).into_response();
        assert!(unpacked(&broken).is_err());
        let bomb = answer("gzip:how=bomb,bytes=3000000", list).into_response();
        assert!(bomb.body().len() < 100_000);
        assert_eq!(unpacked(&bomb).unwrap().len(), 3_000_000);
    }
}

#[tokio::test(start_paused = true)]
async fn in_process_time_passes_on_tokios_timer() {
    let list = &LISTS[4];
    let length = truth(list).body().len() as u64;
    for (faults, millis) in [
        (vec!["latency:ms=40"], 40),
        (vec!["latency:ms=40", "latency:ms=2"], 42),
        (vec!["slow-body:bytes=100,ms=3"], 3 * length.div_ceil(100)),
        (vec!["latency:ms=7", "reset"], 7),
        (vec!["slow-body:bytes=10,ms=2", "status:code=204"], 0),
    ] {
        let sandbox = with_faults(&faults);
        let start = Instant::now();
        let request = request(&sandbox, list);
        let result = SandboxTransport::new(sandbox).send(request).await;
        assert_eq!(start.elapsed(), Duration::from_millis(millis), "{faults:?}");
        assert_eq!(result.is_err(), faults.contains(&"reset"));
    }
}
