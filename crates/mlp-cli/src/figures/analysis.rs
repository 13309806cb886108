//! What the networks of a run say together, as pictures and as a section of the report.

use anyhow::Result;
use mlp_plot::{
    Format, Guide, NormScatter, NormTrend, Outcome, OutcomeBar, OutcomeBars, Quantiles, Scale,
    Section, Table, TrendAxis, TrendPanel, TrendSeries,
};
use mlp_statistics::{MEAN_OVER_MEDIAN, mean_over_median};
use mlp_train::analysis::{
    Analysis, Coloring, GroupMean, Law, Name, Scatter, Success, Trend, how_to_have_classes,
    mean_coverage, pearson_coverage,
};

use super::{Figure, View, describe};
use crate::words;

/// Beyond so many points a cloud hides how many lie where.
const MANY: usize = 20_000;
/// The most groups with a line of their own in a picture.
const MOST_LINES: usize = 8;
/// The most bars of a chart.
const MOST_BARS: usize = 40;
/// The most classes of solutions that are shown.
const MOST_CLASSES: usize = 12;
/// The most rows of a table in a report; the files hold all.
const MOST_ROWS: usize = 64;

/// The pictures. A cloud of many points is drawn by its density, unless its colours were asked for.
pub fn figures(view: &View, analysis: &Analysis, colored: bool) -> Vec<Figure> {
    let mut figures: Vec<Figure> = analysis
        .scatters
        .iter()
        .map(|found| scatter(view, found, colored))
        .collect();
    figures.extend(success(&analysis.success));
    figures.extend(classes(analysis));
    figures.extend(drawn_keys(view, &analysis.trends));
    figures
}

/// An axis as a chart writes it: squares as signs, columns as words.
fn axis(text: &str) -> String {
    describe::label(&text.replace("^2", "²").replace("^3", "³"))
}

/// A law as an equation with its R².
pub fn equation(law: &Law) -> String {
    let line = match &law.line {
        Ok(line) => line,
        Err(none) => return none.to_string(),
    };
    let [x, y] = &law.axes;
    let sign = if line.intercept < 0.0 { '-' } else { '+' };
    let fit = line.r_squared.map_or_else(
        || "y does not vary".to_owned(),
        |r| format!("R² {}", share(r)),
    );
    format!(
        "{y} = {} {x} {sign} {}, {fit}",
        words::measured(line.slope),
        words::measured(line.intercept.abs())
    )
}

/// A share near one with as many nines as it has.
pub fn share(value: f64) -> String {
    let decimals = match 1.0 - value {
        rest if rest > 0.01 => 3,
        rest if rest > 1e-4 => 5,
        _ => 7,
    };
    format!("{value:.decimals$}")
}

fn scatter(view: &View, found: &Scatter, colored: bool) -> Figure {
    let (x, y) = (found.x.to_string(), found.y.to_string());
    let many = found.points.len() > MANY && !colored;
    let outcome = match &found.coloring {
        _ if many => Outcome::Density,
        Coloring::Groups { names, of, label } => Outcome::Categorical {
            names: names
                .iter()
                .map(|name| match label.as_str() {
                    "outcome" | "cell" => name.clone(),
                    "class" => format!("class {name}"),
                    key => format!("{} {name}", describe::label(key)),
                })
                .collect(),
            classes: of.clone(),
        },
        Coloring::Numbers { label, values } => Outcome::Continuous {
            label: axis(label),
            values: values.clone(),
            scale: Scale::Auto,
        },
    };
    let what = if found.records { "record" } else { "network" };
    let hidden = match found.fitted - found.points.len() as u64 {
        0 => String::new(),
        _ => format!(
            " {} of {} points are drawn, those of evenly spaced networks; all are fitted.",
            words::count(found.points.len() as f64),
            words::count(found.fitted as f64)
        ),
    };
    let chart = NormScatter {
        title: format!("{} against {}", axis(&y), axis(&x)),
        subtitle: format!("{}{hidden}", describe::population(view)),
        x_label: axis(&x),
        y_label: axis(&y),
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        x: found.points.iter().map(|point| point.0).collect(),
        y: found.points.iter().map(|point| point.1).collect(),
        guides: guides(found, &outcome),
        outcome,
        marginals: true,
    };
    let law = found.laws.first().map_or_else(String::new, equation);
    let caption = format!(
        "Every {what} that neither diverged nor exploded, with lines of least squares. All: {law}."
    );
    let records = if found.records { "records-" } else { "" };
    let name = format!(
        "{records}{}-against-{}",
        found.y.file_name(),
        found.x.file_name()
    );
    Figure::new(name, caption, chart).sized(900, 640)
}

/// The lines over the range of their points: one a group, or one for all.
fn guides(found: &Scatter, outcome: &Outcome) -> Vec<Guide> {
    let ends = |group: Option<usize>| {
        let of = match &found.coloring {
            Coloring::Groups { of, .. } => Some(of),
            Coloring::Numbers { .. } => None,
        };
        let own = found
            .points
            .iter()
            .enumerate()
            .filter(|(i, _)| group.is_none_or(|group| of.is_some_and(|of| of[*i] == group)));
        own.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, p)| {
            (
                if p.0 < low { p.0 } else { low },
                if p.0 > high { p.0 } else { high },
            )
        })
    };
    let line = |law: &Law, group: Option<usize>, name: String| {
        let line = law.line.as_ref().ok()?;
        let (low, high) = ends(group);
        Some(Guide {
            name,
            class: group,
            line: vec![(low, line.at(low)), (high, line.at(high))],
        })
    };
    let fit = |law: &Law| {
        let r = law.line.as_ref().ok().and_then(|line| line.r_squared);
        r.map_or_else(String::new, |r| format!("R² {}", share(r)))
    };
    let groups = &found.laws[found.laws.len().min(1)..];
    let names = match &found.coloring {
        Coloring::Groups { names, .. } => names.as_slice(),
        Coloring::Numbers { .. } => &[],
    };
    let by_group = matches!(outcome, Outcome::Categorical { .. });
    if by_group && (2..=MOST_LINES).contains(&groups.len()) {
        let of_group = |law: &Law| {
            let group = names.iter().position(|name| *name == law.name.value)?;
            line(law, Some(group), fit(law))
        };
        return groups.iter().filter_map(of_group).collect();
    }
    let all = found.laws.first();
    all.and_then(|law| line(law, None, format!("fit, {}", fit(law))))
        .into_iter()
        .collect()
}

/// The share of solved networks of every group with more than one of its kind.
fn success(found: &[Success]) -> Option<Figure> {
    let cells = found.iter().filter(|success| success.name.key == "cell");
    let cells: Vec<&Success> = cells.collect();
    let keys = found
        .iter()
        .filter(|success| !success.name.key.is_empty() && success.name.key != "cell");
    let shown = match cells.is_empty() || cells.len() > MOST_BARS {
        true => keys.collect(),
        false => cells,
    };
    let solved = shown.iter().any(|success| success.solved.successes > 0);
    if !solved || shown.len() > MOST_BARS {
        return None;
    }
    let height = 160 + 32 * shown.len() as u32;
    let chart = OutcomeBars {
        title: "Success probability".to_owned(),
        subtitle:
            "Share of solved networks; diverged and exploded ones count as not solved. Wilson's 95 % intervals."
                .to_owned(),
        x_label: "share solved (%)".to_owned(),
        y_label: String::new(),
        bars: shown
            .iter()
            .map(|success| OutcomeBar {
                name: success.name.to_string().replace('_', " "),
                successes: success.solved.successes,
                trials: success.solved.trials,
            })
            .collect(),
    };
    let caption = "How many networks of each group reach the target loss.";
    Some(Figure::new("success", caption, chart).sized(900, height))
}

/// The shares of the most frequent classes of solutions.
fn classes(analysis: &Analysis) -> Option<Figure> {
    let clusters = analysis.clusters.as_ref()?.iter();
    let all = clusters.filter(|cluster| cluster.name == Name::default());
    let shown: Vec<_> = all.take(MOST_CLASSES).collect();
    let number = analysis.clustering.first()?.classes;
    let chart = OutcomeBars {
        title: "Classes of solutions".to_owned(),
        subtitle: format!(
            "Networks with the same activation pattern on the training part, neurons sorted: the {} most frequent of {} classes.",
            shown.len(),
            words::count(number as f64)
        ),
        x_label: "share of networks (%)".to_owned(),
        y_label: String::new(),
        bars: shown
            .iter()
            .map(|cluster| OutcomeBar {
                name: format!("class {}", cluster.class),
                successes: cluster.share.successes,
                trials: cluster.share.trials,
            })
            .collect(),
    };
    let caption = "The largest clusters of solutions; permuted neurons are one solution.";
    let height = 160 + 32 * shown.len() as u32;
    Some(Figure::new("classes", caption, chart).sized(900, height))
}

/// Norms over the values of keys that were drawn, which no other chart has by group.
fn drawn_keys(view: &View, trends: &[Trend]) -> Vec<Figure> {
    let mut figures = Vec::new();
    let axes = view.experiment().axes().iter();
    for axis in axes.filter(|axis| axis.is_continuous()) {
        let key = axis.key.column();
        let own = |norm: &str| -> Vec<&Trend> {
            let own = trends.iter();
            own.filter(|t| t.name.key == key && t.norm == norm)
                .collect()
        };
        let panel = |norm: &str| TrendPanel {
            label: describe::label(norm),
            series: vec![TrendSeries {
                name: "last records".to_owned(),
                quantiles: own(norm).into_iter().map(quantiles).collect(),
            }],
        };
        let places = own("weight_norm");
        if places.is_empty() {
            continue;
        }
        let label = describe::label(&key);
        let chart = NormTrend {
            title: format!("Norms against {label}"),
            subtitle: describe::population(view),
            x_label: label.clone(),
            x: TrendAxis::Names(places.iter().map(|t| t.name.value.clone()).collect()),
            y_scale: Scale::Auto,
            panels: ["weight_norm", "bias_norm"].map(panel).to_vec(),
            small_panels: Vec::new(),
        };
        let caption =
            format!("Norms of last records in equal steps of the {label} that was drawn.");
        let name = format!("norms-by-{}", label.replace(' ', "-"));
        figures.push(Figure::new(name, caption, chart).sized(900, 500));
    }
    figures
}

fn quantiles(trend: &Trend) -> Quantiles {
    let [p5, p25, p50, p75, p95] = trend.quantiles.map(|q| q.unwrap_or(f64::NAN));
    Quantiles {
        p5,
        p25,
        p50,
        p75,
        p95,
        count: trend.count as usize,
    }
}

/// The section of a report.
pub fn section(analysis: &Analysis, figures: &[Figure]) -> Result<Section> {
    let mut section = Section::new("Analysis").paragraph(
        "What the networks say together; tables as CSV and the figures lie in the folder analysis. Intervals are of 95 %: of means by Student's t, of medians between two of the numbers themselves (with what they cover of any continuous distribution), of correlations by Fisher's transformation. What an interval is measured to cover of strongly skewed (lognormal) numbers stands beside it; of normal ones it covers 95 %. Networks that diverged or exploded are counted and left out.",
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

/// The column with the part of itself by which a number can be off that a median is made of.
const WITHIN: &str = "medians within";

/// The results as tables for people.
pub fn tables(analysis: &Analysis) -> Vec<Table> {
    let interval = |interval: Option<(f64, f64)>| match interval {
        Some((low, high)) => format!("{} to {}", words::measured(low), words::measured(high)),
        None => String::new(),
    };
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let percents = |interval: Option<(f64, f64)>| match interval {
        Some((low, high)) => format!("{} to {}", percent(low), percent(high)),
        None => String::new(),
    };
    let coverage = |share: f64| format!("{share:.3}");
    let number = |number: Option<f64>| number.map_or_else(String::new, words::measured);
    let shared = |number: Option<f64>| number.map_or_else(String::new, share);
    let table = |caption: &str, header: &[&str], rows: Vec<Vec<String>>| {
        let left = rows.len().saturating_sub(MOST_ROWS);
        let caption = match left {
            0 => caption.to_owned(),
            left => format!("{caption} ({left} more rows in the file)"),
        };
        Table {
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
            words::measured(growth.start),
            words::measured(growth.end),
            percent(growth.grew.share().unwrap_or_default()),
            percents(growth.grew.interval()),
            number(law.map(|(slope, _)| slope)),
            shared(law.map(|(_, r_squared)| r_squared)),
            words::within(growth.quantile_error),
        ]
    });
    let success = analysis.success.iter().map(|success| {
        vec![
            success.name.to_string(),
            words::count(success.solved.trials as f64),
            words::count(success.diverged as f64),
            words::count(success.exploded as f64),
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
            words::count(law.points as f64),
            shared(single.map(|single| single.r_squared)),
        ]
    });
    let clustering = analysis.clustering.iter().map(|found| {
        vec![
            found.name.to_string(),
            words::count(found.networks as f64),
            words::count(found.classes as f64),
            words::count(found.alone as f64),
            words::measured(found.effective),
            shared(found.explained[0]),
            shared(found.explained[1]),
        ]
    });
    let clusters = analysis.clusters.iter().flatten();
    let clusters = clusters.filter(|cluster| cluster.name == Name::default());
    let clusters = clusters.take(MOST_CLASSES).map(|cluster| {
        let [weight, bias, loss, accuracy] = cluster.metrics.map(|(mean, _)| number(mean));
        vec![
            cluster.class.clone(),
            words::count(cluster.share.successes as f64),
            percents(cluster.share.interval()),
            words::count(cluster.solved as f64),
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
            words::measured(found.mean.value),
            interval(found.mean.interval),
            found.mean.interval.map_or_else(String::new, method),
            number(median.map(|median| median.value)),
            interval(median.map(|median| median.interval)),
            median.map_or_else(String::new, |median| coverage(median.coverage)),
            words::within(found.quantile_error),
            words::count(found.mean.count as f64),
        ]
    });
    let comparisons = analysis.comparisons.iter().map(|found| {
        vec![
            format!(
                "{}: {} minus {}",
                found.name.key, found.other, found.name.value
            ),
            describe::label(found.metric),
            words::measured(found.difference.value),
            interval(found.difference.interval),
            coverage(mean_coverage(found.difference.count)),
            format!("{} of {}", found.signs.positive, found.difference.count),
            words::measured(found.signs.p_value),
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
            "Laws between norms, by least squares",
            &[
                "points",
                "y",
                "x",
                "slope",
                "intercept",
                "R²",
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
            "Correlation of norms with the test part",
            &[
                "networks",
                "norm",
                "score",
                "Pearson",
                "interval",
                "covers if skewed",
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
        .collect()
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

/// A table without the column that says how far its medians are off, where all are exact.
fn without_exact(mut table: Table) -> Table {
    if let Some(column) = table.header.iter().position(|head| *head == WITHIN) {
        match table.rows.iter().all(|row| row[column] == words::within(0.0)) {
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
