//! Runs the program, and plays the vendors that it talks to.
#![expect(dead_code, reason = "each test file uses a part of it")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

pub(crate) mod live;
pub(crate) mod served;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;

/// The secret of every configuration in these tests: it may stand in no output.
pub(crate) const CANARY: &str = "canary-5f3759df";

/// What the program left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The lines of stdout, each a JSON object.
    pub(crate) fn rows(&self) -> Vec<serde_json::Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// The program with nothing of this machine's configuration, and whatever follows.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollbook"));
    command
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Done {
    finish(program().args(arguments))
}

pub(crate) fn finish(command: &mut Command) -> Done {
    let output = command.output().unwrap();
    Done {
        exit: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A directory with a configuration and a secret that only the owner can read.
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    pub(crate) fn new(config: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let home = Self { directory };
        home.write("config.toml", config, 0o600);
        home.write("secret", CANARY, 0o600);
        home
    }

    /// One TruU source at `base_url`.
    pub(crate) fn truu(base_url: &str) -> Self {
        Self::new(&truu("corp-truu", base_url))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs the program in this directory, with its configuration.
    pub(crate) fn run(&self, line: &str) -> Done {
        let mut command = program();
        command
            .current_dir(self.directory.path())
            .args(["--config", "config.toml"]);
        finish(command.args(line.split_whitespace()))
    }
}

/// A TruU source whose attempts are short.
pub(crate) fn truu(name: &str, base_url: &str) -> String {
    format!(
        "[[sources]]\nname = \"{name}\"\nvendor = \"truu\"\nbase_url = \"{base_url}\"\nclient_id = \"id\"\n\
         client_secret = {{ file = \"secret\" }}\ntimeout = \"2s\"\n\n"
    )
}

/// A Truto source with both models.
pub(crate) fn truto(name: &str, base_url: &str) -> String {
    format!(
        "[[sources]]\nname = \"{name}\"\nvendor = \"truto\"\nbase_url = \"{base_url}\"\n\
         integrated_account_id = \"00000000-0000-4000-8000-000000000001\"\ntoken = {{ file = \"secret\" }}\n\
         models = [\"user-directory\", \"mdm\"]\ntimeout = \"2s\"\n\n"
    )
}

/// A Banyan source whose key is used as it is.
pub(crate) fn banyan(name: &str, base_url: &str) -> String {
    format!(
        "[[sources]]\nname = \"{name}\"\nvendor = \"banyan\"\nbase_url = \"{base_url}\"\n\
         credential = {{ file = \"secret\" }}\nexchange = false\ntimeout = \"2s\"\n\n"
    )
}

/// A server that answers each request with the bytes that a function gives for `METHOD TARGET`, and hangs up.
pub(crate) struct Scripted {
    addr: SocketAddr,
}

impl Scripted {
    pub(crate) fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || serve(stream, &*answer));
            }
        });
        Self { addr }
    }

    /// A TruU whose sign-in works and whose other calls answer so.
    pub(crate) fn truu(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(move |request| {
            if request.starts_with("POST /oauth/token") {
                json(
                    200,
                    &format!(
                        r#"{{"access_token":"{CANARY}-token","token_type":"Bearer","expires_in":7199}}"#
                    ),
                )
            } else {
                answer(request)
            }
        })
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str) -> Vec<u8>) {
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let Ok(read @ 1..) = stream.read(&mut piece) else {
            return;
        };
        request.extend_from_slice(&piece[..read]);
        if request[0] == 0x16 {
            // A TLS handshake: nobody here can do that.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            return;
        }
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .filter_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(str::to_owned)
            })
            .find_map(|length| length.trim().parse::<usize>().ok())
            .unwrap_or(0);
        if body.len() < length {
            continue;
        }
        let first: Vec<&str> = head
            .lines()
            .next()
            .unwrap_or_default()
            .split(' ')
            .take(2)
            .collect();
        let _ = stream.write_all(&answer(&first.join(" ")));
        return;
    }
}

/// A whole response.
pub(crate) fn response(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub(crate) fn json(status: u16, body: &str) -> Vec<u8> {
    response(status, "application/json", body)
}

/// A page of a TruU list.
pub(crate) fn truu_page(page: u32, last: u32, count: u32, rows: &str) -> Vec<u8> {
    let next = if page < last {
        (page + 1).to_string()
    } else {
        "null".to_owned()
    };
    json(
        200,
        &format!(
            r#"{{"page":{page},"next":{next},"previous":null,"final":{last},"pageSize":100,"count":{count},"results":[{rows}]}}"#
        ),
    )
}

/// Waits until the file at `path` holds a line that starts with `prefix`, and gives the rest of the line.
pub(crate) fn wait_for_line(path: &Path, prefix: &str) -> String {
    wait_for(|| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let line = whole.lines().find_map(|line| line.strip_prefix(prefix));
        line.map(str::to_owned)
    })
}

/// Waits until `look` finds something.
pub(crate) fn wait_for<T>(look: impl Fn() -> Option<T>) -> T {
    for _ in 0..1_000 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it never came");
}
