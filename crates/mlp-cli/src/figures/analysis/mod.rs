//! Summary of the networks of a run, as pictures, tables and a section of the report.

mod bars;
mod drawn_keys;
mod law;
mod scatter;
mod tables;

use anyhow::Result;
use mlp_plot::Section;
use mlp_train::analysis::{Analysis, how_to_have_classes};

pub use self::bars::{CLASSES, SUCCESS};
pub use self::drawn_keys::DRAWN_KEYS;
pub use self::law::{equation, share};
pub use self::scatter::SCATTER;
pub use self::tables::tables;
use super::Figure;
use crate::formatting;

/// That networks share seeds, where they do.
pub fn shared_seeds(analysis: &Analysis) -> Option<String> {
    let (networks, seeds) = (analysis.networks, analysis.seeds);
    (1..networks).contains(&seeds).then(|| {
        format!(
            "these {networks} networks have {} between them, so they are not {networks} independent ones: where settings are pooled \
             (\"all\"), counts are of networks, and intervals are as if they were independent",
            formatting::so_many(seeds as usize, "seed")
        )
    })
}

/// Which of a run's networks are analysed, where a condition selected them.
pub fn selected(analysis: &Analysis) -> Option<String> {
    let condition = analysis.condition.as_ref()?;
    Some(format!(
        "{} of {}, where {condition}",
        formatting::count(analysis.networks as f64),
        formatting::so_many(analysis.of as usize, "network")
    ))
}

/// The section of a report.
pub fn section(analysis: &Analysis, figures: &[Figure]) -> Result<Section> {
    let mut section = Section::new("Analysis").paragraph(
        "Summary of the networks; the tables as CSV and the figures are in the folder analysis. Intervals are of 95 %: of means by Student's t, of medians between two of the numbers themselves (with what they cover of any continuous distribution), of correlations by Fisher's transformation. Beside it is the measured coverage for strongly skewed (lognormal) numbers; of normal ones it covers 95 %. Networks that diverged or exploded are counted and left out.",
    );
    if let Some(note) = shared_seeds(analysis) {
        section = section.paragraph(format!("Note: {note}."));
    }
    for figure in figures {
        section = figure.add_to(section)?;
    }
    for table in tables(analysis) {
        let (table, nothing) = tables::without_nothing(table, &analysis.correlations);
        section = table.into_iter().fold(section, Section::table);
        section = nothing.into_iter().fold(section, Section::folded);
    }
    if analysis.clusters.is_none() {
        section = section.paragraph(format!("Clusters: {}.", how_to_have_classes()));
    }
    Ok(section)
}
