//! What the next page tells, once. Django: `django.contrib.messages`.

use tower_sessions::Session;
use tower_sessions::session::Error;

const KEY: &str = "messages";

/// The messages for this visitor, put at the request by `middleware::messages`.
#[derive(Clone)]
pub struct Messages(pub Session);

impl Messages {
    pub async fn add(&self, text: &str) -> Result<(), Error> {
        let mut texts: Vec<String> = self.0.get(KEY).await?.unwrap_or_default();
        texts.push(text.to_string());
        self.0.insert(KEY, texts).await
    }

    /// All of them: they are told now.
    pub async fn take(&self) -> Result<Vec<String>, Error> {
        let texts: Option<Vec<String>> = self.0.get(KEY).await?;
        if texts.is_some() {
            self.0.remove_value(KEY).await?; // asked for first: each `remove` is a write
        }
        Ok(texts.unwrap_or_default())
    }
}
