//! Numbers that are not defined: a precision of no predictions, scores of one class, figures of no network.

use std::fs;

use crate::mlp;
use crate::running::{json, run};

/// Where no row is taken for the class, precision is undefined and counts as 0, as in scikit-learn; that is said.
#[test]
fn an_undefined_precision_counts_as_zero_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let row = |row: usize| {
        let a = row * 37 % 101;
        format!(
            "{a},{}.5,{}\n",
            row * 53 % 97,
            if a > 92 { "yes" } else { "no" }
        )
    };
    let table = (0..300).map(row).collect::<String>();
    fs::write(folder.join("t.csv"), format!("a,b,y\n{table}")).unwrap();
    let search = "population t.csv --validation-fraction 0.3 --hidden 3 --sweep steps=1,400 --nets 2 --lr 0.5 --select precision --no-progress --out a";
    let text = run(folder, search);
    let note =
        "have precision 0: no row that they take for the class is of it, or they take none for it";
    let line = |line: &&str| line.starts_with("note") && line.contains(note);
    assert!(text.lines().any(|text| line(&text)), "{text}");
    let told = json(folder, &format!("{search} --json"));
    assert!(
        told["selection"]["note"].as_str().unwrap().contains(note),
        "{told}"
    );
    let page = fs::read_to_string(folder.join("a/report.html")).unwrap();
    assert!(page.contains(note));
    let alone =
        "train t.csv --hidden 3 --steps 1 --threshold 0.999 --figures none --no-progress --out b";
    run(folder, alone);
    let output = mlp()
        .current_dir(folder)
        .args(["importance", "b", "--score", "precision"])
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("no row is predicted as yes, so that precision is undefined"),
        "{message}"
    );
}

/// A population of which every network exploded has nothing to draw, and says so in place of blank figures.
#[test]
fn a_population_that_all_exploded_says_so_in_report_and_plot() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let all = "population moons --nets 3 --steps 60 --lr 1e6 --no-progress --out a";
    let text = run(folder, all);
    let why = "every network diverged or exploded, so that there is nothing to tell of; try a smaller rate: --learning-rate 0.1";
    assert!(text.contains(why), "{text}");
    let page = fs::read_to_string(folder.join("a/report.html")).unwrap();
    assert!(page.contains(&format!("Warning: {why}.")));
    assert!(!page.contains("<figure"), "a blank figure");
    assert!(
        fs::read_dir(folder.join("a/figures")).map_or(true, |mut files| files.next().is_none())
    );
    let plot = |arguments: &[&str]| {
        let output = mlp().current_dir(folder).args(arguments).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(plot(&["plot", "a"]).contains(&format!("note: no figure is drawn: {why}")));
    let message = plot(&["plot", "a", "--only", "learning-curves"]);
    assert!(
        message.contains(&format!("a has no such figure: {why}")),
        "{message}"
    );
}

/// What the text warns of, `--json` has too: of a population, of folds, of a selection and of one training.
#[test]
fn trainings_that_all_failed_are_warned_of_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wild = "--activation relu --steps 20 --lr 1e30 --figures none --no-progress --json";
    let all = "every network diverged or exploded, so that there is nothing to tell of; try a smaller rate: --learning-rate 0.1";
    for (out, command, said) in [
        ("a", "population moons --nets 2", all),
        ("b", "population moons --nets 1 --folds 3", all),
        ("c", "train moons", "diverged: at step "),
    ] {
        let told = json(folder, &format!("{command} {wild} --out {out}"));
        let warning = told["warning"].as_str().unwrap_or_default();
        assert!(warning.starts_with(said), "{command}: {told}");
        assert_eq!(told["warnings"][0], warning, "{command}");
    }
}
