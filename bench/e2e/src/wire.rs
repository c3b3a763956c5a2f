//! *wire*: a hyper client that reads the same bytes and drops them.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::Result;
use crate::lists::List;

/// Reads every page, `ahead` at a time, and gives the number of bytes.
pub(crate) async fn read(base_url: &str, list: List, rows: u64, ahead: usize) -> Result<u64> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let pages = list.targets(rows).into_iter().map(|target| {
        let client = client.clone();
        async move {
            let request =
                http::Request::get(format!("{base_url}{target}")).header("authorization", list.bearer());
            let response = client.request(request.body(Empty::new())?).await?;
            if !response.status().is_success() {
                return Err(format!("{target}: {}", response.status()).into());
            }
            let (mut body, mut length) = (response.into_body(), 0);
            while let Some(frame) = body.frame().await {
                length += frame?.data_ref().map_or(0, |data| data.len() as u64);
            }
            Result::Ok(length)
        }
    });
    let lengths = stream::iter(pages).buffered(ahead);
    lengths
        .try_fold(0, |sum, length| async move { Ok(sum + length) })
        .await
}
