//! The results of an analysis as tables for people.

use mlp_plot::ReportTable;
use mlp_statistics::{MEAN_OVER_MEDIAN, mean_over_median};
use mlp_train::analysis::{
    Analysis, GroupMean, Name, NormCorrelation, mean_coverage, pearson_coverage,
};

use super::bars::{MOST_CLASSES, letter};
use super::law::{share, without};
use crate::figures::describe;
use crate::formatting;

/// The most rows of a table in a report; the files hold all.
const MOST_ROWS: usize = 64;

/// The column with the part of itself by which a number can be off that a median is made of.
const WITHIN: &str = "medians within";

/// The column of coefficients of correlation by which correlations are told from none.
const PEARSON: &str = "Pearson";

/// The column of what a number is without the few that decide it.
const FEW: &str = "without few";

/// The results as tables for people.
pub fn tables(analysis: &Analysis) -> Vec<ReportTable> {
    let interval = |interval: Option<(f64, f64)>| match interval {
        Some((low, high)) if low >= high => format!("both ends {}", formatting::measured(low)),
        Some((low, high)) => format!(
            "{} to {}",
            formatting::measured(low),
            formatting::measured(high)
        ),
        None => String::new(),
    };
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let percents = |interval: Option<(f64, f64)>| match interval {
        Some((low, high)) => format!("{} to {}", percent(low), percent(high)),
        None => String::new(),
    };
    let coverage = |share: f64| format!("{share:.3}");
    let number = |number: Option<f64>| number.map_or_else(String::new, formatting::measured);
    let shared = |number: Option<f64>| number.map_or_else(String::new, share);
    let table = |caption: &str, header: &[&str], rows: Vec<Vec<String>>| {
        let left = rows.len().saturating_sub(MOST_ROWS);
        let caption = match left {
            0 => caption.to_owned(),
            left => format!("{caption} ({left} more rows in the file)"),
        };
        ReportTable {
            caption,
            header: header.iter().map(|head| (*head).to_owned()).collect(),
            rows: rows.into_iter().take(MOST_ROWS).collect(),
        }
    };
    let growth = analysis.growth.iter().map(|growth| {
        let law = growth.law;
        vec![
            growth.name.to_string(),
            describe::label(growth.norm),
            formatting::measured(growth.start),
            formatting::measured(growth.end),
            percent(growth.grew.share().unwrap_or_default()),
            percents(growth.grew.interval()),
            number(law.map(|(slope, _)| slope)),
            shared(law.map(|(_, r_squared)| r_squared)),
            formatting::within(growth.quantile_error),
        ]
    });
    let success = analysis.success.iter().map(|success| {
        vec![
            success.name.to_string(),
            formatting::count(success.solved.trials as f64),
            formatting::count(success.diverged as f64),
            formatting::count(success.exploded as f64),
            percent(success.solved.share().unwrap_or_default()),
            percents(success.solved.interval()),
        ]
    });
    let laws = analysis.scatters.iter().flat_map(|scatter| &scatter.laws);
    let laws = laws.map(|law| {
        let line = law.line.as_ref().ok();
        let single = law.single;
        vec![
            law.name.to_string(),
            law.axes[1].clone(),
            law.axes[0].clone(),
            number(line.map(|line| line.slope)),
            number(line.map(|line| line.intercept)),
            shared(line.and_then(|line| line.r_squared)),
            without(law.decided),
            formatting::count(law.points as f64),
            shared(single.map(|single| single.r_squared)),
        ]
    });
    let clustering = analysis.clustering.iter().map(|found| {
        vec![
            found.name.to_string(),
            formatting::count(found.networks as f64),
            formatting::count(found.classes as f64),
            formatting::count(found.alone as f64),
            formatting::measured(found.effective),
            shared(found.explained[0]),
            shared(found.explained[1]),
        ]
    });
    let clusters = analysis.clusters.iter().flatten();
    let clusters = clusters.filter(|cluster| cluster.name == Name::default());
    let clusters = clusters.take(MOST_CLASSES).enumerate();
    let clusters = clusters.map(|(place, cluster)| {
        let [weight, bias, loss, accuracy] = cluster.metrics.map(|(mean, _)| number(mean));
        vec![
            letter(place),
            cluster.class.clone(),
            formatting::count(cluster.share.successes as f64),
            percents(cluster.share.interval()),
            formatting::count(cluster.solved as f64),
            weight,
            bias,
            loss,
            accuracy,
        ]
    });
    let correlations = analysis.correlations.iter().map(|found| {
        vec![
            found.name.to_string(),
            describe::label(&found.norm),
            describe::label(found.score),
            format!("{:.3}", found.pearson.value),
            interval(Some(found.pearson.interval)),
            coverage(pearson_coverage(found.pearson.count)),
            without(found.decided),
            format!("{:.3}", found.spearman.value),
            interval(Some(found.spearman.interval)),
        ]
    });
    let means = analysis.means.iter().map(|found| {
        let method = |_| {
            format!(
                "{}, {}",
                found.mean.method.name(),
                coverage(mean_coverage(found.mean.count))
            )
        };
        let median = found.median;
        vec![
            found.name.to_string(),
            describe::label(found.metric),
            formatting::measured(found.mean.value),
            interval(found.mean.interval),
            found.mean.interval.map_or_else(String::new, method),
            number(median.map(|median| median.value)),
            interval(median.map(|median| median.interval)),
            median.map_or_else(String::new, |median| coverage(median.coverage)),
            formatting::within(found.quantile_error),
            formatting::count(found.mean.count as f64),
        ]
    });
    let comparisons = analysis.comparisons.iter().map(|found| {
        vec![
            format!(
                "{}: {} minus {}",
                found.name.key, found.other, found.name.value
            ),
            describe::label(found.metric),
            formatting::measured(found.difference.value),
            interval(found.difference.interval),
            coverage(mean_coverage(found.difference.count)),
            format!("{} of {}", found.signs.positive, found.difference.count),
            formatting::measured(found.signs.p_value),
            number(found.ranks.map(|ranks| ranks.p_value)),
        ]
    });
    let all = [
        table(
            "Growth of norms: medians at the first and the last record, networks whose norm grew, and the median network's law against ln(step)",
            &[
                "networks",
                "norm",
                "start",
                "end",
                "grew (%)",
                "interval",
                "per ln(step)",
                "R²",
                WITHIN,
            ],
            growth.collect(),
        ),
        table(
            "Success probability",
            &[
                "networks",
                "count",
                "diverged",
                "exploded",
                "solved (%)",
                "interval",
            ],
            success.collect(),
        ),
        table(
            &format!("Laws between norms, by least squares{}", {
                let mut laws = analysis.scatters.iter().flat_map(|scatter| &scatter.laws);
                match laws.any(|law| law.decided.is_some()) {
                    true => "; one or two points decide the slope where it is told without them",
                    false => "",
                }
            }),
            &[
                "points",
                "y",
                "x",
                "slope",
                "intercept",
                "R²",
                FEW,
                "count",
                "median R² of one network",
            ],
            laws.collect(),
        ),
        table(
            "Classes of solutions, and the share of the norms' variance between them",
            &[
                "networks",
                "count",
                "classes",
                "alone",
                "effective",
                "weight norm",
                "bias norm",
            ],
            clustering.collect(),
        ),
        table(
            "The most frequent classes",
            &[
                "class",
                "pattern",
                "networks",
                "share (%)",
                "solved",
                "weight norm",
                "bias norm",
                "train loss",
                "test accuracy",
            ],
            clusters.collect(),
        ),
        table(
            &format!(
                "Correlation of norms with the test part{}",
                doubtful(&analysis.correlations)
            ),
            &[
                "networks",
                "norm",
                "score",
                PEARSON,
                "interval",
                "covers if skewed",
                FEW,
                "Spearman",
                "interval",
            ],
            correlations.collect(),
        ),
        table(
            &format!("Means of last records{}", decided_by_few(&analysis.means)),
            &[
                "networks",
                "metric",
                "mean",
                "interval",
                "by, covers if skewed",
                "median",
                "interval",
                "covers",
                WITHIN,
                "count",
            ],
            means.collect(),
        ),
        table(
            "Settings compared on common seeds: of \"KEY: B minus A\" the metric at B minus that at A, its mean over the pairs, the pairs where it is above zero, p-values of the sign test and of Wilcoxon's signed ranks",
            &[
                "settings",
                "metric",
                "difference",
                "interval",
                "covers if skewed",
                "larger",
                "sign p",
                "Wilcoxon p",
            ],
            comparisons.collect(),
        ),
    ];
    all.into_iter()
        .filter(|table| !table.rows.is_empty())
        .map(without_exact)
        .map(without_few)
        .collect()
}

/// A table of correlations as that of those which tell something, and that of those whose interval holds 0, if any; any other
/// table as it is.
pub fn without_nothing(
    table: ReportTable,
    correlations: &[NormCorrelation],
) -> (Option<ReportTable>, Option<ReportTable>) {
    if !table.header.iter().any(|head| head == PEARSON) {
        return (Some(table), None);
    }
    let tells = correlations.iter().map(|found| {
        let (low, high) = found.pearson.interval;
        low > 0.0 || high < 0.0
    });
    let rows = table.rows.iter().cloned().zip(tells);
    let (told, nothing): (Vec<_>, Vec<_>) = rows.partition(|(_, tells)| *tells);
    let of = |rows: Vec<(Vec<String>, bool)>, caption: String| {
        let rows: Vec<_> = rows.into_iter().map(|(row, _)| row).collect();
        (!rows.is_empty()).then(|| ReportTable {
            caption,
            header: table.header.clone(),
            rows,
        })
    };
    let caption = format!(
        "Correlations with the test part whose interval (Pearson) holds 0, so that there may be none{}",
        match told.len() + nothing.len() < correlations.len() {
            true => ", of those in this report",
            false => "",
        }
    );
    (of(told, table.caption.clone()), of(nothing, caption))
}

/// Which means say little of most networks.
fn decided_by_few(means: &[GroupMean]) -> String {
    let few = means.iter().filter(|found| {
        let median = found.median.map(|median| median.value);
        median.is_some_and(|median| mean_over_median(found.mean.value, median).is_some())
    });
    let few = few.map(|found| format!("{} of {}", describe::label(found.metric), found.name));
    let few: Vec<String> = few.collect();
    match few.is_empty() {
        true => String::new(),
        false => format!(
            "; of {} the mean is more than {MEAN_OVER_MEDIAN} times the median, so that few networks decide it",
            few.join(", ")
        ),
    }
}

/// What is to be said of correlations that tell of few networks, or of no straight line.
fn doubtful(correlations: &[NormCorrelation]) -> String {
    let named = |doubted: fn(&NormCorrelation) -> bool| {
        let names = correlations.iter().filter(|found| doubted(found));
        let names = names.map(|found| {
            let (norm, score) = (describe::label(&found.norm), describe::label(found.score));
            format!("{norm} with {score} of {}", found.name)
        });
        names.collect::<Vec<_>>().join(", ")
    };
    let few = named(|found| found.decided.is_some());
    let bent = named(|found| found.decided.is_none() && found.disagrees());
    let mut told = String::new();
    if !few.is_empty() {
        told += &format!(
            "; one or two networks decide Pearson's of {few}: Spearman's does not mind them"
        );
    }
    if !bent.is_empty() {
        told += &format!(
            "; the ranks of {bent} say something else than the numbers, which lie on no straight line"
        );
    }
    told
}

/// A table without the column of numbers that few decide, where there are none.
fn without_few(mut table: ReportTable) -> ReportTable {
    if let Some(column) = table.header.iter().position(|head| *head == FEW)
        && table.rows.iter().all(|row| row[column].is_empty())
    {
        table.header.remove(column);
        table
            .rows
            .iter_mut()
            .for_each(|row| drop(row.remove(column)));
    }
    table
}

/// A table without the column that says how far its medians are off, where all are exact.
fn without_exact(mut table: ReportTable) -> ReportTable {
    if let Some(column) = table.header.iter().position(|head| *head == WITHIN) {
        match table.rows.iter().all(|row| row[column] == formatting::within(0.0)) {
            true => {
                table.header.remove(column);
                table.rows.iter_mut().for_each(|row| drop(row.remove(column)));
            }
            false => table.caption.push_str(
                "; medians of more than 4,096 networks are made of numbers known within the part of themselves that stands behind them",
            ),
        }
    }
    table
}
