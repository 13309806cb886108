//! Runs beside each other: their curves in one figure, and a report.

use std::path::Path;

use anyhow::Result;
use mlp_plot::{CurvePanel, LearningCurves, Report, ReportTable, Scale, Section, Series};
use mlp_train::Kind;

use super::{Drawing, Figure, files, report, trends::Selection};
use crate::{
    comparison::{ComparedRun, Found, HEADS, by_condition, cells, left_out, mean, unpaired},
    formatting,
};

/// Writes the report of a comparison and the figure of its curves into a folder.
pub fn write_comparison(
    folder: &Path,
    runs: &[ComparedRun],
    found: &Found,
    condition: Option<&str>,
) -> Result<()> {
    // Curves of a population are those of all its networks.
    let figures: Vec<Figure> = match condition {
        Some(_) => Vec::new(),
        None => curves(runs, found).into_iter().collect(),
    };
    let drawing = Drawing::default();
    for figure in &figures {
        files::write_chart(folder, figure, &drawing, &[])?;
    }
    report::file(
        &folder.join("report.html"),
        &page(runs, found, &figures, condition)?,
    )
}

/// Whether the report in a folder is of other runs.
pub fn is_of_others(folder: &Path, runs: &[ComparedRun]) -> bool {
    let page = std::fs::read_to_string(folder.join("report.html"));
    page.is_ok_and(|page| !page.contains(&named(runs)))
}

/// The runs of a comparison, as its report begins.
fn named(runs: &[ComparedRun]) -> String {
    let folders: Vec<String> = runs.iter().map(ComparedRun::name).collect();
    format!("{}.", folders.join(", "))
}

/// The curves of every run over each other, a panel for each metric that is recorded; none where no curve is.
fn curves(runs: &[ComparedRun], found: &Found) -> Option<Figure> {
    let panels = found.metrics.iter().filter_map(|metric| {
        let series: Vec<Series> = runs
            .iter()
            .filter_map(|run| curve(run, &metric.metric))
            .collect();
        let y_scale = match metric.metric.ends_with("loss") {
            true => Scale::Auto,
            false => Scale::Linear,
        };
        (!series.is_empty()).then(|| CurvePanel {
            y_label: metric.metric.replace('_', " ").replace("r2", "R²"),
            y_scale,
            series,
            ..CurvePanel::default()
        })
    });
    let panels: Vec<CurvePanel> = panels.take(2).collect();
    if panels.is_empty() {
        return None;
    }
    let chart = LearningCurves {
        title: "Learning curves of the runs".to_owned(),
        subtitle: "Of a population the median with its 25–75 % band.".to_owned(),
        x_label: "step".to_owned(),
        x_scale: Scale::Auto,
        panels,
    };
    let caption =
        "Every run at its recorded steps; networks that diverged or exploded are left out.";
    Some(Figure::new("learning-curves", caption, chart).sized(900, 640))
}

fn curve(run: &ComparedRun, metric: &str) -> Option<Series> {
    let steps = run.view.trends().steps().to_vec();
    if run.view.kind() == Kind::Train {
        return Some(Series::new(run.name(), steps, run.view.curve(metric)?));
    }
    let quantiles = run.view.trend(metric, Selection::All)?;
    let mut series = Series::of_quantiles(run.name(), steps, &quantiles);
    series.bands.drain(..1);
    Some(series)
}

fn page(
    runs: &[ComparedRun],
    found: &Found,
    figures: &[Figure],
    condition: Option<&str>,
) -> Result<Report> {
    let letters: Vec<String> = runs.iter().map(|run| run.letter.clone()).collect();
    let mut report = Report::new("A comparison of runs").lead(named(runs));
    let mut head = vec![
        "run".to_owned(),
        "networks".to_owned(),
        "left out".to_owned(),
    ];
    head.extend(found.metrics.iter().map(|metric| metric.metric.clone()));
    let rows = runs.iter().enumerate().map(|(index, run)| {
        let mut row = vec![
            run.name(),
            formatting::count(run.networks() as f64),
            formatting::count(found.unsound[index] as f64),
        ];
        let cells = found
            .metrics
            .iter()
            .map(|metric| (metric.means[index].as_ref()).map_or_else(|| "-".to_owned(), mean));
        row.extend(cells);
        row
    });
    let mut scores = Section::new("Scores").table(ReportTable {
        caption: "Means over networks with 95 % intervals; networks that diverged or exploded are left out"
            .to_owned(),
        header: head,
        rows: rows.collect(),
    });
    if let Some(condition) = condition {
        scores = scores.paragraph(format!(
            "Compared are the networks that meet {condition}, which leaves out {}; curves, which are those of all networks, are left out.",
            by_condition(runs)
        ));
    }
    for line in left_out(runs, found) {
        scores = scores.paragraph(format!("{line}."));
    }
    for (index, run) in runs.iter().enumerate().skip(1) {
        let pairs = found.metrics.iter().zip(&found.differences[index]);
        let rows: Vec<Vec<String>> = pairs
            .filter_map(|(metric, paired)| Some(cells(&metric.metric, paired.as_ref()?).to_vec()))
            .collect();
        scores = match rows.is_empty() {
            true => scores.paragraph(format!(
                "{} and A: {}.",
                run.letter,
                unpaired(runs, found, index)
            )),
            false => scores.table(ReportTable {
                caption: format!(
                    "{} minus A over networks of the same seed, with 95 % intervals",
                    run.letter
                ),
                header: HEADS.map(str::to_owned).to_vec(),
                rows,
            }),
        };
    }
    for figure in figures {
        scores = figure.add_to(scores)?;
    }
    report = report.section(scores);
    let settings = match found.settings.is_empty() {
        true => Section::new("Settings").paragraph("All settings are the same."),
        false => Section::new("Settings").table(ReportTable {
            caption: "Settings that differ".to_owned(),
            header: std::iter::once("key".to_owned()).chain(letters).collect(),
            rows: (found.settings.iter())
                .map(|s| {
                    std::iter::once(s.key.clone())
                        .chain(s.values.iter().cloned())
                        .collect()
                })
                .collect(),
        }),
    };
    Ok(report.section(settings))
}
