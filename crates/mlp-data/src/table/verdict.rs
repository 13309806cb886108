//! What a column is, told from all of its texts: numbers with gaps, dates, numbers in disguise, or text.

use super::cell::{is_flag, is_gap, shortened};
use super::column_context::ColumnContext;
use super::date::{Orders, days, days_from_year, orders, unknown_month};
use super::disguise::{Disguise, Kind, disguise, is_scale, is_size, ordered, size_before_currency};
use super::format::DateOrder;
use super::texts::Seen;
use super::units::{Units, alike};
use super::written::Written;
use crate::{TableProblem, names};

/// What a column is.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
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
pub(super) fn judge(texts: &[Seen], circumstances: ColumnContext<'_>) -> Verdict {
    let ColumnContext { numbers, dates, .. } = circumstances;
    let written: Vec<(usize, &Seen)> = (texts.iter().enumerate())
        .filter(|(_, seen)| !is_gap(&seen.text))
        .collect();
    if written.is_empty() {
        return Verdict::Numbers;
    }
    if let (Some(order), 0) = (dates, numbers)
        && let Some(days) = all_dates(texts, order)
    {
        return Verdict::Dates(days);
    }
    let disguised = disguised(&written, numbers);
    match disguised.first() {
        Some(&(first, found)) => match (found.kind, dates) {
            (Kind::Date(_), Some(order)) => {
                let (at, problem) = no_dates(&written, first, order);
                Verdict::Disguised(at, problem)
            }
            _ => Verdict::Disguised(first, problem(texts, &disguised, circumstances)),
        },
        None => Verdict::Text,
    }
}

/// So many different amounts of money are measurements.
const AMOUNTS: usize = 3;

/// The texts of a column that are numbers or dates in disguise, if these and its numbers are most of its cells.
fn disguised<'t>(written: &[(usize, &'t Seen)], numbers: usize) -> Vec<(usize, Disguise<'t>)> {
    let seen_through = |text| match ordered(text).filter(|_| numbers > 0) {
        Some(odd) => Some(Disguise::odd(odd)),
        None => disguise(text),
    };
    let found: Vec<Option<Disguise<'_>>> =
        (written.iter().map(|(_, seen)| seen_through(&seen.text))).collect();
    let units = Units::of(written, &found, numbers);
    let mut disguised = Vec::new();
    let (mut plain, mut other, mut money) = (numbers, 0, 0);
    for (&(at, seen), &found) in written.iter().zip(&found) {
        match found.filter(|found| units.hold(found)) {
            Some(found) => {
                plain += seen.rows;
                money += usize::from(matches!(found.kind, Kind::Money(_)));
                disguised.push((at, found));
            }
            None => other += seen.rows,
        }
    }
    // Several amounts of money are not names, however many words stand beside them.
    if plain <= other && money < AMOUNTS {
        disguised.clear();
    }
    disguised
}

/// The unit of a column whose numbers have one, and no other, in each of its spellings.
pub(super) fn unit_of(texts: &[Seen], numbers: usize) -> Vec<String> {
    let written: Vec<(usize, &Seen)> = (texts.iter().enumerate())
        .filter(|(_, seen)| !is_gap(&seen.text))
        .collect();
    let disguised = disguised(&written, numbers);
    let signs = signs(&disguised);
    match are_one(&signs) {
        true => signs.into_iter().map(str::to_owned).collect(),
        false => Vec::new(),
    }
}

/// The signs of amounts, each once.
fn signs<'t>(disguised: &[(usize, Disguise<'t>)]) -> Vec<&'t str> {
    let mut signs: Vec<&str> = Vec::new();
    for (_, found) in disguised {
        if let Kind::Money(sign)
        | Kind::Percent(sign)
        | Kind::Unit { word: sign, .. }
        | Kind::Label { word: sign, .. } = found.kind
            && !signs.contains(&sign)
        {
            signs.push(sign);
        }
    }
    signs
}

/// Whether signs are spellings of one unit, or flags that say nothing about the number.
fn are_one(signs: &[&str]) -> bool {
    signs.iter().all(|sign| is_flag(sign)) || signs.iter().all(|sign| alike(signs[0], sign))
}

/// The days of every text, NaN for those that stand for a missing date; none where one is not a date of that order. Dates that
/// begin with a year of four digits can be meant in one way alone, so that they may be all of a column in any order.
fn all_dates(texts: &[Seen], order: DateOrder) -> Option<Vec<f64>> {
    let of = |days: &dyn Fn(&str) -> Option<f64>| {
        let day = |seen: &Seen| match days(&seen.text) {
            None if is_gap(&seen.text) => Some(f64::NAN),
            day => day,
        };
        texts.iter().map(day).collect::<Option<Vec<f64>>>()
    };
    of(&|text| days(text, order)).or_else(|| of(&days_from_year))
}

/// The first text that keeps a column from being dates of an order, and why; where none does, numbers do.
fn no_dates(written: &[(usize, &Seen)], first: usize, order: DateOrder) -> (usize, TableProblem) {
    let mut others = written
        .iter()
        .filter(|(_, seen)| days(&seen.text, order).is_none());
    let (at, what, remedy) = match others.next() {
        Some(&(at, seen)) if let Some(problem) = in_unknown_month(&seen.text) => {
            return (at, problem);
        }
        Some(&(at, seen)) if orders(&seen.text).is_empty() => {
            let words = match seen.text.contains(',') {
                true => String::new(),
                false => format!(
                    ", or leave such rows out with --missing-words {} --missing drop",
                    names::shell(&seen.text)
                ),
            };
            let what = "not a date, but the rest of the column is".to_owned();
            (at, what, format!("correct it{words}"))
        }
        Some(&(at, seen)) => {
            let dates = written.iter().map(|(_, seen)| orders(&seen.text));
            let common = dates.fold(orders(&seen.text), Orders::and);
            let ways: Vec<String> = common
                .distinct()
                .map(|order| format!("--dates {order}"))
                .collect();
            let remedy = match ways.is_empty() {
                true => "write the column's dates alike".to_owned(),
                false => format!(
                    "give {}, with which all of the column are dates",
                    ways.join(" or ")
                ),
            };
            let what = format!("a date, but not in the order {order} in which dates are read");
            (at, what, remedy)
        }
        None => (
            first,
            "a date, and there are numbers in the column".to_owned(),
            "write all of them as dates, or all as numbers".to_owned(),
        ),
    };
    let mut all = written.iter();
    let text = all
        .find(|(other, _)| *other == at)
        .map_or("", |(_, seen)| seen.text.as_str());
    let cell = shortened(text);
    (at, TableProblem::Disguised { cell, what, remedy })
}

/// What is said of a text that is a date but for the name of its month.
pub(super) fn in_unknown_month(text: &str) -> Option<TableProblem> {
    let month = shortened(unknown_month(text)?);
    Some(TableProblem::Disguised {
        cell: shortened(text),
        what: format!("not a date, for the month `{month}` is not known"),
        remedy: "write months as numbers or in English".to_owned(),
    })
}

/// What the first text in disguise is, and how it may be read, by all of its kind.
fn problem(
    texts: &[Seen],
    disguised: &[(usize, Disguise<'_>)],
    circumstances: ColumnContext<'_>,
) -> TableProblem {
    let (first, found) = disguised[0];
    let cell = &texts[first].text;
    let same =
        |kind: Kind<'_>| std::mem::discriminant(&kind) == std::mem::discriminant(&found.kind);
    let alike = || disguised.iter().filter(|(_, other)| same(other.kind));
    let marks = || Written::of(texts, alike(), circumstances);
    let said = |what: &str, remedy: &str| (what.to_owned(), remedy.to_owned());
    let size = || alike().find_map(|&(at, _)| size_of(&texts[at].text));
    let sized = |what: &str, size: &str| {
        (
            format!("{what}, and `{size}` in the column stands for a power of ten"),
            "write the numbers out in digits".to_owned(),
        )
    };
    let mut all_signs = signs(disguised);
    for sign in circumstances.unit.unwrap_or_default() {
        if !all_signs.contains(&sign.as_str()) {
            all_signs.push(sign);
        }
    }
    let one = are_one(&all_signs) && circumstances.known.is_none();
    let several = !one && circumstances.known.is_none() && size().is_none();
    let spellings = |sign| if one { all_signs.clone() } else { vec![sign] };
    let (what, remedy) = match found.kind {
        Kind::Money(_) | Kind::Percent(_) | Kind::Unit { .. } | Kind::Label { .. } if several => (
            format!(
                "a number with a unit, and the column has {}, which have no common scale",
                names::list(all_signs.iter().copied())
            ),
            "write the numbers in one unit, without its name".to_owned(),
        ),
        Kind::Marked => marks().sentence(),
        Kind::Money(sign) => match size() {
            Some(size) => sized("an amount of money", size),
            None => {
                let dash = ends_without_cents(cell.trim_end_matches(sign).trim_end());
                let is_given = |sign: &&str| circumstances.units.iter().any(|unit| unit == sign);
                let mut more = marks().more();
                if cell.contains('(') {
                    more.push_str(" and write a minus for the brackets");
                }
                if dash {
                    more.push_str(" and remove the dash after the digits");
                }
                match dash && spellings(sign).iter().all(is_given) {
                    true => said(
                        "an amount without cents",
                        "remove the dash after the digits",
                    ),
                    false => circumstances.signed("an amount of money", &spellings(sign), &more),
                }
            }
        },
        Kind::Percent(_)
            if let (Some(share), None) = (circumstances.share, circumstances.known) =>
        {
            (
                format!(
                    "a percentage, and `{}` in the same column is none, it seems",
                    shortened(share)
                ),
                "write the numbers of a column in one unit".to_owned(),
            )
        }
        Kind::Percent(sign) => {
            let more = format!("{} (12{sign} is 12 then)", marks().more());
            circumstances.signed("a percentage", &spellings(sign), &more)
        }
        Kind::Unit { word, .. } => {
            let mut words: Vec<&str> = vec![word];
            for (_, other) in alike() {
                if let Kind::Unit { word, .. } = other.kind
                    && !words.contains(&word)
                {
                    words.push(word);
                }
            }
            let mixed = words.len() > 1 || circumstances.numbers > 0;
            let power = words.iter().find(|word| mixed && is_scale(word));
            let what = match is_flag(word) && one {
                true => {
                    "a number with a letter behind it, as statistics offices flag them".to_owned()
                }
                false => format!("a number with the unit `{word}`"),
            };
            match (words.as_slice(), power) {
                (_, Some(size)) => sized("a number", size),
                ([word], None) => circumstances.signed(&what, &spellings(word), &marks().more()),
                (_, None) if one => circumstances.signed(&what, &all_signs, &marks().more()),
                (words, None) => (
                    format!(
                        "a number with a unit, and the column has {}",
                        names::list(words.iter().copied())
                    ),
                    "write the numbers in one unit, without its name".to_owned(),
                ),
            }
        }
        Kind::Label { word, .. } => {
            let what = format!("a number with `{word}` before it");
            circumstances.signed(&what, &spellings(word), &marks().more())
        }
        Kind::Negative if ends_without_cents(cell) => said(
            "an amount without cents",
            "remove the sign and the dash after the digits",
        ),
        Kind::Negative => said(
            "a negative number",
            "write it with a minus before the digits",
        ),
        Kind::Date(orders) => {
            let orders = alike().fold(orders, |all, (_, other)| match other.kind {
                Kind::Date(orders) => all.and(orders),
                _ => all,
            });
            dates(orders)
        }
        Kind::Time => said(
            "a time of day",
            "write it as a number, of hours for instance",
        ),
        Kind::Odd(odd) => said(odd.what(), odd.remedy()),
    };
    TableProblem::Disguised {
        cell: shortened(cell),
        what,
        remedy,
    }
}

/// The word for thousands or millions behind an amount of money.
fn size_of(text: &str) -> Option<&str> {
    let digits = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let word = text[digits..].trim_matches(|c: char| c == ')' || c.is_whitespace());
    let word = word.split(char::is_whitespace).next()?;
    let alone = is_size(word).then_some(word);
    alone.or_else(|| size_before_currency(word))
}

/// Whether a dash stands for no cents: `100,-`.
fn ends_without_cents(text: &str) -> bool {
    [",-", ".-", ",\u{2013}", ".\u{2013}"]
        .iter()
        .any(|end| text.ends_with(end))
}

fn dates(orders: Orders) -> (String, String) {
    let found: Vec<DateOrder> = orders.distinct().collect();
    let first = match found.as_slice() {
        [] => {
            return (
                "a date, but the column's are not all of one order".to_owned(),
                "write them alike, 2024-03-31 for instance".to_owned(),
            );
        }
        [_] => "",
        [DateOrder::Ymd, DateOrder::Dmy] => ", day or year first",
        _ => ", day or month first",
    };
    let ways: Vec<String> = (found.iter().map(|order| format!("--dates {order}"))).collect();
    (
        format!("a date{first}"),
        format!("give {} for numbers of days", ways.join(" or ")),
    )
}

/// What a single text is, where a number is expected and no column is known.
pub(super) fn problem_of(text: &str, circumstances: ColumnContext<'_>) -> Option<TableProblem> {
    let seen = [Seen::once(text)];
    match judge(&seen, circumstances) {
        Verdict::Disguised(_, problem) => Some(problem),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
