//! One direction inside each crate: which file names items of which, and no circle among them.
//!
//! The rule and its exceptions stand in `xtask/circles.toml`. An edge goes from a file to the file that defines what it names, in production code
//! alone; a re-export is followed to the definition, and a module that only declares or re-exports its children depends on none of them.

mod modules;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use serde::Deserialize;

use crate::command::root;
use modules::{Crate, Edges};

/// `xtask/circles.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CircleRule {
    /// Entries that a crate's `src/` may have.
    entries: usize,
    /// What each crate may still have; a crate that is not listed has no circle.
    #[serde(default)]
    crates: BTreeMap<String, Allowance>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowance {
    /// Edges that lie on circles.
    #[serde(default)]
    edges: usize,
    /// Entries of `src/`, where more than the rule's.
    entries: Option<usize>,
}

/// Holds every crate against `xtask/circles.toml`; `print` also lists the edges that lie on circles.
pub fn check(print: bool) -> Result<()> {
    let path = root().join("xtask/circles.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rule: CircleRule = toml::from_str(&text).with_context(|| path.display().to_string())?;
    let mut faults = Vec::new();
    for (name, source) in crates()? {
        let allowance = rule.crates.get(&name);
        let files = Crate::read(&source)?.edges();
        let circular = on_circles(&files);
        let allowed = allowance.map_or(0, |allowance| allowance.edges);
        if print {
            for (from, to) in &circular {
                println!("{name}: {from} -> {to}: {}", names_of(&files, from, to));
            }
        }
        eprintln!(
            "== {name}: {} files, {} edges, {} of them on circles (at most {allowed})",
            files.len(),
            files.values().map(BTreeMap::len).sum::<usize>(),
            circular.len()
        );
        if circular.len() > allowed {
            let example = circular.first().map_or_else(String::new, |(from, to)| {
                format!(", for instance {}", circle(&files, from, to).join(" -> "))
            });
            faults.push(format!(
                "{name} has {} edges on circles of files, at most {allowed} are allowed{example}; \
                 `cargo xtask circles` lists them",
                circular.len()
            ));
        } else if circular.len() < allowed {
            faults.push(format!(
                "{name} has {} edges on circles of files: write that into {} instead of {allowed}, so that none comes back",
                circular.len(),
                path.display()
            ));
        }
        let entries = entries(&source)?;
        let most = allowance
            .and_then(|allowance| allowance.entries)
            .unwrap_or(rule.entries);
        if entries > most {
            faults.push(format!(
                "{} has {entries} entries, at most {most} are allowed",
                source.display()
            ));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// Every crate of the workspace by name with its `src/`.
fn crates() -> Result<Vec<(String, std::path::PathBuf)>> {
    let mut found = vec![("xtask".to_owned(), root().join("xtask/src"))];
    for entry in fs::read_dir(root().join("crates"))? {
        let entry = entry?;
        found.push((
            entry.file_name().to_string_lossy().into_owned(),
            entry.path().join("src"),
        ));
    }
    found.sort();
    Ok(found)
}

/// Files and folders of a `src/`, where `stage.rs` beside a folder `stage/` is one entry.
fn entries(source: &Path) -> Result<usize> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(source)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.insert(name.strip_suffix(".rs").map(str::to_owned).unwrap_or(name));
    }
    Ok(names.len())
}

/// The edges whose ends are in one strongly connected component.
fn on_circles(files: &Edges) -> Vec<(&str, &str)> {
    let edges = files
        .iter()
        .flat_map(|(from, to)| to.keys().map(move |to| (from.as_str(), to.as_str())));
    let graph: DiGraphMap<&str, ()> = DiGraphMap::from_edges(edges.clone());
    let component: BTreeMap<&str, usize> = tarjan_scc(&graph)
        .into_iter()
        .enumerate()
        .flat_map(|(index, files)| files.into_iter().map(move |file| (file, index)))
        .collect();
    edges
        .filter(|(from, to)| component[from] == component[to])
        .collect()
}

/// A shortest circle through the edge.
fn circle(files: &Edges, from: &str, to: &str) -> Vec<String> {
    let mut paths = vec![vec![to.to_owned()]];
    let mut seen = BTreeSet::from([to.to_owned()]);
    while !paths.is_empty() {
        let mut longer = Vec::new();
        for path in paths {
            let last = &path[path.len() - 1];
            if last == from {
                return std::iter::once(from.to_owned()).chain(path).collect();
            }
            for next in files.get(last).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert(next.clone()) {
                    longer.push(path.iter().cloned().chain([next.clone()]).collect());
                }
            }
        }
        paths = longer;
    }
    vec![from.to_owned(), to.to_owned()]
}

fn names_of(files: &Edges, from: &str, to: &str) -> String {
    let names: Vec<&str> = files[from][to].iter().map(String::as_str).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = Crate::read(folder.path()).unwrap().edges();
        found
            .into_iter()
            .flat_map(|(from, to)| to.into_keys().map(move |to| (from.clone(), to)))
            .collect()
    }

    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn a_re_export_is_no_edge_and_leads_to_the_definition() {
        let found = edges(&[
            ("lib.rs", "mod a; mod b; pub use a::Thing;"),
            ("a.rs", "pub struct Thing;"),
            ("b.rs", "use crate::Thing; fn f(_: Thing) {}"),
        ]);
        assert_eq!(found, [pair("b.rs", "a.rs")]);
    }

    #[test]
    fn tests_comments_and_strings_are_no_edges_but_macros_are() {
        let found = edges(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            (
                "a.rs",
                "// crate::b::g()\n#[cfg(test)] mod tests { use crate::b::g; }\nfn f() -> &'static str { \"crate::b::g\" }",
            ),
            (
                "b.rs",
                "pub fn g() {} fn h() { println!(\"{}\", crate::c::NUMBER); }",
            ),
            (
                "c.rs",
                "pub const NUMBER: u8 = 1; fn i() { super::a::f(); } macro_rules! m { () => { $crate::a::f() } }",
            ),
        ]);
        assert_eq!(found, [pair("b.rs", "c.rs"), pair("c.rs", "a.rs")]);
    }

    #[test]
    fn a_registry_that_names_its_entries_depends_on_them() {
        let found = edges(&[
            ("lib.rs", "mod rules;"),
            (
                "rules/mod.rs",
                "mod one; pub struct Rule(fn()); pub static ALL: &[&Rule] = &[&one::RULE];",
            ),
            (
                "rules/one.rs",
                "use super::Rule; pub static RULE: Rule = Rule(go); fn go() {}",
            ),
        ]);
        assert_eq!(
            found,
            [
                pair("rules/mod.rs", "rules/one.rs"),
                pair("rules/one.rs", "rules/mod.rs")
            ]
        );
    }

    #[test]
    fn files_that_macros_declare_are_read_and_those_of_tests_are_not() {
        let found = edges(&[
            (
                "lib.rs",
                "macro_rules! m { ($name:ident) => { mod $name; } } m!(a); mod b;",
            ),
            ("a.rs", "use crate::b::B; #[cfg(test)] mod tests;"),
            ("a/tests.rs", "use crate::c::C;"),
            ("b.rs", "pub struct B;"),
        ]);
        assert_eq!(found, [pair("a.rs", "b.rs"), pair("lib.rs", "a.rs")]);
    }

    #[test]
    fn a_circle_is_found_and_shown() {
        let mut files = Edges::new();
        for (from, to) in [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")] {
            files
                .entry(from.into())
                .or_default()
                .entry(to.into())
                .or_default()
                .insert("x".into());
        }
        assert_eq!(on_circles(&files), [("a", "b"), ("b", "c"), ("c", "a")]);
        assert_eq!(circle(&files, "a", "b"), ["a", "b", "c", "a"]);
    }
}
