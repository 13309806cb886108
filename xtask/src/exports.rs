//! `cargo xtask exports`: models as other programs read them.
//!
//! Trains small models of every activation, task and precision, writes them in every format that
//! Python reads, and checks that onnxruntime, NumPy, safetensors and PyTorch compute the same. It
//! does so, too, for models of a table with categories, gaps and dates, which ONNX reads unprepared.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use mlp_core::{Activation, Level};
use mlp_data::{
    read_rows,
    table::{FeatureOptions, Unknown},
};
use mlp_store::{ExportOptions, Format};
use mlp_train::{Array, Arrays, Data};
use mlp_train::{Experiment, Kind, Model, ModelParts, Prediction, SettingsLayer, train_network};
use ndarray::Array2;

use crate::command::{root, run};
use crate::python;

#[path = "../../examples/churn/table.rs"]
mod table;

/// Rows on which a model is compared.
const ROWS: usize = 200;

/// Writes every model and compares them.
pub fn all() -> Result<()> {
    let folder = root().join("target/exports");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for (name, settings) in cases() {
        let folder = folder.join(&name);
        fs::create_dir_all(&folder)?;
        let model = model(&settings)?;
        let rows = rows(&model);
        write(&model, Unknown::Refuse, &rows, None, &folder).with_context(|| name)?;
    }
    stamps(&folder)?;
    ensembles(&folder)?;
    tables(&folder)?;
    fs::write(folder.join("activations.json"), expressions()?)?;
    let scripts = root().join("xtask/exports");
    let python = python::environment("parity-exports", &scripts.join("requirements.txt"))?;
    run(
        "exports",
        Command::new(python)
            .arg(scripts.join("check.py"))
            .arg(&folder),
    )
}

/// How NumPy and PyTorch compute every activation: expressions by name, the parameter written `$`.
fn expressions() -> Result<String> {
    let expressions: BTreeMap<&str, [&str; 2]> = Activation::DEFAULTS
        .iter()
        .map(|phi| (phi.name(), [phi.info().numpy, phi.info().pytorch]))
        .collect();
    Ok(serde_json::to_string(&expressions)?)
}

/// Every activation with two classes, three classes and numbers, in both precisions; then special
/// cases.
fn cases() -> Vec<(String, Vec<String>)> {
    let mut cases = Vec::new();
    let mut case = |name: String, settings: &[&str]| {
        cases.push((
            name,
            settings.iter().map(|text| (*text).to_owned()).collect(),
        ));
    };
    let settings = [Activation::LeakyRelu(0.3), Activation::Elu(1.7)];
    for activation in Activation::DEFAULTS.iter().chain(&settings) {
        let phi = format!("activation={activation}");
        for data in ["moons", "iris", "diabetes"] {
            for precision in ["f32", "f64"] {
                let name = format!(
                    "{}-{data}-{precision}",
                    activation.to_string().replace(':', "-")
                );
                let (data, precision) = (format!("data={data}"), format!("precision={precision}"));
                // Squares of squares grow faster than any other activation.
                let rate = match activation {
                    Activation::Square => "learning_rate=0.0005",
                    _ => "learning_rate=0.05",
                };
                case(name, &[&phi, &data, &precision, "hidden=12,7", rate]);
            }
        }
    }
    case(
        "inputs".to_owned(),
        &["data=playground-spiral", "inputs=x,y,x2,y2,xy,sinx,siny"],
    );
    case(
        "no-biases".to_owned(),
        &["data=iris", "bias=none", "scale=minmax"],
    );
    for normalization in ["batch", "batch-plain", "layer", "layer-plain"] {
        for precision in ["f32", "f64"] {
            let name = format!("{normalization}-norm-{precision}");
            let settings = [
                format!("normalization={normalization}"),
                format!("precision={precision}"),
            ];
            case(
                name,
                &[
                    "data=wine",
                    "hidden=12,12",
                    "skip=true",
                    &settings[0],
                    &settings[1],
                ],
            );
        }
    }
    for precision in ["f32", "f64"] {
        let kind = format!("precision={precision}");
        let settings = ["data=iris", "hidden=6,5,4", "shortcuts=true", &kind];
        case(format!("shortcuts-{precision}"), &settings);
    }
    for (data, loss) in [
        ("diabetes", "huber"),
        ("diabetes", "poisson"),
        ("moons", "hinge"),
        ("iris", "squared-hinge"),
    ] {
        let settings = [format!("data={data}"), format!("loss={loss}")];
        let rate = "learning_rate=0.0005";
        case(
            format!("{data}-{loss}"),
            &[&settings[0], &settings[1], rate],
        );
    }
    for transform in ["log", "log1p"] {
        for precision in ["f32", "f64"] {
            let settings = [
                format!("target_transform={transform}"),
                format!("precision={precision}"),
            ];
            let name = format!("{transform}-{precision}");
            case(
                name,
                &["data=diabetes", "hidden=8", &settings[0], &settings[1]],
            );
        }
    }
    case("linear".to_owned(), &["data=diabetes", "hidden=none"]);
    case("many-columns".to_owned(), &["data=digits", "hidden=64,32"]);
    cases
}

fn model(settings: &[String]) -> Result<Model> {
    let mut experiment = Experiment::new(Kind::Train);
    for setting in ["steps=30", "learning_rate=0.05"]
        .into_iter()
        .chain(settings.iter().map(String::as_str))
    {
        let mut layer = SettingsLayer::new();
        layer.set(setting)?;
        layer.apply(&mut experiment)?;
    }
    let experiment = mlp_store::resolve(&experiment, None)?;
    let never = AtomicBool::new(false);
    Ok(train_network(&experiment, 0, Level::best(), &(), &never)?.1)
}

/// A table with a column of seconds since 1970, of which f32 holds every 128th, so that the graph has to ask for f64.
fn stamps(folder: &Path) -> Result<()> {
    let data = folder.join("stamps.csv");
    let mut stream = mlp_core::seed::Stream::new(2, mlp_core::seed::Purpose::Noise);
    let mut text = "second,x,y\n".to_owned();
    for row in 0..200 {
        let (second, x) = (1.7e9 + 10.0 * f64::from(row), stream.normal());
        writeln!(text, "{second},{x},{}", (second - 1.7e9) / 1000.0 + x)?;
    }
    fs::write(&data, text)?;
    for precision in ["f32", "f64"] {
        let settings = [
            format!("data={}", data.display()),
            "target=y".to_owned(),
            "hidden=8".to_owned(),
            format!("precision={precision}"),
        ];
        let model = model(&settings)?;
        let scaler = model.feature_scaler();
        let rows = Array2::from_shape_fn((ROWS, 2), |(_, column)| {
            scaler.offset()[column] + scaler.factor()[column] * stream.normal()
        });
        let folder = folder.join(format!("stamps-{precision}"));
        fs::create_dir_all(&folder)?;
        write(&model, Unknown::Refuse, &rows, None, &folder)?;
    }
    Ok(())
}

/// Ensembles of three networks, for every kind of answer and in both precisions. Graphs alone: the other formats hold tensors
/// of one network after the other.
fn ensembles(folder: &Path) -> Result<()> {
    let labels = folder.join("labels.csv");
    let mut stream = mlp_core::seed::Stream::new(3, mlp_core::seed::Purpose::Noise);
    let mut text = "a,b,left,upper\n".to_owned();
    for _ in 0..200 {
        let (a, b) = (stream.normal(), stream.normal());
        writeln!(text, "{a},{b},{},{}", u8::from(a < 0.0), u8::from(b > 0.0))?;
    }
    fs::write(&labels, text)?;
    let labels = format!("data={}", labels.display());
    for (name, settings) in [
        ("binary", vec!["data=moons"]),
        ("threshold", vec!["data=moons", "threshold=0.3"]),
        ("softmax", vec!["data=iris"]),
        ("scores", vec!["data=moons", "loss=hinge"]),
        (
            "labels",
            vec![&*labels, "target=left,upper", "task=multilabel"],
        ),
        ("numbers", vec!["data=diabetes"]),
        ("log", vec!["data=diabetes", "target_transform=log"]),
    ] {
        for precision in ["f32", "f64"] {
            let name = format!("ensemble-{name}-{precision}");
            let precision = format!("precision={precision}");
            let each = (0..3).map(|seed| {
                let seed = format!("seed={seed}");
                let more = ["hidden=6", &precision, &seed];
                let settings = settings.iter().copied().chain(more);
                model(&settings.map(str::to_owned).collect::<Vec<_>>())
            });
            let each = each.collect::<Result<Vec<_>>>()?;
            let model = Model::from_parts(ModelParts {
                members: each[1..].iter().map(|one| one.network().clone()).collect(),
                ..each[0].parts().clone()
            });
            let folder = folder.join(&name);
            fs::create_dir_all(&folder)?;
            let rows = rows(&model);
            write_as(&["onnx"], &model, Unknown::Refuse, &rows, None, &folder)
                .with_context(|| name)?;
        }
    }
    Ok(())
}

/// Rows of the model's columns around its data, far ones among them, that f32 holds exactly.
fn rows(model: &Model) -> Array2<f64> {
    let scaler = model.feature_scaler();
    let mut stream = mlp_core::seed::Stream::new(1, mlp_core::seed::Purpose::Noise);
    Array2::from_shape_fn((ROWS, model.columns().len()), |(row, column)| {
        let spread = if row % 10 == 9 { 8.0 } else { 1.5 };
        let z = spread * stream.normal();
        let number = match model.expansion() {
            Some(_) => z,
            None => scaler.offset()[column] + scaler.factor()[column] * z,
        };
        f64::from(number as f32)
    })
}

/// Models of the table of customers, for every way of unknown categories and in both precisions; `table.csv` has the rows to
/// predict as they stand.
fn tables(folder: &Path) -> Result<()> {
    let data = folder.join("churn.csv");
    fs::write(&data, table::customers())?;
    for precision in ["f32", "f64"] {
        let settings = [
            &format!("data={}", data.display()),
            "target=left",
            "exclude=customer",
            "dates=ymd",
            "missing=mean",
            "categories=one-hot",
            "hidden=8",
            "threshold=0.3",
            &format!("precision={precision}"),
        ];
        let model = model(&settings.map(str::to_owned))?;
        for unknown in Unknown::ALL {
            let folder = folder.join(format!("table-{}-{precision}", unknown.name()));
            fs::create_dir_all(&folder)?;
            let path = folder.join("table.csv");
            fs::write(&path, table::new_customers())?;
            let options = FeatureOptions {
                features: model.columns(),
                like: model.table_format().cloned(),
                ignored: model.left_out().to_vec(),
                one_hot: model.one_hot().to_vec(),
                missing: true,
                unknown: match unknown {
                    // The rows that are refused are told apart by the reader that goes on.
                    Unknown::Refuse => Unknown::Row,
                    other => other,
                },
                ..FeatureOptions::default()
            };
            let mut chunks = Vec::new();
            read_rows(&path, &options, 1000, |_, chunk| -> Result<()> {
                chunks.push(chunk);
                Ok(())
            })?;
            let chunk = chunks.first().context("the table has rows")?;
            write(&model, unknown, &chunk.inputs, Some(&chunk.known), &folder)?;
        }
    }
    Ok(())
}

/// Writes a model in every format that Python reads, and what it says of rows of its features; `known` says which of them are
/// predicted.
fn write(
    model: &Model,
    unknown: Unknown,
    rows: &Array2<f64>,
    known: Option<&[bool]>,
    folder: &Path,
) -> Result<()> {
    let formats = ["onnx", "safetensors", "npz", "json"];
    write_as(&formats, model, unknown, rows, known, folder)
}

/// The same in these formats.
fn write_as(
    formats: &[&str],
    model: &Model,
    unknown: Unknown,
    rows: &Array2<f64>,
    known: Option<&[bool]>,
    folder: &Path,
) -> Result<()> {
    for name in formats {
        let options = ExportOptions {
            name: "model",
            unknown,
        };
        let bytes = Format::named(name)?.write(model, options)?;
        fs::write(folder.join(format!("model.{name}")), bytes)?;
    }
    let said = |model: &Model| -> Result<_> {
        Ok(match model.predict(&rows.view())? {
            Prediction::Classes {
                labels,
                probabilities,
            } => (probabilities, Some(labels)),
            Prediction::Scores { labels, scores } => (scores, Some(labels)),
            Prediction::Labels { probabilities, .. } => (probabilities, None),
            Prediction::Values(values) => (values, None),
        })
    };
    let (numbers, labels) = said(model)?;
    let array = |numbers: &Array2<f64>| {
        let shape = [numbers.nrows(), numbers.ncols()];
        Array::new(shape, Data::F64(numbers.iter().copied().collect()))
    };
    let mut npz = Arrays::new();
    npz.insert("rows", array(rows));
    npz.insert("expected", array(&numbers));
    let each = model.each_alone();
    if each.len() > 1 {
        let mut squares = Array2::zeros(numbers.dim());
        for one in &each {
            squares += &(said(one)?.0 - &numbers).mapv(|off| off * off);
        }
        let others = (each.len() - 1) as f64;
        let spread = squares.mapv(|sum: f64| (sum / others).sqrt());
        npz.insert("spread", array(&spread));
    }
    if let Some(labels) = labels {
        let labels = labels.into_iter().map(i64::from).collect();
        npz.insert("labels", Array::list(Data::I64(labels)));
    }
    if let Some(known) = known {
        let known = known.iter().map(|&known| i64::from(known)).collect();
        npz.insert("known", Array::list(Data::I64(known)));
    }
    mlp_store::npz::write(&npz, &folder.join("expected.npz"))
        .context("cannot write what is expected")
}
