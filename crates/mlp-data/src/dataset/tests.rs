use ndarray::array;

use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn small() -> Dataset {
    let targets = Targets::Classes {
        labels: vec![0, 1, 1],
        names: names(&["no", "yes"]),
    };
    Dataset::new(
        "small",
        names(&["a", "b"]),
        array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
        targets,
    )
    .unwrap()
}

#[test]
fn a_dataset_knows_its_sizes_and_names() {
    let set = small();
    assert_eq!((set.samples(), set.features()), (3, 2));
    assert_eq!(set.task(), Task::Classification { classes: 2 });
    assert_eq!(set.class_counts(), Some(vec![1, 2]));
    assert_eq!(set.target_columns(), ["class"]);
    assert_eq!(
        set.with_class_column("answer").unwrap().target_columns(),
        ["answer"]
    );
}

#[test]
fn a_feature_may_be_called_class() {
    let targets = small().targets().clone();
    let inputs = small().inputs().to_owned();
    let set = Dataset::new("t", names(&["class", "b"]), inputs, targets).unwrap();
    assert_eq!(set.target_columns(), ["class_"]);
    let named = set.clone().with_class_column("y").unwrap();
    assert_eq!(named.target_columns(), ["y"]);
    assert!(set.with_class_column("b").is_err());
}

#[test]
fn selections_keep_rows_and_names_together() {
    let set = small();
    let rows = set.select_rows(&[2, 0]).unwrap();
    assert_eq!(rows.inputs(), array![[5.0, 6.0], [1.0, 2.0]]);
    assert_eq!(
        rows.targets(),
        &Targets::Classes {
            labels: vec![1, 0],
            names: names(&["no", "yes"])
        }
    );
    let columns = set.select_features(&["b"]).unwrap();
    assert_eq!(columns.inputs(), array![[2.0], [4.0], [6.0]]);
    assert_eq!(columns.feature_names(), ["b"]);
    let error = set.select_features(&["B"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "data set `small` has no column `B`; did you mean `b`?"
    );
}

#[test]
fn missing_values_are_counted_until_none_is_left() {
    let targets = || small().targets().clone();
    let inputs = array![[1.0, f64::NAN], [f64::NAN, 4.0], [5.0, 6.0]];
    let set = Dataset::with_missing("gaps", names(&["a", "b"]), inputs.clone(), targets()).unwrap();
    assert_eq!(set.missing_values(), 2);
    assert_eq!(set.select_rows(&[2, 0]).unwrap().missing_values(), 1);
    assert_eq!(set.select_rows(&[2]).unwrap().missing_values(), 0);
    assert_eq!(set.select_features(&["a"]).unwrap().missing_values(), 1);
    let whole = set
        .with_inputs(names(&["a", "b"]), Array2::zeros((3, 2)))
        .unwrap();
    assert_eq!(whole.missing_values(), 0);
    // What was whole stays whole.
    assert!(whole.with_inputs(names(&["a", "b"]), inputs).is_err());
    let infinite = array![[1.0], [f64::INFINITY], [f64::NAN]];
    assert!(Dataset::with_missing("bad", names(&["a"]), infinite, targets()).is_err());
}

#[test]
fn what_is_no_table_is_refused() {
    let one = |inputs, targets| {
        Dataset::new("bad", names(&["a"]), inputs, targets)
            .unwrap_err()
            .to_string()
    };
    let classes = |labels| Targets::Classes {
        labels,
        names: names(&["no", "yes"]),
    };
    assert_eq!(
        one(Array2::zeros((0, 1)), classes(vec![])),
        "data set `bad`: it has 0 samples and 1 features; at least one of each is needed"
    );
    assert_eq!(
        one(array![[1.0]], classes(vec![0, 1])),
        "data set `bad`: 2 labels for 1 samples"
    );
    assert_eq!(
        one(array![[1.0]], classes(vec![2])),
        "data set `bad`: row 1 has label 2, and there are 2 classes"
    );
    assert_eq!(
        one(array![[1.0], [f64::NAN]], classes(vec![0, 1])),
        "data set `bad`: row 2 of column `a` is NaN; every value must be a finite number"
    );
    let values = Targets::Values {
        values: array![[f64::INFINITY]],
        names: names(&["y"]),
    };
    assert_eq!(
        one(array![[1.0]], values),
        "data set `bad`: row 1 of column `y` is inf; every value must be a finite number"
    );
    let same = Targets::Values {
        values: array![[1.0]],
        names: names(&["a"]),
    };
    assert_eq!(
        one(array![[1.0]], same),
        "data set `bad`: column `a` appears twice; names must differ"
    );
}
