//! The samples of every batch, from a file: `--batch-order`.

use std::{path::PathBuf, sync::Arc};

use mlp_core::Batch;

use mlp_npy::{Arrays, Data};

use super::sha256::{sha256_of_bytes, unchanged};
use crate::{error::Error, settings::experiment::TrainingSpec};

/// The name of the array in the archive.
const ARRAY: &str = "batches";

/// Batches drawn by another program.
#[derive(Debug)]
pub struct BatchOrder {
    /// The file, as an absolute path.
    path: PathBuf,
    sha256: String,
    /// Samples per batch.
    size: usize,
    /// `[batches, size]`, row-major, counted from 0 in the training part.
    samples: Arc<[u32]>,
}

impl BatchOrder {
    /// The array `batches` `[batches, size]` of whole numbers in `path`, whose bytes have this sha256.
    ///
    /// # Errors
    /// [`Error::Key`] where there is no such array.
    pub fn new(path: PathBuf, sha256: String, arrays: &Arrays) -> Result<Self, Error> {
        let refuse = |reason: &str| {
            let reason = format!("{}: {reason}", path.display());
            Err(Error::key("batch_order", reason))
        };
        let Some(array) = arrays.get(ARRAY) else {
            return refuse("it has no array \"batches\" [batches, samples per batch]");
        };
        let numbers = match &array.data {
            Data::Bool(_) => None,
            _ => array.numbers(),
        };
        let (&[_, size], Some(numbers)) = (&array.shape[..], numbers) else {
            return refuse(
                "the array \"batches\" must be whole numbers [batches, samples per batch]",
            );
        };
        let whole = |number: &f64| number.fract() == 0.0 && (0.0..4294967296.0).contains(number);
        if numbers.is_empty() || !numbers.iter().all(whole) {
            return refuse("the array \"batches\" must hold sample indices, counted from 0");
        }
        Ok(Self {
            size,
            samples: numbers.into_iter().map(|number| number as u32).collect(),
            path,
            sha256,
        })
    }

    /// The samples of every batch.
    pub fn samples(&self) -> Arc<[u32]> {
        Arc::clone(&self.samples)
    }

    /// Fills in the file and the batch size.
    ///
    /// # Errors
    /// [`Error::DataChanged`]; other settings that define the batches.
    pub fn spell_out(&self, training: &mut TrainingSpec) -> Result<(), Error> {
        let path = self.path.to_string_lossy().into_owned();
        unchanged(&path, training.batch_order_sha256.as_deref(), &self.sha256)?;
        let size = Batch::Size(self.size);
        // What resolved files spell out says nothing against it.
        if training.shuffle.take() == Some(false) {
            return Err(Error::keys(
                "shuffle",
                "batch_order",
                "is given with batch_order, which defines every batch; give one of them",
            ));
        }
        if training.batch.is_some_and(|batch| batch != size) {
            return Err(Error::keys(
                "batch_order",
                "batch",
                format!(
                    "has {0} samples per batch, but batch is another number; give --batch {0}",
                    self.size
                ),
            ));
        }
        training.batch = Some(size);
        training.batch_order = Some(path);
        training.batch_order_sha256 = Some(self.sha256.clone());
        Ok(())
    }
}

/// What distinguishes one order from another.
pub fn fingerprint(order: &[u32]) -> String {
    let bytes: Vec<u8> = order
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    sha256_of_bytes(&bytes)
}
