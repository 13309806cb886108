//! Where experiments are run, and what is read of their results.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use mlp_core::Level;
use mlp_plot::{CurvePanel, Format, LearningCurves, Scale, Series, Size};
use mlp_store::{DirectoryChoice, Execution, RunDirectory, execute};
use mlp_train::{Experiment, Kind, ResolvedExperiment, SettingsLayer, Table};

use crate::command::root;

/// Sizes of the experiments.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Variant {
    /// Seconds.
    Quick,
    /// The published sizes.
    Full,
}

/// Where experiments are run.
pub struct Laboratory {
    pub variant: Variant,
    pub folder: PathBuf,
}

impl Laboratory {
    /// Runs a file of `experiments/` with further settings, as `mlp run FILE --set ...` does.
    pub fn run(&self, file: &str, settings: &[&str]) -> Result<(ResolvedExperiment, RunDirectory)> {
        let path = root().join("experiments").join(file);
        let read = mlp_store::read_experiment(&path)?;
        let mut experiment = Experiment::new(read.kind.unwrap_or(Kind::Train));
        read.layer.apply(&mut experiment)?;
        for setting in settings {
            let mut layer = SettingsLayer::new();
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
        let place = DirectoryChoice::Folder {
            path: &out,
            force: false,
        };
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let execution = Execution {
            place,
            level: Level::best(),
            threads: NonZeroUsize::new(threads),
            packs: true,
        };
        execute(&mut resolved, execution, &(), &AtomicBool::new(false))?;
        Ok((resolved, RunDirectory::open(&out)?))
    }

    /// Draws curves over one axis as `figures/<name>.png`.
    pub fn curves(&self, name: &str, figure: &LearningCurves) -> Result<()> {
        use mlp_plot::Chart;
        let folder = self.folder.join("figures");
        fs::create_dir_all(&folder).context("cannot make the folder of figures")?;
        let bytes = figure.render(Format::Png, Size::new(720, 420))?;
        fs::write(folder.join(format!("{name}.png")), bytes).context("cannot write a figure")
    }
}

/// A column of numbers; what is missing is NaN.
pub fn numbers(table: &Table, column: &str) -> Result<Vec<f64>> {
    table
        .numbers(column)
        .with_context(|| format!("the table has no numbers {column}"))
}

/// The last number of a column.
pub fn last(table: &Table, column: &str) -> Result<f64> {
    let last = numbers(table, column)?.last().copied();
    last.with_context(|| format!("the table has no row with {column}"))
}

/// A figure of one panel.
pub fn figure(
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
