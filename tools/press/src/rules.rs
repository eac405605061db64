//! What a page must not contain.

pub(crate) mod blocks;
pub mod links;
pub(crate) mod pictures;
