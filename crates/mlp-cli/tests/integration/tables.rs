//! Tables in the forms that people have them: what is said of each, or how it is refused.

use std::fs;

use crate::refused;
use crate::running::answer as printed;

/// The folder of the tables that each carry one trait which public reports describe.
pub(crate) const TABLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tables");

/// The folder of tables in the styles of public data sets and spreadsheets.
const STYLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/styles");

/// What must come of a table.
pub(crate) enum Outcome {
    /// It is read, and each of these is said.
    Said(&'static [&'static str]),
    /// It is refused, with each of these in the message.
    Refused(&'static [&'static str]),
}

use Outcome::{Refused, Said};

/// The plan of a training, or the refusal.
pub(crate) fn holds(folder: &str, file: &str, options: &[&str], outcome: &Outcome) {
    let path = format!("{folder}/{file}");
    let arguments = [&["train", &path], options, &["--dry-run"]].concat();
    let (text, words) = match outcome {
        Said(words) => (printed(&arguments), words),
        Refused(words) => (refused(&arguments, 2), words),
    };
    for word in *words {
        assert!(
            text.contains(word),
            "{file} {options:?}: `{word}` is not in\n{text}"
        );
    }
}

const CLASSES: &[&str] = &["--task", "classification"];
const ONE_HOT: &[&str] = &["--categories", "one-hot"];

/// A file, options, and what must come of it.
type Case = (&'static str, &'static [&'static str], Outcome);

/// Each of the tables that carry one trait.
const CASES: &[Case] = &[
    (
        "unclosed_quote.csv",
        &["--target", "y", "--exclude", "note"],
        Refused(&["line 16", "a quote opens here and never closes"]),
    ),
    (
        "target_decimal_comma.csv",
        &[],
        Refused(&["`3,0` is a number with a decimal comma", "--decimal ','"]),
    ),
    (
        "target_decimal_comma.csv",
        &["--decimal", ","],
        Said(&["decimal mark `,`", "numbers from"]),
    ),
    (
        "target_thousands.csv",
        &[],
        Refused(&["`3,000` is", "thousands", "--thousands ','"]),
    ),
    (
        "target_currency.csv",
        &[],
        Refused(&["`$3.00` is an amount of money"]),
    ),
    (
        "target_percent.csv",
        &[],
        Refused(&["`30%` is a percentage"]),
    ),
    (
        "target_dates.csv",
        &[],
        Refused(&["`2020-01-15` is a date", "--dates ymd"]),
    ),
    ("target_decimal_comma.csv", CLASSES, Said(&["classes, `"])),
    ("target_thousands.csv", CLASSES, Said(&["classes, `"])),
    ("target_currency.csv", CLASSES, Said(&["classes, `"])),
    ("target_percent.csv", CLASSES, Said(&["classes, `"])),
    (
        "target_binary_with_na_word.csv",
        &[],
        Refused(&["column `y`: the value is missing (`#NA`)"]),
    ),
    (
        "target_binary_with_na_word.csv",
        &["--missing", "drop"],
        Said(&["left out for missing values", "2 classes, `0` "]),
    ),
    (
        "alltext_header.csv",
        &["--categories", "one-hot", "--test-fraction", "0"],
        Said(&["40 rows, with a header", "2 classes, `acc`"]),
    ),
    (
        "numeric_header.csv",
        &[],
        Refused(&["line 1", "--header or --no-header"]),
    ),
    (
        "numeric_header.csv",
        &["--header"],
        Said(&["40 rows, with a header"]),
    ),
    (
        "numeric_header.csv",
        &["--no-header"],
        Said(&["41 rows, no header"]),
    ),
    (
        "first_row_na_word.data",
        &[],
        Refused(&["line 1, column `column1`: the value is missing (`n.a.`)"]),
    ),
    (
        "first_row_na_word.data",
        &["--missing", "mean"],
        Said(&["41 rows, no header", "1 missing value filled in (mean)"]),
    ),
    (
        "eu_semicolon_no_header.csv",
        ONE_HOT,
        Refused(&["line 1, column `column1`: `0,5` is a number with a decimal comma"]),
    ),
    (
        "eu_semicolon_no_header.csv",
        &["--decimal", ","],
        Said(&[
            "no header, separated by `;`, decimal mark `,`",
            "2 columns of numbers",
        ]),
    ),
    (
        "feature_customer_id.csv",
        ONE_HOT,
        Refused(&[
            "column `customerID`",
            "40 distinct texts in 40 rows",
            "--exclude",
        ]),
    ),
    (
        "feature_dates.csv",
        ONE_HOT,
        Refused(&["`2021-01-01` is a date", "--dates ymd"]),
    ),
    (
        "feature_dates.csv",
        &["--dates", "ymd"],
        Said(&["1 of dates (as days)"]),
    ),
    (
        "feature_thousands.csv",
        &[],
        Refused(&["`1,200` is", "--thousands ','"]),
    ),
    (
        "feature_thousands.csv",
        ONE_HOT,
        Refused(&["`1,200` is", "--thousands ','"]),
    ),
    (
        "row_number.csv",
        &[],
        Said(&[
            "note",
            "column `column1` counts the rows",
            "--exclude column1",
        ]),
    ),
    (
        "labels_trailing_zero.csv",
        CLASSES,
        Said(&["3 classes, `1.1` 14 (35.0 %), `1.10` 13 (32.5 %), `1.2` 13"]),
    ),
    (
        "int64_labels.parquet",
        CLASSES,
        Said(&[
            "3 classes, `5` 13",
            "`9007199254740992` 14",
            "`9007199254740993` 13",
        ]),
    ),
    (
        "pandas_booleans.csv",
        ONE_HOT,
        Said(&[
            "2 classes, `False` 18 (45.0 %), `True` 22",
            "1 of 2 categories",
        ]),
    ),
    (
        "pandas_booleans.parquet",
        &[],
        Said(&[
            "2 classes, `False` 18 (45.0 %), `True` 22",
            "2 columns of numbers",
        ]),
    ),
    (
        "gaps.csv",
        &["--missing", "mean"],
        Said(&["plan", "5 missing values filled in (mean)", "40 rows"]),
    ),
    (
        "mostly_gaps.csv",
        &["--missing", "drop"],
        Said(&["10 of 40 rows (30 left out for missing values)"]),
    ),
    (
        "one_space.data",
        &[],
        Said(&[
            "41 rows, no header",
            "2 classes, `no`",
            "2 columns of numbers",
        ]),
    ),
    (
        "one_space.data",
        &["--delimiter", " "],
        Said(&[
            "41 rows, no header",
            "2 classes, `no`",
            "2 columns of numbers",
        ]),
    ),
    (
        "aligned_spaces.data",
        &[],
        Said(&["41 rows, no header", "2 columns of numbers"]),
    ),
    (
        "aligned_spaces.data",
        &["--delimiter", " "],
        Said(&["41 rows, no header", "2 columns of numbers"]),
    ),
    (
        "onehot_y.npz",
        &[],
        Said(&[
            "3 labels",
            "every row of `y` has exactly one 1",
            "--task classification",
        ]),
    ),
    (
        "onehot_y.npz",
        CLASSES,
        Said(&["3 classes, `0` 14", "classification, 3 classes"]),
    ),
];

/// Tables in the styles of public data sets, of what programs write, and of spreadsheets in several languages.
const STYLED: &[Case] = &[
    // KEEL: `@` declarations, and the roles of the columns.
    ("banana.dat", &[], Said(&["24 rows", "target `Class`"])),
    // UCI: a space behind each comma, `?`, an empty line at the end.
    (
        "adult.data",
        ONE_HOT,
        Refused(&["line 1, column `column2`: the value is missing (`?`)"]),
    ),
    (
        "adult.data",
        &["--categories", "one-hot", "--missing", "drop"],
        Said(&[
            "14 of 24 rows (10 left out",
            "no header",
            "`<=50K` 9 (64.3 %)",
            "3 of 7 categories",
        ]),
    ),
    (
        "abalone.data",
        &[],
        Refused(&["column `column1`", "--categories one-hot"]),
    ),
    (
        "abalone.data",
        &["--categories", "one-hot", "--task", "regression"],
        Said(&["60 rows, no header", "numbers from 3 to 25"]),
    ),
    // UCI: aligned by spaces, a tab and a quoted name at the end.
    (
        "auto-mpg.data",
        &["--target", "1"],
        Refused(&["column `column9`: `fiat hornet 0` is not a number"]),
    ),
    (
        "auto-mpg.data",
        &["--target", "1", "--exclude", "9"],
        Refused(&["line 7, column `column4`: the value is missing (`?`)"]),
    ),
    (
        "auto-mpg.data",
        &["--target", "1", "--missing", "mean", "--exclude", "9"],
        Said(&[
            "24 rows, no header, separated by white space",
            "3 missing values filled in",
            "left out: `column9` (excluded)",
        ]),
    ),
    // UCI: letters alone, the class first.
    (
        "agaricus.data",
        &[
            "--target",
            "1",
            "--categories",
            "one-hot",
            "--missing",
            "drop",
        ],
        Said(&["29 of 40 rows", "no header", "`e` 16 (55.2 %)"]),
    ),
    (
        "winequality.csv",
        &[],
        Said(&[
            "40 rows, with a header, separated by `;`",
            "target `quality`",
            "6 classes",
        ]),
    ),
    (
        "breast-cancer-wisconsin.data",
        &["--missing", "drop"],
        Said(&[
            "30 of 40 rows (10 left out for missing values)",
            "`2` 16 (53.3 %)",
        ]),
    ),
    (
        "iris.data",
        &[],
        Said(&["24 rows, no header", "`Iris-setosa` 8 (33.3 %)"]),
    ),
    // OpenML.
    (
        "credit-g.arff",
        &[],
        Refused(&["`checking_status`", "--categories one-hot"]),
    ),
    (
        "credit-g.arff",
        &["--categories", "one-hot", "--missing", "mean"],
        Said(&["`bad` 17 (70.8 %)", "10 missing values filled in"]),
    ),
    // Kaggle.
    (
        "titanic.csv",
        &["--target", "Survived"],
        Refused(&["column `Name`"]),
    ),
    (
        "titanic.csv",
        &[
            "--target",
            "Survived",
            "--categories",
            "one-hot",
            "--missing",
            "mean",
        ],
        Refused(&["column `Name`: the column has 40 distinct texts in 40 rows"]),
    ),
    (
        "titanic.csv",
        &[
            "--target",
            "Survived",
            "--exclude",
            "Name,Ticket,Cabin",
            "--categories",
            "one-hot",
            "--missing",
            "drop",
        ],
        Said(&[
            "18 of 40 rows (22 left out",
            "target `Survived` (named)",
            "`PassengerId` counts the rows",
            "left out: `Name`, `Ticket` and `Cabin`",
        ]),
    ),
    (
        "houses.csv",
        &["--missing", "mean", "--exclude", "Alley"],
        Said(&[
            "14 missing values filled in (mean)",
            "`Id` counts the rows; ",
            "--exclude Id",
        ]),
    ),
    (
        "churn.csv",
        &["--exclude", "customerID"],
        Refused(&["the value is missing"]),
    ),
    (
        "churn.csv",
        &["--exclude", "customerID", "--missing", "drop"],
        Said(&[
            "26 of 40 rows (14 left out",
            "left out: `customerID` (excluded)",
        ]),
    ),
    // Spreadsheets: German, French, Brazilian, Swiss, Spanish, English.
    (
        "umsatz.csv",
        &["--exclude", "Filiale"],
        Refused(&["--decimal ','"]),
    ),
    (
        "umsatz.csv",
        &[
            "--decimal",
            ",",
            "--thousands",
            ".",
            "--categories",
            "one-hot",
        ],
        Said(&[
            "24 rows, with a header, separated by `;`, decimal mark `,`, thousands separator `.`",
            "`groß` 12",
        ]),
    ),
    (
        "ventes.csv",
        &[],
        Refused(&["`23,5` is a number with a decimal comma"]),
    ),
    (
        "ventes.csv",
        &["--decimal", ",", "--thousands", "space"],
        Said(&["2 columns of numbers", "`FAUX` 12 (50.0 %)"]),
    ),
    (
        "imoveis.csv",
        &["--target", "preço", "--exclude", "bairro"],
        Refused(&["is an amount of money", "--units 'R$'"]),
    ),
    (
        "imoveis.csv",
        &[
            "--target",
            "preço",
            "--units",
            "R$",
            "--decimal",
            ",",
            "--thousands",
            ".",
            "--categories",
            "one-hot",
        ],
        Said(&["`R$` stripped", "numbers from 136198 to 892158"]),
    ),
    (
        "mieten.csv",
        &[],
        Refused(&[
            "apostrophes between the thousands",
            "--thousands apostrophe",
        ]),
    ),
    (
        "mieten.csv",
        &["--thousands", "apostrophe"],
        Said(&["2 columns of numbers", "`BE` 13"]),
    ),
    (
        "notas.csv",
        &["--decimal", ",", "--exclude", "alumno"],
        Said(&["`no` 9 (37.5 %), `sí` 15 (62.5 %)"]),
    ),
    (
        "accounts.csv",
        &["--categories", "one-hot", "--thousands", ","],
        Refused(&["column `Variance`: `(", "is a negative number"]),
    ),
    // A total below, a header in the middle, units in line 2, two lines of names.
    (
        "totals.csv",
        &[],
        Refused(&["line 26, column `month`: `Total` is not a number"]),
    ),
    (
        "totals.csv",
        &["--missing", "drop"],
        Said(&["24 of 25 rows (1 left out for missing values)"]),
    ),
    (
        "repeated.csv",
        &[],
        Refused(&["line 14", "the line repeats the header"]),
    ),
    (
        "repeated.csv",
        ONE_HOT,
        Refused(&["line 14", "the line repeats the header"]),
    ),
    (
        "sensor.csv",
        &[],
        Refused(&["line 2: the line holds text in every column of numbers, perhaps units"]),
    ),
    (
        "two_headers.csv",
        &[],
        Refused(&[
            "line 2: the line holds text in every column of numbers",
            "join it with the names above",
        ]),
    ),
    // R.
    (
        "mtcars.txt",
        &[],
        Refused(&[
            "line 1: the line has 3 cells, and the lines below have 4",
            "row numbers",
        ]),
    ),
    (
        "write_csv.csv",
        &[],
        Said(&["column `column1` counts the rows", "--exclude column1"]),
    ),
    // Codes for missing values.
    (
        "survey.csv",
        &[],
        Said(&[
            "column `q1` has 99",
            "column `q2` has -9",
            "--missing-words -9",
        ]),
    ),
    (
        "survey.csv",
        &["--missing-words", "99,-9", "--missing", "drop"],
        Said(&["14 of 24 rows", "`99` and `-9` for missing values"]),
    ),
    // A weather station, a log, encodings, marks and words of other programs.
    (
        "station.csv",
        &[],
        Refused(&[
            "line 1: the file begins with lines marked `#`",
            "--comment '#'",
        ]),
    ),
    (
        "station.csv",
        &["--comment", "#"],
        Refused(&["line 5, column `pressure`: the value is missing (`---`)"]),
    ),
    (
        "station.csv",
        &["--comment", "#", "--missing", "mean"],
        Said(&[
            "24 rows, with a header, comments begin with `#`",
            "16 missing values filled in",
        ]),
    ),
    (
        "requests.csv",
        &[],
        Refused(&["column `timestamp`", "is a date", "--dates ymd"]),
    ),
    (
        "requests.csv",
        &["--dates", "ymd"],
        Said(&["1 of dates (as days)", "`200` 13"]),
    ),
    (
        "excel_sep.csv",
        &[],
        Said(&["24 rows, with a header, separated by `;`", "`u` 11"]),
    ),
    ("utf16.csv", &[], Refused(&["not UTF-8", "UTF-16"])),
    ("cp1252.csv", &[], Refused(&["not UTF-8"])),
    (
        "booleans.csv",
        &[],
        Refused(&["column `smoker`", "--categories one-hot"]),
    ),
    (
        "booleans.csv",
        ONE_HOT,
        Said(&[
            "`FALSE` 18 (75.0 %), `TRUE` 6 (25.0 %)",
            "1 of 2 categories",
        ]),
    ),
    ("percent.csv", &[], Refused(&["`68%` is a percentage"])),
    (
        "percent.csv",
        &["--units", "%,kg"],
        Said(&["`%` and `kg` stripped", "2 columns of numbers"]),
    ),
    (
        "trailing.csv",
        &[],
        Said(&[
            "24 rows, with a header",
            "target `y` (last column): 2 classes",
            "2 columns of numbers",
        ]),
    ),
    (
        "shuffled_id.csv",
        &[],
        Said(&[
            "column `Id` numbers the rows, each once, in another order",
            "--exclude Id",
        ]),
    ),
];

#[test]
fn each_case_has_its_outcome() {
    for (file, options, outcome) in CASES {
        holds(TABLES, file, options, outcome);
    }
}

#[test]
fn no_style_is_read_wrongly_in_silence() {
    for (file, options, outcome) in STYLED {
        holds(STYLES, file, options, outcome);
    }
}

#[test]
fn every_table_is_tried_and_told_of() {
    let guide = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tables.md"));
    let guide = guide.unwrap();
    for (folder, cases) in [(TABLES, CASES), (STYLES, STYLED)] {
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(
                guide.contains(&format!("`{name}`")),
                "docs/tables.md lacks {name}"
            );
            // These are trained, judged and predicted in `table_results`.
            let elsewhere = [
                "f1_one_class.csv",
                "f1_train.csv",
                "pandas_filtered.parquet",
                "test2.svm",
                "train3.svm",
            ];
            let tried = cases.iter().any(|(file, ..)| *file == name);
            assert!(tried || elsewhere.contains(&&name[..]), "{name}");
        }
    }
}
