use ndarray::array;

use super::*;
use crate::ImputeKind;

fn read(text: &str, missing: MissingPolicy, categorical: Categorical) -> Result<Dataset, String> {
    let options = CsvOptions {
        missing,
        categorical,
        ..Default::default()
    };
    super::super::read_csv(text.as_bytes(), "dir/t.csv", &options)
        .map_err(|error| error.to_string())
}

const MEAN: MissingPolicy = MissingPolicy::Impute(ImputeKind::Mean);

#[test]
fn a_feature_or_the_weights_may_be_called_class() {
    let text = "class,sex,fare,survived\n1,0,80.5,yes\n3,1,7.25,no\n2,0,13,yes\n";
    let set = read(text, MissingPolicy::Refuse, Categorical::Refuse).unwrap();
    assert_eq!(set.feature_names(), ["class", "sex", "fare"]);
    assert_eq!(set.target_columns(), ["survived"]);
    let options = CsvOptions {
        sample_weight: Some("class".to_owned()),
        ..CsvOptions::default()
    };
    let set = super::super::read_csv(text.as_bytes(), "t.csv", &options).unwrap();
    assert_eq!(set.weight_column(), Some("class"));
    assert_eq!(set.feature_names(), ["sex", "fare"]);
}

#[test]
fn rows_with_gaps_are_dropped_and_counted() {
    let text = "a,b,y\n1,2,0\n,3,1\n4,NA,1\n5,6,?\n7,8,1\nnan,9,0\n";
    let set = read(text, MissingPolicy::Drop, Categorical::Refuse).unwrap();
    assert_eq!(set.inputs(), array![[1.0, 2.0], [7.0, 8.0]]);
    assert_eq!(
        set.provenance().description,
        "the table `dir/t.csv` without 4 rows with a missing value"
    );
    assert_eq!(
        read("a,y\n,1\n2,\n", MissingPolicy::Drop, Categorical::Refuse).unwrap_err(),
        "`dir/t.csv`: each of the 2 rows has a missing value, so none is left; leave out a column that is mostly empty \
         with --exclude"
    );
    assert_eq!(
        read(
            "a,b,c,y\n1,,3,1\n,,4,0\n2,,,1\n",
            MissingPolicy::Drop,
            Categorical::Refuse
        )
        .unwrap_err(),
        "`dir/t.csv`: each of the 3 rows has a missing value, so none is left; `b` has no value at all: leave it out with --exclude b"
    );
    // What is infinite is not missing.
    let error = read(
        "a,y\ninf,1\n2,0\n",
        MissingPolicy::Drop,
        Categorical::Refuse,
    );
    assert!(
        error
            .unwrap_err()
            .contains("line 2, column `a`: `inf` is not finite")
    );
}

#[test]
fn gaps_to_fill_in_are_nan_but_never_in_the_target() {
    let set = read("a,b,y\n1,2,0\n,3,1\nNaN,4,1\n", MEAN, Categorical::Refuse).unwrap();
    assert_eq!(set.missing_values(), 2);
    assert!(set.inputs()[[1, 0]].is_nan() && set.inputs()[[2, 0]].is_nan());
    assert_eq!(
        read("a,y\n1,0\n2,NA\n", MEAN, Categorical::Refuse).unwrap_err(),
        "`dir/t.csv`, line 3, column `y`: the value is missing (`NA`); a target is not filled in, so correct it, leave the \
         row out, or train with --missing drop"
    );
    assert_eq!(
        read("a,b,y\n,1,0\n,2,1\n", MEAN, Categorical::Refuse).unwrap_err(),
        "`dir/t.csv`, column `a`: every value of the column is missing; leave it out with --exclude a"
    );
}

#[test]
fn text_becomes_a_column_a_category() {
    let text = "n,colour,size,y\n1,red,2,0\n2,blue,XL,1\n3,red,10,1\n4,,2,0\n";
    let set = read(text, MEAN, Categorical::OneHot).unwrap();
    assert_eq!(
        set.feature_names(),
        [
            "n",
            "colour=blue",
            "colour=red",
            "size=2",
            "size=10",
            "size=XL"
        ]
    );
    assert_eq!(
        set.inputs().select(ndarray::Axis(0), &[0, 1, 2]),
        array![
            [1.0, 0.0, 1.0, 1.0, 0.0, 0.0],
            [2.0, 1.0, 0.0, 0.0, 0.0, 1.0],
            [3.0, 0.0, 1.0, 0.0, 1.0, 0.0]
        ]
    );
    let last: Vec<bool> = set
        .inputs()
        .row(3)
        .iter()
        .map(|value| value.is_nan())
        .collect();
    assert_eq!(last, [false, true, true, false, false, false]);
    let columns: Vec<&str> = set
        .one_hot()
        .iter()
        .map(|one| one.column.as_str())
        .collect();
    assert_eq!(columns, ["colour", "size"]);
    assert_eq!(set.one_hot()[1].categories, ["2", "10", "XL"]);
}

#[test]
fn text_among_measurements_is_no_category() {
    let error = read(
        "a,y\n1.5,0\n2.5,1\noops,1\n",
        MissingPolicy::Refuse,
        Categorical::OneHot,
    );
    assert_eq!(
        error.unwrap_err(),
        "`dir/t.csv`, line 4, column `a`: `oops` is not a number; the rest of the column is numbers, so correct it, leave such \
         rows out with --missing-words oops --missing drop, or give --text a if they are all names"
    );
    let error = read(
        "a,b,y\nx,1,0\n,2,1\n",
        MissingPolicy::Refuse,
        Categorical::OneHot,
    );
    assert!(
        error
            .unwrap_err()
            .contains("line 3, column `a`: the value is missing")
    );
}

#[test]
fn names_come_from_files() {
    for (file, name) in [
        ("a/t.csv", "t"),
        ("t.tsv.gz", "t"),
        ("x", "x"),
        (".gz", ".gz"),
    ] {
        assert_eq!(stem(file), name);
    }
}
