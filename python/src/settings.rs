//! Keyword arguments and dictionaries as settings of the registry of keys.

use mlp_train::{
    Key, Origin, Range, Setting, SettingsLayer, Sweep, Value,
    key::{Form, check_range},
};
use pyo3::{
    prelude::*,
    types::{PyDict, PyString, PyTuple},
};

use crate::error;

/// How texts are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// As on the command line, where `"8,8"` is a list.
    AsTyped,
    /// As in an experiment file, where a text is one value.
    AsInFiles,
}

/// The settings in a dictionary, whose tables may be nested as in a file.
pub fn layer(dict: &Bound<'_, PyDict>, texts: Texts) -> PyResult<SettingsLayer> {
    let mut layer = SettingsLayer::new();
    Reader {
        texts,
        layer: &mut layer,
    }
    .table("", dict)?;
    Ok(layer)
}

struct Reader<'a> {
    texts: Texts,
    layer: &'a mut SettingsLayer,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, dict: &Bound<'_, PyDict>) -> PyResult<()> {
        for (name, value) in dict {
            let name = name.str()?.to_string();
            // `continue_` and `lambda_`, for words that Python reserves.
            let name = format!("{prefix}{}", name.trim_end_matches('_'));
            if value.is_none() {
                continue;
            }
            self.entry(&name, &value)?;
        }
        Ok(())
    }

    fn entry(&mut self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = value.py();
        let swept = ["population.sweep", "sweep"]
            .iter()
            .find_map(|sweep| name.strip_prefix(sweep));
        if let Some(swept) = swept {
            if let (Some(key), false) = (swept.strip_prefix('.'), swept.is_empty()) {
                return self.sweep(key, value);
            }
            if swept.is_empty() {
                let Ok(dict) = value.cast::<PyDict>() else {
                    let told = "sweep: must be a dictionary of keys and their values, as in {\"weight_decay\": [0, 1e-3]}";
                    return Err(error::of_key(py, "sweep", told));
                };
                for (key, range) in dict {
                    self.sweep(&key.str()?.to_string(), &range)?;
                }
                return Ok(());
            }
        }
        let key = Key::parse(name);
        let is_axis = |key: &Key| matches!(key.info().form, Form::Axis);
        if let (false, Ok(dict)) = (key.as_ref().is_ok_and(is_axis), value.cast::<PyDict>()) {
            return self.table(&format!("{name}."), dict);
        }
        let key = key.map_err(|unknown| {
            let key = unknown.key.clone();
            error::of_key(py, &key, &unknown.to_string())
        })?;
        let bad = |reason: String| error::of_key(py, &key.to_string(), &format!("{key}: {reason}"));
        let info = key.info();
        let value = match info.form {
            Form::Axis => axis(&key, value)?,
            _ => plain(value).map_err(|_| bad(not_a_value(value)))?,
        };
        let value = match (value, self.texts) {
            (Value::Text(text), Texts::AsTyped) => info.read(&text),
            (value, _) => info.accept(value),
        };
        self.layer.settings.push(Setting {
            key,
            value: value.map_err(bad)?,
            origin: Origin::Option(key.to_string()),
        });
        Ok(())
    }

    fn sweep(&mut self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let (key, range) = swept(value.py(), name, value)?;
        self.layer.sweeps.push(Sweep {
            key,
            range,
            origin: Origin::Option("sweep".to_owned()),
        });
        Ok(())
    }
}

/// A key and the values that it takes.
fn swept(py: Python<'_>, name: &str, value: &Bound<'_, PyAny>) -> PyResult<(Key, Range)> {
    let key = Key::parse(name).map_err(|unknown| error::of_key(py, name, &unknown.to_string()))?;
    let bad = |reason: String| error::of_key(py, &key.to_string(), &format!("sweep: {reason}"));
    let range = match plain(value).map_err(|_| bad(format!("{key}: {}", not_a_value(value))))? {
        Value::Text(text) => text.parse::<Range>(),
        Value::List(values) => Range::list(values),
        single => Range::list(vec![single]),
    };
    let range = range.map_err(|error| bad(format!("{key}: {error}")))?;
    check_range(&key, &range).map_err(bad)?;
    Ok((key, range))
}

/// An axis of a map: a text, a pair of key and values, or a dictionary of the one.
fn axis(axis: &Key, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let py = value.py();
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::Text(text.to_string()));
    }
    let pair = match (value.cast::<PyDict>(), value.cast::<PyTuple>()) {
        (Ok(dict), _) if dict.len() == 1 => dict.iter().next(),
        (_, Ok(pair)) if pair.len() == 2 => Some((pair.get_item(0)?, pair.get_item(1)?)),
        _ => None,
    };
    let Some((name, values)) = pair else {
        let told = format!(
            "{axis}: must be a key with its values, as in (\"learning_rate\", \"log:1e-3:1e1:32\") or {{\"hidden\": [2, 4, 8]}}"
        );
        return Err(error::of_key(py, &axis.to_string(), &told));
    };
    let (key, range) = swept(py, &name.str()?.to_string(), &values)?;
    Ok(Value::Text(format!("{key}={range}")))
}

fn not_a_value(value: &Bound<'_, PyAny>) -> String {
    let kind = value.get_type();
    let kind = kind
        .name()
        .map_or_else(|_| "this".to_owned(), |name| name.to_string());
    format!("must be a number, a text, True or False, or a list of these, not of type {kind}")
}

/// A value: of Python itself, of NumPy, or a path.
fn plain(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::Text(text.to_string()));
    }
    if let Ok(flag) = value.extract::<bool>() {
        return Ok(Value::Flag(flag));
    }
    if value.hasattr("__index__")?
        && let Ok(integer) = value.extract::<i64>()
    {
        return Ok(Value::Integer(integer));
    }
    if value.hasattr("__fspath__")? {
        let path = value.call_method0("__fspath__")?;
        return Ok(Value::Text(path.str()?.to_string()));
    }
    // An array of one axis has both `__float__` and `__iter__`.
    if let Ok(entries) = value.try_iter() {
        let entries = entries.map(|entry| plain(&entry?));
        return entries.collect::<PyResult<_>>().map(Value::List);
    }
    value.extract::<f64>().map(Value::Number)
}
