//! The list of a model's rows. Django: `ModelAdmin.changelist_view`.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};

use super::asked::Asked;
use super::cells::{self, Names};
use super::model::Options;
use super::registered::{Db, Query, Registered, Row};
use super::visit::{Visit, words};
use crate::auth::permissions::Action;
use crate::error::AppError;
use crate::fields::{Field, Kind};
use crate::forms::query::LONGEST_SEARCH;
use crate::urls;
use crate::views::Part;

/// GET /admin/{model}/
pub async fn list(
    visit: Visit,
    Part(plural): Part<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::View)?;
    let options = model.options();
    let filters = filters(&visit, options);
    let asked = Asked::read(&query.unwrap_or_default(), options, &filters)?;
    let db = Db::from(visit.page.app.db.read());
    let count = model.count(&db, &asked.query(options)).await?;
    let pages = count.div_ceil(options.per_page).max(1);
    if asked.page > pages {
        let reason = format!("There is no page {}: the last one is {pages}.", asked.page);
        return Err(AppError::new(StatusCode::NOT_FOUND, reason));
    }
    let page_of_them = Query {
        skip: (asked.page - 1) * options.per_page,
        limit: Some(options.per_page),
        ..asked.query(options)
    };
    let rows = model.rows(&db, &page_of_them).await?;
    let names = cells::names(&visit, &db, &options.fields, &rows).await?;
    let shown: Vec<Value> = rows.iter().map(|row| line(options, row, &names)).collect();
    let page = |page: u64| {
        (1..=pages)
            .contains(&page)
            .then(|| asked.link(&asked.order, page))
    };
    let values = context! {
        model => words(options.name),
        models => words(options.plural),
        path => urls::reverse("admin_list", &[options.plural]),
        add => visit.may(model, Action::Add).then(|| urls::reverse("admin_add", &[options.plural])),
        columns => headings(options, &asked),
        rows => shown,
        searched => !options.search.is_empty(),
        q => asked.search.as_str(),
        longest => LONGEST_SEARCH,
        order => asked.order.as_str(),
        filters => choices(&visit, &db, &filters, &asked).await?,
        is_narrowed => !asked.search.is_empty() || !asked.filters.is_empty(),
        actions => actions(&visit, model),
        count => count,
        page => asked.page,
        pages => pages,
        previous => page(asked.page - 1),
        next => page(asked.page + 1),
    };
    let trail = [(words(options.plural), String::new())];
    visit.render("admin/list.html", &trail, values)
}

/// The filters that this user may use. By whose row it is, only who may look at those can filter:
/// the number of rows would tell what the page does not.
pub fn filters<'a>(visit: &Visit, options: &'a Options) -> Vec<&'a Field> {
    let fields = options
        .filters
        .iter()
        .filter_map(|name| options.field(name));
    let may = |field: &&Field| field.refers_to.is_none() || visit.target(field).is_some();
    fields.filter(may).collect()
}

/// What can be done with the rows that somebody picks: values and labels.
fn actions(visit: &Visit, model: &dyn Registered) -> Vec<Value> {
    let mut actions = Vec::new();
    if visit.may(model, Action::Delete) {
        actions.push(context! { value => "delete", label => "Delete" });
    }
    if visit.may(model, Action::Change) {
        let own = model.options().actions.iter().enumerate();
        actions.extend(own.map(|(number, label)| context! { value => number, label => label }));
    }
    actions
}

fn headings(options: &Options, asked: &Asked) -> Vec<Value> {
    let heading = |name: &&'static str| {
        let down = format!("-{name}");
        let (sort, next) = match asked.order.as_str() {
            now if now == *name => ("ascending", down.as_str()),
            now if now == down => ("descending", *name),
            _ => ("none", *name),
        };
        let field = options.field(name).expect("a column is a field");
        let link = asked.link(next, 1);
        context! { name => field.name, label => field.label.as_str(), sort => sort, link => link }
    };
    options.columns.iter().map(heading).collect()
}

fn line(options: &Options, row: &Row, names: &Names) -> Value {
    let cell = |name: &&'static str| {
        let place = options.fields.iter().position(|field| field.name == *name);
        let place = place.expect("a column is a field");
        cells::cell(&options.fields[place], &row.values[place], names)
    };
    let cells: Vec<Value> = options.columns.iter().map(cell).collect();
    let shown = if row.shown.trim().is_empty() {
        format!("{} {}", words(options.name), row.id)
    } else {
        row.shown.clone()
    };
    let path = urls::reverse("admin_change", &[options.plural, &row.id.to_string()]);
    context! { id => row.id, shown => shown, path => path, cells => cells }
}

/// The filters as the page shows them: each with what can be chosen. A filter without choices is
/// one for more rows than a page should offer: there, somebody writes the number.
async fn choices(
    visit: &Visit,
    db: &Db<'_>,
    filters: &[&Field],
    asked: &Asked,
) -> Result<Vec<Value>, AppError> {
    let mut shown = Vec::new();
    for field in filters {
        let now = asked.filters.iter().find(|(name, _)| *name == field.name);
        let now = now.map_or("", |(_, value)| value.as_str());
        let pair = |value: &str, name: &str| (value.to_string(), name.to_string());
        let mut options = match (field.kind, visit.target(field)) {
            (Kind::YesNo, _) => vec![pair("1", "yes"), pair("0", "no")],
            (_, Some(target)) => {
                let rows = super::visit::choices(db, field, target).await?;
                rows.map(|(_, options)| options).unwrap_or_default()
            }
            _ => field
                .choices
                .iter()
                .map(|choice| pair(choice, choice))
                .collect(),
        };
        if field.kind == Kind::Reference && field.nullable && !options.is_empty() {
            options.insert(0, pair("none", "none"));
        }
        let options: Vec<Value> = options
            .iter()
            .map(|(value, name)| context! { value => value, name => name })
            .collect();
        let label = field.label.as_str();
        shown.push(context! { name => field.name, label => label, now => now, options => options });
    }
    Ok(shown)
}
