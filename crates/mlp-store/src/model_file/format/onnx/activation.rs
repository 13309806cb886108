//! Activations as ONNX operators.

use mlp_core::{Activation, Operators};

use super::{
    graph::{Attribute, Graph, Value},
    messages::{DOUBLE, FLOAT},
};
use mlp_train::Precision;

/// The activation of a value.
///
/// In f32, the operators of that name are used. onnxruntime has several of them only in f32, so in f64
/// they are composed.
pub(super) fn of(
    graph: &mut Graph,
    precision: Precision,
    activation: Activation,
    z: &Value,
) -> Value {
    let is_single = precision == Precision::F32;
    activation.write_operators(&mut Writer { graph, is_single }, z)
}

struct Writer<'a> {
    graph: &'a mut Graph,
    is_single: bool,
}

impl Operators for Writer<'_> {
    fn is_single(&self) -> bool {
        self.is_single
    }

    fn apply(&mut self, operator: &str, inputs: &[&str]) -> Value {
        self.graph.node(operator, inputs, &[])
    }

    fn apply_with_alpha(&mut self, operator: &str, alpha: f64, input: &str) -> Value {
        let alpha = ("alpha", Attribute::Float(alpha as f32));
        self.graph.node(operator, &[input], &[alpha])
    }

    fn apply_in_single(&mut self, operator: &str, input: &str) -> Value {
        if self.is_single {
            return self.graph.node(operator, &[input], &[]);
        }
        let single = self.graph.cast(input, FLOAT);
        let value = self.graph.node(operator, &[&single], &[]);
        self.graph.cast(&value, DOUBLE)
    }

    fn constant(&mut self, number: f64) -> Value {
        self.graph.constant(number)
    }
}
