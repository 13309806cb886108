//! What nothing in a table settles, or settles otherwise than it seems: headers of numbers, points between thousands, units, the
//! order of dates, numbers beyond 2^53, names that look alike, codes. Each is said, or refused with what to do.

use std::fmt::Write;

use crate::running::{ONE_HOT, plan, refusal, said, table, trained, write};
use crate::{mlp, refused};

/// A scattered number of a row.
fn scattered(row: usize) -> usize {
    row * 7 % 11
}

const CLASSES: [&str; 2] = ["u", "v"];

#[test]
fn numbers_above_numbers_may_be_names() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let classes =
        |row: usize| format!("{},{}.5,{}", scattered(row), row * 5 % 13, CLASSES[row % 2]);
    let asked = "line 1: ";
    for first in ["0,1,label", "0,0.1,class", "400,300,cls"] {
        let file = table(folder, "t.csv", first, classes);
        for options in [&[][..], &["--test-fraction", "0"]] {
            let message = refusal(&file, options);
            let ends = message.trim_end().ends_with("with --header or --no-header");
            assert!(message.contains(asked) && ends, "{first}: {message}");
        }
        assert!(plan(&file, &["--header"]).contains("40 rows, with a header"));
    }
    let numbers = |row: usize| format!("{}.5,{},{}.25", scattered(row), row * 5 % 13, row * 3 % 7);
    for first in ["2020,2019,2018", "0.1,0.2,0.3", "900.5,700.25,410"] {
        let file = table(folder, "n.csv", first, numbers);
        assert!(
            refusal(&file, &[]).contains("may hold names or data"),
            "{first}"
        );
        assert!(plan(&file, &["--no-header"]).contains("41 rows, no header"));
    }
    // Rows as they are.
    for first in ["3,4.5,u", "3,100,v"] {
        let file = table(folder, "d.csv", first, classes);
        assert!(plan(&file, &[]).contains("41 rows, no header"), "{first}");
    }
    // A table to predict is judged alike.
    let named = table(folder, "named.csv", "a,b,c,y", |row| {
        format!("{},{}", numbers(row), CLASSES[row % 2])
    });
    let model = trained(&named, folder, "model", &[]);
    let rows = table(folder, "rows.csv", "2020,2019,2018", numbers);
    let message = refused(&["predict", &model, &rows], 2);
    assert!(message.contains("may hold names or data"), "{message}");
    let (answers, _) = said(&["predict", &model, &rows, "--no-header"]);
    assert_eq!(answers.lines().count(), 42);
    let rows = table(folder, "rows.csv", "3,4.5,1", numbers);
    assert_eq!(said(&["predict", &model, &rows]).0.lines().count(), 42);
}

#[test]
fn points_between_semicolons_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let grouped = |row: usize| format!("{}.{:03}", row % 8 + 1, scattered(row) * 90);
    let file = table(folder, "t.csv", "a;y", |row| {
        format!("{};{}", grouped(row), CLASSES[row / 2 % 2])
    });
    assert!(refusal(&file, &[]).contains(
        "line 2, column `a`: `1.000` is 1.000 with a decimal point, or 1000 with points between the thousands; give --decimal . \
         or --thousands . with --decimal ,"
    ));
    plan(&file, &["--decimal", "."]);
    plan(&file, &["--thousands", ".", "--decimal", ","]);
    // Another column proves the point, and commas part tables of points.
    let file = table(folder, "p.csv", "a;b;y", |row| {
        format!("{};{}.5;{}", grouped(row), row % 5, CLASSES[row / 2 % 2])
    });
    plan(&file, &[]);
    let file = table(folder, "c.csv", "a,y", |row| {
        format!("{},{}", grouped(row), CLASSES[row / 2 % 2])
    });
    plan(&file, &[]);
}

#[test]
fn thousands_where_the_model_knows_whole_numbers_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |thousands: bool| {
        move |row: usize| {
            let whole = 1000 + 37 * scattered(row);
            let a = match thousands {
                true => format!("{}.{:03}", whole / 1000, whole % 1000),
                false => whole.to_string(),
            };
            format!("{a},{},{}", scattered(row), row % 3)
        }
    };
    let plain = table(folder, "t.csv", "a,b,y", rows(false));
    let model = trained(&plain, folder, "model", &[]);
    let grouped = table(folder, "g.csv", "a,b,y", rows(true));
    let note = "column `a` has numbers such as `1.000` (line 2), which is 1 the way the model's table is written, and no number of \
                the file decides; if 1000 is meant, give --decimal , --thousands .";
    for command in ["predict", "evaluate"] {
        let (_, message) = said(&[command, &model, &grouped]);
        assert!(message.contains(note), "{command}: {message}");
        let (_, message) = said(&[command, &model, &plain]);
        assert_eq!(message, "", "{command}");
        let (_, message) = said(&[command, &model, &grouped, "--decimal", "."]);
        assert_eq!(message, "", "{command}");
    }
    let options = ["--test-file", &grouped];
    assert!(
        plan(&plain, &options).contains(note),
        "{}",
        plan(&plain, &options)
    );

    // A model of decimal commas, and classes that are whole.
    let commas = table(folder, "commas.csv", "a;y", |row| {
        format!("{},5;{}", scattered(row), row % 3)
    });
    let decimal = ["--decimal", ","];
    let model = trained(&commas, folder, "commas", &decimal);
    let doubtful = table(folder, "d.csv", "a;y", |row| {
        format!("{},000;{}", row % 9 + 1, row % 3)
    });
    let note = "column `a` has numbers such as `1,000` (line 2), which is 1 the way the model's table is written";
    let test = [&decimal[..], &["--test-file", &doubtful]].concat();
    assert!(plan(&commas, &test).contains(note));
    assert!(said(&["evaluate", &model, &doubtful]).1.contains(note));
    let classes = table(folder, "c.csv", "a;y", |row| {
        format!("{};{}", scattered(row), ["0", "1", "2,000"][row % 3])
    });
    let (_, message) = said(&["evaluate", &model, &classes]);
    assert!(
        message.contains("column `y` has numbers such as `2,000` (line 4), which is 2 the way"),
        "{message}"
    );
}

#[test]
fn advice_on_units_keeps_the_marks_of_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |sign: &'static str| {
        move |row: usize| format!("{sign}{},000;{}", row % 9 + 1, CLASSES[row / 2 % 2])
    };
    let file = table(folder, "t.csv", "a;y", rows("$"));
    let model = trained(
        &file,
        folder,
        "model",
        &["--units", "$", "--thousands", ","],
    );
    let other = table(folder, "o.csv", "a;y", rows("US$"));
    let message = refused(&["predict", &model, &other], 2);
    assert!(
        message.contains("give --units '$,US$' if that is the same")
            && !message.contains("--decimal"),
        "{message}"
    );
    said(&["predict", &model, &other, "--units", "$,US$"]);
    // Both in one column, which the user says are one unit.
    let both = table(folder, "b.csv", "a;y", |row| {
        rows(["$", "US$"][row % 2])(row)
    });
    said(&["predict", &model, &both, "--units", "$,US$"]);
    said(&["evaluate", &model, &both, "--units", "$,US$"]);
    // Points before three digits are decimals as a rule.
    let fuel = table(folder, "f.csv", "a,y", |row| {
        format!(
            "${}.{},{}",
            row % 3 + 3,
            499 - scattered(row),
            CLASSES[row / 2 % 2]
        )
    });
    let message = refusal(&fuel, &[]);
    assert!(
        message.contains(
            "give --units '$' (with --decimal ',' and --thousands '.' where 3499 is meant)"
        ),
        "{message}"
    );
    plan(&fuel, &["--units", "$"]);
    let negative = table(folder, "n.csv", "a;y", rows("-"));
    let message = refusal(&negative, &[]);
    assert!(
        message.contains("`-1,000` is -1 with a decimal comma, or -1000 with commas"),
        "{message}"
    );
}

#[test]
fn numbers_without_the_unit_of_their_column_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |bare: usize| {
        move |row: usize| {
            let unit = if row % 10 == bare { "" } else { " kg" };
            format!("{}{unit},{}", 500 + scattered(row), CLASSES[row / 2 % 2])
        }
    };
    let file = table(folder, "t.csv", "w,y", rows(3));
    let units = ["--units", "kg"];
    let note = "column `w` has 4 numbers without `kg`, for instance `510` (line 5), read as if it were there";
    assert!(
        plan(&file, &units).contains(note),
        "{}",
        plan(&file, &units)
    );
    let all = table(folder, "a.csv", "w,y", rows(10));
    assert!(!plan(&all, &units).contains("without `kg`"));
    let model = trained(&all, folder, "model", &units);
    for command in ["predict", "evaluate"] {
        assert!(said(&[command, &model, &file]).1.contains(note));
    }
}

#[test]
fn dates_of_another_mark_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |mark: char, days: usize| {
        move |row: usize| {
            let day = row % days + 1;
            format!(
                "{day:02}{mark}{:02}{mark}2024,{}",
                row % 5 + 3,
                CLASSES[row / 2 % 2]
            )
        }
    };
    let file = table(folder, "t.csv", "d,y", rows('.', 27));
    let dates = ["--dates", "dmy"];
    let model = trained(&file, folder, "model", &dates);
    let other = table(folder, "o.csv", "d,y", rows('/', 9));
    let note = "column `d` has dates such as `01/03/2024` (line 2), and those of the model's table are separated by `.`; they are \
                read as dmy, and no date of the file tells; if it is mdy, give --dates mdy";
    for command in ["predict", "evaluate"] {
        let (_, message) = said(&[command, &model, &other]);
        assert!(message.contains(note), "{command}: {message}");
        let (_, message) = said(&[command, &model, &other, "--dates", "dmy"]);
        assert_eq!(message, "", "{command}");
    }
    let test = [&dates[..], &["--test-file", &other]].concat();
    assert!(plan(&file, &test).contains(note));
    let proven = table(folder, "p.csv", "d,y", rows('/', 27));
    assert_eq!(said(&["predict", &model, &proven]).1, "");
}

#[test]
fn whole_numbers_beyond_2_to_the_53rd_are_told_apart_or_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let classes = |end: &'static str| {
        move |row: usize| {
            let class = ["9007199254740992", "9007199254740993"][row % 2];
            format!("{},{class}{end}", scattered(row))
        }
    };
    let file = table(folder, "t.csv", "a,y", classes(""));
    let options = ["--task", "classification"];
    let model = trained(&file, folder, "model", &options);
    let scores = said(&["evaluate", &model, &file]).0;
    // As pandas writes them: the same classes.
    let floats = table(folder, "f.csv", "a,y", classes(".0"));
    assert_eq!(said(&["evaluate", &model, &floats]).0, scores);
    let rounded = table(folder, "r.csv", "a,y", classes("e0"));
    let message = refused(&["evaluate", &model, &rounded], 2);
    assert!(
        message.contains("class `9007199254740992e0` is unknown"),
        "{message}"
    );
    let features = table(folder, "id.csv", "id,b,y", |row| {
        format!(
            "{},{},{}",
            9_007_199_254_740_993 + row * 3,
            scattered(row),
            CLASSES[row / 2 % 2]
        )
    });
    assert!(plan(&features, &[]).contains(
        "column `id` has whole numbers beyond 2^53, for instance `9007199254740993`, which are rounded, so that some become equal; if \
         they are names, leave the column out with --exclude id"
    ));
}

#[test]
fn names_that_look_alike_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (names, note) in [
        (
            ["yes", "yes\u{200B}", "no"],
            "`yes` and `yesU+200B`, which differ only in invisible characters",
        ),
        (
            ["yes", "y\u{AD}es", "no"],
            "`yes` and `yU+00ADes`, which differ only in invisible characters",
        ),
        (
            ["yes", "yes\0", "no"],
            "which differ only in invisible characters",
        ),
        (
            ["Moscow", "M\u{43E}scow", "no"],
            "`Moscow` and `M\u{43E}scow` (with U+043E), which look alike and are written in letters of different alphabets",
        ),
    ] {
        let file = table(folder, "t.csv", "a,k,y", |row| {
            format!(
                "{},{},{}",
                scattered(row),
                names[row % 3],
                CLASSES[row / 2 % 2]
            )
        });
        let line = plan(&file, &ONE_HOT);
        assert!(
            line.contains("column `k` has as separate categories") && line.contains(note),
            "{line}"
        );
        let file = table(folder, "c.csv", "a,y", |row| {
            format!("{},{}", scattered(row), names[row % 3])
        });
        let line = plan(&file, &[]);
        assert!(
            line.contains("the target `y` has as separate classes") && line.contains(note),
            "{line}"
        );
    }
    let file = table(folder, "n.csv", "a,y", |row| match row {
        7 => "1\u{200B}2,u".to_owned(),
        _ => format!("{},{}", scattered(row), CLASSES[row % 2]),
    });
    assert!(refusal(&file, &[]).contains("`1U+200B2` is not a number"));
}

#[test]
fn codes_for_missing_values_are_said_at_evaluate_and_predict() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |codes: &'static [usize]| {
        move |row: usize| match codes.contains(&row) {
            true => format!("-999,{}", CLASSES[row % 2]),
            false => format!("{}.5,{}", scattered(row), CLASSES[row % 2]),
        }
    };
    let clean = table(folder, "t.csv", "a,y", rows(&[]));
    let model = trained(&clean, folder, "model", &[]);
    let once = table(folder, "o.csv", "a,y", rows(&[5]));
    let twice = table(folder, "b.csv", "a,y", rows(&[5, 9]));
    for (file, times) in [(&once, "once"), (&twice, "2 times")] {
        let note = format!(
            "column `a` has -999 {times}, far from its other values; if that is a code for a missing value, say so with \
             --missing-words -999"
        );
        assert_eq!(plan(file, &[]).matches(&note).count(), 1);
        for command in ["predict", "evaluate"] {
            let (_, message) = said(&[command, &model, file]);
            assert_eq!(message.matches(&note).count(), 1, "{command}: {message}");
        }
        let test = plan(&clean, &["--test-file", file]);
        assert_eq!(test.matches(&note).count(), 1, "{test}");
    }
    let message = refused(&["predict", &model, &once, "--missing-words", "-999"], 2);
    assert!(
        message.contains("line 7, column `a`: the value is missing (`-999`), and the model does not fill it in: correct it")
            && !message.contains("drop"),
        "{message}"
    );
}

#[test]
fn rare_categories_do_not_become_one_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let kinds = |row: usize| match row {
        0..3 => ["x", "y", "z"][row],
        _ => ["red", "other", "blue"][row % 3],
    };
    let file = table(folder, "t.csv", "a,k,y", |row| {
        format!("{},{},{}", scattered(row), kinds(row), CLASSES[row / 2 % 2])
    });
    let options = [&ONE_HOT[..], &["--rare", "3"]].concat();
    assert!(plan(&file, &options).contains("1 of 4 categories"));
    let model = trained(&file, folder, "model", &options);
    let unknown = write(folder, "u.csv", "a,k\n1,new\n2,other\n");
    let (answers, message) = said(&["predict", &model, &unknown]);
    assert_eq!(answers.lines().count(), 3);
    assert!(
        message.contains("(`new`); it reads them as `other (rare)`"),
        "{message}"
    );
}

#[test]
fn answers_come_once_all_rows_are_known_to_be_good() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = table(folder, "t.csv", "a,y", |row| {
        format!("{},{}", scattered(row), CLASSES[row % 2])
    });
    let model = trained(&file, folder, "model", &[]);
    let rows = |long: usize| {
        let mut text = "a,t\n".to_owned();
        let kept = "t".repeat(long);
        for row in 0..9000 {
            writeln!(text, "{},{kept}", scattered(row)).unwrap();
        }
        text.push_str("red,t\n");
        write(folder, "rows.csv", &text)
    };
    let predict = |file: &str| {
        let output = mlp()
            .args(["predict", &model, file, "--keep", "t"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(
            message.contains("line 9002, column `a`: `red` is not a number"),
            "{message}"
        );
        (output.stdout, message)
    };
    let (answers, message) = predict(&rows(1));
    assert!(
        answers.is_empty() && !message.contains("written"),
        "{message}"
    );
    // Of a long table some are written before the last row is read, and the error says how many.
    let (answers, message) = predict(&rows(4096));
    let lines = answers.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines, 8193);
    let end = "; the predictions of the first 8,192 rows have been written\n";
    assert!(message.ends_with(end), "{message}");
}

#[test]
fn forms_of_numbers_that_were_classes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    /// A file's cells, and what is said of them.
    type Form<'a> = (&'a dyn Fn(usize) -> String, &'a str);
    let of = |cells: [&'static str; 4]| move |row: usize| cells[row % 4].to_owned();
    let forms: [Form<'_>; 13] = [
        (
            &|row| format!("{}*", row % 9 + 1),
            "`1*` is a number with a footnote mark or a power after it",
        ),
        (
            &of(["10", "10\u{B2}", "20", "10\u{B3}"]),
            "`10\u{B2}` is a number with a footnote mark or a power after it",
        ),
        (
            &|row| format!("{}-Mar", row % 9 + 1),
            "`1-Mar` is a day without its year",
        ),
        (
            &of(["5:30.25", "5:41.5", "6:02.75", "5:59.25"]),
            "`5:30.25` is a time of day",
        ),
        (
            &|row| format!("2020-W{:02}", row % 9 + 1),
            "`2020-W01` is a week of a year",
        ),
        (
            &of(["2018/19", "2019/20", "2020/21", "2021/22"]),
            "`2018/19` is a season, or two years",
        ),
        (
            &|row| format!("0 days 00:1{}:00", row % 9),
            "`0 days 00:10:00` is a span of time",
        ),
        (
            &of(["12", "#####", "13", "#####"]),
            "`#####` is what a spreadsheet shows for a number in too narrow a column",
        ),
        (
            &of(["4.5/5", "3.5/5", "4/5", "1.5/5"]),
            "`4.5/5` is a fraction, or two numbers",
        ),
        (
            &of(["0x1F", "0x2A", "0x00", "0x11"]),
            "`0x1F` is a number in hexadecimal digits",
        ),
        (
            &of(["11am", "7pm", "8am", "12pm"]),
            "`11am` is a time of day",
        ),
        (
            &|row| ["call", "$1,200", "ask", "$900", "n/v", "$2,500"][row % 6].to_owned(),
            "`$1,200` is an amount of money; give --units '$'",
        ),
        (
            &|row| format!("{}.{}", row % 12 + 1, 2019 + row % 4),
            "`1.2019` is a month and a year",
        ),
    ];
    for (cells, what) in forms {
        let file = table(folder, "t.csv", "a,y", |row| {
            format!("{},\"{}\"", scattered(row), cells(row))
        });
        let message = refusal(&file, &[]);
        let classes = message.contains("--task classification if they are names of classes");
        assert!(message.contains(what) && classes, "{message}");
        let line = plan(&file, &["--text", "y"]);
        assert!(line.contains(" classes, "), "{line}");
        let file = table(folder, "f.csv", "k,a,y", |row| {
            format!(
                "\"{}\",{},{}",
                cells(row),
                scattered(row),
                CLASSES[row / 2 % 2]
            )
        });
        let message = refusal(&file, &ONE_HOT);
        assert!(
            message.contains(what) && message.contains("or give --text k if they are names"),
            "{message}"
        );
        plan(&file, &["--exclude", "k"]);
    }
    // Months as numbers are numbers; that is said.
    let file = table(folder, "m.csv", "m,y", |row| {
        format!(
            "{}{:02},{}",
            2019 + row % 3,
            row % 12 + 1,
            CLASSES[row / 2 % 2]
        )
    });
    assert!(
        plan(&file, &[])
            .contains("column `m` looks like months (201901), which are read as numbers")
    );
    let file = table(folder, "n.csv", "a,y", |row| {
        format!("{},{}{:02}", scattered(row), 2019 + row % 3, row % 12 + 1)
    });
    assert!(plan(&file, &[]).contains("the target `y` looks like months ("));
}
