//! Maps of the fractal presets: held against NumPy, and their files.

use mlp_core::Level;
use mlp_store::{Execution, RunDirectory};
use mlp_train::{Arrays, Experiment, Kind, ResolvedExperiment, SettingsLayer, preset::Preset};

use crate::{Scratch, results, run, run_with, threads};

/// A preset with settings on top.
fn preset(name: &str, settings: &[&str]) -> ResolvedExperiment {
    let mut layer = SettingsLayer::new();
    settings.iter().for_each(|text| layer.set(text).unwrap());
    let file = Preset::find(name).unwrap().beneath(&[&layer]).unwrap();
    let mut experiment = Experiment::new(Kind::Map);
    file.layer.apply(&mut experiment).unwrap();
    layer.apply(&mut experiment).unwrap();
    mlp_store::resolve(&experiment, None).unwrap()
}

fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/fractal");
    format!("{folder}/{name}.npz")
}

fn numbers(npz: &Arrays, name: &str) -> Vec<f64> {
    npz.get(name).unwrap().numbers().unwrap()
}

/// Images of `python -m parity.fractal` in xtask, which trains every cell to its end, twice: with the
/// samples in their order and in the reverse one. Near the boundary a training doubles a rounding error
/// every few steps, so what NumPy itself finds another shade for depends on the order of sums, and need
/// not agree. Cells where the two images agree to 10 digits must agree with ours to 6; the class must be
/// the same in all but two cells of 256.
#[test]
fn images_are_those_of_numpy() {
    let images = mlp_store::npz::read(fixture("images").as_ref()).unwrap();
    let (data, weights) = (
        format!("data={}", fixture("data")),
        format!("init_from={}", fixture("weights")),
    );
    let batches = format!("batch_order={}", fixture("batches"));
    for (name, image, least) in [
        ("fractal", "tanh", 195),
        ("fractal-relu", "relu", 256),
        ("fractal-linear", "identity", 256),
        ("fractal-mini-batch", "mini_batch", 195),
    ] {
        let scratch = Scratch::new();
        let mut settings = vec![
            &data[..],
            &weights,
            "steps=100",
            "x=learning_rate.0=log:1e-3:1e6:16",
            "y=learning_rate.1=log:1e-3:1e6:16",
        ];
        settings.extend((image == "mini_batch").then_some(&batches[..]));
        run(preset(name, &settings), &scratch.path("map"));
        let map = RunDirectory::open(&scratch.path("map"))
            .unwrap()
            .map()
            .unwrap();
        for (found, expected) in numbers(&map, "x").iter().zip(numbers(&images, "rates")) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        }
        let (found, expected) = (numbers(&map, "shade"), numbers(&images, image));
        assert_eq!(map.get("converged").unwrap().shape, [16, 16]);
        let converged = numbers(&map, "converged");
        assert!(
            converged
                .iter()
                .zip(&found)
                .all(|(yes, shade)| (*yes == 1.0) == (*shade < 0.0))
        );
        let reversed = numbers(&images, &format!("{image}_reversed"));
        let apart = |a: f64, b: f64| (a - b).abs() / b.abs();
        let (mut steady, mut other_class) = (0, 0);
        for (cell, (&found, &expected)) in found.iter().zip(&expected).enumerate() {
            other_class += usize::from((found < 0.0) != (expected < 0.0));
            if apart(reversed[cell], expected) < 1e-10 {
                steady += 1;
                let error = apart(found, expected);
                assert!(error < 1e-6, "{name}, cell {cell}: {found} {expected}");
            }
        }
        assert!(other_class <= 2, "{name}: {other_class} of the other class");
        assert!(steady >= least, "{name}: only {steady} cells are steady");
    }
}

#[test]
fn a_fractal_map_is_the_same_on_every_level_and_thread_count() {
    let small = [
        "steps=60",
        "x=learning_rate.0=log:1e-3:1e6:5",
        "y=learning_rate.1=log:1e-3:1e6:4",
        "samples=40",
    ];
    for name in ["fractal", "fractal-mini-batch"] {
        let scratch = Scratch::new();
        run(preset(name, &small), &scratch.path("first"));
        let first = results(&scratch.path("first"));
        for (index, level) in Level::supported().into_iter().enumerate() {
            let execution = Execution {
                level,
                ..threads(1 + index % 2)
            };
            let path = scratch.path(&format!("{level}"));
            run_with(preset(name, &small), &path, execution, &()).unwrap();
            assert!(results(&path) == first, "{name} {level}");
        }
    }
}

/// What is recorded on the way shares passes with the updates and must not change what is summed.
#[test]
fn records_leave_the_shade_as_it_is() {
    let small = [
        "steps=50",
        "x=learning_rate.0=log:1e-3:1e6:4",
        "y=learning_rate.1=log:1e-3:1e6:4",
        "samples=30",
    ];
    for name in ["fractal", "fractal-mini-batch"] {
        let scratch = Scratch::new();
        let shade = |record: &str| {
            let settings: Vec<&str> = small.iter().copied().chain([record]).collect();
            run(preset(name, &settings), &scratch.path(record));
            let map = RunDirectory::open(&scratch.path(record))
                .unwrap()
                .map()
                .unwrap();
            numbers(&map, "shade")
        };
        let last = shade("record=last");
        assert!(last.iter().any(|shade| *shade < 0.0) && last.iter().any(|shade| *shade > 0.0));
        assert_eq!(last, shade("record=every:1"));
        assert_eq!(last, shade("record=log:9"));
    }
}

#[test]
fn a_shade_needs_every_step() {
    let mut experiment = Experiment::new(Kind::Map);
    let mut layer = SettingsLayer::new();
    for text in [
        "data=moons",
        "x=lr=0.1,1",
        "y=momentum=0,0.9",
        "metric=shade",
        "patience=3",
    ] {
        layer.set(text).unwrap();
    }
    layer.apply(&mut experiment).unwrap();
    let error = mlp_store::resolve(&experiment, None).unwrap_err();
    assert!(error.to_string().contains("stopping rule"), "{error}");
}
