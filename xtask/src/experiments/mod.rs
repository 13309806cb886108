//! `cargo xtask experiments`: published results that a correct laboratory reproduces, from the
//! experiment files in `experiments/`. To add one: a file here and a line of the registry.

mod balance;
mod chebyshev;
mod deep_linear;
mod findings;
mod laboratory;
mod least_squares;
mod norm_growth;
mod suite;
mod xor;

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};

pub use self::findings::all as findings;
use self::laboratory::{Laboratory, Variant};
use self::suite::Suite;
use crate::command::root;

/// Options of `cargo xtask experiments`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Quick variants for every change, or the published sizes.
    #[arg(long, value_enum, default_value_t = Variant::Quick)]
    suite: Variant,
    /// Only these: A1,A3.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Write the table and the figures to docs/experiments.md and docs/experiments.
    #[arg(long)]
    write: bool,
}

impl Arguments {
    /// Every suite in its quick variant.
    pub fn quick() -> Self {
        Self {
            suite: Variant::Quick,
            only: Vec::new(),
            write: false,
        }
    }
}

/// Every suite, one line each.
const SUITES: &[Suite] = &[
    balance::SUITE,
    least_squares::SUITE,
    deep_linear::SUITE,
    norm_growth::SUITE,
    xor::SUITE,
    chebyshev::SUITE,
];

/// Runs the suites, prints the table, and fails where a row is outside its band.
pub fn all(arguments: &Arguments) -> Result<()> {
    if arguments.write && (arguments.suite != Variant::Full || !arguments.only.is_empty()) {
        bail!("--write is for the whole of --suite full");
    }
    let laboratory = Laboratory {
        variant: arguments.suite,
        folder: root().join("target/experiments"),
    };
    let only = |suite: &&Suite| {
        let mut named = arguments.only.iter();
        arguments.only.is_empty() || named.any(|id| id.eq_ignore_ascii_case(suite.id))
    };
    for id in &arguments.only {
        if !SUITES.iter().any(|suite| id.eq_ignore_ascii_case(suite.id)) {
            let known: Vec<&str> = SUITES.iter().map(|suite| suite.id).collect();
            bail!(
                "there is no experiment {id}; there are {}",
                known.join(", ")
            );
        }
    }
    let mut table = String::from("| id | what | published | ours | |\n|---|---|---|---|---|\n");
    let mut outside = Vec::new();
    for suite in SUITES.iter().filter(only) {
        eprintln!("== {}: {}", suite.id, suite.title);
        for row in (suite.run)(&laboratory)? {
            let verdict = if row.holds { "pass" } else { "FAIL" };
            if !row.holds {
                outside.push(format!("{} {}", suite.id, row.what));
            }
            writeln!(
                table,
                "| {} | {} | {} | {} | {verdict} |",
                suite.id, row.what, row.paper, row.ours
            )?;
        }
    }
    println!("{table}");
    if arguments.write {
        write(&laboratory, &table)?;
    }
    if !outside.is_empty() {
        bail!("outside their bands: {}", outside.join("; "));
    }
    Ok(())
}

const HEAD: &str = "# Published results

Made by `cargo xtask experiments --suite full --write`; do not edit. Every row is a published number beside ours; the command fails
where one is outside its band. The experiments are the files in `experiments/`, and each can be run on its own:
`mlp run experiments/a5-xor.toml`. CI runs the quick variants (`cargo xtask experiments`), which are smaller only in A5 and A7.

";

/// The table as a page of the documentation, with its figures.
fn write(laboratory: &Laboratory, table: &str) -> Result<()> {
    let docs = root().join("docs");
    let figures = docs.join("experiments");
    fs::create_dir_all(&figures).context("cannot make docs/experiments")?;
    let mut text = format!("{HEAD}{table}");
    for suite in SUITES {
        let name = format!("{}.png", suite.id.to_lowercase());
        let drawn = laboratory.folder.join("figures").join(&name);
        if drawn.exists() {
            fs::copy(&drawn, figures.join(&name)).context("cannot copy a figure")?;
            write!(
                text,
                "\n## {}: {}\n\n![{}](experiments/{name})\n",
                suite.id, suite.title, suite.title
            )?;
        }
    }
    fs::write(docs.join("experiments.md"), text).context("cannot write docs/experiments.md")
}
