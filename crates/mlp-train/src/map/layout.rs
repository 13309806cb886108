//! The layout of a map's arrays, and the small arrays that describe it.

use mlp_npy::{Array, Arrays, Data};

use super::MapAxes;
use crate::resolve::resolved::Axis;

/// The axes of a map's arrays, `[step, seed, facet, y, x]`. Steps that are the y axis come after the
/// seeds and facets.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) axes: MapAxes<'a>,
    /// The recorded steps.
    pub(super) steps: Vec<u64>,
    /// Networks per cell.
    pub(super) seeds: usize,
    /// The seed of the first of them.
    pub(super) first_seed: u64,
}

/// Values that belong together: adjacent cells, at one step and of one seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'v> {
    pub(super) step: usize,
    pub(super) seed: usize,
    /// The first of the cells.
    pub(super) cell: usize,
    pub(super) values: &'v [f64],
}

impl Layout<'_> {
    pub(super) fn cells(&self) -> usize {
        let rows = self.axes.y.map_or(1, |y| y.values.len());
        self.axes.x.values.len() * rows * self.axes.facets()
    }

    pub(super) fn networks(&self) -> u64 {
        (self.cells() * self.seeds) as u64
    }

    pub(super) fn over_steps(&self) -> bool {
        self.axes.y.is_none()
    }

    /// The existing axes: name and length.
    fn named(&self) -> Vec<(&'static str, usize)> {
        let several_steps = !self.over_steps() && self.steps.len() > 1;
        let rows = self.axes.y.map_or(self.steps.len(), |y| y.values.len());
        let axes = [
            ("step", self.steps.len(), several_steps),
            ("seed", self.seeds, self.seeds > 1),
            ("facet", self.axes.facets(), self.axes.facet.is_some()),
            ("y", rows, true),
            ("x", self.axes.x.values.len(), true),
        ];
        let there = axes.into_iter().filter(|(.., there)| *there);
        there.map(|(name, length, _)| (name, length)).collect()
    }

    fn shape_without(&self, left_out: &[&str]) -> Vec<usize> {
        let axes = self.named().into_iter();
        let kept = axes.filter(|(name, _)| !left_out.contains(name));
        kept.map(|(_, length)| length).collect()
    }

    /// The shape of a metric.
    pub(super) fn shape(&self) -> Vec<usize> {
        self.shape_without(&[])
    }

    /// The shape of an array with one number per network.
    pub(super) fn shape_of_networks(&self) -> Vec<usize> {
        self.shape_without(&[if self.over_steps() { "y" } else { "step" }])
    }

    /// The shape of a statistic over the seeds of a cell, after the last step where steps are not an axis.
    pub(super) fn shape_over_seeds(&self) -> Vec<usize> {
        self.shape_without(&["step", "seed"])
    }

    /// The shape of an array with one value per cell.
    pub(super) fn shape_of_cells(&self) -> Vec<usize> {
        match self.over_steps() {
            true => self.shape_without(&["seed", "y"]),
            false => self.shape_over_seeds(),
        }
    }

    /// Adjacent cells in the array of a metric.
    pub(super) fn plane(&self) -> usize {
        match self.over_steps() {
            true => self.axes.x.values.len(),
            false => self.cells(),
        }
    }

    /// The number of such planes of a metric.
    pub(super) fn planes(&self) -> usize {
        self.steps.len() * self.seeds * (self.cells() / self.plane())
    }

    /// The planes of the final state of a map: all of them where steps are an axis of the picture.
    pub(super) fn last_planes(&self) -> std::ops::Range<usize> {
        match self.over_steps() {
            true => 0..self.planes(),
            false => self.planes() - self.seeds..self.planes(),
        }
    }

    /// The shape of those.
    pub(super) fn last_shape(&self) -> Vec<usize> {
        let last = self.named().into_iter().map(|(name, length)| match name {
            "step" => 1,
            _ => length,
        });
        last.collect()
    }

    /// The index of a plane among those of a metric, by its index among those with this step and seed.
    pub(super) fn place(&self, step: usize, seed: usize, part: usize) -> usize {
        match self.over_steps() {
            true => (seed * self.axes.facets() + part) * self.steps.len() + step,
            false => step * self.seeds + seed,
        }
    }

    /// Cuts a run of cells into the planes that it covers; `each` is called with their places.
    pub(super) fn cut<E>(
        &self,
        run: Run<'_>,
        mut each: impl FnMut(usize, &[f64]) -> Result<(), E>,
    ) -> Result<(), E> {
        let plane = self.plane();
        let (mut cell, mut rest) = (run.cell, run.values);
        while !rest.is_empty() {
            let (here, behind) = rest.split_at(rest.len().min(plane - cell % plane));
            each(self.place(run.step, run.seed, cell / plane), here)?;
            cell += here.len();
            rest = behind;
        }
        Ok(())
    }

    /// The arrays that describe the layout.
    pub(super) fn arrays(&self) -> Arrays {
        let mut npz = Arrays::new();
        let MapAxes { facet, y, x } = self.axes;
        axis(&mut npz, "x", x);
        match y {
            Some(y) => axis(&mut npz, "y", y),
            None => {
                let steps = self.steps.iter().map(|&step| step as f64).collect();
                npz.insert("y", Array::list(Data::F64(steps)));
            }
        }
        npz.insert("x_key", Array::word(&x.key.column()));
        npz.insert("y_key", Array::word(&self.axes.y_name()));
        if let Some(facet) = facet {
            axis(&mut npz, "facet", facet);
            npz.insert("facet_key", Array::word(&facet.key.column()));
        }
        let names: Vec<&str> = self.named().into_iter().map(|(name, _)| name).collect();
        if names.contains(&"seed") {
            let numbers = (0..self.seeds as u64).map(|seed| (self.first_seed + seed) as i64);
            npz.insert("seed", Array::list(Data::I64(numbers.collect())));
        }
        if names.contains(&"step") {
            let steps = self.steps.iter().map(|&step| step as i64);
            npz.insert("step", Array::list(Data::I64(steps.collect())));
        }
        let names = names.into_iter().map(str::to_owned);
        npz.insert("axes", Array::list(Data::Text(names.collect())));
        npz
    }
}

/// An axis by its numbers, or by indices and labels.
fn axis(npz: &mut Arrays, name: &str, axis: &Axis) {
    if let Some(numbers) = axis.numbers() {
        npz.insert(name, Array::list(Data::F64(numbers)));
        return;
    }
    let indices = (0..axis.values.len()).map(|index| index as f64);
    npz.insert(name, Array::list(Data::F64(indices.collect())));
    let labels = Array::list(Data::Text(axis.labels()));
    npz.insert(format!("{name}_labels"), labels);
}
