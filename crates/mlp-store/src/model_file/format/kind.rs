//! What a kind of file is.

use mlp_data::table::Unknown;
use mlp_train::{Model, storing::Tensor};

/// Makes something of the bytes of a file, or tells what is wrong with them.
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

/// A kind of file.
#[derive(Debug)]
pub struct Format {
    /// The name: `onnx`.
    pub name: &'static str,
    /// What such files' names end with, the usual ending first.
    pub endings: &'static [&'static str],
    /// Whether the model's name stands in it.
    pub is_named: bool,
    /// Whether it answers to the columns of a table by itself, unknown categories among them.
    pub is_program: bool,
    /// What it holds and who reads it, in one line.
    pub description: &'static str,
    /// The bytes of a model, or what about it the format cannot hold.
    pub(super) write: fn(&Model, ExportOptions<'_>) -> Result<Vec<u8>, String>,
    /// The model of a file's bytes, where the format holds all of it.
    pub(super) read: Option<Reader<Model>>,
    /// Whether a file has what this program says of a model beside its tensors, sound or not.
    pub(super) is_ours: fn(&[u8]) -> bool,
    /// The named tensors of a file, this program's or another's.
    pub(super) tensors: Option<Reader<Vec<Tensor>>>,
    /// Whether a file of so many bytes that starts with these is of this kind.
    pub(super) starts: fn(&[u8], u64) -> bool,
}
