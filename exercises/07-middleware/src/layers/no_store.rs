//! What belongs to one visitor stays out of caches.

use crate::service::Service;

/// So far, it gives back the service that it got.
pub fn no_store(next: Service) -> Service {
    next
}
