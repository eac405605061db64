//! What a page must not contain.

pub(crate) mod blocks;
pub(crate) mod links;
pub(crate) mod pictures;
