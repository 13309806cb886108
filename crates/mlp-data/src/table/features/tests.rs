use ndarray::array;

use super::*;
use crate::table::{DecimalMark, ThousandsMark};

fn options(features: &[&str], keep: &[&str]) -> FeatureOptions {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    FeatureOptions {
        features: list(features),
        keep: list(keep),
        ..Default::default()
    }
}

fn all(text: &str, options: &FeatureOptions, rows: usize) -> Result<Vec<FeatureChunk>, String> {
    let read = || {
        let mut reader = FeatureReader::open(text.as_bytes(), "t.csv", options)?;
        let mut chunks = Vec::new();
        while let Some(chunk) = reader.next_chunk(rows)? {
            chunks.push(chunk);
        }
        Ok(chunks)
    };
    read().map_err(|error: Error| error.to_string())
}

#[test]
fn columns_are_matched_by_name_and_come_in_chunks() {
    let chunks = all(
        "b,id,a\n1,ann,2\n3,bob,4\n5,cat,6\n",
        &options(&["a", "b"], &["id", "b"]),
        2,
    )
    .unwrap();
    assert_eq!(chunks.len(), 2);
    assert_eq!(chunks[0].inputs, array![[2.0, 1.0], [4.0, 3.0]]);
    assert_eq!(chunks[1].kept, [["cat", "5"]]);
}

#[test]
fn features_missing_are_all_named() {
    let error = all("a,c\n1,2\n", &options(&["a", "b", "d"], &[]), 9).unwrap_err();
    assert_eq!(error, "`t.csv`: the file lacks the columns `b` and `d`");
    let error = all(
        "a,cafe\u{301}\n1,2\n",
        &options(&["a", "caf\u{e9}"], &[]),
        9,
    )
    .unwrap_err();
    assert!(
        error.contains("lacks the column `caf\u{e9}`")
            && error.contains("only in Unicode form (NFC, NFD)"),
        "{error}"
    );
    let error = all("a,c\n1,2\n", &options(&["a"], &["id"]), 9).unwrap_err();
    assert!(error.contains("no column `id`, named as kept"), "{error}");
}

#[test]
fn without_a_header_the_order_counts() {
    let chunks = all("1,2\n3,4\n", &options(&["a", "b"], &[]), 9).unwrap();
    assert_eq!(chunks[0].inputs, array![[1.0, 2.0], [3.0, 4.0]]);
    let error = all("1,2,3\n", &options(&["a", "b"], &[]), 9).unwrap_err();
    assert!(error.contains("no header and 3 columns"), "{error}");
    // A model of a table without header knows these names.
    let chunks = all("1,2,3\n", &options(&["column3", "column1"], &[]), 9).unwrap();
    assert_eq!(chunks[0].inputs, array![[3.0, 1.0]]);
}

#[test]
fn categories_and_gaps_are_read_as_the_model_knows_them() {
    let mut options = options(&["size", "colour=blue", "colour=red"], &[]);
    options.one_hot = vec![OneHot {
        column: "colour".to_owned(),
        categories: vec!["blue".to_owned(), "red".to_owned()],
        pooled: false,
        untrained: Vec::new(),
    }];
    let text = "colour,size\nred,1\nblue,2\n,3\n";
    let error = all(text, &options, 9).unwrap_err();
    assert!(
        error.starts_with("`t.csv`, line 4, column `colour`: the value is missing"),
        "{error}"
    );
    options.missing = true;
    let inputs = &all(text, &options, 9).unwrap()[0].inputs;
    assert_eq!(
        inputs.select(ndarray::Axis(0), &[0, 1]),
        array![[1.0, 0.0, 1.0], [2.0, 1.0, 0.0]]
    );
    assert!(inputs[[2, 1]].is_nan() && inputs[[2, 2]].is_nan() && inputs[[2, 0]] == 3.0);
    assert_eq!(
        all("colour,size\ngreen,1\n", &options, 9).unwrap_err(),
        "`t.csv`, line 2, column `colour`: category `green` is unknown; the column has `blue` and `red`"
    );
    assert_eq!(
        all("size\n1\n", &options, 9).unwrap_err(),
        "`t.csv`: the file lacks the column `colour`"
    );
    // Without a header the columns are those of the file, each once.
    let inputs = &all("1,red\n", &options, 9).unwrap()[0].inputs;
    assert_eq!(inputs, &array![[1.0, 0.0, 1.0]]);
}

#[test]
fn cells_are_read_as_where_the_model_was_trained() {
    let mut options = options(&["day", "size", "kind=other", "kind=x"], &["size"]);
    options.one_hot = vec![OneHot {
        column: "kind".to_owned(),
        categories: vec!["other".to_owned(), "x".to_owned()],
        pooled: true,
        untrained: Vec::new(),
    }];
    options.like = Some(TableFormat {
        decimal: Some(DecimalMark::Comma),
        thousands: Some(ThousandsMark::Point),
        units: vec!["\u{20AC}".to_owned()],
        dates: Some(DateOrder::Dmy),
        missing_words: vec!["-999".to_owned()],
        date_columns: vec!["day".to_owned()],
        ..TableFormat::default()
    });
    let header = "day;size;kind\n";
    let read = |line: &str, options: &FeatureOptions| all(&format!("{header}{line}\n"), options, 9);
    let chunks = read("3.1.1970;1.234,5 \u{20AC};new", &options).unwrap();
    assert_eq!(chunks[0].inputs, array![[2.0, 1234.5, 1.0, 0.0]]);
    assert_eq!(chunks[0].kept, [["1.234,5 \u{20AC}"]]);
    for (line, what) in [
        ("3;1;x", "column `day`: `3` is not a date"),
        (
            "1/31/1970;1;x",
            "column `day`: `1/31/1970` is a date, but not in the order dmy in which the model reads dates; give --dates mdy",
        ),
        ("1/32/1970;1;x", "column `day`: `1/32/1970` is not a date"),
        ("1 lipca 1970;1;x", "the month `lipca` is not known"),
        (
            "35-Dec-12;1;x",
            "column `day`: `35-Dec-12` is a date, but not in the order dmy in which the model reads dates; give --dates ymd",
        ),
        (
            "3.1.1970;1.5;x",
            "column `size`: `1.5` is a number with a decimal point; give --decimal '.'",
        ),
        (
            "3.1.1970;12 kg;x",
            "column `size`: `12 kg` is a number with the unit `kg`; give --units '€,kg'",
        ),
        (
            "3.1.1970;-999;x",
            "column `size`: the value is missing (`-999`)",
        ),
        ("-;1;x", "column `day`: the value is missing (`-`)"),
    ] {
        let error = read(line, &options).unwrap_err();
        assert!(error.contains(what), "{error}");
    }
    options.missing = true;
    let inputs = &read("-;n.a.;-", &options).unwrap()[0].inputs;
    assert!(inputs[[0, 0]].is_nan() && inputs[[0, 1]].is_nan());
    assert_eq!((inputs[[0, 2]], inputs[[0, 3]]), (1.0, 0.0));
}

#[test]
fn bad_rows_are_named() {
    let error = all("a\n1\n\n3\n", &options(&["a"], &[]), 9).unwrap_err();
    assert!(
        error.starts_with("`t.csv`, line 3, column `a`: the value is missing"),
        "{error}"
    );
    let error = all("a,b\n1,2\n\nx,2\n", &options(&["a"], &[]), 9).unwrap_err();
    assert!(
        error.starts_with("`t.csv`, line 4, column `a`: `x` is not a number"),
        "{error}"
    );
    assert!(
        all("a\n", &options(&["a"], &[]), 9)
            .unwrap_err()
            .contains("no data below it")
    );
    assert!(
        all("", &options(&["a"], &[]), 9)
            .unwrap_err()
            .contains("is empty")
    );
}

#[test]
fn rows_of_unknown_categories_are_refused_or_zeroed_or_left_out() {
    let known = OneHot {
        column: "city".to_owned(),
        categories: vec!["Bonn".to_owned(), "Rom".to_owned()],
        pooled: false,
        untrained: Vec::new(),
    };
    let names: Vec<String> = known.feature_names().collect();
    let text = "city,x\nRom,1\nOslo,2\nBonn,3\nOslo,4\nLima,5\n";
    let options = |unknown| FeatureOptions {
        features: vec![names[0].clone(), names[1].clone(), "x".to_owned()],
        one_hot: vec![known.clone()],
        unknown,
        ..Default::default()
    };
    let refused = all(text, &options(Unknown::Refuse), 9).unwrap_err();
    assert!(
        refused.contains("line 3") && refused.contains("`Oslo`"),
        "{refused}"
    );
    let inputs = array![
        [0.0, 1.0, 1.0],
        [0.0, 0.0, 2.0],
        [1.0, 0.0, 3.0],
        [0.0, 0.0, 4.0],
        [0.0, 0.0, 5.0]
    ];
    for (unknown, known, outcome) in [
        (Unknown::Zero, [true; 5], "features are all 0"),
        (
            Unknown::Row,
            [true, false, true, false, false],
            "no prediction",
        ),
    ] {
        let options = options(unknown);
        let mut reader = FeatureReader::open(text.as_bytes(), "t.csv", &options).unwrap();
        let chunk = reader.next_chunk(9).unwrap().unwrap();
        assert_eq!(chunk.inputs, inputs);
        assert_eq!(chunk.known, known);
        let notes = reader.notes();
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(
            notes[0].contains("in 3 rows") && notes[0].contains(outcome),
            "{notes:?}"
        );
    }
}

#[test]
fn kept_columns_may_have_commas_in_their_names() {
    let table = "a,\"x,y\",id\n1,2,3\n";
    for (keep, names) in [
        ("x,y", vec!["x,y"]),
        ("id, \"x,y\"", vec!["id", "x,y"]),
        ("id,-2", vec!["id", "x,y"]),
    ] {
        let reader = FeatureReader::open(table.as_bytes(), "t.csv", &options(&["a"], &[keep]));
        assert_eq!(reader.unwrap().keep_names(), names, "{keep}");
    }
}

#[test]
fn a_model_that_could_fill_in_is_not_said_to_be_unable_to() {
    let said = |options: &FeatureOptions| {
        let mut reader =
            FeatureReader::open("a,b\n1,2\nNA,2\n".as_bytes(), "t.csv", options).unwrap();
        match reader.next_chunk(5) {
            Err(error) => error.to_string(),
            Ok(_) => reader.notes().join("\n"),
        }
    };
    let refusing = FeatureOptions {
        could_fill: true,
        like: Some(TableFormat::default()),
        ..options(&["a"], &[])
    };
    let message = said(&refusing);
    assert!(message.contains("--missing says not to"), "{message}");
    let leaving = FeatureOptions {
        leave_missing: true,
        ..refusing
    };
    let message = said(&leaving);
    assert!(
        message.contains("that the model is not to fill in"),
        "{message}"
    );
}
