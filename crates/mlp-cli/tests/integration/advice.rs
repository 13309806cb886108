//! Every advice that a message or a note on a table gives, taken as it is written, leads to a training.

use std::fmt::Write;

use crate::mlp;
use crate::running::{said, table, trained, write};

/// What a training on a file says, be it refused.
fn told(file: &str, options: &[String]) -> (bool, String) {
    let output = mlp()
        .args(["train", file, "--dry-run"])
        .args(options)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

/// Words as a shell parts them; quotes hold together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A table's header, its cells by row, the options that it is first read with, and the options that each message gives, one after
/// another.
type Case<'a> = (&'a str, &'a dyn Fn(usize) -> String, &'a str, &'a [&'a str]);

#[test]
fn options_that_are_advised_read_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let class = |row: usize| ["u", "v"][row / 2 % 2];
    let scattered = |row: usize| row * 7 % 11;
    let one_hot = "--categories one-hot";
    let cases: &[Case<'_>] = &[
        (
            "a;y",
            &|row| format!("{},5;{}", row % 7, class(row)),
            "",
            &["--decimal ','"],
        ),
        (
            "a;y",
            &|row| format!("1.{:03}.000,5;{}", row, class(row)),
            "",
            &["--decimal ',' and --thousands '.'"],
        ),
        (
            "a,b,y",
            &|row| format!("\"{},234\",{}.5,{}", row % 7 + 1, row % 5, class(row)),
            "",
            &["--thousands ','"],
        ),
        (
            "a;b;y",
            &|row| format!("{},5;{}.5;{}", row % 7, row % 5, class(row)),
            "",
            &["--exclude"],
        ),
        (
            "a\ty",
            &|row| format!("{}.234\t{}", row % 7 + 1, class(row)),
            "",
            &["--decimal , --thousands ."],
        ),
        (
            "a,y",
            &|row| format!("{},{}.000", scattered(row), [1, 2, 5][row % 3]),
            "",
            &["--decimal , --thousands ."],
        ),
        (
            "a,y",
            &|row| format!("{}%,{}", scattered(row), class(row)),
            "",
            &["--units '%'"],
        ),
        (
            "a,y",
            &|row| format!("{}{},{}", row + 2, ["", ".5%"][row % 2], class(row)),
            "",
            &["--units '%'"],
        ),
        (
            "a,y",
            &|row| format!("{} {},{}", row + 2, ["kg", "KG"][row % 2], class(row)),
            "",
            &["--units 'kg,KG'"],
        ),
        (
            "a,y",
            &|row| format!("{}.5{},{}", row + 2, ["", " e", " p"][row % 3], class(row)),
            "",
            &["--units 'e,p'"],
        ),
        (
            "alter,y",
            &|row| {
                format!(
                    "{} {},{}",
                    row % 7 + 1,
                    ["Jahr", "Jahre"][(row % 7).min(1)],
                    class(row)
                )
            },
            "",
            &["--units 'Jahr,Jahre'"],
        ),
        (
            "a,y",
            &|row| format!("{}\u{2103},{}", scattered(row), class(row)),
            "",
            &["--units '\u{2103}'"],
        ),
        (
            "a,y",
            &|row| format!("{},#{}", scattered(row), row % 5),
            "",
            &["--units '#'"],
        ),
        (
            "a,y",
            &|row| format!("{},{}{}", scattered(row), row % 5, ["", " (est.)"][row % 2]),
            "",
            &["--units '(est.)'"],
        ),
        (
            "k,a,y",
            &|row| format!("x{},{row}.5,{}", row % 4, class(row)),
            one_hot,
            &["--units x"],
        ),
        (
            "k,a,y",
            &|row| {
                format!(
                    "{},{row}.5,{}",
                    ["yes", "no", "-", "unknown"][row % 4],
                    class(row / 2)
                )
            },
            one_hot,
            &["--missing-words '-,unknown' --missing drop"],
        ),
        (
            "a,y",
            &|row| format!("{},{}", scattered(row), ["yes", "no", "n.a."][row % 3]),
            "",
            &["--missing-words n.a. --missing drop"],
        ),
        (
            "v,a,y",
            &|row| {
                format!(
                    "{},{row}.5,{}",
                    ["1.1", "1.2", "1.10", "2"][row % 4],
                    class(row)
                )
            },
            one_hot,
            &["--text v"],
        ),
        (
            "a,b,y",
            &|row| format!("{row}.5,,{}", class(row)),
            "--missing drop",
            &["--exclude b"],
        ),
        (
            "p,w,y",
            &|row| format!("${row}.50,{} kg,{}", row % 9, class(row)),
            "",
            &["--units '$,kg'"],
        ),
        (
            "d,y",
            &|row| format!("2020M{:02},{}", row % 12 + 1, class(row)),
            "",
            &["--dates ymd"],
        ),
        (
            "d,y",
            &|row| format!("{:02}-Jan-{:02},{}", row % 12 + 1, row % 10 + 1, class(row)),
            "",
            &["--dates dmy"],
        ),
        (
            "d,y",
            &|row| {
                format!(
                    "{:02}-Mar-{:02},{}",
                    row % 20 + 80,
                    row % 12 + 1,
                    class(row)
                )
            },
            "",
            &["--dates ymd"],
        ),
        (
            "d,y",
            &|row| {
                format!(
                    "{:02}/{:02}/2024,{}",
                    row % 28 + 1,
                    row % 12 + 1,
                    class(row)
                )
            },
            "",
            &["--dates dmy"],
        ),
        (
            "d,y",
            &|row| format!("2020{:02}10,{}", row % 12 + 1, class(row)),
            "",
            &["--dates ymd"],
        ),
        (
            "d,y",
            &|row| {
                format!(
                    "{},{}",
                    if row % 9 == 3 {
                        "9999-12-31".to_owned()
                    } else {
                        format!("2020-{:02}-10", row % 12 + 1)
                    },
                    class(row)
                )
            },
            "--dates ymd",
            &["--missing-words 9999-12-31", "--missing drop"],
        ),
        (
            "a,y",
            &|row| format!("{},{}", scattered(row), ["1", "2", "ND", "3"][row % 4]),
            "",
            &["--missing-words ND --missing drop"],
        ),
        (
            "k,a,y",
            &|row| {
                format!(
                    "{},{},{}",
                    ["1", "2", "s/d", "3"][row % 4],
                    scattered(row),
                    class(row)
                )
            },
            one_hot,
            &["--missing-words 's/d' --missing drop"],
        ),
        (
            "k,a,y",
            &|row| {
                format!(
                    "{},{},{}",
                    if row == 39 {
                        "Total"
                    } else {
                        ["north", "south"][row % 2]
                    },
                    scattered(row),
                    class(row)
                )
            },
            one_hot,
            &["--missing-words Total --missing drop"],
        ),
        (
            "id,a,y",
            &|row| {
                format!(
                    "{}E{},{},{}",
                    row % 3 + 1,
                    row % 4 + 1,
                    scattered(row),
                    class(row)
                )
            },
            "",
            &["--text id --categories one-hot"],
        ),
        (
            "a,y",
            &|row| format!("{},{}", scattered(row), ["007", "7", "8"][row % 3]),
            "",
            &["--task classification"],
        ),
        (
            "a,y",
            &|row| format!("{},{} of 5", scattered(row), row % 5),
            "",
            &["--task classification"],
        ),
        (
            "a,y",
            &|row| {
                if row == 7 {
                    format!("red,{}", class(row))
                } else {
                    format!("{row}.5,{}", class(row))
                }
            },
            "",
            &["--missing-words red --missing drop"],
        ),
        (
            "a,y",
            &|row| {
                if row == 7 {
                    format!(",{}", class(row))
                } else {
                    format!("{row}.5,{}", class(row))
                }
            },
            "",
            &["--missing drop"],
        ),
        (
            "a,y",
            &|row| {
                format!(
                    "{},{}",
                    if row % 9 == 3 {
                        -999
                    } else {
                        scattered(row) as i32
                    },
                    class(row)
                )
            },
            "",
            &["--missing-words -999", "--missing drop"],
        ),
        (
            "name      colour   size",
            &|row| format!("n{:<9}{:<9}{row}", row % 5, class(row)),
            "--target colour",
            &["--delimiter whitespace", one_hot],
        ),
        (
            "a:b:y",
            &|row| format!("{}:{row}.5:{}", scattered(row), class(row)),
            "",
            &["--delimiter ':'"],
        ),
        (
            "2020,2019,2018",
            &|row| format!("{}.5,{},{}.25", scattered(row), row * 5 % 13, row * 3 % 7),
            "",
            &["--header"],
        ),
    ];
    let mut wrong = String::new();
    for (header, row, first, advice) in cases {
        let file = table(folder.path(), "t.csv", header, row);
        let mut options = words(first);
        for advised in *advice {
            let (_, text) = told(&file, &options);
            if !text.contains(advised) {
                wrong += &format!("{header} {options:?}: `{advised}` is not in {text}\n");
            }
            options.extend(words(&advised.replace(" and ", " ")));
            // What is named beside it is any column of the table.
            if *advised == "--exclude" {
                options.push("1".to_owned());
            }
        }
        let (read, text) = told(&file, &options);
        if !read {
            wrong += &format!("{header} {options:?}: {text}\n");
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn files_that_are_mended_as_advised_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |row: &dyn Fn(usize) -> String| (0..40).map(|at| row(at) + "\n").collect::<String>();
    let class = |row: usize| ["u", "v"][row / 2 % 2];
    let markdown = rows(&|row| format!("| {row}.5 | {} |", class(row)));
    let escaped = rows(&|row| format!("\"a \\\"{}\\\" b\",{row}.5,{}", class(row), class(row)));
    let comma = rows(&|row| match row {
        7 => format!("2,345,{},{}", row % 5, class(row)),
        _ => format!("{row},{},{}", row % 5, class(row)),
    });
    let frame = rows(&|row| format!("| {row}.5 | {} |", class(row)));
    let line = "+------+---+\n";
    for (text, what, mended) in [
        (
            format!("| a | y |\n|---|---|\n{markdown}"),
            "this is a table of Markdown",
            format!(
                "a | y\n{}",
                markdown
                    .replace("| ", "")
                    .replace(" |\n", "\n")
                    .replace("5 ", "5 | ")
            ),
        ),
        (
            format!("{line}| a | y |\n{line}{frame}{line}"),
            "this is a table in a frame",
            format!(
                "a | y\n{}",
                frame
                    .replace("| ", "")
                    .replace(" |\n", "\n")
                    .replace("5 ", "5 | ")
            ),
        ),
        (
            format!(
                "Size,Size,y\ncm,kg,\n{}",
                rows(&|row| format!("{row}.5,{},{}", row % 5, class(row)))
            ),
            "perhaps units or further names; remove it, or join it with the names above",
            format!(
                "Size cm,Size kg,y\n{}",
                rows(&|row| format!("{row}.5,{},{}", row % 5, class(row)))
            ),
        ),
        (
            format!(
                "\"a,y\"\n{}",
                rows(&|row| format!("\"{row}.5,{}\"", class(row)))
            ),
            "take the quotes around each line away",
            format!("a,y\n{}", rows(&|row| format!("{row}.5,{}", class(row)))),
        ),
        (
            format!(
                "t,a,y\n{}",
                rows(&|row| format!("'p, q',{row}.5,{}", class(row)))
            ),
            "single quotes do not hold a cell together, so put it in double quotes",
            format!(
                "t,a,y\n{}",
                rows(&|row| format!("\"p, {}\",{row}.5,{}", class(row), class(row)))
            ),
        ),
        (
            format!(
                "t,a,y\n{}",
                rows(&|row| format!("p\\, q,{row}.5,{}", class(row)))
            ),
            "so put it in double quotes and take the backslash away",
            format!(
                "t,a,y\n{}",
                rows(&|row| format!("\"p, {}\",{row}.5,{}", class(row), class(row)))
            ),
        ),
        (
            format!("t,a,y\n{escaped}"),
            "a backslash stands before a quote",
            format!("t,a,y\n{}", escaped.replace("\\\"", "\"\"")),
        ),
        (
            format!("a,b,y\n{comma}"),
            "if `2,345` is one number, put it in quotes",
            format!("a,b,y\n{}", comma.replace("2,345", "\"2,345\"")),
        ),
    ] {
        let file = write(folder.path(), "t.csv", &text);
        let (read, message) = told(&file, &[]);
        assert!(!read && message.contains(what), "{message}");
        let file = write(folder.path(), "t.csv", &mended);
        let options = ["--categories", "one-hot", "--thousands", ","].map(str::to_owned);
        let (read, message) = told(&file, &options);
        assert!(read, "{message}\n{mended}");
    }
}

#[test]
fn advice_on_files_for_a_model_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |cell: &dyn Fn(usize) -> String| {
        let mut text = "a,y\n".to_owned();
        for row in 0..40 {
            writeln!(text, "{},{}", cell(row), row % 3).unwrap();
        }
        text
    };
    let whole = write(folder, "t.csv", &rows(&|row| (1000 + row * 37).to_string()));
    let model = trained(&whole, folder, "model", &[]);
    let points = rows(&|row| format!("1.{:03}", row * 7));
    let file = write(folder, "p.csv", &points);
    // Options for the test file would be options for both.
    let (_, plan) = told(&whole, &["--test-file".to_owned(), file.clone()]);
    let advice = "give --decimal , --thousands . to `mlp evaluate` on it, and leave it out here";
    assert!(plan.contains(advice), "{plan}");
    said(&[
        "evaluate",
        &model,
        &file,
        "--decimal",
        ",",
        "--thousands",
        ".",
    ]);
    let file = write(folder, "g.csv", &points.replacen(",2\n", ",\n", 1));
    let output = mlp().args(["evaluate", &model, &file]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("correct it, or leave the row out of the file")
            && !message.contains("--missing"),
        "{message}"
    );
    // Per cents with and without their sign.
    let mixed = rows(&|row| format!("{}{}", row + 2, ["", ".5%"][row % 2]));
    let file = write(folder, "m.csv", &mixed);
    let model = trained(&file, folder, "mixed", &["--units", "%"]);
    for command in ["predict", "evaluate"] {
        assert!(
            said(&[command, &model, &file])
                .1
                .contains("20 numbers without `%`")
        );
    }
}
