//! Templates, and what each of them can use. Django: `django.template`, context processors.

pub mod filters;

use std::fs;
use std::path::Path;

use minijinja::{Environment, TemplateSource, Value};

use crate::urls;

/// Where a debug build looks for templates: where this lesson was compiled.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");

/// The templates as they were when the program was built.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "accounts/inputs.html",
        include_str!("../templates/accounts/inputs.html"),
    ),
    (
        "accounts/login.html",
        include_str!("../templates/accounts/login.html"),
    ),
    (
        "accounts/password_change.html",
        include_str!("../templates/accounts/password_change.html"),
    ),
    (
        "accounts/password_reset.html",
        include_str!("../templates/accounts/password_reset.html"),
    ),
    (
        "accounts/password_reset_confirm.html",
        include_str!("../templates/accounts/password_reset_confirm.html"),
    ),
    (
        "accounts/profile.html",
        include_str!("../templates/accounts/profile.html"),
    ),
    (
        "accounts/register.html",
        include_str!("../templates/accounts/register.html"),
    ),
    (
        "admin/base.html",
        include_str!("../templates/admin/base.html"),
    ),
    (
        "admin/delete.html",
        include_str!("../templates/admin/delete.html"),
    ),
    (
        "admin/form.html",
        include_str!("../templates/admin/form.html"),
    ),
    (
        "admin/history.html",
        include_str!("../templates/admin/history.html"),
    ),
    (
        "admin/index.html",
        include_str!("../templates/admin/index.html"),
    ),
    (
        "admin/list.html",
        include_str!("../templates/admin/list.html"),
    ),
    (
        "admin/login.html",
        include_str!("../templates/admin/login.html"),
    ),
    (
        "admin/password.html",
        include_str!("../templates/admin/password.html"),
    ),
    (
        "forms/inputs.html",
        include_str!("../templates/forms/inputs.html"),
    ),
    (
        "notes/delete.html",
        include_str!("../templates/notes/delete.html"),
    ),
    (
        "notes/detail.html",
        include_str!("../templates/notes/detail.html"),
    ),
    (
        "notes/form.html",
        include_str!("../templates/notes/form.html"),
    ),
    (
        "notes/list.html",
        include_str!("../templates/notes/list.html"),
    ),
    ("base.html", include_str!("../templates/base.html")),
    ("board.html", include_str!("../templates/board.html")),
    ("index.html", include_str!("../templates/index.html")),
    ("problem.html", include_str!("../templates/problem.html")),
];

/// All templates. That their names end in `.html` makes minijinja escape each value.
pub fn environment() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_loader(|name| {
        let Some((_, built_in)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
            return Ok(None);
        };
        if !cfg!(debug_assertions) {
            return Ok(Some(TemplateSource::new(*built_in)));
        }
        // While developing: the file, and again when there is something else in it, so that an
        // edit shows at the next request.
        let file = Path::new(FOLDER).join(name);
        let read = move || fs::read_to_string(&file).unwrap_or(built_in.to_string());
        let text = read();
        let template = TemplateSource::new(&*text);
        Ok(Some(template.with_uptodate_check(move || read() == text)))
    });
    templates.add_function(
        "url",
        |name: &str, arguments: minijinja::value::Rest<String>| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            // A path is percent-encoded: there is nothing in it to escape.
            Value::from_safe_string(urls::reverse(name, &arguments))
        },
    );
    filters::add_to(&mut templates);
    templates
}
