//! Figures redrawn for paper, in themes and on other scales.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{mlp, refused, succeeds};

const RUN: &[&str] = &[
    "train",
    "moons",
    "--samples",
    "128",
    "--steps",
    "20",
    "--figures",
    "none",
    "--out",
];

/// A small run in a folder.
fn trained(folder: &Path) -> PathBuf {
    let run = folder.join("run");
    succeeds(&[RUN, &[run.to_str().unwrap()]].concat());
    run
}

/// The sizes of texts in an SVG.
fn sizes(svg: &str) -> BTreeSet<&str> {
    let texts = svg.split(" font-size=\"").skip(1);
    texts.filter_map(|rest| rest.split('"').next()).collect()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join("figures").join(name)).unwrap()
}

#[test]
fn figures_are_redrawn_for_a_width() {
    let folder = tempfile::tempdir().unwrap();
    let run = trained(folder.path());
    let plot = |more: &[&str]| succeeds(&[&["plot", run.to_str().unwrap()], more].concat());
    plot(&["--format", "svg"]);
    let usual = read(&run, "learning-curve.svg");
    assert!(usual.contains("width=\"900\""), "{}", &usual[..300]);
    plot(&["--width", "85mm", "--format", "svg,pdf", "--title", ""]);
    let names = ["learning-curve", "boundary", "confusion-matrix", "norms"];
    for name in names {
        let svg = read(&run, &format!("{name}.svg"));
        assert!(svg.contains("width=\"240.94pt\""), "{name}");
        assert!(svg.contains("viewBox=\"0 0 361 "), "{name}");
        // Ticks, labels and legends are 8 pt high in each: 12 units; there are no titles.
        assert_eq!(sizes(&svg), BTreeSet::from(["12"]), "{name}");
        let pdf = fs::read(run.join("figures").join(format!("{name}.pdf"))).unwrap();
        let text = String::from_utf8_lossy(&pdf);
        assert!(
            pdf.starts_with(b"%PDF-") && text.contains("/MediaBox [0 0 240.94"),
            "{name}"
        );
        assert!(
            text.contains("Arimo") && text.contains("/FontFile2"),
            "{name}"
        );
    }
    // The usual one is not scaled: it has other ticks.
    let ticks = |svg: &str| svg.matches("text-anchor=\"end\"").count();
    assert!(ticks(&read(&run, "boundary.svg")) < 12);
    // Larger text leaves the usual width.
    plot(&["--font", "16pt", "--format", "svg"]);
    let large = read(&run, "learning-curve.svg");
    assert!(large.contains("width=\"675.00pt\""), "{}", &large[..300]);
    assert!(large.contains("viewBox=\"0 0 506 "), "{}", &large[..300]);
    plot(&["--width", "85mm", "--format", "png"]);
    let png = fs::read(run.join("figures/learning-curve.png")).unwrap();
    // 85 mm at 300 pixels per inch.
    assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), 1004);
    assert!(png.windows(4).any(|chunk| chunk == b"pHYs"));
}

#[test]
fn what_a_look_cannot_be_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let run = trained(folder.path());
    let said = |more: &[&str]| refused(&[&["plot", run.to_str().unwrap()], more].concat(), 2);
    let message = said(&["--width", "20mm"]);
    assert!(
        message.contains("at least 71 mm, or smaller text"),
        "{message}"
    );
    // The bound is one that can be given.
    let message = said(&["--width", "10mm"]);
    assert!(message.contains("at least 71 mm"), "{message}");
    let message = said(&["--width", "-5mm"]);
    assert!(
        message.contains("a length with its unit is needed"),
        "{message}"
    );
    let message = said(&["--width", "85"]);
    assert!(
        message.contains("a length with its unit is needed"),
        "{message}"
    );
    let message = said(&["--figures", "png", "--format", "pdf"]);
    assert!(message.contains("give one of both"), "{message}");
    let message = said(&["--theme", "blue"]);
    assert!(message.contains("light, dark and transparent"), "{message}");
}

#[test]
fn themes_and_scales_are_those_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let run = trained(folder.path());
    let plotted = |more: &[&str]| {
        let args = ["--format", "svg", "--theme"];
        mlp()
            .arg("plot")
            .arg(&run)
            .args(args)
            .args(more)
            .output()
            .unwrap()
    };
    assert!(plotted(&["light"]).status.success());
    let light = read(&run, "learning-curve.svg");
    let done = plotted(&["dark", "--y-scale", "log", "--x-scale", "linear"]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{said}");
    assert!(
        said.contains("boundary") && said.contains("--y-scale leaves them as they are: "),
        "{said}"
    );
    assert!(said.matches("--y-scale leaves").count() <= 3, "{said}");
    assert!(!said.contains("learning-curve"), "{said}");
    let dark = read(&run, "learning-curve.svg");
    assert!(dark.contains("fill=\"#18191C\"") && !dark.contains("#FFFFFF"));
    // A linear axis has no break between 0 and the first step.
    assert_ne!(
        light.matches("points").count(),
        dark.matches("points").count()
    );
    assert!(plotted(&["transparent"]).status.success());
    assert!(!read(&run, "learning-curve.svg").contains("width=\"100%\""));
}

#[test]
fn maps_take_every_scale_for_axes_and_colors() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("map");
    let axes = [
        "--x",
        "lr=0.01,0.1,1,10",
        "--y",
        "init_gain=1,2",
        "--facet",
        "activation=tanh,relu",
    ];
    let size = [
        "--samples",
        "40",
        "--steps",
        "3",
        "--metric",
        "gap",
        "--figures",
        "none",
    ];
    let done = mlp()
        .args(["map", "moons", "--quiet", "--out"])
        .arg(&run)
        .args(axes)
        .args(size)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let plotted = |more: &[&str]| {
        let args = ["--format", "svg"];
        let done = mlp()
            .arg("plot")
            .arg(&run)
            .args(args)
            .args(more)
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(done.status.success(), "{said}");
        assert!(!said.contains("note"), "{said}");
        read(&run, "map-gap.svg")
    };
    let usual = plotted(&[]);
    for scale in ["--x-scale", "--y-scale", "--color-scale"] {
        assert_ne!(plotted(&[scale, "symlog"]), usual, "{scale}");
    }
    // Both facets have one colour bar.
    assert_eq!(usual.matches(">gap<").count(), 1);
}

#[test]
fn an_interrupted_run_is_drawn_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let path = run.to_str().unwrap();
    let sweep = "activation=tanh,relu";
    let population = [
        "population",
        "moons",
        "--samples",
        "64",
        "--nets",
        "3",
        "--steps",
        "5",
    ];
    let files = [
        "--sweep",
        sweep,
        "--format",
        "csv",
        "--figures",
        "none",
        "--out",
        path,
    ];
    succeeds(&[population, files].concat());
    // The third of the six networks had not ended.
    let manifest = run.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    assert!(text.contains("\"complete\""), "{text}");
    let text = text.replace("\"complete\"", "\"interrupted\"");
    let text = text.replace("\"nets.csv\"", "\"former.csv\"");
    fs::write(
        &manifest,
        text.replace("\"series.csv\"", "\"former-series.csv\""),
    )
    .unwrap();
    for table in ["nets.csv", "series.csv"] {
        let text = fs::read_to_string(run.join(table)).unwrap();
        let kept = text.lines().filter(|line| !line.starts_with("2,"));
        let kept: Vec<&str> = kept.collect();
        assert!(kept.len() < text.lines().count());
        fs::write(run.join(table), kept.join("\n") + "\n").unwrap();
    }
    let done = mlp()
        .args(["plot", path, "--format", "svg"])
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{said}");
    assert!(
        said.contains("note: Not complete: 5 of 6 networks."),
        "{said}"
    );
    let scatter = read(&run, "scatter-activation.svg");
    assert!(
        scatter.contains("Not complete: 5 of 6 networks."),
        "{scatter}"
    );
    // Each network stands with its own setting, whatever is missing before it.
    for (name, count) in [("activation tanh", 2), ("activation relu", 3)] {
        assert!(scatter.contains(&format!("{name} ({count})")), "{scatter}");
    }
    assert!(!run.join("report.html").exists());
}

#[test]
fn a_run_draws_its_figures_in_the_look_that_it_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let path = run.to_str().unwrap();
    let small = "train moons --samples 64 --hidden 3 --steps 6 --figures svg --out";
    let mut arguments: Vec<&str> = small.split(' ').collect();
    arguments.push(path);
    let look = [
        "--theme",
        "dark",
        "--title",
        "Two moons",
        "--width",
        "600px",
    ];
    succeeds(&[&arguments[..], &look].concat());
    for name in ["learning-curve", "boundary"] {
        let svg = read(&run, &format!("{name}.svg"));
        assert!(
            svg.contains("fill=\"#18191C\"") && svg.contains("Two moons"),
            "{name}"
        );
        assert!(svg.contains("width=\"600\""), "{name}: {}", &svg[..200]);
    }
    // A run of many, an experiment file, a replay, and one that is resumed, too.
    let many = folder.path().join("many");
    let path = many.to_str().unwrap();
    let small = "population moons --samples 64 --hidden 3 --nets 2 --steps 6 --figures svg --theme dark --out";
    let mut arguments: Vec<&str> = small.split(' ').collect();
    arguments.push(path);
    succeeds(&arguments);
    assert!(read(&many, "learning-curves.svg").contains("#18191C"));
    let analysis = fs::read_dir(many.join("analysis")).unwrap();
    let pictures = analysis.map(|entry| entry.unwrap().path());
    let pictures = pictures.filter(|path| path.extension().is_some_and(|ending| ending == "svg"));
    let pictures: Vec<String> = pictures
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert!(!pictures.is_empty());
    assert!(pictures.iter().all(|svg| svg.contains("#18191C")));
    let again = folder.path().join("again");
    let out = again.to_str().unwrap();
    let replay = ["replay", path, "1", "--figures", "svg", "--theme", "dark"];
    succeeds(&[&replay[..], &["--out", out]].concat());
    assert!(read(&again, "boundary.svg").contains("#18191C"));
    fs::remove_file(many.join("nets.parquet")).unwrap();
    succeeds(&["resume", path, "--theme", "transparent"]);
    assert!(!read(&many, "learning-curves.svg").contains("width=\"100%\""));
    // What would not act is refused.
    let said = refused(
        &["train", "moons", "--figures", "none", "--theme", "dark"],
        2,
    );
    assert!(said.contains("--theme: no figures are drawn"), "{said}");
    let said = refused(&["train", "moons", "--figures", "svg", "--dpi", "300"], 2);
    assert!(said.contains("--dpi: SVG has no pixels"), "{said}");
}

#[test]
fn single_figures_are_drawn_by_name_with_a_title_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let run = trained(folder.path());
    let path = run.to_str().unwrap();
    let one = ["plot", path, "--only", "boundary", "--title", "Two moons"];
    succeeds(&[&one[..], &["--format", "svg"]].concat());
    let drawn: Vec<_> = fs::read_dir(run.join("figures")).unwrap().collect();
    assert_eq!(drawn.len(), 1);
    assert!(read(&run, "boundary.svg").contains("Two moons"));
    // The report has all figures or is left alone.
    assert!(!run.join("report.html").exists());
    let said = refused(&["plot", path, "--only", "bondary"], 2);
    assert!(
        said.contains("--only: there is no figure \"bondary\"; did you mean \"boundary\"?"),
        "{said}"
    );
    // A figure of another kind of run leads to those of this one.
    let said = refused(&["plot", path, "--only", "norms-over-steps"], 2);
    assert!(
        said.contains("--only norms-over-steps: a figure of population runs, and ")
            && said.contains("is a train run\nits figures: ")
            && said.contains("learning-curve"),
        "{said}"
    );
    let said = refused(&["plot", path, "--only", "film"], 2);
    assert!(said.contains("--only film: "), "{said}");
    assert!(said.contains("has no such figure"), "{said}");
}
