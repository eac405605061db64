//! Lists of a user's notes: searched, in an order, a page of them at a time.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use crate::auth::user::LoggedIn;
use crate::error::AppError;
use crate::forms::query::{self, LONGEST_SEARCH, wrong};
use crate::models::note::{Column, Entity, Model};
use crate::page::Page;
use crate::views::notes::shown;

/// How many notes stand on a page.
const PER_PAGE: u64 = 20;

/// The orders that can be asked for: what stands in the URL, what people read, what is meant.
/// What a client sends is compared with the first, and never becomes a part of a statement.
const ORDERS: &[(&str, &str, Column, Order)] = &[
    ("newest", "Newest first", Column::Id, Order::Desc),
    ("oldest", "Oldest first", Column::Id, Order::Asc),
    (
        "changed",
        "Last changed first",
        Column::UpdatedAt,
        Order::Desc,
    ),
    ("text", "By text", Column::Text, Order::Asc),
];

/// What is asked for: `?q=milk&order=oldest&page=2`.
pub struct Asked {
    pub q: String,
    order: &'static (&'static str, &'static str, Column, Order),
    page: u64,
}

impl Asked {
    /// Reads a query.
    ///
    /// # Errors
    /// 400 for a value that means nothing here.
    pub fn read(sent: Option<String>) -> Result<Asked, AppError> {
        let mut asked = Asked {
            q: String::new(),
            order: &ORDERS[0],
            page: 1,
        };
        for (name, value) in form_urlencoded::parse(sent.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                _ if value.is_empty() => {}
                "q" => asked.q = query::search(&value)?,
                "order" => {
                    let order = ORDERS.iter().find(|(known, ..)| *known == value);
                    asked.order = order.ok_or_else(|| wrong("There is no such order."))?;
                }
                "page" => asked.page = query::page(&value)?,
                _ => {}
            }
        }
        Ok(asked)
    }

    /// The notes that are meant, all pages of them.
    pub fn of(&self, user: &LoggedIn) -> Select<Entity> {
        let (_, _, column, order) = self.order;
        let mine = Entity::find().filter(Column::OwnerId.eq(user.0.id));
        let found = if self.q.is_empty() {
            mine
        } else {
            mine.filter(contains(Column::Text, &self.q).or(contains(Column::Link, &self.q)))
        };
        // The id decides between equal ones, so that no note stands on two pages.
        found
            .order_by(*column, order.clone())
            .order_by(Column::Id, order.clone())
    }

    /// A page of them.
    pub async fn page(
        &self,
        db: &impl ConnectionTrait,
        user: &LoggedIn,
    ) -> Result<Found, AppError> {
        let count = self.of(user).count(db).await?;
        // Without a note there is a page still, an empty one.
        let pages = if count == 0 {
            1
        } else {
            count.div_ceil(PER_PAGE)
        };
        if self.page > pages {
            let reason = format!("There is no page {}: the last one is {pages}.", self.page);
            return Err(AppError::new(StatusCode::NOT_FOUND, reason));
        }
        let from = (self.page - 1) * PER_PAGE;
        let notes = self.of(user).offset(from).limit(PER_PAGE).all(db).await?;
        Ok(Found {
            notes,
            count,
            page: self.page,
            pages,
        })
    }

    /// The query for the same notes, another page of them.
    fn link(&self, page: u64) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        query.append_pair("q", &self.q);
        query.append_pair("order", self.order.0);
        query.append_pair("page", &page.to_string()).finish()
    }
}

/// A page of notes, and how many there are.
pub struct Found {
    pub notes: Vec<Model>,
    pub count: u64,
    pub page: u64,
    pub pages: u64,
}

// ANCHOR: contains
/// Whether a column contains a text, large and small letters alike. In `LIKE`, `%` stands for any
/// text and `_` for any character; behind a backslash they stand for themselves.
fn contains(column: Column, text: &str) -> Condition {
    let literal = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let like = |text: &str| LikeExpr::new(format!("%{text}%")).escape('\\');
    let lower = Expr::expr(Func::lower(column.into_expr()));
    // SQLite's `lower` knows the letters of ASCII only: there, others are found as they are.
    Condition::any()
        .add(column.into_expr().like(like(&literal)))
        .add(lower.like(like(&literal.to_lowercase())))
}
// ANCHOR_END: contains

/// GET /notes/
pub async fn list(
    page: Page,
    user: LoggedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, AppError> {
    let asked = Asked::read(query)?;
    let found = asked.page(page.app.db.read(), &user).await?;
    let orders: Vec<Value> = ORDERS
        .iter()
        .map(|(value, name, ..)| context! { value => *value, name => *name })
        .collect();
    let to = |page: u64| (1..=found.pages).contains(&page).then(|| asked.link(page));
    let values = context! {
        notes => found.notes.iter().map(shown).collect::<Vec<Value>>(),
        q => asked.q.as_str(),
        longest => LONGEST_SEARCH,
        order => asked.order.0,
        orders => orders,
        count => found.count,
        page => found.page,
        pages => found.pages,
        previous => to(found.page - 1),
        next => to(found.page + 1),
    };
    page.render("notes/list.html", values)
}
