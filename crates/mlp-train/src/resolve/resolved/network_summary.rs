//! A short description of the networks of an experiment.

use std::fmt;

use super::ResolvedExperiment;
use crate::error::Error;

/// Number of names that are listed one by one.
const TOLD: usize = 3;

/// The shapes and the data of the networks, each once, in the order in which the axes take them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSummary {
    /// The networks' shapes, such as `2-16-16-1`.
    pub shapes: Vec<String>,
    /// The data sets' names.
    pub data: Vec<String>,
}

impl NetworkSummary {
    /// Of all networks.
    ///
    /// # Errors
    /// Recipes that cannot be resolved.
    pub fn of(experiment: &ResolvedExperiment) -> Result<Self, Error> {
        let mut network_summary = Self::default();
        for cell in experiment.representative_cells() {
            let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
            let shape = recipe.architecture().to_string();
            if !network_summary.shapes.contains(&shape) {
                network_summary.shapes.push(shape);
            }
            if !network_summary.data.contains(&recipe.data.name) {
                network_summary.data.push(recipe.data.name.clone());
            }
        }
        Ok(network_summary)
    }

    /// The data in words: `moons`, `moons, circles`, `7 data sets`.
    pub fn data(&self) -> String {
        match self.data.len() {
            0..=TOLD => self.data.join(", "),
            many => format!("{many} data sets"),
        }
    }
}

impl fmt::Display for NetworkSummary {
    /// `2-16-1 on moons`, `2-8-1, 2-16-1 on moons, circles`, `2-2-1 to 2-64-1 on 7 data sets`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shapes = match &self.shapes[..] {
            [first, .., last] if self.shapes.len() > TOLD => format!("{first} to {last}"),
            few => few.join(", "),
        };
        write!(f, "{shapes} on {}", self.data())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_named_and_many_counted() {
        let network_summary = |shapes: &[&str], data: &[&str]| NetworkSummary {
            shapes: shapes.iter().map(ToString::to_string).collect(),
            data: data.iter().map(ToString::to_string).collect(),
        };
        let one = network_summary(&["2-1"], &["moons"]);
        assert_eq!(one.to_string(), "2-1 on moons");
        let few = network_summary(&["2-1", "2-2-1"], &["moons", "circles"]);
        assert_eq!(few.to_string(), "2-1, 2-2-1 on moons, circles");
        let many = network_summary(&["a", "b", "c", "d"], &["p", "q", "r", "s"]);
        assert_eq!(many.to_string(), "a to d on 4 data sets");
    }
}
