//! The directory that a run leaves behind.

mod claim;
mod expected;
mod lock;
mod missing;
mod owner;
mod protected;
mod reading;
mod settings;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub use self::claim::DirectoryChoice;
pub(crate) use self::claim::{Claim, DirectoryRequest, claim, keep_earlier};
pub(crate) use self::expected::expected_files;
pub(crate) use self::owner::identity_in;
pub use self::protected::run_of;
pub use self::reading::{RunDirectory, open_model};
pub(crate) use self::settings::settings_of;
pub(crate) use self::{missing::run_without, reading::model_path};
use crate::Error;
use mlp_train::PIPED_DATA;
pub use mlp_train::{
    SELECTION,
    storing::{NETS, OUT_OF_FOLD, PREDICT_ON, ROWS, SERIES, STATISTICS},
};

/// The resolved experiment; written first, it marks a run directory.
pub const EXPERIMENT: &str = "experiment.toml";
/// The arrays of a map.
pub const MAP: &str = "map.npz";
/// The network of a single run.
pub const MODEL: &str = "model.safetensors";
/// The state of the training of a single run, to continue from.
pub const STATE: &str = "state.bin";
/// The previous checkpoint of a single run that has not ended.
pub const PREVIOUS_STATE: &str = "state.previous.bin";
/// The content of standard input.
pub const DATA: &str = PIPED_DATA;
/// The folder of finished networks, written as they finish.
pub const JOURNAL: &str = "journal";
/// The folder of what the run was started from, if that was in a run directory that `--force` moved
/// aside.
pub const INPUTS: &str = "inputs";
/// The folder of figures.
pub const FIGURES: &str = "figures";
/// The file of saved parameters of networks with equal architectures: the first such file is 0.
pub(crate) fn weights_file(number: usize) -> String {
    format!("weights-{number}.npz")
}

/// The files of saved parameters in a folder, in order.
pub(crate) fn weights_files(folder: &Path) -> impl Iterator<Item = String> {
    let names = (0..).map(weights_file);
    names.take_while(|name| folder.join(name).is_file())
}

/// The first free name `<root>/<name>-001`, created as an empty folder.
fn numbered(root: &Path, name: &str) -> Result<PathBuf, Error> {
    fs::create_dir_all(root).map_err(Error::write(root))?;
    // Names may come from files; anything that could leave the folder or upset a shell is replaced.
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(plain).collect();
    for number in 1u64.. {
        let path = root.join(format!("{name}-{number:03}"));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(Error::Write { path, source }),
        }
    }
    unreachable!("numbers do not end")
}
