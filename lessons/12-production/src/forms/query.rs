//! What a list is asked for in its query, whoever shows it: a search, and a page.

use axum::http::StatusCode;

use crate::error::AppError;
use crate::urls;

/// The most characters that are searched for. SQLite refuses a pattern of more than 50,000 bytes,
/// and long before that nobody has typed it.
pub const LONGEST_SEARCH: usize = 200;

/// The text of `q`, without the blanks around it.
///
/// # Errors
/// 400 for one that no list is searched for.
pub fn search(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.contains('\0') {
        return Err(wrong("q holds a NUL."));
    }
    let length = text.chars().count();
    if length > LONGEST_SEARCH {
        return Err(wrong(&format!(
            "q has {length} characters, and {LONGEST_SEARCH} are the most."
        )));
    }
    Ok(text.to_string())
}

/// The number of `page`.
///
/// # Errors
/// 400 for what is no number of a page.
pub fn page(text: &str) -> Result<u64, AppError> {
    let number = urls::number(text).and_then(|number| u32::try_from(number).ok());
    let number = number.filter(|number| *number > 0);
    let number = number.ok_or_else(|| wrong("page must be a number from 1 on."))?;
    Ok(number.into())
}

/// 400, for a query that means nothing here.
pub fn wrong(reason: &str) -> AppError {
    AppError::new(StatusCode::BAD_REQUEST, reason)
}
