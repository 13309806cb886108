//! What a file names: its imports, and the paths in its code.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// One name that a `use` brings in.
pub struct Import {
    /// The whole path; `*` at the end for all names of a module.
    pub path: Vec<String>,
    /// What it is called here.
    pub alias: String,
    /// Whether it is handed on, by any `pub`.
    pub handed_on: bool,
}

/// What one module names.
#[derive(Default)]
pub struct Names {
    pub imports: Vec<Import>,
    /// Paths of the code, those of one segment too.
    pub paths: BTreeSet<Vec<String>>,
}

impl Names {
    /// Of the items of one module, the modules inside it apart.
    pub fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        for item in items {
            if !matches!(item, Item::Mod(_)) {
                names.visit_item(item);
            }
        }
        names
    }

    fn import(&mut self, prefix: &[String], tree: &UseTree, handed_on: bool) {
        let with = |name: &syn::Ident| [prefix, &[text(name)]].concat();
        match tree {
            UseTree::Path(path) => self.import(&with(&path.ident), &path.tree, handed_on),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(prefix, tree, handed_on);
                }
            }
            UseTree::Name(name) if name.ident == "self" => {
                self.put(
                    prefix.to_vec(),
                    prefix.last().cloned().unwrap_or_default(),
                    handed_on,
                );
            }
            UseTree::Name(name) => self.put(with(&name.ident), text(&name.ident), handed_on),
            UseTree::Rename(rename) if rename.ident == "self" => {
                self.put(prefix.to_vec(), text(&rename.rename), handed_on);
            }
            UseTree::Rename(rename) => {
                self.put(with(&rename.ident), text(&rename.rename), handed_on);
            }
            UseTree::Glob(_) => self.put(
                [prefix, &["*".to_owned()]].concat(),
                "*".to_owned(),
                handed_on,
            ),
        }
    }

    fn put(&mut self, path: Vec<String>, alias: String, handed_on: bool) {
        self.imports.push(Import {
            path,
            alias,
            handed_on,
        });
    }

    /// Every `a::b::c` among the tokens of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.end(&mut path);
                    colons = 0;
                }
                TokenTree::Group(group) => {
                    self.end(&mut path);
                    colons = 0;
                    self.tokens(group.stream());
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            self.paths.insert(std::mem::take(path));
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let handed_on = !matches!(item.vis, Visibility::Inherited);
        self.import(&[], &item.tree, handed_on);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.insert(
            path.segments
                .iter()
                .map(|segment| text(&segment.ident))
                .collect(),
        );
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    // `pub(in crate::a)` names no item.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// Whether the attributes leave an item to tests.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string().replace(' ', "");
                condition == "test" || condition.starts_with("all(test,")
            })
    })
}

/// The attributes of an item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// An identifier without `r#`.
pub fn text(name: &syn::Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}
