//! How means and differences are said.

use mlp_statistics::Mean;

use super::{found::Found, paired::Paired, runs::ComparedRun, scores::folds_of};
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
        Some(p) => p_value(p),
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

/// A p-value. Two that are equal but for the rounding of their sums are the same text.
fn p_value(p: f64) -> String {
    let exact = format!("{p:.11e}").parse().unwrap_or(p);
    formatting::measured(exact)
}

/// How many networks of each run a condition leaves out.
pub fn by_condition(runs: &[ComparedRun]) -> String {
    let each = runs.iter().map(|run| {
        let all = formatting::so_many(run.fits.len(), "network");
        let unfit = formatting::count(run.unfit() as f64);
        format!("{unfit} of {all} of {}", run.letter)
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Why a run has no paired difference from the first.
pub fn unpaired(runs: &[ComparedRun], found: &Found, run: usize) -> String {
    let both = |means: &[Option<Mean>]| means[0].is_some() && means[run].is_some();
    if !found.metrics.iter().any(|metric| both(&metric.means)) {
        return "no pairs: none of these metrics has values in both runs".to_owned();
    }
    if !found.unlike.is_empty() {
        return "no pairs: what is compared is not the same in both runs".to_owned();
    }
    let letter = runs[run].letter.as_str();
    match found.pairs[run] {
        Some((0, _)) if folds_of(&runs[0]) != folds_of(&runs[run]) => {
            let told = |run: &ComparedRun| match folds_of(run) {
                Some(folds) => format!("{} has {folds} folds", run.letter),
                None => format!("{} has none", run.letter),
            };
            let [a, b] = [&runs[0], &runs[run]].map(told);
            format!(
                "no pairs: networks of different folds train on other rows: {a}, {b}; give both runs the same --folds, or neither"
            )
        }
        Some((0, _)) if [0, run].iter().any(|&run| runs[run].fits.contains(&false)) => format!(
            "no pairs: no two networks of A and {letter} that meet the condition have the same seed (and the same values of what both sweep)"
        ),
        Some((0, _)) => format!(
            "no pairs: no network of {letter} has the seed of one of A (and the same values of what both sweep); give both runs the same --seed"
        ),
        Some(_) => "no pairs: in each a network diverged or exploded".to_owned(),
        None => {
            let swept = |run: &ComparedRun| -> Vec<String> {
                let axes = run.view.experiment().axes().iter();
                axes.map(|axis| axis.key.to_string()).collect()
            };
            let of_both = [swept(&runs[0]), swept(&runs[run])];
            let only = |own: &[String], other: &[String]| -> Vec<String> {
                let own = own.iter().filter(|key| !other.contains(key));
                own.cloned().collect()
            };
            let [a, b] = &of_both;
            let sweeps = [("A", only(a, b)), (letter, only(b, a))]
                .into_iter()
                .filter(|(_, keys)| !keys.is_empty())
                .map(|(letter, keys)| format!("{letter} alone sweeps {}", keys.join(", ")));
            let sweeps: Vec<String> = sweeps.collect();
            match sweeps.is_empty() {
                true => "no pairs: a run has several networks of the same seed".to_owned(),
                false => format!(
                    "no pairs: {}, so that several of its networks have the same seed; sweep the same in both runs, or nothing",
                    sweeps.join(" and ")
                ),
            }
        }
    }
}

/// What is said of each metric without values in some of the runs, or of another meaning, and of pairs that are left out.
pub fn left_out(runs: &[ComparedRun], found: &Found) -> Vec<String> {
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
    let pairs = runs.iter().zip(&found.pairs).filter_map(|(run, pairs)| {
        let (all, lost) = pairs.filter(|(_, lost)| *lost > 0)?;
        Some(format!(
            "{} of {} of A and {} left out of the differences: a network of each diverged or exploded",
            formatting::count(lost as f64),
            formatting::so_many(all, "pair"),
            run.letter
        ))
    });
    lines
        .chain(found.unlike.iter().cloned())
        .chain(pairs)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_p_values_are_the_same_text() {
        let tie = 0.007_812_5_f64;
        let texts = [tie, tie.next_up(), tie.next_down(), tie * (1.0 + 1e-15)].map(p_value);
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
        assert_ne!(p_value(0.0625), p_value(0.0626));
    }
}
