//! Executors for the bands of large layers.

use std::fmt;

/// A job that is independent of all others.
pub type Job<'a> = &'a mut (dyn FnMut() + Send);

/// Runs the bands of a large layer.
///
/// How a layer is divided depends only on its shape, so any executor, in any order and with any number
/// of threads, gives the same bits. This crate starts no threads; a thread pool implements this trait
/// elsewhere.
pub trait Bands: fmt::Debug + Send + Sync {
    /// Calls every job once, and returns when all are done.
    fn run(&self, jobs: &mut [Job<'_>]);
}

/// One band after the other, on the calling thread: best for populations, whose networks already
/// keep every core busy.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl Bands for Sequential {
    fn run(&self, jobs: &mut [Job<'_>]) {
        jobs.iter_mut().for_each(|job| job());
    }
}
