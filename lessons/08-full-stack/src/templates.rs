//! Templates: pages with holes. Django: `django.template`.

use include_dir::{Dir, include_dir};
use minijinja::value::Rest;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, path_loader};

use crate::urls;

pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");

/// For where the folder is not: the program carries its templates with it.
static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// With `reload`, a template is read anew when its file has changed.
pub fn load(reload: bool) -> Environment<'static> {
    let mut environment = Environment::new();
    let folder = path_loader(FOLDER);
    environment.set_loader(move |name| {
        let built_in = || BUILT_IN.get_file(name)?.contents_utf8().map(Into::into);
        Ok(folder(name)?.or_else(built_in))
    });
    environment.set_auto_reload(reload);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.add_function("url", |name: &str, parts: Rest<Value>| {
        let parts: Vec<String> = parts.iter().map(Value::to_string).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let no_url = || Error::new(ErrorKind::InvalidOperation, format!("no url {name}"));
        // All that could mean something in HTML is percent-encoded already.
        let path = urls::try_reverse(name, &parts).map(Value::from_safe_string);
        path.ok_or_else(no_url)
    });
    environment
}
