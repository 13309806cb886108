//! Bias norm against weight norm of every network of a population, and what became of them.

use mlp_plot::{NormScatter, Outcome, OutcomeBar, OutcomeBars, Scale};

use super::curves::MOST_SETTINGS;
use super::{Figure, View, describe};

/// The scatter by final loss, by setting, and the share of solved networks by setting.
pub fn figures(view: &View) -> Vec<Figure> {
    let nets = view.nets();
    let (Some(weight), Some(bias)) = (nets.numbers("weight_norm"), nets.numbers("bias_norm"))
    else {
        return Vec::new();
    };
    let sound = view.sound();
    let keep = |values: &[f64]| -> Vec<f64> {
        values
            .iter()
            .zip(&sound)
            .map(|(&v, &sound)| if sound { v } else { f64::NAN })
            .collect()
    };
    let (x, y) = (keep(&weight), keep(&bias));
    let scatter = |title: String, outcome: Outcome| NormScatter {
        title,
        subtitle: describe::population(view),
        x_label: "weight norm".to_owned(),
        y_label: "bias norm".to_owned(),
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        x: x.clone(),
        y: y.clone(),
        outcome,
        marginals: true,
        guide: None,
    };
    let mut figures = Vec::new();
    if let Some(values) = nets.numbers("train_loss") {
        let outcome = Outcome::Continuous {
            label: "final training loss".to_owned(),
            values,
            scale: Scale::Auto,
        };
        let chart = scatter("Bias norm against weight norm".to_owned(), outcome);
        let caption = "Every network at its last step, coloured by its final training loss.";
        figures.push(Figure::new("scatter-loss", caption, chart).sized(900, 640));
    }
    for (index, axis) in view.experiment().axes().iter().enumerate() {
        if !(2..=MOST_SETTINGS).contains(&axis.values.len()) {
            continue;
        }
        let key = describe::label(&axis.key.column());
        let names = (0..axis.values.len())
            .map(|value| describe::setting(axis, value))
            .collect();
        let classes = (0..nets.rows())
            .map(|net| view.places(net)[index])
            .collect();
        let chart = scatter(
            format!("Bias norm against weight norm by {key}"),
            Outcome::Categorical { names, classes },
        );
        let caption = format!("Every network at its last step, coloured by {key}.");
        figures.push(
            Figure::new(format!("scatter-{}", key.replace(' ', "-")), caption, chart)
                .sized(900, 640),
        );
        figures.extend(solved(view, index));
    }
    figures
}

/// The share of networks below the target loss for every value of an axis.
fn solved(view: &View, index: usize) -> Option<Figure> {
    let axis = &view.experiment().axes()[index];
    let target = view.experiment().experiment().training.target_loss?;
    let losses = view.nets().numbers("train_loss")?;
    let sound = view.sound();
    let bars = (0..axis.values.len())
        .map(|value| {
            let own: Vec<usize> = (0..losses.len())
                .filter(|&net| view.places(net)[index] == value)
                .collect();
            let solved = own
                .iter()
                .filter(|&&net| sound[net] && losses[net] < target)
                .count();
            OutcomeBar {
                name: describe::setting(axis, value),
                successes: solved as u64,
                trials: own.len() as u64,
            }
        })
        .collect::<Vec<_>>();
    if bars.iter().all(|bar| bar.successes == 0) {
        return None;
    }
    let key = describe::label(&axis.key.column());
    let height = 160 + 44 * axis.values.len() as u32;
    let chart = OutcomeBars {
        title: format!("Share of solved networks by {key}"),
        subtitle: format!("Solved: final training loss below {target}. Wilson's 95 % intervals."),
        x_label: "share solved (%)".to_owned(),
        y_label: String::new(),
        bars,
    };
    let caption = format!("How many networks reach a training loss below {target}.");
    Some(
        Figure::new(
            format!("solved-by-{}", key.replace(' ', "-")),
            caption,
            chart,
        )
        .sized(900, height),
    )
}
