//! The table of kernels for one element type and level, and its safe interface.

use crate::element::sealed::Float;
use crate::simd::Portable;
#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};
use crate::{Element, Level, UnsupportedLevel};
use crate::{
    adjust, dense, elementwise, loss_kernels, one, peak, row_kernels, sums, update, weighted,
};

mod activations;
pub(crate) mod args;
mod dense_layers;
mod losses;
mod rows;

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
