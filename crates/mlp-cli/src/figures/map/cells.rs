//! Which cells of a map were computed, and which hold networks that exploded.

use mlp_train::MapSlice;

use super::picture::Maps;
use crate::{
    figures::{View, describe},
    words,
};

/// Which cells of a map were computed, `[facet, y, x]` (`[facet, x]` over steps); `None` where all were.
pub(super) fn computed(view: &View) -> Option<Vec<bool>> {
    let experiment = view.experiment();
    let computed = experiment.computed_cells()?;
    let cells: Vec<bool> = (0..experiment.cells())
        .map(|cell| computed.contains(&cell))
        .collect();
    cells.contains(&false).then_some(cells)
}

impl Maps<'_> {
    /// Which cells of a picture with so many rows were computed, `[facet, row, column]`; empty where all were. Over
    /// steps, a cell of the axes is one in all rows.
    pub(super) fn computed(&self, rows: usize) -> Vec<bool> {
        let Some(cells) = &self.computed else {
            return Vec::new();
        };
        match self.axes.y {
            Some(_) => cells.clone(),
            None => cells
                .chunks(self.axes.x.values.len())
                .flat_map(|facet| facet.repeat(rows))
                .collect(),
        }
    }

    /// The networks of a slice that exploded.
    pub(super) fn exploded(&self, slice: &MapSlice, mixed: &[bool]) -> Exploded {
        if slice.exploded.is_empty() {
            return Exploded::default();
        }
        let networks = slice.exploded_networks();
        let computed = self.computed(slice.rows);
        let counted = |cell: &usize| computed.get(*cell) != Some(&false);
        let all: usize = (0..networks.len())
            .filter(counted)
            .map(|cell| networks[cell])
            .sum();
        let cells: Vec<bool> = networks.iter().map(|networks| *networks > 0).collect();
        Exploded {
            in_red: cells
                .iter()
                .zip(mixed)
                .any(|(exploded, mixed)| *exploded && *mixed),
            cells,
            networks: all / if self.axes.y.is_none() { slice.rows } else { 1 },
        }
    }
}

/// Networks that exploded.
#[derive(Default)]
pub(super) struct Exploded {
    /// The cells with any, `[facet, row, column]`; empty where there are none.
    pub(super) cells: Vec<bool>,
    networks: usize,
    /// Whether some of these cells are drawn in red, since seeds of them diverged.
    in_red: bool,
}

impl Exploded {
    /// What a caption says of them.
    pub(super) fn caption(&self) -> String {
        let red = match self.in_red {
            true => " (in red where other seeds diverged)",
            false => "",
        };
        match self.networks {
            0 => String::new(),
            networks => format!(
                " {} exploded ({}): left out, and their cells hatched in orange{red}, never ringed.",
                words::so_many(networks, "network"),
                describe::exploded()
            ),
        }
    }
}
