//! Errors on the file of a part of the data.

use crate::{Error, TableProblem};

impl Error {
    /// The same error on the file of a part: it is read as the training file is, so that no option is for it alone.
    #[must_use]
    pub fn of_part(mut self, part: &str) -> Self {
        if let Self::Table { problem, .. } = &mut self
            && let TableProblem::Disguised { remedy, .. } = problem.as_mut()
            && let Some(give) = remedy.find("give --")
        {
            let options = &remedy[give..];
            *remedy = match part {
                "test" => format!(
                    "write the test file in the same way as the training file, or leave it out and {options} to `mlp evaluate` on it"
                ),
                _ => format!("write the {part} file in the same way as the training file"),
            };
        }
        self
    }
}

/// A note on the file of a part, whose advice is not for the training.
pub(crate) fn advice_of_part(note: &str, part: &str) -> String {
    match note.rfind(", give --") {
        Some(_) if part == "test" => {
            format!("{note} to `mlp evaluate` on it, and leave it out here")
        }
        Some(give) => format!(
            "{}, write the {part} file as the training file is written",
            &note[..give]
        ),
        None => note.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_is_for_the_file_of_a_part_alone() {
        let error = |remedy: &str| Error::Table {
            file: "t.csv".to_owned(),
            place: None,
            column: None,
            problem: Box::new(TableProblem::Disguised {
                cell: "1,5".to_owned(),
                what: "a number with a decimal comma".to_owned(),
                remedy: remedy.to_owned(),
            }),
        };
        let said = |remedy: &str, part: &str| error(remedy).of_part(part).to_string();
        assert!(said("give --decimal ','", "test").ends_with(
            "; write the test file in the same way as the training file, or leave it out and give --decimal ',' to `mlp evaluate` on it"
        ));
        assert!(
            said("give --decimal ','", "validation")
                .ends_with("; write the validation file in the same way as the training file")
        );
        assert!(said("remove the marks", "test").ends_with("; remove the marks"));
    }
}
