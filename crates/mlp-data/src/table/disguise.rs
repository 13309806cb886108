//! Numbers and dates in disguise: what a text that is not a number looks like to a person.

use super::cell::{TableCell, is_flag, is_gap};
use super::date::{Orders, is_time, orders};
use super::number::is_indian;
use super::odd::Odd;
use super::readings::Readings;
use super::worded::{is_decade, is_range};

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Disguise<'a> {
    pub kind: Kind<'a>,
    /// The marks with which the digits are a number; none where nothing in them needs to be known.
    pub readings: Readings,
}

impl Disguise<'_> {
    /// A form that no option reads.
    pub fn odd(odd: Odd) -> Self {
        Self {
            kind: Kind::Odd(odd),
            readings: Readings::of(""),
        }
    }
}

/// What it is that makes the text no number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// The decimal mark, or marks between groups of digits.
    Marked,
    /// A currency.
    Money(&'a str),
    /// `%` or `‰`.
    Percent(&'a str),
    /// A word behind the number.
    Unit {
        word: &'a str,
        /// A word that is known to be a unit.
        known: bool,
        /// A space before the word.
        spaced: bool,
    },
    /// A sign or a word before the number, no unit that is known: `#1`, `No. 1`.
    Label {
        word: &'a str,
        /// A sign without letters, which is no name.
        symbol: bool,
    },
    /// Parentheses, a minus behind the number, or a dash before it.
    Negative,
    /// A date.
    Date(Orders),
    /// A time of day, or a span.
    Time,
    /// A form that no option reads.
    Odd(Odd),
}

/// What a cell looks like at a glance, before the column is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing, or a word for it.
    Nothing,
    /// A number, perhaps in disguise, or a date.
    Value,
    /// Anything else.
    Text,
}

/// What a cell looks like.
pub(super) fn look(text: &str) -> Look {
    match TableCell::of(text) {
        TableCell::Missing(_) | TableCell::Absent(_) => Look::Nothing,
        TableCell::Number(..) | TableCell::NotFinite(_) => Look::Value,
        TableCell::Text(text) if is_gap(text) => Look::Nothing,
        TableCell::Text(text) => match disguise(text).map(|found| found.kind) {
            Some(Kind::Unit {
                word, spaced: true, ..
            }) if is_flag(word) => Look::Value,
            None | Some(Kind::Unit { known: false, .. } | Kind::Label { .. }) => Look::Text,
            Some(_) => Look::Value,
        },
    }
}

/// Whether a text is a number with a comma between thousands, or before one or two decimals.
pub(super) fn is_parted(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let behind = digits.split_once(',').map_or("", |(_, behind)| behind);
    let whole = behind.split('.').next().unwrap_or_default();
    let right = whole.bytes().all(|byte| byte.is_ascii_digit());
    right && (1..=3).contains(&whole.len()) && look(text) == Look::Value
}

/// Whether a text is a number, perhaps in disguise, or a date.
pub(super) fn is_value(text: &str) -> bool {
    look(text) == Look::Value
}

/// What a text is that is ordered as numbers are, and may be a class or a category where no numbers stand beside it.
pub(super) fn ordered(text: &str) -> Option<Odd> {
    if is_decade(text) {
        return Some(Odd::Decade);
    }
    let is_known = || {
        let kind = disguise(text).map(|found| found.kind);
        kind.is_some_and(|kind| !matches!(kind, Kind::Unit { .. } | Kind::Label { .. }))
    };
    (is_range(text, is_value) && !is_known()).then_some(Odd::Range)
}

#[cfg(test)]
thread_local! {
    /// How many texts a test has looked at so.
    pub(super) static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// What a text looks like that is not a number with the marks that are in force.
pub(super) fn disguise(text: &str) -> Option<Disguise<'_>> {
    #[cfg(test)]
    LOOKS.set(LOOKS.get() + 1);
    let of = |kind| Disguise {
        kind,
        readings: Readings::of(""),
    };
    // Dates come before fractions: `01/2020`.
    let orders = orders(text);
    if !orders.is_empty() {
        return Some(of(Kind::Date(orders)));
    }
    if is_time(text) {
        return Some(of(Kind::Time));
    }
    if let Some(odd) = Odd::of(text, is_value) {
        return Some(Disguise::odd(odd));
    }
    let digits = &text[..text.len() - power(text)];
    let first = digits.find(|c: char| c.is_ascii_digit())?;
    let last = digits.rfind(|c: char| c.is_ascii_digit())? + 1;
    // `.5` and `,5` begin with their mark, and `5,` ends with it.
    let mut starts = vec![first];
    if text[..first].ends_with(['.', ',']) {
        starts.push(first - 1);
    }
    let mut ends = vec![last];
    if text[last..].starts_with(['.', ',']) {
        ends.push(last + 1);
    }
    for &start in &starts {
        for &end in &ends {
            let core = &text[start..end];
            let readings = Readings::of(core);
            if readings.is_empty() && !is_indian(core) {
                continue;
            }
            let (before, behind) = (around(&text[..start]), around(&text[end..]));
            if let Some(kind) = kind(before, behind) {
                return Some(Disguise { kind, readings });
            }
        }
    }
    None
}

/// The length of a unit's power at the end: of `m2`, `m^2`, `kg/m3`.
fn power(text: &str) -> usize {
    let Some(base) = text.strip_suffix(['2', '3']) else {
        return 0;
    };
    let base = base.strip_suffix('^').unwrap_or(base);
    let ends = |unit: &&str| {
        let rest = base.strip_suffix(*unit);
        rest.is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit() || " /".contains(c)))
    };
    match POWERED.iter().any(ends) {
        true => text.len() - base.len(),
        false => 0,
    }
}

/// Units that are squared and cubed.
const POWERED: [&str; 9] = ["m", "km", "cm", "mm", "ft", "in", "mi", "yd", "s"];

/// Whether a word is a unit by itself: one of the list, or a power of one.
fn is_unit(word: &str) -> bool {
    let powered = || {
        let base = word.strip_suffix(['2', '3'])?;
        Some(base.strip_suffix('^').unwrap_or(base))
    };
    let base = |base: &str| {
        POWERED.iter().any(|unit| {
            base.strip_suffix(unit)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        })
    };
    UNITS.contains(&word) || powered().is_some_and(base)
}

/// What stands before or behind the digits.
#[derive(Clone, Copy)]
struct Around<'a> {
    word: &'a str,
    /// Parentheses, or a sign where numbers have none.
    parenthesis: bool,
    sign: Option<char>,
    spaced: bool,
}

/// Takes a parenthesis and a sign off, on either side.
fn around(text: &str) -> Around<'_> {
    let inner = text.trim();
    // A word in brackets is one behind the number: `5 (est.)`.
    if inner.starts_with('(') && inner.ends_with(')') {
        return Around {
            word: inner,
            parenthesis: false,
            sign: None,
            spaced: true,
        };
    }
    let word = inner.trim_matches(['(', ')']).trim();
    let signs = ['-', '+', '\u{2212}', '\u{2013}'];
    let before = (word.strip_prefix(signs)).or_else(|| word.strip_suffix(signs));
    let sign = before.and_then(|_| {
        let first = word.chars().next().filter(|c| signs.contains(c));
        first.or_else(|| word.chars().next_back())
    });
    let stripped = before.unwrap_or(word).trim();
    Around {
        word: stripped,
        parenthesis: word.len() != inner.len(),
        sign,
        spaced: text.len() != text.trim().len(),
    }
}

fn kind<'a>(before: Around<'a>, behind: Around<'a>) -> Option<Kind<'a>> {
    if before.parenthesis != behind.parenthesis || before.sign.is_some() && behind.sign.is_some() {
        return None;
    }
    // `12-B` is a code.
    if behind.sign.is_some() && !behind.word.is_empty() && !is_currency(behind.word) {
        return None;
    }
    let negative = before.parenthesis || before.sign == Some('\u{2013}') || behind.sign.is_some();
    if behind.sign == Some('+') && behind.word.is_empty() {
        // `10,000+` is a number with something behind it.
        return before.word.is_empty().then_some(Kind::Unit {
            word: "+",
            known: false,
            spaced: behind.spaced,
        });
    }
    match (before.word, behind.word) {
        ("", "") if negative => Some(Kind::Negative),
        ("", "") => Some(Kind::Marked),
        (sign, "") | ("", sign) if is_percent(sign) => Some(Kind::Percent(sign)),
        (sign, "") if is_currency_before(sign, before.spaced) => Some(Kind::Money(sign)),
        ("", sign) if is_currency(sign) => Some(Kind::Money(sign)),
        (sign, size) if is_currency_before(sign, before.spaced) && is_size(size) => {
            Some(Kind::Money(sign))
        }
        // `1,5 Mio. €`, `3k€`
        ("", words) if size_before_currency(words).is_some() => Some(Kind::Money(words)),
        ("", word) if is_word(word) || is_symbol(word) => Some(Kind::Unit {
            word,
            known: is_unit(word) || is_symbol(word),
            spaced: behind.spaced,
        }),
        (word, "") if !negative && before.sign.is_none() => {
            let symbol = is_symbol(word);
            // `A12` is a code.
            let apart = before.spaced || word.ends_with('.');
            (symbol || apart && is_word(word)).then_some(Kind::Label { word, symbol })
        }
        _ => None,
    }
}

/// Whether a sign is a share or a size, which a number without it is not of.
pub(super) fn is_scale(word: &str) -> bool {
    is_percent(word) || is_size(word) && word != "m"
}

pub(super) fn is_percent(word: &str) -> bool {
    matches!(word, "%" | "\u{2030}" | "\u{FF05}" | "percent" | "pct")
}

/// Signs of currencies, and letters that stand for one.
fn is_currency(word: &str) -> bool {
    const SIGNS: &str = "$€£¥₹₽₩₺₪₫฿₴₦₱₿¢円元원";
    const WORDS: [&str; 44] = [
        "kr", "kr.", "zł", "Kč", "Ft", "lei", "Rs", "Rs.", "Fr.", "SFr.", "EUR", "USD", "GBP",
        "JPY", "CNY", "INR", "BRL", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK",
        "HUF", "RUB", "TRY", "ZAR", "MXN", "KRW", "SGD", "HKD", "ILS", "THB", "IDR", "VND", "COP",
        "ARS", "CLP", "Euro", "euros", "руб.",
    ];
    let mut characters = word.chars();
    let ends = characters.next_back().is_some_and(|c| SIGNS.contains(c));
    let country = characters.as_str();
    ends && country.len() <= 3 && country.bytes().all(|byte| byte.is_ascii_uppercase())
        || WORDS.contains(&word)
}

/// Letters need a space or a full stop before the number: `DKK12` may be a code.
fn is_currency_before(word: &str, spaced: bool) -> bool {
    is_currency(word) && (spaced || !word.ends_with(char::is_alphabetic))
}

/// Words for thousands and more behind an amount of money.
pub(super) fn is_size(word: &str) -> bool {
    const SIZES: [&str; 22] = [
        "k", "K", "m", "M", "mn", "Mn", "b", "B", "bn", "Bn", "T", "Mio", "Mio.", "Mrd", "Mrd.",
        "million", "千", "万", "億", "兆", "만", "억",
    ];
    SIZES.contains(&word)
}

/// The word for thousands or more before a currency: `Mio. €`, `k€`.
pub(super) fn size_before_currency(words: &str) -> Option<&str> {
    let mut ends = words.char_indices().map(|(end, _)| words.split_at(end));
    let found = ends.find(|(size, sign)| is_size(size.trim_end()) && is_currency(sign));
    found.map(|(size, _)| size.trim_end())
}

/// Whether something is a sign: without letters, and none of the marks that stand between words.
fn is_symbol(word: &str) -> bool {
    const BETWEEN: &str = "_()[]{}<>'\"`,.:;/\\|-+=~*";
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !BETWEEN.contains(c);
    (1..=3).contains(&word.chars().count()) && word.chars().all(is_sign)
}

/// Whether something may be a unit: one short word without digits, perhaps in brackets.
fn is_word(word: &str) -> bool {
    let bare = word
        .strip_prefix('(')
        .and_then(|word| word.strip_suffix(')'));
    let word = bare.unwrap_or(word);
    word.chars().count() <= 12
        && word.starts_with(|c: char| c.is_alphabetic() || "°µ'\"\u{2032}\u{2033}".contains(c))
        && !word.contains(char::is_whitespace)
}

/// Units that need no space to be recognised. Those that also are codes (`2D`, `4A`, `1980s`) are left out.
const UNITS: [&str; 117] = [
    "KG", "KM", "CM", "MM", "LBS", "kg", "g", "mg", "µg", "lb", "lbs", "oz", "km", "m", "cm", "mm",
    "nm", "µm", "mi", "ft", "in", "yd", "'", "\"", "\u{2032}", "\u{2033}", "h", "hr", "hrs", "min",
    "mins", "sec", "secs", "ms", "day", "days", "week", "weeks", "month", "months", "mo", "yr",
    "yrs", "year", "years", "kW", "kWh", "MW", "hp", "bhp", "PS", "mA", "mV", "kV", "rpm", "mph",
    "km/h", "kmh", "kmpl", "km/kg", "mpg", "m/s", "°C", "°F", "°", "l", "ml", "cl", "cc", "CC",
    "m²", "km²", "m³", "sqft", "sqm", "ft²", "ha", "acres", "GB", "MB", "KB", "kB", "TB", "Hz",
    "kHz", "MHz", "GHz", "Mbps", "px", "dpi", "psi", "bar", "hPa", "kPa", "ppm", "dB", "kcal",
    "kJ", "Nm", "bpm", "mmHg", "mg/dL", "mmol/L", "歳", "才", "個", "人", "台", "件", "回", "本",
    "枚", "名", "年", "日", "時間", "分",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> String {
        match disguise(text).map(|found| found.kind) {
            None => "none".to_owned(),
            Some(Kind::Marked) => "marked".to_owned(),
            Some(Kind::Money(sign)) => format!("money {sign}"),
            Some(Kind::Percent(_)) => "percent".to_owned(),
            Some(Kind::Unit {
                word,
                known,
                spaced,
            }) => {
                format!(
                    "unit {word}{}{}",
                    if known { " known" } else { "" },
                    if spaced { " spaced" } else { "" }
                )
            }
            Some(Kind::Label { word, .. }) => format!("label {word}"),
            Some(Kind::Negative) => "negative".to_owned(),
            Some(Kind::Date(_)) => "date".to_owned(),
            Some(Kind::Time) => "time".to_owned(),
            Some(Kind::Odd(odd)) => format!("{odd:?}").to_lowercase(),
        }
    }

    #[test]
    fn numbers_are_seen_through_their_disguise() {
        for (text, found) in [
            ("4,5", "marked"),
            (",5", "marked"),
            ("1,000", "marked"),
            ("1,234,567.5", "marked"),
            ("1.234.567,5", "marked"),
            ("3 000", "marked"),
            ("3\u{A0}000", "marked"),
            ("3'000", "marked"),
            ("1_000", "marked"),
            ("1,00,000", "marked"),
            ("$3.00", "money $"),
            ("-$3", "money $"),
            ("$-3", "money $"),
            ("($3.00)", "money $"),
            ("R$ 1.234,56", "money R$"),
            ("US$5", "money US$"),
            ("3,00 €", "money €"),
            ("5 EUR", "money EUR"),
            ("Rs.500", "money Rs."),
            ("€110.5M", "money €"),
            ("12 %", "percent"),
            ("-12,5%", "percent"),
            ("3.0 kg", "unit kg known spaced"),
            ("12km/h", "unit km/h known"),
            ("5 stars", "unit stars spaced"),
            ("5 KG", "unit KG known spaced"),
            ("4WD", "unit WD"),
            ("10,000+", "unit +"),
            ("(3.00)", "negative"),
            ("3.00-", "negative"),
            ("\u{2013}3", "negative"),
            ("2020-01-15", "date"),
            ("1/15/2020 12:30", "date"),
            ("12:30", "time"),
            ("30m2", "unit m2 known"),
            ("30 m^2", "unit m^2 known spaced"),
            ("1.5 kg/m3", "unit kg/m3 known spaced"),
            ("30m²", "unit m² known"),
            ("1,5 Mio. €", "money Mio. €"),
            ("3k€", "money k€"),
            ("2020M01", "date"),
            ("PT1H30M", "span"),
            ("12.5 (3.1)", "uncertain"),
            ("3.0 out of 5 stars", "rating"),
            ("5 or more", "bound"),
            ("H1 2020", "half"),
            ("FY2019", "fiscalyear"),
            ("1200円", "money 円"),
            ("35歳", "unit 歳 known"),
            ("01/2020", "date"),
            ("１２", "digits"),
            ("1/2", "fraction"),
            ("<5", "bound"),
            (">= 10", "bound"),
            ("~10", "rounded"),
            ("1h30", "span"),
            ("10*", "footnote"),
            ("1,234[a]", "footnote"),
            ("10\u{B2}", "footnote"),
            ("0.35***", "footnote"),
            ("12-Mar", "dayofmonth"),
            ("2. Sept", "dayofmonth"),
            ("5:30.25", "time"),
            ("125:30:10", "time"),
            ("2020-W01", "week"),
            ("2019/20", "season"),
            ("2019-2020", "season"),
            ("1999/00", "season"),
            ("0 days 00:12:00", "span"),
            ("-1 days +23:00:00", "span"),
            ("#####", "narrow"),
            ("4.5/5", "fraction"),
            ("0x1F", "hexadecimal"),
            ("1.0D+01", "fortran"),
            ("20\u{2103}", "unit \u{2103} known"),
            ("3\u{2605}", "unit \u{2605} known"),
            ("5 (est.)", "unit (est.) spaced"),
            ("5x", "unit x"),
            ("#1", "label #"),
            ("No. 1", "label No."),
            ("Region 12", "label Region"),
            ("12\u{B0}30'", "angle"),
            ("48\u{B0}12'30.5\"N", "angle"),
            ("[1, 2]", "several"),
            ("[1 2 3]", "several"),
            ("(1.5; 2)", "several"),
            ("\u{2460}", "digits"),
        ] {
            assert_eq!(word(text), found, "{text}");
        }
    }

    #[test]
    fn codes_and_ranges_are_none() {
        for text in [
            "red",
            "A12",
            "10-20",
            "<=50K",
            "1,2,3",
            "v1.2.3",
            "DKK12",
            "12-B",
            "(555) 123-4567",
            "a1b2",
            "R2",
            "10 Downing Street",
            "-",
            "",
            "3-4-5",
            "_1",
            "x5",
            "Anna (7)",
            "[a, 1]",
            "1_",
            "1 2 3",
        ] {
            assert_eq!(word(text), "none", "{text}");
        }
    }
}
