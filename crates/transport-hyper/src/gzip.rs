use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;

/// Unpacks a gzip body as it comes.
pub(crate) struct Unpacker(MultiGzDecoder<Bounded>);

/// Why a body cannot be unpacked.
#[derive(Debug)]
pub(crate) enum Broken {
    /// It is longer than the limit: nothing past that was unpacked.
    TooLarge,
    /// It is not gzip, or not the whole of it.
    Invalid(io::Error),
}

impl Unpacker {
    /// `limit`: the most bytes that may come out.
    pub(crate) fn new(limit: u64) -> Self {
        Self(MultiGzDecoder::new(Bounded {
            limit,
            bytes: Vec::new(),
        }))
    }

    /// Takes the next piece of the packed body.
    pub(crate) fn push(&mut self, packed: &[u8]) -> Result<(), Broken> {
        self.0.write_all(packed).map_err(Broken::from)
    }

    /// The whole body, when its last piece was taken.
    pub(crate) fn finish(self) -> Result<Bytes, Broken> {
        Ok(self.0.finish()?.bytes.into())
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::FileTooLarge {
            Self::TooLarge
        } else {
            Self::Invalid(error)
        }
    }
}

struct Bounded {
    limit: u64,
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.bytes.len() as u64 + bytes.len() as u64;
        if length > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
