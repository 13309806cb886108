//! A C99 header: weights and `predict`.
//!
//! It includes nothing, calls no library, allocates nothing, and compiles as C++ too. All names
//! start with the model's, so that several models can be in one program. Numbers are as in the Rust
//! source.

use std::fmt::Write;

use mlp_core::Activation;
use mlp_data::Input;

use super::{
    Format, c_rows, functions,
    identifier::identifier,
    program::{ExportedOutput, Layer, Program},
    source,
};
use mlp_train::Model;

pub(super) const FORMAT: Format = Format {
    name: "c",
    endings: &["h", "c"],
    is_named: true,
    is_program: true,
    description: "a C99 header with the weights and NAME_predict, without dependencies",
    write: |model: &Model, options| {
        let program = Program::of(model, options.unknown)?;
        Ok(write(&program, options.name).into_bytes())
    },
    read: None,
    is_ours: |_| false,
    tensors: None,
    starts: |_, _| false,
};

pub(super) fn write(program: &Program<'_>, name: &str) -> String {
    let name = identifier(name);
    let guard = format!("{}_H", name.to_ascii_uppercase());
    let mut text = head(program, &name, &guard);
    for (index, layer) in program.layers.iter().enumerate() {
        let (inputs, outputs) = (layer.inputs, layer.outputs);
        let kind = number(layer);
        let suffix = if kind == "float" { "f" } else { "" };
        let literal = |number: &dyn std::fmt::Debug| format!("{number:?}{suffix}");
        let rows = source::rows(&layer.weights, inputs, ("    {", "},"), "        ", literal);
        let _ = writeln!(
            text,
            "\nstatic const {kind} {name}_weight_{index}[{outputs}][{inputs}] = {{\n{rows}\n}};"
        );
        if let Some(biases) = &layer.biases {
            let rows = source::rows(biases, outputs, ("", ","), "    ", literal);
            let _ = writeln!(
                text,
                "static const {kind} {name}_bias_{index}[{outputs}] = {{\n{rows}\n}};"
            );
        }
    }
    let (single, double) = source::called(program);
    let single = functions::closure(single).into_iter();
    let single = single.filter_map(|function| function.single_c());
    let double = functions::closure(double).into_iter();
    for function in single.chain(double.map(|function| function.c.to_owned())) {
        text.push_str(&function.replace('@', &format!("{name}_")));
    }
    text.push_str(&outputs(program, &name));
    text.push_str(&answers(program, &name));
    if let Some(columns) = &program.table {
        text.push_str(&c_rows::rows(program, columns, &name, quoted));
    }
    let _ = write!(text, "\n#endif\n");
    text
}

/// A string literal. Bytes with a special meaning in C are written in octal.
pub(super) fn quoted(word: &str) -> String {
    let mut text = String::from("\"");
    for byte in word.bytes() {
        match byte {
            b'"' | b'\\' | b'?' | ..b' ' | 0x7f.. => {
                let _ = write!(text, "\\{byte:03o}");
            }
            plain => text.push(plain.into()),
        }
    }
    text.push('"');
    text
}

fn head(program: &Program<'_>, name: &str, guard: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let names = |names: &[String]| {
        let quoted: Vec<String> = names
            .iter()
            .map(|name| format!("    {},\n", quoted(name)))
            .collect();
        quoted.concat()
    };
    let (what, answers) = program.answers();
    let mut usage = format!(
        " *     double row[{upper}_INPUTS] = {{...}}, answer[{upper}_OUTPUTS];\n \
         *     {name}_predict(row, answer);\n"
    );
    if program.classes().is_some() {
        let _ = writeln!(
            usage,
            " *     puts({name}_classes[{name}_predict_class(row)]);"
        );
    }
    let mut about =
        format!("A row holds the features in original units, in the order of {name}_columns.");
    if program.table.is_some() {
        let _ = write!(
            about,
            "\n * {name}_predict_row takes the columns of the table: a {name}_row."
        );
    }
    let mut text = format!(
        "/* {name}: the neural network {}, written by mlp-lab {}.\n \
         *\n \
         * C99; needs no library. {about}\n \
         *\n{usage} */\n\
         #ifndef {guard}\n#define {guard}\n\n\
         /* Numbers in a row. */\n\
         #define {upper}_INPUTS {}\n\
         /* Numbers that {name}_predict gives. */\n\
         #define {upper}_OUTPUTS {}\n\n\
         /* Names of the columns of a row. */\n\
         static const char *const {name}_columns[{upper}_INPUTS] = {{\n{}}};\n\
         /* Names of the {what}. */\n\
         static const char *const {name}_{what}[{upper}_OUTPUTS] = {{\n{}}};\n",
        source::shape(program),
        env!("CARGO_PKG_VERSION"),
        program.columns.len(),
        answers.len(),
        names(&program.columns),
        names(answers),
    );
    text.push_str(&threshold(program, &upper));
    text
}

/// The constant of the model's own threshold, where it has one.
pub(super) fn threshold(program: &Program<'_>, upper: &str) -> String {
    let Some(threshold) = program.threshold else {
        return String::new();
    };
    format!(
        "/* The probability of the second class above which it is taken. */\n\
         #define {upper}_THRESHOLD {threshold:?}\n"
    )
}

/// The function that computes the last layer's outputs.
fn outputs(program: &Program<'_>, name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let inputs = program.layers.first().map_or(0, |layer| layer.inputs);
    let mut text = format!(
        "\n/* What the last layer gives: {}. */\n\
         static inline void {name}_outputs(const double row[{upper}_INPUTS], double outputs[{}]) {{\n    \
         double x[{inputs}];\n    int i, o;\n",
        source::meaning(program),
        program.outputs()
    );
    if let Some(scaler) = program.scaling {
        let (offset, factor) = (list(scaler.offset()), list(scaler.factor()));
        let _ = write!(
            text,
            "    static const double offset[{inputs}] = {offset};\n    \
             static const double factor[{inputs}] = {factor};\n"
        );
    }
    for (index, layer) in program
        .layers
        .iter()
        .enumerate()
        .take(program.layers.len() - 1)
    {
        let _ = writeln!(text, "    {} y{index}[{}];", number(layer), layer.outputs);
    }
    let seen = program.seen();
    if seen > 0 {
        let kind = number(&program.layers[0]);
        let _ = writeln!(text, "    {kind} seen[{seen}];");
    }
    match program.expansion {
        Some(inputs) => {
            for (index, input) in inputs.iter().enumerate() {
                let _ = writeln!(text, "    x[{index}] = {};", expanded(*input, name));
            }
        }
        None => {
            let _ = writeln!(text, "    for (i = 0; i < {inputs}; i++) x[i] = row[i];");
        }
    }
    if let Some(fill) = program.fill {
        let _ = write!(
            text,
            "    {{\n        static const double fill[{inputs}] = {};\n        \
             for (i = 0; i < {inputs}; i++) if (x[i] != x[i]) x[i] = fill[i];\n    }}\n",
            list(fill)
        );
    }
    if program.scaling.is_some() {
        let _ = writeln!(
            text,
            "    for (i = 0; i < {inputs}; i++) x[i] = (x[i] - offset[i]) / factor[i];"
        );
    }
    if source::is_single(program) {
        // Rounded as in the network.
        let _ = writeln!(
            text,
            "    for (i = 0; i < {inputs}; i++) x[i] = (float)x[i];"
        );
    }
    if seen > 0 {
        let _ = writeln!(text, "    for (i = 0; i < {inputs}; i++) seen[i] = x[i];");
    }
    let last = program.layers.len() - 1;
    for (index, layer) in program.layers.iter().enumerate() {
        let from = match index.checked_sub(1) {
            Some(_) if layer.shortcuts => "seen".to_owned(),
            Some(before) => format!("y{before}"),
            None => "x".to_owned(),
        };
        let to = if index == last {
            "outputs".to_owned()
        } else {
            format!("y{index}")
        };
        text.push_str(&step(index, layer, name, &from, &to));
        if let Some(place) = program.place(index) {
            let _ = writeln!(
                text,
                "    for (o = 0; o < {}; o++) seen[{} + o] = {to}[o];",
                layer.outputs, place.start
            );
        }
    }
    text.push_str("}\n");
    text
}

/// A layer's lines; sums are those of the Rust source.
fn step(index: usize, layer: &Layer, name: &str, from: &str, to: &str) -> String {
    let (inputs, outputs) = (layer.inputs, layer.outputs);
    let kind = number(layer);
    let plain = layer.scale == 1.0;
    let bias = layer
        .biases
        .as_ref()
        .map(|_| format!("{name}_bias_{index}[o]"));
    let start = match &bias {
        Some(bias) if plain => bias,
        _ => "0.0",
    };
    let scaled = match (plain, &bias) {
        (true, _) => "sum".to_owned(),
        (false, None) => format!("({kind})({:?} * sum)", layer.scale),
        (false, Some(bias)) => format!("({kind})({:?} * sum + {bias})", layer.scale),
    };
    let every = format!("    for (o = 0; o < {outputs}; o++)");
    let mut text = format!(
        "{every} {{\n        {kind} sum = {start};\n        \
         for (i = 0; i < {inputs}; i++) sum = ({kind})(sum + (double){name}_weight_{index}[o][i] * {from}[i]);\n        \
         {to}[o] = {scaled};\n    }}\n"
    );
    if let Some(norm) = &layer.norm {
        let (factors, added) = match norm.folded() {
            Some(folded) => folded,
            None => {
                let _ = write!(
                    text,
                    "    {{\n        double mean = 0.0, variance = 0.0, deviation;\n    \
                     {every} mean += {to}[o] / {outputs}.0;\n    \
                     {every} variance += ({to}[o] - mean) * ({to}[o] - mean) / {outputs}.0;\n        \
                     deviation = {name}_sqrt(variance + {:?});\n    \
                     {every} {to}[o] = ({kind})(({to}[o] - mean) / deviation);\n    }}\n",
                    norm.epsilon
                );
                norm.affine(outputs)
            }
        };
        let _ = write!(
            text,
            "    {{\n        static const double factor[{outputs}] = {};\n        \
             static const double added[{outputs}] = {};\n    \
             {every} {to}[o] = ({kind})({to}[o] * factor[o] + added[o]);\n    }}\n",
            list(&factors),
            list(&added)
        );
    }
    if layer.activation != Activation::Identity {
        let value = source::expression(layer.activation.info().c, layer.activation);
        let (real, value) = match source::is_single_activation(layer) {
            true => ("float", functions::for_single(&value, "f")),
            false => ("double", value),
        };
        let _ = write!(
            text,
            "{every} {{\n        const {real} z = {to}[o];\n        {to}[o] = ({kind})({});\n    }}\n",
            value.replace('@', &format!("{name}_"))
        );
    }
    if layer.skip {
        let _ = writeln!(text, "{every} {to}[o] = ({kind})({to}[o] + {from}[o]);");
    }
    text
}

/// The type of a layer's numbers.
fn number(layer: &Layer) -> &'static str {
    if source::wide(&layer.weights) {
        "double"
    } else {
        "float"
    }
}

fn expanded(input: Input, name: &str) -> String {
    match input {
        Input::X => "row[0]".to_owned(),
        Input::Y => "row[1]".to_owned(),
        Input::X2 => "row[0] * row[0]".to_owned(),
        Input::Y2 => "row[1] * row[1]".to_owned(),
        Input::Xy => "row[0] * row[1]".to_owned(),
        Input::SinX => format!("{name}_sin(row[0])"),
        Input::SinY => format!("{name}_sin(row[1])"),
    }
}

/// The public functions.
fn answers(program: &Program<'_>, name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let outputs = program.outputs();
    let row = format!("const double row[{upper}_INPUTS]");
    let mut text = format!(
        "\n/* {}. */\nstatic inline void {name}_predict({row}, double answer[{upper}_OUTPUTS]) {{\n",
        program.numbers()
    );
    let every = format!("    for (i = 0; i < {outputs}; i++)");
    let given = format!("    {name}_outputs(row, answer);\n");
    match program.answer {
        ExportedOutput::Binary { .. } => {
            let _ = write!(
                text,
                "    double logit[1];\n    {name}_outputs(row, logit);\n    \
                 answer[0] = {name}_sigmoid(-logit[0]);\n    answer[1] = {name}_sigmoid(logit[0]);\n"
            );
        }
        ExportedOutput::Margin { .. } => {
            let _ = write!(
                text,
                "    double score[1];\n    {name}_outputs(row, score);\n    \
                 answer[0] = -score[0];\n    answer[1] = score[0];\n"
            );
        }
        ExportedOutput::Scores { .. } => text.push_str(&given),
        ExportedOutput::Labels { .. } => {
            let _ = write!(
                text,
                "    int i;\n{given}{every} answer[i] = {name}_sigmoid(answer[i]);\n"
            );
        }
        ExportedOutput::Softmax { .. } => {
            let _ = write!(
                text,
                "    double top, sum = 0.0;\n    int i;\n{given}    top = answer[0];\n\
                 {every} if (answer[i] > top) top = answer[i];\n\
                 {every} sum += answer[i] = {name}_exp(answer[i] - top);\n\
                 {every} answer[i] /= sum;\n"
            );
        }
        ExportedOutput::Values {
            link,
            scaling,
            transform,
            ..
        } => {
            let inverse = source::inverse(transform);
            if let Some(scaler) = scaling {
                let (offset, factor) = (list(scaler.offset()), list(scaler.factor()));
                let _ = write!(
                    text,
                    "    static const double offset[{outputs}] = {offset};\n    \
                     static const double factor[{outputs}] = {factor};\n"
                );
            }
            let function = link.function();
            if scaling.is_some() || function.is_some() || inverse.is_some() {
                text.push_str("    int i;\n");
            }
            text.push_str(&given);
            if let Some(function) = function {
                let _ = writeln!(text, "{every} answer[i] = {name}_{function}(answer[i]);");
            }
            if scaling.is_some() {
                let _ = writeln!(
                    text,
                    "{every} answer[i] = answer[i] * factor[i] + offset[i];"
                );
            }
            if let Some(inverse) = inverse {
                let _ = writeln!(text, "{every} answer[i] = {name}_{inverse}(answer[i]);");
            }
        }
    }
    text.push_str("}\n");
    if program.classes().is_none() {
        return text;
    }
    let _ = write!(
        text,
        "\n/* {}, an index into {name}_classes. */\n\
         static inline int {name}_predict_class({row}) {{\n",
        program.decision()
    );
    if program.threshold.is_some() {
        let _ = write!(
            text,
            "    double p[{upper}_OUTPUTS];\n    {name}_predict(row, p);\n    return p[1] > {upper}_THRESHOLD;\n}}\n"
        );
        return text;
    }
    let _ = writeln!(text, "    double y[{outputs}];");
    text.push_str(&match program.is_single() {
        true => format!("    {name}_outputs(row, y);\n    return y[0] > 0.0;\n}}\n"),
        false => format!(
            "    int i, best = 0;\n    {name}_outputs(row, y);\n    \
             for (i = 1; i < {outputs}; i++) if (y[i] > y[best]) best = i;\n    return best;\n}}\n"
        ),
    });
    text
}

fn list(numbers: &[f64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(|number| format!("{number:?}")).collect();
    format!("{{{}}}", numbers.join(", "))
}
