//! How does one watch a training, and stop it by a rule of one's own?
//!
//! An observer is notified of every record. This one prints the learning curve and stops once the gap
//! between test and training loss has grown at three records in a row: a rule that the program
//! does not have.

#![forbid(unsafe_code)]

use std::{
    ops::ControlFlow,
    sync::{Mutex, PoisonError, atomic::AtomicBool},
};

use mlp_core::Level;
use mlp_train::{Experiment, Kind, Observer, Record, SettingsLayer, Status, train_network};

/// Records in a row at which the gap must have grown.
const PATIENCE: u32 = 3;

/// The gap at the last record, and how often it has grown since it last fell. Records come from the
/// threads that train; those of one network come in order.
#[derive(Default)]
struct GrowingGap(Mutex<(f64, u32)>);

impl Observer for GrowingGap {
    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        let Some(test) = record.test else {
            return ControlFlow::Continue(());
        };
        let gap = test.loss - record.train.loss;
        println!(
            "step {:>4}   train {:.4}   test {:.4}   gap {gap:.4}",
            record.step, record.train.loss, test.loss
        );
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, grown) = *state;
        *state = (gap, if gap > last { grown + 1 } else { 0 });
        match state.1 >= PATIENCE {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut settings = SettingsLayer::new();
    for setting in [
        "data=moons",
        "samples=80",
        "noise=0.35",
        "hidden=32",
        "optimizer=adam",
        "learning_rate=0.02",
        "steps=2000",
        "record=every:25",
    ] {
        settings.set(setting)?;
    }
    let mut author = Experiment::new(Kind::Train);
    settings.apply(&mut author)?;
    let experiment = mlp_store::resolve(&author, None)?;
    let never = AtomicBool::new(false);
    let observer = GrowingGap::default();
    let (outcome, model) = train_network(&experiment, 0, Level::best(), &observer, &never)?;
    println!("stopped at step {} of 2000", outcome.last_step);
    assert_eq!(outcome.status(), Status::Stopped);
    assert!(outcome.last_step < 1000, "{}", outcome.last_step);
    // The model holds the parameters of that step.
    assert_eq!(model.origin().steps, outcome.last_step);
    Ok(())
}
