//! Breast cancer of Wisconsin, diagnostic.

use super::EmbeddedTable;
use crate::Task;
use crate::registry::{DatasetInfo, Maker};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "breast-cancer",
    aliases: &["cancer"],
    description: "malignant or benign from thirty measurements of cell nuclei",
    task: Task::Classification { classes: 2 },
    features: 30,
    samples: 569,
    options: &[],
    source: "Wolberg, Mangasarian, Street and Street 1993, Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository; as in scikit-learn 1.9.1",
    licence: "CC BY 4.0 (UCI Machine Learning Repository)",
    maker: Maker::Embedded(&EmbeddedTable {
        bytes: include_bytes!("../../data/breast-cancer.csv.gz"),
        classes: &["malignant", "benign"],
    }),
};

#[cfg(test)]
mod tests {
    use super::super::check;

    #[test]
    fn the_figures_are_scikit_learns() {
        let means = [14.127_291_74, 19.289_648_51, 91.969_033_39, 654.889_103_69];
        let first = [17.99, 10.38, 122.8, 1001.0, 0.1184];
        let set = check(
            "breast-cancer",
            Some(&[212, 357]),
            1_056_474.459_634_6,
            &means,
            &first,
        );
        assert_eq!(set.feature_names()[29], "worst fractal dimension");
        assert_eq!(set.target_columns(), ["diagnosis"]);
    }
}
