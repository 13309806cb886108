//! Networks side by side have the bits of networks alone.

use mlp_core::{
    Activation, Architecture, Batch, Clip, Evaluation, Init, LayerSpec, Level, Loss, Optimizer,
    Pack, Samples, Scalar, Schedule, ScheduleContext, Status, Targets, TrainSpec, Trainer, WarmUp,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

/// One of some, by a stream.
fn one<T: Clone>(stream: &mut Stream, of: &[T]) -> T {
    of[stream.below(of.len() as u64) as usize].clone()
}

/// Numbers as bits, so that every NaN and zero counts.
fn bits<T: Scalar>(values: &[T]) -> Vec<u64> {
    values
        .iter()
        .map(|value| value.to_f64().to_bits())
        .collect()
}

/// Samples for a loss: numbers, or classes.
fn samples<T: Scalar>(
    stream: &mut Stream,
    count: usize,
    features: usize,
    loss: Loss,
    outputs: usize,
) -> Samples<T> {
    let inputs = Array2::from_shape_simple_fn((count, features), || T::from_f64(stream.normal()));
    let values = Array2::from_shape_simple_fn((count, outputs), || {
        T::from_f64(
            if loss == Loss::SquaredError || loss.to_string().starts_with("hu") {
                stream.normal()
            } else {
                stream.below(2) as f64
            },
        )
    });
    let labels = |stream: &mut Stream, classes| Targets::Classes {
        labels: (0..count)
            .map(|_| stream.below(classes as u64) as u32)
            .collect(),
        classes,
    };
    let targets = match loss {
        Loss::BinaryCrossEntropy if outputs == 1 => labels(stream, 2),
        Loss::SoftmaxCrossEntropy if outputs > 1 => labels(stream, outputs),
        Loss::SquaredError if outputs > 2 => labels(stream, outputs),
        _ => Targets::Values(values),
    };
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    if stream.below(5) > 0 {
        return samples;
    }
    let weights = (0..count).map(|_| stream.below(4) as f64 + 0.25);
    samples.with_weights(&weights.collect::<Vec<_>>()).unwrap()
}

/// A network, its loss and its updates.
fn spec(stream: &mut Stream, features: usize) -> TrainSpec {
    let mut net = Architecture::new(features);
    // These have a kernel of their own.
    let plain = stream.below(2) == 0;
    let phis = match plain {
        true => &[Activation::Tanh, Activation::Relu],
        false => Activation::DEFAULTS,
    };
    for _ in 0..stream.below(4) {
        net = net.with(LayerSpec {
            bias: stream.below(5) > 0,
            scale: one(stream, &[1.0, 1.0, 1.0, 0.5]),
            ..LayerSpec::new(1 + stream.below(9) as usize, one(stream, phis))
        });
    }
    let loss = match plain {
        true => one(stream, &[Loss::SquaredError, Loss::BinaryCrossEntropy]),
        false => one(stream, Loss::DEFAULTS),
    };
    let outputs = match loss {
        Loss::SoftmaxCrossEntropy => 2 + stream.below(3) as usize,
        _ => 1 + stream.below(3) as usize,
    };
    let last = one(
        stream,
        &[Activation::Identity, Activation::Identity, Activation::Tanh],
    );
    let net = net.layer(outputs, last);
    let layers = net.layers.len();
    let shortcuts = stream.below(6) == 0;
    let mut net = net;
    for layer in &mut net.layers {
        layer.shortcuts = shortcuts;
    }
    let named: Vec<&str> = Optimizer::ALL
        .iter()
        .flat_map(|names| names.iter().map(|known| known.name))
        .collect();
    let optimizer: Optimizer = match stream.below(2) {
        0 => "sgd".parse().unwrap(),
        _ => one(stream, &named).parse().unwrap(),
    };
    TrainSpec {
        learning_rate: optimizer.default_learning_rate(),
        optimizer,
        weight_decay: one(stream, &[0.0, 0.0, 1e-2]),
        decay_bias: stream.below(2) == 0,
        l1: one(stream, &[0.0, 0.0, 1e-3]),
        alpha: one(stream, &[0.0, 0.0, 1e-2]),
        clip: Clip {
            value: one(stream, &[None, None, Some(0.05)]),
            norm: one(stream, &[None, None, None, Some(0.3)]),
        },
        max_norm: one(stream, &[None, None, None, Some(0.8)]),
        frozen: one(stream, &[vec![], vec![], vec![0]])
            .into_iter()
            .filter(|_| layers > 1)
            .collect(),
        schedule: one(
            stream,
            &["constant", "constant", "exponential", "one-cycle"].map(schedule),
        ),
        warm_up: WarmUp {
            updates: one(stream, &[0, 0, 5]),
            ..WarmUp::default()
        },
        batch: one(
            stream,
            &[Batch::Full, Batch::Full, Batch::Size(3), Batch::Size(16)],
        ),
        dropout: one(stream, &[vec![], vec![], vec![0.3; layers - 1]]),
        input_dropout: one(stream, &[0.0, 0.0, 0.0, 0.2]),
        input_noise: one(stream, &[0.0, 0.0, 0.0, 0.5]),
        // Only two classes take them.
        class_weights: one(stream, &[None, None, None, None, Some(vec![0.5, 2.0])]),
        label_smoothing: match loss {
            Loss::SoftmaxCrossEntropy => one(stream, &[0.0, 0.1]),
            _ => 0.0,
        },
        ..TrainSpec::new(net, loss)
    }
}

/// A record as bits.
fn told((evaluation, norm): (Evaluation, f64)) -> [u64; 5] {
    let bits = |value: Option<f64>| value.map_or(1, f64::to_bits);
    [
        evaluation.loss.to_bits(),
        bits(evaluation.accuracy),
        bits(evaluation.r2),
        bits(evaluation.rmse),
        norm.to_bits(),
    ]
}

/// A schedule for 40 updates.
fn schedule(name: &str) -> Schedule {
    let run = ScheduleContext {
        updates: 40,
        epoch: 4,
        momentum: false,
    };
    Schedule::named(name, &[], &run).unwrap()
}

/// Trains networks of one recipe in a pack and alone; says whether the recipe could be packed.
fn agree<T: Scalar>(case: u64, level: Level) -> bool {
    let stream = &mut Stream::new(case, Purpose::Sampling);
    let features = 1 + stream.below(5) as usize;
    let spec = spec(stream, features);
    let count = one(stream, &[1, 2, 4, 5, 7, 8, 9, 16, 17, 33, 50, 100]);
    let data = samples::<T>(
        stream,
        count,
        features,
        spec.loss,
        spec.architecture.outputs(),
    );
    let lanes = 2 + stream.below(Pack::<T>::LANES as u64 + 3) as usize;
    // Some explode, some start beyond what a pack takes.
    let new = |lane: usize, stream: &mut Stream| -> Option<Trainer<'_, T>> {
        let spread = one(stream, &[0.0, 0.0, 1.0, 3.0]);
        let own = TrainSpec {
            learning_rate: spec.learning_rate * 10.0f64.powf(spread * stream.uniform()),
            init: one(
                stream,
                &[Init::GlorotUniform, Init::GlorotUniform, Init::HeNormal],
            ),
            init_gain: one(stream, &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1e25, 1e12]),
            ..spec.clone()
        };
        Trainer::new(&own, &data, lane as u64, level).ok()
    };
    let trainers: Option<Vec<_>> = (0..lanes).map(|lane| new(lane, stream)).collect();
    let Some(mut trainers) = trainers else {
        return false;
    };
    let Some(mut pack) = Pack::forced(&trainers[0]) else {
        return false;
    };
    // Not all begin at the same place.
    for trainer in &mut trainers[lanes / 2..] {
        for _ in 0..one(stream, &[0, 0, 0, 1, 4]) {
            trainer.step();
        }
    }
    let mut alone = trainers.clone();
    for steps in [1, 0, 7, 30] {
        let mut lanes: Vec<_> = trainers.iter_mut().collect();
        pack.advance(&mut lanes, steps);
        let records = pack.record(&mut lanes);
        for (lane, (packed, alone)) in trainers.iter().zip(&mut alone).enumerate() {
            for _ in 0..steps {
                alone.step();
            }
            let what = format!("case {case}, lane {lane}, {level}, {count} samples of {spec:?}");
            let (packed, alone) = (packed.state(), alone.state());
            assert_eq!(bits(&packed.parameters), bits(&alone.parameters), "{what}");
            assert_eq!(bits(&packed.moments), bits(&alone.moments), "{what}");
            assert_eq!(bits(&packed.scalars), bits(&alone.scalars), "{what}");
            let rest = |state: &mlp_core::State<T>| (state.steps, state.batches, state.status);
            assert_eq!(rest(&packed), rest(&alone), "{what}");
        }
        for (record, alone) in records.into_iter().zip(&mut alone) {
            assert_eq!(told(record), told(alone.record()), "case {case}, {level}");
        }
        let rates = |trainers: &[Trainer<'_, T>]| -> Vec<(f64, Status)> {
            let all = trainers.iter();
            all.map(|trainer| (trainer.learning_rate(), trainer.status()))
                .collect()
        };
        assert_eq!(rates(&trainers), rates(&alone));
    }
    true
}

#[test]
fn packed_networks_have_the_bits_of_networks_alone() {
    let (mut single, mut double) = (0, 0);
    for case in 0..400 {
        single += usize::from(agree::<f32>(case, Level::best()));
        double += usize::from(agree::<f64>(1000 + case, Level::best()));
    }
    assert!(
        single > 100 && double > 100,
        "{single} and {double} were packed"
    );
}

#[test]
fn every_level_gives_packed_networks_the_same_bits() {
    for level in Level::supported() {
        for case in 0..60 {
            agree::<f32>(2000 + case, level);
            agree::<f64>(3000 + case, level);
        }
    }
}
