//! The fate of every row of the data in one training: whether it is right in the end, how sure the network is of its
//! class, when it was learned and how often forgotten.
//!
//! - A row is *learned* at the first recorded step, behind the start, at which its class is predicted.
//! - It is *forgotten* each time that it is right at one recorded step behind the start and wrong at the next (Toneva et al. 2019, "An
//!   empirical study of example forgetting during deep neural network learning").
//! - The *confidence* in it is the mean probability of its class over the recorded steps behind the start (Swayamdipta et
//!   al. 2020, "Dataset cartography").

use mlp_core::{Scalar, Trainer};
use serde::{Deserialize, Serialize};

use crate::{
    data::{part::Part, prepare::Prepared},
    error::Error,
    model::CurrentNetwork,
    resolve::recipe::Recipe,
};

/// The fate of one row in one training. Probabilities are those of its class, in single precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowFate {
    /// Whether its class is predicted in the end.
    pub right: bool,
    /// The probability in the end.
    pub probability: f32,
    /// The mean probability over the recorded steps behind the start; that of the end where there is none.
    pub confidence: f32,
    /// The step at which it is learned; 0 where it never is.
    pub learned: u64,
    /// How often it is forgotten.
    pub forgotten: u32,
}

/// Follows the rows of the training, validation and test part, in this order.
#[derive(Debug)]
pub(crate) struct RowFollower {
    rows: Vec<RowFate>,
    /// Sums of the probabilities.
    sums: Vec<f64>,
    /// Recorded steps behind the start.
    looks: u32,
}

impl RowFollower {
    /// Before the first record.
    pub(crate) fn new<T: Scalar>(prepared: &Prepared<T>) -> Self {
        let split = &prepared.recipe().split;
        let rows = Part::ALL.iter().map(|part| part.rows(split).len()).sum();
        Self {
            rows: vec![RowFate::default(); rows],
            sums: vec![0.0; rows],
            looks: 0,
        }
    }

    /// Looks at every row at a recorded step.
    pub(crate) fn look<T: Scalar>(
        &mut self,
        trainer: &Trainer<'_, T>,
        prepared: &Prepared<T>,
        recipe: &Recipe,
    ) -> Result<(), Error> {
        let step = trainer.steps_done();
        self.looks += u32::from(step > 0);
        let (rows, sums) = (&mut self.rows, &mut self.sums);
        each(trainer, prepared, recipe, |row, right, probability| {
            let fate = &mut rows[row];
            if step > 0 {
                sums[row] += probability;
                fate.forgotten += u32::from(fate.right && !right && fate.learned > 0);
                if right && fate.learned == 0 {
                    fate.learned = step;
                }
            }
            fate.right = right;
        })
    }

    /// The fates of all rows, which end with the parameters as they stand.
    pub(crate) fn finish<T: Scalar>(
        mut self,
        trainer: &Trainer<'_, T>,
        prepared: &Prepared<T>,
        recipe: &Recipe,
    ) -> Result<Vec<RowFate>, Error> {
        let rows = &mut self.rows;
        each(trainer, prepared, recipe, |row, right, probability| {
            rows[row].right = right;
            rows[row].probability = probability as f32;
        })?;
        for (fate, sum) in self.rows.iter_mut().zip(self.sums) {
            fate.confidence = match self.looks {
                0 => fate.probability,
                looks => (sum / f64::from(looks)) as f32,
            };
        }
        Ok(self.rows)
    }
}

/// Tells of every row whether its class is predicted, and how probable that class is.
fn each<T: Scalar>(
    trainer: &Trainer<'_, T>,
    prepared: &Prepared<T>,
    recipe: &Recipe,
    mut tell: impl FnMut(usize, bool, f64),
) -> Result<(), Error> {
    let current = CurrentNetwork::of(trainer, prepared, recipe.threshold)?;
    let mut first = 0;
    for part in Part::ALL {
        let Some(judged) = current.judge(part)? else {
            continue;
        };
        // An experiment whose networks give none is refused.
        if let Some((classes, probabilities)) = judged.as_probabilities() {
            let answers = classes.labels.iter().zip(classes.predicted);
            for (row, (&label, &predicted)) in answers.enumerate() {
                let probability = probabilities[[row, label as usize]];
                tell(first + row, label == predicted, probability);
            }
        }
        first += judged.samples();
    }
    Ok(())
}
