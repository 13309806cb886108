//! Sections `population`, `map` and `output`: number of networks, axes, output files.

use mlp_data::names::did_you_mean;

use super::{
    Form,
    access::{assignment, flag, key, number, number_of, put, spelled, word},
    check,
    info::{Access, Key, KeyInfo},
};
use crate::{
    map::OVER_SEEDS,
    metrics::{
        metric::{Metric, UnknownMetric},
        score::SCORES,
    },
    settings::{
        experiment::{Figures, KeptWeights, MapAxis, TableFormat},
        kind::Kind,
        range::Range,
        value::Value,
    },
    stopping::time_budget,
};

fn axis(value: &Value) -> Result<(Key, Range), String> {
    parse_assignment(check::text(value)?)
}

fn step_or_axis(value: &Value) -> Result<MapAxis, String> {
    match check::text(value)?.trim() {
        "step" => Ok(MapAxis::Step),
        text if text.starts_with("step=") => {
            Err("step takes no range here; choose the steps with --record".to_owned())
        }
        text => parse_assignment(text).map(|(key, range)| MapAxis::Key(key, range)),
    }
}

fn metric(value: &Value) -> Result<Metric, String> {
    let name = check::text(value)?;
    name.parse().map_err(|error: UnknownMetric| {
        match OVER_SEEDS.contains(&name) {
            true => format!(
                "{name} is a statistic of a metric over seeds; name the metric, and with --seeds the statistic is drawn beside it"
            ),
            false => error.to_string(),
        }
    })
}

/// Reads `KEY=RANGE`, as `--sweep`, `--x` and `--y` take it.
pub fn parse_assignment(text: &str) -> Result<(Key, Range), String> {
    let Some((key, range)) = text.split_once('=') else {
        return Err(format!(
            "\"{text}\" is not KEY=RANGE, as in learning_rate=log:1e-3:1e1:32"
        ));
    };
    if key.trim() == "step" {
        return Err("steps are the vertical axis: --y step".to_owned());
    }
    let key = Key::parse(key).map_err(|unknown| unknown.to_string())?;
    let range = range
        .parse::<Range>()
        .map_err(|error| format!("{}: {error}", key.column()))?;
    check_range(&key, &range)?;
    Ok((key, range))
}

/// Refuses a range over what cannot be swept, and values that the key does not accept.
pub fn check_range(key: &Key, range: &Range) -> Result<(), String> {
    if !key.info().sweep {
        return Err(format!("{key} cannot be swept"));
    }
    for value in key
        .info()
        .form
        .values(range)
        .map_err(|reason| format!("{key}: {reason}"))?
    {
        let mut trial = crate::Experiment::new(Kind::Population);
        key.apply(&mut trial, value)
            .map_err(|reason| format!("{key}: {reason}"))?;
    }
    Ok(())
}

/// Section `population`.
pub(super) const POPULATION: &[KeyInfo] = &[
    key!(population.nets, Whole, check::at_least_one, number_of)
        .help("networks per cell")
        .default("100; 1 a draw")
        .only(&[Kind::Population])
        .fixed(),
    key!(population.draws, Whole, check::at_least_one, number_of)
        .help(
            "number of cells drawn at random from the swept ranges, as in log:1e-3:1e1, instead \
             of a full grid",
        )
        .only(&[Kind::Population])
        .fixed(),
    key!(
        population.select,
        Text,
        |v| selecting(check::text(v)?),
        |metric| {
            let name = metric.to_string();
            word(name.strip_prefix(VALIDATION).unwrap_or(&name))
        }
    )
    .help("keep the network that is best by this loss or score of the validation part as a model")
    .takes("SCORE")
    .default("none")
    .or_none()
    .only(MANY)
    .fixed(),
    key!(population.ensemble, Whole, check::at_least_one, number_of)
        .help("for --select: the best K networks are one model, which predicts their mean")
        .takes("K")
        .default("1")
        .or_none()
        .only(MANY)
        .fixed(),
    key!(population.rows, Flag, check::flag, flag)
        .help("for each row, how many networks are right, when it is learned, how often forgotten")
        .only(MANY)
        .fixed(),
];

/// Of many networks, or of the folds of one.
const MANY: &[Kind] = &[Kind::Train, Kind::Population];

/// What the metrics of the validation part begin with.
const VALIDATION: &str = "validation_";

/// The loss or score of the validation part that has this name without it.
fn selecting(name: &str) -> Result<Metric, String> {
    let name = name.strip_prefix(VALIDATION).unwrap_or(name);
    if let Some(score) = name.strip_prefix("test_") {
        return Err(format!(
            "networks are compared on the validation part, and the test part is kept for the one that is selected; give {score}"
        ));
    }
    match Metric::find(&format!("{VALIDATION}{name}")) {
        Some(metric) if metric.larger_is_better().is_some() => Ok(metric),
        Some(_) => Err(format!("{name} has no better direction; name another one")),
        None => {
            let known = || std::iter::once("loss").chain(SCORES.iter().map(|score| score.name));
            Err(format!(
                "no score is called \"{name}\"{} (there is {})",
                did_you_mean(name, known()),
                known().collect::<Vec<_>>().join(", ")
            ))
        }
    }
}

/// Section `map`.
pub(super) const MAP: &[KeyInfo] = &[
    key!(map.x, Axis, axis, assignment)
        .help("horizontal axis, as in learning_rate=log:1e-3:1e1:32")
        .takes("KEY=RANGE")
        .only(&[Kind::Map])
        .fixed(),
    key!(map.y, Axis, step_or_axis, |y| match y {
        MapAxis::Step => word("step"),
        MapAxis::Key(key, range) => Value::Text(format!("{key}={range}")),
    })
    .help("vertical axis: step, or a key as for --x")
    .takes("step|KEY=RANGE")
    .default("step")
    .only(&[Kind::Map])
    .fixed(),
    key!(map.facet, Axis, axis, assignment)
        .help("third key: one map for each of its values, side by side")
        .takes("KEY=RANGE")
        .aliases(&["facets"])
        .only(&[Kind::Map])
        .fixed(),
    key!(map.seeds, Whole, check::at_least_one, number_of)
        .help("networks per cell")
        .takes("R")
        .default("1")
        .only(&[Kind::Map])
        .fixed(),
    key!(map.metric, Text, metric, spelled)
        .help("metric shown in the figure")
        .takes("NAME")
        .default("test_loss; train_loss without a test part")
        .only(&[Kind::Map])
        .fixed(),
    key!(
        map.budget,
        Text,
        |v| time_budget::parse(check::text(v)?),
        |budget| word(&time_budget::text(*budget))
    )
    .help("time budget, as in 60s: start coarse and refine where neighbours differ")
    .takes("TIME")
    .default("every cell")
    .only(&[Kind::Map])
    .fixed()
    .voids(&["map.cells"]),
    key!(map.cells, Text, check::owned, spelled)
        .help("cells that a map with a budget computed, so that it computes the same ones again")
        .takes("HEX")
        .only(&[Kind::Map])
        .fixed()
        .without_option(),
    key!(map.tolerance, Number, check::not_negative, number)
        .help("relative tolerance of the region of cells around the best one")
        .option("map-tolerance")
        .takes("SHARE")
        .default("0.05")
        .only(&[Kind::Map])
        .fixed(),
];

/// Section `output`.
pub(super) const KEYS: &[KeyInfo] = &[
    key!(output.format, OneOf(TableFormat))
        .help("format of the tables")
        .takes("FORMAT")
        .default("parquet")
        .fixed(),
    key!(output.figures, OneOf(Figures))
        .help("figures to draw; none also skips the report")
        .takes("WHICH")
        .default("all")
        .fixed(),
    key!(output.save_weights, OneOf(KeptWeights))
        .help(
            "parameters to keep in weights-N.npz: of the last record, or of every one \
             (recorded)",
        )
        .takes("WHICH")
        .default("none")
        .fixed(),
];
