//! What the networks of an ensemble say together.

use super::graph::{Graph, Value};

/// The mean of the numbers of each network, and their standard deviation.
pub(super) fn mean_and_spread(graph: &mut Graph, each: &[Value]) -> (Value, Value) {
    // `Mean` and `Sum` take several values, but onnxruntime has no `Mean` in f64.
    let sum = |graph: &mut Graph, all: &[Value]| {
        let (first, rest) = all.split_first().expect("an ensemble has networks");
        rest.iter().fold(first.clone(), |sum, one| {
            graph.node("Add", &[&sum, one], &[])
        })
    };
    let all = sum(graph, each);
    let count = graph.constant(each.len() as f64);
    let mean = graph.node("Div", &[&all, &count], &[]);
    let squares = each.iter().map(|one| {
        let off = graph.node("Sub", &[one, &mean], &[]);
        graph.node("Mul", &[&off, &off], &[])
    });
    let squares: Vec<Value> = squares.collect();
    let squares = sum(graph, &squares);
    let others = graph.constant((each.len() - 1) as f64);
    let variance = graph.node("Div", &[&squares, &others], &[]);
    let spread = graph.node("Sqrt", &[&variance], &[]);
    (mean, spread)
}
