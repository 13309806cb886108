//! Rows that occur more than once.

use std::{
    collections::HashSet,
    hash::{Hash, Hasher},
};

use ndarray::ArrayView1;

use super::{Dataset, Targets};

/// One row, by its numbers as they were read.
struct Row<'d> {
    inputs: ArrayView1<'d, f64>,
    target: Target<'d>,
}

enum Target<'d> {
    Class(u32),
    Numbers(ArrayView1<'d, f64>),
}

impl Dataset {
    /// How many of `rows` have the same features and target as one of `others`: numbers are compared exactly, and a gap is equal to a gap. It takes
    /// time in proportion to the number of rows.
    pub fn repeated(&self, rows: &[usize], others: &[usize]) -> usize {
        let known: HashSet<Row> = others.iter().map(|&row| self.row(row)).collect();
        let repeated = rows.iter().filter(|&&row| known.contains(&self.row(row)));
        repeated.count()
    }

    fn row(&self, row: usize) -> Row<'_> {
        Row {
            inputs: self.inputs.row(row),
            target: match &self.targets {
                Targets::Classes { labels, .. } => Target::Class(labels[row]),
                Targets::Values { values, .. } => Target::Numbers(values.row(row)),
            },
        }
    }
}

/// The bits of a number, equal for what is equal in a table: both zeros, and all gaps.
fn bits(number: f64) -> u64 {
    match number {
        number if number.is_nan() => f64::NAN.to_bits(),
        number => (number + 0.0).to_bits(),
    }
}

impl Row<'_> {
    fn bits(&self) -> impl Iterator<Item = u64> {
        let (class, numbers) = match &self.target {
            Target::Class(label) => (Some(u64::from(*label)), None),
            Target::Numbers(numbers) => (None, Some(numbers)),
        };
        let all = self.inputs.iter().chain(numbers.into_iter().flatten());
        class.into_iter().chain(all.map(|&number| bits(number)))
    }
}

impl Hash for Row<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits().for_each(|bits| state.write_u64(bits));
    }
}

impl PartialEq for Row<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bits().eq(other.bits())
    }
}

impl Eq for Row<'_> {}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn rows_are_the_same_by_features_and_target() {
        let nan = f64::NAN;
        let inputs = array![
            [1.0, nan],
            [0.0, 2.0],
            [1.0, nan],
            [-0.0, 2.0],
            [1.0, 3.0],
            [0.0, 2.0]
        ];
        let names = ["a", "b"].map(str::to_owned).to_vec();
        let classes = Targets::Classes {
            labels: vec![0, 1, 0, 1, 0, 0],
            names: ["no", "yes"].map(str::to_owned).to_vec(),
        };
        let set = Dataset::with_missing("t", names.clone(), inputs.clone(), classes).unwrap();
        // The last has another class.
        assert_eq!(set.repeated(&[2, 3, 4, 5], &[0, 1]), 2);
        assert_eq!(set.repeated(&[2, 3, 4, 5], &[]), 0);
        let values = Targets::Values {
            values: array![[1.0], [2.0], [1.0], [2.5], [1.0], [2.0]],
            names: vec!["y".to_owned()],
        };
        let set = Dataset::with_missing("t", names, inputs, values).unwrap();
        assert_eq!(set.repeated(&[2, 3, 4, 5], &[0, 1]), 2);
    }
}
