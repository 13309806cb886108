//! How good is a network on a table of one's own? Reads a CSV, trains on three quarters of it, and predicts new rows.

#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use mlp_core::Level;
use mlp_core::seed::{Purpose, Stream};
use mlp_train::{Experiment, Kind, Prediction, SettingsLayer, train_network};
use ndarray::array;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("fruit.csv");
    std::fs::write(&path, table())?;

    let mut settings = SettingsLayer::new();
    settings.set(&format!("data={}", path.display()))?;
    for setting in ["target=fruit", "hidden=8", "epochs=300"] {
        settings.set(setting)?;
    }
    let mut experiment = Experiment::new(Kind::Train);
    settings.apply(&mut experiment)?;
    let resolved = mlp_store::resolve(&experiment, None)?;
    let (outcome, model) =
        train_network(&resolved, 0, Level::best(), &(), &AtomicBool::new(false))?;

    let last = outcome.last().ok_or("the last step is recorded")?;
    let accuracy = last
        .test
        .as_ref()
        .and_then(|test| test.accuracy)
        .ok_or("fruit are classes")?;
    println!("test accuracy {accuracy:.3}");
    let rows = array![[150.0, 7.0], [120.0, 18.0]];
    let Prediction::Classes { labels, .. } = model.predict(&rows.view())? else {
        return Err("fruit are classes".into());
    };
    println!(
        "150 g and 7 cm: class {}; 120 g and 18 cm: class {}",
        labels[0], labels[1]
    );
    assert!(accuracy > 0.95, "weight and length tell the fruit apart");
    assert_ne!(labels[0], labels[1]);
    Ok(())
}

/// A table as a spreadsheet would write it.
fn table() -> String {
    let mut stream = Stream::new(7, Purpose::Generator);
    let mut text = String::from("weight_g,length_cm,fruit\n");
    for i in 0..120 {
        let (weight, length, name) = if i % 2 == 0 {
            (150.0, 7.0, "apple")
        } else {
            (120.0, 18.0, "banana")
        };
        let (weight, length) = (
            weight + 15.0 * stream.normal(),
            length + 1.5 * stream.normal(),
        );
        let _ = writeln!(text, "{weight:.1},{length:.1},{name}");
    }
    text
}
