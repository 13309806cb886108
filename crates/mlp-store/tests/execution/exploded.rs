//! Networks that exploded: finite, but of no use, and set apart from the others.

use mlp_core::Level;
use mlp_store::{Manifest, RunDirectory, Verifying, manifest::FileDigest, verify};
use mlp_train::{
    Kind,
    analysis::{self, Request},
};

use crate::{Scratch, experiment, run};

/// Rectifiers at a rate that throws some of them far away without a number that is not finite.
const FAR: [&str; 8] = [
    "data=moons",
    "samples=64",
    "hidden=16,16",
    "activation=relu",
    "steps=200",
    "nets=12",
    "record=log:6",
    "sweep.learning_rate=0.1,30",
];

fn analyzed(path: &std::path::Path) -> analysis::Analysis {
    let directory = RunDirectory::open(path).unwrap();
    let author = directory.author().unwrap();
    let resolved = mlp_store::resolve(&author, None).unwrap();
    analysis::analyze(&directory, &resolved, &Request::default()).unwrap()
}

#[test]
fn exploded_networks_are_counted_and_set_apart() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let settings = [&FAR[..], &["diagnostics=patterns"]].concat();
    let summary = run(experiment(Kind::Population, &settings), &path);
    let directory = RunDirectory::open(&path).unwrap();
    let nets = directory.nets().unwrap();
    let flags: Vec<bool> = nets
        .texts("exploded")
        .unwrap()
        .iter()
        .map(|f| f == "true")
        .collect();
    let statuses = nets.texts("status").unwrap();
    let norms = nets.numbers("weight_norm").unwrap();
    let count = flags.iter().filter(|flag| **flag).count() as u64;
    assert!(
        count > 3 && !flags[..12].contains(&true),
        "{flags:?} {norms:?}"
    );
    for (net, flag) in flags.iter().enumerate().filter(|(_, flag)| **flag) {
        assert!(
            *flag && statuses[net] == "completed" && norms[net] > 1e3,
            "{net}"
        );
    }
    assert_eq!(summary.manifest.counts.exploded, count);

    // Nothing tells of them but their number.
    let kept: Vec<usize> = (0..24)
        .filter(|&net| statuses[net] != "diverged" && !flags[net])
        .collect();
    let found = analyzed(&path);
    assert_eq!((found.networks, found.exploded), (24, count));
    assert_eq!(found.success[0].exploded, count);
    assert_eq!(found.success[0].solved.trials, 24);
    let mean = found
        .means
        .iter()
        .find(|m| m.metric == "weight_norm")
        .unwrap();
    let expected = kept.iter().map(|&net| norms[net]).sum::<f64>() / kept.len() as f64;
    assert!((mean.mean.value - expected).abs() < 1e-9 * expected);
    assert_eq!(mean.mean.count, kept.len() as u64);
    let largest = kept
        .iter()
        .map(|&net| norms[net])
        .fold(0.0, |a, b| if b > a { b } else { a });
    for scatter in &found.scatters {
        assert_eq!(scatter.fitted, kept.len() as u64);
    }
    assert!(
        found.scatters[0]
            .points
            .iter()
            .all(|(x, _)| *x <= largest * largest)
    );
    assert_eq!(found.clustering[0].networks, kept.len() as u64);

    // The statistics of the finite ones are without them, and they have their own.
    let statistics = directory.statistics().unwrap();
    let row = |outcome: &str, metric: &str| {
        let [keys, outcomes, metrics] =
            ["key", "outcome", "metric"].map(|c| statistics.texts(c).unwrap());
        let steps = statistics.texts("step").unwrap();
        let is = |row: &usize| {
            keys[*row].is_empty()
                && steps[*row].is_empty()
                && outcomes[*row] == outcome
                && metrics[*row] == metric
        };
        (0..statistics.rows()).find(is).unwrap()
    };
    let number = |name: &str, row: usize| statistics.numbers(name).unwrap()[row];
    assert_eq!(number("count", row("exploded", "networks")), count as f64);
    assert_eq!(
        number("count", row("finite", "networks")),
        kept.len() as f64
    );
    let finite = row("finite", "weight_norm");
    assert_eq!(number("max", finite), largest);
    assert_eq!(number("mean", finite), mean.mean.value);
    assert_eq!(number("q50", finite), mean.median.unwrap().value);
    assert!(number("min", row("exploded", "weight_norm")) > 1e3);
}

#[test]
fn the_flag_depends_on_the_network_alone() {
    let scratch = Scratch::new();
    let flags = |name: &str, settings: &[&str]| {
        let path = scratch.path(name);
        run(
            experiment(Kind::Population, &[&FAR[..], settings].concat()),
            &path,
        );
        RunDirectory::open(&path)
            .unwrap()
            .nets()
            .unwrap()
            .texts("exploded")
            .unwrap()
    };
    let all = flags("all", &[]);
    assert_eq!(flags("last", &["record=last"]), all, "whatever is recorded");
    let alone = flags("alone", &["sweep.learning_rate=30", "seed=5", "nets=3"]);
    assert_eq!(alone, all[17..20], "in any company");
}

#[test]
fn networks_that_train_well_are_not_exploded() {
    let scratch = Scratch::new();
    for (index, settings) in [
        &["init=constant:0", "learning_rate=1"][..],
        &["init=uniform:0.01", "optimizer=adam", "learning_rate=0.1"],
        &["init=normal:3", "weight_decay=1e-3", "optimizer=adam"],
        &["activation=tanh", "learning_rate=10"],
        &[
            "data=diabetes",
            "scale_target=none",
            "optimizer=adam",
            "learning_rate=3",
        ],
    ]
    .iter()
    .enumerate()
    {
        let path = scratch.path(&format!("run-{index}"));
        let usual = [
            "data=moons",
            "nets=4",
            "steps=300",
            "record=last",
            "hidden=16",
        ];
        let summary = run(
            experiment(Kind::Population, &[&usual[..], settings].concat()),
            &path,
        );
        assert_eq!(summary.manifest.counts.exploded, 0, "{settings:?}");
    }
}

/// Runs of earlier versions have neither the column nor the count.
#[test]
fn runs_without_the_column_are_read() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(
        experiment(Kind::Population, &[&FAR[..], &["format=csv"]].concat()),
        &path,
    );
    let file = path.join("nets.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    let column = text
        .lines()
        .next()
        .unwrap()
        .split(',')
        .position(|name| name == "exploded")
        .unwrap();
    let without = |line: &str| {
        let cells = line
            .split(',')
            .enumerate()
            .filter(|(place, _)| *place != column);
        cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",") + "\n"
    };
    let old: String = text.lines().map(without).collect();
    std::fs::write(&file, &old).unwrap();
    let mut manifest = Manifest::read(&path).unwrap().unwrap();
    let digest = FileDigest {
        bytes: old.len() as u64,
        blake3: blake3::hash(old.as_bytes()).to_hex().to_string(),
    };
    manifest.files.insert("nets.csv".to_owned(), digest);
    manifest.write(&path).unwrap();
    let json = std::fs::read_to_string(path.join("manifest.json")).unwrap();
    let lines = json.lines().filter(|line| !line.contains("\"exploded\""));
    let json = lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("\"diverged\": 0,", "\"diverged\": 0");
    std::fs::write(path.join("manifest.json"), json).unwrap();

    assert_eq!(Manifest::read(&path).unwrap().unwrap().counts.exploded, 0);
    let found = analyzed(&path);
    assert_eq!((found.networks, found.exploded), (24, 0));
    let directory = RunDirectory::open(&path).unwrap();
    let resolved = mlp_store::resolve(&directory.author().unwrap(), None).unwrap();
    let how = Verifying {
        networks: 24,
        seed: 0,
        only: None,
        level: Level::best(),
        threads: None,
    };
    let found = verify(&directory, &resolved, how, &(), &Default::default()).unwrap();
    assert_eq!(found.differences, Vec::<String>::new());
}
