//! `mlp analyze` as a user meets it.

use std::{fs, path::Path};

use crate::{mlp, refused, succeeds};

const POPULATION: [&str; 14] = [
    "population",
    "xor",
    "--hidden",
    "3",
    "--steps",
    "60",
    "--nets",
    "8",
    "--sweep",
    "activation=tanh,relu",
    "--sweep",
    "optimizer=sgd,adam",
    "--figures",
    "svg",
];

fn output(arguments: &[&str]) -> String {
    let output = mlp().args(arguments).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_population_is_told_of_in_tables_figures_and_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let run = run.to_str().unwrap();
    succeeds(
        &[
            &POPULATION[..],
            &["--diagnostics", "patterns", "--out", run],
        ]
        .concat(),
    );
    // The run's own report holds it already.
    let page = fs::read_to_string(folder.path().join("run/report.html")).unwrap();
    assert!(page.contains("Laws between norms") && page.contains("|b|² against |W|²"));

    let text = output(&["analyze", run]);
    for words in [
        "law         |b|^2 = ",
        "classes     ",
        "activation: relu minus tanh",
        "note        these 32 networks have 8 seeds between them",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // A second time, the same bytes.
    let tables = |name: &str| fs::read(folder.path().join("run/analysis").join(name)).unwrap();
    let before = (tables("means.csv"), tables("clusters.csv"));
    let object: serde_json::Value =
        serde_json::from_str(&output(&["analyze", run, "--json"])).unwrap();
    assert_eq!((tables("means.csv"), tables("clusters.csv")), before);
    assert_eq!(
        (&object["networks"], &object["seeds"]),
        (&32.into(), &8.into())
    );
    assert_eq!(object["success"][0]["networks"], 32);
    assert_eq!(object["comparisons"][0]["pairs"], 16);

    // Of a part there are no comparisons of what it lacks, and no table of them from before.
    let condition = "activation == tanh and optimizer == sgd";
    let scatter = [
        "--scatter",
        "ln(step),|b_out|",
        "--records",
        "--color",
        "class",
    ];
    let asked = [&["analyze", run, "--where", condition][..], &scatter].concat();
    let part = output(&asked);
    assert!(
        part.contains(&format!(
            "networks    8 of 32 networks, where {condition}\n"
        )) && !part.contains("seeds between"),
        "{part}"
    );
    let written = names(&folder.path().join("run/analysis-where"));
    assert!(!written.contains(&"comparisons.csv".to_owned()));
    assert!(written.contains(&"records-b-out-against-ln-step.svg".to_owned()));
}

#[test]
fn a_selection_says_its_condition_and_leaves_the_analysis_of_all_alone() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    succeeds(&[&POPULATION[..], &["--out", run.to_str().unwrap()]].concat());
    let read = |name: &str| fs::read_to_string(run.join(name)).unwrap();
    let all = [
        "report.html",
        "analysis/means.csv",
        "analysis/b2-against-W2.svg",
    ];
    let before: Vec<String> = all.iter().map(|name| read(name)).collect();
    let analyze = |condition: &str, more: &[&str]| {
        let run = run.to_str().unwrap();
        output(&[&["analyze", run, "--where", condition][..], more].concat())
    };
    let text = analyze("activation == tanh", &[]);
    let whole = "16 of 32 networks, where activation == tanh";
    assert!(text.contains(whole), "{text}");
    assert!(
        text.contains("the report stays that of all networks"),
        "{text}"
    );
    assert!(text.contains("run/analysis-where"), "{text}");
    let after: Vec<String> = all.iter().map(|name| read(name)).collect();
    assert!(before == after);
    let table = read("analysis-where/selection.csv");
    assert_eq!(table, "condition,networks,of\nactivation == tanh,16,32\n");
    let pictures = || -> Vec<String> {
        let mut names = names(&run.join("analysis-where"));
        names.retain(|name| name.ends_with(".svg"));
        names
    };
    assert!(!pictures().is_empty());
    for name in pictures() {
        let text = read(&format!("analysis-where/{name}"));
        assert!(text.contains("16 of 32 networks"), "{name}");
        assert!(text.matches("32 networks").count() == 1, "{name}");
    }
    // The pictures of another selection go.
    analyze("activation == relu", &["--scatter", "|W|,train_loss"]);
    let named = |text: &str| pictures().iter().any(|name| name.contains(text));
    assert!(named("train-loss-against") && !named("b2-against"));
    for name in pictures() {
        let text = read(&format!("analysis-where/{name}"));
        assert!(!text.contains("tanh,") && text.contains("relu"), "{name}");
    }
    let object = analyze("activation == relu", &["--json"]);
    let object: serde_json::Value = serde_json::from_str(&object).unwrap();
    assert_eq!(object["condition"], "activation == relu");
    assert_eq!(
        (&object["networks"], &object["of"]),
        (&16.into(), &32.into())
    );
}

#[test]
fn what_cannot_be_analysed_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let run = run.to_str().unwrap();
    let none = ["--figures", "none", "--out", run];
    succeeds(&[&POPULATION[..12], &none].concat());
    for (arguments, words) in [
        (
            &["--scatter", "weight_nrm,|b|"][..],
            "did you mean \"weight_norm\"",
        ),
        (&["--color", "class"], "--diagnostics patterns"),
        (&["--after", "5"], "--records"),
        (&["--where", "net > 99"], "no network meets net > 99"),
        (&["--compare", "optimizer=sgd,lion"], "sgd, adam"),
    ] {
        let message = refused(&[&["analyze", run][..], arguments].concat(), 2);
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
}

#[test]
fn laws_and_means_that_say_little_are_not_stated_as_if_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let population = |name: &str, settings: &[&str]| {
        let run = folder.path().join(name).to_string_lossy().into_owned();
        let common = [
            "population",
            "xor",
            "--steps",
            "20",
            "--figures",
            "none",
            "--out",
            &run,
        ];
        let told = output(&[&common[..], settings].concat());
        (told, output(&["analyze", &run]), run)
    };
    let (_, two, run) = population("two", &["--nets", "2"]);
    assert!(
        two.contains("no law: 2 points always lie on a line"),
        "{two}"
    );
    assert!(!two.contains("1.0000000"), "{two}");
    let laws = fs::read_to_string(Path::new(&run).join("analysis/laws.csv")).unwrap();
    assert!(laws.lines().nth(1).unwrap().contains(",2,,,,"), "{laws}");

    // One cell of four is far from the others.
    let sweep = ["--nets", "3", "--sweep", "init_gain=1,1.1,1.2,5000"];
    let (told, unlike, _) = population("unlike", &sweep);
    assert!(
        unlike.contains("no common law: the cells' means of |W|^2"),
        "{unlike}"
    );
    assert!(
        unlike.contains(
            "weight norm of all, bias norm of all the mean is more than 100 times the median"
        ),
        "{unlike}"
    );
    assert!(
        told.contains("the mean of weight_norm is ") && told.contains("a few networks dominate it"),
        "{told}"
    );
    let (told, alike, _) = population("alike", &sweep[..2]);
    assert!(alike.contains("law         |b|^2 = "), "{alike}");
    assert!(
        !told.contains("a few networks dominate it") && !alike.contains("so that few"),
        "{told}"
    );
}

#[test]
fn a_refined_map_counts_what_was_computed() {
    let folder = tempfile::tempdir().unwrap();
    let map = |name: &str, rates: &str, budget: &str| {
        let run = folder.path().join(name).to_string_lossy().into_owned();
        let told = output(&[
            "map",
            "moons",
            "--x",
            rates,
            "--y",
            "wd=lin:0:0.01:20",
            "--steps",
            "30",
            "--hidden",
            "none",
            "--loss",
            "mse",
            "--budget",
            budget,
            "--figures",
            "svg",
            "--out",
            &run,
        ]);
        let picture = Path::new(&run).join("figures/map-test-loss.svg");
        (told, fs::read_to_string(picture).unwrap())
    };
    let (told, picture) = map("refined", "lr=log:1e-2:1e9:20", "1ms");
    let (before, _) = told.split_once(" diverged").unwrap();
    let diverged = before.rsplit(' ').next().unwrap();
    assert_ne!(diverged, "0", "{told}");
    assert!(
        picture.contains(&format!("diverged: {diverged} computed cells (")),
        "{told}"
    );
    assert!(picture.contains("shows the computed cell of its block"));
    let (_, picture) = map("whole", "lr=1,2", "1h");
    assert!(!picture.contains("computed cell of its block"));
}

#[test]
fn seeds_of_networks_that_diverge_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let run = run.to_str().unwrap();
    let population = "population diabetes --nets 6 --sweep lr=0.01,1000 --hidden 3 --steps 60 --figures none --no-progress --out";
    let arguments: Vec<&str> = population.split(' ').chain([run]).collect();
    output(&arguments);
    let object: serde_json::Value =
        serde_json::from_str(&output(&["analyze", run, "--json"])).unwrap();
    assert_ne!(object["diverged"], 0);
    assert_eq!(
        (&object["networks"], &object["seeds"]),
        (&12.into(), &6.into())
    );
}
