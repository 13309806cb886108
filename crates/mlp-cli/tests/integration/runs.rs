//! Runs from the command line: results, places, and the way back.

use std::{fs, path::Path};

use crate::running::answer_in as run;
use crate::{mlp, refused};

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let arguments: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(["--json", "--figures", "none"])
        .collect();
    serde_json::from_str(&run(folder, &arguments)).unwrap()
}

#[test]
fn a_network_of_a_population_is_the_one_that_train_trains() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(
        folder,
        &[
            "population",
            "moons",
            "--nets",
            "4",
            "--steps",
            "40",
            "--seed",
            "14",
            "--format",
            "csv",
            "--figures",
            "none",
            "--out",
            "many",
            "-j",
            "2",
        ],
    );
    let alone = json(
        folder,
        &[
            "train", "moons", "--steps", "40", "--seed", "17", "--out", "one",
        ],
    );
    let nets = fs::read_to_string(folder.join("many/nets.csv")).unwrap();
    let mut lines = nets.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let last = lines.next_back().unwrap();
    let column = |name: &str| last[header.iter().position(|column| *column == name).unwrap()];
    assert_eq!(column("seed"), "17");
    for metric in ["train_loss", "test_loss", "weight_norm", "bias_norm"] {
        assert_eq!(
            column(metric).parse::<f64>().unwrap(),
            alone["metrics"][metric].as_f64().unwrap(),
            "{metric}"
        );
    }
}

#[test]
fn the_written_experiment_gives_the_same_bytes_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let first = [
        "population",
        "circles",
        "--nets",
        "3",
        "--steps",
        "20",
        "--sweep",
        "hidden=4,none",
        "--figures",
        "none",
    ];
    run(
        folder,
        &[&first[..], &["--out", "a", "--threads", "1"]].concat(),
    );
    run(
        folder,
        &["run", "a/experiment.toml", "--out", "b", "--threads", "2"],
    );
    for file in ["experiment.toml", "nets.parquet", "series.parquet"] {
        assert_eq!(
            fs::read(folder.join("a").join(file)).unwrap(),
            fs::read(folder.join("b").join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn a_model_predicts_and_is_evaluated_on_a_table_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["data", "iris", "--out", "my.csv"]);
    let trained = json(
        folder,
        &["train", "my.csv", "--epochs", "200", "--out", "run"],
    );
    assert!(
        trained["metrics"]["test_accuracy"].as_f64().unwrap() > 0.8,
        "{trained}"
    );
    // What is kept must not have the name of what is predicted.
    let text = fs::read_to_string(folder.join("my.csv")).unwrap();
    fs::write(
        folder.join("twice.csv"),
        text.replace("species", "prediction"),
    )
    .unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let message = refused(
        &[
            "predict",
            &path("run"),
            &path("twice.csv"),
            "--keep",
            "prediction",
        ],
        2,
    );
    assert!(
        message.contains("--keep has the column `prediction`"),
        "{message}"
    );
    let predictions = run(folder, &["predict", "run", "my.csv", "--keep", "species"]);
    let mut lines = predictions.lines();
    assert_eq!(
        lines.next(),
        Some("species,prediction,p_setosa,p_versicolor,p_virginica")
    );
    let right = lines
        .filter(|line| line.split(',').next() == line.split(',').nth(1))
        .count();
    let evaluated: serde_json::Value =
        serde_json::from_str(&run(folder, &["evaluate", "run", "my.csv", "--json"])).unwrap();
    assert_eq!(
        evaluated["accuracy"].as_f64().unwrap(),
        right as f64 / 150.0
    );
}

#[test]
fn a_diverged_run_writes_everything_and_names_a_smaller_rate() {
    let folder = tempfile::tempdir().unwrap();
    let text = run(
        folder.path(),
        &[
            "train",
            "moons",
            "--lr",
            "1e30",
            "--activation",
            "relu",
            "--steps",
            "50",
            "--figures",
            "none",
            "--out",
            "d",
        ],
    );
    assert!(
        text.contains("diverged") && text.contains("--learning-rate 0.1"),
        "{text}"
    );
    assert!(folder.path().join("d/nets.parquet").is_file());
}

#[test]
fn another_experiments_folder_is_kept_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let train = |steps: &'static str| {
        [
            "train",
            "moons",
            "--steps",
            steps,
            "--figures",
            "none",
            "--out",
            "d",
        ]
    };
    run(folder, &train("5"));
    let again = run(folder, &train("5"));
    assert!(again.contains("already complete"), "{again}");
    let output = mlp().current_dir(folder).args(train("6")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another experiment"));
    run(folder, &[&train("6")[..], &["--force"]].concat());
    assert!(folder.join("d.old-1/model.safetensors").is_file());
}

#[test]
fn quiet_prints_nothing_and_numbered_folders_count_up() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = mlp()
            .current_dir(folder.path())
            .args([
                "train",
                "xor",
                "--samples",
                "4",
                "--steps",
                "3",
                "--figures",
                "none",
                "-q",
            ])
            .output()
            .unwrap();
        assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
    }
    assert!(
        folder
            .path()
            .join("runs/train-xor-002/model.safetensors")
            .is_file()
    );
}

#[test]
fn a_map_is_drawn_again_by_another_metric() {
    let folder = tempfile::tempdir().unwrap();
    let map = "map moons --x lr=0.1,1 --y wd=0,0.1 --steps 4 --figures none --out m";
    let told = run(folder.path(), &map.split(' ').collect::<Vec<_>>());
    // Lists have no window to look closer at, and the figures are drawn: its best network is trained again.
    let next = told.lines().last().unwrap();
    assert!(next.contains("mlp replay m "), "{told}");
    let plot = "plot m --figures svg --metric weight_norm_1";
    let drawn = run(folder.path(), &plot.split(' ').collect::<Vec<_>>());
    assert!(drawn.contains("map-weight-norm-1.svg"), "{drawn}");
    for (metric, words) in [
        ("test_r2", "the map has no test_r2"),
        ("tst_loss", "test_loss"),
        ("auc", "did you mean \"test_auroc\""),
    ] {
        let output = mlp()
            .current_dir(folder.path())
            .args(["plot", "m", "--metric", metric])
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn the_summary_of_a_map_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let told = |line: &str| run(folder.path(), &line.split(' ').collect::<Vec<_>>());
    let few = "--steps 4 --samples 40 --hidden 4 --figures none --no-progress";
    let line = |told: &str, name: &str| {
        let mut lines = told.lines();
        let line = lines.find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("no {name} in {told}"))
            .to_owned()
    };
    let map = told(&format!(
        "map moons --x lr=log:0.01:1:4 --y wd=lin:0:0.1:3 --seeds 2 {few} --out m"
    ));
    assert!(
        line(&map, "best cell").contains(" (mean of 2 seeds) at "),
        "{map}"
    );
    assert!(
        line(&map, "replay").ends_with("  # the first of its 2 seeds"),
        "{map}"
    );
    // What goes on from here has every option of the map.
    let next = line(&map, "next").split_once("mlp ").unwrap().1.to_owned();
    assert!(next.starts_with("map m --zoom "), "{next}");
    let zoomed = told(&format!("{next} --out z {few}"));
    assert!(
        line(&zoomed, "networks").contains("24 on moons in 12 cells"),
        "{zoomed}"
    );
    let file = fs::read_to_string(folder.path().join("z/experiment.toml")).unwrap();
    assert!(
        file.contains("samples = 40") && file.contains("hidden = [4]"),
        "{file}"
    );
    let steps = told(&format!(
        "map moons --x lr=log:0.01:1:4 --record 0,2,4 {few} --out s"
    ));
    assert!(
        line(&steps, "replay").contains("is one of its records"),
        "{steps}"
    );
    // Of what differs between the cells, all is named.
    let data = told(&format!(
        "map moons --x lr=0.1,1 --y data.name=moons,circles {few} --out d"
    ));
    assert!(
        line(&data, "networks").contains("4 on moons, circles in 4 cells"),
        "{data}"
    );
    let events = "map moons --x lr=0.1,1 --y wd=0,0.1 --metric";
    let none = told(&format!("{events} steps_to_target {few} --out e"));
    let why = "none: no network has a train_loss below 0.01";
    assert!(line(&none, "best cell").ends_with(why), "{none}");
    told(&format!("{events} converged {few} --out c"));
    assert!(told("plot c --figures svg").contains("map-converged.svg"));
    for (wrong, words) in [
        (
            "map nodir --zoom 0.1:1,0:1",
            "nodir: there is no such run directory",
        ),
        (
            "map moons --x lr=0.1,1 --metric converged",
            "error: metric converged is one number per training",
        ),
        (
            "map moons --x lr=0.1,1 --metric luck",
            "luck is a statistic of a metric over seeds",
        ),
        (
            "map moons --x lr=0.1,1 --metric f1",
            "did you mean \"test_f1\"?",
        ),
    ] {
        let output = mlp()
            .current_dir(folder.path())
            .args(wrong.split(' '))
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn standard_input_is_copied_into_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let table = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n";
    let output = mlp()
        .current_dir(folder.path())
        .args([
            "train",
            "-",
            "--test-fraction",
            "0",
            "--steps",
            "5",
            "--figures",
            "none",
            "--out",
            "s",
        ])
        .write_stdin(table)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("s/data.csv")).unwrap(),
        table
    );
    run(folder.path(), &["run", "s/experiment.toml", "--out", "t"]);
    for file in [
        "experiment.toml",
        "nets.parquet",
        "series.parquet",
        "model.safetensors",
    ] {
        assert_eq!(
            fs::read(folder.path().join("s").join(file)).unwrap(),
            fs::read(folder.path().join("t").join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn a_map_can_be_read_cell_by_cell() {
    let folder = tempfile::tempdir().unwrap();
    let map = "map moons --x lr=0.1,1,1e30 --y wd=0,0.1 --facet batch=full,16 --seeds 2 --steps 6 \
               --record 0,3,6 --map-tolerance 0.5 --out m --json";
    let told = run(folder.path(), &map.split_whitespace().collect::<Vec<_>>());
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["region"]["of"], 6);
    assert!(told["region"]["cells"].as_u64().unwrap() >= 1);
    // The command in the report trains the best cell's first network again.
    let report = fs::read_to_string(folder.path().join("m/report.html")).unwrap();
    assert!(report.contains("\"command\":\"mlp replay m\""));
    let net = told["best"]["net"].to_string();
    let again = run(folder.path(), &["replay", "m", &net, "--figures", "none"]);
    assert!(
        again.contains(&format!("the same bits as net {net} of m")),
        "{again}"
    );
    // Exact pixels, with the experiment in the file.
    let pixels = fs::read(folder.path().join("m/figures/map-test-loss-pixels-2.png")).unwrap();
    assert_eq!(
        pixels[16..24],
        [0, 0, 0, 3, 0, 0, 0, 2],
        "three columns, two rows"
    );
    let toml = fs::read(folder.path().join("m/experiment.toml")).unwrap();
    assert!(pixels.windows(toml.len()).any(|part| part == toml));
    // Any recorded step is drawn without training.
    let drawn = run(
        folder.path(),
        &["plot", "m", "--step", "3", "--metric", "gap"],
    );
    assert!(drawn.contains("map-gap-step-3.svg"), "{drawn}");
    let output = mlp()
        .current_dir(folder.path())
        .args(["plot", "m", "--step", "4"])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("nearest recorded step is 3"), "{message}");
}

#[test]
fn a_map_is_zoomed_and_filmed() {
    let folder = tempfile::tempdir().unwrap();
    let split = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
    let told = |text: &str| {
        let words = split(text);
        run(
            folder.path(),
            &words.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    };
    told("map moons --x lr=log:0.01:100:6 --y wd=log:1e-4:1:5 --steps 4 --figures none --out m");
    // A folder with a data set's name hides no data set.
    told("map moons --x lr=1,2 --steps 1 --figures none --out moons");
    told("map moons --x lr=1,2 --steps 2 --figures none --out n");
    told("map m --zoom 1:2,0.01:0.1 --out z --figures none");
    let toml = fs::read_to_string(folder.path().join("z/experiment.toml")).unwrap();
    for line in [
        "x = \"learning_rate=log:1:2:6\"",
        "y = \"weight_decay=log:0.01:0.1:5\"",
        "precision = \"f64\"",
        "steps = 4",
    ] {
        assert!(toml.contains(line), "{line}\n{toml}");
    }
    told("map m --zoom 1:2,0.01:0.1 --film 3 --out f --set precision=f32");
    let film = fs::read(folder.path().join("f/zoom.png")).unwrap();
    assert!(film.windows(4).any(|chunk| chunk == b"acTL"), "animated");
    let last = fs::read_to_string(folder.path().join("f/frame-003/experiment.toml")).unwrap();
    assert!(
        last.contains("x = \"learning_rate=log:1:2:6\"") && last.contains("\"f32\""),
        "{last}"
    );
    let first = fs::read_to_string(folder.path().join("f/frame-001/experiment.toml")).unwrap();
    assert!(
        first.contains("x = \"learning_rate=log:0.01:100:6\""),
        "{first}"
    );
    for (arguments, words) in [
        ("map m", "--zoom"),
        ("map m --zoom 2:1,1:2", "first and last value"),
        ("map moons --x lr=1,2 --zoom 1:2", "list"),
        (
            "map moons --x lr=log:1:2:3 --zoom 1:2,3:4",
            "the vertical axis is the step",
        ),
        ("map moons --x lr=log:1:2:3 --film 3", "--zoom"),
        ("map nowhere --x lr=log:1:2:3 --zoom 1:2", "nowhere"),
    ] {
        let output = mlp()
            .current_dir(folder.path())
            .args(split(arguments))
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {message}");
        assert!(message.contains(words), "{arguments}: {message}");
    }
    // A budget, and the same cells again.
    told("map moons --x lr=log:0.01:100:40 --steps 4 --figures none --budget 1ns --out b");
    told("run b/experiment.toml --out c");
    let bytes = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(bytes("b/map.npz"), bytes("c/map.npz"));
    assert_eq!(bytes("b/experiment.toml"), bytes("c/experiment.toml"));
    let verified = told("verify b --nets 5");
    assert!(verified.contains("same"), "{verified}");
}
