//! Does weight decay shrink the norms? A population of every decay, and the mean norm of its weights.

#![forbid(unsafe_code)]

use std::error::Error;
use std::sync::atomic::AtomicBool;

use mlp_core::Level;
use mlp_store::{DirectoryChoice, Execution, RunDirectory, execute};
use mlp_train::{Experiment, Kind, SettingsLayer};

fn main() -> Result<(), Box<dyn Error>> {
    let mut settings = SettingsLayer::new();
    for setting in [
        "data=moons",
        "hidden=16",
        "learning_rate=0.5",
        "nets=40",
        "steps=1000",
        "record=last",
    ] {
        settings.set(setting)?;
    }
    settings.set("sweep.weight_decay=0,1e-3,1e-2,1e-1")?;
    let mut experiment = Experiment::new(Kind::Population);
    settings.apply(&mut experiment)?;
    let mut resolved = mlp_store::resolve(&experiment, None)?;

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("norms");
    let place = DirectoryChoice::Folder {
        path: &path,
        force: false,
    };
    let execution = Execution {
        place,
        level: Level::best(),
        threads: None,
        packs: true,
    };
    execute(&mut resolved, execution, &(), &AtomicBool::new(false))?;

    let nets = RunDirectory::open(&path)?.nets()?;
    let (Some(decays), Some(norms)) = (nets.numbers("weight_decay"), nets.numbers("weight_norm"))
    else {
        return Err("the table has both columns".into());
    };
    let mut means = Vec::new();
    for decay in [0.0, 1e-3, 1e-2, 1e-1] {
        let own: Vec<f64> = decays
            .iter()
            .zip(&norms)
            .filter(|(d, _)| **d == decay)
            .map(|(_, n)| *n)
            .collect();
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        println!(
            "weight decay {decay:>5}: mean weight norm {mean:.3} over {} networks",
            own.len()
        );
        means.push(mean);
    }
    assert!(
        means.windows(2).all(|pair| pair[0] > pair[1]),
        "the more decay, the smaller the norm"
    );
    Ok(())
}
