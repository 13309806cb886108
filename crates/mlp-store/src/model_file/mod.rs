//! Model files on the disk: the first bytes of a file show its format.

mod fold;
mod format;
mod metadata;
mod scaling;

use std::{fs::File, io::Read, path::Path};

use mlp_core::Activation;

pub use self::format::{ExportOptions, FORMATS, Format};
use self::format::{START, safetensors};
pub use crate::run_directory::open_model as open;
use crate::{Error, files::whole_file::WholeFile, state_file};
use mlp_train::{
    Model, OutputMeaning,
    storing::{Tensor, sha256_of_bytes},
};

/// A model as the bytes of a safetensors file: tensors `layers.0.weight` `[out, in]`,
/// `layers.0.bias` and so on, with PyTorch's names.
pub fn to_bytes(model: &Model) -> Vec<u8> {
    safetensors::write(model)
}

/// Writes a model file atomically.
///
/// # Errors
/// [`Error::Write`].
pub fn write(model: &Model, path: &Path) -> Result<(), Error> {
    WholeFile::write(path, &to_bytes(model))
}

/// Reads a model file of any [format](Format::is_readable).
///
/// # Errors
/// [`Error::Read`]; [`Error::Corrupt`] where it is damaged, or is not a model of this program.
pub fn read(path: &Path) -> Result<Model, Error> {
    let (format, bytes) = contents(path)?;
    format
        .read(&bytes)
        .map_err(|reason| Error::corrupt(path, "model file", reason))
}

/// Reads the bytes of a model file of any format.
///
/// # Errors
/// What is wrong with them.
pub fn from_bytes(bytes: &[u8]) -> Result<Model, String> {
    let start = &bytes[..bytes.len().min(START as usize)];
    match Format::of_start(start, bytes.len() as u64) {
        Some(format) => format.read(bytes),
        None => Err(foreign(start)),
    }
}

/// The kind of a file that is not a model, by its first bytes.
fn foreign(start: &[u8]) -> String {
    let others = [
        (
            &state_file::KIND.magic[..],
            "it is the state of a training, which --continue takes; the network is in model.safetensors beside it",
        ),
        (
            b"PAR1",
            "it is a Parquet table; the network of a run is in its model.safetensors",
        ),
    ];
    let other = others.iter().find(|(magic, _)| start.starts_with(magic));
    let usual = "it is not a safetensors file, NPZ archive, JSON document or ONNX model, or it is truncated";
    other.map_or(usual, |(_, what)| what).to_owned()
}

/// The format of a file, and its bytes. A foreign file is refused by its first bytes, however
/// long it is.
fn contents(path: &Path) -> Result<(&'static Format, Vec<u8>), Error> {
    let read = Error::read(path);
    let mut file = File::open(path).map_err(read)?;
    let length = file.metadata().map_err(read)?.len();
    let mut bytes = Vec::new();
    (&mut file)
        .take(START)
        .read_to_end(&mut bytes)
        .map_err(read)?;
    let Some(format) = Format::of_start(&bytes, length) else {
        return Err(Error::corrupt(path, "model file", foreign(&bytes)));
    };
    file.read_to_end(&mut bytes).map_err(read)?;
    Ok((format, bytes))
}

/// The parameters of a file, whether a model of this program or tensors of another.
#[derive(Debug)]
pub(crate) struct ReadTensors {
    pub(crate) tensors: Vec<Tensor>,
    /// The layers' activations, where the file has them.
    pub(crate) activations: Option<Vec<Activation>>,
    /// The classes in the order of the outputs, where the file has them.
    pub(crate) classes: Option<Vec<String>>,
    /// sha256 of the bytes that were read.
    pub(crate) sha256: String,
}

/// Reads the named tensors of a file once.
///
/// # Errors
/// [`Error::Read`]; [`Error::Corrupt`] where it is damaged, or holds no tensors.
pub(crate) fn read_tensors(path: &Path) -> Result<ReadTensors, Error> {
    let (format, bytes) = contents(path)?;
    let (tensors, model) = format
        .tensors(&bytes)
        .map_err(|reason| Error::corrupt(path, "model file", reason))?;
    let classes = model.as_ref().and_then(class_names);
    let activations = model.map(|model| {
        let layers = &model.network().architecture().layers;
        layers.iter().map(|layer| layer.activation).collect()
    });
    Ok(ReadTensors {
        tensors,
        activations,
        classes,
        sha256: sha256_of_bytes(&bytes),
    })
}

/// The classes of a model, in the order of its outputs.
pub(crate) fn class_names(model: &Model) -> Option<Vec<String>> {
    match model.answers() {
        OutputMeaning::Classes(names) => Some(names.clone()),
        OutputMeaning::Labels(_) | OutputMeaning::Values { .. } => None,
    }
}

#[cfg(test)]
mod tests;
