//! Bias norm against weight norm of every network of a population, and the outcomes.

use anyhow::Result;
use mlp_plot::{NormScatter, OutcomeBar, OutcomeBars, PointColors, Scale};
use mlp_train::{Axis, Kind};

use super::settings::MOST_SETTINGS;
use super::trends::{Selection, Trends};
use super::{Draw, Figure, FigureEntry, View, describe};

/// Above this many networks a cloud of points hides the density.
const MANY: usize = 20_000;

/// The outcomes of the networks.
pub static SCATTER: FigureEntry = FigureEntry {
    name: "density, scatter-loss, scatter-KEY, solved-by-KEY",
    description: "bias norm against weight norm of every network, by its loss and by its setting, and the share of solved networks",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| figures(view)),
};

/// Networks over two drawn keys.
pub static PLANES: FigureEntry = FigureEntry {
    name: "plane-of-KEY-and-KEY",
    description: "every network over two keys whose values were drawn, by its loss",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| planes(view)),
};

/// The scatter by final loss, by setting, the norms against drawn values, and the share of solved
/// networks by setting.
fn figures(view: &View) -> Result<Vec<Figure>> {
    let nets = view.nets();
    let (Some(weight), Some(bias)) = (nets.numbers("weight_norm")?, nets.numbers("bias_norm")?)
    else {
        return Ok(Vec::new());
    };
    let sound = nets.sound();
    let ended = nets.which_ended();
    let all = |values: &[f64]| -> Vec<f64> { ended.iter().map(|&net| values[net]).collect() };
    let keep = |values: &[f64]| -> Vec<f64> {
        let kept = ended.iter();
        kept.map(|&net| if sound[net] { values[net] } else { f64::NAN })
            .collect()
    };
    let (x, y) = (keep(&weight), keep(&bias));
    let scatter = |title: String, outcome: PointColors| NormScatter {
        title,
        subtitle: describe::population(view),
        x_label: "weight norm".to_owned(),
        y_label: "bias norm".to_owned(),
        x_scale: Scale::of_cloud(x.iter().copied()),
        y_scale: Scale::of_cloud(y.iter().copied()),
        x: x.clone(),
        y: y.clone(),
        outcome,
        marginals: true,
        guides: Vec::new(),
    };
    let mut density = Vec::new();
    if nets.rows() > MANY {
        let title = "How many networks have which norms".to_owned();
        let caption = "Networks in each place of the plane of weight norm and bias norm.";
        let chart = scatter(title, PointColors::Density);
        density.push(Figure::new("density", caption, chart).sized(900, 640));
    }
    let (mut figures, mut bars) = (Vec::new(), Vec::new());
    let losses = nets.numbers("train_loss")?;
    if let Some(values) = &losses {
        let outcome = PointColors::Continuous {
            label: "final training loss".to_owned(),
            values: all(values),
            scale: Scale::Auto,
        };
        let chart = scatter("Bias norm against weight norm".to_owned(), outcome);
        let caption = "Every network at its last step, coloured by its final training loss.";
        figures.push(Figure::new("scatter-loss", caption, chart).sized(900, 640));
    }
    for (index, axis) in view.experiment().axes().iter().enumerate() {
        if axis.is_continuous() {
            figures.extend(against(view, axis, &x, losses.as_deref())?);
        }
        if !(2..=MOST_SETTINGS).contains(&axis.values.len()) {
            continue;
        }
        let key = describe::label(&axis.key.column());
        let names = (0..axis.values.len())
            .map(|value| describe::setting(axis, value))
            .collect();
        let classes = ended
            .iter()
            .map(|&net| view.place(net, index).unwrap_or(0))
            .collect();
        let chart = scatter(
            format!("Bias norm against weight norm by {key}"),
            PointColors::Categorical { names, classes },
        );
        let caption = format!("Every network at its last step, coloured by {key}.");
        figures.push(
            Figure::new(format!("scatter-{}", key.replace(' ', "-")), caption, chart)
                .sized(900, 640),
        );
        bars.extend(solved(view, index)?);
    }
    // The page has the networks themselves.
    figures.iter_mut().for_each(|figure| figure.on_page = false);
    density.extend(figures);
    density.extend(bars);
    Ok(density)
}

/// The most planes of two drawn keys.
const MOST_PLANES: usize = 6;

/// Every two keys whose values were drawn against each other, coloured by the final loss; grey where there is none.
fn planes(view: &View) -> Result<Vec<Figure>> {
    let losses = view.nets().numbers("train_loss")?;
    let axes = view.experiment().axes().iter();
    let drawn: Vec<&Axis> = axes.filter(|axis| axis.is_continuous()).collect();
    let (sound, ended) = (view.nets().sound(), view.nets().which_ended());
    let all = |values: &[f64]| -> Vec<f64> { ended.iter().map(|&net| values[net]).collect() };
    let outcome = losses.map_or(PointColors::None, |losses| PointColors::Continuous {
        label: "final training loss".to_owned(),
        values: ended
            .iter()
            .map(|&net| if sound[net] { losses[net] } else { f64::NAN })
            .collect(),
        scale: Scale::Auto,
    });
    let scale = |axis: &Axis| match axis.is_log() {
        true => Scale::Log,
        false => Scale::Linear,
    };
    let mut figures = Vec::new();
    for (place, b) in drawn.iter().enumerate() {
        for a in &drawn[..place] {
            let keys = [a, b].map(|axis| describe::label(&axis.key.column()));
            let column = |axis: &Axis| view.nets().numbers(&axis.key.column());
            let (Some(x), Some(y)) = (column(a)?, column(b)?) else {
                continue;
            };
            if figures.len() == MOST_PLANES {
                return Ok(figures);
            }
            let chart = NormScatter {
                title: format!("Final training loss over {} and {}", keys[0], keys[1]),
                subtitle: describe::population(view),
                x_label: keys[0].clone(),
                y_label: keys[1].clone(),
                x_scale: scale(a),
                y_scale: scale(b),
                x: all(&x),
                y: all(&y),
                outcome: outcome.clone(),
                marginals: false,
                guides: Vec::new(),
            };
            let names = keys.map(|key| key.replace(' ', "-"));
            let name = format!("plane-of-{}-and-{}", names[0], names[1]);
            let caption = "Every network where its drawn values are, coloured by its final training loss; \
                 grey where it diverged or exploded.";
            figures.push(Figure::new(name, caption, chart).sized(900, 640));
        }
    }
    Ok(figures)
}

/// The weight norm against a key whose values were drawn, coloured by the final loss.
fn against(
    view: &View,
    axis: &Axis,
    weight: &[f64],
    losses: Option<&Vec<f64>>,
) -> Result<Option<Figure>> {
    let column = axis.key.column();
    let Some(drawn) = view.nets().numbers(&column)? else {
        return Ok(None);
    };
    let key = describe::label(&column);
    let ended = view.nets().which_ended();
    let all = |values: &[f64]| -> Vec<f64> { ended.iter().map(|&net| values[net]).collect() };
    let outcome = losses.map_or(PointColors::None, |losses| PointColors::Continuous {
        label: "final training loss".to_owned(),
        values: all(losses),
        scale: Scale::Auto,
    });
    let chart = NormScatter {
        title: format!("Weight norm against {key}"),
        subtitle: describe::population(view),
        x_label: key.clone(),
        y_label: "weight norm".to_owned(),
        x_scale: if axis.is_log() {
            Scale::Log
        } else {
            Scale::Linear
        },
        y_scale: Scale::Auto,
        x: all(&drawn),
        y: weight.to_vec(),
        outcome,
        marginals: true,
        guides: Vec::new(),
    };
    let name = format!("scatter-{}", key.replace(' ', "-"));
    let caption = format!("Every network at its last step over the {key} that it was given.");
    Ok(Some(Figure::new(name, caption, chart).sized(900, 640)))
}

/// The share of networks below the target loss for every value of an axis.
fn solved(view: &View, index: usize) -> Result<Option<Figure>> {
    let axis = &view.experiment().axes()[index];
    let Some(target) = view.experiment().experiment().training.target_loss else {
        return Ok(None);
    };
    let Some(bars) = bars(view, index, target)? else {
        return Ok(None);
    };
    if bars.iter().all(|bar| bar.successes == 0) {
        return Ok(None);
    }
    let key = describe::label(&axis.key.column());
    let height = 160 + 44 * axis.values.len() as u32;
    let chart = OutcomeBars {
        title: format!("Share of solved networks by {key}"),
        subtitle: format!(
            "Solved: final training loss below {target}; diverged and exploded ones count as not solved. Wilson's 95 % intervals."
        ),
        x_label: "share solved (%)".to_owned(),
        y_label: key.clone(),
        bars,
    };
    let caption = format!("How many networks reach a training loss below {target}.");
    let name = format!("solved-by-{}", key.replace(' ', "-"));
    Ok(Some(Figure::new(name, caption, chart).sized(900, height)))
}

/// Solved networks of every value of an axis, as counted while the population ran or counted here.
fn bars(view: &View, index: usize, target: f64) -> Result<Option<Vec<OutcomeBar>>> {
    let axis = &view.experiment().axes()[index];
    let mut counts = vec![(0, 0); axis.values.len()];
    if let Trends::Sketched(statistics) = view.trends() {
        for (value, count) in counts.iter_mut().enumerate() {
            let of = |outcome| {
                let selection = Selection::Setting(axis, index, value);
                statistics.networks(outcome, selection).unwrap_or(0)
            };
            *count = (of("solved"), of("finite") + of("diverged") + of("exploded"));
        }
    } else {
        let Some(losses) = view.nets().numbers("train_loss")? else {
            return Ok(None);
        };
        let sound = view.nets().sound();
        for (net, loss) in losses.iter().enumerate() {
            if let Some(value) = view.place(net, index) {
                counts[value].0 += u64::from(sound[net] && *loss < target);
                counts[value].1 += 1;
            }
        }
    }
    let bar = |(value, (successes, trials))| OutcomeBar {
        name: describe::value(axis, value),
        successes,
        trials,
    };
    Ok(Some(counts.into_iter().enumerate().map(bar).collect()))
}
