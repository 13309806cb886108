//! Numbers in forms that no option reads: in other digits, behind quote marks, as formulas, as fractions, with their error.

use std::borrow::Cow;

use super::disguise::{Look, Readings, look};

/// A form in which a number is refused, whatever the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// `１２`, in the digits of another script or of full width.
    Digits,
    /// `'0.1`: a spreadsheet's mark of text, or quote marks that are part of the cell.
    Quoted,
    /// `="100"`: a spreadsheet's formula.
    Formula,
    /// `1/2`, `1 1/2`, `½`.
    Fraction,
    /// `5±1`.
    Uncertain,
    /// `2×10^3`.
    Power,
    /// `5'11"`.
    FeetAndInches,
    /// `2024Q1`.
    Quarter,
    /// `~10`, `ca. 10`.
    Rounded,
    /// `<5`, `>=100`: a number where numbers stand beside it, and else perhaps a class of them.
    Bound,
    /// `1h30`, `2 h 15 min`.
    Span,
    /// `1.0D+01`.
    Fortran,
}

impl Odd {
    /// What a text is of these.
    pub fn of(text: &str) -> Option<Self> {
        if let Cow::Owned(plain) = in_plain_digits(text) {
            return (look(&plain) == Look::Value).then_some(Self::Digits);
        }
        if let Some(formula) = text.strip_prefix('=') {
            return is_value(unquoted(formula).unwrap_or(formula)).then_some(Self::Formula);
        }
        if let Some(inner) = unquoted(text) {
            return is_value(inner).then_some(Self::Quoted);
        }
        if is_fraction(text) {
            return Some(Self::Fraction);
        }
        if is_quarter(text) {
            return Some(Self::Quarter);
        }
        if is_feet_and_inches(text) {
            return Some(Self::FeetAndInches);
        }
        if behind(text, &ROUNDED).is_some_and(is_value) {
            return Some(Self::Rounded);
        }
        if behind(text, &BOUNDS).is_some_and(is_value) {
            return Some(Self::Bound);
        }
        if is_span(text) {
            return Some(Self::Span);
        }
        if is_fortran(text) {
            return Some(Self::Fortran);
        }
        let is_number = |text: &str| !Readings::of(text.trim()).is_empty();
        let parts = |mark: &str| {
            let (one, other) = text.split_once(mark)?;
            (is_number(one) && !one.trim().is_empty()).then(|| other.trim())
        };
        if ["\u{B1}", "+/-", "+-"]
            .into_iter()
            .any(|mark| parts(mark).is_some_and(is_number))
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
            Self::Digits => "a number in full-width digits, or in those of another script",
            Self::Quoted => "a number behind a quote mark",
            Self::Formula => "a number as a spreadsheet's formula",
            Self::Fraction => "a fraction, or two numbers in one cell",
            Self::Uncertain => "a number with its error",
            Self::Power => "a number with a power of ten",
            Self::FeetAndInches => "a length in feet and inches",
            Self::Quarter => "a quarter of a year",
            Self::Rounded => "a number that is not exact",
            Self::Bound => "a bound and no number",
            Self::Span => "a span of time in several units",
            Self::Fortran => "a number with an exponent of Fortran's",
        }
    }

    /// What can be done.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Digits => "write it in the digits 0 to 9",
            Self::Quoted => "take the quote mark out of the cell",
            Self::Formula => "write its value alone",
            Self::Fraction => "write 0.5 for 1/2, and two numbers in two columns",
            Self::Uncertain => "write the error in a column of its own, or leave it away",
            Self::Power => "write it as 2e3",
            Self::FeetAndInches => "write it in one unit, 71 for 5'11\"",
            Self::Quarter => "write it as a number, 2024.25 for 2024Q2, or in two columns",
            Self::Rounded => "write the number alone",
            Self::Bound => "write a number in its place, the bound itself for instance",
            Self::Span => "write it in one unit, 1.5 for 1h30",
            Self::Fortran => "write E for the D",
        }
    }
}

fn is_value(text: &str) -> bool {
    look(text) == Look::Value
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

/// Whether a text is two whole numbers around a slash, perhaps behind a third, or ends with the character of a fraction.
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
    // `2020/21` is a season.
    if let (Ok(year @ 1900..2100), Ok(next)) = (above.parse::<u32>(), below.parse::<u32>())
        && (next == year + 1 || below.len() == 2 && next == (year + 1) % 100)
    {
        return false;
    }
    let mut above = above.split_whitespace();
    let whole_or_above = above.next().is_some_and(digits);
    let last = above.next();
    whole_or_above && last.is_none_or(digits) && above.next().is_none() && digits(below.trim())
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

/// The text in ASCII where it has decimal digits of other kinds, and the marks that go with these.
fn in_plain_digits(text: &str) -> Cow<'_, str> {
    /// The zeros of scripts whose ten digits follow each other.
    const ZEROS: [u32; 12] = [
        0xFF10, 0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xC66, 0xCE6, 0xE50, 0x1D7CE,
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
            assert_eq!(Odd::of(text), Some(odd), "{text}");
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
            "1.5/2",
            "2020/21",
            "1999/00",
            "2019/2020",
            "5'",
            "3ft",
            "3'000",
            "4'811.50",
            "Q1",
            "2024Q5",
            "2024",
            "año Q1",
        ] {
            assert_eq!(Odd::of(text), None, "{text}");
        }
    }
}
