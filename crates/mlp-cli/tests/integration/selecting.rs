//! From a search to a model, what networks say of points, and the fate of rows.

use std::{fs, path::Path};

use mlp_store::FORMATS;

use crate::{folder_bytes, mlp, refused, running::json};

/// Runs in a folder, which must succeed, and gives standard output.
fn run(folder: &Path, arguments: &str) -> String {
    let output = mlp()
        .current_dir(folder)
        .args(arguments.split(' '))
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

const SEARCH: &str = "population moons --samples 160 --hidden 4 --steps 30 --nets 8 --validation-fraction 0.25 --figures none --no-progress";

#[test]
fn a_search_leaves_a_model_as_train_would() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "data moons --samples 40 --out new.csv");
    let text = run(folder, &format!("{SEARCH} --select loss --out a"));
    let line = |what: &str| text.lines().find(|line| line.starts_with(what)).unwrap();
    assert!(
        line("selected").contains("the best of 8 networks"),
        "{text}"
    );
    assert!(
        line("its test").contains("95 % interval")
            && line("its test").contains("40 rows that it was neither trained on nor chosen by"),
        "{text}"
    );
    assert!(line("next").ends_with("mlp predict a NEW.csv"), "{text}");
    let told: serde_json::Value = serde_json::from_str(&run(
        folder,
        &format!("{SEARCH} --select loss --out a --json"),
    ))
    .unwrap();
    let net = told["selection"]["networks"][0]["net"].as_u64().unwrap();
    assert_eq!(told["selection"]["compared"], 8);
    let alone = SEARCH
        .replace("population", "train")
        .replace("--nets 8", "--record log:16");
    run(folder, &format!("{alone} --seed {net} --out one"));
    let bytes = |run: &str| fs::read(folder.join(run).join("model.safetensors")).unwrap();
    assert_eq!(bytes("a"), bytes("one"));
    assert_eq!(
        run(folder, "predict a new.csv"),
        run(folder, "predict one new.csv")
    );
    run(folder, "evaluate a new.csv");
    assert!(run(folder, "importance a").contains("40 rows of the test part"));
    let verified = run(folder, "verify a --nets 2");
    assert!(
        verified.contains("model.safetensors") && verified.contains("selection.parquet"),
        "{verified}"
    );
    // What is lost is made again, to the same bytes.
    let before = folder_bytes(&folder.join("a"));
    for name in ["model.safetensors", "selection.parquet"] {
        fs::remove_file(folder.join("a").join(name)).unwrap();
    }
    run(folder, "resume a");
    assert_eq!(folder_bytes(&folder.join("a")), before);
    // And what is changed is found.
    fs::write(folder.join("a/model.safetensors"), bytes("one").repeat(2)).unwrap();
    let message = mlp()
        .current_dir(folder)
        .args(["verify", "a"])
        .output()
        .unwrap();
    assert_ne!(message.status.code(), Some(0));
    run(
        folder,
        &format!("{SEARCH} --select loss --threads 1 --out b"),
    );
    assert_eq!(bytes("b"), bytes("one"));
}

#[test]
fn a_replay_leaves_the_test_part_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (chosen, options) in [
        ("a", "--select accuracy"),
        ("f", "--folds 4 --select f1"),
        ("e", "--select loss --ensemble 3 --format csv"),
    ] {
        run(folder, &format!("{SEARCH} {options} --out {chosen}"));
        let again = format!("replay-{chosen}");
        for net in [0, 3] {
            let text = run(
                folder,
                &format!("replay {chosen} {net} --figures none --format csv --force --out {again}"),
            );
            assert!(
                text.contains(&format!("the same bits as net {net} of {chosen}"))
                    && text
                        .lines()
                        .any(|line| line.starts_with("test        withheld: "))
                    && !text
                        .lines()
                        .any(|line| line.starts_with("test        loss")),
                "{text}"
            );
        }
        let series = fs::read_to_string(folder.join(&again).join("series.csv")).unwrap();
        let columns: Vec<&str> = series.lines().next().unwrap().split(',').collect();
        let row = series.lines().last().unwrap().split(',');
        for (name, value) in columns.iter().zip(row) {
            assert!(
                !name.starts_with("test_") || value.is_empty(),
                "{name} {value}"
            );
        }
        // Nor does what is done with the replay.
        run(folder, &format!("verify {again}"));
        let importance = run(folder, &format!("importance {again}"));
        assert!(
            importance.contains("of the validation part"),
            "{importance}"
        );
        let more = run(
            folder,
            &format!("train --continue {again} --steps 40 --figures none --out {again}-on"),
        );
        assert!(!more.contains("test        loss"), "{more}");
    }
    let withheld = "train moons --steps 5 --withhold-test --figures none --no-progress";
    let text = run(folder, &format!("{withheld} --out w"));
    assert!(text.contains("test        withheld: 64 rows\n"), "{text}");
    let message = refused(
        &[
            &withheld.split(' ').collect::<Vec<_>>()[..],
            &["--until", "test_loss<0.1"],
        ]
        .concat(),
        2,
    );
    assert!(message.contains("withhold"), "{message}");
}

#[test]
fn an_ensemble_predicts_with_its_spread_and_goes_into_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "data moons --samples 40 --out new.csv");
    run(
        folder,
        &format!("{SEARCH} --select accuracy --ensemble 3 --threshold recall --out a"),
    );
    let expected = run(folder, "predict a new.csv");
    let header = expected.lines().next().unwrap();
    assert_eq!(header, "prediction,p_0,p_1,disagreement,spread");
    for format in FORMATS {
        let file = format!("model.{}", format.endings[0]);
        run(folder, &format!("export a --force --out {file}"));
        if format.is_readable() {
            assert_eq!(
                run(folder, &format!("predict {file} new.csv")),
                expected,
                "{file}"
            );
        }
    }
    run(folder, "evaluate a new.csv");
    run(folder, "importance a new.csv");
    run(folder, "verify a --nets 2");
    let rows = "population diabetes --hidden 3 --steps 20 --nets 3 --validation-fraction 0.2 --select r2 --ensemble 2 --figures none -q --out r";
    run(folder, rows);
    run(folder, "data diabetes --out d.csv");
    let numbers = run(folder, "predict r d.csv");
    assert_eq!(numbers.lines().next().unwrap(), "prediction,spread");
}

#[test]
fn an_ensemble_of_fewer_networks_than_asked_for_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let search = SEARCH.replace(
        "--nets 8",
        "--nets 2 --sweep learning_rate=0.1,1e30 --select loss --ensemble 3 --out a",
    );
    let said = "3 were asked for; 2 of 4 networks diverged or exploded";
    let text = run(folder, &search);
    assert!(text.contains("the 2 best of 2 networks"), "{text}");
    assert!(
        text.lines()
            .any(|line| line.starts_with("note") && line.ends_with(said)),
        "{text}"
    );
    let told: serde_json::Value =
        serde_json::from_str(&run(folder, &format!("{search} --json"))).unwrap();
    assert_eq!(told["selection"]["asked"], 3);
    assert_eq!(told["selection"]["note"], said);
}

#[test]
fn every_network_is_asked_at_points_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "data iris --out iris.csv");
    let table = fs::read_to_string(folder.join("iris.csv")).unwrap();
    // Columns are found by name, and further ones are left out.
    let mut points = table
        .lines()
        .step_by(30)
        .map(|line| format!("note,{line}\n"));
    let header = points.next().unwrap();
    fs::write(
        folder.join("points.csv"),
        header + &points.collect::<String>(),
    )
    .unwrap();
    let search = "population iris.csv --hidden 3 --steps 20 --nets 3 --predict-on points.csv --diagnostics function --format csv --figures none --no-progress";
    run(folder, &format!("{search} --out a"));
    let said = fs::read_to_string(folder.join("a/predict_on.csv")).unwrap();
    let mut lines = said.lines();
    let header = lines.next().unwrap();
    assert!(header.starts_with("net,row,prediction,p_"), "{header}");
    let said: Vec<&str> = lines.collect();
    assert_eq!(said.len(), 3 * 5);
    for net in 0..3 {
        run(
            folder,
            &format!("replay a {net} --figures none -q --out net-{net}"),
        );
        let alone = run(folder, &format!("predict net-{net} points.csv"));
        for (row, line) in alone.lines().skip(1).enumerate() {
            assert_eq!(said[5 * net + row], format!("{net},{row},{line}"));
        }
    }
    let nets = fs::read_to_string(folder.join("a/nets.csv")).unwrap();
    let columns: Vec<&str> = nets.lines().next().unwrap().split(',').collect();
    let place = columns
        .iter()
        .position(|name| *name == "function_on_points");
    let number = |line: &str| line.split(',').nth(place.unwrap()).unwrap().to_owned();
    assert!(nets.lines().skip(1).all(|line| !number(line).is_empty()));
    run(folder, "verify a --nets 2");
    // The file is held against its digest, and the run goes by its name alone.
    fs::write(folder.join("points.csv"), "note,sepal_length\nx,1\n").unwrap();
    let output = mlp()
        .current_dir(folder)
        .args(["verify", "a"])
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(0));
    run(folder, "plot a");
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (data, points) = (at("iris.csv"), at("points.csv"));
    let message = refused(&["train", &data, "--predict-on", &points], 2);
    assert!(message.contains("points.csv"), "{message}");
    let message = refused(&["train", "moons", "--predict-on", "iris"], 2);
    assert!(message.contains("iris is not a file"), "{message}");
    let message = refused(
        &["train", "moons", "--diagnostics", "function_on_points"],
        2,
    );
    assert!(message.contains("--predict-on FILE"), "{message}");
}

#[test]
fn networks_that_share_the_best_score_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Untrained networks of one seed after another are right about half of the time; those without weights all alike.
    let alike = "population moons --samples 80 --hidden 2 --steps 0 --init zeros --nets 5 --validation-fraction 0.25 --figures none --no-progress";
    let selected = |arguments: &str| {
        let text = run(folder, arguments);
        let line = text.lines().find(|line| line.starts_with("selected"));
        line.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    let line = selected(&format!("{alike} --select accuracy --out a"));
    assert!(
        line.contains("(all 5 share it, and the first of them by number is taken; --select loss may tell them apart)"),
        "{line}"
    );
    let line = selected(&format!("{alike} --select loss --ensemble 2 --out b"));
    assert!(
        line.contains(
            "(all 5 share the last one's score, and the first 2 of them by number are taken)"
        ),
        "{line}"
    );
    let line = selected(&format!("{SEARCH} --select loss --out c"));
    assert!(line.ends_with("the best of 8 networks"), "{line}");
}

#[test]
fn rows_are_told_by_where_they_stand_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = "# people\nx,z,y\n".to_owned();
    for row in 0..80 {
        let x = f64::from(row * 37 % 80) / 80.0;
        let label = if (x > 0.5) != (row == 21) { "b" } else { "a" };
        let gap = [2, 3, 10].contains(&row);
        let cell = if gap {
            String::new()
        } else {
            format!("{x:.4}")
        };
        if row == 15 {
            text += "# halfway\n";
        }
        text += &format!("{cell},0.{},{label}\n", row * 7 % 10);
    }
    fs::write(folder.join("t.csv"), text).unwrap();
    let search = "population t.csv --target y --comment # --missing drop --test-fraction 0 --hidden 4 --optimizer adam --lr 0.02 --steps 200 --nets 4 --rows --format csv --no-progress --out a";
    let text = run(folder, search);
    let line = text.lines().find(|line| line.starts_with("rows")).unwrap();
    // Of the rows that were used it is the 18th from 0; in the file two comments, a header and 21 rows stand before it.
    assert!(line.contains(": 18 (line 25), "), "{line}");
    let table = fs::read_to_string(folder.join("a/rows.csv")).unwrap();
    assert!(table.starts_with("part,row,place,class,"), "{table}");
    for held in ["train,0,line 3,", "train,2,line 7,", "train,18,line 25,"] {
        assert!(table.contains(held), "{held}");
    }
    let page = fs::read_to_string(folder.join("a/report.html")).unwrap();
    assert!(page.contains("line 25"));
}

#[test]
fn what_was_never_trained_tells_no_wrong_label() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = run(
        folder,
        "population moons --samples 60 --nets 3 --rows --steps 0 --no-progress --out a",
    );
    assert!(!text.contains("mislabelled"), "{text}");
    let page = fs::read_to_string(folder.join("a/report.html")).unwrap();
    assert!(page.contains("took no step") && !page.contains("Most likely mislabelled"));
}

#[test]
fn a_report_lists_the_rows_that_are_most_likely_mislabelled() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(
        folder,
        "data moons --samples 100 --noise 0.05 --out moons.csv",
    );
    let table = fs::read_to_string(folder.join("moons.csv")).unwrap();
    let wrong = |row: usize| [3, 41, 77].contains(&row);
    let lines = table.lines().enumerate().map(|(at, line)| {
        let (features, label) = line.rsplit_once(',').unwrap();
        let label = match (at.checked_sub(1).is_some_and(wrong), label) {
            (true, "0") => "1",
            (true, _) => "0",
            (false, label) => label,
        };
        format!("{features},{label}\n")
    });
    fs::write(folder.join("planted.csv"), lines.collect::<String>()).unwrap();
    let search = "population planted.csv --test-fraction 0 --hidden 8 --optimizer adam --lr 0.02 --steps 400 --record every:20 --nets 6 --rows --sweep init_gain=0.5,1 --no-progress --out a";
    let text = run(folder, search);
    let line = text.lines().find(|line| line.starts_with("rows")).unwrap();
    let told = line.split_once(": ").unwrap().1;
    // Each with its place: `3 (line 5)`.
    let told: Vec<&str> = told
        .split(", ")
        .map(|row| row.split(' ').next().unwrap())
        .collect();
    for row in ["3", "41", "77"] {
        assert!(told[..3].contains(&row), "{line}");
    }
    let page = fs::read_to_string(folder.join("a/report.html")).unwrap();
    assert!(page.contains("The fate of every row") && page.contains("Most likely mislabelled"));
    // The same lists in JSON.
    let found = &json(folder, &format!("{search} --json"))["rows"];
    let listed = |name: &str| found[name].as_array().unwrap_or_else(|| panic!("{found}"));
    let wrong = listed("most_likely_mislabelled");
    let first: Vec<String> = wrong[..told.len()]
        .iter()
        .map(|row| row["row"].to_string())
        .collect();
    assert_eq!(first, told);
    assert!(wrong[0]["place"].as_str().unwrap().starts_with("line "));
    let share = |row: &serde_json::Value| row["share_right"].as_f64().unwrap();
    assert!(
        listed("networks_disagree")
            .iter()
            .map(share)
            .all(|share| share > 0.0 && share < 1.0)
    );
    run(folder, "verify a --nets 2");
    run(folder, "plot a");
}

#[test]
fn combinations_that_make_no_sense_are_refused() {
    for (arguments, word) in [
        (&["train", "moons", "--select", "loss"][..], "--folds"),
        (&["train", "moons", "--rows"], "--folds"),
        (
            &["population", "moons", "--select", "loss"],
            "--validation-fraction",
        ),
        (
            &["population", "moons", "--ensemble", "3"],
            "--select accuracy",
        ),
        (
            &["population", "moons", "--select", "acuracy"],
            "did you mean \"accuracy\"?",
        ),
        (&["population", "diabetes", "--rows"], "right or wrong"),
    ] {
        let message = refused(arguments, 2);
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_search_whose_networks_all_diverged_is_complete_and_has_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "data moons --samples 40 --out new.csv");
    let refusal = |arguments: &str| {
        let output = mlp()
            .current_dir(folder)
            .args(arguments.split(' '))
            .output()
            .unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {message}");
        assert!(!message.contains("mlp resume"), "{arguments}: {message}");
        (String::from_utf8(output.stdout).unwrap(), message)
    };
    let why = "no network has a validation_loss to compare, for all diverged or exploded; try a smaller --learning-rate";
    for options in [
        "",
        " --folds 3",
        " --sweep hidden=3,4",
        " --draws 4 --sweep lr=log:1e29:1e31",
    ] {
        let nets = if options.contains("--draws") {
            " --nets 8"
        } else {
            ""
        };
        let search = SEARCH.replace(nets, "");
        let rate = match options.contains("lr=") {
            true => "",
            false => " --learning-rate 1e30",
        };
        let search = format!("{search}{rate} --select loss{options} --out d --force");
        let (summary, message) = refusal(&search);
        assert!(message.contains(&format!("select: {why}")), "{message}");
        let line = |what: &str| summary.lines().find(|line| line.starts_with(what)).unwrap();
        assert!(
            line("selected").ends_with(&format!("none: {why}")),
            "{summary}"
        );
        assert!(line("status").contains("complete"), "{summary}");
        assert!(!line("next").contains("predict"), "{summary}");
        let before = folder_bytes(&folder.join("d"));
        // Again nothing is trained, and the answer is the same.
        let (again, message) = refusal("resume d");
        assert!(
            again.contains("already complete; nothing was trained") && message.contains(why),
            "{again}{message}"
        );
        assert_eq!(folder_bytes(&folder.join("d")), before);
        for command in [
            "predict d new.csv",
            "evaluate d new.csv",
            "importance d",
            "export d -o m.onnx",
        ] {
            let (_, message) = refusal(command);
            assert!(
                message.contains("no network could be selected, for all diverged or exploded; try a smaller --learning-rate"),
                "{command}: {message}"
            );
        }
        let verified = run(folder, "verify d --nets 2");
        assert!(verified.contains("selection.parquet"), "{verified}");
        assert!(run(folder, "list runs .").contains("none selected"));
        run(folder, "plot d");
        let report = fs::read_to_string(folder.join("d/report.html")).unwrap();
        assert!(report.contains(why));
        let told = refusal("resume d --json").0;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["selection"]["note"], why);
        // A model that is put there is not the run's.
        fs::write(folder.join("d/selection.parquet"), b"changed").unwrap();
        let output = mlp().current_dir(folder).args(["verify", "d"]).output();
        assert_eq!(output.unwrap().status.code(), Some(1));
    }
}

#[test]
fn what_is_selected_and_folds_are_held_against_the_baseline() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Of 300 rows, 24 are positive, and nothing tells which.
    let rows = (0..300).map(|row| {
        let label = if row % 12 == 5 { "yes" } else { "no" };
        format!("{},{},{label}", row * 7 % 31, row * 11 % 43)
    });
    let table: Vec<String> = std::iter::once("a,b,y".to_owned()).chain(rows).collect();
    fs::write(folder.join("rare.csv"), table.join("\n")).unwrap();
    let search = "rare.csv --hidden 3 --steps 20 --figures none --no-progress --out r --force";
    let warning = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("warning"));
        line.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    let text = run(
        folder,
        &format!("population {search} --nets 3 --validation-fraction 0.25 --select loss"),
    );
    let said = warning(&text);
    assert!(
        said.contains("the selected model's test accuracy") && said.contains("rarer class yes"),
        "{said}"
    );
    let text = run(folder, &format!("train {search} --folds 5"));
    let said = warning(&text);
    assert!(
        said.contains("over the folds the mean test accuracy 0.9167")
            && said.contains("that of always predicting the most frequent answer"),
        "{said}"
    );
    let told = run(
        folder,
        &format!("train {search} --folds 5 --format csv --json"),
    );
    let table = fs::read_to_string(folder.join("r/out_of_fold.csv")).unwrap();
    let mut lines = table.lines();
    let head = lines.next().unwrap();
    assert!(
        head.starts_with("net,fold,row,place,truth,prediction"),
        "{head}"
    );
    let cells: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(cells.len(), 300);
    for row in cells {
        let line = row[2].parse::<usize>().unwrap() + 2;
        assert_eq!(row[3], format!("line {line}"));
    }
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert!(told["warning"].as_str().unwrap().contains("over the folds"));
    run(folder, "plot r");
    let report = fs::read_to_string(folder.join("r/report.html")).unwrap();
    assert!(report.contains("over the folds the mean test accuracy"));
    // Where there is something to learn, nothing is warned of.
    let moons = "train moons --steps 300 --folds 4 --figures none --no-progress";
    assert!(!run(folder, &format!("{moons} --out m")).contains("warning"));
}
