use crate::Data;

impl Data {
    /// Reorders column-major entries as an iterator, row by row.
    pub(crate) fn by_row(self, shape: &[usize]) -> Self {
        match self {
            Self::F64(values) => Self::F64(row_major(shape, &values)),
            Self::F32(values) => Self::F32(row_major(shape, &values)),
            Self::I64(values) => Self::I64(row_major(shape, &values)),
            Self::Bool(values) => Self::Bool(row_major(shape, &values)),
            Self::Text(values) => Self::Text(row_major(shape, &values)),
        }
    }
}

/// Column-major entries in row-major order.
fn row_major<V: Clone>(shape: &[usize], values: &[V]) -> Vec<V> {
    let mut place = vec![0usize; shape.len()];
    let mut ordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        let index = shape
            .iter()
            .zip(&place)
            .rev()
            .fold(0, |index, (&length, &at)| index * length + at);
        ordered.push(values[index].clone());
        for (at, &length) in place.iter_mut().zip(shape).rev() {
            *at += 1;
            if *at < length {
                break;
            }
            *at = 0;
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_major_arrays_are_turned() {
        // [[0, 1, 2], [3, 4, 5]] column by column.
        assert_eq!(row_major(&[2, 3], &[0, 3, 1, 4, 2, 5]), [0, 1, 2, 3, 4, 5]);
    }
}
