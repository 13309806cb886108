//! What would be read otherwise than it is meant, without a word: each is said, or refused with what to do.

use std::fmt::Write;

use crate::refused;
use crate::running::{ONE_HOT, plan, refusal, said, table, trained, write};

#[test]
fn a_code_for_a_missing_target_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let file = table(folder.path(), "t.csv", "a,y", |row| {
        let y = if row % 9 == 4 {
            "-999".to_owned()
        } else {
            format!("{row}.25")
        };
        format!("{},{y}", row * 7 % 11)
    });
    let note = "the target `y` has -999 4 times, far from its other values; if that is a code for a missing value, say so with \
                --missing-words -999 --missing drop";
    assert!(plan(&file, &[]).contains(note), "{}", plan(&file, &[]));
    let options = ["--missing-words", "-999", "--missing", "drop"];
    assert!(!plan(&file, &options).contains("far from"));
    let classes = table(folder.path(), "c.csv", "a,y", |row| {
        format!("{},{}", row * 7 % 11, ["0", "1", "99"][row % 3])
    });
    assert!(plan(&classes, &[]).contains("the target `y` has 99 13 times"));
}

#[test]
fn classes_with_leading_zeros_are_names() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let of = |name: &str, labels: [&'static str; 2]| {
        table(folder, name, "a,y", |row| {
            format!("{},{}", row * 7 % 11, labels[row % 2])
        })
    };
    let zeros = of("zeros.csv", ["01", "02"]);
    assert!(plan(&zeros, &[]).contains("2 classes, `01` 20 (50.0 %), `02` 20"));
    let model = trained(&zeros, folder, "zeros", &[]);
    assert!(
        said(&["predict", &model, &zeros])
            .0
            .starts_with("prediction,p_01,p_02\n")
    );
    said(&["evaluate", &model, &zeros]);
    for (other, class) in [(["001", "02"], "001"), (["1", "02"], "1")] {
        let file = of("other.csv", other);
        let message = refused(&["evaluate", &model, &file], 2);
        let unknown = format!("class `{class}` is unknown; the classes are `01` and `02`");
        assert!(message.contains(&unknown), "{message}");
    }
    let plain = of("plain.csv", ["1", "2"]);
    let model = trained(&plain, folder, "plain", &[]);
    let floats = of("floats.csv", ["1.0", "2.0"]);
    said(&["evaluate", &model, &floats]);
    let message = refused(&["evaluate", &model, &zeros], 2);
    assert!(message.contains("class `01` is unknown"), "{message}");
}

#[test]
fn columns_declared_as_text_are_told_of_or_are_classes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text =
        "@relation t\n@attribute zip string\n@attribute b real\n@attribute y string\n@data\n"
            .to_owned();
    for row in 0..40 {
        writeln!(
            text,
            "'{}',{row}.5,'{}'",
            1000 + row * 7 % 11,
            ["1.0", "02"][row % 2]
        )
        .unwrap();
    }
    let file = write(folder, "t.arff", &text);
    let line = plan(&file, &[]);
    assert!(
        line.contains("2 classes, `1.0` 20 (50.0 %), `02` 20")
            && line.contains("2 columns of numbers"),
        "{line}"
    );
    assert!(
        line.contains(
            "column `zip` is declared as text but holds only numbers, so it is read as numbers; if they are names, say so \
             with --text zip --categories one-hot"
        ),
        "{line}"
    );
    let line = plan(&file, &[&ONE_HOT[..], &["--text", "zip"]].concat());
    assert!(
        line.contains("1 of 11 categories") && !line.contains("is declared"),
        "{line}"
    );
    let numbers = text.replace("'1.0'", "'1.25'");
    let file = write(folder, "n.arff", &numbers);
    let message = refusal(&file, &[]);
    assert!(
        message.contains("column `y`: `1.25` is a number in a column that is declared as text; give --task regression"),
        "{message}"
    );
    assert!(plan(&file, &["--task", "regression"]).contains("numbers from 1.25 to 2"));
}

#[test]
fn amounts_beside_words_are_refused_by_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    for (cells, what) in [
        (
            ["~10", "~20", "~30", "few"],
            "`~10` is a number that is not exact",
        ),
        (
            ["<5", "<10", ">100", "none"],
            "`<5` is a bound, not a number",
        ),
        (
            ["1h30", "2h15", "0h45", "none"],
            "`1h30` is a span of time in several units",
        ),
        (
            ["1.0D+01", "2.0D+01", "3.0D+01", "none"],
            "`1.0D+01` is a number with an exponent of Fortran's",
        ),
        (
            ["19M", "14M", "3M", "varies"],
            "`19M` is a number with the unit `M`",
        ),
    ] {
        let feature = table(folder.path(), "f.csv", "a,b,y", |row| {
            format!("{},{row}.5,{}", cells[row % 4], ["u", "v"][row % 2])
        });
        let message = refusal(&feature, &ONE_HOT);
        assert!(
            message.contains(what) && message.contains("--text a"),
            "{message}"
        );
        let target = table(folder.path(), "t.csv", "b,y", |row| {
            format!("{row}.5,{}", cells[row % 4])
        });
        let message = refusal(&target, &[]);
        assert!(
            message.contains(what) && message.contains("--task classification"),
            "{message}"
        );
    }
}

#[test]
fn marks_of_the_model_that_no_number_proves_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let german = table(folder, "g.csv", "x;y", |row| {
        format!("{},{};{}", row % 9, row % 7, ["u", "v"][row % 2])
    });
    let model = trained(&german, folder, "german", &["--decimal", ","]);
    let english = write(folder, "e.csv", "x;y\n\"2,000\";u\n\"3,500\";v\n7;u\n");
    let note = "note: column `x` has numbers such as `2,000` (line 2), which is 2 the way the model's table is written, and no \
                number of the file decides; if 2000 is meant, give --decimal . --thousands ,";
    for command in ["predict", "evaluate"] {
        let (_, message) = said(&[command, &model, &english]);
        assert!(message.contains(note), "{command}: {message}");
        let (_, message) = said(&[command, &model, &english, "--decimal", ",", "-q"]);
        assert_eq!(message, "");
        // What is proven, and what the user said, is not doubted.
        assert_eq!(said(&[command, &model, &german]).1, "");
        assert_eq!(said(&[command, &model, &english, "--decimal", ","]).1, "");
        let (_, message) = said(&[
            command,
            &model,
            &english,
            "--decimal",
            ".",
            "--thousands",
            ",",
        ]);
        assert!(
            !message.contains("no number of the file decides"),
            "{message}"
        );
    }
    let contradiction = write(folder, "c.csv", "x;y\n\"2,000\";u\n\"1,234.5\";v\n");
    for command in ["predict", "evaluate"] {
        let message = refused(&[command, &model, &contradiction], 2);
        assert!(
            message.contains("line 3, column `x`: `1,234.5`"),
            "{message}"
        );
    }
    let grouped = table(folder, "t.csv", "x;y", |row| {
        format!("{}.{:03};{}", row % 9 + 1, row * 7, ["u", "v"][row % 2])
    });
    let options = ["--decimal", ",", "--thousands", "."];
    let model = trained(&grouped, folder, "grouped", &options);
    let points = write(folder, "p.csv", "x\n1.500\n2.250\n");
    let (_, message) = said(&["predict", &model, &points]);
    assert!(
        message.contains("`1.500` (line 2), which is 1500")
            && message.contains("if 1.5 is meant, give --decimal ."),
        "{message}"
    );
}

#[test]
fn columns_taken_by_position_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = table(folder, "t.csv", "a,b,y", |row| {
        format!("{},{row}.5,{}", row % 9, ["u", "v"][row % 2])
    });
    let model = trained(&file, folder, "model", &[]);
    let bare = write(folder, "bare.csv", "1,2.5\n3,4.5\n");
    let (_, message) = said(&["predict", &model, &bare]);
    assert_eq!(
        message,
        "note: the file does not name its columns, so its 2 columns are matched by position to `a` and `b`\n"
    );
    let named = write(folder, "named.csv", "b,a\n1,2.5\n3,4.5\n");
    assert_eq!(said(&["predict", &model, &named]).1, "");
    let lone = write(folder, "lone.csv", "1\n3\n");
    let message = refused(&["predict", &model, &lone], 2);
    assert!(
        message.contains(
            "the file has no header and 1 column; without one, exactly 2 features are expected"
        ),
        "{message}"
    );
}

#[test]
fn names_that_may_be_one_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let cities = ["Zürich", "Zu\u{308}rich", "Bern"];
    let file = table(folder.path(), "t.csv", "c,t,b,y", |row| {
        let truth = ["TRUE", "FALSE", "1", "0"][row % 4];
        format!(
            "{},{truth},{row}.5,{}",
            cities[row % 3],
            ["Yes", "yes", "No"][row % 3]
        )
    });
    let line = plan(&file, &ONE_HOT);
    for note in [
        "the target `y` has as separate classes `Yes` and `yes`, which differ only in case; write them alike if they are the same",
        "column `c` has as separate categories",
        "which differ only in their Unicode form (NFC, NFD)",
        "column `t` has as separate categories `FALSE` beside `0`",
    ] {
        assert!(line.contains(note), "{note}: {line}");
    }
}

#[test]
fn categories_that_a_model_does_not_know_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = table(folder, "t.csv", "k,b,y", |row| {
        let k = ["red", "blue", "green"]
            .get(row % 4)
            .map_or(format!("rare{row}"), |k| (*k).to_owned());
        format!("{k},{row}.5,{}", ["u", "v"][row % 2])
    });
    let options = [&ONE_HOT[..], &["--rare", "3"]].concat();
    let model = trained(&file, folder, "model", &options);
    let new = write(
        folder,
        "new.csv",
        "k,b,y\nred,1.5,u\npink,2,v\nteal,3,u\npink,4,v\nother,5,u\n",
    );
    let note = "note: column `k` has categories in 3 rows that the model does not know by name (`pink`, `teal`); it reads them as \
                `other`\n";
    for command in ["predict", "evaluate"] {
        assert_eq!(said(&[command, &model, &new]).1, note, "{command}");
    }
    let all = table(folder, "all.csv", "k,b,y", |row| {
        format!("n{row},{row}.5,{}", ["u", "v"][row % 2])
    });
    let message = refusal(&all, &options);
    assert!(
        message.contains("column `k`: each of the column's 40 texts occurs in fewer than 3 rows, so --rare 3 would merge them all"),
        "{message}"
    );
}

#[test]
fn units_of_all_columns_are_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = table(folder.path(), "t.csv", "p,w,y", |row| {
        format!("${row}.50,{} kg,{}", row % 9, ["u", "v"][row % 2])
    });
    let message = refusal(&file, &[]);
    assert!(message.contains("give --units '$,kg'"), "{message}");
    assert!(plan(&file, &["--units", "$,kg"]).contains("`$` and `kg` stripped"));
    assert!(refusal(&file, &["--units", "kg"]).contains("give --units 'kg,$'"));
    let mixed = table(folder.path(), "m.csv", "p,b,y", |row| {
        let price = [format!("${row}"), format!("{row} EUR")][row % 2].clone();
        format!("{price},{row}.5,{}", ["u", "v"][row / 2 % 2])
    });
    for options in [&[][..], &["--units", "$"], &["--units", "$,EUR"]] {
        let message = refusal(&mixed, options);
        assert!(
            message.contains("no common scale"),
            "{options:?}: {message}"
        );
    }
}

#[test]
fn marks_between_thousands_are_found_beside_one_mark() {
    let folder = tempfile::tempdir().unwrap();
    let file = table(folder.path(), "t.csv", "a;y", |row| {
        let a = ["398.044", "2.732.526", "12.500", "1.004.000"][row % 4];
        format!("{a};{}", ["u", "v"][row / 2 % 2])
    });
    let message = refusal(&file, &[]);
    assert!(
        message.contains("`2.732.526` is a number with points between the thousands; give --decimal ',' and --thousands '.'"),
        "{message}"
    );
    assert!(plan(&file, &["--decimal", ",", "--thousands", "."]).contains("1 column of numbers"));
}

#[test]
fn dates_of_another_order_say_which() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = table(folder, "t.csv", "d,b,y", |row| {
        format!(
            "{:02}/{:02}/2024,{row}.5,{}",
            row % 12 + 1,
            row % 28 + 1,
            ["u", "v"][row % 2]
        )
    });
    let model = trained(&file, folder, "model", &["--dates", "mdy"]);
    let other = write(
        folder,
        "o.csv",
        "d,b,y\n05/06/2024,1.5,u\n31/12/2024,2.5,v\n",
    );
    for command in ["predict", "evaluate"] {
        let message = refused(&[command, &model, &other], 2);
        assert!(
            message.contains("`31/12/2024` is a date, but not in the order mdy")
                && message.contains("give --dates dmy"),
            "{command}: {message}"
        );
        said(&[command, &model, &other, "--dates", "dmy"]);
    }
}

#[test]
fn titles_and_rare_delimiters_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |delimiter: &str| {
        let row = |row: usize| {
            [
                (row % 9).to_string(),
                format!("{row}.5"),
                ["u", "v"][row % 2].to_owned(),
            ]
            .join(delimiter)
        };
        (0..40).map(row).collect::<Vec<_>>().join("\n")
    };
    let titled = write(
        folder,
        "t.csv",
        &format!("Sales report 2024\na,b,y\n{}\n", rows(",")),
    );
    for options in [&[][..], &["--header"]] {
        let message = refusal(&titled, options);
        assert!(
            message.contains("line 1: `Sales report 2024` is alone above lines of 3 cells")
                && message.contains("skip it with --comment 'Sales report 2024'"),
            "{message}"
        );
    }
    let line = plan(&titled, &["--comment", "Sales report 2024"]);
    assert!(line.contains("40 rows, with a header"), "{line}");
    let colons = write(folder, "c.csv", &format!("a:b:y\n{}\n", rows(":")));
    let message = refusal(&colons, &[]);
    assert!(
        message.contains("`:` splits each into 3 cells; give --delimiter ':'"),
        "{message}"
    );
    assert!(plan(&colons, &["--delimiter", ":"]).contains("40 rows, with a header"));
}

#[test]
fn control_characters_of_cells_are_written_out() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "x\u{1b}[31m\u{7}y";
    let file = table(
        folder.path(),
        "t.csv",
        &format!("a,b\u{1b}[2J,{evil}"),
        |row| {
            format!(
                "{},{row}.5,{}",
                if row == 7 {
                    evil.to_owned()
                } else {
                    row.to_string()
                },
                ["u", "v"][row % 2]
            )
        },
    );
    let message = refusal(&file, &[]);
    assert!(
        message.contains("`x\\u{1b}[31m\\u{7}y` is not a number") && !message.contains('\u{1b}'),
        "{message:?}"
    );
    let broken = write(folder.path(), "n.csv", "a,y\n1,u\n\"2\nx\",v\n3,u\n4,v\n");
    assert!(refusal(&broken, &[]).contains("`2\\nx`"));
    let file = table(folder.path(), "c.csv", "a,b\u{1b}[2J,y", |row| {
        format!("{row},{row},{}", [evil, "v"][row % 2])
    });
    let line = plan(&file, &[]);
    assert!(
        line.contains("column `b\\u{1b}[2J` counts the rows") && !line.contains('\u{1b}'),
        "{line:?}"
    );
}

#[test]
fn infinity_has_advice_that_helps() {
    let folder = tempfile::tempdir().unwrap();
    let file = table(folder.path(), "t.csv", "a,y", |row| {
        let a = if row == 7 {
            "Infinity".to_owned()
        } else {
            format!("{row}.5")
        };
        format!("{a},{}", ["u", "v"][row % 2])
    });
    let message = refusal(&file, &[]);
    assert!(
        message.contains("line 9, column `a`: `Infinity` is not finite")
            && message.contains("--missing-words Infinity"),
        "{message}"
    );
    let options = ["--missing-words", "inf", "--missing", "drop"];
    assert!(plan(&file, &options).contains("39 of 40 rows"));
}

#[test]
fn a_table_of_one_feature_is_parted_as_the_models() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = table(folder, "t.csv", "x;y", |row| {
        format!("{},{};{}", row % 9, row % 7, ["u", "v"][row % 2])
    });
    let model = trained(&file, folder, "model", &["--decimal", ","]);
    for text in ["x\n1,5\n2,5\n", "1,5\n2,5\n"] {
        let new = write(folder, "new.csv", text);
        assert_eq!(
            said(&["predict", &model, &new]).0.lines().count(),
            3,
            "{text}"
        );
    }
}

#[test]
fn a_last_row_of_sums_or_means_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows: Vec<[f64; 3]> = (0..39)
        .map(|row| {
            [
                f64::from(row * 7 % 11) + 0.5,
                f64::from(row * 5 % 14),
                f64::from(row * 3 % 8) * 0.25,
            ]
        })
        .collect();
    let mut column = [0.0; 3];
    for row in &rows {
        (0..3).for_each(|at| column[at] += row[at]);
    }
    let text = |last: [f64; 3]| {
        let lines = rows
            .iter()
            .chain([&last])
            .map(|[a, b, y]| format!("{a},{b},{y}\n"));
        format!("a,b,y\n{}", lines.collect::<String>())
    };
    let clean = write(folder, "clean.csv", &text(rows[3]));
    assert_eq!(plan(&clean, &[]).matches("\nnote ").count(), 0);
    let model = trained(&clean, folder, "model", &[]);
    let sums = write(folder, "sums.csv", &text(column));
    let note = "the last row holds the sums of those above it in columns `a`, `b` and `y`; if it sums them up, remove its line";
    assert!(plan(&sums, &[]).contains(note));
    assert!(said(&["evaluate", &model, &sums]).1.contains(note));
    let means = write(
        folder,
        "means.csv",
        &text(column.map(|sum| (sum / 39.0 * 1e4).round() / 1e4)),
    );
    assert!(plan(&means, &[]).contains("holds the means of those above it"));
}

#[test]
fn what_becomes_zero_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = table(folder.path(), "t.csv", "p,y", |row| {
        format!(
            "{},{}",
            ["1e-400", "0.5", "1e-9", "0.25"][row % 4],
            ["u", "v"][row / 2 % 2]
        )
    });
    let text = plan(&file, &[]);
    assert!(text.contains("column `p` has numbers too small for 64 bits, `1e-400` (line 2) for instance, which are read as 0"), "{text}");
}

#[test]
fn boxes_that_are_ticked_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    for (tick, kind) in [("x", &ONE_HOT[..]), ("1", &[]), ("yes", &ONE_HOT)] {
        let file = table(folder.path(), "t.csv", "c,a,y", |row| {
            let tick = if row % 3 == 0 { tick } else { "" };
            format!("{tick},{row}.5,{}", ["u", "v"][row / 2 % 2])
        });
        let told = |missing| plan(&file, &[kind, &["--missing", missing]].concat());
        for (missing, becomes) in [
            ("mean", "which --missing mean fills in with it"),
            (
                "most-frequent",
                "which --missing most-frequent fills in with it",
            ),
            ("drop", "whose rows --missing drop leaves out"),
        ] {
            let note = format!(
                "column `c` holds only `{tick}` and 26 missing values, {becomes}, so that the column is constant; if nothing means no there, write no, or \
                 give --missing zero, which holds for all columns"
            );
            assert!(told(missing).contains(&note), "{note}: {}", told(missing));
        }
        assert!(!told("zero").contains("is constant"));
    }
}
