//! `cargo xtask gallery`: performance maps with the commands that make them, as docs/gallery.md.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command::{cargo, output, root, run};

/// A map of the gallery.
struct Piece {
    /// Name of its files.
    name: &'static str,
    title: &'static str,
    /// What follows `mlp`.
    command: &'static str,
    /// What it shows.
    text: &'static str,
    /// Figures shown, by the ends of their names.
    figures: &'static [&'static str],
}

/// The gallery, in its order.
const PIECES: &[Piece] = &[
    Piece {
        name: "moons",
        title: "Moons: learning rate and iterations",
        command: "map moons --x learning_rate=log:1e-3:1e2:192 --y step --steps 3000 --record log:160",
        text: "Each column is one training. Smaller rates reach the valley later; on the right a ragged edge cuts it off, beyond which the loss grows.",
        figures: &["test-loss"],
    },
    Piece {
        name: "circles",
        title: "Circles: learning rate and iterations",
        command: "map circles --x learning_rate=log:1e-3:1e2:192 --y step --steps 3000 --record log:160",
        text: "No line separates the circles, so small rates stay on a plateau for a long time.",
        figures: &["test-loss"],
    },
    Piece {
        name: "spirals",
        title: "Spirals: learning rate and iterations",
        command: "map spirals --x learning_rate=log:1e-3:1e2:192 --y step --steps 10000 --record log:160 --metric train_loss",
        text: "The hardest of the four: only a narrow band of rates gets anywhere, and its edge is ragged.",
        figures: &["train-loss"],
    },
    Piece {
        name: "digits",
        title: "Digits: learning rate and iterations",
        command: "map digits --x learning_rate=log:1e-3:1e2:64 --y step --steps 1000 --record log:120 --metric test_accuracy",
        text: "Ten classes of 8 x 8 images; test accuracy.",
        figures: &["test-accuracy"],
    },
    Piece {
        name: "luck",
        title: "Seeds as an axis: how much is luck",
        command: "map moons --x learning_rate=log:1e-1:1e2:36 --y init_gain=log:0.1:10:24 --seeds 8 --steps 300 --record last --metric train_loss",
        text: "Eight networks per cell, with the same seeds in every cell. \
               Luck compares the ranks within a cell with those of the whole map: at 0 the cell decides, at 1 and above the seed does.",
        figures: &["train-loss", "train-loss-luck"],
    },
    Piece {
        name: "layers",
        title: "Learning rates of two layers, for three activations",
        command: "map moons --x learning_rate.0=log:1e-1:1e3:64 --y learning_rate.1=log:1e-1:1e3:64 --facet activation=tanh,relu,identity --hidden 16 --steps 300 --record last --metric train_loss",
        text: "One map for each activation, with common colours.",
        figures: &["train-loss"],
    },
];

/// Makes every map and writes the page.
pub fn all() -> Result<()> {
    run("mlp", &mut cargo(["build", "--release", "-p", "mlp-cli"]))?;
    let program = root().join("target/release/mlp");
    let runs = root().join("target/gallery");
    let pictures = root().join("docs/gallery");
    if runs.exists() {
        fs::remove_dir_all(&runs)?;
    }
    fs::create_dir_all(&runs)?;
    fs::create_dir_all(&pictures)?;
    let mut page = String::from(
        "# Gallery of performance maps\n\n\
         Made by `cargo xtask gallery`. Every cell is one training; nothing is interpolated. Beside each annotated figure is one with a pixel per\n\
         cell (`-pixels.png`, one per facet), which has the experiment in its text chunk. [maps.md](maps.md) describes what maps can do.\n\
         The test of this book leaves the commands to `cargo xtask gallery`, because their maps are large.\n",
    );
    for piece in PIECES {
        let summary = make(piece, &program, &runs)?;
        let folder = runs.join(folder(piece)).join("figures");
        write!(page, "\n## {}\n\n{}\n\n", piece.title, piece.text)?;
        for figure in piece.figures {
            for end in ["", "-pixels", "-pixels-1", "-pixels-2", "-pixels-3"] {
                let from = folder.join(format!("map-{figure}{end}.png"));
                if from.is_file() {
                    let to = pictures.join(format!("{}-{figure}{end}.png", piece.name));
                    fs::copy(&from, &to)
                        .with_context(|| format!("cannot copy {}", from.display()))?;
                }
            }
            writeln!(
                page,
                "![{}](gallery/{}-{figure}.png)\n",
                piece.title, piece.name
            )?;
        }
        let number = |name: &str| summary[name].as_f64().unwrap_or(f64::NAN);
        writeln!(page, "```sh,ignore\nmlp {}\n```\n", piece.command)?;
        writeln!(
            page,
            "{} networks in {:.1} s on {} threads ({}).",
            number("networks"),
            number("wall_seconds"),
            number("threads"),
            summary["simd"].as_str().unwrap_or_default(),
        )?;
    }
    fs::write(root().join("docs/gallery.md"), page)?;
    Ok(())
}

/// The name of a map's run directory.
fn folder(piece: &Piece) -> String {
    format!("map-{}", piece.name)
}

/// Trains and draws a map; its summary.
fn make(piece: &Piece, program: &Path, runs: &Path) -> Result<Value> {
    eprintln!("\n== {}", piece.name);
    let mut command = Command::new(program);
    command
        .current_dir(runs)
        .args(piece.command.split(' '))
        .args(["--figures", "png", "--json", "--no-progress", "--out"])
        .arg(folder(piece));
    let text = output(&mut command)?;
    serde_json::from_str(&text).with_context(|| format!("the summary of {}", piece.name))
}
