//! `mlp train`, `mlp population`, `mlp map` and `mlp run`: arguments become a validated plan, then
//! it is run.

use std::path::Path;

use clap::ArgMatches;
use mlp_store::{RunDirectory, run_directory};
use mlp_train::{Experiment, Kind, Layer, key::keys, preset::Preset};

use super::zoom::{self, Window};
use crate::{
    failure::{Failure, Outcome},
    options, plan, terminal,
};

/// Runs the command of a kind of experiment.
pub fn run(kind: Kind, matches: &ArgMatches) -> Outcome {
    let [mut options, sets] = options::layers(matches)?;
    let window = zoom::window(matches)?;
    let named = matches
        .get_one::<String>("DATA")
        .filter(|_| kind == Kind::Map);
    let zoomed = match named {
        Some(name) => zoom::base(name, window.is_some())?,
        None => None,
    };
    if let (Some(base), Some(window)) = (&zoomed, &window) {
        for other in ["config", "preset"] {
            if matches.get_one::<String>(other).is_some() {
                return Err(Failure::usage(format!(
                    "a run directory and --{other} both say what is trained; give one of them"
                )));
            }
        }
        let layers = [base.clone(), options, sets];
        return carry_out(kind, &layers, Some(window), matches);
    }
    if let (Some(data), Some(key)) = (
        matches.get_one::<String>("DATA"),
        keys().find(|key| key.path == "data.name"),
    ) {
        if options
            .settings
            .iter()
            .any(|setting| setting.key.info().path == key.path)
        {
            return Err(Failure::usage(format!(
                "the data are named twice, \"{data}\" and --data; give one of them"
            )));
        }
        options.option(key, data)?;
    }
    let file = match matches.get_one::<String>("config") {
        None => Layer::new(),
        Some(path) => {
            let file = mlp_store::read_experiment(Path::new(path))?;
            if let Some(other) = file.kind.filter(|other| *other != kind) {
                return Err(Failure::usage(format!(
                    "{path} is a {other} experiment: run it by mlp run {path}, or by mlp {other} --config {path}"
                )));
            }
            file.layer
        }
    };
    let preset = preset(kind, &[&file, &options, &sets], matches)?;
    let base = continued(&options)?;
    if base.is_some() {
        for other in ["config", "preset"] {
            if matches.get_one::<String>(other).is_some() {
                return Err(Failure::usage(format!(
                    "--continue and --{other} both say what is trained; give one of them"
                )));
            }
        }
    }
    let layers = [preset, base.unwrap_or(file), options, sets];
    carry_out(kind, &layers, window.as_ref(), matches)
}

/// What `--preset` says, beneath these layers.
fn preset(kind: Kind, above: &[&Layer], matches: &ArgMatches) -> Outcome<Layer> {
    let Some(name) = matches.get_one::<String>("preset") else {
        return Ok(Layer::new());
    };
    let preset = Preset::find(name)?;
    let file = preset.beneath(above)?;
    match file.kind {
        Some(other) if other != kind => Err(Failure::usage(format!(
            "the preset {name} is a {other}: mlp {other} --preset {name}"
        ))),
        _ => Ok(file.layer),
    }
}

/// The settings of the training that `--continue` goes on with.
fn continued(options: &Layer) -> Outcome<Option<Layer>> {
    let given = options
        .settings
        .iter()
        .find(|setting| setting.key.info().path == "training.continue");
    let Some(given) = given else {
        return Ok(None);
    };
    let name = given.value.to_string();
    let path = Path::new(&name);
    let is_state = path
        .file_name()
        .is_some_and(|name| name == run_directory::STATE);
    let folder = match path.is_file() || (is_state && !path.is_dir()) {
        true => path.parent().unwrap_or(path),
        false => path,
    };
    let file = RunDirectory::open(folder)?.experiment()?;
    match file.kind {
        Some(Kind::Train) => Ok(Some(file.layer)),
        _ => Err(Failure::usage(format!(
            "--continue: {name} is the run of a population or a map; a run of mlp train can be continued"
        ))),
    }
}

/// Runs the experiment file that was named.
pub fn run_file(matches: &ArgMatches) -> Outcome {
    let path = matches.get_one::<String>("FILE").map_or("", String::as_str);
    let file = mlp_store::read_experiment(Path::new(path))?;
    let Some(kind) = file.kind else {
        return Err(Failure::usage(format!(
            "{path}: kind is missing; write kind = \"train\", \"population\" or \"map\" at its top"
        )));
    };
    let [options, sets] = options::layers(matches)?;
    carry_out(kind, &[file.layer, options, sets], None, matches)
}

fn carry_out(
    kind: Kind,
    layers: &[Layer],
    window: Option<&Window>,
    matches: &ArgMatches,
) -> Outcome {
    let mut author = Experiment::new(kind);
    for layer in layers {
        layer.apply(&mut author)?;
    }
    if let Some(out) = matches.get_one::<String>("out") {
        mlp_store::start_as_before(&mut author, Path::new(out));
    }
    let level = terminal::level()?;
    let threads = terminal::threads(matches.get_one("threads"))?;
    let whole = author.clone();
    if let Some(window) = window {
        zoom::narrow(window, &layers[1..], &mut author)?;
    }
    match (zoom::frames(matches)?, window) {
        (Some(frames), Some(_)) if !matches.get_flag("dry-run") => {
            return zoom::film(&whole, &author, frames, (level, threads), matches);
        }
        (Some(_), None) => {
            return Err(Failure::usage(
                "--film shows the way to a window; give it by --zoom",
            ));
        }
        _ => {}
    }
    let standard_input = terminal::standard_input(&mut author)?;
    let experiment = mlp_store::resolve(&author, standard_input)?;
    if matches.get_flag("dry-run") {
        let plan = plan::text(&experiment, level, threads, matches.get_flag("json"))?;
        return terminal::print(&plan);
    }
    crate::execute::execute(experiment, level, threads, matches)
}
