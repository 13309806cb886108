//! Values as TOML writes them.

use toml::de::{DeTable, DeValue};

use super::value::Value;

/// Reads one value as TOML writes it.
pub fn read_value(text: &str) -> Result<Value, String> {
    let line = format!("value = {text}");
    let table = DeTable::parse(&line)
        .map_err(|error| format!("{text} is not TOML: {}", error.message()))?;
    let value = table
        .get_ref()
        .values()
        .next()
        .ok_or("the value is empty")?;
    convert(value.get_ref())
}

/// A value from a file.
///
/// # Errors
/// A type that no key has.
pub fn convert(value: &DeValue<'_>) -> Result<Value, String> {
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
            let entries: Result<_, _> = entries
                .iter()
                .map(|entry| convert(entry.get_ref()))
                .collect();
            Value::List(entries?)
        }
        other => return Err(format!("a {} is not allowed here", other.type_str())),
    })
}
