//! How well a delimiter cuts the first lines of a table.

use super::cut::Record;

/// The width in the middle, which is that of most lines, if any is.
pub(super) fn usual_width(records: &[Record]) -> usize {
    let mut widths: Vec<usize> = records.iter().map(Record::len).collect();
    widths.sort_unstable();
    widths.get(widths.len() / 2).copied().unwrap_or(0)
}

/// How well a delimiter cuts.
#[derive(Debug)]
pub(super) struct Score {
    /// The share of lines with the usual number of cells.
    pub even: f64,
    usual: bool,
    /// The share of cells that no other delimiter would cut.
    clean: f64,
    /// The share of numbers among the cells that are filled: empty ones are values that are missing, and no text.
    numbers: f64,
    /// The share of cells that are filled.
    filled: f64,
}

impl Score {
    /// None where most lines are one cell.
    pub fn of(records: &[Record], usual: bool) -> Option<Self> {
        let width = usual_width(records);
        if width < 2 {
            return None;
        }
        let fitting = records
            .iter()
            .filter(|record| record.len() == width)
            .count();
        let (mut cells, mut filled, mut clean, mut numbers) = (0usize, 0usize, 0usize, 0usize);
        for bytes in records.iter().flat_map(Record::iter) {
            let text = String::from_utf8_lossy(bytes);
            let number = is_like_a_number(text.trim());
            cells += 1;
            filled += usize::from(!text.trim().is_empty());
            numbers += usize::from(number);
            clean += usize::from(number || !is_cut_short(&text));
        }
        Some(Self {
            even: fitting as f64 / records.len() as f64,
            usual,
            clean: clean as f64 / cells as f64,
            numbers: numbers as f64 / filled.max(1) as f64,
            filled: filled as f64 / cells as f64,
        })
    }

    pub fn is_better(&self, other: &Self) -> bool {
        let key = |score: &Self| (score.even, score.usual, score.clean, score.numbers);
        key(self) > key(other)
    }

    /// The share of numbers among all cells.
    pub fn density(&self) -> f64 {
        self.numbers * self.filled
    }

    /// Prose has spaces too.
    pub fn is_of_numbers(&self) -> bool {
        self.even > 0.9 && self.numbers >= 0.5
    }
}

/// A number with a point or a comma, or with thousands apart.
pub(super) fn is_like_a_number(text: &str) -> bool {
    let plain = text.replace(',', ".");
    let groups = text.split(' ').skip(1);
    plain.parse::<f64>().is_ok()
        || text.split(' ').count() > 1
            && groups.clone().all(|group| {
                group.len() >= 3 && group.as_bytes()[..3].iter().all(u8::is_ascii_digit)
            })
            && plain.replace(' ', "").parse::<f64>().is_ok()
}

/// Whether a cell holds what another delimiter would cut.
fn is_cut_short(text: &str) -> bool {
    let mut words = text.split_whitespace();
    text.contains([',', ';', '\t', '|'])
        || words.clone().count() > 1 && words.all(|word| word.parse::<f64>().is_ok())
}
