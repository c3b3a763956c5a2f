use std::sync::Arc;

use rollbook_transport::Transport;

use crate::config::Settings;

/// A built-in HTTP client, behind the feature of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpClient {
    /// The one with everything: proxies, HTTP/2.
    #[cfg(feature = "reqwest")]
    Reqwest,
    /// The one with few crates: no proxy, neither from `proxy` nor from the environment, and HTTP/1.1.
    #[cfg(feature = "hyper")]
    Hyper,
}

/// The built-in clients, the one that is taken unless told otherwise first.
const BUILT_IN: &[HttpClient] = &[
    #[cfg(feature = "reqwest")]
    HttpClient::Reqwest,
    #[cfg(feature = "hyper")]
    HttpClient::Hyper,
];

impl HttpClient {
    /// The client that is taken unless told otherwise; none in a build without.
    pub(crate) fn usual() -> Option<Self> {
        BUILT_IN.first().copied()
    }

    /// A client with a source's own authorities and proxy; else what is wrong with them.
    #[cfg_attr(
        not(any(feature = "reqwest", feature = "hyper")),
        expect(unused_variables, reason = "there is no client to make")
    )]
    pub(crate) fn make(self, settings: &Settings) -> Result<Arc<dyn Transport>, String> {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest => {
                let mut builder = rollbook_transport_reqwest::ReqwestTransport::builder();
                if let Some(ca_file) = &settings.ca_file {
                    builder = builder.ca_file(ca_file);
                }
                if let Some(proxy) = &settings.proxy {
                    builder = builder.proxy(proxy);
                }
                Ok(Arc::new(builder.build().map_err(told)?))
            }
            #[cfg(feature = "hyper")]
            Self::Hyper => {
                if settings.proxy.is_some() {
                    return Err(
                        "the hyper client cannot use a `proxy`; remove it, or use the reqwest client".into(),
                    );
                }
                let mut builder = rollbook_transport_hyper::HyperTransport::builder();
                if let Some(ca_file) = &settings.ca_file {
                    builder = builder.ca_file(ca_file);
                }
                Ok(Arc::new(builder.build().map_err(told)?))
            }
        }
    }
}

#[cfg(any(feature = "reqwest", feature = "hyper"))]
fn told(error: impl std::error::Error) -> String {
    let cause = error.source().map_or(String::new(), |cause| format!(": {cause}"));
    format!("{error}{cause}")
}

#[cfg(test)]
#[cfg(all(feature = "truto", feature = "reqwest", feature = "hyper"))]
mod tests {
    use super::*;
    use crate::{BaseUrl, Rollbook, Secret, SourceConfig, truto};

    fn behind_a_proxy() -> SourceConfig {
        let base_url = BaseUrl::parse("https://api.example.com").unwrap();
        let config = truto::Config::new(base_url, "account", Secret::new("token").unwrap());
        SourceConfig::truto("hr".parse().unwrap(), config).with_settings(Settings {
            proxy: Some("http://user:canary@proxy.example".to_owned()),
            ..Settings::default()
        })
    }

    #[test]
    fn of_both_clients_reqwest_is_taken_unless_hyper_is_asked_for() {
        assert_eq!(HttpClient::usual(), Some(HttpClient::Reqwest));
        // Only one of the two can do this.
        assert!(Rollbook::builder().build([&behind_a_proxy()]).is_ok());
        let hyper = Rollbook::builder().client(HttpClient::Hyper);
        assert!(hyper.build([&behind_a_proxy()]).is_err());
    }

    #[test]
    fn a_proxy_that_the_client_cannot_use_is_an_error_that_names_the_source_and_shows_no_password() {
        let told = Rollbook::builder()
            .client(HttpClient::Hyper)
            .build([&behind_a_proxy()])
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("source `hr`: the hyper client cannot use a `proxy`"),
            "{told}"
        );
        assert!(!told.contains("canary"), "{told}");
    }
}
