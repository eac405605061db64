//! Lesson 07: what do we want on every request?

#![forbid(unsafe_code)]

pub mod layers;
pub mod log;
pub mod messages;
pub mod serve;
pub mod service;
pub mod session;
pub mod site;
pub mod visits;

use std::env;

use axum::Router;

/// The site inside the layers that `LAYERS` names, or all of them.
pub fn app() -> anyhow::Result<Router> {
    let layers = layers::named(env::var("LAYERS").ok())?;
    let site = service::service(site::site(session::secret_key()?));
    Ok(service::router(service::wrap(site, &layers)))
}
