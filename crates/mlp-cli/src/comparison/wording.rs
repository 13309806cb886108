//! How means and differences are said.

use mlp_statistics::Mean;

use super::{found::Found, paired::Paired, runs::ComparedRun};
use crate::formatting;

/// A mean with its interval: `0.1234 (0.1200 to 0.1268)`.
pub fn mean(mean: &Mean) -> String {
    let value = formatting::measured(mean.value);
    match mean.interval {
        Some((low, high)) if low < high => format!(
            "{value} ({} to {})",
            formatting::measured(low),
            formatting::measured(high)
        ),
        _ => value,
    }
}

/// Heads of the columns of [`cells`].
pub const HEADS: [&str; 7] = [
    "metric",
    "difference",
    "pairs",
    "larger in",
    "smaller in",
    "p (signed ranks)",
    "p (signs)",
];

/// A paired difference of a metric, column by column: its mean with interval, how often it is above and below 0, and the
/// p-values of Wilcoxon's signed ranks and of the signs.
pub fn cells(metric: &str, found: &Paired) -> [String; 7] {
    let several = found.difference.count > 1;
    let tested = |p: Option<f64>| match p.filter(|_| several) {
        Some(p) => formatting::measured(p),
        None => "-".to_owned(),
    };
    [
        metric.to_owned(),
        mean(&found.difference),
        formatting::count(found.difference.count as f64),
        formatting::count(found.signs.positive as f64),
        formatting::count(found.signs.negative as f64),
        tested(found.ranks.map(|ranks| ranks.p_value)),
        tested(Some(found.signs.p_value)),
    ]
}

/// Why a run has no paired difference from the first.
pub fn unpaired(found: &Found, run: usize) -> &'static str {
    let both = |means: &[Option<Mean>]| means[0].is_some() && means[run].is_some();
    match found.metrics.iter().any(|metric| both(&metric.means)) {
        true if !found.unlike.is_empty() => {
            "no pairs: what is compared is not the same in both runs"
        }
        true => "no pairs: no seed is once in each run, beside the same values of what both sweep",
        false => "no pairs: none of these metrics has values in both runs",
    }
}

/// What is said of each metric without values in some of the runs, or of another meaning.
pub fn without_values(runs: &[ComparedRun], found: &Found) -> Vec<String> {
    let lines = found.metrics.iter().filter_map(|metric| {
        let without = runs.iter().zip(&metric.means);
        let without: Vec<_> = without
            .filter(|(_, mean)| mean.is_none())
            .map(|(run, _)| run)
            .collect();
        let letters: Vec<&str> = without.iter().map(|run| &*run.letter).collect();
        let withheld = |run: &&ComparedRun| run.view.author().population.select.is_some();
        let why = match metric.metric.strip_prefix("test_") {
            Some(score) if without.iter().any(withheld) => format!(
                ": --select withholds the test part from the networks; compare validation_{score}"
            ),
            _ => String::new(),
        };
        (!letters.is_empty()).then(|| {
            format!(
                "{} has no values in {}{why}",
                metric.metric,
                letters.join(", ")
            )
        })
    });
    lines.chain(found.unlike.iter().cloned()).collect()
}
