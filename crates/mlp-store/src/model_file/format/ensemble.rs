//! Ensembles as source text: every network as it is written alone, and functions that join them.
//!
//! The mean is summed in the order of the networks, as the model itself does.

use std::fmt::Write;

use super::{
    ExportOptions, c, c_rows, functions, identifier::identifier, kind::Format, program::Program,
    rust, rust_rows,
};
use mlp_data::table::Unknown;
use mlp_train::Model;

/// Writes one format's source text of an ensemble of a name.
type Join = fn(&Model, ExportOptions<'_>) -> Result<String, String>;

/// The formats whose file is made of those of the networks; the others write an ensemble themselves.
const JOINED: [(&str, Join); 2] = [(c::FORMAT.name, in_c), (rust::FORMAT.name, in_rust)];

/// The bytes of an ensemble.
pub(super) fn write(
    format: &Format,
    model: &Model,
    options: ExportOptions<'_>,
) -> Result<Vec<u8>, String> {
    match JOINED.iter().find(|(known, _)| *known == format.name) {
        Some((_, join)) => Ok(join(model, options)?.into_bytes()),
        None => (format.write)(model, options),
    }
}

/// The source text of each network alone, which takes features, under names counted from 0.
fn texts(
    write: fn(&Program<'_>, &str) -> String,
    model: &Model,
    name: &str,
) -> Result<Vec<String>, String> {
    let members = model.each_alone().into_iter().enumerate();
    let text = |(index, member): (usize, Model)| {
        let mut program = Program::of(&member, Unknown::default())?;
        program.table = None;
        Ok(write(&program, &format!("{name}_{index}")))
    };
    members.map(text).collect()
}

fn in_c(model: &Model, options: ExportOptions<'_>) -> Result<String, String> {
    let program = Program::of(model, options.unknown)?;
    let name = identifier(options.name);
    let upper = name.to_ascii_uppercase();
    let members = texts(c::write, model, &name)?;
    let count = members.len();
    let mut text = format!("/* {name}: an ensemble of {count} neural networks. */\n");
    text.push_str(&members.concat());
    let (what, _) = program.answers();
    let _ = write!(
        text,
        "\n#ifndef {upper}_H\n#define {upper}_H\n\n\
         /* Networks, numbers in a row, numbers that {name}_predict gives. */\n\
         #define {upper}_MEMBERS {count}\n\
         #define {upper}_INPUTS {upper}_0_INPUTS\n\
         #define {upper}_OUTPUTS {upper}_0_OUTPUTS\n\
         #define {name}_columns {name}_0_columns\n\
         #define {name}_{what} {name}_0_{what}\n{}",
        c::threshold(&program, &upper)
    );
    for function in functions::closure(["sqrt"]) {
        text.push_str(&function.c.replace('@', &format!("{name}_")));
    }
    let row = format!("const double row[{upper}_INPUTS]");
    let _ = write!(
        text,
        "\n/* What one of the networks says, counted from 0. */\n\
         static inline void {name}_predict_member(int member, {row}, double answer[{upper}_OUTPUTS]) {{\n    \
         switch (member) {{\n"
    );
    for member in 1..count {
        let _ = writeln!(
            text,
            "    case {member}: {name}_{member}_predict(row, answer); break;"
        );
    }
    let _ = write!(
        text,
        "    default: {name}_0_predict(row, answer); break;\n    }}\n}}\n\n\
         /* The mean over the networks. {}. */\n\
         static inline void {name}_predict({row}, double answer[{upper}_OUTPUTS]) {{\n    \
         double one[{upper}_OUTPUTS];\n    int i, m;\n    {name}_0_predict(row, answer);\n    \
         for (m = 1; m < {upper}_MEMBERS; m++) {{\n        {name}_predict_member(m, row, one);\n        \
         for (i = 0; i < {upper}_OUTPUTS; i++) answer[i] += one[i];\n    }}\n    \
         for (i = 0; i < {upper}_OUTPUTS; i++) answer[i] /= {count}.0;\n}}\n\n\
         /* Their standard deviation. */\n\
         static inline void {name}_spread({row}, double spread[{upper}_OUTPUTS]) {{\n    \
         double mean[{upper}_OUTPUTS], one[{upper}_OUTPUTS];\n    int i, m;\n    {name}_predict(row, mean);\n    \
         for (i = 0; i < {upper}_OUTPUTS; i++) spread[i] = 0.0;\n    \
         for (m = 0; m < {upper}_MEMBERS; m++) {{\n        {name}_predict_member(m, row, one);\n        \
         for (i = 0; i < {upper}_OUTPUTS; i++) spread[i] += (one[i] - mean[i]) * (one[i] - mean[i]);\n    }}\n    \
         for (i = 0; i < {upper}_OUTPUTS; i++) spread[i] = {name}_sqrt(spread[i] / {});\n}}\n",
        program.numbers(),
        divisor(count)
    );
    if program.classes().is_some() {
        let class = match program.threshold {
            Some(_) => format!("    return p[1] > {upper}_THRESHOLD;\n"),
            None => format!(
                "    for (i = 1; i < {upper}_OUTPUTS; i++) if (p[i] > p[best]) best = i;\n    return best;\n"
            ),
        };
        let declared = match program.threshold {
            Some(_) => "",
            None => "    int i, best = 0;\n",
        };
        let _ = write!(
            text,
            "\n/* {}, an index into {name}_classes. */\n\
             static inline int {name}_predict_class({row}) {{\n    \
             double p[{upper}_OUTPUTS];\n{declared}    {name}_predict(row, p);\n{class}}}\n",
            program.decision()
        );
    }
    if let Some(columns) = &program.table {
        text.push_str(&c_rows::rows(&program, columns, &name, c::quoted));
    }
    text.push_str("\n#endif\n");
    Ok(text)
}

/// What squared deviations are divided by.
fn divisor(count: usize) -> String {
    format!("{}.0", count - 1)
}

fn in_rust(model: &Model, options: ExportOptions<'_>) -> Result<String, String> {
    let program = Program::of(model, options.unknown)?;
    let name = identifier(options.name);
    let members = texts(rust::write, model, &name)?;
    let count = members.len();
    let mut text = format!("// {name}: an ensemble of {count} neural networks.\n");
    for (index, member) in members.iter().enumerate() {
        let _ = write!(
            text,
            "\n#[allow(dead_code)]\nmod member_{index} {{\n{member}}}\n"
        );
    }
    let (what, _) = program.answers();
    let constant = what.to_ascii_uppercase();
    let cases: String = (1..count)
        .map(|member| format!("        {member} => member_{member}::predict(row),\n"))
        .collect();
    let _ = write!(
        text,
        "\n#[allow(unused_imports)]\n\
         pub use self::member_0::{{COLUMNS, INPUTS, OUTPUTS, {constant}}};\n\n{}\
         /// Networks.\n\
         pub const MEMBERS: usize = {count};\n\n\
         /// What one of the networks says, counted from 0.\n\
         pub fn predict_member(member: usize, row: &[f64; INPUTS]) -> [f64; OUTPUTS] {{\n    \
         match member {{\n{cases}        _ => member_0::predict(row),\n    }}\n}}\n\n\
         /// The mean over the networks. {}.\n\
         pub fn predict(row: &[f64; INPUTS]) -> [f64; OUTPUTS] {{\n    \
         let mut answer = predict_member(0, row);\n    for member in 1..MEMBERS {{\n        \
         for (sum, one) in answer.iter_mut().zip(predict_member(member, row)) {{\n            *sum += one;\n        }}\n    }}\n    \
         answer.map(|sum| sum / {count}.0)\n}}\n\n\
         /// Their standard deviation.\n\
         pub fn spread(row: &[f64; INPUTS]) -> [f64; OUTPUTS] {{\n    \
         let mean = predict(row);\n    let mut squares = [0.0; OUTPUTS];\n    for member in 0..MEMBERS {{\n        \
         let one = predict_member(member, row);\n        \
         for ((square, one), mean) in squares.iter_mut().zip(one).zip(mean) {{\n            \
         *square += (one - mean) * (one - mean);\n        }}\n    }}\n    \
         squares.map(|square| sqrt(square / {}))\n}}\n",
        rust::threshold(&program),
        program.numbers(),
        divisor(count)
    );
    if program.classes().is_some() {
        let class = match program.threshold {
            Some(_) => "    let [_, second] = predict(row);\n    usize::from(second > THRESHOLD)\n",
            None => {
                "    let p = predict(row);\n    let mut best = 0;\n    \
                     for (class, number) in p.iter().enumerate() {\n        if *number > p[best] {\n            best = class;\n        }\n    }\n    best\n"
            }
        };
        let _ = write!(
            text,
            "\n/// {}, an index into `CLASSES`.\n\
             pub fn predict_class(row: &[f64; INPUTS]) -> usize {{\n{class}}}\n",
            program.decision()
        );
    }
    if let Some(columns) = &program.table {
        text.push_str(&rust_rows::rows(&program, columns));
    }
    for function in functions::closure(["sqrt"]) {
        text.push_str(function.rust);
    }
    Ok(text)
}
