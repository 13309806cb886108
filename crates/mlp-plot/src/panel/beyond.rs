//! Values that lie beyond the axes: marks at the edge, and their number in the panel.

use std::collections::BTreeSet;

use super::Panel;
use crate::color::Color;
use crate::font::wrap_text;
use crate::scene::{Anchor, Scene, Shape, Text};
use crate::theme::{SOFT_INK, TICK, WHITE};
use crate::ticks::{LINE, format_count};

/// Size of a mark.
const MARK: f64 = 7.0;

/// What lies beyond the axes of one panel.
#[derive(Debug, Default)]
pub(crate) struct Beyond {
    count: u64,
    /// Edge and place of the marks, so that many at one place are drawn once.
    marked: BTreeSet<(u8, i64, [u8; 3])>,
}

impl Beyond {
    /// Draws a mark at the edge for a value at a place beyond the axes; whether it is one.
    pub(crate) fn mark(
        &mut self,
        scene: &mut Scene,
        panel: &Panel,
        (x, y): (f64, f64),
        color: Color,
    ) -> bool {
        let plot = panel.plot;
        if plot.contains((x, y)) {
            return false;
        }
        self.count += 1;
        let at = (
            x.clamp(plot.left, plot.right),
            y.clamp(plot.top, plot.bottom),
        );
        let half = MARK / 2.0;
        let (edge, along, points) = if y < plot.top || y > plot.bottom {
            let inward = if y < plot.top { MARK } else { -MARK };
            let x =
                at.0.clamp(plot.left + half, (plot.right - half).max(plot.left + half));
            let base = [(x - half, at.1 + inward), (x + half, at.1 + inward)];
            (u8::from(y < plot.top), x, [base[0], base[1], (x, at.1)])
        } else {
            let inward = if x < plot.left { MARK } else { -MARK };
            let y =
                at.1.clamp(plot.top + half, (plot.bottom - half).max(plot.top + half));
            let base = [(at.0 + inward, y - half), (at.0 + inward, y + half)];
            (
                2 + u8::from(x < plot.left),
                y,
                [base[0], base[1], (at.0, y)],
            )
        };
        if self.marked.insert((edge, along as i64 / 2, color.rgb)) {
            scene.polygon(points.to_vec(), color.with_alpha(0.85));
        }
        true
    }

    /// Writes the number in a corner of the panel.
    pub(crate) fn tell(&self, scene: &mut Scene, panel: &Panel) {
        if self.count > 0 {
            note(scene, panel, &self.text());
        }
    }

    /// The number in words; empty where there is none.
    pub(crate) fn text(&self) -> String {
        match self.count {
            0 => String::new(),
            count => format!("{} beyond", format_count(count)),
        }
    }
}

/// A short text in the corner of a panel where it hides the fewest points of what is drawn already.
pub(crate) fn note(scene: &mut Scene, panel: &Panel, text: &str) {
    let plot = panel.plot;
    let lines = wrap_text(text, TICK, false, plot.width() - 20.0, 3);
    let more = lines.len().saturating_sub(1) as f64 * TICK * LINE;
    let at = |left: bool, top: bool| {
        let x = if left {
            plot.left + 10.0
        } else {
            plot.right - 10.0
        };
        let y = if top {
            plot.top + 20.0
        } else {
            plot.bottom - 12.0 - more
        };
        let anchor = if left { Anchor::Start } else { Anchor::End };
        let line = |(i, line): (usize, &String)| {
            let text = Text::new(x, y + i as f64 * TICK * LINE, line.as_str(), TICK);
            text.anchor(anchor).color(SOFT_INK)
        };
        lines.iter().enumerate().map(line).collect::<Vec<Text>>()
    };
    let ground = |texts: &[Text]| {
        let all = texts.iter().map(Text::bounds);
        all.reduce(|a, b| a.around(&b))
    };
    let corners = [(false, true), (true, true), (false, false), (true, false)];
    let corners = corners.map(|(left, top)| at(left, top));
    let hidden = |texts: &Vec<Text>| {
        let Some(ground) = ground(texts).map(|ground| ground.inset(-6.0)) else {
            return 0;
        };
        let inside = |points: &[(f64, f64)]| points.iter().filter(|p| ground.contains(**p)).count();
        let shapes = scene.shapes.iter().map(|shape| match shape {
            Shape::Disc { center, .. } | Shape::Ring { center, .. } => inside(&[*center]),
            Shape::Line { points, .. } | Shape::Polygon { points, .. } => inside(points),
            Shape::Text(other) => 1000 * usize::from(ground.overlaps(&other.bounds())),
            Shape::Rectangle { .. } | Shape::Image { .. } => 0,
        });
        shapes.sum::<usize>()
    };
    let Some(texts) = corners.into_iter().min_by_key(hidden) else {
        return;
    };
    let Some(ground) = ground(&texts).map(|ground| ground.inset(-3.0)) else {
        return;
    };
    if ground.bottom > plot.bottom || ground.top < plot.top {
        return;
    }
    scene.rectangle(ground, WHITE.with_alpha(0.8));
    texts.into_iter().for_each(|text| scene.text(text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Size;
    use crate::panel::Axis;
    use crate::scale::Mapping;
    use crate::scene::Area;
    use crate::theme::INK;

    fn panel() -> Panel {
        let axis = || Axis::new("", Mapping::exactly(0.0, 1.0));
        let area = Area::new(0.0, 0.0, 400.0, 300.0);
        Panel::new(area, "", axis(), axis(), false)
    }

    #[test]
    fn what_lies_beyond_is_marked_at_the_edge_and_counted() {
        let (panel, mut beyond) = (panel(), Beyond::default());
        let mut scene = Scene::new(Size::new(400, 300), "").unwrap();
        for (x, y) in [
            (0.5, 0.5),
            (0.5, 9.0),
            (0.5, 1e300),
            (-1e300, 0.5),
            (7.0, -7.0),
        ] {
            let at = panel.place(x, y).unwrap();
            beyond.mark(&mut scene, &panel, at, INK);
        }
        assert_eq!(beyond.text(), "4 beyond");
        // Two of them share a place.
        assert_eq!(scene.shapes.len(), 3);
        for shape in &scene.shapes {
            let Shape::Polygon { points, .. } = shape else {
                panic!("{shape:?}");
            };
            assert!(points.iter().all(|p| panel.plot.contains(*p)), "{points:?}");
        }
        beyond.tell(&mut scene, &panel);
        assert_eq!(scene.texts()[0].0, "4 beyond");
        Beyond::default().tell(&mut scene, &panel);
        assert_eq!(scene.texts().len(), 1);
    }

    #[test]
    fn a_note_stands_where_it_hides_no_point() {
        let panel = panel();
        let mut scene = Scene::new(Size::new(400, 300), "").unwrap();
        for (x, y) in [(0.95, 0.93), (0.05, 0.93), (0.95, 0.05)] {
            scene.disc(panel.place(x, y).unwrap(), 3.0, INK);
        }
        note(&mut scene, &panel, "4 beyond");
        let (_, place) = scene.texts()[0];
        let plot = panel.plot;
        assert!(place.right < (plot.left + plot.right) / 2.0 && place.top > plot.height() / 2.0);
    }
}
