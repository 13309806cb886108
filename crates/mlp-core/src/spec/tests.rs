use super::*;
use crate::Activation;

fn spec() -> TrainSpec {
    TrainSpec::new(
        Architecture::classical(2, &[3], Activation::Tanh, 1),
        Loss::SquaredError,
    )
}

#[test]
fn bad_settings_are_refused_by_name() {
    let bad = |spec: TrainSpec, word: &str| {
        let error = spec.validate().unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    };
    bad(
        TrainSpec {
            learning_rate: f64::NAN,
            ..spec()
        },
        "learning rate",
    );
    bad(
        TrainSpec {
            learning_rate: -0.1,
            ..spec()
        },
        "learning rate",
    );
    bad(
        TrainSpec {
            batch: Batch::Size(2),
            batch_order: Some([0, 1, 2].into()),
            ..spec()
        },
        "the batch order has 3 entries, but 4 are needed",
    );
    bad(
        TrainSpec {
            batch_order: Some([0].into()),
            ..spec()
        },
        "the batch order beside a full batch has 1 entries, but 0 are needed",
    );
    bad(
        TrainSpec {
            weight_decay: -1.0,
            ..spec()
        },
        "weight decay",
    );
    bad(
        TrainSpec {
            loss_scale: 0.0,
            ..spec()
        },
        "loss scale",
    );
    bad(
        TrainSpec {
            bias_init: Init::Constant(f64::INFINITY),
            ..spec()
        },
        "a constant initial value",
    );
    bad(
        TrainSpec {
            batch: Batch::Size(0),
            ..spec()
        },
        "batch size",
    );
    bad(
        TrainSpec {
            layer_learning_rates: Some(vec![0.1]),
            ..spec()
        },
        "2 are needed",
    );
    bad(
        TrainSpec {
            layer_learning_rates: Some(vec![0.1, -1.0]),
            ..spec()
        },
        "layer 1",
    );
    bad(
        TrainSpec {
            init: Init::Given(vec![0.0; 3].into()),
            ..spec()
        },
        "13 are needed",
    );
    bad(
        TrainSpec {
            init: Init::Normal(-1.0),
            ..spec()
        },
        "standard deviation",
    );
    assert!(spec().validate().is_ok());
}

#[test]
fn segments_join_where_nothing_differs() {
    let table = |spec: TrainSpec| {
        let segments = spec.validate().unwrap().segments();
        segments
            .into_iter()
            .map(|s| (s.range, s.rate, s.decay))
            .collect::<Vec<_>>()
    };
    assert_eq!(table(spec()), [(0..13, 0.1, 0.0)]);
    let decayed = TrainSpec {
        weight_decay: 0.5,
        ..spec()
    };
    assert_eq!(
        table(decayed.clone()),
        [
            (0..6, 0.1, 0.5),
            (6..9, 0.1, 0.0),
            (9..12, 0.1, 0.5),
            (12..13, 0.1, 0.0)
        ]
    );
    let rates = Some(vec![1.0, 2.0]);
    let by_layer = TrainSpec {
        decay_bias: true,
        layer_learning_rates: rates,
        ..decayed
    };
    assert_eq!(table(by_layer), [(0..9, 1.0, 0.5), (9..13, 2.0, 0.5)]);
}

#[test]
fn rates_of_a_valid_spec_change_to_valid_ones_alone() {
    let mut valid = spec().validate().unwrap();
    valid
        .change_rates(|rates| rates.learning_rate = 0.7)
        .unwrap();
    let changed = TrainSpec {
        learning_rate: 0.7,
        ..spec()
    };
    assert_eq!(*valid, changed);
    let refused = valid.change_rates(|rates| rates.layer_weight_decays = Some(vec![0.1, -1.0]));
    assert!(refused.is_err());
    assert_eq!(*valid, changed);
}
