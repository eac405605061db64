//! `runserver`: answers requests until Ctrl-C.

use crate::app::App;
use crate::settings::Settings;
use crate::{serve, urls};

pub async fn run(settings: Settings) -> Result<(), String> {
    let listener = serve::bind().await?;
    let db = super::connect(&settings).await?;
    super::migrate::up(&db).await?;
    let app = App::new(settings, db);
    serve::serve(listener, urls::site(app)).await;
    Ok(())
}
