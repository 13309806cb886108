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
    /// The networks whose fates a cell tells.
    pub networks: Option<&'a MapSlice>,
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
        MapSlice::since_exploded(self.arrays, name).with_context(|| format!("map.npz lacks {name}"))
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
            Some(axis) => (axis.key.to_string(), labels(axis)),
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
            x: (self.axes.x.key.to_string(), labels(self.axes.x)),
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

/// The most different texts that cells have, as many as a byte counts with room to spare.
const MOST_TEXTS: usize = 200;

/// What is to be said of the cells beside their values.
fn states(picture: &Picture<'_>, computed: &[bool]) -> CellState {
    let mut names: Vec<String> = Vec::new();
    let mut place = |text: String| {
        if text.is_empty() {
            return 0;
        }
        let text = match names.len() < MOST_TEXTS || names.contains(&text) {
            true => text,
            false => "without the values of some seeds".to_owned(),
        };
        let place = names.iter().position(|name| *name == text);
        let place = place.unwrap_or_else(|| {
            names.push(text);
            names.len() - 1
        });
        place as u8 + 1
    };
    let exploded = picture.networks.map(MapSlice::exploded_networks);
    let cells = picture.values.iter().enumerate();
    let cells = cells.map(|(cell, value)| {
        let fate = match (picture.networks, &exploded) {
            _ if computed.get(cell) == Some(&false) => {
                "not computed: the value is that of the computed cell of its block".to_owned()
            }
            (Some(slice), Some(exploded)) => {
                let cells = slice.cells();
                let networks = (0..slice.seeds).map(|seed| seed * cells + cell);
                let lost = networks.filter(|network| {
                    slice.exploded.get(*network) != Some(&true)
                        && !slice.values[*network].is_finite()
                });
                let lost = lost.count();
                fate(slice.seeds, lost, exploded[cell], picture.lost)
            }
            _ if value.is_nan() => picture.lost.to_owned(),
            _ => String::new(),
        };
        place(fate)
    });
    let cells = cells.collect();
    CellState { names, cells }
}

/// What became of the networks of a cell that are not in its value, of which `lost` have none; empty where all are.
fn fate(seeds: usize, lost: usize, exploded: usize, label: &str) -> String {
    let verb = matches!(label, "diverged" | "did not diverge");
    let colon = if verb { "" } else { ":" };
    match (lost, exploded) {
        (0, 0) => String::new(),
        (lost, 0) if lost == seeds => label.to_owned(),
        (0, exploded) if exploded == seeds && seeds == 1 => "exploded".to_owned(),
        (0, exploded) if exploded == seeds => format!("all {seeds} seeds exploded"),
        (lost, 0) => format!("{lost} of {seeds} seeds{colon} {label}"),
        (0, exploded) => format!(
            "that of {} of {seeds} seeds, the others exploded",
            seeds - exploded
        ),
        (lost, exploded) => {
            format!("{lost} of {seeds} seeds{colon} {label}, {exploded} exploded")
        }
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
    let value = formatting::brief(&axis.values[facet].to_string());
    format!("{} = {value}", axis.key)
}

/// The values of an axis as people read them.
fn labels(axis: &Axis) -> Vec<String> {
    let labels = axis.labels().into_iter();
    labels.map(|label| formatting::brief(&label)).collect()
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
        _ => GridAxis::names(label, labels(axis)),
    }
}

/// A text that begins with a capital letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::fate;

    #[test]
    fn a_cell_says_what_became_of_its_networks() {
        for (seeds, lost, exploded, text) in [
            (2, 0, 0, ""),
            (1, 1, 0, "diverged"),
            (1, 0, 1, "exploded"),
            (2, 2, 0, "diverged"),
            (2, 1, 0, "1 of 2 seeds diverged"),
            (2, 0, 2, "all 2 seeds exploded"),
            (2, 0, 1, "that of 1 of 2 seeds, the others exploded"),
            (2, 1, 1, "1 of 2 seeds diverged, 1 exploded"),
        ] {
            assert_eq!(fate(seeds, lost, exploded, "diverged"), text);
        }
        assert_eq!(
            fate(3, 1, 0, "target not reached"),
            "1 of 3 seeds: target not reached"
        );
    }
}
