//! Networks of a map that exploded.

use mlp_train::MapSlice;

use crate::figures::describe;
use crate::words;

/// Networks that exploded.
#[derive(Default)]
pub struct Exploded {
    /// The cells with any, `[facet, row, column]`; empty where there are none.
    pub cells: Vec<bool>,
    networks: usize,
    /// Whether some of these cells are drawn in red, since seeds of them diverged.
    in_red: bool,
}

impl Exploded {
    /// Those of a slice, where cells that are `mixed` are drawn as such.
    pub fn of(slice: &MapSlice, mixed: &[bool], over_steps: bool) -> Self {
        if slice.exploded.is_empty() {
            return Self::default();
        }
        let cells: Vec<bool> = slice.exploded_networks().iter().map(|n| *n > 0).collect();
        Self {
            in_red: cells
                .iter()
                .zip(mixed)
                .any(|(exploded, mixed)| *exploded && *mixed),
            cells,
            networks: slice.networks_exploded(over_steps),
        }
    }

    /// What a caption says of them.
    pub fn caption(&self) -> String {
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
