//! All notes of a user as a table that a spreadsheet opens.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::app::App;
use crate::auth::user::LoggedIn;
use crate::models::note::{Column, Entity};

/// How many notes are in memory at a time, however many a user has.
const AT_A_TIME: u64 = 100;

/// GET /notes/export.csv
pub async fn csv(State(app): State<App>, user: LoggedIn) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"notes.csv\""),
    ];
    // The step that writes the names of the columns comes first: it has no last id.
    let rows = try_unfold(None, move |last: Option<i64>| {
        let (app, user) = (app.clone(), user.clone());
        async move {
            match last {
                None => Ok(Some((
                    Bytes::from("created,changed,color,link,text\r\n"),
                    Some(0),
                ))),
                Some(last) => rows_after(&app, &user, last).await,
            }
        }
    });
    (headers, Body::from_stream(rows)).into_response()
}

/// The next rows, and the id of the last one. An error breaks the answer off, so that a client
/// does not take half of the notes for all of them.
async fn rows_after(
    app: &App,
    user: &LoggedIn,
    last: i64,
) -> Result<Option<(Bytes, Option<i64>)>, DbErr> {
    let notes = Entity::find()
        .filter(Column::OwnerId.eq(user.0.id))
        .filter(Column::Id.gt(last))
        .order_by_asc(Column::Id)
        .limit(AT_A_TIME)
        .all(app.db.read())
        .await?;
    let Some(last) = notes.last().map(|note| note.id) else {
        return Ok(None);
    };
    let mut rows = String::new();
    for note in notes {
        let (created, changed) = (time(note.created_at), time(note.updated_at));
        let cells = [&created, &changed, &note.color, &note.link, &note.text];
        rows.push_str(&cells.map(|text| cell(text)).join(","));
        rows.push_str("\r\n");
    }
    Ok(Some((rows.into(), Some(last))))
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or(String::new(), |time| time.to_string())
}

// ANCHOR: cell
/// A cell, in quotation marks. A spreadsheet takes a text that begins with one of these for a
/// formula, and a formula can send the table elsewhere. Behind an apostrophe it is a text.
fn cell(text: &str) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let before = if text.trim_start_matches(' ').starts_with(formula) {
        "'"
    } else {
        ""
    };
    format!("\"{before}{}\"", text.replace('"', "\"\""))
}
// ANCHOR_END: cell
