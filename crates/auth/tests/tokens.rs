//! One sign-in for everybody, whatever happens to those who wait for it.

mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::{prop_assert, proptest};
use rollbook_auth::{CachedTokens, Secret, StaticToken, TokenProvider as _};
use rollbook_testkit::FakeClock;
use rollbook_transport::Clock as _;
use support::SignIn;

const SECOND: Duration = Duration::from_secs(1);

fn cached(clock: &FakeClock, source: &SignIn) -> CachedTokens {
    CachedTokens::new(source.clone(), Arc::new(clock.clone()))
}

#[tokio::test]
async fn many_who_wait_share_one_sign_in() {
    let clock = FakeClock::automatic();
    let source = SignIn::new(&clock, None);
    let tokens = cached(&clock, &source);
    let given = join_all((0..100).map(|_| tokens.token())).await;
    assert!(
        given
            .iter()
            .all(|token| token.as_ref().unwrap().value().expose() == "token-1")
    );
    assert_eq!(source.calls().len(), 1);
}

#[tokio::test]
async fn many_who_wait_share_one_failure_and_who_comes_later_tries_again() {
    let clock = FakeClock::automatic();
    let source = SignIn::new(&clock, None).failing(1);
    let tokens = cached(&clock, &source);
    let given = join_all((0..100).map(|_| tokens.token())).await;
    for result in given {
        let error = result.unwrap_err();
        assert_eq!(
            (error.message(), error.status()),
            ("sign-in 1 was refused", Some(401))
        );
    }
    assert_eq!(source.calls().len(), 1);
    assert_eq!(tokens.token().await.unwrap().value().expose(), "token-2");
}

#[tokio::test]
async fn a_token_is_replaced_before_it_expires() {
    for (lifetime, renewed) in [(7199, 7139), (600, 540), (100, 90)] {
        let clock = FakeClock::automatic();
        let source = SignIn::new(&clock, Some(SECOND * lifetime));
        let tokens = cached(&clock, &source);
        // Asked for at zero: the lifetime counts from there, not from the reply a second later.
        tokens.token().await.unwrap();
        clock
            .sleep(SECOND * renewed - SECOND - Duration::from_millis(1))
            .await;
        assert_eq!(tokens.token().await.unwrap().generation(), 1);
        clock.sleep(Duration::from_millis(1)).await;
        assert_eq!(tokens.token().await.unwrap().generation(), 2);
        assert_eq!(source.calls(), [Duration::ZERO, SECOND * renewed]);
    }
}

#[tokio::test]
async fn a_token_that_lives_no_longer_than_its_sign_in_is_shared_by_those_who_waited() {
    let clock = FakeClock::automatic();
    let source = SignIn::new(&clock, Some(Duration::ZERO));
    let tokens = cached(&clock, &source);
    join_all((0..10).map(|_| tokens.token())).await;
    assert_eq!(source.calls().len(), 1);
}

#[tokio::test]
async fn a_token_without_a_lifetime_is_kept_until_it_is_rejected() {
    let clock = FakeClock::automatic();
    let source = SignIn::new(&clock, None);
    let tokens = cached(&clock, &source);
    let first = tokens.token().await.unwrap();
    clock.sleep(SECOND * 1_000_000).await;
    assert_eq!(tokens.token().await.unwrap().generation(), 1);
    assert!(tokens.reject(&first));
    assert_eq!(tokens.token().await.unwrap().generation(), 2);
}

#[tokio::test]
async fn a_token_that_many_reject_is_replaced_once() {
    let clock = FakeClock::automatic();
    let source = SignIn::new(&clock, None);
    let tokens = cached(&clock, &source);
    let first = tokens.token().await.unwrap();
    join_all((0..50).map(|index| {
        let (clock, tokens, first) = (&clock, &tokens, &first);
        async move {
            // Some reject it when it has been replaced long since.
            clock.sleep(SECOND * (index / 5)).await;
            assert!(tokens.reject(first));
            assert_eq!(tokens.token().await.unwrap().generation(), 2);
        }
    }))
    .await;
    assert_eq!(source.calls().len(), 2);
}

#[test]
fn who_is_dropped_while_signing_in_hands_over_to_the_next() {
    let clock = FakeClock::manual();
    let source = SignIn::new(&clock, None);
    let tokens = cached(&clock, &source);
    let mut first = tokens.token();
    let mut second = tokens.token();
    let mut third = tokens.token();
    for waiter in [&mut first, &mut second, &mut third] {
        assert!(waiter.as_mut().now_or_never().is_none());
    }
    drop(first);
    assert!(second.as_mut().now_or_never().is_none());
    assert_eq!(source.calls().len(), 2, "the second has taken over");
    clock.advance(SECOND);
    assert_eq!(
        second.now_or_never().unwrap().unwrap().value().expose(),
        "token-2"
    );
    assert_eq!(third.now_or_never().unwrap().unwrap().value().expose(), "token-2");
    assert_eq!(source.calls().len(), 2);
}

#[tokio::test]
async fn there_is_no_other_static_token() {
    let key = StaticToken::new(Secret::new("key").unwrap());
    let token = key.token().await.unwrap();
    assert!(!key.reject(&token));
    assert_eq!(key.token().await.unwrap().value().expose(), "key");
}

proptest! {
    /// Callers come at any time, wait as long as they like, and reject what they got or not.
    #[test]
    fn there_is_one_sign_in_for_each_rejected_or_abandoned_token(
        callers in vec((0_u64..4000, 1_u64..1500, proptest::bool::ANY), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let clock = FakeClock::automatic();
        let source = SignIn::new(&clock, None);
        let tokens = cached(&clock, &source);
        let rejected = Mutex::new(BTreeSet::new());
        let abandoned = Mutex::new(0);
        runtime.block_on(join_all(callers.iter().map(|(come, patience, rejects)| {
            let (clock, tokens, rejected, abandoned) = (&clock, &tokens, &rejected, &abandoned);
            async move {
                clock.sleep(Duration::from_millis(*come)).await;
                tokio::select! {
                    biased;
                    token = tokens.token() => if *rejects {
                        let token = token.unwrap();
                        tokens.reject(&token);
                        rejected.lock().unwrap().insert(token.generation());
                    },
                    () = clock.sleep(Duration::from_millis(*patience)) => *abandoned.lock().unwrap() += 1,
                }
            }
        })));
        let reasons = 1 + rejected.lock().unwrap().len() + *abandoned.lock().unwrap();
        prop_assert!(source.calls().len() <= reasons, "{} sign-ins for {reasons} reasons", source.calls().len());
    }
}
