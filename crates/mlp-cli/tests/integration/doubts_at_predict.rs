//! What a model's rows could be read otherwise than they are meant: each is said, or refused with what to do.

use crate::refused;
use crate::running::{said, table, trained, write};

#[test]
fn a_last_row_of_sums_is_noted_where_it_is_predicted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let row = |row: usize| format!("{},{row}.5", row * 7 % 11);
    let file = table(folder, "t.csv", "a,b,y", |at| {
        format!("{},{}", row(at), ["u", "v"][at % 2])
    });
    let model = trained(&file, folder, "model", &[]);
    let rows: String = (0..9).map(|at| row(at) + "\n").collect();
    let whole = write(folder, "p.csv", &format!("a,b\n{rows}"));
    assert_eq!(said(&["predict", &model, &whole]).1, "");
    let file = write(folder, "s.csv", &format!("a,b\n{rows}43,40.5\n"));
    assert_eq!(
        said(&["predict", &model, &file]).1,
        "note: the last row holds the sums of those above it in columns `a` and `b`; if it sums them up, remove its line\n"
    );
}

#[test]
fn names_that_are_numbers_are_known_to_a_model() {
    let folder = tempfile::tempdir().unwrap();
    for (names, bare) in [("2020,2019,2018", "2020,2019"), ("0,1,2", "0,1")] {
        let rows = |row: usize| format!("{}.5,{}", row * 7 % 11, row * 5 % 13);
        let file = table(folder.path(), "t.csv", names, |row| {
            format!("{},{}.25", rows(row), row * 3 % 7)
        });
        let model = trained(&file, folder.path(), "model", &["--header", "--force"]);
        let (scores, _) = said(&["evaluate", &model, &file]);
        assert!(scores.contains("samples           40"), "{scores}");
        let file = table(folder.path(), "p.csv", bare, rows);
        assert_eq!(said(&["predict", &model, &file]).0.lines().count(), 41);
    }
}

#[test]
fn decimal_commas_of_one_feature_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = table(folder.path(), "t.csv", "x,y", |row| {
        format!("{}.5,{}", row * 7 % 11, ["u", "v"][row % 2])
    });
    let model = trained(&file, folder.path(), "model", &[]);
    let file = write(folder.path(), "p.csv", "x\n0,716\n1,5\n2\n");
    let message = refused(&["predict", &model, &file], 2);
    assert!(
        message.contains(
            "line 2, column `x`: `0,716` is a number with a decimal comma; give --decimal ','"
        ),
        "{message}"
    );
    let (answers, _) = said(&["predict", &model, &file, "--decimal", ","]);
    assert_eq!(answers.lines().count(), 4);
}
