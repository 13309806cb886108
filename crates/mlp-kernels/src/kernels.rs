//! The table of kernels for one element type and level, and its safe interface.

use crate::element::sealed::Float;
use crate::math::Function;
use crate::simd::Portable;
#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};
use crate::update::{self, Sgd};
use crate::{Activation, DenseShape, Element, Level, Loss, Target, UnsupportedLevel, Weighting};
use crate::{adjust, dense, elementwise, loss_kernels, one, peak, row_kernels, sums, weighted};

mod rows;

/// Arguments of the kernels, as the methods of [`Kernels`] have checked them.
pub(crate) mod args {
    use super::{Activation, DenseShape, Loss, Target, update};
    pub use crate::adjust::{AddSign, ByNumber};
    pub use crate::row_kernels::args::*;
    use crate::update::Step;

    /// `phi(scale * W x + b)` for tanh and the rectifier, without phi for the others.
    pub struct Affine<'a, T> {
        pub shape: DenseShape,
        pub w: &'a [T],
        pub bias: Option<&'a [T]>,
        pub scale: Option<T>,
        pub phi: Activation,
        pub x: &'a [T],
        pub y: &'a mut [T],
    }

    /// `scale * W x + b` of one sample.
    pub struct AffineOne<'a, T> {
        pub shape: DenseShape,
        pub w: &'a [T],
        pub bias: Option<&'a [T]>,
        pub scale: T,
        pub x: &'a [T],
        pub y: &'a mut [T],
    }

    /// `scale * W^T dz`, times the derivative of an activation that the product fuses.
    pub struct Transposed<'a, T> {
        pub shape: DenseShape,
        pub w: &'a [T],
        /// From one row of w to the next.
        pub stride: usize,
        pub scale: Option<T>,
        pub dz: &'a [T],
        pub phi: Option<Activation>,
        pub y_below: &'a [T],
        pub dx: &'a mut [T],
    }

    pub struct WeightGradient<'a, T> {
        pub shape: DenseShape,
        pub scale: T,
        pub dz: &'a [T],
        pub x: &'a [T],
        pub accumulate: bool,
        pub gw: &'a mut [T],
        pub gb: Option<&'a mut [T]>,
        pub scratch: &'a mut [T],
    }

    pub struct OutputNeuron<'a, T> {
        pub shape: DenseShape,
        pub w: &'a [T],
        pub bias: Option<&'a [T]>,
        pub scale: Option<T>,
        /// The activation of the layer below, tanh or the rectifier.
        pub phi: Activation,
        pub x: &'a [T],
        /// The loss and its targets, without logits.
        pub of: Losses<'a, T>,
        pub factor: T,
        /// Whether the loss is summed.
        pub sum: bool,
        pub accumulate: bool,
        pub z: &'a mut [T],
        pub dx: &'a mut [T],
        pub gw: &'a mut [T],
        pub gb: Option<&'a mut [T]>,
    }

    pub struct RankOne<'a, T> {
        pub scale: T,
        pub dz: &'a [T],
        pub x: &'a [T],
        pub accumulate: bool,
        pub gw: &'a mut [T],
        pub gb: Option<&'a mut [T]>,
    }

    pub struct RankOneSgd<'a, T> {
        pub step: update::Sgd<T>,
        pub scale: T,
        pub dz: &'a [T],
        pub x: &'a [T],
        pub w: &'a mut [T],
        pub b: Option<&'a mut [T]>,
    }

    /// `z` and `y` are valid for n numbers; they may be the same.
    pub struct Map<T> {
        pub phi: Activation,
        pub z: *const T,
        pub y: *mut T,
        pub n: usize,
    }

    pub struct Apply<'a, T> {
        pub function: crate::math::Function,
        pub x: &'a [T],
        pub y: &'a mut [T],
    }

    /// All are valid for n numbers; dz may be dy.
    pub struct MapGradient<T> {
        pub phi: Activation,
        pub z: *const T,
        pub y: *const T,
        pub dy: *const T,
        pub dz: *mut T,
        pub n: usize,
    }

    pub struct Losses<'a, T> {
        pub loss: Loss,
        pub outputs: usize,
        pub columns: usize,
        pub valid: usize,
        pub logits: &'a [T],
        pub target: Target<'a, T>,
    }

    pub struct LossGradient<'a, T> {
        pub of: Losses<'a, T>,
        pub scale: T,
        pub dz: &'a mut [T],
    }

    pub struct WeightedLosses<'a, T> {
        pub of: Losses<'a, T>,
        pub samples: Option<&'a [T]>,
        pub outputs: Option<&'a [T]>,
        pub smoothing: T,
    }

    pub struct WeightedGradient<'a, T> {
        pub of: WeightedLosses<'a, T>,
        pub scale: T,
        pub dz: &'a mut [T],
    }

    pub struct Values<'a, T> {
        pub values: &'a [T],
    }

    pub struct Pair<'a, T> {
        pub a: &'a [T],
        pub b: &'a [T],
    }

    pub type SgdStep<'a, T> = Step<'a, T, update::Sgd<T>, 0>;
    pub type DirectionStep<'a, T> = Step<'a, T, update::Direction<T>, 0>;
    pub type MomentumStep<'a, T> = Step<'a, T, update::Momentum<T>, 1>;
    pub type NesterovStep<'a, T> = Step<'a, T, update::Nesterov<T>, 1>;
    pub type AdamStep<'a, T> = Step<'a, T, update::Adam<T>, 2>;
    pub type AmsGradStep<'a, T> = Step<'a, T, update::AmsGrad<T>, 3>;
    pub type NadamStep<'a, T> = Step<'a, T, update::Nadam<T>, 2>;
    pub type AdamaxStep<'a, T> = Step<'a, T, update::Adamax<T>, 2>;
    pub type AdagradStep<'a, T> = Step<'a, T, update::Adagrad<T>, 1>;
    pub type AdadeltaStep<'a, T> = Step<'a, T, update::Adadelta<T>, 2>;
    pub type RmsPropStep<'a, T> = Step<'a, T, update::RmsProp<T, false, false>, 1>;
    pub type RmsPropMomentumStep<'a, T> = Step<'a, T, update::RmsProp<T, false, true>, 2>;
    pub type RmsPropCenteredStep<'a, T> = Step<'a, T, update::RmsProp<T, true, false>, 2>;
    pub type RmsPropCenteredMomentumStep<'a, T> = Step<'a, T, update::RmsProp<T, true, true>, 3>;
    pub type AsgdStep<'a, T> = Step<'a, T, update::Asgd<T>, 1>;
    pub type LionStep<'a, T> = Step<'a, T, update::Lion<T>, 1>;
    pub type RpropStep<'a, T> = Step<'a, T, update::Rprop<T>, 2>;
    pub type IRpropPlusStep<'a, T> = Step<'a, T, update::IRpropPlus<T>, 3>;
    pub type AddScaledStep<'a, T> = Step<'a, T, update::AddScaled<T>, 0>;
    pub type MuonMomentumStep<'a, T> = Step<'a, T, update::MuonMomentum<T>, 1>;

    pub struct Peak<'a, T> {
        pub iterations: u64,
        pub seed: &'a [T; 2],
    }
}

/// Declares the table and, for every type and level, shells that carry the target features around the generic bodies.
macro_rules! table {
    ($($name:ident: $args:ident -> $result:ty = $body:path;)*) => {
        /// Function pointers of one element type and level. Calling one is sound where the level is supported.
        pub struct Table<T> {
            $(pub(crate) $name: unsafe fn(args::$args<T>) -> $result,)*
        }

        table!(@type f32, $($name: $args -> $result = $body;)*);
        table!(@type f64, $($name: $args -> $result = $body;)*);
    };
    (@type $t:ident, $($name:ident: $args:ident -> $result:ty = $body:path;)*) => {
        pub(crate) mod $t {
            use super::*;

            mod portable {
                use super::*;
                $(
                    unsafe fn $name(a: args::$args<$t>) -> $result {
                        $body(Portable, a)
                    }
                )*
                pub static TABLE: Table<$t> = Table { $($name,)* };
            }

            #[cfg(target_arch = "x86_64")]
            mod avx2 {
                use super::*;
                $(
                    #[target_feature(enable = "avx2,fma")]
                    fn $name(a: args::$args<$t>) -> $result {
                        // SAFETY: this function runs where its features are.
                        $body(unsafe { Avx2::assume() }, a)
                    }
                )*
                pub static TABLE: Table<$t> = Table { $($name,)* };
            }

            #[cfg(target_arch = "x86_64")]
            mod avx512 {
                use super::*;
                $(
                    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
                    fn $name(a: args::$args<$t>) -> $result {
                        // SAFETY: this function runs where its features are.
                        $body(unsafe { Avx512::assume() }, a)
                    }
                )*
                pub static TABLE: Table<$t> = Table { $($name,)* };
            }

            pub(crate) fn kernels(level: Level) -> Result<Kernels<$t>, UnsupportedLevel> {
                if !level.is_supported() {
                    return Err(UnsupportedLevel(level));
                }
                let table = match level {
                    Level::Portable => &portable::TABLE,
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx2 => &avx2::TABLE,
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx512 => &avx512::TABLE,
                    #[cfg(not(target_arch = "x86_64"))]
                    _ => return Err(UnsupportedLevel(level)),
                };
                Ok(Kernels { level, table })
            }
        }
    };
}

table! {
    affine: Affine -> () = dense::forward::forward;
    transposed: Transposed -> () = dense::input_gradient;
    function: Apply -> () = elementwise::function;
    dense_weight_gradient: WeightGradient -> () = dense::weight_gradient;
    output_neuron: OutputNeuron -> f64 = dense::output_neuron::output_neuron;
    affine_one: AffineOne -> () = one::forward;
    transposed_one: Transposed -> () = one::input_gradient;
    rank_one_gradient: RankOne -> () = one::rank_one_gradient;
    rank_one_sgd: RankOneSgd -> bool = one::rank_one_sgd;
    activation: Map -> () = elementwise::activation;
    activation_gradient: MapGradient -> () = elementwise::activation_gradient;
    loss_gradient: LossGradient -> () = loss_kernels::gradient;
    loss_sum: Losses -> f64 = loss_kernels::sum;
    correct: Losses -> usize = loss_kernels::correct;
    all_right: Losses -> usize = weighted::all_right;
    weighted_loss_gradient: WeightedGradient -> () = weighted::gradient;
    weighted_loss_sum: WeightedLosses -> f64 = weighted::sum;
    sum_of_squares: Values -> f64 = sums::sum_of_squares;
    is_finite: Values -> bool = sums::is_finite;
    dot: Pair -> f64 = sums::dot;
    sgd: SgdStep -> bool = update::apply;
    direction: DirectionStep -> bool = update::apply;
    momentum: MomentumStep -> bool = update::apply;
    nesterov: NesterovStep -> bool = update::apply;
    adam: AdamStep -> bool = update::apply;
    ams_grad: AmsGradStep -> bool = update::apply;
    nadam: NadamStep -> bool = update::apply;
    adamax: AdamaxStep -> bool = update::apply;
    adagrad: AdagradStep -> bool = update::apply;
    adadelta: AdadeltaStep -> bool = update::apply;
    rms_prop: RmsPropStep -> bool = update::apply;
    rms_prop_momentum: RmsPropMomentumStep -> bool = update::apply;
    rms_prop_centered: RmsPropCenteredStep -> bool = update::apply;
    rms_prop_centered_momentum: RmsPropCenteredMomentumStep -> bool = update::apply;
    asgd: AsgdStep -> bool = update::apply;
    lion: LionStep -> bool = update::apply;
    rprop: RpropStep -> bool = update::apply;
    irprop_plus: IRpropPlusStep -> bool = update::apply;
    add_scaled: AddScaledStep -> bool = update::apply;
    muon_momentum: MuonMomentumStep -> bool = update::apply;
    scale: ByNumber -> () = adjust::scale;
    clip: ByNumber -> () = adjust::clip;
    add_sign: AddSign -> () = adjust::add_sign;
    sum: Pairs -> () = row_kernels::sum;
    product: Pairs -> () = row_kernels::product;
    row_sums: RowSums -> () = row_kernels::row_sums;
    scale_rows: ScaleRows -> () = row_kernels::scale_rows;
    combine_rows: CombineRows -> () = row_kernels::combine_rows;
    normalize_columns: NormalizeColumns -> () = row_kernels::normalize_columns;
    normalize_columns_gradient: NormalizeColumnsGradient -> () = row_kernels::normalize_columns_gradient;
    peak: Peak -> f64 = peak::chains;
}

/// The kernels of one element type and level: a table of function pointers behind safe methods.
///
/// Matrices of activations are feature-major: a row is a neuron, the columns are samples, `columns` is a multiple of
/// [`Element::LANES`]. Weights are `[outputs, inputs]`, row-major. Every method gives the bits of its namesake in
/// [`oracle`](crate::oracle) at every level.
///
/// # Panics
/// Methods panic where a slice's length does not fit the shape.
///
/// ```
/// use mlp_kernels::{Activation, DenseShape, Kernels, Level};
///
/// let kernels = Kernels::<f32>::new(Level::best())?;
/// let shape = DenseShape { inputs: 1, outputs: 1, columns: 16 };
/// let mut y = [0.0; 16];
/// kernels.dense_forward(shape, &[2.0], Some(&[1.0]), 1.0, Activation::Relu, &[3.0; 16], None, &mut y);
/// assert_eq!(y, [7.0; 16]);
/// # Ok::<(), mlp_kernels::UnsupportedLevel>(())
/// ```
pub struct Kernels<T: 'static> {
    level: Level,
    pub(crate) table: &'static Table<T>,
}

impl<T> Clone for Kernels<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kernels<T> {}

impl<T: Element> std::fmt::Debug for Kernels<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kernels<{}>({})", T::NAME, self.level)
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "plain slices and shapes, as in BLAS; a struct a kernel would only rename them"
)]
impl<T: Element> Kernels<T> {
    /// The kernels of a level.
    ///
    /// # Errors
    /// The processor lacks the level.
    pub fn new(level: Level) -> Result<Self, UnsupportedLevel> {
        T::kernels(level)
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// `y = phi(scale * W x + b)`; `pre` gets what `phi` is applied to.
    ///
    /// A sum starts from the bias (or +0) and takes the inputs in ascending order, fused. With a scale other than one it starts from +0, and
    /// `fma(scale, sum, bias)` follows. `x` is `[inputs, columns]`, `y` and `pre` are `[outputs, columns]`.
    pub fn dense_forward(
        &self,
        shape: DenseShape,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        shape.check_columns::<T>();
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        assert_eq!(w.len(), size(outputs, inputs), "weights");
        assert_eq!(x.len(), size(inputs, columns), "inputs");
        assert_eq!(y.len(), size(outputs, columns), "outputs");
        assert!(bias.is_none_or(|b| b.len() == outputs), "biases");
        assert!(
            pre.as_ref().is_none_or(|z| z.len() == y.len()),
            "pre-activations"
        );
        // The bare sums go to where the activation reads them from; some activations are applied in registers.
        let fused = matches!(
            phi,
            Activation::Identity | Activation::Relu | Activation::Tanh
        ) && pre.is_none();
        let (z, y) = match pre {
            Some(z) => (z, Some(y)),
            None => (y, None),
        };
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.affine)(args::Affine {
                shape,
                w,
                bias,
                scale: (scale != T::ONE).then_some(scale),
                phi: if fused { phi } else { Activation::Identity },
                x,
                y: z,
            });
        }
        if !fused {
            self.finish_forward(phi, z, y);
        }
    }

    /// `dx = (scale * W^T dz) * phi'` with the derivative of the activation of the layer below, from its outputs `y_below` or, where
    /// [`Activation::needs_preactivation`] says so, from `pre_below`. Below the smallest normal number dx is +0.
    ///
    /// A sum starts from +0 and takes the outputs in ascending order, fused. `dz` is `[outputs, columns]`, the others are `[inputs, columns]`.
    pub fn dense_input_gradient(
        &self,
        shape: DenseShape,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        assert_eq!(w.len(), size(shape.outputs, shape.inputs), "weights");
        let stride = shape.inputs;
        self.dense_input_gradient_band(shape, stride, w, scale, dz, phi, y_below, pre_below, dx);
    }

    /// [`Kernels::dense_input_gradient`] for a band of neighbouring inputs: `shape.inputs` counts the band, whose weights lie in `w` from the
    /// start of each row of `stride` numbers on; `y_below`, `pre_below` and `dx` are the band's rows.
    pub fn dense_input_gradient_band(
        &self,
        shape: DenseShape,
        stride: usize,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        shape.check_columns::<T>();
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        assert!(inputs <= stride, "inputs of a row");
        let rows = outputs.saturating_sub(1);
        let needed = size(rows, stride).checked_add(inputs).expect("a size");
        assert!(outputs == 0 || w.len() >= needed, "weights");
        assert_eq!(dz.len(), size(outputs, columns), "deltas");
        assert_eq!(dx.len(), size(inputs, columns), "input gradients");
        assert_eq!(y_below.len(), dx.len(), "outputs below");
        check_pre(phi, pre_below, dx.len());
        let fused = matches!(phi, Activation::Tanh | Activation::Relu).then_some(phi);
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.transposed)(args::Transposed {
                shape,
                w,
                stride,
                scale: (scale != T::ONE).then_some(scale),
                dz,
                phi: fused,
                y_below,
                dx,
            });
        }
        if fused.is_none() {
            self.finish_gradient(phi, y_below, pre_below, dx);
        }
    }

    /// `gw = scale * dz x^T` and `gb`, the sum of dz over the columns (in partial sums of `LANES`, folded); both flushed, and added to what is
    /// there if `accumulate`. The order of a weight's sum is [`DenseShape::weight_gradient_order`].
    ///
    /// `scratch` has at least [`DenseShape::weight_gradient_scratch`] numbers.
    pub fn dense_weight_gradient(
        &self,
        shape: DenseShape,
        scale: T,
        dz: &[T],
        x: &[T],
        accumulate: bool,
        gw: &mut [T],
        gb: Option<&mut [T]>,
        scratch: &mut [T],
    ) {
        shape.check_columns::<T>();
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        assert_eq!(gw.len(), size(outputs, inputs), "weight gradients");
        assert_eq!(dz.len(), size(outputs, columns), "deltas");
        assert_eq!(x.len(), size(inputs, columns), "inputs");
        assert!(
            gb.as_ref().is_none_or(|g| g.len() == outputs),
            "bias gradients"
        );
        assert!(
            scratch.len() >= shape.weight_gradient_scratch::<T>(),
            "scratch"
        );
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.dense_weight_gradient)(args::WeightGradient {
                shape,
                scale,
                dz,
                x,
                accumulate,
                gw,
                gb,
                scratch,
            });
        }
    }

    /// Whether [`Kernels::output_neuron`] covers a layer of these inputs, under this loss, over a layer that ends in `phi`.
    #[must_use]
    pub fn has_output_neuron(inputs: usize, loss: Loss, phi: Activation) -> bool {
        (1..=dense::output_neuron::INPUTS).contains(&inputs)
            && matches!(loss, Loss::BinaryCrossEntropy | Loss::SquaredError)
            && matches!(phi, Activation::Tanh | Activation::Relu)
    }

    /// An output layer of one neuron with its loss in one pass, with the bits of [`Kernels::dense_forward`], [`Kernels::loss_gradient`],
    /// [`Kernels::loss_sum`], [`Kernels::dense_weight_gradient`] and [`Kernels::dense_input_gradient`].
    ///
    /// `x` `[inputs, columns]` are the outputs of the layer below, which ends in `phi`; `z` `[columns]` gets this layer's, `dx` the
    /// gradient there. Gradients are of `factor` times the loss summed over the first `valid` samples. Returns that sum, without the factor,
    /// where `sum` asks for it.
    ///
    /// # Panics
    /// Where [`Kernels::has_output_neuron`] says no, too.
    #[must_use]
    pub fn output_neuron(
        &self,
        shape: DenseShape,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        loss: Loss,
        valid: usize,
        target: Target<'_, T>,
        factor: T,
        sum: bool,
        accumulate: bool,
        z: &mut [T],
        dx: &mut [T],
        gw: &mut [T],
        gb: Option<&mut [T]>,
    ) -> Option<f64> {
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        assert!(
            outputs == 1 && Self::has_output_neuron(inputs, loss, phi),
            "an output neuron's layer"
        );
        assert!(w.len() == inputs && gw.len() == inputs, "weights");
        assert_eq!(x.len(), size(inputs, columns), "inputs");
        assert_eq!(dx.len(), x.len(), "input gradients");
        assert!(bias.is_none_or(|b| b.len() == 1), "biases");
        assert!(gb.as_ref().is_none_or(|b| b.len() == 1), "bias gradients");
        assert_eq!(z.len(), columns, "outputs");
        let mut of = losses(loss, 1, columns, valid, &x[..columns], target);
        of.logits = &[];
        // SAFETY: `new` found the level supported.
        let total = unsafe {
            (self.table.output_neuron)(args::OutputNeuron {
                shape,
                w,
                bias,
                scale: (scale != T::ONE).then_some(scale),
                phi,
                x,
                of,
                factor,
                sum,
                accumulate,
                z,
                dx,
                gw,
                gb,
            })
        };
        sum.then(|| canonical_sum(total))
    }

    /// `y = phi(scale * W x + b)` for one sample: `x` is `[inputs]`, `y` and `pre` are `[outputs]`.
    ///
    /// Input i goes to partial sum `i mod LANES`; the partial sums are folded by halves; the bias is added last.
    pub fn dense_forward_one(
        &self,
        inputs: usize,
        outputs: usize,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        assert_eq!(w.len(), size(outputs, inputs), "weights");
        assert_eq!(x.len(), inputs, "inputs");
        assert_eq!(y.len(), outputs, "outputs");
        assert!(bias.is_none_or(|b| b.len() == outputs), "biases");
        assert!(
            pre.as_ref().is_none_or(|z| z.len() == y.len()),
            "pre-activations"
        );
        let shape = DenseShape {
            inputs,
            outputs,
            columns: 1,
        };
        let (z, y) = match pre {
            Some(z) => (z, Some(y)),
            None => (y, None),
        };
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.affine_one)(args::AffineOne {
                shape,
                w,
                bias,
                scale,
                x,
                y: z,
            });
        }
        self.finish_forward(phi, z, y);
    }

    /// [`Kernels::dense_input_gradient`] for one sample, with its order of sums.
    pub fn dense_input_gradient_one(
        &self,
        inputs: usize,
        outputs: usize,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        assert_eq!(w.len(), size(outputs, inputs), "weights");
        assert_eq!(dz.len(), outputs, "deltas");
        assert_eq!(dx.len(), inputs, "input gradients");
        assert_eq!(y_below.len(), inputs, "outputs below");
        check_pre(phi, pre_below, inputs);
        let shape = DenseShape {
            inputs,
            outputs,
            columns: 1,
        };
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.transposed_one)(args::Transposed {
                shape,
                w,
                stride: inputs,
                scale: (scale != T::ONE).then_some(scale),
                dz,
                phi: None,
                y_below,
                dx,
            });
        }
        self.finish_gradient(phi, y_below, pre_below, dx);
    }

    /// `gw = (scale * dz) x^T` and `gb = dz` for one sample, flushed; `accumulate` adds, fused for the weights.
    pub fn rank_one_gradient(
        &self,
        scale: T,
        dz: &[T],
        x: &[T],
        accumulate: bool,
        gw: &mut [T],
        gb: Option<&mut [T]>,
    ) {
        assert_eq!(gw.len(), size(dz.len(), x.len()), "weight gradients");
        assert!(
            gb.as_ref().is_none_or(|g| g.len() == dz.len()),
            "bias gradients"
        );
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.rank_one_gradient)(args::RankOne {
                scale,
                dz,
                x,
                accumulate,
                gw,
                gb,
            });
        }
    }

    /// [`Kernels::rank_one_gradient`] and [`Kernels::update`] with [`Sgd`] in one pass, with the same bits. The step's decay applies to weights and biases alike.
    pub fn rank_one_sgd(
        &self,
        step: Sgd<T>,
        scale: T,
        dz: &[T],
        x: &[T],
        w: &mut [T],
        b: Option<&mut [T]>,
    ) -> bool {
        assert_eq!(w.len(), size(dz.len(), x.len()), "weights");
        assert!(b.as_ref().is_none_or(|b| b.len() == dz.len()), "biases");
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.rank_one_sgd)(args::RankOneSgd {
                step,
                scale,
                dz,
                x,
                w,
                b,
            })
        }
    }

    /// `y = phi(z)`, element by element.
    pub fn activation(&self, phi: Activation, z: &[T], y: &mut [T]) {
        assert_eq!(z.len(), y.len(), "pre-activations");
        // SAFETY: `new` found the level supported; equal lengths.
        unsafe {
            (self.table.activation)(args::Map {
                phi,
                z: z.as_ptr(),
                y: y.as_mut_ptr(),
                n: y.len(),
            });
        }
    }

    /// An elementary function of each number: `y = f(x)`.
    pub fn function(&self, function: Function, x: &[T], y: &mut [T]) {
        assert_eq!(x.len(), y.len(), "arguments");
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.function)(args::Apply { function, x, y }) }
    }

    /// `dz = dy * phi'`, flushed; `z` may be empty unless [`Activation::needs_preactivation`].
    pub fn activation_gradient(&self, phi: Activation, z: &[T], y: &[T], dy: &[T], dz: &mut [T]) {
        assert!(
            y.len() == dz.len() && dy.len() == dz.len(),
            "outputs and their gradients"
        );
        check_pre(phi, (!z.is_empty()).then_some(z), dz.len());
        // Without pre-activations z is read from y and not used.
        let z = if z.is_empty() { y.as_ptr() } else { z.as_ptr() };
        // SAFETY: `new` found the level supported; equal lengths.
        unsafe {
            (self.table.activation_gradient)(args::MapGradient {
                phi,
                z,
                y: y.as_ptr(),
                dy: dy.as_ptr(),
                n: dz.len(),
                dz: dz.as_mut_ptr(),
            });
        }
    }

    /// Applies the activation to finished sums: in place, or from `z` to `y`.
    fn finish_forward(&self, phi: Activation, z: &mut [T], y: Option<&mut [T]>) {
        match y {
            Some(y) => self.activation(phi, z, y),
            None if phi == Activation::Identity => {}
            None => {
                let p = z.as_mut_ptr();
                // SAFETY: `new` found the level supported; the kernel works in place.
                unsafe {
                    (self.table.activation)(args::Map {
                        phi,
                        z: p,
                        y: p,
                        n: z.len(),
                    });
                }
            }
        }
    }

    /// Applies the derivative in place.
    fn finish_gradient(
        &self,
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        let z = pre_below.unwrap_or(y_below).as_ptr();
        let (p, n) = (dx.as_mut_ptr(), dx.len());
        // SAFETY: `new` found the level supported; equal lengths; the kernel works in place.
        unsafe {
            (self.table.activation_gradient)(args::MapGradient {
                phi,
                z,
                y: y_below.as_ptr(),
                dy: p,
                dz: p,
                n,
            });
        }
    }

    /// `dz = scale * dL/dlogit` of the first `valid` samples, flushed; +0 in the padding.
    pub fn loss_gradient(
        &self,
        loss: Loss,
        outputs: usize,
        columns: usize,
        valid: usize,
        scale: T,
        logits: &[T],
        target: Target<'_, T>,
        dz: &mut [T],
    ) {
        if !has_plain_form(loss, target) {
            let weighting = Weighting::NONE;
            return self.weighted_loss_gradient(
                loss, weighting, outputs, columns, valid, scale, logits, target, dz,
            );
        }
        assert_eq!(dz.len(), logits.len(), "gradients");
        let of = losses(loss, outputs, columns, valid, logits, target);
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.loss_gradient)(args::LossGradient { of, scale, dz }) }
    }

    /// Sum of the loss over the first `valid` samples, in `f64`, order as in [`oracle::loss_sum`](crate::oracle::loss_sum).
    #[must_use]
    pub fn loss_sum(
        &self,
        loss: Loss,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> f64 {
        if !has_plain_form(loss, target) {
            let weighting = Weighting::NONE;
            return self
                .weighted_loss_sum(loss, weighting, outputs, columns, valid, logits, target);
        }
        let of = losses(loss, outputs, columns, valid, logits, target);
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.loss_sum)(of) })
    }

    /// [`loss_gradient`](Self::loss_gradient) with weights and smoothed targets. With [`Weighting::NONE`], and with weights
    /// of one, the bits are the same.
    pub fn weighted_loss_gradient(
        &self,
        loss: Loss,
        weighting: Weighting<'_, T>,
        outputs: usize,
        columns: usize,
        valid: usize,
        scale: T,
        logits: &[T],
        target: Target<'_, T>,
        dz: &mut [T],
    ) {
        assert_eq!(dz.len(), logits.len(), "gradients");
        let of = weighted_losses(
            losses(loss, outputs, columns, valid, logits, target),
            weighting,
        );
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.weighted_loss_gradient)(args::WeightedGradient { of, scale, dz }) }
    }

    /// [`loss_sum`](Self::loss_sum) with weights and smoothed targets. With [`Weighting::NONE`], and with weights of one, the
    /// bits are the same.
    #[must_use]
    pub fn weighted_loss_sum(
        &self,
        loss: Loss,
        weighting: Weighting<'_, T>,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> f64 {
        let of = weighted_losses(
            losses(loss, outputs, columns, valid, logits, target),
            weighting,
        );
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.weighted_loss_sum)(of) })
    }

    /// How many of the first `valid` samples are classified rightly: the first greatest output, or with a single output whether it is above zero.
    #[must_use]
    pub fn correct(
        &self,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> usize {
        let of = losses(
            Loss::BinaryCrossEntropy,
            outputs,
            columns,
            valid,
            logits,
            target,
        );
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.correct)(of) }
    }

    /// How many of the first `valid` samples have every output on its target's side: above zero where the target is above 1/2.
    #[must_use]
    pub fn all_right(
        &self,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> usize {
        let loss = Loss::BinaryCrossEntropy;
        let of = losses(loss, outputs, columns, valid, logits, target);
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.all_right)(of) }
    }

    /// Sum of squares in `f64`: element i goes to partial sum `i mod LANES`, fused; the partial sums are folded.
    #[must_use]
    pub fn sum_of_squares(&self, values: &[T]) -> f64 {
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.sum_of_squares)(args::Values { values }) })
    }

    /// Scalar product in `f64`, the order of [`Kernels::sum_of_squares`].
    #[must_use]
    pub fn dot(&self, a: &[T], b: &[T]) -> f64 {
        assert_eq!(a.len(), b.len(), "vectors");
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.dot)(args::Pair { a, b }) })
    }

    /// Whether every number is finite.
    #[must_use]
    pub fn is_finite(&self, values: &[T]) -> bool {
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.is_finite)(args::Values { values }) }
    }

    pub(crate) fn peak(&self, iterations: u64, seed: &[T; 2]) -> f64 {
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.peak)(args::Peak { iterations, seed }) }
    }
}

/// One NaN for all.
fn canonical_sum(sum: f64) -> f64 {
    if sum.is_nan() {
        f64::CANONICAL_NAN
    } else {
        sum
    }
}

#[inline]
fn size(rows: usize, columns: usize) -> usize {
    rows.checked_mul(columns)
        .expect("the size of a matrix fits the address space")
}

fn check_pre<T>(phi: Activation, pre: Option<&[T]>, length: usize) {
    match pre {
        Some(pre) => assert_eq!(pre.len(), length, "pre-activations"),
        None => assert!(!phi.needs_preactivation(), "{phi:?} needs pre-activations"),
    }
}

/// Whether `loss_kernels` has it.
fn has_plain_form<T>(loss: Loss, target: Target<'_, T>) -> bool {
    match loss {
        Loss::SquaredError | Loss::BinaryCrossEntropy => true,
        Loss::SoftmaxCrossEntropy => matches!(target, Target::Classes(_)),
        _ => false,
    }
}

fn weighted_losses<'a, T: Element>(
    of: args::Losses<'a, T>,
    weighting: Weighting<'a, T>,
) -> args::WeightedLosses<'a, T> {
    let Weighting {
        samples,
        outputs,
        smoothing,
    } = weighting;
    assert!(
        samples.is_none_or(|weights| weights.len() == of.columns),
        "a weight for each column"
    );
    assert!(
        outputs.is_none_or(|weights| weights.len() == of.outputs),
        "a weight for each output"
    );
    args::WeightedLosses {
        of,
        samples,
        outputs,
        smoothing,
    }
}

fn losses<'a, T: Element>(
    loss: Loss,
    outputs: usize,
    columns: usize,
    valid: usize,
    logits: &'a [T],
    target: Target<'a, T>,
) -> args::Losses<'a, T> {
    assert!(
        columns.is_multiple_of(T::LANES),
        "columns are whole vectors"
    );
    assert!(
        outputs > 0 && valid <= columns,
        "at least one output, at most `columns` samples"
    );
    assert_eq!(logits.len(), size(outputs, columns), "logits");
    match target {
        Target::Values(values) => {
            assert_eq!(values.len(), logits.len(), "targets");
        }
        Target::Classes(classes) => {
            assert!(classes.len() >= valid, "a class for each sample");
            assert!(
                classes[..valid]
                    .iter()
                    .all(|&c| (c as usize) < outputs.max(2)),
                "classes below the number of outputs"
            );
        }
    }
    args::Losses {
        loss,
        outputs,
        columns,
        valid,
        logits,
        target,
    }
}
