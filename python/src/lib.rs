//! The extension module of the Python package `mlp_lab`. What users see of it is written in Python, in `mlp_lab/`.
#![deny(unsafe_code)]

mod data;
mod error;
mod fitting;
mod lists;
mod network;
mod results;
mod running;
mod runs;
mod settings;
mod table;

/// What `mlp_lab` is built on.
#[pyo3::pymodule(gil_used = false)]
mod _mlp_lab {
    #[pymodule_export]
    use crate::{
        data::table_text,
        fitting::{RawState, fit, fit_epoch},
        lists::{dataset, datasets, keys},
        network::RawNetwork,
        results::RawResults,
        runs::{analysis, open, replay, resume, run, verify},
        table::RawTable,
    };

    #[pymodule_export]
    const ENGINE: &str = mlp_core::ENGINE;
}
