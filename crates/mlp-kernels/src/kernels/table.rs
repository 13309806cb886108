//! The table of kernels for one element type and level.

use std::any::Any;

use super::args;
use crate::simd::Portable;
#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};
use crate::update::{self, Step};
use crate::{Element, Level, UnsupportedLevel};
use crate::{
    adjust, dense, elementwise, loss_kernels, one, peak_chains, row_kernels, sums, weighted,
};

/// An optimizer's update rule in the table (sealed).
pub trait Listed<T: Element, const K: usize>: update::UpdateRule<T, K> {
    /// The table's entry of this rule.
    fn entry(table: &KernelTable<T>) -> unsafe fn(Step<'_, T, Self, K>) -> bool;
}

/// Declares the table and, for every type and level, shells that carry the target features around the generic bodies.
macro_rules! table {
    (rules { $($rule:ident: $kind:ty, $memory:literal;)* } $($name:ident: $args:ident -> $result:ty = $body:path;)*) => {
        /// Function pointers of one element type and level. Calling one is sound where the level is supported.
        pub struct KernelTable<T> {
            $(pub(super) $name: unsafe fn(args::$args<T>) -> $result,)*
            $($rule: unsafe fn(Step<T, $kind, $memory>) -> bool,)*
        }

        $(
            impl<T: Element> Listed<T, $memory> for $kind {
                fn entry(table: &KernelTable<T>) -> unsafe fn(Step<'_, T, Self, $memory>) -> bool {
                    table.$rule
                }
            }
        )*

        table!(@type f32, rules { $($rule: $kind, $memory;)* } $($name: $args -> $result = $body;)*);
        table!(@type f64, rules { $($rule: $kind, $memory;)* } $($name: $args -> $result = $body;)*);
    };
    (@type $t:ident, rules { $($rule:ident: $kind:ty, $memory:literal;)* } $($name:ident: $args:ident -> $result:ty = $body:path;)*) => {
        mod $t {
            use super::*;

            type T = $t;

            mod portable {
                use super::*;
                $(
                    unsafe fn $name(a: args::$args<$t>) -> $result {
                        $body(Portable, a)
                    }
                )*
                $(
                    unsafe fn $rule(a: Step<'_, T, $kind, $memory>) -> bool {
                        update::apply(Portable, a)
                    }
                )*
                pub static TABLE: KernelTable<$t> = KernelTable { $($name,)* $($rule,)* };
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
                $(
                    #[target_feature(enable = "avx2,fma")]
                    fn $rule(a: Step<'_, T, $kind, $memory>) -> bool {
                        // SAFETY: this function runs where its features are.
                        update::apply(unsafe { Avx2::assume() }, a)
                    }
                )*
                pub static TABLE: KernelTable<$t> = KernelTable { $($name,)* $($rule,)* };
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
                $(
                    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
                    fn $rule(a: Step<'_, T, $kind, $memory>) -> bool {
                        // SAFETY: this function runs where its features are.
                        update::apply(unsafe { Avx512::assume() }, a)
                    }
                )*
                pub static TABLE: KernelTable<$t> = KernelTable { $($name,)* $($rule,)* };
            }

            pub(super) fn table(level: Level) -> Result<&'static KernelTable<$t>, UnsupportedLevel> {
                if !level.is_supported() {
                    return Err(UnsupportedLevel(level));
                }
                Ok(match level {
                    Level::Portable => &portable::TABLE,
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx2 => &avx2::TABLE,
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx512 => &avx512::TABLE,
                    #[cfg(not(target_arch = "x86_64"))]
                    _ => return Err(UnsupportedLevel(level)),
                })
            }
        }
    };
}

table! {
    rules {
        sgd: update::Sgd<T>, 0;
        direction: update::Direction<T>, 0;
        momentum: update::Momentum<T>, 1;
        nesterov: update::Nesterov<T>, 1;
        adam: update::Adam<T>, 2;
        ams_grad: update::AmsGrad<T>, 3;
        nadam: update::Nadam<T>, 2;
        adamax: update::Adamax<T>, 2;
        adagrad: update::Adagrad<T>, 1;
        adadelta: update::Adadelta<T>, 2;
        rms_prop: update::RmsProp<T, false, false>, 1;
        rms_prop_momentum: update::RmsProp<T, false, true>, 2;
        rms_prop_centered: update::RmsProp<T, true, false>, 2;
        rms_prop_centered_momentum: update::RmsProp<T, true, true>, 3;
        asgd: update::Asgd<T>, 1;
        lion: update::Lion<T>, 1;
        rprop: update::Rprop<T>, 2;
        irprop_plus: update::IRpropPlus<T>, 3;
        add_scaled: update::AddScaled<T>, 0;
        muon_momentum: update::MuonMomentum<T>, 1;
    }
    affine: Affine -> () = dense::forward::forward;
    transposed: Transposed -> () = dense::input_gradient;
    function: Apply -> () = elementwise::function;
    dense_weight_gradient: WeightGradient -> () = dense::weight_gradient;
    output_neuron: OutputNeuron -> f64 = dense::output_neuron::output_neuron;
    packed_affine: Affine -> () = dense::forward::packed;
    packed_transposed: Transposed -> () = dense::input_gradient::packed;
    packed_weight_gradient: WeightGradient -> () = dense::packed::weight_gradient;
    packed_network: PackedNetwork -> () = dense::packed_network::gradient;
    affine_one: Affine -> () = one::forward;
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
    peak: Peak -> f64 = peak_chains::run;
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
/// use mlp_kernels::{Activation, DenseLayer, DenseShape, Kernels, Level};
///
/// let kernels = Kernels::<f32>::new(Level::best())?;
/// let shape = DenseShape { inputs: 1, outputs: 1, columns: 16 };
/// let layer = DenseLayer::new(shape, &[2.0], Some(&[1.0]), 1.0);
/// let mut y = [0.0; 16];
/// kernels.dense_forward(layer, Activation::Relu, &[3.0; 16], None, &mut y);
/// assert_eq!(y, [7.0; 16]);
/// # Ok::<(), mlp_kernels::UnsupportedLevel>(())
/// ```
pub struct Kernels<T: 'static> {
    level: Level,
    pub(super) table: &'static KernelTable<T>,
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
    /// A level that this processor does not support.
    pub fn new(level: Level) -> Result<Self, UnsupportedLevel> {
        let table: &dyn Any = match T::LANES {
            f32::LANES => f32::table(level)?,
            _ => f64::table(level)?,
        };
        let table = table.downcast_ref().expect("there are two element types");
        Ok(Self { level, table })
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }
}
