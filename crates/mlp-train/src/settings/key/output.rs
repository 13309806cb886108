//! Sections `population`, `map` and `output`: how many networks, which axes, what is written.

use super::{
    Form, check,
    info::{Key, KeyInfo, put, whole, word},
};
use crate::{
    map::OVER_SEEDS,
    metrics::metric::{Metric, UnknownMetric},
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
    KeyInfo {
        path: "population.nets",
        option: Some("nets"),
        aliases: &[],
        value_name: "N",
        form: Form::Whole,
        help: "networks a cell",
        default: "100; 1 a draw",
        kinds: &[Kind::Population],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.population.nets, check::at_least_one(v)),
        get: |e| e.population.nets.map(whole),
        clear: |e| e.population.nets = None,
    },
    KeyInfo {
        path: "population.draws",
        option: Some("draws"),
        aliases: &[],
        value_name: "N",
        form: Form::Whole,
        help: "cells drawn at random from the swept ranges, as in log:1e-3:1e1, not a full grid",
        default: "",
        kinds: &[Kind::Population],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.population.draws, check::at_least_one(v)),
        get: |e| e.population.draws.map(whole),
        clear: |e| e.population.draws = None,
    },
];

/// Section `map`.
pub(super) const MAP: &[KeyInfo] = &[
    KeyInfo {
        path: "map.x",
        option: Some("x"),
        aliases: &[],
        value_name: "KEY=RANGE",
        form: Form::Axis,
        help: "horizontal axis, as in learning_rate=log:1e-3:1e1:32",
        default: "",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.map.x, axis(v)),
        get: |e| {
            e.map
                .x
                .as_ref()
                .map(|(key, range)| Value::Text(format!("{key}={range}")))
        },
        clear: |e| e.map.x = None,
    },
    KeyInfo {
        path: "map.y",
        option: Some("y"),
        aliases: &[],
        value_name: "step|KEY=RANGE",
        form: Form::Axis,
        help: "vertical axis: step, or a key as for --x",
        default: "step",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.map.y, step_or_axis(v)),
        get: |e| {
            e.map.y.as_ref().map(|y| match y {
                MapAxis::Step => word("step"),
                MapAxis::Key(key, range) => Value::Text(format!("{key}={range}")),
            })
        },
        clear: |e| e.map.y = None,
    },
    KeyInfo {
        path: "map.facet",
        option: Some("facet"),
        aliases: &["facets"],
        value_name: "KEY=RANGE",
        form: Form::Axis,
        help: "a third key: a map beside the other for each of its values",
        default: "",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.map.facet, axis(v)),
        get: |e| {
            let facet = e.map.facet.as_ref();
            facet.map(|(key, range)| Value::Text(format!("{key}={range}")))
        },
        clear: |e| e.map.facet = None,
    },
    KeyInfo {
        path: "map.seeds",
        option: Some("seeds"),
        aliases: &[],
        value_name: "R",
        form: Form::Whole,
        help: "networks a cell",
        default: "1",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.map.seeds, check::at_least_one(v)),
        get: |e| e.map.seeds.map(whole),
        clear: |e| e.map.seeds = None,
    },
    KeyInfo {
        path: "map.metric",
        option: Some("metric"),
        aliases: &[],
        value_name: "NAME",
        form: Form::Text,
        help: "metric that the figure shows",
        default: "test_loss; train_loss without a test part",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.map.metric, metric(v)),
        get: |e| e.map.metric.map(|metric| word(&metric.to_string())),
        clear: |e| e.map.metric = None,
    },
    KeyInfo {
        path: "map.budget",
        option: Some("budget"),
        aliases: &[],
        value_name: "TIME",
        form: Form::Text,
        help: "start coarse and refine where neighbours differ, for this long, as in 60s",
        default: "every cell",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &["map.cells"],
        set: |e, v| put(&mut e.map.budget, time_budget::parse(check::text(v)?)),
        get: |e| e.map.budget.map(|budget| word(&time_budget::text(budget))),
        clear: |e| e.map.budget = None,
    },
    KeyInfo {
        path: "map.cells",
        option: None,
        aliases: &[],
        value_name: "HEX",
        form: Form::Text,
        help: "the cells that a budgeted map computed, and computes again",
        default: "",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.map.cells, check::text(v).map(str::to_owned)),
        get: |e| e.map.cells.as_deref().map(word),
        clear: |e| e.map.cells = None,
    },
    KeyInfo {
        path: "map.tolerance",
        option: Some("map-tolerance"),
        aliases: &[],
        value_name: "SHARE",
        form: Form::Number,
        help: "cells within this share of the best value are told as its region",
        default: "0.05",
        kinds: &[Kind::Map],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.map.tolerance, check::not_negative(v)),
        get: |e| e.map.tolerance.map(Value::Number),
        clear: |e| e.map.tolerance = None,
    },
];

/// Section `output`.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo {
        path: "output.format",
        option: Some("format"),
        aliases: &[],
        value_name: "FORMAT",
        form: Form::Word(|| {
            TableFormat::ALL
                .iter()
                .map(|format| format.name())
                .collect()
        }),
        help: "format of the tables",
        default: "parquet",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| {
            put(
                &mut e.output.format,
                check::choice(v, TableFormat::ALL, TableFormat::name),
            )
        },
        get: |e| e.output.format.map(|choice| word(choice.name())),
        clear: |e| e.output.format = None,
    },
    KeyInfo {
        path: "output.figures",
        option: Some("figures"),
        aliases: &[],
        value_name: "WHICH",
        form: Form::Word(|| Figures::ALL.iter().map(|figures| figures.name()).collect()),
        help: "figures to draw; none also skips the report",
        default: "all",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| {
            put(
                &mut e.output.figures,
                check::choice(v, Figures::ALL, Figures::name),
            )
        },
        get: |e| e.output.figures.map(|choice| word(choice.name())),
        clear: |e| e.output.figures = None,
    },
    KeyInfo {
        path: "output.save_weights",
        option: Some("save-weights"),
        aliases: &[],
        value_name: "WHICH",
        form: Form::Word(|| KeptWeights::ALL.iter().map(|which| which.name()).collect()),
        help: "parameters to keep in weights-N.npz: of the last record, or of every one (recorded)",
        default: "none",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| {
            put(
                &mut e.output.save_weights,
                check::choice(v, KeptWeights::ALL, KeptWeights::name),
            )
        },
        get: |e| e.output.save_weights.map(|choice| word(choice.name())),
        clear: |e| e.output.save_weights = None,
    },
];
