//! What decays is gone in the end: no subnormal number stays behind to slow training down.

use mlp_core::{
    Activation, Architecture, Batch, Init, Level, Loss, Samples, Scalar, State, Targets, TrainSpec,
    Trainer,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

const HIDDEN: usize = 6;
const INPUTS: usize = 3;

fn samples<T: Scalar>() -> Samples<T> {
    let mut stream = Stream::new(5, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((24, INPUTS), || T::from_f64(stream.normal()));
    let labels = (0..24).map(|_| stream.below(2) as u32).collect();
    Samples::new(inputs.view(), &Targets::Classes { labels, classes: 2 }).unwrap()
}

/// Every index of the flat slice that belongs to hidden neuron `neuron`: its weights and bias.
fn incoming(net: &Architecture, neuron: usize) -> impl Iterator<Item = usize> {
    let layer = net.ranges().swap_remove(0);
    let weights = layer.weights.start + neuron * INPUTS;
    (weights..weights + INPUTS).chain([layer.biases.start + neuron])
}

fn assert_no_subnormals<T: Scalar>(
    numbers: impl IntoIterator<Item = T>,
    smallest: f64,
    what: &str,
) {
    for number in numbers {
        let size = number.to_f64().abs();
        assert!(size == 0.0 || size >= smallest, "{what}: {size:e}");
    }
}

/// Trains, pushes half of the hidden neurons so low that they answer 0 to every sample, and goes on
/// until what the optimizer remembers of them must have decayed below the smallest normal number.
fn dead_neurons<T: Scalar>(
    optimizer: &str,
    batch: Batch,
    memory: f64,
    smallest: f64,
    level: Level,
) {
    let what = format!(
        "{optimizer} {batch:?} {level} {}",
        std::any::type_name::<T>()
    );
    let samples = samples::<T>();
    let net = Architecture::classical(INPUTS, &[HIDDEN], Activation::Relu, 2);
    let spec = TrainSpec {
        optimizer: optimizer.parse().unwrap(),
        learning_rate: 0.01,
        batch,
        bias_init: Init::Constant(0.5),
        ..TrainSpec::new(net.clone(), Loss::SoftmaxCrossEntropy)
    };
    let mut trainer = Trainer::new(&spec, &samples, 1, level).unwrap();
    for _ in 0..30 {
        trainer.step();
    }
    let mut state = trainer.state();
    let dead: Vec<usize> = (0..HIDDEN / 2)
        .flat_map(|neuron| incoming(&net, neuron))
        .collect();
    for at in (INPUTS..dead.len()).step_by(INPUTS + 1) {
        state.parameters[dead[at]] = T::from_f64(-1e3);
    }
    trainer.restore(&state).unwrap();

    let slots = state.moments.len() / state.parameters.len();
    let remembered = |state: &State<T>| -> Vec<u64> {
        let moments = state.moments.chunks(state.parameters.len());
        moments
            .flat_map(|slot| dead.iter().map(|&at| slot[at].to_f64().to_bits()))
            .collect()
    };
    let before = remembered(&state);
    assert_eq!(before.len(), slots * dead.len());
    assert!(
        before.iter().filter(|&&bits| bits << 1 != 0).count() * 2 > before.len(),
        "{what}: nothing is remembered that could decay"
    );

    // memory^steps < smallest, by bisection of nothing but a product.
    let (mut left, mut steps) = (1.0, 0);
    while left > smallest {
        left *= memory;
        steps += 1;
    }
    for step in 0..steps {
        trainer.step();
        // The last stretch is where subnormal numbers would show.
        if step % 16 == 0 || step > steps / 2 {
            let state = trainer.state();
            let numbers = state.parameters.into_iter().chain(state.moments);
            assert_no_subnormals(numbers, smallest, &what);
        }
    }
    let after = trainer.state();
    // Exactly +0, sign included.
    assert!(
        remembered(&after).iter().all(|&bits| bits == 0),
        "{what}: {:?}",
        remembered(&after)
    );
    // The living go on learning: their moments are not zeros.
    let alive: Vec<usize> = (HIDDEN / 2..HIDDEN)
        .flat_map(|neuron| incoming(&net, neuron))
        .collect();
    assert!(alive.iter().any(|&at| after.moments[at].to_f64() != 0.0));
    // Once nothing is remembered, the dead do not move any more.
    trainer.step();
    let later = trainer.state();
    for &at in &dead {
        let (old, new) = (after.parameters[at].to_f64(), later.parameters[at].to_f64());
        assert_eq!(old.to_bits(), new.to_bits(), "{what}");
    }
}

/// Every optimizer that forgets, with the slower of its memories.
const FORGETTING: &[&str] = &[
    "momentum:0.8",
    "nesterov:0.8",
    "adam:0.7:0.8",
    "adamw:0.7:0.8",
    "nadam:0.7:0.8",
    "radam:0.7:0.8",
    "rmsprop:0.8:1e-8:0.7",
    "rmsprop:0.8:1e-8:0.7:centered=true",
    "adadelta:0.8",
    "lion:0.7:0.8",
    "muon:0.8:rest=adam/0.7/0.8",
];

#[test]
fn what_dead_neurons_leave_behind_decays_to_nothing() {
    for level in Level::supported() {
        for optimizer in FORGETTING {
            for batch in [Batch::Full, Batch::Size(1)] {
                let smallest = f64::from(f32::MIN_POSITIVE);
                dead_neurons::<f32>(optimizer, batch, 0.8, smallest, level);
                dead_neurons::<f64>(optimizer, batch, 0.8, f64::MIN_POSITIVE, level);
            }
        }
    }
}

/// What does not forget, or not all of it, keeps no subnormal number either.
#[test]
fn vanishing_gradients_leave_no_subnormal_memory() {
    let samples = samples::<f32>();
    for optimizer in [
        "adagrad",
        "adam:0.7:0.8:amsgrad=true",
        "adamax:0.7:0.8",
        "adafactor",
        "asgd",
        "rprop",
        "irprop+",
        "rprop+",
        "lbfgs:5",
    ] {
        let net = Architecture::classical(INPUTS, &[HIDDEN], Activation::Tanh, 2);
        // Gradients of the size of the loss's scale, around the smallest normal number.
        for loss_scale in [1e-36, 1e-37, 1e-38, 1e-19, 1e-20] {
            let spec = TrainSpec {
                optimizer: optimizer.parse().unwrap(),
                loss_scale,
                ..TrainSpec::new(net.clone(), Loss::SoftmaxCrossEntropy)
            };
            let mut trainer = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
            for _ in 0..20 {
                trainer.step();
                let smallest = f64::from(f32::MIN_POSITIVE);
                assert_no_subnormals(trainer.state().moments, smallest, optimizer);
            }
        }
    }
}

/// A saturated network: the gradient of a loss that is all but zero is flushed, not subnormal.
#[test]
fn vanishing_gradients_become_zero() {
    let inputs = ndarray::array![[1.0f32], [-1.0]];
    let targets = Targets::Classes {
        labels: vec![1, 0],
        classes: 2,
    };
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    let net = Architecture::new(1)
        .layer(1, Activation::Identity)
        .layer(1, Activation::Identity);
    let mut gradients = Vec::new();
    // Logits of +-weight * 1: the gradient is of the size e^-weight.
    for weight in [80.0f64, 87.0, 89.0, 95.0, 102.0, 120.0] {
        let parameters = [1.0, 0.0, weight, 0.0];
        let spec = TrainSpec {
            init: Init::Given(parameters.as_slice().into()),
            ..TrainSpec::new(net.clone(), Loss::BinaryCrossEntropy)
        };
        let mut levels = Vec::new();
        for level in Level::supported() {
            let mut trainer = Trainer::new(&spec, &samples, 0, level).unwrap();
            levels.push(trainer.gradient().to_vec());
        }
        assert!(levels.iter().all(|gradient| *gradient == levels[0]));
        gradients.push(levels[0].clone());
    }
    for gradient in &gradients {
        assert!(
            gradient.iter().all(|g| *g == 0.0 || g.is_normal()),
            "{gradients:?}"
        );
    }
    assert!(gradients.last().unwrap().iter().all(|&g| g.to_bits() == 0));
    assert!(gradients[0].iter().any(|&g| g != 0.0), "{gradients:?}");
}
