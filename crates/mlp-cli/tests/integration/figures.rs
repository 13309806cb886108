//! Every figure of the registry is drawn of some run, under its name.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::{mlp, succeeds};

/// The names of the pictures in a folder, without their endings.
fn pictures(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    let pictures = paths.filter(|path| path.extension().is_some_and(|ending| ending == "svg"));
    pictures
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

/// Whether a name is of this form, in which words in capitals stand for any.
fn is_of(name: &str, form: &str) -> bool {
    let words = |text: &str| text.split('-').map(str::to_owned).collect::<Vec<_>>();
    fits(&words(name), &words(form))
}

fn fits(name: &[String], form: &[String]) -> bool {
    match form {
        [] => name.is_empty(),
        [any, rest @ ..] if any.chars().all(|c| c.is_ascii_uppercase()) => {
            (1..=name.len()).any(|words| fits(&name[words..], rest))
        }
        [word, rest @ ..] => name.first() == Some(word) && fits(&name[1..], rest),
    }
}

#[test]
fn every_figure_that_is_listed_is_drawn_of_some_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let usual = ["--samples", "256", "--steps", "12", "--figures", "svg"];
    let runs: [(&str, &[&str]); 7] = [
        ("folds", &["train", "moons", "--folds", "3"]),
        ("numbers", &["train", "sine"]),
        (
            "widths",
            &[
                "population",
                "moons",
                "--nets",
                "10",
                "--sweep",
                "hidden=2,4",
            ],
        ),
        ("train", &["train", "moons", "--save-weights", "recorded"]),
        (
            "swept",
            &[
                "population",
                "moons",
                "--nets",
                "3",
                "--sweep",
                "activation=tanh,relu",
                "--sweep",
                "weight_decay=0,1e-3",
                "--diagnostics",
                "patterns",
                "--set",
                "target_loss=10",
            ],
        ),
        (
            "drawn",
            &[
                "population",
                "moons",
                "--draws",
                "12",
                "--sweep",
                "lr=log:1e-3:1e-1",
                "--sweep",
                "weight_decay=log:1e-5:1e-2",
            ],
        ),
        (
            "map",
            &["map", "moons", "--x", "lr=log:1e-2:1:4", "--y", "step"],
        ),
    ];
    let (mut of_runs, mut of_analyses) = (BTreeSet::new(), BTreeSet::new());
    for (name, arguments) in runs {
        let out = path(name);
        let out = out.to_str().unwrap();
        succeeds(&[arguments, &usual, &["--out", out]].concat());
        of_runs.extend(pictures(&path(name).join("figures")));
        of_analyses.extend(pictures(&path(name).join("analysis")));
    }
    // A line of least squares is named, and is drawn where there is a law.
    for name in pictures(&path("swept").join("analysis")) {
        let svg = path("swept").join("analysis").join(format!("{name}.svg"));
        let svg = fs::read_to_string(svg).unwrap();
        for (before, after) in svg.match_indices("R² ").map(|(at, _)| svg.split_at(at)) {
            let digits = after["R² ".len()..].split('<').next().unwrap().trim();
            assert!(before.ends_with(": "), "{name}: {digits}");
            assert!(digits.parse::<f64>().unwrap() >= 0.5, "{name}: {digits}");
        }
    }
    // The median of unlike cells is that of none.
    assert!(!pictures(&path("swept").join("figures")).contains("learning-curves"));
    let output = mlp().args(["list", "figures", "--json"]).output().unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let (mut runs, mut analyses) = (Vec::new(), Vec::new());
    for row in listed.as_array().unwrap() {
        let (forms, drawn) = match text(row, "of").starts_with("analysis") {
            true => (&mut analyses, &of_analyses),
            false => (&mut runs, &of_runs),
        };
        for form in text(row, "name").split(", ") {
            // Of more than 20,000 networks alone.
            let rare = form == "density";
            assert!(
                rare || drawn.iter().any(|name| is_of(name, form)),
                "{form}: {drawn:?}"
            );
            forms.push(form.to_owned());
        }
    }
    // And nothing else.
    for (drawn, forms) in [(of_runs, runs), (of_analyses, analyses)] {
        for name in drawn {
            assert!(forms.iter().any(|form| is_of(&name, form)), "{name}");
        }
    }
}

#[test]
fn curves_that_would_pool_unlike_cells_are_left_out_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let (size, sweeps) = (
        "population moons --samples 32 --hidden 2 --nets 1 --steps 2 --figures svg",
        ["activation=tanh,relu", "lr=log:0.01:1:9"],
    );
    let mut arguments: Vec<&str> = size.split(' ').collect();
    sweeps
        .iter()
        .for_each(|sweep| arguments.extend(["--sweep", sweep]));
    succeeds(&[&arguments[..], &["--out", out.to_str().unwrap()]].concat());
    let drawn = pictures(&out.join("figures"));
    assert!(
        !drawn.iter().any(|name| name.starts_with("learning-curves")),
        "{drawn:?}"
    );
    assert!(drawn.contains("norms-against-learning-rate"), "{drawn:?}");
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    for reason in [
        "not by activation, since the other keys have 9 settings, more than 6",
        "not by learning rate, which has 9 values, more than 8",
    ] {
        assert!(report.contains(reason), "{reason}");
    }
}

#[test]
fn folds_are_drawn_by_what_they_predict_for_samples_that_they_did_not_see() {
    let folder = tempfile::tempdir().unwrap();
    for (data, expected) in [("diabetes", "predicted-true"), ("iris", "roc")] {
        let out = folder.path().join(data);
        let run = format!("population {data} --folds 3 --nets 1 --steps 5 --figures svg --out");
        let mut arguments: Vec<&str> = run.split(' ').collect();
        arguments.push(out.to_str().unwrap());
        succeeds(&arguments);
        let drawn = pictures(&out.join("figures"));
        assert!(drawn.contains(expected), "{drawn:?}");
        let svg = fs::read_to_string(out.join("figures").join(format!("{expected}.svg"))).unwrap();
        let told = match data {
            "diabetes" => "out of fold",
            _ => "150 predictions of 3 networks for samples that they were not trained on",
        };
        assert!(svg.contains(told), "{told}");
    }
}

#[test]
fn a_training_is_animated_or_the_reason_against_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("film");
    let out = out.to_str().unwrap();
    let small = "train moons --hidden 2 --steps 8 --film --figures png --out";
    let mut arguments: Vec<&str> = small.split(' ').collect();
    arguments.push(out);
    succeeds(&arguments);
    let film = folder.path().join("film/figures/film-animated.png");
    assert!(
        fs::read(film)
            .unwrap()
            .windows(4)
            .any(|chunk| chunk == b"acTL")
    );
    for (asked, reason) in [
        ("train sine --film", "the data have one feature"),
        ("train moons --film --figures svg", "--figures is svg"),
        (
            "train moons --film --save-weights last",
            "--save-weights is last",
        ),
        (
            "train moons --film --set save_weights=none",
            "--save-weights is none",
        ),
    ] {
        let none = folder.path().join("none");
        let mut arguments: Vec<&str> = asked.split(' ').collect();
        arguments.extend(["--out", none.to_str().unwrap()]);
        let output = mlp().args(&arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{asked}: {told}");
        assert!(told.contains(reason), "{asked}: {told}");
        assert!(!none.exists(), "{asked}");
    }
}

#[test]
fn a_page_has_curves_that_answer_and_the_steps_that_were_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let page = |name: &str, line: &str| {
        let out = folder.path().join(name);
        let line = format!("{line} --samples 32 --hidden 2 --steps 8 --figures svg --out");
        let mut words: Vec<&str> = line.split(' ').collect();
        words.push(out.to_str().unwrap());
        succeeds(&words);
        fs::read_to_string(out.join("report.html")).unwrap()
    };
    let steps = |page: &str| {
        let earlier = page.split("\"earlier\":").nth(1);
        earlier.is_some_and(|earlier| !earlier.starts_with("null"))
    };
    let population = page("p", "population moons --nets 3 --record 0,2,8");
    assert!(population.contains("<figure class=\"curves\">") && steps(&population));
    assert!(population.contains("{\"steps\":[0,2],\"recorded\":2,\"columns\":{\"weight_norm\":["));
    assert!(!steps(&page(
        "l",
        "population moons --nets 3 --record last"
    )));
    let train = page("t", "train moons --record 0,2,8 --save-weights recorded");
    assert!(train.contains("<figure class=\"frames\">"));
    assert!(train.contains("Decision boundary on moons at step 2"));
    // The last one is the figure itself.
    assert!(train.contains("\"name\":\"8\",\"drawings\":[]"));
    let map = "map moons --x lr=0.1,1 --y init_gain=1,2 --record";
    let recorded = page("m", &format!("{map} 0,2,8"));
    // The chosen metric and every other.
    let maps = recorded.matches("<figure class=\"cells").count();
    let frames = recorded.matches("<figure class=\"cells frames\">").count();
    assert!(maps > 1 && frames == maps, "{frames} of {maps}");
    assert!(!page("o", &format!("{map} last")).contains("class=\"frames\""));
}

#[test]
fn the_table_of_a_map_is_of_the_cells_that_its_figure_draws() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("map");
    let out = run.to_str().unwrap();
    let line = "map moons --samples 64 --x lr=0.1,15.8489319246112 --y init_gain=0.5,1 --seeds 2 --steps 20 --record last --figures svg";
    let arguments: Vec<&str> = line.split(' ').chain(["--out", out]).collect();
    succeeds(&arguments);
    let page = fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.contains("Over all cells (each the mean of its seeds"));
    // People read six digits of a setting.
    assert!(page.contains("\"columns\":[\"0.1\",\"15.8489\"]"));
}

#[test]
fn one_network_has_a_value_and_no_quantiles() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("one");
    let out = run.to_str().unwrap();
    let line = "population moons --samples 64 --nets 1 --steps 5 --figures svg";
    let arguments: Vec<&str> = line.split(' ').chain(["--out", out]).collect();
    succeeds(&arguments);
    let page = fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.contains(">value</th>") && !page.contains(">75 %</th>"));
    assert!(!page.contains("|b| against |W|"));
}
