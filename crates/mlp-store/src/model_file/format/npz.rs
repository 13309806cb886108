//! NPZ: tensors, scaling and names as NumPy arrays.
//!
//! | array
//! contents |
//! |---|---|
//! | `layers.I.weight`, `layers.I.bias` | `[out, in]` and `[out]` of layer I, in the training's precision |
//! | `feature_offset`, `feature_factor`
//! the network is given `(x - offset) / factor`, column by column |
//! | `target_offset`, `target_factor`
//! for numbers: a prediction is `output * factor + offset` |
//! | `features`, `classes`, `outputs`
//! names; of classes, or of the outputs for labels or numbers |
//! | `threshold`
//! for two classes, where it is not 0.5: the probability of the second above which it is predicted |
//! | `activations` | one word per layer |
//! | `mlp`
//! everything as JSON, which is what is read back |

use std::io::Cursor;

use mlp_data::TargetTransform;

use super::Format;
use crate::model_file::metadata::{DAMAGED, Metadata, assemble};
use mlp_train::{
    Array, Arrays, Data, Model, OutputMeaning,
    storing::{Numbers, Tensor},
};

pub(super) const FORMAT: Format = Format {
    name: "npz",
    endings: &["npz"],
    is_named: false,
    is_program: false,
    description: "the tensors, scaling and names as NumPy arrays",
    write: |model, _| write(model),
    read: Some(read),
    is_ours: |bytes| archive(bytes).is_ok_and(|npz| npz.get(KEY).is_some()),
    tensors: Some(|bytes| tensors(&archive(bytes)?)),
    starts: |start, _| start.starts_with(b"PK\x03\x04"),
};

/// The array with the JSON.
const KEY: &str = "mlp";

fn write(model: &Model) -> Result<Vec<u8>, String> {
    let tensors = model.tensors();
    let json = Metadata::of(model).signed(&tensors).to_json();
    let mut npz = Arrays::new();
    for tensor in tensors {
        let data = match tensor.numbers {
            Numbers::F32(values) => Data::F32(values),
            Numbers::F64(values) => Data::F64(values),
        };
        npz.insert(tensor.name, Array::new(tensor.shape, data));
    }
    for (name, values) in scaling(model) {
        npz.insert(name, Array::list(Data::F64(values)));
    }
    let words = |words: &[String]| Array::list(Data::Text(words.to_vec()));
    if let OutputMeaning::Values { scaler, .. } = model.answers()
        && scaler.transform_of_values() != TargetTransform::None
    {
        let transform = scaler.transform_of_values().to_string();
        npz.insert("target_transform", Array::word(&transform));
    }
    npz.insert("features", words(model.features()));
    match model.answers() {
        OutputMeaning::Classes(names) => npz.insert("classes", words(names)),
        OutputMeaning::Labels(names) | OutputMeaning::Values { names, .. } => {
            npz.insert("outputs", words(names));
        }
    }
    for (index, network) in model.networks().enumerate() {
        let layers = network.architecture().layers.iter();
        let activations: Vec<String> = layers.map(|l| l.activation.to_string()).collect();
        let name = match model.members() {
            1 => "activations".to_owned(),
            _ => format!("activations_{index}"),
        };
        npz.insert(name, words(&activations));
    }
    npz.insert(KEY, Array::word(&json));
    let bytes = npz.write_to(Cursor::new(Vec::new()));
    Ok(bytes.map_err(|error| error.to_string())?.into_inner())
}

/// The arrays of the scaling and the decision threshold.
fn scaling(model: &Model) -> Vec<(&'static str, Vec<f64>)> {
    let features = model.feature_scaler();
    let mut arrays = vec![
        ("feature_offset", features.offset().to_vec()),
        ("feature_factor", features.factor().to_vec()),
    ];
    if let Some(threshold) = model.parts().threshold {
        arrays.push(("threshold", vec![threshold]));
    }
    if let OutputMeaning::Values { scaler, .. } = model.answers() {
        arrays.push(("target_offset", scaler.offset().to_vec()));
        arrays.push(("target_factor", scaler.factor().to_vec()));
    }
    arrays
}

fn archive(bytes: &[u8]) -> Result<Arrays, String> {
    Arrays::read_from(Cursor::new(bytes)).map_err(|error| error.to_string())
}

fn read(bytes: &[u8]) -> Result<Model, String> {
    let npz = archive(bytes)?;
    let json = npz
        .get(KEY)
        .and_then(Array::words)
        .and_then(<[String]>::first);
    let json = json.ok_or(
        "it has arrays but no metadata written by this program; was it written by another one? \
         (--init-from takes arrays alone)",
    )?;
    let model = assemble(json, &tensors(&npz)?)?;
    // Duplicate information must agree.
    for (name, values) in scaling(&model) {
        if npz.get(name).and_then(Array::numbers) != Some(values) {
            return Err(DAMAGED.to_owned());
        }
    }
    Ok(model)
}

/// The arrays of parameters: those whose names have a dot.
fn tensors(npz: &Arrays) -> Result<Vec<Tensor>, String> {
    let parameters = npz.iter().filter(|(name, _)| name.contains('.'));
    parameters
        .map(|(name, array)| {
            let numbers = match &array.data {
                Data::F32(values) => Numbers::F32(values.clone()),
                Data::F64(values) => Numbers::F64(values.clone()),
                _ => return Err(format!("array {name} is neither f4 nor f8")),
            };
            Ok(Tensor {
                name: name.to_owned(),
                shape: array.shape.clone(),
                numbers,
            })
        })
        .collect()
}
