use mlp_core::{Activation, Batch, Init, Loss, Optimizer};

use super::*;
use crate::settings::layers::SettingsLayer;

fn author(kind: Kind, texts: &[&str]) -> Experiment {
    let mut layer = SettingsLayer::new();
    texts.iter().for_each(|text| layer.set(text).unwrap());
    let mut experiment = Experiment::new(kind);
    layer.apply(&mut experiment).unwrap();
    experiment
}

fn resolved(kind: Kind, texts: &[&str]) -> ResolvedExperiment {
    ResolvedExperiment::new(&author(kind, texts), None).unwrap()
}

fn refused(kind: Kind, texts: &[&str]) -> String {
    ResolvedExperiment::new(&author(kind, texts), None)
        .unwrap_err()
        .to_string()
}

/// Resolves the written file again.
fn again(first: &ResolvedExperiment) -> ResolvedExperiment {
    let text = first.to_toml();
    let file = experiment_file::parse(&text, Path::new("e.toml")).unwrap();
    let mut experiment = Experiment::new(file.kind.unwrap());
    file.layer.apply(&mut experiment).unwrap();
    ResolvedExperiment::new(&experiment, None).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn defaults_of_generated_classes() {
    let recipe = resolved(Kind::Train, &["data=moons"]).recipe(0).unwrap();
    let spec = &recipe.spec;
    assert_eq!(spec.architecture.to_string(), "2-16-16-1");
    assert_eq!(spec.architecture.layers[0].activation, Activation::Tanh);
    assert_eq!(
        (spec.loss, spec.loss_scale),
        (Loss::BinaryCrossEntropy, 1.0)
    );
    let zero = Init::Constant(0.0);
    assert_eq!((&spec.init, &spec.bias_init), (&Init::GlorotUniform, &zero));
    assert_eq!(spec.optimizer, "sgd".parse::<Optimizer>().unwrap());
    assert_eq!(
        (spec.learning_rate, spec.weight_decay, spec.decay_bias),
        (0.1, 0.0, false)
    );
    assert_eq!((spec.batch, spec.shuffle), (Batch::Full, true));
    assert_eq!(
        (recipe.seed, recipe.steps, recipe.precision),
        (0, 1000, crate::Precision::F32)
    );
    assert_eq!((recipe.record[0], recipe.record.last()), (0, Some(&1000)));
    // 256 samples, 0.2 noise, a quarter for the test, nothing scaled.
    assert_eq!(
        (recipe.data.split.train.len(), recipe.data.split.test.len()),
        (192, 64)
    );
    assert_eq!(recipe.data.scale, mlp_data::ScaleKind::None);
    let text = resolved(Kind::Train, &["data=moons"]).to_toml();
    assert!(text.contains("\nsamples = 256\nnoise = 0.2\n"), "{text}");
}

#[test]
fn defaults_of_real_tables() {
    let iris = resolved(
        Kind::Train,
        &["data=iris", "activation=relu", "optimizer=adam"],
    )
    .recipe(0)
    .unwrap();
    assert_eq!(iris.spec.architecture.to_string(), "4-16-16-3");
    assert_eq!(
        (iris.spec.loss, &iris.spec.init),
        (Loss::SoftmaxCrossEntropy, &Init::HeNormal)
    );
    assert_eq!(iris.spec.learning_rate, 1e-3);
    assert_eq!(iris.data.scale, mlp_data::ScaleKind::Standard);
    assert_eq!(iris.data.scale_target, mlp_data::ScaleKind::None);
    let diabetes = resolved(
        Kind::Train,
        &["data=diabetes", "hidden=none", "activation=relu"],
    )
    .recipe(0)
    .unwrap();
    assert_eq!(diabetes.spec.architecture.to_string(), "10-1");
    assert_eq!(
        (diabetes.spec.loss, &diabetes.spec.init),
        (Loss::SquaredError, &Init::GlorotUniform)
    );
    assert_eq!(diabetes.data.scale_target, mlp_data::ScaleKind::Standard);
}

#[test]
fn draws_are_spread_and_stay_as_they_are() {
    let settings = [
        "data=moons",
        "seed=5",
        "sweep.learning_rate=log:1e-3:1e1",
        "sweep.hidden=4,8x8,none",
        "sweep.batch=lin:1:4",
    ];
    let drawn = |draws: &str| resolved(Kind::Population, &[&settings[..], &[draws]].concat());
    let many = drawn("draws=3000");
    assert_eq!((many.networks(), many.cells()), (3000, 3000));
    let cells: Vec<Vec<Value>> = (0..3000)
        .map(|cell| {
            many.cell(cell)
                .into_iter()
                .map(|(_, value)| value)
                .collect()
        })
        .collect();
    // Half of the draws lie below the geometric mean, a third have each shape, a quarter each batch.
    let share = |is: &dyn Fn(&[Value]) -> bool| {
        cells.iter().filter(|cell| is(cell)).count() as f64 / 3000.0
    };
    let near = |share: f64, expected: f64| (share - expected).abs() < 0.03;
    assert!(near(share(&|cell| cell[0].as_f64().unwrap() < 0.1), 0.5));
    assert!(near(
        share(&|cell| cell[1] == Value::List(vec![])),
        1.0 / 3.0
    ));
    for batch in 1..=4 {
        assert!(near(share(&|cell| cell[2] == Value::Integer(batch)), 0.25));
    }
    let recipe = many.recipe(17).unwrap();
    assert_eq!(recipe.seed, 22);
    assert_eq!(Some(recipe.spec.learning_rate), cells[17][0].as_f64());
    // Fewer draws are the first of them, and the file gives them again.
    let few = drawn("draws=20");
    assert_eq!(few.cell(17), many.cell(17));
    assert_eq!(again(&few).cell(17), few.cell(17));
    assert!(
        few.to_toml()
            .contains("draws = 20\nsweep.learning_rate = \"log:0.001:10\"")
    );
    let text = refused(Kind::Population, &settings);
    assert!(
        text.contains("log:0.001:10:COUNT") && text.contains("--draws"),
        "{text}"
    );
    assert!(refused(Kind::Population, &["data=moons", "draws=3"]).contains("--sweep"));
}

/// Draws of one seed, so that a change of any rule is seen.
#[test]
fn drawn_values_never_change() {
    let settings = [
        "data=moons",
        "draws=4",
        "sweep.lr=log:1e-3:1e1",
        "sweep.wd=0,1e-3,1e-2",
    ];
    let drawn = resolved(Kind::Population, &settings);
    let values: Vec<String> = (0..4)
        .map(|cell| {
            let cell = drawn.cell(cell);
            format!("{} {}", cell[0].1, cell[1].1)
        })
        .collect();
    let expected = [
        "8.67088914683351 0.01",
        "0.00494671157778933 0.01",
        "0.00140254000442084 0.01",
        "0.0108072660672332 0",
    ];
    assert_eq!(values, expected);
}

#[test]
fn the_four_corners_of_xor_all_train() {
    let recipe = resolved(Kind::Train, &["data=xor", "samples=4", "noise=0"])
        .recipe(0)
        .unwrap();
    assert_eq!(
        (recipe.data.split.train.len(), recipe.data.split.test.len()),
        (4, 0)
    );
}

#[test]
fn schedules_take_their_defaults_from_the_run() {
    let text = |texts: &[&str]| resolved(Kind::Train, texts).to_toml();
    let plain = text(&["data=iris"]);
    assert!(plain.contains("schedule = \"constant\""), "{plain}");
    assert!(!plain.contains("[schedule]"), "{plain}");
    let cosine = text(&[
        "data=iris",
        "schedule=cosine",
        "schedule.warm_up=40",
        "steps=300",
    ]);
    let expected = "\n[schedule]\nwarm_up = 40\nwarm_up_from = 0.1\nsteps = 260\nminimum = 0.0\n\
                    restarts = false\nstretch = 1\n";
    assert!(cosine.contains(expected), "{cosine}");
    // 112 training samples in batches of 50, 50 and 12: three updates per epoch.
    let plateau = text(&["data=iris", "schedule=plateau", "batch=50"]);
    assert!(plateau.contains("every = 3\n"), "{plateau}");
    let cycle = |optimizer: &str| text(&["data=iris", "schedule=one-cycle", optimizer]);
    assert!(cycle("optimizer=sgd").contains("cycle_momentum = false"));
    assert!(cycle("optimizer=momentum:0.9").contains("cycle_momentum = true"));
}

#[test]
fn epochs_become_steps() {
    let recipe = resolved(Kind::Train, &["data=iris", "epochs=3", "batch=50"])
        .recipe(0)
        .unwrap();
    // 112 training samples in batches of 50, 50 and 12.
    assert_eq!((recipe.data.split.train.len(), recipe.steps), (112, 9));
    let text = resolved(Kind::Train, &["data=iris", "epochs=3", "batch=50"]).to_toml();
    assert!(
        text.contains("steps = 9") && !text.contains("epochs"),
        "{text}"
    );
}

#[test]
fn networks_are_counted_cell_after_cell() {
    let population = resolved(
        Kind::Population,
        &[
            "data=moons",
            "nets=10",
            "seed=5",
            "sweep.wd=0,1e-3",
            "sweep.hidden=8,4x4,none",
        ],
    );
    assert_eq!((population.cells(), population.networks()), (6, 60));
    let recipe = population.recipe(43).unwrap();
    // Cell 4: decay 1e-3 and hidden 4x4; network 3 of it.
    assert_eq!((recipe.seed, recipe.spec.weight_decay), (8, 1e-3));
    assert_eq!(recipe.architecture().to_string(), "2-4-4-1");
    assert!(Arc::ptr_eq(
        &recipe.data,
        &population.recipe(0).unwrap().data
    ));
    assert_eq!(population.cell(4)[1].1.to_string(), "4x4");
    let alone = resolved(
        Kind::Train,
        &["data=moons", "seed=8", "wd=1e-3", "hidden=4,4"],
    )
    .recipe(0)
    .unwrap();
    assert_eq!(*alone.spec, *recipe.spec);
    assert_eq!((alone.seed, alone.steps), (recipe.seed, recipe.steps));
}

#[test]
fn a_map_against_steps_trains_each_rate_once() {
    let map = resolved(
        Kind::Map,
        &[
            "data=moons",
            "x=learning_rate=log:1e-3:1e2:96",
            "y=step",
            "steps=2000",
        ],
    );
    assert_eq!((map.cells(), map.networks()), (96, 96));
    assert_eq!(map.recipe(95).unwrap().spec.learning_rate, 100.0);
    assert!(map.axes()[0].is_log());
    let two = resolved(
        Kind::Map,
        &["data=moons", "x=lr=1,2,3", "y=wd=0,1", "seeds=2"],
    );
    // x runs fastest, seeds within the cell.
    let recipe = two.recipe((3 + 2) * 2 + 1).unwrap();
    assert_eq!(
        (
            recipe.spec.learning_rate,
            recipe.spec.weight_decay,
            recipe.seed
        ),
        (3.0, 1.0, 1)
    );
    assert!(refused(Kind::Map, &["data=moons"]).contains("--x"));
    assert!(refused(Kind::Map, &["data=moons", "x=lr=1,2", "y=lr=1,2"]).contains("both be swept"));
}

#[test]
fn a_written_experiment_gives_the_same_recipes_and_bytes() {
    for (kind, texts) in [
        (
            Kind::Train,
            &[
                "data=moons",
                "lr=0.1,0.2,0.3",
                "learning_rate.1=0.7",
                "optimizer=momentum:0.8",
            ][..],
        ),
        (
            Kind::Train,
            &[
                "data=iris",
                "epochs=7",
                "batch=32",
                "optimizer=adam:0.8",
                "inputs=x,y",
            ][..3],
        ),
        (
            Kind::Train,
            &[
                "data=playground-xor",
                "inputs=x,y,xy",
                "optimizer=momentum:0.9:0.5",
                "record=1,5,9",
                "no-shuffle=false",
            ][..4],
        ),
        (
            Kind::Train,
            &[
                "data=moons",
                "schedule=one-cycle",
                "optimizer=adam",
                "warm-up=50",
                "clip_norm=1",
                "weight_decay=0,1e-3,0.1",
                "l1.1=1e-4",
            ],
        ),
        (
            Kind::Population,
            &[
                "data=moons",
                "nets=1",
                "sweep.schedule=constant,step,cosine,plateau",
                "sweep.steps=30,60",
                "batch=40",
                "sweep.max_norm=none,2",
            ],
        ),
        (
            Kind::Population,
            &[
                "data=moons",
                "nets=1",
                "schedule=adaptive",
                "sweep.schedule.tolerance=0.1,0.01",
                "sweep.weight_decay.0=0,1",
                "alpha=1e-3",
            ],
        ),
        (
            Kind::Population,
            &[
                "data=moons",
                "nets=2",
                "sweep.optimizer=sgd,adam,nesterov",
                "sweep.batch=full,8",
                "epochs=2",
            ],
        ),
        (
            Kind::Population,
            &[
                "nets=2",
                "sweep.data=moons,iris,diabetes",
                "sweep.activation=tanh,relu",
            ],
        ),
        (
            Kind::Population,
            &[
                "data=moons",
                "nets=2",
                "sweep.learning_rate.0=0.1",
                "learning_rate.2=5",
                "hidden=4,4",
            ],
        ),
        (
            Kind::Population,
            &[
                "data=moons",
                "sweep.learning_rate.0=0.1,0.2",
                "learning_rate.1=5",
                "sweep.hidden=8,4x4",
                "sweep.seed=0,100",
            ],
        ),
        (
            Kind::Population,
            &[
                "data=teacher",
                "nets=1",
                "sweep.data.hidden=2,3",
                "sweep.samples=lin:10:40:3",
                "sweep.data_seed=1,2",
            ],
        ),
        (
            Kind::Map,
            &[
                "data=circles",
                "x=lr=log:1e-3:1:3",
                "y=hidden=8x8,4,none",
                "metric=weight_norm_0",
            ],
        ),
        (
            Kind::Map,
            &[
                "data=moons",
                "x=depth=1,2",
                "y=hidden=4,8",
                "facet=init_gain=1,2",
                "perturbation=0.5",
            ],
        ),
        (
            Kind::Population,
            &["data=moons", "nets=1", "depth=2", "sweep.hidden=4,8"],
        ),
        (
            Kind::Map,
            &["data=xor", "samples=4", "noise=0", "x=epochs=1,10,100"],
        ),
    ] {
        let first = resolved(kind, texts);
        let second = again(&first);
        assert_eq!(first.to_toml(), second.to_toml());
        assert_eq!(first.networks(), second.networks());
        for network in 0..first.networks() {
            let (a, b) = (
                first.recipe(network).unwrap(),
                second.recipe(network).unwrap(),
            );
            assert_eq!(*a.spec, *b.spec, "{}", first.to_toml());
            assert_eq!(
                (a.seed, a.steps, &a.record, &a.data.key),
                (b.seed, b.steps, &b.record, &b.data.key),
                "{}",
                first.to_toml()
            );
            assert_eq!(a.data.dataset, b.data.dataset);
        }
    }
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    let train = |texts: &[&str]| refused(Kind::Train, texts);
    assert!(train(&[]).contains("no data"));
    assert!(train(&["data=mons"]).contains("`moons`"));
    assert!(train(&["data=no/such.csv"]).contains("no/such.csv"));
    assert!(train(&["data=moons", "lr=1,2"]).contains("2 values, but the network has 3 layers"));
    assert!(train(&["data=moons", "wd=1,2"]).contains("weight_decay has 2 values"));
    assert_eq!(
        train(&["data=moons", "hidden=4", "dropout=0.1,0.2"]),
        "dropout has 2 values, but hidden has 1 layer; give one, or one per hidden layer"
    );
    assert_eq!(
        train(&["data=iris", "task=regression"]),
        "task: iris is a classification data set; leave it out"
    );
    assert_eq!(
        train(&["data=moons", "schedule=cosine", "schedule.power=1"]),
        "power is not a setting of the schedule cosine; it has steps, minimum, restarts, stretch"
    );
    assert!(train(&["data=moons", "schedule=step", "schedule.every=0"]).contains("at least 1"));
    assert!(
        train(&[
            "data=moons",
            "schedule=one-cycle",
            "schedule.cycle_momentum=true"
        ])
        .contains("optimizer sgd has none")
    );
    assert!(
        train(&["data=moons", "activation=tanh,tanh,tanh"]).contains("activation has 3 values")
    );
    assert!(
        train(&["data=moons", "optimizer=adam", "momentum=0.9"])
            .contains("is not a setting of the optimizer adam")
    );
    assert!(
        train(&["data=moons", "optimizer=momentum:0.5", "momentum=0.9"])
            .contains("give them in one place")
    );
    assert!(train(&["data=iris", "loss=bce"]).contains("use softmax-cross-entropy"));
    assert!(train(&["data=moons", "target=y"]).contains("target is for files"));
    assert!(train(&["data=moons", "record=1,5000"]).contains("beyond the last step, 1000"));
    assert!(train(&["data=moons", "learning_rate.3=1"]).contains("no layer 3"));
    let swept = refused(
        Kind::Population,
        &["data=moons", "sweep.optimizer=sgd,adam", "momentum=0.5"],
    );
    assert!(swept.starts_with("at optimizer = adam: "), "{swept}");
    let grid = refused(
        Kind::Population,
        &["data=moons", "nets=1e12", "sweep.seed=1,2"],
    );
    assert!(grid.contains("networks"), "{grid}");
}

#[test]
fn recipes_of_cells_that_differ_in_rates_are_those_of_resolved_cells() {
    let map = |texts: &[&str]| resolved(Kind::Map, &[&["data=moons"], texts].concat());
    let sweep = |texts: &[&str]| resolved(Kind::Population, &[&["data=moons"], texts].concat());
    for (experiment, simple) in [
        (map(&["x=lr=log:0.01:1:5", "y=wd=0,0.1,3"]), true),
        (map(&["x=lr=1,2,3", "map.seeds=3"]), true),
        (
            map(&["x=lr.0=log:0.01:1:3", "y=lr.2=0.5,2", "hidden=4,4"]),
            true,
        ),
        (
            map(&["lr=1,2,3", "x=lr.0=log:0.01:1:3", "y=lr.2=0.5,2"]),
            true,
        ),
        (
            map(&["x=wd=0.1,1", "y=lr=0.5,2", "optimizer=adamw", "beta1=0.8"]),
            true,
        ),
        (
            map(&["x=lr=1,2", "y=momentum=0.5,0.9", "optimizer=momentum"]),
            false,
        ),
        (map(&["x=lr=1,2", "facet=activation=tanh,relu"]), false),
        (sweep(&["sweep.lr=log:0.01:1", "draws=6"]), true),
        (sweep(&["sweep.lr=0.1,1", "nets=4"]), true),
        (sweep(&["nets=4"]), false),
    ] {
        assert_eq!(experiment.rates.is_some(), simple, "{:?}", experiment.axes);
        // In place, too, from wherever one stands.
        let mut renewed = experiment.recipe(experiment.networks() - 1).unwrap();
        for network in 0..experiment.networks() {
            let recipe = experiment.recipe(network).unwrap();
            assert_eq!(experiment.renew(&mut renewed, network), simple);
            if simple {
                assert_eq!((&renewed.spec, renewed.seed), (&recipe.spec, recipe.seed));
            }
            let cell = experiment.cell_of(network);
            let expected = experiment.resolve(cell).unwrap().recipe;
            assert_eq!(recipe.spec, expected.spec);
            let seed = match experiment.draws {
                Some(_) => network,
                None => network % experiment.seeds,
            };
            assert_eq!(recipe.seed, expected.seed + seed);
            assert_eq!(recipe.data.key, expected.data.key);
            assert_eq!(
                (&recipe.record, recipe.steps, recipe.precision),
                (&expected.record, expected.steps, expected.precision)
            );
        }
    }
}
