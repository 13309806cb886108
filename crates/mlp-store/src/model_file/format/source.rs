//! Shared parts of source files in any language: identifiers, literals, rows of numbers.

use std::fmt::{Debug, Write};

use mlp_core::Activation;
use mlp_data::TargetTransform;

use super::{
    functions,
    program::{ExportedOutput, Layer, Link, Program},
};
use mlp_train::{Precision, storing::Numbers};

/// The longest line of numbers.
const WIDTH: usize = 100;

/// A text that may stand in a comment of C.
pub(super) fn comment(text: &str) -> String {
    text.replace("*/", "* /")
        .replace("/*", "/ *")
        .replace(char::is_control, " ")
}

/// A number with the fewest digits that read back as the same number.
pub(super) fn literal(number: &dyn Debug) -> String {
    format!("{number:?}")
}

/// Numbers in rows of `columns`, each row between `around`, broken into lines with this indent.
pub(super) fn rows(
    numbers: &Numbers,
    columns: usize,
    around: (&str, &str),
    indent: &str,
    literal: impl Fn(&dyn Debug) -> String,
) -> String {
    let words: Vec<String> = match numbers {
        Numbers::F32(values) => values.iter().map(|value| literal(value)).collect(),
        Numbers::F64(values) => values.iter().map(|value| literal(value)).collect(),
    };
    let (before, after) = around;
    let mut text = String::new();
    for row in words.chunks(columns.max(1)) {
        if !text.is_empty() {
            text.push('\n');
        }
        let joined = row.join(", ");
        if before.len() + joined.len() + after.len() <= WIDTH {
            let start = if before.is_empty() { indent } else { before };
            let _ = write!(text, "{start}{joined}{after}");
            continue;
        }
        let mut line = indent.to_owned();
        if !before.is_empty() {
            let _ = writeln!(text, "{before}");
        }
        for word in row {
            if line.len() + word.len() > WIDTH {
                let _ = writeln!(text, "{}", line.trim_end());
                line = indent.to_owned();
            }
            let _ = write!(line, "{word}, ");
        }
        let line = line.trim_end();
        match before.is_empty() {
            true => text.push_str(line),
            false => {
                let depth = before.len() - before.trim_start().len();
                let _ = write!(text, "{}\n{}{after}", line, " ".repeat(depth));
            }
        }
    }
    text
}

/// The expression of an activation's value, with its parameter.
pub(super) fn expression(text: &str, activation: Activation) -> String {
    match activation.parameter() {
        Some((_, number)) => text.replace('$', &literal(&number)),
        None => text.to_owned(),
    }
}

/// `2-16-16-1`.
pub(super) fn shape(program: &Program<'_>) -> String {
    let inputs = program.layers.first().map_or(0, |layer| layer.inputs);
    program
        .layers
        .iter()
        .fold(inputs.to_string(), |text, layer| {
            format!("{text}-{}", layer.outputs)
        })
}

/// The meaning of the outputs of the last layer.
pub(super) fn meaning(program: &Program<'_>) -> &'static str {
    match program.answer {
        ExportedOutput::Binary { .. } => "the logit of the second class",
        ExportedOutput::Softmax { .. } => "one logit per class",
        ExportedOutput::Margin { .. } => "the score of the second class",
        ExportedOutput::Scores { .. } => "one score per class",
        ExportedOutput::Labels { .. } => "one logit per label",
        ExportedOutput::Values {
            link, transform, ..
        } => match link {
            Link::Identity if transform != TargetTransform::None => "scaled logarithms of targets",
            Link::Identity => "scaled targets",
            Link::Sigmoid => "logits of scaled targets",
            Link::Exp => "logarithms of scaled targets",
        },
    }
}

/// Whether the activation of a layer is computed in single precision: the sine needs the digits of the other.
pub(super) fn is_single_activation(layer: &Layer) -> bool {
    !wide(&layer.weights) && functions::has_single(functions::called_in(layer.activation.info().c))
}

/// The functions that a program calls in single precision, and in double.
pub(super) fn called(program: &Program<'_>) -> (Vec<&'static str>, Vec<&'static str>) {
    let (mut single, mut double) = (Vec::new(), calls(program));
    for layer in &program.layers {
        let called = functions::called_in(layer.activation.info().c);
        match is_single_activation(layer) {
            true => single.extend(called),
            false => double.extend(called),
        }
    }
    (single, double)
}

/// The functions that inputs, normalizations and outputs call, besides those of the activations.
fn calls(program: &Program<'_>) -> Vec<&'static str> {
    let mut calls = Vec::new();
    if program
        .expansion
        .is_some_and(|inputs| inputs.iter().any(|input| input.name().starts_with("sin")))
    {
        calls.push("sin");
    }
    let by_row = |layer: &Layer| {
        let norm = layer.norm.as_ref();
        norm.is_some_and(|norm| norm.running.is_none())
    };
    if program.layers.iter().any(by_row) {
        calls.push("sqrt");
    }
    calls.extend(match program.answer {
        ExportedOutput::Binary { .. } | ExportedOutput::Labels { .. } => Some("sigmoid"),
        ExportedOutput::Softmax { .. } => Some("exp"),
        ExportedOutput::Margin { .. } | ExportedOutput::Scores { .. } => None,
        ExportedOutput::Values { link, .. } => link.function(),
    });
    if let ExportedOutput::Values { transform, .. } = program.answer {
        calls.extend(inverse(transform));
    }
    calls
}

/// The function that takes a transform of targets back.
pub(super) fn inverse(transform: TargetTransform) -> Option<&'static str> {
    match transform {
        TargetTransform::None => None,
        TargetTransform::Log => Some("exp"),
        TargetTransform::Log1p => Some("expm1"),
    }
}

impl Link {
    /// The function itself.
    pub(super) fn function(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Sigmoid => Some("sigmoid"),
            Self::Exp => Some("exp"),
        }
    }
}

/// Whether numbers are in double precision.
pub(super) fn wide(numbers: &Numbers) -> bool {
    numbers.precision() == Precision::F64
}

/// Whether the network computes in single precision.
pub(super) fn is_single(program: &Program<'_>) -> bool {
    program.layers.iter().any(|layer| !wide(&layer.weights))
}
