//! Sections `population`, `map` and `output`: how many networks, which axes, what is written.

use mlp_data::names::did_you_mean;

use super::{
    Form,
    access::{assignment, field, flag, number, number_of, put, spelled, word},
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
            Err("step takes no range here; choose the steps by --record".to_owned())
        }
        text => parse_assignment(text).map(|(key, range)| MapAxis::Key(key, range)),
    }
}

fn metric(value: &Value) -> Result<Metric, String> {
    let name = check::text(value)?;
    name.parse().map_err(|error: UnknownMetric| {
        match OVER_SEEDS.contains(&name) {
            true => format!(
                "{name} is what several seeds make of a metric; name the metric, and with --seeds it is drawn beside it"
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

/// Refuses a range over what cannot be swept, and values that the key does not take.
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
    KeyInfo::new(
        "population.nets",
        Form::Whole,
        field!(population.nets, check::at_least_one, number_of),
    )
    .help("networks a cell")
    .option("nets")
    .takes("N")
    .default("100; 1 a draw")
    .only(&[Kind::Population])
    .fixed(),
    KeyInfo::new(
        "population.draws",
        Form::Whole,
        field!(population.draws, check::at_least_one, number_of),
    )
    .help("cells drawn at random from the swept ranges, as in log:1e-3:1e1, not a full grid")
    .option("draws")
    .takes("N")
    .only(&[Kind::Population])
    .fixed(),
    KeyInfo::new(
        "population.select",
        Form::Text,
        field!(
            population.select,
            |v| selecting(check::text(v)?),
            |metric| {
                let name = metric.to_string();
                word(name.strip_prefix(VALIDATION).unwrap_or(&name))
            }
        ),
    )
    .help("keep the network that is best by this loss or score of the validation part as a model")
    .option("select")
    .takes("SCORE")
    .default("no model")
    .only(MANY)
    .fixed(),
    KeyInfo::new(
        "population.ensemble",
        Form::Whole,
        field!(population.ensemble, check::at_least_one, number_of),
    )
    .help("for --select: the best K networks are one model, which answers with their mean")
    .option("ensemble")
    .takes("K")
    .default("1")
    .only(MANY)
    .fixed(),
    KeyInfo::new(
        "population.rows",
        Form::Flag,
        field!(population.rows, check::flag, flag),
    )
    .help("tell of each row how many networks are right, when it is learned, how often forgotten")
    .option("rows")
    .only(MANY)
    .fixed(),
];

/// Of many networks, or of the folds of one.
const MANY: &[Kind] = &[Kind::Train, Kind::Population];

/// What the metrics of the validation part begin with.
const VALIDATION: &str = "validation_";

/// The loss or score of the validation part that has this name without it.
fn selecting(name: &str) -> Result<Metric, String> {
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
    KeyInfo::new("map.x", Form::Axis, field!(map.x, axis, assignment))
        .help("horizontal axis, as in learning_rate=log:1e-3:1e1:32")
        .option("x")
        .takes("KEY=RANGE")
        .only(&[Kind::Map])
        .fixed(),
    KeyInfo::new(
        "map.y",
        Form::Axis,
        field!(map.y, step_or_axis, |y| match y {
            MapAxis::Step => word("step"),
            MapAxis::Key(key, range) => Value::Text(format!("{key}={range}")),
        }),
    )
    .help("vertical axis: step, or a key as for --x")
    .option("y")
    .takes("step|KEY=RANGE")
    .default("step")
    .only(&[Kind::Map])
    .fixed(),
    KeyInfo::new("map.facet", Form::Axis, field!(map.facet, axis, assignment))
        .help("a third key: a map beside the other for each of its values")
        .option("facet")
        .takes("KEY=RANGE")
        .aliases(&["facets"])
        .only(&[Kind::Map])
        .fixed(),
    KeyInfo::new(
        "map.seeds",
        Form::Whole,
        field!(map.seeds, check::at_least_one, number_of),
    )
    .help("networks a cell")
    .option("seeds")
    .takes("R")
    .default("1")
    .only(&[Kind::Map])
    .fixed(),
    KeyInfo::new(
        "map.metric",
        Form::Text,
        field!(map.metric, metric, spelled),
    )
    .help("metric that the figure shows")
    .option("metric")
    .takes("NAME")
    .default("test_loss; train_loss without a test part")
    .only(&[Kind::Map])
    .fixed(),
    KeyInfo::new(
        "map.budget",
        Form::Text,
        field!(
            map.budget,
            |v| time_budget::parse(check::text(v)?),
            |budget| word(&time_budget::text(*budget))
        ),
    )
    .help("start coarse and refine where neighbours differ, for this long, as in 60s")
    .option("budget")
    .takes("TIME")
    .default("every cell")
    .only(&[Kind::Map])
    .fixed()
    .voids(&["map.cells"]),
    KeyInfo::new(
        "map.cells",
        Form::Text,
        field!(map.cells, check::owned, spelled),
    )
    .help("the cells that a budgeted map computed, and computes again")
    .takes("HEX")
    .only(&[Kind::Map])
    .fixed(),
    KeyInfo::new(
        "map.tolerance",
        Form::Number,
        field!(map.tolerance, check::not_negative, number),
    )
    .help("cells within this share of the best value are told as its region")
    .option("map-tolerance")
    .takes("SHARE")
    .default("0.05")
    .only(&[Kind::Map])
    .fixed(),
];

/// Section `output`.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo::new(
        "output.format",
        Form::Word(|| {
            TableFormat::ALL
                .iter()
                .map(|format| format.name())
                .collect()
        }),
        field!(
            output.format,
            |v| check::choice(v, TableFormat::ALL, TableFormat::name),
            |choice| word(choice.name())
        ),
    )
    .help("format of the tables")
    .option("format")
    .takes("FORMAT")
    .default("parquet")
    .fixed(),
    KeyInfo::new(
        "output.figures",
        Form::Word(|| Figures::ALL.iter().map(|figures| figures.name()).collect()),
        field!(
            output.figures,
            |v| check::choice(v, Figures::ALL, Figures::name),
            |choice| word(choice.name())
        ),
    )
    .help("figures to draw; none also skips the report")
    .option("figures")
    .takes("WHICH")
    .default("all")
    .fixed(),
    KeyInfo::new(
        "output.save_weights",
        Form::Word(|| KeptWeights::ALL.iter().map(|which| which.name()).collect()),
        field!(
            output.save_weights,
            |v| check::choice(v, KeptWeights::ALL, KeptWeights::name),
            |choice| word(choice.name())
        ),
    )
    .help(
        "parameters to keep in weights-N.npz: of the last record, or of every one \
             (recorded)",
    )
    .option("save-weights")
    .takes("WHICH")
    .default("none")
    .fixed(),
];
