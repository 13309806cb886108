//! `cargo xtask fractal`: the published facts about the fractal maps, measured again, as docs/fractal.md.
//!
//! Of every preset the first window is drawn, and zooms into its boundary. Where they lie follows from
//! the coarse map alone: pairs of neighbouring cells of both kinds are taken at even distances along it,
//! and each is halved until it is as narrow as the zoom. The dimension of a preset is the median over its
//! zooms. The order of the dimensions and the converged share are checked.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::AtomicBool,
};

use anyhow::{Context, Result, ensure};
use mlp_core::Level;
use mlp_train::{
    BoundaryDimension, Experiment, Kind, Layer, Npz, ResolvedExperiment, preset::Preset,
    train_network,
};

use crate::command::{cargo, output, root, run};

/// How much is computed.
#[derive(clap::Args)]
pub struct Arguments {
    /// Cells along a side of a zoom.
    #[arg(long, default_value_t = 256)]
    side: usize,
    /// Zooms of each preset at each width.
    #[arg(long, default_value_t = 2)]
    zooms: usize,
    /// Draws of weights and data behind the converged share.
    #[arg(long, default_value_t = 10)]
    draws: u64,
    /// Leave docs/fractal.md as it is.
    #[arg(long)]
    dry: bool,
}

/// The presets with their published dimensions (medians over deep zooms of 4096 x 4096 cells).
const PUBLISHED: [(&str, f64); 5] = [
    ("fractal-linear", 1.17),
    ("fractal-relu", 1.20),
    ("fractal-one-point", 1.41),
    ("fractal-mini-batch", 1.55),
    ("fractal", 1.66),
];

/// Widths of the zooms in decades; the first window is nine wide.
const WIDTHS: [f64; 3] = [1e-2, 1e-4, 1e-6];

/// Cells along a side of the coarse map, and of those behind the converged share.
const COARSE: usize = 64;

/// A window of the plane of the two decimal logarithms: low x, high x, low y, high y.
#[derive(Clone, Copy)]
struct Window([f64; 4]);

impl Window {
    const FIRST: Self = Self([-3.0, 6.0, -3.0, 6.0]);

    fn around((x, y): (f64, f64), width: f64) -> Self {
        let half = width / 2.0;
        Self([x - half, x + half, y - half, y + half])
    }

    /// The options of `mlp map`.
    fn options(self, side: usize) -> [String; 4] {
        let [left, right, low, high] = self.0.map(power);
        [
            "--x".to_owned(),
            format!("learning_rate.0=log:{left}:{right}:{side}"),
            "--y".to_owned(),
            format!("learning_rate.1=log:{low}:{high}:{side}"),
        ]
    }
}

/// Ten to a power, with enough digits to tell the cells of the deepest zoom apart.
fn power(exponent: f64) -> String {
    format!("{:e}", 10f64.powf(exponent))
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
    settings: &[String],
) -> Result<Drawn> {
    let folder = root().join("target/fractal").join(name);
    let options = window.options(side);
    let shown: Vec<&str> = ["map", "--preset", preset]
        .into_iter()
        .chain(options.iter().map(String::as_str))
        .chain(settings.iter().map(String::as_str))
        .collect();
    eprintln!("{name}");
    let summary = output(
        Command::new(root().join("target/release/mlp"))
            .args(&shown)
            .args(["--figures", "png", "--json", "--out"])
            .arg(&folder)
            .stderr(Stdio::inherit()),
    )?;
    let summary: serde_json::Value = serde_json::from_str(&summary)?;
    let map = Npz::read(&folder.join("map.npz"))?;
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

/// Whether a single cell converges.
fn converges(preset: &Preset, (x, y): (f64, f64)) -> Result<bool> {
    let mut experiment = Experiment::new(Kind::Map);
    preset.beneath(&[])?.layer.apply(&mut experiment)?;
    let mut layer = Layer::new();
    layer.set(&format!("x=learning_rate.0={}", power(x)))?;
    layer.set(&format!("y=learning_rate.1={}", power(y)))?;
    layer.apply(&mut experiment)?;
    let experiment = ResolvedExperiment::new(&experiment, None)?;
    let never = AtomicBool::new(false);
    let (outcome, _) = train_network(&experiment, 0, Level::best(), &(), &never)?;
    Ok(outcome.converged())
}

/// Pairs of neighbouring cells of both kinds, at even distances among all such pairs of a map.
fn pairs(converged: &[bool], side: usize, count: usize) -> Vec<[(f64, f64); 2]> {
    let place = |index: usize| -3.0 + 9.0 * index as f64 / (side - 1) as f64;
    let mut all = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let cell = row * side + column;
            let here = (place(column), place(row));
            if column + 1 < side && converged[cell] != converged[cell + 1] {
                all.push([here, (place(column + 1), here.1)]);
            }
            if row + 1 < side && converged[cell] != converged[cell + side] {
                all.push([here, (here.0, place(row + 1))]);
            }
        }
    }
    let chosen = (0..count).map(|index| (2 * index + 1) * all.len() / (2 * count));
    chosen.filter_map(|index| all.get(index).copied()).collect()
}

/// A point of the boundary between two points of both kinds, to within `width`.
fn bisect(preset: &Preset, [mut a, mut b]: [(f64, f64); 2], width: f64) -> Result<(f64, f64)> {
    let first = converges(preset, a)?;
    let middle = |a: (f64, f64), b: (f64, f64)| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
    while (a.0 - b.0).abs() + (a.1 - b.1).abs() > width / 16.0 {
        let half = middle(a, b);
        match converges(preset, half)? == first {
            true => a = half,
            false => b = half,
        }
    }
    Ok(middle(a, b))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (below, above) = ((values.len() - 1) / 2, values.len() / 2);
    (values[below] + values[above]) / 2.0
}

/// What was found of a preset.
struct Found {
    name: &'static str,
    published: f64,
    dimension: f64,
    share: f64,
    window: Drawn,
    zooms: Vec<(f64, Drawn)>,
}

fn explore(name: &'static str, published: f64, arguments: &Arguments) -> Result<Found> {
    let preset = Preset::find(name)?;
    let coarse = draw(&format!("{name}-coarse"), name, Window::FIRST, COARSE, &[])?;
    let window = draw(
        &format!("{name}-window-{}", arguments.side),
        name,
        Window::FIRST,
        arguments.side,
        &[],
    )?;
    let mut zooms = Vec::new();
    for (depth, width) in WIDTHS.into_iter().enumerate() {
        for (index, pair) in pairs(&coarse.converged, COARSE, arguments.zooms)
            .into_iter()
            .enumerate()
        {
            let center = bisect(preset, pair, width)?;
            let of = arguments.zooms;
            let zoom = format!("{name}-zoom-{depth}-{index}-of-{of}-{}", arguments.side);
            let drawn = draw(
                &zoom,
                name,
                Window::around(center, width),
                arguments.side,
                &[],
            )?;
            zooms.push((width, drawn));
        }
    }
    let dimensions = zooms
        .iter()
        .filter_map(|(_, zoom)| Some(zoom.dimension.as_ref()?.dimension));
    let dimensions: Vec<f64> = dimensions.collect();
    ensure!(!dimensions.is_empty(), "{name}: no zoom holds a boundary");
    let inside = window.converged.iter().filter(|yes| **yes).count();
    Ok(Found {
        name,
        published,
        dimension: median(dimensions),
        share: inside as f64 / window.converged.len() as f64,
        window,
        zooms,
    })
}

/// The converged share of the first window for draws of weights and data.
fn shares(draws: u64) -> Result<Vec<f64>> {
    let share = |draw_number: u64| {
        let seed = draw_number.to_string();
        let settings = ["--seed", &seed, "--data-seed", &seed].map(str::to_owned);
        let drawn = draw(
            &format!("draw-{seed}"),
            "fractal",
            Window::FIRST,
            COARSE,
            &settings,
        )?;
        let inside = drawn.converged.iter().filter(|yes| **yes).count();
        Ok(inside as f64 / drawn.converged.len() as f64)
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
    for (name, published) in PUBLISHED {
        found.push(explore(name, published, arguments)?);
    }
    let shares = shares(arguments.draws)?;
    let page = page(&found, &shares, arguments)?;
    if !arguments.dry {
        let docs = root().join("docs");
        fs::create_dir_all(docs.join("fractal"))?;
        for one in &found {
            picture(
                &one.window.folder,
                &docs.join(format!("fractal/{}.png", one.name)),
            )?;
            if let Some((_, zoom)) = one.zooms.first() {
                picture(
                    &zoom.folder,
                    &docs.join(format!("fractal/{}-zoom.png", one.name)),
                )?;
            }
        }
        fs::write(docs.join("fractal.md"), &page)?;
    }
    print!("{page}");
    check(&found, &shares)
}

fn picture(from: &Path, to: &Path) -> Result<()> {
    let from = from.join("figures/map-shade-pixels.png");
    fs::copy(&from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// The order of the dimensions, and the share.
fn check(found: &[Found], shares: &[f64]) -> Result<()> {
    let of = |name: &str| {
        let one = found.iter().find(|one| one.name == name);
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
    let (side, per_width) = (arguments.side, arguments.zooms);
    writeln!(
        page,
        "## Dimensions\n\nMedians over {} zooms of {side} x {side} cells, {per_width} of each width (1e-2, 1e-4 and 1e-6 decades).\n\n\
         | preset | dimension | published | converged in the first window | seconds a zoom |\n|---|---|---|---|---|",
        WIDTHS.len() * per_width
    )?;
    for one in found {
        let seconds: Vec<f64> = one.zooms.iter().map(|(_, zoom)| zoom.seconds).collect();
        writeln!(
            page,
            "| `{}` | {:.3} | {:.2} | {:.3} | {:.0} |",
            one.name,
            one.dimension,
            one.published,
            one.share,
            mean(&seconds)
        )?;
    }
    writeln!(
        page,
        "\n| zoom | width in decades | dimension | 95 % interval | boxes |\n|---|---|---|---|---|"
    )?;
    for one in found {
        for (index, (width, zoom)) in one.zooms.iter().enumerate() {
            let Some(dimension) = &zoom.dimension else {
                writeln!(
                    page,
                    "| `{}` {index} | {width:e} | no boundary | | |",
                    one.name
                )?;
                continue;
            };
            let boxes: Vec<String> = dimension
                .boxes
                .iter()
                .map(|(_, count)| count.to_string())
                .collect();
            writeln!(
                page,
                "| `{}` {index} | {width:e} | {:.3} | {:.3} to {:.3} | {} |",
                one.name,
                dimension.dimension,
                dimension.interval.0,
                dimension.interval.1,
                boxes.join(", ")
            )?;
        }
    }
    let listed: Vec<String> = shares.iter().map(|share| format!("{share:.3}")).collect();
    writeln!(
        page,
        "\n## Converged share\n\nOf the first window, {COARSE} x {COARSE} cells, {} draws of weights and data (`--seed N --data-seed N`):\n\
         mean {:.3} (published picture: 0.57). Each: {}.\n\n## Pictures\n",
        shares.len(),
        mean(shares),
        listed.join(", ")
    )?;
    for one in found {
        writeln!(
            page,
            "`{}`\n\n![{}](fractal/{}.png)",
            one.window.command, one.name, one.name
        )?;
        if let Some((_, zoom)) = one.zooms.first() {
            writeln!(
                page,
                "\n`{}`\n\n![{} zoom](fractal/{}-zoom.png)",
                zoom.command, one.name, one.name
            )?;
        }
        writeln!(page)?;
    }
    Ok(page)
}
