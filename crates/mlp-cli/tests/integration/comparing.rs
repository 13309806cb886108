//! Runs beside each other, and the list of runs.

use std::{fs, path::Path};

use crate::{mlp, running::answer_in as run};

/// Two populations that differ in the learning rate, and a single network.
fn runs(folder: &Path) {
    for (name, rate) in [("slow", "0.1"), ("fast", "1")] {
        let own = ["--lr", rate, "--out", name];
        let shared = [
            "population",
            "moons",
            "--nets",
            "8",
            "--steps",
            "60",
            "--figures",
            "none",
            "--format",
            "csv",
        ];
        run(folder, &[&shared[..], &own[..]].concat());
    }
    run(
        folder,
        &[
            "train",
            "moons",
            "--steps",
            "60",
            "--seed",
            "3",
            "--figures",
            "none",
            "--out",
            "one",
        ],
    );
}

/// What a command, which must refuse, says.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = mlp().current_dir(folder).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A column of a table of networks.
fn column(folder: &Path, name: &str) -> Vec<f64> {
    let text = fs::read_to_string(folder.join("nets.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let place = head.iter().position(|column| *column == name).unwrap();
    lines.map(|cells| cells[place].parse().unwrap()).collect()
}

#[test]
fn differences_are_those_of_networks_of_the_same_seed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runs(folder);
    let text = run(folder, &["compare", "slow", "fast", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    let second = &found["runs"][1];
    assert_eq!(second["settings_that_differ"]["learning_rate"], "1");
    assert_eq!(second["settings_that_differ"].as_object().unwrap().len(), 1);
    let [slow, fast] = ["slow", "fast"].map(|name| column(&folder.join(name), "test_loss"));
    let mean = slow.iter().zip(&fast).map(|(a, b)| b - a).sum::<f64>() / 8.0;
    let difference = &second["minus_first"]["test_loss"];
    let close = |a: &serde_json::Value, b: f64| (a.as_f64().unwrap() - b).abs() < 1e-12;
    assert!(
        close(&difference["difference"]["mean"], mean),
        "{difference}"
    );
    let larger = slow.iter().zip(&fast).filter(|(a, b)| b > a).count() as u64;
    assert_eq!(difference["larger"].as_u64().unwrap(), larger);
    // Of a single network the pair with its seed is left.
    let text = run(
        folder,
        &[
            "compare",
            "slow",
            "one",
            "--metrics",
            "weight_norm",
            "--json",
        ],
    );
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    let pair = &found["runs"][1]["minus_first"]["weight_norm"]["difference"];
    assert_eq!(pair["networks"], 1);
    assert!(pair["interval_95"].is_null());
}

#[test]
fn networks_that_meet_a_condition_are_compared_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runs(folder);
    let [slow, fast] = ["slow", "fast"].map(|name| column(&folder.join(name), "test_loss"));
    let mut sorted = slow.clone();
    sorted.sort_by(f64::total_cmp);
    let bound = (sorted[4] + sorted[5]) / 2.0;
    let condition = format!("test_loss < {bound}");
    let asked = ["compare", "slow", "fast", "--where", &condition];
    let told = run(folder, &[&asked[..], &["--json"]].concat());
    let found: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(found["where"], condition);
    assert_eq!(found["runs"][0]["networks"], 5);
    // Pairs are those in which both networks meet it.
    let pairs = slow.iter().zip(&fast);
    let pairs: Vec<f64> = pairs
        .filter(|(a, b)| **a < bound && **b < bound)
        .map(|(a, b)| b - a)
        .collect();
    let difference = &found["runs"][1]["minus_first"]["test_loss"]["difference"];
    assert_eq!(difference["networks"].as_u64().unwrap(), pairs.len() as u64);
    let mean = pairs.iter().sum::<f64>() / pairs.len() as f64;
    assert!((difference["mean"].as_f64().unwrap() - mean).abs() < 1e-12);
    let text = run(folder, &[&asked[..], &["--out", "beside"]].concat());
    let kept = fast.iter().filter(|loss| **loss < bound).count();
    let told = format!(
        "where       {condition}\n            leaves out {} of {} networks of A, {} of {} networks of B\n",
        slow.len() - 5,
        slow.len(),
        fast.len() - kept,
        fast.len()
    );
    assert!(text.contains(&told), "{told}{text}");
    assert_eq!(found["runs"][1]["left_out_by_where"], fast.len() - kept);
    let page = fs::read_to_string(folder.join("beside/report.html")).unwrap();
    assert!(page.contains("Compared are the networks that meet test_loss &lt; "));
    for (condition, said) in [
        (
            "test_loss < 0",
            "--where: slow: no network meets test_loss < 0",
        ),
        (
            "test_loss < 0,3",
            "--where: slow: the column test_loss holds numbers, and \"0,3\" is none",
        ),
        (
            "test_los < 0",
            "--where: slow: there is no column \"test_los\"; did you mean",
        ),
    ] {
        let message = refused(folder, &["compare", "slow", "fast", "--where", condition]);
        assert!(message.contains(said), "{message}");
    }
}

/// Networks of a run that selects a model have no scores of the test part, which is kept from them.
#[test]
fn runs_that_select_are_compared_by_the_validation_part() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, rate) in [("slow", "0.1"), ("fast", "1")] {
        let own = format!(
            "population moons --nets 4 --steps 60 --validation-fraction 0.25 --select loss --lr {rate} --out {name} --figures none"
        );
        run(folder, &own.split(' ').collect::<Vec<_>>());
    }
    let text = run(folder, &["compare", "slow", "fast"]);
    assert!(text.contains("validation_loss"), "{text}");
    assert!(
        !text.contains("no pairs") && !text.contains("test_loss"),
        "{text}"
    );
    let message = refused(
        folder,
        &["compare", "slow", "fast", "--where", "test_loss < 9"],
    );
    let withheld = "no network meets test_loss < 9: --select withholds the test part from the networks, so that test_loss has no values; ask for validation_loss";
    assert!(message.contains(withheld), "{message}");
    for command in [&["replay", "slow"][..], &["analyze", "slow"]] {
        let asked = [command, &["--where", "test_loss < 9"]].concat();
        let message = refused(folder, &asked);
        assert!(message.contains(withheld), "{message}");
    }
    let own = ["--metrics", "test_loss", "--out", "beside"];
    let text = run(folder, &[&["compare", "slow", "fast"], &own[..]].concat());
    let page = fs::read_to_string(folder.join("beside/report.html")).unwrap();
    for said in [
        "test_loss has no values in A, B: --select withholds the test part from the networks; compare validation_loss",
        "none of these metrics has values in both runs",
    ] {
        assert!(text.contains(said), "{text}");
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_comparison_is_a_text_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runs(folder);
    let text = run(
        folder,
        &["compare", "slow", "fast", "one", "--out", "beside"],
    );
    for part in [
        "settings that differ",
        "learning_rate",
        "B minus A",
        "C minus A",
        "p (signed ranks)",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let page = fs::read_to_string(folder.join("beside/report.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("B minus A"));
    assert!(folder.join("beside/learning-curves.png").is_file());
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runs(folder);
    for (arguments, part) in [
        (&["compare", "slow", "slow"][..], "named twice"),
        (
            &["compare", "slow", "fast", "--metrics", "test_los"],
            "did you mean \"test_loss\"",
        ),
        (&["compare", "slow", "nowhere"], "nowhere"),
        (
            &["compare", "slow", "fast", "--out", "one"],
            "is a run directory",
        ),
        (&["compare", "slow"], "nothing to compare slow with"),
        (
            &["compare", "slow", "fast", "--metrics", "status"],
            "the column status of slow holds words",
        ),
    ] {
        let message = refused(folder, arguments);
        assert!(message.contains(part), "{message}");
    }
    // A report of other runs is kept unless it is told to go.
    run(folder, &["compare", "slow", "fast", "--out", "both"]);
    run(folder, &["compare", "slow", "fast", "--out", "both"]);
    let other = ["compare", "slow", "one", "--out", "both"];
    let message = refused(folder, &other);
    assert!(
        message.contains("--out: both has the report of other runs"),
        "{message}"
    );
    run(folder, &[&other[..], &["--force"]].concat());
}

#[test]
fn pairs_that_are_lost_are_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let train = |own: &str| {
        let shared = "population moons --nets 4 --steps 20 --figures none --format csv";
        let line = format!("{shared} {own}");
        run(folder, &line.split(' ').collect::<Vec<_>>());
    };
    train("--out plain");
    train("--sweep wd=0,0.01 --out swept");
    train("--seed 500 --out seeded");
    train("--folds 3 --out folds");
    train("--folds 4 --out more");
    train("--activation relu --lr 1e9 --out wild");
    train("--activation relu --sweep lr=0.1,1e9 --out half");
    train("--activation relu --sweep lr=0.1,1e9 --hidden 4 --out other");
    let told = |second: &str| run(folder, &["compare", "plain", second]);
    for (second, part) in [
        ("swept", "no pairs: B alone sweeps weight_decay"),
        ("seeded", "no network of B has the seed of one of A"),
        (
            "folds",
            "no pairs: networks of different folds train on other rows: A has none, B has 3 folds; give both runs the same --folds, or neither",
        ),
        ("wild", "none of these metrics has values in both runs"),
    ] {
        let text = told(second);
        assert!(text.contains(part), "{text}");
    }
    let text = run(folder, &["compare", "folds", "more"]);
    assert!(text.contains("A has 3 folds, B has 4 folds"), "{text}");
    let text = run(folder, &["compare", "half", "other"]);
    assert!(
        text.contains("4 of 8 pairs of A and B left out of the differences"),
        "{text}"
    );
    let text = run(folder, &["compare", "half", "other", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["runs"][1]["pairs"], 8);
    assert_eq!(told["runs"][1]["pairs_left_out"], 4);
}

#[test]
fn runs_are_listed_with_score_and_state() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runs(folder);
    fs::create_dir(folder.join("other")).unwrap();
    let text = run(folder, &["list", "runs", "."]);
    let mut lines = text.lines();
    let head = lines.next().unwrap();
    assert!(
        head.starts_with("folder") && head.ends_with("state"),
        "{text}"
    );
    assert_eq!(lines.clone().count(), 3, "{text}");
    for line in lines {
        assert!(
            line.contains("moons") && line.contains("test_accuracy 0."),
            "{text}"
        );
        assert!(line.ends_with("complete"), "{text}");
    }
    // A manifest of a run that nobody works on any more.
    let path = folder.join("one/manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    fs::write(&path, manifest.replace("\"complete\"", "\"running\"")).unwrap();
    let text = run(folder, &["list", "runs", "one", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found[0]["state"], "killed");
    let output = mlp()
        .current_dir(folder)
        .args(["list", "runs", "."])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.matches("mlp resume ").count(), 2, "{told}");
    let map = "map moons --x lr=log:0.1:1:3 --y weight_decay=0,0.01 --steps 20 --figures none -o m";
    run(folder, &map.split(' ').collect::<Vec<_>>());
    let wild = "train moons --activation relu --lr 1e30 --steps 50 --figures none -o wild";
    run(folder, &wild.split(' ').collect::<Vec<_>>());
    let state = |name: &str| -> serde_json::Value {
        let text = run(folder, &["list", "runs", name, "--json"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()[0].clone()
    };
    let score = state("m")["score"].as_str().unwrap().to_owned();
    assert!(score.starts_with("test_loss 0."), "{score}");
    assert_eq!(state("wild")["state"], "diverged");
    let message = refused(folder, &["list", "keys", "one"]);
    assert!(
        message.contains("only mlp list runs takes a folder"),
        "{message}"
    );
}

#[test]
fn scores_that_mean_something_else_are_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let train = |name: &str, options: &str| {
        let line =
            format!("train iris --steps 20 --figures none --no-progress --out {name} {options}");
        let mut command = mlp();
        command.current_dir(folder).args(line.split_whitespace());
        command.assert().success();
    };
    train("a", "");
    train("squares", "--loss mse");
    train("split", "--test-fraction 0.4");
    train("same", "");
    let compared = |runs: [&str; 2], more: &[&str]| {
        let mut command = mlp();
        let command = command.current_dir(folder).arg("compare").args(runs);
        let output = command.args(more).assert().success().get_output().clone();
        String::from_utf8(output.stdout).unwrap()
    };
    let text = compared(["a", "squares"], &[]);
    assert!(
        text.contains("test_loss is not compared with B: the loss is softmax-cross-entropy in A and squared-error in B"),
        "{text}"
    );
    let told: serde_json::Value =
        serde_json::from_str(&compared(["a", "squares"], &["--json"])).unwrap();
    let pairs = told["runs"][1]["minus_first"].as_object().unwrap();
    assert!(!pairs.contains_key("test_loss") && pairs.contains_key("test_accuracy"));
    let text = compared(["a", "split"], &[]);
    for metric in ["test_loss", "test_accuracy"] {
        let line = format!(
            "{metric} is not compared with B: the test part is 38 rows of iris in A and 60 rows of iris in B"
        );
        assert!(text.contains(&line), "{text}");
    }
    assert!(
        text.contains("no pairs: what is compared is not the same"),
        "{text}"
    );
    // What is no score of rows has its difference.
    let text = compared(["a", "split"], &["--metrics", "weight_norm,test_loss"]);
    assert!(
        text.contains("weight_norm  ") && !text.contains("no pairs"),
        "{text}"
    );
    assert!(!compared(["a", "same"], &[]).contains("not compared"));
}

#[test]
fn means_keep_to_what_a_score_can_be_and_swept_defaults_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let common = "population iris --nets 2 --figures none --epochs";
    for own in [
        "60 --sweep activation=tanh,relu --out a",
        "80 --activation tanh --out b",
        "2 --activation relu --out c",
    ] {
        let line = format!("{common} {own}");
        run(folder, &line.split(' ').collect::<Vec<_>>());
    }
    let text = run(folder, &["compare", "a", "b", "c"]);
    let init = text
        .lines()
        .find(|line| line.trim_start().starts_with("init "));
    let init = init.unwrap_or_else(|| panic!("{text}"));
    assert!(init.contains("by cell ") && !init.contains(" - "), "{init}");
    let told = run(
        folder,
        &[
            "compare",
            "a",
            "b",
            "c",
            "--metrics",
            "test_accuracy,train_accuracy",
            "--json",
        ],
    );
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let mut clipped = 0;
    for run in told["runs"].as_array().unwrap() {
        for (_, mean) in run["means"].as_object().unwrap() {
            let ends = mean["interval_95"].as_array().unwrap();
            let [low, high] = [0, 1].map(|end| ends[end].as_f64().unwrap());
            assert!(low >= 0.0 && high <= 1.0, "{mean}");
            clipped += usize::from(low == 0.0 || high == 1.0);
        }
    }
    assert!(clipped > 0, "{told}");
}

#[test]
fn the_list_tells_folds_and_how_far_an_interrupted_run_has_come() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let folds = "train iris --folds 3 --epochs 5 --figures none --out folds";
    run(folder, &folds.split(' ').collect::<Vec<_>>());
    let whole = "population moons --nets 6 --steps 40 --figures none --out part";
    run(folder, &whole.split(' ').collect::<Vec<_>>());
    // As a process that was killed before it wrote its tables leaves it.
    let path = folder.join("part/manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    manifest["status"] = "running".into();
    manifest["files"] = serde_json::json!({});
    fs::write(&path, manifest.to_string()).unwrap();
    fs::remove_file(folder.join("part/nets.parquet")).unwrap();
    fs::remove_file(folder.join("part/series.parquet")).unwrap();
    let told = run(folder, &["list", "runs", ".", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let of = |name: &str| {
        let mut runs = told.as_array().unwrap().iter();
        let found = runs.find(|run| run["folder"].as_str().unwrap().ends_with(name));
        found.unwrap_or_else(|| panic!("{told}")).clone()
    };
    assert_eq!(of("folds")["kind"], "cross-validation");
    assert_eq!(of("part")["state"], "killed");
    let score = of("part")["score"].as_str().unwrap().to_owned();
    assert!(score.starts_with("test_accuracy 0."), "{told}");
}
