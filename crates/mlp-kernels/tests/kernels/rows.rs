//! The kernels on rows equal the oracle bit for bit on every level.

use mlp_kernels::{Element, Kernels, oracle};
use proptest::prelude::*;

use crate::cases::{Numbers, assert_bits, each_level, run};

fn rows<T: Element>(
    seed: u64,
    rows: usize,
    less: usize,
    vectors: usize,
    special: u64,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special,
    };
    let columns = vectors * T::LANES;
    let valid = columns - less.min(columns - 1);
    let (x, y) = (n.vector::<T>(rows * columns), n.vector::<T>(rows * columns));
    let (a, b, c) = (
        n.vector::<T>(rows),
        n.vector::<T>(rows),
        n.vector::<T>(rows),
    );
    let start: Vec<f64> = n.vector::<T>(rows).iter().map(|v| v.to_f64()).collect();
    let affine = n.next().is_multiple_of(2).then_some((&a[..], &b[..]));
    let epsilon = T::from_f64(1e-5);

    let size = x.len();
    let odd = size - less.min(size - 1);
    let (mut sum, mut product) = (vec![T::ZERO; odd], vec![T::ZERO; odd]);
    oracle::sum(&x[..odd], &y[..odd], &mut sum);
    oracle::product(&x[..odd], &y[..odd], &mut product);
    let (mut sums, mut dots) = (start.clone(), start.clone());
    oracle::row_sums(columns, valid, &x, &mut sums);
    oracle::row_dots(columns, valid, &x, &y, &mut dots);
    let (mut scaled, mut combined) = (vec![T::ZERO; size], vec![T::ZERO; size]);
    oracle::scale_rows(columns, &a, &b, &x, &mut scaled);
    oracle::combine_rows(columns, valid, [(&a, &x), (&b, &y)], &c, &mut combined);
    let (mut normal, mut inverse, mut out) =
        (x.clone(), vec![T::ZERO; columns], vec![T::ZERO; size]);
    oracle::normalize_columns(
        columns,
        epsilon,
        affine,
        &mut normal,
        &mut inverse,
        &mut out,
    );
    let mut dx = vec![T::ZERO; size];
    let scale = affine.map(|(scale, _)| scale);
    oracle::normalize_columns_gradient(columns, scale, &normal, &inverse, &y, &mut dx);

    each_level::<T>(|level, kernels: Kernels<T>| {
        let mut got = vec![T::ONE; odd];
        kernels.sum(&x[..odd], &y[..odd], &mut got);
        assert_bits("sum", level, &got, &sum)?;
        kernels.product(&x[..odd], &y[..odd], &mut got);
        assert_bits("product", level, &got, &product)?;

        let (mut got, mut got_dots) = (start.clone(), start.clone());
        kernels.row_sums(columns, valid, &x, &mut got);
        assert_bits("row sums", level, &got, &sums)?;
        kernels.row_dots(columns, valid, &x, &y, &mut got_dots);
        assert_bits("row dots", level, &got_dots, &dots)?;
        let mut rounded = vec![T::ZERO; rows];
        kernels.round_sums(&got, &mut rounded);
        let smallest = if T::LANES == 16 {
            f64::from(f32::MIN_POSITIVE)
        } else {
            f64::MIN_POSITIVE
        };
        let wanted: Vec<T> = sums
            .iter()
            .map(|&sum| T::from_f64(if sum.abs() < smallest { 0.0 } else { sum }))
            .collect();
        assert_bits("rounded sums", level, &rounded, &wanted)?;

        let mut got = vec![T::ONE; size];
        kernels.scale_rows(columns, &a, &b, &x, &mut got);
        assert_bits("scaled rows", level, &got, &scaled)?;
        let mut in_place = x.clone();
        kernels.scale_rows_in_place(columns, &a, &b, &mut in_place);
        assert_bits("rows scaled in place", level, &in_place, &scaled)?;
        kernels.combine_rows(columns, valid, [(&a, &x), (&b, &y)], &c, &mut got);
        assert_bits("combined rows", level, &got, &combined)?;

        let (mut x_got, mut inverse_got, mut y_got) =
            (x.clone(), vec![T::ONE; columns], vec![T::ONE; size]);
        kernels.normalize_columns(
            columns,
            epsilon,
            affine,
            &mut x_got,
            &mut inverse_got,
            &mut y_got,
        );
        assert_bits("normal columns", level, &x_got, &normal)?;
        assert_bits("inverse deviations", level, &inverse_got, &inverse)?;
        assert_bits("scaled columns", level, &y_got, &out)?;
        kernels.normalize_columns_gradient(columns, scale, &normal, &inverse, &y, &mut got);
        assert_bits("gradient of columns", level, &got, &dx)
    })
}

#[test]
fn sums_products_and_normalisation() {
    run(200, rows::<f32>);
    run(100, rows::<f64>);
}
