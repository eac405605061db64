//! How a model is registered: which of its columns a list shows, searches and filters, and what
//! can be done with its rows. Django: `ModelAdmin`.

use sea_orm::IdenStatic;

use crate::auth::permissions::Action;
use crate::fields::{self, Described, Field, Kind};

/// What the admin's pages know of a model, without its types.
pub struct Options {
    /// In the singular: `note`.
    pub name: &'static str,
    /// In the plural: `notes`.
    pub plural: &'static str,
    /// All fields, in the order of the model's declaration.
    pub fields: Vec<Field>,
    /// The names of the fields that a list shows. The first one leads to the row.
    pub columns: Vec<&'static str>,
    pub search: Vec<&'static str>,
    pub filters: Vec<&'static str>,
    /// What can be done with rows at all. Who may do it, permissions say.
    pub possible: &'static [Action],
    /// What can be done with many rows at a time, beside deleting them.
    pub actions: Vec<String>,
    pub per_page: u64,
}

impl Options {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A model in the admin. `E` is its entity: `note::Entity`.
pub struct Admin<E: Described> {
    pub(super) options: Options,
    pub(super) checks: Vec<(&'static str, Check)>,
    pub(super) before_add: fn(&mut E::ActiveModel),
    pub(super) only_superusers: fn(&E::Model) -> bool,
    pub(super) actions: Vec<Box<Changing<E>>>,
}

/// Says what is wrong with a text, if anything is.
type Check = fn(&str) -> Option<&'static str>;

/// What an action does to each row.
type Changing<E> = dyn Fn(&mut <E as sea_orm::EntityTrait>::ActiveModel) + Send + Sync;

// ANCHOR: admin
impl<E: Described> Admin<E> {
    /// A model whose list shows all that people may set, and whose rows can be added, changed and
    /// deleted.
    ///
    /// # Panics
    /// When it has a column that the admin cannot show: at the start, and not at a request.
    pub fn new() -> Admin<E> {
        let fields = fields::fields::<E>();
        if let Some(problem) = fields.iter().find_map(Field::problem) {
            panic!("the admin cannot have {}: {problem}", E::PLURAL);
        }
        let has_id = fields
            .iter()
            .any(|field| field.name == "id" && field.kind == Kind::Number);
        assert!(
            has_id,
            "the admin cannot have {}: it wants a number named id",
            E::PLURAL
        );
        let columns = fields.iter().filter(|field| field.is_listed());
        Admin {
            options: Options {
                name: E::NAME,
                plural: E::PLURAL,
                columns: columns.map(|field| field.name).collect(),
                search: Vec::new(),
                filters: Vec::new(),
                possible: Action::ALL,
                actions: Vec::new(),
                per_page: 50,
                fields,
            },
            checks: Vec::new(),
            before_add: |_| {},
            only_superusers: |_| false,
            actions: Vec::new(),
        }
    }

    /// What the list shows.
    pub fn columns(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.options.columns = names(columns);
        self
    }

    /// Where the list's search looks.
    pub fn search(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.options.search = names(columns);
        self
    }

    /// By what the list can be narrowed: a choice, yes or no, or the row that a column names.
    pub fn filters(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.options.filters = names(columns);
        self
    }

    /// What can be done with the rows, whoever asks.
    pub fn only(mut self, possible: &'static [Action]) -> Self {
        self.options.possible = possible;
        self
    }

    /// Something to be done with each of the rows that somebody has picked.
    pub fn action(
        mut self,
        label: impl Into<String>,
        change: impl Fn(&mut E::ActiveModel) + Send + Sync + 'static,
    ) -> Self {
        self.options.actions.push(label.into());
        self.actions.push(Box::new(change));
        self
    }

    /// A rule for a column's text, beside those of its model.
    pub fn check(mut self, column: E::Column, check: Check) -> Self {
        self.checks.push((column.as_str(), check));
        self
    }

    /// Sets what a new row must have and no form asks for.
    pub fn before_add(mut self, set: fn(&mut E::ActiveModel)) -> Self {
        self.before_add = set;
        self
    }

    /// Rows that others than superusers may look at, and neither make, change nor delete.
    pub fn only_superusers(mut self, which: fn(&E::Model) -> bool) -> Self {
        self.only_superusers = which;
        self
    }
}
// ANCHOR_END: admin

impl<E: Described> Default for Admin<E> {
    fn default() -> Self {
        Admin::new()
    }
}

impl Field {
    /// Whether a list can show it in a cell.
    fn is_listed(&self) -> bool {
        !matches!(self.kind, Kind::Bytes | Kind::Secret | Kind::Text)
    }

    /// Why the admin cannot have it, if so.
    fn problem(&self) -> Option<String> {
        let (name, column_type) = (self.name, &self.column_type);
        if self.kind == Kind::Unknown {
            return Some(format!(
                "{name} is of a type that no form shows, {column_type:?}"
            ));
        }
        let is_other_time = name.ends_with("_at") && self.kind != Kind::Time;
        is_other_time.then(|| format!("{name} is a time, which is an i64"))
    }
}

fn names<C: IdenStatic>(columns: impl IntoIterator<Item = C>) -> Vec<&'static str> {
    columns.into_iter().map(|column| column.as_str()).collect()
}
