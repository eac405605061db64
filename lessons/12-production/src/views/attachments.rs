//! Files that belong to notes. What a client sends is kept as bytes under a name of ours, and given
//! back as something to save, never as something to open: a page that somebody sends must not
//! become a page of this site.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sea_orm::QueryFilter;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait};

use crate::auth::user::LoggedIn;
use crate::error::AppError;
use crate::forms::body::{Posted, Upload};
use crate::messages;
use crate::models::attachment;
use crate::page::Page;
use crate::urls::reverse;
use crate::views::notes::show;
use crate::views::notes::store::{new_key, own, own_to_change};
use crate::views::{Id, Part};

/// The most bytes of a file.
const LARGEST: usize = 1024 * 1024;
/// The most files of a note.
const MOST: u64 = 10;

/// A kind of file that is taken: the ends that its name may have, its type, and how it begins.
type Kind = (&'static [&'static str], &'static str, &'static [u8]);

const KINDS: &[Kind] = &[
    (&["png"], "image/png", b"\x89PNG\r\n\x1a\n"),
    (&["jpg", "jpeg"], "image/jpeg", b"\xff\xd8\xff"),
    (&["gif"], "image/gif", b"GIF8"),
    (&["pdf"], "application/pdf", b"%PDF-"),
    (&["txt", "md"], "text/plain; charset=utf-8", b""),
];

/// POST /notes/{id}/attachments/
pub async fn add(
    page: Page,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
    posted: Posted,
) -> Result<Response, AppError> {
    let transaction = page.app.db.begin().await?;
    own_to_change(&transaction, &user, id).await?;
    let of_note = attachment::Entity::find().filter(attachment::Column::NoteId.eq(id));
    let checked = match posted.file("file") {
        _ if of_note.count(&transaction).await? >= MOST => {
            Err(format!("A note has at most {MOST} files."))
        }
        None => Err("No file was chosen.".into()),
        Some(file) => row_for(id, file, page.app.clock.now()),
    };
    let row = match checked {
        Ok(row) => row,
        Err(problem) => {
            drop(transaction);
            let mut answer = show(&page, &user, id, Some(&problem)).await?;
            *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(answer);
        }
    };
    row.insert(&transaction).await?;
    transaction.commit().await?;
    messages::add(&page.session, "The file was added.");
    Ok(Redirect::to(&reverse("note_detail", &[&id.to_string()])).into_response())
}

/// The row that keeps a file, or why it is not taken.
fn row_for(note_id: i64, file: &Upload, now: i64) -> Result<attachment::ActiveModel, String> {
    let (ends, content_type, _) = kind_of(file)?;
    Ok(attachment::ActiveModel {
        note_id: Set(note_id),
        name: Set(format!("{}.{}", new_key(), ends[0])),
        title: Set(title_of(&file.file_name)),
        content_type: Set(content_type.to_string()),
        data: Set(file.bytes.to_vec()),
        created_at: Set(now),
        ..Default::default()
    })
}

// ANCHOR: kind_of
/// What a file is. Its name and the type that the client says prove nothing, so its bytes must
/// agree.
fn kind_of(file: &Upload) -> Result<&'static Kind, String> {
    let (bytes, name) = (&file.bytes, file.file_name.to_lowercase());
    let end = name.rsplit('.').next().unwrap_or_default();
    let Some(kind) = KINDS.iter().find(|(ends, ..)| ends.contains(&end)) else {
        return Err(
            "The file must be a picture (png, jpg, gif), a pdf or a text (txt, md).".into(),
        );
    };
    let (_, content_type, beginning) = kind;
    if bytes.is_empty() {
        return Err("The file is empty.".into());
    }
    if bytes.len() > LARGEST {
        return Err(format!("The file is larger than {LARGEST} bytes."));
    }
    let is_text = || std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    if !bytes.starts_with(beginning) || (content_type.starts_with("text/") && !is_text()) {
        return Err(format!(
            "The file's name ends in .{end}, and its bytes are none."
        ));
    }
    Ok(kind)
}
// ANCHOR_END: kind_of

/// What the client called the file, without the folders and what cannot be seen.
fn title_of(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// GET /attachments/{name}
pub async fn file(
    page: Page,
    user: LoggedIn,
    Part(name): Part<String>,
) -> Result<Response, AppError> {
    let db = page.app.db.read();
    // No name that we have made holds such a thing, and PostgreSQL would refuse a NUL.
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    {
        return Err(AppError::not_found());
    }
    let found = attachment::Entity::find()
        .filter(attachment::Column::Name.eq(name))
        .one(db)
        .await?;
    let found = found.ok_or_else(AppError::not_found)?;
    own(db, &user, found.note_id).await?;
    // Percent-encoded, the title holds no quotation mark and no line end that would begin another
    // header.
    let title = utf8_percent_encode(&found.title, NON_ALPHANUMERIC);
    let disposition = format!(
        "attachment; filename=\"{}\"; filename*=UTF-8''{title}",
        found.name
    );
    let header = |value: String| {
        HeaderValue::try_from(value).map_err(|error| AppError::Inside(error.into()))
    };
    let headers = [
        (CONTENT_TYPE, header(found.content_type)?),
        (CONTENT_DISPOSITION, header(disposition)?),
    ];
    Ok((headers, found.data).into_response())
}
