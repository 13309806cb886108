//! The computed cells of a map, and those with exploded networks.

use mlp_train::{MapAxes, MapSlice, ResolvedExperiment};

use crate::{figures::describe, formatting};

/// Which cells of a map were computed; where it was refined, the others show what one of these came to.
#[derive(Clone)]
pub struct Computed {
    /// `[facet, y, x]` (`[facet, x]` over steps); none where all were.
    cells: Option<Vec<bool>>,
    /// Cells that are not trained yet, of a map that is not complete; none where all are.
    missing: Option<Vec<bool>>,
    columns: usize,
    over_steps: bool,
}

impl Computed {
    /// Those of an experiment, of which `ended` networks have ended, or all.
    pub fn of(experiment: &ResolvedExperiment, axes: &MapAxes<'_>, ended: Option<&[u64]>) -> Self {
        let computed = experiment.computed_cells().map(|computed| {
            let cells = 0..experiment.cells();
            cells.map(|cell| computed.contains(&cell)).collect()
        });
        let whole = ended.map(|ended| {
            let mut networks = vec![0; experiment.cells() as usize];
            for &network in ended {
                networks[experiment.cell_of(network) as usize] += 1;
            }
            let seeds = experiment.seeds_per_cell();
            let whole = networks.into_iter().map(|count| count == seeds);
            whole.collect::<Vec<bool>>()
        });
        // A map that is being refined shows every cell by one of its block.
        let refined = experiment.experiment().map.budget.is_some();
        let (computed, missing) = match whole {
            Some(whole) if refined => (Some(whole), None),
            Some(whole) => {
                let missing = whole.into_iter().map(|whole| !whole);
                (computed, Some(missing.collect::<Vec<bool>>()))
            }
            None => (computed, None),
        };
        Self {
            cells: computed.filter(|cells: &Vec<bool>| cells.contains(&false)),
            missing: missing.filter(|cells| cells.contains(&true)),
            columns: axes.x.values.len(),
            over_steps: axes.y.is_none(),
        }
    }

    /// Computed cells, and all; `None` where all were.
    pub(super) fn counts(&self) -> Option<(usize, usize)> {
        let cells = self.cells.as_ref()?;
        let computed = cells.iter().filter(|computed| **computed).count();
        Some((computed, cells.len()))
    }

    /// Those of a picture with so many rows, `[facet, row, column]`; empty where all were. Over steps, a cell of the
    /// axes is one in all rows.
    pub fn in_rows(&self, rows: usize) -> Vec<bool> {
        self.repeated(self.cells.as_deref(), rows)
    }

    /// As [`in_rows`](Self::in_rows), the cells that are not trained yet; empty where all are.
    pub fn missing_in_rows(&self, rows: usize) -> Vec<bool> {
        self.repeated(self.missing.as_deref(), rows)
    }

    /// Whether every cell is trained.
    pub(super) fn is_whole(&self) -> bool {
        self.missing.is_none()
    }

    fn repeated(&self, cells: Option<&[bool]>, rows: usize) -> Vec<bool> {
        match cells {
            None => Vec::new(),
            Some(cells) if self.over_steps => cells
                .chunks(self.columns)
                .flat_map(|facet| facet.repeat(rows))
                .collect(),
            Some(cells) => cells.to_vec(),
        }
    }

    /// The networks of a slice that exploded, where cells that are `mixed` are drawn as such.
    pub(super) fn exploded(&self, slice: &MapSlice, mixed: &[bool]) -> Exploded {
        if slice.exploded.is_empty() {
            return Exploded::default();
        }
        let networks = slice.exploded_networks();
        let computed = self.in_rows(slice.rows);
        let missing = self.missing_in_rows(slice.rows);
        let counted =
            |cell: &usize| computed.get(*cell) != Some(&false) && missing.get(*cell) != Some(&true);
        // Over steps, a network is one in all its rows, and has exploded at the last of them if at any.
        let last = |cell: &usize| {
            let row = cell / slice.columns % slice.rows;
            !self.over_steps || row + 1 == slice.rows
        };
        let all: usize = (0..networks.len())
            .filter(counted)
            .filter(last)
            .map(|cell| networks[cell])
            .sum();
        let cells: Vec<bool> = networks.iter().map(|networks| *networks > 0).collect();
        Exploded {
            in_red: cells
                .iter()
                .zip(mixed)
                .any(|(exploded, mixed)| *exploded && *mixed),
            cells,
            networks: all,
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
                " {} exploded ({}): left out, and their cells hatched in orange{red}, never marked as best.",
                formatting::so_many(networks, "network"),
                describe::exploded()
            ),
        }
    }
}
