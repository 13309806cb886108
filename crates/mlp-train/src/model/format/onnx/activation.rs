//! Activations as operators.

use mlp_core::Activation;

use super::{
    graph::{Attribute, Graph, Value},
    messages::{DOUBLE, FLOAT},
};
use crate::precision::Precision;

/// What an activation makes of a value.
///
/// In f32, operators of that very name serve. onnxruntime has several of them in f32 alone, so in f64
/// they are composed; GELU's error function is taken in f32 there, with an error of 1e-7 |z|.
pub(super) fn of(
    graph: &mut Graph,
    precision: Precision,
    activation: Activation,
    z: Value,
) -> Value {
    let single = precision == Precision::F32;
    let alpha = |number: f64| ("alpha", Attribute::Float(number as f32));
    match activation {
        Activation::Identity => z,
        Activation::Tanh => graph.node("Tanh", &[&z], &[]),
        Activation::Sigmoid => graph.node("Sigmoid", &[&z], &[]),
        Activation::Relu => graph.node("Relu", &[&z], &[]),
        Activation::LeakyRelu(slope) if single => graph.node("LeakyRelu", &[&z], &[alpha(slope)]),
        Activation::LeakyRelu(slope) => {
            let (above, below) = halves(graph, &z);
            let slope = graph.constant(slope);
            let below = graph.node("Mul", &[&below, &slope], &[]);
            graph.node("Add", &[&above, &below], &[])
        }
        Activation::Elu(scale) if single => graph.node("Elu", &[&z], &[alpha(scale)]),
        Activation::Elu(scale) => {
            let (above, below) = halves(graph, &z);
            let (one, scale) = (graph.constant(1.0), graph.constant(scale));
            let power = graph.node("Exp", &[&below], &[]);
            let less = graph.node("Sub", &[&power, &one], &[]);
            let below = graph.node("Mul", &[&less, &scale], &[]);
            graph.node("Add", &[&above, &below], &[])
        }
        Activation::Softsign if single => graph.node("Softsign", &[&z], &[]),
        Activation::Softsign => {
            let one = graph.constant(1.0);
            let size = graph.node("Abs", &[&z], &[]);
            let below = graph.node("Add", &[&size, &one], &[]);
            graph.node("Div", &[&z, &below], &[])
        }
        Activation::Softplus if single => graph.node("Softplus", &[&z], &[]),
        Activation::Softplus => {
            // max(z, 0) + ln(1 + e^-|z|), which does not overflow.
            let one = graph.constant(1.0);
            let size = graph.node("Abs", &[&z], &[]);
            let minus = graph.node("Neg", &[&size], &[]);
            let power = graph.node("Exp", &[&minus], &[]);
            let sum = graph.node("Add", &[&power, &one], &[]);
            let tail = graph.node("Log", &[&sum], &[]);
            let above = graph.node("Relu", &[&z], &[]);
            graph.node("Add", &[&above, &tail], &[])
        }
        Activation::Gelu => {
            let (half, one) = (graph.constant(0.5), graph.constant(1.0));
            let narrow = graph.constant(std::f64::consts::FRAC_1_SQRT_2);
            let mut scaled = graph.node("Mul", &[&z, &narrow], &[]);
            if !single {
                scaled = graph.cast(&scaled, FLOAT);
            }
            let mut erf = graph.node("Erf", &[&scaled], &[]);
            if !single {
                erf = graph.cast(&erf, DOUBLE);
            }
            let twice = graph.node("Add", &[&erf, &one], &[]);
            let share = graph.node("Mul", &[&twice, &half], &[]);
            graph.node("Mul", &[&z, &share], &[])
        }
        Activation::Silu => {
            let share = graph.node("Sigmoid", &[&z], &[]);
            graph.node("Mul", &[&z, &share], &[])
        }
        Activation::Sine => graph.node("Sin", &[&z], &[]),
        _ => unreachable!("a program holds only activations that are known here"),
    }
}

/// max(z, 0) and min(z, 0).
fn halves(graph: &mut Graph, z: &Value) -> (Value, Value) {
    let above = graph.node("Relu", &[z], &[]);
    let minus = graph.node("Neg", &[z], &[]);
    let minus = graph.node("Relu", &[&minus], &[]);
    let below = graph.node("Neg", &[&minus], &[]);
    (above, below)
}
