//! Numbers and dates that no option reads, or one alone; and tables for a model that are written otherwise than its own.

use std::{fs, path::Path};

use crate::refused;
use crate::running::{plan, refusal, said, table as lines, trained};

/// A table of forty rows with what `first` gives for each row, a feature and a class.
fn table(folder: &Path, name: &str, first: impl Fn(usize) -> String) -> String {
    let rows = |row: usize| {
        let class = ["u", "v"][row / 2 % 2];
        format!("{};{};{class}", first(row), row * 5 % 11)
    };
    lines(folder, name, "a;b;y", rows)
}

/// The same with what `last` gives as the target.
fn target(folder: &Path, name: &str, last: impl Fn(usize) -> String) -> String {
    let rows = |row: usize| format!("{};{};{}", row % 7, row * 5 % 11, last(row));
    lines(folder, name, "a;b;y", rows)
}

#[test]
fn numbers_that_no_option_reads_are_neither_classes_nor_categories() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let digit = |row: usize| row % 7 + 1;
    /// A file's name, what its cells are, and what is said of them.
    type Form<'a> = (&'a str, &'a dyn Fn(usize) -> String, &'a str);
    let forms: [Form<'_>; 9] = [
        (
            "full_width.csv",
            &|row| ["１", "２", "３", "４", "５", "６", "７"][row % 7].to_owned() + "２",
            "`１２` is a number in full-width digits, or those of another script; write it in the digits 0 to 9",
        ),
        (
            "quoted.csv",
            &|row| format!("'0.{}'", digit(row)),
            "`'0.1'` is a number after a quote mark; take the quote mark out of the cell",
        ),
        (
            "text_mark.csv",
            &|row| format!("'0.{}", digit(row)),
            "`'0.1` is a number after a quote mark",
        ),
        (
            "formula.csv",
            &|row| format!("\"=\"\"{}00\"\"\"", digit(row)),
            "`=\"100\"` is a number as a spreadsheet's formula; write its value alone",
        ),
        (
            "fractions.csv",
            &|row| format!("{}/8", digit(row)),
            "`1/8` is a fraction, or two numbers in one cell; write 0.5 for 1/2",
        ),
        (
            "errors.csv",
            &|row| format!("{}±1", digit(row)),
            "`1±1` is a number with its error",
        ),
        (
            "area.csv",
            &|row| format!("{}m2", digit(row)),
            "`1m2` is a number with the unit `m2`; give --units 'm2'",
        ),
        (
            "months.csv",
            &|row| format!("0{}/2020", digit(row)),
            "`01/2020` is a date; give --dates ymd",
        ),
        (
            "sizes.csv",
            &|row| match row % 9 {
                2 => format!("{}K", digit(row)),
                _ => (row * row).to_string(),
            },
            "K` is a number, and `K` in the column stands for a power of ten; write the numbers out in digits",
        ),
    ];
    for (name, cell, what) in forms {
        let message = refusal(&target(folder, name, cell), &[]);
        assert!(
            message.contains("column `y`") && message.contains(what),
            "{name}: {message}"
        );
        let file = table(folder, name, cell);
        for options in [&[][..], &["--categories", "one-hot"]] {
            let message = refusal(&file, options);
            assert!(
                message.contains("column `a`") && message.contains(what),
                "{name} {options:?}: {message}"
            );
        }
    }
    let classes = target(folder, "classes.csv", |row| format!("{}/8", digit(row)));
    assert!(plan(&classes, &["--task", "classification"]).contains("7 classes, `1/8`"));
    let area = table(folder, "area.csv", |row| format!("{}m2", digit(row)));
    assert!(plan(&area, &["--units", "m2"]).contains("`m2` stripped"));
}

#[test]
fn dates_of_eight_digits_and_of_months_are_days() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let day = |row: usize| format!("2020{:02}10", row % 12 + 1);
    let file = table(folder, "days.csv", day);
    assert!(
        plan(&file, &[])
            .contains("column `a` looks like dates, which are read as numbers; give --dates ymd")
    );
    for order in ["ymd", "dmy"] {
        let printed = plan(&file, &["--dates", order]);
        assert!(
            printed.contains("1 column of numbers, 1 of dates"),
            "{printed}"
        );
    }
    let model = trained(&file, folder, "days", &["--dates", "ymd"]);
    said(&["predict", &model, &file]);
    let written = table(folder, "written.csv", |row| {
        format!("2020-{:02}-10", row % 12 + 1)
    });
    assert_eq!(
        said(&["predict", &model, &file]).0,
        said(&["predict", &model, &written]).0
    );
    let numbers = table(folder, "numbers.csv", |row| row.to_string());
    assert!(
        refused(&["predict", &model, &numbers], 2)
            .contains("line 2, column `a`: `0` is not a date")
    );
    let dates = target(folder, "target.csv", day);
    assert!(refusal(&dates, &[]).contains(
        "line 2, column `y`: `20200110` is a date, as are all of the column; give --dates ymd"
    ));
    assert!(
        plan(&dates, &["--dates", "ymd"]).contains("(regression)")
            || plan(&dates, &["--dates", "ymd"]).contains("numbers from 18271")
    );
    let months = table(folder, "months.csv", |row| {
        format!("{:02}/2020", row % 12 + 1)
    });
    assert!(plan(&months, &["--dates", "dmy"]).contains("1 of dates"));
    let points = table(folder, "points.csv", |row| {
        format!("{:02}.2020", row % 12 + 1)
    });
    assert!(refusal(&points, &[]).contains("`01.2020` is a month and a year"));
    // POSIX: 69 to 99 are of the 20th century.
    let years = target(folder, "years.csv", |row| {
        ["01.01.69", "01.01.68"][row % 2].to_owned()
    });
    assert!(plan(&years, &["--dates", "dmy"]).contains("numbers from -365 to 35794"));
}

#[test]
fn dates_that_no_column_has_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = table(folder, "plain.csv", |row| (row % 7).to_string());
    let message = refusal(&file, &["--dates", "ymd"]);
    assert!(
        message.contains("--dates ymd is given, but no column of")
            && message.contains("holds dates"),
        "{message}"
    );
    let few = table(folder, "few.csv", |row| match row % 9 {
        3 => "2020-01-31".to_owned(),
        row => ["red", "blue", "green"][row % 3].to_owned(),
    });
    let message = refusal(&few, &["--dates", "ymd", "--categories", "one-hot"]);
    assert!(
        message.contains("(`a` has `2020-01-31` (line 5) beside other texts)"),
        "{message}"
    );
    let model = trained(&file, folder, "plain", &[]);
    for command in ["predict", "evaluate"] {
        let message = refused(&[command, &model, &file, "--dates", "ymd"], 2);
        assert!(
            message.contains("no column held dates when the model was trained"),
            "{message}"
        );
    }
}

#[test]
fn marks_that_no_option_reads_together_are_told_with_both_lines() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let cell = |row: usize| match row {
        7 => "1,2".to_owned(),
        row => format!("{}.5", row % 7),
    };
    for file in [table(folder, "a.csv", cell), target(folder, "y.csv", cell)] {
        let message = refusal(&file, &[]);
        assert!(
            message.contains("line 9, column")
                && message.contains("`1,2` is a number, and `0.5` (line 2) of the same column has other marks; no option reads both"),
            "{message}"
        );
    }
    let file = lines(folder, "two.csv", "a;b;y", |row| {
        format!("{},5;{}.5;{}", row % 7, row % 5, ["u", "v"][row % 2])
    });
    let remedy = "one decimal mark holds for all columns, so write the numbers of the file alike, or leave one of the two columns out";
    for (options, what) in [
        (
            &[][..],
            "column `a`: `0,5` is a number with a decimal comma, and column `b` has `0.5` (line 2)",
        ),
        (
            &["--decimal", ","],
            "column `b`: `0.5` is a number with a decimal point, and column `a` has `0,5` (line 2)",
        ),
    ] {
        let message = refusal(&file, options);
        assert!(
            message.contains(what) && message.contains(remedy),
            "{message}"
        );
    }
    plan(&file, &["--exclude", "a"]);
    plan(&file, &["--exclude", "b", "--decimal", ","]);
}

#[test]
fn units_are_those_of_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = |name: &str, unit: &'static str| {
        table(folder, name, move |row| format!("{}{unit}", row % 7 + 1))
    };
    let (plain, kilos, pounds) = (
        file("plain.csv", ""),
        file("kg.csv", " kg"),
        file("lb.csv", " lb"),
    );
    let model = trained(&plain, folder, "plain", &[]);
    for command in ["predict", "evaluate"] {
        let message = refused(&[command, &model, &kilos], 2);
        assert!(
            message.contains("line 2, column `a`: `1 kg` is a number with the unit `kg`, and the column had no unit when the model was trained; write it as there, or give --units 'kg'"),
            "{message}"
        );
        let (printed, note) = said(&[command, &model, &kilos, "--units", "kg"]);
        assert_eq!(printed, said(&[command, &model, &plain]).0);
        assert!(
            note.contains("note: read with --units 'kg', unlike the table"),
            "{note}"
        );
    }
    let model = trained(&kilos, folder, "kilos", &["--units", "kg,lb"]);
    said(&["predict", &model, &plain]);
    for command in ["predict", "evaluate"] {
        let message = refused(&[command, &model, &pounds], 2);
        assert!(
            message.contains("line 2, column `a`: `1 lb` is a number with `lb`, and the column had `kg` when the model was trained"),
            "{message}"
        );
    }
    let message = refusal(&kilos, &["--units", "kg,lb", "--test-file", &pounds]);
    assert!(
        message.contains("lb.csv`, line 2, column `a`: `1 lb`")
            && message.contains("write the test file in the same way as the training file"),
        "{message}"
    );
    assert!(
        plan(&kilos, &["--units", "kg,lb"]).contains("--units gives `lb`, which no number has")
    );
    let share = trained(&file("share.csv", "%"), folder, "share", &["--units", "%"]);
    assert!(refused(&["predict", &share, &plain], 2).contains("`1` is a number without `%`"));
}

#[test]
fn marks_of_a_table_for_a_model_may_be_others() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let english = table(folder, "en.csv", |row| format!("123{}.5", row % 7));
    let german = table(folder, "de.csv", |row| format!("1.23{},5", row % 7));
    let model = trained(&english, folder, "en", &[]);
    let marks = ["--decimal", ",", "--thousands", "."];
    for command in ["predict", "evaluate"] {
        let message = refused(&[command, &model, &german], 2);
        assert!(
            message.contains("line 2, column `a`: `1.230,5`")
                && message.contains("give --decimal ',' and --thousands '.'"),
            "{message}"
        );
        let (printed, note) = said(&[&[command, &model, &german], &marks[..]].concat());
        assert_eq!(printed, said(&[command, &model, &english]).0);
        assert!(
            note.contains("read with --decimal ',' --thousands '.'"),
            "{note}"
        );
    }
    // And back: the mark that is given takes the place of the one that is stored.
    let model = trained(&german, folder, "de", &marks);
    let message = refused(&["predict", &model, &english], 2);
    assert!(message.contains("give --decimal '.'"), "{message}");
    assert_eq!(
        said(&["predict", &model, &english, "--decimal", "."]).0,
        said(&["predict", &model, &german]).0
    );
    let message = refusal(&english, &["--test-file", &german]);
    assert!(
        message.contains("de.csv`, line 2")
            && message.contains(
                "leave it out and give --decimal ',' and --thousands '.' to `mlp evaluate` on it"
            ),
        "{message}"
    );
    // Points before three digits, beside hundreds, are doubtful here as in training.
    let model = trained(
        &table(folder, "p.csv", |row| format!("{}.5", row * 100)),
        folder,
        "p",
        &[],
    );
    let points = table(folder, "points.csv", |row| {
        ["950", "1.200"][row % 2].to_owned()
    });
    for command in ["predict", "evaluate"] {
        let message = refused(&[command, &model, &points], 2);
        assert!(
            message.contains("line 3, column `a`: `1.200` is 1.200 with a decimal point, or 1200"),
            "{message}"
        );
    }
}

#[test]
fn a_space_after_a_space_is_no_shift_of_columns() {
    let folder = tempfile::tempdir().unwrap();
    let row = |row: usize| match row % 2 {
        0 => format!(" {} {}.5", row % 7, row % 5),
        _ => format!("{}  {}.5", row % 7, row % 5),
    };
    let message = |first: &str| {
        let file = lines(folder.path(), "spaces.txt", first, row);
        refusal(&file, &["--delimiter", " ", "--no-header"])
    };
    let open = message("1  2");
    assert!(
        open.contains("line 2: a cell is empty between single spaces"),
        "{open}"
    );
    // A line without gaps tells that single spaces part the cells.
    let told = message("1 2 3");
    assert!(
        told.contains("line 2, column `column1`: the value is missing (an empty cell)"),
        "{told}"
    );
}

#[test]
fn what_looks_like_a_number_is_a_name_by_request() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let fraction = |row: usize| format!("{}/8", row % 7 + 1);
    let classes = target(folder, "classes.csv", fraction);
    assert!(plan(&classes, &["--text", "y"]).contains("7 classes, `1/8`"));
    let names = ["--text", "a", "--categories", "one-hot"];
    let file = table(folder, "fractions.csv", fraction);
    assert!(refusal(&file, &[]).contains(
        "and two numbers in two columns, or give --text a --categories one-hot if they are names"
    ));
    assert!(plan(&file, &names).contains("1 of 7 categories"));
    // Dates that are names are none beside other texts.
    let days = table(folder, "days.csv", |row| {
        format!("2020-{:02}-10", row % 7 + 1)
    });
    let message = refusal(&days, &[&names[..], &["--dates", "ymd"]].concat());
    assert!(message.contains("holds dates; leave it out"), "{message}");
    // Names and units are both what the model knows, and no option of training is offered for it.
    let file = |name: &str, unit: &'static str| {
        lines(folder, name, "a;b;y", move |row| {
            format!("{};{}{unit};{}", fraction(row), row * 5 % 11 + 1, row % 2)
        })
    };
    let (kilos, pounds) = (file("kg.csv", " kg"), file("lb.csv", " lb"));
    let options = [&names[..], &["--units", "kg,lb"]].concat();
    let model = trained(&kilos, folder, "kilos", &options);
    for command in ["predict", "evaluate"] {
        said(&[command, &model, &kilos]);
        let message = refused(&[command, &model, &pounds], 2);
        assert!(
            message.contains("column `b`: `1 lb` is a number with `lb`, and the column had `kg`")
                && !message.contains("--text"),
            "{message}"
        );
    }
}

#[test]
fn marks_that_decide_are_told_of_behind_ones_that_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let mut text = "x,price\n".to_owned();
    for row in 0..12 {
        text += &format!("{row},{}\n", ["$950", "\"$1,200\"", "\"$15,300\""][row % 3]);
    }
    fs::write(&path, text).unwrap();
    let message = refused(&["train", path.to_str().unwrap(), "--steps", "5"], 2);
    assert!(
        message.contains("--units '$'") && message.contains("--thousands ','"),
        "{message}"
    );
}
