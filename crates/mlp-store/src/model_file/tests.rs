use mlp_core::{Architecture, LayerSpec, Level, Loss, Network};
use mlp_data::{
    Dataset, ImputeKind, Imputer, ScaleKind, Scaler, Targets, Task,
    table::{DateOrder, DecimalMark, Delimiter, TableFormat, ThousandsMark},
};
use ndarray::array;
use proptest::prelude::*;

use super::*;
use mlp_train::{ModelOrigin, ModelParts, OutputMeaning, Prediction, Weighting};

fn classifier() -> Model {
    let net = Architecture::classical(2, &[2], Activation::Tanh, 1);
    let parameters = vec![1.0f32, 0.0, 0.0, 1.0, 0.5, -0.5, 2.0, -1.0, 0.25];
    Model::from_parts(ModelParts {
        members: Vec::new(),
        network: Network::new(net, parameters).unwrap().into(),
        loss: Loss::BinaryCrossEntropy,
        loss_scale: 1.0,
        weighting: Weighting::default(),
        data: "tiny".to_owned(),
        features: vec!["a".to_owned(), "b".to_owned()],
        expansion: None,
        one_hot: Vec::new(),
        imputer: Some(Imputer::from_parts(ImputeKind::Median, vec![0.5, 0.1]).unwrap()),
        feature_scaler: Scaler::from_parts(ScaleKind::Standard, vec![1.0, 0.1], vec![2.0, 0.3])
            .unwrap(),
        answers: OutputMeaning::Classes(vec!["no".to_owned(), "yes \"really\"".to_owned()]),
        threshold: None,
        intervals: None,
        target_columns: vec!["answer".to_owned()],
        table_format: Some(TableFormat {
            header: Some(true),
            delimiter: Some(Delimiter::TAB),
            comment: Some("#".to_owned()),
            decimal: Some(DecimalMark::Comma),
            thousands: Some(ThousandsMark::Space),
            dates: Some(DateOrder::Dmy),
            missing_words: vec!["-999".to_owned(), "a, b".to_owned()],
            units: vec!["$".to_owned(), "kg".to_owned()],
            text: vec!["code".to_owned()],
            date_columns: vec!["day".to_owned()],
            boolean_columns: vec!["flag".to_owned()],
            unit_columns: vec![("price".to_owned(), vec!["$".to_owned()])],
            whole_columns: vec!["rooms".to_owned()],
            date_marks: "./".to_owned(),
        }),
        left_out: vec!["id".to_owned()],
        origin: ModelOrigin {
            engine: "1".to_owned(),
            seed: 7,
            steps: 10,
            unfinished: true,
            experiment: "kind = \"train\"\n".to_owned(),
        },
    })
}

fn regressor() -> Model {
    let net = Architecture::classical(1, &[], Activation::Tanh, 2);
    Model::from_parts(ModelParts {
        network: Network::new(net, vec![1.0f64, 2.0, 0.0, 1.0])
            .unwrap()
            .into(),
        loss: Loss::SquaredError,
        features: vec!["a".to_owned()],
        imputer: None,
        table_format: None,
        left_out: Vec::new(),
        feature_scaler: Scaler::from_parts(ScaleKind::Standard, vec![10.0], vec![2.0]).unwrap(),
        answers: OutputMeaning::Values {
            names: vec!["u".to_owned(), "v".to_owned()],
            scaler: Scaler::from_parts(ScaleKind::Standard, vec![100.0, 0.0], vec![10.0, 3.0])
                .unwrap(),
        },
        ..classifier().parts().clone()
    })
}

fn labeller() -> Model {
    Model::from_parts(ModelParts {
        loss: Loss::BinaryCrossEntropy,
        answers: OutputMeaning::Labels(vec!["u".to_owned(), "v".to_owned()]),
        ..regressor().parts().clone()
    })
}

fn scorer() -> Model {
    Model::from_parts(ModelParts {
        loss: "squared-hinge".parse().unwrap(),
        ..classifier().parts().clone()
    })
}

/// The kinds of file that models are read back from.
fn readable() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(|format| format.is_readable())
}

/// Every kind of normalization, and a shortcut.
fn normalized() -> Model {
    let layer = |normalization: &str, skip| LayerSpec {
        normalization: normalization.parse().unwrap(),
        skip,
        ..LayerSpec::new(2, Activation::Tanh)
    };
    let net = Architecture::new(2)
        .with(layer("batch", true))
        .with(layer("layer:0.001", false))
        .with(layer("batch-plain", true))
        .layer(1, Activation::Identity);
    let parameters = (0..net.parameter_count()).map(|i| 0.1 * i as f32 - 0.7);
    let network = Network::new(net.clone(), parameters.collect()).unwrap();
    let statistics = (0..8).map(|i| 0.5 + i as f32).collect();
    Model::from_parts(ModelParts {
        network: network.with_statistics(statistics).unwrap().into(),
        ..classifier().parts().clone()
    })
}

#[test]
fn labels_and_scores_are_told_with_their_numbers() {
    // Scaled input (12 - 10) / 2 = 1, outputs 1 and 3; then -3 and -5.
    let said = labeller().predict(&array![[12.0], [4.0]].view()).unwrap();
    let Prediction::Labels {
        labels,
        probabilities,
    } = said
    else {
        unreachable!()
    };
    assert_eq!(labels, array![[true, true], [false, false]]);
    assert!((probabilities[[0, 0]] - 1.0 / (1.0 + (-1f64).exp())).abs() < 1e-15);
    assert_eq!(labeller().task(), Task::Multilabel { labels: 2 });
    let said = scorer().predict(&array![[1.0, 0.1], [-9.0, 3.1]].view());
    let Prediction::Scores { labels, scores } = said.unwrap() else {
        unreachable!()
    };
    assert_eq!(labels, [1, 0]);
    let score = 3.0 * 0.5f64.tanh() + 0.25;
    assert!((scores[[0, 1]] - score).abs() < 1e-6 && scores[[0, 0]] == -scores[[0, 1]]);
}

#[test]
fn normalisations_have_tensors_of_their_own() {
    let bytes = to_bytes(&normalized());
    let file = ::safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<&str> = file.names().into_iter().collect();
    names.retain(|name| name.starts_with("norms"));
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "norms.0.bias",
            "norms.0.running_mean",
            "norms.0.running_var",
            "norms.0.weight",
            "norms.1.bias",
            "norms.1.weight",
            "norms.2.running_mean",
            "norms.2.running_var",
        ]
    );
    let number =
        |name: &str| f32::from_le_bytes(file.tensor(name).unwrap().data()[..4].try_into().unwrap());
    // Statistics are those of layer 0, then of layer 2: means, then variances.
    assert_eq!(
        (
            number("norms.0.running_var"),
            number("norms.2.running_mean")
        ),
        (2.5, 4.5)
    );
    // W (4) and b (2) of layer 0 come first.
    assert!((number("norms.0.weight") - (0.6 - 0.7)).abs() < 1e-6);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(from_bytes(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn a_model_is_told_in_the_words_of_another_version() {
    let now = classifier();
    let mut before = classifier().parts().clone();
    before.table_format = None;
    before.origin.experiment = "[data]\nname = \"/home/ann/tiny.csv\"\n".to_owned();
    let before = Model::from_parts(before);
    assert_ne!(to_bytes(&before), to_bytes(&now));
    assert_eq!(to_bytes(&before.in_the_words_of(&now)), to_bytes(&now));
    // What it computes stays its own.
    let mut other = classifier().parts().clone();
    other.features.swap(0, 1);
    let other = Model::from_parts(other);
    assert_ne!(to_bytes(&other.in_the_words_of(&now)), to_bytes(&now));
}

#[test]
fn models_are_read_as_they_were_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model");
    assert!(readable().count() >= 3);
    let weighted = Model::from_parts(ModelParts {
        weighting: Weighting {
            label_smoothing: 0.1,
            class_weights: Some(vec![1.0, 2.5]),
            positive_weights: Some(vec![3.0]),
        },
        ..classifier().parts().clone()
    });
    let decided = Model::from_parts(ModelParts {
        threshold: Some(0.25),
        ..classifier().parts().clone()
    });
    let models = [
        decided,
        classifier(),
        regressor(),
        normalized(),
        weighted,
        labeller(),
        scorer(),
    ];
    for (model, format) in models
        .iter()
        .flat_map(|model| readable().map(move |format| (model, format)))
    {
        let bytes = format.write(model, "model").unwrap();
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(read(&path).unwrap(), *model, "{}", format.name);
        assert_eq!(format.write(model, "model").unwrap(), bytes);
        assert_eq!(
            format.tensors(&bytes).unwrap().0.len(),
            model.tensors().len()
        );
    }
}

#[test]
fn a_model_that_diverged_is_written_by_no_format() {
    let net = Architecture::classical(2, &[], Activation::Tanh, 1);
    let model = Model::from_parts(ModelParts {
        network: Network::new(net, vec![f32::NAN, 0.0, 0.0]).unwrap().into(),
        ..classifier().parts().clone()
    });
    for format in FORMATS {
        let error = format.write(&model, "model").unwrap_err().to_string();
        assert!(error.contains("diverged"), "{error}");
    }
}

#[test]
fn tensors_have_pytorchs_names_and_shapes() {
    let bytes = to_bytes(&classifier());
    let file = ::safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<&str> = file.names().into_iter().collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "layers.0.bias",
            "layers.0.weight",
            "layers.1.bias",
            "layers.1.weight"
        ]
    );
    assert_eq!(file.tensor("layers.1.weight").unwrap().shape(), [1, 2]);
    assert_eq!(
        file.tensor("layers.0.bias").unwrap().data()[..4],
        0.5f32.to_le_bytes()
    );
}

#[test]
fn predictions_are_in_original_units() {
    // Scaled input (14 - 10) / 2 = 2; outputs 2 and 5; in units 100 + 10 * 2 and 3 * 5.
    let Prediction::Values(values) = regressor().predict(&array![[14.0]].view()).unwrap() else {
        unreachable!()
    };
    assert_eq!(values, array![[120.0, 15.0]]);
    let Prediction::Classes {
        labels,
        probabilities,
    } = classifier()
        .predict(&array![[1.0, 0.1], [-9.0, 3.1]].view())
        .unwrap()
    else {
        unreachable!()
    };
    assert_eq!(labels, [1, 0]);
    // 2 tanh(0.5) + tanh(0.5) + 0.25
    let logit = 3.0 * 0.5f64.tanh() + 0.25;
    assert!((probabilities[[0, 1]] - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-6);
    assert!(classifier().predict(&array![[1.0]].view()).is_err());
}

#[test]
fn evaluation_matches_names_and_units() {
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    // Columns in another order, classes in another order.
    let targets = Targets::Classes {
        labels: vec![0, 1],
        names: names(&["yes \"really\"", "no"]),
    };
    let inputs = array![[0.1, 1.0], [3.1, -9.0]];
    let data = Dataset::new("d", names(&["b", "a"]), inputs.clone(), targets).unwrap();
    let evaluation = classifier().evaluate(&data, Level::best()).unwrap();
    assert_eq!(evaluation.accuracy, Some(1.0));
    let unknown = Targets::Classes {
        labels: vec![0, 1],
        names: names(&["maybe", "no"]),
    };
    let data = Dataset::new("d", names(&["b", "a"]), inputs, unknown).unwrap();
    let error = classifier()
        .evaluate(&data, Level::best())
        .unwrap_err()
        .to_string();
    assert!(error.contains("no class \"maybe\""), "{error}");

    let values = Targets::Values {
        values: array![[110.0, 15.0], [90.0, 6.0]],
        names: names(&["u", "v"]),
    };
    let data = Dataset::new("d", names(&["a"]), array![[14.0], [8.0]], values).unwrap();
    // Predictions (120, 15) and (90, -3): errors 10 and 0, 0 and 9.
    let evaluation = regressor().evaluate(&data, Level::best()).unwrap();
    let by_hand = (50.0f64.sqrt() + 40.5f64.sqrt()) / 2.0;
    assert!(
        (evaluation.rmse.unwrap() - by_hand).abs() < 1e-12,
        "{evaluation:?}"
    );
    let error = classifier()
        .evaluate(&data, Level::best())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("column") || error.contains("numbers"),
        "{error}"
    );
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model");
    for format in readable() {
        let whole = format.write(&classifier(), "model").unwrap();
        // White space at the end of a document means nothing.
        let end = whole.trim_ascii_end().len();
        for length in 0..end {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(
                matches!(read(&path), Err(Error::Corrupt { .. })),
                "{} at {length}",
                format.name
            );
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_found_or_changes_nothing() {
    let model = classifier();
    for format in readable() {
        let whole = format.write(&model, "model").unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            match from_bytes(&damaged) {
                Err(_) => {}
                // Not every byte of an archive or a document means something.
                Ok(read) => {
                    assert_ne!(format.name, "safetensors", "byte {at}");
                    assert_eq!(read, model, "{}, byte {at}", format.name);
                }
            }
        }
    }
}

#[test]
fn foreign_files_and_huge_claims_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.safetensors");
    let refuse = |bytes: &[u8], word: &str| {
        std::fs::write(&path, bytes).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(
            error.contains(word)
                && error.contains("model.safetensors is not a readable model file"),
            "{error}"
        );
    };
    refuse(b"net,loss\n0,1\n0,2\n", "it is not a safetensors file");
    refuse(&[0xff; 64], "it is not a safetensors file");
    refuse(&u64::MAX.to_le_bytes(), "it is not a safetensors file");
    let plain = ::safetensors::serialize([("layers.0.weight", TensorViewOf(&[0; 4]).view())], None);
    refuse(&plain.unwrap(), "another one");
    // An architecture that claims more than memory holds.
    let model = to_bytes(&classifier());
    let text = String::from_utf8_lossy(&model).into_owned();
    let at = text.find("\\\"outputs\\\":2").unwrap();
    let mut forged = model.clone();
    forged[at + 12] = b'9';
    refuse(&forged, "tensor");
}

struct TensorViewOf<'a>(&'a [u8]);

impl<'a> TensorViewOf<'a> {
    fn view(&self) -> ::safetensors::tensor::TensorView<'a> {
        ::safetensors::tensor::TensorView::new(::safetensors::Dtype::F32, vec![1, 1], self.0)
            .unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn damage_never_panics(flips in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..4)) {
        for format in readable() {
            let mut bytes = format.write(&classifier(), "model").unwrap();
            for (at, bits) in &flips {
                let at = at.index(bytes.len());
                bytes[at] ^= bits;
            }
            let _ = from_bytes(&bytes);
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(from_bytes(&bytes).is_err());
    }
}

/// One flipped bit anywhere in a file: it is refused, or its parameters are the same.
#[test]
fn damaged_files_are_no_start_in_any_format() {
    let model = classifier();
    let expected = model.tensors();
    let directory = tempfile::tempdir().unwrap();
    for format in readable() {
        let (name, whole) = (format.name, format.write(&model, "m").unwrap());
        let path = directory.path().join(name);
        let (mut refused, mut same) = (0, 0);
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at * 5 % 8);
            std::fs::write(&path, &flipped).unwrap();
            match read_tensors(&path) {
                Err(_) => refused += 1,
                Ok(read) => {
                    // A tensor that is left out or called otherwise is missed by the network.
                    for tensor in &read.tensors {
                        let known = expected.iter().find(|known| known.name == tensor.name);
                        assert!(
                            known.is_none_or(|known| known == tensor),
                            "{name}, byte {at}"
                        );
                    }
                    same += 1;
                }
            }
        }
        assert!(refused > same, "{name}: {refused} refused, {same} the same");
        std::fs::write(&path, &whole).unwrap();
        assert_eq!(read_tensors(&path).unwrap().tensors, expected);
    }
}

/// The graph is what other programs compute, so one flipped bit of it is found, too.
#[test]
fn a_flipped_bit_of_a_graph_is_found() {
    let format = Format::named("onnx").unwrap();
    let whole = format.write(&classifier(), "m").unwrap();
    format.read(&whole).unwrap();
    for at in 0..whole.len() {
        for bit in [at * 5 % 8, at * 3 % 8] {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            assert!(format.read(&flipped).is_err(), "byte {at}, bit {bit}");
        }
    }
}
