//! What a summary says to do next, and a warning to try.

use std::{fmt::Write, fs, path::Path};

use crate::{
    mlp,
    running::{json, run},
};

/// The rest of the line that begins with a name.
fn line<'t>(text: &'t str, name: &str) -> &'t str {
    let found = text.lines().find_map(|line| line.strip_prefix(name));
    found
        .unwrap_or_else(|| panic!("no {name} in {text}"))
        .trim()
}

/// A table of numbers that say nothing of the two classes, or of the number, beside them.
fn noise(number: bool) -> String {
    let mut state = 7_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let mut text = "a,b,c,d,y\n".to_owned();
    for row in 0..80 {
        for _ in 0..4 {
            let _ = write!(text, "{:.4},", draw());
        }
        match number {
            true => writeln!(text, "{:.4}", draw()).unwrap(),
            false => writeln!(text, "{}", ["u", "v"][row % 2]).unwrap(),
        }
    }
    text
}

#[test]
fn what_overfits_is_not_told_to_train_longer() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("classes.csv"), noise(false)).unwrap();
    fs::write(folder.join("numbers.csv"), noise(true)).unwrap();
    for file in ["classes.csv", "numbers.csv"] {
        let train = format!(
            "train {file} --target y --hidden 32,32 --optimizer adam --lr 0.01 --figures none"
        );
        let told = json(folder, &format!("{train} --steps 1500 -o {file}-a --json"));
        let warning = told["warning"].as_str().unwrap_or_else(|| panic!("{told}"));
        assert!(
            warning.contains(": it overfits; try --patience 100 with --validation-fraction 0.2, --weight-decay 0.01, fewer --steps or more data"),
            "{warning}"
        );
        // It can be taken.
        let taken = "--patience 100 --validation-fraction 0.2 --weight-decay 0.01 --steps 20";
        run(folder, &format!("{train} {taken} -o {file}-b"));
        // What has learned nothing yet is.
        let told = json(folder, &format!("{train} --steps 0 -o {file}-c --json"));
        let warning = told["warning"].as_str().unwrap_or_else(|| panic!("{told}"));
        assert!(
            warning.contains("longer training (--steps)") && !warning.contains("overfits"),
            "{warning}"
        );
        // As many rows of each class need no weights.
        assert!(!warning.contains("balanced"), "{warning}");
    }
    let folds = "train classes.csv --target y --hidden 32,32 --optimizer adam --lr 0.01 --figures none --folds 3";
    let told = json(folder, &format!("{folds} --steps 1500 -o folds --json"));
    let warning = told["warning"].as_str().unwrap_or_else(|| panic!("{told}"));
    assert!(warning.contains(": it overfits; try "), "{warning}");
}

#[test]
fn a_population_without_a_sound_network_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wild = "population moons --nets 3 --lr 1e9 --activation relu --steps 20 --figures none";
    let text = run(folder, &format!("{wild} -o a"));
    assert!(!text.contains("at the end"), "{text}");
    let advised = line(&text, "warning");
    let rate = advised.split("--learning-rate ").nth(1).unwrap();
    let next = line(&text, "next");
    assert_eq!(
        next,
        format!("mlp population --config a/experiment.toml --learning-rate {rate}")
    );
    let taken = next.strip_prefix("mlp ").unwrap();
    let text = run(folder, &format!("{taken} -o b"));
    assert!(line(&text, "networks").contains("0 diverged"), "{text}");
    let text = run(
        folder,
        "population moons --nets 2 --sweep lr=1e8,1e9 --activation relu --steps 20 --figures none -o c",
    );
    assert!(
        line(&text, "warning").contains("--sweep learning_rate"),
        "{text}"
    );
}

#[test]
fn the_next_step_goes_on_from_the_best() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = run(
        folder,
        "population moons --nets 3 --sweep lr=0.5,1e9 --activation relu --steps 50 --figures none -o a --format csv",
    );
    let next = line(&text, "next");
    let (command, why) = next.split_once("  # ").unwrap();
    assert_eq!(why, "the best by test_accuracy");
    let network: usize = command
        .strip_prefix("mlp replay a ")
        .unwrap()
        .parse()
        .unwrap();
    // Those of the second cell diverge.
    assert!(network < 3, "{text}");
    // The cells' table fits the usual terminal.
    assert!(
        text.lines().any(|line| line.starts_with("learning_rate ")),
        "{text}"
    );
    let cells = text
        .lines()
        .skip_while(|line| !line.starts_with("learning_rate "));
    assert!(
        cells.take(3).all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let text = run(folder, "train moons --steps 0 --figures none -o b");
    let next = line(&text, "next");
    assert_eq!(next, "mlp train --config b/experiment.toml --steps 1000");
    run(folder, &format!("{} --figures none -o c", &next[4..]));
}

#[test]
fn pictures_that_are_not_redrawn_are_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(
        folder,
        "population moons --nets 4 --steps 20 --figures none -o a",
    );
    let said = |arguments: &str| {
        let output = mlp()
            .current_dir(folder)
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(!said("plot a --format svg").contains("before"));
    assert!(!said("plot a --format svg").contains("before"));
    let notes = said("plot a --format png");
    for place in [Path::new("figures"), Path::new("analysis")] {
        let told = format!("in {}", Path::new("a").join(place).display());
        let mut lines = notes.lines();
        let note = lines.find(|line| line.starts_with("note: ") && line.contains(&told));
        let note = note.unwrap_or_else(|| panic!("{told}: {notes}"));
        assert!(note.contains(".svg and "), "{note}");
        assert!(note.ends_with("stay as they were drawn before"), "{note}");
    }
}

#[test]
fn what_went_wrong_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (rate, name) in [("1e30", "exploded"), ("30", "warning")] {
        let wild = "train moons --steps 30 --hidden 4 --figures none";
        let text = run(folder, &format!("{wild} --lr {rate} -o {name}"));
        let advised = line(&text, name).split("--learning-rate ").nth(1).unwrap();
        assert_eq!(
            line(&text, "next"),
            format!("mlp train --config {name}/experiment.toml --learning-rate {advised}")
        );
    }
}

#[test]
fn the_best_of_equal_scores_has_the_lowest_loss() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Of such easy data most networks take every row for what it is.
    let easy = "population moons --noise 0 --nets 6 --sweep lr=0.5,1 --steps 3000";
    let text = run(folder, &format!("{easy} --figures none -o a --format csv"));
    let next = line(&text, "next");
    let (command, _) = next.split_once("  # ").unwrap();
    let told: usize = command
        .strip_prefix("mlp replay a ")
        .unwrap()
        .parse()
        .unwrap();
    let table = fs::read_to_string(folder.join("a/nets.csv")).unwrap();
    let mut lines = table
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let rows: Vec<_> = lines.collect();
    let column = |name: &str| -> Vec<f64> {
        let place = head.iter().position(|column| *column == name).unwrap();
        rows.iter().map(|row| row[place].parse().unwrap()).collect()
    };
    let (scores, losses) = (column("test_accuracy"), column("test_loss"));
    let top = scores.iter().copied().fold(0.0, f64::max);
    let tied: Vec<usize> = (0..scores.len())
        .filter(|net| scores[*net] == top)
        .collect();
    assert!(
        tied.len() > 1 && losses[tied[0]] > losses[told],
        "{scores:?} {losses:?}"
    );
    assert!(tied.iter().all(|net| losses[*net] >= losses[told]));
}

#[test]
fn folds_lead_to_a_model_and_not_to_one_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let folds = "train iris --folds 3 --epochs 5 --hidden 6 --figures none";
    let text = run(folder, &format!("{folds} -o a"));
    let (command, why) = line(&text, "next").split_once("  # ").unwrap();
    assert_eq!(why, "a model with these settings; folds keep none");
    assert!(
        command.contains("--hidden 6") && !command.contains("fold"),
        "{command}"
    );
    run(folder, &format!("{} --figures none -o b", &command[4..]));
    assert!(folder.join("b/model.safetensors").exists());
    let swept = "population iris --folds 3 --epochs 5 --sweep lr=0.1,1 --figures none";
    let text = run(folder, &format!("{swept} -o c"));
    assert_eq!(line(&text, "next"), "mlp analyze c");
}

#[test]
fn the_region_of_a_map_with_a_budget_is_of_computed_cells() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // A budget that is over at once leaves the coarse cells.
    let map = "map moons --x lr=log:0.01:10:32 --y wd=log:1e-5:1e-1:32 --steps 20 --figures none --budget 1ns";
    let text = run(folder, &format!("{map} --map-tolerance 1e-9 -o one"));
    let region = line(&text, "region");
    assert!(
        region.starts_with("1 computed cell, which stands for 16 of 1,024, around it within"),
        "{region}"
    );
    assert!(!region.contains(" to "), "{region}");
    assert!(line(&text, "next").starts_with("mlp replay one "), "{text}");
    let text = run(folder, &format!("{map} --map-tolerance 0.05 -o several"));
    let region = line(&text, "region");
    assert!(
        region.contains(" computed cells, which stand for "),
        "{region}"
    );
    let told = json(
        folder,
        &format!("{map} --map-tolerance 0.05 -o told --json"),
    );
    let [cells, computed, within] =
        ["cells", "computed", "within"].map(|name| told["region"][name].as_u64().unwrap());
    assert!(
        computed < cells && computed <= within && within <= 64,
        "{told}"
    );
    // Of a map over steps they are those of its picture.
    let text = run(
        folder,
        "map moons --x lr=0.1,1 --y step --steps 20 --figures none -o steps",
    );
    assert!(
        line(&text, "region").contains(" of the picture ("),
        "{text}"
    );
}
