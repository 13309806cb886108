//! The positive one of two classes, thresholds of selected networks, and rows of categories that a model does not know.

use std::{fmt::Write, fs, path::Path};

use crate::refused;
use crate::running::{json, run};

/// 400 rows; every eighth is of the rare class, which is told apart by x.
fn rare(folder: &Path, [rare, common]: [&str; 2]) {
    let mut text = "city,x,y\n".to_owned();
    for row in 0..400 {
        let is_rare = row % 8 == 3;
        let x = (row * 37 % 101) as f64 / 101.0 + if is_rare { 0.55 } else { 0.0 };
        let class = if is_rare { rare } else { common };
        writeln!(text, "{},{x:.4},{class}", ["Bonn", "Rom"][row % 2]).unwrap();
    }
    fs::write(folder.join("t.csv"), text).unwrap();
}

const TRAINED: &str = "train t.csv --categories one-hot --hidden 4 --steps 200 --lr 0.3 --validation-fraction 0.25 --figures none";

#[test]
fn the_positive_class_is_named_and_can_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // The rarer class comes first in the alphabet.
    rare(folder, ["fraud", "sound"]);
    let text = run(folder, &format!("{TRAINED} --metrics recall,auroc -o a"));
    let line = |text: &str| {
        let found = text.lines().find(|line| line.starts_with("positive"));
        found.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    assert!(
        line(&text).contains("sound (87.5 % of the training part), the commoner class; trained with --positive fraud it is the other: recall is of it"),
        "{text}"
    );
    assert!(line(&run(folder, "evaluate a t.csv")).contains("--positive fraud"));
    // Precision and recall at a threshold are of it without a score that is asked for.
    let text = run(
        folder,
        &TRAINED.replace("--figures none", "--threshold 0.000001 -o e"),
    );
    assert!(
        line(&text).contains("--positive fraud it is the other: precision, recall are of it"),
        "{text}"
    );
    assert!(
        text.contains("choose it by a score, as --positive fraud --threshold positive_f1"),
        "{text}"
    );
    let report = fs::read_to_string(folder.join("e/report.html")).unwrap();
    assert!(report.contains("precision, recall are of it"));
    let chosen = "--positive fraud --metrics recall --threshold positive_f1";
    let text = run(folder, &format!("{TRAINED} {chosen} -o b"));
    assert!(
        line(&text).contains(
            "fraud (12.5 % of the training part): recall, positive_f1, precision are of it"
        ),
        "{text}"
    );
    assert!(text.contains("of fraud ("), "{text}");
    // With parts by place, it is that of a table whose classes stand in this order, in every bit.
    let by_place = format!("{TRAINED} {chosen}").replace(
        "--validation-fraction 0.25",
        "--split 250:100:50 --format csv",
    );
    rare(folder, ["z-fraud", "sound"]);
    run(
        folder,
        &format!("{} -o c", by_place.replace("--positive fraud", "")).replace("  ", " "),
    );
    rare(folder, ["fraud", "sound"]);
    run(folder, &format!("{by_place} -o d"));
    let nets = |run: &str| fs::read(folder.join(run).join("nets.csv")).unwrap();
    assert_eq!(nets("c"), nets("d"));
    let header = run(folder, "predict b t.csv");
    assert!(
        header.starts_with("prediction,p_sound,p_fraud\n"),
        "{header}"
    );
    let told = json(folder, "evaluate b t.csv --json");
    let (recall, confusion) = (&told["recall"], &told["confusion"][1]);
    let share = confusion[1].as_f64().unwrap() / 50.0;
    assert!((recall.as_f64().unwrap() - share).abs() < 1e-12, "{told}");
    run(folder, "verify b");
    run(folder, "export b --out b.onnx");
    assert_eq!(
        run(folder, "predict b.onnx t.csv").lines().next(),
        header.lines().next()
    );
    for (data, reason) in [
        (
            "t.csv --categories one-hot",
            "one of the classes fraud and sound, not \"swindle\"",
        ),
        ("iris", "iris is classification, 3 classes"),
        ("diabetes", "diabetes is regression"),
    ] {
        let arguments = format!("train {data} --positive swindle");
        let arguments: Vec<String> = arguments
            .split(' ')
            .map(|word| match word {
                "t.csv" => folder.join("t.csv").to_str().unwrap().to_owned(),
                word => word.to_owned(),
            })
            .collect();
        let message = refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), 2);
        assert!(
            message.contains("positive") && message.contains(reason),
            "{message}"
        );
    }
}

#[test]
fn a_network_goes_on_with_its_classes_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    rare(folder, ["fraud", "sound"]);
    run(folder, &format!("{TRAINED} -o a"));
    let (run_a, table) = (folder.join("a"), folder.join("t.csv"));
    let [run_a, table] = [&run_a, &table].map(|path| path.to_str().unwrap());
    let anew = [
        "train",
        table,
        "--categories",
        "one-hot",
        "--init-from",
        run_a,
    ];
    let on = ["train", "--continue", run_a, "--steps", "400"];
    for command in [&anew[..], &on] {
        let message = refused(&[command, &["--positive", "fraud"]].concat(), 2);
        assert!(
            message.contains("of a network with the classes fraud, sound, in this order, and these data have them as sound, fraud; take them in its order with --positive sound"),
            "{message}"
        );
    }
    let twice = ["importance", run_a, table, "--dependence", "x,x"];
    assert!(refused(&twice, 2).contains("--dependence: x,x is one column twice"));
    run(
        folder,
        "train --continue a --steps 400 --positive sound --figures none -o b",
    );
}

#[test]
fn points_of_unknown_categories_alone_have_no_function() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    rare(folder, ["fraud", "sound"]);
    fs::write(folder.join("p.csv"), "city,x\nOslo,0.5\n").unwrap();
    run(
        folder,
        &format!(
            "{TRAINED} --predict-on p.csv --unknown row --diagnostics function --format csv -o a"
        ),
    );
    let nets = fs::read_to_string(folder.join("a/nets.csv")).unwrap();
    assert!(
        nets.starts_with("net,") && nets.lines().count() == 2,
        "{nets}"
    );
}

#[test]
fn a_selected_precision_without_positives_is_not_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    rare(folder, ["yes", "no"]);
    let text = run(
        folder,
        &format!(
            "{} --threshold 0.999 --select precision --nets 2 -o a",
            TRAINED.replace("train", "population")
        ),
    );
    assert!(
        text.contains(
            "precision n/a (undefined on the 100 rows that no other network was asked of)"
        ) && !text.contains("interval 0 to 0"),
        "{text}"
    );
    run(folder, "verify a");
}

#[test]
fn a_score_that_is_undefined_everywhere_selects_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..40)
        .map(|row| format!("{},{}\n", row, row % 2))
        .collect();
    let table = folder.path().join("t.csv");
    fs::write(&table, format!("x,y\n{rows}")).unwrap();
    let out = folder.path().join("run");
    let message = refused(
        &[
            "population",
            "-q",
            "-o",
            out.to_str().unwrap(),
            table.to_str().unwrap(),
            "--task",
            "regression",
            "--nets",
            "3",
            "--steps",
            "5",
            "--validation-fraction",
            "0.25",
            "--select",
            "mape",
        ],
        2,
    );
    assert!(
        message.contains("mape is undefined on this validation part for 3 of the networks")
            && !message.contains("--learning-rate"),
        "{message}"
    );
}

#[test]
fn a_selected_network_decides_at_its_threshold_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    rare(folder, ["yes", "no"]);
    let search = TRAINED
        .replace("train", "population")
        .replace("--figures none", "--nets 6");
    for ensemble in ["", " --ensemble 3"] {
        let out = format!("s{}", ensemble.len());
        let options = format!(
            "--select positive_f1 --threshold positive_f1{ensemble} --predict-on t.csv --format csv"
        );
        let text = run(folder, &format!("{search} {options} -o {out}"));
        let found = text.lines().find(|line| line.starts_with("threshold"));
        let found = found.unwrap_or_else(|| panic!("{text}"));
        let shown = found.trim_start_matches("threshold").trim().to_owned();
        assert!(
            shown.contains("(chosen on validation by positive_f1): test precision"),
            "{text}"
        );
        let told = json(folder, &format!("{search} {options} -o {out} --json"));
        assert_eq!(told["decision"]["chosen_by"], "positive_f1");
        // The score that chose the network is what it has at the threshold, and so is that of the test part.
        let decision = &told["decision"];
        let (precision, recall) = (
            decision["precision"].as_f64().unwrap(),
            decision["recall"].as_f64().unwrap(),
        );
        let f1 = 2.0 * precision * recall / (precision + recall);
        let test = told["selection"]["test"].as_f64().unwrap();
        assert!((f1 - test).abs() < 1e-12, "{told}");
        let report = fs::read_to_string(folder.join(&out).join("report.html")).unwrap();
        assert!(report.contains("Threshold: "), "{out}");
        run(folder, &format!("verify {out} --nets 2"));
        run(folder, &format!("replay {out} 1 --figures none"));
        if ensemble.is_empty() {
            // The table of points is what each network's own model says.
            let net = told["selection"]["networks"][0]["net"].as_u64().unwrap();
            let said = fs::read_to_string(folder.join(&out).join("predict_on.csv")).unwrap();
            let own = said.lines().filter_map(|line| {
                let mut cells = line.split(',');
                (cells.next() == Some(&net.to_string())).then(|| cells.nth(1).unwrap().to_owned())
            });
            let answers = run(folder, &format!("predict {out} t.csv"));
            let answers = answers
                .lines()
                .skip(1)
                .map(|line| line.split(',').next().unwrap().to_owned());
            assert_eq!(own.collect::<Vec<_>>(), answers.collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_score_without_a_denominator_is_not_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    rare(folder, ["yes", "no"]);
    run(folder, &format!("{TRAINED} --threshold 0.999 -o never -q"));
    let text = run(folder, "evaluate never t.csv");
    assert!(
        text.contains("precision         n/a          no sample is predicted as yes; counted as 0"),
        "{text}"
    );
    let told = json(folder, "evaluate never t.csv --json");
    assert!(
        told["precision"].is_null() && told["classes"][1]["precision"].is_null(),
        "{told}"
    );
    assert_eq!(told["recall"], 0.0);
    // Rows of one class.
    let table = fs::read_to_string(folder.join("t.csv")).unwrap();
    let one: Vec<&str> = table
        .lines()
        .filter(|line| !line.ends_with("yes"))
        .collect();
    fs::write(folder.join("one.csv"), one.join("\n")).unwrap();
    let (model, one) = (folder.join("never"), folder.join("one.csv"));
    let message = refused(
        &[
            "importance",
            model.to_str().unwrap(),
            one.to_str().unwrap(),
            "--score",
            "auroc",
        ],
        2,
    );
    assert!(
        message.contains("auroc needs rows of several classes, and all of these are of class no"),
        "{message}"
    );
    let text = run(folder, "evaluate never one.csv");
    assert!(
        text.contains("left out          auroc, average_precision: all samples are of class no"),
        "{text}"
    );
    // Each that is undefined by its name, in JSON too.
    let told = json(folder, "evaluate never one.csv --json");
    for (name, why) in [
        ("recall", "there is no sample of yes; counted as 0"),
        ("precision", "no sample is predicted as yes; counted as 0"),
        (
            "positive_f1",
            "no sample is of yes or predicted as it; counted as 0",
        ),
        ("auroc", "all samples are of class no"),
    ] {
        assert_eq!(told["undefined"][name], why, "{told}");
        assert!(told[name].is_null(), "{told}");
    }
    assert!(
        text.contains("positive_f1       n/a          no sample is of yes"),
        "{text}"
    );
    let header_and = |class: &str| {
        let rows = table.lines().enumerate();
        let rows = rows.filter(|(at, line)| *at == 0 || line.ends_with(class));
        rows.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
    };
    fs::write(folder.join("other.csv"), header_and("yes")).unwrap();
    let text = run(folder, "evaluate never other.csv");
    assert!(
        text.contains("specificity       n/a          there is no sample of no; counted as 0"),
        "{text}"
    );
}

#[test]
fn a_network_that_is_hardly_above_the_baseline_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    rare(folder, ["yes", "no"]);
    let warning = |steps: &str| {
        let arguments = TRAINED.replace("--steps 200", &format!("--steps {steps}"));
        let told = json(folder, &format!("{arguments} -o r{steps} --json"));
        let accuracy = told["metrics"]["test_accuracy"].as_f64().unwrap();
        (accuracy, told["warning"].as_str().map(str::to_owned))
    };
    // Wilson's interval of 90 of 100 rows, by scipy.stats.binomtest(90, 100).proportion_ci(method="wilson").
    let (accuracy, warned) = warning("80");
    let warned = warned.expect("two rows above the baseline are no proof");
    assert_eq!(accuracy, 0.9);
    assert!(
        warned.contains("test accuracy 0.9000 is not clearly above (95 % interval 0.8256 to 0.9448 by 100 rows) 0.8800")
            && warned.contains("--threshold positive_f1"),
        "{warned}"
    );
    // 96 of 100 are: 0.9016 to 0.9843.
    assert_eq!(warning("30"), (0.96, None));
}

#[test]
fn rows_of_unknown_categories_end_no_evaluation() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    rare(folder, ["yes", "no"]);
    run(folder, &format!("{TRAINED} -o r -q"));
    let mut known = "city,x,y\n".to_owned();
    let mut all = known.clone();
    for row in 0..40 {
        let line = format!(
            "{},0.{row:02},{}\n",
            ["Bonn", "Rom", "Oslo"][row % 3],
            ["no", "yes"][row % 2]
        );
        all += &line;
        if row % 3 != 2 {
            known += &line;
        }
    }
    fs::write(folder.join("new.csv"), &all).unwrap();
    fs::write(folder.join("known.csv"), known).unwrap();
    let (model, new) = (folder.join("r"), folder.join("new.csv"));
    let (model, new) = (model.to_str().unwrap(), new.to_str().unwrap());
    for command in ["evaluate", "importance"] {
        let message = refused(&[command, model, new], 2);
        assert!(
            message.contains("category `Oslo` is unknown") && message.contains("--unknown row"),
            "{message}"
        );
    }
    let scores = |arguments: &str| json(folder, &format!("evaluate r {arguments} --json"));
    let left_out = scores("new.csv --unknown row");
    assert_eq!(left_out["samples"], 27);
    assert_eq!(left_out["dropped"], 13);
    assert_eq!(left_out["confusion"], scores("known.csv")["confusion"]);
    let text = run(folder, "evaluate r new.csv --unknown row");
    assert!(
        text.contains("rows left out     13 (missing values, or categories that are not known)"),
        "{text}"
    );
    // Where no row is left, it is not for a missing value.
    fs::write(
        folder.join("none.csv"),
        "city,x,y\nOslo,0.1,no\nLima,0.2,yes\n",
    )
    .unwrap();
    for command in ["evaluate", "importance"] {
        let none = folder.join("none.csv");
        let message = refused(
            &[command, model, none.to_str().unwrap(), "--unknown", "row"],
            2,
        );
        assert!(
            message.contains("each of the 2 rows has a category that the model does not know"),
            "{message}"
        );
    }
    // A row of zeros is what predict makes of it.
    let zero = scores("new.csv --unknown zero");
    assert_eq!(zero["samples"], 40);
    let said = run(folder, "predict r new.csv --unknown zero");
    let yes = said.lines().filter(|line| line.starts_with("yes")).count() as f64;
    let taken = |row: usize| zero["confusion"][row][1].as_f64().unwrap();
    assert_eq!(yes, taken(0) + taken(1));
    assert!(run(folder, "importance r new.csv --unknown zero").contains("40 rows"));
    assert!(run(folder, "importance r new.csv --unknown row").contains("27 rows"));
    // And so at points of one's own.
    let asked = TRAINED.replace("train", "population").replace(
        "--hidden",
        "--nets 2 --format csv --predict-on new.csv --hidden",
    );
    let absolute = asked
        .replace(
            "t.csv --cat",
            &format!("{} --cat", folder.join("t.csv").display()),
        )
        .replace("--predict-on new.csv", &format!("--predict-on {new}"));
    let message = refused(&absolute.split(' ').collect::<Vec<_>>(), 2);
    assert!(
        message.contains("category `Oslo` is unknown") && message.contains("--unknown row"),
        "{message}"
    );
    let rows = |way: &str| {
        run(folder, &format!("{asked} --unknown {way} -o p-{way} -q"));
        let said = fs::read_to_string(folder.join(format!("p-{way}/predict_on.csv"))).unwrap();
        let rows = said
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(1).unwrap().parse().unwrap());
        rows.collect::<Vec<usize>>()
    };
    let kept: Vec<usize> = (0..40).filter(|row| row % 3 != 2).collect();
    assert_eq!(rows("row"), [&kept[..], &kept].concat());
    assert_eq!(rows("zero").len(), 80);
    run(folder, "verify p-row --nets 2");
}

#[test]
fn what_is_asked_for_in_other_words_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(
        folder,
        "train diabetes --interval-folds 3 --steps 20 --hidden 3 --figures none -o r -q",
    );
    run(folder, "data diabetes --out d.csv");
    assert_eq!(
        run(folder, "predict r d.csv --intervals 80%"),
        run(folder, "predict r d.csv --intervals 0.8")
    );
    run(
        folder,
        "population moons --nets 4 --select validation_loss --ensemble 2 --validation-fraction 0.2 --steps 5 --figures none -o e -q",
    );
    let (r, d, e) = (folder.join("r"), folder.join("d.csv"), folder.join("e"));
    let [r, d, e] = [&r, &d, &e].map(|path| path.to_str().unwrap());
    for (arguments, said) in [
        (
            &["predict", r, d, "--intervals", "90"][..],
            "--intervals: must be from 0.5 to below 1, as 0.9 or 90%, not \"90\"",
        ),
        (
            &[
                "population",
                "moons",
                "--select",
                "test_f1",
                "--validation-fraction",
                "0.2",
            ],
            "the test part is kept for the one that is selected; give f1",
        ),
        (
            &[
                "population",
                "moons",
                "--select",
                "rmse",
                "--validation-fraction",
                "0.2",
            ],
            "rmse is for numbers, but moons has classes",
        ),
        (
            &[
                "population",
                "moons",
                "--select",
                "f1",
                "--sweep",
                "lr=0.1,0.2",
            ],
            "error: select: f1 is taken on a validation part",
        ),
        (
            &["export", r, "--to", "json", "--unknown", "zero"],
            "mlp predict, which takes the option itself",
        ),
        (
            &["train", "moons", "--init-from", e],
            "it is an ensemble of several networks, and a training starts from one",
        ),
        (
            &["population", "moons", "--networks", "3"],
            "unknown option --networks; did you mean --nets?",
        ),
        (
            &["population", "moons", "--seeds", "3"],
            "unknown option --seeds; did you mean --nets?",
        ),
        (
            &["resume", r, "--figures", "none"],
            "unknown option --figures; a run goes on with the settings that it was begun with; mlp plot DIR draws",
        ),
        (
            &["resume", r, "--steps", "9"],
            "unknown option --steps; a run goes on with the settings that it was begun with (mlp resume --help)",
        ),
        (
            &["train", "moons", "--nets", "3"],
            "unknown option --nets; mlp population has --nets",
        ),
        (
            &["population", "diabetes", "--interval-folds", "3"],
            "mlp train has --interval-folds",
        ),
        (
            &["importance", r, "--permutations", "x.npz", "--repeats", "3"],
            "contradict each other",
        ),
    ] {
        let message = refused(arguments, 2);
        assert!(message.contains(said), "{arguments:?}: {message}");
    }
    let text = run(folder, "importance e --repeats 2 --score f1");
    assert!(text.contains(" to ") || text.contains("n/a"), "{text}");
}
