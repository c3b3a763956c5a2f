use bytes::{Bytes, BytesMut};
use rollbook_transport::{BodyLimit, Fate, TransportError, TransportErrorKind};

use crate::failure::{self, Peer};

/// The most that is set aside on the server's word alone. A list page is well below it; a longer body grows as it comes.
const MOST_PREALLOCATED: u64 = 4 * 1024 * 1024;

/// Reads the body to its end, or to the first byte past `limit`. A body that comes in one piece is not copied.
pub(crate) async fn read(
    response: &mut reqwest::Response,
    limit: Option<BodyLimit>,
    peer: &Peer<'_>,
) -> Result<Bytes, TransportError> {
    let announced = response.content_length();
    let mut meter = Meter { limit, read: 0, peer };
    meter.check(announced.unwrap_or(0))?;
    let Some(first) = next(response, &mut meter).await? else {
        return Ok(Bytes::new());
    };
    let Some(second) = next(response, &mut meter).await? else {
        return Ok(first);
    };
    let expected = announced.unwrap_or(0).min(MOST_PREALLOCATED).max(meter.read);
    let mut whole = BytesMut::with_capacity(usize::try_from(expected).unwrap_or(0));
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&second);
    drop((first, second));
    while let Some(chunk) = next(response, &mut meter).await? {
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

async fn next(
    response: &mut reqwest::Response,
    meter: &mut Meter<'_>,
) -> Result<Option<Bytes>, TransportError> {
    let chunk = response
        .chunk()
        .await
        .map_err(|error| failure::in_body(error, meter.peer, meter.read))?;
    if let Some(chunk) = &chunk {
        meter.read = meter.read.saturating_add(chunk.len() as u64);
        meter.check(meter.read)?;
    }
    Ok(chunk)
}

struct Meter<'a> {
    limit: Option<BodyLimit>,
    read: u64,
    peer: &'a Peer<'a>,
}

impl Meter<'_> {
    fn check(&self, length: u64) -> Result<(), TransportError> {
        match self.limit {
            Some(BodyLimit(limit)) if length > limit => Err(TransportError::new(
                TransportErrorKind::BodyTooLarge,
                Fate::Answered,
                format!(
                    "the response of {} is larger than the {limit} bytes that are accepted",
                    self.peer
                ),
            )),
            _ => Ok(()),
        }
    }
}
