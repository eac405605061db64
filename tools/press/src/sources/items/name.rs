//! Finding the items that a marker names.

use std::ops::Range;

use syn::{ItemImpl, Path, PathArguments, Type};

use super::{Item, Items};

/// What can be named, as an error says it.
const KINDS: &str = "fn, struct, enum, trait, impl, const, static, type, macro or mod and a name, \
                     or head, or use";

impl Items {
    /// The lines of what a marker names: `fn index`, or `head`.
    ///
    /// # Errors
    ///
    /// A sentence that says what is there instead.
    pub(crate) fn find(&self, path: &str, name: &str) -> Result<Range<usize>, String> {
        match name {
            "head" if self.head.is_empty() => {
                Err(format!("{path} begins with an item: it has no head"))
            }
            "head" => Ok(self.head.clone()),
            "use" if self.uses.is_empty() => Err(format!(
                "there is no `use` and no `mod` at the beginning of {path}"
            )),
            "use" => Ok(self.uses.clone()),
            _ => {
                let wish = Wish::parse(name)?;
                self.one(path, name, &wish)
            }
        }
    }

    fn one(&self, path: &str, name: &str, wish: &Wish) -> Result<Range<usize>, String> {
        let matching = |matches: fn(&Self, &Wish, &Item) -> bool| -> Vec<&Item> {
            self.all
                .iter()
                .filter(|item| matches(self, wish, item))
                .collect()
        };
        let mut found = matching(Self::is_exactly);
        if found.is_empty() {
            found = matching(Self::is);
        }
        match found.as_slice() {
            [] => Err(self.missing(path, name, wish)),
            [one] => Ok(one.lines.clone()),
            [first, rest @ ..] => {
                // Two of one name next to each other: for Unix, say, and for other systems.
                let mut end = first.lines.end;
                let adjacent = rest.iter().all(|item| {
                    let same = item.full == first.full && self.gap_is_empty(end, item);
                    end = item.lines.end;
                    same
                });
                if adjacent {
                    return Ok(first.lines.start..end);
                }
                Err(ambiguous(path, name, &found))
            }
        }
    }

    /// Whether no other item is between this line and the item.
    fn gap_is_empty(&self, end: usize, item: &Item) -> bool {
        let gap = end..item.lines.start;
        !self
            .all
            .iter()
            .any(|other| gap.contains(&other.lines.start) && other.parent == item.parent)
    }

    fn is_exactly(&self, wish: &Wish, item: &Item) -> bool {
        match (&wish.header, &item.header) {
            (Some(wanted), Some(header)) => {
                let squeezed = |(of, for_type): &(Option<Path>, Type)| {
                    (of.as_ref().map(squeezed), squeezed(for_type))
                };
                item.kind == wish.kind && squeezed(wanted) == squeezed(header)
            }
            (None, None) => {
                let at_top = item.parent.is_none() && wish.owner.is_none();
                let in_owner = wish.owner.is_some()
                    && item.parent.is_some_and(|parent| {
                        let full = &self.all[parent].full;
                        Some(full.split_once(' ').map_or("", |(_, name)| name))
                            == wish.owner.as_deref()
                    });
                item.kind == wish.kind && item.name == wish.name && (at_top || in_owner)
            }
            _ => false,
        }
    }

    fn is(&self, wish: &Wish, item: &Item) -> bool {
        if item.kind != wish.kind {
            return false;
        }
        match (&wish.header, &item.header) {
            (Some(wanted), Some(header)) => header_matches(wanted, header),
            (None, None) if item.name == wish.name => match &wish.owner {
                Some(owner) => item
                    .parent
                    .is_some_and(|parent| self.is_called(parent, owner)),
                // A method needs its owner; what is in a module does not.
                None => item
                    .parent
                    .is_none_or(|parent| self.all[parent].kind == "mod"),
            },
            _ => false,
        }
    }

    /// Whether an owner, `App` in `fn App::route`, is this item.
    fn is_called(&self, owner: usize, name: &str) -> bool {
        let item = &self.all[owner];
        match &item.header {
            Some(header) => read_header(name).is_some_and(|wanted| {
                header_matches(&wanted, header)
                    || wanted.0.is_none() && type_matches(&wanted.1, &header.1)
            }),
            None => {
                item.name == name
                    || item
                        .full
                        .split_once(' ')
                        .is_some_and(|(_, full)| full == name)
            }
        }
    }

    fn missing(&self, path: &str, name: &str, wish: &Wish) -> String {
        let mut same_name: Vec<String> = self
            .all
            .iter()
            .filter(|item| !wish.name.is_empty() && item.name == wish.name)
            .map(|item| format!("`{}`", item.label))
            .collect();
        same_name.dedup();
        if !same_name.is_empty() {
            return format!("there is no `{name}` in {path}, but {}", list(&same_name));
        }
        let mut same_kind: Vec<String> = self
            .all
            .iter()
            .filter(|item| item.kind == wish.kind)
            .map(|item| format!("`{}`", item.label))
            .collect();
        same_kind.dedup();
        match same_kind.as_slice() {
            [] => format!("there is no `{name}` in {path}, and no other {}", wish.kind),
            some => format!("there is no `{name}` in {path}; there is {}", list(some)),
        }
    }
}

fn ambiguous(path: &str, name: &str, found: &[&Item]) -> String {
    let lines: Vec<String> = found
        .iter()
        .map(|item| format!("`{}` (line {})", item.full, item.lines.start + 1))
        .collect();
    let same = found.iter().all(|item| item.full == found[0].full);
    let how = if same {
        "show the one that is meant by an anchor"
    } else {
        "write which one is meant"
    };
    format!("`{name}` may be {} in {path}: {how}", list_or(&lines))
}

fn list(names: &[String]) -> String {
    joined(names, "and")
}

fn list_or(names: &[String]) -> String {
    joined(names, "or")
}

fn joined(names: &[String], word: &str) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        names => names.concat(),
    }
}

/// What a marker names.
struct Wish {
    kind: &'static str,
    name: String,
    /// What it is in: `App` in `fn App::route`.
    owner: Option<String>,
    header: Option<(Option<Path>, Type)>,
}

impl Wish {
    fn parse(text: &str) -> Result<Self, String> {
        let kinds = [
            "fn", "struct", "enum", "trait", "impl", "const", "static", "type", "macro", "mod",
        ];
        let unknown = || format!("`{text}` does not name an item: write {KINDS}");
        let (kind, name) = text
            .split_once(' ')
            .or_else(|| text.split_once('<'))
            .ok_or_else(unknown)?;
        let word = kind.split('<').next().unwrap_or(kind);
        let kind = *kinds
            .iter()
            .find(|known| **known == word)
            .ok_or_else(unknown)?;
        if kind == "impl" {
            let header = read_header(&text[kind.len()..]);
            return Ok(Self {
                kind,
                name: String::new(),
                owner: None,
                header: Some(header.ok_or_else(|| {
                    format!("`{text}` is not of the form `impl App` or `impl Handler for F`")
                })?),
            });
        }
        let (owner, name) = match name.rsplit_once("::") {
            Some((owner, name)) => (Some(owner.to_owned()), name),
            None => (None, name),
        };
        let (kind, name) = match (kind, name.strip_suffix('!')) {
            ("macro", Some(called)) => ("macro!", called),
            _ => (kind, name),
        };
        // `struct Page<T>` is `struct Page`.
        let name = name.split('<').next().unwrap_or(name);
        if syn::parse_str::<syn::Ident>(name).is_err() {
            return Err(unknown());
        }
        Ok(Self {
            kind,
            name: name.to_owned(),
            owner,
            header: None,
        })
    }
}

/// `App`, `Handler for F`, `<T> Handler for F`.
fn read_header(text: &str) -> Option<(Option<Path>, Type)> {
    let read: ItemImpl = syn::parse_str(&format!("impl {text} {{}}")).ok()?;
    Some((read.trait_.map(|(path, _)| path), *read.self_ty))
}

fn header_matches(wanted: &(Option<Path>, Type), header: &(Option<Path>, Type)) -> bool {
    let of = match (&wanted.0, &header.0) {
        (None, None) => true,
        (Some(wanted), Some(path)) => path_matches(wanted, path),
        _ => false,
    };
    of && type_matches(&wanted.1, &header.1)
}

/// Whether a type may be written so: by its last segment, generics and lifetimes left out.
fn type_matches(wanted: &Type, ty: &Type) -> bool {
    match (wanted, ty) {
        (Type::Path(wanted), Type::Path(ty)) => path_matches(&wanted.path, &ty.path),
        (Type::Reference(wanted), Type::Reference(ty)) => {
            let lifetime = wanted.lifetime.is_none() || wanted.lifetime == ty.lifetime;
            lifetime
                && squeezed(&wanted.mutability) == squeezed(&ty.mutability)
                && type_matches(&wanted.elem, &ty.elem)
        }
        _ => squeezed(wanted) == squeezed(ty),
    }
}

fn path_matches(wanted: &Path, path: &Path) -> bool {
    if wanted.segments.len() > path.segments.len() {
        return false;
    }
    let pairs = wanted.segments.iter().rev().zip(path.segments.iter().rev());
    pairs.into_iter().all(|(wanted, segment)| {
        let generics = matches!(wanted.arguments, PathArguments::None)
            || squeezed(&wanted.arguments) == squeezed(&segment.arguments);
        wanted.ident == segment.ident && generics
    })
}

/// The code without white space.
fn squeezed(code: &impl quote::ToTokens) -> String {
    let tokens = code.to_token_stream().to_string();
    tokens.split_whitespace().collect()
}
