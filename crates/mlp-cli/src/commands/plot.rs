//! `mlp plot`: the figures of a run drawn again from its stored results.

use std::path::Path;

use clap::ArgMatches;
use mlp_train::Kind;

use crate::{
    failure::{Failure, Outcome},
    figures::{self, Drawing, PlaneChoice},
    interrupt, options, terminal,
};

/// Draws, and says where the figures are.
pub fn run(matches: &ArgMatches) -> Outcome {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let path = Path::new(text("DIR").unwrap_or_default());
    let author = options::experiment(Kind::Map, matches)?;
    let plane = match text("plane") {
        None => PlaneChoice::Principal,
        Some(names) => match names.split_once(',') {
            Some((a, b)) => PlaneChoice::Features(a.trim().to_owned(), b.trim().to_owned()),
            None => {
                return Err(Failure::usage(format!(
                    "--plane: two features are needed, as in --plane A,B, not \"{names}\""
                )));
            }
        },
    };
    let step = matches.get_one::<String>("step").map(|text| {
        let step = mlp_train::Value::from_word(text).as_whole();
        step.ok_or_else(|| {
            Failure::usage(format!("--step: must be a recorded step, not \"{text}\""))
        })
    });
    let drawing = Drawing {
        plane,
        step: step.transpose()?,
        metric: author.map.metric,
        ..Drawing::of(author.output.figures)
    };
    let view = figures::View::open(path)?;
    if let (Some(name), Kind::Train | Kind::Population) = (&drawing.metric, view.kind()) {
        return Err(Failure::usage(format!(
            "--metric {name}: only a map is drawn of one metric"
        )));
    }
    if let (Some(step), Kind::Train | Kind::Population) = (drawing.step, view.kind()) {
        return Err(Failure::usage(format!(
            "--step {step}: only a map is drawn at one step"
        )));
    }
    interrupt::draws_in(path);
    let drawn = figures::write(&view, &drawing)?;
    if matches.get_flag("quiet") {
        return Ok(());
    }
    let mut lines = String::new();
    for file in drawn {
        lines.push_str(&file.display().to_string());
        lines.push('\n');
    }
    terminal::print(&lines)
}
