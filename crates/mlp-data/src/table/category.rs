//! Columns of categories, and the columns of 0 and 1 that they become.

use std::collections::HashMap;

use super::amounts::EXACT;
use super::cell::{Spelling, TableCell, known_words, shortened, truth};
use super::distinct::{few_integers, names_rows};
use super::format::TableFormat;
use super::number::{begins_with_zero, format_number};
use super::reading::Reading;
use super::spellings::Spellings;
use super::texts::Texts;
use crate::{Place, TableProblem, names};

/// The category that rare ones become, if none is called so.
const OTHER: &str = "other";

/// What stands behind that name where one is, as often as it takes to be a name of its own.
const RARE: &str = " (rare)";

/// How often [`RARE`] stands behind [`OTHER`] in a name; none where it is another name.
fn rareness(name: &str) -> Option<usize> {
    let behind = name.strip_prefix(OTHER)?;
    let times = behind.len() / RARE.len();
    (behind == RARE.repeat(times)).then_some(times)
}

/// The name of the pool beside these categories.
fn pool_beside<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let taken = names.filter_map(|name| rareness(name)).max();
    OTHER.to_owned() + &RARE.repeat(taken.map_or(0, |times| times + 1))
}

/// A column of categories that became a column for each: 1 where the category is, 0 elsewhere.
///
/// The order is that of classes: categories that are numbers by size, then the others by their bytes. A missing category
/// is NaN in all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneHot {
    /// The column's name in the file.
    pub column: String,
    /// Its categories in their order.
    pub categories: Vec<String>,
    /// Whether rare categories became one, which every category that is unknown is then, too: the one called `other`, or
    /// `other (rare)` where `other` is a category of its own.
    pub pooled: bool,
    /// Those of its categories that no training row has: a network's weights for them are as they were drawn, so that a
    /// model does not know them.
    pub untrained: Vec<String>,
}

impl OneHot {
    /// The names of the features that the column became: `colour=red`, ...
    pub fn feature_names(&self) -> impl Iterator<Item = String> + Clone + '_ {
        let name = |category| format!("{}={category}", self.column);
        self.categories.iter().map(name)
    }

    /// The position of a category; that of the pool where it is unknown and rare ones are pooled.
    pub(crate) fn position_of(&self, category: &str) -> Option<usize> {
        self.place(|known| known == category)
            .or_else(|| self.pool())
    }

    /// The names of the categories that are known.
    pub(crate) fn known(&self) -> impl Iterator<Item = &str> {
        let names = self.categories.iter();
        names
            .filter(|name| !self.untrained.contains(name))
            .map(String::as_str)
    }

    /// The position of the first category that is known and as wanted.
    fn place(&self, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
        let is_it = |name: &String| is_wanted(name) && !self.untrained.contains(name);
        self.categories.iter().position(is_it)
    }

    /// Every text that a program which has no reader of tables may compare a cell with, and the position of the category that it
    /// is, none where it stands for a missing one: the categories first, then words for nothing and, where a category is yes or
    /// no, other words for that. Any other text is an unknown category, which the [pool](Self::pool) takes if there is one; a
    /// reader also knows numbers that are written otherwise (`1.0` for `1`).
    ///
    /// `format` is how the table was read that the model was trained on.
    pub fn spellings(&self, format: &TableFormat) -> Vec<(String, Option<usize>)> {
        let reading = Reading::of(format).of_column(&self.column, format, Some(format));
        let known = self.categories.iter().map(String::as_str);
        let words = known
            .chain(known_words())
            .chain(format.missing_words.iter().map(String::as_str));
        let mut spellings: Vec<(String, Option<usize>)> = Vec::new();
        for word in words {
            let is_new = !spellings.iter().any(|(other, _)| other == word);
            match self.position(reading.cell(word), &reading) {
                Ok(None) if is_new => spellings.push((word.to_owned(), None)),
                Ok(Some((position, false))) if is_new => {
                    spellings.push((word.to_owned(), Some(position)));
                }
                _ => {}
            }
        }
        spellings
    }

    /// The position of the category that rare ones became.
    pub fn pool(&self) -> Option<usize> {
        let named = self.categories.iter().enumerate();
        let named = named.filter(|(_, name)| !self.untrained.contains(name));
        let named = named.filter_map(|(position, name)| Some((rareness(name)?, position)));
        (named.max().filter(|_| self.pooled)).map(|(_, position)| position)
    }

    /// The name of that category.
    pub(super) fn pool_name(&self) -> &str {
        self.pool().map_or(OTHER, |pool| &self.categories[pool])
    }

    /// The position of the category that a cell holds, none if the cell is empty: the one that is spelled like it, else the
    /// first that is the same number, unless the column is read as text or zeros lead it. Behind it whether the cell is in the pool
    /// for being unknown.
    pub(super) fn position(
        &self,
        cell: TableCell<'_>,
        reading: &Reading,
    ) -> Result<Option<(usize, bool)>, TableProblem> {
        if let TableCell::Absent(_) = cell {
            return Ok(None);
        }
        let text = cell.text();
        if let Some(position) = self.place(|known| known == text) {
            return Ok(Some((position, false)));
        }
        let is_untrained = self.untrained.iter().any(|name| *name == text);
        if !is_untrained && reading.missing(cell).is_some() {
            return Ok(None);
        }
        let alike = match cell {
            _ if is_untrained || reading.is_text() => None,
            TableCell::Number(_, Spelling::Text(text)) if begins_with_zero(text) => None,
            TableCell::Number(number, spelling) => self.of_number(number, spelling),
            TableCell::Text(text) => truth(text).and_then(|truth| self.of_truth(truth)),
            TableCell::NotFinite(cell) => return Err(TableProblem::not_finite(cell)),
            TableCell::Missing(_) | TableCell::Absent(_) => None,
        };
        let known = alike.map(|position| (position, false));
        match known.or_else(|| Some((self.position_of(&text)?, true))) {
            Some(found) => Ok(Some(found)),
            None => Err(TableProblem::UnknownCategory {
                category: text.into_owned(),
                known: names::list(self.known()),
            }),
        }
    }

    fn of_number(&self, number: f64, spelling: Spelling<'_>) -> Option<usize> {
        let yes_or_no = match spelling {
            Spelling::Truth(truth) => self.of_truth(truth),
            _ => None,
        };
        let is_it = |known: &str| {
            !begins_with_zero(known)
                && matches!(TableCell::of(known), TableCell::Number(other, _) if other == number)
        };
        let by_value = || match number.abs() < EXACT {
            true => self.place(is_it),
            false => spelling
                .without_decimals()
                .and_then(|digits| self.place(|known| known == digits)),
        };
        yes_or_no.or_else(by_value)
    }

    fn of_truth(&self, wanted: bool) -> Option<usize> {
        self.place(|known| truth(known) == Some(wanted))
    }
}

/// The most texts of a column that are kept; a column of more names its rows, whatever their number.
pub(super) const MOST_TEXTS: usize = 100_000;

/// A column of ten texts or more that has one for nearly every second row tells the rows apart. So do more than twenty texts
/// that have not four rows each.
fn too_many(categories: usize, rows: usize) -> bool {
    names_rows(categories, rows) || categories > 20.max(rows / 4)
}

impl Texts {
    /// Whether the texts of the column are slips of the pen among so many numbers: few, and none of them twice.
    pub fn is_slip(&self, numbers: usize) -> bool {
        const MANY: usize = 10;
        let texts = self.rows().len();
        let twice = self.seen().iter().any(|seen| seen.rows > 1);
        texts > 0 && numbers >= MANY * texts && !twice
    }

    /// The column's categories, and for each row the one it holds; none if the column is numbers alone. Categories of fewer
    /// than `rare` rows become one.
    ///
    /// `numbers` are the values of all rows, NaN where there is text or nothing, and `spellings` how they are written; `amounts`
    /// says that they have a unit, so that they are measurements however few.
    pub fn into_categories(
        self,
        numbers: impl Iterator<Item = f64> + Clone,
        (spellings, reading): (&Spellings, &Reading),
        amounts: bool,
        rare: usize,
    ) -> Result<Option<Categories>, (Option<Place>, TableProblem)> {
        let Some(first) = self.seen().iter().find(|seen| seen.rows > 0) else {
            return Ok(None);
        };
        let written = || numbers.clone().filter(|number| !number.is_nan());
        // Beyond a few integers, numbers are measurements, and text among them is a slip of the pen.
        if amounts || few_integers(written()).is_none() || self.is_slip(written().count()) {
            let counts = (self.rows().len(), written().count());
            let names = format!("give {}", reading.text_option());
            let hint = reading.among_numbers(&first.text, counts, &names);
            let cell = shortened(&first.text);
            return Err((Some(first.place), TableProblem::NotANumber { cell, hint }));
        }
        let name = |row: usize, number: f64| match spellings.of(row) {
            Some(name) => name.to_owned(),
            None => format_number(number + 0.0),
        };
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (row, number) in (numbers.clone().enumerate()).filter(|(_, number)| !number.is_nan()) {
            *counts.entry(name(row, number)).or_default() += 1;
        }
        for seen in self.seen().iter().filter(|seen| seen.rows > 0) {
            *counts.entry(seen.text.clone()).or_default() += seen.rows;
        }
        let rows: usize = counts.values().sum();
        let pooled = counts.values().any(|&count| count < rare);
        let is_rare = |name: &str| counts[name] < rare;
        let mut names: Vec<String> = counts
            .keys()
            .filter(|name| !is_rare(name))
            .cloned()
            .collect();
        let pool = pool_beside(names.iter());
        if pooled {
            names.push(pool.clone());
        }
        if pooled && names.len() == 1 {
            let categories = counts.len();
            return Err((None, TableProblem::AllRare { categories, rare }));
        }
        sort(&mut names);
        if too_many(names.len(), rows) {
            let categories = names.len();
            return Err((None, TableProblem::TooManyCategories { categories, rows }));
        }
        let order: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
        let of = |name: &str| order[if is_rare(name) { pool.as_str() } else { name }];
        let of_texts: Vec<Option<u32>> = (self.seen().iter())
            .map(|seen| (seen.rows > 0).then(|| of(&seen.text)))
            .collect();
        let mut texts = self.rows().peekable();
        let held = numbers
            .enumerate()
            .map(|(row, number)| match texts.peek() {
                Some(&(other, position)) if other == row => {
                    texts.next();
                    of_texts[position]
                }
                _ if number.is_nan() => None,
                _ => Some(of(&name(row, number))),
            })
            .collect();
        drop(texts);
        Ok(Some(Categories {
            names,
            held,
            pooled,
        }))
    }
}

/// A finished column of categories.
#[derive(Debug, PartialEq)]
pub(super) struct Categories {
    pub names: Vec<String>,
    /// The category of each row, where it has one.
    pub held: Vec<Option<u32>>,
    pub pooled: bool,
}

/// Numbers by size, then texts by their bytes; each once.
fn sort(names: &mut Vec<String>) {
    // `inf` and `nan` are not numbers where they are names.
    let number = |name: &str| name.parse::<f64>().ok().filter(|number| number.is_finite());
    names.sort_by(|a, b| match (number(a), number(b)) {
        (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.cmp(b),
    });
    names.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> Reading {
        Reading::of(&TableFormat::default())
    }

    fn finish_with(cells: &[&str], rare: usize) -> Result<Option<Categories>, String> {
        let mut texts = Texts::default();
        let (mut numbers, mut spellings) = (Vec::new(), Spellings::default());
        for (row, cell) in cells.iter().enumerate() {
            numbers.push(match TableCell::of(cell) {
                TableCell::Number(number, spelling) => {
                    let place = Place::Row(row as u64 + 1);
                    spellings.take(number, spelling, row, place);
                    number
                }
                TableCell::Text(text) => {
                    let place = Place::Row(row as u64 + 1);
                    texts.push(text, None, row, place, "t").unwrap();
                    f64::NAN
                }
                _ => f64::NAN,
            });
        }
        let finished = texts.into_categories(
            numbers.iter().copied(),
            (&spellings, &reading()),
            false,
            rare,
        );
        finished.map_err(|(place, problem)| match place {
            Some(place) => format!("{place}: {problem}"),
            None => problem.to_string(),
        })
    }

    fn finish(cells: &[&str]) -> Result<Option<Categories>, String> {
        finish_with(cells, 0)
    }

    #[test]
    fn categories_are_in_the_order_of_classes() {
        let found = finish(&["b", "10", "", "9", "B", "b", "-0"])
            .unwrap()
            .unwrap();
        assert_eq!(found.names, ["-0", "9", "10", "B", "b"]);
        let held = [Some(4), Some(2), None, Some(1), Some(3), Some(4), Some(0)];
        assert_eq!(found.held, held);
    }

    #[test]
    fn numbers_alone_are_no_categories() {
        assert_eq!(finish(&["1", "", "2.5"]), Ok(None));
        assert_eq!(
            finish(&["1.5", "x"]),
            Err(
                "row 2: `x` is not a number; the rest of the column is numbers, so correct it, leave such rows out with \
                 --missing-words x --missing drop, or give --text '' if they are all names"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_name_a_row_is_no_category() {
        let names = |distinct: usize, rows: usize| {
            let cells: Vec<String> = (0..rows)
                .map(|row| format!("n{}", row % distinct))
                .collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            finish(&cells)
        };
        assert_eq!(
            names(40, 40).unwrap_err(),
            "the column has 40 distinct texts in 40 rows, too many for categories; leave it out with --exclude if they identify \
             the rows, or pool the rare ones with --rare"
        );
        assert!(names(9, 9).is_ok() && names(20, 40).is_ok() && names(25, 100).is_ok());
        assert!(names(10, 19).is_err() && names(21, 80).is_err() && names(26, 100).is_err());
        assert!(names(2000, 8000).is_ok());
    }

    #[test]
    fn rare_categories_become_one() {
        let found = finish_with(&["a", "b", "a", "c", "a", "1"], 2)
            .unwrap()
            .unwrap();
        assert_eq!(found.names, ["a", "other"]);
        assert!(found.pooled);
        assert_eq!(
            found.held,
            [Some(0), Some(1), Some(0), Some(1), Some(0), Some(1)]
        );
        // One that is called so is of its own, unless it is rare.
        let found = finish_with(&["a", "other", "a", "c", "other"], 2)
            .unwrap()
            .unwrap();
        assert_eq!(found.names, ["a", "other", "other (rare)"]);
        assert_eq!(found.held, [Some(0), Some(1), Some(0), Some(2), Some(1)]);
        let known = OneHot {
            column: String::new(),
            categories: found.names,
            pooled: true,
            untrained: Vec::new(),
        };
        assert_eq!(known.position_of("new"), Some(2));
        assert_eq!(known.position_of("other"), Some(1));
        let found = finish_with(&["a", "other", "a", "c"], 2).unwrap().unwrap();
        assert_eq!(found.names, ["a", "other"]);
        assert_eq!(
            finish_with(&["a", "b", "c"], 2).unwrap_err(),
            "each of the column's 3 texts occurs in fewer than 2 rows, so --rare 2 would merge them all; leave the column out \
             with --exclude, or give a smaller --rare"
        );
        let found = finish_with(&["a", "b", "a", "b"], 2).unwrap().unwrap();
        assert_eq!((found.names.len(), found.pooled), (2, false));
        let cells: Vec<String> = (0..40).map(|row| format!("n{row}")).collect();
        let mut cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        cells.extend(["big"; 10]);
        assert_eq!(
            finish_with(&cells, 2).unwrap().unwrap().names,
            ["big", "other"]
        );
    }

    #[test]
    fn what_no_training_row_has_is_unknown() {
        let column = |pooled| OneHot {
            column: "c".to_owned(),
            categories: ["1", "2", "NA", "other", "yes"].map(str::to_owned).to_vec(),
            pooled,
            untrained: ["2", "NA", "yes"].map(str::to_owned).to_vec(),
        };
        for cell in ["2", "2.0", "NA", "yes", "new"] {
            let found = column(false).position(TableCell::of(cell), &reading());
            let Err(TableProblem::UnknownCategory { known, .. }) = found else {
                panic!("{cell}: {found:?}");
            };
            assert_eq!(known, "`1` and `other`");
            let found = column(true).position(TableCell::of(cell), &reading());
            assert_eq!(found.unwrap(), Some((3, true)), "{cell}");
        }
        let spellings = column(false).spellings(&TableFormat::default());
        let is_unknown = |name: &str| !spellings.iter().any(|(word, _)| word == name);
        assert!(is_unknown("2") && is_unknown("NA") && is_unknown("yes"));
        assert_eq!(spellings[0], ("1".to_owned(), Some(0)));
        assert_eq!(column(false).feature_names().count(), 5);
    }

    #[test]
    fn cells_find_their_category() {
        let mut column = OneHot {
            column: "c".to_owned(),
            categories: ["1", "other", "red"].map(str::to_owned).to_vec(),
            pooled: false,
            untrained: Vec::new(),
        };
        assert_eq!(
            column.feature_names().collect::<Vec<_>>(),
            ["c=1", "c=other", "c=red"]
        );
        let known = |position| Ok(Some((position, false)));
        assert_eq!(column.position(TableCell::of("1.0"), &reading()), known(0));
        assert_eq!(
            column.position(TableCell::of(" red "), &reading()),
            known(2)
        );
        assert!(column.position(TableCell::of("01"), &reading()).is_err());
        assert_eq!(column.position(TableCell::of("?"), &reading()), Ok(None));
        assert_eq!(
            column
                .position(TableCell::of("blue"), &reading())
                .unwrap_err()
                .to_string(),
            "category `blue` is unknown; the column has `1`, `other` and `red`"
        );
        column.pooled = true;
        let pooled = Ok(Some((1, true)));
        assert_eq!(column.position(TableCell::of("blue"), &reading()), pooled);
        assert_eq!(
            column.position(TableCell::of("other"), &reading()),
            known(1)
        );
    }

    #[test]
    fn spellings_are_what_a_cell_may_hold() {
        let known = |categories: &[&str], pooled| OneHot {
            column: "c".to_owned(),
            categories: categories.iter().map(|&name| name.to_owned()).collect(),
            pooled,
            untrained: Vec::new(),
        };
        let format = TableFormat {
            missing_words: vec!["keine".to_owned()],
            ..TableFormat::default()
        };
        let place = |known: &OneHot, word: &str| {
            let spellings = known.spellings(&format);
            let found = spellings.iter().find(|(other, _)| other == word);
            found.map(|&(_, position)| position)
        };
        let colours = known(&["NA", "blue", "red"], false);
        let words = colours.spellings(&format);
        assert_eq!(
            words[..3].iter().map(|(word, _)| word).collect::<Vec<_>>(),
            ["NA", "blue", "red"]
        );
        // A category of that name is one, other words for nothing are none.
        assert_eq!(place(&colours, "NA"), Some(Some(0)));
        assert_eq!(
            (place(&colours, ""), place(&colours, "keine")),
            (Some(None), Some(None))
        );
        assert_eq!(
            (place(&colours, "true"), place(&colours, "green")),
            (None, None)
        );
        let truths = known(&["False", "True", "maybe"], true);
        assert_eq!(
            (place(&truths, "true"), place(&truths, "FALSE")),
            (Some(Some(1)), Some(Some(0)))
        );
        // Where a column is read as names, no word is for nothing that is not given.
        let text = TableFormat {
            text: vec!["c".to_owned()],
            ..format.clone()
        };
        let words = known(&["a", "b"], false).spellings(&text);
        let missing: Vec<&str> = words[2..].iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(missing, ["", "keine"]);
    }
}
