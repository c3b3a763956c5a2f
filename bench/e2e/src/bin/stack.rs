//! What the default stack costs a request: the time and the allocations that it adds to a wire that answers at once.
//! Prints one JSON object.
#![forbid(unsafe_code)]

use std::alloc::System;
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;
use rollbook_auth::{AuthLayer, Origin, Secret, StaticToken};
use rollbook_layers::{Budget, StackBuilder};
use rollbook_transport::{
    Call, Request, Response, Safety, SystemClock, Transport, TransportError, judge_by_status,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ROUNDS: usize = 15;
const REQUESTS: usize = 20_000;

#[derive(Debug)]
struct AtOnce;

#[async_trait]
impl Transport for AtOnce {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        drop(black_box(request));
        Ok(Response::new(Bytes::from_static(b"{}")))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let clock = Arc::new(SystemClock);
    let token = Arc::new(StaticToken::new(Secret::new("sandbox-key")?));
    let wire: Arc<dyn Transport> = Arc::new(AtOnce);
    let stack = StackBuilder::new(Arc::clone(&wire), clock.clone())
        .auth(Arc::new(AuthLayer::new(
            token,
            Origin::parse("http://127.0.0.1:1")?,
        )))
        .budget(Arc::new(Budget::new(clock)))
        .build();
    let stack: Arc<dyn Transport> = stack.into_transport();
    let (mut nanoseconds, mut allocations) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (bare_time, bare_allocations) = send(&*wire).await?;
        let (time, count) = send(&*stack).await?;
        nanoseconds.push(time - bare_time);
        allocations.push(count - bare_allocations);
    }
    nanoseconds.sort_by(f64::total_cmp);
    allocations.sort_by(f64::total_cmp);
    let middle = ROUNDS / 2;
    println!(
        r#"{{"nanoseconds":{:.1},"least":{:.1},"most":{:.1},"allocations":{:.2}}}"#,
        nanoseconds[middle],
        nanoseconds[0],
        nanoseconds[ROUNDS - 1],
        allocations[middle]
    );
    Ok(())
}

/// The nanoseconds and the allocations of a request.
async fn send(transport: &dyn Transport) -> Result<(f64, f64), Box<dyn Error>> {
    let region = Region::new(ALLOCATOR);
    let start = Instant::now();
    for _ in 0..REQUESTS {
        let call = Call::new("truu", "devices", Safety::Read, judge_by_status);
        let request = http::Request::get("http://127.0.0.1:1/api/v1/system/devices/").extension(call);
        black_box(transport.send(request.body(Bytes::new())?).await?);
    }
    let took = start.elapsed().as_nanos() as f64;
    let allocated = region.change().allocations as f64;
    Ok((took / REQUESTS as f64, allocated / REQUESTS as f64))
}
