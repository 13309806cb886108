//! Numbers in forms that no option reads: in other digits, behind quote marks, as formulas, as fractions, with their error.

use std::borrow::Cow;

use super::date::{is_day_of_month, is_time};
use super::readings::Readings;
use super::worded::{has_interval, is_bound, is_fiscal_year, is_half, is_iso_span, is_rating};

/// A form in which a number is refused, whatever the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// `１２`, `①`, in the digits of another script, of full width or in circles.
    Digits,
    /// `'0.1`: a spreadsheet's mark of text, or quote marks that are part of the cell.
    Quoted,
    /// `="100"`: a spreadsheet's formula.
    Formula,
    /// `1/2`, `1 1/2`, `½`.
    Fraction,
    /// `5±1`, `12.5 (3.1)`, `3.5 [3.1-3.9]`.
    Uncertain,
    /// `2×10^3`.
    Power,
    /// `5'11"`.
    FeetAndInches,
    /// `12°30'`.
    Angle,
    /// `[1, 2]`.
    Several,
    /// `2024Q1`.
    Quarter,
    /// `~10`, `ca. 10`.
    Rounded,
    /// `<5`, `>=100`, `5 or more`: a number where numbers stand beside it, and else perhaps a class of them.
    Bound,
    /// `1h30`, `2 h 15 min`, `PT1H30M`.
    Span,
    /// `1.0D+01`.
    Fortran,
    /// `10*`, `10²`, `10[1]`.
    Footnote,
    /// `12-Mar`.
    DayOfMonth,
    /// `2020-W01`.
    Week,
    /// `2019-048`.
    DayOfYear,
    /// `2019/20`.
    Season,
    /// `#####`.
    Narrow,
    /// `0x1F`.
    Hexadecimal,
    /// `3.0 out of 5 stars`.
    Rating,
    /// `H1 2020`.
    Half,
    /// `FY2019`.
    FiscalYear,
    /// `10-19`: told where numbers stand beside it, and else a class.
    Range,
    /// `1990s`: likewise.
    Decade,
}

impl Odd {
    /// What a text is of these; `is_value` tells a number, perhaps in disguise, or a date, of which such a form is made.
    pub fn of(text: &str, is_value: fn(&str) -> bool) -> Option<Self> {
        if let Cow::Owned(plain) = in_plain_digits(text) {
            return is_value(&plain).then_some(Self::Digits);
        }
        if let Some(formula) = text.strip_prefix('=') {
            return is_value(unquoted(formula).unwrap_or(formula)).then_some(Self::Formula);
        }
        if let Some(inner) = unquoted(text) {
            return is_value(inner).then_some(Self::Quoted);
        }
        if is_season(text) {
            return Some(Self::Season);
        }
        if is_fraction(text) {
            return Some(Self::Fraction);
        }
        if is_quarter(text) {
            return Some(Self::Quarter);
        }
        if is_half(text) {
            return Some(Self::Half);
        }
        if is_fiscal_year(text) {
            return Some(Self::FiscalYear);
        }
        if is_week(text) {
            return Some(Self::Week);
        }
        if is_day_of_year(text) {
            return Some(Self::DayOfYear);
        }
        if is_day_of_month(text) {
            return Some(Self::DayOfMonth);
        }
        if text.len() > 2 && text.bytes().all(|byte| byte == b'#') {
            return Some(Self::Narrow);
        }
        if is_hexadecimal(text) {
            return Some(Self::Hexadecimal);
        }
        if is_feet_and_inches(text) {
            return Some(Self::FeetAndInches);
        }
        if is_angle(text) {
            return Some(Self::Angle);
        }
        if is_several(text) {
            return Some(Self::Several);
        }
        if behind(text, &ROUNDED).is_some_and(is_value) {
            return Some(Self::Rounded);
        }
        if behind(text, &BOUNDS).is_some_and(is_value) || is_bound(text, is_value) {
            return Some(Self::Bound);
        }
        if is_span(text) || is_days_and_time(text) || is_iso_span(text) {
            return Some(Self::Span);
        }
        if is_fortran(text) {
            return Some(Self::Fortran);
        }
        if without_footnote(text).is_some_and(|rest| !Readings::of(rest).is_empty()) {
            return Some(Self::Footnote);
        }
        let is_number: fn(&str) -> bool = |text| !Readings::of(text.trim()).is_empty();
        if is_rating(text, is_number) {
            return Some(Self::Rating);
        }
        let parts = |mark: &str| {
            let (one, other) = text.split_once(mark)?;
            (is_number(one) && !one.trim().is_empty()).then(|| other.trim())
        };
        if ["\u{B1}", "+/-", "+-"]
            .into_iter()
            .any(|mark| parts(mark).is_some_and(is_number))
            || has_interval(text, is_number)
        {
            return Some(Self::Uncertain);
        }
        let exponent = |text: &str| {
            text.strip_prefix("10^")
                .or_else(|| text.strip_prefix("10**"))
                .is_some_and(is_number)
        };
        let power = ["\u{D7}", "x", "*", "\u{B7}"]
            .into_iter()
            .any(|mark| parts(mark).is_some_and(exponent));
        (power || exponent(text)).then_some(Self::Power)
    }

    /// What it is.
    pub fn what(self) -> &'static str {
        match self {
            Self::Digits => "a number in full-width digits, or those of another script",
            Self::Quoted => "a number after a quote mark",
            Self::Formula => "a number as a spreadsheet's formula",
            Self::Fraction => "a fraction, or two numbers in one cell",
            Self::Uncertain => "a number with its error or interval",
            Self::Power => "a number with a power of ten",
            Self::FeetAndInches => "a length in feet and inches",
            Self::Angle => "an angle in degrees and minutes",
            Self::Several => "a list of numbers in one cell",
            Self::Quarter => "a quarter of a year",
            Self::Rounded => "a number that is not exact",
            Self::Bound => "a bound, not a number",
            Self::Span => "a span of time in several units",
            Self::Fortran => "a number with an exponent of Fortran's",
            Self::Footnote => "a number with a footnote mark or a power after it",
            Self::DayOfMonth => "a day without its year, as spreadsheets make of other texts",
            Self::Week => "a week of a year",
            Self::DayOfYear => "a day of a year by its number",
            Self::Season => "a season, or two years",
            Self::Narrow => "what a spreadsheet shows for a number in too narrow a column",
            Self::Hexadecimal => "a number in hexadecimal digits",
            Self::Rating => "a rating, a number out of another",
            Self::Half => "a half of a year",
            Self::FiscalYear => "a fiscal year",
            Self::Range => "a range, and there are numbers in the column",
            Self::Decade => "a decade, and there are numbers in the column",
        }
    }

    /// What can be done.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Digits => "write it in the digits 0 to 9",
            Self::Quoted => "take the quote mark out of the cell",
            Self::Formula => "write its value alone",
            Self::Fraction => "write 0.5 for 1/2, and two numbers in two columns",
            Self::Uncertain => "write the error in a column of its own, or leave it out",
            Self::Power => "write it as 2e3",
            Self::FeetAndInches => "write it in one unit, 71 for 5'11\"",
            Self::Angle => "write it in degrees, 12.5 for 12\u{B0}30'",
            Self::Several => "write each in a column of its own, without brackets",
            Self::Quarter => "write it as a number, 2024.25 for 2024Q2, or in two columns",
            Self::Rounded => "write the number alone",
            Self::Bound => "write a number in its place, the bound itself for instance",
            Self::Span => "write it in one unit, 1.5 for 1h30",
            Self::Fortran => "write E for the D",
            Self::Footnote => "write the number alone",
            Self::DayOfMonth => "write the date whole, or the text that it was",
            Self::DayOfYear => "write the date whole, 2019-02-17 for 2019-048",
            Self::Week => "write the first day of it, or year and week in two columns",
            Self::Season => "write the year in which it begins",
            Self::Narrow => "widen the column and save the file again",
            Self::Hexadecimal => "write it in the digits 0 to 9",
            Self::Rating => "write the first number alone",
            Self::Half => "write it as a number, 2024.5 for 2024H2, or in two columns",
            Self::FiscalYear => "write the year alone",
            Self::Range => "write a number in its place, the middle for instance",
            Self::Decade => "write its first year alone",
        }
    }
}

/// What stands before a number that is not exact.
const ROUNDED: [&str; 9] = [
    "~", "\u{2248}", "\u{2243}", "ca.", "ca ", "circa ", "approx.", "approx ", "about ",
];

/// What stands before a bound; the longer ones first.
const BOUNDS: [&str; 6] = ["<=", ">=", "<", ">", "\u{2264}", "\u{2265}"];

/// What follows the first of these words that a text begins with.
fn behind<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let rest = words.iter().find_map(|word| text.strip_prefix(word))?;
    Some(rest.trim_start())
}

/// Whether a text is a time in two units or more, of which the last may go without: `1h30`, `2 h 15 min`, `3d4h`.
fn is_span(text: &str) -> bool {
    const UNITS: [&str; 16] = [
        "days", "day", "d", "hours", "hour", "hrs", "hr", "h", "minutes", "mins", "min", "m",
        "seconds", "secs", "sec", "s",
    ];
    let (mut rest, mut parts, mut last) = (text, 0, "");
    while !rest.is_empty() {
        let digits = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
            .count();
        if digits == 0 {
            return false;
        }
        rest = rest[digits..].trim_start();
        parts += 1;
        let letters = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        if letters == 0 {
            // Minutes behind hours are often not named.
            return rest.is_empty() && parts > 1 && last.starts_with('h');
        }
        last = &rest[..letters];
        if !UNITS.contains(&last) {
            return false;
        }
        rest = rest[letters..].trim_start();
    }
    parts > 1
}

/// Whether a text is days and a time of day, as programs write a span: `0 days 00:12:00`, `1 day, 2:03:04`.
fn is_days_and_time(text: &str) -> bool {
    let Some((days, rest)) = text.split_once(" day") else {
        return false;
    };
    let days = days.strip_prefix('-').unwrap_or(days);
    let time = rest.strip_prefix('s').unwrap_or(rest);
    let time = time.strip_prefix(',').unwrap_or(time).trim_start();
    let time = time.strip_prefix(['+', '-']).unwrap_or(time);
    !days.is_empty() && days.bytes().all(|byte| byte.is_ascii_digit()) && is_time(time)
}

/// Whether a text is two years one after another, the second perhaps in two digits.
fn is_season(text: &str) -> bool {
    let parts = text.split_once(['/', '-', '\u{2013}']);
    let Some((Ok(year @ 1900..2100), below)) =
        parts.map(|(above, below)| (above.parse::<u32>(), below))
    else {
        return false;
    };
    let Ok(next) = below.parse::<u32>() else {
        return false;
    };
    next == year + 1 && below.len() == 4
        || text.contains('/') && below.len() == 2 && next == (year + 1) % 100
}

/// Whether a text is a year and a week of it, perhaps with the day: `2020-W01`, `2020W01-3`.
fn is_week(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((year, week)) = text.split_once('W') else {
        return false;
    };
    let year = year.strip_suffix('-').unwrap_or(year);
    let (week, day) = week.split_once('-').unwrap_or((week, ""));
    let in_year = week.parse().is_ok_and(|week| (1..54).contains(&week));
    year.len() == 4 && digits(year) && week.len() == 2 && in_year && day.len() < 2 && digits(day)
}

/// Whether a text is a year and the number of one of its days: `2019-048`.
fn is_day_of_year(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(year, day)| {
        let is_year = year.len() == 4 && digits(year) && ("1900".."2100").contains(&year);
        let is_day = day.len() == 3 && digits(day) && ("001".."367").contains(&day);
        is_year && is_day
    })
}

/// Whether a text is hexadecimal digits behind `0x`.
fn is_hexadecimal(text: &str) -> bool {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The text without the mark of a footnote or a power at its end: asterisks and daggers, raised digits and letters, brackets.
fn without_footnote(text: &str) -> Option<&str> {
    const RAISED: &str = "\u{B9}\u{B2}\u{B3}\u{AA}\u{BA}\u{2070}\u{2074}\u{2075}\u{2076}\u{2077}\u{2078}\u{2079}\u{207A}\u{207B}\u{207F}\u{1D43}\u{1D47}\u{1D9C}\u{1D48}";
    let is_mark = |c: char| {
        matches!(c, '*' | '\u{2020}' | '\u{2021}' | '\u{A7}' | '\u{B6}') || RAISED.contains(c)
    };
    if let Some((number, note)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        let short = !note.is_empty() && note.chars().count() <= 3;
        let right = note.chars().all(char::is_alphanumeric);
        return (short && right).then(|| number.trim_end());
    }
    let rest = text.trim_end_matches(is_mark);
    (rest.len() < text.len()).then(|| rest.trim_end())
}

/// Whether a text is a number with `D` before its exponent; `12D3` is a code.
fn is_fortran(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['D', 'd']) else {
        return false;
    };
    let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let has_digits = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    let marked = mantissa.contains('.') || unsigned.len() < exponent.len();
    has_digits && marked && mantissa.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The text without a quote mark at its beginning, and the one at its end if there is one.
fn unquoted(text: &str) -> Option<&str> {
    const MARKS: &str = "'\"`\u{B4}\u{2018}\u{2019}\u{201C}\u{201D}\u{201E}";
    let is_mark = |c: char| MARKS.contains(c);
    let inner = text.strip_prefix(is_mark)?;
    Some(inner.strip_suffix(is_mark).unwrap_or(inner).trim())
}

/// Whether a text is two numbers around a slash, perhaps behind a whole one, or ends with the character of a fraction.
fn is_fraction(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.trim_start_matches(['-', '+', '\u{2212}']);
    if let Some(whole) = unsigned.strip_suffix(
        |c: char| matches!(c, '\u{BC}'..='\u{BE}' | '\u{2150}'..='\u{215E}' | '\u{2189}'),
    ) {
        let whole = whole.trim_end();
        return whole.is_empty() || digits(whole);
    }
    let Some((above, below)) = unsigned.split_once(['/', '\u{2044}']) else {
        return false;
    };
    let decimal = |text: &str| {
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        digits(whole) && digits(decimals)
    };
    let mut above = above.split_whitespace();
    let first = above.next().unwrap_or_default();
    let right = match above.next() {
        Some(last) => digits(first) && digits(last),
        None => decimal(first),
    };
    right && above.next().is_none() && decimal(below.trim())
}

/// Whether a text is a year and a quarter, in either order.
fn is_quarter(text: &str) -> bool {
    let is_quarter = |text: &str| matches!(text, "Q1" | "Q2" | "Q3" | "Q4");
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let marks = [' ', '-', '/', '_', ':'];
    let (Some(year), Some(quarter)) = (text.get(..4), text.get(4..)) else {
        return false;
    };
    is_year(year) && is_quarter(quarter.trim_start_matches(marks))
        || (text.get(..2)).is_some_and(is_quarter)
            && text
                .get(2..)
                .is_some_and(|rest| is_year(rest.trim_start_matches(marks)))
}

fn is_feet_and_inches(text: &str) -> bool {
    let digits = |text: &str| {
        let text = text.trim();
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let parts = text
        .split_once(['\'', '\u{2032}', '\u{2019}'])
        .or_else(|| text.split_once("ft"));
    parts.is_some_and(|(feet, inches)| {
        let inches = inches
            .trim_end_matches(['"', '\'', '\u{2033}', '\u{201D}'])
            .trim_end_matches("in");
        // `3'000` has its thousands apart.
        digits(feet) && digits(inches) && Readings::of(text).is_empty()
    })
}

/// Whether a text is degrees and parts of them, perhaps with a direction.
fn is_angle(text: &str) -> bool {
    text.split_once(['\u{B0}', '\u{BA}'])
        .is_some_and(|(degrees, parts)| {
            let parts = parts.trim();
            let is_part = |c: char| {
                c.is_ascii_digit() || ".,'\"\u{2032}\u{2033}\u{2019}\u{201D} NSEWO".contains(c)
            };
            !Readings::of(degrees.trim()).is_empty()
                && !degrees.trim().is_empty()
                && parts.starts_with(|c: char| c.is_ascii_digit())
                && parts.chars().all(is_part)
        })
}

/// Whether a text is numbers in brackets, with commas, semicolons or spaces between them; `(1,000)` is a negative one.
fn is_several(text: &str) -> bool {
    let mut ends = text.chars();
    let brackets = (ends.next(), ends.next_back());
    let inner = ends.as_str().trim();
    let square = matches!(brackets, (Some('['), Some(']')) | (Some('{'), Some('}')));
    if !square && brackets != (Some('('), Some(')')) {
        return false;
    }
    let mut parts = inner.split([',', ';', ' ']).filter(|part| !part.is_empty());
    let several = parts.clone().count() > 1 && (square || Readings::of(inner).is_empty());
    several && parts.all(|part| part.parse::<f64>().is_ok_and(f64::is_finite))
}

/// The text in ASCII where it has decimal digits of other kinds, and the marks that go with these.
fn in_plain_digits(text: &str) -> Cow<'_, str> {
    /// The zeros of scripts whose ten digits follow each other.
    const ZEROS: [u32; 16] = [
        0xFF10, 0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xC66, 0xCE6, 0xE50, 0x1D7CE,
        // Before the circled ones: they have no zero.
        0x245F, 0x2775, 0x277F, 0x2789,
    ];
    let digit = |c: char| {
        let of = |zero: &u32| u32::from(c).checked_sub(*zero).filter(|digit| *digit < 10);
        ZEROS
            .iter()
            .find_map(of)
            .and_then(|digit| char::from_digit(digit, 10))
    };
    if text.is_ascii() || !text.chars().any(|c| digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| match c {
        // Arabic marks of decimals and thousands.
        '\u{66B}' => '.',
        '\u{66C}' => ',',
        // The other forms of full width are ASCII, shifted.
        '\u{FF01}'..='\u{FF5E}' if digit(c).is_none() => {
            char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
        }
        '\u{3000}' => ' ',
        c => digit(c).unwrap_or(c),
    };
    Cow::Owned(text.chars().map(plain).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::disguise::is_value;

    #[test]
    fn odd_forms_are_recognised() {
        for (text, odd) in [
            ("１２", Odd::Digits),
            ("１２．５", Odd::Digits),
            ("－３", Odd::Digits),
            ("１，２００", Odd::Digits),
            ("１２％", Odd::Digits),
            ("٣٫٥", Odd::Digits),
            ("२०२०", Odd::Digits),
            ("'0.1'", Odd::Quoted),
            ("'0.1", Odd::Quoted),
            ("\u{2019}5", Odd::Quoted),
            ("\"0,1\"", Odd::Quoted),
            ("'2020-01-31", Odd::Quoted),
            ("=\"100\"", Odd::Formula),
            ("=100", Odd::Formula),
            ("1/2", Odd::Fraction),
            ("-3/4", Odd::Fraction),
            ("1 1/2", Odd::Fraction),
            ("120/80", Odd::Fraction),
            ("½", Odd::Fraction),
            ("2½", Odd::Fraction),
            ("5±1", Odd::Uncertain),
            ("5.0 ± 0.1", Odd::Uncertain),
            ("5 +/- 1", Odd::Uncertain),
            ("2×10^3", Odd::Power),
            ("1.5x10^-3", Odd::Power),
            ("10^6", Odd::Power),
            ("5'11\"", Odd::FeetAndInches),
            ("5' 11", Odd::FeetAndInches),
            ("5 ft 11 in", Odd::FeetAndInches),
            ("2019-048", Odd::DayOfYear),
            ("2024Q1", Odd::Quarter),
            ("2024-Q4", Odd::Quarter),
            ("Q2 2024", Odd::Quarter),
            ("~10", Odd::Rounded),
            ("~ 1,200", Odd::Rounded),
            ("ca. 5", Odd::Rounded),
            ("<5", Odd::Bound),
            (">= 10", Odd::Bound),
            ("\u{2264}0.01", Odd::Bound),
            ("1h30", Odd::Span),
            ("2 h 15 min", Odd::Span),
            ("1h 30m 20s", Odd::Span),
            ("1.0D+01", Odd::Fortran),
            ("-2.5d-3", Odd::Fortran),
        ] {
            assert_eq!(Odd::of(text, is_value), Some(odd), "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "'",
            "=",
            "=A1+B2",
            "'yes'",
            "a/b",
            "1/2/3",
            "1/",
            "/2",
            "n/a",
            "5",
            "1-2",
            "<=50K",
            "<x",
            "0<=X<200",
            "12D3",
            "2d3",
            "1h",
            "h30",
            "3 m",
            "第１回",
            "±",
            "±5",
            "km/h",
            "2x4",
            "10^x",
            "1 2 3/4",
            "2019-20",
            "2020-W54",
            "2019-367",
            "1066-048",
            "W01",
            "32-Mar",
            "12-Ma",
            "0xyz",
            "1F",
            "##",
            "#1",
            "[1]",
            "10[see]below",
            "*",
            "A*",
            "2 days ago",
            "5'",
            "3ft",
            "3'000",
            "4'811.50",
            "Q1",
            "2024Q5",
            "2024",
            "año Q1",
        ] {
            assert_eq!(Odd::of(text, is_value), None, "{text}");
        }
    }
}
