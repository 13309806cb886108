//! `cargo xtask fractal`: reproduces the published facts about the fractal maps, as docs/fractal.md.
//!
//! The published dimensions are medians over zooms into places that their author picked by hand on one
//! draw of weights, points and batches. `xtask/fractal` holds that draw, made by JAX, so the boundary is
//! the published one; a preset's frames zoom into the place of its published picture, as far as its
//! digits reach. The order of the dimensions and the converged share are checked.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use mlp_statistics::median;
use mlp_train::BoundaryDimension;

use crate::command::{cargo, output, root, run};

/// How much is computed.
#[derive(clap::Args)]
pub struct Arguments {
    /// Cells along a side of a frame.
    #[arg(long, default_value_t = 96)]
    side: usize,
    /// Frames of each preset; each is half as wide as the one before.
    #[arg(long, default_value_t = 14)]
    frames: usize,
    /// Cells along a side of a picture.
    #[arg(long, default_value_t = 256)]
    picture: usize,
    /// Draws of weights and data behind the converged share.
    #[arg(long, default_value_t = 10)]
    draws: u64,
    /// Leave docs/fractal.md as it is, and draw no pictures.
    #[arg(long)]
    dry: bool,
}

/// A published picture.
struct Published {
    preset: &'static str,
    dimension: f64,
    /// Learning rates of both layers where it zooms in.
    place: (f64, f64),
    /// What the author's draw needs beside the weights.
    settings: &'static [&'static str],
}

const ALL_POINTS: &[&str] = &["--data", "xtask/fractal/points-272.npz"];

/// Medians over about 50 zooms of 4096 x 4096 cells, and their places.
const PUBLISHED: [Published; 5] = [
    Published {
        preset: "fractal-linear",
        dimension: 1.17,
        place: (190.0, 4.777),
        settings: &["--data", "xtask/fractal/points-16.npz"],
    },
    Published {
        preset: "fractal-relu",
        dimension: 1.20,
        place: (0.5776, 81.44),
        settings: ALL_POINTS,
    },
    Published {
        preset: "fractal-one-point",
        dimension: 1.41,
        place: (48.3, 18.2),
        settings: &["--data", "xtask/fractal/points-1.npz"],
    },
    Published {
        preset: "fractal-mini-batch",
        dimension: 1.55,
        place: (0.2674, 174.3),
        settings: &[
            "--data",
            "xtask/fractal/points-272.npz",
            "--batch-order",
            "xtask/fractal/batches.npz",
            "--steps",
            "1000",
        ],
    },
    Published {
        preset: "fractal",
        dimension: 1.66,
        place: (13.3, 200.36),
        settings: ALL_POINTS,
    },
];

/// From the width of one frame to that of the next.
const SHRINK: f64 = 0.5;

/// What the digits of a place leave open, in decades.
const DIGITS: f64 = 2e-3;

/// Largest distance of the boundary from a published place in cells, where cells are wider than its digits. Filaments
/// thinner than a cell may be missed.
const NEAR: f64 = 3.0;

/// The frame that is shown as a picture beside the first.
const SHOWN: usize = 7;

/// Cells along a side of the maps behind the converged share.
const COARSE: usize = 64;

/// A window of the plane of the two decimal logarithms.
#[derive(Clone, Copy)]
struct Window {
    center: (f64, f64),
    width: f64,
}

impl Window {
    const FIRST: Self = Self {
        center: (1.5, 1.5),
        width: 9.0,
    };

    /// The options of `mlp map`.
    fn options(self, side: usize) -> [String; 4] {
        let range = |middle: f64| {
            let half = self.width / 2.0;
            let [low, high] = [middle - half, middle + half].map(|at| 10f64.powf(at));
            format!("log:{low:e}:{high:e}:{side}")
        };
        [
            "--x".to_owned(),
            format!("learning_rate.0={}", range(self.center.0)),
            "--y".to_owned(),
            format!("learning_rate.1={}", range(self.center.1)),
        ]
    }
}

/// A map that was drawn, with the command that draws it.
struct Drawn {
    command: String,
    folder: PathBuf,
    seconds: f64,
    converged: Vec<bool>,
    dimension: Option<BoundaryDimension>,
}

fn draw(
    name: &str,
    preset: &str,
    window: Window,
    side: usize,
    settings: &[&str],
    figures: &str,
) -> Result<Drawn> {
    let folder = root().join("target/fractal").join(name);
    let options = window.options(side);
    let shown: Vec<&str> = ["map", "--preset", preset]
        .into_iter()
        .chain(options.iter().map(String::as_str))
        .chain(settings.iter().copied())
        .collect();
    eprintln!("{name}");
    let summary = output(
        Command::new(root().join("target/release/mlp"))
            .current_dir(root())
            .args(&shown)
            .args(["--figures", figures, "--json", "--out"])
            .arg(&folder)
            .stderr(Stdio::inherit()),
    )?;
    let summary: serde_json::Value = serde_json::from_str(&summary)?;
    let map = mlp_store::npz::read(&folder.join("map.npz"))?;
    let converged = map.get("converged").and_then(|array| array.numbers());
    let converged = converged.context("map.npz lacks converged")?;
    Ok(Drawn {
        command: format!("mlp {}", shown.join(" ")),
        seconds: summary["wall_seconds"].as_f64().unwrap_or(0.0),
        dimension: BoundaryDimension::of(&map),
        converged: converged.iter().map(|value| *value == 1.0).collect(),
        folder,
    })
}

impl Drawn {
    /// Cells from the middle to the nearest corner of four cells of both kinds.
    fn distance(&self) -> Option<f64> {
        let side = self.converged.len().isqrt();
        let middle = (side - 1) as f64 / 2.0;
        let corners = (0..side - 1).flat_map(|row| (0..side - 1).map(move |column| (row, column)));
        let of_both = corners.filter(|&(row, column)| {
            let cell = row * side + column;
            let three = [cell + 1, cell + side, cell + side + 1];
            three
                .iter()
                .any(|&other| self.converged[other] != self.converged[cell])
        });
        let along = |index: usize| index as f64 + 0.5 - middle;
        of_both
            .map(|(row, column)| along(row).hypot(along(column)))
            .min_by(f64::total_cmp)
    }

    fn share(&self) -> f64 {
        let inside = self.converged.iter().filter(|yes| **yes).count();
        inside as f64 / self.converged.len() as f64
    }
}

/// The slopes of ln N over ln s at every size of box but for the sign, by central differences, and one-sided
/// ones at the ends: what the notebook takes its median of.
fn slopes(boxes: &[(usize, u64)]) -> Vec<f64> {
    let points: Vec<(f64, f64)> = boxes
        .iter()
        .map(|&(side, count)| ((side as f64).ln(), (count as f64).ln()))
        .collect();
    (0..points.len())
        .map(|index| {
            let (a, b) = (index.saturating_sub(1), (index + 1).min(points.len() - 1));
            (points[a].1 - points[b].1) / (points[b].0 - points[a].0)
        })
        .collect()
}

/// A frame of a zoom.
struct Frame {
    window: Window,
    drawn: Drawn,
}

/// What was found of a preset.
struct Found {
    published: &'static Published,
    dimension: f64,
    frames: Vec<Frame>,
    /// The first window and a zoom.
    pictures: Vec<Drawn>,
}

fn explore(published: &'static Published, arguments: &Arguments) -> Result<Found> {
    let name = published.preset;
    let mut settings = vec!["--init-from", "xtask/fractal/weights.npz"];
    settings.extend_from_slice(published.settings);
    let mut window = Window {
        center: (published.place.0.log10(), published.place.1.log10()),
        ..Window::FIRST
    };
    let side = arguments.side;
    let mut frames = Vec::new();
    for frame in 0..arguments.frames {
        let file = format!("{name}-frame-{frame}-{side}");
        let drawn = draw(&file, name, window, side, &settings, "none")?;
        frames.push(Frame { window, drawn });
        window.width *= SHRINK;
    }
    let mut pictures = Vec::new();
    if !arguments.dry {
        let zoom = frames.get(SHOWN).map(|frame| frame.window);
        for (index, window) in [Some(Window::FIRST), zoom]
            .into_iter()
            .flatten()
            .enumerate()
        {
            let side = arguments.picture;
            let kind = ["window", "zoom"][index];
            let file = format!("{name}-{kind}-{side}");
            pictures.push(draw(&file, name, window, side, &settings, "png")?);
        }
    }
    let all = frames
        .iter()
        .filter_map(|frame| frame.drawn.dimension.as_ref());
    let all: Vec<f64> = all.flat_map(|found| slopes(&found.boxes)).collect();
    ensure!(
        !all.is_empty(),
        "{name}: frames are too small for a dimension"
    );
    Ok(Found {
        published,
        dimension: median(all).unwrap_or(f64::NAN),
        frames,
        pictures,
    })
}

/// The converged share of the first window for draws of weights and data.
fn shares(draws: u64) -> Result<Vec<f64>> {
    let share = |draw_number: u64| {
        let seed = draw_number.to_string();
        let settings = ["--seed", &seed, "--data-seed", &seed];
        let name = format!("draw-{seed}");
        Ok(draw(&name, "fractal", Window::FIRST, COARSE, &settings, "none")?.share())
    };
    (0..draws).map(share).collect()
}

/// Measures everything, writes the page, and checks what is published.
pub fn all(arguments: &Arguments) -> Result<()> {
    run(
        "build",
        &mut cargo(["build", "--release", "--locked", "-p", "mlp-cli"]),
    )?;
    let mut found = Vec::new();
    for published in &PUBLISHED {
        found.push(explore(published, arguments)?);
    }
    let shares = shares(arguments.draws)?;
    let page = page(&found, &shares, arguments)?;
    if !arguments.dry {
        let docs = root().join("docs");
        fs::create_dir_all(docs.join("fractal"))?;
        for one in &found {
            for (index, picture) in one.pictures.iter().enumerate() {
                let name = picture_name(one, index);
                copy(&picture.folder, &docs.join(name))?;
            }
        }
        fs::write(docs.join("fractal.md"), &page)?;
    }
    print!("{page}");
    check(&found, &shares, arguments.side)
}

/// Where a picture lies beside the page.
fn picture_name(of: &Found, index: usize) -> String {
    let end = if index == 0 { "" } else { "-zoom" };
    format!("fractal/{}{end}.png", of.published.preset)
}

/// Copies a picture without its texts: the experiment in them names files by their places on this machine,
/// and the page has the command.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let from = from.join("figures/map-shade-pixels.png");
    let whole = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
    fs::write(to, without_texts(&whole)).with_context(|| format!("cannot write {}", to.display()))
}

/// A PNG without its text chunks: eight bytes, then chunks of length, name, content and checksum.
fn without_texts(png: &[u8]) -> Vec<u8> {
    let (head, mut rest) = png.split_at(8.min(png.len()));
    let mut kept = head.to_vec();
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        let size = (u32::from_be_bytes(*length) as usize).saturating_add(12);
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        let texts: [&[u8]; 3] = [b"tEXt", b"zTXt", b"iTXt"];
        if !chunk.get(4..8).is_some_and(|name| texts.contains(&name)) {
            kept.extend_from_slice(chunk);
        }
        rest = after;
    }
    kept
}

/// That the published places lie on the boundary, the order of the dimensions, and the share.
fn check(found: &[Found], shares: &[f64], side: usize) -> Result<()> {
    for one in found {
        let wide = |frame: &&Frame| frame.window.width > DIGITS * (side - 1) as f64;
        for frame in one.frames.iter().filter(wide) {
            let (name, width) = (one.published.preset, frame.window.width);
            let cells = frame.drawn.distance().unwrap_or(f64::INFINITY);
            ensure!(
                cells <= NEAR,
                "{name}: in the frame of {width:.1e} decades the boundary is {cells:.1} cells from the published place"
            );
        }
    }
    let of = |name: &str| {
        let one = found.iter().find(|one| one.published.preset == name);
        one.map_or(f64::NAN, |one| one.dimension)
    };
    let smooth = ["fractal-linear", "fractal-relu"].map(of);
    let between = ["fractal-one-point", "fractal-mini-batch"].map(of);
    for low in smooth {
        for high in between {
            ensure!(
                low < high,
                "dimensions out of order: {low:.3} is not below {high:.3}"
            );
        }
    }
    for low in between {
        let high = of("fractal");
        ensure!(
            low < high,
            "dimensions out of order: {low:.3} is not below {high:.3}"
        );
    }
    let mean = mean(shares);
    ensure!(
        (mean - 0.57).abs() <= 0.03,
        "the converged share is {mean:.3}, not 0.57 +- 0.03"
    );
    Ok(())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value) / values.len() as f64
}

fn page(found: &[Found], shares: &[f64], arguments: &Arguments) -> Result<String> {
    let mut page = include_str!("fractal.md").to_owned();
    let (side, frames) = (arguments.side, arguments.frames);
    writeln!(
        page,
        "## Dimensions\n\nMedians of the slopes of up to {frames} frames of {side} x {side} cells (those that the boundary passes through).\n\n\
         | preset | dimension | published | place (learning rates) | seconds per frame |\n|---|---|---|---|---|"
    )?;
    for one in found {
        let seconds: Vec<f64> = one.frames.iter().map(|frame| frame.drawn.seconds).collect();
        let Published {
            preset,
            dimension,
            place: (x, y),
            ..
        } = one.published;
        writeln!(
            page,
            "| `{preset}` | {:.3} | {dimension:.2} | {x}, {y} | {:.1} |",
            one.dimension,
            mean(&seconds)
        )?;
    }
    writeln!(
        page,
        "\nEvery frame, with its own dimension by least squares:\n\n\
         | preset | width in decades | dimension | 95 % of fits | boxes | converged | cells to the boundary |\n|---|---|---|---|---|---|---|"
    )?;
    for one in found {
        for frame in &one.frames {
            let (name, width) = (one.published.preset, frame.window.width);
            let share = frame.drawn.share();
            let distance = frame.drawn.distance();
            let distance =
                distance.map_or_else(|| "none".to_owned(), |cells| format!("{cells:.1}"));
            let Some(dimension) = &frame.drawn.dimension else {
                writeln!(
                    page,
                    "| `{name}` | {width:.1e} | | | | {share:.3} | {distance} |"
                )?;
                continue;
            };
            let counts = dimension.boxes.iter();
            let counts: Vec<String> = counts.map(|(_, count)| count.to_string()).collect();
            let (low, high) = dimension.interval;
            writeln!(
                page,
                "| `{name}` | {width:.1e} | {:.3} | {low:.3} to {high:.3} | {} | {share:.3} | {distance} |",
                dimension.dimension,
                counts.join(", ")
            )?;
        }
    }
    let listed: Vec<String> = shares.iter().map(|share| format!("{share:.3}")).collect();
    writeln!(
        page,
        "\n## Converged share\n\nOver the first window, {COARSE} x {COARSE} cells, for {} draws of weights and data (`mlp map --preset fractal --seed N --data-seed N`):\n\
         mean {:.3} (published: about 0.57). Individually: {}.\n\n## Pictures\n",
        shares.len(),
        mean(shares),
        listed.join(", ")
    )?;
    for one in found {
        for (index, picture) in one.pictures.iter().enumerate() {
            writeln!(
                page,
                "`{}`\n\n![{}]({})\n",
                picture.command,
                one.published.preset,
                picture_name(one, index)
            )?;
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_alone_leave_a_picture() {
        let chunk = |name: &[u8], content: &[u8]| {
            let length = (content.len() as u32).to_be_bytes();
            [&length[..], name, content, b"crc!"].concat()
        };
        let (data, text) = (chunk(b"IDAT", b"123"), chunk(b"tEXt", b"/home"));
        let png = [b"\x89PNG\r\n\x1a\n", &data[..], &text, &data].concat();
        assert_eq!(
            without_texts(&png),
            [b"\x89PNG\r\n\x1a\n", &data[..], &data].concat()
        );
    }

    #[test]
    fn slopes_are_central_differences() {
        let found = slopes(&[(1, 64), (2, 16), (4, 8), (8, 2)]);
        for (found, expected) in found.iter().zip([2.0, 1.5, 1.5, 2.0]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
}
