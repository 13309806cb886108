//! `mlp plot`: redraws the figures of a run from its stored results.

use std::path::PathBuf;

use clap::Args;
use mlp_data::names::names_in;
use mlp_train::Kind;

use crate::{
    failure::{CommandResult, Failure},
    figures::{self, Drawing, FIGURES, Only, PlaneChoice, Progress},
    formatting, interrupt,
    options::{self, Keys, LookArgs, Selection},
    terminal,
};

const EXAMPLES: &str = "\
Examples:
  mlp plot runs/population-moons-001
  mlp plot runs/map-moons-001 --figures png --metric test_accuracy
  mlp plot runs/map-moons-002 --metric gap --step 100
  mlp plot runs/train-moons-001 --only boundary --title 'Two moons'
  mlp plot runs/train-moons-001 --width 85mm --font 8pt --title '' --format pdf
  mlp plot runs/train-moons-001 --theme dark --y-scale log";

/// Redraw the figures of a run from its stored results
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Plot {
    /// run directory
    dir: PathBuf,
    #[arg(
        long,
        value_name = "A,B",
        value_parser = plane,
        help = "draw the decision boundary over these two features [default: the principal plane]"
    )]
    plane: Option<PlaneChoice>,
    #[arg(
        long,
        value_name = "N",
        value_parser = options::step,
        help = "draw a map over two keys at this recorded step [default: the last]"
    )]
    step: Option<u64>,
    /// draw the loss around the network even where that takes long, and train it again for its path
    #[arg(long)]
    landscape: bool,
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        help = "draw these figures alone (mlp list figures), without a report; a list, or repeatable [default: all]"
    )]
    only: Vec<String>,
    #[command(flatten)]
    look: LookArgs,
    #[command(flatten)]
    keys: Keys<Self>,
}

impl Selection for Plot {
    const PATHS: &'static [&'static [&'static str]] = &[&["output.figures", "map.metric"]];
}

impl Plot {
    /// Why a figure that is asked for by name is not of this kind of run, where it is of another.
    fn of_another_kind(&self, kind: Kind, forms: &[&str]) -> Option<String> {
        let is_of =
            |name: &String, form: &str| Only::new(std::slice::from_ref(name), &[form]).is_ok();
        self.only.iter().find_map(|name| {
            if forms.iter().any(|form| is_of(name, form)) {
                return None;
            }
            let entry = FIGURES.iter().find(|entry| is_of(name, entry.name))?;
            let kinds: Vec<&str> = entry.kinds.iter().map(|kind| kind.name()).collect();
            Some(format!(
                "--only {name}: a figure of {} runs, and {} is a {} run\nits figures: {}",
                kinds.join(" and "),
                self.dir.display(),
                kind.name(),
                forms.join(", ")
            ))
        })
    }

    /// Draws the figures, and prints where they are.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let author = options::experiment(Kind::Map, [&self.keys.layer()?])?;
        let drawing = Drawing {
            look: self.look.look(author.output.figures)?,
            plane: self.plane.clone().unwrap_or_default(),
            step: self.step,
            landscape: self.landscape,
            metric: author.map.metric,
            ..Drawing::of(author.output.figures).shown(!quiet)
        };
        let view = figures::View::open_part(&self.dir)?;
        let forms = FIGURES.iter();
        let forms = forms.filter(|entry| entry.kinds.contains(&view.kind()));
        let forms: Vec<&str> = forms.map(|entry| entry.name).collect();
        if let Some(reason) = self.of_another_kind(view.kind(), &forms) {
            return Err(Failure::usage(reason));
        }
        let only = Only::new(&self.only, &forms);
        let only = only.map_err(|reason| Failure::usage(format!("--only: {reason}")))?;
        let drawing = Drawing { only, ..drawing };
        if let (Some(name), Kind::Train | Kind::Population) = (&drawing.metric, view.kind()) {
            return Err(Failure::usage(format!(
                "--metric {name}: only maps are drawn of a single metric"
            )));
        }
        if let (Some(step), Kind::Train | Kind::Population) = (drawing.step, view.kind()) {
            return Err(Failure::usage(format!(
                "--step {step}: only maps are drawn at a single step"
            )));
        }
        if self.landscape && view.kind() != Kind::Train {
            return Err(Failure::usage(
                "--landscape: only the loss around a single network is drawn; mlp replay makes a run of one".to_owned(),
            ));
        }
        interrupt::draws_in(&self.dir);
        let drawn = figures::write(&view, &drawing)?;
        drawing.progress.finish_and_clear();
        if let Some(part) = view.part() {
            let dir = formatting::shell(&self.dir);
            let then = match view.progress() {
                Progress::Running => "draw it again later".to_owned(),
                _ => format!("mlp resume {dir} finishes it"),
            };
            terminal::say(&format!(
                "note: {part} Its figures are drawn as far as it has come, without a report; {then}"
            ));
        }
        if quiet {
            return Ok(());
        }
        if let Some(why) = figures::nothing_to_draw(&view) {
            terminal::say(&format!("note: no figure is drawn: {why}"));
        }
        for note in figures::drawn_before(&drawn) {
            terminal::say(&format!("note: {note}"));
        }
        let mut lines = String::new();
        for file in drawn {
            lines.push_str(&file.display().to_string());
            lines.push('\n');
        }
        terminal::print(&lines)
    }
}

/// Two features by name.
fn plane(names: &str) -> Result<PlaneChoice, String> {
    match &names_in(names)[..] {
        [a, b] => Ok(PlaneChoice::Features(a.clone(), b.clone())),
        _ => Err(format!(
            "two features are needed, as in --plane A,B, not \"{names}\"; a name with a comma is in quotes"
        )),
    }
}
