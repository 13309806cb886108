//! `cargo xtask experiments`: published results that a correct laboratory reproduces, from the
//! experiment files in `experiments/`. To add one: a file here and a line of the registry.

mod balance;
mod chebyshev;
mod deep_linear;
mod findings;
mod least_squares;
mod norm_growth;
mod xor;

use std::fmt::Write;
use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, bail};
use mlp_core::Level;
use mlp_plot::{CurvePanel, Format, LearningCurves, Scale, Series, Size};
use mlp_store::{Execution, Place, RunDirectory, execute};
use mlp_train::{Experiment, Kind, Layer, ResolvedExperiment, Table};

pub use self::findings::all as findings;
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

/// How much of it.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Variant {
    /// Seconds.
    Quick,
    /// The published sizes.
    Full,
}

/// A published result.
struct Suite {
    id: &'static str,
    title: &'static str,
    run: fn(&Laboratory) -> Result<Vec<Row>>,
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

/// A number beside the published one.
struct Row {
    what: String,
    paper: String,
    ours: String,
    holds: bool,
}

impl Row {
    fn new(what: impl Into<String>, paper: impl Into<String>, ours: String, holds: bool) -> Self {
        Self {
            what: what.into(),
            paper: paper.into(),
            ours,
            holds,
        }
    }
}

/// Where experiments are run.
struct Laboratory {
    variant: Variant,
    folder: PathBuf,
}

impl Laboratory {
    /// Runs a file of `experiments/` with further settings, as `mlp run FILE --set ...` does.
    fn run(&self, file: &str, settings: &[&str]) -> Result<(ResolvedExperiment, RunDirectory)> {
        let path = root().join("experiments").join(file);
        let read = mlp_store::read_experiment(&path)?;
        let mut experiment = Experiment::new(read.kind.unwrap_or(Kind::Train));
        read.layer.apply(&mut experiment)?;
        for setting in settings {
            let mut layer = Layer::new();
            layer.set(setting)?;
            layer.apply(&mut experiment)?;
        }
        let mut resolved = mlp_store::resolve(&experiment, None)?;
        let name = file.trim_end_matches(".toml");
        // A path would make the name long, and its last part says as much.
        let words = settings.iter().map(|setting| {
            let last = setting.rsplit(['/', '\\']).next().unwrap_or_default();
            format!("-{last}")
        });
        let name: String = std::iter::once(name.to_owned()).chain(words).collect();
        let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let out = self.folder.join(name);
        if out.exists() {
            fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
        }
        let place = Place::Folder {
            path: &out,
            force: false,
        };
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let execution = Execution {
            place,
            level: Level::best(),
            threads: NonZeroUsize::new(threads),
        };
        execute(&mut resolved, execution, &(), &AtomicBool::new(false))?;
        Ok((resolved, RunDirectory::open(&out)?))
    }

    /// Draws curves over one axis as `figures/<name>.png`.
    fn curves(&self, name: &str, figure: &LearningCurves) -> Result<()> {
        use mlp_plot::Chart;
        let folder = self.folder.join("figures");
        fs::create_dir_all(&folder).context("cannot make the folder of figures")?;
        let bytes = figure.render(Format::Png, Size::new(720, 420))?;
        fs::write(folder.join(format!("{name}.png")), bytes).context("cannot write a figure")
    }
}

/// A column of numbers; what is missing is NaN.
fn numbers(table: &Table, column: &str) -> Result<Vec<f64>> {
    table
        .numbers(column)
        .with_context(|| format!("the table has no numbers {column}"))
}

/// The last number of a column.
fn last(table: &Table, column: &str) -> Result<f64> {
    let last = numbers(table, column)?.last().copied();
    last.with_context(|| format!("the table has no row with {column}"))
}

/// A figure of one panel.
fn figure(
    title: &str,
    subtitle: &str,
    (x_label, x_scale): (&str, Scale),
    y_label: &str,
    series: Vec<Series>,
) -> LearningCurves {
    LearningCurves {
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        x_label: x_label.to_owned(),
        x_scale,
        panels: vec![CurvePanel {
            y_label: y_label.to_owned(),
            series,
            ..CurvePanel::default()
        }],
    }
}

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
where one lies outside its band. The experiments are the files in `experiments/`, and each can be run and looked at alone:
`mlp run experiments/a5-xor.toml`. CI runs the quick variants (`cargo xtask experiments`), which are smaller in A5 and A7 alone.

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
