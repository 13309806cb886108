//! Fisher's irises.

use super::EmbeddedTable;
use crate::Task;
use crate::registry::{DatasetInfo, Maker};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "iris",
    aliases: &[],
    description: "three species of iris from the lengths and widths of sepals and petals in cm",
    task: Task::Classification { classes: 3 },
    features: 4,
    samples: 150,
    options: &[],
    source: "Fisher 1936, The use of multiple measurements in taxonomic problems; as in scikit-learn 1.9.1",
    licence: "CC BY 4.0 (UCI Machine Learning Repository)",
    maker: Maker::Embedded(&EmbeddedTable {
        bytes: include_bytes!("../../data/iris.csv.gz"),
        classes: &["setosa", "versicolor", "virginica"],
    }),
};

#[cfg(test)]
mod tests {
    use super::super::check;

    #[test]
    fn the_figures_are_scikit_learns() {
        let means = [5.843_333_333, 3.057_333_333, 3.758, 1.199_333_333];
        let set = check(
            "iris",
            Some(&[50, 50, 50]),
            2078.7,
            &means,
            &[5.1, 3.5, 1.4, 0.2],
        );
        assert_eq!(set.feature_names()[3], "petal width (cm)");
        assert_eq!(set.target_columns(), ["species"]);
    }
}
