//! Every optimizer finds the minimum of a parabola and of Rosenbrock's valley, as optax tests its
//! own. Moons and diabetes are in mlp-train, which has the data.

use mlp_core::{
    Activation, Architecture, Init, LayerSpec, Level, Loss, Optimizer, Samples, Status, Targets,
    TrainSpec, Trainer,
};
use ndarray::{Array2, array};

/// Value and gradient of an objective at two numbers.
type Objective = fn([f64; 2]) -> (f64, [f64; 2]);

/// (x - 1)^2 + 5 (y + 2)^2 + x y / 2, and Rosenbrock's (1 - x)^2 + 100 (y - x^2)^2.
fn parabola([x, y]: [f64; 2]) -> (f64, [f64; 2]) {
    let (a, b) = (x - 1.0, y + 2.0);
    (
        a * a + 5.0 * b * b + 0.5 * x * y,
        [2.0 * a + 0.5 * y, 10.0 * b + 0.5 * x],
    )
}

fn rosenbrock([x, y]: [f64; 2]) -> (f64, [f64; 2]) {
    let (a, b) = (1.0 - x, y - x * x);
    (a * a + 100.0 * b * b, [-2.0 * a - 400.0 * x * b, 200.0 * b])
}

/// Where an objective gets to from a start: the parameters of a network with one input of 1, no
/// bias and two outputs are its outputs.
fn minimise(
    optimizer: &Optimizer,
    rate: f64,
    start: [f64; 2],
    steps: usize,
    f: Objective,
) -> [f64; 2] {
    let net = Architecture::new(1).with(LayerSpec {
        bias: false,
        ..LayerSpec::new(2, Activation::Identity)
    });
    let spec = TrainSpec {
        init: Init::Given(start.to_vec().into()),
        optimizer: optimizer.clone(),
        learning_rate: rate,
        ..TrainSpec::new(net, Loss::SquaredError)
    };
    let one: Array2<f64> = array![[1.0]];
    let samples = Samples::new(one.view(), &Targets::Values(array![[0.0, 0.0]])).unwrap();
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
    for _ in 0..steps {
        let status = trainer.step_with(one.view(), |outputs| {
            let (value, gradient) = f([outputs[[0, 0]], outputs[[0, 1]]]);
            (value, Array2::from_shape_fn((1, 2), |(_, at)| gradient[at]))
        });
        assert_eq!(status.unwrap(), Status::Running, "{optimizer}");
    }
    [trainer.parameters()[0], trainer.parameters()[1]]
}

/// Optimizer, rate for the parabola, rate for the valley.
const TABLE: &[(&str, f64, f64)] = &[
    ("sgd", 0.1, 1e-3),
    ("momentum:0.9", 0.02, 2e-4),
    ("momentum:0.9:form=sklearn", 0.02, 2e-4),
    ("nesterov:0.9", 0.02, 2e-4),
    ("adam", 0.02, 0.02),
    ("adam:form=sklearn", 0.02, 0.02),
    ("adam:amsgrad=true", 0.02, 0.02),
    ("adamw", 0.02, 0.02),
    ("nadam", 0.02, 0.02),
    ("radam", 0.02, 1e-3),
    ("adamax", 0.02, 0.02),
    ("adagrad", 1.0, 1.0),
    ("adadelta", 0.3, 0.03),
    ("rmsprop", 0.003, 0.001),
    ("rmsprop:centered=true:momentum=0.9", 3e-4, 1e-4),
    ("adafactor", 0.01, 0.002),
    ("lion", 0.002, 0.001),
    ("asgd", 0.1, 1e-3),
    ("rprop", 0.01, 0.01),
    ("irprop+", 0.01, 0.01),
    ("rprop+", 0.01, 0.01),
    ("muon:muon_layers=0", 0.002, 5e-4),
    ("lbfgs", 1.0, 1.0),
    ("lbfgs:line_search=none", 1.0, 0.1),
];

#[test]
fn every_optimizer_finds_the_minimum_of_a_parabola() {
    // From 2 x + y / 2 = 2 and x / 2 + 10 y = -20.
    let minimum = [60.0 / 39.5, -20.5 / 9.875];
    let (_, flat) = parabola(minimum);
    assert!(flat.iter().all(|slope| slope.abs() < 1e-12));
    for (optimizer, rate, _) in TABLE {
        let optimizer: Optimizer = optimizer.parse().unwrap();
        let found = minimise(&optimizer, *rate, [-1.0, 3.0], 4000, parabola);
        let far = (found[0] - minimum[0]).hypot(found[1] - minimum[1]);
        assert!(far < 0.01, "{optimizer}: {found:?}");
    }
}

#[test]
fn every_optimizer_goes_down_rosenbrocks_valley() {
    for (optimizer, _, rate) in TABLE {
        let optimizer: Optimizer = optimizer.parse().unwrap();
        let found = minimise(&optimizer, *rate, [-1.2, 1.0], 20_000, rosenbrock);
        let far = (found[0] - 1.0).hypot(found[1] - 1.0);
        assert!(far < 0.05, "{optimizer}: {found:?}");
    }
}

/// Rosenbrock's valley from (-1.2, 1) takes a quasi-Newton method a few dozen iterations; PyTorch's
/// `LBFGS(max_iter=1, max_eval=26, line_search_fn="strong_wolfe")` comes to rest where its slope is
/// flatter than `tolerance_change`, and without that bound goes on to the minimum.
#[test]
fn lbfgs_needs_few_steps() {
    let lbfgs: Optimizer = "lbfgs".parse().unwrap();
    let found = minimise(&lbfgs, 1.0, [-1.2, 1.0], 50, rosenbrock);
    let pytorch = [0.9999814210791366, 0.9999619651810989];
    let far = (found[0] - pytorch[0]).hypot(found[1] - pytorch[1]);
    assert!(far < 1e-9, "{found:?}");
    let lbfgs: Optimizer = "lbfgs:tolerance_change=0".parse().unwrap();
    let found = minimise(&lbfgs, 1.0, [-1.2, 1.0], 50, rosenbrock);
    let far = (found[0] - 1.0).hypot(found[1] - 1.0);
    assert!(far < 1e-6, "{found:?}");
}

#[test]
fn the_table_names_every_optimizer() {
    for known in Optimizer::ALL.concat() {
        let named = |text: &str| text.split(':').next() == Some(known.name);
        assert!(TABLE.iter().any(|(text, ..)| named(text)), "{}", known.name);
    }
}
