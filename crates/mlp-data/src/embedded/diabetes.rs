//! Progression of diabetes.

use super::EmbeddedTable;
use crate::Task;
use crate::registry::{DatasetInfo, Maker};

/// The raw measurements, scikit-learn's `load_diabetes(scaled=False)`: scaling is left to the user, as for
/// every other table.
pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "diabetes",
    aliases: &[],
    description: "progression of diabetes after a year from ten measurements, as measured (not scaled)",
    task: Task::Regression { outputs: 1 },
    features: 10,
    samples: 442,
    options: &[],
    source: "Efron, Hastie, Johnstone and Tibshirani 2004, Least angle regression; as in scikit-learn 1.9.1",
    licence: "none stated by its authors; distributed with scikit-learn (BSD-3-Clause)",
    maker: Maker::Embedded(&EmbeddedTable {
        bytes: include_bytes!("../../data/diabetes.csv.gz"),
        classes: &[],
    }),
};

#[cfg(test)]
mod tests {
    use super::super::check;
    use crate::Targets;

    #[test]
    fn the_figures_are_scikit_learns() {
        let means = [48.518_099_55, 1.468_325_79, 26.375_791_86, 94.647_013_57];
        let first = [59.0, 2.0, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0];
        let set = check("diabetes", None, 276_404.233_6, &means, &first);
        let Targets::Values { values, names } = set.targets() else {
            panic!("progression is a number")
        };
        assert_eq!(names.as_slice(), ["progression"]);
        assert_eq!(values[[0, 0]], 151.0);
        assert!((values.sum() / 442.0 - 152.133_484_162_895_94).abs() < 1e-9);
        assert_eq!(
            set.feature_names(),
            [
                "age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"
            ]
        );
    }
}
