//! The analysis of populations against what is read off their tables.

use mlp_store::RunDirectory;
use mlp_train::{
    Error, Kind,
    analysis::{Analysis, Name, Request, analyze},
};

use crate::{Scratch, experiment, run};

/// A grid with records, some of whose networks diverge.
const GRID: [&str; 9] = [
    "data=xor",
    "hidden=3",
    "steps=400",
    "record=log:12",
    "nets=12",
    "diagnostics=patterns",
    "sweep.activation=tanh,relu",
    "sweep.learning_rate=0.5,1e30",
    "format=csv",
];

fn analysis(path: &std::path::Path, request: &Request) -> Result<Analysis, Error> {
    let directory = RunDirectory::open(path).unwrap();
    let author = directory.author().unwrap();
    let resolved = mlp_store::resolve(&author, None).unwrap();
    analyze(&directory, &resolved, request)
}

#[test]
fn results_are_those_of_the_tables() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(experiment(Kind::Population, &GRID), &path);
    let found = analysis(&path, &Request::default()).unwrap();
    let directory = RunDirectory::open(&path).unwrap();
    let nets = directory.nets().unwrap();
    let statuses = nets.texts("status").unwrap();
    let exploded = nets.texts("exploded").unwrap();
    let losses = nets.numbers("train_loss").unwrap();
    let finite = |net: &usize| statuses[*net] != "diverged";
    let sound = (0..nets.rows()).filter(|net| finite(net) && exploded[*net] == "false");
    let sound: Vec<usize> = sound.collect();
    assert!(!sound.is_empty() && sound.len() < nets.rows());

    let all = &found.success[0];
    let solved = sound.iter().filter(|&&net| losses[net] < 0.01).count() as u64;
    assert_eq!(all.name, Name::default());
    assert_eq!((all.solved.successes, all.solved.trials), (solved, 48));
    assert_eq!(all.diverged + all.exploded, 48 - sound.len() as u64);
    let diverged = (0..48).filter(|net| !finite(net)).count();
    assert_eq!(
        (found.diverged, all.diverged),
        (all.diverged, diverged as u64)
    );
    let parts = |key: &str| -> Vec<u64> {
        let own = found.success.iter().filter(|s| s.name.key == key);
        own.map(|success| success.solved.trials).collect()
    };
    assert_eq!(parts("activation"), [24, 24]);
    assert_eq!(parts("cell"), [12; 4]);

    // Every network has a law of its records, and all together one of their ends.
    let weight = nets.numbers("weight_norm").unwrap();
    let mean = sound.iter().map(|&net| weight[net]).sum::<f64>() / sound.len() as f64;
    let told = found
        .means
        .iter()
        .find(|m| m.metric == "weight_norm")
        .unwrap();
    assert!((told.mean.value - mean).abs() < 1e-12);
    let scatter = &found.scatters[0];
    assert_eq!(scatter.points.len(), sound.len());
    assert_eq!(scatter.points[0].0, weight[sound[0]] * weight[sound[0]]);
    assert_eq!(
        scatter.laws[0].line.as_ref().unwrap().count,
        sound.len() as u64
    );

    // Classes part the networks, and each is told once a group.
    let clusters = found.clusters.as_ref().unwrap().iter();
    let own = clusters.filter(|cluster| cluster.name == Name::default());
    let counts: Vec<u64> = own.map(|cluster| cluster.share.successes).collect();
    assert_eq!(counts.iter().sum::<u64>(), sound.len() as u64);
    assert_eq!(counts.len() as u64, found.clustering[0].classes);
    assert!(counts.windows(2).all(|pair| pair[0] >= pair[1]));

    // Trends are the statistics of the run; filtered ones are gathered anew, from the same records.
    let all = Request {
        condition: Some("net >= 0".to_owned()),
        ..Request::default()
    };
    let again = analysis(&path, &all).unwrap();
    let of_all = |found: &Analysis| -> Vec<_> {
        let own = found.trends.iter().filter(|t| t.name == Name::default());
        let own = own.filter(|t| t.step.is_some() && t.norm == "bias_norm");
        own.map(|t| (t.step, t.count)).collect()
    };
    assert_eq!(of_all(&found), of_all(&again));
    assert!(!of_all(&found).is_empty());
    assert_eq!(found.tables()[0], again.tables()[0]);
}

#[test]
fn pairs_differ_in_the_key_alone() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(experiment(Kind::Population, &GRID), &path);
    let request = Request {
        comparisons: vec!["activation=relu,tanh".to_owned()],
        ..Request::default()
    };
    let found = analysis(&path, &request).unwrap();
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    let norm = nets.numbers("weight_norm").unwrap();
    let statuses = nets.texts("status").unwrap();
    // Cells in order: tanh 0.5, tanh 1e30, relu 0.5, relu 1e30, each with the seeds 0 to 11.
    let exploded = nets.texts("exploded").unwrap();
    let sound = |net: usize| statuses[net] != "diverged" && exploded[net] == "false";
    let pairs = (0..24).filter(|&net| sound(net) && sound(net + 24));
    let differences: Vec<f64> = pairs.map(|net| norm[net] - norm[net + 24]).collect();
    let told = found.comparisons.iter().find(|c| c.metric == "weight_norm");
    let told = told.unwrap();
    assert_eq!(
        (told.name.value.as_str(), told.other.as_str()),
        ("relu", "tanh")
    );
    assert_eq!(told.difference.count, differences.len() as u64);
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    assert!((told.difference.value - mean).abs() < 1e-12);
}

#[test]
fn records_have_a_law_a_network() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(experiment(Kind::Population, &GRID), &path);
    let request = Request {
        scatters: vec![
            "|W|^2,|W_0|^2+|W_1|^2".to_owned(),
            "ln(step),|b_out|".to_owned(),
        ],
        color: Some("class".to_owned()),
        records: true,
        after: 10,
        condition: Some("learning_rate < 1".to_owned()),
        ..Request::default()
    };
    let found = analysis(&path, &request).unwrap();
    assert_eq!(found.networks, 24);
    let law = &found.scatters[0].laws[0];
    let (line, single) = (law.line.as_ref().unwrap(), law.single.unwrap());
    assert!((line.slope - 1.0).abs() < 1e-6 && line.r_squared.unwrap() > 0.999_999);
    assert_eq!((single.networks, single.straight), (24, 24));
    assert!(found.scatters[1].points.iter().all(|point| point.0 > 2.3));
}

#[test]
fn what_the_tables_cannot_answer_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let plain: Vec<&str> = GRID
        .into_iter()
        .filter(|setting| !setting.starts_with("diagnostics"))
        .collect();
    run(experiment(Kind::Population, &plain), &path);
    let refused = |change: &dyn Fn(&mut Request)| {
        let mut request = Request::default();
        change(&mut request);
        analysis(&path, &request).unwrap_err().to_string()
    };
    for (reason, told) in [
        (
            refused(&|r| r.scatters = vec!["|W|^2".to_owned()]),
            "write X,Y",
        ),
        (
            refused(&|r| r.scatters = vec!["weight_nrm,|b|".to_owned()]),
            "did you mean \"weight_norm\"",
        ),
        (
            refused(&|r| r.color = Some("class".to_owned())),
            "--diagnostics patterns",
        ),
        (
            refused(&|r| r.condition = Some("net > 1000".to_owned())),
            "no network meets",
        ),
        (
            refused(&|r| r.comparisons = vec!["activation=tanh".to_owned()]),
            "KEY=A,B",
        ),
        (
            refused(&|r| r.comparisons = vec!["activation=tanh,sine".to_owned()]),
            "tanh, relu",
        ),
        (
            refused(&|r| r.comparisons = vec!["optimizer=sgd,adam".to_owned()]),
            "is not swept",
        ),
    ] {
        assert!(reason.contains(told), "{reason}");
    }
    assert!(
        analysis(&path, &Request::default())
            .unwrap()
            .clusters
            .is_none()
    );
}

#[test]
fn drawn_keys_have_bins() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let settings = [
        "data=xor",
        "hidden=3",
        "steps=20",
        "draws=40",
        "sweep.learning_rate=log:1e-3:1e-1",
    ];
    run(experiment(Kind::Population, &settings), &path);
    let found = analysis(&path, &Request::default()).unwrap();
    let bins = found
        .success
        .iter()
        .filter(|s| s.name.key == "learning_rate");
    let trials: Vec<u64> = bins.map(|success| success.solved.trials).collect();
    assert_eq!((trials.len(), trials.iter().sum::<u64>()), (8, 40));
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    let rates = nets.numbers("learning_rate").unwrap();
    // An eighth of two decades is a quarter of one.
    let first = rates
        .iter()
        .filter(|rate| **rate < 10f64.powf(-2.75))
        .count() as u64;
    assert_eq!(trials[0], first);
    assert!(found.comparisons.is_empty());
}
