//! Model file formats.

use mlp_train::{Model, storing::Tensor};

/// Parses the bytes of a file, or returns what is wrong with them.
pub(super) type Reader<T> = fn(&[u8]) -> Result<T, String>;

/// A model file format.
#[derive(Debug)]
pub struct Format {
    /// The name: `onnx`.
    pub name: &'static str,
    /// The extensions of such files, the usual one first.
    pub endings: &'static [&'static str],
    /// Whether it stores the model's name.
    pub is_named: bool,
    /// Its contents and readers, in one line.
    pub description: &'static str,
    /// The bytes of a model of this name, or what about it the format cannot represent.
    pub(super) write: fn(&Model, &str) -> Result<Vec<u8>, String>,
    /// The model in a file's bytes, where the format represents all of it.
    pub(super) read: Option<Reader<Model>>,
    /// Whether a file has the metadata of this program, intact or not.
    pub(super) is_ours: fn(&[u8]) -> bool,
    /// The named tensors of a file, of this program or another.
    pub(super) tensors: Option<Reader<Vec<Tensor>>>,
    /// Whether a file of this length that starts with these bytes is of this format.
    pub(super) starts: fn(&[u8], u64) -> bool,
}
