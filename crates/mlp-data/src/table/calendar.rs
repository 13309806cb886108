//! Numbers that are days, months or hours, digit by digit: from one year or hour to the next they jump.

use super::date::all_compact;
use super::format::{DateOrder, TableFormat};
use super::number::format_number;
use crate::{Dataset, Targets};

/// So many different numbers are of one form by no accident.
const ENOUGH: usize = 4;

/// Notes on columns whose numbers are parts of a calendar or a clock.
pub(super) fn calendar_notes(set: &Dataset, format: &TableFormat) -> Vec<String> {
    let features = set.feature_names().iter().enumerate();
    let features = features.map(|(feature, name)| (name, set.inputs().column(feature).to_vec()));
    let targets: Vec<(&str, Vec<f64>)> = match set.targets() {
        Targets::Values { values, names } => {
            let columns = values.columns().into_iter().map(|values| values.to_vec());
            names.iter().map(String::as_str).zip(columns).collect()
        }
        Targets::Classes { names, .. } => {
            let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse().ok()).collect();
            set.target_columns().into_iter().zip(numbers).collect()
        }
    };
    let mut notes = Vec::new();
    for (name, values) in features {
        if format.dates.is_none() && all_compact(&values, DateOrder::Ymd).is_some() {
            notes.push(format!("column `{name}` looks like dates, which are read as numbers; give --dates ymd for numbers of days"));
        }
        notes.extend(note(&format!("column `{name}`"), &values));
    }
    for (name, values) in targets {
        notes.extend(note(&format!("the target `{name}`"), &values));
    }
    notes
}

/// What all numbers of a column may be, what that is called, and what to do.
type Form = (fn(f64) -> bool, &'static str, &'static str);

fn note(what: &str, values: &[f64]) -> Option<String> {
    let forms: [Form; 3] = [
        (
            is_month,
            "months",
            "write 2020-01 for 202001 and give --dates ymd for numbers of days",
        ),
        (
            is_month_behind_point,
            "months behind their year",
            "write 2020-01 for 2020.01 and give --dates ymd for numbers of days",
        ),
        (
            is_day_of_year,
            "days of a year behind the year, or numbers within it",
            "write the dates whole and give --dates ymd, or exclude the column if they are names",
        ),
    ];
    for (is_one, form, remedy) in forms {
        if let Some(first) = all_are(values, is_one) {
            let first = format_number(first);
            return Some(format!(
                "{what} looks like {form} ({first}), which are read as numbers; {remedy}"
            ));
        }
    }
    // `2359` is 23.59 without its point.
    let behind_point: Vec<f64> = values.iter().map(|value| value / 100.0).collect();
    if values
        .iter()
        .all(|value| value.is_nan() || value.fract() == 0.0)
        && let Some(first) = are_hours(&behind_point)
    {
        return Some(format!(
            "{what} looks like times of day ({}, and no number ends in 60 or more), which are read as numbers; if they are, write 9.25 \
             for 915",
            format_number((first * 100.0).round())
        ));
    }
    let first = are_hours(values)?;
    Some(format!(
        "{what} looks like hours and minutes ({}, and no fraction is .60 or more), which are read as decimal numbers; if they are, write \
         9.25 for 9:15",
        format_number(first)
    ))
}

/// The first number, if all have a form, and enough of them differ.
fn all_are(values: &[f64], is_one: impl Fn(f64) -> bool) -> Option<f64> {
    let mut distinct: Vec<f64> = Vec::new();
    for &value in values.iter().filter(|value| !value.is_nan()) {
        if !is_one(value) {
            return None;
        }
        if distinct.len() < ENOUGH && !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    (distinct.len() == ENOUGH).then(|| distinct[0])
}

/// `202001`
fn is_month(value: f64) -> bool {
    value.fract() == 0.0
        && (190_000.0..210_000.0).contains(&value)
        && (1.0..13.0).contains(&(value % 100.0))
}

/// `2020.01`; October may be `2020.1`.
fn is_month_behind_point(value: f64) -> bool {
    (1900.0..2100.0).contains(&value)
        && hundredths(value).is_some_and(|whole| (1.0..13.0).contains(&(whole % 100.0)))
}

/// `2020001`
fn is_day_of_year(value: f64) -> bool {
    value.fract() == 0.0
        && (1_900_000.0..2_100_000.0).contains(&value)
        && (1.0..367.0).contains(&(value % 1000.0))
}

/// The first number, if all are hours of a day with minutes behind the point: as decimals some would be .60 or more.
fn are_hours(values: &[f64]) -> Option<f64> {
    const VALUES: usize = 20;
    const FRACTIONS: usize = 6;
    let (mut distinct, mut minutes, mut hours) = (Vec::new(), Vec::new(), Vec::new());
    for &value in values.iter().filter(|value| !value.is_nan()) {
        let whole = hundredths(value).filter(|_| (0.0..24.0).contains(&value))?;
        let (hour, minute) = ((whole / 100.0).floor(), whole % 100.0);
        if minute >= 60.0 {
            return None;
        }
        for (all, one) in [
            (&mut distinct, whole),
            (&mut minutes, minute),
            (&mut hours, hour),
        ] {
            if all.len() < VALUES && !all.contains(&one) {
                all.push(one);
            }
        }
    }
    let fine = minutes.iter().any(|minute| minute % 10.0 != 0.0);
    let enough = distinct.len() >= VALUES && minutes.len() >= FRACTIONS && hours.len() >= ENOUGH;
    (enough && fine).then(|| distinct[0] / 100.0)
}

/// A number in hundredths, if it is whole then.
fn hundredths(value: f64) -> Option<f64> {
    let whole = (value * 100.0).round();
    (whole / 100.0 == value).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_calendar_are_told() {
        let said = |values: &[f64]| note("column `a`", values).unwrap_or_default();
        for (values, form) in [
            (
                &[202_011.0, 202_012.0, 202_101.0, 202_102.0][..],
                "like months (",
            ),
            (&[2020.11, 2020.12, 2021.01, 2021.1], "months behind"),
            (
                &[2_020_001.0, 2_020_366.0, 2_021_002.0, 2_021_003.0],
                "days of a year",
            ),
        ] {
            assert!(said(values).contains(form), "{values:?}");
        }
        for values in [
            &[202_011.0, 202_012.0, 202_113.0, 202_102.0][..],
            // Decimal years, and measurements about 2000.
            &[2020.042, 2020.125, 2020.208, 2020.292],
            &[2020.5, 2021.25, 2022.11, 2023.12],
            &[2020.01, 2020.01, 2020.02, 2020.02],
            &[2_020_001.0, 2_020_400.0, 2_021_002.0, 2_021_003.0],
        ] {
            assert_eq!(said(values), "", "{values:?}");
        }
    }

    #[test]
    fn hours_have_no_fraction_of_sixty_or_more() {
        let times = |minutes: &dyn Fn(u32) -> u32| -> Vec<f64> {
            let time = |row| f64::from(row % 12 + 7) + f64::from(minutes(row)) / 100.0;
            (0..40).map(time).collect()
        };
        assert_eq!(are_hours(&times(&|row| row * 7 % 60)), Some(7.0));
        let whole = |values: Vec<f64>| -> Vec<f64> {
            values
                .into_iter()
                .map(|value| (value * 100.0).round())
                .collect()
        };
        let said = |values: &[f64]| note("column `a`", values).unwrap_or_default();
        assert!(
            said(&whole(times(&|row| row * 7 % 60))).contains("looks like times of day (700, ")
        );
        assert_eq!(said(&whole(times(&|row| row * 7 % 100))), "");
        for minutes in [&(|row: u32| row * 7 % 100) as &dyn Fn(u32) -> u32, &|row| {
            row % 2 * 50
        }] {
            assert_eq!(are_hours(&times(minutes)), None);
        }
        let shares: Vec<f64> = (0..59).map(|row| f64::from(row) / 100.0).collect();
        assert_eq!(are_hours(&shares), None);
    }
}
