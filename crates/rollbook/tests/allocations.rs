//! What a row and a request cost in allocations. They repeat, so a bound on them is a test, which a bound on time is not.

#![cfg(all(feature = "truu", feature = "banyan", feature = "truto"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::FutureExt as _;
use rollbook_auth::{
    AuthLayer, CachedTokens, Origin, Secret, StaticToken, Token, TokenProvider, TokenSource,
};
use rollbook_layers::{Budget, StackBuilder};
use rollbook_model::{DeviceQuery, Directory, Pager, SourceName, UserQuery};
use rollbook_transport::{Call, Safety, SystemClock, Transport, TransportError, judge_by_status};
use rollbook_vendor_kit::BaseUrl;
use support::Canned;

fn allocations(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).count_total
}

fn rows_of<T: Send + 'static>(mut pager: Pager<T>) -> usize {
    pager.next_page().now_or_never().flatten().unwrap().unwrap().len()
}

/// Allocations that a row costs on its way from the page to the domain: what fifty rows more cost, a row.
fn per_row(page: &str, row: &str, read: impl Fn(Arc<dyn Transport>) -> usize) -> u64 {
    let of = |count: usize| {
        let rows: Vec<String> = (0..count)
            .map(|number| row.replace('#', &number.to_string()))
            .collect();
        let page = page
            .replace('#', &count.to_string())
            .replace('@', &rows.join(","));
        let wire: Arc<dyn Transport> = Arc::new(Canned(Bytes::from(page)));
        allocations(|| assert_eq!(read(wire), count))
    };
    // The largest growth of the vectors that hold the rows is the same in both.
    (of(120) - of(70)) / 50
}

fn users(directory: impl Directory) -> usize {
    rows_of(directory.list_users(&UserQuery::default()).unwrap().remove(0))
}

fn devices(directory: impl Directory) -> usize {
    rows_of(directory.list_devices(&DeviceQuery::default()).unwrap().remove(0))
}

fn source() -> SourceName {
    SourceName::new("corp").unwrap()
}

fn base() -> BaseUrl {
    BaseUrl::parse("https://vendor.example.com").unwrap()
}

const TRUU: &str =
    r#"{"page":1,"next":null,"previous":null,"final":1,"pageSize":25,"count":#,"results":[@]}"#;

/// Five texts, a second copy of the id, the list of further ids, and the list of addresses. Times stand in the row.
#[test]
fn a_user_of_truu_costs_no_more_than_its_texts() {
    let row = r##"{"tuid":"t#","guid":"g#","displayName":"n","userPrincipal":"p","email":"e","lastSynced":"2024-01-06T07:13:54.805219Z","created":"2018-07-16T21:04:29.182948Z","new":1.50}"##;
    let read = |wire| {
        users(rollbook_truu::TruuDirectory::new(rollbook_truu::Client::new(
            source(),
            base(),
            wire,
        )))
    };
    assert_eq!(per_row(TRUU, row, read), 8);
}

#[test]
fn a_device_of_truu_costs_no_more_than_its_texts() {
    let row = r##"{"deviceId":"d#","deviceName":"n","appVersion":"1","lastHeardFrom":1705327828000,"type":"MAC_TPM","active":"TRUE","user":{"tuid":"t","guid":"g","email":"e"}}"##;
    let read = |wire| {
        devices(rollbook_truu::TruuDirectory::new(rollbook_truu::Client::new(
            source(),
            base(),
            wire,
        )))
    };
    assert_eq!(per_row(TRUU, row, read), 9);
}

#[test]
fn a_device_of_banyan_costs_no_more_than_its_texts() {
    let row = r##"{"DeviceID":"d#","SerialNumber":"s","Platform":"Darwin","Banned":"FALSE","LastLogin":1595623756579573745,"TrustData":{"Level":"High","OverrideActive":"FALSE","Factors":[]}}"##;
    let read = |wire| {
        devices(rollbook_banyan::BanyanDirectory::new(
            rollbook_banyan::Client::new(source(), base(), wire),
        ))
    };
    assert_eq!(per_row(r#"{"devices":[@],"count":#}"#, row, read), 5);
}

#[test]
fn a_user_of_truto_costs_no_more_than_its_texts() {
    let row = r##"{"id":"i#","name":"n","emails":[{"email":"e","is_primary":true}],"status":"active","created_at":"2024-01-06T07:13:54.805Z","remote_data":{"a":1.50}}"##;
    let models = [rollbook_truto::Model::UserDirectory];
    let read = |wire| {
        let client = rollbook_truto::Client::new(source(), base(), "account", wire);
        users(rollbook_truto::TrutoDirectory::new(client, &models))
    };
    assert_eq!(per_row(r#"{"result":[@],"next_cursor":null}"#, row, read), 6);
}

/// A token call that is answered at once.
#[derive(Debug)]
struct SignIn;

#[async_trait]
impl TokenSource for SignIn {
    async fn fetch(&self) -> Result<Token, TransportError> {
        Ok(Token::new(secret()).with_lifetime(Duration::from_secs(3600)))
    }
}

fn secret() -> Secret {
    Secret::new("token").unwrap()
}

/// What a request costs over the bare wire, and through the default stack over the same wire.
fn per_request(tokens: impl TokenProvider + 'static) -> (u64, u64) {
    let clock = Arc::new(SystemClock);
    let origin = Origin::parse("https://vendor.example.com").unwrap();
    let stack = StackBuilder::new(Arc::new(Canned(Bytes::new())), clock.clone())
        .auth(Arc::new(AuthLayer::new(Arc::new(tokens), origin)))
        .budget(Arc::new(Budget::new(clock)))
        .build()
        .into_transport();
    let request = || {
        let call = Call::new("truu", "devices", Safety::Read, judge_by_status);
        let request = http::Request::get("https://vendor.example.com/api").extension(call);
        request.body(Bytes::new()).unwrap()
    };
    let send = |transport: &dyn Transport, request| {
        let response = transport.send(request).now_or_never().unwrap().unwrap();
        assert!(response.status().is_success());
    };
    // The first request signs in.
    send(&*stack, request());
    let cost = |transport: &dyn Transport| {
        let request = request();
        allocations(|| send(transport, request))
    };
    (cost(&Canned(Bytes::new())), cost(&*stack))
}

/// The futures of the wire and of the six layers that wait; the attempts, shared by all, and put into the response; the limit of
/// the body; the headers. What is kept for another attempt and for a replay after a 401 costs none.
#[test]
fn a_request_through_the_default_stack_costs_no_more_than_is_known() {
    assert_eq!(per_request(StaticToken::new(secret())), (1, 15));
    let issued = CachedTokens::new(SignIn, Arc::new(SystemClock));
    assert_eq!(per_request(issued), (1, 15));
}
