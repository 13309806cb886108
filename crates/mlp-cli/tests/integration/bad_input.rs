//! Every bad input gets a clear error and a non-zero exit code.

use std::fs;

use crate::{mlp, refused, running::run, succeeds};

#[test]
fn wrong_values_are_named_with_what_would_be_right() {
    for (arguments, words) in [
        (
            &["train", "moons", "--lr", "nan"][..],
            "--learning-rate: must be a finite number",
        ),
        (
            &["train", "moons", "--lr", "-0.1"],
            "--learning-rate: must be 0 or more",
        ),
        (
            &["train", "moons", "--hidden", "0"],
            "--hidden: a layer's width must be at least 1",
        ),
        (
            &["train", "moons", "--hidden", "wide"],
            "--hidden: must be a whole number",
        ),
        (
            &["predict", "run", "t.csv", "--missing", "zero"],
            "--missing: must be `refuse` or `row`, not \"zero\"",
        ),
        (
            &["predict", "run", "t.csv", "--missing"],
            "--missing <WAY> needs a value",
        ),
        (
            &["train", "moons", "--activation", "tahn"],
            "did you mean \"tanh\"",
        ),
        (
            &["train", "moons", "--optimizer", "adma"],
            "did you mean \"adam\"",
        ),
        (
            &["train", "moons", "--optimizer", "lfbgs"],
            "did you mean \"lbfgs\"",
        ),
        (
            &["train", "moons", "--optimizer", "lion", "--momentum", "0.9"],
            "momentum is not a setting of the optimizer lion, which has beta1, beta2",
        ),
        (
            &[
                "train",
                "moons",
                "--optimizer",
                "rprop",
                "--eta-plus",
                "0.9",
            ],
            "--eta-plus: must be a number above 1, not 0.9",
        ),
        (
            &["train", "moons", "--optimizer", "lbfgs", "--batch", "32"],
            "needs all samples in every step; use full batches",
        ),
        (
            &[
                "train",
                "moons",
                "--optimizer",
                "lbfgs",
                "--line-search",
                "armijo",
            ],
            "--line-search: must be strong_wolfe or none, not armijo",
        ),
        (
            &["train", "moons", "--optimizer", "muon", "--hidden", "none"],
            "there is no hidden layer",
        ),
        (
            &[
                "train",
                "moons",
                "--optimizer",
                "muon",
                "--muon-layers",
                "0,7",
            ],
            "--muon-layers is 7: it must be a layer from 0 to 2",
        ),
        (
            &["train", "moons", "--loss", "hing"],
            "there is no loss \"hing\"; did you mean \"hinge\"",
        ),
        (
            &["train", "diabetes", "--loss", "hinge"],
            "loss hinge does not fit regression; use squared-error, absolute-error",
        ),
        (
            &["train", "iris", "--loss", "huber"],
            "loss huber does not fit classification, 3 classes; use softmax-cross-entropy, squared-error, hinge",
        ),
        (
            &["train", "diabetes", "--loss", "poisson-rate"],
            "needs positive outputs, and output_activation is identity; set it to softplus or sigmoid, or use squared-error",
        ),
        (
            &["train", "moons", "--set", "output_activation=tanh"],
            "loss binary-cross-entropy needs unbounded outputs, and output_activation is tanh; set it to identity, or use squared-error, hinge",
        ),
        (
            &[
                "train",
                "diabetes",
                "--loss",
                "poisson",
                "--scale-target",
                "standard",
            ],
            "--scale-target is standard, but the loss poisson needs counts as targets",
        ),
        (
            &[
                "train",
                "diabetes",
                "--loss",
                "huber:2",
                "--huber-delta",
                "1",
            ],
            "which already contains its setting; give it in one place",
        ),
        (
            &["train", "diabetes", "--quantile", "0.9"],
            "quantile is not a setting of the loss squared-error",
        ),
        (
            &["train", "diabetes", "--loss", "quantile", "--quantile", "1"],
            "--quantile: must be above 0 and below 1",
        ),
        (
            &["train", "diabetes", "--label-smoothing", "0.1"],
            "--label-smoothing is not a setting of the loss squared-error",
        ),
        (
            &["train", "iris", "--class-weights", "setoso=2"],
            "iris has no class \"setoso\"; did you mean \"setosa\"?",
        ),
        (
            &["train", "iris", "--class-weights", "balance"],
            "--class-weights: \"balance\" does not give class weights",
        ),
        (
            &["train", "diabetes", "--class-weights", "balanced"],
            "--class-weights need classes, and diabetes is regression",
        ),
        (
            &["train", "iris", "--positive-weight", "2"],
            "--positive-weight is not a setting of the loss softmax-cross-entropy",
        ),
        (
            &["train", "iris", "--sample-weight", "w"],
            "--sample-weight is for files, but iris is a built-in data set",
        ),
        (
            &["train", "moons", "--steps", "-1"],
            "--steps: must be a whole number, 0 or more",
        ),
        (
            &["train", "moons", "--steps", "10", "--epochs", "2"],
            "steps and epochs are both given",
        ),
        (
            &["train", "moons", "--batch", "0"],
            "--batch: must be at least 1",
        ),
        (&["train", "moons", "--record", "sometimes"], "--record: "),
        (
            &["train", "moons", "--threads", "0"],
            "--threads: must be a whole number, 1 or more",
        ),
        (&["train", "moons", "--init", "normal"], "--init: "),
        (
            &["train", "moons", "--test-fraction", "1"],
            "--test-fraction: must be at least 0 and below 1",
        ),
        (
            &["train", "moons", "--set", "lr"],
            "--set: \"lr\" is not key=value",
        ),
        (
            &["train", "moons", "--set", "learnig_rate=1"],
            "did you mean \"learning_rate\"",
        ),
        (&["train"], "no data are given"),
        (&["train", "mons"], "did you mean `moons`"),
        (
            &["train", "iris", "--noise", "1"],
            "does not take the option `noise`",
        ),
        (
            &["population", "moons", "--sweep", "lr=log:0:1:5"],
            "above 0",
        ),
        (&["population", "moons", "--sweep", "lr"], "--sweep: "),
        (&["map", "moons"], "horizontal axis"),
        (
            &["map", "moons", "--x", "lr=1,2", "--metric", "tst_loss"],
            "did you mean \"test_loss\"",
        ),
        (
            &["map", "moons", "--x", "lr=1,2", "--metric", "test_r2"],
            "metric test_r2 is for numbers, but moons has classes",
        ),
        (
            &["map", "xor", "--x", "lr=1,2", "--metric", "test_loss"],
            "metric test_loss needs a test part",
        ),
        (
            &[
                "train",
                "moons",
                "--hidden",
                "1000000,1000000",
                "--steps",
                "1",
            ],
            "GiB of memory",
        ),
        (
            &["train", "moons", "--hidden", "1000000,1000000", "--dry-run"],
            "GiB of memory",
        ),
        (
            &["train", "moons", "--samples", "1000000000000"],
            "of memory",
        ),
        (
            &["population", "moons", "--nets", "1000000000000000"],
            "sweep fewer values",
        ),
        (
            &["train", "moons", "--lr", "0.1,0.2"],
            "--learning-rate has 2 values, but the network has 3 layers",
        ),
        (
            &["train", "moons", "--activation", "tanh,relu,sine"],
            "activation has 3 values, but hidden has 2 layers",
        ),
        (
            &["population", "moons", "--sweep", "learning_rate.7=1,2"],
            "there is no layer 7",
        ),
        (
            &["train", "moons", "--out", ""],
            "--out: the value is empty",
        ),
        (
            &["train", "moons", "--diagnostics", "sharpnes"],
            "there is no group of diagnostics \"sharpnes\"; did you mean \"sharpness\"?",
        ),
        (
            &[
                "train",
                "moons",
                "--diagnostics",
                "units",
                "--normalization",
                "layer",
            ],
            "diagnostics units need a trace of the layers, which is not available with normalization",
        ),
        (&["list", "dataset"], "did you mean \"datasets\""),
        (&["data", "mons"], "did you mean `moons`"),
        (&["run", "none.toml"], "none.toml"),
    ] {
        let message = refused(arguments, 2);
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
}

#[test]
fn what_a_later_issue_delivers_is_unknown_not_ignored() {
    for option in ["--budget", "--zoom"] {
        let message = refused(&["train", "moons", option, "1"], 2);
        assert!(
            message.contains(&format!("unknown option {option}")),
            "{message}"
        );
    }
    for command in ["shard", "merge"] {
        let message = refused(&[command], 2);
        assert!(
            message.contains(&format!("there is no command \"{command}\"")),
            "{message}"
        );
    }
}

#[test]
fn bad_tables_are_refused_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, words) in [
        ("empty.csv", "", "empty"),
        ("ragged.csv", "a,b,y\n1,2,0\n1,2\n3,4,1\n", "line 3"),
        (
            "text.csv",
            "a,b,y\n1,2,0\n1,two,1\n3,4,1\n",
            "`two` is not a number",
        ),
        ("nan.csv", "a,b,y\n1,2,0\n1,nan,1\n3,4,1\n", "`b`"),
        (
            "inf.csv",
            "a,b,y\n1,2,0\n1,inf,1\n3,4,1\n",
            "line 3, column `b`",
        ),
        ("header.csv", "a,b,y\n", "no data below it"),
        (
            "single.csv",
            "a,b,y\n1,2,p\n1,3,p\n3,4,p\n",
            "every row is of class `p`; at least two classes",
        ),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let message = refused(&["train", path, "--dry-run"], 2);
        assert!(
            message.contains(name) && message.contains(words),
            "{name}: {message}"
        );
    }
    let missing = folder.path().join("missing.csv");
    let message = refused(&["train", missing.to_str().unwrap()], 2);
    assert!(message.contains("missing.csv"), "{message}");
    // The cause is told once.
    assert_eq!(message.matches("os error").count(), 1, "{message}");
}

#[test]
fn what_cannot_be_split_or_stored_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let name = path.to_str().unwrap();
    let out = folder.path().join("run");
    let train = [
        "train",
        name,
        "--steps",
        "1",
        "--out",
        out.to_str().unwrap(),
    ];
    fs::write(&path, "a,y\n1,p\n2,p\n3,p\n4,p\n5,q\n").unwrap();
    let message = refused(&train, 2);
    assert!(
        message.contains("class `q`") && message.contains("split"),
        "{message}"
    );
    fs::write(&path, "a,b,y\n1,1e39,p\n2,3,p\n3,1,q\n4,2,q\n").unwrap();
    let message = refused(&[&train[..], &["--scale", "none", "-q"]].concat(), 2);
    assert!(
        message.contains("t.csv, line 2: `b` is 1e39, which is")
            && message.contains("--precision f64"),
        "{message}"
    );
}

#[test]
fn models_that_do_not_fit_or_are_damaged_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (run, model) = (at("run"), at("run/model.safetensors"));
    succeeds(&[
        "train",
        "moons",
        "--steps",
        "3",
        "--figures",
        "none",
        "-o",
        &run,
    ]);
    let (narrow, wide) = (at("narrow.csv"), at("wide.csv"));
    fs::write(&narrow, "x,class\n1,0\n2,1\n").unwrap();
    fs::write(&wide, "x,y,class\n1,2,0\n1,2,7\n").unwrap();
    for (arguments, words) in [
        (["predict", &run, &narrow], "lacks the column `y`"),
        (["evaluate", &run, &wide], "7"),
        (["predict", &run, &at("none.csv")], "none.csv"),
        (["predict", &at("none"), &wide], "none"),
        (["predict", &wide, &wide], "is not a readable model file"),
        (
            ["predict", folder.path().to_str().unwrap(), &wide],
            "not a run directory",
        ),
    ] {
        let message = refused(&arguments, 2);
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
    let whole = fs::read(&model).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 0x40;
    let loose = at("loose.safetensors");
    for (bytes, words) in [
        (&whole[..whole.len() / 2], "is not a readable model file"),
        (&whole[..0], "is not a readable model file"),
        (&flipped, "checksum"),
    ] {
        fs::write(&loose, bytes).unwrap();
        let message = refused(&["predict", &loose, &wide], 2);
        assert!(message.contains(words), "{message}");
    }
    fs::write(&model, &flipped).unwrap();
    let message = refused(&["predict", &run, &wide], 2);
    assert!(message.contains("digest differs"), "{message}");
    let diverging = ["train", "moons", "--activation", "relu", "--lr", "1e30"];
    let more = ["--steps", "9", "--figures", "none", "-o", &run, "--force"];
    succeeds(&[&diverging[..], &more].concat());
    let message = refused(&["predict", &run, &wide], 2);
    assert!(message.contains("its training diverged"), "{message}");
}

#[test]
fn bad_experiment_files_are_refused_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("e.toml");
    let name = path.to_str().unwrap();
    for (text, words) in [
        (
            "kind = \"train\"\n[training]\nlearnig_rate = 1\n",
            "e.toml:3: unknown key \"learnig_rate\"",
        ),
        ("kind = \"train\"\n[training\n", "e.toml:2:"),
        ("[data]\nname = \"moons\"\n", "kind is missing"),
        (
            "kind = \"train\"\n[data]\nname = \"moons\"\n[population]\nnets = 3\n",
            "belongs to population experiments",
        ),
    ] {
        fs::write(&path, text).unwrap();
        let message = refused(&["run", name], 2);
        assert!(message.contains(words), "{message}");
    }
    fs::write(&path, "kind = \"population\"\n").unwrap();
    assert!(refused(&["train", "moons", "--config", name], 2).contains("population experiment"));
}

#[test]
fn the_level_is_read_from_the_environment() {
    let output = mlp()
        .env("MLP_SIMD", "sse2")
        .args(["train", "moons", "--dry-run"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("portable, avx2 or avx512"));
    let output = mlp()
        .env("MLP_SIMD", "portable")
        .args(["train", "moons", "--dry-run"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("(portable)"));
}

/// Data that cannot be trained on leave no folder, in which the corrected call would find other data; and they are named by file,
/// line and number.
#[test]
fn numbers_beyond_the_precision_are_refused_before_there_is_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |rows: std::ops::Range<usize>| {
        let row = |row: usize| format!("{},{}.5,{}\n", row * 37 % 101, row * 53 % 97, row % 89);
        format!("a,b,y\n{}", rows.map(row).collect::<String>())
    };
    fs::write(folder.join("t.csv"), rows(0..80)).unwrap();
    let good = rows(80..100);
    let changed = |from: &str, to: &str| {
        let mut lines: Vec<&str> = good.lines().collect();
        let line = lines[4].replace(from, to);
        lines[4] = &line;
        fs::write(folder.join("far.csv"), lines.join("\n")).unwrap();
    };
    let [a, _, y]: [&str; 3] = {
        let line = good.lines().nth(4).unwrap();
        line.split(',').collect::<Vec<_>>().try_into().unwrap()
    };
    let call = "train t.csv --task regression --test-file far.csv --steps 5 --figures none --no-progress --out r";
    for (from, to, said) in [
        (
            format!("{a},"),
            "1e300,".to_owned(),
            "far.csv, line 5: `a` is 1e300, and scaled ",
        ),
        (
            format!(",{y}"),
            ",-2e299".to_owned(),
            "far.csv, line 5: `y` is -2e299, and scaled ",
        ),
    ] {
        changed(&from, &to);
        let output = mlp()
            .current_dir(folder)
            .args(call.split(' '))
            .output()
            .unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(said), "{message}");
        assert!(message.contains("--precision f64"), "{message}");
        assert!(!folder.join("r").exists());
    }
    fs::write(folder.join("far.csv"), &good).unwrap();
    run(folder, call);
}
