//! `cargo xtask ci`: everything that a change must pass, cheapest first.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::circles;
use crate::command::{cargo, output, root, run};
use crate::experiments;
use crate::packages;

/// Runs every check; the first that fails ends the task.
pub fn all() -> Result<()> {
    run("format", &mut cargo(["fmt", "--all", "--check"]))?;
    declared_by_macros()?;
    dependencies("mlp-core")?;
    // It names no file format's crate.
    dependencies("mlp-train")?;
    packages::check()?;
    circles::check(false)?;
    run(
        "clippy",
        &mut cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    // As WebAssembly takes it.
    run(
        "mlp-train without threads",
        &mut cargo([
            "check",
            "-p",
            "mlp-train",
            "--no-default-features",
            "--lib",
            "--locked",
        ]),
    )?;
    let features = ["--features", "mlp-core/serde"];
    let tests = ["test", "--workspace", "--locked"];
    run("tests", cargo(tests).args(features))?;
    run(
        "docs",
        cargo(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    examples()?;
    experiments::all(&experiments::Arguments::quick())?;
    Ok(())
}

/// Files that a macro declares, which `cargo fmt` does not find.
fn declared_by_macros() -> Result<()> {
    let folder = root().join("crates/mlp-kernels/src/activation");
    let mut files = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort_unstable();
    let mut rustfmt = Command::new("rustfmt");
    run(
        "format of activations",
        rustfmt.args(["--edition", "2024", "--check"]).args(files),
    )
}

/// Holds the packages that a crate pulls in against its checked-in list.
fn dependencies(name: &str) -> Result<()> {
    let tree = output(&mut cargo([
        "tree", "-p", name, "-e", "normal", "--prefix", "none", "--format", "{p}", "--locked",
    ]))?;
    let found: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let path = root().join("crates").join(name).join("dependencies.txt");
    let list =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let allowed: BTreeSet<&str> = list
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if found != allowed {
        let added: Vec<_> = found.difference(&allowed).collect();
        let gone: Vec<_> = allowed.difference(&found).collect();
        bail!(
            "{name}'s dependencies differ from {}: added {added:?}, gone {gone:?}",
            path.display()
        );
    }
    eprintln!(
        "== {name}'s dependencies: {} packages, as listed",
        found.len()
    );
    Ok(())
}

/// Runs every example; each asserts its headline number.
fn examples() -> Result<()> {
    examples_of("mlp-first", "examples/first")?;
    examples_of("mlp-examples", "examples")
}

/// Runs the examples of a package, which are the files of its folder.
fn examples_of(package: &str, folder: &str) -> Result<()> {
    let mut names: Vec<String> = fs::read_dir(root().join(folder))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "lib")
        .collect();
    names.sort();
    for name in &names {
        run(
            &format!("example {name}"),
            &mut cargo([
                "run",
                "--quiet",
                "--locked",
                "-p",
                package,
                "--example",
                name,
            ]),
        )?;
    }
    Ok(())
}
