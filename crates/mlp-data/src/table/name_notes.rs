//! What the names of classes or categories tell that may be no names: words among numbers, ranges, totals.

use std::collections::BTreeMap;

use super::cell::is_gap;
use super::disguise::ordered;
use super::worded::{around_numbers, is_ranked};
use crate::names;

/// Words that people write for a missing value among numbers.
const UNKNOWN: [&str; 26] = [
    "nd",
    "n.d.",
    "s/d",
    "s.d.",
    "sd",
    "bdl",
    "bd",
    "<lod",
    "tbd",
    "tba",
    "_",
    "missing",
    "unknown",
    "unk",
    "k.a.",
    "keine angabe",
    "n.v.",
    "n.b.",
    "nc",
    "nr",
    "ns",
    "sin dato",
    "not available",
    "not applicable",
    "refused",
    "x",
];

/// Those of them that are hardly names among other names, and further ones; as are those that [`is_gap`] knows but `none` and `nil`.
const UNKNOWN_AMONG_NAMES: [&str; 18] = [
    "n.d.",
    "s/d",
    "<lod",
    "tbd",
    "missing",
    "unknown",
    "unk",
    "k.a.",
    "keine angabe",
    "sin dato",
    "not available",
    "not applicable",
    "don't know",
    "wei\u{DF} nicht",
    "unbekannt",
    "inconnu",
    "desconocido",
    "_",
];

/// Words for a sum, wherever it stands.
const SUMS: [&str; 10] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub-total",
    "summe",
    "gesamt",
    "insgesamt",
    "zwischensumme",
    "total g\u{E9}n\u{E9}ral",
];

/// Words that stand for a sum or a mean in the last row of a table, and elsewhere may be names.
const LAST: [&str; 13] = [
    "sum",
    "sums",
    "somme",
    "soma",
    "suma",
    "mean",
    "average",
    "avg",
    "mittelwert",
    "durchschnitt",
    "moyenne",
    "m\u{E9}dia",
    "promedio",
];

/// Whether a text says that its row sums up others; some words do so in the last row alone.
pub(super) fn is_total(text: &str, is_last: bool) -> bool {
    let word = text.trim_end_matches(':').to_lowercase();
    SUMS.contains(&word.as_str()) || is_last && LAST.contains(&word.as_str())
}

/// What is said of the names of a target or column (`the target`, its name, `classes`); `last` is that of the last row, and in how
/// many rows it stands, and `drop` what leaves rows with a missing value out, behind another option.
pub(super) fn name_notes(
    of: (&str, &str, &str),
    names: &[String],
    last: Option<(&str, usize)>,
    drop: &str,
) -> Vec<String> {
    let (what, column, kind) = of;
    let missing = |words: Vec<&str>, place: &str| {
        format!(
            "{what} `{column}` has {} {place}; if that stands for a missing value, give --missing-words {}{drop}",
            names::list(words.iter().copied()),
            names::shell(&words.join(","))
        )
    };
    let words = match odd_words(names) {
        Some(words) => Some(missing(
            words,
            &format!("beside numbers as {kind} of their own"),
        )),
        None => unknown_words(names).map(|words| missing(words, &format!("among its {kind}"))),
    };
    let in_order = in_order(names).map(|first| {
        format!(
            "{what} `{column}` has {kind} with an order, `{first}` for instance, which is not learned; if it counts, write numbers, \
             of a range its middle for instance"
        )
    });
    let in_order = in_order.or_else(|| {
        let (name, unit) = numbered(names)?;
        let remedy = match unit {
            Some(unit) => format!("give --units {}", names::shell(&unit)),
            None => "write each number in a column of its own".to_owned(),
        };
        Some(format!(
            "{what} `{column}` has {kind} that are numbers with the same text around them, `{name}` for instance, and their order is not \
             learned; if the numbers count, {remedy}"
        ))
    });
    let last = last.filter(|(name, rows)| *rows == 1 && is_total(name, true));
    let total = match last {
        Some((name, _)) => Some(name),
        None => names
            .iter()
            .map(String::as_str)
            .find(|name| is_total(name, false)),
    };
    let total = total.map(|name| {
        format!(
            "{what} `{column}` has `{name}` among its {kind}; if such rows sum up others, leave them out with --missing-words {}{drop}",
            names::shell(name)
        )
    });
    words.into_iter().chain(in_order).chain(total).collect()
}

/// Words for a missing value among other names.
fn unknown_words(names: &[String]) -> Option<Vec<&str>> {
    let is_unknown = |name: &&str| {
        let word = name.to_lowercase();
        UNKNOWN_AMONG_NAMES.contains(&word.as_str())
            || is_gap(name) && !["none", "nil"].contains(name)
    };
    let words: Vec<&str> = (names.iter().map(String::as_str))
        .filter(is_unknown)
        .collect();
    (!words.is_empty() && words.len() + 1 < names.len()).then_some(words)
}

/// A name with numbers that have the same text around them in most names, and this text where it can be taken off one: `x5`, `1:2`.
///
/// Codes have letters before their number, too, so that these have to be more.
fn numbered(names: &[String]) -> Option<(&str, Option<String>)> {
    let mut counts: BTreeMap<(String, usize), (usize, &str)> = BTreeMap::new();
    for name in names {
        if let Some(around) = around_numbers(name) {
            counts.entry(around).or_insert((0, name)).0 += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, (count, _))| *count);
    let ((around, numbers), (count, name)) = most?;
    let (before, behind) = around.split_once('#')?;
    let least = match before.chars().next_back() {
        Some(c) if c.is_alphabetic() && !matches!(before, "x" | "X") => 6,
        _ => 3,
    };
    let rest = [before.trim(), behind.trim()]
        .into_iter()
        .filter(|rest| !rest.is_empty());
    let rest = rest.collect::<Vec<&str>>().join(",");
    let is_unit = numbers == 1 && !rest.contains(|c| "[]{}\"'".contains(c));
    (count >= least && 2 * count > names.len()).then(|| (name, is_unit.then_some(rest)))
}

/// One or two words among numbers.
fn odd_words(names: &[String]) -> Option<Vec<&str>> {
    let is_number = |name: &&str| name.parse::<f64>().is_ok();
    let (numbers, words): (Vec<&str>, Vec<&str>) =
        names.iter().map(String::as_str).partition(is_number);
    let known = |word: &&str| UNKNOWN.contains(&word.to_lowercase().as_str());
    // `5more` is a number, too.
    let has_digit = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
    if words.iter().any(has_digit) {
        return None;
    }
    let few = matches!(words.len(), 1 | 2) && numbers.len() >= words.len();
    (few && (numbers.len() > 1 || words.iter().all(known))).then_some(words)
}

/// The first of several ranges, decades, bounds or ranks; a number with letters behind it among numbers is one: `5more`.
fn in_order(names: &[String]) -> Option<&str> {
    const FEW: usize = 3;
    let is_number = |name: &String| name.parse::<f64>().is_ok();
    let numbers = names.iter().filter(|name| is_number(name)).count();
    let begins = |name: &String| numbers >= 2 && name.starts_with(|c: char| c.is_ascii_digit());
    let has_order = |name: &&String| {
        !is_number(name)
            && (ordered(name).is_some() || is_ranked(name) || is_bound(name) || begins(name))
    };
    let mut in_order = names.iter().filter(has_order);
    let first = in_order.next()?;
    let others = in_order.count() + if begins(first) { numbers } else { 0 };
    (1 + others >= FEW).then_some(first)
}

/// Whether a name is a range with an open end: `<18`, `65+`.
fn is_bound(name: &str) -> bool {
    let number = name.trim_start_matches(['<', '>', '=', '\u{2264}', '\u{2265}']);
    let number = number.trim_end_matches('+').trim();
    number != name && number.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_may_be_none_are_told() {
        let said = |names: &[&str], last: Option<(&str, usize)>| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            name_notes(
                ("the target", "y", "classes"),
                &names,
                last,
                " --missing drop",
            )
            .join("\n")
        };
        assert_eq!(
            said(&["1", "2", "ND"], None),
            "the target `y` has `ND` beside numbers as classes of their own; if that stands for a missing value, give \
             --missing-words ND --missing drop"
        );
        assert!(said(&["1", "2", "N.D.", "s/d"], None).contains("--missing-words 'N.D.,s/d'"));
        assert!(said(&["1", "unknown"], None).contains("`unknown` beside numbers"));
        assert!(said(&["10-19", "20-29", "30-39", "40+"], None).contains("with an order, `10-19`"));
        for names in [
            &["1980s", "1990s", "2000s"][..],
            &["18-24", "65+", "<18"],
            &["1+", "> 10", "unknown", "\u{2264} 0.5"],
            &["1st", "2nd", "3rd"],
            &["1 - bad", "2 - fair", "3 - good"],
            &["I", "II", "III", "unknown"],
            &["2", "3", "4", "5more"],
        ] {
            assert!(said(names, None).contains("with an order"), "{names:?}");
        }
        assert!(said(&["north", "south", "Total"], None).contains("has `Total` among its classes"));
        assert!(said(&["kind", "mean"], Some(("mean", 1))).contains("--missing-words mean"));
        assert_eq!(
            said(&["yes", "no", "unknown", "n.a."], None),
            "the target `y` has `unknown` and `n.a.` among its classes; if that stands for a missing value, give --missing-words \
             'unknown,n.a.' --missing drop"
        );
        assert!(said(&["yes", "no", "-"], None).contains("--missing-words - --missing drop"));
        assert_eq!(
            said(&["x2", "x5", "x10"], None),
            "the target `y` has classes that are numbers with the same text around them, `x2` for instance, and their order is not learned; if \
             the numbers count, give --units x"
        );
        for names in [
            &["5x", "6x", "7x"][..],
            &["No. 1", "No. 2", "No. 3", "none"],
            &["(1)", "(2)", "(3)"],
            &["A1", "A2", "A3", "A4", "A5", "A6"],
            &["1:2", "1:10", "3:4"],
            &["10 x 20", "5 x 8", "3 x 4", "other"],
        ] {
            assert!(
                said(names, None).contains("with the same text around them"),
                "{names:?}"
            );
        }
        for names in [
            &["yes", "no"][..],
            &["none", "mild", "severe"],
            &["unknown", "known"],
            &["A1", "A2", "A3"],
            &["A01", "A02", "A03", "A04", "A05", "A06"],
            &["a1", "b2", "c3", "d4"],
            &["1", "A"],
            &["1", "2", "A", "B", "C"],
            &["kind", "mean", "average"],
            &["10-19", "20-29"],
        ] {
            assert_eq!(said(names, Some((names[0], 7))), "", "{names:?}");
        }
    }
}
