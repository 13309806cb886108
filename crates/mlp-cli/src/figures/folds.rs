//! Scores of a cross-validation: of every fold, and their mean with its interval beside what is reached without a network.

use anyhow::Result;
use mlp_plot::{FoldScores, ReportTable, ScoreMean, ScoreMeans, ScorePanel};
use mlp_statistics::Mean;
use mlp_train::{Kind, Metric, Part, baseline, cross_validation::FoldLayout};

use super::{Draw, Figure, FigureEntry, View, describe};
use crate::formatting;

/// The most settings that the figure and the table show, the best ones.
const MOST_SETTINGS: usize = 20;
/// The most folds with a row each; of more, the table and the mean tell.
const MOST_FOLDS: usize = 60;

/// A point a fold.
pub static SCORES: FigureEntry = FigureEntry {
    name: "folds",
    description: "the scores of each fold of a cross-validation, with their mean and its interval",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(figure(view)?.into_iter().collect())),
};

/// A score of one setting.
struct Score {
    /// Without its part: `accuracy`.
    name: String,
    metric: Metric,
    /// Of each fold those of its networks, on the part that was left out and on the one that was trained on.
    held_out: Vec<Vec<f64>>,
    train: Vec<Vec<f64>>,
    /// Over the folds, of the means over the networks of each.
    mean: Option<Mean>,
    train_mean: Option<f64>,
    baseline: Option<f64>,
}

/// The scores of one setting over its folds, the one that decides first.
struct Setting {
    /// Its place in the layout.
    place: usize,
    /// Its values; empty where there is no other.
    name: String,
    /// Its value alone, where one key differs.
    short: String,
    scores: Vec<Score>,
}

impl Setting {
    /// The mean of the score that decides, larger where it is better.
    fn merit(&self) -> f64 {
        let merit = |score: &Score| {
            let mean = score.mean?.value;
            Some(match score.metric.larger_is_better() {
                Some(false) => -mean,
                _ => mean,
            })
        };
        let merit = self.scores.first().and_then(merit);
        merit.unwrap_or(f64::NEG_INFINITY)
    }
}

/// The settings of a cross-validation from the best on, by the part that was left out.
struct Folds {
    layout: FoldLayout,
    part: Part,
    settings: Vec<Setting>,
}

impl Folds {
    /// `None` where the run is not a cross-validation, or no part was left out.
    fn of(view: &View) -> Result<Option<Self>> {
        let Some(layout) = FoldLayout::of(view.experiment()) else {
            return Ok(None);
        };
        let nets = view.nets();
        let has = |part: Part| -> Result<bool> {
            let losses = nets.numbers(&format!("{}_loss", part.name()))?;
            Ok(losses.is_some_and(|losses| losses.iter().any(|loss| loss.is_finite())))
        };
        // With --select the test part is withheld.
        let part = match (has(Part::Test)?, has(Part::Validation)?) {
            (true, _) => Part::Test,
            (false, true) => Part::Validation,
            (false, false) => return Ok(None),
        };
        let further = view.recipe().scores.iter().map(|score| score.name);
        let names = ["accuracy", "r2"].into_iter().chain(further);
        let names: Vec<&str> = names.chain(["rmse", "loss"]).collect();
        let several = layout.settings > 1;
        let axes = view.experiment().axes().iter();
        let data_differ = axes
            .enumerate()
            .any(|(index, axis)| index != layout.axis && axis.key.info().path.starts_with("data."));
        let mut guesses = Vec::new();
        let mut settings = Vec::new();
        for place in 0..layout.settings {
            if place == 0 || data_differ {
                guesses = without_network(view, &layout, place, part)?;
            }
            let mut scores = Vec::new();
            for name in &names {
                let guess = guesses.iter().find(|(known, _)| known == name);
                let guess = guess.map(|(_, value)| *value);
                scores.extend(score(view, &layout, place, part, name, guess)?);
            }
            let values = layout.setting(view.experiment(), place);
            let short = match &values[..] {
                [(_, value)] => Some(value.to_string()),
                _ => None,
            };
            let values = values.into_iter().map(|(key, value)| {
                let key = describe::label(&key.column());
                format!("{key} {value}")
            });
            let name = match several {
                true => values.collect::<Vec<_>>().join(", "),
                false => String::new(),
            };
            settings.push(Setting {
                place,
                short: short.unwrap_or_else(|| name.clone()),
                name,
                scores,
            });
        }
        // Of equal ones the first.
        settings.sort_by(|a, b| b.merit().total_cmp(&a.merit()));
        Ok(Some(Self {
            layout,
            part,
            settings,
        }))
    }
}

/// The mean over the folds of what is reached without a network, by score.
fn without_network(
    view: &View,
    layout: &FoldLayout,
    setting: usize,
    part: Part,
) -> Result<Vec<(&'static str, f64)>> {
    if view.data_fault().is_some() {
        return Ok(Vec::new());
    }
    let mut of_folds = [const { Vec::new() }; 3];
    for fold in 0..layout.folds {
        let recipe = view
            .experiment()
            .recipe(layout.networks(setting, fold).start)?;
        let Some(guess) = baseline(&recipe.data, part) else {
            continue;
        };
        let values = [guess.accuracy, guess.r2, guess.rmse];
        for (all, value) in of_folds.iter_mut().zip(values) {
            all.extend(value);
        }
    }
    let means = ["accuracy", "r2", "rmse"].into_iter().zip(of_folds);
    let means = means.filter_map(|(name, values)| Some((name, Mean::of(&values)?.value)));
    Ok(means.collect())
}

/// A score of a setting; `None` where it does not apply.
fn score(
    view: &View,
    layout: &FoldLayout,
    setting: usize,
    part: Part,
    name: &str,
    baseline: Option<f64>,
) -> Result<Option<Score>> {
    let column = format!("{}_{name}", part.name());
    let (Some(held_out), Some(metric)) = (view.nets().numbers(&column)?, Metric::find(&column))
    else {
        return Ok(None);
    };
    let train = view.nets().numbers(&format!("train_{name}"))?;
    let sound = view.nets().sound();
    let of_folds = |numbers: &[f64]| -> Vec<Vec<f64>> {
        let of_fold = |fold: usize| {
            let own = layout.networks(setting, fold).map(|net| net as usize);
            let own = own.filter(|net| sound.get(*net) == Some(&true));
            let values = own.filter_map(|net| numbers.get(net).copied());
            values.filter(|value| value.is_finite()).collect()
        };
        (0..layout.folds).map(of_fold).collect()
    };
    let held_out = of_folds(&held_out);
    if held_out.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    let train = train.map(|train| of_folds(&train)).unwrap_or_default();
    let over_folds = |scores: &[Vec<f64>]| {
        let means = scores.iter().filter_map(|own| Mean::of(own));
        Mean::of(&means.map(|mean| mean.value).collect::<Vec<f64>>())
    };
    let mean = over_folds(&held_out).map(|mean| Mean {
        interval: (mean.interval)
            .map(|ends| metric.possible(ends, held_out.iter().flatten().copied())),
        ..mean
    });
    Ok(Some(Score {
        name: name.to_owned(),
        metric,
        mean,
        train_mean: over_folds(&train).map(|mean| mean.value),
        held_out,
        train,
        baseline,
    }))
}

/// The best setting of a cross-validation over several: its networks and its name.
pub fn best_setting(view: &View) -> Result<Option<(Vec<usize>, String)>> {
    let folds = Folds::of(view)?.filter(|folds| folds.settings.len() > 1);
    let Some(folds) = folds else {
        return Ok(None);
    };
    let best = &folds.settings[0];
    let networks = (0..folds.layout.folds).flat_map(|fold| {
        let own = folds.layout.networks(best.place, fold);
        own.map(|net| net as usize)
    });
    Ok(Some((networks.collect(), best.name.clone())))
}

/// What is reached without a network, in words.
fn guess(name: &str) -> &'static str {
    match name {
        "accuracy" => "the most frequent class",
        _ => "the training part's mean",
    }
}

/// The name of a score for people.
fn label(name: &str) -> String {
    describe::label(name).replace("r2", "R²")
}

fn figure(view: &View) -> Result<Option<Figure>> {
    let Some(Folds {
        layout,
        part,
        settings,
    }) = Folds::of(view)?
    else {
        return Ok(None);
    };
    let drawn = &settings[..settings.len().min(MOST_SETTINGS)];
    let first = &drawn[0];
    let marked = |mean: Option<Mean>| {
        mean.map(|mean| ScoreMean {
            value: mean.value,
            interval: mean.interval,
        })
    };
    let of_folds = drawn.len() == 1;
    if first.scores.is_empty() || of_folds && layout.folds > MOST_FOLDS {
        return Ok(None);
    }
    // The score that decides, and the loss or the error beside it.
    let [second, loss] = ["rmse", "loss"].map(|name| {
        let mut scores = first.scores.iter();
        scores.position(|score| score.name == name && score.metric != first.scores[0].metric)
    });
    let panels = std::iter::once(0).chain(second.or(loss)).map(|place| {
        let of = |setting: &'_ Setting| -> Option<usize> {
            let name = &first.scores[place].name;
            setting.scores.iter().position(|score| score.name == *name)
        };
        let own = &first.scores[place];
        let label = format!("{} {}", part.name(), label(&own.name));
        if of_folds {
            return ScorePanel {
                x_label: label,
                held_out: own.held_out.clone(),
                train: own.train.clone(),
                means: ScoreMeans::OfAll(marked(own.mean)),
                baseline: own.baseline,
            };
        }
        let scores = drawn
            .iter()
            .map(|setting| of(setting).map(|at| &setting.scores[at]));
        let scores: Vec<Option<&Score>> = scores.collect();
        // Of each fold the mean of its networks.
        let of_setting = |score: &Option<&Score>| -> Vec<f64> {
            let folds = score.iter().flat_map(|score| &score.held_out);
            let means = folds.filter_map(|own| Mean::of(own));
            means.map(|mean| mean.value).collect()
        };
        ScorePanel {
            x_label: label,
            held_out: scores.iter().map(of_setting).collect(),
            train: Vec::new(),
            means: ScoreMeans::OfRows(
                scores
                    .iter()
                    .map(|score| marked(score.and_then(|score| score.mean)))
                    .collect(),
            ),
            baseline: own.baseline,
        }
    });
    let mean = first.scores[0].mean.map(|mean| {
        let told = format!(
            "{} {} {}",
            part.name(),
            label(&first.scores[0].name),
            formatting::measured(mean.value)
        );
        let of = match of_folds {
            true => String::new(),
            false => format!(" of {}, the best", first.name),
        };
        format!("Mean {told}{of}{}.", within(&mean))
    });
    let left = match settings.len() - drawn.len() {
        0 => String::new(),
        left => format!(
            " {} more are not drawn.",
            formatting::so_many(left, "setting")
        ),
    };
    let keys = view.experiment().axes().iter().enumerate();
    let keys = keys.filter(|(index, _)| *index != layout.axis);
    let keys: Vec<String> = keys
        .map(|(_, axis)| describe::label(&axis.key.column()))
        .collect();
    let rows: Vec<String> = match of_folds {
        true => (0..layout.folds).map(|fold| fold.to_string()).collect(),
        false => drawn.iter().map(|setting| setting.short.clone()).collect(),
    };
    let height = 150 + (rows.len() as u32 * 34).clamp(170, 900);
    let chart = FoldScores {
        title: match of_folds {
            true => format!("Scores by fold on {}", view.recipe().data.name),
            false => format!("Settings by their folds on {}", view.recipe().data.name),
        },
        subtitle: format!("{}{left}", mean.unwrap_or_default()),
        y_label: match of_folds {
            true => "fold".to_owned(),
            false => match &keys[..] {
                [key] => key.clone(),
                _ => "setting".to_owned(),
            },
        },
        rows,
        baseline: format!("without a network: {}", guess(&first.scores[0].name)),
        panels: panels.collect(),
    };
    let caption = match of_folds {
        true => {
            "The score of each fold on its own samples, which its networks were not trained on, and the mean over the folds."
        }
        false => {
            "A point for each fold of each setting, and the means over the folds, the best setting on top."
        }
    };
    Ok(Some(
        Figure::new("folds", caption, chart).sized(900, height),
    ))
}

/// `, 95 % interval 0.9 to 0.95`; empty without one.
fn within(mean: &Mean) -> String {
    mean.interval.map_or_else(String::new, |interval| {
        format!(", 95 % interval {}", ends(interval))
    })
}

fn ends((low, high): (f64, f64)) -> String {
    match low >= high {
        true => format!("both ends {}", formatting::measured(low)),
        false => format!(
            "{} to {}",
            formatting::measured(low),
            formatting::measured(high)
        ),
    }
}

/// The scores over the folds for the report; `None` where the run is not a cross-validation. Of several settings, that
/// which decides.
pub fn table(view: &View) -> Result<Option<(ReportTable, String)>> {
    let Some(folds) = Folds::of(view)? else {
        return Ok(None);
    };
    let error = |mean: Option<Mean>| {
        let deviation = mean.and_then(|mean| Some(mean.deviation? / (mean.count as f64).sqrt()));
        deviation.map_or_else(String::new, formatting::measured)
    };
    let number = |value: Option<f64>| value.map_or_else(String::new, formatting::measured);
    let row = |name: String, score: &Score| {
        let interval = score.mean.and_then(|mean| mean.interval);
        vec![
            name,
            number(score.mean.map(|mean| mean.value)),
            interval.map_or_else(String::new, ends),
            number(score.baseline),
            number(score.train_mean),
            error(score.mean),
            formatting::count(score.mean.map_or(0.0, |mean| mean.count as f64)),
        ]
    };
    let Some(first) = folds.settings[0].scores.first() else {
        return Ok(None);
    };
    let said = format!(
        "Each network is judged on the fold that it was not trained on ({}). Intervals are of 95 %, by Student's t over the means of the {}; \
         folds share most of their training samples, so that they cover less than they say. Without a network, {} reaches what stands beside it.",
        folds.part.name(),
        formatting::so_many(folds.layout.folds, "fold"),
        guess(&first.name)
    );
    let header = |first: &str, mean: String| {
        let header = [first, &mean, "95 % interval", "without a network"];
        let header = header
            .into_iter()
            .chain(["training", "standard error", "folds"]);
        header.map(str::to_owned).collect::<Vec<String>>()
    };
    let table = match &folds.settings[..] {
        [only] => ReportTable {
            caption: format!(
                "Scores over {}",
                formatting::so_many(folds.layout.folds, "fold")
            ),
            header: header("score", "mean".to_owned()),
            rows: only
                .scores
                .iter()
                .map(|score| row(label(&score.name), score))
                .collect(),
        },
        several => {
            let shown = several.iter().take(MOST_SETTINGS);
            let rows = shown.filter_map(|setting| {
                let score = setting.scores.iter().find(|s| s.name == first.name)?;
                Some(row(setting.name.clone(), score))
            });
            let left = match several.len().saturating_sub(MOST_SETTINGS) {
                0 => String::new(),
                left => format!(
                    " ({} more in the table folds)",
                    formatting::so_many(left, "setting")
                ),
            };
            let mean = format!("mean {} {}", folds.part.name(), label(&first.name));
            ReportTable {
                caption: format!("Settings by their scores over the folds, best first{left}"),
                header: header("setting", mean),
                rows: rows.collect(),
            }
        }
    };
    Ok(Some((without_all(table, folds.layout.folds), said)))
}

/// A table without its last column, that of the folds that count, where all do.
fn without_all(mut table: ReportTable, folds: usize) -> ReportTable {
    let all = formatting::count(folds as f64);
    if table.rows.iter().all(|row| row.last() == Some(&all)) {
        table.header.pop();
        for row in &mut table.rows {
            row.pop();
        }
    }
    table
}
