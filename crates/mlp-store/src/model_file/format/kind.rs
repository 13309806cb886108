//! Model file formats.

use mlp_data::table::Unknown;
use mlp_train::{Model, storing::Tensor};

/// Parses the bytes of a file, or returns what is wrong with them.
pub(super) type Reader<T> = fn(&[u8]) -> Result<T, String>;

/// How a model is written.
#[derive(Clone, Copy, Debug)]
pub struct ExportOptions<'a> {
    /// The model's name: the prefix of names in C, the graph in ONNX.
    pub name: &'a str,
    /// What a program does with a category that the model does not know.
    pub unknown: Unknown,
}

impl<'a> From<&'a str> for ExportOptions<'a> {
    /// That name, and the usual for all else.
    fn from(name: &'a str) -> Self {
        Self {
            name,
            unknown: Unknown::default(),
        }
    }
}

/// A model file format.
#[derive(Debug)]
pub struct Format {
    /// The name: `onnx`.
    pub name: &'static str,
    /// The extensions of such files, the usual one first.
    pub endings: &'static [&'static str],
    /// Whether it stores the model's name.
    pub is_named: bool,
    /// Whether it answers to the columns of a table by itself, unknown categories among them.
    pub is_program: bool,
    /// Its contents and readers, in one line.
    pub description: &'static str,
    /// The bytes of a model, or what about it the format cannot hold.
    pub(super) write: fn(&Model, ExportOptions<'_>) -> Result<Vec<u8>, String>,
    /// The model in a file's bytes, where the format represents all of it.
    pub(super) read: Option<Reader<Model>>,
    /// Whether a file has the metadata of this program, intact or not.
    pub(super) is_ours: fn(&[u8]) -> bool,
    /// The named tensors of a file, of this program or another.
    pub(super) tensors: Option<Reader<Vec<Tensor>>>,
    /// Whether a file of this length that starts with these bytes is of this format.
    pub(super) starts: fn(&[u8], u64) -> bool,
}
