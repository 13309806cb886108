//! The shared part of `mlp train`, `mlp population`, `mlp map` and `mlp run`: arguments become a validated plan, which
//! is executed.

use std::path::Path;

use clap::Args;
use mlp_store::{RunDirectory, run_directory};
use mlp_train::{
    Kind, ResolvedExperiment, SettingsLayer, experiment::Figures, key::keys, preset::Preset,
};

use super::zoom::{self, Zoom};
use crate::{
    execute,
    failure::{CommandResult, Failure},
    formatting,
    options::{
        self, Base, Destination, DressArgs, Keys, Reporting, Running, Selection, Sets, Threads,
    },
    plan, terminal,
};

/// What some commands have besides.
#[derive(Default)]
pub struct Extras {
    /// A window of a map.
    pub zoom: Zoom,
    /// The training is watched on the terminal.
    pub watch: bool,
    /// What the network predicts is animated.
    pub film: bool,
}

/// The arguments of an experiment of a kind.
#[derive(Args)]
pub struct Experiment<S: Selection> {
    /// data set by name (mlp list datasets), or a file; - is standard input
    data: Option<String>,
    #[command(flatten)]
    keys: Keys<S>,
    #[command(flatten)]
    base: Base,
    #[command(flatten)]
    sets: Sets,
    #[command(flatten)]
    training: Training,
}

impl<S: Selection> Experiment<S> {
    /// Executes the experiment.
    pub fn run(&self, kind: Kind, extras: &Extras, quiet: bool) -> CommandResult {
        let zoom = &extras.zoom;
        let (mut options, sets) = (self.keys.layer()?, self.sets.layer()?);
        if extras.film {
            keep_recorded(&mut options, &sets)?;
        }
        let named = self.data.as_ref().filter(|_| kind == Kind::Map);
        let zoomed = match named {
            Some(name) => zoom::base(name, zoom.zoom.is_some())?,
            None => None,
        };
        if let (Some(base), Some(_)) = (&zoomed, &zoom.zoom) {
            self.base.refuse("a run directory")?;
            let layers = [base.clone(), options, sets];
            return self.training.run(kind, &layers, extras, quiet);
        }
        if let (Some(data), Some(key)) = (&self.data, keys().find(|key| key.path == "data.name")) {
            if options
                .settings
                .iter()
                .any(|setting| setting.key.info().path == key.path)
            {
                return Err(Failure::usage(format!(
                    "the data are given twice, \"{data}\" and --data; give one of them"
                )));
            }
            options.option(key, data)?;
        }
        let file = match &self.base.config {
            None => SettingsLayer::new(),
            Some(path) => {
                let _waits = terminal::Waits::begin(Path::new(path));
                let file = mlp_store::read_experiment(Path::new(path))?;
                if let Some(other) = file.kind.filter(|other| *other != kind) {
                    let quoted = formatting::shell(Path::new(path));
                    return Err(Failure::usage(format!(
                        "{path} is a {other} experiment: run it with mlp run {quoted}, or with mlp {other} --config {quoted}"
                    )));
                }
                file.layer
            }
        };
        let preset = self.preset(kind, &[&file, &options, &sets])?;
        let base = continued(&options)?;
        if base.is_some() {
            self.base.refuse("--continue")?;
        }
        let layers = [preset, base.unwrap_or(file), options, sets];
        self.training.run(kind, &layers, extras, quiet)
    }

    /// The settings of `--preset`, beneath these layers.
    fn preset(&self, kind: Kind, above: &[&SettingsLayer]) -> CommandResult<SettingsLayer> {
        let Some(name) = &self.base.preset else {
            return Ok(SettingsLayer::new());
        };
        let preset = Preset::find(name)?;
        let file = preset.beneath(above)?;
        match file.kind {
            Some(other) if other != kind => Err(Failure::usage(format!(
                "the preset {name} is a {other}: use mlp {other} --preset {name}"
            ))),
            _ => Ok(file.layer),
        }
    }
}

/// Refuses a film where none would be drawn.
fn check_film(author: &mlp_train::Experiment, experiment: &ResolvedExperiment) -> CommandResult {
    if let Some(figures @ (Figures::None | Figures::Svg)) = author.output.figures {
        return Err(Failure::usage(format!(
            "--film is an animated PNG, but --figures is {figures}; give --figures png, or leave it out"
        )));
    }
    let expanded = experiment.data()?.expansion.is_some();
    match experiment.data()?.dataset.features() {
        0 | 1 if !expanded => Err(Failure::usage(
            "--film animates what a network predicts over a plane of features, but the data have one feature",
        )),
        _ => Ok(()),
    }
}

/// Lets the parameters of recorded steps be kept, of which a film is made.
fn keep_recorded(options: &mut SettingsLayer, sets: &SettingsLayer) -> CommandResult {
    const KEPT: &str = "output.save_weights";
    let mut all = options.settings.iter().chain(&sets.settings).rev();
    let asked = all.find(|setting| setting.key.info().path == KEPT);
    match asked.map(|setting| setting.value.to_string()) {
        Some(other) if other != "recorded" => Err(Failure::usage(format!(
            "--film needs the parameters of recorded steps, but --save-weights is {other}; give one of them"
        ))),
        Some(_) => Ok(()),
        None => match keys().find(|key| key.path == KEPT) {
            Some(key) => Ok(options.option(key, "recorded")?),
            None => Ok(()),
        },
    }
}

/// The settings of the training that `--continue` continues.
fn continued(options: &SettingsLayer) -> CommandResult<Option<SettingsLayer>> {
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
        Some(Kind::Train) => {
            let mut layer = file.layer;
            // How far its time let that training come; the time of this one counts from its own start.
            let came_to = |key: &str| key == "training.stop_after";
            layer
                .settings
                .retain(|setting| !came_to(setting.key.info().path));
            Ok(Some(layer))
        }
        _ => Err(Failure::usage(format!(
            "--continue: {name} is a population or map run; only a run of mlp train can be continued"
        ))),
    }
}

/// How an experiment is executed.
#[derive(Args)]
pub struct Training {
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    threads: Threads,
    /// print the plan (networks, FLOP, time, memory, disk) and train nothing
    #[arg(long, help_heading = "Running")]
    dry_run: bool,
    #[command(flatten)]
    reporting: Reporting,
    #[command(flatten)]
    dress: DressArgs,
}

impl Training {
    /// Trains the experiment of these layers, narrowed to a window where one is given.
    pub fn run(
        &self,
        kind: Kind,
        layers: &[SettingsLayer],
        extras: &Extras,
        quiet: bool,
    ) -> CommandResult {
        let zoom = &extras.zoom;
        let mut author = options::experiment(kind, layers)?;
        if let Some(out) = &self.destination.out {
            mlp_store::start_as_before(&mut author, out);
        }
        let mut running = Running::new(&self.threads, &self.reporting, quiet)?;
        running.watch = extras.watch;
        let whole = author.clone();
        if let Some(window) = &zoom.zoom {
            zoom::narrow(window, &layers[1..], &mut author)?;
        }
        match (zoom.film, &zoom.zoom) {
            (Some(frames), Some(_)) if !self.dry_run => {
                let theme = self.dress.theme_of("the film of a zoom")?;
                return zoom::film(&whole, &author, frames, &self.destination, running, theme);
            }
            (Some(_), None) => {
                return Err(Failure::usage(
                    "--film animates the zoom to a window; give the window with --zoom",
                ));
            }
            _ => {}
        }
        let look = self.dress.look(author.output.figures)?;
        let standard_input = terminal::standard_input(&mut author)?;
        let experiment = mlp_store::resolve(&author, standard_input)?;
        if extras.film {
            check_film(&author, &experiment)?;
        }
        if self.dry_run {
            let plan = plan::text(&experiment, running)?;
            return terminal::print(&plan);
        }
        if running.watch && experiment.networks() > 1 {
            return Err(Failure::usage(format!(
                "--watch shows one training, and this experiment has {}; leave it out, or train one network",
                experiment.networks()
            )));
        }
        execute::execute(experiment, &self.destination, running, look)
    }
}
