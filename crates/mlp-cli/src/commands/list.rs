//! `mlp list`: everything that has a name.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use mlp_core::{Activation, Init, Known, Level, Loss, Normalization, Optimizer, Schedule};
use mlp_data::{Input, OptionDefault, ScaleKind, Task, names::did_you_mean};
use mlp_store::{FORMATS, Format};
use mlp_train::{
    EVENTS, Metric, Part,
    diagnostic::{self, Each},
    key::{KeyInfo, keys},
    preset::{PRESETS, Preset},
    score::{self, Subject},
    shortest,
    stopping::{PROTOCOLS, RULES},
};

use super::runs::{Run, runs};
use crate::{
    failure::{CommandResult, Failure},
    figures::{Draw, FIGURES, FigureEntry},
    formatting, terminal,
};

/// One line of a list: columns by name.
type Row = Vec<(&'static str, String)>;

/// A list: its name, what it holds, and its rows.
type Named = (&'static str, &'static str, fn() -> Vec<Row>);

/// The lists, one line each.
const LISTS: &[Named] = &[
    (
        "datasets",
        "built-in data sets, with their options and defaults",
        datasets,
    ),
    ("activations", "functions of hidden layers", || {
        let all = Activation::DEFAULTS.iter();
        let all: Vec<_> = all.map(|phi| Known::new(phi.name(), phi.help())).collect();
        known(&all)
    }),
    (
        "normalizations",
        "normalization of hidden layers before their activations",
        || known(Normalization::ALL),
    ),
    ("losses", "what training minimises", || {
        known(&Loss::ALL.concat())
    }),
    (
        "optimizers",
        "parameter update rules, with their default rates and settings",
        optimizers,
    ),
    ("schedules", "learning rate schedules (--schedule)", || {
        known(Schedule::ALL)
    }),
    ("inits", "initial distributions of weights", || {
        known(Init::ALL)
    }),
    ("scales", "scalings of features and targets", scales),
    (
        "inputs",
        "inputs computed from two features (--inputs)",
        inputs,
    ),
    (
        "metrics",
        "losses, scores and norms: always recorded, on request (--metrics), in maps or by mlp evaluate",
        metrics,
    ),
    ("formats", "file formats that mlp export writes", formats),
    (
        "diagnostics",
        "groups of columns on a network's internals (--diagnostics)",
        diagnostics,
    ),
    ("figures", "figures of a run, by file name", figures),
    ("presets", "built-in experiments (--preset)", presets),
    (
        "stopping",
        "stopping rules, which end a training before its last step",
        stopping,
    ),
    (
        "keys",
        "everything that can be set, swept or put on an axis",
        all_keys,
    ),
    (
        SCHEMA,
        "the JSON Schema of experiment files, for editors and checks",
        Vec::new,
    ),
    (
        RUNS,
        "the runs in a folder (mlp list runs DIR; by default in runs): kind, data, score, date, state",
        Vec::new,
    ),
    (
        "levels",
        "SIMD levels for MLP_SIMD, and whether this machine supports them",
        levels,
    ),
];

/// The list that is a JSON Schema, with or without `--json`.
const SCHEMA: &str = "schema";

/// The list of what a folder holds.
const RUNS: &str = "runs";

/// List runs, data sets, activations, losses, optimizers and everything else that has a name
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mlp list\n  mlp list datasets\n  mlp list keys --json\n  mlp list runs\n  mlp list runs results"
)]
pub struct List {
    #[arg(help = format!("what to list: {}", names().join(", ")))]
    what: Option<String>,
    /// for the list of runs: the folder that holds them [default: runs]
    dir: Option<PathBuf>,
    /// print a JSON array
    #[arg(long)]
    json: bool,
}

impl List {
    /// Prints a list, or the lists that there are.
    pub fn run(&self, quiet: bool) -> CommandResult {
        if let Some(dir) = self
            .dir
            .as_ref()
            .filter(|_| self.what.as_deref() != Some(RUNS))
        {
            return Err(Failure::usage(format!(
                "unexpected argument \"{}\": only mlp list runs takes a folder",
                dir.display()
            )));
        }
        let rows = match self.what.as_deref() {
            Some(RUNS) => return self.runs(quiet),
            None => LISTS
                .iter()
                .map(|(name, about, _)| named(name, about))
                .collect(),
            Some(SCHEMA) => return terminal::print(&mlp_train::json_schema()),
            Some(what) => {
                let Some((_, _, rows)) = LISTS.iter().find(|(name, _, _)| *name == what) else {
                    let meant = match what {
                        "measures" => "; it is now called \"metrics\"".to_owned(),
                        what => did_you_mean(what, names()),
                    };
                    return Err(Failure::usage(format!(
                        "there is no list \"{what}\"{meant} (known: {})",
                        names().join(", ")
                    )));
                };
                rows()
            }
        };
        terminal::print(&match self.json {
            true => as_json(&rows),
            false => as_text(&rows),
        })
    }

    /// Prints the runs of a folder.
    fn runs(&self, quiet: bool) -> CommandResult {
        let found = runs(self.dir.as_deref())?;
        let rows: Vec<Row> = found.iter().map(of_run).collect();
        terminal::print(&match self.json {
            true => as_json(&rows),
            false => under_heads(&rows, terminal::width()),
        })?;
        if quiet {
            return Ok(());
        }
        if found.is_empty() {
            let place = self.dir.as_deref().unwrap_or(Path::new(RUNS));
            terminal::say(&format!("there are no runs in {}", place.display()));
        }
        if let Some(run) = found.iter().find(|run| run.can_be_resumed()) {
            let folder = formatting::shell(Path::new(&run.folder));
            terminal::say(&format!(
                "mlp resume continues what is interrupted or killed: mlp resume {folder}"
            ));
        }
        Ok(())
    }
}

/// The names of the lists.
fn names() -> Vec<&'static str> {
    LISTS.iter().map(|(name, _, _)| *name).collect()
}

/// Columns side by side, those without any text left out.
fn as_text(rows: &[Row]) -> String {
    let texts: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.iter().map(|(_, cell)| cell.as_str()).collect())
        .collect();
    match terminal::width() {
        Some(width) => formatting::wrapped_columns(&texts, width),
        None => formatting::columns(&texts, ""),
    }
}

/// Columns under their names. Where they are wider than the terminal, those are left out that say least.
fn under_heads(rows: &[Row], width: Option<usize>) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let mut left_out = ["started", "kind", "networks", "data"].into_iter();
    let mut names: Vec<&str> = first.iter().map(|(name, _)| *name).collect();
    loop {
        let cells = |row: &Row| -> Vec<String> {
            let shown = row.iter().filter(|(name, _)| names.contains(name));
            shown.map(|(_, cell)| cell.clone()).collect()
        };
        let heads = names.iter().map(|name| (*name).to_owned()).collect();
        let lines: Vec<Vec<String>> = std::iter::once(heads)
            .chain(rows.iter().map(cells))
            .collect();
        let text = formatting::columns(&lines, "");
        let wide = text.lines().map(|line| line.chars().count()).max();
        let next = match width {
            Some(width) if wide.unwrap_or(0) > width => left_out.next(),
            _ => None,
        };
        let Some(next) = next else {
            return text;
        };
        names.retain(|name| *name != next);
    }
}

fn as_json(rows: &[Row]) -> String {
    let objects = rows.iter().map(|row| {
        let fields = row
            .iter()
            .map(|(name, cell)| ((*name).to_owned(), cell.clone().into()));
        serde_json::Value::Object(fields.collect())
    });
    format!("{:#}\n", serde_json::Value::Array(objects.collect()))
}

fn of_run(run: &Run) -> Row {
    row([
        ("folder", &run.folder),
        ("kind", &run.kind),
        ("data", &run.data),
        ("networks", &run.networks),
        ("score", &run.score),
        ("started", &run.started),
        ("state", run.state),
    ])
}

/// A line of a list.
fn row<const N: usize>(cells: [(&'static str, &str); N]) -> Row {
    cells.map(|(name, cell)| (name, cell.to_owned())).to_vec()
}

/// A line of a list of names.
fn named(name: &str, description: &str) -> Row {
    row([("name", name), ("description", description)])
}

fn formats() -> Vec<Row> {
    let line = |format: &Format| {
        let endings = format.endings.join(", ");
        row([
            ("name", format.name),
            ("endings", &endings),
            ("description", format.description),
        ])
    };
    FORMATS.iter().map(line).collect()
}

fn known(list: &[Known]) -> Vec<Row> {
    let line = |known: &Known| named(known.name, known.description);
    list.iter().map(line).collect()
}

fn optimizers() -> Vec<Row> {
    let row = |known: Known| {
        let optimizer: Option<Optimizer> = known.name.parse().ok();
        let rate = optimizer.as_ref().map(Optimizer::default_learning_rate);
        let settings = optimizer.as_ref().map(Optimizer::settings);
        let settings: Vec<String> = settings
            .unwrap_or_default()
            .iter()
            .map(|(setting, value)| format!("{} {value}", setting.name).trim_end().to_owned())
            .collect();
        vec![
            ("name", known.name.to_owned()),
            ("learning_rate", rate.map_or(String::new(), shortest)),
            ("description", known.description.to_owned()),
            ("settings", settings.join(", ")),
        ]
    };
    Optimizer::ALL.concat().into_iter().map(row).collect()
}

fn datasets() -> Vec<Row> {
    let row = |info: &mlp_data::DatasetInfo| {
        let task = match info.task {
            Task::Classification { classes } => format!("{classes} classes"),
            Task::Multilabel { labels } => format!("{labels} labels"),
            Task::Regression { .. } => "regression".to_owned(),
        };
        let size = format!("{} x {}", info.samples, info.features);
        let options = info
            .options
            .iter()
            .filter(|option| !matches!(option, OptionDefault::Samples(_)));
        let options: Vec<String> = options
            .map(|option| format!("{} {}", option.option(), shortest(option.value())))
            .collect();
        let mut about = info.description.to_owned();
        if !options.is_empty() {
            let _ = write!(about, " ({})", options.join(", "));
        }
        vec![
            ("name", info.name.to_owned()),
            ("task", task),
            ("samples_x_features", size),
            ("description", about),
        ]
    };
    mlp_data::datasets().iter().map(row).collect()
}

fn scales() -> Vec<Row> {
    let scales = [ScaleKind::None, ScaleKind::Standard, ScaleKind::MinMax];
    let line = |scale: ScaleKind| named(scale.name(), scale.description());
    scales.into_iter().map(line).collect()
}

fn inputs() -> Vec<Row> {
    let about = |input: Input| match input {
        Input::X => "the first feature",
        Input::Y => "the second feature",
        Input::X2 => "the first feature squared",
        Input::Y2 => "the second feature squared",
        Input::Xy => "the product of both",
        Input::SinX => "the sine of the first feature",
        Input::SinY => "the sine of the second feature",
    };
    let line = |input: Input| named(input.name(), about(input));
    Input::ALL.into_iter().map(line).collect()
}

fn diagnostics() -> Vec<Row> {
    let mut rows = Vec::new();
    for group in diagnostic::GROUPS {
        for column in group.columns {
            let name = match column.each {
                Each::Network => column.name.to_owned(),
                Each::Layer => format!("{}_0 ...", column.name),
                Each::Hidden => format!("{}_0 ... (hidden layers)", column.name),
            };
            rows.push(vec![
                ("group", group.name.to_owned()),
                ("column", name),
                ("description", column.description.to_owned()),
            ]);
        }
    }
    rows
}

fn stopping() -> Vec<Row> {
    let row = |key: String, source: &str, description: &str| {
        vec![
            ("key", key),
            ("source", source.to_owned()),
            ("description", description.to_owned()),
        ]
    };
    let rules = RULES
        .iter()
        .map(|rule| row(rule.name.to_owned(), rule.source, rule.description));
    let protocols = PROTOCOLS.iter().map(|protocol| {
        let key = format!("stopping={}", protocol.name);
        row(key, protocol.source, protocol.description)
    });
    rules.chain(protocols).collect()
}

fn metrics() -> Vec<Row> {
    let row = |name: String, recorded: &str, about: String| {
        vec![
            ("name", name),
            ("recorded", recorded.to_owned()),
            ("description", about),
        ]
    };
    let usual = Metric::usual().map(|metric| {
        let about = match metric {
            Metric::Loss(part) => format!("loss, {}", on(part)),
            Metric::Score(part, score) => format!("{}, {}", score.description, on(part)),
            Metric::WeightNorm(_) => "L2 norm of all weights; weight_norm_0, ... by layer".into(),
            Metric::BiasNorm(_) => "L2 norm of all biases; bias_norm_0, ... by layer".into(),
            _ => "L2 norm of the gradient of the loss on the training part".to_owned(),
        };
        row(metric.to_string(), "always", about)
    });
    let further = score::SCORES
        .iter()
        .filter(|score| !Metric::Score(Part::Test, score).is_usual())
        .map(|score| {
            let subject = match score.subject {
                Subject::Classes | Subject::Probabilities => "classes",
                Subject::Values => "numbers",
            };
            let (about, name) = (score.description, score.name);
            let about = format!("{about} ({subject}); columns train_{name}, test_{name}, ...");
            row(name.to_owned(), "with --metrics", about)
        });
    let gap = row(
        "gap".to_owned(),
        "maps",
        "test_loss minus train_loss".to_owned(),
    );
    let events = EVENTS
        .iter()
        .map(|event| row(event.name.to_owned(), "maps", event.description.to_owned()));
    usual.chain(further).chain([gap]).chain(events).collect()
}

fn on(part: Part) -> &'static str {
    match part {
        Part::Train => "on the training part",
        Part::Test => "on the test part",
        Part::Validation => "on the validation part, where there is one",
    }
}

fn figures() -> Vec<Row> {
    let line = |entry: &&FigureEntry| {
        let kinds: Vec<&str> = entry.kinds.iter().map(|kind| kind.name()).collect();
        let kinds = kinds.join(", ");
        let of = match entry.draw {
            Draw::Run(_) | Draw::Samples(_) => kinds,
            Draw::Analysis(_) => format!("analysis of {kinds}"),
        };
        row([
            ("name", entry.name),
            ("of", &of),
            ("description", entry.description),
        ])
    };
    FIGURES.iter().map(line).collect()
}

fn presets() -> Vec<Row> {
    let line = |preset: &Preset| named(preset.name, preset.description);
    PRESETS.iter().map(line).collect()
}

fn all_keys() -> Vec<Row> {
    let line = |key: &KeyInfo| {
        let option = key.option.map(|option| format!("--{option}"));
        row([
            ("key", key.path),
            ("option", &option.unwrap_or_default()),
            ("swept", if key.sweep { "sweep" } else { "" }),
            ("default", key.default),
            ("description", key.help),
        ])
    };
    keys().map(line).collect()
}

fn levels() -> Vec<Row> {
    let best = Level::best();
    let line = |level: Level| {
        let about = match (level.is_supported(), level == best) {
            (true, true) => "supported, used unless MLP_SIMD says otherwise",
            (true, false) => "supported",
            (false, _) => "not supported by this machine",
        };
        named(level.name(), about)
    };
    Level::ALL.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_fit_the_terminal_under_their_heads() {
        let run = |folder: &str, state| Run {
            folder: folder.to_owned(),
            kind: "population".to_owned(),
            data: "breast-cancer".to_owned(),
            networks: "1,200".to_owned(),
            score: "test_accuracy 0.9231".to_owned(),
            started: "2026-01-31 12:30".to_owned(),
            state,
        };
        let rows = [
            run("runs/population-moons-001", "complete"),
            run("runs/wd", "interrupted"),
        ];
        let rows: Vec<Row> = rows.iter().map(of_run).collect();
        let all = under_heads(&rows, None);
        assert!(all.starts_with("folder "), "{all}");
        assert!(all.contains("population  breast-cancer"), "{all}");
        let narrow = under_heads(&rows, Some(80));
        let lines: Vec<&str> = narrow.lines().collect();
        assert_eq!(lines.len(), 3, "{narrow}");
        assert!(lines.iter().all(|line| line.len() <= 80), "{narrow}");
        let at = lines[0].find("state").unwrap();
        assert!(
            lines[1][at..] == *"complete" && lines[2][at..] == *"interrupted",
            "{narrow}"
        );
        assert_eq!(under_heads(&[], Some(80)), "");
    }
}
