//! Ticks at multiples of round numbers.

use super::numbers::{minus, superscript};
use super::tick::{Direction, Span, Tick, Ticks};
use crate::scale::Mapping;

/// The ticks of a linear axis.
pub(super) fn linear(mapping: &Mapping, low: f64, high: f64, span: Span) -> Ticks {
    let length = span.length;
    let most = match span.direction {
        Direction::Horizontal => (length / 70.0).clamp(1.0, 12.0),
        Direction::Vertical => (length / 42.0).clamp(1.0, 10.0),
    } as usize;
    Ticks {
        major: fitting_ticks(mapping, (low, high), most, span),
        ..Ticks::default()
    }
}

/// At least two round ticks, at most about `most`, as many as fit; one where only one does.
pub(super) fn fitting_ticks(
    mapping: &Mapping,
    (low, high): (f64, f64),
    most: usize,
    span: Span,
) -> Vec<Tick> {
    let least = if span.whole { 1.0 } else { 0.0 };
    // Round steps are coarser than asked for, so that a short range may hold few of their multiples: then finer ones.
    let finer = (most + 1)..=4 * most + 6;
    let found = (1..=most)
        .rev()
        .chain(finer)
        .map(|count| round_ticks(mapping, (low, high), count, least))
        .filter(|ticks| span.fits(ticks));
    let mut one = Vec::new();
    for ticks in found {
        match ticks.len() {
            0 => {}
            1 if one.is_empty() => one = ticks,
            1 => {}
            _ => return ticks,
        }
    }
    one
}

/// About `count` ticks at multiples of 1, 2 or 5 times a power of ten that is at least `least`.
fn round_ticks(mapping: &Mapping, (low, high): (f64, f64), count: usize, least: f64) -> Vec<Tick> {
    let rough = (high - low) / count as f64;
    let power = 10f64.powi(rough.log10().floor().clamp(-300.0, 300.0) as i32);
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let step = if step < least { least } else { step };
    let slack = 1e-9;
    let first = (low / step - slack).ceil();
    let last = (high / step + slack).floor();
    let mut out = Vec::new();
    // Counted, since a multiple above 2^53 plus one is itself.
    for index in 0..64 {
        let k = first + f64::from(index);
        if k > last || k.is_nan() {
            break;
        }
        let value = k * step;
        if let Some(at) = mapping.fraction(value) {
            out.push(Tick {
                at: at.clamp(0.0, 1.0),
                label: number(value, step, low.abs().max(high.abs())),
            });
        }
    }
    out
}

/// A tick's number: as many decimals as `step` needs; powers of ten far from one.
fn number(value: f64, step: f64, largest: f64) -> String {
    if value.abs() < step * 1e-6 {
        return "0".to_string();
    }
    if !(1e-3..1e6).contains(&largest) {
        let exponent = largest.log10().floor() as i32;
        // Dividing by the power in two halves keeps 10^-308 and less from vanishing.
        let half = exponent / 2;
        let unit = |v: f64| v / 10f64.powi(half) / 10f64.powi(exponent - half);
        let decimals = (-unit(step).log10() - 1e-6).ceil().clamp(0.0, 12.0) as usize;
        let mantissa = minus(&format!("{:.*}", decimals, unit(value)));
        return match mantissa.as_str() {
            "1" => format!("10{}", superscript(exponent)),
            "−1" => format!("−10{}", superscript(exponent)),
            _ => format!("{mantissa}×10{}", superscript(exponent)),
        };
    }
    let decimals = (-step.log10() - 1e-6).ceil().clamp(0.0, 15.0) as usize;
    minus(&format!("{value:.decimals$}"))
}
