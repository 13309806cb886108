//! What a column is, told from all of its texts: numbers with gaps, dates, numbers in disguise, or text.

use super::cell::{is_gap, shortened};
use super::date::{Orders, days, orders};
use super::disguise::{Disguise, Kind, Readings, disguise, is_size};
use super::format::{DateOrder, DecimalMark, ThousandsMark};
use super::number::{Marks, number};
use super::texts::Seen;
use super::write::format_number;
use crate::{TableProblem, names};

/// What is known of a column beside its texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    /// How many cells are numbers.
    pub numbers: usize,
    /// Whether some of these have decimals.
    pub fractions: bool,
    /// The marks in force.
    pub marks: Marks,
    /// The order of dates that are to be numbers.
    pub dates: Option<DateOrder>,
}

/// What a column is.
#[derive(Debug, PartialEq)]
pub(super) enum Judgement {
    /// Numbers alone: every text stands for a missing one.
    Numbers,
    /// Dates alone: the days of each text, NaN for one that stands for a missing date.
    Dates(Vec<f64>),
    /// Numbers or dates in disguise: which text is the first, and what it is.
    Disguised(usize, TableProblem),
    /// Text.
    Text,
}

/// Judges a column by its texts. Numbers in disguise are what most of its cells must be, for one among words is a word.
pub(super) fn judge(texts: &[Seen], circumstances: Circumstances) -> Judgement {
    let Circumstances { numbers, dates, .. } = circumstances;
    let written: Vec<(usize, &Seen)> = (texts.iter().enumerate())
        .filter(|(_, seen)| !is_gap(&seen.text))
        .collect();
    if written.is_empty() {
        return Judgement::Numbers;
    }
    if let (Some(order), 0) = (dates, numbers)
        && let Some(days) = all_dates(texts, order)
    {
        return Judgement::Dates(days);
    }
    let found: Vec<Option<Disguise<'_>>> =
        (written.iter().map(|(_, seen)| disguise(&seen.text))).collect();
    let units = Units::of(&written, &found, numbers);
    let mut disguised = Vec::new();
    let (mut plain, mut other) = (numbers, 0);
    for (&(at, seen), &found) in written.iter().zip(&found) {
        match found.filter(|found| units.hold(found)) {
            Some(found) => {
                plain += seen.rows;
                disguised.push((at, found));
            }
            None => other += seen.rows,
        }
    }
    match disguised.first() {
        Some(&(first, found)) if plain > other => match (found.kind, dates) {
            (Kind::Date(_), Some(order)) => {
                let (at, problem) = no_dates(&written, first, order);
                Judgement::Disguised(at, problem)
            }
            _ => Judgement::Disguised(first, problem(texts, &disguised, circumstances)),
        },
        _ => Judgement::Text,
    }
}

/// The days of every text, NaN for those that stand for a missing date; none where one is no date of that order. Dates that
/// begin with a year of four digits can be meant in one way alone, so that they may be all of a column in any order.
fn all_dates(texts: &[Seen], order: DateOrder) -> Option<Vec<f64>> {
    let of = |order| {
        let day = |seen: &Seen| match days(&seen.text, order) {
            None if is_gap(&seen.text) => Some(f64::NAN),
            day => day,
        };
        texts.iter().map(day).collect::<Option<Vec<f64>>>()
    };
    of(order).or_else(|| of(DateOrder::Ymd))
}

/// The first text that keeps a column from being dates of an order, and why; where none does, numbers do.
fn no_dates(written: &[(usize, &Seen)], first: usize, order: DateOrder) -> (usize, TableProblem) {
    let mut others = written
        .iter()
        .filter(|(_, seen)| days(&seen.text, order).is_none());
    let (at, what) = match others.next() {
        Some(&(at, seen)) if orders(&seen.text).is_empty() => {
            let words = match seen.text.contains(',') {
                true => String::new(),
                false => format!(
                    ", or leave such rows out by --missing-words {} --missing drop",
                    names::shell(&seen.text)
                ),
            };
            let what = format!("no date, and the rest of the column is; correct it{words}");
            (at, what)
        }
        Some(&(at, _)) => (
            at,
            format!("a date, but not of the order {order}, which --dates says"),
        ),
        None => (
            first,
            "a date, and there are numbers in the column; write all of them as dates, or all as numbers".to_owned(),
        ),
    };
    let mut all = written.iter();
    let text = all
        .find(|(other, _)| *other == at)
        .map_or("", |(_, seen)| seen.text.as_str());
    let cell = shortened(text);
    (at, TableProblem::Disguised { cell, what })
}

/// Which words behind numbers are units.
struct Units {
    few: bool,
}

impl Units {
    /// A word that is no known unit may yet be one: where every number has one of a few such words behind it, after a space or
    /// with decimals among them, or where they are as many as measurements are. `2WD` and `4WD` are none.
    fn of(written: &[(usize, &Seen)], found: &[Option<Disguise<'_>>], numbers: usize) -> Self {
        const WORDS: usize = 3;
        const VALUES: usize = 20;
        let mut words: Vec<&str> = Vec::new();
        let (mut measured, mut all) = (written.len() > VALUES, numbers == 0);
        for (&(_, seen), found) in written.iter().zip(found) {
            match found.map(|found| found.kind) {
                Some(Kind::Unit { word, spaced, .. }) => {
                    measured |= spaced || seen.text.contains(['.', ',']);
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                _ => all = false,
            }
        }
        Self {
            few: all && measured && words.len() <= WORDS,
        }
    }

    fn hold(&self, found: &Disguise<'_>) -> bool {
        match found.kind {
            Kind::Unit { known, .. } => known || self.few,
            _ => true,
        }
    }
}

/// What the first text in disguise is, and how it may be read, by all of its kind.
fn problem(
    texts: &[Seen],
    disguised: &[(usize, Disguise<'_>)],
    circumstances: Circumstances,
) -> TableProblem {
    let (first, found) = disguised[0];
    let cell = &texts[first].text;
    let same =
        |kind: Kind<'_>| std::mem::discriminant(&kind) == std::mem::discriminant(&found.kind);
    let alike = || disguised.iter().filter(|(_, other)| same(other.kind));
    let marks = || Written::of(texts, alike(), circumstances);
    let what = match found.kind {
        Kind::Marked => marks().sentence(),
        Kind::Money(_) if alike().any(|&(at, _)| size_of(&texts[at].text).is_some()) => {
            let mut sized = alike().filter_map(|&(at, _)| size_of(&texts[at].text));
            let size = sized.next().unwrap_or_default();
            format!(
                "an amount of money, and `{size}` in the column stands for a power of ten; write the numbers out in digits"
            )
        }
        Kind::Money(sign) => {
            let mut more = marks().more();
            if cell.contains('(') {
                more.push_str(" and write a minus for the brackets");
            }
            if ends_without_cents(cell) {
                more.push_str(" and leave the dash behind the digits away");
            }
            format!("an amount of money; give {}{more}", units(sign))
        }
        Kind::Percent(sign) => format!(
            "a percentage; give {}{} (12{sign} is 12 then)",
            units(sign),
            marks().more()
        ),
        Kind::Unit { word, .. } => {
            let mut words: Vec<&str> = vec![word];
            for (_, other) in alike() {
                if let Kind::Unit { word, .. } = other.kind
                    && !words.contains(&word)
                {
                    words.push(word);
                }
            }
            match words.as_slice() {
                [word] => format!(
                    "a number with the unit `{word}`; give {}{}",
                    units(word),
                    marks().more()
                ),
                words => format!(
                    "a number with a unit, and the column has {}; write the numbers in one unit, and without its name",
                    names::list(words.iter().copied())
                ),
            }
        }
        Kind::Negative if ends_without_cents(cell) => {
            "an amount without cents; leave the mark and the dash behind the digits away".to_owned()
        }
        Kind::Negative => "a negative number; write it with a minus before the digits".to_owned(),
        Kind::Date(orders) => {
            let orders = alike().fold(orders, |all, (_, other)| match other.kind {
                Kind::Date(orders) => all.and(orders),
                _ => all,
            });
            dates(orders)
        }
        Kind::Time => "a time of day; write it as a number, of hours for instance".to_owned(),
    };
    TableProblem::Disguised {
        cell: shortened(cell),
        what,
    }
}

/// The word for thousands or millions behind an amount of money.
fn size_of(text: &str) -> Option<&str> {
    let digits = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let word = text[digits..].trim_matches([')', ' ']);
    is_size(word).then_some(word)
}

/// Whether a dash stands for no cents: `100,-`.
fn ends_without_cents(text: &str) -> bool {
    [",-", ".-", ",\u{2013}", ".\u{2013}"]
        .iter()
        .any(|end| text.ends_with(end))
}

/// The option that takes a sign off.
fn units(sign: &str) -> String {
    format!("--units '{sign}'")
}

fn dates(orders: Orders) -> String {
    let ways: Vec<String> = orders
        .iter()
        .map(|order| format!("--dates {order}"))
        .collect();
    match ways.as_slice() {
        [] => "a date, but the column's are not all of one order; write them alike, 2024-03-31 for instance".to_owned(),
        [way, ..] if ways.len() == DateOrder::ALL.len() || ways.len() == 1 => {
            format!("a date; give {way} for numbers of days")
        }
        ways => format!("a date, day or month first; give {} for numbers of days", ways.join(" or ")),
    }
}

/// How the marks in the numbers of a column may be meant.
struct Written {
    /// The number that the first is, with which marks.
    ways: Vec<(f64, Marks)>,
    marks: Marks,
    /// One whose marks contradict the first one's.
    contradiction: Option<String>,
}

impl Written {
    fn of<'a>(
        texts: &[Seen],
        alike: impl Iterator<Item = &'a (usize, Disguise<'a>)>,
        circumstances: Circumstances,
    ) -> Self {
        let Circumstances {
            fractions, marks, ..
        } = circumstances;
        let mut all: Option<(Readings, &str)> = None;
        let mut contradiction = None;
        for &(at, found) in alike {
            let text = &texts[at].text;
            all = Some(match all {
                None => (found.readings, text),
                Some((readings, first)) => {
                    let both = readings.and(found.readings);
                    if both.is_empty() && !readings.is_empty() {
                        contradiction.get_or_insert_with(|| shortened(text));
                        (readings, first)
                    } else {
                        (both, first)
                    }
                }
            });
        }
        let (mut readings, first) = all.expect("one is in disguise");
        // Decimals beside them tell what their mark is.
        let beside = readings.with(marks.0);
        if fractions && !beside.is_empty() {
            readings = beside;
        }
        // The digits alone, of money for instance.
        let digits = |c: char| c.is_ascii_digit();
        let core = match (first.find(digits), first.rfind(digits)) {
            (Some(start), Some(end)) => &first[start..=end],
            _ => first,
        };
        let mut ways: Vec<(f64, Marks)> = Vec::new();
        for (decimal, thousands) in readings.iter() {
            let Some(value) = number(core, (decimal, thousands)) else {
                continue;
            };
            let needless = readings.contains((decimal, None)) && thousands.is_some();
            if !needless && !ways.iter().any(|(other, _)| *other == value) {
                ways.push((value, (decimal, thousands)));
            }
        }
        Self {
            ways,
            marks,
            contradiction,
        }
    }

    fn sentence(&self) -> String {
        if let Some(other) = &self.contradiction {
            return format!(
                "a number, and `{other}` of the same column has other marks; write them alike"
            );
        }
        match self.ways.as_slice() {
            [] => "a number whose groups of digits are not of three; take the marks out".to_owned(),
            [(_, way)] => format!("a number with {}; give {}", named(*way), self.options(*way)),
            ways => {
                let meant = |(value, way): &(f64, Marks)| {
                    format!("{} with {}", format_number(*value), named(*way))
                };
                let meant: Vec<String> = ways.iter().map(meant).collect();
                let options: Vec<String> = ways.iter().map(|(_, way)| self.options(*way)).collect();
                format!("{}; give {}", meant.join(", or "), options.join(" or "))
            }
        }
    }

    /// The options that the marks need, behind one that is named.
    fn more(&self) -> String {
        if self.contradiction.is_some() {
            return " and write the marks alike".to_owned();
        }
        let options = |(_, way): &(f64, Marks)| self.options(*way);
        let options: Vec<String> = self
            .ways
            .iter()
            .map(options)
            .filter(|way| !way.is_empty())
            .collect();
        match options.as_slice() {
            [] => String::new(),
            options => format!(" and {}", options.join(" or ")),
        }
    }

    /// The options that say what is not in force.
    fn options(&self, (decimal, thousands): Marks) -> String {
        let mut options = Vec::new();
        if decimal != self.marks.0 {
            options.push(format!("--decimal '{decimal}'"));
        }
        if let Some(mark) = thousands.filter(|_| thousands != self.marks.1) {
            options.push(match mark {
                ThousandsMark::Apostrophe => "--thousands apostrophe".to_owned(),
                ThousandsMark::Space => "--thousands space".to_owned(),
                mark => format!("--thousands '{mark}'"),
            });
        }
        options.join(" and ")
    }
}

/// Marks in words.
fn named((decimal, thousands): Marks) -> String {
    let between = |what| format!("{what} between the thousands");
    match (decimal, thousands) {
        (DecimalMark::Point, None) => "a decimal point".to_owned(),
        (DecimalMark::Comma, None) => "a decimal comma".to_owned(),
        (_, Some(ThousandsMark::Comma)) => between("commas"),
        (_, Some(ThousandsMark::Point)) => between("points"),
        (_, Some(ThousandsMark::Space)) => between("spaces"),
        (_, Some(ThousandsMark::Apostrophe)) => between("apostrophes"),
        (_, Some(ThousandsMark::Underscore)) => between("underscores"),
    }
}

/// What a single text is, where a number is expected and no column is known.
pub(super) fn problem_of(
    text: &str,
    marks: Marks,
    dates: Option<DateOrder>,
) -> Option<TableProblem> {
    let seen = [Seen::once(text)];
    let circumstances = Circumstances {
        numbers: 0,
        fractions: false,
        marks,
        dates,
    };
    match judge(&seen, circumstances) {
        Judgement::Disguised(_, problem) => Some(problem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Marks = (DecimalMark::Point, None);

    fn judged(texts: &[&str], circumstances: Circumstances) -> String {
        let seen: Vec<Seen> = texts.iter().map(|text| Seen::once(text)).collect();
        match judge(&seen, circumstances) {
            Judgement::Numbers => "numbers".to_owned(),
            Judgement::Dates(days) => format!("{days:?}"),
            Judgement::Disguised(_, problem) => problem.to_string(),
            Judgement::Text => "text".to_owned(),
        }
    }

    fn beside(texts: &[&str], numbers: usize) -> String {
        let circumstances = Circumstances {
            numbers,
            fractions: false,
            marks: PLAIN,
            dates: None,
        };
        judged(texts, circumstances)
    }

    #[test]
    fn a_comma_is_what_the_whole_column_tells() {
        assert_eq!(
            beside(&["4,5"], 0),
            "`4,5` is a number with a decimal comma; give --decimal ','"
        );
        let both = "`1,200` is 1.2 with a decimal comma, or 1200 with commas between the thousands; give --decimal ',' or --thousands ','";
        assert_eq!(beside(&["1,200"], 0), both);
        assert_eq!(beside(&["1,200", "3,000"], 5), both);
        let thousands =
            "`1,200` is a number with commas between the thousands; give --thousands ','";
        assert_eq!(beside(&["1,200", "1,234,567"], 0), thousands);
        assert_eq!(
            beside(&["1,200", "12,5"], 0),
            "`1,200` is a number with a decimal comma; give --decimal ','"
        );
        let decimals = Circumstances {
            numbers: 3,
            fractions: true,
            marks: PLAIN,
            dates: None,
        };
        assert_eq!(judged(&["1,200"], decimals), thousands);
        assert_eq!(
            beside(&["1,5", "1,234,567"], 0),
            "`1,5` is a number, and `1,234,567` of the same column has other marks; write them alike"
        );
        assert_eq!(
            beside(&["1.234,5"], 0),
            "`1.234,5` is a number with points between the thousands; give --decimal ',' and --thousands '.'"
        );
        assert_eq!(
            beside(&["3 000"], 0),
            "`3 000` is a number with spaces between the thousands; give --thousands space"
        );
        assert_eq!(
            beside(&["1,00,000"], 0),
            "`1,00,000` is a number whose groups of digits are not of three; take the marks out"
        );
        let comma = Circumstances {
            numbers: 3,
            fractions: true,
            marks: (DecimalMark::Comma, Some(ThousandsMark::Point)),
            dates: None,
        };
        assert_eq!(
            judged(&["1.5"], comma),
            "`1.5` is a number with a decimal point; give --decimal '.'"
        );
    }

    #[test]
    fn amounts_and_dates_say_how_they_may_be_read() {
        for (text, what) in [
            ("$3.00", "an amount of money; give --units '$'"),
            (
                "R$ 1.234,50",
                "an amount of money; give --units 'R$' and --decimal ',' and --thousands '.'",
            ),
            ("12 %", "a percentage; give --units '%' (12% is 12 then)"),
            ("3.0 kg", "a number with the unit `kg`; give --units 'kg'"),
            (
                "(3)",
                "a negative number; write it with a minus before the digits",
            ),
            ("2020-01-15", "a date; give --dates ymd for numbers of days"),
            (
                "1/2/2020",
                "a date, day or month first; give --dates dmy or --dates mdy for numbers of days",
            ),
            (
                "12:30",
                "a time of day; write it as a number, of hours for instance",
            ),
        ] {
            assert_eq!(beside(&[text], 0), format!("`{text}` is {what}"));
        }
        assert_eq!(
            beside(&["1/2/2020", "13/2/2020"], 0),
            "`1/2/2020` is a date; give --dates dmy for numbers of days"
        );
        for (text, what) in [
            ("($1,200)", "write a minus for the brackets"),
            ("100,-", "an amount without cents"),
            ("CHF 100.-", "leave the dash"),
            ("€1.5M", "`M` in the column stands for a power of ten"),
        ] {
            let problem = beside(&[text], 0);
            assert!(problem.contains(what), "{problem}");
        }
        assert!(beside(&["1 kg", "500 g"], 0).contains("has `kg` and `g`"));
    }

    #[test]
    fn what_may_be_a_category_is_text() {
        for texts in [
            &["red", "blue"][..],
            &["10-20", "20-30"],
            &["<5", ">=5"],
            &["A12", "B7"],
            &["2WD", "4WD"],
            &["1st", "2nd", "3rd"],
            &["12A", "14B"],
            &["yes", "no", "-"],
            // One among many words is a word.
            &["1,5", "none", "some", "all"],
        ] {
            assert_eq!(beside(texts, 0), "text", "{texts:?}");
        }
        // The doors of cars: `5more` is no unit.
        assert_eq!(beside(&["5more"], 300), "text");
        assert!(beside(&["5 stars", "4 stars"], 0).contains("the unit `stars`"));
        assert!(beside(&["1.2M", "500K"], 0).contains("a unit"));
    }

    #[test]
    fn words_beside_numbers_are_gaps() {
        assert_eq!(beside(&["-", "n.a.", "."], 9), "numbers");
        assert_eq!(beside(&["-"], 0), "numbers");
        assert!(beside(&["-", "4,5"], 0).contains("`4,5`"));
    }

    #[test]
    fn dates_asked_for_are_days() {
        let dates = |texts: &[&str], numbers| {
            let circumstances = Circumstances {
                numbers,
                fractions: false,
                marks: PLAIN,
                dates: Some(DateOrder::Dmy),
            };
            judged(texts, circumstances)
        };
        assert_eq!(dates(&["1.1.1970", "-", "2.1.1970"], 0), "[0.0, NaN, 1.0]");
        assert_eq!(dates(&["1970-01-03"], 0), "[2.0]");
        assert!(
            dates(&["1.1.1970", "1970-01-03"], 0)
                .contains("`1970-01-03` is a date, but not of the order dmy")
        );
        assert!(dates(&["1.1.1970"], 3).contains("there are numbers"));
        assert!(dates(&["1.1.1970", "soon", "2.1.1970"], 0).contains("`soon` is no date"));
        assert!(dates(&["12/31/1970"], 0).contains("not of the order dmy"));
        assert_eq!(dates(&["red"], 0), "text");
    }
}
