//! What a graph asks for and is made of, where other programs are particular.

use mlp_data::{ScaleKind, Scaler};

use super::{
    decode,
    messages::{DOUBLE, FLOAT, ModelProto},
};
use crate::model_file::format::{
    Format,
    tests::{ensembles, models},
};
use mlp_train::{AnyNetwork, Model, ModelParts};

/// The operators of ensembles that onnxruntime has in f64; it has no `Mean`.
const IN_DOUBLE: [&str; 19] = [
    "Add", "ArgMax", "Cast", "Concat", "Div", "Gather", "Gemm", "Greater", "Mul", "Neg", "Not",
    "Relu", "Sigmoid", "Softmax", "Sqrt", "Squeeze", "Sub", "Tanh", "Where",
];

fn proto(model: &Model) -> ModelProto {
    let bytes = Format::named("onnx").unwrap().write(model, "model");
    decode(&bytes.unwrap()).unwrap()
}

fn is_double(model: &Model) -> bool {
    matches!(model.network(), AnyNetwork::F64(_))
}

/// The type of the input, and the name that the metadata has for it.
fn input(model: &Model) -> (i32, String) {
    let proto = proto(model);
    let mut properties = proto.metadata_props.iter();
    let told = properties.find(|entry| entry.key.as_deref() == Some("input"));
    let graph = proto.graph.unwrap();
    let tensor = graph.input[0].r#type.as_ref().unwrap().tensor_type.as_ref();
    (
        tensor.unwrap().elem_type.unwrap(),
        told.unwrap().value.clone().unwrap(),
    )
}

/// The model with the features of columns like these.
fn scaled(model: &Model, offset: f64, factor: f64) -> Model {
    let columns = model.feature_scaler().offset().len();
    let (offsets, factors) = (vec![offset; columns], vec![factor; columns]);
    Model::from_parts(ModelParts {
        feature_scaler: Scaler::from_parts(ScaleKind::Standard, offsets, factors).unwrap(),
        ..model.parts().clone()
    })
}

#[test]
fn ensembles_in_double_precision_are_of_operators_that_there_are_in_it() {
    let ensembles = ensembles();
    let double: Vec<&Model> = ensembles.iter().filter(|model| is_double(model)).collect();
    assert!(double.len() > 1);
    for model in double {
        for node in proto(model).graph.unwrap().node {
            let operator = node.op_type.unwrap();
            assert!(IN_DOUBLE.contains(&operator.as_str()), "{operator}");
        }
    }
}

#[test]
fn inputs_are_double_where_rounded_ones_would_be_others() {
    let models = models();
    let model = models.iter().find(|model| !is_double(model)).unwrap();
    assert_eq!(input(model), (FLOAT, "float32".to_owned()));
    // Seconds since 1970 over a year, of which f32 holds every 128th.
    let stamps = scaled(model, 1.7e9, 9e6);
    assert_eq!(input(&stamps), (DOUBLE, "float64".to_owned()));
    // Both, and neither, far from zero.
    assert_eq!(input(&scaled(model, 1.7e9, 1e9)).0, FLOAT);
    assert_eq!(input(&scaled(model, -40.0, 1.0)).0, DOUBLE);
    assert_eq!(input(&scaled(model, -5.0, 1.0)).0, FLOAT);
    let double = models.iter().find(|model| is_double(model)).unwrap();
    assert_eq!(input(double), (DOUBLE, "float64".to_owned()));
}
