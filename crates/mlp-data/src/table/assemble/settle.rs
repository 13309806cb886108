//! What the columns are once all rows are read, and the rows that this leaves without a value.

use super::Assembler;
use crate::Error;
use crate::table::feature::Settled;
use crate::table::policy::MissingPolicy;
use crate::table::texts::Seen;

impl Assembler<'_> {
    /// Tells of every column whether its texts are numbers with gaps, dates, or text, and what that leaves missing.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        let width = self.features.len();
        self.name_units();
        self.name_proven();
        self.leave_points_open();
        let slips = self.features.iter().zip(&self.roles.features);
        for (feature, &column) in slips {
            if let Some((place, problem)) = feature.slip() {
                return Err(self.refuse(Some(place), Some(column), problem));
            }
        }
        let mut gone = vec![false; self.rows];
        for target in 0..self.targets.len() {
            let column = self.roles.targets[target];
            let gaps = self.targets[target]
                .settle()
                .map_err(|(place, problem)| self.refuse(Some(place), Some(column), problem))?;
            if self.targets[target].is_dates() {
                self.dates.push(self.columns[column].clone());
            }
            self.leave_out(&mut gone, gaps, column, true)?;
        }
        for feature in 0..width {
            let column = self.roles.features[feature];
            let Settled { gaps, days } = self.features[feature]
                .settle(self.inputs.iter().skip(feature).step_by(width).copied())
                .map_err(|(place, problem)| self.refuse(place, Some(column), problem))?;
            if let Some(days) = days {
                for (row, day) in days {
                    self.inputs[row * width + feature] = day;
                }
                self.dates.push(self.columns[column].clone());
            }
            self.leave_out(&mut gone, gaps, column, false)?;
        }
        if gone.contains(&true) {
            self.drop_rows(&gone);
        }
        Ok(())
    }

    /// Refuses the gaps of a column, or marks their rows; those of a feature that are filled in stay.
    fn leave_out(
        &self,
        gone: &mut [bool],
        gaps: Vec<(usize, Seen)>,
        column: usize,
        target: bool,
    ) -> Result<(), Error> {
        for (row, seen) in gaps {
            match self.options.missing {
                MissingPolicy::Drop => gone[row] = true,
                MissingPolicy::Impute(_) if !target => {}
                MissingPolicy::Refuse | MissingPolicy::Impute(_) => {
                    let problem = match target {
                        true => self.missing_target(&seen.text, String::new()),
                        false => self.reading.missing_value(&seen.text),
                    };
                    return Err(self.refuse(Some(seen.place), Some(column), problem));
                }
            }
        }
        Ok(())
    }

    fn drop_rows(&mut self, gone: &[bool]) {
        let kept: Vec<bool> = gone.iter().map(|gone| !gone).collect();
        let width = self.features.len();
        let mut place = 0..;
        self.inputs
            .retain(|_| kept[place.next().unwrap_or_default() / width]);
        let mut row = kept.iter();
        self.weights
            .retain(|_| row.next().is_some_and(|kept| *kept));
        self.features
            .iter_mut()
            .for_each(|feature| feature.keep(&kept));
        self.targets
            .iter_mut()
            .for_each(|target| target.keep(&kept));
        let still = (0..self.rows).filter(|&row| kept[row]);
        self.places = self.places.select(still);
        let left = kept.iter().filter(|kept| **kept).count();
        self.dropped += (self.rows - left) as u64;
        self.rows = left;
    }
}
