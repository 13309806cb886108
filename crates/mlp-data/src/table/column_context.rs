//! What is known of a column beside its texts.

use super::format::DateOrder;
use super::number::Marks;
use crate::{Place, names};

/// What is known of a column beside its texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColumnContext<'a> {
    /// How many cells are numbers.
    pub numbers: usize,
    /// The first of these that is written with decimals, and where it stands.
    pub decimals: Option<(&'a str, Place)>,
    /// The marks in force.
    pub marks: Marks,
    /// Whether the user said what stands before the decimals.
    pub given: bool,
    /// Whether the user said what stands before the decimals or between the thousands, be it for the table that this one is like.
    pub marked: bool,
    /// The order of dates that are to be numbers.
    pub dates: Option<DateOrder>,
    /// The units of the column when the model was trained, if there is one.
    pub known: Option<&'a [String]>,
    /// A number of another column that the marks in force alone read.
    pub beside: Option<&'a Beside>,
    /// A number of the column between -1 and 1.
    pub share: Option<&'a str>,
    /// The unit of the column's numbers that have one, by the user's word.
    pub unit: Option<&'a [String]>,
    /// Units that the user has named, and those of other columns, which have to be named, too.
    pub units: &'a [String],
}

/// A number that tells by which marks a column is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Beside {
    pub column: String,
    pub text: String,
    pub place: Place,
}

impl ColumnContext<'_> {
    /// What a number with a sign is, and how it may be read: with the sign, in all its spellings, taken off, if the model does not know the column
    /// in another unit.
    pub(super) fn signed(&self, what: &str, signs: &[&str], more: &str) -> (String, String) {
        let mut all = self.units.to_vec();
        for sign in signs {
            if !all.iter().any(|unit| unit == sign) {
                all.push((*sign).to_owned());
            }
        }
        let give = format!("--units '{}'{more}", all.join(","));
        match self.known {
            None => (what.to_owned(), format!("give {give}")),
            Some([]) => (
                format!("{what}, and the column had no unit when the model was trained"),
                format!("write it as there, or give {give}"),
            ),
            Some(known) => {
                let known = names::list(known.iter().map(String::as_str));
                (
                    format!("{what}, and the column had {known} when the model was trained"),
                    format!("write it as there, or give {give} if that is the same"),
                )
            }
        }
    }
}
