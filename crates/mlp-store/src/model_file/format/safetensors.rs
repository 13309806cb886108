//! safetensors: PyTorch's names and shapes, and everything else as JSON in the metadata.

use std::collections::HashMap;

use ::safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::Format;
use crate::model_file::metadata::{Metadata, assemble};
use mlp_train::{
    Model, Precision,
    storing::{Numbers, Tensor},
};

pub(super) const FORMAT: Format = Format {
    name: "safetensors",
    endings: &["safetensors"],
    is_named: false,
    is_program: false,
    description: "tensors with PyTorch's names; scaling and names in the metadata; the format of runs",
    write: |model, _| Ok(write(model)),
    read: Some(read),
    is_ours: |bytes| metadata(bytes).is_ok_and(|json| json.is_some()),
    tensors: Some(tensors),
    starts,
};

/// The only key of the metadata. One key, because the order of a file's keys is not fixed.
const KEY: &str = "mlp";

/// The longest header that is accepted.
const HEADER_LIMIT: u64 = 100_000_000;

/// Whether it starts with a length that fits into the file, followed by JSON.
fn starts(start: &[u8], length: u64) -> bool {
    let Some((header, rest)) = start.split_first_chunk::<8>() else {
        return false;
    };
    let header = u64::from_le_bytes(*header);
    rest.starts_with(b"{") && header <= HEADER_LIMIT && header <= length.saturating_sub(8)
}

pub(in crate::model_file) fn write(model: &Model) -> Vec<u8> {
    let tensors = model.tensors();
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|tensor| tensor.numbers.to_bytes())
        .collect();
    let views = tensors.iter().zip(&bytes).map(|(tensor, bytes)| {
        let dtype = match tensor.numbers.precision() {
            Precision::F32 => Dtype::F32,
            Precision::F64 => Dtype::F64,
        };
        let view = TensorView::new(dtype, tensor.shape.clone(), bytes);
        (tensor.name.as_str(), view.expect("shape and bytes agree"))
    });
    let json = Metadata::of(model).signed(&tensors).to_json();
    let metadata = HashMap::from([(KEY.to_owned(), json)]);
    ::safetensors::serialize(views, Some(metadata)).expect("a model's header is short")
}

fn read(bytes: &[u8]) -> Result<Model, String> {
    let json = metadata(bytes)?.ok_or(
        "it has tensors but no metadata written by this program; was it written by another one? \
         (--init-from takes tensors alone)",
    )?;
    assemble(&json, &tensors(bytes)?)
}

fn metadata(bytes: &[u8]) -> Result<Option<String>, String> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(text)?;
    let metadata = header.metadata().as_ref();
    Ok(metadata.and_then(|metadata| metadata.get(KEY)).cloned())
}

fn tensors(bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let file = SafeTensors::deserialize(bytes).map_err(text)?;
    let tensor = |(name, view): (String, TensorView<'_>)| {
        let precision = match view.dtype() {
            Dtype::F32 => Precision::F32,
            Dtype::F64 => Precision::F64,
            other => return Err(format!("tensor {name} is {other:?}; F32 and F64 are read")),
        };
        Ok(Tensor {
            numbers: Numbers::from_bytes(precision, view.data()),
            shape: view.shape().to_vec(),
            name,
        })
    };
    file.tensors().into_iter().map(tensor).collect()
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
