//! What a rule is, and the one loop that serves every rule.

use crate::Element;
use crate::math::v_canonical;
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};

/// The most settings of a rule that are numbers.
pub const MOST: usize = 9;

/// The arithmetic of one optimizer on one parameter, with `K` numbers remembered of it (sealed).
pub trait UpdateRule<T: Element, const K: usize>: Copy + PartialEq + Send + Sync + 'static {
    /// The rule with vectors for numbers as its settings: of one network the same number in all lanes, of packed ones a
    /// number a lane.
    type Of<V: Copy>: Copy;
    /// How many settings are numbers.
    const SETTINGS: usize;

    /// Those, and zeros.
    fn settings(&self) -> [T; MOST];
    /// The rule with these in their places, and with its own flags.
    fn with<V: Copy>(&self, settings: [V; MOST]) -> Self::Of<V>;

    /// The new parameters and memory from parameters, gradients and memory. The memory is flushed,
    /// the parameters are not yet canonical.
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        memory: [S::V; K],
    ) -> (S::V, [S::V; K]);

    /// The same for one parameter: what defines the bits.
    fn scalar(&self, w: T, g: T, memory: [T; K]) -> (T, [T; K]);
}

/// The settings of a rule whose fields are named: numbers, then flags.
macro_rules! settings {
    ($name:ident: $($field:ident),+ $(; $flag:ident)?) => {
        type Of<V: Copy> = $name<V>;
        const SETTINGS: usize = [$(stringify!($field)),+].len();

        #[inline(always)]
        fn settings(&self) -> [T; $crate::update::rule::MOST] {
            $crate::update::rule::padded([$(self.$field),+])
        }

        #[inline(always)]
        fn with<V: Copy>(&self, settings: [V; $crate::update::rule::MOST]) -> $name<V> {
            let [$($field,)+ ..] = settings;
            $name { $($field,)+ $($flag: self.$flag)? }
        }
    };
}
pub(super) use settings;

/// Some settings, and zeros.
#[inline(always)]
pub(super) fn padded<T: Element, const N: usize>(settings: [T; N]) -> [T; MOST] {
    let mut all = [T::ZERO; MOST];
    all[..N].copy_from_slice(&settings);
    all
}

/// The arguments of an update, as [`Kernels::update`](crate::Kernels::update) has checked them.
pub struct Step<'a, T, R, const K: usize> {
    /// One for all, or one a lane.
    pub(crate) rules: &'a [R],
    /// What parameters are multiplied by before they are tested for finiteness.
    pub(crate) factor: T,
    pub(crate) params: &'a mut [T],
    pub(crate) grad: &'a [T],
    pub(crate) memory: [&'a mut [T]; K],
}

/// Applies a rule. Check vectors collect `factor * w`, which are not finite from the first parameter on
/// that is not, or that is too large for the factor.
#[inline(always)]
pub(crate) fn apply<T: Element, S: Simd<T>, R: UpdateRule<T, K>, const K: usize>(
    s: S,
    a: Step<'_, T, R, K>,
) -> bool {
    let (w, g, n) = (a.params.as_mut_ptr(), a.grad.as_ptr(), a.params.len());
    let memory = a.memory.map(<[T]>::as_mut_ptr);
    let (zero, factor) = (s.splat(T::ZERO), s.splat(a.factor));
    let rule = lifted(s, a.rules);
    // Two sums in turns, so that none waits for the one before.
    let mut checks = [zero; 2];
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels::update` asserts.
        unsafe {
            let mut old = [s.splat(T::ZERO); K];
            for (old, &p) in old.iter_mut().zip(&memory) {
                *old = load(s, p.add(i), left);
            }
            let (new, kept) = R::vector(
                rule,
                s,
                load(s, w.add(i), left),
                load(s, g.add(i), left),
                old,
            );
            let new = v_canonical::<T, S>(s, new);
            checks = [checks[1], new.fma(factor, checks[0])];
            for (&kept, &p) in kept.iter().zip(&memory) {
                store(s, p.add(i), left, kept);
            }
            store(s, w.add(i), left, new);
        }
        i += S::LANES;
    }
    let check = checks[0] + checks[1];
    // Zero times infinity is NaN.
    !S::V::any((check * zero).is_nan())
}

/// The rule with vectors for settings: one rule's in all lanes, or a lane's from each of the rules.
#[inline(always)]
fn lifted<T: Element, S: Simd<T>, R: UpdateRule<T, K>, const K: usize>(
    s: S,
    rules: &[R],
) -> R::Of<S::V> {
    // Written out, so that the vectors stay in registers; those beyond the rule's settings vanish.
    macro_rules! each {
        ($k:ident: $lift:expr) => {{
            macro_rules! at {
                ($index:literal) => {{
                    let $k = $index;
                    $lift
                }};
            }
            [
                at!(0),
                at!(1),
                at!(2),
                at!(3),
                at!(4),
                at!(5),
                at!(6),
                at!(7),
                at!(8),
            ]
        }};
    }
    if let [rule] = rules {
        let settings = rule.settings();
        return rule.with(each!(k: s.splat(settings[k])));
    }
    let table = by_lane(rules);
    // SAFETY: a row holds at least a vector.
    rules[0].with(each!(k: unsafe { s.load(table[k].as_ptr()) }))
}

/// The settings of rules, a lane's from each. One function for all levels, since nothing is computed.
#[inline(never)]
fn by_lane<T: Element, R: UpdateRule<T, K>, const K: usize>(rules: &[R]) -> [[T; 16]; MOST] {
    let mut table = [[T::ZERO; 16]; MOST];
    for (lane, rule) in rules.iter().enumerate() {
        let settings = rule.settings();
        for k in 0..R::SETTINGS {
            table[k][lane] = settings[k];
        }
    }
    table
}

/// The negative of a setting.
#[inline(always)]
pub(super) fn minus<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    x.xor(s.splat(T::SIGN))
}

/// -1, 0 or 1; NaN for NaN.
#[inline(always)]
pub(super) fn v_sign<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    let negative = S::V::select(x.lt(zero), s.splat(-T::ONE), zero);
    let sign = S::V::select(zero.lt(x), s.splat(T::ONE), negative);
    S::V::select(x.is_nan(), x, sign)
}

pub(super) fn sign<T: Element>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else if x == T::ZERO {
        T::ZERO
    } else {
        x
    }
}

/// The greater; `a` where either is NaN.
#[inline(always)]
pub(super) fn v_greater<T: Element, S: Simd<T>>(a: S::V, b: S::V) -> S::V {
    S::V::select(a.lt(b), b, a)
}

pub(super) fn greater<T: Element>(a: T, b: T) -> T {
    if a < b { b } else { a }
}

/// Absolute value by the sign bit.
pub(super) fn magnitude<T: Element>(x: T) -> T {
    if x.to_f64().is_sign_negative() { -x } else { x }
}
