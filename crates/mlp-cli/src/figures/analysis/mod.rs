//! Summary of the networks of a run, as pictures, tables and a section of the report.

mod bars;
mod drawn_keys;
mod law;
mod scatter;
mod tables;

use anyhow::Result;
use mlp_plot::{Format, Section};
use mlp_train::analysis::{Analysis, how_to_have_classes};

pub use self::bars::{CLASSES, SUCCESS};
pub use self::drawn_keys::DRAWN_KEYS;
pub use self::law::{equation, share};
pub use self::scatter::SCATTER;
pub use self::tables::tables;
use super::Figure;

/// The section of a report.
pub fn section(analysis: &Analysis, figures: &[Figure]) -> Result<Section> {
    let mut section = Section::new("Analysis").paragraph(
        "Summary of the networks; the tables as CSV and the figures are in the folder analysis. Intervals are of 95 %: of means by Student's t, of medians between two of the numbers themselves (with what they cover of any continuous distribution), of correlations by Fisher's transformation. Beside it is the measured coverage for strongly skewed (lognormal) numbers; of normal ones it covers 95 %. Networks that diverged or exploded are counted and left out.",
    );
    for figure in figures {
        let svg = figure.chart.render(Format::Svg, figure.size)?;
        section = section.figure(svg, figure.caption.clone());
    }
    for table in tables(analysis) {
        section = section.table(table);
    }
    if analysis.clusters.is_none() {
        section = section.paragraph(format!("Clusters: {}.", how_to_have_classes()));
    }
    Ok(section)
}
