//! Numbers with words or brackets about them, and texts that have an order as numbers have: ratings, bounds in words, intervals,
//! periods, ranges, decades.

/// What stands between a rating and the best there is.
const OUT_OF: [&str; 6] = [" out of ", " of ", " von ", " sur ", " de ", "/"];

/// What stands before a bound in words.
const BEFORE: [&str; 17] = [
    "under ",
    "over ",
    "below ",
    "above ",
    "more than ",
    "less than ",
    "fewer than ",
    "at least ",
    "at most ",
    "up to ",
    "unter ",
    "\u{FC}ber ",
    "bis zu ",
    "plus de ",
    "moins de ",
    "mais de ",
    "menos de ",
];

/// What stands behind one.
const BEHIND: [&str; 16] = [
    " or more",
    " or less",
    " or fewer",
    " or over",
    " or older",
    " or above",
    " or under",
    " and more",
    " and over",
    " and older",
    " and above",
    " and under",
    " plus",
    " und mehr",
    " oder mehr",
    " ou plus",
];

/// Whether a text is a number of so many: `3 of 5`, `3.0 out of 5 stars`; of a mere fraction a word must follow (`3/5 stars`).
pub(super) fn is_rating(text: &str, is_number: fn(&str) -> bool) -> bool {
    OUT_OF.iter().any(|between| {
        let Some((given, best)) = text.split_once(between) else {
            return false;
        };
        let (best, word) = best.split_once(' ').unwrap_or((best, ""));
        let one_word = !word.contains(' ') && word.chars().all(char::is_alphabetic);
        is_number(given) && is_number(best) && one_word && !(*between == "/" && word.is_empty())
    })
}

/// Whether a text is a bound in words: `5 or more`, `under 18`.
pub(super) fn is_bound(text: &str, is_value: fn(&str) -> bool) -> bool {
    let text = text.to_lowercase();
    let before = BEFORE.iter().find_map(|word| text.strip_prefix(word));
    let bound = before.or_else(|| BEHIND.iter().find_map(|word| text.strip_suffix(word)));
    bound.is_some_and(is_value)
}

/// Whether a text is a number with another, or an interval, in brackets behind it: `12.5 (3.1)`, `3.5 [3.1-3.9]`.
pub(super) fn has_interval(text: &str, is_number: fn(&str) -> bool) -> bool {
    let inner = (text.strip_suffix(')').and_then(|text| text.split_once('(')))
        .or_else(|| text.strip_suffix(']').and_then(|text| text.split_once('[')));
    inner.is_some_and(|(number, inner)| {
        let inner = inner
            .trim_start_matches("95% CI")
            .trim_start_matches([' ', ':', ',']);
        let is_pair = |between: &str| {
            let ends = inner.split_once(between);
            ends.is_some_and(|(one, other)| is_number(one.trim()) && is_number(other.trim()))
        };
        is_number(number.trim())
            && (is_number(inner) || ["-", "\u{2013}", " to ", ",", ";"].into_iter().any(is_pair))
    })
}

/// Whether a text is a fiscal year: `FY2019`, `FY 2019/20`, `FY19`.
pub(super) fn is_fiscal_year(text: &str) -> bool {
    let year = text
        .strip_prefix("FY")
        .map(|year| year.trim_start_matches([' ', '-']));
    year.is_some_and(|year| {
        let digits = year.bytes().filter(u8::is_ascii_digit).count();
        let others = year.len() - digits;
        year.starts_with(|c: char| c.is_ascii_digit())
            && (others == 0 && matches!(digits, 2 | 4)
                || others == 1 && year.contains(['/', '-']) && matches!(digits, 4 | 6 | 8))
    })
}

/// Whether a text is a year and a half of it, in either order: `H1 2020`, `2020-S2`.
pub(super) fn is_half(text: &str) -> bool {
    let is_half = |text: &str| matches!(text, "H1" | "H2" | "S1" | "S2");
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parted = |at: usize| {
        let (one, other) = (text.get(..at)?, text.get(at..)?);
        Some((one, other.trim_start_matches([' ', '-', '/', '_'])))
    };
    parted(4).is_some_and(|(year, half)| is_year(year) && is_half(half))
        || parted(2).is_some_and(|(half, year)| is_half(half) && is_year(year))
}

/// Whether a text is a span as ISO 8601 has it, with a time or in several units: `PT1H30M`, `P1DT2H`; `P1D` may be a code.
pub(super) fn is_iso_span(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let (mut parts, mut digits, mut time) = (0, 0, false);
    for c in rest.chars() {
        match c {
            '0'..='9' | '.' => digits += 1,
            'T' if !time && digits == 0 => time = true,
            'Y' | 'M' | 'W' | 'D' | 'H' | 'S' if digits > 0 => (parts, digits) = (parts + 1, 0),
            _ => return false,
        }
    }
    digits == 0 && parts > 0 && (time || parts > 1)
}

/// Whether a text is two numbers of which the second is greater: `10-19`, `$10000-$19999`, `5 to 9`.
pub(super) fn is_range(text: &str, is_value: fn(&str) -> bool) -> bool {
    let number = |text: &str| -> Option<f64> {
        let is_part = |c: &char| c.is_ascii_digit() || *c == '.';
        text.chars()
            .filter(is_part)
            .collect::<String>()
            .parse()
            .ok()
    };
    ["-", "\u{2013}", " to ", " bis ", ".."]
        .iter()
        .any(|between| {
            text.split_once(between).is_some_and(|(from, to)| {
                let (from, to) = (from.trim(), to.trim());
                is_value(from) && is_value(to) && number(from) < number(to)
            })
        })
}

/// The text of a name around its numbers, each of which is a `#` there, and how many these are; none where there is nothing else, or
/// a number begins with zeros, as codes do.
pub(super) fn around_numbers(text: &str) -> Option<(String, usize)> {
    let (mut around, mut numbers, mut rest) = (String::new(), 0, text);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let behind = &rest[start..];
        let end = behind.find(|c: char| !(c.is_ascii_digit() || c == '.'));
        let number = behind[..end.unwrap_or(behind.len())].trim_end_matches('.');
        if number.len() > 1 && number.starts_with('0') && !number.starts_with("0.") {
            return None;
        }
        around.push_str(&rest[..start]);
        around.push('#');
        numbers += 1;
        rest = &behind[number.len()..];
    }
    around.push_str(rest);
    (numbers > 0 && around != "#").then_some((around, numbers))
}

/// Whether a text has a rank: `1st`, `2 - good`, `3: high`, a Roman number (`Class II`), one sign again and again (`+++`).
pub(super) fn is_ranked(text: &str) -> bool {
    const ROMAN: [&str; 10] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = behind.len() < text.len() && {
        let word = behind.trim_start_matches([' ', '-', '\u{2013}', ':', ')', '.', '=']);
        let apart = behind.len() > word.len() + 1 || behind.starts_with([':', ')', '=']);
        matches!(behind, "st" | "nd" | "rd" | "th")
            || apart && word.starts_with(char::is_alphabetic)
    };
    let first = text.chars().next();
    let is_same = |c: char| first == Some(c) || first == Some('\u{2605}') && c == '\u{2606}';
    let repeated = first.is_some_and(|sign| !sign.is_alphanumeric()) && text.chars().all(is_same);
    let last = text.rsplit(' ').next().unwrap_or_default();
    numbered || repeated || ROMAN.contains(&last)
}

/// Whether a text is a decade: `1990s`.
pub(super) fn is_decade(text: &str) -> bool {
    let year = text.strip_suffix("'s").or_else(|| text.strip_suffix('s'));
    year.is_some_and(|year| {
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        is_year && year.ends_with('0') && ("1000".."2100").contains(&year)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::disguise::is_value;

    #[test]
    fn words_and_brackets_about_numbers_are_seen() {
        /// A form, texts of it, and others.
        type Form<'a> = (fn(&str) -> bool, &'a [&'a str], &'a [&'a str]);
        let forms: [Form<'_>; 9] = [
            (
                |text| is_rating(text, is_value),
                &["3 of 5", "3.0 out of 5 stars", "4 von 5", "3/5 stars"],
                &["3/5", "one of 5", "3 of hearts", "5 of 10 in all", "of"],
            ),
            (
                |text| is_bound(text, is_value),
                &["5 or more", "Under 18", "65 and over", "more than 1000"],
                &["under way", "more or less", "5", "Over the top"],
            ),
            (
                |text| has_interval(text, is_value),
                &[
                    "12.5 (3.1)",
                    "3.5 [3.1-3.9]",
                    "3.5 (95% CI: 3.1 to 3.9)",
                    "1.2 (0.9, 1.5)",
                ],
                &["12 (approx)", "(3.1)", "Anna (7)", "[1-2]", "7 ()"],
            ),
            (
                is_fiscal_year,
                &["FY2019", "FY 2019/20", "FY19", "FY2019-2020"],
                &["FY", "FYI 2019", "FY123", "FYE2019"],
            ),
            (
                is_half,
                &["H1 2020", "2020H2", "2020-S1"],
                &["H3 2020", "H12020x", "2020", "S1", "año"],
            ),
            (
                is_iso_span,
                &["PT1H30M", "PT45S", "P1DT2H", "P1Y6M", "PT0.5H"],
                &["P1D", "P", "PT", "PARIS", "P12", "P1T"],
            ),
            (
                |text| is_range(text, is_value),
                &["10-19", "$10000-$19999", "5 to 9", "0.5\u{2013}1.5"],
                &["20-10", "10-", "-10", "A1-B2", "2020", "5 to many"],
            ),
            (
                is_ranked,
                &[
                    "1st",
                    "22nd",
                    "1 - bad",
                    "2: high",
                    "3) x",
                    "1=yes",
                    "IV",
                    "Class II",
                    "\u{2605}\u{2605}\u{2606}",
                    "+++",
                    "\u{2605}\u{2605}",
                ],
                &["1", "1-A", "12 B", "A1", "first", "MIX", "+-", "3x"],
            ),
            (
                is_decade,
                &["1990s", "2000's"],
                &["1995s", "90s", "1990", "9990s"],
            ),
        ];
        for (is_one, right, wrong) in forms {
            for text in right {
                assert!(is_one(text), "{text}");
            }
            for text in wrong {
                assert!(!is_one(text), "{text}");
            }
        }
    }
}
