//! The wall time of a run, summed over all processes that worked on it.

use std::{
    path::Path,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use crate::manifest::Manifest;

/// A killed process loses no more of its time than this.
const EVERY: Duration = Duration::from_secs(2);

/// A clock that continues from earlier processes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wall {
    started: Instant,
    /// Seconds of earlier processes.
    before: f64,
}

impl Wall {
    /// For a process that started then.
    pub(crate) fn since(started: Instant, before: f64) -> Self {
        Self { started, before }
    }

    /// Total seconds.
    pub(crate) fn seconds(&self) -> f64 {
        self.before + self.started.elapsed().as_secs_f64()
    }

    /// The rest of a budget; a number of seconds beyond the range of a duration leaves nothing.
    pub(crate) fn left_of(&self, budget: Duration) -> Duration {
        let spent = Duration::try_from_secs_f64(self.seconds()).unwrap_or(Duration::MAX);
        budget.saturating_sub(spent)
    }

    /// Runs the work, and records the time in the manifest of the run periodically.
    pub(crate) fn noted_during<T>(
        self,
        manifest: Manifest,
        directory: &Path,
        work: impl FnOnce() -> T,
    ) -> T {
        self.noted(EVERY, manifest, directory, work)
    }

    fn noted<T>(
        self,
        every: Duration,
        mut manifest: Manifest,
        directory: &Path,
        work: impl FnOnce() -> T,
    ) -> T {
        thread::scope(|scope| {
            let (ended, waiting) = channel::<()>();
            scope.spawn(move || {
                while waiting.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                    manifest.wall_seconds = self.seconds();
                    // A full disk is reported by whatever has to be written.
                    let _ = manifest.write(directory);
                }
            });
            let done = work();
            drop(ended);
            done
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::{Kind, Precision};

    #[test]
    fn time_is_that_of_all_processes_and_noted_on_the_way() {
        let wall = Wall::since(Instant::now(), 100.0);
        assert!(wall.seconds() >= 100.0);
        assert_eq!(wall.left_of(Duration::from_secs(99)), Duration::ZERO);
        assert!(wall.left_of(Duration::MAX) > Duration::from_secs(1 << 40));
        let endless = Wall::since(Instant::now(), f64::MAX);
        assert_eq!(endless.left_of(Duration::MAX), Duration::ZERO);
        let directory = tempfile::tempdir().unwrap();
        let manifest = Manifest::starting(Kind::Map, "moons", "avx2", 1, Precision::F32);
        let seen = wall.noted(Duration::from_millis(1), manifest, directory.path(), || {
            loop {
                if let Some(noted) = Manifest::read(directory.path()).unwrap() {
                    break noted.wall_seconds;
                }
            }
        });
        assert!(seen >= 100.0);
    }
}
