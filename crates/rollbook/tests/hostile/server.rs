//! A server that answers as a case says. What it sends is made while it is sent, so that it holds little itself.

use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A page that is asked for.
pub(crate) struct Ask {
    target: String,
}

impl Ask {
    /// The number of the page at TruU, from 1.
    pub(crate) fn page(&self) -> u64 {
        self.parameter("page").map_or(1, |page| page.parse().unwrap())
    }

    /// How many rows are left out at Banyan.
    pub(crate) fn skip(&self) -> u64 {
        self.parameter("skip").map_or(0, |skip| skip.parse().unwrap())
    }

    /// Whether no cursor is sent to Truto.
    pub(crate) fn is_first(&self) -> bool {
        self.parameter("next_cursor").is_none()
    }

    /// The cursor at Truto, where it is a number; 0 for the first page.
    pub(crate) fn cursor(&self) -> u64 {
        self.parameter("next_cursor")
            .map_or(0, |cursor| cursor.parse().unwrap())
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
    }
}

/// A status and the pieces of a body, which may have no end.
pub(crate) struct Answer {
    status: u16,
    pieces: Box<dyn Iterator<Item = String>>,
}

impl Answer {
    pub(crate) fn of(pieces: impl Iterator<Item = String> + 'static) -> Self {
        Self {
            status: 200,
            pieces: Box::new(pieces),
        }
    }

    pub(crate) fn whole(body: String) -> Self {
        Self::of(std::iter::once(body))
    }

    pub(crate) fn not_found() -> Self {
        Self {
            status: 404,
            ..Self::whole(r#"{"detail":"Not found."}"#.to_owned())
        }
    }

    /// The body, and so many spaces after it.
    pub(crate) fn padded(body: String, bytes: usize) -> Self {
        const PIECE: usize = 1 << 16;
        let spaces = std::iter::repeat_with(|| " ".repeat(PIECE)).take(bytes / PIECE);
        Self::of(std::iter::once(body).chain(spaces))
    }
}

pub(crate) type Script = Arc<dyn Fn(&Ask) -> Answer + Send + Sync>;

/// Serves until the process ends.
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<AtomicU64>,
}

impl Server {
    pub(crate) fn start(script: &Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (script, asked) = (Arc::clone(script), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, count) = (Arc::clone(&script), Arc::clone(&count));
                // An error is that the client has hung up, which it may.
                std::thread::spawn(move || serve(&stream, &script, &count));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many pages were asked for.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

fn serve(stream: &TcpStream, script: &Script, asked: &AtomicU64) -> Result<()> {
    stream.set_nodelay(true)?;
    let (mut requests, mut replies) = (BufReader::new(stream), BufWriter::new(stream));
    while let Some((method, target)) = next_request(&mut requests)? {
        let answer = if method == "POST" {
            Answer::whole(
                r#"{"access_token":"hostile-token","token_type":"Bearer","expires_in":7199}"#.to_owned(),
            )
        } else {
            asked.fetch_add(1, Ordering::Relaxed);
            script(&Ask { target })
        };
        let status = answer.status;
        write!(
            replies,
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        )?;
        for piece in answer.pieces.filter(|piece| !piece.is_empty()) {
            write!(replies, "{:x}\r\n{piece}\r\n", piece.len())?;
        }
        write!(replies, "0\r\n\r\n")?;
        replies.flush()?;
    }
    Ok(())
}

/// The method and the target of the next request, whose body is read and forgotten.
fn next_request(stream: &mut BufReader<&TcpStream>) -> Result<Option<(String, String)>> {
    let (mut first, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if first.is_empty() {
            line.clone_into(&mut first);
        } else if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        } else if line.is_empty() {
            break;
        }
    }
    stream.read_exact(&mut vec![0; length])?;
    let mut words = first.split(' ').map(str::to_owned);
    Ok(words.next().zip(words.next()))
}
