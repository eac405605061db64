//! The pages for guests, and the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set, TransactionTrait,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::AppError;
use crate::fields::Field;
use crate::forms::Form;
use crate::models::{order, tea};
use crate::page::{Page, found};

/// GET /
pub async fn index(page: Page) -> Result<Response, AppError> {
    let teas = tea::Entity::find().filter(tea::Column::OnMenu.eq(true));
    let teas = teas.order_by_asc(tea::Column::Id).all(&page.app.db).await?;
    let shown = |tea: tea::Model| context! { name => tea.name, portions => tea.portions };
    let teas: Vec<_> = teas.into_iter().map(shown).collect();
    page.render("index.html", context! { teas })
}

/// GET /orders/
pub async fn orders(page: Page) -> Result<Response, AppError> {
    let orders = order::Entity::find().find_also_related(tea::Entity);
    let orders = orders
        .order_by_desc(order::Column::Id)
        .all(&page.app.db)
        .await?;
    let shown = |(order, tea): (order::Model, Option<tea::Model>)| {
        context! { guest => order.guest, tea => tea.map(|tea| tea.name) }
    };
    let orders: Vec<_> = orders.into_iter().map(shown).collect();
    page.render("orders.html", context! { orders })
}

/// GET and POST /orders/add/
pub async fn add_order(page: Page) -> Result<Response, AppError> {
    let mut form = Form::<order::Entity>::new(None);
    if let Some(posted) = &page.posted {
        form.fill(posted);
        if form.save(&page.app.db).await?.is_some() {
            return Ok(found("/orders/"));
        }
    }
    let form = form.shown(&page.app).await?;
    page.ask("order.html", context! { form })
}

/// GET /api/teas
pub async fn api_teas(State(app): State<App>) -> Result<Json<Value>, AppError> {
    let teas = tea::Entity::find()
        .order_by_asc(tea::Column::Id)
        .all(&app.db)
        .await?;
    let public = |tea: tea::Model| json!({ "id": tea.id, "name": tea.name, "portions": tea.portions, "on_menu": tea.on_menu });
    Ok(Json(teas.into_iter().map(public).collect()))
}

/// What the API takes. axum says what is wrong with it: 400, 415 or 422.
#[derive(Deserialize)]
pub struct NewOrder {
    guest: String,
    tea_id: i64,
}

/// POST /api/orders
pub async fn api_add_order(
    State(app): State<App>,
    Json(new): Json<NewOrder>,
) -> Result<(StatusCode, Json<Value>), AppError> {
    let guest = Field::of::<order::Entity>(order::Column::Guest);
    if let Err(reason) = guest.parse(&new.guest) {
        return Err(AppError(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    let order = order::ActiveModel {
        guest: Set(new.guest.trim().to_string()),
        tea_id: Set(new.tea_id),
        ..Default::default()
    };
    let transaction = app.db.begin().await?;
    let order = order.insert(&transaction).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": order.id }))))
}
