use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use rollbook_transport::{BodyLimit, Fate, Host, TransportError, TransportErrorKind};

use crate::failure;
use crate::gzip::{Broken, Unpacker};

/// The most that is set aside on the server's word alone. A list page is well below it; a longer body grows as it comes.
const MOST_PREALLOCATED: u64 = 4 * 1024 * 1024;

/// A response body on its way.
pub(crate) struct Body<'a> {
    incoming: Incoming,
    limit: Option<BodyLimit>,
    host: &'a Host,
    read: u64,
}

impl<'a> Body<'a> {
    pub(crate) fn new(incoming: Incoming, limit: Option<BodyLimit>, host: &'a Host) -> Self {
        Self {
            incoming,
            limit,
            host,
            read: 0,
        }
    }

    /// Reads the body to its end, or to the first byte past the limit. A body that comes in one piece is not copied.
    pub(crate) async fn read(mut self) -> Result<Bytes, TransportError> {
        let announced = self.incoming.size_hint().exact().unwrap_or(0);
        self.check(announced)?;
        let Some(first) = self.next().await? else {
            return Ok(Bytes::new());
        };
        self.check(self.read)?;
        let Some(second) = self.next().await? else {
            return Ok(first);
        };
        self.check(self.read)?;
        let expected = announced.min(MOST_PREALLOCATED).max(self.read);
        let mut whole = BytesMut::with_capacity(usize::try_from(expected).unwrap_or(0));
        whole.extend_from_slice(&first);
        whole.extend_from_slice(&second);
        drop((first, second));
        while let Some(chunk) = self.next().await? {
            self.check(self.read)?;
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// The same of a gzip body, unpacked; the limit is one of unpacked bytes.
    pub(crate) async fn read_gzip(mut self) -> Result<Bytes, TransportError> {
        let limit = self.limit.map_or(u64::MAX, |BodyLimit(limit)| limit);
        let mut unpacker = Unpacker::new(limit);
        while let Some(chunk) = self.next().await? {
            unpacker
                .push(&chunk)
                .map_err(|broken| self.broken(broken, limit))?;
        }
        if self.read == 0 {
            return Ok(Bytes::new());
        }
        unpacker.finish().map_err(|broken| self.broken(broken, limit))
    }

    async fn next(&mut self) -> Result<Option<Bytes>, TransportError> {
        while let Some(frame) = self.incoming.frame().await {
            let frame = frame.map_err(|error| failure::in_body(error, self.host, self.read))?;
            // What is no data is a trailer, which nobody asks for.
            if let Ok(chunk) = frame.into_data() {
                self.read = self.read.saturating_add(chunk.len() as u64);
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    fn check(&self, length: u64) -> Result<(), TransportError> {
        match self.limit {
            Some(BodyLimit(limit)) if length > limit => Err(self.too_large(limit)),
            _ => Ok(()),
        }
    }

    fn too_large(&self, limit: u64) -> TransportError {
        TransportError::new(
            TransportErrorKind::BodyTooLarge,
            Fate::Answered,
            format!(
                "the response of {} is larger than the {limit} bytes that are accepted",
                self.host
            ),
        )
    }

    fn broken(&self, broken: Broken, limit: u64) -> TransportError {
        match broken {
            Broken::TooLarge => self.too_large(limit),
            Broken::Invalid(error) => TransportError::new(
                TransportErrorKind::Protocol,
                Fate::Answered,
                format!(
                    "the response of {} cannot be decompressed after {} bytes",
                    self.host, self.read
                ),
            )
            .with_source(error),
        }
    }
}
