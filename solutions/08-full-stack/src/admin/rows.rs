//! What the admin does with the rows of a model, whichever it is.

use std::collections::HashMap;

use async_trait::async_trait;
use minijinja::{Value as Shown, context};
use sea_orm::sea_query::{LikeExpr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DatabaseConnection, DbErr, IdenStatic,
    IntoActiveModel, Iterable, ModelTrait, QueryFilter, QueryOrder, QuerySelect, TransactionTrait,
    Value,
};

use super::model::{Edited, Labels, ModelAdmin, Registered};
use crate::app::App;
use crate::error::AppError;
use crate::fields::{Field, Meta, fields, shown};
use crate::forms::{Form, Posted};

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

    async fn list(&self, app: &App, search: &str) -> Result<Shown, DbErr> {
        let mut query = E::find();
        if !search.is_empty() {
            let found = |column: &E::Column| contains(*column, search);
            let found = self.search_fields.iter().map(found);
            query = query.filter(found.fold(Condition::any(), Condition::add));
        }
        let rows = query
            .order_by_desc(id::<E>())
            .limit(100)
            .all(&app.db)
            .await?;
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
        Ok(context! { columns, rows })
    }

    async fn labels(&self, db: &DatabaseConnection, ids: Option<Vec<Value>>) -> Labels {
        let mut query = E::find().order_by_asc(id::<E>());
        if let Some(ids) = ids {
            query = query.filter(id::<E>().is_in(ids));
        }
        Ok(query.all(db).await?.iter().map(label_of::<E>).collect())
    }

    async fn edit(&self, app: &App, id: Option<i64>, posted: Option<&Posted>) -> Edited {
        let row = match id {
            Some(id) => Some(row::<E>(app, id).await?),
            None => None,
        };
        let mut form = Form::<E>::new(row);
        if let Some(posted) = posted {
            form.fill(posted);
            if form.save(&app.db).await?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(form.shown(app).await?))
    }

    async fn delete(&self, app: &App, id: i64, is_sure: bool) -> Edited {
        let row = row::<E>(app, id).await?;
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
    match E::find().filter(id::<E>().eq(row)).one(&app.db).await? {
        Some(row) => Ok(row),
        None => Err(AppError::not_found().await),
    }
}

/// `%` and `_` have no meaning of their own.
fn contains<C: ColumnTrait>(column: C, search: &str) -> SimpleExpr {
    let plain = search.replace('\\', r"\\");
    let plain = plain.replace('%', r"\%").replace('_', r"\_");
    column.like(LikeExpr::new(format!("%{plain}%")).escape('\\'))
}
