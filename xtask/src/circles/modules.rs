//! The modules of a crate, each with its file, what it defines and what it names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use syn::Item;

use super::names::{Names, attributes, is_for_tests, text};

/// Edges of files: from, to, and the names that are used.
pub type Edges = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Where a module stands: the names from the crate's root.
type Place = Vec<String>;

struct Module {
    /// Relative to `src/`.
    file: String,
    defined: BTreeSet<String>,
    names: Names,
}

/// A crate's modules.
pub struct Crate {
    source: PathBuf,
    modules: BTreeMap<Place, Module>,
    /// Modules of tests, without the end of their files.
    tests: BTreeSet<String>,
}

impl Crate {
    /// Reads the production code under `source`, a `src/` with `lib.rs` or `main.rs`.
    pub fn read(source: &Path) -> Result<Self> {
        let mut found = Self {
            source: source.to_owned(),
            modules: BTreeMap::new(),
            tests: BTreeSet::new(),
        };
        let root = if source.join("lib.rs").exists() {
            "lib.rs"
        } else {
            "main.rs"
        };
        found.read_file(Vec::new(), root)?;
        found.read_unseen("")?;
        Ok(found)
    }

    /// Reads the files that macros declare, which no `mod` shows.
    fn read_unseen(&mut self, folder: &str) -> Result<()> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.source.join(folder))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        // Files first: they say which folders are those of tests.
        names.sort_by_key(|name| (!name.ends_with(".rs"), name.clone()));
        for name in names {
            let path = match folder {
                "" => name,
                folder => format!("{folder}/{name}"),
            };
            let module = path.trim_end_matches(".rs");
            if self.tests.contains(module) {
                continue;
            }
            if self.source.join(&path).is_dir() {
                self.read_unseen(&path)?;
            } else if module != path && !self.modules.values().any(|known| known.file == path) {
                let place = module.split('/').map(str::to_owned).collect();
                self.read_file(place, &path)?;
            }
        }
        Ok(())
    }

    fn read_file(&mut self, place: Place, file: &str) -> Result<()> {
        let path = self.source.join(file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| path.display().to_string())?;
        let folder = match file
            .rsplit_once('/')
            .map_or(("", file), |(folder, name)| (folder, name))
        {
            (folder, "lib.rs" | "main.rs" | "mod.rs") => folder.to_owned(),
            _ => file.trim_end_matches(".rs").to_owned(),
        };
        self.read_items(place, file, &folder, &parsed.items)
    }

    /// `folder` is where the files of the modules that are declared here lie.
    fn read_items(&mut self, place: Place, file: &str, folder: &str, items: &[Item]) -> Result<()> {
        for item in items {
            let Item::Mod(module) = item else { continue };
            // A file of another package.
            if (module.attrs.iter()).any(|attribute| attribute.path().is_ident("path")) {
                continue;
            }
            let name = text(&module.ident);
            let inner = [place.as_slice(), std::slice::from_ref(&name)].concat();
            let beside = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            if is_for_tests(&module.attrs) {
                self.tests.insert(beside);
                continue;
            }
            if let Some((_, items)) = &module.content {
                self.read_items(inner, file, &beside, items)?;
            } else if self.source.join(format!("{beside}.rs")).exists() {
                self.read_file(inner, &format!("{beside}.rs"))?;
            } else {
                self.read_file(inner, &format!("{beside}/mod.rs"))?;
            }
        }
        let defined = items
            .iter()
            .filter(|item| !is_for_tests(attributes(item)))
            .filter_map(defined)
            .collect();
        let names = Names::of(items);
        self.modules.insert(
            place,
            Module {
                file: file.to_owned(),
                defined,
                names,
            },
        );
        Ok(())
    }

    /// Which file names what of which other file.
    pub fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (place, module) in &self.modules {
            edges.entry(module.file.clone()).or_default();
            let mut put = |path: &[String]| {
                if let Some(target) = self.definer(place, path, 0)
                    && target != module.file
                {
                    let name = path.last().cloned().unwrap_or_default();
                    edges
                        .entry(module.file.clone())
                        .or_default()
                        .entry(target.to_owned())
                        .or_default()
                        .insert(name);
                }
            };
            let imported: BTreeMap<&str, &[String]> = module
                .names
                .imports
                .iter()
                .map(|import| (import.alias.as_str(), import.path.as_slice()))
                .collect();
            for import in &module.names.imports {
                // What is handed on, and a module's name, count where they are used.
                if !import.handed_on && !self.is_module(place, &import.path) {
                    put(&import.path);
                }
            }
            for path in &module.names.paths {
                match imported.get(path[0].as_str()) {
                    Some(start) => put(&[start, &path[1..]].concat()),
                    None => put(path),
                }
            }
        }
        edges
    }

    /// The file that defines what `path` means at `place`; none where it is of another crate or a local name.
    fn definer(&self, place: &[String], path: &[String], depth: usize) -> Option<&str> {
        let (mut place, mut rest) = self.start(place, path)?;
        while let Some(name) = rest.first() {
            let inner = [place.as_slice(), std::slice::from_ref(name)].concat();
            if self.modules.contains_key(&inner) {
                place = inner;
                rest = &rest[1..];
                continue;
            }
            let module = &self.modules[&place];
            if depth < 16 && !module.defined.contains(name) {
                for import in &module.names.imports {
                    if import.alias == *name {
                        let path = [import.path.as_slice(), &rest[1..]].concat();
                        return self.definer(&place, &path, depth + 1);
                    }
                }
                for import in module
                    .names
                    .imports
                    .iter()
                    .filter(|import| import.alias == "*")
                {
                    let path = [&import.path[..import.path.len() - 1], rest].concat();
                    if let Some(file) = self.definer(&place, &path, depth + 1)
                        && file != module.file
                    {
                        return Some(file);
                    }
                }
            }
            return Some(&module.file);
        }
        self.modules.get(&place).map(|module| module.file.as_str())
    }

    /// The module that the first words of a path lead to, and what is left of it.
    fn start<'p>(&self, place: &[String], path: &'p [String]) -> Option<(Place, &'p [String])> {
        let mut place = place.to_vec();
        let mut rest = path;
        match rest.first()?.as_str() {
            "crate" => {
                place.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|name| name == "super") {
                    place.pop()?;
                    rest = &rest[1..];
                }
            }
            name => {
                let inner = [place.as_slice(), &[name.to_owned()]].concat();
                if !self.modules.contains_key(&inner) {
                    return None;
                }
            }
        }
        self.modules.contains_key(&place).then_some((place, rest))
    }

    fn is_module(&self, place: &[String], path: &[String]) -> bool {
        self.start(place, path).is_some_and(|(place, rest)| {
            self.modules
                .contains_key(&[place.as_slice(), rest].concat())
        })
    }
}

/// The name that an item defines.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(text(name))
}
