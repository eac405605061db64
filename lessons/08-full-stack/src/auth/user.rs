//! The user of a request.

use std::sync::Arc;

use crate::models::user;

/// Who is logged in, if anybody is. The middleware `authentication` puts it there.
#[derive(Clone, Debug, Default)]
pub struct CurrentUser(pub Option<Arc<user::Model>>);
