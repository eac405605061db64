//! The items of a Rust file: their names, as markers write them, and their lines.

use std::ops::Range;

use syn::{
    Attribute, ImplItem, Item as Syntax, ItemImpl, Path, PathArguments, TraitItem, Type,
    spanned::Spanned,
};

/// What can be named, as an error says it.
const KINDS: &str = "fn, struct, enum, trait, impl, const, static, type, macro or mod and a name, \
                     or head, or use";

/// A Rust file, taken apart.
pub struct Items {
    /// From top to bottom; what is inside of an item follows it.
    pub all: Vec<Item>,
    /// The lines before the first item that is not `use`, `mod` or `extern crate`.
    pub head: Range<usize>,
    /// The lines from the first of those to the last, within the head.
    pub uses: Range<usize>,
}

/// An item of a Rust file, or of an `impl`, a trait or a module in it.
pub struct Item {
    /// The word that it begins with: `fn`; `macro!` for what calls a macro.
    kind: &'static str,
    /// Its own name; empty for an `impl`.
    name: String,
    /// What a marker calls it: `fn App::route`, `impl Handler for F`.
    pub label: String,
    /// The same with all that tells it from others.
    pub full: String,
    /// Its lines, docs and attributes and the comment right above included. The first is 0.
    pub lines: Range<usize>,
    /// What it is in, as an index.
    pub parent: Option<usize>,
    /// For an `impl`: the trait, and for which type.
    header: Option<(Option<Path>, Type)>,
}

impl Items {
    /// Takes a file apart.
    ///
    /// # Errors
    ///
    /// A sentence, when the file is not Rust.
    pub fn parse(path: &str, text: &str) -> Result<Self, String> {
        let file = syn::parse_file(text).map_err(|error| {
            let line = error.span().start().line;
            format!("{path}:{line} cannot be read as Rust: {error}")
        })?;
        let lines: Vec<&str> = text.lines().collect();
        let mut reader = Reader {
            lines: &lines,
            above: end_of(&file.attrs),
            all: Vec::new(),
        };
        let declarations = file.items.iter().take_while(|item| is_declaration(item));
        let uses: Vec<Range<usize>> = declarations.map(|item| reader.lines(item)).collect();
        let first = file.items.iter().position(|item| !is_declaration(item));
        let head_end = match first {
            // The declarations are no items of their own, but for modules.
            Some(first) => {
                let above = uses.last().map_or(end_of(&file.attrs), |last| last.end);
                reader.above = above;
                reader.lines(&file.items[first]).start
            }
            None => lines.len(),
        };
        reader.above = end_of(&file.attrs);
        for item in file.items {
            reader.item(item, None);
        }
        let uses = match (uses.first(), uses.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        };
        Ok(Self {
            all: reader.all,
            head: 0..head_end,
            uses,
        })
    }

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

    /// The innermost item that these lines are a part of.
    pub(crate) fn around(&self, lines: &Range<usize>) -> Option<usize> {
        let contains = |item: &Item| {
            let around = &item.lines;
            around.start <= lines.start && lines.end <= around.end && around.len() > lines.len()
        };
        self.all.iter().rposition(contains)
    }

    /// Whether these lines are one or more whole items of the file or of another item.
    pub(crate) fn is_whole(&self, lines: &Range<usize>, parent: Option<usize>) -> bool {
        let mut inside = self.all.iter().filter(|item| item.parent == parent);
        inside.clone().any(|item| item.lines.start == lines.start)
            && inside.any(|item| item.lines.end == lines.end)
    }

    /// The next item above these lines, in the file or in another item, that `counts`.
    pub(crate) fn above(
        &self,
        lines: &Range<usize>,
        parent: Option<usize>,
        counts: impl Fn(&Range<usize>) -> bool,
    ) -> Option<usize> {
        self.all.iter().rposition(|item| {
            let is_above = item.parent == parent && item.lines.end <= lines.start;
            is_above && !self.is_in_head(item) && counts(&item.lines)
        })
    }

    /// The next item below these lines that `counts`.
    pub(crate) fn below(
        &self,
        lines: &Range<usize>,
        parent: Option<usize>,
        counts: impl Fn(&Range<usize>) -> bool,
    ) -> Option<usize> {
        self.all.iter().position(|item| {
            let is_below = item.parent == parent && lines.end <= item.lines.start;
            is_below && !self.is_in_head(item) && counts(&item.lines)
        })
    }

    /// A module that is declared there.
    pub fn is_in_head(&self, item: &Item) -> bool {
        item.lines.end <= self.head.end
    }

    /// What an item is called, so that it is no other.
    pub fn label(&self, number: usize) -> String {
        let item = &self.all[number];
        let is_other = |other: &Item| other.label == item.label && other.full != item.full;
        if self.all.iter().any(is_other) {
            item.full.clone()
        } else {
            item.label.clone()
        }
    }

    /// What an item is called inside of another.
    pub fn short_label(&self, number: usize) -> String {
        let item = &self.all[number];
        if item.header.is_some() {
            self.label(number)
        } else {
            match item.kind {
                "macro!" => format!("macro {}!", item.name),
                kind => format!("{kind} {}", item.name),
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

    /// Whether no other item stands between this line and the item.
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
        let unknown = || format!("`{text}` names no item: write {KINDS}");
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

/// The code as the file has it, on one line.
fn written(code: &impl Spanned) -> String {
    let text = code.span().source_text().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_generics(path: &Path) -> String {
    path.segments
        .last()
        .map_or_else(String::new, |last| last.ident.to_string())
}

fn short(ty: &Type) -> String {
    match ty {
        Type::Path(path) => without_generics(&path.path),
        Type::Reference(reference) if reference.mutability.is_none() => {
            format!("&{}", short(&reference.elem))
        }
        _ => written(ty),
    }
}

/// Reads the items from top to bottom.
struct Reader<'a> {
    lines: &'a [&'a str],
    /// The line below the item above.
    above: usize,
    all: Vec<Item>,
}

impl Reader<'_> {
    /// The lines of an item: with the comment right above it.
    fn lines(&mut self, item: &impl Spanned) -> Range<usize> {
        let span = item.span();
        let mut start = span.start().line - 1;
        let mut line = start;
        while line > self.above {
            let above = self.lines[line - 1].trim();
            let is_comment = above.starts_with("//") && !above.starts_with("//!");
            if super::code::is_anchor(above) {
                line -= 1;
            } else if is_comment {
                line -= 1;
                start = line;
            } else if above.ends_with("*/")
                && let Some(begin) = (self.above..line)
                    .rev()
                    .find(|&n| self.lines[n].trim().starts_with("/*"))
            {
                line = begin;
                start = begin;
            } else {
                break;
            }
        }
        let end = span.end().line;
        self.above = end;
        start..end
    }

    fn item(&mut self, item: Syntax, parent: Option<usize>) {
        let lines = self.lines(&item);
        let item = match item {
            Syntax::Impl(item) => return self.implementation(item, lines, parent),
            item => item,
        };
        let (kind, name) = match &item {
            Syntax::Const(item) => ("const", item.ident.to_string()),
            Syntax::Enum(item) => ("enum", item.ident.to_string()),
            Syntax::Fn(item) => ("fn", item.sig.ident.to_string()),
            Syntax::Macro(item) => match &item.ident {
                Some(name) => ("macro", name.to_string()),
                None => ("macro!", without_generics(&item.mac.path)),
            },
            Syntax::Mod(item) => ("mod", item.ident.to_string()),
            Syntax::Static(item) => ("static", item.ident.to_string()),
            Syntax::Struct(item) => ("struct", item.ident.to_string()),
            Syntax::Trait(item) => ("trait", item.ident.to_string()),
            Syntax::Type(item) => ("type", item.ident.to_string()),
            _ => return,
        };
        let owner = parent.map(|parent| self.all[parent].full.clone());
        let owner = owner
            .as_deref()
            .and_then(|owner| owner.strip_prefix("mod "));
        let written = match owner {
            Some(owner) => format!("{owner}::{name}"),
            None => name.clone(),
        };
        let label = match kind {
            "macro!" => format!("macro {written}!"),
            kind => format!("{kind} {written}"),
        };
        let end = lines.end;
        let index = self.add(kind, name, (label.clone(), label), lines, parent);
        match item {
            Syntax::Mod(item) => {
                if let Some((brace, items)) = item.content {
                    self.above = brace.span.open().end().line;
                    for item in items {
                        self.item(item, Some(index));
                    }
                }
            }
            Syntax::Trait(item) => {
                self.above = item.brace_token.span.open().end().line;
                for inner in &item.items {
                    let (kind, name) = match inner {
                        TraitItem::Const(inner) => ("const", &inner.ident),
                        TraitItem::Fn(inner) => ("fn", &inner.sig.ident),
                        TraitItem::Type(inner) => ("type", &inner.ident),
                        _ => continue,
                    };
                    let lines = self.lines(inner);
                    let label = format!("{kind} {written}::{name}");
                    let labels = (label.clone(), label);
                    self.add(kind, name.to_string(), labels, lines, Some(index));
                }
            }
            _ => {}
        }
        self.above = end;
    }

    fn implementation(&mut self, item: ItemImpl, lines: Range<usize>, parent: Option<usize>) {
        let of = item.trait_.map(|(path, _)| path);
        let owner = short(&item.self_ty);
        let (label, full) = match &of {
            Some(of) => (
                format!("{} for {owner}", without_generics(of)),
                format!("{} for {}", written(of), written(&item.self_ty)),
            ),
            None => (owner.clone(), written(&item.self_ty)),
        };
        let end = lines.end;
        let labels = (format!("impl {label}"), format!("impl {full}"));
        let index = self.add("impl", String::new(), labels, lines, parent);
        self.above = item.brace_token.span.open().end().line;
        for inner in &item.items {
            let (kind, name) = match inner {
                ImplItem::Const(inner) => ("const", &inner.ident),
                ImplItem::Fn(inner) => ("fn", &inner.sig.ident),
                ImplItem::Type(inner) => ("type", &inner.ident),
                _ => continue,
            };
            let lines = self.lines(inner);
            let labels = (
                format!("{kind} {owner}::{name}"),
                format!("{kind} {full}::{name}"),
            );
            self.add(kind, name.to_string(), labels, lines, Some(index));
        }
        self.all[index].header = Some((of, *item.self_ty));
        self.above = end;
    }

    fn add(
        &mut self,
        kind: &'static str,
        name: String,
        (label, full): (String, String),
        lines: Range<usize>,
        parent: Option<usize>,
    ) -> usize {
        self.all.push(Item {
            kind,
            name,
            label,
            full,
            lines,
            parent,
            header: None,
        });
        self.all.len() - 1
    }
}

/// The line below the inner attributes and the `//!` of a file.
fn end_of(attributes: &[Attribute]) -> usize {
    let ends = attributes
        .iter()
        .map(|attribute| attribute.span().end().line);
    ends.max().unwrap_or(0)
}

/// Whether it belongs to the head of a file.
fn is_declaration(item: &Syntax) -> bool {
    match item {
        Syntax::Use(_) | Syntax::ExternCrate(_) => true,
        Syntax::Mod(item) => item.content.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
//! A file.

mod a;

use b::C;

// Of E.
enum E {}

impl From<A> for E {
    fn from(_: A) -> Self {}
}

impl From<B> for E {
    // Why.
    fn from(_: B) -> Self {}

    fn other() {}
}
";

    fn items() -> Items {
        Items::parse("a.rs", FILE).expect("it is Rust")
    }

    fn number(full: &str) -> usize {
        let items = items();
        let found = items.all.iter().position(|item| item.full == full);
        found.unwrap_or_else(|| panic!("there is no {full}"))
    }

    #[test]
    fn the_head_ends_above_the_comment_of_the_first_item() {
        let items = items();
        assert_eq!(items.head, 0..6);
        assert_eq!(items.uses, 2..5);
        assert!(items.is_in_head(&items.all[number("mod a")]));
        assert_eq!(items.all[number("enum E")].lines, 6..8);
    }

    #[test]
    fn a_label_is_as_long_as_it_must_be() {
        let items = items();
        assert_eq!(items.label(number("enum E")), "enum E");
        let second = number("impl From<B> for E");
        assert_eq!(items.label(second), "impl From<B> for E");
        let from = number("fn From<B> for E::from");
        assert_eq!(items.label(from), "fn From<B> for E::from");
        assert_eq!(items.short_label(from), "fn from");
        assert_eq!(
            items.label(number("fn From<B> for E::other")),
            "fn E::other"
        );
    }

    #[test]
    fn the_items_around_lines_are_found() {
        let items = items();
        let second = number("impl From<B> for E");
        let other = items.all[number("fn From<B> for E::other")].lines.clone();
        assert_eq!(items.around(&other), Some(second));
        assert!(items.is_whole(&other, Some(second)));
        assert_eq!(
            items.above(&other, Some(second), |_| true),
            Some(number("fn From<B> for E::from"))
        );
        assert_eq!(items.around(&items.all[second].lines), None);
        let first = items.all[number("enum E")].lines.clone();
        assert_eq!(
            items.above(&first, None, |_| true),
            None,
            "a module of the head does not count"
        );
        assert_eq!(
            items.below(&first, None, |_| true),
            Some(number("impl From<A> for E"))
        );
    }
}
