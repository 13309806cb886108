//! Where the cells of a drawn map are, so that a click finds one.

/// A grid of cells in a picture of width and height 1, measured from its top left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct CellArea {
    /// Left and right edge of every column.
    pub columns: Vec<(f64, f64)>,
    /// Top and bottom edge of every row, in the order of the data.
    pub rows: Vec<(f64, f64)>,
}

impl CellArea {
    /// The same grid within a larger picture: scaled and moved, horizontally
    /// and vertically.
    pub(crate) fn within(mut self, across: (f64, f64), down: (f64, f64)) -> Self {
        let place = |edges: &mut (f64, f64), (factor, start): (f64, f64)| {
            *edges = (start + factor * edges.0, start + factor * edges.1);
        };
        self.columns
            .iter_mut()
            .for_each(|column| place(column, across));
        self.rows.iter_mut().for_each(|row| place(row, down));
        self
    }
}
