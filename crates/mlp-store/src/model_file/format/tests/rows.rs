//! Sources that take a table's rows: categories, gaps and dates as the reader of tables has them.

use mlp_data::table::{DateOrder, FeatureOptions, FeatureReader, OneHot, TableFormat, Unknown};

use super::*;
use crate::ExportOptions;

/// A column called like a word of the languages, and one like another in small letters.
const COLUMNS: [&str; 6] = ["Age", "city", "joined", "flag", "type", "age"];

/// Rows as a table has them: the second and third columns and the last but one are categories and dates.
const ROWS: [[&str; 6]; 12] = [
    ["31.5", "Berlin", "2020-02-29", "True", "a", "1"],
    ["-2", " say \"why??/\" ", "1969-12-31", "FALSE", "b", "2.5"],
    ["", "größe", "2000-03-01", "maybe", "a", "-7"],
    ["18", "", "2024-12-31", "", "other", "0.125"],
    ["64", "NA", "", "true", "NA", ""],
    ["7", "Atlantis", "1900-01-01", "false", "b", "3"],
    ["8", "Berlin", "2100-03-01", "perhaps", "a", "4"],
    ["9", "berlin", "1970-01-01", "maybe", "c", "5"],
    ["10", "keine", "2023-07-14", "True", "zz", "6"],
    ["11", "Berlin", "1600-02-29", "maybe", "other", "7"],
    ["inf", "Berlin", "2020-01-01", "True", "a", "8"],
    ["12", "größe", "0001-01-01", "", "", "9"],
];

/// The ways of rows that are not whole.
fn ways() -> Vec<(Unknown, bool)> {
    let of = |unknown| [(unknown, true), (unknown, false)];
    Unknown::ALL.into_iter().flat_map(of).collect()
}

fn model_of_rows(index: usize, fills: bool) -> Model {
    let one_hot = |column: &str, categories: &[&str], pooled| OneHot {
        column: column.to_owned(),
        categories: words(categories),
        pooled,
        untrained: Vec::new(),
    };
    let city = one_hot("city", &["Berlin", "größe", "say \"why??/\""], false);
    let flag = one_hot("flag", &["False", "True", "maybe"], false);
    let kind = one_hot("type", &["a", "b", "other"], true);
    let mut features = words(&["Age"]);
    features.extend(city.feature_names());
    features.push("joined".to_owned());
    features.extend(flag.feature_names().chain(kind.feature_names()));
    features.push("age".to_owned());
    let inputs = features.len();
    let net = Architecture::classical(inputs, &[6], Activation::Tanh, 1 + index % 2);
    let classes = OutputMeaning::Classes(words(&CLASSES[..2]));
    let model = match index % 2 {
        0 => model(network::<f32>(net, 400), Loss::BinaryCrossEntropy, classes),
        _ => model(network::<f64>(net, 401), Loss::SoftmaxCrossEntropy, classes),
    };
    let fill = (0..inputs).map(|i| 0.25 * i as f64).collect();
    // Days count in thousands.
    let factor = (0..inputs).map(|i| if i == 4 { 5e3 } else { 12.0 });
    let scaler = Scaler::from_parts(ScaleKind::Standard, vec![0.5; inputs], factor.collect());
    Model::from_parts(ModelParts {
        features,
        one_hot: vec![city, flag, kind],
        imputer: fills.then(|| Imputer::from_parts(ImputeKind::Mean, fill).unwrap()),
        feature_scaler: scaler.unwrap(),
        table_format: Some(TableFormat {
            header: Some(true),
            delimiter: Some(",".parse().unwrap()),
            dates: Some(DateOrder::Ymd),
            date_columns: words(&["joined"]),
            date_marks: "-".to_owned(),
            missing_words: words(&["keine"]),
            ..TableFormat::default()
        }),
        ..model.parts().clone()
    })
}

/// What the reader of tables and the model say of a row; nothing where it is refused.
fn said(model: &Model, unknown: Unknown, row: &[&str; 6]) -> Option<(Vec<f64>, u32)> {
    let options = FeatureOptions {
        features: model.columns(),
        like: model.table_format().cloned(),
        one_hot: model.one_hot().to_vec(),
        missing: model.imputer().is_some(),
        unknown,
        ..FeatureOptions::default()
    };
    let quoted = row.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    let table = format!("{}\n{}\n", COLUMNS.join(","), quoted.join(","));
    let mut reader = FeatureReader::open(table.as_bytes(), "t.csv", &options).unwrap();
    let chunk = reader.next_chunk(1).ok()?.unwrap();
    let (numbers, classes) = expected(model, &chunk.inputs);
    chunk.known[0].then(|| (numbers.row(0).to_vec(), classes[0].unwrap()))
}

/// A row's fields: `text`, `number` and `days` write one each.
fn fields(
    row: &[&str; 6],
    nan: &str,
    text: impl Fn(&str) -> String,
    days: impl Fn([i32; 3]) -> String,
) -> [String; 6] {
    let number = |cell: &str| match cell {
        "" => nan.to_owned(),
        "inf" => "1e308 * 10.0".to_owned(),
        cell => format!("{:?}", cell.parse::<f64>().unwrap()),
    };
    let date = |cell: &str| match cell {
        "" => nan.to_owned(),
        cell => {
            let parts: Vec<i32> = cell.split('-').map(|part| part.parse().unwrap()).collect();
            days([parts[0], parts[1], parts[2]])
        }
    };
    [
        number(row[0]),
        text(row[1]),
        date(row[2]),
        text(row[3]),
        text(row[4]),
        number(row[5]),
    ]
}

/// Compares lines, one a row: `-`, or class and numbers.
fn compare_rows(printed: &str) {
    let mut lines = printed.lines();
    let mut refused = 0;
    for (index, (unknown, fills)) in ways().into_iter().enumerate() {
        let model = model_of_rows(index, fills);
        for row in &ROWS {
            let line = lines.next().expect("a line for every row");
            let Some((numbers, class)) = said(&model, unknown, row) else {
                assert_eq!(line, "-", "{unknown:?} {row:?}");
                refused += 1;
                continue;
            };
            let mut found = line.split_whitespace();
            assert_eq!(found.next(), Some(class.to_string().as_str()), "{row:?}");
            let bound = if index % 2 == 0 { BOUND } else { 1e-12 };
            for (found, expected) in found.zip(&numbers) {
                let found: f64 = found.parse().unwrap();
                assert!(
                    (found - expected).abs() <= bound,
                    "{row:?}: {line} for {numbers:?}"
                );
            }
        }
    }
    assert_eq!(lines.next(), None);
    assert!(refused > 20 && refused < 50, "{refused}");
}

#[test]
fn rust_sources_take_the_rows_of_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let mut main = "#![allow(dead_code)]\n".to_owned();
    let mut body = String::new();
    for (index, (unknown, fills)) in ways().into_iter().enumerate() {
        let options = ExportOptions { name: "m", unknown };
        let source = Format::named("rust")
            .unwrap()
            .write(&model_of_rows(index, fills), options);
        write(folder.path(), &format!("m{index}.rs"), source.unwrap());
        let _ = writeln!(main, "mod m{index};");
        for row in &ROWS {
            let days =
                |[year, month, day]: [i32; 3]| format!("m{index}::days({year}, {month}, {day})");
            let [a, b, c, d, e, f] = fields(row, "f64::NAN", |text| format!("{text:?}"), days);
            let _ = write!(
                body,
                "    let row = m{index}::Row {{ age: {a}, city: {b}, joined: {c}, flag: {d}, type_: {e}, age_2: {f} }};\n    \
                 match (m{index}::predict_row(&row), m{index}::predict_class_of_row(&row)) {{\n        \
                 (Ok(y), Ok(class)) => println!(\"{{class}} {{}} {{}}\", y[0], y[1]),\n        \
                 (Err(a), Err(b)) => {{\n            assert_eq!(a, b);\n            println!(\"-\");\n        }}\n        \
                 _ => panic!(),\n    }}\n"
            );
        }
    }
    write(
        folder.path(),
        "main.rs",
        format!("{main}fn main() {{\n{body}}}\n"),
    );
    run(rustc(folder.path()).arg("main.rs"));
    compare_rows(&run(&mut Command::new(folder.path().join("main"))));
}

#[cfg(unix)]
#[test]
fn c_headers_take_the_rows_of_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let (mut headers, mut body) = (String::from("#include <stdio.h>\n"), String::new());
    for (index, (unknown, fills)) in ways().into_iter().enumerate() {
        let name = format!("m{index}");
        let options = ExportOptions {
            name: &name,
            unknown,
        };
        let source = Format::named("c")
            .unwrap()
            .write(&model_of_rows(index, fills), options);
        write(folder.path(), &format!("{name}.h"), source.unwrap());
        let _ = writeln!(headers, "#include \"{name}.h\"");
        for row in &ROWS {
            let text = |text: &str| match text {
                "" => "NULL".to_owned(),
                // No trigraphs, and bytes as they are.
                text => format!("\"{}\"", text.replace('"', "\\\"").replace('?', "\\?")),
            };
            let days =
                |[year, month, day]: [i32; 3]| format!("{name}_days({year}, {month}, {day})");
            let fields = fields(row, "zero / zero", text, days).join(", ");
            let _ = write!(
                body,
                "    {{\n        {name}_row row = {{{fields}}};\n        double y[2];\n        \
                 if ({name}_predict_row(&row, y)) printf({name}_predict_class_of_row(&row) == -1 ? \"-\\n\" : \"?\\n\");\n        \
                 else printf(\"%d %.17g %.17g\\n\", {name}_predict_class_of_row(&row), y[0], y[1]);\n    }}\n"
            );
        }
    }
    let main =
        format!("{headers}int main(void) {{\n    double zero = 0.0;\n{body}    return 0;\n}}\n");
    write(folder.path(), "main.c", main);
    compile_c(folder.path());
    compare_rows(&run(&mut Command::new(folder.path().join("main"))));
}
