//! The JSON Schema of experiment files, generated from the registry of keys, so that editors complete keys
//! and mark misspelt ones.

use serde_json::{Map, Value, json};

use super::{
    experiment_file::SECTIONS,
    key::{
        Form,
        info::{Key, KeyInfo},
        keys,
    },
    kind::Kind,
};

/// The schema as text: draft 2020-12, always the same bytes. It accepts every key in its section; that
/// [`experiment_file::parse`](crate::experiment_file::parse) also accepts some outside of theirs is
/// left out.
pub fn json_schema() -> String {
    let mut properties = Map::new();
    let kinds = Kind::ALL.map(Kind::name);
    properties.insert(
        "kind".to_owned(),
        json!({ "description": "what the experiment does", "enum": kinds }),
    );
    for section in SECTIONS {
        properties.insert(section.to_owned(), section_schema(section));
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mlp experiment",
        "description": "An experiment on small neural networks, as mlp run takes it and every run directory holds it.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": {
            "range": {
                "description": "listed values, log:FROM:TO:COUNT or lin:FROM:TO:COUNT; with draws also log:FROM:TO, lin:FROM:TO",
                "anyOf": [
                    { "type": "array", "minItems": 1 },
                    { "type": ["string", "number", "boolean"] },
                ],
            },
        },
    });
    format!("{schema:#}\n")
}

fn section_schema(section: &str) -> Value {
    let mut properties = Map::new();
    let mut patterns = Map::new();
    for key in keys().filter(|key| key.section() == section) {
        let schema = key_schema(key);
        for spelling in spellings(key) {
            if key.layered {
                patterns.insert(format!("^{spelling}\\.[0-9]+$"), value_schema(&key.form));
            }
            properties.insert(spelling, schema.clone());
        }
    }
    if section == "population" {
        properties.insert("sweep".to_owned(), ranges("keys to sweep and their values"));
    }
    if section == "map" {
        for axis in ["x", "y"] {
            let text = properties.remove(axis).unwrap_or_default();
            let table = ranges("a key and its values");
            properties.insert(axis.to_owned(), json!({ "anyOf": [text, table] }));
        }
    }
    let mut schema =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !patterns.is_empty() {
        schema["patternProperties"] = patterns.into();
    }
    schema
}

/// The allowed names of a key in its section.
fn spellings(key: &KeyInfo) -> Vec<String> {
    let mut names = vec![key.name().to_owned()];
    names.extend(key.aliases.iter().map(|alias| alias.replace('-', "_")));
    // The name of the option may differ: the data set is `--data`.
    names.extend(
        key.option
            .filter(|_| key.flag_value())
            .map(|option| option.replace('-', "_")),
    );
    names.sort();
    names.dedup();
    names
}

fn key_schema(key: &KeyInfo) -> Value {
    let mut schema = value_schema(&key.form);
    if key.layered {
        // One layer of a key may be written `key.0 = value`, which is a table in TOML.
        schema = json!({ "anyOf": [schema, {
            "type": "object",
            "patternProperties": { "^[0-9]+$": value_schema(&key.form) },
            "additionalProperties": false,
        }] });
    }
    if key.unset {
        schema = json!({ "anyOf": [{ "const": "none" }, schema] });
    }
    let default = match key.default {
        "" => String::new(),
        default => format!(" (default: {default})"),
    };
    schema["description"] = format!("{}{default}", key.help).into();
    schema
}

/// The schema of values of a form.
fn value_schema(form: &Form) -> Value {
    let whole = json!({ "type": "integer", "minimum": 0 });
    let number = json!({ "type": "number" });
    let text = json!({ "type": "string" });
    let list = |of: &Value| json!({ "type": "array", "items": of });
    let either = |choices: Vec<Value>| json!({ "anyOf": choices });
    match form {
        Form::Flag | Form::Switch => json!({ "type": "boolean" }),
        Form::Whole => whole,
        Form::Number => number,
        Form::Numbers => either(vec![number.clone(), list(&number)]),
        Form::Word(words) => word(&words()),
        Form::NumberOrWord(words) => either(vec![number, word(&words())]),
        Form::Words(words) => either(vec![word(&words()), list(&word(&words()))]),
        Form::Widths => either(vec![list(&whole), whole, text]),
        Form::Limit => either(vec![json!({ "const": "none" }), number]),
        Form::Batch => either(vec![json!({ "const": "full" }), whole]),
        Form::Columns | Form::Features | Form::Texts => either(vec![
            text.clone(),
            whole.clone(),
            list(&either(vec![text, whole])),
        ]),
        Form::Record => either(vec![text, whole.clone(), list(&whole)]),
        Form::Text | Form::Verbatim | Form::Axis => text,
    }
}

/// A known word, or one with settings after a colon.
fn word(words: &[&str]) -> Value {
    let plain: Vec<&str> = words.iter().copied().filter(|w| !w.contains(':')).collect();
    json!({ "anyOf": [{ "enum": plain }, { "type": "string", "pattern": "^[a-z0-9-]+:" }] })
}

/// A table from keys that can be swept to ranges.
fn ranges(description: &str) -> Value {
    let mut properties = Map::new();
    let mut patterns = Map::new();
    for key in keys().filter(|key| key.sweep) {
        for name in [Key::from(key).column(), key.path.to_owned()] {
            // A dot in a key makes a table of it unless it is quoted.
            if key.layered {
                patterns.insert(
                    format!("^{}\\.[0-9]+$", name.replace('.', "\\.")),
                    json!({ "$ref": "#/$defs/range" }),
                );
            }
            properties.insert(name, json!({ "$ref": "#/$defs/range" }));
        }
    }
    json!({
        "description": description,
        "type": "object",
        "properties": properties,
        "patternProperties": patterns,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stands_in_its_section() {
        let schema: Value = serde_json::from_str(&json_schema()).unwrap();
        for key in keys() {
            let found = &schema["properties"][key.section()]["properties"][key.name()];
            assert!(found.is_object(), "{}", key.path);
        }
        assert_eq!(
            schema["properties"]["network"]["additionalProperties"],
            false
        );
    }

    /// `MLP_RENEW_SCHEMA=1 cargo test -p mlp-train schema` writes the file anew.
    #[test]
    fn the_schema_in_the_repository_is_current() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/experiment.schema.json"
        );
        if std::env::var_os("MLP_RENEW_SCHEMA").is_some() {
            std::fs::write(path, json_schema()).unwrap();
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            stored == json_schema(),
            "docs/experiment.schema.json is out of date: MLP_RENEW_SCHEMA=1 cargo test -p mlp-train schema"
        );
    }
}
