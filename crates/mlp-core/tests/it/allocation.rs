//! Steps and predictions allocate nothing.

use mlp_core::{
    Activation, Adam, Architecture, Batch, BatchNorm, Clip, LayerNorm, LayerSpec, Level, Loss,
    Network, Normalization, Optimizer, Predictor, Samples, Schedule, ScheduleContext, Sgd, Targets,
    TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::{Array2, ArrayView2, Axis};

fn specs() -> Vec<TrainSpec> {
    let net = Architecture::classical(4, &[9, 5], Activation::Gelu, 3);
    let wide = Architecture::classical(4, &[257, 301], Activation::Relu, 3);
    let operations = Architecture::new(4)
        .with(LayerSpec {
            normalization: Normalization::Batch(BatchNorm::default()),
            ..LayerSpec::new(8, Activation::Tanh)
        })
        .with(LayerSpec {
            normalization: Normalization::Layer(LayerNorm::default()),
            skip: true,
            ..LayerSpec::new(8, Activation::Gelu)
        })
        .layer(3, Activation::Identity);
    let spec = TrainSpec::new(net, Loss::SoftmaxCrossEntropy);
    let momentum = Optimizer::Sgd(Sgd {
        momentum: 0.9,
        ..Sgd::default()
    });
    let with = |optimizer, batch| TrainSpec {
        optimizer,
        batch,
        learning_rate: 1e-3,
        weight_decay: 1e-3,
        ..spec.clone()
    };
    let mut specs = vec![
        spec.clone(),
        with(Optimizer::Adam(Adam::default()), Batch::Size(32)),
        with(momentum.clone(), Batch::Size(600)),
        with(momentum.clone(), Batch::Size(1)),
        with(Optimizer::Sgd(Sgd::default()), Batch::Size(1)),
        scheduled("adaptive", with(momentum.clone(), Batch::Size(32))),
        scheduled(
            "adaptive",
            with(Optimizer::Sgd(Sgd::default()), Batch::Size(1)),
        ),
        scheduled(
            "cosine",
            with(Optimizer::Sgd(Sgd::default()), Batch::Size(1)),
        ),
        scheduled("plateau", with(momentum.clone(), Batch::Size(100))),
        TrainSpec {
            clip: Clip {
                value: Some(0.1),
                norm: Some(0.1),
            },
            l1: 1e-3,
            alpha: 1e-3,
            max_norm: Some(1.0),
            ..scheduled("one-cycle", with(momentum, Batch::Full))
        },
        TrainSpec {
            architecture: wide,
            ..spec.clone()
        },
        TrainSpec {
            architecture: operations.clone(),
            dropout: vec![0.2, 0.0],
            input_dropout: 0.1,
            input_noise: 0.1,
            ..spec.clone()
        },
        TrainSpec {
            architecture: operations,
            dropout: vec![0.2, 0.5],
            batch: Batch::Size(300),
            ..spec.clone()
        },
    ];
    for text in ["adafactor", "muon", "irprop+", "nadam"] {
        specs.push(with(text.parse().unwrap(), Batch::Size(100)));
    }
    specs.push(with("lbfgs:5".parse().unwrap(), Batch::Full));
    specs
}

/// The first rows.
fn head(all: ArrayView2<'_, f32>, rows: usize) -> ArrayView2<'_, f32> {
    all.split_at(Axis(0), rows).0
}

fn scheduled(name: &str, spec: TrainSpec) -> TrainSpec {
    let run = ScheduleContext {
        updates: 50,
        epoch: 7,
        momentum: true,
    };
    let schedule = Schedule::named(name, &[], &run).unwrap();
    TrainSpec { schedule, ..spec }
}

#[test]
fn steps_allocate_nothing() {
    let mut stream = Stream::new(5, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((700, 4), || stream.normal() as f32);
    let labels = (0..700).map(|_| stream.below(3) as u32).collect();
    let samples = Samples::new(inputs.view(), &Targets::Classes { labels, classes: 3 }).unwrap();
    for spec in specs() {
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        // What a loss over the whole part needs beyond a step is made when first asked for.
        trainer.loss_and_step();
        let allocations = allocation_counter::measure(|| {
            for _ in 0..50 {
                trainer.step();
            }
            trainer.restart(1);
            for _ in 0..3 {
                trainer.loss_and_step();
            }
        });
        assert_eq!(
            allocations.count_total, 0,
            "{} {:?}",
            spec.optimizer, spec.batch
        );
    }
    let seen = allocation_counter::measure(|| drop(samples.inputs().to_owned()));
    assert_eq!(seen.count_total, 1, "allocations are counted");
}

#[test]
fn steps_on_a_loss_of_ones_own_allocate_nothing() {
    let mut stream = Stream::new(5, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((700, 4), || stream.normal() as f32);
    let labels = (0..700).map(|_| stream.below(3) as u32).collect();
    let samples = Samples::new(inputs.view(), &Targets::Classes { labels, classes: 3 }).unwrap();
    for spec in specs() {
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        trainer.loss_and_step();
        let step = |trainer: &mut Trainer<'_, f32>, rows: usize| {
            let batch = head(inputs.view(), rows);
            trainer
                .step_with_into(batch, |outputs, mut d_output| {
                    d_output.zip_mut_with(&outputs, |d, y| *d = y / rows as f32);
                    outputs.iter().map(|y| f64::from(y * y)).sum::<f64>() / rows as f64 / 2.0
                })
                .unwrap();
        };
        step(&mut trainer, 700);
        let allocations = allocation_counter::measure(|| {
            for rows in [700, 700, 64, 2, 700] {
                step(&mut trainer, rows);
            }
        });
        let what = format!("{} {:?}", spec.optimizer, spec.batch);
        assert_eq!(allocations.count_total, 0, "{what}");
    }
}

#[test]
fn predictions_allocate_nothing_and_are_the_networks() {
    let mut stream = Stream::new(6, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((700, 4), || stream.normal() as f32);
    let turned = inputs.t().as_standard_layout().into_owned();
    for spec in specs() {
        let architecture = &spec.architecture;
        let count = architecture.parameter_count();
        let parameters = (0..count).map(|_| 0.2 * stream.normal() as f32).collect();
        let network = Network::new(architecture.clone(), parameters).unwrap();
        let expected = network.forward(inputs.view()).unwrap();
        for level in Level::supported() {
            let mut predictor = Predictor::new(network.clone(), level).unwrap();
            let mut outputs = Array2::zeros(expected.dim());
            for (rows, calls) in [(1, 3), (700, 2), (3, 1)] {
                let (part, flipped) = (head(inputs.view(), rows), head(turned.t(), rows));
                let mut into = outputs.view_mut().split_at(Axis(0), rows).0;
                predictor.predict_into(part, into.view_mut()).unwrap();
                let allocations = allocation_counter::measure(|| {
                    for _ in 0..calls {
                        into.fill(0.0);
                        predictor.predict_into(part, into.view_mut()).unwrap();
                    }
                });
                assert_eq!(allocations.count_total, 0, "{level}");
                assert_eq!(into, head(expected.view(), rows), "{level}");
                into.fill(0.0);
                let allocations = allocation_counter::measure(|| {
                    predictor.predict_into(flipped, into.view_mut()).unwrap();
                });
                assert_eq!(allocations.count_total, 0, "{level}");
                assert_eq!(into, head(expected.view(), rows), "{level}");
            }
            let mut narrow = Array2::zeros((700, 2));
            let error = predictor.predict_into(inputs.view(), narrow.view_mut());
            let text = error.unwrap_err().to_string();
            assert_eq!(
                text,
                "a row for the outputs has 2 entries, but 3 are needed"
            );
            let mut short = Array2::zeros((699, 3));
            let error = predictor.predict_into(inputs.view(), short.view_mut());
            let text = error.unwrap_err().to_string();
            assert_eq!(
                text,
                "the array for the outputs has 699 entries, but 700 are needed"
            );
            assert_eq!(predictor.into_network(), network);
        }
    }
}

/// Row by row and in blocks, at every level, with every activation: zeros of both signs, too.
#[test]
fn few_rows_have_the_bits_of_many() {
    fn bits<T: mlp_core::Scalar>(network: &Network<T>, inputs: &Array2<T>) {
        let bits = |outputs: Array2<T>| outputs.mapv(|y| y.to_f64().to_bits());
        let expected = bits(network.forward(inputs.view()).unwrap());
        for level in Level::supported() {
            let mut predictor = Predictor::new(network.clone(), level).unwrap();
            for (row, expected) in inputs.rows().into_iter().zip(expected.rows()) {
                let found = predictor.predict(row.insert_axis(Axis(0))).unwrap();
                let what = format!("{level} {}", network.architecture());
                assert_eq!(bits(found).row(0), expected, "{what}");
            }
        }
    }
    let mut stream = Stream::new(8, Purpose::Generator);
    let odd = [0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, 1e-40, -1e300];
    let inputs = Array2::from_shape_fn((29, 3), |(row, _)| match odd.get(row / 2) {
        Some(&odd) if row % 2 == 0 || stream.normal() > 0.0 => odd,
        _ => stream.normal(),
    });
    for &phi in Activation::DEFAULTS {
        let architecture = Architecture::new(3)
            .layer(17, phi)
            .with(LayerSpec {
                bias: false,
                ..LayerSpec::new(5, phi)
            })
            .layer(2, Activation::Identity);
        let count = architecture.parameter_count();
        let parameters: Vec<f64> = (0..count)
            .map(|at| match at % 5 {
                0 => -0.0,
                1 => 0.0,
                _ => stream.normal(),
            })
            .collect();
        let single = parameters.iter().map(|&p| p as f32).collect();
        bits(
            &Network::new(architecture.clone(), single).unwrap(),
            &inputs.mapv(|x| x as f32),
        );
        bits(&Network::new(architecture, parameters).unwrap(), &inputs);
    }
}
