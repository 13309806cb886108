//! Permutations of rows.

use mlp_core::seed::{Purpose, Stream};

use crate::error::Error;

/// Permutations of the same number of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permutations {
    orders: Vec<Vec<usize>>,
}

impl Permutations {
    /// Draws `count` permutations of `rows` rows; permutation i depends only on the seed and on i.
    pub fn drawn(seed: u64, count: u32, rows: usize) -> Self {
        let order = |number| {
            let mut order: Vec<usize> = (0..rows).collect();
            Stream::numbered(seed, Purpose::Sampling, number).shuffle(&mut order);
            order
        };
        Self {
            orders: (0..count).map(order).collect(),
        }
    }

    /// Given permutations: row i of a permuted column is row `orders[..][i]` of the column.
    ///
    /// # Errors
    /// No permutation, or one that does not have each of `rows` rows once.
    pub fn given(orders: Vec<Vec<usize>>, rows: usize) -> Result<Self, Error> {
        let wrong = |what: String| Error::Conflict(format!("the permutations: {what}"));
        if orders.is_empty() {
            return Err(wrong("there is none".to_owned()));
        }
        for (number, order) in orders.iter().enumerate() {
            let number = number + 1;
            if order.len() != rows {
                let found = order.len();
                return Err(wrong(format!(
                    "number {number} has {found} rows, and the data have {rows}"
                )));
            }
            let mut seen = vec![false; rows];
            for &row in order {
                match seen.get_mut(row) {
                    Some(seen) if !*seen => *seen = true,
                    _ => {
                        return Err(wrong(format!(
                            "number {number} must have each row from 0 to {} once; {row} is repeated or not a row",
                            rows - 1
                        )));
                    }
                }
            }
        }
        Ok(Self { orders })
    }

    /// The permutations.
    pub fn orders(&self) -> &[Vec<usize>] {
        &self.orders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_orders_leave_the_first_as_they_are() {
        let few = Permutations::drawn(3, 2, 50);
        let many = Permutations::drawn(3, 5, 50);
        assert_eq!(few.orders(), &many.orders()[..2]);
        assert_ne!(many.orders()[0], many.orders()[1]);
        let again = Permutations::given(many.orders().to_vec(), 50).unwrap();
        assert_eq!(again, many);
    }

    #[test]
    fn what_is_no_permutation_is_refused() {
        let refused = |orders| Permutations::given(orders, 3).unwrap_err().to_string();
        assert!(refused(vec![]).ends_with("there is none"));
        assert!(refused(vec![vec![0, 1]]).contains("number 1 has 2 rows, and the data have 3"));
        let twice = refused(vec![vec![0, 1, 2], vec![0, 1, 1]]);
        assert!(
            twice.contains("number 2 must have each row from 0 to 2 once; 1 is"),
            "{twice}"
        );
        assert!(refused(vec![vec![0, 1, 3]]).contains("3 is repeated or not a row"));
    }
}
