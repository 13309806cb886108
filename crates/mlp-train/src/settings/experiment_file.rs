//! Experiment files: TOML is read with line numbers and suggestions in errors, and written with the same
//! bytes for the same experiment.

use std::{fmt, fmt::Write, ops::Range as Span, path::Path};

use mlp_data::names::{did_you_mean, nearest};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    experiment::Experiment,
    key::{
        UnknownKey, first_path,
        info::{Key, KeyInfo},
        keys, renamed,
    },
    kind::Kind,
    layers::{Setting, SettingsLayer, Sweep},
    range::Range,
    toml_value::convert,
    value::Value,
};
use crate::error::{Error, Origin};

/// The sections, in the order in which they are written.
pub(crate) const SECTIONS: [&str; 7] = [
    "data",
    "network",
    "training",
    "schedule",
    "population",
    "map",
    "output",
];

/// The content of an experiment file.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentFile {
    /// The kind of experiment, where the file has one.
    pub kind: Option<Kind>,
    /// Its settings.
    pub layer: SettingsLayer,
}

/// Keys that name files, which are relative to the experiment file.
const FILES: [&str; 6] = [
    "data.name",
    "data.validation_file",
    "data.test_file",
    "network.init_from",
    "training.continue",
    "training.batch_order",
];

/// Reads the text of an experiment file; `path` is for error messages, and relative data files are
/// resolved against it.
pub fn parse(text: &str, path: &Path) -> Result<ExperimentFile, Error> {
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = place(text, error.span().map_or(0, |span| span.start));
        let message = error.message().lines().collect::<Vec<_>>().join(" ");
        Error::Toml {
            path: path.to_owned(),
            line,
            column,
            message,
        }
    })?;
    let mut reader = Reader {
        text,
        path,
        kind: None,
        layer: SettingsLayer::new(),
    };
    reader.top(table.get_ref())?;
    Ok(ExperimentFile {
        kind: reader.kind,
        layer: reader.layer,
    })
}

impl Experiment {
    /// The experiment in the text of an experiment file, which must have a kind.
    ///
    /// # Errors
    /// [`Error::Toml`]; an invalid key or value.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let path = Path::new("experiment.toml");
        let file = parse(text, path)?;
        let Some(kind) = file.kind else {
            return Err(Error::key(
                "kind",
                "an experiment needs one: train, population or map",
            ));
        };
        let mut experiment = Self::new(kind);
        file.layer.apply(&mut experiment)?;
        Ok(experiment)
    }

    /// An experiment from keys and values, as `--set` takes them.
    ///
    /// ```
    /// use mlp_train::{Experiment, Kind};
    /// let keys = [("data", "moons"), ("hidden", "8,8"), ("learning_rate", "0.5")];
    /// let experiment = Experiment::from_keys(Kind::Train, keys)?;
    /// assert_eq!(experiment.network.hidden, Some(vec![8, 8]));
    /// # Ok::<(), mlp_train::Error>(())
    /// ```
    ///
    /// # Errors
    /// An invalid key or value.
    pub fn from_keys<K: fmt::Display, V: fmt::Display>(
        kind: Kind,
        keys: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Error> {
        let mut layer = SettingsLayer::new();
        for (key, value) in keys {
            layer.set(&format!("{key}={value}"))?;
        }
        let mut experiment = Self::new(kind);
        layer.apply(&mut experiment)?;
        Ok(experiment)
    }
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    kind: Option<Kind>,
    layer: SettingsLayer,
}

/// One key of a table with its value, tables below it flattened into dotted names.
struct Entry<'a> {
    name: String,
    span: Span<usize>,
    value: &'a DeValue<'a>,
}

impl Reader<'_> {
    fn origin(&self, span: &Span<usize>) -> Origin {
        Origin::File {
            path: self.path.to_owned(),
            line: place(self.text, span.start).0,
        }
    }

    fn top(&mut self, table: &DeTable<'_>) -> Result<(), Error> {
        for (name, value) in in_order(table) {
            let span = name.span();
            let name: &str = name.get_ref();
            match value.get_ref() {
                DeValue::Table(section) if SECTIONS.contains(&name) => {
                    let mut entries = Vec::new();
                    flatten("", section, &mut entries);
                    entries.sort_by_key(|entry| entry.span.start);
                    for entry in entries {
                        self.entry(name, &entry)?;
                    }
                }
                DeValue::Table(_) if Key::parse(name).is_err() => {
                    let names = SECTIONS.into_iter().chain(keys().map(|key| key.name()));
                    // A section is more likely meant than a key, so it wins where both are equally near.
                    return Err(Error::UnknownKey {
                        origin: self.origin(&span),
                        unknown: UnknownKey {
                            key: name.to_owned(),
                            now: renamed(name),
                            nearest: nearest(name, names),
                        },
                    });
                }
                value if name == "kind" => self.kind = Some(self.read_kind(value, &span)?),
                value if SECTIONS.contains(&name) && Key::parse(name).is_err() => {
                    return Err(Error::MisplacedKey {
                        origin: self.origin(&span),
                        key: name.to_owned(),
                        reason: format!(
                            "is a section, [{name}], and takes no value such as {}",
                            value.type_str()
                        ),
                    });
                }
                DeValue::Table(below) => {
                    let mut entries = Vec::new();
                    flatten(name, below, &mut entries);
                    for entry in entries {
                        self.entry("", &entry)?;
                    }
                }
                value => self.entry(
                    "",
                    &Entry {
                        name: name.to_owned(),
                        span,
                        value,
                    },
                )?,
            }
        }
        Ok(())
    }

    fn read_kind(&self, value: &DeValue<'_>, span: &Span<usize>) -> Result<Kind, Error> {
        let word = value.as_str().unwrap_or_default();
        word.parse().map_err(|()| {
            let meant = did_you_mean(word, Kind::ALL.map(Kind::name));
            Error::BadValue {
                origin: self.origin(span),
                key: "kind".to_owned(),
                reason: format!("must be train, population or map, not \"{word}\"{meant}"),
            }
        })
    }

    fn entry(&mut self, section: &str, entry: &Entry<'_>) -> Result<(), Error> {
        let origin = self.origin(&entry.span);
        let bad = |key: &str, reason: String| Error::BadValue {
            origin: origin.clone(),
            key: key.to_owned(),
            reason,
        };
        let mut value = convert(entry.value).map_err(|reason| bad(&entry.name, reason))?;
        if section == "population"
            && let Some(swept) = entry.name.strip_prefix("sweep.")
        {
            let key = self.key(swept, "", &origin)?;
            let range = range(value).map_err(|reason| bad(&entry.name, reason))?;
            self.layer.sweeps.push(Sweep { key, range, origin });
            return Ok(());
        }
        let mut name = entry.name.as_str();
        if section == "map"
            && let Some((axis @ ("x" | "y"), swept)) = name.split_once('.')
        {
            let key = self.key(swept, "", &origin)?;
            let text = format!(
                "{key}={}",
                range(value.clone()).map_err(|reason| bad(name, reason))?
            );
            let read = crate::settings::key::parse_assignment(&text)
                .map_err(|reason| bad(name, reason))?;
            if key.info().form.values(&read.1)
                != key
                    .info()
                    .form
                    .values(&range(value).map_err(|reason| bad(name, reason))?)
            {
                return Err(bad(
                    name,
                    "an axis takes no lists of values per layer".to_owned(),
                ));
            }
            value = Value::Text(text);
            name = axis;
        }
        let key = self.key(name, section, &origin)?;
        let mut value = key
            .info()
            .accept(value)
            .map_err(|reason| bad(&key.to_string(), reason))?;
        if FILES.contains(&key.info().path)
            && let Value::Text(data) = &value
            && data != "-"
            && !(key.info().path == "data.name" && mlp_data::find(data).is_ok())
            && let Some(folder) = self.path.parent()
        {
            value = Value::Text(folder.join(data).to_string_lossy().into_owned());
        }
        self.layer.settings.push(Setting { key, value, origin });
        Ok(())
    }

    /// The key of a name in a section; in no section (top of the file, sweeps, axes) any spelling.
    fn key(&self, name: &str, section: &str, origin: &Origin) -> Result<Key, Error> {
        let unknown = |unknown: UnknownKey| Error::UnknownKey {
            origin: origin.clone(),
            unknown: UnknownKey {
                key: name.to_owned(),
                ..unknown
            },
        };
        if section.is_empty() {
            // Files of runs of earlier versions have the names of their time.
            return Key::parse(renamed(name).unwrap_or(name)).map_err(unknown);
        }
        let path = format!("{section}.{name}");
        Key::parse(renamed(&path).unwrap_or(&path)).map_err(|error| match Key::parse(name) {
            Ok(elsewhere) => Error::MisplacedKey {
                origin: origin.clone(),
                key: name.to_owned(),
                reason: format!(
                    "belongs in section [{}], not [{section}]",
                    elsewhere.info().section()
                ),
            },
            Err(_) => unknown(error),
        })
    }
}

/// The entries of a table in the order of the file.
fn in_order<'a, 'i>(
    table: &'a DeTable<'i>,
) -> Vec<(
    &'a Spanned<std::borrow::Cow<'i, str>>,
    &'a Spanned<DeValue<'i>>,
)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

fn flatten<'a>(prefix: &str, table: &'a DeTable<'_>, entries: &mut Vec<Entry<'a>>) {
    for (key, value) in table {
        let name = if prefix.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{prefix}.{}", key.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(below) => flatten(&name, below, entries),
            value => entries.push(Entry {
                name,
                span: key.span(),
                value,
            }),
        }
    }
}

/// A range from a file: a list of values, or the text of a range.
fn range(value: Value) -> Result<Range, String> {
    match value {
        Value::List(values) => Range::list(values).map_err(|error| error.to_string()),
        Value::Text(text) => text.parse::<Range>().map_err(|error| error.to_string()),
        single => Range::list(vec![single]).map_err(|error| error.to_string()),
    }
}

/// Line and column, counted from 1, of a byte.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let boundary = (0..=byte.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at));
    let before = &text[..boundary.unwrap_or(0)];
    let line = before.matches('\n').count() + 1;
    (
        line,
        before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1,
    )
}

/// One line of a file.
struct Line {
    section: &'static str,
    /// The table within the section, if it is in one.
    table: Option<&'static str>,
    name: String,
    value: String,
}

/// The lines of a section, in the registry's order.
fn lines(
    section: &'static str,
    experiment: &Experiment,
    name: fn(&KeyInfo) -> &'static str,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut push = |table, name: String, value: Value| {
        lines.push(Line {
            section,
            table,
            name,
            value: value.to_toml(),
        });
    };
    for info in
        keys().filter(|info| info.section() == section && info.kinds.contains(&experiment.kind))
    {
        if let Some(value) = (info.get)(experiment) {
            push(None, name(info).to_owned(), value);
        }
        for (key, value) in experiment
            .layers
            .iter()
            .filter(|(key, _)| key.info().path == info.path)
        {
            let layer = key.layer().unwrap_or_default();
            push(None, format!("{}.{layer}", name(info)), value.clone());
        }
    }
    if section == "population" && experiment.kind == Kind::Population {
        for (key, range) in &experiment.population.sweep {
            let value = match range {
                Range::List(values) => Value::List(values.clone()),
                spaced => Value::Text(spaced.to_string()),
            };
            push(Some("sweep"), key.to_string(), value);
        }
    }
    lines
}

/// The settings of an experiment, key by key as in its file: each with its section, and its value as TOML.
pub fn settings(experiment: &Experiment) -> impl Iterator<Item = (String, String)> {
    let kind = Value::Text(experiment.kind.to_string());
    let kind = ("kind".to_owned(), kind.to_toml());
    let lines = SECTIONS
        .iter()
        .flat_map(|section| lines(section, experiment, KeyInfo::name));
    let told = lines.map(|line| {
        let parts = [Some(line.section), line.table, Some(&line.name)];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (parts.join("."), line.value)
    });
    std::iter::once(kind).chain(told)
}

/// The experiment as TOML: only given keys, in the registry's order. Equal experiments give equal
/// bytes, and [`parse`] gives the same experiment back.
pub fn write(experiment: &Experiment) -> String {
    written(experiment, KeyInfo::name)
}

/// The text of which the digest of an experiment is taken: as [`write`], with the first names of keys, so
/// that a run that was started before a key was renamed is recognised.
pub(crate) fn write_to_digest(experiment: &Experiment) -> String {
    written(experiment, |info| {
        first_path(info.path)
            .rsplit('.')
            .next()
            .unwrap_or(info.path)
    })
}

fn written(experiment: &Experiment, name: fn(&KeyInfo) -> &'static str) -> String {
    let mut text = format!("kind = \"{}\"\n", experiment.kind);
    for section in SECTIONS {
        let lines = lines(section, experiment, name);
        if !lines.is_empty() {
            let _ = writeln!(text, "\n[{section}]");
        }
        for Line {
            table, name, value, ..
        } in lines
        {
            let table = table.map_or(String::new(), |table| format!("{table}."));
            let _ = match name.contains('.') {
                true => writeln!(text, "{table}\"{name}\" = {value}"),
                false => writeln!(text, "{table}{name} = {value}"),
            };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(text: &str) -> Result<Experiment, String> {
        let file = parse(text, Path::new("folder/e.toml")).map_err(|error| error.to_string())?;
        let mut experiment = Experiment::new(file.kind.unwrap_or(Kind::Train));
        file.layer
            .apply(&mut experiment)
            .map_err(|error| error.to_string())?;
        Ok(experiment)
    }

    const DESIGN: &str = r#"
kind = "population"            # train | population | map
[data]
name = "moons"
noise = 0.2
[network]
hidden = [16, 16]
activation = "tanh"            # or one per layer
bias = "all"                   # hidden | none
[training]
optimizer = "sgd"
learning_rate = 0.5            # a list: one per layer; key learning_rate.0 in ranges
steps = 1000
[population]
nets = 500
sweep.weight_decay = [0, 1e-4, 1e-3]
"#;

    #[test]
    fn a_population_is_read() {
        let read = experiment(DESIGN).unwrap();
        assert_eq!(read.kind, Kind::Population);
        assert_eq!(read.data.name.as_deref(), Some("moons"));
        assert_eq!(read.network.hidden, Some(vec![16, 16]));
        assert_eq!(read.training.learning_rate, Some(vec![0.5]));
        assert_eq!(read.population.nets, Some(500));
        assert_eq!(read.population.sweep[0].0.to_string(), "weight_decay");
        assert_eq!(read.population.sweep[0].1.count(), 3);
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_experiment() {
        for text in [
            DESIGN,
            "kind = \"map\"\n[data]\nname = \"xor\"\n[map]\nx.learning_rate = \"log:1e-3:1e1:4\"\ny = \"step\"\nseeds = 2",
            "kind = \"map\"\n[map]\nx = \"hidden=16x16,8,none\"\ny.'learning_rate.0' = [0.1, 1]\n",
            "[training]\nlearning_rate = [0.1, 0.2, 0.3]\nrecord = [1, 10, 100]\nshuffle = false\n'learning_rate.1' = 0.5",
            "[training]\nschedule = \"cosine\"\nsteps = 50\nclip_norm = 1\nmax_norm = \"none\"\nl1 = [0, 1e-3]\n[schedule]\nrestarts = true\nsteps = 5\nwarm_up = 3",
            "kind = \"population\"\nschedule = \"step\"\n[population]\nsweep.schedule.factor = [0.5, 0.1]\nsweep.clip_value = [\"none\", 1]",
            "[network]\nhidden = \"none\"\nactivation = [\"tanh\", \"relu\"]\n[data]\nname = \"iris\"\ndelimiter = \"tab\"",
            "kind = \"population\"\nseed = 7\n[population]\nsweep.hidden = [[16, 16], 8, \"none\"]\nsweep.learning_rate.0 = [0.1]\nsweep.data.hidden = [3]",
        ] {
            let read = experiment(text).unwrap();
            let written = write(&read);
            let again = experiment(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
            assert_eq!(write(&again), written);
            assert_eq!(again.training, read.training, "{written}");
            assert_eq!(again.network, read.network, "{written}");
            assert_eq!(again.schedule, read.schedule, "{written}");
        }
    }

    #[test]
    fn errors_name_file_line_and_nearest_key() {
        let refuse = |text: &str| experiment(text).unwrap_err();
        assert_eq!(
            refuse("[training]\n\nlearnig_rate = 1\n"),
            "folder/e.toml:3: unknown key \"learnig_rate\"; did you mean \"training.learning_rate\"?"
        );
        assert_eq!(
            refuse("[trainig]\nsteps = 1\n"),
            "folder/e.toml:1: unknown key \"trainig\"; did you mean \"training\"?"
        );
        assert_eq!(
            refuse("[network]\nsteps = 1\n"),
            "folder/e.toml:2: steps belongs in section [training], not [network]"
        );
        assert_eq!(
            refuse("[training]\nsteps = \"many\"\n"),
            "folder/e.toml:2: steps: must be a whole number, 0 or more, not \"many\""
        );
        assert_eq!(
            refuse("[training]\nlearning_rate = nan\n"),
            "folder/e.toml:2: learning_rate: must be a finite number, not NaN"
        );
        assert!(refuse("kind = \"populaton\"\n").contains("did you mean \"population\""));
        let syntax = refuse("[training]\nsteps = = 3\n");
        assert!(syntax.starts_with("folder/e.toml:2:9: "), "{syntax}");
        assert!(refuse("[training]\nsteps = 3\nsteps = 4\n").starts_with("folder/e.toml:3:1: "));
        assert_eq!(
            refuse("kind = \"train\"\n[population]\nnets = 5\n"),
            "folder/e.toml:3: population.nets belongs to population experiments, and this is a train experiment"
        );
        assert!(refuse("training = 5\n").contains("is a section"));
        assert!(
            refuse("kind = \"population\"\n[population]\nsweep.weight_decy = [1]\n")
                .contains("did you mean \"weight_decay\"")
        );
        assert!(
            refuse("kind = \"population\"\n[population]\nsweep.weight_decay = \"log:0:1:4\"\n")
                .contains("above 0")
        );
    }

    #[test]
    fn a_relative_data_file_lies_beside_the_experiment() {
        let name = |text: &str| experiment(text).unwrap().data.name.unwrap();
        assert_eq!(
            name("[data]\nname = \"my.csv\"\n"),
            Path::new("folder").join("my.csv").to_string_lossy()
        );
        assert_eq!(name("[data]\nname = \"/abs/my.csv\"\n"), "/abs/my.csv");
        assert_eq!(name("[data]\nname = \"moons\"\n"), "moons");
        let start = experiment("[network]\ninit_from = \"start.npz\"\n").unwrap();
        assert_eq!(
            start.network.init_from.unwrap(),
            Path::new("folder").join("start.npz").to_string_lossy()
        );
    }
}
