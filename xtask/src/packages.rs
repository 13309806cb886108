//! Checks every package that is built in against `deny.toml`: its licence, its source, and its version requirements.
//!
//! The checks `licenses`, `sources` and wildcards of `cargo deny`, which the workflow runs whole; building that tool takes
//! longer than all of this.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::command::{cargo, output, root};

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What of `deny.toml` is held here.
#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// None of a package of this workspace.
    source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    req: String,
    path: Option<String>,
}

/// Refuses packages that `deny.toml` does not allow.
pub fn check() -> Result<()> {
    let path = root().join("deny.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let deny: Deny = toml::from_str(&text).context("deny.toml")?;
    let mut metadata = cargo([
        "metadata",
        "--all-features",
        "--format-version",
        "1",
        "--locked",
    ]);
    let metadata: Metadata = serde_json::from_str(&output(&mut metadata)?)?;
    let faults = faults(&deny, &metadata);
    if !faults.is_empty() {
        bail!("deny.toml does not allow:\n{}", faults.join("\n"));
    }
    let count = metadata.packages.len();
    eprintln!("== licences and sources: {count} packages, as deny.toml allows");
    Ok(())
}

fn faults(deny: &Deny, metadata: &Metadata) -> Vec<String> {
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let mut fault = |what: String| {
            faults.push(format!("{} {}: {what}", package.name, package.version));
        };
        match package.license.as_deref() {
            None => fault("it names no licence".to_owned()),
            Some(license) if !is_allowed(license, &deny.licenses.allow) => {
                fault(format!("its licence is {license}"));
            }
            Some(_) => {}
        }
        if let Some(source) = package.source.as_deref()
            && source != REGISTRY
        {
            fault(format!("it comes from {source}"));
        }
        let any = |dependency: &&Dependency| dependency.req == "*" && dependency.path.is_none();
        for dependency in package.dependencies.iter().filter(any) {
            fault(format!("it takes any version of {}", dependency.name));
        }
    }
    faults
}

/// Whether a licence expression can be met by these licences.
fn is_allowed(license: &str, allowed: &BTreeSet<String>) -> bool {
    Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| allowed.contains(&requirement.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_that_are_not_allowed_are_named() {
        let allow = ["MIT", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"];
        let deny = Deny {
            licenses: Licenses {
                allow: allow.map(str::to_owned).into(),
            },
        };
        let package = |license: &str, source: &str, req: &str| Package {
            name: "some".to_owned(),
            version: "1.0.0".to_owned(),
            license: (!license.is_empty()).then(|| license.to_owned()),
            source: Some(source.to_owned()),
            dependencies: vec![Dependency {
                name: "other".to_owned(),
                req: req.to_owned(),
                path: None,
            }],
        };
        for (package, expected) in [
            (package("Apache-2.0/MIT", REGISTRY, "^1"), ""),
            (
                package("Apache-2.0 WITH LLVM-exception", REGISTRY, "^1"),
                "",
            ),
            (
                package("(MIT OR GPL-3.0) AND Unicode-3.0", REGISTRY, "^1"),
                "",
            ),
            (
                package("MIT AND GPL-3.0", REGISTRY, "^1"),
                "its licence is MIT AND GPL-3.0",
            ),
            (
                package("Apache-2.0", REGISTRY, "^1"),
                "its licence is Apache-2.0",
            ),
            (package("", REGISTRY, "^1"), "it names no licence"),
            (
                package("MIT", "git+https://example.org/some", "^1"),
                "it comes from git+https://example.org/some",
            ),
            (
                package("MIT", REGISTRY, "*"),
                "it takes any version of other",
            ),
        ] {
            let metadata = Metadata {
                packages: vec![package],
            };
            let found = faults(&deny, &metadata).join("\n");
            let found = found.strip_prefix("some 1.0.0: ").unwrap_or(&found);
            assert_eq!(found, expected);
        }
    }
}
