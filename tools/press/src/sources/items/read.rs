//! Reading the items of a file, from top to bottom.

use std::ops::Range;

use syn::{Attribute, ImplItem, Item as Syntax, ItemImpl, Path, TraitItem, Type, spanned::Spanned};

use super::{Item, Items};
use crate::sources::code::is_anchor;

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
            if is_anchor(above) {
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
