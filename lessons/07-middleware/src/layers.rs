//! The layers of the onion, each in a file of its own, and their order.

mod access_log;
mod catch_errors;
mod host_check;
mod method_override;
mod request_id;
mod security_headers;
mod shout;
mod slash;

pub use access_log::access_log;
pub use catch_errors::{Panic, catch_errors, internal_error};
pub use host_check::{bad_host, host_check, is_ours};
pub use method_override::{method_override, overridden};
pub use request_id::{X_REQUEST_ID, new_id, request_id, well_formed};
pub use security_headers::{SECURITY_HEADERS, security_headers};
pub use shout::{in_capitals, is_plain_text, shout, wants_capitals};
pub use slash::{in_one_way, redirect_slash, trailing_slash};

use crate::service::Middleware;

// ANCHOR: middleware
/// The stack, outermost first: the order in which a request meets the layers. A response meets
/// them the other way round. `catch_errors` stands inside the three layers that add headers,
/// so that a 500 has those headers too.
// ANCHOR: order
pub const MIDDLEWARE: &[(&str, Middleware)] = &[
    ("access_log", access_log),
    ("request_id", request_id),
    ("security_headers", security_headers),
    ("catch_errors", catch_errors),
    ("host_check", host_check),
    ("trailing_slash", trailing_slash),
    ("method_override", method_override),
    ("shout", shout),
];
// ANCHOR_END: order
// ANCHOR_END: middleware

/// Layers that are not in the stack unless they are asked for.
const SPARE: &[(&str, Middleware)] = &[("redirect_slash", redirect_slash)];

/// The layers with these names, separated by commas. An empty list is a stack of none.
pub fn named(names: &str) -> Result<Vec<Middleware>, String> {
    let known = || MIDDLEWARE.iter().chain(SPARE);
    let names = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let layer = |wanted| {
        let found = known().find(|(name, _)| *name == wanted);
        found.map(|(_, layer)| *layer).ok_or_else(|| {
            let all: Vec<&str> = known().map(|(name, _)| *name).collect();
            format!(
                "LAYERS has no layer {wanted:?}. There are: {}.",
                all.join(", ")
            )
        })
    };
    names.map(layer).collect()
}
