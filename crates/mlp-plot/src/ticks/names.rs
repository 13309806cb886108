//! Labels of a categorical axis: whole names, wrapped or turned where they are too wide.

use super::tick::{Direction, LINE, Tick, Ticks};
use crate::font::{break_text, fit_names, text_width};
use crate::theme::{LABEL_GAP, TICK};

/// The most lines of a label.
const MOST_LINES: usize = 3;
/// Labels beside an axis are wrapped beyond this width, if they have the height.
const USUAL_WIDTH: f64 = 150.0;

/// The ticks of `names` in places of equal width over an axis of `length` pixels, whose labels may take `room` pixels across
/// it: upright, in several lines or turned, as more of them have room. Where there are too many, every second, third ... has one.
pub(crate) fn category_ticks(
    names: &[String],
    direction: Direction,
    length: f64,
    room: f64,
) -> Ticks {
    let slot = length / names.len().max(1) as f64;
    if direction == Direction::Vertical {
        return thinned(beside(names, slot, room), direction, length, false);
    }
    let whole = |name: &String| text_width(name, TICK, false) + LABEL_GAP <= slot;
    let upright = match names.iter().all(whole) {
        true => Some(names.to_vec()),
        // No word is parted where labels can be turned.
        false if names.iter().all(|name| has_room(name, slot - LABEL_GAP)) => {
            wrapped(names, slot - LABEL_GAP, MOST_LINES)
        }
        false => None,
    };
    if let Some(labels) = upright {
        return thinned(labels, direction, length, false);
    }
    // Turned, a label needs along the axis what one beside it needs.
    let turned = thinned(beside(names, slot, room), Direction::Vertical, length, true);
    let upright = thinned(names.to_vec(), direction, length, false);
    let short = names
        .iter()
        .all(|name| text_width(name, TICK, false) <= USUAL_WIDTH / 2.0);
    match short && upright.major.len() >= turned.major.len() {
        true => upright,
        false => turned,
    }
}

/// Whether every word of a name is no wider.
fn has_room(name: &str, width: f64) -> bool {
    let mut words = name.split_inclusive([' ', '_', '-', '/', '=', ',', ';', ':']);
    words.all(|word| text_width(word.trim_end(), TICK, false) <= width)
}

/// As many of the labels as keep apart, evenly.
fn thinned(labels: Vec<String>, along: Direction, length: f64, turned: bool) -> Ticks {
    let places = labels.len() as f64;
    let tick = |(i, label): (usize, String)| Tick {
        at: (i as f64 + 0.5) / places,
        label,
    };
    let all: Vec<Tick> = labels.into_iter().enumerate().map(tick).collect();
    let mut stride = 1;
    loop {
        let major: Vec<Tick> = all.iter().step_by(stride).cloned().collect();
        if major.len() <= 1 || along.fits(&major, length) {
            return Ticks {
                major,
                turned,
                ..Ticks::default()
            };
        }
        stride += 1;
    }
}

/// Labels beside their places, as wide as they need to be, and cut only where the room ends.
fn beside(names: &[String], slot: f64, room: f64) -> Vec<String> {
    // As many as keep apart from their neighbours.
    let lines = (((slot / TICK - 1.5) / LINE + 1.0) as usize).clamp(1, MOST_LINES);
    for width in [USUAL_WIDTH.min(room), room * 0.7, room] {
        if let Some(labels) = wrapped(names, width, lines) {
            return labels;
        }
    }
    let cut = fit_names(names, TICK, room).into_iter().zip(names);
    let parts =
        cut.map(
            |(cut, name)| match break_text(name, TICK, room, lines).unwrap_or_default() {
                parts if parts.is_empty() => cut,
                parts => parts.join("\n"),
            },
        );
    parts.collect()
}

/// All names in at most so many lines, nothing cut.
fn wrapped(names: &[String], width: f64, lines: usize) -> Option<Vec<String>> {
    let parts = names
        .iter()
        .map(|name| break_text(name, TICK, width, lines));
    parts
        .map(|parts| parts.map(|parts| parts.join("\n")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticks::tick::label_width;

    fn names(text: &str, count: usize) -> Vec<String> {
        (0..count).map(|i| format!("{text} {i}")).collect()
    }

    fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks.major.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn long_names_are_whole() {
        let long = names("activation=tanh learning_rate=0.001 hidden=16x16", 15);
        let ticks = category_ticks(&long, Direction::Vertical, 500.0, 360.0);
        let found: Vec<String> = labels(&ticks)
            .iter()
            .map(|l| l.replace('\n', " "))
            .collect();
        assert_eq!(found, long);
        assert!(ticks.thickness(Direction::Vertical) <= 360.0);
        // Below an axis they wrap, or where they are too wide for that turn.
        let some = category_ticks(&long[..4], Direction::Horizontal, 700.0, 200.0);
        assert!(!some.turned && labels(&some).iter().all(|label| label.lines().count() <= 3));
        let many = category_ticks(&long, Direction::Horizontal, 700.0, 330.0);
        assert!(many.turned && labels(&many).len() == 15);
        assert!(labels(&many).iter().all(|label| !label.contains('…')));
    }

    #[test]
    fn short_names_stay_in_a_line() {
        let short = ["tanh", "relu", "sine"].map(str::to_owned);
        for direction in [Direction::Horizontal, Direction::Vertical] {
            let ticks = category_ticks(&short, direction, 300.0, 200.0);
            assert_eq!(labels(&ticks), short);
            assert!(!ticks.turned);
        }
    }

    /// Seven months in a narrow map: each has its label.
    #[test]
    fn labels_are_turned_before_any_is_left_out() {
        let months = [
            "January", "February", "March", "April", "May", "June", "July",
        ];
        let months = months.map(str::to_owned);
        for length in [150.0, 250.0, 330.0, 500.0, 700.0] {
            let ticks = category_ticks(&months, Direction::Horizontal, length, 120.0);
            assert_eq!(labels(&ticks), months, "{length}");
            assert_eq!(ticks.turned, length < 400.0, "{length}");
        }
        // Numbers that are too many even when turned are upright.
        let numbers: Vec<String> = (0..60).map(|i| i.to_string()).collect();
        let ticks = category_ticks(&numbers, Direction::Horizontal, 500.0, 120.0);
        assert!(!ticks.turned && labels(&ticks).len() >= 15);
    }

    #[test]
    fn sixty_labels_keep_apart() {
        for text in ["x", "learning rate 0.001", "w".repeat(90).as_str(), ""] {
            for direction in [Direction::Horizontal, Direction::Vertical] {
                for length in [0.0, 90.0, 400.0, 900.0] {
                    let ticks = category_ticks(&names(text, 60), direction, length, 130.0);
                    let along = if ticks.turned {
                        Direction::Vertical
                    } else {
                        direction
                    };
                    assert!(along.fits(&ticks.major, length), "{text} {length}");
                    if ticks.turned || direction == Direction::Vertical {
                        assert!(ticks.major.iter().all(|t| label_width(&t.label) <= 130.0));
                    }
                }
            }
        }
        assert_eq!(
            category_ticks(&[], Direction::Vertical, 100.0, 50.0),
            Ticks::default()
        );
    }
}
