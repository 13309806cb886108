//! Where a training step's time goes: the kernels of the reference workloads, stage by stage.
//!
//! `cargo run --release -p mlp-kernels --example stages [portable|avx2|avx512]`

use mlp_kernels::update::{Adam, Moments, Momentum, Sgd};
use mlp_kernels::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Kernels, Level, Loss,
    LossBlock, OutputNeuron, OutputShape, Target, peak,
};
use std::time::Instant;

/// The least seconds of many repetitions.
fn least(repetitions: usize, mut work: impl FnMut()) -> f64 {
    (0..repetitions).fold(f64::INFINITY, |best, _| {
        let start = Instant::now();
        work();
        best.min(start.elapsed().as_secs_f64())
    })
}

struct Layer<T> {
    shape: DenseShape,
    phi: Activation,
    w: Vec<T>,
    b: Vec<T>,
    gw: Vec<T>,
    gb: Vec<T>,
    y: Vec<T>,
    dz: Vec<T>,
    scratch: Vec<T>,
    moments: [Vec<T>; 4],
}

/// One, or one over the inputs.
fn scale<T: Element>(scaled: bool, shape: DenseShape) -> T {
    T::from_f64(if scaled {
        1.0 / shape.inputs as f64
    } else {
        1.0
    })
}

/// A block without padding.
fn all_valid(outputs: usize, columns: usize) -> OutputShape {
    OutputShape {
        outputs,
        columns,
        valid: columns,
    }
}

fn one_sample(shape: DenseShape) -> DenseShape {
    DenseShape {
        columns: 1,
        ..shape
    }
}

fn outputs_are_one_neuron<T: Element>(sizes: &[usize], loss: Loss, hidden: Activation) -> bool {
    match sizes {
        [.., below, 1] => Kernels::<T>::has_output_neuron(*below, loss, hidden),
        _ => false,
    }
}

struct Stages<T: Element + 'static> {
    kernels: Kernels<T>,
    layers: Vec<Layer<T>>,
    x: Vec<T>,
    classes: Vec<u32>,
    loss: Loss,
    /// Mean-field scaling: no biases, and each product is scaled.
    scaled: bool,
    /// The last layer is one neuron, taken in one pass with its loss.
    neuron: bool,
    repetitions: usize,
}

impl<T: Element> Stages<T> {
    fn new(
        level: Level,
        sizes: &[usize],
        columns: usize,
        hidden: Activation,
        loss: Loss,
        repetitions: usize,
    ) -> Self {
        let mut state = 1u64;
        let mut numbers = |n: usize, scale: f64| -> Vec<T> {
            (0..n)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    T::from_f64(((state >> 11) as f64 / (1u64 << 53) as f64 - 0.5) * 2.0 * scale)
                })
                .collect()
        };
        let x = numbers(sizes[0] * columns, 1.0);
        let last = sizes.len() - 2;
        let layers = sizes
            .windows(2)
            .enumerate()
            .map(|(l, pair)| {
                let shape = DenseShape {
                    inputs: pair[0],
                    outputs: pair[1],
                    columns,
                };
                let weights = pair[0] * pair[1];
                let zeros = |n: usize| vec![T::ZERO; n];
                Layer {
                    shape,
                    phi: if l == last {
                        Activation::Identity
                    } else {
                        hidden
                    },
                    w: numbers(weights, (2.0 / pair[0] as f64).sqrt()),
                    b: numbers(pair[1], 0.1),
                    gw: zeros(weights),
                    gb: zeros(pair[1]),
                    y: zeros(pair[1] * columns),
                    dz: zeros(pair[1] * columns),
                    scratch: zeros(shape.weight_gradient_scratch::<T>()),
                    moments: [
                        zeros(weights),
                        zeros(weights),
                        zeros(pair[1]),
                        zeros(pair[1]),
                    ],
                }
            })
            .collect();
        let outputs = sizes[sizes.len() - 1].max(2);
        let classes = (0..columns).map(|s| (s % outputs) as u32).collect();
        Stages {
            kernels: Kernels::new(level).expect("a supported level"),
            layers,
            x,
            classes,
            loss,
            scaled: false,
            neuron: outputs_are_one_neuron::<T>(sizes, loss, hidden),
            repetitions,
        }
    }

    /// The layers that go stage by stage.
    fn staged(&self) -> usize {
        self.layers.len() - usize::from(self.neuron)
    }

    fn forward(&mut self, phi: Option<Activation>) {
        let (k, scaled) = (self.kernels, self.scaled);
        for l in 0..self.staged() {
            let (below, rest) = self.layers.split_at_mut(l);
            let x = below.last().map_or(&self.x, |b| &b.y);
            let layer = &mut rest[0];
            let phi = phi.unwrap_or(layer.phi);
            let bias = (!scaled).then_some(&layer.b[..]);
            let scale = scale(scaled, layer.shape);
            let dense = DenseLayer::new(layer.shape, &layer.w, bias, scale);
            k.dense_forward(dense, phi, x, None, &mut layer.y);
        }
    }

    /// The output neuron there and back, its loss included.
    fn output_neuron(&mut self) {
        let (k, loss, scaled) = (self.kernels, self.loss, self.scaled);
        let (top, rest) = self.layers.split_last_mut().expect("a layer");
        let below = rest.last_mut().expect("a layer below");
        let columns = top.shape.columns;
        let bias = (!scaled).then_some(&top.b[..]);
        let layer = DenseLayer::new(top.shape, &top.w, bias, scale(scaled, top.shape));
        let target = Target::Values(&self.x[..columns]);
        let sum = k.output_neuron(OutputNeuron {
            layer,
            below: Activated::new(below.phi, &below.y, None),
            of: LossBlock::new(loss, all_valid(1, columns), target),
            factor: T::from_f64(1.0 / columns as f64),
            sum: false,
            z: &mut top.y,
            dx: &mut below.dz,
            gradient: DenseGradient {
                w: &mut top.gw,
                bias: (!scaled).then_some(&mut top.gb[..]),
                accumulate: false,
            },
        });
        assert!(sum.is_none(), "no sum was asked for");
    }

    fn loss_gradient(&mut self) {
        if self.neuron {
            return self.output_neuron();
        }
        let (k, loss) = (self.kernels, self.loss);
        let top = self.layers.last_mut().expect("a layer");
        let DenseShape {
            outputs, columns, ..
        } = top.shape;
        let scale = T::from_f64(1.0 / columns as f64);
        let target = Target::Classes(&self.classes);
        let of = LossBlock::new(loss, all_valid(outputs, columns), target);
        k.loss_gradient(of, scale, &top.y, &mut top.dz);
    }

    fn input_gradients(&mut self) {
        let (k, scaled) = (self.kernels, self.scaled);
        for l in (1..self.staged()).rev() {
            let (below, above) = self.layers.split_at_mut(l);
            let (below, above) = (&mut below[l - 1], &above[0]);
            let layer = DenseLayer::new(above.shape, &above.w, None, scale(scaled, above.shape));
            let from = Activated::new(below.phi, &below.y, None);
            k.dense_input_gradient(layer, &above.dz, from, &mut below.dz);
        }
    }

    fn weight_gradients(&mut self) {
        let (k, scaled) = (self.kernels, self.scaled);
        for l in 0..self.staged() {
            let (below, rest) = self.layers.split_at_mut(l);
            let x = below.last().map_or(&self.x, |b| &b.y);
            let layer = &mut rest[0];
            let gradient = DenseGradient {
                w: &mut layer.gw,
                bias: (!scaled).then_some(&mut layer.gb[..]),
                accumulate: false,
            };
            let scale = scale(scaled, layer.shape);
            let scratch = &mut layer.scratch;
            k.dense_weight_gradient(layer.shape, scale, &layer.dz, x, gradient, scratch);
        }
    }

    fn update(&mut self, optimizer: &str) {
        let k = self.kernels;
        let rate = T::from_f64(1e-9);
        for layer in &mut self.layers {
            let [mw, vw, mb, vb] = &mut layer.moments;
            match optimizer {
                "sgd" => {
                    let step = Sgd {
                        rate,
                        decay: T::ZERO,
                    };
                    k.update(step, &mut layer.w, &layer.gw, []);
                    k.update(step, &mut layer.b, &layer.gb, []);
                }
                "momentum" => {
                    let step = Momentum {
                        rate,
                        decay: T::ZERO,
                        momentum: T::from_f64(0.9),
                        share: T::ONE,
                    };
                    k.update(step, &mut layer.w, &layer.gw, [mw]);
                    k.update(step, &mut layer.b, &layer.gb, [mb]);
                }
                _ => {
                    let step = Adam {
                        rate,
                        moments: Moments {
                            decay: T::ZERO,
                            share1: T::from_f64(0.1),
                            beta2: T::from_f64(0.999),
                            share2: T::from_f64(0.001),
                        },
                        keep: T::ONE,
                        epsilon: T::from_f64(1e-8),
                        root_correction: T::from_f64(0.5),
                    };
                    k.update(step, &mut layer.w, &layer.gw, [mw, vw]);
                    k.update(step, &mut layer.b, &layer.gb, [mb, vb]);
                }
            }
        }
    }

    /// A plain gradient step on one sample by the batch-1 kernels; `x` is the sample.
    fn online_step(&mut self) {
        let k = self.kernels;
        let step = Sgd {
            rate: T::from_f64(1e-9),
            decay: T::ZERO,
        };
        for l in 0..self.layers.len() {
            let (below, rest) = self.layers.split_at_mut(l);
            let layer = &mut rest[0];
            let (inputs, outputs) = (layer.shape.inputs, layer.shape.outputs);
            let x = below.last().map_or(&self.x[..inputs], |b| &b.y[..inputs]);
            let y = &mut layer.y[..outputs];
            let shape = one_sample(layer.shape);
            let dense = DenseLayer::new(shape, &layer.w, Some(&layer.b), T::ONE);
            k.dense_forward_one(dense, layer.phi, x, None, y);
        }
        let top = self.layers.last_mut().expect("a layer");
        let outputs = top.shape.outputs;
        // The loss kernel's columns are whole vectors; one is valid.
        let mut logits = vec![T::ZERO; outputs * T::LANES];
        for (j, row) in logits.chunks_exact_mut(T::LANES).enumerate() {
            row[0] = top.y[j];
        }
        let mut dz = vec![T::ZERO; logits.len()];
        let target = Target::Classes(&self.classes);
        let shape = OutputShape {
            valid: 1,
            ..all_valid(outputs, T::LANES)
        };
        let of = LossBlock::new(self.loss, shape, target);
        k.loss_gradient(of, T::ONE, &logits, &mut dz);
        for j in 0..outputs {
            top.dz[j] = dz[j * T::LANES];
        }
        for l in (0..self.layers.len()).rev() {
            let (below, rest) = self.layers.split_at_mut(l);
            let layer = &mut rest[0];
            let (inputs, outputs) = (layer.shape.inputs, layer.shape.outputs);
            let dz = &layer.dz[..outputs];
            if let Some(b) = below.last_mut() {
                let (y, dx) = (&b.y[..inputs], &mut b.dz[..inputs]);
                let dense = DenseLayer::new(one_sample(layer.shape), &layer.w, None, T::ONE);
                k.dense_input_gradient_one(dense, dz, Activated::new(b.phi, y, None), dx);
            }
            let x = below.last().map_or(&self.x[..inputs], |b| &b.y[..inputs]);
            k.rank_one_sgd(step, T::ONE, dz, x, &mut layer.w, Some(&mut layer.b));
        }
    }

    fn report(&mut self, name: &str, optimizer: &str, peak: f64) {
        let n = self.repetitions;
        let bare = least(n, || self.forward(Some(Activation::Identity)));
        let forward = least(n, || self.forward(None));
        let loss = least(n, || self.loss_gradient());
        let input = least(n, || self.input_gradients());
        let weights = least(n, || self.weight_gradients());
        let update = least(n, || self.update(optimizer));
        let step = least(n, || {
            self.forward(None);
            self.loss_gradient();
            self.input_gradients();
            self.weight_gradients();
            self.update(optimizer);
        });
        let products = |l: &Layer<T>| (l.shape.inputs * l.shape.outputs * l.shape.columns) as f64;
        let staged = &self.layers[..self.staged()];
        let one: f64 = staged.iter().map(products).sum();
        let below: f64 = staged.iter().skip(1).map(products).sum();
        let neuron: f64 = self.layers[self.staged()..].iter().map(products).sum();
        let share = |flop: f64, seconds: f64| 100.0 * flop / seconds / peak;
        println!(
            "{name} ({}, {}): step {:.2} us, {:.0} % of peak",
            T::NAME,
            self.kernels.level(),
            step * 1e6,
            share(4.0 * one + 2.0 * below + 6.0 * neuron, step)
        );
        println!(
            "  products forward {:8.2} us  {:3.0} %",
            bare * 1e6,
            share(2.0 * one, bare)
        );
        println!("  activations      {:8.2} us", (forward - bare) * 1e6);
        if self.neuron {
            let share = share(6.0 * neuron, loss);
            println!("  output neuron    {:8.2} us  {share:3.0} %", loss * 1e6);
        } else {
            println!("  loss gradient    {:8.2} us", loss * 1e6);
        }
        if below > 0.0 {
            println!(
                "  input gradients  {:8.2} us  {:3.0} %",
                input * 1e6,
                share(2.0 * below, input)
            );
        }
        println!(
            "  weight gradients {:8.2} us  {:3.0} %",
            weights * 1e6,
            share(2.0 * one, weights)
        );
        println!("  update {optimizer:<9} {:8.2} us", update * 1e6);
    }
}

fn main() {
    let levels = match std::env::args().nth(1) {
        Some(name) => vec![name.parse::<Level>().expect("portable, avx2 or avx512")],
        None => vec![Level::best()],
    };
    for level in levels {
        let rounds = 20_000;
        let mut done = 0;
        let seconds = least(400, || {
            done = peak::fused_multiply_adds::<f32>(level, rounds).expect("a supported level");
        });
        let peak = 2.0 * done as f64 / seconds;
        println!("{level}: peak {:.1} GFLOP/s in f32", peak / 1e9);
        let tanh = Activation::Tanh;
        Stages::<f32>::new(
            level,
            &[2, 16, 16, 1],
            256,
            tanh,
            Loss::BinaryCrossEntropy,
            4000,
        )
        .report("P1 2-16-16-1 x 256", "sgd", peak);
        let mut fractal =
            Stages::<f64>::new(level, &[16, 16, 1], 272, tanh, Loss::SquaredError, 2000);
        fractal.scaled = true;
        fractal.report("P3 16-16-1 x 272, scaled", "sgd", peak / 2.0);
        Stages::<f32>::new(
            level,
            &[64, 64, 32, 10],
            32,
            Activation::Relu,
            Loss::SoftmaxCrossEntropy,
            4000,
        )
        .report("P4 64-64-32-10 x 32", "adam", peak);
        let mut online = Stages::<f32>::new(
            level,
            &[64, 64, 32, 10],
            16,
            Activation::Relu,
            Loss::SoftmaxCrossEntropy,
            20_000,
        );
        let step = least(online.repetitions, || online.online_step());
        println!(
            "P7 64-64-32-10, one sample (f32, {level}): step {:.2} us",
            step * 1e6
        );
        Stages::<f32>::new(
            level,
            &[784, 512, 256, 10],
            128,
            Activation::Relu,
            Loss::SoftmaxCrossEntropy,
            40,
        )
        .report("P5 784-512-256-10 x 128", "momentum", peak);
    }
}
