//! Scaling and its inverse.

use mlp_data::{ScaleKind, Scaler};
use ndarray::Array2;
use proptest::prelude::*;

proptest! {
    #[test]
    fn the_inverse_gives_back_the_values(
        rows in prop::collection::vec(prop::collection::vec(-1e6..1e6f64, 3), 2..30),
        kind in prop::sample::select(ScaleKind::ALL.to_vec()),
    ) {
        let values = Array2::from_shape_fn((rows.len(), 3), |(row, column)| rows[row][column]);
        let fitted: Vec<usize> = (0..rows.len()).collect();
        let scaler = Scaler::fit(kind, &values.view(), &fitted).unwrap();
        let scaled = scaler.transform(&values.view()).unwrap();
        let back = scaler.inverse(&scaled.view()).unwrap();
        for ((&value, &back), column) in values.iter().zip(&back).zip((0..3).cycle()) {
            // One rounding each in -, /, * and +, on numbers no larger than these.
            let size = value.abs() + 2.0 * scaler.offset()[column].abs() + scaler.factor()[column];
            prop_assert!((value - back).abs() <= 4.0 * f64::EPSILON * size);
        }
        let stored = Scaler::from_parts(kind, scaler.offset().to_vec(), scaler.factor().to_vec()).unwrap();
        prop_assert_eq!(stored, scaler);
    }

    #[test]
    fn minmax_stays_in_its_range_on_the_rows_fitted(
        column in prop::collection::vec(-1e9..1e9f64, 1..30),
    ) {
        let values = Array2::from_shape_vec((column.len(), 1), column).unwrap();
        let rows: Vec<usize> = (0..values.nrows()).collect();
        let scaler = Scaler::fit(ScaleKind::MinMax, &values.view(), &rows).unwrap();
        let scaled = scaler.transform(&values.view()).unwrap();
        prop_assert!(scaled.iter().all(|value| (0.0..=1.0).contains(value)));
        prop_assert!(scaled.iter().any(|&value| value == 0.0));
    }
}
