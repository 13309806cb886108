//! Samples held by a trainer.

use std::{ops::Deref, sync::Arc};

use super::Samples;

/// Samples that are borrowed or shared.
#[derive(Clone, Debug)]
pub(crate) enum SamplesRef<'d, T> {
    Borrowed(&'d Samples<T>),
    Shared(Arc<Samples<T>>),
}

impl<T> Deref for SamplesRef<'_, T> {
    type Target = Samples<T>;

    fn deref(&self) -> &Samples<T> {
        match self {
            Self::Borrowed(samples) => samples,
            Self::Shared(samples) => samples,
        }
    }
}
