//! Models of every activation and every kind of answer, written as programs, compiled and compared.

mod constants;
mod rows;

use std::{fmt::Write, path::Path, process::Command};

use mlp_core::{
    Activation, Architecture, LayerSpec, Loss, Network, Outputs, Scalar,
    seed::{Purpose, Stream},
};
use mlp_data::{ImputeKind, Imputer, ScaleKind, Scaler, TargetTransform};
use ndarray::Array2;

use super::{FORMATS, Format};
use crate::model_file;
use mlp_train::{AnyNetwork, Model, ModelOrigin, ModelParts, OutputMeaning, Prediction, Weighting};

/// How far an export may part from the model, in parts of the larger of 1 and the largest value: in f32 small differences of large numbers have no more digits.
const BOUND: f64 = 1e-6;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn scaler(columns: usize) -> Scaler {
    let column = |start: f64, step: f64| (0..columns).map(|i| start + step * i as f64).collect();
    Scaler::from_parts(ScaleKind::Standard, column(0.25, -0.5), column(1.5, 0.75)).unwrap()
}

fn network<T: Scalar>(architecture: Architecture, seed: u64) -> AnyNetwork
where
    AnyNetwork: From<Network<T>>,
{
    let mut stream = Stream::new(seed, Purpose::Init);
    let parameters = (0..architecture.parameter_count()).map(|_| T::from_f64(stream.normal()));
    let parameters = parameters.collect();
    let statistics = architecture.initial_statistics::<T>();
    let mut changed = |value: T| T::from_f64(value.to_f64() + stream.uniform());
    let statistics = statistics.into_iter().map(&mut changed).collect();
    let network = Network::new(architecture, parameters).unwrap();
    network.with_statistics(statistics).unwrap().into()
}

fn model(network: AnyNetwork, loss: Loss, answers: OutputMeaning) -> Model {
    let inputs = network.architecture().inputs;
    Model::from_parts(ModelParts {
        members: Vec::new(),
        network,
        loss,
        loss_scale: 1.0,
        weighting: Weighting::default(),
        data: "a set".to_owned(),
        features: (0..inputs).map(|i| format!("feature \"{i}\"")).collect(),
        expansion: None,
        one_hot: Vec::new(),
        imputer: None,
        feature_scaler: scaler(inputs),
        answers,
        threshold: None,
        intervals: None,
        target_columns: words(&["target"]),
        table_format: None,
        left_out: Vec::new(),
        origin: ModelOrigin::default(),
    })
}

fn values(outputs: usize, scaler: Scaler) -> OutputMeaning {
    OutputMeaning::Values {
        names: (0..outputs).map(|i| format!("out {i}")).collect(),
        scaler,
    }
}

/// Names that upset a careless writer of sources.
const CLASSES: [&str; 3] = ["say \"why??/\"", "back\\slash\n", "größer"];

/// Every activation in both precisions, every answer, layers without biases, scales, inputs computed
/// from two features.
pub(super) fn models() -> Vec<Model> {
    let mut models = Vec::new();
    let more = [Activation::LeakyRelu(0.3), Activation::Elu(1.7)];
    for (seed, &activation) in Activation::DEFAULTS.iter().chain(&more).enumerate() {
        let net = Architecture::classical(3, &[5, 4], activation, 1);
        let classes = OutputMeaning::Classes(words(&CLASSES[..2]));
        let single = network::<f32>(net.clone(), seed as u64);
        models.push(model(single, Loss::BinaryCrossEntropy, classes));
        let double = network::<f64>(net, 100 + seed as u64);
        models.push(model(double, Loss::SquaredError, values(1, scaler(1))));
    }
    let scaled = |outputs| LayerSpec {
        bias: false,
        scale: 0.3,
        ..LayerSpec::new(outputs, Activation::Tanh)
    };
    let odd = Architecture::new(2).with(scaled(20)).with(scaled(3));
    for (seed, loss) in [Loss::SquaredError, Loss::BinaryCrossEntropy]
        .into_iter()
        .enumerate()
    {
        let net = network::<f32>(odd.clone(), 200 + seed as u64);
        models.push(model(net, loss, values(3, scaler(3))));
        let net = network::<f64>(odd.clone(), 210 + seed as u64);
        models.push(model(net, loss, values(3, Scaler::identity(3))));
    }
    for seed in 220..222 {
        let net = Architecture::classical(2, &[40], Activation::Sine, 3);
        let numbers = words(&["-1", "0", "10"]);
        let classes = if seed == 220 {
            words(&CLASSES)
        } else {
            numbers
        };
        let net = network::<f32>(net, seed);
        models.push(model(
            net,
            Loss::SoftmaxCrossEntropy,
            OutputMeaning::Classes(classes),
        ));
    }
    let inputs = network::<f64>(Architecture::classical(7, &[], Activation::Tanh, 2), 230);
    // Another threshold than one half, with one output and with two.
    for (seed, outputs, threshold) in [(300, 1, 0.3), (301, 2, 0.8)] {
        let net = Architecture::classical(2, &[4], Activation::Tanh, outputs);
        let (network, loss) = match outputs {
            1 => (network::<f32>(net, seed), Loss::BinaryCrossEntropy),
            _ => (network::<f64>(net, seed), Loss::SoftmaxCrossEntropy),
        };
        let classes = OutputMeaning::Classes(words(&CLASSES[..2]));
        models.push(Model::from_parts(ModelParts {
            threshold: Some(threshold),
            ..model(network, loss, classes).parts().clone()
        }));
    }
    models.push(Model::from_parts(ModelParts {
        features: words(&["x", "y", "x2", "y2", "xy", "sinx", "siny"]),
        expansion: Some("x,y,x2,y2,xy,sinx,siny".parse().unwrap()),
        ..model(inputs, Loss::SquaredError, values(2, scaler(2)))
            .parts()
            .clone()
    }));
    for (seed, (loss, outputs)) in [("hinge", 1), ("squared-hinge", 3), ("poisson", 2)]
        .into_iter()
        .enumerate()
    {
        let net = Architecture::classical(2, &[4], Activation::Tanh, outputs);
        let net = network::<f32>(net, 270 + seed as u64);
        let loss: Loss = loss.parse().unwrap();
        let answers = match loss.outputs() {
            Outputs::Scores => OutputMeaning::Classes(words(&CLASSES[..outputs.max(2)])),
            _ => values(outputs, Scaler::identity(outputs)),
        };
        models.push(model(net, loss, answers));
    }
    // Logarithms of targets, with and without a scaling.
    for (seed, transform) in [(310, TargetTransform::Log), (312, TargetTransform::Log1p)] {
        let net = Architecture::classical(2, &[4], Activation::Tanh, 2);
        for scaler in [scaler(2), Scaler::identity(2)] {
            let answers = values(2, scaler.with_transform(transform));
            let single = network::<f32>(net.clone(), seed);
            models.push(model(single, Loss::SquaredError, answers.clone()));
            let double = network::<f64>(net.clone(), seed + 1);
            models.push(model(double, Loss::SquaredError, answers));
        }
    }
    // Squared errors on classes, an output per class.
    for (outputs, seed) in [(2, 290), (3, 291)] {
        let net = Architecture::classical(2, &[4], Activation::Softsign, outputs);
        let classes = OutputMeaning::Classes(words(&CLASSES[..outputs]));
        models.push(model(
            network::<f64>(net, seed),
            Loss::SquaredError,
            classes,
        ));
    }
    for (outputs, seed) in [(1, 280), (3, 281)] {
        let net = network::<f64>(
            Architecture::classical(2, &[4], Activation::Tanh, outputs),
            seed,
        );
        let labels = OutputMeaning::Labels(words(&CLASSES[..outputs]));
        models.push(model(net, Loss::BinaryCrossEntropy, labels));
    }
    for (seed, kind) in ["batch", "batch-plain", "layer", "layer-plain:0.01"]
        .into_iter()
        .enumerate()
    {
        let layer = |skip, activation| LayerSpec {
            normalization: kind.parse().unwrap(),
            skip,
            ..LayerSpec::new(6, activation)
        };
        let net = Architecture::new(3)
            .with(layer(false, Activation::Tanh))
            .with(layer(true, Activation::Silu))
            .with(layer(true, Activation::Identity))
            .layer(2, Activation::Identity);
        let seed = 250 + 2 * seed as u64;
        let single = network::<f32>(net.clone(), seed);
        models.push(model(single, Loss::SquaredError, values(2, scaler(2))));
        let double = network::<f64>(net, seed + 1);
        let classes = OutputMeaning::Classes(words(&CLASSES[..2]));
        models.push(model(double, Loss::SoftmaxCrossEntropy, classes));
    }
    for (seed, seeing) in [
        [true, true, true],
        [false, true, false],
        [true, false, true],
    ]
    .into_iter()
    .enumerate()
    {
        let layer = |outputs, shortcuts, normalization: &str| LayerSpec {
            normalization: normalization.parse().unwrap(),
            shortcuts,
            ..LayerSpec::new(outputs, Activation::Tanh)
        };
        let net = Architecture::new(3)
            .with(layer(5, true, "none"))
            .with(layer(4, seeing[0], "batch"))
            .with(layer(6, seeing[1], "none"))
            .with(layer(2, seeing[2], "none"));
        let seed = 300 + 2 * seed as u64;
        let single = network::<f32>(net.clone(), seed);
        models.push(model(single, Loss::SquaredError, values(2, scaler(2))));
        let double = network::<f64>(net, seed + 1);
        let classes = OutputMeaning::Classes(words(&CLASSES[..2]));
        models.push(model(double, Loss::SoftmaxCrossEntropy, classes));
    }
    models.extend(ensembles());
    models.push(Model::from_parts(ModelParts {
        imputer: Some(Imputer::from_parts(ImputeKind::Mean, vec![0.5, -2.0]).unwrap()),
        ..model(
            network::<f32>(Architecture::classical(2, &[3], Activation::Relu, 1), 239),
            Loss::SquaredError,
            values(1, scaler(1)),
        )
        .parts()
        .clone()
    }));
    models.push(Model::from_parts(ModelParts {
        feature_scaler: Scaler::identity(2),
        ..model(
            network::<f32>(Architecture::classical(2, &[], Activation::Tanh, 1), 240),
            Loss::SquaredError,
            values(1, Scaler::identity(1)),
        )
        .parts()
        .clone()
    }));
    models
}

/// Several networks of different shapes as one model, of every kind of answer.
pub(super) fn ensembles() -> Vec<Model> {
    let several = |first: Model, outputs: usize, threshold: Option<f64>| {
        let shape = |width| Architecture::classical(2, &[width], Activation::Tanh, outputs);
        let members = (3..6).map(|width| match first.network() {
            AnyNetwork::F32(_) => network::<f32>(shape(width), 400 + width as u64),
            AnyNetwork::F64(_) => network::<f64>(shape(width), 410 + width as u64),
        });
        Model::from_parts(ModelParts {
            members: members.collect(),
            threshold,
            ..first.parts().clone()
        })
    };
    let single = |outputs| Architecture::classical(2, &[4, 3], Activation::Relu, outputs);
    let two = || OutputMeaning::Classes(words(&CLASSES[..2]));
    let labels = OutputMeaning::Labels(words(&CLASSES));
    let softmax = OutputMeaning::Classes(words(&CLASSES));
    vec![
        several(
            model(
                network::<f32>(single(1), 420),
                Loss::BinaryCrossEntropy,
                two(),
            ),
            1,
            None,
        ),
        several(
            model(
                network::<f64>(single(1), 421),
                Loss::BinaryCrossEntropy,
                two(),
            ),
            1,
            Some(0.3),
        ),
        several(
            model(
                network::<f32>(single(3), 422),
                Loss::SoftmaxCrossEntropy,
                softmax,
            ),
            3,
            None,
        ),
        several(
            model(
                network::<f64>(single(3), 423),
                Loss::BinaryCrossEntropy,
                labels,
            ),
            3,
            None,
        ),
        several(
            model(
                network::<f32>(single(2), 424),
                Loss::SquaredError,
                values(2, scaler(2)),
            ),
            2,
            None,
        ),
    ]
}

/// Rows in original units, some of them far out.
fn rows(model: &Model) -> Array2<f64> {
    let mut stream = Stream::new(7, Purpose::Noise);
    Array2::from_shape_fn((40, model.columns().len()), |(row, column)| {
        if model.imputer().is_some() && (row + column) % 5 == 0 {
            return f64::NAN;
        }
        let spread = if row % 8 == 7 { 30.0 } else { 2.0 };
        // Numbers that f32 holds exactly, so that both sides see the same.
        f64::from((spread * stream.normal()) as f32)
    })
}

/// What the model says: the numbers of each row, and its class.
fn expected(model: &Model, rows: &Array2<f64>) -> (Array2<f64>, Vec<Option<u32>>) {
    match model.predict(&rows.view()).unwrap() {
        Prediction::Classes {
            labels,
            probabilities,
        } => (probabilities, labels.into_iter().map(Some).collect()),
        Prediction::Scores { labels, scores } => (scores, labels.into_iter().map(Some).collect()),
        Prediction::Labels { probabilities, .. } => {
            let none = vec![None; probabilities.nrows()];
            (probabilities, none)
        }
        Prediction::Values(values) => {
            let none = vec![None; values.nrows()];
            (values, none)
        }
    }
}

/// Compares what a program printed, a line per row: the class, if there is one, then the numbers.
fn compare(models: &[Model], printed: &str) {
    let mut lines = printed.lines();
    let mut worst = 0.0f64;
    for (index, model) in models.iter().enumerate() {
        let (expected, labels) = expected(model, &rows(model));
        let largest = expected.fold(1.0f64, |largest, value| largest.max(value.abs()));
        for (numbers, label) in expected.rows().into_iter().zip(labels) {
            let line = lines.next().expect("a line for every row");
            let mut found = line.split_whitespace();
            if let Some(label) = label {
                assert_eq!(
                    found.next(),
                    Some(label.to_string().as_str()),
                    "model {index}"
                );
            }
            let found: Vec<f64> = found.map(|word| word.parse().unwrap()).collect();
            assert_eq!(found.len(), numbers.len(), "model {index}: {line}");
            for (found, expected) in found.iter().zip(numbers) {
                let difference = (found - expected).abs() / largest;
                assert!(difference <= BOUND, "model {index}: {found} for {expected}");
                worst = worst.max(difference);
            }
        }
    }
    assert_eq!(lines.next(), None);
    // What agrees to the last bit of single precision was not computed twice.
    assert!(worst > 0.0);
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).unwrap();
}

/// Numbers as literals, NaN in the language's own way.
fn list(numbers: impl IntoIterator<Item = f64>, nan: &str) -> String {
    let words: Vec<String> = numbers
        .into_iter()
        .map(|number| match number.is_nan() {
            true => nan.to_owned(),
            false => format!("{number:?}"),
        })
        .collect();
    words.join(", ")
}

/// The compiler of Rust in a folder, to which every warning is an error.
fn rustc(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    command
        .current_dir(folder)
        .args(["--edition", "2021", "-D", "warnings"]);
    command
}

/// Compiles `main.c` in a folder, where every warning is an error. Where rustc links by a C compiler, there is one.
#[cfg(unix)]
fn compile_c(folder: &Path) {
    let compiler = std::env::var_os("CC").unwrap_or("cc".into());
    run(Command::new(compiler).current_dir(folder).args([
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-pedantic",
        "-Werror",
        "-O1",
        "-o",
        "main",
        "main.c",
    ]));
}

#[test]
fn rust_sources_compute_what_the_models_do() {
    let folder = tempfile::tempdir().unwrap();
    let models = models();
    let (mut modules, mut main) = (String::new(), String::new());
    for (index, model) in models.iter().enumerate() {
        let source = Format::named("rust")
            .unwrap()
            .write(model, "a-model")
            .unwrap();
        write(folder.path(), &format!("m{index}.rs"), source);
        let _ = writeln!(modules, "pub mod m{index};");
        for row in rows(model).rows() {
            let row = list(row.iter().copied(), "f64::NAN");
            if matches!(model.answers(), OutputMeaning::Classes(_)) {
                let _ = writeln!(
                    main,
                    "    print!(\"{{}} \", m{index}::predict_class(&[{row}]));"
                );
            }
            let _ = write!(
                main,
                "    m{index}::predict(&[{row}]).iter().for_each(|y| print!(\"{{y}} \"));\n    println!();\n"
            );
        }
    }
    let main = format!("#![allow(dead_code)]\n{modules}fn main() {{\n{main}}}\n");
    write(folder.path(), "main.rs", main);
    write(folder.path(), "lib.rs", format!("#![no_std]\n{modules}"));
    let rustc = || rustc(folder.path());
    run(rustc().args(["--crate-type", "lib", "--emit", "metadata", "lib.rs"]));
    run(rustc().arg("main.rs"));
    compare(&models, &run(&mut Command::new(folder.path().join("main"))));
}

#[cfg(unix)]
#[test]
fn c_headers_compute_what_the_models_do() {
    let folder = tempfile::tempdir().unwrap();
    let models = models();
    let (mut headers, mut main) = (String::from("#include <stdio.h>\n"), String::new());
    for (index, model) in models.iter().enumerate() {
        let source = Format::named("c")
            .unwrap()
            .write(model, format!("M {index}").as_str())
            .unwrap();
        write(folder.path(), &format!("m{index}.h"), source);
        let _ = writeln!(headers, "#include \"m{index}.h\"");
        let rows = rows(model);
        let _ = write!(
            main,
            "    {{\n        static const double rows[{}][{}] = {{\n",
            rows.nrows(),
            rows.ncols()
        );
        for row in rows.rows() {
            let _ = writeln!(
                main,
                "            {{{}}},",
                list(row.iter().copied(), "(0.0 / 0.0)")
            );
        }
        let class = match matches!(model.answers(), OutputMeaning::Classes(_)) {
            true => format!("printf(\"%d \", m_{index}_predict_class(rows[r]));"),
            false => String::new(),
        };
        let _ = write!(
            main,
            "        }};\n        double y[M_{index}_OUTPUTS];\n        int r, i;\n        \
             for (r = 0; r < {}; r++) {{\n            {class}\n            m_{index}_predict(rows[r], y);\n            \
             for (i = 0; i < M_{index}_OUTPUTS; i++) printf(\"%.17g \", y[i]);\n            printf(\"\\n\");\n        }}\n    }}\n",
            rows.nrows()
        );
    }
    write(
        folder.path(),
        "main.c",
        format!("{headers}int main(void) {{\n{main}    return 0;\n}}\n"),
    );
    compile_c(folder.path());
    compare(&models, &run(&mut Command::new(folder.path().join("main"))));
}

#[test]
fn every_readable_format_gives_every_model_back() {
    for (index, model) in models().iter().enumerate() {
        for format in FORMATS.iter().filter(|format| format.is_readable()) {
            let bytes = format.write(model, "model").unwrap();
            let read = model_file::from_bytes(&bytes);
            assert_eq!(read.as_ref(), Ok(model), "{} of model {index}", format.name);
        }
    }
}

/// Without this crate, by mlp-core's feature alone.
#[test]
fn mlp_core_reads_what_this_crate_writes_and_writes_what_it_reads() {
    for (index, model) in models().iter().enumerate() {
        let bytes = model_file::to_bytes(model);
        let rows = rows(model);
        let expanded = match model.expansion() {
            Some(expansion) => expansion.apply(&rows.view()).unwrap(),
            None => rows.clone(),
        };
        // It knows no ensembles.
        if model.members() > 1 {
            assert!(mlp_core::SavedModel::<f32>::from_bytes(&bytes).is_err());
            continue;
        }
        // Its rows have no gaps.
        if model.imputer().is_some() {
            continue;
        }
        let (expected, _) = expected(model, &rows);
        let (found, written) = match model.network() {
            AnyNetwork::F32(network) => {
                let saved = mlp_core::SavedModel::<f32>::from_bytes(&bytes).unwrap();
                assert_eq!(saved.network, *network);
                (saved.predict(expanded.view()).unwrap(), saved.to_bytes())
            }
            AnyNetwork::F64(network) => {
                let saved = mlp_core::SavedModel::<f64>::from_bytes(&bytes).unwrap();
                assert_eq!(saved.network, *network);
                (saved.predict(expanded.view()).unwrap(), saved.to_bytes())
            }
        };
        assert_eq!(found, expected, "model {index}");
        let again = model_file::from_bytes(&written.unwrap()).unwrap();
        assert_eq!(again.network(), model.network(), "model {index}");
        assert_eq!(again.answers(), model.answers(), "model {index}");
        let of_computed = self::expected(&again, &expanded).0;
        assert_eq!(of_computed, expected, "model {index}");
        for at in (0..bytes.len()).step_by(37) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert!(
                mlp_core::SavedModel::<f32>::from_bytes(&damaged).is_err(),
                "byte {at}"
            );
        }
    }
}

#[test]
fn formats_are_found_by_name_and_ending() {
    for format in FORMATS {
        assert!(std::ptr::eq(Format::named(format.name).unwrap(), format));
        for ending in format.endings {
            let path = format!("a.b/model.{}", ending.to_uppercase());
            assert!(std::ptr::eq(
                Format::of_path(Path::new(&path)).unwrap(),
                format
            ));
        }
    }
    assert!(Format::of_path(Path::new("model")).is_none());
    let error = Format::named("onx").unwrap_err().to_string();
    assert!(error.contains("did you mean \"onnx\"?"), "{error}");
}
