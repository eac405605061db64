//! How does one function serve many pages? It looks at the target ([`application`]) and takes
//! the parameters out of it ([`query`]). The [`gateway`] is that of lesson 01, to the byte.

#![forbid(unsafe_code)]

pub mod application;
pub mod gateway;
pub mod query;
