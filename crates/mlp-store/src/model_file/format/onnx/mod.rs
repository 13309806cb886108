//! ONNX: a graph from rows in original units to predictions, and everything else as metadata.
//!
//! Operators are those of opset 13 in ONNX's own domain. The input `input` is `[batch, columns]`
//! with an open batch axis, in the network's precision, or in f64 where rounded inputs would not be the same to the network;
//! scaling is part of the graph. A classifier
//! gives `label` `[batch]` (text, or int64 where every class is a whole number) and `probabilities`
//! `[batch, classes]` (`scores` after a hinge loss; the label is that of the model's threshold, where it has one), a model of several labels `labels` (1 or 0) and
//! `probabilities` `[batch, labels]`, a regression `prediction` `[batch, outputs]` in original units.
//!
//! An ensemble has its networks side by side, gives the mean of their numbers, and their standard deviation as `spread`.
//!
//! Where the table has columns of categories or dates, each of its columns is an input of its own, `[batch, 1]`: text for
//! categories, f64 for numbers and for days since 1970-01-01. A category is looked up by `LabelEncoder` of the domain
//! `ai.onnx.ml`; what is refused is an index that is out of the table, in a node whose name says what is wrong.
//!
//! Scaling runs in f64 even where the network is f32, because the difference of two large numbers needs
//! the digits. What the runtimes lack in f64, mainly activations, is composed of what they have.

mod activation;
mod columns;
mod ensemble;
mod graph;
mod messages;
#[cfg(test)]
mod tests;

use mlp_data::{Input, TargetTransform};
use prost::Message;

use self::{
    ensemble::mean_and_spread,
    graph::{Attribute, Graph, LEARNING, Value, element_type},
    messages::{
        BOOL, DOUBLE, FLOAT, INT64, ModelProto, OperatorSetIdProto, STRING, StringStringEntryProto,
        TensorProto,
    },
};
use super::{
    ExportOptions, Format,
    identifier::identifier,
    program::{ExportedOutput, Layer, Link, Norm, Program},
    source::shape,
};
use crate::model_file::metadata::{DAMAGED, Metadata, assemble};
use mlp_train::{
    Model, Precision,
    storing::{Numbers, Tensor},
};

pub(super) const FORMAT: Format = Format {
    name: "onnx",
    endings: &["onnx"],
    is_named: true,
    is_program: true,
    description: "ONNX (opset 13): scaling, network, probabilities and class labels in one graph",
    write: |model, options| write(model, options),
    read: Some(read),
    is_ours: |bytes| decode(bytes).is_ok_and(|proto| metadata(&proto).is_some()),
    tensors: Some(|bytes| tensors(&decode(bytes)?)),
    // The first field of the message, its version, and the tag of another field.
    starts: |start, _| matches!(start, [0x08, version, tag, ..] if *version < 32 && *tag > 0),
};

/// The version of ONNX's operators.
const OPSET: i64 = 13;

/// The version of those for tables, where they are used.
const LEARNING_OPSET: i64 = 2;

/// The version of the file's layout that came with it.
const IR_VERSION: i64 = 7;

/// The metadata with everything, which is what is read back.
const KEY: &str = "mlp";

/// BLAKE3 of the file without this entry: other programs compute the graph, of which nothing but parameters is read back.
const DIGEST: &str = "digest";

/// The layout of files with a digest; earlier ones have no number.
const MODEL_VERSION: i64 = 2;

fn write(model: &Model, options: ExportOptions<'_>) -> Result<Vec<u8>, String> {
    let alone = model.each_alone();
    let programs = alone.iter().map(|one| Program::of(one, options.unknown));
    let programs = programs.collect::<Result<Vec<_>, _>>()?;
    let program = Program::of(model, options.unknown)?;
    let json = Metadata::of(model).signed(&model.tensors()).to_json();
    let names = |names: &[String]| serde_json::to_string(names).map_err(|error| error.to_string());
    let columns = match &program.table {
        Some(table) => (table.all.iter())
            .map(|column| column.name.clone())
            .collect(),
        None => program.columns.clone(),
    };
    let mut properties = vec![
        ("columns", names(&columns)?),
        ("architecture", shape(&program)),
    ];
    if let Some(classes) = program.classes() {
        properties.push(("classes", names(classes)?));
    }
    if let Some(threshold) = program.threshold {
        properties.push(("threshold", threshold.to_string()));
    }
    let mut opsets = vec![(String::new(), OPSET)];
    let precision = model.network().precision();
    if program.table.is_none() {
        let input = match input_type(&program, precision) {
            DOUBLE => "float64",
            _ => "float32",
        };
        properties.push(("input", input.to_owned()));
    }
    if let Some(table) = &program.table {
        properties.push(("unknown", table.unknown.name().to_owned()));
        opsets.push((LEARNING.to_owned(), LEARNING_OPSET));
    }
    // The last field of the file, so that a truncated one is detected.
    properties.push((KEY, json));
    let mut proto = ModelProto {
        ir_version: Some(IR_VERSION),
        opset_import: (opsets.into_iter())
            .map(|(domain, version)| OperatorSetIdProto {
                domain: Some(domain),
                version: Some(version),
            })
            .collect(),
        producer_name: Some("mlp-lab".to_owned()),
        producer_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        model_version: Some(MODEL_VERSION),
        doc_string: Some(format!("{} trained on {}", shape(&program), model.data())),
        graph: Some(graph(&program, &programs, &identifier(options.name), precision).finish()),
        metadata_props: properties.into_iter().map(entry).collect(),
    };
    let digest = entry((DIGEST, digest(&proto)));
    proto.metadata_props.insert(0, digest);
    Ok(proto.encode_to_vec())
}

/// The graph of one network, or of several that see the same inputs.
fn graph(whole: &Program<'_>, programs: &[Program<'_>], name: &str, precision: Precision) -> Graph {
    let program = whole;
    let mut graph = Graph::new(name, precision);
    let is_prepared =
        program.expansion.is_some() || program.fill.is_some() || program.scaling.is_some();
    let (mut x, known) = match &program.table {
        Some(table) => columns::features(&mut graph, table),
        None => {
            let about = format!("columns in original units: {}", program.columns.join(", "));
            let element = input_type(program, precision);
            let x = graph.input_of("input", element, program.columns.len(), about);
            match is_prepared && element != DOUBLE {
                true => (graph.cast(&x, DOUBLE), None),
                false => (x, None),
            }
        }
    };
    if is_prepared || program.table.is_some() {
        if let Some(inputs) = program.expansion {
            x = expand(&mut graph, &x, inputs);
        }
        if let Some(fill) = program.fill {
            let fill = graph.doubles("feature_fill", fill);
            let missing = graph.node("IsNaN", &[&x], &[]);
            x = graph.node("Where", &[&missing, &fill, &x], &[]);
        }
        if let Some(scaler) = program.scaling {
            let offset = graph.doubles("feature_offset", scaler.offset());
            let factor = graph.doubles("feature_factor", scaler.factor());
            x = graph.node("Sub", &[&x, &offset], &[]);
            x = graph.node("Div", &[&x, &factor], &[]);
        }
        x = graph.cast(&x, element_type(precision));
    }
    if let [only] = programs {
        let y = network(&mut graph, only, precision, &x);
        let numbers = numbers(&mut graph, only, precision, &y);
        answer(
            &mut graph,
            only,
            precision,
            (&numbers, Some(&y)),
            known.as_ref(),
        );
    } else {
        let each = programs.iter().enumerate().map(|(index, program)| {
            graph.of_member(Some(index));
            let y = network(&mut graph, program, precision, &x);
            numbers(&mut graph, program, precision, &y)
        });
        let each: Vec<Value> = each.collect();
        graph.of_member(None);
        let (mean, spread) = mean_and_spread(&mut graph, &each);
        answer(&mut graph, whole, precision, (&mean, None), known.as_ref());
        let columns = Some(whole.answers().1.len());
        let about = format!("the standard deviation over {} networks", each.len());
        let spread = only_known(&mut graph, known.as_ref(), &spread);
        graph.output(&spread, "spread", element_type(precision), columns, &about);
    }
    if let Some(known) = known {
        let about = "whether the row is predicted: its categories are known";
        graph.output(&known, "known", BOOL, Some(1), about);
    }
    graph
}

/// The type of the one input of a table of numbers.
fn input_type(program: &Program<'_>, precision: Precision) -> i32 {
    match program.needs_doubles() {
        true => DOUBLE,
        false => element_type(precision),
    }
}

/// From the scaled inputs to the outputs of the last layer.
fn network(graph: &mut Graph, program: &Program<'_>, precision: Precision, x: &Value) -> Value {
    let mut x = x.clone();
    let mut seen = x.clone();
    for (index, layer) in program.layers.iter().enumerate() {
        let from = if layer.shortcuts { &seen } else { &x };
        let mut y = dense(graph, index, layer, from);
        if let Some(norm) = &layer.norm {
            y = normalized(graph, index, norm, layer.outputs, precision, &y);
        }
        y = activation::of(graph, precision, layer.activation, &y);
        x = match layer.skip {
            true => graph.node("Add", &[&y, &x], &[]),
            false => y,
        };
        if program.place(index).is_some() {
            seen = graph.node("Concat", &[&seen, &x], &[("axis", Attribute::Int(1))]);
        }
    }
    x
}

/// scale * x W^T + b.
fn dense(graph: &mut Graph, index: usize, layer: &Layer, x: &Value) -> Value {
    let shape = [layer.outputs, layer.inputs];
    let weights = graph.tensor(&format!("layers.{index}.weight"), &shape, &layer.weights);
    let biases = layer
        .biases
        .as_ref()
        .map(|biases| graph.tensor(&format!("layers.{index}.bias"), &shape[..1], biases));
    let transposed = ("transB", Attribute::Int(1));
    // An attribute is an f32; another scale is a separate factor.
    let alpha = layer.scale as f32;
    if f64::from(alpha) == layer.scale {
        let inputs = [x, &weights].into_iter().chain(&biases);
        let inputs: Vec<&str> = inputs.map(String::as_str).collect();
        return match alpha == 1.0 {
            true => graph.node("Gemm", &inputs, &[transposed]),
            false => graph.node(
                "Gemm",
                &inputs,
                &[("alpha", Attribute::Float(alpha)), transposed],
            ),
        };
    }
    let product = graph.node("Gemm", &[x, &weights], &[transposed]);
    let scale = graph.constant(layer.scale);
    let scaled = graph.node("Mul", &[&product, &scale], &[]);
    match biases {
        Some(biases) => graph.node("Add", &[&scaled, &biases], &[]),
        None => scaled,
    }
}

/// scale * (z - mean) / sqrt(variance + epsilon) + shift.
fn normalized(
    graph: &mut Graph,
    index: usize,
    norm: &Norm,
    width: usize,
    precision: Precision,
    z: &Value,
) -> Value {
    let mut list = |name: &str, numbers: Option<&Numbers>, usual: f64| {
        match numbers {
            Some(numbers) => graph.tensor(&format!("norms.{index}.{name}"), &[width], numbers),
            // Without a dot in its name it is not a tensor of the network.
            None => {
                let usual = Numbers::of(precision, &vec![usual; width]);
                graph.tensor(&format!("norm_{index}_{name}"), &[width], &usual)
            }
        }
    };
    let scale = list("weight", norm.scale.as_ref(), 1.0);
    let shift = list("bias", norm.shift.as_ref(), 0.0);
    if let Some((means, variances)) = &norm.running {
        let means = list("running_mean", Some(means), 0.0);
        let variances = list("running_var", Some(variances), 1.0);
        let epsilon = ("epsilon", Attribute::Float(norm.epsilon as f32));
        return graph.node(
            "BatchNormalization",
            &[z, &scale, &shift, &means, &variances],
            &[epsilon],
        );
    }
    // LayerNormalization is an operator of later versions.
    let mean = |graph: &mut Graph, value: &Value| {
        let axes = ("axes", Attribute::Ints(vec![1]));
        graph.node(
            "ReduceMean",
            &[value],
            &[axes, ("keepdims", Attribute::Int(1))],
        )
    };
    let centre = mean(graph, z);
    let off = graph.node("Sub", &[z, &centre], &[]);
    let squares = graph.node("Mul", &[&off, &off], &[]);
    let variance = mean(graph, &squares);
    let epsilon = graph.constant(norm.epsilon);
    let sum = graph.node("Add", &[&variance, &epsilon], &[]);
    let deviation = graph.node("Sqrt", &[&sum], &[]);
    let unit = graph.node("Div", &[&off, &deviation], &[]);
    let scaled = graph.node("Mul", &[&unit, &scale], &[]);
    graph.node("Add", &[&scaled, &shift], &[])
}

/// The inputs that are computed from the two columns x and y.
fn expand(graph: &mut Graph, rows: &Value, inputs: &[Input]) -> Value {
    let column = |graph: &mut Graph, name: &str, index: i64| {
        let index = graph.integers(name, &[index]);
        graph.node("Gather", &[rows, &index], &[("axis", Attribute::Int(1))])
    };
    let (x, y) = (column(graph, "column_x", 0), column(graph, "column_y", 1));
    let computed: Vec<Value> = inputs
        .iter()
        .map(|input| match input {
            Input::X => x.clone(),
            Input::Y => y.clone(),
            Input::X2 => graph.node("Mul", &[&x, &x], &[]),
            Input::Y2 => graph.node("Mul", &[&y, &y], &[]),
            Input::Xy => graph.node("Mul", &[&x, &y], &[]),
            Input::SinX => graph.node("Sin", &[&x], &[]),
            Input::SinY => graph.node("Sin", &[&y], &[]),
        })
        .collect();
    let computed: Vec<&str> = computed.iter().map(String::as_str).collect();
    graph.node("Concat", &computed, &[("axis", Attribute::Int(1))])
}

/// The numbers that a network's outputs stand for: probabilities or scores, or predictions in original units.
fn numbers(graph: &mut Graph, program: &Program<'_>, precision: Precision, y: &Value) -> Value {
    match &program.answer {
        ExportedOutput::Values {
            link,
            scaling,
            transform,
            ..
        } => {
            let mut y = match link {
                Link::Identity => y.clone(),
                Link::Sigmoid => graph.node("Sigmoid", &[y], &[]),
                Link::Exp => graph.node("Exp", &[y], &[]),
            };
            if scaling.is_some() || *transform != TargetTransform::None {
                y = graph.cast(&y, DOUBLE);
                if let Some(scaler) = scaling {
                    let factor = graph.doubles("target_factor", scaler.factor());
                    let offset = graph.doubles("target_offset", scaler.offset());
                    y = graph.node("Mul", &[&y, &factor], &[]);
                    y = graph.node("Add", &[&y, &offset], &[]);
                }
                if *transform != TargetTransform::None {
                    y = graph.node("Exp", &[&y], &[]);
                }
                if *transform == TargetTransform::Log1p {
                    let one = graph.doubles("one", &[1.0]);
                    y = graph.node("Sub", &[&y, &one], &[]);
                }
                y = graph.cast(&y, element_type(precision));
            }
            y
        }
        ExportedOutput::Labels { .. } => graph.node("Sigmoid", &[y], &[]),
        ExportedOutput::Softmax { .. } => {
            graph.node("Softmax", &[y], &[("axis", Attribute::Int(1))])
        }
        ExportedOutput::Scores { .. } => y.clone(),
        ExportedOutput::Binary { .. } | ExportedOutput::Margin { .. } => {
            let minus = graph.node("Neg", &[y], &[]);
            let both = graph.node("Concat", &[&minus, y], &[("axis", Attribute::Int(1))]);
            match program.answer {
                ExportedOutput::Binary { .. } => graph.node("Sigmoid", &[&both], &[]),
                _ => both,
            }
        }
    }
}

/// Numbers, and NaN for rows that are not predicted.
fn only_known(graph: &mut Graph, known: Option<&Value>, numbers: &Value) -> Value {
    match known {
        Some(known) => {
            let none = graph.constant(f64::NAN);
            graph.node("Where", &[known, numbers, &none], &[])
        }
        None => numbers.clone(),
    }
}

/// From the numbers to the outputs of the graph; a network alone decides by its outputs.
fn answer(
    graph: &mut Graph,
    program: &Program<'_>,
    precision: Precision,
    (numbers, outputs): (&Value, Option<&Value>),
    known: Option<&Value>,
) {
    let axis = |axis| ("axis", Attribute::Int(axis));
    let element = element_type(precision);
    let (what, names) = program.answers();
    let about = format!("of the {what} {}", names.join(", "));
    let columns = Some(names.len());
    let shown = only_known(graph, known, numbers);
    let name = match &program.answer {
        ExportedOutput::Values { .. } => {
            let about = format!("in original units: {}", names.join(", "));
            graph.output(&shown, "prediction", element, columns, &about);
            return;
        }
        ExportedOutput::Labels { .. } => {
            let (value, bound) = match outputs {
                Some(outputs) => (outputs, graph.constant(0.0)),
                None => (numbers, graph.constant(0.5)),
            };
            let on = graph.node("Greater", &[value, &bound], &[]);
            let mut on = graph.cast(&on, INT64);
            if let Some(known) = known {
                let none = graph.integers("no_label", &[-1]);
                on = graph.node("Where", &[known, &on, &none], &[]);
            }
            graph.output(&on, "labels", INT64, columns, &format!("1 or 0, {about}"));
            graph.output(&shown, "probabilities", element, columns, &about);
            return;
        }
        ExportedOutput::Softmax { .. } | ExportedOutput::Binary { .. } => "probabilities",
        ExportedOutput::Scores { .. } | ExportedOutput::Margin { .. } => "scores",
    };
    let single = outputs.filter(|_| program.is_single());
    let index = match (program.threshold, single) {
        (Some(threshold), _) => {
            let threshold = graph.doubles("threshold", &[threshold]);
            let second = graph.integers("second", &[1]);
            let second = graph.node("Gather", &[numbers, &second], &[axis(1)]);
            let second = graph.cast(&second, DOUBLE);
            let taken = graph.node("Greater", &[&second, &threshold], &[]);
            let taken = graph.cast(&taken, INT64);
            let axes = graph.integers("axes", &[1]);
            graph.node("Squeeze", &[&taken, &axes], &[])
        }
        (None, Some(y)) => {
            let zero = graph.constant(0.0);
            let second = graph.node("Greater", &[y, &zero], &[]);
            let second = graph.cast(&second, INT64);
            let axes = graph.integers("axes", &[1]);
            graph.node("Squeeze", &[&second, &axes], &[])
        }
        (None, None) => {
            let keep = ("keepdims", Attribute::Int(0));
            graph.node("ArgMax", &[outputs.unwrap_or(numbers)], &[axis(1), keep])
        }
    };
    // Whole numbers are integer labels, as in scikit-learn.
    let whole: Option<Vec<i64>> = names
        .iter()
        .map(|name| {
            let label = name.parse().ok();
            label.filter(|label: &i64| label.to_string() == *name)
        })
        .collect();
    let (labels, kind) = match &whole {
        Some(labels) => (graph.integers("classes", labels), INT64),
        None => (graph.words("classes", names), STRING),
    };
    let mut label = graph.node("Gather", &[&labels, &index], &[axis(0)]);
    if let Some(known) = known {
        let none = match &whole {
            // Below every class and 0.
            Some(labels) => {
                let least = labels.iter().copied().fold(0, i64::min);
                graph.integers("no_class", &[least.saturating_sub(1)])
            }
            None => graph.words("no_class", &[String::new()]),
        };
        let axes = graph.integers("known_axes", &[1]);
        let known = graph.node("Squeeze", &[known, &axes], &[]);
        label = graph.node("Where", &[&known, &label, &none], &[]);
    }
    let about_label = match program.threshold {
        Some(threshold) => format!("the second class where its probability is above {threshold}"),
        None => "the most likely class".to_owned(),
    };
    graph.output(&label, "label", kind, None, &about_label);
    graph.output(&shown, name, element, columns, &about);
}

fn decode(bytes: &[u8]) -> Result<ModelProto, String> {
    ModelProto::decode(bytes).map_err(|error| format!("it is not an ONNX model: {error}"))
}

fn read(bytes: &[u8]) -> Result<Model, String> {
    let proto = decode(bytes)?;
    let json = metadata(&proto).ok_or(
        "it is an ONNX model without metadata written by this program; was it written by another one?",
    )?;
    undamaged(&proto)?;
    assemble(json, &tensors(&proto)?)
}

fn metadata(proto: &ModelProto) -> Option<&str> {
    property(proto, KEY)
}

fn property<'a>(proto: &'a ModelProto, key: &str) -> Option<&'a str> {
    let mut properties = proto.metadata_props.iter();
    let entry = properties.find(|entry| entry.key.as_deref() == Some(key))?;
    entry.value.as_deref()
}

fn entry((key, value): (&str, String)) -> StringStringEntryProto {
    StringStringEntryProto {
        key: Some(key.to_owned()),
        value: Some(value),
    }
}

/// The digest of a file without its own entry.
fn digest(proto: &ModelProto) -> String {
    let mut rest = proto.clone();
    rest.metadata_props
        .retain(|entry| entry.key.as_deref() != Some(DIGEST));
    blake3::hash(&rest.encode_to_vec()).to_hex().to_string()
}

/// Refuses a file of which anything differs from what was written; one of an earlier version has no digest.
fn undamaged(proto: &ModelProto) -> Result<(), String> {
    let whole = match property(proto, DIGEST) {
        Some(written) => digest(proto) == written,
        None => proto.model_version.is_none(),
    };
    whole.then_some(()).ok_or_else(|| DAMAGED.to_owned())
}

/// The constants of layers: those whose names have a dot.
fn tensors(proto: &ModelProto) -> Result<Vec<Tensor>, String> {
    let constants = proto.graph.iter().flat_map(|graph| &graph.initializer);
    constants
        .filter(|tensor| {
            tensor
                .name
                .as_deref()
                .is_some_and(|name| name.contains('.'))
        })
        .map(tensor)
        .collect()
}

fn tensor(proto: &TensorProto) -> Result<Tensor, String> {
    let name = proto.name.clone().unwrap_or_default();
    let precision = match proto.data_type {
        Some(FLOAT) => Precision::F32,
        Some(DOUBLE) => Precision::F64,
        _ => return Err(format!("tensor {name} holds neither f32 nor f64")),
    };
    let bytes = proto.raw_data.as_deref().unwrap_or_default();
    let shape: Option<Vec<usize>> = proto
        .dims
        .iter()
        .map(|&d| usize::try_from(d).ok())
        .collect();
    let numbers = Numbers::from_bytes(precision, bytes);
    let count = shape.as_ref().and_then(|shape| {
        shape
            .iter()
            .try_fold(1usize, |count, &length| count.checked_mul(length))
    });
    match shape {
        Some(shape) if count == Some(numbers.len()) => Ok(Tensor {
            name,
            shape,
            numbers,
        }),
        _ => Err(format!("tensor {name} does not hold what its shape says")),
    }
}
