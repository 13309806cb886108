use ndarray::array;

use super::*;
use crate::table::disguise::LOOKS;
use crate::table::{DateOrder, DecimalMark, TableFormat, ThousandsMark, read_csv};
use crate::{Dataset, ImputeKind, Task};

fn read(text: &str, options: &CsvOptions) -> Result<Dataset, String> {
    read_csv(text.as_bytes(), "t.csv", options).map_err(|error| error.to_string())
}

fn one_hot() -> CsvOptions {
    CsvOptions {
        categorical: Categorical::OneHot,
        ..CsvOptions::default()
    }
}

/// A column that may still turn out to be words is asked at every row, which must not be by looking at all of it.
#[test]
fn dates_are_looked_at_a_few_times_each() {
    let rows: String = (0..3000)
        .map(|row| {
            let (year, month, day) = (1900 + row / 336, row / 28 % 12 + 1, row % 28 + 1);
            format!("{year}-{month:02}-{day:02},{}\n", row * 7 % 10)
        })
        .collect();
    let options = CsvOptions {
        format: TableFormat {
            dates: Some(DateOrder::Ymd),
            ..TableFormat::default()
        },
        ..CsvOptions::default()
    };
    let before = LOOKS.get();
    let set = read(&format!("day,y\n{rows}"), &options).unwrap();
    assert_eq!(set.samples(), 3000);
    let looks = LOOKS.get() - before;
    assert!(looks <= 5 * 3000, "{looks}");
}

#[test]
fn numbers_in_disguise_are_no_categories() {
    for (cells, what) in [
        (
            ["4,5", "3,0", "4,5"],
            "`4,5` is a number with a decimal comma; give --decimal ','",
        ),
        (
            ["950", "1,200", "800"],
            "`1,200` is 1.2 with a decimal comma, or 1200 with commas",
        ),
        (
            ["$3", "$4", "-"],
            "`$3` is an amount of money; give --units '$'",
        ),
        (
            ["2021-01-01", "2021-02-01", ""],
            "`2021-01-01` is a date; give --dates ymd",
        ),
    ] {
        let text: String = cells
            .iter()
            .map(|cell| format!("\"{cell}\";5;15\n"))
            .collect();
        for categorical in Categorical::ALL {
            let options = CsvOptions {
                categorical,
                missing: MissingPolicy::Impute(ImputeKind::Mean),
                ..CsvOptions::default()
            };
            let error = read(&format!("a;b;y\n{text}"), &options).unwrap_err();
            assert!(error.contains(&format!("column `a`: {what}")), "{error}");
        }
    }
    // A word ends the hope for a column of numbers, whose first cell is named all the same.
    let error = read("a;y\n4,5;1\n3,5;2\nred;2\n", &CsvOptions::default()).unwrap_err();
    assert!(
        error.contains("line 2, column `a`: `4,5` is a number"),
        "{error}"
    );
    let set = read("a,y\n10-20,0\n<5,1\nA12,0\n10-20,1\n", &one_hot()).unwrap();
    assert_eq!(set.one_hot()[0].categories, ["10-20", "<5", "A12"]);
}

#[test]
fn marks_and_units_are_read_on_request() {
    let format = TableFormat {
        decimal: Some(DecimalMark::Comma),
        thousands: Some(ThousandsMark::Point),
        units: vec!["kg".to_owned()],
        ..TableFormat::default()
    };
    let options = CsvOptions {
        format: format.clone(),
        sample_weight: Some("w".to_owned()),
        ..CsvOptions::default()
    };
    let set = read("a;w;y\n1.234,5;1,5;0,25\n3,0 kg;2;1.000\n", &options).unwrap();
    assert_eq!(set.inputs(), array![[1234.5], [3.0]]);
    assert_eq!(set.weights(), Some(&[1.5, 2.0][..]));
    assert_eq!(set.task(), Task::Regression { outputs: 1 });
    assert_eq!(set.table_format().unwrap().units, ["kg"]);
    let error = read("a;w;y\n1.5;1;0,25\n3;2;1,5\n", &options).unwrap_err();
    assert!(
        error.contains("line 2, column `a`: `1.5` is a number with a decimal point"),
        "{error}"
    );
    let plain = CsvOptions {
        format: TableFormat::default(),
        ..options
    };
    let error = read("a;w;y\n1;1,5;0.25\n3;2;1.5\n", &plain).unwrap_err();
    assert!(
        error.contains("column `w`: `1,5` is a number with a decimal comma"),
        "{error}"
    );
}

#[test]
fn a_word_is_a_gap_among_numbers_and_a_category_among_text() {
    let text = "a,b,y\n1,x,0\n-,-,1\n3,x,-\n4,-,1\n";
    let gaps = |missing| CsvOptions {
        missing,
        ..one_hot()
    };
    assert_eq!(
        read(text, &gaps(MissingPolicy::Refuse)).unwrap_err(),
        "`t.csv`, line 4, column `y`: the value is missing (`-`); a target is not filled in, so correct it, leave the row out, or \
         train with --missing drop"
    );
    let set = read(text, &gaps(MissingPolicy::Drop)).unwrap();
    assert_eq!(set.feature_names(), ["a", "b=-", "b=x"]);
    assert_eq!(set.inputs(), array![[1.0, 0.0, 1.0], [4.0, 1.0, 0.0]]);
    assert!(set.provenance().description.contains("without 2 rows"));
    let mean = gaps(MissingPolicy::Impute(ImputeKind::Mean));
    let error = read(text, &mean).unwrap_err();
    assert!(
        error.contains("line 4, column `y`: the value is missing (`-`); a target is not filled in"),
        "{error}"
    );
    let set = read("a,b,y\n1,x,0\n*,x,1\n", &mean).unwrap();
    assert!(set.inputs()[[1, 0]].is_nan() && set.missing_values() == 1);
    let drop = CsvOptions {
        sample_weight: Some("w".to_owned()),
        ..gaps(MissingPolicy::Drop)
    };
    let set = read("a,w,y\n1,2,0\n2,-,1\n.,3,0\n3,4,1\n", &drop).unwrap();
    assert_eq!(set.weights(), Some(&[2.0, 4.0][..]));
}

#[test]
fn dates_become_days_and_stay_what_they_are() {
    let format = TableFormat {
        dates: Some(DateOrder::Dmy),
        ..TableFormat::default()
    };
    let options = CsvOptions {
        format,
        ..one_hot()
    };
    let set = read("d,k,y\n2.1.1970,a,0\n3.1.1970 12:00,b,1\n", &options).unwrap();
    assert_eq!(set.inputs().column(0), array![1.0, 2.5]);
    let known = set.table_format().unwrap().clone();
    assert_eq!(known.date_columns, ["d"]);
    let like = CsvOptions {
        like: Some(known),
        one_hot: set.one_hot().to_vec(),
        ..CsvOptions::default()
    };
    let again = read("d,k,y\n1.2.1970,b,1\n2.2.1970,b,0\n", &like).unwrap();
    assert_eq!(again.inputs(), array![[31.0, 0.0, 1.0], [32.0, 0.0, 1.0]]);
    let refused = |text| read(text, &like).unwrap_err();
    assert!(refused("d,k,y\n5,b,1\n").contains("line 2, column `d`: `5` is not a date"));
    assert!(
        refused("d,k,y\n1.2.1970,c,1\n2.2.1970,b,0\n")
            .contains("line 2, column `k`: category `c` is unknown")
    );
    // A column of numbers does not hold dates.
    let numbers = CsvOptions {
        like: Some(TableFormat {
            dates: Some(DateOrder::Dmy),
            ..TableFormat::default()
        }),
        ..CsvOptions::default()
    };
    let error = read("d,y\n1.2.1970,1\n2.2.1970,0\n", &numbers).unwrap_err();
    assert!(
        error.contains("column `d`: `1.2.1970` is a date"),
        "{error}"
    );
}

#[test]
fn known_categories_are_whatever_they_look_like() {
    let known = |pooled| CsvOptions {
        one_hot: vec![OneHot {
            column: "a".to_owned(),
            categories: ["1,5", "other", "x"].map(str::to_owned).to_vec(),
            pooled,
            untrained: Vec::new(),
        }],
        ..CsvOptions::default()
    };
    let text = "a,y\n\"1,5\",0\nnew,1\n";
    let error = read(text, &known(false)).unwrap_err();
    assert!(
        error.contains("line 3, column `a`: category `new` is unknown"),
        "{error}"
    );
    let set = read(text, &known(true)).unwrap();
    assert_eq!(set.inputs(), array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
    assert!(set.one_hot()[0].pooled);
}

#[test]
fn rare_categories_are_pooled_on_request() {
    let options = CsvOptions {
        rare: 2,
        ..one_hot()
    };
    let set = read("a,y\nx,0\ny,1\nx,1\nz,0\n", &options).unwrap();
    assert_eq!(set.feature_names(), ["a=other", "a=x"]);
    assert_eq!(set.inputs().column(0), array![0.0, 1.0, 0.0, 1.0]);
    let ids: String = (0..40)
        .map(|row| format!("C{row:03},{}\n", row % 2))
        .collect();
    let error = read(&format!("id,y\n{ids}"), &one_hot()).unwrap_err();
    assert!(
        error.contains("column `id`: the column has 40 distinct texts in 40 rows"),
        "{error}"
    );
}

#[test]
fn classes_told_by_value_are_told_so_again() {
    let choice = |text: &str, task| {
        let options = CsvOptions {
            task,
            ..CsvOptions::default()
        };
        let set = read(text, &options).unwrap();
        (set.task_choice(), set.class_names().unwrap().to_vec())
    };
    let (auto, asked) = (
        super::super::TaskChoice::Auto,
        super::super::TaskChoice::Classification,
    );
    assert_eq!(
        choice("a,y\n1,1\n2,1.0\n3,2\n", auto),
        (auto, vec!["1".to_owned(), "2".to_owned()])
    );
    assert_eq!(choice("a,y\n1,1\n2,2\n", auto).0, asked);
    assert_eq!(
        choice("a,y\n1,01\n2,1.0\n3,2\n", asked).1,
        ["01", "1.0", "2"]
    );
}

#[test]
fn digits_of_an_id_are_no_number_beyond_all_measure() {
    for (cell, id) in [
        ("36e00644", true),
        ("1234E5678", true),
        ("1e999", false),
        ("-3e9999", false),
        ("1.5e9999", false),
        ("inf", false),
    ] {
        assert_eq!(is_like_id(cell), id, "{cell}");
    }
}
