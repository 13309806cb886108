//! What the names of classes or categories tell that may be no names: words among numbers, ranges, totals.

use super::disguise::ordered;
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
    let words = odd_words(names).map(|words| {
        format!(
            "{what} `{column}` has {} beside numbers as {kind} of their own; if that stands for a missing value, say so by \
             --missing-words {}{drop}",
            names::list(words.iter().copied()),
            names::shell(&words.join(","))
        )
    });
    let in_order = in_order(names).map(|first| {
        format!(
            "{what} `{column}` has {kind} with an order, `{first}` for instance, which is not learned; if it counts, write numbers, \
             the middle of each for instance"
        )
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
            "{what} `{column}` has `{name}` among its {kind}; if such rows sum up others, leave them out by --missing-words {}{drop}",
            names::shell(name)
        )
    });
    words.into_iter().chain(in_order).chain(total).collect()
}

/// One or two words among numbers.
fn odd_words(names: &[String]) -> Option<Vec<&str>> {
    let is_number = |name: &&str| name.parse::<f64>().is_ok();
    let (numbers, words): (Vec<&str>, Vec<&str>) =
        names.iter().map(String::as_str).partition(is_number);
    let known = |word: &&str| UNKNOWN.contains(&word.to_lowercase().as_str());
    let few = matches!(words.len(), 1 | 2) && numbers.len() >= words.len();
    (few && (numbers.len() > 1 || words.iter().all(known))).then_some(words)
}

/// The first of several ranges, decades or bounds.
fn in_order(names: &[String]) -> Option<&str> {
    const FEW: usize = 3;
    let mut in_order = names.iter().filter(|name| ordered(name).is_some());
    let first = in_order.next()?;
    (1 + in_order.count() >= FEW).then_some(first)
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
            "the target `y` has `ND` beside numbers as classes of their own; if that stands for a missing value, say so by \
             --missing-words ND --missing drop"
        );
        assert!(said(&["1", "2", "N.D.", "s/d"], None).contains("--missing-words 'N.D.,s/d'"));
        assert!(said(&["1", "unknown"], None).contains("`unknown` beside numbers"));
        assert!(said(&["10-19", "20-29", "30-39", "40+"], None).contains("with an order, `10-19`"));
        assert!(said(&["1980s", "1990s", "2000s"], None).contains("with an order"));
        assert!(said(&["north", "south", "Total"], None).contains("has `Total` among its classes"));
        assert!(said(&["kind", "mean"], Some(("mean", 1))).contains("--missing-words mean"));
        for names in [
            &["yes", "no", "unknown"][..],
            &["1", "A"],
            &["1", "2", "A", "B", "C"],
            &["kind", "mean", "average"],
            &["10-19", "20-29"],
        ] {
            assert_eq!(said(names, Some((names[0], 7))), "", "{names:?}");
        }
    }
}
