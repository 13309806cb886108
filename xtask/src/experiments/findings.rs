//! `cargo xtask findings`: why the solutions in the plane of weight norm and bias norm show
//! structure, as docs/findings.md. The three notes of the original project are tested over tanh and
//! ReLU, gradient descent and Adam, with and without decay.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use mlp_plot::{
    Chart, ChartGrid, CurvePanel, Format, LearningCurves, NormScatter, PointColors, Scale, Series,
    Size,
};
use mlp_train::{Table, analysis::Pairs};

use super::laboratory::{Laboratory, Variant, numbers};
use crate::command::root;

/// The networks of one setting.
struct Cell {
    activation: String,
    optimizer: String,
    decay: f64,
    rows: Vec<usize>,
}

impl Cell {
    fn name(&self) -> String {
        let optimizer = match self.optimizer.as_str() {
            "sgd" => "gradient descent",
            other => other,
        };
        format!("{}, {optimizer}, decay {}", self.activation, self.decay)
    }
}

fn cells(nets: &Table) -> Result<Vec<Cell>> {
    let activations = nets.texts("activation").context("no activations")?;
    let optimizers = nets.texts("optimizer").context("no optimizers")?;
    let decays = numbers(nets, "weight_decay")?;
    let mut cells: Vec<Cell> = Vec::new();
    for row in 0..nets.rows() {
        let same = |cell: &Cell| {
            cell.activation == activations[row]
                && cell.optimizer == optimizers[row]
                && cell.decay.to_bits() == decays[row].to_bits()
        };
        match cells.iter_mut().find(|cell| same(cell)) {
            Some(cell) => cell.rows.push(row),
            None => cells.push(Cell {
                activation: activations[row].clone(),
                optimizer: optimizers[row].clone(),
                decay: decays[row],
                rows: vec![row],
            }),
        }
    }
    Ok(cells)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(values: Vec<f64>) -> f64 {
    mlp_statistics::median(values).unwrap_or(f64::NAN)
}

/// Slope and R^2 of a line through points.
fn line(x: &[f64], y: &[f64]) -> (f64, f64) {
    let mut pairs = Pairs::default();
    x.iter().zip(y).for_each(|(&x, &y)| pairs.push(x, y));
    let found = pairs.line();
    let fit = found.and_then(|line| Some((line.slope, line.r_squared?)));
    fit.unwrap_or((f64::NAN, f64::NAN))
}

/// The share of the variance that lies between classes, adjusted for their number: 0 where classes
/// say no more than chance.
fn between_classes(classes: &[u64], values: &[f64]) -> f64 {
    let mut groups: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (class, value) in classes.iter().zip(values) {
        groups.entry(*class).or_default().push(*value);
    }
    let spread = |values: &[f64]| -> f64 {
        let middle = mean(values);
        values.iter().map(|value| (value - middle).powi(2)).sum()
    };
    let (all, count) = (values.len() as f64, groups.len() as f64);
    let within: f64 = groups.values().map(|group| spread(group)).sum();
    1.0 - (within / (all - count)) / (spread(values) / (all - 1.0))
}

/// Runs the experiments and writes the page.
pub fn all() -> Result<()> {
    let laboratory = Laboratory {
        variant: Variant::Full,
        folder: root().join("target/findings"),
    };
    let docs = root().join("docs");
    fs::create_dir_all(docs.join("findings")).context("cannot make docs/findings")?;
    let mut text = String::from(HEAD);
    norms(&laboratory, &mut text)?;
    plane(&laboratory, &mut text)?;
    growth(&laboratory, &mut text)?;
    fs::write(docs.join("findings.md"), &text).context("cannot write docs/findings.md")?;
    println!("{text}");
    Ok(())
}

fn draw(name: &str, chart: &dyn Chart, size: Size) -> Result<()> {
    let path = root().join(format!("docs/findings/{name}.png"));
    fs::write(&path, chart.render(Format::Png, size)?)
        .with_context(|| format!("cannot write {}", path.display()))
}

const HEAD: &str = "# Weight norm against bias norm: what these runs show

Made by `cargo xtask findings` (a few minutes on two cores); do not edit. The project this one goes back to left three notes and a question: norms grow with the
iterations; decay shrinks them; and why do the solutions in the plane of weight norm and bias norm show structure? Here each note is tested over tanh and ReLU,
gradient descent and Adam, with and without decay. Every table can be made again by the command above it.
";

/// Notes one and two.
fn norms(laboratory: &Laboratory, text: &mut String) -> Result<()> {
    let (_, run) = laboratory.run("findings-norms.toml", &[])?;
    let (nets, series) = (run.nets()?, run.series()?);
    let net = numbers(&series, "net")?;
    let step = numbers(&series, "step")?;
    let norm = numbers(&series, "weight_norm")?;
    let bias = numbers(&series, "bias_norm")?;
    let mut paths: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (row, net) in net.iter().enumerate() {
        paths.entry(*net as u64).or_default().push(row);
    }
    text.push_str(
        "
## Norms grow with the iterations, and decay shrinks them

`mlp run experiments/findings-norms.toml`: 2-16-1 on two moons, 10,000 updates, 100 networks per row. The L2 norm of all weights.

| setting | at the start | smallest on the way | at the end | networks that end larger | of all biases at the end |
|---|---|---|---|---|---|
",
    );
    let mut panels: Vec<(String, Vec<Series>)> = Vec::new();
    let mut ends = BTreeMap::new();
    for cell in cells(&nets)? {
        let rows: Vec<&Vec<usize>> = cell
            .rows
            .iter()
            .filter_map(|net| paths.get(&(*net as u64)))
            .collect();
        let of = |pick: &dyn Fn(&[usize]) -> f64| -> Vec<f64> {
            rows.iter().map(|rows| pick(rows)).collect()
        };
        let end = |rows: &[usize]| norm[rows[rows.len() - 1]];
        let start = of(&|rows| norm[rows[0]]);
        let least = of(&|rows| {
            rows.iter()
                .map(|&row| norm[row])
                .fold(f64::INFINITY, f64::min)
        });
        let last = of(&end);
        let grew = last.iter().zip(&start).filter(|(b, a)| b > a).count();
        let biases = of(&|rows| bias[rows[rows.len() - 1]]);
        ends.insert(cell.name(), mean(&last));
        writeln!(
            text,
            "| {} | {:.2} | {:.2} | {:.2} | {} of {} | {:.2} |",
            cell.name(),
            mean(&start),
            mean(&least),
            mean(&last),
            grew,
            last.len(),
            mean(&biases)
        )?;
        let steps: Vec<f64> = rows[0].iter().map(|&row| step[row]).collect();
        let means = (0..steps.len())
            .map(|at| mean(&of(&|rows| norm[rows[at]])))
            .collect();
        let curve = Series::new(
            format!("{}, decay {}", cell.optimizer, cell.decay),
            steps,
            means,
        );
        let curve = if cell.decay > 0.0 {
            curve.dashed()
        } else {
            curve
        };
        match panels.iter_mut().find(|(name, _)| *name == cell.activation) {
            Some((_, curves)) => curves.push(curve),
            None => panels.push((cell.activation.clone(), vec![curve])),
        }
    }
    let figure = LearningCurves {
        title: "Norms grow without decay, and decay bounds them".into(),
        subtitle: "mean L2 norm of all weights over 100 networks, 2-16-1 on two moons".into(),
        x_label: "step".into(),
        x_scale: Scale::Log,
        panels: panels
            .into_iter()
            .map(|(activation, series)| CurvePanel {
                y_label: format!("|W|, {activation}"),
                series,
                ..CurvePanel::default()
            })
            .collect(),
    };
    draw("norms", &figure, Size::new(720, 560))?;
    text.push_str(
        "
![Mean norm of the weights by step](findings/norms.png)

The first note holds without decay, in every one of the four settings and for every network: the norm ends larger than it began. It is not a law of every step: the
mean dips by a few hundredths before it rises. The second holds too: the same networks with decay end far smaller, and networks of ReLU, which begin larger,
then end smaller than they began. Decay does not act on biases here, and yet they stay smaller: they are driven by the same gradients.
",
    );
    Ok(())
}

/// Note three: the plane.
fn plane(laboratory: &Laboratory, text: &mut String) -> Result<()> {
    let (_, run) = laboratory.run("findings-xor.toml", &[])?;
    let nets = run.nets()?;
    let column = |name: &str| numbers(&nets, name);
    let loss = column("train_loss")?;
    let (weight, bias) = (column("weight_square")?, column("bias_square")?);
    let hidden = column("hidden_bias_square")?;
    let (below, above) = (column("weight_square_0")?, column("weight_square_1")?);
    let pattern = column("pattern")?;
    let (balance, drift) = (column("balance_max")?, column("balance_drift")?);
    text.push_str(
        "
## Structure in the plane of weight norm and bias norm

`mlp run experiments/findings-xor.toml`: 2-4-1 on the corners of XOR, weights from N(0, 0.1) cut at two deviations, biases 0, 20,000 updates, 200 networks per row;
decay, where there is any, on biases too. Networks with a loss below 0.05 count as solved, and the columns after that are theirs. *Classes* are activation patterns on the training set,
neurons sorted (`pattern`); *between classes* is the share of the variance of |W|^2 and of |b|^2 (squared norms of all weights and of all biases) that lies between them,
adjusted for their number. *Gap* is the median of | |W_0|^2 + |b_0|^2 - |W_1|^2 | over |W_0|^2 + |W_1|^2, which the conservation law keeps near its small start for
ReLU under gradient descent (0 in the limit of small weights); *D* and *drift* are the medians of the largest |D| of a neuron and of its distance from the law.

| setting | solved | classes | largest class | between classes: of W^2 | of b^2 | hidden b^2 by W^2: slope | R^2 | gap | D | drift |
|---|---|---|---|---|---|---|---|---|---|---|
",
    );
    let mut charts = Vec::new();
    for cell in cells(&nets)? {
        let solved: Vec<usize> = cell
            .rows
            .iter()
            .copied()
            .filter(|&row| loss[row] < 0.05)
            .collect();
        let of = |values: &[f64]| -> Vec<f64> { solved.iter().map(|&row| values[row]).collect() };
        let classes: Vec<u64> = solved.iter().map(|&row| pattern[row] as u64).collect();
        let mut sizes: BTreeMap<u64, usize> = BTreeMap::new();
        for class in &classes {
            *sizes.entry(*class).or_default() += 1;
        }
        let mut order: Vec<(usize, u64)> =
            sizes.iter().map(|(class, size)| (*size, *class)).collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let (slope, r2) = line(&of(&weight), &of(&hidden));
        let gaps = solved
            .iter()
            .map(|&row| (below[row] + hidden[row] - above[row]).abs() / (below[row] + above[row]))
            .collect();
        writeln!(
            text,
            "| {} | {:.1} % | {} | {} of {} | {:.2} | {:.2} | {slope:.2} | {r2:.2} | {:.4} | {:.2} | {:.1e} |",
            cell.name(),
            100.0 * solved.len() as f64 / cell.rows.len() as f64,
            sizes.len(),
            order.first().map_or(0, |(size, _)| *size),
            solved.len(),
            between_classes(&classes, &of(&weight)),
            between_classes(&classes, &of(&bias)),
            median(gaps),
            median(of(&balance)),
            median(of(&drift)),
        )?;
        if cell.decay == 0.0 {
            let top: Vec<u64> = order.iter().take(5).map(|(_, class)| *class).collect();
            let mut names: Vec<String> = order
                .iter()
                .take(5)
                .enumerate()
                .map(|(at, _)| format!("class {}", at + 1))
                .collect();
            names.push("others".into());
            let place = |class: &u64| top.iter().position(|known| known == class);
            charts.push(NormScatter {
                title: cell.name(),
                subtitle: String::new(),
                x_label: "|W|^2".into(),
                y_label: "|b|^2".into(),
                x_scale: Scale::Linear,
                y_scale: Scale::Linear,
                x: of(&weight),
                y: of(&bias),
                outcome: PointColors::Categorical {
                    names,
                    classes: classes
                        .iter()
                        .map(|class| place(class).unwrap_or(5))
                        .collect(),
                },
                marginals: false,
                guides: Vec::new(),
            });
        }
    }
    let grid = ChartGrid {
        title: "Solutions fall into classes, and classes into clusters".into(),
        subtitle: "squared norms of all biases and all weights of solved XOR networks, by activation pattern"
            .into(),
        columns: 2,
        charts: charts.iter().map(|chart| chart as &dyn Chart).collect(),
    };
    draw("plane", &grid, Size::new(1000, 860))?;
    text.push_str(
        "
![Squared norms of biases and weights, coloured by class](findings/plane.png)

There is structure, and it has two sources. One is which solution was found: the activation pattern, which no reordering of neurons changes, accounts for nearly all of the
variance of both norms in most rows. The other is the conservation law: for ReLU under plain descent the three parts |W_0|^2, |b_0|^2 and |W_1|^2 are bound to each other
for all of the training (gap and drift), and the hidden biases follow the weights along a line (column *R^2*, over all solved networks). tanh has no such law and Adam breaks it: there the gap is
no longer small, and what is left are the clusters. With decay on every parameter the law says that D dies out, and so it does for ReLU under both optimizers.
",
    );
    Ok(())
}

/// The output bias.
fn growth(laboratory: &Laboratory, text: &mut String) -> Result<()> {
    let (_, run) = laboratory.run("findings-depth.toml", &[])?;
    let (nets, series) = (run.nets()?, run.series()?);
    let hidden = nets.texts("hidden").context("widths are texts")?;
    let net = numbers(&series, "net")?;
    let step = numbers(&series, "step")?;
    let loss = numbers(&series, "train_loss")?;
    let norm = numbers(&series, "weight_norm")?;
    let bias = numbers(&series, "output_bias_square")?;
    text.push_str(
        "
## The output bias once everything is separated

`mlp run experiments/findings-depth.toml`: ReLU on XOR, gradient descent at rate 0.1, 300,000 updates, 50 networks per row. The output bias is in no balance. Once the
classes are separated, the expectation is that it grows like ln t and the weights like (ln t)^(1/L), L layers of weights, so that |b_out| is a line in |W|^L. For each network, R^2 of
lines through its records from the first with a loss below 0.01 on; the median over the networks.

| network | L | networks | b_out by W^L | by W | by ln t |
|---|---|---|---|---|---|
",
    );
    for (width, layers) in [("8", 2), ("8x8", 3)] {
        let mut fits: [Vec<f64>; 3] = Default::default();
        for index in (0..hidden.len()).filter(|&index| hidden[index] == width) {
            let rows: Vec<usize> = (0..net.len())
                .filter(|&row| net[row] as usize == index && loss[row] < 0.01 && step[row] > 0.0)
                .collect();
            if rows.len() < 8 {
                continue;
            }
            let b: Vec<f64> = rows.iter().map(|&row| bias[row].sqrt()).collect();
            let of = |x: &dyn Fn(usize) -> f64| -> f64 {
                let x: Vec<f64> = rows.iter().map(|&row| x(row)).collect();
                line(&x, &b).1
            };
            fits[0].push(of(&|row| norm[row].powi(layers)));
            fits[1].push(of(&|row| norm[row]));
            fits[2].push(of(&|row| step[row].ln()));
        }
        let count = fits[0].len();
        let [power, plain, time] = fits.map(median);
        writeln!(
            text,
            "| 2-{}-1 | {layers} | {count} | {power:.4} | {plain:.4} | {time:.4} |",
            width.replace('x', "-")
        )?;
    }
    text.push_str(
        "
With two layers of weights the prediction holds to four digits. With three it does not, within these 300,000 updates: the power 3 fits worse than a plain line, and so does ln t.
Deeper networks come to the state that the argument needs later, if at all; what they do before is open.
",
    );
    Ok(())
}
