//! Joins the modules of the folder `page` into one script.
//!
//! Every module becomes a function that is called once and returns what the module exports, so that each keeps a scope of its
//! own; an import becomes a constant taken from such a result.

use std::fmt::Write;

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        /// The modules in the order in which they need one another.
        const MODULES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../page/modules/", $name, ".js")))),*];
    };
}

modules![
    "numbers",
    "columns",
    "axis",
    "condition",
    "brush",
    "fragment",
    "elements",
    "painter",
    "scatter",
    "histogram",
    "sheet",
    "networks",
    "maps",
    "frames",
    "cursor",
    "curves",
    "main",
];

/// What a module's result is called in the joined script.
fn result(module: &str) -> String {
    format!("module_{module}")
}

/// The name that a line declares for other modules: of `export function found(...)` `found`.
fn exported(line: &str) -> Option<&str> {
    let declared = line.strip_prefix("export ")?;
    let declared = declared.strip_prefix("async ").unwrap_or(declared);
    let (_, name) = declared.split_once(' ')?;
    name.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
}

/// The names that a line imports, and from which module: of `import { a, b } from "./c.js";` `a, b` and `c`.
fn imported(line: &str) -> Option<(&str, &str)> {
    let (names, from) = line.strip_prefix("import { ")?.split_once(" } from \"./")?;
    Some((names, from.strip_suffix(".js\";")?))
}

/// A module without its types and comments, which say nothing to a browser.
fn bare(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find("/**") {
        let end = rest[start..]
            .find("*/")
            .map_or(rest.len(), |at| start + at + 2);
        out.push_str(&rest[..start]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let lines: Vec<&str> = out.lines().filter(says).collect();
    lines.join("\n")
}

/// The script of a page.
pub(crate) fn script() -> String {
    let mut out = String::from("\"use strict\";\n(() => {\n");
    for (module, source) in MODULES {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "const {} = (() => {{", result(module));
        let mut exports: Vec<String> = Vec::new();
        for line in bare(source).lines() {
            match (imported(line), exported(line)) {
                (Some((names, from)), _) => {
                    let _ = writeln!(out, "const {{ {names} }} = {};", result(from));
                }
                (None, Some(name)) => {
                    exports.push(name.to_owned());
                    let _ = writeln!(out, "{}", &line["export ".len()..]);
                }
                (None, None) => {
                    let _ = writeln!(out, "{line}");
                }
            }
        }
        let _ = writeln!(out, "return {{ {} }};\n}})();", exports.join(", "));
    }
    out.push_str("})();\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_import_is_an_export_of_an_earlier_module() {
        for (place, (module, source)) in MODULES.iter().enumerate() {
            for (names, from) in source.lines().filter_map(imported) {
                let earlier = MODULES[..place].iter().find(|(name, _)| *name == from);
                let (_, source) = earlier.unwrap_or_else(|| panic!("{module} imports {from}"));
                let exports: Vec<&str> = source.lines().filter_map(exported).collect();
                for name in names.split(", ") {
                    assert!(exports.contains(&name), "{module}: {from} has no {name}");
                }
            }
        }
    }

    #[test]
    fn nothing_of_a_module_is_left() {
        let joined = script();
        for line in joined.lines() {
            assert!(
                !line.starts_with("import ") && !line.starts_with("export "),
                "{line}"
            );
        }
        assert_eq!(joined.matches("= (() => {\n").count(), MODULES.len());
        // It stands inside an element of the page.
        assert!(!joined.contains("</script") && !joined.contains("<!--"));
    }

    #[test]
    fn every_module_is_joined() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page/modules");
        let files = std::fs::read_dir(folder).unwrap();
        assert_eq!(files.count(), MODULES.len());
    }

    #[test]
    fn nothing_refers_to_the_network() {
        let page = script() + super::super::STYLE;
        for word in [
            "http",
            "fetch(",
            "XMLHttpRequest",
            "import(",
            "WebSocket",
            "EventSource",
            "sendBeacon",
            "@import",
            "url(",
            "src=",
            "eval(",
        ] {
            assert!(!page.contains(word), "{word}");
        }
    }
}
