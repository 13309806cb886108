//! The largest errors of the `f32` functions: `cargo run --release -p mlp-kernels --example accuracy [STRIDE]` (stride 1: every bit pattern).

use mlp_kernels::Level;
use mlp_kernels::accuracy::{bound_f32, worst_f32};
use mlp_kernels::math::Function;

fn main() {
    let stride = std::env::args()
        .nth(1)
        .map_or(509, |text| text.parse().expect("a stride of at least one"));
    for function in Function::ALL {
        let worst =
            worst_f32(Level::best(), function, stride).expect("the best level is supported");
        println!(
            "{function:?}: {:.3} ULP at {:e} (bound {})",
            worst.ulp,
            worst.at,
            bound_f32(function)
        );
        assert!(
            worst.ulp <= bound_f32(function),
            "{function:?} exceeds its bound"
        );
    }
}
