//! Networks over the keys of a sweep: each as a line across all of them, and distributions of the norm by key.

use anyhow::Result;
use mlp_plot::{ParallelAxis, ParallelCoordinates, Ridge, Ridgelines, Scale};
use mlp_train::{Axis, Kind};

use super::settings::unlike;
use super::{Draw, Figure, FigureEntry, View, describe};

/// The most networks that are drawn; of more, evenly picked ones.
const DRAWN: usize = 2000;
/// The most keys that stand beside each other.
const KEYS: usize = 8;
/// The most values of a key with a distribution each, and the fewest networks that have one.
const RIDGES: usize = 12;
const LEAST: usize = 10;

/// The lines.
pub static PARALLEL: FigureEntry = FigureEntry {
    name: "parallel",
    description: "every network as a line across the swept keys, coloured by its loss, where several keys are swept",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(parallel(view)?.into_iter().collect())),
};

/// The distributions.
pub static RIDGELINES: FigureEntry = FigureEntry {
    name: "norm-distribution-by-KEY",
    description: "distributions of the weight norm, one for each value of the one key that is swept",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(ridgelines(view)?.into_iter().collect())),
};

fn parallel(view: &View) -> Result<Option<Figure>> {
    let axes = view.experiment().axes().iter().enumerate();
    let axes: Vec<(usize, &Axis)> = axes
        .filter(|(_, axis)| axis.is_continuous() || axis.values.len() > 1)
        .take(KEYS)
        .collect();
    let nets = view.nets();
    let losses = ["test_loss", "train_loss"].map(|name| (name, nets.numbers(name)));
    let mut outcome = None;
    for (name, found) in losses {
        let finite = |values: &Vec<f64>| values.iter().any(|value| value.is_finite());
        outcome = outcome.or(found?
            .filter(|values| finite(values))
            .map(|own| (name, own)));
    }
    let (Some((name, losses)), true) = (outcome, axes.len() > 1) else {
        return Ok(None);
    };
    let every = nets.rows().div_ceil(DRAWN).max(1);
    let shown = || (0..nets.rows()).step_by(every);
    let mut columns = Vec::new();
    for (index, axis) in axes {
        let label = describe::label(&axis.key.column());
        let numbers = axis.values.iter().map(|value| value.as_f64());
        let numbers: Option<Vec<f64>> = numbers.collect();
        let place = |net: usize| view.place(net, index);
        let column = match (axis.is_continuous(), numbers) {
            (true, _) => match nets.numbers(&axis.key.column())? {
                Some(drawn) => shown().map(|net| drawn[net]).collect(),
                None => continue,
            },
            (false, Some(numbers)) => {
                let number = |net| place(net).and_then(|place| numbers.get(place).copied());
                shown().map(|net| number(net).unwrap_or(f64::NAN)).collect()
            }
            (false, None) => {
                let names = 0..axis.values.len();
                let index = |net| place(net).map_or(f64::NAN, |place| place as f64);
                columns.push(ParallelAxis {
                    label,
                    values: shown().map(index).collect(),
                    names: names.map(|value| describe::value(axis, value)).collect(),
                    scale: Scale::Linear,
                });
                continue;
            }
        };
        columns.push(ParallelAxis {
            label,
            values: column,
            names: Vec::new(),
            scale: match axis.is_continuous() && axis.is_log() {
                true => Scale::Log,
                false => Scale::Auto,
            },
        });
    }
    let sound = nets.sound();
    let label = describe::label(name);
    columns.push(ParallelAxis {
        values: shown()
            .map(|net| if sound[net] { losses[net] } else { f64::NAN })
            .collect(),
        label: label.clone(),
        names: Vec::new(),
        scale: Scale::Auto,
    });
    if columns.len() < 3 {
        return Ok(None);
    }
    let (finite, exploded) = (nets.finite(), nets.exploded().unwrap_or_default());
    let diverged = shown().any(|net| !finite[net]);
    let exploded = shown().any(|net| exploded.get(net) == Some(&true));
    let grey = [(diverged, "diverged"), (exploded, "exploded")].into_iter();
    let grey: Vec<&str> = grey.filter_map(|(any, how)| any.then_some(how)).collect();
    let thinned = match every {
        1 => String::new(),
        every => format!(" One network in {every} is drawn."),
    };
    let width = 260 + 170 * columns.len() as u32;
    let chart = ParallelCoordinates {
        title: format!("Swept keys and {label}"),
        subtitle: format!(
            "{}{thinned}",
            describe::population_with(view, "drawn in grey")
        ),
        axes: columns,
        grey: match grey.is_empty() {
            true => format!("without a finite {label}"),
            false => grey.join(" or "),
        },
    };
    let caption = format!("Every network as a line across the keys, coloured by its {label}.");
    Ok(Some(
        Figure::new("parallel", caption, chart).sized(width.max(760), 520),
    ))
}

fn ridgelines(view: &View) -> Result<Option<Figure>> {
    // The distribution over unlike cells is that of none.
    let [index] = unlike(view)[..] else {
        return Ok(None);
    };
    let axis = &view.experiment().axes()[index];
    let nets = view.nets();
    let Some(norms) = nets.numbers("weight_norm")? else {
        return Ok(None);
    };
    let mut ridges: Vec<Ridge> = (0..axis.values.len())
        .map(|value| Ridge {
            name: describe::value(axis, value),
            values: Vec::new(),
        })
        .collect();
    for (net, norm) in norms
        .iter()
        .enumerate()
        .filter(|(net, _)| nets.sound()[*net])
    {
        if let Some(ridge) = view
            .place(net, index)
            .and_then(|value| ridges.get_mut(value))
        {
            ridge.values.push(*norm);
        }
    }
    let few = ridges.iter().all(|ridge| ridge.values.len() < LEAST);
    if !(2..=RIDGES).contains(&ridges.len()) || few {
        return Ok(None);
    }
    let key = describe::label(&axis.key.column());
    let height = 150 + 70 * ridges.len() as u32;
    let chart = Ridgelines {
        title: format!("Distribution of the weight norm by {key}"),
        subtitle: format!(
            "Densities over the networks of each {key}, all of one height, with medians. {}",
            describe::population(view)
        ),
        x_label: "weight norm".to_owned(),
        y_label: key.clone(),
        scale: Scale::of_cloud(ridges.iter().flat_map(|ridge| ridge.values.iter().copied())),
        ridges,
    };
    let caption = format!(
        "How the weight norms of the networks of each {key} are distributed at their last records."
    );
    let name = format!(
        "norm-distribution-by-{}",
        axis.key.column().replace('_', "-")
    );
    Ok(Some(
        Figure::new(name, caption, chart).sized(820, height.max(320)),
    ))
}
