//! Values of cells as a figure with its axes, its facets and the text shown on a click.

use anyhow::{Context, Result};
use mlp_plot::{
    Best, CellState, ColorMap, ColorRange, GridAxis, HeatMap, MapFacets, Picker, Scale,
};
use mlp_train::{Arrays, Axis, MapAxes, MapSlice};

use super::cells::{Computed, Exploded};
use crate::figures::{Figure, View, describe};
use crate::formatting;

/// A map on its way to pictures.
pub struct Maps<'a> {
    pub view: &'a View,
    pub arrays: &'a Arrays,
    pub axes: MapAxes<'a>,
    /// The step that is drawn; of a map over two keys the last where not given.
    pub step: Option<u64>,
    /// Shapes and data of the networks.
    pub networks: String,
    pub computed: Computed,
    /// The range of colours that steps share.
    pub colors: Option<ColorRange>,
}

/// What is drawn of a slice.
pub struct Picture<'a> {
    /// End of the file's name.
    pub name: String,
    pub title: String,
    /// What the colours show.
    pub label: String,
    /// A sentence of explanation; may be empty.
    pub note: String,
    pub caption: String,
    pub values: Vec<f64>,
    pub mixed: &'a [bool],
    /// Which networks exploded and are not in the values.
    pub exploded: Exploded,
    pub range: Option<(f64, f64)>,
    pub scale: Scale,
    pub colors: ColorMap,
    pub best: Best,
    pub lost: &'static str,
}

impl Maps<'_> {
    /// An array of the map.
    pub fn slice(&self, name: &str) -> Result<MapSlice> {
        MapSlice::of(self.arrays, name, None).with_context(|| format!("map.npz lacks {name}"))
    }

    /// The figure of a picture, with a map for each facet.
    pub fn figure(&self, picture: &Picture<'_>) -> Result<Figure> {
        let x = grid_axis(self.axes.x);
        let y = match self.axes.y {
            Some(y) => grid_axis(y),
            None => {
                let steps = self.arrays.get("y").and_then(|array| array.numbers());
                let steps = steps.context("map.npz lacks its y axis")?;
                GridAxis::numbers("step", steps, Scale::Auto)
            }
        };
        let facets = self.axes.facets();
        let cells = picture.values.len() / facets;
        let at_step = self
            .step
            .map_or(String::new(), |step| format!(" at step {step}"));
        let title = format!(
            "{} over {} and {}{at_step}",
            capital(&picture.title),
            x.label,
            y.label
        );
        let coarse = match self.computed.counts() {
            None => String::new(),
            Some((computed, all)) => format!(
                "{} of {} cells are computed; each of the others shows the computed cell of its block.  ",
                formatting::count(computed as f64),
                formatting::count(all as f64)
            ),
        };
        let rows = cells / self.axes.x.values.len();
        let computed = self.computed.in_rows(rows);
        let missing = self.computed.missing_in_rows(rows);
        let values = picture.values.iter().enumerate();
        let values = values.map(|(cell, value)| match missing.get(cell) {
            Some(true) => f64::NAN,
            _ => *value,
        });
        let values: Vec<f64> = values.collect();
        let what = format!("{}. {coarse}{}", self.networks, picture.note);
        let of_facet = |facet: usize| {
            let part = facet * cells..(facet + 1) * cells;
            let (title, subtitle) = match self.axes.facet {
                Some(axis) => (facet_name(axis, facet), String::new()),
                None => (title.clone(), what.trim_end().to_owned()),
            };
            HeatMap {
                title,
                subtitle,
                x: x.clone(),
                y: y.clone(),
                values: values[part.clone()].to_vec(),
                diverged: Vec::new(),
                diverged_label: picture.lost.to_owned(),
                mixed: (picture.mixed.get(part.clone())).map_or(Vec::new(), <[bool]>::to_vec),
                exploded: (picture.exploded.cells.get(part.clone()))
                    .map_or(Vec::new(), <[bool]>::to_vec),
                computed: (computed.get(part.clone())).map_or(Vec::new(), <[bool]>::to_vec),
                missing: missing.get(part).map_or(Vec::new(), <[bool]>::to_vec),
                value_range: self.colors.clone().or_else(|| {
                    let (low, high) = picture.range?;
                    Some(ColorRange::between(low, high, picture.scale))
                }),
                value_label: picture.label.clone(),
                value_scale: picture.scale,
                color_map: picture.colors,
                best: picture.best,
            }
        };
        let mut maps: Vec<HeatMap> = (0..facets).map(of_facet).collect();
        if facets > 1 && self.colors.is_none() {
            HeatMap::share_colors(&mut maps);
        }
        let step = self
            .step
            .map_or(String::new(), |step| format!("-step-{step}"));
        let name = format!("map-{}{step}", picture.name);
        let caption = format!("{}{}", picture.caption, picture.exploded.caption());
        let state = states(picture, &computed);
        let figure = match facets {
            1 => Figure::new(name, caption, maps[0].clone()).sized(900, 620),
            _ => {
                let columns = facets_a_row(facets);
                let chart = MapFacets {
                    title,
                    subtitle: what,
                    columns,
                    maps: maps.clone(),
                };
                let (width, height) = size_of_facets(facets, columns);
                Figure::new(name, caption, chart).sized(width, height)
            }
        };
        Ok(Figure {
            picker: Some(self.picker(picture, state)?),
            maps,
            ..figure
        })
    }

    /// What the cells answer.
    fn picker(&self, picture: &Picture<'_>, state: CellState) -> Result<Picker> {
        let steps = || {
            let steps = self.arrays.get("y")?.numbers()?;
            Some(steps.iter().map(ToString::to_string).collect())
        };
        let y = match self.axes.y {
            Some(axis) => (axis.key.to_string(), axis.labels()),
            None => (
                "step".to_owned(),
                steps().context("map.npz lacks its y axis")?,
            ),
        };
        let facets = match self.axes.facet {
            Some(axis) => (0..axis.values.len())
                .map(|facet| format!("{}, ", facet_name(axis, facet)))
                .collect(),
            None => vec![String::new()],
        };
        Ok(Picker {
            areas: Vec::new(),
            facets,
            x: (self.axes.x.key.to_string(), self.axes.x.labels()),
            rows_differ: self.axes.y.is_some(),
            y,
            seeds: self.view.experiment().seeds_per_cell(),
            label: picture.label.clone(),
            values: picture.values.clone(),
            state,
            command: format!("mlp replay {}", formatting::shell(&self.view.shown_path())),
        })
    }
}

/// What is to be said of the cells beside their values.
fn states(picture: &Picture<'_>, computed: &[bool]) -> CellState {
    let names = [
        picture.lost.to_owned(),
        format!("{} by some seeds", picture.lost),
        "with exploded networks, which are left out".to_owned(),
        "not computed: the value is that of the computed cell of its block".to_owned(),
    ];
    let state = |cell: usize| match () {
        () if computed.get(cell) == Some(&false) => 4,
        () if picture.exploded.cells.get(cell) == Some(&true) => 3,
        () if picture.mixed.get(cell) == Some(&true) => 2,
        () if picture.values[cell].is_nan() => 1,
        () => 0,
    };
    CellState {
        names: names.to_vec(),
        cells: (0..picture.values.len()).map(state).collect(),
    }
}

/// How many of so many facets stand in a row: full rows where few columns make some.
pub fn facets_a_row(facets: usize) -> usize {
    match facets {
        0..=3 => facets.max(1),
        4 => 2,
        5 | 6 | 9 => 3,
        _ => 4,
    }
}

/// The size of a picture of so many facets.
pub fn size_of_facets(facets: usize, columns: usize) -> (u32, u32) {
    /// What the labels and the colour bar take, and the header with the labels below.
    const BESIDE: u32 = 130;
    const ABOVE: u32 = 150;
    let width = match columns {
        0..=2 => 860,
        3 => 980,
        _ => 1120,
    };
    let panel = (width - BESIDE) / columns.max(1) as u32;
    let rows = facets.div_ceil(columns.max(1)) as u32;
    // A panel is somewhat wider than high, and its title stands above it.
    (width, (ABOVE + rows * (panel * 4 / 5 + 30)).min(8000))
}

fn facet_name(axis: &Axis, facet: usize) -> String {
    format!("{} = {}", axis.key, axis.values[facet])
}

fn grid_axis(axis: &Axis) -> GridAxis {
    let label = describe::label(&axis.key.column());
    match axis.numbers() {
        Some(numbers) if numbers.is_sorted() => GridAxis::numbers(
            label,
            numbers,
            if axis.is_log() {
                Scale::Log
            } else {
                Scale::Auto
            },
        ),
        _ => GridAxis::names(label, axis.labels()),
    }
}

/// A text that begins with a capital letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
