//! The step from any model to one kind of row. The compiler writes this out for each model.

use minijinja::Value as Shown;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition};
use sea_orm::{DbErr, IdenStatic, IntoActiveModel, Iterable};
use sea_orm::{ModelTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use sea_orm::{SqlErr, Value};

use super::model::{Admin, Options};
use super::registered::{Db, Filling, Query, Registered, Row, Saved};
use crate::fields::{Described, Field, Kind, values};
use crate::forms::Form;

#[async_trait::async_trait]
impl<E> Registered for Admin<E>
where
    E: Described,
    E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
    E::ActiveModel: ActiveModelBehavior + Send + Sync,
{
    fn options(&self) -> &Options {
        &self.options
    }

    async fn rows(&self, db: &Db<'_>, query: &Query) -> Result<Vec<Row>, DbErr> {
        let select = self
            .select(query)
            .offset(query.limit.map(|_| query.skip))
            .limit(query.limit);
        let found = select.all(db).await?;
        Ok(found.iter().map(|model| self.row(model)).collect())
    }

    async fn count(&self, db: &Db<'_>, query: &Query) -> Result<u64, DbErr> {
        self.select(query).count(db).await
    }

    async fn form(
        &self,
        db: &Db<'_>,
        id: Option<i64>,
        filling: &Filling,
    ) -> Result<Option<Shown>, DbErr> {
        let now = match id {
            Some(id) => self.one(db, id).await?,
            None => None,
        };
        let is_gone = id.is_some() && now.is_none();
        Ok((!is_gone).then(|| filled::<E>(now.as_ref(), filling).shown()))
    }

    async fn save(
        &self,
        db: &Db<'_>,
        id: Option<i64>,
        filling: &Filling,
        sent: &[(String, String)],
    ) -> Result<Saved, DbErr> {
        let before = match id {
            Some(id) => self.one(db, id).await?,
            None => None,
        };
        if id.is_some() && before.is_none() {
            return Ok(Saved::Gone);
        }
        let mut form = filled::<E>(before.as_ref(), filling)
            .posted(sent)
            .check(db, id)
            .await?;
        for (name, check) in &self.checks {
            let sent = sent.iter().find(|(known, _)| known == name);
            if let Some(problem) = sent.and_then(|(_, text)| check(text.trim())) {
                form.refuse(name, problem);
            }
        }
        if !form.is_valid() {
            return Ok(Saved::Refused(form.shown()));
        }
        let mut row = active::<E>(before.clone());
        let changed = form.set_in(&mut row);
        match self.write(db, before, row, changed, filling).await {
            // A rule over two columns: `check` looks at one at a time.
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                form.refuse("", "There is such a row already.");
                Ok(Saved::Refused(form.shown()))
            }
            other => other,
        }
    }

    async fn act(
        &self,
        db: &Db<'_>,
        id: i64,
        action: usize,
        filling: &Filling,
    ) -> Result<Saved, DbErr> {
        let (Some(before), Some(change)) = (self.one(db, id).await?, self.actions.get(action))
        else {
            return Ok(Saved::Gone);
        };
        let mut row = active::<E>(Some(before.clone()));
        change(&mut row);
        let is_new =
            |column: &E::Column| row.get(*column).into_value() != Some(before.get(*column));
        let changed = E::Column::iter()
            .filter(is_new)
            .map(|column| column.as_str())
            .collect();
        self.write(db, Some(before), row, changed, filling).await
    }

    async fn delete(&self, db: &Db<'_>, id: i64) -> Result<(), DbErr> {
        E::delete_many()
            .filter(column::<E>("id").eq(id))
            .exec(db)
            .await?;
        Ok(())
    }
}

impl<E> Admin<E>
where
    E: Described,
    E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
    E::ActiveModel: ActiveModelBehavior + Send + Sync,
{
    /// Everything is a parameter of the statement or the name of a field: nothing that somebody
    /// sent becomes SQL.
    fn select(&self, query: &Query) -> Select<E> {
        let mut select = E::find().select_only();
        for (column, field) in E::Column::iter().zip(&self.options.fields) {
            // A list needs no file's content: an empty one stands in its place.
            select = match field.kind {
                Kind::Bytes => select.column_as(Expr::value(Vec::<u8>::new()), field.name),
                _ => select.column(column),
            };
        }
        if !query.search.is_empty() {
            let columns = self.options.search.iter();
            let found = columns.map(|name| holds(column::<E>(name), &query.search));
            select = select.filter(found.fold(Condition::any(), Condition::add));
        }
        for (name, value) in &query.equal {
            select = select.filter(column::<E>(name).eq(value.clone()));
        }
        if let Some((name, ids)) = &query.among {
            select = select.filter(column::<E>(name).is_in(ids.iter().copied()));
        }
        if let Some((name, order)) = &query.order {
            select = select.order_by(column::<E>(name), order.clone());
        }
        // Rows with equal values stay in one order from page to page.
        select.order_by_desc(column::<E>("id"))
    }

    async fn one(&self, db: &Db<'_>, id: i64) -> Result<Option<E::Model>, DbErr> {
        let query = Query {
            equal: vec![("id", id.into())],
            ..Query::default()
        };
        self.select(&query).one(db).await
    }

    fn row(&self, model: &E::Model) -> Row {
        let value = |(column, field): (E::Column, &Field)| match field.kind {
            Kind::Secret => Value::String(None),
            _ => model.get(column),
        };
        Row {
            id: id_of::<E>(model),
            shown: E::show(model),
            values: E::Column::iter()
                .zip(&self.options.fields)
                .map(value)
                .collect(),
            only_superusers: (self.only_superusers)(model),
        }
    }

    /// A row that only superusers may touch is neither the beginning nor the end of anybody
    /// else's change. It is asked after the row was written: the transaction of a change that is
    /// forbidden is not committed.
    async fn write(
        &self,
        db: &Db<'_>,
        before: Option<E::Model>,
        mut row: E::ActiveModel,
        changed: Vec<&'static str>,
        filling: &Filling,
    ) -> Result<Saved, DbErr> {
        for column in E::Column::iter() {
            let is_now = match column.as_str() {
                "created_at" => before.is_none(),
                "updated_at" => !changed.is_empty(),
                _ => false,
            };
            if is_now {
                row.set(column, filling.now.into());
            }
        }
        let after = match &before {
            Some(before) if changed.is_empty() => before.clone(),
            Some(_) => row.update(db).await?,
            None => {
                (self.before_add)(&mut row);
                row.insert(db).await?
            }
        };
        let forbidden =
            before.as_ref().is_some_and(self.only_superusers) || (self.only_superusers)(&after);
        if forbidden && !filling.is_superuser {
            return Ok(Saved::Forbidden);
        }
        Ok(Saved::Row {
            row: self.row(&after),
            changed,
        })
    }
}

fn column<E: Described>(name: &str) -> E::Column {
    let mut columns = E::Column::iter();
    columns
        .find(|column| column.as_str() == name)
        .expect("the name is that of a field")
}

fn id_of<E: Described>(model: &E::Model) -> i64 {
    let id = values::number(&model.get(column::<E>("id")));
    id.expect("a model without such an id is not registered")
}

fn active<E: Described>(model: Option<E::Model>) -> E::ActiveModel
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    model.map_or_else(
        <E::ActiveModel as ActiveModelBehavior>::new,
        IntoActiveModel::into_active_model,
    )
}

fn filled<E: Described>(row: Option<&E::Model>, filling: &Filling) -> Form<E> {
    let mut form = Form::<E>::new(&filling.names);
    if let Some(row) = row {
        form = form.showing(row);
    }
    for (name, options) in &filling.options {
        form = form.options(name, options.clone());
    }
    form
}

/// In `LIKE`, `%` and `_` stand for other characters; here they stand for themselves. As it is,
/// and in lower case: SQLite knows only `a` to `z` as letters that have two cases.
fn holds<C: ColumnTrait>(column: C, text: &str) -> Condition {
    let literal = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let like = |text: &str| LikeExpr::new(format!("%{text}%")).escape('\\');
    let lower = Expr::expr(Func::lower(Expr::col(column.as_column_ref())));
    Condition::any()
        .add(column.like(like(&literal)))
        .add(lower.like(like(&literal.to_lowercase())))
}
