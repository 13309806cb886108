//! Results are weighed against the room on the disk before anything is trained.

use std::path::Path;

use super::estimate::Estimate;
use crate::Error;
use crate::run_directory::{DirectoryChoice, EXPERIMENT};
use mlp_train::ResolvedExperiment;

/// Fewer networks are not weighed: a full disk loses nothing, and a run goes on when there is room again.
const MANY: u64 = 1_000_000;

/// What is refused is larger than the room by so much that the estimate cannot be to blame.
const SURELY: f64 = 1.5;

/// Refuses an experiment of many networks whose results the disk has no room for, unless it is one that goes on.
pub(crate) fn check(
    experiment: &ResolvedExperiment,
    threads: usize,
    place: &DirectoryChoice<'_>,
) -> Result<(), Error> {
    let folder = match place {
        DirectoryChoice::Next { root, .. } => root,
        DirectoryChoice::Folder { path, .. } => path,
    };
    if experiment.networks() < MANY || folder.join(EXPERIMENT).exists() {
        return Ok(());
    }
    match room(folder) {
        Some(room) => check_against(experiment, threads, folder, room),
        None => Ok(()),
    }
}

fn check_against(
    experiment: &ResolvedExperiment,
    threads: usize,
    folder: &Path,
    room: f64,
) -> Result<(), Error> {
    let disk = Estimate::new(experiment, threads)?.disk;
    if disk <= SURELY * room {
        return Ok(());
    }
    Err(Error::DiskSpace {
        networks: experiment.networks(),
        needed: disk,
        available: room,
        folder: folder.to_owned(),
    })
}

/// Bytes that can still be written into a folder that need not be there yet; `None` where the system does not tell.
#[cfg(unix)]
fn room(folder: &Path) -> Option<f64> {
    let folder = std::path::absolute(folder).ok()?;
    let there = folder.ancestors().find(|folder| folder.exists())?;
    let found = rustix::fs::statvfs(there).ok()?;
    Some(found.f_bavail as f64 * found.f_frsize as f64)
}

#[cfg(not(unix))]
fn room(_folder: &Path) -> Option<f64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::{Experiment, Kind, SettingsLayer};

    #[test]
    fn results_that_the_disk_has_no_room_for_are_refused_with_the_sum() {
        let mut layer = SettingsLayer::new();
        for setting in ["data=moons", "nets=5000000000", "record=last"] {
            layer.set(setting).unwrap();
        }
        let mut author = Experiment::new(Kind::Population);
        layer.apply(&mut author).unwrap();
        let experiment = ResolvedExperiment::new(&author, None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("runs").join("new");
        assert!(room(&out).is_none_or(|room| room > 0.0));
        check_against(&experiment, 2, &out, 1e15).unwrap();
        let message = check_against(&experiment, 2, &out, 2e9)
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("5000000000 networks leave about ")
                && message.contains(" bytes each), and 2 GB are free where "),
            "{message}"
        );
        let place = DirectoryChoice::Folder {
            path: &out,
            force: false,
        };
        // What goes on has much of it on the disk already.
        std::fs::create_dir_all(&out).unwrap();
        std::fs::write(out.join(EXPERIMENT), "").unwrap();
        check(&experiment, 2, &place).unwrap();
    }
}
