//! JSON: everything in one readable document.
//!
//! An object with the fields of the safetensors file's metadata (`inputs`, `layers`, `loss`,
//! `features`, `feature_scaling`, `classes` or `outputs` and `target_scaling`, ...) and, in
//! `parameters`, an array for every tensor: `layers.I.weight` as a list of rows, one per neuron, and
//! `layers.I.bias`. Every number has the fewest digits that read back as the same f64; one of a
//! single-precision network is exactly an f32. The network is given
//! `(x - feature_scaling.offset) / feature_scaling.factor`; layer I computes
//! `activation(scale * (weight x) + bias)`.

use serde_json::Value;

use super::Format;
use crate::model_file::metadata::{DAMAGED, Metadata};
use mlp_train::{
    Model, Precision,
    storing::{Numbers, Tensor},
};

pub(super) const FORMAT: Format = Format {
    name: "json",
    endings: &["json"],
    is_named: false,
    is_program: false,
    description: "everything in one readable document, with exact numbers",
    write: |model, _| write(model),
    read: Some(read),
    is_ours: |bytes| document(bytes).is_ok_and(|(metadata, _)| metadata.contains("\"checksum\":")),
    tensors: Some(|bytes| Ok(document(bytes)?.1)),
    starts: |start, _| start.trim_ascii_start().starts_with(b"{"),
};

/// The field that holds the tensors.
const PARAMETERS: &str = "parameters";

fn write(model: &Model) -> Result<Vec<u8>, String> {
    let tensors = model.tensors();
    let json = Metadata::of(model).signed(&tensors).to_json();
    let fields: serde_json::Map<String, Value> = serde_json::from_str(&json).map_err(text)?;
    let mut document = String::from("{\n");
    for (name, value) in fields {
        document.push_str(&format!("  {}: {value},\n", Value::from(name)));
    }
    document.push_str(&format!("  \"{PARAMETERS}\": {{"));
    for (index, tensor) in tensors.iter().enumerate() {
        let numbers = tensor.numbers.to_f64();
        let list = |numbers: &[f64]| Value::from(numbers).to_string();
        let text = match tensor.shape[..] {
            [_, columns] => {
                let rows: Vec<String> = numbers.chunks(columns.max(1)).map(list).collect();
                format!("[\n      {}\n    ]", rows.join(",\n      "))
            }
            _ => list(&numbers),
        };
        let comma = if index == 0 { "" } else { "," };
        document.push_str(&format!("{comma}\n    \"{}\": {text}", tensor.name));
    }
    document.push_str("\n  }\n}\n");
    Ok(document.into_bytes())
}

fn read(bytes: &[u8]) -> Result<Model, String> {
    let (metadata, tensors) = document(bytes)?;
    let metadata = Metadata::from_json(&metadata)?;
    let model = metadata.clone().model(&tensors)?;
    // The tensors in the network's order, which may differ from the document's.
    let signed = metadata.clone().signed(&model.tensors());
    match signed.checksum == metadata.checksum {
        true => Ok(model),
        false => Err(DAMAGED.to_owned()),
    }
}

/// The metadata as JSON, and the tensors.
fn document(bytes: &[u8]) -> Result<(String, Vec<Tensor>), String> {
    let mut fields: serde_json::Map<String, Value> = serde_json::from_slice(bytes).map_err(text)?;
    let Some(Value::Object(parameters)) = fields.remove(PARAMETERS) else {
        return Err(format!(
            "it has no object \"{PARAMETERS}\", so it is not a model written by this program"
        ));
    };
    let precision = match fields.get("precision").and_then(Value::as_str) {
        Some("f32") => Precision::F32,
        _ => Precision::F64,
    };
    let mut tensors = Vec::new();
    for (name, value) in parameters {
        let bad = || format!("{name} is neither a list of numbers nor a list of equal rows");
        let entries = value.as_array().ok_or_else(bad)?;
        let rows: Option<Vec<&Vec<Value>>> = entries.iter().map(Value::as_array).collect();
        let (shape, flat): (Vec<usize>, Vec<&Value>) = match rows {
            Some(rows) if !rows.is_empty() => {
                let columns = rows[0].len();
                if rows.iter().any(|row| row.len() != columns) {
                    return Err(bad());
                }
                (
                    vec![rows.len(), columns],
                    rows.into_iter().flatten().collect(),
                )
            }
            _ => (vec![entries.len()], entries.iter().collect()),
        };
        let numbers: Vec<f64> = flat
            .into_iter()
            .map(Value::as_f64)
            .collect::<Option<_>>()
            .ok_or_else(bad)?;
        let numbers = match precision {
            Precision::F64 => Numbers::F64(numbers),
            Precision::F32 => Numbers::F32(numbers.into_iter().map(|v| v as f32).collect()),
        };
        tensors.push(Tensor {
            name,
            shape,
            numbers,
        });
    }
    Ok((Value::Object(fields).to_string(), tensors))
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
