//! What is seen of answers on their way through the stack.
#![cfg(feature = "contract")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::sync::Arc;
use std::time::Duration;

use rollbook::contract::{Baseline, DriftKind};
use rollbook::{BaseUrl, Rollbook, Secret, Shapes, SourceConfig};
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};

const USERS: &str = "/api/v1/system/enrolled/users/";
const PAGE: &str =
    r#"{"page": 1, "next": null, "previous": null, "final": 1, "pageSize": 100, "count": 0, "results": []}"#;
const TOKEN: &str = r#"{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}"#;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Reads one page of TruU's users, with these answers; gives how long all of it took, and what was seen.
async fn read(answers: Vec<Reply>) -> (Duration, Arc<Shapes>) {
    let clock = FakeClock::automatic();
    let sign_in = Rule::post("/oauth/token").reply(Reply::json(200, TOKEN).after(seconds(7)));
    let answers = answers.into_iter().map(|answer| Rule::get(USERS).reply(answer));
    let wire = FakeTransport::ordered(std::iter::once(sign_in).chain(answers)).with_clock(&clock);
    let base_url = BaseUrl::parse("https://truu.test").unwrap();
    let config = rollbook::truu::Config::new(base_url, "c", Secret::new("s").unwrap());
    let shapes = Arc::new(Shapes::default());
    let rollbook = Rollbook::builder()
        .transport(Arc::new(wire.clone()))
        .clock(Arc::new(clock.clone()))
        .observer(shapes.clone())
        .build([&SourceConfig::truu("x".parse().unwrap(), config)])
        .unwrap();
    for mut walk in rollbook.sources()[0].users(&Default::default()).unwrap() {
        assert!(walk.next_page().await.is_none_or(|page| page.is_ok()));
    }
    wire.finish();
    (clock.elapsed(), shapes)
}

#[tokio::test]
async fn an_answer_takes_as_long_as_it_was_on_the_wire_without_sign_in_retries_and_waits() {
    let (elapsed, shapes) = read(vec![
        Reply::status(503).after(seconds(20)),
        Reply::status(429).header("retry-after", "40").after(seconds(5)),
        Reply::json(200, PAGE).after(seconds(2)),
    ])
    .await;
    assert!(elapsed >= seconds(7 + 20 + 5 + 40 + 2), "{elapsed:?}");
    assert_eq!(shapes.compared()[0].baseline.slowest_ms, Some(2000));
}

#[tokio::test]
async fn a_slow_answer_is_told_beside_the_baseline_of_its_own_source_and_operation() {
    let (_, shapes) = read(vec![Reply::json(200, PAGE).after(seconds(4))]).await;
    let mut usual = Baseline::default();
    usual.slowest_ms = Some(1000);
    let slow = |name: &str| {
        let compared = shapes.compared_since(|source, operation| {
            (source.as_str() == "x" && operation == name).then_some(&usual)
        });
        compared[0].drifts.iter().any(|drift| {
            matches!(
                drift.kind,
                DriftKind::SlowPage {
                    ms: 4000,
                    limit: 3000
                }
            )
        })
    };
    assert!(slow("enrolled_users"));
    assert!(!slow("devices"));
}
