//! Trainings that start from given parameters.

use std::path::{Path, PathBuf};

use mlp_core::Activation;
use mlp_store::Error;
use mlp_store::{FORMATS, RunDirectory};
use mlp_train::{
    AnyNetwork, Array, Arrays, Data, Experiment, Kind, ResolvedExperiment, SettingsLayer,
};

use crate::{Scratch, results, run, short};

fn refused(settings: &[&str]) -> Error {
    let mut experiment = Experiment::new(Kind::Train);
    for setting in [&["data=moons", "samples=64", "steps=20"], settings].concat() {
        let mut layer = SettingsLayer::new();
        layer.set(setting).unwrap();
        layer.apply(&mut experiment).unwrap();
    }
    mlp_store::resolve(&experiment, None).unwrap_err()
}

/// Descent without momentum remembers nothing, so that two halves are a whole.
#[test]
fn two_trainings_in_a_row_are_one_long_training() {
    let scratch = Scratch::new();
    run(short(Kind::Train, &["steps=40"]), &scratch.path("whole"));
    run(short(Kind::Train, &[]), &scratch.path("first"));
    let first = scratch.path("first");
    let model = RunDirectory::open(&first).unwrap().model().unwrap();
    let whole = RunDirectory::open(&scratch.path("whole"))
        .unwrap()
        .model()
        .unwrap();
    let readable = FORMATS.iter().filter(|format| format.is_readable());
    let files: Vec<PathBuf> = readable
        .map(|format| {
            let path = scratch.path(format.name);
            std::fs::write(&path, format.write(&model, "m").unwrap()).unwrap();
            path
        })
        .collect();
    for (index, file) in [first].iter().chain(&files).enumerate() {
        let from = format!("init_from={}", file.display());
        let second = scratch.path(&format!("second-{index}"));
        run(short(Kind::Train, &[&from]), &second);
        let second = RunDirectory::open(&second).unwrap();
        assert_eq!(second.model().unwrap().network(), whole.network(), "{from}");
    }
    // The file of such a run gives the same bytes again.
    let file = RunDirectory::open(&scratch.path("second-0"))
        .unwrap()
        .experiment()
        .unwrap();
    let mut experiment = Experiment::new(Kind::Train);
    file.layer.apply(&mut experiment).unwrap();
    run(
        mlp_store::resolve(&experiment, None).unwrap(),
        &scratch.path("again"),
    );
    assert_eq!(
        results(&scratch.path("again")),
        results(&scratch.path("second-0"))
    );
    // A file that has changed since is not silently another start.
    std::fs::copy(
        scratch.path("whole").join("model.safetensors"),
        scratch.path("first").join("model.safetensors"),
    )
    .unwrap();
    let changed = mlp_store::resolve(&experiment, None).unwrap_err();
    assert!(
        matches!(changed, Error::Train(mlp_train::Error::DataChanged { .. })),
        "{changed}"
    );
}

/// An archive as another program writes it.
fn archive(tensors: &[(&str, &[usize])]) -> Arrays {
    let mut npz = Arrays::new();
    npz.insert("x", Array::list(Data::I64(vec![1, 2])));
    for (name, shape) in tensors {
        let count = shape.iter().product::<usize>();
        let numbers = (0..count).map(|i| (i as f64 - 2.0) / 8.0).collect();
        npz.insert(*name, Array::new(shape.to_vec(), Data::F64(numbers)));
    }
    npz
}

#[test]
fn a_foreign_archive_tells_the_widths_and_is_matched_by_name() {
    let scratch = Scratch::new();
    let path = scratch.path("start.npz");
    // In another order than the layers'.
    let whole: [(&str, &[usize]); 4] = [
        ("layers.1.bias", &[1]),
        ("layers.0.weight", &[3, 2]),
        ("layers.1.weight", &[1, 3]),
        ("layers.0.bias", &[3]),
    ];
    mlp_store::npz::write(&archive(&whole), &path).unwrap();
    let from = format!("init_from={}", path.display());
    let start = |settings: &[&str]| {
        let settings = [
            &[
                "data=moons",
                "samples=64",
                "steps=1",
                "learning_rate=0",
                &from,
            ],
            settings,
        ]
        .concat();
        crate::experiment(Kind::Train, &settings)
    };
    let folder = scratch.path("run");
    run(start(&["activation=relu"]), &folder);
    let model = RunDirectory::open(&folder).unwrap().model().unwrap();
    let architecture = model.network().architecture();
    assert_eq!(architecture.to_string(), "2-3-1");
    assert_eq!(architecture.layers[0].activation, Activation::Relu);
    let AnyNetwork::F32(network) = model.network() else {
        unreachable!()
    };
    assert_eq!(
        network.parameters(),
        [
            -0.25, -0.125, 0.0, 0.125, 0.25, 0.375, -0.25, -0.125, 0.0, -0.25, -0.125, 0.0, -0.25
        ]
    );

    let wrong = |settings: &[&str], word: &str| {
        let error = refused(&[&[from.as_str()], settings].concat()).to_string();
        assert!(
            error.contains(word) && error.contains("init_from"),
            "{error}"
        );
    };
    wrong(
        &["hidden=4"],
        "tensor layers.0.weight is [3, 2], and the network 2-4-1 needs [4, 2]",
    );
    wrong(&["hidden=3,3"], "tensor layers.1.weight is [1, 3]");
    wrong(&["hidden=none"], "tensor layers.0.weight is [3, 2]");
    wrong(
        &["bias=hidden"],
        "it has a tensor layers.1.bias, which the network 2-3-1 does not have",
    );
    wrong(&["init=zeros"], "init is given with init_from");
    mlp_store::npz::write(&archive(&whole[1..]), &path).unwrap();
    wrong(
        &["bias=all"],
        "needs a tensor layers.1.bias; the first in the file is layers.0.weight",
    );
    mlp_store::npz::write(&archive(&[("fc1.weight", &[3, 2])]), &path).unwrap();
    wrong(&[], "the first in the file is fc1.weight");
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    assert!(matches!(refused(&[&from]), Error::Corrupt { .. }));
}

#[test]
fn batches_of_a_file_are_taken_in_turn_and_other_words_on_them_are_refused() {
    let scratch = Scratch::new();
    let path = scratch.path("order.npz");
    let order = |shape: &[usize], data: Data| {
        let mut npz = Arrays::new();
        npz.insert("batches", Array::new(shape, data));
        mlp_store::npz::write(&npz, &path).unwrap();
    };
    let from = format!("batch_order={}", path.display());
    let tables = |name: &str, settings: &[&str]| {
        // Rows alone, without what a table says of its run.
        let few = [
            "data=moons",
            "samples=8",
            "test_fraction=0",
            "steps=9",
            "format=csv",
        ];
        let settings = [&few, settings].concat();
        run(
            crate::experiment(Kind::Train, &settings),
            &scratch.path(name),
        );
        let mut files = results(&scratch.path(name));
        files.retain(|(name, _)| name.ends_with(".csv"));
        files
    };
    let natural: Vec<i64> = (0..8).collect();
    order(&[4, 2], Data::I64(natural));
    let given = tables("given", &[&from]);
    assert_eq!(given.len(), 2);
    assert!(given == tables("plain", &["batch=2", "shuffle=false"]));
    // A resolved file spells the usual out.
    assert!(given == tables("spelled", &[&from, "batch=2", "shuffle=true"]));

    let wrong = |settings: &[&str], word: &str| {
        let settings = [&["samples=8", "test_fraction=0", from.as_str()], settings].concat();
        let error = refused(&settings).to_string();
        assert!(error.contains(word), "{error}");
    };
    wrong(
        &["batch=3"],
        "batch_order has 2 samples per batch, but batch is another number; give --batch 2",
    );
    wrong(&["shuffle=false"], "shuffle is given with batch_order");
    wrong(
        &["test_fraction=0.5"],
        "the largest sample of the batch order is 7",
    );
    let missing = ["batch_order_sha256=".to_owned() + &"0".repeat(64)];
    wrong(&[missing[0].as_str()], "order.npz");
    order(&[8], Data::I64((0..8).collect()));
    wrong(&[], "must be whole numbers [batches, samples per batch]");
    order(&[1, 2], Data::Bool(vec![false, true]));
    wrong(&[], "must be whole numbers");
    order(&[1, 2], Data::F64(vec![0.0, 0.5]));
    wrong(&[], "must hold sample indices, counted from 0");
    mlp_store::npz::write(&Arrays::new(), &path).unwrap();
    wrong(&[], "it has no array \"batches\"");
    std::fs::write(&path, "a,b\n").unwrap();
    assert!(matches!(refused(&[&from]), Error::Corrupt { .. }));
}

/// The experiment of a run directory with further settings, as `mlp train --continue` makes it.
fn continued(folder: &Path, settings: &[&str]) -> Result<ResolvedExperiment, Error> {
    let file = RunDirectory::open(folder)?.experiment()?;
    let mut experiment = Experiment::new(Kind::Train);
    file.layer.apply(&mut experiment)?;
    for setting in [
        &[format!("continue={}", folder.display()).as_str()],
        settings,
    ]
    .concat()
    {
        let mut layer = SettingsLayer::new();
        layer.set(setting)?;
        layer.apply(&mut experiment)?;
    }
    mlp_store::resolve(&experiment, None)
}

/// A file of five batches of three of the first ten samples, in a folder.
fn batches(scratch: &Scratch) -> String {
    let path = scratch.path("batches.npz");
    let mut npz = Arrays::new();
    let samples = (0..15).map(|place| place * 7 % 10).collect();
    npz.insert("batches", Array::new([5, 3], Data::I64(samples)));
    mlp_store::npz::write(&npz, &path).unwrap();
    format!("batch_order={}", path.display())
}

#[test]
fn a_training_goes_on_as_if_it_had_never_ended() {
    let files = Scratch::new();
    let order = batches(&files);
    for settings in [
        &["optimizer=adam", &order[..]][..],
        &["optimizer=momentum:0.9"],
        &["optimizer=adam", "batch=10"],
        &[
            "optimizer=nesterov:0.9",
            "batch=7",
            "shuffle=false",
            "precision=f64",
        ],
        &["batch=1", "seed=3"],
        &[
            "optimizer=adam",
            "batch=10",
            "normalization=batch",
            "dropout=0.3",
        ],
    ] {
        let scratch = Scratch::new();
        let [whole, first, second, third] =
            ["whole", "first", "second", "third"].map(|name| scratch.path(name));
        let with = |steps| [settings, &[steps, "record=every:1"]].concat();
        run(short(Kind::Train, &with("steps=43")), &whole);
        run(short(Kind::Train, &with("steps=13")), &first);
        run(continued(&first, &["steps=17"]).unwrap(), &second);
        run(continued(&second, &["steps=43"]).unwrap(), &third);
        let model = |folder: &Path| RunDirectory::open(folder).unwrap().model().unwrap();
        assert_eq!(
            model(&third).network(),
            model(&whole).network(),
            "{settings:?}"
        );
        assert_eq!(model(&third).origin().steps, 43);
        // The states are the same bytes, and so are the records from there on.
        let bytes = |folder: &Path| std::fs::read(folder.join("state.bin")).unwrap();
        assert_eq!(bytes(&third), bytes(&whole), "{settings:?}");
        let losses = |folder: &Path| {
            let series = RunDirectory::open(folder).unwrap().series().unwrap();
            series.numbers("train_loss").unwrap()
        };
        assert_eq!(losses(&third), losses(&whole)[17..], "{settings:?}");
        // Its own file gives the same run again.
        let again = scratch.path("again");
        let file = RunDirectory::open(&third).unwrap().experiment().unwrap();
        let mut experiment = Experiment::new(Kind::Train);
        file.layer.apply(&mut experiment).unwrap();
        run(mlp_store::resolve(&experiment, None).unwrap(), &again);
        assert_eq!(results(&again), results(&third));
    }
}

#[test]
fn a_state_of_another_training_is_refused_by_what_differs() {
    let scratch = Scratch::new();
    let first = scratch.path("first");
    run(short(Kind::Train, &["optimizer=adam", "batch=10"]), &first);
    for (setting, words) in [
        ("steps=20", "is at step 20"),
        ("hidden=5", "the network 2-4-3-1, but this one has 2-5-1"),
        ("batch=full", "batch 10, but this one has full"),
        ("seed=1", "seed 0, but this one has 1"),
        ("precision=f64", "precision f32, but this one has f64"),
        ("samples=32", "training samples"),
    ] {
        let error = continued(&first, &["steps=40", setting])
            .unwrap_err()
            .to_string();
        assert!(error.contains(words), "{setting}: {error}");
    }
    let order = batches(&scratch);
    let error = continued(&first, &["steps=40", "batch=3", &order]).unwrap_err();
    assert!(
        error.to_string().contains("batch 10, but this one has 3"),
        "{error}"
    );
    let ordered = scratch.path("ordered");
    run(short(Kind::Train, &["optimizer=adam", "batch=3"]), &ordered);
    let error = continued(&ordered, &["steps=40", &order]).unwrap_err();
    let words = "batches in the seed's order, but this one has of a file (sha256";
    assert!(error.to_string().contains(words), "{error}");
    // A smaller rate and other records are no other training.
    continued(&first, &["steps=40", "learning_rate=0.001", "record=last"]).unwrap();
    let state = first.join("state.bin");
    let whole = std::fs::read(&state).unwrap();
    for at in (0..whole.len()).step_by(97) {
        for bytes in [whole[..at].to_vec(), {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            flipped
        }] {
            std::fs::write(&state, bytes).unwrap();
            let error = continued(&first, &["steps=40"]).unwrap_err();
            assert!(matches!(error, Error::Corrupt { .. }), "byte {at}: {error}");
        }
    }
    std::fs::remove_file(&state).unwrap();
    let error = continued(&first, &["steps=40"]).unwrap_err();
    assert!(matches!(error, Error::Missing { .. }), "{error}");
}

/// The tensors of a run's model, by name.
fn tensors(path: &Path) -> Vec<(String, Vec<u64>)> {
    let model = RunDirectory::open(path).unwrap().model().unwrap();
    let tensors = model.tensors().into_iter();
    let bits = |numbers: Vec<f64>| numbers.into_iter().map(f64::to_bits).collect();
    tensors
        .map(|tensor| (tensor.name, bits(tensor.numbers.to_f64())))
        .collect()
}

#[test]
fn zero_steps_leave_networks_as_they_start() {
    let scratch = Scratch::new();
    let outcome = run(short(Kind::Train, &["steps=0"]), &scratch.path("train")).outcome;
    let outcome = outcome.unwrap();
    assert_eq!((outcome.last_step, outcome.records.len()), (0, 1));
    assert_eq!(outcome.records[0].step, 0);
    let recipe = short(Kind::Train, &["steps=0"]).recipe(0).unwrap();
    let mut start = vec![0.0f32; recipe.architecture().parameter_count()];
    recipe.spec.fill(recipe.seed, &mut start);
    let model = RunDirectory::open(&scratch.path("train")).unwrap().model();
    let AnyNetwork::F32(network) = model.unwrap().network().clone() else {
        panic!("the precision is f32");
    };
    assert_eq!(network.parameters(), start);
    for (name, settings) in [
        ("last", &["steps=0", "nets=3", "save_weights=last"][..]),
        ("swept", &["sweep.steps=0,2", "nets=2", "record=every:1"]),
        ("schedule", &["steps=0", "nets=1", "schedule=cosine"]),
        ("one-cycle", &["steps=0", "nets=1", "schedule=one-cycle"]),
        ("batches", &["steps=0", "nets=1", "batch=8", "patience=3"]),
    ] {
        run(short(Kind::Population, settings), &scratch.path(name));
        let nets = RunDirectory::open(&scratch.path(name)).unwrap().nets();
        let nets = nets.unwrap();
        assert_eq!(nets.texts("status").unwrap()[0], "completed", "{name}");
        assert_eq!(nets.integers("last_step").unwrap()[0], 0, "{name}");
        let losses = nets.numbers("train_loss").unwrap();
        assert!(losses.iter().all(|loss| loss.is_finite()), "{name}");
        assert_eq!(losses[0], outcome.records[0].train.loss, "{name}");
    }
    run(
        short(Kind::Map, &["steps=0", "map.x=init_gain=0.5,1,2"]),
        &scratch.path("map"),
    );
}

#[test]
fn random_biases_leave_the_weights_alone() {
    let scratch = Scratch::new();
    let start = |name: &str, settings: &[&str]| {
        let all = [&["steps=0"], settings].concat();
        run(short(Kind::Train, &all), &scratch.path(name));
        tensors(&scratch.path(name))
    };
    let zeros = start("zeros", &[]);
    let random = start("random", &["bias_init=uniform:0.1"]);
    for (zero, random) in zeros.iter().zip(&random) {
        assert_eq!(zero.0.ends_with("bias"), zero.1 != random.1, "{}", zero.0);
        let small = |bits: &u64| f64::from_bits(*bits).abs() <= 0.1;
        assert!(!zero.0.ends_with("bias") || random.1.iter().all(small));
    }
    let line = |name: &str| {
        let file = std::fs::read_to_string(scratch.path(name).join("experiment.toml")).unwrap();
        let line = file.lines().find(|line| line.starts_with("bias_init"));
        line.unwrap_or_default().to_owned()
    };
    assert_eq!(line("random"), "bias_init = \"uniform:0.1\"");
    // What is the same everywhere has one spelling.
    assert_eq!(line("zeros"), "bias_init = 0.0");
    assert_eq!(start("named", &["bias_init=zeros"]), zeros);
    assert_eq!(line("named"), "bias_init = 0.0");
    start("constant", &["bias_init=constant:0.25"]);
    assert_eq!(line("constant"), "bias_init = 0.25");
    let error = refused(&["init_from=x.npz", "bias_init=normal:1"]).to_string();
    assert!(
        error.contains("x.npz") || error.contains("bias_init"),
        "{error}"
    );
}

#[test]
fn frozen_layers_stay_as_they_start_under_every_optimizer() {
    let scratch = Scratch::new();
    run(short(Kind::Train, &["steps=0"]), &scratch.path("start"));
    let start = tensors(&scratch.path("start"));
    for known in mlp_core::Optimizer::ALL.concat() {
        let optimizer = format!("optimizer={}", known.name);
        let path = scratch.path(&known.name.replace('+', "-plus"));
        run(
            short(
                Kind::Train,
                &["frozen=0,2", "weight_decay=0.1", "steps=5", &optimizer],
            ),
            &path,
        );
        for ((name, before), (_, after)) in start.iter().zip(tensors(&path)) {
            let trained = name.starts_with("layers.1.");
            assert_eq!(*before != after, trained, "{} {name}", known.name);
        }
    }
    let error = refused(&["hidden=4", "frozen=0,1"]).to_string();
    assert!(error.contains("all 2 layers are frozen"), "{error}");
    let error = refused(&["hidden=4", "frozen=2"]).to_string();
    assert!(error.contains("a frozen layer is 2"), "{error}");
}
