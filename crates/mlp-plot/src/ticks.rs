//! Tick marks: round numbers, thinned until their measured labels do not overlap.

mod names;
mod numbers;
mod round;
mod tick;

pub(crate) use self::names::category_ticks;
use self::numbers::{minus, superscript};
use self::round::{fitting_ticks, linear};
pub(crate) use self::tick::{Direction, LINE, Span, Tick, Ticks, label_width};
use crate::scale::Mapping;

/// The least length of a decade with ticks between its powers.
const LEAST_DECADE: f64 = 45.0;

/// The ticks of a numeric axis of `length` pixels.
pub(crate) fn ticks(mapping: &Mapping, direction: Direction, length: f64) -> Ticks {
    let span = Span {
        direction,
        length,
        whole: false,
    };
    ticks_of(mapping, span)
}

/// The ticks of a numeric axis.
pub(crate) fn ticks_of(mapping: &Mapping, span: Span) -> Ticks {
    match mapping {
        Mapping::Linear { low, high } => linear(mapping, *low, *high, span),
        Mapping::Log { low, high, .. } => {
            let mut found = logarithmic(mapping, *low, *high, span);
            if let Some(at) = mapping.fraction(0.0) {
                let tick = Tick {
                    at,
                    label: "0".to_string(),
                };
                found.major.insert(0, tick);
                while found.major.len() > 1 && !span.fits(&found.major[..2]) {
                    found.major.remove(1);
                }
            }
            found
        }
        Mapping::Symlog { unit, low, high } => signed(mapping, *unit, (*low, *high), span),
        // Names are those of the axis.
        Mapping::Slots(_) => Ticks::default(),
    }
}

fn logarithmic(mapping: &Mapping, low: f64, high: f64, span: Span) -> Ticks {
    let Span {
        direction,
        length,
        whole,
    } = span;
    let slack = 1e-9;
    let first = (low - slack).ceil() as i32;
    let last = (high + slack).floor() as i32;
    let plain = first >= -4 && last <= 5;
    let tick = |mantissa: u32, exponent: i32| {
        let value = f64::from(mantissa) * 10f64.powi(exponent);
        let inside = mapping
            .fraction(value)
            .filter(|at| *at >= mapping.start() - slack && *at <= 1.0 + slack && value > 0.0)
            .filter(|_| exponent >= 0 || !whole)?;
        Some(Tick {
            at: inside.clamp(0.0, 1.0),
            label: power_label(mantissa, exponent, plain),
        })
    };
    let mut minor = Vec::new();
    if last - first <= 12 && length / f64::from((last - first).max(1)) > LEAST_DECADE {
        for exponent in first - 1..=last {
            minor.extend((2..=9).filter_map(|m| tick(m, exponent)).map(|t| t.at));
        }
    }
    if last - first < 2 {
        // Too few decades for labels at powers alone.
        for mantissas in [&[1, 2, 3, 4, 5, 6, 7, 8, 9][..], &[1, 2, 5], &[1, 3]] {
            let major: Vec<Tick> = (first - 1..=last)
                .flat_map(|e| mantissas.iter().map(move |m| (*m, e)))
                .filter_map(|(m, e)| tick(m, e))
                .collect();
            if major.len() > 2 && major.len() <= 10 && direction.fits(&major, length) {
                return Ticks {
                    major,
                    minor,
                    turned: false,
                };
            }
        }
        let (from, to) = (10f64.powf(low), 10f64.powf(high));
        let major = fitting_ticks(mapping, (from, to), 6, span);
        if major.len() > 1 {
            return Ticks {
                major,
                ..Ticks::default()
            };
        }
    }
    for stride in 1..=700 {
        let major: Vec<Tick> = (first..=last)
            .filter(|e| e.rem_euclid(stride) == 0)
            .filter_map(|e| tick(1, e))
            .collect();
        let most = if direction == Direction::Vertical {
            9
        } else {
            14
        };
        if major.len() <= most && direction.fits(&major, length) {
            return Ticks {
                major,
                minor,
                turned: false,
            };
        }
    }
    Ticks::default()
}

/// Zero and powers of ten on either side of it, of which those next to it are the first to give way; between few of these
/// 2 and 5 times them, and where none lies within, round numbers.
fn signed(mapping: &Mapping, unit: f64, (low, high): (f64, f64), span: Span) -> Ticks {
    let Span {
        direction, length, ..
    } = span;
    /// Fewer powers than these have ticks between them.
    const FEW: usize = 5;
    let most = match direction {
        Direction::Horizontal => 11,
        Direction::Vertical => 9,
    };
    let start = unit.log10();
    // The decimal logarithm of the distance from zero, exact enough for a label.
    let size = |end: f64| (end.abs() + start).min(300.0);
    let first = start.round() as i32;
    let last = (size(low).max(size(high)) + 1e-9).floor() as i32;
    let plain = first >= -4 && last <= 5;
    let tick = |value: f64, label: String| {
        let at = mapping.fraction(value)?;
        (-1e-9..=1.0 + 1e-9).contains(&at).then_some(Tick {
            at: at.clamp(0.0, 1.0),
            label,
        })
    };
    let both = |mantissa: u32, exponent: i32| {
        let value = f64::from(mantissa) * 10f64.powi(exponent);
        let label = power_label(mantissa, exponent, plain);
        [tick(-value, format!("−{label}")), tick(value, label)]
    };
    let zero = tick(0.0, "0".into());
    let chosen = |mantissas: &[u32], stride: usize| {
        let exponents = (first..=last).rev().step_by(stride);
        let pairs = exponents.flat_map(|e| mantissas.iter().flat_map(move |m| both(*m, e)));
        let mut major: Vec<Tick> = pairs.chain([zero.clone()]).flatten().collect();
        major.sort_by(|a, b| a.at.total_cmp(&b.at));
        make_room(&mut major, zero.as_ref(), direction, length);
        (major.len() <= most && direction.fits(&major, length)).then_some(major)
    };
    let powers = (1..=700).find_map(|stride| chosen(&[1], stride));
    let mut major = powers.unwrap_or_default();
    for mantissas in [&[1, 2, 5][..], &[1, 3]] {
        if major.len() < FEW
            && let Some(more) = chosen(mantissas, 1)
        {
            major = if more.len() > major.len() {
                more
            } else {
                major
            };
        }
    }
    if major.len() < 3 {
        let value = |end: f64| end.signum() * unit * (10f64.powf(size(end) - start) - 1.0);
        let round = fitting_ticks(mapping, (value(low), value(high)), 6, span);
        major = if round.len() > major.len() {
            round
        } else {
            major
        };
    }
    let decade = length / (high - low);
    let between = (first..=last).flat_map(|e| (2..=9).flat_map(move |m| both(m, e)));
    let minor = match decade > LEAST_DECADE {
        true => between.flatten().map(|tick| tick.at).collect(),
        false => Vec::new(),
    };
    Ticks {
        major,
        minor,
        turned: false,
    }
}

/// Takes away the neighbours of zero for whose labels there is no room beside its own.
fn make_room(ticks: &mut Vec<Tick>, zero: Option<&Tick>, direction: Direction, length: f64) {
    let Some(zero) = zero else { return };
    while let Some(at) = ticks.iter().position(|tick| tick == zero) {
        let fits = |from: usize, to: usize| direction.fits(&ticks[from..=to], length);
        if at + 1 < ticks.len() && !fits(at, at + 1) {
            ticks.remove(at + 1);
        } else if at > 0 && !fits(at - 1, at) {
            ticks.remove(at - 1);
        } else {
            return;
        }
    }
}

/// A digit times a power of ten, `plain` as a number.
fn power_label(mantissa: u32, exponent: i32, plain: bool) -> String {
    match (plain, mantissa) {
        (true, _) => plain_power(mantissa, exponent),
        (_, 1) => format!("10{}", superscript(exponent)),
        _ => format!("{mantissa}×10{}", superscript(exponent)),
    }
}

fn plain_power(mantissa: u32, exponent: i32) -> String {
    if exponent >= 0 {
        format!("{mantissa}{}", "0".repeat(exponent as usize))
    } else {
        format!("0.{}{mantissa}", "0".repeat((-exponent - 1) as usize))
    }
}

/// A count with thousands separators: `12,345`.
#[must_use]
pub fn format_count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number for prose and legends: four significant digits, powers of ten far from one.
#[must_use]
pub fn format_value(value: f64) -> String {
    if value.is_nan() {
        return "not a number".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_string();
    }
    if value == 0.0 {
        return "0".to_string();
    }
    let scientific = format!("{value:.3e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| {
        let text = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            text
        };
        minus(text)
    };
    if (-4..6).contains(&exponent) {
        trim(&format!("{value:.*}", (3 - exponent).max(0) as usize))
    } else {
        match trim(mantissa).as_str() {
            "1" => format!("10{}", superscript(exponent)),
            mantissa => format!("{mantissa}×10{}", superscript(exponent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Scale;

    fn labels(values: &[f64], scale: Scale, length: f64) -> Vec<String> {
        let mapping = Mapping::fit(values.iter().copied(), scale, 0.0);
        let found = ticks(&mapping, Direction::Horizontal, length);
        found.major.into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn labels_are_round_numbers() {
        assert_eq!(
            labels(&[0.0, 1.0], Scale::Linear, 500.0),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map(|s| if s == "0.0" { "0" } else { s })
        );
        assert_eq!(
            labels(&[1e-3, 1e2], Scale::Log, 600.0),
            ["0.001", "0.01", "0.1", "1", "10", "100"]
        );
        assert_eq!(
            labels(&[1e-6, 1.0], Scale::Log, 140.0),
            ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]
        );
        assert_eq!(
            labels(&[0.0, 1.0, 1000.0], Scale::Log, 600.0),
            ["0", "1", "10", "100", "1000"]
        );
        assert_eq!(labels(&[0.5, 4.0], Scale::Log, 500.0)[0], "0.5");
    }

    #[test]
    fn whole_numbers_have_no_ticks_between_them() {
        for (values, scale, expected) in [
            ([0.0, 1.0], Scale::Linear, vec!["0", "1"]),
            ([0.0, 2.0], Scale::Linear, vec!["0", "1", "2"]),
            ([7.0, 7.0], Scale::Linear, vec!["7"]),
            ([1.0, 3.0], Scale::Log, vec!["1", "2", "3"]),
        ] {
            let mapping = Mapping::fit(values.into_iter(), scale, 0.05);
            let span = Span {
                direction: Direction::Horizontal,
                length: 600.0,
                whole: true,
            };
            let found = ticks_of(&mapping, span).major;
            let labels: Vec<&str> = found.iter().map(|tick| tick.label.as_str()).collect();
            assert_eq!(labels, expected, "{values:?} {scale:?}");
        }
    }

    #[test]
    fn labels_of_any_axis_keep_apart() {
        let ranges = [
            [0.0, 1.0],
            [1e-300, 1e300],
            [0.412_345_1, 0.412_345_2],
            [-1e7, 3e7],
            [1e5, 1.2e5],
            [-3e-9, 2e-9],
            [0.9, 1.1],
            [0.0, 1e-320],
        ];
        for values in ranges {
            for scale in [Scale::Linear, Scale::Log, Scale::Symlog] {
                for length in [60.0, 150.0, 400.0, 1500.0] {
                    for direction in [Direction::Horizontal, Direction::Vertical] {
                        let mapping = Mapping::fit(values.into_iter(), scale, 0.03);
                        let found = ticks(&mapping, direction, length).major;
                        assert!(direction.fits(&found, length), "{values:?} {found:?}");
                        assert!(found.iter().all(|t| (0.0..=1.0).contains(&t.at)));
                        let mut names: Vec<_> = found.iter().map(|t| &t.label).collect();
                        names.sort();
                        names.dedup();
                        assert_eq!(names.len(), found.len(), "{values:?} {found:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_ordinary_axis_has_several_labels() {
        for values in [
            [0.0, 1.0],
            [2.0, 7.0],
            [0.013, 0.9],
            [1e-8, 1e3],
            [30.0, 41.0],
        ] {
            for scale in [Scale::Linear, Scale::Log] {
                let count = labels(&values, scale, 500.0).len();
                assert!((3..=15).contains(&count), "{values:?} {scale:?} {count}");
            }
        }
    }

    #[test]
    fn axes_of_both_signs_have_several_labels() {
        let of = |values: &[f64]| labels(values, Scale::Symlog, 500.0);
        assert_eq!(
            of(&[-1000.0, -1.0, 2.0, 2.0, 3.0, 100.0]),
            ["−1000", "−100", "−10", "−1", "0", "1", "10", "100"]
        );
        assert_eq!(
            of(&[-2.0, 0.1, 0.3]),
            ["−2", "−1", "−0.5", "−0.2", "−0.1", "0", "0.1", "0.2"]
        );
        // Within less than a decade, and on one side of zero alone.
        assert_eq!(of(&[13.0, 14.0, 17.0]), ["13", "14", "15", "16", "17"]);
        for span in [0.5, 3.0, 40.0, 1e3, 1e9, 1e40] {
            for values in [[-span, span], [0.01, span], [-span, 0.2]] {
                for length in [180.0, 268.0, 500.0] {
                    for direction in [Direction::Horizontal, Direction::Vertical] {
                        let mapping = Mapping::fit(values.into_iter(), Scale::Symlog, 0.03);
                        let found = ticks(&mapping, direction, length).major;
                        assert!(found.len() >= 3, "{values:?} {length} {found:?}");
                        assert!(direction.fits(&found, length), "{values:?} {found:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn values_in_prose_are_short() {
        let cases = [
            (0.0, "0"),
            (0.123_456, "0.1235"),
            (1234.5, "1234"),
            (-2.5, "−2.5"),
            (1e-7, "10⁻⁷"),
            (3.21e12, "3.21×10¹²"),
            (100.0, "100"),
            (0.001, "0.001"),
        ];
        for (value, text) in cases {
            assert_eq!(format_value(value), text);
        }
    }

    /// Every axis that is long enough for two labels has two ticks, whatever it spans.
    #[test]
    fn no_axis_is_without_ticks() {
        let mut poor = Vec::new();
        for span in 0..120 {
            for start in 0..40 {
                let low = -3.0 + f64::from(start) / 10.0;
                let high = low + f64::from(span + 2) / 20.0;
                let (from, to) = (10f64.powf(low), 10f64.powf(high));
                let log = Mapping::Log {
                    low,
                    high,
                    zero: 0.0,
                };
                let linear = Mapping::Linear {
                    low: from,
                    high: to,
                };
                for mapping in [log, linear] {
                    for direction in [Direction::Horizontal, Direction::Vertical] {
                        let found = ticks(&mapping, direction, 268.0);
                        if found.major.len() < 2 {
                            poor.push((mapping.clone(), direction, found.major.len()));
                        }
                    }
                }
            }
        }
        assert!(
            poor.is_empty(),
            "{} of them: {:?}",
            poor.len(),
            &poor[..3.min(poor.len())]
        );
    }
}
