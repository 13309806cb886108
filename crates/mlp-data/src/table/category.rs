//! Columns of categories, and the columns of 0 and 1 that they become.

use std::collections::HashMap;

use super::cell::Cell;
use super::target::few_integers;
use super::write::format_number;
use crate::{Error, Place, TableProblem, memory, names};

/// A column of categories that became a column for each: 1 where the category is, 0 elsewhere.
///
/// The order is that of classes: categories that are numbers by size, then the others by their bytes. A missing category
/// is NaN in all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneHot {
    /// The column's name in the file.
    pub column: String,
    /// Its categories in their order.
    pub categories: Vec<String>,
}

impl OneHot {
    /// The names of the features that the column became: `colour=red`, ...
    pub fn feature_names(&self) -> impl Iterator<Item = String> + Clone + '_ {
        let name = |category| format!("{}={category}", self.column);
        self.categories.iter().map(name)
    }

    /// The position of the category that a cell holds; none if the cell is empty.
    pub(super) fn position(&self, cell: Cell<'_>) -> Result<Option<usize>, TableProblem> {
        let text = match cell {
            Cell::Number(number) => format_number(number + 0.0),
            Cell::Text(text) => text.to_owned(),
            Cell::Missing(_) | Cell::NotFinite(_) if cell.missing().is_some() => return Ok(None),
            Cell::Missing(cell) | Cell::NotFinite(cell) => {
                return Err(TableProblem::NotFinite {
                    cell: cell.to_owned(),
                });
            }
        };
        match self
            .categories
            .iter()
            .position(|category| *category == text)
        {
            Some(position) => Ok(Some(position)),
            None => Err(TableProblem::UnknownCategory {
                category: text,
                known: names::list(self.categories.iter().map(String::as_str)),
            }),
        }
    }
}

/// The texts of a feature column, beside its numbers.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The texts, each with its position in the order of appearance.
    positions: HashMap<String, u32>,
    /// The rows that hold text, in order, and which.
    rows: Vec<(usize, u32)>,
    first: Option<(Place, String)>,
}

impl Texts {
    /// The most categories of a column: beyond, it is a name or a number of each row.
    const MOST: usize = 1000;

    /// Takes down the text of a row.
    pub fn push(
        &mut self,
        text: &str,
        row: usize,
        place: Place,
        file: &str,
    ) -> Result<Result<(), TableProblem>, Error> {
        let position = match self.positions.get(text) {
            Some(&position) => position,
            None if self.positions.len() == Self::MOST => {
                return Ok(Err(TableProblem::TooManyCategories(Self::MOST)));
            }
            None => {
                let position = self.positions.len() as u32;
                self.positions.insert(text.to_owned(), position);
                position
            }
        };
        self.first.get_or_insert_with(|| (place, text.to_owned()));
        memory::make_room(&mut self.rows, 1, || format!("the table `{file}`"))?;
        self.rows.push((row, position));
        Ok(Ok(()))
    }

    /// The column's categories, and for each row the one it holds; none if the column is numbers alone.
    ///
    /// `numbers` are the values of all rows, NaN where there is text or nothing.
    pub fn finish(
        self,
        numbers: impl Iterator<Item = f64> + Clone,
    ) -> Result<Option<Categories>, (Place, TableProblem)> {
        let Some((place, text)) = self.first else {
            return Ok(None);
        };
        // Beyond a few integers, numbers are measurements, and text among them is a slip of the pen.
        let Some(integers) = few_integers(numbers.clone().filter(|number| !number.is_nan())) else {
            let hint = "; the rest of the column is numbers";
            return Err((place, TableProblem::NotANumber { cell: text, hint }));
        };
        let mut names: Vec<String> = integers.into_iter().map(format_number).collect();
        names.extend(self.positions.keys().cloned());
        sort(&mut names);
        let order: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
        let mut of_texts = vec![0; self.positions.len()];
        for (text, &position) in &self.positions {
            of_texts[position as usize] = order[text.as_str()];
        }
        let mut texts = self.rows.into_iter().peekable();
        let held = numbers
            .enumerate()
            .map(|(row, number)| match texts.peek() {
                Some(&(other, position)) if other == row => {
                    texts.next();
                    Some(of_texts[position as usize])
                }
                _ if number.is_nan() => None,
                _ => Some(order[format_number(number + 0.0).as_str()]),
            })
            .collect();
        Ok(Some(Categories { names, held }))
    }
}

/// A finished column of categories.
#[derive(Debug, PartialEq)]
pub(super) struct Categories {
    pub names: Vec<String>,
    /// The category of each row, where it has one.
    pub held: Vec<Option<u32>>,
}

/// Numbers by size, then texts by their bytes; each once.
fn sort(names: &mut Vec<String>) {
    names.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    });
    names.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(cells: &[&str]) -> Result<Option<Categories>, String> {
        let mut texts = Texts::default();
        let mut numbers = Vec::new();
        for (row, cell) in cells.iter().enumerate() {
            numbers.push(match Cell::of(cell) {
                Cell::Number(number) => number,
                Cell::Text(text) => {
                    let place = Place::Row(row as u64 + 1);
                    texts.push(text, row, place, "t").unwrap().unwrap();
                    f64::NAN
                }
                _ => f64::NAN,
            });
        }
        let finished = texts.finish(numbers.iter().copied());
        finished.map_err(|(place, problem)| format!("{place}: {problem}"))
    }

    #[test]
    fn categories_are_in_the_order_of_classes() {
        let found = finish(&["b", "10", "", "9", "B", "b", "-0"])
            .unwrap()
            .unwrap();
        assert_eq!(found.names, ["0", "9", "10", "B", "b"]);
        let held = [Some(4), Some(2), None, Some(1), Some(3), Some(4), Some(0)];
        assert_eq!(found.held, held);
    }

    #[test]
    fn numbers_alone_are_no_categories() {
        assert_eq!(finish(&["1", "", "2.5"]), Ok(None));
        assert_eq!(
            finish(&["1.5", "x"]),
            Err("row 2: `x` is not a number; the rest of the column is numbers".to_owned())
        );
    }

    #[test]
    fn a_name_a_row_is_no_category() {
        let mut texts = Texts::default();
        for row in 0..1000 {
            let pushed = texts.push(&format!("n{row}"), row, Place::Row(1), "t");
            pushed.unwrap().unwrap();
        }
        let pushed = texts.push("one more", 1000, Place::Row(1), "t").unwrap();
        assert_eq!(pushed, Err(TableProblem::TooManyCategories(1000)));
    }

    #[test]
    fn cells_find_their_category() {
        let column = OneHot {
            column: "c".to_owned(),
            categories: vec!["1".to_owned(), "red".to_owned()],
        };
        assert_eq!(column.feature_names().collect::<Vec<_>>(), ["c=1", "c=red"]);
        assert_eq!(column.position(Cell::of("1.0")), Ok(Some(0)));
        assert_eq!(column.position(Cell::of(" red ")), Ok(Some(1)));
        assert_eq!(column.position(Cell::of("?")), Ok(None));
        assert_eq!(
            column.position(Cell::of("blue")).unwrap_err().to_string(),
            "category `blue` is unknown; the column's are `1` and `red`"
        );
    }
}
