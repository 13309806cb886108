//! Both beside what a linear model says by hand.

use mlp_core::Level;
use mlp_data::{
    Dataset,
    table::{Categorical, CsvOptions, read_csv},
};
use ndarray::Array1;

use super::*;
use crate::{
    DataInMemory, Experiment, Options,
    measures::metric::{self, Predicted},
    model::Model,
    run,
};

/// A table of two numbers and a colour, of which the target is a linear function.
fn table() -> Dataset {
    let mut text = "a,colour,b,y\n".to_owned();
    for row in 0..60 {
        let (a, b) = (row * 7 % 13, row * 5 % 11);
        let (colour, shift) = [("red", 0), ("green", 4), ("blue", -2)][row % 3];
        let y = 2 * a as i64 - b as i64 + shift;
        text += &format!("{a}.25,{colour},{b}.5,{}\n", y as f64 + 0.5);
    }
    let options = CsvOptions {
        categorical: Categorical::OneHot,
        ..CsvOptions::default()
    };
    read_csv(text.as_bytes(), "table", &options).unwrap()
}

/// A linear model of that table, nearly exact.
fn model(dataset: &Dataset) -> Model {
    let text = r#"
        kind = "train"
        data.name = "table"
        data.test_fraction = 0
        network.hidden = []
        training.optimizer = "lbfgs"
        training.steps = 200
        training.precision = "f64"
    "#;
    let options = Options {
        data: Some(std::sync::Arc::new(
            DataInMemory::default().with("table", dataset.clone()),
        )),
        ..Options::default()
    };
    let results = run(&Experiment::from_toml(text).unwrap(), &options).unwrap();
    results.model.unwrap()
}

fn rmse(predicted: &Predicted) -> Option<f64> {
    let (targets, answers) = predicted.as_values()?;
    let squares = (targets - answers).mapv(|error| error * error);
    Some(-squares.mean()?.sqrt())
}

#[test]
fn a_linear_model_rests_on_its_columns_by_their_slopes() {
    let dataset = table();
    let model = model(&dataset);
    let orders = Permutations::drawn(1, 4, dataset.samples());
    let found = Importances::of(&model, &dataset, &rmse, &orders, Level::best()).unwrap();
    assert!(found.score > -1e-3, "{}", found.score);
    let names: Vec<&str> = found.columns.iter().map(|c| &*c.column).collect();
    assert_eq!(names, ["a", "colour", "b"]);
    // Dealing a column out anew moves the answer by slope times the change of the value.
    let inputs = dataset.inputs();
    let column = |name: &str| {
        let place = dataset.feature_names().iter().position(|n| n == name);
        inputs.column(place.unwrap()).to_owned()
    };
    let colour = 4.0 * column("colour=green") - 2.0 * column("colour=blue");
    let parts: [Array1<f64>; 3] = [2.0 * column("a"), colour, -column("b")];
    for (part, found) in parts.iter().zip(&found.columns) {
        for (order, &fall) in orders.orders().iter().zip(&found.falls) {
            let squares = order
                .iter()
                .zip(part)
                .map(|(&from, own)| (part[from] - own).powi(2));
            let expected = (squares.sum::<f64>() / part.len() as f64).sqrt();
            assert!((fall - expected).abs() < 1e-2, "{fall} and {expected}");
        }
        assert_eq!(found.falls.len(), 4);
        let mean = found.falls.iter().sum::<f64>() / 4.0;
        assert!((found.mean.value - mean).abs() < 1e-12 && found.mean.interval.is_some());
    }
}

#[test]
fn orders_of_other_rows_and_scores_that_do_not_apply_are_refused() {
    let dataset = table();
    let model = model(&dataset);
    let orders = Permutations::drawn(1, 4, 7);
    let error = Importances::of(&model, &dataset, &rmse, &orders, Level::best()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("of 7 rows, and the data have 60"),
        "{error}"
    );
    let orders = Permutations::drawn(1, 1, 60);
    let f1 = metric::measure("f1").unwrap();
    let error = Importances::of(&model, &dataset, &f1.value, &orders, Level::best()).unwrap_err();
    assert!(error.to_string().contains("has no such score"), "{error}");
}

#[test]
fn the_dependence_of_a_linear_model_is_a_line() {
    let dataset = table();
    let model = model(&dataset);
    let of = |columns: &[&str], points| {
        let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
        Dependence::of(&model, &dataset, &columns, points, Level::best())
    };
    let line = of(&["a"], 5).unwrap();
    assert_eq!((line.grid[0].len(), line.means.dim()), (5, (5, 1)));
    let GridValue::Number(first) = line.grid[0][0] else {
        panic!("a number")
    };
    let GridValue::Number(last) = line.grid[0][4] else {
        panic!("a number")
    };
    let rise = line.means[[4, 0]] - line.means[[0, 0]];
    assert!((rise - 2.0 * (last - first)).abs() < 1e-2, "{rise}");
    // As many values as occur are all of them.
    assert_eq!(of(&["b"], 50).unwrap().grid[0].len(), 11);
    let plane = of(&["colour", "a"], 3).unwrap();
    assert_eq!(plane.means.dim(), (9, 1));
    let colour = |row: usize| plane.grid[0][row].clone();
    let category = |name: &str| GridValue::Category(name.to_owned());
    let green = (0..3)
        .find(|&row| colour(row) == category("green"))
        .unwrap();
    let red = (0..3).find(|&row| colour(row) == category("red")).unwrap();
    for point in 0..3 {
        let apart = plane.means[[3 * green + point, 0]] - plane.means[[3 * red + point, 0]];
        assert!((apart - 4.0).abs() < 1e-2, "{apart}");
    }
    let error = of(&["c"], 5).unwrap_err().to_string();
    assert!(
        error.contains("has no column `c`; its columns are a, colour, b"),
        "{error}"
    );
}
