//! Both beside what a linear model says by hand.

use mlp_core::{Activation, Architecture, Level, Loss, Network};
use mlp_data::{
    Dataset, Scaler, Targets,
    table::{Categorical, CsvOptions, read_csv},
};
use ndarray::{Array1, Array2};
use serde_json::Value;

use super::*;
use crate::{
    DataInMemory, Experiment, Options,
    metrics::score::{self, Predicted},
    model::{AnyNetwork, Model, ModelOrigin, ModelParts, OutputMeaning, Weighting},
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
            .contains("of 7 rows, but the data have 60"),
        "{error}"
    );
    let orders = Permutations::drawn(1, 1, 60);
    let f1 = score::find("f1").unwrap();
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

/// Networks of scikit-learn, and what it says of them: `xtask/parity/importance.py`.
#[test]
fn both_are_those_of_scikit_learn() {
    let text = include_str!("../../../../mlp-core/tests/fixtures/importance.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let mut compared = 0;
    for case in fixture["cases"].as_array().unwrap() {
        let (model, dataset) = known(case);
        let orders = rows(&case["orders"]).into_iter();
        let orders = orders.map(|order| order.iter().map(|&row| row as usize).collect());
        let orders = Permutations::given(orders.collect(), dataset.samples()).unwrap();
        for (scoring, expected) in case["importances"].as_object().unwrap() {
            let score = |predicted: &Predicted| {
                let value = |name| (score::find(name).unwrap().value)(predicted);
                match &scoring[..] {
                    "r2" | "accuracy" => value(scoring),
                    "neg_root_mean_squared_error" => Some(-value("rmse")?),
                    "neg_log_loss" => Some(-value("log_loss")?),
                    other => panic!("a score called {other}"),
                }
            };
            let level = Level::best();
            let found = Importances::of(&model, &dataset, &score, &orders, level).unwrap();
            for (found, expected) in found.columns.iter().zip(rows(expected)) {
                for (found, expected) in found.falls.iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-9, "{found} and {expected}");
                    compared += 1;
                }
            }
        }
        for (kind, columns) in [("dependence", &["b"][..]), ("plane", &["b", "a"])] {
            let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
            let found = Dependence::of(&model, &dataset, &columns, 50, Level::best()).unwrap();
            // By answer, and of two columns by the values of the first.
            for (answer, expected) in case[kind]["means"].as_array().unwrap().iter().enumerate() {
                let expected: Vec<f64> = match columns.len() {
                    1 => numbers(expected),
                    _ => rows(expected).concat(),
                };
                assert_eq!(expected.len(), found.means.nrows());
                for (point, expected) in expected.into_iter().enumerate() {
                    let found = found.means[[point, answer]];
                    assert!((found - expected).abs() < 1e-9, "{found} and {expected}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 400, "{compared}");
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap().iter();
    list.map(|number| number.as_f64().unwrap()).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

/// The network of a case, and its data.
fn known(case: &Value) -> (Model, Dataset) {
    let sizes: Vec<usize> = numbers(&case["sizes"])
        .iter()
        .map(|&n| n as usize)
        .collect();
    let (inputs, outputs) = (sizes[0], sizes[sizes.len() - 1]);
    let net = Architecture::classical(
        inputs,
        &sizes[1..sizes.len() - 1],
        Activation::Tanh,
        outputs,
    );
    let network = Network::new(net, numbers(&case["parameters"])).unwrap();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let values = rows(&case["inputs"]);
    let values = Array2::from_shape_vec((values.len(), inputs), values.concat()).unwrap();
    let targets = numbers(&case["targets"]);
    let (targets, answers, loss) = match outputs {
        1 => {
            let names = vec!["y".to_owned()];
            let values = Array2::from_shape_vec((targets.len(), 1), targets).unwrap();
            let scaler = Scaler::identity(1);
            let answers = OutputMeaning::Values {
                names: names.clone(),
                scaler,
            };
            (
                Targets::Values { values, names },
                answers,
                Loss::SquaredError,
            )
        }
        _ => {
            let names: Vec<String> = (0..outputs).map(|class| class.to_string()).collect();
            let labels = targets.iter().map(|&label| label as u32).collect();
            let answers = OutputMeaning::Classes(names.clone());
            let loss = Loss::SoftmaxCrossEntropy;
            (Targets::Classes { labels, names }, answers, loss)
        }
    };
    let dataset = Dataset::new("known", names.clone(), values, targets).unwrap();
    let model = Model::from_parts(ModelParts {
        members: Vec::new(),
        network: AnyNetwork::F64(network),
        loss,
        loss_scale: 1.0,
        weighting: Weighting::default(),
        data: "known".to_owned(),
        features: names,
        expansion: None,
        one_hot: Vec::new(),
        imputer: None,
        feature_scaler: Scaler::identity(inputs),
        answers,
        threshold: None,
        intervals: None,
        target_columns: vec!["y".to_owned()],
        table_format: None,
        left_out: Vec::new(),
        origin: ModelOrigin::default(),
    });
    (model, dataset)
}
