//! What networks predicted for the samples that they were not trained on: of one setting of a cross-validation.

use anyhow::Result;
use mlp_train::Table;

use super::{View, folds::best_setting, settings::unlike};
use crate::formatting;

/// The out-of-fold predictions of the networks of one setting that neither diverged nor exploded.
pub struct OutOfFold {
    /// All of them.
    pub table: Table,
    /// The rows of the table that are of these networks.
    pub rows: Vec<usize>,
    /// Whose they are, in words.
    pub of: String,
}

impl OutOfFold {
    /// Those of a run, of several settings those of the best; `None` where there are none.
    pub fn of(view: &View) -> Result<Option<Self>> {
        let Some(table) = view.out_of_fold()? else {
            return Ok(None);
        };
        let best = match unlike(view).is_empty() {
            true => None,
            false => match best_setting(view)? {
                Some(best) => Some(best),
                None => return Ok(None),
            },
        };
        let sound = view.nets().sound();
        let mut kept = sound.to_vec();
        if let Some((networks, _)) = &best {
            kept = vec![false; sound.len()];
            for &net in networks.iter().filter(|net| **net < sound.len()) {
                kept[net] = sound[net];
            }
        }
        let nets = table.integers("net").unwrap_or_default();
        let rows = (0..nets.len()).filter(|row| kept.get(nets[*row] as usize) == Some(&true));
        let rows: Vec<usize> = rows.collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let networks = kept.iter().filter(|kept| **kept).count();
        let setting = best.map_or_else(String::new, |(_, name)| {
            format!(" of the best setting ({name})")
        });
        let of = format!(
            "{} of {}{setting} for samples that they were not trained on",
            formatting::so_many(rows.len(), "prediction"),
            formatting::so_many(networks, "network")
        );
        Ok(Some(Self { table, rows, of }))
    }

    /// Of these rows a column of numbers.
    pub fn numbers(&self, name: &str) -> Option<Vec<f64>> {
        let numbers = self.table.numbers(name)?;
        Some(self.rows.iter().map(|row| numbers[*row]).collect())
    }
}
