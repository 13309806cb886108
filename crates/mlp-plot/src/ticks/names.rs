//! Labels of a categorical axis: whole names, wrapped or turned where they are too wide.

use super::{Direction, LINE, Tick, Ticks};
use crate::font::{break_text, fit_text, text_width};
use crate::theme::{LABEL_GAP, TICK};

/// The most lines of a label.
const MOST_LINES: usize = 3;
/// Labels beside an axis are wrapped beyond this width, if they have the height.
const USUAL_WIDTH: f64 = 150.0;

/// The ticks of `names` in places of equal width over an axis of `length` pixels, whose labels may take `room` pixels across
/// it. Where there are too many, every second, third ... has one.
pub(crate) fn category_ticks(
    names: &[String],
    direction: Direction,
    length: f64,
    room: f64,
) -> Ticks {
    let slot = length / names.len().max(1) as f64;
    let (labels, turned) = match direction {
        Direction::Vertical => (beside(names, slot, room), false),
        Direction::Horizontal => {
            let upright = below(names, slot);
            let turned = upright.is_none();
            (upright.unwrap_or_else(|| beside(names, slot, room)), turned)
        }
    };
    let all: Vec<Tick> = labels
        .into_iter()
        .enumerate()
        .map(|(i, label)| Tick {
            at: (i as f64 + 0.5) / names.len() as f64,
            label,
        })
        .collect();
    // A turned label needs along the axis what one beside it needs.
    let along = if turned {
        Direction::Vertical
    } else {
        direction
    };
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

/// Labels below their places, in as few lines as are enough; `None` where these do not hold them, unless every second one
/// as it stands would fit.
fn below(names: &[String], slot: f64) -> Option<Vec<String>> {
    let whole =
        |name: &String, times: f64| text_width(name, TICK, false) + LABEL_GAP <= slot * times;
    let short = names
        .iter()
        .all(|name| text_width(name, TICK, false) <= USUAL_WIDTH / 2.0);
    if names
        .iter()
        .all(|name| whole(name, 1.0) || short && whole(name, 2.0))
    {
        return Some(names.to_vec());
    }
    wrapped(names, slot - LABEL_GAP, MOST_LINES)
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
    let cut = |name: &String| {
        let mut parts = break_text(name, TICK, room, lines).unwrap_or_default();
        if parts.is_empty() {
            parts.push(fit_text(name, TICK, false, room));
        }
        parts.join("\n")
    };
    names.iter().map(cut).collect()
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
    use crate::ticks::label_width;

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
