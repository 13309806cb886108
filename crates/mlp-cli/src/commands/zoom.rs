//! `mlp map --zoom`: the same map over a window of its axes, optionally with a film of the zoom.

use std::path::Path;

use clap::Args;
use mlp_core::math;
use mlp_plot::{Film, HeatMap, MapWindow, Output, Size, Theme};
use mlp_store::{DirectoryChoice, RunDirectory, WholeFile, remove_unfinished};
use mlp_train::{
    Experiment, Key, Precision, Range, SettingsLayer,
    experiment::{Figures, MapAxis},
    shortest,
};

use crate::{
    execute,
    failure::{CommandResult, Failure},
    figures::{self, View},
    formatting,
    options::{Destination, Running},
    terminal,
};

/// Frames of a film and how many milliseconds each is shown.
const FRAME_SIZE: Size = Size::new(720, 560);
const FRAME_TIME: u16 = 300;

/// The arguments of a map over a part of the axes.
#[derive(Args, Default, Clone)]
pub struct Zoom {
    /// train the map over this part of its axes, in f64: of a run given in place of DATA, or of the given axes
    #[arg(
        long,
        value_name = "x0:x1,y0:y1",
        allow_hyphen_values = true,
        value_parser = Window::parse,
        help_heading = "Map"
    )]
    pub zoom: Option<Window>,
    /// train N maps that zoom in on the window of --zoom, with an animated PNG of them
    #[arg(long, value_name = "N", value_parser = frames, help_heading = "Map")]
    pub film: Option<u64>,
}

/// A number of frames.
fn frames(text: &str) -> Result<u64, String> {
    match mlp_train::Value::from_word(text).as_whole() {
        Some(frames @ 2..=1000) => Ok(frames),
        _ => Err(format!(
            "must be a number of frames from 2 to 1000, not \"{text}\""
        )),
    }
}

/// A window of a map: the first and last value along each narrowed axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    x: (f64, f64),
    y: Option<(f64, f64)>,
}

impl Window {
    /// Reads `x0:x1,y0:y1`, or `x0:x1` for the horizontal axis alone.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is not a window; write the first and last value of each axis, as in 0.1:1,1e-3:1e-2"
            )
        };
        let side = |text: &str| -> Option<(f64, f64)> {
            let (from, to) = text.split_once(':')?;
            let number = |text: &str| text.trim().parse().ok().filter(|x: &f64| x.is_finite());
            Some((number(from)?, number(to)?)).filter(|(from, to)| from < to)
        };
        let (x, y) = match text.split_once(',') {
            Some((x, y)) => (x, Some(y)),
            None => (text, None),
        };
        let y = y.map(|y| side(y).ok_or_else(wrong)).transpose()?;
        Ok(Self {
            x: side(x).ok_or_else(wrong)?,
            y,
        })
    }

    /// Narrows the axes of a map to the window.
    pub fn apply(&self, experiment: &mut Experiment) -> Result<(), String> {
        let map = &mut experiment.map;
        if let Some((key, range)) = &mut map.x {
            *range = within(key, range, self.x)?;
        }
        match (&mut map.y, self.y) {
            (_, None) => {}
            (Some(MapAxis::Key(key, range)), Some(side)) => *range = within(key, range, side)?,
            (Some(MapAxis::Step) | None, Some(_)) => {
                return Err("the vertical axis is the step; give a window of the horizontal axis only, as in 0.1:1".to_owned());
            }
        }
        // The cells that were computed belong to the other window.
        map.cells = None;
        Ok(())
    }
}

/// The same number of values, with the same spacing, in a part of an axis.
fn within(key: &Key, range: &Range, (from, to): (f64, f64)) -> Result<Range, String> {
    let (spacing, count) = match range {
        Range::Log { count, .. } => ("log", count),
        Range::Lin { count, .. } => ("lin", count),
        Range::Between { .. } | Range::List(_) => {
            return Err(format!(
                "the values of {key} are a list; a window needs a spaced axis, as in log:1e-3:1e1:64"
            ));
        }
    };
    let text = format!("{spacing}:{}:{}:{count}", shortest(from), shortest(to));
    let range = text.parse::<Range>();
    range.map_err(|error| format!("{key}: {error}"))
}

/// The settings of the map in a run directory, if that is what was named in place of data.
pub fn base(name: &str, zoomed: bool) -> CommandResult<Option<SettingsLayer>> {
    let path = Path::new(name);
    // The name of a data set means the data set, whatever files exist.
    if mlp_data::find(name).is_ok() {
        return Ok(None);
    }
    if zoomed && !path.exists() {
        return Err(Failure::usage(format!(
            "{name}: there is no such run directory, data file or data set (mlp list datasets)"
        )));
    }
    if !path.is_dir() {
        return Ok(None);
    }
    let file = RunDirectory::open(path)?.experiment()?;
    match (file.kind, zoomed) {
        (Some(mlp_train::Kind::Map), true) => Ok(Some(file.layer)),
        (Some(mlp_train::Kind::Map), false) => Err(Failure::usage(format!(
            "{name} is already a map; give a window of it with --zoom, or retrain it with mlp run {}",
            formatting::shell(&path.join("experiment.toml"))
        ))),
        _ => Err(Failure::usage(format!(
            "{name} is not a map run; only a map can be zoomed"
        ))),
    }
}

/// Narrows an experiment to a window. A zoomed map is trained in f64 unless another precision is asked
/// for: neighbouring cells differ by less than f32 can resolve.
pub fn narrow(
    window: &Window,
    given: &[SettingsLayer],
    experiment: &mut Experiment,
) -> CommandResult {
    let apply = window.apply(experiment);
    apply.map_err(|reason| Failure::usage(format!("--zoom: {reason}")))?;
    let settings = given.iter().flat_map(|layer| &layer.settings);
    let chosen = settings
        .into_iter()
        .any(|setting| setting.key.info().path == "training.precision");
    if !chosen {
        experiment.training.precision = Some(Precision::F64);
    }
    Ok(())
}

/// Trains the maps between a map and its window, each into its own folder, and animates
/// them.
pub fn film(
    whole: &Experiment,
    window: &Experiment,
    frames: u64,
    destination: &Destination,
    running: Running,
    theme: Theme,
) -> CommandResult {
    if window.map.facet.is_some() {
        return Err(Failure::usage(
            "--film shows one map, and --facet makes several; give one of them",
        ));
    }
    let mut folder = None;
    let mut pictures = Vec::new();
    let windows = (0..frames).map(|frame| {
        let share = frame as f64 / (frames - 1) as f64;
        between(whole, window, share)
    });
    let windows: Vec<Experiment> = windows.collect::<CommandResult<_>>()?;
    for (frame, window) in windows.iter().enumerate() {
        let mut author = window.clone();
        author.output.figures = Some(Figures::None);
        let mut experiment = mlp_store::resolve(&author, None)?;
        let folder = match &folder {
            Some(folder) => folder,
            None => folder.insert(execute::folder(destination, "zoom", &experiment)?),
        };
        let path = folder.join(format!("frame-{:03}", frame + 1));
        let place = DirectoryChoice::Folder {
            path: &path,
            force: destination.force,
        };
        let done = execute::train(&mut experiment, place, running, None)?;
        pictures.push(figures::frame(&View::open(&done.directory)?)?);
        if !running.quiet {
            terminal::print(&format!("{}\n", path.display()))?;
        }
    }
    // One scale of colours over all frames.
    for map in &mut pictures {
        map.value_range = None;
    }
    HeatMap::share_colors(&mut pictures);
    // In each the rectangle of the next.
    let framed = pictures.into_iter().enumerate().map(|(frame, map)| {
        let next = windows.get(frame + 1).map(|next| &next.map);
        let x = next.and_then(|map| Some(ends(&map.x.as_ref()?.1)));
        let y = next.and_then(|map| match &map.y {
            Some(MapAxis::Key(_, range)) => Some(ends(range)),
            _ => None,
        });
        MapWindow { map, x, y }
    });
    let film = Film {
        title: String::new(),
        subtitle: String::new(),
        columns: 1,
        frames: framed.collect(),
    };
    let folder = folder.unwrap_or_default();
    remove_unfinished(&folder);
    let file = folder.join("zoom.png");
    let output = Output {
        theme,
        ..Output::default()
    };
    let film = film.animate_in(FRAME_SIZE, FRAME_TIME, &output);
    WholeFile::write(&file, &film.map_err(anyhow::Error::from)?)?;
    if !running.quiet {
        terminal::print(&format!("{}\n", file.display()))?;
    }
    Ok(())
}

/// The map at a fraction of the way to its window.
fn between(whole: &Experiment, window: &Experiment, share: f64) -> CommandResult<Experiment> {
    let mut frame = window.clone();
    let refuse = |reason: String| Failure::usage(format!("--film: {reason}"));
    let range = |key: &Key, whole: &Range, window: &Range| -> CommandResult<Range> {
        let side = side_between(whole, window, share);
        within(key, whole, side).map_err(refuse)
    };
    if let (Some((key, part)), Some((_, all))) = (&mut frame.map.x, &whole.map.x) {
        *part = range(key, all, part)?;
    }
    if let (Some(MapAxis::Key(key, part)), Some(MapAxis::Key(_, all))) =
        (&mut frame.map.y, &whole.map.y)
    {
        *part = range(key, all, part)?;
    }
    Ok(frame)
}

/// The first and the last value of a spaced axis.
fn ends(range: &Range) -> (f64, f64) {
    match *range {
        Range::Log { from, to, .. } | Range::Lin { from, to, .. } => (from, to),
        _ => (0.0, 1.0),
    }
}

/// The ends of an axis a share of the way from all of it to a part: its length shrinks by the same
/// factor from frame to frame, about the point that both have at the same place.
fn side_between(whole: &Range, part: &Range, share: f64) -> (f64, f64) {
    let log = whole.is_log();
    let (all, part) = (ends(whole), ends(part));
    if share == 0.0 || all == part {
        return all;
    }
    if share == 1.0 {
        return part;
    }
    let scaled = |(from, to): (f64, f64)| {
        if log {
            (math::ln(from), math::ln(to))
        } else {
            (from, to)
        }
    };
    let (a, b) = (scaled(all), scaled(part));
    let (wide, narrow) = (a.1 - a.0, b.1 - b.0);
    let (from, to) = if wide == narrow {
        (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
    } else {
        let width = wide * math::exp(math::ln(narrow / wide) * share);
        let moved = (wide - width) / (wide - narrow);
        let from = a.0 + (b.0 - a.0) * moved;
        (from, from + width)
    };
    if log {
        (math::exp(from), math::exp(to))
    } else {
        (from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read() {
        let window = Window::parse("0.1:1,-2:3e1").unwrap();
        assert_eq!((window.x, window.y), ((0.1, 1.0), Some((-2.0, 30.0))));
        assert_eq!(Window::parse("1:2").unwrap().y, None);
        for bad in [
            "",
            "1",
            "1:1",
            "2:1",
            "a:b",
            "1:2,",
            "1:2,3",
            "1:inf",
            "1:2,3:4,5:6",
        ] {
            assert!(Window::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_window_keeps_spacing_and_count() {
        let key = Key::parse("learning_rate").unwrap();
        let range = |text: &str| text.parse::<Range>().unwrap();
        let log = within(&key, &range("log:1e-3:1e1:64"), (0.1, 0.2)).unwrap();
        assert_eq!(log.to_string(), "log:0.1:0.2:64");
        assert!(within(&key, &range("log:1e-3:1e1:64"), (-0.1, 0.2)).is_err());
        assert!(within(&key, &range("1,2,5"), (1.0, 2.0)).is_err());
    }

    #[test]
    fn a_film_shrinks_evenly_to_its_window() {
        let range = |text: &str| text.parse::<Range>().unwrap();
        let (whole, part) = (range("log:0.01:100:8"), range("log:0.1:0.2:8"));
        let sides: Vec<(f64, f64)> = (0..5)
            .map(|i| side_between(&whole, &part, f64::from(i) / 4.0))
            .collect();
        assert_eq!((sides[0], sides[4]), ((0.01, 100.0), (0.1, 0.2)));
        let widths: Vec<f64> = sides.iter().map(|(from, to)| (to / from).ln()).collect();
        for pair in widths.windows(2) {
            assert!((pair[1] / pair[0] - (widths[4] / widths[0]).powf(0.25)).abs() < 1e-9);
        }
        assert!(
            sides
                .windows(2)
                .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1)
        );
        // Of the same length it moves.
        let moved = side_between(&range("lin:0:1:3"), &range("lin:2:3:3"), 0.5);
        assert_eq!(moved, (1.0, 2.0));
    }
}
