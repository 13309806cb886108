//! The report of a run: its numbers, its figures, and how to reproduce it.

use std::path::Path;

use anyhow::{Context, Result};
use mlp_plot::{Quantiles, Report, ReportTable, Section, format_value};
use mlp_statistics::median;
use mlp_store::{Manifest, Replayed, WholeFile};
use mlp_train::{
    Axis, DataRead, Kind, MapAxes, MapSlice, Metric, NetworkSummary, baseline,
    cross_validation::FoldLayout,
};

use super::best_cells::best_cells;
use super::blank::nothing_to_draw;
use super::networks::networks;
use super::trends::Trends;
use super::{Figure, View, describe, folds, map, settings};
use crate::{
    formatting,
    selected::Selected,
    summary::{decision::Decision, optimism, positive, shortfall},
};

/// The column of what the most frequent class, or the training part's mean, reaches.
const WITHOUT: &str = "without a network";

/// The whole report of one run.
pub fn of_run(view: &View, figures: &[Figure], analysis: Option<Section>) -> Result<Report> {
    let data = NetworkSummary::of(view.experiment()).map_or_else(
        |_| view.recipe().data.name.clone(),
        |network_summary| network_summary.data(),
    );
    let title = match view.kind() {
        Kind::Train => format!("One network on {data}"),
        Kind::Population if is_folds(view) => format!("Cross-validation on {data}"),
        Kind::Population => format!("A population on {data}"),
        Kind::Map => format!("A performance map on {data}"),
    };
    let replayed = view.manifest().and_then(|run| run.replayed.as_ref());
    let title = match replayed {
        Some(of) => format!("Network {} of {}, on {data}", of.network, of.run),
        None => title,
    };
    let lead = match replayed {
        Some(of) => format!("{} {}", origin(of), lead(view)),
        None => lead(view),
    };
    let mut report = Report::new(title).lead(lead);
    if let Some(manifest) = view.manifest() {
        report = report
            .fact(
                "Networks",
                formatting::count(manifest.counts.networks as f64),
            )
            .fact(
                "Diverged",
                formatting::count(manifest.counts.diverged as f64),
            )
            .fact(
                "Exploded",
                formatting::count(manifest.counts.exploded as f64),
            )
            .fact(
                "Time",
                format!(
                    "{} on {}",
                    formatting::duration(manifest.wall_seconds),
                    formatting::so_many(manifest.threads, "thread")
                ),
            )
            .fact(
                "Engine",
                format!(
                    "{} ({}, {})",
                    manifest.engine, manifest.simd, manifest.precision
                ),
            );
    }
    let toml = view.experiment().to_toml_without_folders();
    let again = Section::new("How to reproduce it")
        .paragraph(
            "The experiment, run again where the run lies, gives the same networks bit for bit on any machine.",
        )
        .code(format!(
            "mlp run {}",
            formatting::shell(&view.shown_path().join("experiment.toml"))
        ))
        .details("The resolved experiment", toml);
    report = report.section(section(view, figures, "Result")?);
    if let Some(selected) = Selected::read(view)? {
        report = report.section(selected.section(view, decision(view)?.as_ref()));
    }
    if view.kind() == Kind::Population
        && let Some((table, told)) = networks(view)?
    {
        let section = Section::new("Networks").paragraph(told).networks(table);
        report = report.section(section);
    }
    if let Some(fates) = view.fates()? {
        report = report.section(fates.section());
    }
    if let Some(analysis) = analysis {
        report = report.section(analysis);
    }
    Ok(report.section(what_was_read(view)).section(again))
}

/// Which network of which run was trained again, with what told it from the others.
fn origin(of: &Replayed) -> String {
    let settings = of.settings.iter();
    let settings = settings
        .map(|(key, value)| format!("{} {}", describe::label(key), formatting::brief(value)));
    let settings: Vec<String> = settings.collect();
    format!(
        "Network {} of the run {} ({}), trained again.",
        of.network,
        of.run,
        settings.join(", ")
    )
}

/// What was read of each file, with notes for the reader.
fn what_was_read(view: &View) -> Section {
    let read = match view.manifest() {
        Some(manifest) if !manifest.read.is_empty() => manifest.read.clone(),
        // Earlier versions do not have it.
        _ => {
            let data = &view.recipe().data;
            DataRead::of_rows(&data.dataset, &data.split.train)
        }
    };
    let lines = read.into_iter().flat_map(|read| {
        let notes = read.notes.into_iter().map(|note| format!("Note: {note}."));
        let line = std::iter::once(format!("{}.", read.line));
        // Names stand between backticks for a terminal.
        line.chain(notes).map(|line| line.replace('`', "\""))
    });
    lines.fold(Section::new("What was read"), Section::paragraph)
}

/// A run as one section: its numbers and its figures.
pub fn section(view: &View, figures: &[Figure], heading: &str) -> Result<Section> {
    let mut section = Section::new(heading);
    section = match view.kind() {
        Kind::Train => section.table(parts(view)?),
        Kind::Map => section.table(best(view)?),
        Kind::Population => match folds::table(view)? {
            Some((scores, said)) => section
                .table(scores)
                .paragraph(said)
                .folded(population(view)?),
            None => {
                let cells = best_cells(view)?.into_iter();
                // Without a network that counts there are no numbers.
                let numbers = Some(population(view)?).filter(|table| !table.rows.is_empty());
                cells.chain(numbers).fold(section, Section::table)
            }
        },
    };
    if view.data_fault().is_none() {
        let model = || view.model();
        let warning = match view.kind() {
            Kind::Train => shortfall::of(view.author(), view.recipe(), view.nets(), model)?,
            Kind::Population if view.author().population.select.is_some() => {
                match Selected::read(view)?.and_then(|selected| selected.first()) {
                    Some(first) => {
                        let recipe = view.experiment().recipe(first)?;
                        shortfall::of_selected(view.author(), &recipe, model)?
                    }
                    None => None,
                }
            }
            Kind::Population => shortfall::of_folds(view.experiment(), view.nets())?,
            Kind::Map => None,
        };
        let warning = warning.or(nothing_to_draw(view));
        let optimistic = optimism::of(view.experiment().experiment(), view.recipe());
        for warning in warning.into_iter().chain(optimistic) {
            section = section.paragraph(format!("Warning: {warning}."));
        }
    }
    let decision = decision(view)?;
    if view.kind() == Kind::Train
        && let Some(decision) = &decision
    {
        section = decision.paragraphs(section);
    }
    if let Some(positive) = positive::of(view.recipe(), decision.is_some()) {
        section = section.paragraph(format!("Positive is {positive}."));
    }
    if view.kind() == Kind::Population
        && let Some(reason) = settings::left_out(view)
    {
        section = section.paragraph(reason);
    }
    for figure in figures {
        section = figure.add_to(section)?;
    }
    Ok(section)
}

/// Writes a report atomically.
pub fn file(path: &Path, report: &Report) -> Result<()> {
    let html = report.to_html().context("cannot build the report")?;
    Ok(WholeFile::write(path, html.as_bytes())?)
}

/// The training and its data: for a grid, what all its networks share and how they differ.
fn lead(view: &View) -> String {
    let recipe = view.recipe();
    let split = &recipe.data.split;
    let parts = format!(
        "{} training and {} test samples",
        split.train.len(),
        split.test.len() + recipe.data.withheld.len()
    );
    let axes = view.experiment().axes();
    if let Some(layout) = FoldLayout::of(view.experiment()) {
        let held_out = split.test.len() + recipe.data.withheld.len();
        let samples = split.train.len() + split.validation.len() + held_out;
        let folds = format!("{samples} samples in {} folds", layout.folds);
        if axes.len() == 1 {
            return format!("{}; {folds}.", describe::training(recipe));
        }
        let keys = axes.iter().enumerate();
        let keys = keys.filter(|(index, _)| *index != layout.axis);
        let keys = keys.map(|(_, axis)| describe::label(&axis.key.column()));
        let over = keys.rev().collect::<Vec<_>>().join(", ");
        return format!("{}, over {over}; {folds}.", describe::networks_of(view));
    }
    if axes.is_empty() {
        return format!("{}; {parts}.", describe::training(recipe));
    }
    let keys = axes.iter().map(|axis| describe::label(&axis.key.column()));
    let over = keys.rev().collect::<Vec<_>>().join(", ");
    let parts = match axes
        .iter()
        .any(|axis| axis.key.info().path.starts_with("data."))
    {
        true => String::new(),
        false => format!("; {parts}"),
    };
    format!("{}, over {over}{parts}.", describe::networks_of(view))
}

/// How the run's model decides, where a threshold was asked for.
fn decision(view: &View) -> Result<Option<Decision>> {
    let author = view.author();
    let has_model = view.kind() == Kind::Train || author.population.select.is_some();
    let has_model = has_model && !view.manifest().is_some_and(Manifest::selected_none);
    if author.training.threshold.is_none() || !has_model || view.data_fault().is_some() {
        return Ok(None);
    }
    let data = view.data_of_model()?;
    Decision::of(
        &view.model()?,
        view.recipe().threshold,
        author,
        &data,
        view.judged(&data),
    )
}

/// Whether a run is a cross-validation.
fn is_folds(view: &View) -> bool {
    FoldLayout::of(view.experiment()).is_some()
}

/// What the most frequent class, or the training part's mean, reaches in a column without a network; `None` where that is
/// not known, and where networks have data of their own.
fn without_network(view: &View, column: &str) -> Option<f64> {
    let own_data = |axis: &Axis| axis.key.info().path.starts_with("data.");
    if view.data_fault().is_some() || view.experiment().axes().iter().any(own_data) {
        return None;
    }
    let (_, name) = column.split_once('_')?;
    let guess = baseline(&view.recipe().data, Metric::find(column)?.part()?)?;
    match name {
        "accuracy" => guess.accuracy,
        "r2" => guess.r2,
        "rmse" => guess.rmse,
        _ => None,
    }
}

/// Loss and scores of each part of a single run.
fn parts(view: &View) -> Result<ReportTable> {
    let nets = view.nets();
    let further = view.recipe().scores.iter().map(|score| score.name);
    let first = ["accuracy", "r2", "rmse"].into_iter();
    let metrics = first.chain(further).chain(["loss"]);
    let number = |column: String| nets.first(&column).ok().flatten();
    let parts = ["train", "validation", "test"];
    let guess = |part: &str, metric: &str| without_network(view, &format!("{part}_{metric}"));
    // Each score stands beside what is reached without a network.
    let mut columns: Vec<(String, &str, bool)> = Vec::new();
    for metric in metrics {
        let name = metric.replace("r2", "R²");
        if parts
            .iter()
            .any(|part| number(format!("{part}_{metric}")).is_some())
        {
            columns.push((name.clone(), metric, false));
        }
        if parts.iter().any(|part| guess(part, metric).is_some()) {
            let name = match metric {
                "accuracy" => "accuracy of the most frequent class".to_owned(),
                _ => format!("{name} of the mean"),
            };
            columns.push((name, metric, true));
        }
    }
    let rows = parts
        .iter()
        .filter(|part| number(format!("{part}_loss")).is_some())
        .map(|part| {
            let cells = columns.iter().map(|(_, metric, guessed)| {
                let value = match guessed {
                    true => guess(part, metric),
                    false => number(format!("{part}_{metric}")),
                };
                value.map_or_else(String::new, formatting::measured)
            });
            std::iter::once((*part).to_owned()).chain(cells).collect()
        })
        .collect();
    let header = std::iter::once("part".to_owned());
    let header = header
        .chain(columns.iter().map(|(name, ..)| name.clone()))
        .collect();
    let best = number("best_step".to_owned());
    Ok(ReportTable {
        caption: best.map_or_else(
            || "After the last step".to_owned(),
            |step| format!("At step {step}, whose parameters were kept as the best"),
        ),
        header,
        rows,
    })
}

/// Quantiles of the final metrics over the networks that neither diverged nor exploded.
fn population(view: &View) -> Result<ReportTable> {
    let sound = view.nets().sound().iter().filter(|sound| **sound).count();
    // One network has no quantiles.
    let quantiles: &[&str] = match sound {
        1 => &["value"],
        _ => &["5 %", "25 %", "median", "75 %", "95 %"],
    };
    let header = std::iter::once(&"metric").chain(quantiles);
    let mut header: Vec<String> = header.map(|head| (*head).to_owned()).collect();
    // Quantiles of many networks have an error bound.
    let sketched = match view.trends() {
        Trends::Sketched(statistics) => Some(statistics),
        Trends::Exact(_) => None,
    };
    header.extend(sketched.map(|_| "within".to_owned()));
    header.push(WITHOUT.to_owned());
    let names = view.nets().names().iter().map(String::as_str);
    let further = names.filter(|name| {
        Metric::find(name).is_some_and(|metric| !metric.is_usual() && metric.is_of_network())
    });
    let usual: Vec<String> = Metric::usual().map(|metric| metric.to_string()).collect();
    let mut rows = Vec::new();
    for name in usual.iter().map(String::as_str).chain(further) {
        let quantiles = match sketched {
            Some(statistics) => statistics.last(name),
            None => view.nets().numbers(name)?.map(|values| {
                let kept = values.iter().zip(view.nets().sound());
                Quantiles::of(kept.filter(|(_, sound)| **sound).map(|(&value, _)| value))
            }),
        };
        if let Some(q) = quantiles.filter(|q| q.count > 0) {
            let all = [q.p5, q.p25, q.p50, q.p75, q.p95];
            let all = if sound == 1 { &all[2..3] } else { &all[..] };
            let cells = all.iter().copied().map(formatting::measured);
            let within = sketched.map(|statistics| formatting::within(statistics.error(name)));
            let label = std::iter::once(describe::label(name));
            let guess = without_network(view, name).map(formatting::measured);
            let cells = label.chain(cells).chain(within);
            rows.push(cells.chain([guess.unwrap_or_default()]).collect());
        }
    }
    Ok(without_empty(ReportTable {
        caption: format!("Last records. {}", describe::population(view)),
        header,
        rows,
    }))
}

/// The best cell of each metric of a map.
fn best(view: &View) -> Result<ReportTable> {
    let arrays = view.map()?;
    let chosen = map::chosen(view);
    let axes = MapAxes::of(view.experiment()).context("a map has axes")?;
    let ended = view.ended_networks()?;
    let computed = map::Computed::of(view.experiment(), &axes, ended.as_deref());
    let mut several = false;
    let rows = Metric::usual()
        .filter_map(|metric| {
            let name = &metric.to_string();
            let slice = MapSlice::since_exploded(arrays, name)?;
            several |= slice.seeds > 1;
            // The cells that the figure draws with a value.
            let missing = computed.missing_in_rows(slice.rows);
            let trained = computed.in_rows(slice.rows);
            let means = slice.mean().into_iter().enumerate();
            let finite: Vec<f64> = means
                .filter(|(cell, _)| {
                    missing.get(*cell) != Some(&true) && trained.get(*cell) != Some(&false)
                })
                .map(|(_, mean)| mean)
                .filter(|mean| mean.is_finite())
                .collect();
            let best = match metric.larger_is_better()? {
                true => finite
                    .iter()
                    .copied()
                    .fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a }),
                false => finite
                    .iter()
                    .copied()
                    .fold(f64::INFINITY, |a, b| if b < a { b } else { a }),
            };
            let note = if metric == chosen { "drawn first" } else { "" };
            Some(vec![
                describe::label(name),
                format_value(best),
                format_value(median(finite.iter().copied()).unwrap_or(f64::NAN)),
                note.to_owned(),
            ])
        })
        .collect();
    let header = ["metric", "best", "median", ""].map(str::to_owned).to_vec();
    let of_seeds = match several {
        true => " (each the mean of its seeds, without cells where one has no value)",
        false => "",
    };
    let caption = match axes.y.is_none() {
        true => format!("Over all cells and recorded steps{of_seeds}"),
        false => format!("Over all cells{of_seeds}, after the last step"),
    };
    Ok(ReportTable {
        caption,
        header,
        rows,
    })
}

/// A table without the column of what is reached without a network, where nothing is known of that.
fn without_empty(mut table: ReportTable) -> ReportTable {
    if let Some(column) = table.header.iter().position(|head| head == WITHOUT)
        && table.rows.iter().all(|row| row[column].is_empty())
    {
        table.header.remove(column);
        for row in &mut table.rows {
            row.remove(column);
        }
    }
    table
}
