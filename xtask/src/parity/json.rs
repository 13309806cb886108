//! JSON as files and as text.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// Reads a file.
pub fn read(path: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// A value as a table shows it.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(" "),
        Value::Object(entries) => entries["optimizer"].as_str().unwrap_or("...").to_owned(),
        other => other.to_string(),
    }
}
