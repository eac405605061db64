//! The two parts under the app of lesson 05: [`framework`], which turns functions into an
//! application, and [`serve`], which stands between that application and the network.

#![forbid(unsafe_code)]

pub mod framework;
pub mod serve;
