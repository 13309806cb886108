use super::*;
use crate::{
    results::in_memory::MemoryArrays,
    run::number_columns::NumberColumns,
    settings::{experiment::Experiment, kind::Kind, layers::SettingsLayer},
};

fn map(settings: &[&str]) -> ResolvedExperiment {
    let mut layer = SettingsLayer::new();
    for setting in ["data=xor", "hidden=2"].iter().chain(settings) {
        layer.set(setting).unwrap();
    }
    let mut author = Experiment::new(Kind::Map);
    layer.apply(&mut author).unwrap();
    ResolvedExperiment::new(&author, None).unwrap()
}

fn metrics() -> Vec<Metric> {
    ["train_loss", "test_loss", "grad_norm"]
        .map(|name| name.parse().unwrap())
        .to_vec()
}

/// A network with these values of each column at the steps 0, 2 and 4.
fn rows(network: u64, columns: [[Option<f64>; 3]; 3]) -> Arc<NetworkRows> {
    Arc::new(NetworkRows {
        network,
        seed: network,
        status: Status::Completed,
        last_step: 4,
        stopped_by: None,
        best_step: None,
        exploded: false,
        converged: true,
        shade: None,
        followed: None,
        steps: vec![0, 2, 4],
        metrics: NumberColumns::new(3, columns.iter().map(|column| column.iter().copied())),
        weights: Vec::new(),
        fates: Vec::new(),
        answers: None,
    })
}

fn arrays(
    experiment: &ResolvedExperiment,
    networks: impl Iterator<Item = Arc<NetworkRows>>,
) -> (Arrays, Arrays) {
    let mut arrays = MapArrays::new(experiment, metrics(), MemoryArrays::default()).unwrap();
    for rows in networks {
        arrays.insert(rows).unwrap();
    }
    arrays.finish().unwrap()
}

fn bits(npz: &Arrays, name: &str) -> (Vec<usize>, Vec<u64>) {
    let array = npz.get(name).unwrap();
    let numbers = array.numbers().unwrap();
    (
        array.shape.clone(),
        numbers.iter().map(|number| number.to_bits()).collect(),
    )
}

#[test]
fn a_metric_may_come_late_and_networks_may_be_missing() {
    let (x, y) = (64, 70);
    let experiment = map(&[
        &format!("x=learning_rate=log:0.01:1:{x}"),
        &format!("y=weight_decay=log:1e-6:1e-2:{y}"),
        "steps=4",
        "record=every:2",
    ]);
    let loss = |network: u64| [0.0, 1.0, 2.0].map(|step| Some(network as f64 + step / 4.0));
    // The first block ends with network 4095, and knows no test loss.
    let some = [(5, false), (4095, false), (4100, true), (4400, false)];
    let networks = some.map(|(network, tested)| {
        let test = if tested { loss(network) } else { [None; 3] };
        rows(network, [loss(network), test, [Some(f64::NAN); 3]])
    });
    let (npz, end) = arrays(&experiment, networks.into_iter());
    let cells = x * y;
    let expected = |known: &[u64], add: f64| -> Vec<u64> {
        let mut values = vec![f64::NAN; 3 * cells];
        for &network in known {
            for (step, value) in loss(network).into_iter().enumerate() {
                values[step * cells + network as usize] = value.unwrap() * add;
            }
        }
        values.iter().map(|value| value.to_bits()).collect()
    };
    let shape = vec![3, y, x];
    let trained = expected(&[5, 4095, 4100, 4400], 1.0);
    assert_eq!(bits(&npz, "train_loss"), (shape.clone(), trained.clone()));
    assert_eq!(
        bits(&npz, "test_loss"),
        (shape.clone(), expected(&[4100], 1.0))
    );
    assert_eq!(bits(&npz, "gap"), (shape, expected(&[4100], 0.0)));
    // What has no number anywhere is left out.
    assert!(npz.get("grad_norm").is_none());
    let last = (vec![1, y, x], trained[2 * cells..].to_vec());
    assert_eq!(bits(&end, "train_loss"), last);
    assert_eq!(bits(&npz, "best_step").0, [y, x]);
}

#[test]
fn networks_with_few_of_many_steps_are_put_in_part_by_part() {
    let steps = 100_000;
    let experiment = map(&[
        "x=learning_rate=log:0.1:1:20",
        "y=weight_decay=0,1e-3",
        &format!("steps={steps}"),
        "record=every:1",
    ]);
    assert!(40 * (steps + 1) * 8 > TOGETHER_BYTES);
    let networks = (0..40).map(|network| {
        let rows = rows(network, [[Some(network as f64); 3]; 3]);
        let mut rows = Arc::into_inner(rows).unwrap();
        (rows.status, rows.steps) = (Status::Diverged, vec![0, 1, 7]);
        Arc::new(rows)
    });
    let (npz, _) = arrays(&experiment, networks);
    let (shape, values) = bits(&npz, "train_loss");
    assert_eq!(shape, [steps + 1, 2, 20]);
    for (step, cells) in values.chunks(40).enumerate() {
        let recorded = [0, 1, 7].contains(&step);
        for (network, value) in cells.iter().enumerate() {
            let expected = if recorded { network as f64 } else { f64::NAN };
            assert_eq!(*value, expected.to_bits(), "{step}");
        }
    }
}

#[test]
fn steps_as_an_axis_come_behind_seeds_and_facets() {
    let experiment = map(&[
        "x=learning_rate=0.1,0.2,0.5",
        "y=step",
        "facet=activation=tanh,relu",
        "seeds=2",
        "steps=4",
        "record=every:2",
    ]);
    let value = |network: usize, step: usize| (10 * network + step) as f64;
    let networks = (0..12).map(|network| {
        let train = [0, 1, 2].map(|step| Some(value(network, step)));
        rows(network as u64, [train, [None; 3], [None; 3]])
    });
    let (npz, end) = arrays(&experiment, networks);
    let mut expected = Vec::new();
    for seed in 0..2 {
        for facet in 0..2 {
            for step in 0..3 {
                let cells = 3 * facet..3 * facet + 3;
                expected.extend(cells.map(|cell| value(2 * cell + seed, step).to_bits()));
            }
        }
    }
    assert_eq!(bits(&npz, "train_loss"), (vec![2, 2, 3, 3], expected));
    assert_eq!(bits(&end, "train_loss"), bits(&npz, "train_loss"));
    assert_eq!(bits(&npz, "best_step").0, [2, 2, 3]);
}

#[test]
fn cells_that_stand_for_others_are_copied() {
    let experiment = map(&[
        "x=learning_rate=0.1,0.2",
        "y=weight_decay=0,1e-3",
        "seeds=2",
        "steps=4",
        "record=every:2",
    ]);
    let networks = [0u64, 1, 6, 7].map(|network| {
        let loss = [0.0, 1.0, 2.0].map(|step| Some(network as f64 + step / 4.0));
        rows(network, [loss, [None; 3], [None; 3]])
    });
    let mut arrays = MapArrays::new(&experiment, metrics(), MemoryArrays::default()).unwrap();
    for rows in networks {
        arrays.insert(rows).unwrap();
    }
    // Cells 1 and 2 are those of 0 and 3.
    arrays.fill(&[0, 0, 3, 3]).unwrap();
    let (npz, _) = arrays.finish().unwrap();
    let values = npz.get("train_loss").unwrap().numbers().unwrap();
    let of = |network: f64, step: f64| network + step / 4.0;
    let expected: Vec<f64> = [0.0, 1.0, 2.0]
        .iter()
        .flat_map(|&step| {
            [0.0, 1.0].map(|seed| {
                let (low, high) = (of(seed, step), of(6.0 + seed, step));
                [low, low, high, high]
            })
        })
        .flatten()
        .collect();
    assert_eq!(values, expected);
    let computed = npz.get("computed").unwrap().numbers().unwrap();
    assert_eq!(computed, [1.0, 0.0, 0.0, 1.0]);
}

#[test]
fn exploded_networks_are_set_apart_from_what_seeds_make_of_a_cell() {
    let experiment = map(&[
        "x=learning_rate=0.1,0.2,0.5",
        "y=weight_decay=0,1e-3",
        "seeds=3",
        "steps=4",
        "record=every:2",
    ]);
    let value = |network: u64| network as f64 / 100.0;
    // One network of cell 1, all of cell 4.
    let exploded = |network: u64| network == 4 || (12..15).contains(&network);
    let networks = |exploded: fn(u64) -> bool| {
        (0..18).map(move |network| {
            let huge = if exploded(network) { 1e26 } else { 1.0 };
            let losses = [0, 1, 2].map(|_| Some(huge * value(network)));
            let rows = rows(network, [losses, losses, [None; 3]]);
            let mut rows = Arc::into_inner(rows).unwrap();
            rows.exploded = exploded(network);
            Arc::new(rows)
        })
    };
    let (plain, _) = arrays(&experiment, networks(|_| false));
    assert!(plain.get(EXPLODED).is_none());
    let (npz, end) = arrays(
        &experiment,
        networks(|network| network == 4 || (12..15).contains(&network)),
    );
    let (shape, flags) = bits(&npz, EXPLODED);
    assert_eq!(shape, [3, 2, 3]);
    for (place, flag) in flags.iter().enumerate() {
        let (seed, cell) = (place / 6, place % 6);
        let network = (3 * cell + seed) as u64;
        assert_eq!(*flag == 1f64.to_bits(), exploded(network), "{network}");
    }
    for name in ["mean", "median", "spread", "success"] {
        let (found, before) = (bits(&npz, name).1, bits(&plain, name).1);
        let number = |cell: usize| f64::from_bits(found[cell]);
        for cell in [0, 2, 3, 5] {
            assert_eq!(found[cell], before[cell], "{name}");
        }
        let (one, none) = match name {
            "mean" | "median" => (f64::midpoint(value(3), value(5)), f64::NAN),
            "spread" => ((2.0 * 0.01f64.powi(2)).sqrt(), f64::NAN),
            _ => (0.0, 0.0),
        };
        assert!((number(1) - one).abs() < 1e-15, "{name}: {}", number(1));
        assert!(number(4) == none || number(4).is_nan() && none.is_nan());
    }
    let best = super::super::reading::BestCell::of(&experiment, &end).unwrap();
    assert_eq!((best.value, best.network), (value(1), 0));
}
