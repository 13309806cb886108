//! The loss around a trained network: over a plane of random directions, and over the plane in which its training moved.

use std::sync::atomic::AtomicBool;

use anyhow::Result;
use mlp_core::{
    Level,
    seed::{Purpose, Stream},
};
use mlp_data::Dataset;
use mlp_plot::{LossLandscape, PlaneGrid, Scale, format_value};
use mlp_train::{AnyNetwork, Kind, Model, Parameters, experiment::KeptWeights, train_network};

use super::side_by_side::{MOST_WORK, work};
use super::{Draw, Drawing, Figure, FigureEntry, View, describe, film};

/// Grid points along either axis.
const POINTS: usize = 31;
/// How far the plane of random directions reaches, in lengths of the neurons' weights.
const REACH: f64 = 1.0;
/// The most multiplications for a plane unless it is asked for: about a tenth of a second.
const QUICK: f64 = 6e8;
/// The most recorded steps that the plane of a training is fitted to.
const STEPS: usize = 200;

/// Both planes.
pub static LANDSCAPE: FigureEntry = FigureEntry {
    name: "landscape, trajectory",
    description: "the training loss around a network over two random directions, and over the plane in which its training moved (of slow ones with mlp plot --landscape)",
    kinds: &[Kind::Train],
    draw: Draw::Samples(figures),
};

fn figures(view: &View, drawing: &Drawing) -> Result<Vec<Figure>> {
    let model = view.model()?;
    let recipe = view.recipe();
    let evaluation =
        recipe.data.split.train.len() * model.network().architecture().parameter_count();
    let needed = (POINTS * POINTS * evaluation) as f64;
    if !model.is_finite() || model.members() > 1 || (needed > QUICK && !drawing.landscape) {
        return Ok(Vec::new());
    }
    let data = recipe.data.dataset.select_rows(&recipe.data.split.train)?;
    let around = Around {
        theta: numbers(&model),
        model: &model,
        data: &data,
    };
    let mut figures = vec![slice(view, &around)?];
    figures.extend(trajectory(view, &around, drawing)?);
    Ok(figures)
}

/// The loss of a model's training part with other parameters.
struct Around<'a> {
    model: &'a Model,
    theta: Vec<f64>,
    data: &'a Dataset,
}

impl Around<'_> {
    /// The training loss at `theta + a first + b second`; at (0, 0) with the very parameters of the model.
    fn loss(&self, directions: [&[f64]; 2], (a, b): (f64, f64)) -> Result<f64> {
        let moved = self
            .theta
            .iter()
            .zip(directions[0].iter().zip(directions[1]));
        let moved: Vec<f64> = moved.map(|(theta, (x, y))| theta + a * x + b * y).collect();
        let parameters = match self.model.network() {
            AnyNetwork::F32(_) => {
                Parameters::Single(moved.into_iter().map(|value| value as f32).collect())
            }
            AnyNetwork::F64(_) => Parameters::Double(moved),
        };
        let model = self.model.at_step(self.model.origin().steps, parameters)?;
        Ok(model.evaluate(self.data, Level::best())?.loss)
    }

    /// The loss over a grid, the lowest row first.
    fn grid(&self, directions: [&[f64]; 2], x: (f64, f64), y: (f64, f64)) -> Result<Vec<f64>> {
        let at =
            |(low, high): (f64, f64), i: usize| low + (high - low) * i as f64 / (POINTS - 1) as f64;
        let mut losses = Vec::with_capacity(POINTS * POINTS);
        for row in 0..POINTS {
            for column in 0..POINTS {
                losses.push(self.loss(directions, (at(x, column), at(y, row)))?);
            }
        }
        Ok(losses)
    }
}

fn numbers(model: &Model) -> Vec<f64> {
    match model.network() {
        AnyNetwork::F32(network) => network.parameters().iter().map(|v| f64::from(*v)).collect(),
        AnyNetwork::F64(network) => network.parameters().to_vec(),
    }
}

/// A random direction whose weights into each neuron are as long as the network's own; biases and normalizations stay (Li
/// et al. 2018, arXiv:1712.09913).
fn direction(model: &Model, theta: &[f64], seed: u64, number: u32) -> Vec<f64> {
    let mut stream = Stream::numbered(seed, Purpose::Sampling, number);
    let mut direction = vec![0.0; theta.len()];
    for range in model.network().architecture().ranges() {
        for neuron in 0..range.outputs {
            let start = range.weights.start + neuron * range.inputs;
            let own = start..start + range.inputs;
            let drawn: Vec<f64> = own.clone().map(|_| stream.normal()).collect();
            let length = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>().sqrt();
            let factor = length(&theta[own.clone()]) / length(&drawn);
            for (place, value) in direction[own].iter_mut().zip(drawn) {
                *place = factor * value;
            }
        }
    }
    direction
}

/// The plane of two random directions.
fn slice(view: &View, around: &Around) -> Result<Figure> {
    let recipe = view.recipe();
    let directions =
        [1, 2].map(|number| direction(around.model, &around.theta, recipe.seed, number));
    let directions = [&directions[0][..], &directions[1][..]];
    let reach = (-REACH, REACH);
    let values = around.grid(directions, reach, reach)?;
    let middle = around.loss(directions, (0.0, 0.0))?;
    let chart = LossLandscape {
        title: format!("Training loss around the network on {}", recipe.data.name),
        subtitle: format!(
            "{}. Loss in the middle {}. Directions as long as the weights of each neuron.",
            describe::training(recipe),
            crate::formatting::measured(middle)
        ),
        grid: PlaneGrid {
            x_label: "first random direction".to_owned(),
            y_label: "second random direction".to_owned(),
            x_range: reach,
            y_range: reach,
            columns: POINTS,
            rows: POINTS,
        },
        values,
        value_label: "training loss".to_owned(),
        value_scale: Scale::Auto,
        path: vec![(0.0, 0.0)],
    };
    let caption = "The loss of the training part when all weights are changed at once, along two random directions: at 1, each neuron's weights are changed by a vector of their own length (filter normalisation); biases stay.";
    Ok(Figure::new("landscape", caption, chart).sized(760, 620))
}

/// The plane of greatest variance through the recorded parameters, and the training in it. Where they were not kept, the
/// network is trained again if that is quick.
fn trajectory(view: &View, around: &Around, drawing: &Drawing) -> Result<Option<Figure>> {
    let Some(mut steps) = recorded(view, drawing)? else {
        return Ok(None);
    };
    steps.retain(|theta| theta.iter().all(|value| value.is_finite()));
    let every = steps.len().div_ceil(STEPS).max(1);
    let mut moved: Vec<Vec<f64>> = steps.into_iter().step_by(every).collect();
    moved.push(around.theta.clone());
    for theta in &mut moved {
        theta
            .iter_mut()
            .zip(&around.theta)
            .for_each(|(value, end)| *value -= end);
    }
    let Some(plane) = principal(&moved) else {
        return Ok(None);
    };
    let path: Vec<(f64, f64)> = (moved.iter())
        .map(|theta| (dot(theta, &plane.axes[0]), dot(theta, &plane.axes[1])))
        .collect();
    let range = |of: fn(&(f64, f64)) -> f64, least: f64| {
        let values = path.iter().map(of);
        let (low, high) = values.fold((0.0f64, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
        let room = 0.2 * (high - low).max(least);
        (low - room, high + room)
    };
    let x = range(|place| place.0, 0.0);
    // A path that hardly leaves a line has a plane, too.
    let y = range(|place| place.1, 0.2 * (x.1 - x.0));
    let directions = [&plane.axes[0][..], &plane.axes[1][..]];
    let values = around.grid(directions, x, y)?;
    let [first, second] = plane
        .explained
        .map(|share| format_value((1000.0 * share).round() / 10.0));
    let recipe = view.recipe();
    let chart = LossLandscape {
        title: format!("How the training on {} moved", recipe.data.name),
        subtitle: format!(
            "{}. Training loss on the plane of greatest variance of the parameters through their last values; the path is projected onto it.",
            describe::training(recipe)
        ),
        grid: PlaneGrid {
            x_label: format!("first principal direction ({first} % of the variance)"),
            y_label: format!("second principal direction ({second} %)"),
            x_range: x,
            y_range: y,
            columns: POINTS,
            rows: POINTS,
        },
        values,
        value_label: "training loss".to_owned(),
        value_scale: Scale::Auto,
        path,
    };
    let caption = "The way of the parameters from the start to the trained network, on the plane that shows most of it.";
    Ok(Some(
        Figure::new("trajectory", caption, chart).sized(820, 620),
    ))
}

/// The parameters at recorded steps, kept or computed again.
fn recorded(view: &View, drawing: &Drawing) -> Result<Option<Vec<Vec<f64>>>> {
    let wide = |parameters: &Parameters| match parameters {
        Parameters::Single(values) => values.iter().map(|value| f64::from(*value)).collect(),
        Parameters::Double(values) => values.clone(),
    };
    let weights = view.weights()?;
    if let Some((steps, parameters)) = weights.first().and_then(film::kept)
        && steps.len() > 2
    {
        let every = steps.len().div_ceil(STEPS).max(1);
        let rows = (0..steps.len()).step_by(every);
        return Ok(Some(rows.map(|row| wide(&parameters(row))).collect()));
    }
    let experiment = view.experiment();
    let quick = work(view.recipe()) <= MOST_WORK || drawing.landscape;
    let author = view.author();
    if !quick || experiment.is_timed() || author.training.continue_from.is_some() {
        return Ok(None);
    }
    let mut author = author.clone();
    author.output.save_weights = Some(KeptWeights::Recorded);
    let again = mlp_store::resolve(&author, None)?;
    let never = AtomicBool::new(false);
    let (outcome, _) = train_network(&again, 0, Level::best(), &(), &never)?;
    let kept = outcome
        .weights
        .iter()
        .map(|(_, parameters)| wide(parameters));
    let kept: Vec<Vec<f64>> = kept.collect();
    Ok((kept.len() > 2).then_some(kept))
}

/// Two directions of greatest variance, orthonormal, and their shares of it.
struct Principal {
    axes: [Vec<f64>; 2],
    explained: [f64; 2],
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The principal directions of points around the origin: of their Gram matrix, since there are fewer points than
/// parameters. `None` where they do not move.
fn principal(points: &[Vec<f64>]) -> Option<Principal> {
    let count = points.len();
    let gram: Vec<Vec<f64>> = (points.iter())
        .map(|a| points.iter().map(|b| dot(a, b)).collect())
        .collect();
    let all: f64 = (0..count).map(|i| gram[i][i]).sum();
    if !(all > 0.0 && all.is_finite()) {
        return None;
    }
    let mut found: Vec<Vec<f64>> = Vec::new();
    let (mut axes, mut explained): (Vec<Vec<f64>>, Vec<f64>) = Default::default();
    for number in 0..2 {
        let mut vector: Vec<f64> = (0..count)
            .map(|i| 1.0 + ((i + number) % 3) as f64)
            .collect();
        let mut value = 0.0;
        for _ in 0..500 {
            for known in &found {
                let along = dot(&vector, known);
                vector
                    .iter_mut()
                    .zip(known)
                    .for_each(|(v, k)| *v -= along * k);
            }
            let next: Vec<f64> = gram.iter().map(|row| dot(row, &vector)).collect();
            let length = dot(&next, &next).sqrt();
            let before = dot(&vector, &vector).sqrt();
            if length <= 1e-12 * all * before {
                value = 0.0;
                break;
            }
            value = length / before;
            vector = next.into_iter().map(|v| v / length).collect();
        }
        for known in &found {
            let along = dot(&vector, known);
            vector
                .iter_mut()
                .zip(known)
                .for_each(|(v, k)| *v -= along * k);
        }
        let mut axis = vec![0.0; points[0].len()];
        for (point, share) in points.iter().zip(&vector) {
            axis.iter_mut()
                .zip(point)
                .for_each(|(sum, v)| *sum += share * v);
        }
        let length = dot(&axis, &axis).sqrt();
        if length > 0.0 && value > 0.0 {
            axis.iter_mut().for_each(|v| *v /= length);
        } else if number == 0 {
            return None;
        } else {
            // On a line any other direction will do.
            axis = across(&axes[0]);
        }
        explained.push(value / all);
        axes.push(axis);
        found.push(vector);
    }
    let second = axes.pop()?;
    Some(Principal {
        axes: [axes.pop()?, second],
        explained: [explained[0], explained[1]],
    })
}

/// A direction of length 1 at a right angle to one of length 1; of a single parameter there is none, and it stays at rest.
fn across(axis: &[f64]) -> Vec<f64> {
    let least = (0..axis.len()).min_by(|a, b| axis[*a].abs().total_cmp(&axis[*b].abs()));
    let mut other: Vec<f64> = axis.iter().map(|v| -v * axis[least.unwrap_or(0)]).collect();
    if let Some(least) = least {
        other[least] += 1.0;
    }
    let length = dot(&other, &other).sqrt();
    if length > 1e-9 {
        other.iter_mut().for_each(|v| *v /= length);
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principal_directions_are_those_of_the_points() {
        // Along (3, 4, 0) / 5 with variance 50, along (0, 0, 1) with variance 2.
        let points: Vec<Vec<f64>> = [(5.0, 1.0), (-5.0, 1.0), (5.0, -1.0), (-5.0, -1.0)]
            .iter()
            .map(|(a, b)| vec![0.6 * a, 0.8 * a, *b])
            .collect();
        let found = principal(&points).unwrap();
        assert!(
            (found.axes[0][0].abs() - 0.6).abs() < 1e-9,
            "{:?}",
            found.axes
        );
        assert!((found.axes[0][1].abs() - 0.8).abs() < 1e-9);
        assert!((found.axes[1][2].abs() - 1.0).abs() < 1e-9);
        assert!((found.explained[0] - 100.0 / 104.0).abs() < 1e-9);
        assert!((found.explained[1] - 4.0 / 104.0).abs() < 1e-9);
        assert!(principal(&vec![vec![0.0; 3]; 4]).is_none());
    }

    #[test]
    fn a_line_has_a_plane_too() {
        let points: Vec<Vec<f64>> = (0..5)
            .map(|i| vec![f64::from(i), 2.0 * f64::from(i)])
            .collect();
        let found = principal(&points).unwrap();
        assert!((found.explained[0] - 1.0).abs() < 1e-9);
        assert!(dot(&found.axes[0], &found.axes[1]).abs() < 1e-9);
        assert!((dot(&found.axes[1], &found.axes[1]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn random_directions_are_as_long_as_the_weights_and_leave_biases() {
        let run = mlp_train::Experiment::from_toml(
            "kind = \"train\"\ndata.name = \"moons\"\ntraining.steps = 3\nnetwork.hidden = [4]",
        );
        let results = mlp_train::run(&run.unwrap(), &mlp_train::Options::default()).unwrap();
        let model = results.model.unwrap();
        let theta = numbers(&model);
        let [one, two] = [1, 2].map(|number| direction(&model, &theta, 7, number));
        assert_ne!(one, two);
        assert_eq!(one, direction(&model, &theta, 7, 1));
        for range in model.network().architecture().ranges() {
            assert!(one[range.biases].iter().all(|value| *value == 0.0));
            for neuron in 0..range.outputs {
                let start = range.weights.start + neuron * range.inputs;
                let own = start..start + range.inputs;
                let [a, b] = [&one[own.clone()], &theta[own]].map(|v| dot(v, v).sqrt());
                assert!((a - b).abs() < 1e-9 * b, "{a} {b}");
            }
        }
        // In the middle the loss is the recorded one.
        let recipe = results.experiment.recipe(0).unwrap();
        let data = recipe
            .data
            .dataset
            .select_rows(&recipe.data.split.train)
            .unwrap();
        let around = Around {
            model: &model,
            theta,
            data: &data,
        };
        let recorded = results.nets.numbers("train_loss").unwrap()[0];
        assert_eq!(around.loss([&one, &two], (0.0, 0.0)).unwrap(), recorded);
        let middle = POINTS * POINTS / 2;
        let grid = around.grid([&one, &two], (-1.0, 1.0), (-1.0, 1.0)).unwrap();
        assert_eq!(grid[middle], recorded);
    }
}
