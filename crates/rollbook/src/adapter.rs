//! Which adapter a source has, and what it needs.

use std::sync::Arc;

use async_trait::async_trait;
use rollbook_model::Directory;
use rollbook_transport::{Fate, Request, Response, Transport, TransportError, TransportErrorKind};

use crate::config::{ConfigError, SourceConfig, VendorConfig};
use crate::named::Named;
use crate::stack::Workshop;

/// An adapter over its stack.
pub(crate) struct Connected {
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) layers: String,
}

/// Builds the source's stack with its credential, and the adapter over it.
pub(crate) fn connect(source: &SourceConfig, workshop: &mut Workshop) -> Result<Connected, ConfigError> {
    let (tokens, budgets, wire) = match &source.vendor {
        #[cfg(feature = "truu")]
        VendorConfig::Truu {
            client_id,
            client_secret,
        } => {
            let secret = client_secret.resolve(&source.name)?;
            let wire = workshop.wire(source)?;
            let sign_in = workshop.sign_in_stack(Arc::clone(&wire), &source.settings);
            let config = rollbook_truu::Config::new(source.base_url.clone(), client_id, secret);
            let call = rollbook_truu::TokenCall::new(config, sign_in);
            (workshop.issued(call), workshop.own_budget(&source.settings), wire)
        }
        #[cfg(feature = "banyan")]
        VendorConfig::Banyan {
            credential, exchange, ..
        } => {
            let secret = credential.resolve(&source.name)?;
            let wire = workshop.wire(source)?;
            let tokens = if *exchange {
                let sign_in = workshop.sign_in_stack(Arc::clone(&wire), &source.settings);
                let config = rollbook_banyan::Config::new(source.base_url.clone(), secret);
                let call = rollbook_banyan::TokenCall::new(config, sign_in, workshop.clock());
                workshop.issued(call)
            } else {
                workshop.fixed(secret)
            };
            (tokens, workshop.own_budget(&source.settings), wire)
        }
        #[cfg(feature = "truto")]
        VendorConfig::Truto {
            integrated_account_id,
            token,
            ..
        } => {
            let secret = token.resolve(&source.name)?;
            let wire = workshop.wire(source)?;
            let budgets = workshop.truto_budgets(source, integrated_account_id, &secret);
            (workshop.fixed(secret), budgets, wire)
        }
    };
    let stack = workshop.stack(wire, source, tokens, budgets)?;
    let layers = stack.to_string();
    let named = Named {
        source: source.name.clone(),
        inner: workshop.observed(source, stack.into_transport()),
    };
    Ok(Connected {
        layers,
        directory: directory(source, Arc::new(named)),
    })
}

/// The adapter of a source that cannot be reached: for what is known without asking.
pub(crate) fn offline(source: &SourceConfig) -> Arc<dyn Directory> {
    directory(source, Arc::new(Offline))
}

fn directory(source: &SourceConfig, transport: Arc<dyn Transport>) -> Arc<dyn Directory> {
    let name = source.name.clone();
    let base_url = source.base_url.clone();
    match &source.vendor {
        #[cfg(feature = "truu")]
        VendorConfig::Truu { .. } => {
            let mut client = rollbook_truu::Client::new(name, base_url, transport);
            if let Some(pages) = source.settings.concurrency {
                client = client.with_pages_ahead(pages);
            }
            Arc::new(rollbook_truu::TruuDirectory::new(client))
        }
        #[cfg(feature = "banyan")]
        VendorConfig::Banyan { delete_path, .. } => {
            let mut client = rollbook_banyan::Client::new(name, base_url, transport);
            if let Some(path) = delete_path {
                client = client.with_delete_path(*path);
            }
            if let Some(pages) = source.settings.concurrency {
                client = client.with_pages_ahead(pages);
            }
            if let Some(rows) = source.settings.page_size {
                client = client.with_page_size(rows);
            }
            Arc::new(rollbook_banyan::BanyanDirectory::new(client))
        }
        #[cfg(feature = "truto")]
        VendorConfig::Truto {
            integrated_account_id,
            models,
            ..
        } => {
            let mut client = rollbook_truto::Client::new(name, base_url, integrated_account_id, transport);
            if let Some(rows) = source.settings.page_size {
                client = client.with_page_size(rows);
            }
            Arc::new(rollbook_truto::TrutoDirectory::new(client, models))
        }
    }
}

/// Sends nothing.
#[derive(Debug)]
struct Offline;

#[async_trait]
impl Transport for Offline {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        Err(TransportError::new(
            TransportErrorKind::InvalidRequest,
            Fate::NotSent,
            "this source was not made ready",
        ))
    }
}
