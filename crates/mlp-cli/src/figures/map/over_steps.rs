//! A map at its earlier recorded steps, for the page.

use anyhow::Result;
use mlp_train::Arrays;

use super::metric;
use super::picture::Maps;
use crate::figures::{Figure, Frame, few_steps::few};

/// The most steps of the chosen metric and of others, and the most networks of a map that is read at each of them.
pub const OF_CHOSEN: usize = 16;
pub const OF_OTHERS: usize = 8;
const MOST_NETWORKS: usize = 65_536;

/// Adds what a metric was at earlier steps, at most so many, in colours that all steps share on the page.
pub fn add(maps: &Maps<'_>, name: &str, most_steps: usize, figure: &mut Figure) -> Result<()> {
    let networks = maps.slice(name)?.values.len();
    let Some(steps) = recorded(maps.arrays, name) else {
        return Ok(());
    };
    if steps.len() < 2 || maps.axes.y.is_none() || networks > MOST_NETWORKS {
        return Ok(());
    }
    let chosen: Vec<i64> = few(&steps, most_steps)
        .into_iter()
        .map(|place| steps[place])
        .collect();
    let drawn = |step: i64, colors| -> Result<Figure> {
        let arrays = maps.view.map_at(step as u64)?;
        let maps = Maps {
            view: maps.view,
            arrays: &arrays,
            axes: maps.axes,
            step: Some(step as u64),
            networks: maps.networks.clone(),
            computed: maps.computed.clone(),
            colors,
        };
        metric::mean(&maps, name)
    };
    let mut values = Vec::new();
    for &step in &chosen {
        let figure = drawn(step, None)?;
        values.extend(
            figure
                .maps
                .iter()
                .flat_map(|map| map.values.iter().copied()),
        );
    }
    let colors = metric::shared_colors(name, &values);
    for (place, &step) in chosen.iter().enumerate() {
        let at_step = drawn(step, colors.clone())?;
        match place + 1 == chosen.len() {
            // It is the figure's own.
            true => {
                figure.page = Some(at_step.chart);
                figure.frames.push(Frame::own(step.to_string()));
            }
            false => figure.frames.push(Frame {
                name: step.to_string(),
                chart: Some(at_step.chart),
                cells: at_step.picker,
            }),
        }
    }
    Ok(())
}

/// The recorded steps, where a metric has a value at each.
fn recorded(arrays: &Arrays, name: &str) -> Option<Vec<i64>> {
    let axes = arrays.get("axes")?.words()?;
    let by_step = axes.first().is_some_and(|axis| *axis == "step");
    if !by_step || arrays.get(name)?.shape.len() != axes.len() {
        return None;
    }
    let steps = arrays.get("step")?.numbers()?;
    Some(steps.into_iter().map(|step| step as i64).collect())
}
