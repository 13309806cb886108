//! Wines of three growers.

use super::EmbeddedTable;
use crate::Task;
use crate::registry::{DatasetInfo, Maker};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "wine",
    aliases: &[],
    description: "three growers of wine from thirteen chemical measurements",
    task: Task::Classification { classes: 3 },
    features: 13,
    samples: 178,
    options: &[],
    source: "Aeberhard and Forina 1991, Wine, UCI Machine Learning Repository; as in scikit-learn 1.9.1",
    licence: "CC BY 4.0 (UCI Machine Learning Repository)",
    maker: Maker::Embedded(&EmbeddedTable {
        bytes: include_bytes!("../../data/wine.csv.gz"),
        classes: &["class_0", "class_1", "class_2"],
    }),
};

#[cfg(test)]
mod tests {
    use super::super::check;

    #[test]
    fn the_figures_are_scikit_learns() {
        let means = [13.000_617_98, 2.336_348_31, 2.366_516_85, 19.494_943_82];
        let first = [
            14.23, 1.71, 2.43, 15.6, 127.0, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065.0,
        ];
        let set = check("wine", Some(&[59, 71, 48]), 159_975.295_999, &means, &first);
        assert_eq!(set.feature_names()[11], "od280/od315_of_diluted_wines");
    }
}
