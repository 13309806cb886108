//! Explanations of a model's predictions, as tables and figures in a folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mlp_plot::{
    Best, ColorMap, CurvePanel, Film, Format, GridAxis, HeatMap, IntervalPlot, IntervalRow,
    LearningCurves, MapFacets, Scale, Series,
};
use mlp_store::{remove_unfinished, write_results};
use mlp_train::{
    Cell, Column, ColumnKind, Model,
    analysis::Results,
    experiment::Figures,
    explain::{Dependence, GridValue, Importance, Importances},
    score::Score,
};

use super::map::{facets_a_row, size_of_facets};
use super::{Drawing, Figure, write_chart};

/// Folder of these in a run directory.
pub const FOLDER: &str = "importance";

/// The most columns that are drawn; the table holds all.
const MOST_DRAWN: usize = 40;

/// What was found.
pub struct Explanation<'a> {
    /// The score whose fall is measured.
    pub score: &'static Score,
    /// A description of the rows.
    pub of: &'a str,
    /// How many classes the model gives the probability of; 0 where it gives none.
    pub classes: usize,
    /// The positive class, where the score is of it alone.
    pub positive: Option<&'a str>,
    /// How many rows were left out when the data were read, and why.
    pub left_out: (u64, &'static str),
    /// The column of sample weights, where rows count in the score as it says, and their sum.
    pub weighted: Option<(&'a str, f64)>,
    pub found: &'a Importances,
    pub dependences: &'a [Dependence],
}

impl Explanation<'_> {
    /// The score of the rows as they are, in its own direction.
    pub fn value(&self) -> f64 {
        match self.score.larger_is_better {
            Some(false) => -self.found.score,
            _ => self.found.score,
        }
    }

    /// The columns, the most important first.
    pub fn by_importance(&self) -> Vec<&Importance> {
        let mut columns: Vec<&Importance> = self.found.columns.iter().collect();
        columns.sort_by(|a, b| b.mean.value.total_cmp(&a.mean.value));
        columns
    }

    /// Writes everything into a folder; returns the files.
    ///
    /// # Errors
    /// Files that cannot be written.
    pub fn write(
        &self,
        folder: &Path,
        figures: Option<Figures>,
        model: &Model,
    ) -> Result<Vec<PathBuf>> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        remove_unfinished(folder);
        let mut files = Vec::new();
        let names = file_names(self.dependences);
        let dependences = || self.dependences.iter().zip(&names);
        let tables = [self.importance_table(), self.falls_table()];
        let tables = tables
            .into_iter()
            .chain(dependences().map(|(found, name)| dependence_table(found, name)));
        for table in tables {
            files.extend(write_results(&table, folder)?);
        }
        let drawing = Drawing::of(figures);
        let facts = [("experiment", model.origin().experiment.as_str())];
        let drawn = std::iter::once(self.importance_figure());
        for figure in
            drawn.chain(dependences().map(|(found, name)| self.dependence_figure(found, name)))
        {
            // One of an earlier call would not be of these tables.
            for format in [Format::Svg, Format::Png] {
                let file = folder.join(format!("{}.{}", figure.name, format.extension()));
                if !drawing.formats().contains(&format) && file.is_file() {
                    std::fs::remove_file(&file)
                        .with_context(|| format!("cannot remove {}", file.display()))?;
                }
            }
            files.extend(write_chart(folder, &figure, &drawing, &facts)?);
        }
        Ok(files)
    }

    fn importance_table(&self) -> Results {
        let rows = self.by_importance().into_iter().map(|column| {
            let (low, high) = column.mean.interval.unwrap_or((f64::NAN, f64::NAN));
            let numbers = [
                column.mean.value,
                column.mean.deviation.unwrap_or(f64::NAN),
                low,
                high,
            ];
            let name = Cell::Text(column.column.clone());
            let cells = std::iter::once(name).chain(numbers.map(Cell::Number));
            cells.collect()
        });
        let numbers = ["fall", "deviation", "low", "high"];
        Results {
            name: "importance".into(),
            columns: columns(&[("column", ColumnKind::Text)], &numbers),
            rows: rows.collect(),
        }
    }

    /// Each fall, so that other intervals can be computed from them.
    fn falls_table(&self) -> Results {
        let rows = self.by_importance().into_iter().flat_map(|column| {
            let falls = column.falls.iter().enumerate();
            falls.map(|(number, fall)| {
                vec![
                    Cell::Text(column.column.clone()),
                    Cell::Integer(number as i64),
                    Cell::Number(*fall),
                ]
            })
        });
        let keys = [
            ("column", ColumnKind::Text),
            ("permutation", ColumnKind::Integer),
        ];
        Results {
            name: "falls".into(),
            columns: columns(&keys, &["fall"]),
            rows: rows.collect(),
        }
    }

    fn importance_figure(&self) -> Figure {
        let all = self.by_importance();
        let drawn = &all[..all.len().min(MOST_DRAWN)];
        let rows = drawn.iter().map(|column| IntervalRow {
            name: column.column.clone(),
            value: column.mean.value,
            interval: column.mean.interval,
        });
        let left = match all.len() - drawn.len() {
            0 => String::new(),
            left => format!(" The {left} least important columns are in the table alone."),
        };
        let chart = IntervalPlot {
            title: "Permutation importance".to_owned(),
            subtitle: format!(
                "{}: how far {} falls when a column is permuted; 95 % intervals over the permutations.{left}",
                self.of, self.score.name
            ),
            x_label: format!("fall of {}", self.score.name),
            y_label: "column".to_owned(),
            rows: rows.collect(),
        };
        let height = 190 + 24 * drawn.len() as u32;
        Figure::new("importance", "", chart).sized(820, height.clamp(320, 1200))
    }

    fn dependence_figure(&self, found: &Dependence, name: &str) -> Figure {
        // Of two classes one probability says both.
        let found = &match self.classes == found.answers.len() && self.classes == 2 {
            true => Dependence {
                answers: found.answers[1..].to_vec(),
                means: found.means.select(ndarray::Axis(1), &[1]),
                ..found.clone()
            },
            false => found.clone(),
        };
        let answer = match &found.answers[..] {
            [only] if self.classes > 0 => format!("mean probability of {only}"),
            _ if self.classes > 0 => "mean probability".to_owned(),
            _ => "mean answer".to_owned(),
        };
        let title = format!(
            "{}{} over {}",
            &answer[..1].to_uppercase(),
            &answer[1..],
            found.columns.join(" and ")
        );
        let subtitle = format!(
            "{}, each row with the same {}.",
            self.of,
            found.columns.join(" and ")
        );
        if let [_, second] = &found.grid[..] {
            let maps = found
                .answers
                .iter()
                .enumerate()
                .map(|(index, label)| HeatMap {
                    title: label.clone(),
                    subtitle: String::new(),
                    x: axis(&found.columns[1], second),
                    y: axis(&found.columns[0], &found.grid[0]),
                    values: found.means.column(index).to_vec(),
                    diverged_label: "without a value".to_owned(),
                    // Probabilities are one quantity; answers may differ in their units.
                    value_label: match self.classes {
                        0 => label.clone(),
                        _ => answer.clone(),
                    },
                    value_scale: Scale::Linear,
                    color_map: ColorMap::Viridis,
                    diverged: Vec::new(),
                    mixed: Vec::new(),
                    exploded: Vec::new(),
                    computed: Vec::new(),
                    missing: Vec::new(),
                    value_range: None,
                    best: Best::None,
                });
            let maps: Vec<HeatMap> = maps.collect();
            if let [only] = &maps[..] {
                let only = HeatMap {
                    title,
                    subtitle,
                    value_label: answer,
                    ..only.clone()
                };
                return Figure::new(name, "", only).sized(900, 620);
            }
            if self.classes > 0 {
                let columns = facets_a_row(maps.len());
                let (width, height) = size_of_facets(maps.len(), columns);
                let chart = MapFacets {
                    title,
                    subtitle,
                    columns,
                    maps,
                };
                return Figure::new(name, "", chart).sized(width, height);
            }
            let columns = maps.len().clamp(1, 3);
            let rows = maps.len().div_ceil(columns);
            let chart = Film {
                title,
                subtitle,
                columns,
                frames: maps,
            };
            let size = (460 * columns as u32, 90 + 400 * rows as u32);
            return Figure::new(name, "", chart).sized(size.0, size.1.min(8000));
        }
        let grid = &found.grid[0];
        let numbers: Option<Vec<f64>> = grid.iter().map(number).collect();
        let Some(x) = numbers else {
            let rows = grid.iter().enumerate().flat_map(|(point, value)| {
                found
                    .answers
                    .iter()
                    .enumerate()
                    .map(move |(answer, label)| IntervalRow {
                        name: match found.answers.len() {
                            1 => text(value),
                            _ => format!("{}: {label}", text(value)),
                        },
                        value: found.means[[point, answer]],
                        interval: None,
                    })
            });
            let rows: Vec<IntervalRow> = rows.collect();
            let height = 190 + 24 * rows.len() as u32;
            let chart = IntervalPlot {
                title,
                subtitle,
                x_label: answer,
                y_label: found.columns[0].clone(),
                rows,
            };
            return Figure::new(name, "", chart).sized(820, height.clamp(320, 2000));
        };
        let series = found.answers.iter().enumerate().map(|(answer, label)| {
            Series::new(
                label.clone(),
                x.clone(),
                found.means.column(answer).to_vec(),
            )
        });
        let chart = LearningCurves {
            title,
            subtitle,
            x_label: found.columns[0].clone(),
            x_scale: Scale::Linear,
            panels: vec![CurvePanel {
                y_label: answer,
                y_scale: Scale::Linear,
                series: series.collect(),
                ..CurvePanel::default()
            }],
        };
        Figure::new(name, "", chart)
    }
}

/// The table of a dependence: the values of its columns, then the mean answers.
fn dependence_table(found: &Dependence, name: &str) -> Results {
    let kind = |grid: &Vec<GridValue>| match grid.iter().all(|value| number(value).is_some()) {
        true => ColumnKind::Number,
        false => ColumnKind::Text,
    };
    let keys: Vec<(&str, ColumnKind)> = (found.columns.iter().zip(&found.grid))
        .map(|(name, grid)| (name.as_str(), kind(grid)))
        .collect();
    let names: Vec<&str> = found.answers.iter().map(String::as_str).collect();
    let cell = |value: &GridValue| match value {
        GridValue::Number(number) => Cell::Number(*number),
        GridValue::Category(name) => Cell::Text(name.clone()),
    };
    let points: Vec<Vec<Cell>> = match &found.grid[..] {
        [first, second] => first
            .iter()
            .flat_map(|a| second.iter().map(move |b| vec![cell(a), cell(b)]))
            .collect(),
        grids => grids[0].iter().map(|a| vec![cell(a)]).collect(),
    };
    let rows = points.into_iter().zip(found.means.rows());
    let rows = rows.map(|(mut row, means)| {
        row.extend(means.iter().copied().map(Cell::Number));
        row
    });
    Results {
        name: name.to_owned().into(),
        columns: columns(&keys, &names),
        rows: rows.collect(),
    }
}

fn columns(keys: &[(&str, ColumnKind)], numbers: &[&str]) -> Vec<Column> {
    let keys = keys.iter().map(|(name, kind)| Column::new(*name, *kind));
    let numbers = numbers.iter();
    keys.chain(numbers.map(|name| Column::new(*name, ColumnKind::Number)))
        .collect()
}

/// The files' names: letters and digits of the columns' names, since these come out of a table, and a number behind those that
/// another has already, be it in capitals, which some file systems do not tell apart.
fn file_names(dependences: &[Dependence]) -> Vec<String> {
    let clean = |name: &String| -> String {
        let letters = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
        letters.take(60).collect()
    };
    let mut taken = HashSet::new();
    let unlike = |found: &Dependence| {
        let names: Vec<String> = found.columns.iter().map(clean).collect();
        let plain = format!("dependence-{}", names.join("-"));
        let (mut name, mut number) = (plain.clone(), 2);
        while !taken.insert(name.to_ascii_lowercase()) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        name
    };
    dependences.iter().map(unlike).collect()
}

fn number(value: &GridValue) -> Option<f64> {
    match value {
        GridValue::Number(number) => Some(*number),
        GridValue::Category(_) => None,
    }
}

fn text(value: &GridValue) -> String {
    match value {
        GridValue::Number(number) => number.to_string(),
        GridValue::Category(name) => name.clone(),
    }
}

/// A value of a grid as JSON has it.
pub fn value(value: &GridValue) -> serde_json::Value {
    match value {
        GridValue::Number(number) => (*number).into(),
        GridValue::Category(name) => name.as_str().into(),
    }
}

fn axis(label: &str, grid: &[GridValue]) -> GridAxis {
    let numbers: Option<Vec<f64>> = grid.iter().map(number).collect();
    match numbers {
        Some(numbers) => GridAxis::numbers(label, numbers, Scale::Linear),
        None => GridAxis::names(label, grid.iter().map(text).collect()),
    }
}
