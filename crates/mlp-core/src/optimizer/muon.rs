//! Muon: orthogonalised momentum.

use mlp_kernels::{Activation, DenseLayer, DenseShape, Kernels, update};

use super::{
    Bounds, Field, Optimizer, OptimizerDefinition, OptimizerRequirements, Segment, Tensors,
    Updates,
    adam::Adam,
    conflict,
    fields::{flag, number, whole, word},
    keep,
};
use crate::{Error, Scalar, spelling::Known};

/// The factor of Muon's rate for a matrix `[out, in]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RateFactor {
    /// `sqrt(max(1, out / in))`.
    #[default]
    Original,
    /// `0.2 sqrt(max(out, in))`: updates as large as AdamW's.
    MatchRmsAdamw,
    /// `sqrt(out / in)`.
    SpectralUnclamped,
}

impl RateFactor {
    const NAMES: &'static [&'static str] = &["original", "match_rms_adamw", "spectral_unclamped"];

    /// The spelling.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    fn of_name(name: &str) -> Self {
        match name {
            "match_rms_adamw" => Self::MatchRmsAdamw,
            "spectral_unclamped" => Self::SpectralUnclamped,
            _ => Self::Original,
        }
    }

    pub(crate) fn of(self, [rows, columns]: [usize; 2]) -> f64 {
        let ratio = rows as f64 / columns as f64;
        match self {
            Self::Original if ratio < 1.0 => 1.0,
            Self::Original | Self::SpectralUnclamped => ratio.sqrt(),
            Self::MatchRmsAdamw => 0.2 * (rows.max(columns) as f64).sqrt(),
        }
    }
}

/// Muon (Jordan et al. 2024, <https://kellerjordan.github.io/posts/muon/>) like PyTorch's `Muon`,
/// with decoupled decay and the Newton-Schulz iteration in the precision of the training: for the
/// weights of the chosen layers, with the gradient g, the momentum m and the rate r,
///
/// ```text
/// m = m + (1 - momentum) * (g - m)
/// u = (1 - momentum) * g + momentum * m         with nesterov, else m
/// X = u / max(|u|, epsilon), on its shorter side, and `iterations` times with A = X X^T:
/// X = a X + (b A + c A A) X                     coefficients a, b, c
/// W = (1 - r * decay) * W - r * rate_factor * X
/// ```
///
/// All other parameters follow the optimizer `rest` with its own rate and decay.
#[derive(Clone, Debug)]
pub struct Muon {
    /// Decay of the momentum, in `[0, 1)`.
    pub momentum: f64,
    /// Whether to use Nesterov momentum.
    pub nesterov: bool,
    /// Coefficients a, b, c of the iteration.
    pub coefficients: [f64; 3],
    /// Number of iterations; at least one.
    pub iterations: u64,
    /// Lower bound on the norm that a direction is divided by; positive.
    pub epsilon: f64,
    /// The factor of the rate.
    pub rate_factor: RateFactor,
    /// Layers whose weights are orthogonalised; none means all hidden layers.
    pub muon_layers: Vec<usize>,
    /// The optimizer of all other parameters; it must be element-wise.
    pub rest: Box<Optimizer>,
    /// Its learning rate; by default its usual one.
    pub rest_rate: Option<f64>,
    /// Its weight decay; by default its usual one.
    pub rest_decay: Option<f64>,
}

impl Default for Muon {
    fn default() -> Self {
        Self {
            momentum: 0.95,
            nesterov: true,
            coefficients: [3.4445, -4.775, 2.0315],
            iterations: 5,
            epsilon: 1e-7,
            rate_factor: RateFactor::Original,
            muon_layers: Vec::new(),
            rest: Box::new(Optimizer::Adam(Adam::default())),
            rest_rate: None,
            rest_decay: None,
        }
    }
}

impl Muon {
    /// More iterations would not make a matrix more orthogonal.
    pub const MOST_ITERATIONS: u64 = 99;

    pub(crate) fn rest_rate(&self) -> f64 {
        self.rest_rate
            .unwrap_or_else(|| self.rest.default_learning_rate())
    }

    pub(crate) fn rest_decay(&self) -> f64 {
        self.rest_decay
            .unwrap_or_else(|| self.rest.default_weight_decay())
    }
}

/// A given rate or decay equals the rest's default if it has the same value.
impl PartialEq for Muon {
    fn eq(&self, other: &Self) -> bool {
        Self::SETTINGS
            .iter()
            .all(|field| field.get(self) == field.get(other))
    }
}

/// The dimensions of the iteration on a matrix: its shorter and longer side, and both in whole vectors.
struct Sides {
    short: usize,
    long: usize,
    short_padded: usize,
    long_padded: usize,
}

impl Sides {
    fn new<T: Scalar>([rows, columns]: [usize; 2]) -> Self {
        let (short, long) = (rows.min(columns), rows.max(columns));
        Self {
            short,
            long,
            short_padded: short.next_multiple_of(T::LANES),
            long_padded: long.next_multiple_of(T::LANES),
        }
    }

    /// X, its transpose, A, a polynomial of it, and a product.
    fn scratch(&self) -> [usize; 5] {
        let (short, long) = (self.short_padded, self.long_padded);
        [
            short * long,
            short * long,
            short * short,
            short * short,
            short * long,
        ]
    }
}

/// `y = a b` for a `[rows, inner]` and b `[inner, columns]`, the sum over the inner index in
/// ascending order, fused; `columns` is in whole vectors.
fn product<T: Scalar>(
    kernels: &Kernels<T>,
    [rows, inner, columns]: [usize; 3],
    a: &[T],
    b: &[T],
    y: &mut [T],
) {
    let shape = DenseShape {
        inputs: inner,
        outputs: rows,
        columns,
    };
    let (a, b) = (&a[..rows * inner], &b[..inner * columns]);
    let layer = DenseLayer::new(shape, a, None, T::from_f64(1.0));
    let y = &mut y[..rows * columns];
    kernels.dense_forward(layer, Activation::Identity, b, None, y);
}

/// Orthogonalises the direction `[rows, columns]` in place.
fn orthogonalise<T: Scalar>(
    muon: &Muon,
    kernels: &Kernels<T>,
    shape: [usize; 2],
    direction: &mut [T],
    scratch: &mut [T],
) {
    let sides = Sides::new::<T>(shape);
    let (short, long) = (sides.short, sides.long);
    let (short_padded, long_padded) = (sides.short_padded, sides.long_padded);
    let mut rest = scratch;
    let [x, transposed, gram, polynomial, moved] = sides.scratch().map(|length| {
        let (part, others) = std::mem::take(&mut rest).split_at_mut(length);
        rest = others;
        part.fill(T::from_f64(0.0));
        part
    });
    let [rows, columns] = shape;
    let tall = rows > columns;
    let norm = kernels.sum_of_squares(direction).sqrt();
    let norm = T::from_f64(if norm < muon.epsilon {
        muon.epsilon
    } else {
        norm
    });
    for (row, values) in direction.chunks_exact(columns).enumerate() {
        for (column, &value) in values.iter().enumerate() {
            let (i, j) = if tall { (column, row) } else { (row, column) };
            x[i * long_padded + j] = value / norm;
        }
    }
    let [a, b, c] = muon.coefficients.map(T::from_f64);
    for _ in 0..muon.iterations {
        for i in 0..short {
            for j in 0..long {
                transposed[j * short_padded + i] = x[i * long_padded + j];
            }
        }
        let whole = [short, long_padded, short_padded];
        product(kernels, whole, x, transposed, gram);
        let square = [short, short_padded, short_padded];
        product(kernels, square, gram, gram, polynomial);
        for (p, &g) in polynomial.iter_mut().zip(&*gram) {
            *p = b * g + c * *p;
        }
        product(
            kernels,
            [short, short_padded, long_padded],
            polynomial,
            x,
            moved,
        );
        for (x, &moved) in x.iter_mut().zip(&*moved) {
            *x = a * *x + moved;
        }
    }
    for (row, values) in direction.chunks_exact_mut(columns).enumerate() {
        for (column, value) in values.iter_mut().enumerate() {
            let (i, j) = if tall { (column, row) } else { (row, column) };
            *value = x[i * long_padded + j];
        }
    }
}

impl OptimizerDefinition for Muon {
    const NAMES: &'static [Known] = &[Known::new(
        "muon",
        "orthogonalised momentum for the weights of hidden layers, another optimizer for the rest",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(momentum, "momentum: decay of the velocity", BelowOne),
        flag!(nesterov, "Nesterov momentum"),
        Field::numbers(
            "coefficients",
            "coefficients a, b, c of the Newton-Schulz iteration",
            3,
            |r| r.coefficients.to_vec(),
            |r, x| {
                for (mine, &new) in r.coefficients.iter_mut().zip(x) {
                    *mine = new;
                }
            },
        ),
        whole!(iterations, "number of Newton-Schulz iterations"),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
        word!(
            rate_factor,
            "adjustment of the rate to the shape of a matrix",
            RateFactor
        ),
        Field::layers(
            "muon_layers",
            "layers whose weights are orthogonalised; none for all hidden ones",
            |r| r.muon_layers.clone(),
            |r, x| r.muon_layers = x.to_vec(),
        ),
        Field::optimizer(
            "rest",
            "optimizer of all other parameters, settings after slashes",
            |r| r.rest.to_string(),
            |r, text| {
                *r.rest = text.parse()?;
                Ok(())
            },
        ),
        Field::number(
            "rest_rate",
            "learning rate of the rest",
            Bounds::NotNegative,
            Self::rest_rate,
            |r, x| r.rest_rate = Some(x),
        ),
        Field::number(
            "rest_decay",
            "weight decay of the rest",
            Bounds::NotNegative,
            Self::rest_decay,
            |r, x| r.rest_decay = Some(x),
        ),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["momentum"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn momentum_mut(&mut self) -> Option<&mut f64> {
        Some(&mut self.momentum)
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    // Separate from the enum's method of the same name: inlined there, the recursion becomes a
    // loop that loses the lower bound (rustc 1.95, from opt-level 2).
    #[inline(never)]
    fn slots(&self) -> usize {
        self.rest.slots().max(1)
    }

    fn scalars(&self, segments: usize) -> usize {
        self.rest.scalars(segments)
    }

    fn scratch<T: Scalar>(&self, segments: &[Segment]) -> usize {
        let matrices = segments.iter().filter(|segment| !segment.rest);
        let lengths = matrices.filter_map(|segment| {
            let sides = Sides::new::<T>(segment.tensor.shape?);
            Some(segment.range.len() + sides.scratch().iter().sum::<usize>())
        });
        lengths.max().unwrap_or(0)
    }

    fn is_by_tensor(&self) -> bool {
        true
    }

    fn needs_loss(&self) -> bool {
        self.rest.needs_loss()
    }

    fn adjust(&self, layers: usize, decays: bool, segment: &mut Segment) {
        let layer = segment.tensor.layer;
        let chosen = if self.muon_layers.is_empty() {
            layer + 1 < layers
        } else {
            self.muon_layers.contains(&layer)
        };
        segment.rest = !chosen || segment.tensor.shape.is_none();
        if segment.rest {
            segment.rate = self.rest_rate();
            segment.decay = if decays { self.rest_decay() } else { 0.0 };
        }
    }

    fn consistent(&self) -> Result<(), Error> {
        if self.rest.is_by_tensor() {
            let what = "the rest needs an element-wise optimizer, as in rest=adam";
            return Err(conflict("muon", what));
        }
        if self.iterations > Self::MOST_ITERATIONS {
            let what = format!("{} iterations at most", Self::MOST_ITERATIONS);
            return Err(conflict("muon", &what));
        }
        self.rest.validate()
    }

    fn suits(&self, training: &OptimizerRequirements) -> Result<(), Error> {
        let layers = training.layers;
        if self.muon_layers.is_empty() && layers < 2 {
            let what = "there is no hidden layer; name the layers with muon_layers";
            return Err(conflict("muon", what));
        }
        if let Some(layer) = self.muon_layers.iter().find(|&&layer| layer >= layers) {
            return Err(Error::BadSetting {
                setting: "muon_layers",
                value: layer.to_string(),
                expected: format!("a layer from 0 to {}", layers - 1),
            });
        }
        Ok(())
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        mut tensors: Tensors<'_, T>,
    ) -> bool {
        let (Some(shape), false) = (segment.tensor.shape, segment.rest) else {
            return self.rest.update(updates, step, segment, tensors);
        };
        let scratch = std::mem::take(&mut tensors.scratch);
        let (direction, scratch) = scratch.split_at_mut(segment.range.len());
        let (parameters, gradient, momentum) = tensors.split(segment);
        let rule = update::MuonMomentum {
            momentum: T::from_f64(self.momentum),
            share: T::from_f64(1.0 - self.momentum),
            nesterov: self.nesterov,
        };
        updates.update(rule, direction, gradient, momentum);
        orthogonalise(self, &updates.kernels, shape, direction, scratch);
        let rule = update::Direction {
            rate: T::from_f64(segment.rate * self.rate_factor.of(shape)),
            keep: T::from_f64(keep(segment)),
        };
        updates.update(rule, parameters, direction, [])
    }
}
