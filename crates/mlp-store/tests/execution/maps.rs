//! Performance maps.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use mlp_core::Level;
use mlp_store::{DirectoryChoice, Execution, RunDirectory, RunStatus, execute};
use mlp_train::{Data, Kind, MapSlice, Observer, Outcome};

use crate::{Scratch, experiment, results, run, run_with, short, threads};

#[test]
fn a_column_over_steps_equals_single_trainings() {
    let scratch = Scratch::new();
    let map = short(
        Kind::Map,
        &[
            "map.x=learning_rate=0.01,0.3,2",
            "map.y=step",
            "record=every:5",
        ],
    );
    let summary = run(map, &scratch.path("map"));
    assert_eq!(
        summary.manifest.counts.networks, 3,
        "one training a learning rate"
    );
    let npz = RunDirectory::open(&scratch.path("map"))
        .unwrap()
        .map()
        .unwrap();
    assert_eq!(npz.get("axes").unwrap().words().unwrap(), ["y", "x"]);
    assert_eq!(npz.get("x").unwrap().numbers().unwrap(), [0.01, 0.3, 2.0]);
    assert_eq!(
        npz.get("y").unwrap().numbers().unwrap(),
        [0.0, 5.0, 10.0, 15.0, 20.0]
    );
    assert_eq!(
        npz.get("x_key").unwrap().words().unwrap(),
        ["learning_rate"]
    );
    assert_eq!(npz.get("y_key").unwrap().words().unwrap(), ["step"]);
    assert!(
        npz.get("x_labels").is_none()
            && npz.get("train_rmse").is_none()
            && npz.get("step").is_none()
    );
    let loss = npz.get("test_loss").unwrap();
    assert_eq!(loss.shape, [5, 3]);
    let losses = loss.numbers().unwrap();
    for (column, rate) in ["0.01", "0.3", "2"].iter().enumerate() {
        for (row, steps) in [5, 10, 15, 20].iter().enumerate() {
            let name = format!("{rate}-{steps}");
            let (rate, steps) = (format!("lr={rate}"), format!("steps={steps}"));
            let one = run(short(Kind::Train, &[&rate, &steps]), &scratch.path(&name));
            let test = one.outcome.unwrap().last().unwrap().test.unwrap();
            assert_eq!(
                losses[(row + 1) * 3 + column].to_bits(),
                test.loss.to_bits(),
                "{name}"
            );
        }
    }
    let best = summary.best.unwrap();
    let least = losses
        .iter()
        .copied()
        .fold(f64::INFINITY, |a, b| if b < a { b } else { a });
    assert_eq!(
        (best.metric, best.value),
        ("test_loss".parse().unwrap(), least)
    );
    assert_eq!(losses[best.y_index * 3 + best.x_index], least);
    assert_eq!(
        (best.x.as_str(), best.y.as_str()),
        (
            ["0.01", "0.3", "2"][best.x_index],
            ["0", "5", "10", "15", "20"][best.y_index]
        )
    );
    let Data::Bool(converged) = &npz.get("converged").unwrap().data else {
        panic!("converged is bool")
    };
    assert_eq!(converged.len(), 3);
}

#[test]
fn seeds_steps_and_listed_axes_have_their_places() {
    let scratch = Scratch::new();
    let settings = [
        "map.x=activation=tanh,relu",
        "map.y=learning_rate=0.1,0.2,0.3",
        "map.seeds=2",
        "record=0,20",
    ];
    run(short(Kind::Map, &settings), &scratch.path("map"));
    let directory = RunDirectory::open(&scratch.path("map")).unwrap();
    let npz = directory.map().unwrap();
    assert_eq!(
        npz.get("axes").unwrap().words().unwrap(),
        ["step", "seed", "y", "x"]
    );
    assert_eq!(
        npz.get("x_labels").unwrap().words().unwrap(),
        ["tanh", "relu"]
    );
    assert_eq!(npz.get("x").unwrap().numbers().unwrap(), [0.0, 1.0]);
    assert_eq!(npz.get("converged").unwrap().shape, [2, 3, 2]);
    let accuracy = npz.get("train_accuracy").unwrap();
    assert_eq!(accuracy.shape, [2, 2, 3, 2]);
    // The same numbers, found by their keys in the table.
    let (nets, array) = (directory.nets().unwrap(), accuracy.numbers().unwrap());
    let (seed, rate) = (
        nets.integers("seed").unwrap(),
        nets.numbers("learning_rate").unwrap(),
    );
    let (phi, last) = (
        nets.texts("activation").unwrap(),
        nets.numbers("train_accuracy").unwrap(),
    );
    assert_eq!(nets.rows(), 12);
    for row in 0..12 {
        let y = [0.1, 0.2, 0.3]
            .iter()
            .position(|&value| value == rate[row])
            .unwrap();
        let x = usize::from(phi[row] == "relu");
        assert_eq!(array[((2 + seed[row] as usize) * 3 + y) * 2 + x], last[row]);
    }
}

#[test]
fn with_several_seeds_the_steps_come_behind_them() {
    let scratch = Scratch::new();
    let settings = [
        "map.x=learning_rate=0.1,0.2",
        "map.seeds=3",
        "record=0,10,20",
    ];
    run(short(Kind::Map, &settings), &scratch.path("map"));
    let directory = RunDirectory::open(&scratch.path("map")).unwrap();
    let npz = directory.map().unwrap();
    assert_eq!(
        npz.get("axes").unwrap().words().unwrap(),
        ["seed", "y", "x"]
    );
    let loss = npz.get("train_loss").unwrap();
    assert_eq!(loss.shape, [3, 3, 2]);
    let (array, series) = (loss.numbers().unwrap(), directory.series().unwrap());
    let (net, step, table) = (
        series.integers("net").unwrap(),
        series.integers("step").unwrap(),
        series.numbers("train_loss").unwrap(),
    );
    for row in 0..series.rows() {
        // Network n is seed n % 3 of learning rate n / 3.
        let (seed, x, y) = (
            net[row] as usize % 3,
            net[row] as usize / 3,
            step[row] as usize / 10,
        );
        assert_eq!(array[(seed * 3 + y) * 2 + x], table[row]);
    }
}

#[test]
fn a_single_recorded_step_is_no_axis_and_diverged_cells_have_no_value() {
    let scratch = Scratch::new();
    let settings = [
        "data=sine",
        "samples=40",
        "hidden=4",
        "activation=relu",
        "steps=300",
        "map.x=learning_rate=0.01,1e20",
        "map.y=weight_decay=0,0.1",
        "record=last",
    ];
    for (name, count) in [("one", 1), ("two", 2)] {
        run_with(
            experiment(Kind::Map, &settings),
            &scratch.path(name),
            threads(count),
            &(),
        )
        .unwrap();
    }
    assert_eq!(results(&scratch.path("one")), results(&scratch.path("two")));
    let npz = RunDirectory::open(&scratch.path("one"))
        .unwrap()
        .map()
        .unwrap();
    assert_eq!(npz.get("axes").unwrap().words().unwrap(), ["y", "x"]);
    let rmse = npz.get("test_rmse").unwrap().numbers().unwrap();
    assert!(
        rmse[0].is_finite() && rmse[1].is_nan() && rmse[2].is_finite() && rmse[3].is_nan(),
        "{rmse:?}"
    );
    assert_eq!(
        npz.get("converged").unwrap().data,
        Data::Bool(vec![true, false, true, false])
    );
    assert!(npz.get("test_accuracy").is_none());
}

#[test]
fn a_third_key_has_a_map_for_each_of_its_values() {
    let scratch = Scratch::new();
    let settings = [
        "map.x=learning_rate=0.1,0.2",
        "map.facet=batch=full,16,8",
        "map.seeds=2",
        "record=0,10,20",
    ];
    let summary = run(short(Kind::Map, &settings), &scratch.path("steps"));
    let directory = RunDirectory::open(&scratch.path("steps")).unwrap();
    let npz = directory.map().unwrap();
    assert_eq!(
        npz.get("axes").unwrap().words().unwrap(),
        ["seed", "facet", "y", "x"]
    );
    assert_eq!(
        npz.get("facet_labels").unwrap().words().unwrap(),
        ["full", "16", "8"]
    );
    let loss = npz.get("train_loss").unwrap();
    assert_eq!(loss.shape, [2, 3, 3, 2]);
    let (array, series) = (loss.numbers().unwrap(), directory.series().unwrap());
    let (net, step, table) = (
        series.integers("net").unwrap(),
        series.integers("step").unwrap(),
        series.numbers("train_loss").unwrap(),
    );
    for row in 0..series.rows() {
        let (cell, seed) = (net[row] as usize / 2, net[row] as usize % 2);
        let (facet, x, y) = (cell / 2, cell % 2, step[row] as usize / 10);
        assert_eq!(array[((seed * 3 + facet) * 3 + y) * 2 + x], table[row]);
    }
    assert_eq!(npz.get("best_step").unwrap().shape, [2, 3, 2]);
    assert_eq!(npz.get("mean").unwrap().shape, [3, 3, 2]);
    // The best cell is told with its facet, and its first network trains at these values.
    let best = summary.best.unwrap();
    let nets = directory.nets().unwrap();
    let row = best.network as usize;
    assert_eq!(nets.texts("batch").unwrap()[row], best.facet.unwrap());
    assert_eq!(
        nets.column("learning_rate").unwrap().cell(row).to_text(),
        best.x
    );
    assert_eq!(nets.integers("seed").unwrap()[row], 0);

    let settings = [
        "map.x=learning_rate=0.1,0.2",
        "map.y=weight_decay=0,0.1,0.2",
        "map.facet=batch=full,16",
        "record=0,20",
    ];
    run(short(Kind::Map, &settings), &scratch.path("keys"));
    let npz = RunDirectory::open(&scratch.path("keys"))
        .unwrap()
        .map()
        .unwrap();
    assert_eq!(npz.get("train_loss").unwrap().shape, [2, 2, 3, 2]);
}

#[test]
fn every_kind_of_key_can_be_an_axis() {
    for (x, shape) in [
        ("learning_rate.0=log:0.1:10:3", 3),
        ("momentum=0,0.5,0.9", 3),
        ("hidden=lin:2:6:3", 3),
        ("hidden=4,4x4,none", 3),
        ("depth=0,1,3", 3),
        ("init_gain=0.5,1,2", 3),
        ("perturbation=lin:-1:1:3", 3),
        ("noise=0,0.1,0.3", 3),
        ("samples=40,60", 2),
        ("activation=tanh,relu", 2),
        ("optimizer=sgd,adam,lbfgs", 3),
        ("init=glorot-uniform,normal:0.1", 2),
    ] {
        let axis = format!("map.x={x}");
        let mut settings = vec!["data=moons", "samples=40", "steps=3", "record=last"];
        settings.extend([axis.as_str(), "map.y=weight_decay=0,0.1"]);
        if x.starts_with("momentum") {
            settings.push("optimizer=momentum");
        }
        if x.starts_with("depth") {
            settings.push("hidden=3");
        }
        let scratch = Scratch::new();
        let summary = run(experiment(Kind::Map, &settings), &scratch.path("map"));
        assert_eq!(summary.manifest.counts.networks, 2 * shape, "{x}");
        // The file that it leaves is the same experiment.
        let author = RunDirectory::open(&scratch.path("map"))
            .unwrap()
            .author()
            .unwrap();
        let again = mlp_store::resolve(&author, None).unwrap();
        run(again, &scratch.path("again"));
        assert_eq!(
            results(&scratch.path("map")),
            results(&scratch.path("again")),
            "{x}"
        );
    }
}

#[test]
fn events_agree_with_the_recorded_series() {
    let scratch = Scratch::new();
    let settings = [
        "map.x=learning_rate=0.01,2,1e25",
        "map.y=init_gain=1,3",
        "map.metric=steps_to_target",
        "target_loss=0.5",
        "activation=relu",
        "steps=60",
        "record=every:1",
    ];
    let summary = run(short(Kind::Map, &settings), &scratch.path("map"));
    let directory = RunDirectory::open(&scratch.path("map")).unwrap();
    let npz = directory.map().unwrap();
    let array = |name: &str| npz.get(name).unwrap().numbers().unwrap();
    let (reached, diverged, best) = (
        array("steps_to_target"),
        array("divergence_step"),
        array("best_step"),
    );
    let (series, nets) = (directory.series().unwrap(), directory.nets().unwrap());
    let (net, step) = (
        series.integers("net").unwrap(),
        series.integers("step").unwrap(),
    );
    let (train, test) = (
        series.numbers("train_loss").unwrap(),
        series.numbers("test_loss").unwrap(),
    );
    let status = nets.texts("status").unwrap();
    let last = nets.integers("last_step").unwrap();
    let gap = array("gap");
    for cell in 0..6usize {
        let rows: Vec<usize> = (0..net.len())
            .filter(|&row| net[row] as usize == cell)
            .collect();
        let first = rows.iter().find(|&&row| train[row] < 0.5);
        match first {
            Some(&row) => assert_eq!(reached[cell], step[row] as f64),
            None => assert!(reached[cell].is_nan()),
        }
        let least = rows.iter().fold(
            rows[0],
            |least, &row| {
                if test[row] < test[least] { row } else { least }
            },
        );
        assert_eq!(best[cell], step[least] as f64);
        match status[cell].as_str() {
            "diverged" => assert_eq!(diverged[cell], last[cell] as f64),
            _ => assert!(diverged[cell].is_nan()),
        }
        for &row in &rows {
            let place = step[row] as usize * 6 + cell;
            assert_eq!(gap[place].to_bits(), (test[row] - train[row]).to_bits());
        }
    }
    assert!(status.iter().any(|status| status == "diverged"));
    let fewest = reached
        .iter()
        .copied()
        .filter(|steps| steps.is_finite())
        .fold(f64::INFINITY, |a, b| if b < a { b } else { a });
    assert_eq!(summary.best.unwrap().value, fewest);
}

/// Maps with a step whose edge runs through the middle.
const BUDGETED: [&str; 4] = [
    "map.x=learning_rate=log:0.01:1e6:24",
    "map.y=init_gain=log:0.1:10:20",
    "activation=relu",
    "record=last",
];

#[test]
fn a_budget_decides_how_much_is_computed_and_never_a_value() {
    let scratch = Scratch::new();
    let whole = run(short(Kind::Map, &BUDGETED), &scratch.path("whole"));
    let full = RunDirectory::open(&scratch.path("whole"))
        .unwrap()
        .map()
        .unwrap();
    // So short that nothing but the coarse map is computed; long enough for every cell.
    for (budget, name) in [("1ns", "short"), ("1h", "long")] {
        let budget = format!("map.budget={budget}");
        let settings = [&BUDGETED[..], &[budget.as_str()]].concat();
        let summary = run(short(Kind::Map, &settings), &scratch.path(name));
        let directory = RunDirectory::open(&scratch.path(name)).unwrap();
        assert!(directory.is_complete());
        let npz = directory.map().unwrap();
        let Data::Bool(computed) = &npz.get("computed").unwrap().data else {
            panic!("computed is bool")
        };
        let count = computed.iter().filter(|cell| **cell).count() as u64;
        assert_eq!(summary.manifest.cells, count);
        match name {
            // Both axes are laid out in blocks of two.
            "short" => assert_eq!(count, 12 * 10),
            _ => assert_eq!(count, whole.manifest.cells),
        }
        // What is computed has the bits of the whole map; the rest those of its block.
        let (loss, all) = (
            npz.get("train_loss").unwrap().numbers().unwrap(),
            full.get("train_loss").unwrap().numbers().unwrap(),
        );
        for cell in 0..loss.len() {
            let (row, column) = (cell / 24, cell % 24);
            let source = match computed[cell] {
                true => cell,
                false => row / 2 * 2 * 24 + column / 2 * 2,
            };
            assert_eq!(loss[cell].to_bits(), all[source].to_bits(), "{name} {cell}");
        }
        assert_eq!(directory.nets().unwrap().rows() as u64, count);
        // The file that it leaves computes the same cells again.
        let again = mlp_store::resolve(&directory.author().unwrap(), None).unwrap();
        run(again, &scratch.path(&format!("{name}-again")));
        assert_eq!(
            results(&scratch.path(name)),
            results(&scratch.path(&format!("{name}-again")))
        );
    }
}

/// Stops a run after so many networks, as an interruption does.
struct Interrupting<'a> {
    left: AtomicU64,
    interrupt: &'a AtomicBool,
}

impl Observer for Interrupting<'_> {
    fn on_network(&self, _outcome: &Outcome) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.interrupt.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn maps_have_the_same_bytes_at_every_level_and_number_of_threads_and_after_interruptions() {
    let facets = [
        "map.x=learning_rate.0=log:0.01:1e4:9",
        "map.y=init_gain=0.5,1,2",
        "map.facet=batch=full,16",
        "map.seeds=4",
        "map.metric=gap",
        "record=log:4",
        "activation=relu",
    ];
    let budget = [&BUDGETED[..], &["map.budget=1h"]].concat();
    for settings in [&facets[..], &budget[..]] {
        let scratch = Scratch::new();
        run(short(Kind::Map, settings), &scratch.path("best"));
        let expected = results(&scratch.path("best"));
        for level in Level::supported() {
            for count in [1, 2] {
                let name = format!("{level}-{count}");
                let execution = Execution {
                    level,
                    ..threads(count)
                };
                run_with(
                    short(Kind::Map, settings),
                    &scratch.path(&name),
                    execution,
                    &(),
                )
                .unwrap();
                assert_eq!(results(&scratch.path(&name)), expected, "{name}");
            }
        }
        // Interrupted three times, then finished. An interruption lets what is in hand be finished, up to a pack on
        // each thread, twice over: of 216 networks at most 112 are done then.
        let path = scratch.path("torn");
        for networks in [1, 7, 40] {
            let interrupt = AtomicBool::new(false);
            let observer = Interrupting {
                left: AtomicU64::new(networks),
                interrupt: &interrupt,
            };
            let execution = Execution {
                place: DirectoryChoice::Folder {
                    path: &path,
                    force: false,
                },
                ..threads(2)
            };
            let mut map = short(Kind::Map, settings);
            let done = execute(&mut map, execution, &observer, &interrupt).unwrap();
            assert_eq!(done.manifest.status, RunStatus::Interrupted);
        }
        run(short(Kind::Map, settings), &path);
        assert_eq!(results(&path), expected);
    }
}

#[test]
fn a_map_read_at_one_step_holds_what_the_whole_one_does() {
    let scratch = Scratch::new();
    let bits = |slice: Option<MapSlice>| -> Option<Vec<u64>> {
        Some(slice?.values.iter().map(|value| value.to_bits()).collect())
    };
    for (name, y, steps) in [
        ("keys", "map.y=weight_decay=0,0.1,30", &[0u64, 10, 20][..]),
        ("steps", "map.y=step", &[]),
    ] {
        // Some networks diverge.
        let map = &["map.x=lr=0.1,1,200", y, "record=every:5", "map.seeds=2"];
        run(short(Kind::Map, map), &scratch.path(name));
        let directory = RunDirectory::open(&scratch.path(name)).unwrap();
        let whole = directory.map().unwrap();
        let slice = |step: Option<u64>, metric: &str, place| {
            let cut = directory.map_at(step).unwrap();
            assert_eq!(cut.iter().count(), whole.iter().count());
            assert!(cut.get("train_loss").unwrap().shape <= whole.get("train_loss").unwrap().shape);
            let found = bits(MapSlice::of(&cut, metric, None));
            assert!(found.is_some() && found == bits(MapSlice::of(&whole, metric, place)));
        };
        for metric in [
            "train_loss",
            "test_accuracy",
            "bias_norm",
            "divergence_step",
        ] {
            for &step in steps {
                slice(Some(step), metric, Some(step as usize / 5));
            }
            slice(None, metric, None);
            slice(Some(7), metric, None);
        }
    }
}
