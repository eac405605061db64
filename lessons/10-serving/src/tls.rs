//! TLS, with a certificate that is made when the server starts and is written nowhere.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

/// This certificate is signed by nobody but itself, so browsers warn of it: they know whose it says it
/// is, and not whether that is true. For the world, ask an authority such as Let's Encrypt for one.
pub fn acceptor() -> anyhow::Result<TlsAcceptor> {
    let names = ["localhost".to_string(), "127.0.0.1".to_string()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names)?;
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.into()], key)?;
    // ALPN: while they agree on keys, client and server also agree on what they will speak.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
