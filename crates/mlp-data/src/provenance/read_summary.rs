//! Read summaries: the one line in which every training describes its data.

use std::fmt::{self, Write};

use crate::names::{plain, so_many};
use crate::table::{DecimalMark, Delimiter, TableFormat};
use crate::{ImputeKind, Origin, Task};

/// What was read of a file, or what a built-in data set contains. [`Display`](fmt::Display) is one line; it contains no folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSummary {
    /// The file's name without its folders, or the data set's name.
    pub source: String,
    /// The origin of the data.
    pub origin: Origin,
    /// The part, for a separate file of one: `validation` or `test`; none for the data themselves.
    pub part: Option<&'static str>,
    /// Rows that the file has.
    pub rows: u64,
    /// Rows that became samples.
    pub used: u64,
    /// Whether the first line held names; `None` for files that are not text.
    pub header: Option<bool>,
    /// Other properties of the table's format, in words: `; between cells`, `decimal ,`.
    pub written: Vec<String>,
    /// The target columns.
    pub target: Vec<String>,
    /// Why these columns are the target.
    pub target_by: TargetBy,
    /// The task.
    pub task: Task,
    /// Features by type of column.
    pub columns: ColumnKinds,
    /// Columns that are not used, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// Missing cells of features that are filled in.
    pub gaps: u64,
    /// What they are filled in with.
    pub fill: Option<ImputeKind>,
    /// Classes in their order, with the samples of each; none for numbers.
    pub classes: Vec<(String, u64)>,
    /// The smallest and the largest value of each target, as written; none for classes.
    pub values: Vec<(String, String)>,
    /// Notes for the user.
    pub notes: Vec<String>,
    /// What the table leaves ambiguous where it is read like another: marks with two meanings, unknown
    /// categories.
    pub doubts: Vec<String>,
}

/// Why a column is the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TargetBy {
    /// It is the last column that is not excluded.
    #[default]
    Last,
    /// It was requested by name.
    Named,
    /// The file's format defines it.
    Format,
    /// The training data, or a model, have it as target.
    Training,
}

impl TargetBy {
    /// The reason in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Last => "last column",
            Self::Named => "named",
            Self::Format => "the format says so",
            Self::Training => "as in training",
        }
    }
}

/// The number of feature columns by type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnKinds {
    /// Numeric columns.
    pub numbers: usize,
    /// Columns of categories, which became one feature each.
    pub categorical: usize,
    /// Total number of categories of these columns.
    pub categories: usize,
    /// Date columns, which became days.
    pub dates: usize,
}

/// A column that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub column: String,
    /// Why, in a few words.
    pub why: String,
}

/// Number of classes, columns or targets that are listed individually.
const SHOWN: usize = 8;

impl ReadSummary {
    /// Says how the table of text is written.
    pub(crate) fn is_text(&mut self, format: &TableFormat) {
        self.header = format.header;
        let mut say = |given: Option<String>| self.written.extend(given);
        say(format
            .delimiter
            .filter(|delimiter| *delimiter != Delimiter::COMMA)
            .map(|delimiter| match delimiter.byte() {
                None => "separated by white space".to_owned(),
                Some(b'\t') => "separated by tabs".to_owned(),
                Some(b' ') => "separated by spaces".to_owned(),
                Some(_) => format!("separated by `{delimiter}`"),
            }));
        say(format
            .decimal
            .filter(|mark| *mark != DecimalMark::Point)
            .map(|mark| format!("decimal mark `{mark}`")));
        say(format
            .thousands
            .map(|mark| format!("thousands separator `{mark}`")));
        say(format.dates.map(|order| format!("dates as {order}")));
        say(format
            .comment
            .as_ref()
            .map(|mark| format!("comments begin with `{mark}`")));
        if !format.units.is_empty() {
            let units = format.units.iter().map(|unit| quoted(unit));
            self.written
                .push(format!("{} stripped", shortened_list(units)));
        }
        if !format.missing_words.is_empty() {
            let words = format.missing_words.iter().map(|word| quoted(word));
            self.written
                .push(format!("{} for missing values", shortened_list(words)));
        }
    }

    /// Rows that were left out.
    pub fn dropped(&self) -> u64 {
        self.rows.saturating_sub(self.used)
    }

    fn rows_in_words(&self) -> String {
        let rows = so_many(self.rows, "row");
        match (self.origin, self.dropped()) {
            (Origin::Generated, _) => format!("{}, generated", so_many(self.used, "sample")),
            (Origin::Embedded, _) => so_many(self.used, "sample"),
            (Origin::File, 0) => rows,
            (Origin::File, dropped) => format!(
                "{} of {rows} ({dropped} left out for missing values)",
                self.used
            ),
        }
    }

    fn target_in_words(&self) -> String {
        let names = shortened_list(self.target.iter().map(|name| quoted(name)));
        let by = match self.origin {
            Origin::File => format!(" ({})", self.target_by.name()),
            Origin::Generated | Origin::Embedded => String::new(),
        };
        let told = match self.task {
            Task::Classification { .. } => self.classes_in_words(),
            Task::Multilabel { labels } => so_many(labels as u64, "label"),
            Task::Regression { .. } => match &self.values[..] {
                [(least, greatest)] => format!("numbers from {least} to {greatest}"),
                several => format!("{} columns of numbers", several.len()),
            },
        };
        format!("target {names}{by}: {told}")
    }

    /// Classes with their shares; of many the first ones, and the largest and the smallest.
    fn classes_in_words(&self) -> String {
        let total = self.classes.iter().map(|(_, samples)| samples).sum::<u64>();
        let one = |(name, samples): &(String, u64)| {
            format!("{} {} ({})", quoted(name), samples, share(*samples, total))
        };
        let count = so_many(self.classes.len() as u64, "class");
        if self.classes.len() <= SHOWN {
            let all: Vec<String> = self.classes.iter().map(one).collect();
            return format!("{count}, {}", all.join(", "));
        }
        let largest = self
            .classes
            .iter()
            .rev()
            .max_by_key(|(_, samples)| *samples);
        let smallest = self.classes.iter().min_by_key(|(_, samples)| *samples);
        let (Some(largest), Some(smallest)) = (largest, smallest) else {
            return count;
        };
        let first: Vec<String> = self.classes[..SHOWN / 2].iter().map(one).collect();
        let extremes = match largest.1 == smallest.1 {
            true => format!("{} each", largest.1),
            false => format!(
                "the largest {}, the smallest {}",
                one(largest),
                one(smallest)
            ),
        };
        format!(
            "{count}, {} and {} more; {extremes}",
            first.join(", "),
            self.classes.len() - first.len()
        )
    }

    fn features_in_words(&self) -> String {
        let ColumnKinds {
            numbers,
            categorical,
            categories,
            dates,
        } = self.columns;
        if self.origin != Origin::File {
            return so_many(numbers as u64, "feature");
        }
        let mut parts = Vec::new();
        if numbers > 0 || categorical + dates == 0 {
            parts.push(format!("{} of numbers", so_many(numbers as u64, "column")));
        }
        if categorical > 0 {
            parts.push(format!(
                "{categorical} of {}",
                so_many(categories as u64, "category")
            ));
        }
        if dates > 0 {
            parts.push(format!("{dates} of dates (as days)"));
        }
        if numbers == 0 && !parts.is_empty() {
            parts[0] = parts[0].replacen(
                " of",
                if categorical.max(dates) == 1 {
                    " column of"
                } else {
                    " columns of"
                },
                1,
            );
        }
        format!("features: {}", parts.join(", "))
    }
}

/// Samples, kinds of columns, target and classes, what was left out or filled in.
impl fmt::Display for ReadSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(part) = self.part {
            write!(f, "{part} file ")?;
        }
        write!(f, "{}: {}", self.source, self.rows_in_words())?;
        match self.header {
            Some(true) => f.write_str(", with a header")?,
            Some(false) => f.write_str(", no header")?,
            None => {}
        }
        for written in &self.written {
            write!(f, ", {written}")?;
        }
        write!(
            f,
            "; {}; {}",
            self.target_in_words(),
            self.features_in_words()
        )?;
        match self.fill {
            Some(fill) if self.gaps > 0 => write!(
                f,
                "; {} filled in ({})",
                so_many(self.gaps, "missing value"),
                fill.name()
            )?,
            _ => {}
        }
        let mut left_out: Vec<(&str, Vec<String>)> = Vec::new();
        for LeftOut { column, why } in &self.left_out {
            match left_out.iter_mut().find(|(other, _)| other == why) {
                Some((_, columns)) => columns.push(quoted(column)),
                None => left_out.push((why, vec![quoted(column)])),
            }
        }
        for (why, columns) in left_out {
            write!(
                f,
                "; left out: {} ({why})",
                shortened_list(columns.into_iter())
            )?;
        }
        Ok(())
    }
}

fn share(part: u64, whole: u64) -> String {
    let share = 100.0 * part as f64 / whole as f64;
    if part > 0 && share < 0.05 {
        "below 0.1 %".to_owned()
    } else if part < whole && share >= 99.95 {
        "above 99.9 %".to_owned()
    } else {
        format!("{share:.1} %")
    }
}

/// A name as the line quotes it: long names are truncated, and special characters are escaped.
fn quoted(name: &str) -> String {
    const LETTERS: usize = 40;
    let cut: String = name.chars().take(LETTERS).collect();
    let more = if cut.len() < name.len() { "..." } else { "" };
    format!("`{}{more}`", plain(&cut))
}

fn shortened_list(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let last = at + 1 == names.len();
        if at == SHOWN && !last {
            let _ = write!(text, " and {} more", names.len() - at);
            break;
        }
        text.push_str(match at {
            0 => "",
            _ if last => " and ",
            _ => ", ",
        });
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Categorical, CsvOptions, MissingPolicy, read_csv};
    use crate::{GeneratorOptions, generate};

    fn line(text: &str, options: &CsvOptions) -> String {
        let set = read_csv(text.as_bytes(), "dir/t.csv", options).unwrap();
        set.read()[0].to_string()
    }

    #[test]
    fn a_line_says_what_was_read() {
        assert_eq!(
            line("a,b,y\n1,2,u\n3,4,v\n5,6,u\n", &CsvOptions::default()),
            "t.csv: 3 rows, with a header; target `y` (last column): 2 classes, `u` 2 (66.7 %), `v` 1 (33.3 %); \
             features: 2 columns of numbers"
        );
        assert_eq!(
            line("1,2,0.5\n3,4,-1.25\n", &CsvOptions::default()),
            "t.csv: 2 rows, no header; target `column3` (last column): numbers from -1.25 to 0.5; \
             features: 2 columns of numbers"
        );
    }

    #[test]
    fn what_goes_is_counted_and_named() {
        let options = CsvOptions {
            target: vec!["y".to_owned()],
            exclude: vec!["id".to_owned()],
            missing: MissingPolicy::Drop,
            categorical: Categorical::OneHot,
            ..CsvOptions::default()
        };
        assert_eq!(
            line(
                "id,y,k,a\n1,u,red,1\n2,v,blue,2\n3,u,,3\n4,v,red,\n",
                &options
            ),
            "t.csv: 2 of 4 rows (2 left out for missing values), with a header; target `y` (named): 2 classes, `u` 1 (50.0 %), \
             `v` 1 (50.0 %); features: 1 column of numbers, 1 of 2 categories; left out: `id` (excluded)"
        );
        let options = CsvOptions {
            features: vec!["a".to_owned()],
            missing: MissingPolicy::Impute(ImputeKind::Median),
            ..CsvOptions::default()
        };
        assert_eq!(
            line("id,k,a,y\n1,u,1,2.5\n2,v,,3.5\n", &options),
            "t.csv: 2 rows, with a header; target `y` (last column): numbers from 2.5 to 3.5; features: 1 column of numbers; \
             1 missing value filled in (median); left out: `id` and `k` (not among the features)"
        );
    }

    #[test]
    fn a_missing_category_counts_once() {
        let options = CsvOptions {
            missing: MissingPolicy::Impute(ImputeKind::MostFrequent),
            categorical: Categorical::OneHot,
            ..CsvOptions::default()
        };
        let rows = "A,1,u\nB,,v\nC,3,u\nD,4,v\n,5,u\n";
        let line = line(&format!("k,a,y\n{}", rows.repeat(8)), &options);
        assert!(
            line.ends_with("; 16 missing values filled in (most-frequent)"),
            "{line}"
        );
    }

    #[test]
    fn many_classes_are_shortened_and_imbalance_shows() {
        let rows: String = (0..400)
            .map(|row| format!("{row},c{}\n", if row < 300 { 0 } else { row % 13 }))
            .collect();
        let line = line(&format!("a,y\n{rows}"), &CsvOptions::default());
        assert!(
            line.contains("13 classes, `c0` 307 (76.8 %), `c1` 8 (2.0 %)")
                && line.contains("and 9 more; the largest `c0` 307 (76.8 %), the smallest `c"),
            "{line}"
        );
    }

    #[test]
    fn data_sets_by_name_have_their_line() {
        let line = |name| {
            let set = generate(name, &GeneratorOptions::default(), 0).unwrap();
            ReadSummary::of_known(&set).to_string()
        };
        assert_eq!(
            line("moons"),
            "moons: 256 samples, generated; target `class`: 2 classes, `0` 128 (50.0 %), `1` 128 (50.0 %); 2 features"
        );
        assert!(
            line("iris").starts_with("iris: 150 samples; target `species`")
                || line("iris").starts_with("iris: 150 samples; target")
        );
        assert!(line("diabetes").contains(": numbers from 25 to 346; 10 features"));
    }

    #[test]
    fn names_do_not_break_the_line() {
        assert_eq!(quoted("a\nb"), "`a\\nb`");
        assert_eq!(quoted(&"x".repeat(50)), format!("`{}...`", "x".repeat(40)));
        assert_eq!(share(1, 10_000), "below 0.1 %");
        assert_eq!(share(9_999, 10_000), "above 99.9 %");
    }
}
