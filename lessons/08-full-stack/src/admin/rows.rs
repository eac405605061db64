//! What the admin does with the rows of a model, whichever it is.

use std::collections::HashMap;

use async_trait::async_trait;
use minijinja::{Value as Shown, context};
use sea_orm::sea_query::{LikeExpr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DatabaseConnection, DbBackend, DbErr, IdenStatic,
    IntoActiveModel, Iterable, ModelTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait, Value,
};

use super::model::{Edited, Labels, ModelAdmin, Registered};
use crate::app::App;
use crate::error::AppError;
use crate::fields::{Field, Meta, fields, shown};
use crate::forms::{Form, Posted};
use crate::models::user::Model as User;

pub const PER_PAGE: u64 = 50;

#[async_trait]
impl<E> Registered for ModelAdmin<E>
where
    E: Meta,
    E::Column: Send + Sync,
    E::Model: IntoActiveModel<E::ActiveModel> + Sync,
    E::ActiveModel: Send + Sync,
{
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn table(&self) -> String {
        E::default().table_name().to_string()
    }

    fn fields(&self) -> Vec<Field> {
        fields::<E>()
    }

    fn actions(&self) -> &'static [&'static str] {
        self.actions
    }

    fn has_search(&self) -> bool {
        !self.search_fields.is_empty()
    }

    async fn list(&self, app: &App, search: &str, page: u64) -> Result<(Shown, u64), DbErr> {
        let mut query = E::find();
        if !search.is_empty() {
            let backend = app.db.get_database_backend();
            let found = |column: &E::Column| contains(*column, search, backend);
            let found = self.search_fields.iter().map(found);
            query = query.filter(found.fold(Condition::any(), Condition::add));
        }
        let count = query.clone().count(&app.db).await?;
        let query = query.order_by_desc(id::<E>()).offset(page * PER_PAGE);
        let rows = query.limit(PER_PAGE).all(&app.db).await?;
        let mut columns = Vec::new();
        for column in &self.list_display {
            let field = Field::of::<E>(*column);
            let values: Vec<Value> = rows.iter().map(|row| row.get(*column)).collect();
            let mut cells: Vec<String> = values.iter().map(shown).collect();
            if let Some(table) = &field.references {
                let labels = app.admin.labels(&app.db, table, Some(values)).await?;
                let labels: HashMap<String, String> = labels.into_iter().collect();
                for cell in &mut cells {
                    *cell = labels.get(cell).cloned().unwrap_or_default();
                }
            }
            columns.push(context! { label => field.label, cells });
        }
        let label = |(id, shown)| context! { id, shown };
        let rows: Vec<Shown> = rows.iter().map(label_of::<E>).map(label).collect();
        Ok((context! { columns, rows }, count))
    }

    async fn labels(&self, db: &DatabaseConnection, ids: Option<Vec<Value>>) -> Labels {
        let mut query = E::find().order_by_asc(id::<E>());
        if let Some(ids) = ids {
            query = query.filter(id::<E>().is_in(ids));
        }
        Ok(query.all(db).await?.iter().map(label_of::<E>).collect())
    }

    async fn edit(
        &self,
        app: &App,
        user: &User,
        id: Option<i64>,
        posted: Option<&Posted>,
    ) -> Edited {
        let row = match id {
            Some(id) => Some(row::<E>(app, id).await?),
            None => None,
        };
        guard::<E>(row.as_ref(), user)?;
        let mut form = Form::<E>::new(row, |field| user.is_superuser || !field.gives_rights);
        if let Some(posted) = posted {
            form.fill(posted);
            if form.save(&app.db, |_| ()).await?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(form.shown(app).await?))
    }

    async fn delete(&self, app: &App, user: &User, id: i64, is_sure: bool) -> Edited {
        let row = row::<E>(app, id).await?;
        guard::<E>(Some(&row), user)?;
        if !is_sure {
            return Ok(Some(E::show(&row).into()));
        }
        let transaction = app.db.begin().await?;
        row.into_active_model().delete(&transaction).await?;
        transaction.commit().await?;
        Ok(None)
    }
}

/// The column by which the admin calls a row.
fn id<E: Meta>() -> E::Column {
    let mut columns = E::Column::iter();
    let id = columns.find(|column| column.as_str() == "id");
    id.expect("`Admin::new` has seen that a model has an id")
}

/// A row by its id and in words.
fn label_of<E: Meta>(row: &E::Model) -> (String, String) {
    (shown(&row.get(id::<E>())), E::show(row))
}

async fn row<E: Meta>(app: &App, row: i64) -> Result<E::Model, AppError> {
    let row = E::find().filter(id::<E>().eq(row)).one(&app.db).await?;
    row.ok_or_else(AppError::not_found)
}

/// Who could change a row that gives rights could make themselves a superuser. So superusers do
/// that: a row where such a column is set, and each new row of such a model.
fn guard<E: Meta>(row: Option<&E::Model>, user: &User) -> Result<(), AppError> {
    let is_set = |column: E::Column| {
        let value = row.map_or("yes".into(), |row| shown(&row.get(column)));
        !["", "no"].contains(&value.as_str())
    };
    let gives_rights = |column: &E::Column| Field::of::<E>(*column).gives_rights;
    let mut giving = E::Column::iter().filter(gives_rights);
    if user.is_superuser || !giving.any(is_set) {
        return Ok(());
    }
    let reason = "Only a superuser may do this: it gives rights.";
    Err(AppError::forbidden(reason))
}

/// Upper and lower case are the same. `%` and `_` have no meaning of their own.
fn contains<C: ColumnTrait>(column: C, search: &str, backend: DbBackend) -> SimpleExpr {
    let plain = search.replace('\\', r"\\").replace('%', r"\%");
    let pattern = format!("%{}%", plain.replace('_', r"\_"));
    match backend {
        DbBackend::Postgres => column.ilike(pattern),
        _ => column.like(LikeExpr::new(pattern).escape('\\')),
    }
}
