//! Dense layers against two general matrix multiplications, without activation.

use divan::{Bencher, black_box};
use mlp_kernels::{Activation, DenseLayer, DenseShape, Kernels, Level};

/// Outputs, inputs, columns.
const SHAPES: [(usize, usize, usize); 4] = [
    (16, 16, 256),
    (64, 64, 32),
    (512, 784, 128),
    (256, 512, 128),
];

fn operands((outputs, inputs, columns): (usize, usize, usize)) -> [Vec<f32>; 3] {
    let ramp = |n: usize| {
        (0..n)
            .map(|i| (i % 17) as f32 * 0.125 - 1.0)
            .collect::<Vec<_>>()
    };
    [
        ramp(outputs * inputs),
        ramp(inputs * columns),
        vec![0.0; outputs * columns],
    ]
}

#[divan::bench(args = SHAPES)]
fn forward(bencher: Bencher, shape: (usize, usize, usize)) {
    let (outputs, inputs, columns) = shape;
    let kernels = Kernels::<f32>::new(Level::best()).expect("the best level is supported");
    let [w, x, mut y] = operands(shape);
    let shape = DenseShape {
        inputs,
        outputs,
        columns,
    };
    bencher.bench_local(|| {
        let layer = DenseLayer::new(shape, black_box(&w), None, 1.0);
        kernels.dense_forward(layer, Activation::Identity, &x, None, &mut y);
    });
}

#[divan::bench(args = SHAPES)]
fn matrixmultiply(bencher: Bencher, shape: (usize, usize, usize)) {
    let (m, k, n) = shape;
    let [w, x, mut y] = operands(shape);
    bencher.bench_local(|| {
        let (w, x, y) = (black_box(&w).as_ptr(), x.as_ptr(), y.as_mut_ptr());
        // SAFETY: the matrices have the sizes and strides given.
        unsafe {
            matrixmultiply::sgemm(
                m, k, n, 1.0, w, k as isize, 1, x, n as isize, 1, 0.0, y, n as isize, 1,
            );
        }
    });
}

#[divan::bench(args = SHAPES)]
fn gemm(bencher: Bencher, shape: (usize, usize, usize)) {
    let (m, k, n) = shape;
    let [w, x, mut y] = operands(shape);
    bencher.bench_local(|| {
        let (w, x, y) = (black_box(&w).as_ptr(), x.as_ptr(), y.as_mut_ptr());
        let (rows, row) = (n as isize, k as isize);
        let threads = gemm::Parallelism::None;
        // SAFETY: the matrices have the sizes and strides given.
        unsafe {
            gemm::gemm(
                m, n, k, y, 1, rows, false, w, 1, row, x, 1, rows, 0.0, 1.0, false, false, false,
                threads,
            );
        }
    });
}

fn main() {
    divan::main();
}
