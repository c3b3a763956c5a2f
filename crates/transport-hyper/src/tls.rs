use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::builder::BuildError;

/// The certificates of a PEM text. Other PEM sections, such as a key, are passed over.
pub(crate) fn certificates(pem: &[u8], origin: &str) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let broken = |source: Box<dyn std::error::Error + Send + Sync>| BuildError::BadCertificate {
        origin: origin.to_owned(),
        source,
    };
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| broken(error.to_string().into()))?;
    if certificates.is_empty() {
        return Err(BuildError::NoCertificate {
            origin: origin.to_owned(),
        });
    }
    let mut probe = RootCertStore::empty();
    for certificate in &certificates {
        probe
            .add(certificate.clone())
            .map_err(|error| broken(error.into()))?;
    }
    Ok(certificates)
}

/// A configuration that trusts the system's authorities and `extra`, and offers HTTP/1.1 only.
///
/// A machine without any authority (a bare container) is no error here: plain `http` to loopback works, and a TLS
/// handshake then fails with "not trusted".
pub(crate) fn config(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, rustls::Error> {
    // Handed over, not installed: which provider the rest of the process uses is not ours to decide.
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let mut config = match Verifier::new_with_extra_roots(extra.iter().cloned(), provider) {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth(),
        Err(_) => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(extra.iter().cloned());
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
