//! Which learning rate, and how long? A performance map over both from one training per rate.

#![forbid(unsafe_code)]

use std::error::Error;
use std::sync::atomic::AtomicBool;

use mlp_core::Level;
use mlp_store::{DirectoryChoice, Execution, execute};
use mlp_train::{Experiment, Kind, SettingsLayer};

fn main() -> Result<(), Box<dyn Error>> {
    let mut settings = SettingsLayer::new();
    for setting in [
        "data=moons",
        "hidden=16,16",
        "x=learning_rate=log:1e-3:1e2:48",
        "y=step",
        "steps=500",
    ] {
        settings.set(setting)?;
    }
    let mut experiment = Experiment::new(Kind::Map);
    settings.apply(&mut experiment)?;
    let mut resolved = mlp_store::resolve(&experiment, None)?;

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("map");
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
    let summary = execute(&mut resolved, execution, &(), &AtomicBool::new(false))?;

    let best = summary.best.ok_or("a map of a loss has a best cell")?;
    println!(
        "best {}: {:.4} at learning rate {}, step {}",
        best.metric, best.value, best.x, best.y
    );
    let rate: f64 = best.x.parse()?;
    assert!(
        (0.05..=50.0).contains(&rate),
        "neither the slowest nor a diverging rate wins"
    );
    assert!(best.value < 0.2, "the moons come apart");
    Ok(())
}
