//! Letters. This site does not speak to a mail server: it writes each letter into a file, where
//! another program can fetch it, or, while developing, to standard error.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};

use tokio::task::spawn_blocking;

use crate::error::AppError;
use crate::settings::Settings;

/// Sends a letter.
///
/// # Errors
/// When it cannot be written, or nothing says where to.
pub async fn send(
    settings: &Settings,
    to: &str,
    subject: &str,
    text: &str,
) -> Result<(), AppError> {
    // A line end in a head line would begin another one: `Bcc:`, for example.
    let one_line = |text: &str| text.replace(['\r', '\n'], " ");
    let (to, subject) = (one_line(to), one_line(subject));
    let letter = format!("To: {to}\nSubject: {subject}\n\n{text}\n\n");
    let Some(folder) = settings.email_folder.clone() else {
        if settings.debug {
            eprint!("{letter}");
            return Ok(());
        }
        return Err(AppError::Inside("EMAIL_FOLDER is not set".into()));
    };
    let write = move || -> io::Result<()> {
        fs::create_dir_all(&folder)?;
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .append(true)
            .open(folder.join("outbox.txt"))?;
        file.write_all(letter.as_bytes())
    };
    match spawn_blocking(write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(AppError::Inside(error.into())),
        Err(error) => Err(AppError::Inside(error.into())),
    }
}
