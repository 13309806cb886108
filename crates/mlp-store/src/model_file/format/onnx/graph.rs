//! Building an ONNX graph: values by name, node after node.

use super::messages::{
    AttributeProto, DOUBLE, DimensionProto, FLOAT, GraphProto, INT64, NodeProto, STRING,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};
use mlp_train::{
    Precision,
    storing::{Numbers, member},
};

/// A value of the graph, by name.
pub(super) type Value = String;

/// An attribute of a node.
pub(super) enum Attribute {
    /// A number.
    Float(f32),
    /// A whole number.
    Int(i64),
    /// Several.
    Ints(Vec<i64>),
    /// Words.
    Words(Vec<String>),
}

/// A graph that grows node after node.
pub(super) struct Graph {
    proto: GraphProto,
    /// The precision of the network: the type of constants made of f64 numbers by
    /// [`constant`](Self::constant).
    precision: Precision,
    /// The network of an ensemble whose constants come.
    member: Option<usize>,
}

/// What outputs are called, which no input is.
const OUTPUTS: &[&str] = &[
    "label",
    "labels",
    "probabilities",
    "scores",
    "prediction",
    "spread",
    "known",
];

/// The domain of the operators for tables.
pub(super) const LEARNING: &str = "ai.onnx.ml";

/// ONNX's number of a type.
pub(super) fn element_type(precision: Precision) -> i32 {
    match precision {
        Precision::F32 => FLOAT,
        Precision::F64 => DOUBLE,
    }
}

impl Graph {
    pub(super) fn new(name: &str, precision: Precision) -> Self {
        Self {
            proto: GraphProto {
                name: Some(name.to_owned()),
                ..GraphProto::default()
            },
            precision,
            member: None,
        }
    }

    /// What follows is of one network of an ensemble, and has names of its own; or of none of them alone.
    pub(super) fn of_member(&mut self, index: Option<usize>) {
        self.member = index;
    }

    /// The name of a constant.
    fn named(&self, name: &str) -> String {
        match self.member {
            None => name.to_owned(),
            // A tensor of the network, and another constant.
            Some(index) if name.contains('.') => format!("{}{name}", member(index)),
            Some(index) => format!("member_{index}_{name}"),
        }
    }

    pub(super) fn finish(self) -> GraphProto {
        self.proto
    }

    /// An input `[batch, columns]` of a type.
    pub(super) fn input_of(
        &mut self,
        name: &str,
        element: i32,
        columns: usize,
        about: String,
    ) -> Value {
        let mut name = name.to_owned();
        while OUTPUTS.contains(&name.as_str()) || self.is_input(&name) {
            name.push('_');
        }
        let info = described(&name, element, Some(columns), about);
        self.proto.input.push(info);
        name
    }

    fn is_input(&self, name: &str) -> bool {
        let mut inputs = self.proto.input.iter();
        inputs.any(|input| input.name.as_deref() == Some(name))
    }

    /// A name like that which no input has.
    fn own_name(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.is_input(&name) {
            name.push('_');
        }
        name
    }

    /// Declares a value as an output: `[batch, columns]`, or `[batch]`.
    pub(super) fn output(
        &mut self,
        value: &Value,
        name: &str,
        element: i32,
        columns: Option<usize>,
        about: &str,
    ) {
        // The node that computes it is renamed; only other nodes read it.
        for node in &mut self.proto.node {
            let names = node.input.iter_mut().chain(&mut node.output);
            for other in names.filter(|other| *other == value) {
                name.clone_into(other);
            }
        }
        let info = described(name, element, columns, about.to_owned());
        self.proto.output.push(info);
    }

    /// The result of an operator.
    pub(super) fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: &[(&str, Attribute)],
    ) -> Value {
        let name = format!("{operator}_{}", self.proto.node.len());
        self.named_node(&name, operator, inputs, attributes)
    }

    /// The same by a node of that name, which those who compute it say when it fails.
    pub(super) fn named_node(
        &mut self,
        name: &str,
        operator: &str,
        inputs: &[&str],
        attributes: &[(&str, Attribute)],
    ) -> Value {
        let number = self.proto.node.len();
        let output = self.own_name(&format!("{}_{number}", operator.to_ascii_lowercase()));
        let attribute = attributes.iter().map(|(name, attribute)| {
            let mut proto = AttributeProto {
                name: Some((*name).to_owned()),
                ..AttributeProto::default()
            };
            let kind = match attribute {
                Attribute::Float(number) => {
                    proto.f = Some(*number);
                    1
                }
                Attribute::Int(number) => {
                    proto.i = Some(*number);
                    2
                }
                Attribute::Ints(numbers) => {
                    proto.ints.clone_from(numbers);
                    7
                }
                Attribute::Words(words) => {
                    proto.strings = words.iter().map(|word| word.clone().into_bytes()).collect();
                    8
                }
            };
            proto.r#type = Some(kind);
            proto
        });
        self.proto.node.push(NodeProto {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![output.clone()],
            name: Some(name.to_owned()),
            op_type: Some(operator.to_owned()),
            attribute: attribute.collect(),
            domain: None,
        });
        output
    }

    /// The number of each word; `other` where it is none of them.
    pub(super) fn labels(
        &mut self,
        words: &str,
        keys: Vec<String>,
        numbers: Vec<i64>,
        other: i64,
    ) -> Value {
        let attributes = [
            ("keys_strings", Attribute::Words(keys)),
            ("values_int64s", Attribute::Ints(numbers)),
            ("default_int64", Attribute::Int(other)),
        ];
        let numbers = self.node("LabelEncoder", &[words], &attributes);
        if let Some(node) = self.proto.node.last_mut() {
            node.domain = Some(LEARNING.to_owned());
        }
        numbers
    }

    /// A value in another type.
    pub(super) fn cast(&mut self, value: &str, element: i32) -> Value {
        self.node("Cast", &[value], &[("to", Attribute::Int(element.into()))])
    }

    /// A named constant.
    pub(super) fn tensor(&mut self, name: &str, shape: &[usize], numbers: &Numbers) -> Value {
        let name = self.own_name(&self.named(name));
        self.proto.initializer.push(TensorProto {
            dims: shape.iter().map(|&length| length as i64).collect(),
            data_type: Some(element_type(numbers.precision())),
            name: Some(name.clone()),
            raw_data: Some(numbers.to_bytes()),
            ..TensorProto::default()
        });
        name
    }

    /// A list of f64 numbers.
    pub(super) fn doubles(&mut self, name: &str, numbers: &[f64]) -> Value {
        self.tensor(name, &[numbers.len()], &Numbers::F64(numbers.to_vec()))
    }

    /// A number in the network's precision.
    pub(super) fn constant(&mut self, number: f64) -> Value {
        let name = format!("constant_{}", self.proto.initializer.len());
        let numbers = match self.precision {
            Precision::F32 => Numbers::F32(vec![number as f32]),
            Precision::F64 => Numbers::F64(vec![number]),
        };
        self.tensor(&name, &[1], &numbers)
    }

    /// A list of whole numbers.
    pub(super) fn integers(&mut self, name: &str, numbers: &[i64]) -> Value {
        let name = self.own_name(name);
        self.proto.initializer.push(TensorProto {
            dims: vec![numbers.len() as i64],
            data_type: Some(INT64),
            name: Some(name.clone()),
            raw_data: Some(numbers.iter().flat_map(|n| n.to_le_bytes()).collect()),
            ..TensorProto::default()
        });
        name
    }

    /// A list of words.
    pub(super) fn words(&mut self, name: &str, words: &[String]) -> Value {
        let name = self.own_name(name);
        self.proto.initializer.push(TensorProto {
            dims: vec![words.len() as i64],
            data_type: Some(STRING),
            name: Some(name.clone()),
            string_data: words.iter().map(|word| word.clone().into_bytes()).collect(),
            ..TensorProto::default()
        });
        name
    }
}

fn described(name: &str, element: i32, columns: Option<usize>, about: String) -> ValueInfoProto {
    let batch = DimensionProto {
        dim_param: Some("batch".to_owned()),
        ..DimensionProto::default()
    };
    let columns = columns.map(|columns| DimensionProto {
        dim_value: Some(columns as i64),
        ..DimensionProto::default()
    });
    let shape = TensorShapeProto {
        dim: std::iter::once(batch).chain(columns).collect(),
    };
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type: Some(element),
                shape: Some(shape),
            }),
        }),
        doc_string: Some(about),
    }
}
