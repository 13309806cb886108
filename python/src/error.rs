//! Errors of the library as Python's exceptions, which `mlp_lab/errors.py` defines.

use pyo3::prelude::*;

/// An exception of this class, with these arguments.
fn exception<'py, A>(py: Python<'py>, class: &str, arguments: A) -> PyErr
where
    A: pyo3::call::PyCallArgs<'py>,
{
    let made = py
        .import("mlp_lab.errors")
        .and_then(|errors| errors.getattr(class))
        .and_then(|class| class.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// A setting that is not known, or has a value that cannot be.
pub fn of_key(py: Python<'_>, key: &str, message: &str) -> PyErr {
    exception(py, "SettingError", (message, key))
}

/// Data that cannot be read or trained on.
pub fn of_data(py: Python<'_>, message: &str) -> PyErr {
    exception(py, "DataError", (message,))
}

/// A run directory or a file that cannot be read or written.
pub fn of_storage(py: Python<'_>, message: &str) -> PyErr {
    exception(py, "StorageError", (message,))
}

/// Anything else.
pub fn other(py: Python<'_>, message: &str) -> PyErr {
    exception(py, "Error", (message,))
}

/// A process that was forked while networks trained.
pub fn of_fork(py: Python<'_>, message: &str) -> PyErr {
    exception(py, "ForkError", (message,))
}

/// An error of an experiment or a training.
pub fn of_train(py: Python<'_>, error: &mlp_train::Error) -> PyErr {
    use mlp_train::Error;
    if let Some((key, message)) = of_setting(error) {
        return of_key(py, &key, &message);
    }
    match error {
        Error::Data(_) | Error::DataChanged { .. } | Error::Model(_) => {
            of_data(py, &error.to_string())
        }
        Error::Toml { .. } => exception(py, "SettingError", (error.to_string(), py.None())),
        Error::Storage(inner) => match inner.downcast_ref::<mlp_store::Error>() {
            Some(inner) => of_store(py, inner),
            None => of_storage(py, &error.to_string()),
        },
        _ => other(py, &error.to_string()),
    }
}

/// An error of a run directory.
pub fn of_store(py: Python<'_>, error: &mlp_store::Error) -> PyErr {
    match error {
        mlp_store::Error::Train(inner) => of_train(py, inner),
        other => of_storage(py, &other.to_string()),
    }
}

/// The key at fault and what is wrong, where a setting is.
fn of_setting(error: &mlp_train::Error) -> Option<(String, String)> {
    use mlp_train::{Error, Origin};
    let by_name = |origin: &Origin, text: String| match origin {
        // An argument has been named already.
        Origin::Option(_) => text,
        other => format!("{other}: {text}"),
    };
    Some(match error {
        Error::UnknownKey { origin, unknown } => {
            (unknown.key.clone(), by_name(origin, unknown.to_string()))
        }
        Error::MisplacedKey {
            origin,
            key,
            reason,
        } => (key.clone(), by_name(origin, format!("{key} {reason}"))),
        Error::BadOption { option, .. } => {
            let key = option.trim_start_matches('-').replace('-', "_");
            (key, error.to_string())
        }
        Error::BadValue { key, .. } | Error::Key { key, .. } | Error::Keys { key, .. } => {
            (key.clone(), error.to_string())
        }
        Error::InCell { source, .. } => (of_setting(source)?.0, error.to_string()),
        _ => return None,
    })
}
