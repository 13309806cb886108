//! The directory that a run leaves behind.

mod claim;
mod expected;
mod missing;
mod own;
mod owner;
mod reading;
mod settings;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

pub use self::claim::Place;
pub(crate) use self::claim::{Claim, Wanted, claim, keep_earlier};
pub(crate) use self::expected::expected_files;
pub use self::own::run_of;
pub use self::reading::{RunDirectory, open_model};
pub(crate) use self::settings::settings_of;
pub(crate) use self::{missing::run_without, reading::model_path};
use mlp_train::{Error, PIPED_DATA};
pub use mlp_train::{
    SELECTION,
    storing::{NETS, OUT_OF_FOLD, PREDICT_ON, ROWS, SERIES, STATISTICS},
};

/// The resolved experiment; written first, and the mark of a run directory.
pub const EXPERIMENT: &str = "experiment.toml";
/// The arrays of a map.
pub const MAP: &str = "map.npz";
/// The network of a single run.
pub const MODEL: &str = "model.safetensors";
/// Where the training of a single run stands, to go on from.
pub const STATE: &str = "state.bin";
/// The checkpoint before the last of a single run that has not ended.
pub const PREVIOUS_STATE: &str = "state.previous.bin";
/// What standard input held.
pub const DATA: &str = PIPED_DATA;
/// The folder of finished networks, written as they finish.
pub const JOURNAL: &str = "journal";
/// The folder of what the run was started from, where that lay in a run directory that `--force` moved
/// aside.
pub const INPUTS: &str = "inputs";
/// The folder of figures.
pub const FIGURES: &str = "figures";
/// The file that is locked while a process works in the directory.
const LOCK: &str = ".lock";

/// The file of parameters that a run keeps, of networks that have as many: the first such file is 0.
pub(crate) fn weights_file(number: usize) -> String {
    format!("weights-{number}.npz")
}

/// The files of parameters that are kept in a folder, in order.
pub(crate) fn weights_files(folder: &Path) -> impl Iterator<Item = String> {
    let names = (0..).map(weights_file);
    names.take_while(|name| folder.join(name).is_file())
}

/// A lock that the operating system drops with its holder, however that ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks a directory.
    fn take(directory: &Path) -> Result<Self, Error> {
        let path = directory.join(LOCK);
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        // A link that somebody put there must not make a file elsewhere.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            rustix::fs::OFlags::NOFOLLOW.bits().cast_signed(),
        );
        let file = options.open(&path);
        let file = file.map_err(Error::write(directory))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(fs::TryLockError::WouldBlock) => Err(Error::InUse {
                path: directory.to_owned(),
            }),
            Err(fs::TryLockError::Error(source)) => Err(Error::Write { path, source }),
        }
    }
}

/// The first free name `<root>/<name>-001`, made as an empty folder.
fn numbered(root: &Path, name: &str) -> Result<PathBuf, Error> {
    fs::create_dir_all(root).map_err(Error::write(root))?;
    // Names come from files, too; what could leave the folder or upset a shell is replaced.
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
