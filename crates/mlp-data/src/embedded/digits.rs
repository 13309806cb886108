//! Handwritten digits of 8 x 8 pixels.

use super::EmbeddedTable;
use crate::Task;
use crate::registry::{DatasetInfo, Maker};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "digits",
    aliases: &[],
    description: "handwritten digits, 8 x 8 pixels from 0 to 16, row by row",
    task: Task::Classification { classes: 10 },
    features: 64,
    samples: 1797,
    options: &[],
    source: "Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits (test part), UCI Machine Learning Repository; as in scikit-learn 1.9.1",
    licence: "CC BY 4.0 (UCI Machine Learning Repository)",
    maker: Maker::Embedded(&EmbeddedTable {
        bytes: include_bytes!("../../data/digits.csv.gz"),
        classes: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    }),
};

#[cfg(test)]
mod tests {
    use super::super::check;

    #[test]
    fn the_figures_are_scikit_learns() {
        let counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        let means = [0.0, 0.303_839_73, 5.204_785_75, 11.835_837_51];
        let first = [
            0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0, 0.0, 0.0, 13.0, 15.0,
        ];
        let set = check("digits", Some(&counts), 561_718.0, &means, &first);
        assert_eq!(set.feature_names()[10], "pixel_1_2");
        assert!(
            set.inputs()
                .iter()
                .all(|pixel| (0.0..=16.0).contains(pixel))
        );
    }
}
