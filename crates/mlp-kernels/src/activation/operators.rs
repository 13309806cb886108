//! Activations as graphs of operators.

/// A graph of ONNX's operators (opset 13) that grows node after node; its values have names.
pub trait Operators {
    /// Whether the numbers are f32. In f64 runtimes lack several operators, which are composed of others then.
    fn is_single(&self) -> bool;

    /// What an operator makes of values.
    fn apply(&mut self, operator: &str, inputs: &[&str]) -> String;

    /// What an operator with the attribute `alpha` makes of a value.
    fn apply_with_alpha(&mut self, operator: &str, alpha: f64, input: &str) -> String;

    /// What an operator that there is in f32 alone makes of a value.
    fn apply_in_single(&mut self, operator: &str, input: &str) -> String;

    /// A number.
    fn constant(&mut self, number: f64) -> String;
}

/// max(z, 0) and min(z, 0).
pub(super) fn halves(graph: &mut dyn Operators, z: &str) -> (String, String) {
    let above = graph.apply("Relu", &[z]);
    let minus = graph.apply("Neg", &[z]);
    let minus = graph.apply("Relu", &[&minus]);
    let below = graph.apply("Neg", &[&minus]);
    (above, below)
}
