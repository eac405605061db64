//! Templates, and what each of them can use. Django: `django.template`, context processors.

pub mod filters;

use std::fs;
use std::path::Path;

use minijinja::{Environment, TemplateSource, Value};

use crate::urls;

/// Where a debug build looks for templates: where this lesson was compiled.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");

// The templates as they were when the program was built: `BUILT_IN`, which `build.rs` makes of all that
// is in the folder.
include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// All templates. That their names end in `.html` makes minijinja escape each value.
pub fn environment() -> Environment<'static> {
    environment_of(Path::new(FOLDER))
}

/// The same with another folder for a debug build to look into: that of a test.
pub fn environment_of(folder: &Path) -> Environment<'static> {
    let folder = folder.to_path_buf();
    let mut templates = Environment::new();
    templates.set_loader(move |name| {
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        let built_in = built_in.map(|(_, text)| *text);
        if !cfg!(debug_assertions) {
            return Ok(built_in.map(TemplateSource::new));
        }
        // While developing: the file, and again when there is something else in it, so that an
        // edit shows at the next request, and a new file does. All names are ours: none comes from
        // a request.
        let file = folder.join(name);
        let read = move || {
            let edited = fs::read_to_string(&file).ok();
            edited.or(built_in.map(str::to_string))
        };
        let Some(text) = read() else {
            return Ok(None);
        };
        let template = TemplateSource::new(text.clone());
        Ok(Some(template.with_uptodate_check(move || {
            read().as_ref() == Some(&text)
        })))
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
