//! The report of a cross-validation, and the order of what any report tells.

use std::{fs, path::Path};

use crate::succeeds;

/// Runs a line of arguments into a folder; its report.
fn report(folder: &Path, line: &str) -> String {
    let out = folder.to_str().unwrap();
    let arguments: Vec<&str> = line.split(' ').collect();
    let more = ["--figures", "svg", "--out", out];
    succeeds(&[&arguments[..], &more].concat());
    fs::read_to_string(folder.join("report.html")).unwrap()
}

fn figure(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join("figures").join(format!("{name}.svg"))).unwrap()
}

/// Expects texts in this order.
fn in_order(page: &str, texts: &[&str]) {
    let mut from = 0;
    for text in texts {
        let found = page[from..].find(text);
        let at = found.unwrap_or_else(|| panic!("{text} is not behind the others: {texts:?}"));
        from += at + text.len();
    }
}

#[test]
fn folds_are_names_and_pooled_areas_are_told_from_means() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("iris");
    report(&run, "train iris --folds 5 --steps 60 --hidden 4");
    // Nothing joins one fold with the next: bars, and no line of the median from fold to fold.
    let norms = figure(&run, "norms-against-fold");
    let medians = norms
        .lines()
        .filter(|line| line.contains("stroke-width=\"2.2\"") && line.matches(',').count() > 2);
    assert_eq!(medians.count(), 0, "{norms}");
    assert!(figure(&run, "roc").contains("of all folds together"));
}

#[test]
fn a_cross_validation_tells_its_mean_with_interval_beside_the_baseline_first() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("iris");
    let page = report(
        &run,
        "train iris --folds 5 --steps 60 --hidden 4 --metrics f1",
    );
    in_order(
        &page,
        &[
            "<h1>Cross-validation on iris",
            "150 samples in 5 folds",
            "Scores over 5 folds",
            "<th scope=\"col\" class=\"number\">mean</th>",
            "95 % interval",
            ">without a network</th>",
            "<td>accuracy</td>",
            "<td>f1</td>",
            "<td>loss</td>",
            "judged on the fold that it was not trained on",
            "Without a network, the most frequent class reaches",
            "The score of each fold on its own samples",
            "Which classes are taken for which, by networks that were not trained on the sample.",
            "What a threshold on the probability costs",
            "Loss and score over all networks",
        ],
    );
    let scores = figure(&run, "folds");
    assert!(
        scores.contains("95 % interval") && scores.contains("fold that was left out"),
        "{scores}"
    );
    let confusion = figure(&run, "confusion-matrix");
    assert!(
        confusion.contains("150 predictions of 5 networks for samples"),
        "{confusion}"
    );
}

#[test]
fn of_numbers_the_predictions_for_the_left_out_folds_are_drawn() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("diabetes");
    let page = report(&run, "train diabetes --folds 3 --steps 30 --hidden 4");
    in_order(
        &page,
        &[
            "Scores over 3 folds",
            "<td>R²</td>",
            "<td>rmse</td>",
            "the training part",
            "The score of each fold on its own samples",
            "for the samples that they were not trained on, against what is true",
            "Loss and score over all networks",
        ],
    );
    assert!(figure(&run, "predicted-true").contains("out of fold"));
}

#[test]
fn of_several_settings_the_best_is_on_top_and_its_predictions_are_drawn() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("swept");
    // A rate of nothing learns nothing.
    let page = report(
        &run,
        "population iris --folds 3 --nets 2 --steps 40 --hidden 4 --sweep lr=1e-9,0.5",
    );
    in_order(
        &page,
        &[
            "Settings by their scores over the folds, best first",
            "<td>learning rate 0.5</td>",
            "<td>learning rate 1e-9</td>",
            "A point for each fold of each setting",
        ],
    );
    let told = "300 predictions of 6 networks of the best setting (learning rate 0.5)";
    let confusion = figure(&run, "confusion-matrix");
    // Long subtitles are wrapped.
    let words = confusion.replace("</text>", " ");
    assert!(
        told.split(' ').all(|word| words.contains(word)),
        "{confusion}"
    );
}

#[test]
fn what_is_looked_for_first_comes_first() {
    let scratch = tempfile::tempdir().unwrap();
    let classes = report(
        &scratch.path().join("classes"),
        "train moons --steps 20 --hidden 4",
    );
    in_order(
        &classes,
        &[
            "<td>test</td>",
            "Which classes are taken for which, of the test part.",
            "What a threshold on the probability costs",
            "What the network predicts everywhere",
            "How many of what is called a class",
            "Loss and score of each part",
            "norm",
        ],
    );
    // Each score beside what is reached without a network.
    in_order(
        &classes,
        &[
            ">accuracy</th>",
            ">accuracy of the most frequent class</th>",
            ">loss</th>",
        ],
    );
    let numbers = report(
        &scratch.path().join("numbers"),
        "train sine --steps 20 --hidden 4",
    );
    in_order(
        &numbers,
        &[
            ">R²</th>",
            ">R² of the mean</th>",
            "What the network predicts against what is true",
            "as a line through the samples",
            "Loss and score of each part",
            "norm",
        ],
    );
}

#[test]
fn a_replay_says_of_which_network_of_which_run_it_is() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("decays");
    let many = "population moons --samples 64 --hidden 3 --nets 2 --steps 8 --seed 7 --figures none --sweep weight_decay=0,1e-3 --out";
    let mut arguments: Vec<&str> = many.split(' ').collect();
    arguments.push(run.to_str().unwrap());
    succeeds(&arguments);
    let again = scratch.path().join("again");
    let page = report(&again, &format!("replay {} 3", run.to_str().unwrap()));
    in_order(
        &page,
        &[
            "<h1>Network 3 of decays, on moons",
            "Network 3 of the run decays (seed 8, weight decay 0.001), trained again.",
        ],
    );
    // Not where it lies on this machine.
    let parent = scratch.path().file_name().unwrap().to_str().unwrap();
    assert!(!page.contains(parent));
    // The figures of the same directory say it when they are drawn again, and so does a run that is resumed.
    fs::remove_file(again.join("report.html")).unwrap();
    succeeds(&["plot", again.to_str().unwrap(), "--format", "svg"]);
    let page = fs::read_to_string(again.join("report.html")).unwrap();
    assert!(page.contains("<h1>Network 3 of decays, on moons"));
    fs::remove_file(again.join("nets.parquet")).unwrap();
    succeeds(&["resume", again.to_str().unwrap()]);
    let page = fs::read_to_string(again.join("report.html")).unwrap();
    assert!(page.contains("<h1>Network 3 of decays, on moons"));
}
