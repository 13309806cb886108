//! Values that must never change: initial parameters and optimizer steps, computed elsewhere.

use mlp_core::{
    Activation, Architecture, Init, Level, Loss, Optimizer, Samples, Targets, TrainSpec, Trainer,
};
use ndarray::array;

/// From an implementation of ChaCha8 and of the rules of `seed` and `init` in Python: the weights
/// of a 2-2-1 network of seed 7.
#[test]
fn initial_weights() {
    let net = Architecture::classical(2, &[2], Activation::Tanh, 1);
    let expected = [
        (
            Init::GlorotUniform,
            [
                0.6469323894722252,
                -0.08343546237838861,
                -1.2108452067564741,
                -0.4865330898099769,
                -0.3220843547169907,
                -0.46198500405866094,
            ],
        ),
        (
            Init::GlorotNormal,
            [
                -1.1744062308140073,
                -0.023929545467506447,
                -0.36185396059197333,
                0.22878530958613486,
                1.0632759358816597,
                -0.6602980805941766,
            ],
        ),
        (
            Init::HeUniform,
            [
                0.9149005591300541,
                -0.11799556247838727,
                -1.7123937133294602,
                -0.6880616941525564,
                -0.39447116159510376,
                -0.5658137643806673,
            ],
        ),
        (
            Init::HeNormal,
            [
                -1.6608612193526364,
                -0.03384148774157124,
                -0.5117387786675881,
                0.32355128768843916,
                1.3022417493451548,
                -0.808696687797428,
            ],
        ),
        (
            Init::LecunUniform,
            [
                0.6469323894722252,
                -0.08343546237838861,
                -1.2108452067564741,
                -0.4865330898099769,
                -0.2789332333464323,
                -0.40009074968225733,
            ],
        ),
        (
            Init::LecunNormal,
            [
                -1.1744062308140073,
                -0.023929545467506447,
                -0.36185396059197333,
                0.22878530958613486,
                0.9208239717061913,
                -0.5718349118646617,
            ],
        ),
        (
            Init::Uniform(0.5),
            [
                0.264109042047738,
                -0.0340623848800391,
                -0.49432548567469337,
                -0.19862630216902422,
                -0.11387401566723876,
                -0.1633363645881869,
            ],
        ),
        (
            Init::Normal(0.1),
            [
                -0.16608612193526365,
                -0.003384148774157124,
                -0.05117387786675881,
                0.032355128768843916,
                0.1302241749345155,
                -0.0808696687797428,
            ],
        ),
        (
            Init::TruncatedNormal(0.1),
            [
                -0.16608612193526365,
                -0.003384148774157124,
                -0.05117387786675881,
                0.032355128768843916,
                0.1302241749345155,
                -0.0808696687797428,
            ],
        ),
        (Init::Zeros, [0.0; 6]),
        (Init::Constant(0.25), [0.25; 6]),
    ];
    for (init, weights) in expected {
        let mut flat = [f64::NAN; 9];
        init.fill(&net, &Init::Constant(0.125), 7, &mut flat);
        let found = [flat[0], flat[1], flat[2], flat[3], flat[6], flat[7]];
        assert_eq!([flat[4], flat[5], flat[8]], [0.125; 3], "biases of {init}");
        for (found, expected) in found.iter().zip(weights) {
            // The logarithm and cosine behind a normal number differ from Python's in the last bits.
            let tolerance = if init.to_string().contains("normal") {
                1e-14
            } else {
                0.0
            };
            assert!(
                (found - expected).abs() <= tolerance,
                "{init}: {found} for {expected}"
            );
        }
        let mut single = [f32::NAN; 9];
        init.fill(&net, &Init::Constant(0.125), 7, &mut single);
        assert_eq!(single, flat.map(|weight| weight as f32), "{init} in f32");
    }
}

/// As above, the biases of the same network, whose weights stay what they are.
#[test]
fn initial_biases() {
    let net = Architecture::classical(2, &[2], Activation::Tanh, 1);
    let filled = |biases: &Init| {
        let mut flat = [f64::NAN; 9];
        Init::GlorotUniform.fill(&net, biases, 7, &mut flat);
        flat
    };
    let constant = filled(&Init::Zeros);
    for (init, biases) in [
        (
            Init::Uniform(0.1),
            [
                -0.09445920421228271,
                0.04234621725461435,
                -0.08160602064702503,
            ],
        ),
        (
            Init::GlorotUniform,
            [-1.1568842591472404, 0.5186331240542292, -1.1540834117032162],
        ),
    ] {
        let flat = filled(&init);
        assert_eq!([flat[4], flat[5], flat[8]], biases, "{init}");
        for weight in [0, 1, 2, 3, 6, 7] {
            assert_eq!(flat[weight], constant[weight], "{init}");
        }
    }
    let spec = TrainSpec {
        bias_init: Init::Given(vec![0.0; 9].into()),
        ..TrainSpec::new(net.clone(), Loss::SquaredError)
    };
    let error = spec.validate().unwrap_err().to_string();
    assert!(error.contains("bias init"), "{error}");
}

#[test]
fn truncated_weights_stay_inside_and_given_ones_are_taken() {
    let net = Architecture::new(40).layer(50, Activation::Identity);
    let mut flat = vec![0.0f64; net.parameter_count()];
    Init::TruncatedNormal(0.1).fill(&net, &Init::Zeros, 3, &mut flat);
    assert!(flat.iter().all(|weight| weight.abs() <= 0.2));
    // The standard deviation of a normal cut at two is 0.8796 of its parent's; 2000 draws.
    let variance = flat[..2000]
        .iter()
        .map(|weight| weight * weight)
        .sum::<f64>()
        / 2000.0;
    assert!(
        (variance.sqrt() - 0.08796).abs() < 0.004,
        "{}",
        variance.sqrt()
    );
    let given: Vec<f64> = (0..flat.len()).map(|at| at as f64).collect();
    Init::Given(given.clone().into()).fill(&net, &Init::Constant(9.0), 3, &mut flat);
    assert_eq!(flat, given);
}

#[test]
fn init_spellings() {
    for known in Init::ALL {
        let text = match known.name {
            name @ ("uniform" | "normal" | "truncated-normal" | "constant") => {
                format!("{name}:0.25")
            }
            name => name.to_owned(),
        };
        assert_eq!(text.parse::<Init>().unwrap().to_string(), text);
    }
    assert_eq!("xavier-normal".parse::<Init>(), Ok(Init::GlorotNormal));
    for text in [
        "normal",
        "normal:-1",
        "uniform:x",
        "zeros:1",
        "glorot",
        "normal:1:2",
        "constant:inf",
    ] {
        assert!(text.parse::<Init>().is_err(), "{text}");
    }
}

/// Updates of w and b on the loss (1.5 w + b - 1)^2 from w = 0.5, b = -0.25, at rate 0.1 with decay
/// 0.05 of w alone: the formulas of PyTorch and of the papers, evaluated in Python.
#[test]
fn a_few_updates_of_every_optimizer() {
    let expected: &[(&str, usize, [f64; 2])] = &[
        ("sgd", 3, [0.7146236875, -0.10076624999999996]),
        ("momentum:0.9", 3, [0.9247961875, 0.04458375000000002]),
        ("momentum:0.9:0.3", 3, [0.924341606875, 0.04218453750000006]),
        (
            "nesterov:0.9",
            3,
            [0.7718671350624999, -0.050722458750000116],
        ),
        ("adam", 3, [0.7653391944816216, 0.017239316269949775]),
        (
            "adam:0.7:0.9:1e-3",
            3,
            [0.7537729282571061, 0.006004270256451144],
        ),
        (
            "adam:amsgrad=true",
            3,
            [0.7653072208077826, 0.017238541960783102],
        ),
        (
            "adam:decoupled=true",
            3,
            [0.759471194240499, 0.018398431309617796],
        ),
        (
            "adam:0.7:0.9:1e-3:form=sklearn",
            3,
            [0.7536124997262754, 0.0056855990931732325],
        ),
        (
            "momentum:0.9:form=sklearn",
            3,
            [0.9247961875, 0.044583750000000005],
        ),
        (
            "nesterov:0.9:form=sklearn",
            3,
            [0.7718671350624999, -0.050722458750000116],
        ),
        ("adamw", 3, [0.759471194240499, 0.018398431309617796]),
        ("nadam", 3, [0.6845518031467496, -0.06280134680089561]),
        (
            "nadam:decoupled=true",
            3,
            [0.6799754226218241, -0.06125385797328946],
        ),
        ("radam", 3, [0.799791986308021, -0.044416634297921906]),
        (
            "radam:0.6:0.7",
            3,
            [0.7732183314732143, -0.06199816645408163],
        ),
        (
            "radam:0.9:0.999:decoupled=true",
            3,
            [0.7989778633108371, -0.0443779617401437],
        ),
        ("adamax", 3, [0.7234861396837663, -0.024733704200697856]),
        (
            "adagrad:0.25:0.5:1e-3",
            3,
            [0.6453443509069874, -0.11628039479706996],
        ),
        (
            "adadelta:0.9:1e-2",
            3,
            [0.5856050796096869, -0.16648342570115773],
        ),
        (
            "rmsprop:0.8:1e-3",
            3,
            [0.6948094985211862, -0.04268786552700971],
        ),
        (
            "rmsprop:0.8:1e-3:0.9",
            3,
            [0.8644993594269527, 0.12939160134643912],
        ),
        (
            "rmsprop:0.8:1e-3:centered=true",
            3,
            [0.69753637931921, -0.03988311757219414],
        ),
        (
            "rmsprop:0.8:1e-3:0.9:centered=true",
            3,
            [0.865200711134348, 0.13030161111482533],
        ),
        ("lion", 3, [0.7910399374999999, 0.05000000000000002]),
        ("asgd:0.1", 3, [0.7005668541012101, -0.09309294143092406]),
        ("rprop", 7, [0.726, -0.024]),
        ("irprop+", 7, [0.69, -0.06]),
        ("rprop+", 7, [0.696, -0.054]),
        ("adafactor", 3, [0.6381005591054348, -0.18853755615044301]),
        (
            "muon:muon_layers=0:rest_rate=0.02",
            3,
            [0.7004254468177447, -0.19139200359092318],
        ),
        (
            "lbfgs:line_search=none",
            3,
            [0.5906759480518943, -0.18744622774020583],
        ),
    ];
    for &(optimizer, steps, expected) in expected {
        let net = Architecture::new(1).layer(1, Activation::Identity);
        let spec = TrainSpec {
            init: Init::Given(vec![0.5, -0.25].into()),
            optimizer: optimizer.parse().unwrap(),
            learning_rate: 0.1,
            weight_decay: 0.05,
            ..TrainSpec::new(net, Loss::SquaredError)
        };
        let samples = Samples::new(array![[1.5]].view(), &Targets::Values(array![[1.0]])).unwrap();
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        for _ in 0..steps {
            trainer.step();
        }
        for (found, expected) in trainer.parameters().iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-14,
                "{optimizer}: {found} for {expected}"
            );
        }

        // The same numbers in f32, where the settings themselves are rounded to 24 bits.
        let samples =
            Samples::new(array![[1.5f32]].view(), &Targets::Values(array![[1.0]])).unwrap();
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        for _ in 0..steps {
            trainer.step();
        }
        for (found, expected) in trainer.parameters().iter().zip(expected) {
            assert!(
                (f64::from(*found) - expected).abs() < 1e-5,
                "{optimizer}: {found} for {expected}"
            );
        }
    }
    // No name is left out.
    for known in Optimizer::ALL.concat() {
        let told = |text: &str| text.split(':').next() == Some(known.name);
        assert!(
            expected.iter().any(|(text, ..)| told(text)),
            "{}",
            known.name
        );
    }
}
