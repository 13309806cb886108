//! Experiment files: TOML in, with lines and nearest names in errors, and TOML out, always the same
//! bytes for the same experiment.

use std::{fmt::Write, fs, ops::Range as Span, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    error::{Error, Origin},
    experiment::Experiment,
    key::{Key, keys, nearest},
    kind::Kind,
    layers::{Layer, Setting, Sweep},
    range::Range,
    value::Value,
};

/// The sections, in the order in which they are written.
const SECTIONS: [&str; 6] = ["data", "network", "training", "population", "map", "output"];

/// What an experiment file says.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentFile {
    /// The kind of experiment, where the file names one.
    pub kind: Option<Kind>,
    /// Its settings.
    pub layer: Layer,
}

/// Reads an experiment file. A relative data file is meant to lie beside it.
///
/// # Errors
/// [`Error::Read`]; [`Error::Toml`] with line and column; an unknown or misplaced key or a value that
/// does not fit, with file and line.
pub fn read(path: &Path) -> Result<ExperimentFile, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    parse(&text, path)
}

/// Reads the text of an experiment file; `path` stands in errors, and relative data files lie
/// beside it.
pub fn parse(text: &str, path: &Path) -> Result<ExperimentFile, Error> {
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = place(text, error.span().map_or(0, |span| span.start));
        let message = error.message().lines().collect::<Vec<_>>().join(" ");
        Error::Toml { path: path.to_owned(), line, column, message }
    })?;
    let mut reader = Reader { text, path, kind: None, layer: Layer::new() };
    reader.top(table.get_ref())?;
    Ok(ExperimentFile { kind: reader.kind, layer: reader.layer })
}

/// Reads one value as TOML writes it.
pub(crate) fn read_value(text: &str) -> Result<Value, String> {
    let line = format!("value = {text}");
    let table = DeTable::parse(&line).map_err(|error| format!("{text} is not TOML: {}", error.message()))?;
    let value = table.get_ref().values().next().ok_or("the value is empty")?;
    convert(value.get_ref())
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    kind: Option<Kind>,
    layer: Layer,
}

/// One key of a table with its value, tables below it flattened into dotted names.
struct Entry<'a> {
    name: String,
    span: Span<usize>,
    value: &'a DeValue<'a>,
}

impl Reader<'_> {
    fn origin(&self, span: &Span<usize>) -> Origin {
        Origin::File { path: self.path.to_owned(), line: place(self.text, span.start).0 }
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
                DeValue::Table(section) if Key::parse(name).is_err() => {
                    let names = SECTIONS.into_iter().chain(keys().map(|key| key.name()));
                    // A section is more likely meant than a key, so it wins where both are as near.
                    let nearest = nearest(name, names).unwrap_or_default().to_owned();
                    let _ = section;
                    return Err(Error::UnknownKey { origin: self.origin(&span), key: name.to_owned(), nearest });
                }
                value if name == "kind" => self.kind = Some(self.read_kind(value, &span)?),
                value if SECTIONS.contains(&name) => {
                    return Err(Error::MisplacedKey {
                        origin: self.origin(&span),
                        key: name.to_owned(),
                        reason: format!("is a section, [{name}], and takes no value such as {}", value.type_str()),
                    });
                }
                DeValue::Table(below) => {
                    let mut entries = Vec::new();
                    flatten(name, below, &mut entries);
                    for entry in entries {
                        self.entry("", &entry)?;
                    }
                }
                value => self.entry("", &Entry { name: name.to_owned(), span, value })?,
            }
        }
        Ok(())
    }

    fn read_kind(&self, value: &DeValue<'_>, span: &Span<usize>) -> Result<Kind, Error> {
        let word = value.as_str().unwrap_or_default();
        word.parse().map_err(|()| {
            let nearest = nearest(word, Kind::ALL.map(Kind::name)).unwrap_or_default();
            Error::BadValue {
                origin: self.origin(span),
                key: "kind".to_owned(),
                reason: format!("must be train, population or map, not \"{word}\"; did you mean \"{nearest}\"?"),
            }
        })
    }

    fn entry(&mut self, section: &str, entry: &Entry<'_>) -> Result<(), Error> {
        let origin = self.origin(&entry.span);
        let bad = |key: &str, reason: String| Error::BadValue { origin: origin.clone(), key: key.to_owned(), reason };
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
            let text = format!("{key}={}", range(value.clone()).map_err(|reason| bad(name, reason))?);
            let read = crate::key::parse_assignment(&text).map_err(|reason| bad(name, reason))?;
            if key.info().form.values(&read.1) != key.info().form.values(&range(value).map_err(|reason| bad(name, reason))?) {
                return Err(bad(name, "an axis takes no lists one a layer".to_owned()));
            }
            value = Value::Text(text);
            name = axis;
        }
        let key = self.key(name, section, &origin)?;
        let mut value = key.info().form.accept(value).map_err(|reason| bad(&key.to_string(), reason))?;
        if key.info().path == "data.name"
            && let Value::Text(data) = &value
            && data != "-"
            && mlp_data::find(data).is_err()
            && let Some(folder) = self.path.parent()
        {
            value = Value::Text(folder.join(data).to_string_lossy().into_owned());
        }
        self.layer.settings.push(Setting { key, value, origin });
        Ok(())
    }

    /// The key of a name in a section; in no section (top of the file, sweeps, axes) any spelling.
    fn key(&self, name: &str, section: &str, origin: &Origin) -> Result<Key, Error> {
        let unknown = |unknown: crate::key::UnknownKey| Error::UnknownKey {
            origin: origin.clone(),
            key: name.to_owned(),
            nearest: unknown.nearest.to_owned(),
        };
        if section.is_empty() {
            return Key::parse(name).map_err(unknown);
        }
        Key::parse(&format!("{section}.{name}")).map_err(|error| match Key::parse(name) {
            Ok(elsewhere) => Error::MisplacedKey {
                origin: origin.clone(),
                key: name.to_owned(),
                reason: format!("belongs into section [{}], not [{section}]", elsewhere.info().section()),
            },
            Err(_) => unknown(error),
        })
    }
}

/// The entries of a table in the order of the file.
fn in_order<'a, 'i>(table: &'a DeTable<'i>) -> Vec<(&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

fn flatten<'a>(prefix: &str, table: &'a DeTable<'_>, entries: &mut Vec<Entry<'a>>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
        match value.get_ref() {
            DeValue::Table(below) => flatten(&name, below, entries),
            value => entries.push(Entry { name, span: key.span(), value }),
        }
    }
}

fn convert(value: &DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Integer(integer) => {
            let number = i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix());
            Value::Integer(number.map_err(|_| format!("{} is too large", integer.as_str()))?)
        }
        DeValue::Float(float) => {
            let number = float.as_str().replace('_', "").parse();
            Value::Number(number.map_err(|_| format!("{} is not a number", float.as_str()))?)
        }
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Array(entries) => {
            let entries: Result<_, _> = entries.iter().map(|entry| convert(entry.get_ref())).collect();
            Value::List(entries?)
        }
        other => return Err(format!("a {} does not fit here", other.type_str())),
    })
}

/// A range out of a file: a list of values, or the text of a range.
fn range(value: Value) -> Result<Range, String> {
    match value {
        Value::List(values) => Range::list(values).map_err(|error| error.to_string()),
        Value::Text(text) => text.parse::<Range>().map_err(|error| error.to_string()),
        single => Range::list(vec![single]).map_err(|error| error.to_string()),
    }
}

/// Line and column, from one, of a byte.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(byte)];
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}

/// The experiment as TOML: given keys alone, in the registry's order. Equal experiments give equal
/// bytes, and [`parse`] gives the same experiment back.
pub fn write(experiment: &Experiment) -> String {
    let mut text = format!("kind = \"{}\"\n", experiment.kind);
    for section in SECTIONS {
        let mut lines = String::new();
        for info in keys().filter(|info| info.section() == section && info.kinds.contains(&experiment.kind)) {
            if let Some(value) = (info.get)(experiment) {
                let _ = writeln!(lines, "{} = {}", info.name(), value.to_toml());
            }
            for (key, value) in experiment.layers.iter().filter(|(key, _)| key.info().path == info.path) {
                let layer = key.layer().unwrap_or_default();
                let _ = writeln!(lines, "\"{}.{layer}\" = {}", info.name(), value.to_toml());
            }
        }
        if section == "population" && experiment.kind == Kind::Population {
            for (key, range) in &experiment.population.sweep {
                let name = key.to_string();
                let name = if name.contains('.') { format!("\"{name}\"") } else { name };
                let value = match range {
                    Range::List(values) => Value::List(values.clone()).to_toml(),
                    spaced => Value::Text(spaced.to_string()).to_toml(),
                };
                let _ = writeln!(lines, "sweep.{name} = {value}");
            }
        }
        if !lines.is_empty() {
            let _ = write!(text, "\n[{section}]\n{lines}");
        }
    }
    text
}
