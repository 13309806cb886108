//! Dates as people write them, and the numbers of days that they are.
//!
//! A date is three numbers separated by `-`, `/` or `.`, or a day and a year around the name of a month (English, French,
//! German, Dutch, Danish, Norwegian, Swedish, Italian, Portuguese or Spanish; two numbers of two digits are told apart by the order alone), or a year and a month alone (`2020-01`, `01/2020`, `2020M01`), which is its first day; `2020年1月31日`; or it is in a form of
//! programs (`08OCT2023`, `20150728T000000`, `Mon Aug 26 10:00:00 2019`, `2022_02_07`). A time of day may stand behind,
//! with fractions of a second, `am` or `pm`, and an offset from UTC. Years of two digits are those of POSIX: 69 to 99 are
//! of the 20th century, the others of the 21st.

use std::borrow::Cow;

use super::format::DateOrder;

/// The orders in which a text may be read as a date, or all of several texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Orders {
    fit: [bool; DateOrder::ALL.len()],
    /// Whether each order makes the same days of them as the one behind it in [`DateOrder::ALL`], the last as the first.
    same: [bool; DateOrder::ALL.len()],
}

impl Orders {
    /// The orders that are in both.
    pub fn and(self, other: Self) -> Self {
        let both =
            |one: [bool; 3], other: [bool; 3]| std::array::from_fn(|at| one[at] && other[at]);
        Self {
            fit: both(self.fit, other.fit),
            same: both(self.same, other.same),
        }
    }

    pub fn is_empty(self) -> bool {
        !self.fit.contains(&true)
    }

    /// The orders, of several that make the same days the first.
    pub fn distinct(self) -> impl Iterator<Item = DateOrder> {
        let [ymd, dmy, mdy] = self.fit;
        let [first, second, third] = self.same;
        let new = [
            ymd,
            dmy && !(ymd && first),
            mdy && !(dmy && second || ymd && third),
        ];
        (DateOrder::ALL.into_iter().zip(new)).filter_map(|(order, is_new)| is_new.then_some(order))
    }
}

/// The orders in which a text is a date; none if it is not a date at all.
pub(super) fn orders(text: &str) -> Orders {
    // Most texts are none, and most of those hold no digit.
    if text.len() < 6 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Orders::default();
    }
    let found = DateOrder::ALL.map(|order| days(text, order));
    Orders {
        fit: found.map(|days| days.is_some()),
        same: std::array::from_fn(|at| found[at] == found[(at + 1) % found.len()]),
    }
}

/// The days from 1970-01-01 to a date whose eight digits stand together: `20240331`, and in an order that begins with another part
/// `31032024`. Years are those from 1900 to 2099, so that few numbers look so.
pub(super) fn compact(number: f64, order: DateOrder) -> Option<f64> {
    if number.fract() != 0.0 || !(1e6..1e8).contains(&number) {
        return None;
    }
    let digits = number as i64;
    let (year, month, day) = match order {
        DateOrder::Ymd => (digits / 10_000, digits / 100 % 100, digits % 100),
        DateOrder::Dmy => (digits % 10_000, digits / 10_000 % 100, digits / 1_000_000),
        DateOrder::Mdy => (digits % 10_000, digits / 1_000_000, digits / 10_000 % 100),
    };
    // 9999-12-31 stands for no date.
    let right = ((1900..2100).contains(&year) || (year, month, day) == (9999, 12, 31))
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day);
    right.then(|| since_1970(year, month, day) as f64)
}

/// The days of such dates, if all are of that order, or all begin with the year.
pub(super) fn all_compact(numbers: &[f64], order: DateOrder) -> Option<Vec<f64>> {
    let of = |order| -> Option<Vec<f64>> {
        (numbers.iter())
            .map(|number| match number.is_nan() {
                true => Some(f64::NAN),
                false => compact(*number, order),
            })
            .collect()
    };
    let any = numbers.iter().any(|number| !number.is_nan());
    any.then(|| of(order).or_else(|| of(DateOrder::Ymd)))?
}

/// The days from 1970-01-01 to a date, with the time of day as a fraction; none where the text is not a date in that order.
pub(super) fn days(text: &str, order: DateOrder) -> Option<f64> {
    let text = in_usual_form(text.trim());
    let (day, rest) = date(&text, order)?;
    let fraction = if rest.is_empty() { 0.0 } else { moment(rest)? };
    Some(day as f64 + fraction)
}

/// Whether a text is a time of day or a span of time: `12:30`, `1:05:59.5`, `7:15 pm`.
pub(super) fn is_time(text: &str) -> bool {
    let is_clock = || clock(text).is_some_and(|(_, rest)| rest.is_empty());
    is_hour(text) || text.contains(':') && (is_clock() || is_duration(text))
}

/// Whether a text is an hour of half a day: `7pm`, `11 AM`.
fn is_hour(text: &str) -> bool {
    let half = ["am", "pm", "AM", "PM"].into_iter();
    let hour = half.filter_map(|half| text.strip_suffix(half)).next();
    let hour = hour.map(str::trim_end).unwrap_or_default();
    hour.len() <= 2
        && hour.bytes().all(|byte| byte.is_ascii_digit())
        && hour.parse().is_ok_and(|hour| (1..=12).contains(&hour))
}

/// Whether a text is minutes and seconds, or hours before them, of a race for instance: `5:30.25`, `125:30:10`.
fn is_duration(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let of_sixty = |text: &str| text.len() == 2 && digits(text) && text < "60";
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, digits(fraction)),
        None => (text, true),
    };
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    fraction
        && digits(first)
        && first.len() <= 3
        && matches!(rest.len(), 1 | 2)
        && rest.into_iter().all(of_sixty)
}

/// The days to a date that is one in whatever order dates are read: it begins with a year of four digits.
pub(super) fn days_from_year(text: &str) -> Option<f64> {
    let may_be_day = matches!(
        parts(text),
        Some(([Part::Digits(_, 1 | 2), Part::Month(_), _], _))
    );
    days(text, DateOrder::Ymd).filter(|_| !may_be_day)
}

/// What separates the parts of a date of which only the order tells which number is what.
pub(super) fn mark_of(text: &str) -> Option<char> {
    use Part::{Digits, Month};
    let (parts, mark) = parts(text)?;
    let is_open = matches!(
        parts,
        [Digits(_, 1 | 2), Digits(_, 1 | 2), Digits(_, 2 | 4)]
            | [Digits(_, 1 | 2), Month(_), Digits(_, 1 | 2)]
    );
    is_open.then_some(mark)
}

/// The three parts that a text begins with, and what separates the first two.
fn parts(text: &str) -> Option<([Part; 3], char)> {
    let text = in_usual_form(text.trim());
    let (first, rest) = part(without_weekday(&text))?;
    let (mark, rest) = separator(rest)?;
    let (second, rest) = part(rest)?;
    let (_, rest) = separator(rest)?;
    let (third, _) = part(rest)?;
    Some(([first, second, third], mark))
}

/// Whether a text is a day and the name of a month, without a year: `12-Mar`.
pub(super) fn is_day_of_month(text: &str) -> bool {
    let found = || {
        let (first, rest) = part(text)?;
        let (_, rest) = separator(rest)?;
        let (second, rest) = part(rest)?;
        let right = matches!(
            (first, second),
            (Part::Digits(1..=31, 1 | 2), Part::Month(_))
        );
        (right && matches!(rest, "" | ".")).then_some(())
    };
    found().is_some()
}

/// The word between a day and a year, in either order, that is no month: `sierpnia` of `7 sierpnia 2023`.
pub(super) fn unknown_month(text: &str) -> Option<&str> {
    let number = |text| match part(text) {
        Some((Part::Digits(..), rest)) => Some(rest),
        _ => None,
    };
    let (_, rest) = separator(number(without_weekday(text.trim()))?)?;
    let letters = rest.find(|c: char| !c.is_alphabetic())?;
    let (word, rest) = rest.split_at(letters);
    let (_, rest) = separator(rest)?;
    number(rest)?;
    (!word.is_empty() && month(word).is_none()).then_some(word)
}

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// Digits, and how many.
    Digits(i64, usize),
    /// A month by its name, from 1.
    Month(i64),
}

/// The day of a date, from 1970-01-01, and what follows it.
fn date(text: &str, order: DateOrder) -> Option<(i64, &str)> {
    if let Some(first) = statistical_month(text) {
        return Some((first, ""));
    }
    let text = without_weekday(text);
    let (first, rest) = part(text)?;
    let (mark, rest) = separator(rest)?;
    let (second, rest) = part(rest)?;
    let third = separator(rest)
        .and_then(|(other, rest)| part(rest).map(|(third, rest)| (other, third, rest)));
    use Part::{Digits, Month};
    let (year, month, day, rest) = match (first, second, third) {
        // `2020/21` is a season.
        (Digits(year, 4), Digits(month, 2), None) if mark == '-' => (year, month, 1, rest),
        (Month(month), Digits(year, 4), None) => (year, month, 1, rest),
        // As spreadsheets show the first of a month: `Jan-24`.
        (Month(month), Digits(year, 2), None) if mark == '-' => {
            (full_year(year, 2)?, month, 1, rest)
        }
        // `1/2000000` is none, nor is `1/3000`.
        (Digits(month, 1 | 2), Digits(year @ 1900..2100, 4), None) if matches!(mark, '/' | '-') => {
            (year, month, 1, rest)
        }
        (Digits(a, width @ 1..=2), Month(month), Some((_, Digits(b, digits), rest))) => {
            match (order, width, digits) {
                (DateOrder::Ymd, 2, 1 | 2) => (full_year(a, 2)?, month, b, rest),
                (DateOrder::Ymd, _, 2) => return None,
                _ => (full_year(b, digits)?, month, a, rest),
            }
        }
        (Month(month), Digits(day, 1 | 2), Some((_, Digits(year, digits), rest))) => {
            (full_year(year, digits)?, month, day, rest)
        }
        (Digits(year, 4), Month(month), Some((_, Digits(day, 1 | 2), rest))) => {
            (year, month, day, rest)
        }
        (Digits(a, width), Digits(b, 1 | 2), Some((other, Digits(c, digits), rest)))
            if mark == other && mark != ' ' =>
        {
            match (order, width, digits) {
                (DateOrder::Ymd, 4, 1 | 2) => (a, b, c, rest),
                (DateOrder::Dmy, 1 | 2, _) => (full_year(c, digits)?, b, a, rest),
                (DateOrder::Mdy, 1 | 2, _) => (full_year(c, digits)?, a, b, rest),
                _ => return None,
            }
        }
        _ => return None,
    };
    let right = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
    right.then(|| (since_1970(year, month, day), rest))
}

/// The first day of a month as statistics offices write it: `2020M01`.
fn statistical_month(text: &str) -> Option<i64> {
    let (year, month) = text.split_once('M')?;
    let whole = |text: &str| -> Option<i64> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    };
    let (year, month) = (whole(year)?, whole(month)?);
    let right = (1900..2100).contains(&year) && (1..=12).contains(&month);
    right.then(|| since_1970(year, month, 1))
}

/// The text with its parts in the order and between the marks of other dates.
fn in_usual_form(text: &str) -> Cow<'_, str> {
    let found = (glued(text))
        .or_else(|| logged(text))
        .or_else(|| basic(text))
        .or_else(|| year_last(text))
        .or_else(|| underscored(text));
    found.map_or_else(|| without_characters(text), Cow::Owned)
}

/// So many digits that a text begins with, and the rest.
fn leading(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// `08OCT2023`, `07JUL15`, `25FEB2019:10:30:00`, as SAS writes dates.
fn glued(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let (day, rest) = leading(text);
    let name = rest.get(..3).filter(|_| matches!(day.len(), 1 | 2))?;
    let (year, time) = leading(&rest[3..]);
    let is_month = MONTHS.iter().any(|month| month.eq_ignore_ascii_case(name));
    let time = time
        .strip_prefix(':')
        .map_or(time.to_owned(), |time| format!(" {time}"));
    (is_month && matches!(year.len(), 2 | 4)).then(|| format!("{day}-{name}-{year}{time}"))
}

/// `08/Apr/2016:10:00:00 +0000`, as web servers log times.
fn logged(text: &str) -> Option<String> {
    let (date, time) = text.split_once(':')?;
    let (_, year) = date.rsplit_once('/')?;
    let right = year.len() == 4 && leading(year).1.is_empty() && date.matches('/').count() == 2;
    right.then(|| format!("{date} {time}"))
}

/// `20150728T000000`, the basic form of ISO 8601.
fn basic(text: &str) -> Option<String> {
    let (date, rest) = leading(text);
    let (time, zone) = leading(rest.strip_prefix('T').filter(|_| date.len() == 8)?);
    let seconds = match time.len() {
        4 => String::new(),
        6 => format!(":{}", &time[4..]),
        _ => return None,
    };
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    let (hours, minutes) = (&time[..2], &time[2..4]);
    Some(format!(
        "{year}-{month}-{day}T{hours}:{minutes}{seconds}{zone}"
    ))
}

/// `Mon Aug 26 10:00:00 2019`, as `ctime` of C writes times, perhaps with a zone before the year.
fn year_last(text: &str) -> Option<String> {
    let words: Vec<&str> = without_weekday(text).split_whitespace().collect();
    let (&[name, day, time], &[ref zone @ .., year]) = words.split_first_chunk()? else {
        return None;
    };
    let right = zone.len() < 2 && year.len() == 4 && time.contains(':') && month(name).is_some();
    right.then(|| format!("{name} {day} {year} {time} {}", zone.join("")))
}

/// `2022_02_07`
fn underscored(text: &str) -> Option<String> {
    let marks = text.match_indices('_').map(|(at, _)| at);
    (text.len() == 10 && marks.eq([4, 7])).then(|| text.replace('_', "-"))
}

/// The text with `-` for the Chinese characters behind year and month, and none for that behind the day.
fn without_characters(text: &str) -> Cow<'_, str> {
    let Some((year, rest)) = text.split_once('\u{5E74}') else {
        return Cow::Borrowed(text);
    };
    let Some((month, rest)) = rest.split_once('\u{6708}') else {
        return Cow::Borrowed(text);
    };
    let (day, time) = rest.split_once('\u{65E5}').unwrap_or((rest, ""));
    let (month, day) = (month.trim(), day.trim());
    match day {
        "" => Cow::Owned(format!("{year}-{month:0>2}{time}")),
        day => Cow::Owned(format!("{year}-{month}-{day}{time}")),
    }
}

fn full_year(year: i64, digits: usize) -> Option<i64> {
    match digits {
        4 => Some(year),
        2 if year >= 69 => Some(1900 + year),
        2 => Some(2000 + year),
        _ => None,
    }
}

/// The first part of a date, and what follows it.
fn part(text: &str) -> Option<(Part, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 4 {
        return None;
    }
    if digits > 0 {
        let (number, rest) = text.split_at(digits);
        let ordinal = ["st", "nd", "rd", "th", "er"].into_iter();
        let rest = ordinal
            .filter_map(|ending| rest.strip_prefix(ending))
            .find(|rest| !rest.starts_with(char::is_alphabetic))
            .unwrap_or(rest);
        return Some((Part::Digits(number.parse().ok()?, digits), rest));
    }
    let letters = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(letters);
    Some((Part::Month(month(word)?), rest))
}

/// What parts two parts of a date, a space where it is words and spaces alone, and what follows it.
fn separator(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    match first {
        '-' | '/' => return Some((first, &text[1..])),
        '.' | ',' | ' ' => {}
        _ => return None,
    }
    let rest = text.strip_prefix(['.', ',']).unwrap_or(text).trim_start();
    let rest = ["de ", "of ", "di "]
        .into_iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    Some((if first == '.' { '.' } else { ' ' }, rest))
}

/// The text behind the English name of a day of the week.
fn without_weekday(text: &str) -> &str {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let Some((word, rest)) = text.split_once([',', ' ']) else {
        return text;
    };
    let word = word.to_lowercase();
    let named = word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&word));
    if named { rest.trim_start() } else { text }
}

/// The number of a month by its name, whole or its first letters.
fn month(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "january januar januari jänner jaenner janvier gennaio janeiro enero",
        "february februar februari février fevrier febbraio fevereiro febrero",
        "march märz maerz mrz mars maart mrt marts marzo março marco",
        "april avril avr aprile abril",
        "may mai mei maj maggio maio mayo",
        "june juni juin giugno junho junio",
        "july juli juillet luglio julho julio",
        "august augustus augusti août aout agosto ago",
        "september septembre settembre setembro septiembre setiembre",
        "october oktober octobre ottobre outubro octubre",
        "november novembre novembro noviembre",
        "december dezember desember décembre decembre dicembre dezembro diciembre",
    ];
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    // `jui` begins the names of two months.
    let begins = |names: &str| names.split(' ').any(|name| name.starts_with(&word));
    let mut found = (1..).zip(MONTHS.iter()).filter(|(_, names)| begins(names));
    match (found.next(), found.next()) {
        (Some((month, _)), None) => Some(month),
        _ => None,
    }
}

/// What stands behind a date, as a fraction of a day: a time, perhaps with its offset from UTC, that makes it less or more than
/// one.
fn moment(text: &str) -> Option<f64> {
    let text = text.strip_prefix(',').unwrap_or(text);
    let time = text.strip_prefix(['T', ' '])?.trim_start();
    let (seconds, rest) = clock(time)?;
    let zone = rest.trim_start();
    let offset = match zone {
        "" | "Z" | "UTC" | "GMT" => 0.0,
        _ => {
            let sign = if zone.starts_with('-') { -1.0 } else { 1.0 };
            let digits: String = zone.strip_prefix(['+', '-'])?.split(':').collect();
            if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let hours: u32 = digits[..2].parse().ok()?;
            let minutes: u32 = digits[2..].parse().unwrap_or(0);
            sign * f64::from(60 * (60 * hours + minutes))
        }
    };
    Some((seconds - offset) / 86_400.0)
}

/// The seconds that a time tells, and what follows it.
fn clock(text: &str) -> Option<(f64, &str)> {
    let (hours, rest) = digits(text)?;
    let behind = rest.strip_prefix(':')?;
    let (minutes, rest) = digits(behind)?;
    if behind.len() - rest.len() != 2 {
        return None;
    }
    let (seconds, rest) = match rest.strip_prefix(':') {
        None => (0.0, rest),
        Some(rest) => {
            let part_of_it = |c: char| !(c.is_ascii_digit() || c == '.');
            let end = rest.find(part_of_it).unwrap_or(rest.len());
            let (seconds, behind) = rest.split_at(end);
            let right = seconds.bytes().take_while(u8::is_ascii_digit).count() == 2;
            (right.then(|| seconds.parse().ok()).flatten()?, behind)
        }
    };
    let half = rest.trim_start();
    let half_day = |word: [&str; 2]| word.into_iter().find_map(|word| half.strip_prefix(word));
    let (hours, rest) = match (half_day(["am", "AM"]), half_day(["pm", "PM"])) {
        (Some(rest), _) if (1..=12).contains(&hours) => (hours % 12, rest),
        (_, Some(rest)) if (1..=12).contains(&hours) => (hours % 12 + 12, rest),
        (None, None) => (hours, rest),
        _ => return None,
    };
    let right = hours < 24 && minutes < 60 && seconds < 61.0;
    right.then(|| (f64::from(60 * (60 * hours + minutes)) + seconds, rest))
}

/// A number of one or two digits, and what follows it.
fn digits(text: &str) -> Option<(u32, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(count);
    (1..=2)
        .contains(&count)
        .then(|| Some((number.parse().ok()?, rest)))?
}

fn days_of(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar (H. Hinnant, *chrono-compatible low-level date algorithms*, `days_from_civil`).
pub(super) fn since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests;
