//! The sandbox on a real socket, with the program configured for it, and a look at what it was sent.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::Duration;

use rollbook_sandbox::{LoggedRequest, Sandbox, SandboxConfig, Server, credentials};
use tokio::runtime::Runtime;

use super::{Done, Home, finish, program};

/// Whether a serial number of the sandbox names one machine.
pub(crate) fn is_real(serial: &str) -> bool {
    rollbook::model::SerialNumber::new(serial).is_ok()
}

pub(crate) struct Live {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: Home,
    _server: Server,
    _runtime: Runtime,
}

impl Live {
    /// A small world: what is written about it in tests can be looked at by a person.
    pub(crate) fn small() -> Self {
        Self::start(SandboxConfig::default().with_users(12).with_devices(18))
    }

    pub(crate) fn start(config: SandboxConfig) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = Sandbox::new(config);
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = runtime
            .block_on(Server::serve(sandbox.clone(), anywhere, Duration::ZERO))
            .unwrap();
        let url = server.base_url();
        let home = Home::new(&format!(
            "[[sources]]\nname = \"corp-truu\"\nvendor = \"truu\"\nbase_url = \"{url}\"\n\
             client_id = \"{}\"\nclient_secret = {{ file = \"truu-secret\" }}\ntimeout = \"5s\"\n\n\
             [[sources]]\nname = \"corp-banyan\"\nvendor = \"banyan\"\nbase_url = \"{url}\"\n\
             credential = {{ file = \"banyan-key\" }}\ntimeout = \"5s\"\n\n\
             [[sources]]\nname = \"hr-jamf\"\nvendor = \"truto\"\nbase_url = \"{url}\"\n\
             integrated_account_id = \"{}\"\ntoken = {{ file = \"truto-token\" }}\n\
             models = [\"mdm\"]\ntimeout = \"5s\"\n",
            credentials::TRUU_CLIENT_ID,
            credentials::TRUTO_INTEGRATED_ACCOUNT,
        ));
        home.write("truu-secret", credentials::TRUU_CLIENT_SECRET, 0o600);
        home.write("banyan-key", credentials::BANYAN_KEY, 0o600);
        home.write("truto-token", credentials::TRUTO_TOKEN, 0o600);
        Self {
            sandbox,
            home,
            _server: server,
            _runtime: runtime,
        }
    }

    pub(crate) fn run(&self, words: &[&str]) -> Done {
        self.run_with_input(words, None)
    }

    /// Runs the program with this file on its stdin.
    pub(crate) fn run_with_input(&self, words: &[&str], input: Option<&str>) -> Done {
        let mut command = program();
        command
            .current_dir(self.home.path("."))
            .args(["--config", "config.toml"])
            .args(words);
        if let Some(name) = input {
            let file = std::fs::File::open(self.home.path(name)).unwrap();
            command.stdin(Stdio::from(file));
        }
        finish(&mut command)
    }

    /// The changes that were sent, with those that a fault hit.
    pub(crate) fn changes(&self) -> Vec<LoggedRequest> {
        let is_change =
            |request: &LoggedRequest| request.method != "GET" && !request.target.contains("token");
        self.sandbox.request_log().into_iter().filter(is_change).collect()
    }

    /// The changes in lines: method, target, body.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.changes()
            .into_iter()
            .map(|request| {
                let body = request.body.map_or(String::new(), |body| format!(" {body}"));
                format!("{} {}{body}", request.method, request.target)
            })
            .collect()
    }
}
