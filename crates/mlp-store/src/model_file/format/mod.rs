//! The formats that a model is written to and read from.
//!
//! To add one: a file here that writes a model's bytes (and reads a model from them, where nothing is lost),
//! and its line in [`FORMATS`].

mod c;
mod c_rows;
mod columns;
mod ensemble;
mod functions;
mod identifier;
mod json;
mod kind;
mod npz;
mod onnx;
mod program;
mod rust;
mod rust_rows;
pub(super) mod safetensors;
mod source;

pub use self::kind::{ExportOptions, Format};
use std::path::Path;

use mlp_data::names::did_you_mean;
use mlp_train::{Model, storing::Tensor};

/// Every format.
pub static FORMATS: &[Format] = &[
    safetensors::FORMAT,
    onnx::FORMAT,
    npz::FORMAT,
    json::FORMAT,
    rust::FORMAT,
    c::FORMAT,
];

/// This many bytes distinguish all formats.
pub(super) const START: u64 = 16;

impl Format {
    /// The format with this name.
    ///
    /// # Errors
    /// [`mlp_train::Error::BadOption`], with the nearest name.
    pub fn named(name: &str) -> Result<&'static Self, mlp_train::Error> {
        let names = || FORMATS.iter().map(|format| format.name);
        FORMATS
            .iter()
            .find(|format| format.name == name)
            .ok_or_else(|| {
                let meant = did_you_mean(name, names());
                let known = names().collect::<Vec<_>>().join(", ");
                let reason = format!("there is no format \"{name}\"{meant} ({known})");
                mlp_train::Error::option("--to", reason)
            })
    }

    /// The format for the extension of a file.
    pub fn of_path(path: &Path) -> Option<&'static Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        FORMATS
            .iter()
            .find(|format| format.endings.contains(&ending.as_str()))
    }

    /// The format of a file by its first [`START`] bytes and its length, among those that models (or
    /// only tensors) can be read from.
    pub(super) fn of_start(start: &[u8], length: u64) -> Option<&'static Self> {
        FORMATS
            .iter()
            .find(|format| format.tensors.is_some() && (format.starts)(start, length))
    }

    /// Whether `mlp predict` reads such files.
    pub fn is_readable(&self) -> bool {
        self.read.is_some()
    }

    /// A model as the bytes of such a file; a name stands for the usual options.
    ///
    /// # Errors
    /// [`mlp_train::Error::Model`]: what about the model the format cannot represent.
    pub fn write<'a>(
        &self,
        model: &Model,
        options: impl Into<ExportOptions<'a>>,
    ) -> Result<Vec<u8>, mlp_train::Error> {
        if !model.is_finite() {
            return Err(mlp_train::Error::Model(
                "has parameters that are not finite, because its training diverged; \
                 train it again at a smaller --learning-rate"
                    .to_owned(),
            ));
        }
        let written = match model.members() {
            1 => (self.write)(model, options.into()),
            _ => ensemble::write(self, model, options.into()),
        };
        written.map_err(|reason| {
            mlp_train::Error::Model(format!("cannot be written as {}: {reason}", self.name))
        })
    }

    pub(super) fn read(&self, bytes: &[u8]) -> Result<Model, String> {
        match self.read {
            Some(read) => read(bytes),
            None => Err(format!("a model cannot be read from {}", self.name)),
        }
    }

    /// The named tensors of a file. A file of this program is read as a model, so that damage is detected.
    pub(super) fn tensors(&self, bytes: &[u8]) -> Result<(Vec<Tensor>, Option<Model>), String> {
        match (self.read(bytes), self.tensors) {
            (Ok(model), _) => Ok((model.tensors(), Some(model))),
            (Err(damage), _) if (self.is_ours)(bytes) => Err(damage),
            (Err(_), Some(tensors)) => Ok((tensors(bytes)?, None)),
            (Err(_), None) => Err(format!("parameters cannot be read from {}", self.name)),
        }
    }
}

#[cfg(test)]
mod tests;
