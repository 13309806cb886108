//! A Rust source file for programs without the standard library: weights and `predict`.
//!
//! It calls only `core` and allocates nothing. Values between the layers have the network's
//! precision, and sums are rounded as in the network; so are activations, but for the sine. It
//! has no inner attribute, so that it can be a module or an `include!`.

use std::fmt::Write;

use mlp_core::Activation;
use mlp_data::Input;

use super::{
    Format, functions,
    identifier::identifier,
    program::{ExportedOutput, Layer, Program},
    rust_rows,
    source::{self, literal},
};

pub(super) const FORMAT: Format = Format {
    name: "rust",
    endings: &["rs"],
    is_named: true,
    is_program: true,
    description: "a Rust source file with the weights and predict, for no_std, without dependencies",
    write: |model, options| {
        let program = Program::of(model, options.unknown)?;
        Ok(write(&program, options.name).into_bytes())
    },
    read: None,
    is_ours: |_| false,
    tensors: None,
    starts: |_, _| false,
};

pub(super) fn write(program: &Program<'_>, name: &str) -> String {
    let mut text = head(program, name);
    for (index, layer) in program.layers.iter().enumerate() {
        let (inputs, outputs) = (layer.inputs, layer.outputs);
        let kind = layer.weights.precision();
        let rows = source::rows(&layer.weights, inputs, ("    [", "],"), "        ", literal);
        let _ = writeln!(
            text,
            "\nstatic WEIGHT_{index}: [[{kind}; {inputs}]; {outputs}] = [\n{rows}\n];"
        );
        if let Some(biases) = &layer.biases {
            let rows = source::rows(biases, outputs, ("", ","), "    ", literal);
            let _ = writeln!(
                text,
                "static BIAS_{index}: [{kind}; {outputs}] = [\n{rows}\n];"
            );
        }
    }
    text.push_str(&body(program));
    if let Some(columns) = &program.table {
        text.push_str(&rust_rows::rows(program, columns));
    }
    let (single, double) = source::called(program);
    for function in functions::closure(single) {
        text.extend(function.single_rust());
    }
    for function in functions::closure(double) {
        text.push_str(function.rust);
    }
    text
}

fn head(program: &Program<'_>, name: &str) -> String {
    let names = |names: &[String]| {
        let quoted: Vec<String> = names
            .iter()
            .map(|name| format!("    {name:?},\n"))
            .collect();
        quoted.concat()
    };
    let (shape, name) = (source::shape(program), identifier(name));
    let about = match program.table {
        Some(_) => "\n// `predict_row` takes the columns of the table: a `Row`.",
        None => "",
    };
    let mut text = format!(
        "// {name}: the neural network {shape}, written by mlp-lab {}.\n\
         //\n\
         // It needs `core` alone, so that it works under #![no_std]: save it as a module of your crate.\n\
         // A row holds the features in original units, in the order of COLUMNS.{about}\n\n\
         /// Numbers in a row.\n\
         pub const INPUTS: usize = {};\n\
         /// Names of the columns of a row.\n\
         pub const COLUMNS: [&str; INPUTS] = [\n{}];\n",
        env!("CARGO_PKG_VERSION"),
        program.columns.len(),
        names(&program.columns),
    );
    let (what, answers) = program.answers();
    let constant = what.to_ascii_uppercase();
    let _ = write!(
        text,
        "/// Numbers that `predict` gives.\n\
         pub const OUTPUTS: usize = {};\n\
         /// Names of the {what}.\n\
         pub const {constant}: [&str; OUTPUTS] = [\n{}];\n",
        answers.len(),
        names(answers),
    );
    text.push_str(&threshold(program));
    text
}

/// The constant of the model's own threshold, where it has one.
pub(super) fn threshold(program: &Program<'_>) -> String {
    let Some(threshold) = program.threshold else {
        return String::new();
    };
    format!(
        "/// The probability of the second class above which it is taken.\n\
         pub const THRESHOLD: f64 = {threshold:?};\n"
    )
}

fn body(program: &Program<'_>) -> String {
    let outputs = program.outputs();
    let mut text = format!(
        "\n/// {}.\n\
         pub fn predict(row: &[f64; INPUTS]) -> [f64; OUTPUTS] {{\n    {}\n}}\n",
        program.numbers(),
        prediction(program)
    );
    if program.classes().is_some() {
        let class = match program.is_single() {
            _ if program.threshold.is_some() => {
                "let [_, second] = predict(row);\n    usize::from(second > THRESHOLD)"
            }
            true => "let [y] = outputs(row);\n    usize::from(y > 0.0)",
            false => {
                "let y = outputs(row);\n    let mut best = 0;\n    \
                 for (class, logit) in y.iter().enumerate() {\n        if *logit > y[best] {\n            best = class;\n        }\n    }\n    best"
            }
        };
        let _ = write!(
            text,
            "\n/// {}, an index into `CLASSES`.\n\
             pub fn predict_class(row: &[f64; INPUTS]) -> usize {{\n    {class}\n}}\n",
            program.decision()
        );
    }
    let _ = write!(
        text,
        "\n/// What the last layer gives: {}.\n\
         pub fn outputs(row: &[f64; INPUTS]) -> [f64; {outputs}] {{\n    let x = *row;\n",
        source::meaning(program)
    );
    if let Some(inputs) = program.expansion {
        let inputs: Vec<&str> = inputs.iter().map(|input| expanded(*input)).collect();
        let _ = writeln!(text, "    let x = [{}];", inputs.join(", "));
    }
    if let Some(fill) = program.fill {
        let _ = write!(
            text,
            "    let fill = {};\n    let mut x = x;\n    \
             for (x, fill) in x.iter_mut().zip(fill) {{\n        \
             if x.is_nan() {{\n            *x = fill;\n        }}\n    }}\n",
            list(fill)
        );
    }
    if let Some(scaler) = program.scaling {
        let (offset, factor) = (list(scaler.offset()), list(scaler.factor()));
        let _ = write!(
            text,
            "    let offset = {offset};\n    let factor = {factor};\n    let mut x = x;\n    \
             for ((x, offset), factor) in x.iter_mut().zip(offset).zip(factor) {{\n        \
             *x = (*x - offset) / factor;\n    }}\n"
        );
    }
    let single = source::is_single(program);
    if single {
        text.push_str("    let x = x.map(|x| x as f32);\n");
    }
    let seen = program.seen();
    if seen > 0 {
        let kind = program.layers[0].weights.precision();
        let _ = write!(
            text,
            "    let mut seen = [0.0{kind}; {seen}];\n    seen[..{}].copy_from_slice(&x);\n",
            program.layers[0].inputs
        );
    }
    for (index, layer) in program.layers.iter().enumerate() {
        text.push_str(&step(index, layer));
        if let Some(place) = program.place(index) {
            let (start, end) = (place.start, place.end);
            let _ = writeln!(text, "    seen[{start}..{end}].copy_from_slice(&x);");
        }
    }
    text.push_str(if single {
        "    x.map(f64::from)\n}\n"
    } else {
        "    x\n}\n"
    });
    text
}

/// A layer's lines. Each sum is one chain over ascending inputs that starts from the bias, with each
/// step rounded once to the network's precision, as in the network itself.
fn step(index: usize, layer: &Layer) -> String {
    let (kind, outputs) = (layer.weights.precision(), layer.outputs);
    let wide = source::wide(&layer.weights);
    let widened = |name: &str| match wide {
        true => name.to_owned(),
        false => format!("f64::from({name})"),
    };
    let rounded = |value: String| match wide {
        true => value,
        false => format!("({value}) as f32"),
    };
    let plain = layer.scale == 1.0;
    let (pattern, rows) = match layer.biases {
        Some(_) => (
            "((y, row), bias)",
            format!("y.iter_mut().zip(&WEIGHT_{index}).zip(&BIAS_{index})"),
        ),
        None => ("(y, row)", format!("y.iter_mut().zip(&WEIGHT_{index})")),
    };
    let bias = layer.biases.as_ref().map(|_| "*bias");
    let start = bias.filter(|_| plain).unwrap_or("0.0");
    let sum = widened("sum");
    let product = format!("{sum} + {} * {}", widened("*weight"), widened("*x"));
    let scaled = match (plain, bias) {
        (true, _) => "sum".to_owned(),
        (false, None) => rounded(format!("{:?} * {sum}", layer.scale)),
        (false, Some(bias)) => rounded(format!("{:?} * {sum} + {}", layer.scale, widened(bias))),
    };
    let mut text = format!(
        "    let mut y = [0.0{kind}; {outputs}];\n    for {pattern} in {rows} {{\n        \
         let mut sum = {start};\n        for (weight, x) in row.iter().zip(&{}) {{\n            \
         sum = {};\n        }}\n        *y = {scaled};\n    }}\n",
        if layer.shortcuts { "seen" } else { "x" },
        rounded(product)
    );
    let z = widened("*y");
    if let Some(norm) = &layer.norm {
        let (factors, added) = match norm.folded() {
            Some(folded) => folded,
            None => {
                let _ = write!(
                    text,
                    "    let mut mean = 0.0;\n    for y in &y {{\n        mean += {z} / {outputs}.0;\n    }}\n    \
                     let mut variance = 0.0;\n    for y in &y {{\n        \
                     variance += ({z} - mean) * ({z} - mean) / {outputs}.0;\n    }}\n    \
                     let deviation = sqrt(variance + {:?});\n    \
                     for y in &mut y {{\n        *y = {};\n    }}\n",
                    norm.epsilon,
                    rounded(format!("({z} - mean) / deviation"))
                );
                norm.affine(outputs)
            }
        };
        let _ = write!(
            text,
            "    let factor = {};\n    let added = {};\n    \
             for ((y, factor), added) in y.iter_mut().zip(factor).zip(added) {{\n        \
             *y = {};\n    }}\n",
            list(&factors),
            list(&added),
            rounded(format!("{z} * factor + added"))
        );
    }
    if layer.activation != Activation::Identity {
        let value = source::expression(layer.activation.info().rust, layer.activation);
        let (z, value) = match source::is_single_activation(layer) {
            true => ("*y".to_owned(), functions::for_single(&value, "")),
            false => (z, rounded(value)),
        };
        let _ = write!(
            text,
            "    for y in &mut y {{\n        let z = {z};\n        *y = {value};\n    }}\n"
        );
    }
    if layer.skip {
        text.push_str("    for (y, x) in y.iter_mut().zip(&x) {\n        *y += x;\n    }\n");
    }
    text.push_str("    let x = y;\n");
    text
}

fn expanded(input: Input) -> &'static str {
    match input {
        Input::X => "x[0]",
        Input::Y => "x[1]",
        Input::X2 => "x[0] * x[0]",
        Input::Y2 => "x[1] * x[1]",
        Input::Xy => "x[0] * x[1]",
        Input::SinX => "sin(x[0])",
        Input::SinY => "sin(x[1])",
    }
}

/// The lines of `predict`.
fn prediction(program: &Program<'_>) -> String {
    let (link, scaling, transform) = match program.answer {
        ExportedOutput::Binary { .. } => {
            return "let [logit] = outputs(row);\n    [sigmoid(-logit), sigmoid(logit)]".to_owned();
        }
        ExportedOutput::Margin { .. } => {
            return "let [score] = outputs(row);\n    [-score, score]".to_owned();
        }
        ExportedOutput::Scores { .. } => return "outputs(row)".to_owned(),
        ExportedOutput::Labels { .. } => return "outputs(row).map(sigmoid)".to_owned(),
        ExportedOutput::Softmax { .. } => {
            return "let mut y = outputs(row);\n    \
                    let mut top = y[0];\n    \
                    for &logit in &y {\n        if logit > top {\n            top = logit;\n        }\n    }\n    \
                    let mut sum = 0.0;\n    \
                    for p in &mut y {\n        *p = exp(*p - top);\n        sum += *p;\n    }\n    \
                    for p in &mut y {\n        *p /= sum;\n    }\n    y"
                .to_owned();
        }
        ExportedOutput::Values {
            link,
            scaling,
            transform,
            ..
        } => (link, scaling, transform),
    };
    let mut text = String::from("let y = outputs(row);\n    ");
    if let Some(function) = link.function() {
        let _ = write!(text, "let y = y.map({function});\n    ");
    }
    if let Some(scaler) = scaling {
        let (offset, factor) = (list(scaler.offset()), list(scaler.factor()));
        let _ = write!(
            text,
            "let offset = {offset};\n    let factor = {factor};\n    let mut y = y;\n    \
             for ((y, offset), factor) in y.iter_mut().zip(offset).zip(factor) {{\n        \
             *y = *y * factor + offset;\n    }}\n    "
        );
    }
    match source::inverse(transform) {
        Some(inverse) => {
            let _ = write!(text, "y.map({inverse})");
        }
        None => text.push('y'),
    }
    text
}

fn list(numbers: &[f64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(|number| format!("{number:?}")).collect();
    format!("[{}]", numbers.join(", "))
}
