//! The top of a figure: title, subtitle and a legend that flows over as many rows as it needs.

use crate::color::Color;
use crate::font::{text_width, wrap_name, wrap_text};
use crate::scene::{Area, Scene, Text};
use crate::theme::{
    DIVERGED, DIVERGED_HATCH, EXPLODED, EXPLODED_HATCH, INK, MARGIN, MISSING, MISSING_HATCH, MIXED,
    MIXED_HATCH, PAPER, SOFT_INK, SUBTITLE, TICK, TITLE, WHITE,
};
use crate::ticks::LINE;

/// The symbol beside a legend's name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Swatch {
    Line(Color),
    Dashes(Color),
    Disc(Color),
    Ring(Color),
    Diamond(Color),
    Box(Color),
    /// Two nested bands and a line.
    Bands(Color),
    /// One band and a line.
    Band(Color),
    Diverged,
    /// Diverged for some seeds.
    Mixed,
    /// Exploded.
    Exploded,
    /// Not trained yet.
    Missing,
    /// The ring of a best cell.
    Best,
    /// The frame of one that shows its number.
    BestNumber,
}

/// One entry of a legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LegendEntry {
    pub swatch: Swatch,
    pub name: String,
}

impl LegendEntry {
    pub(crate) fn new(swatch: Swatch, name: impl Into<String>) -> Self {
        LegendEntry {
            swatch,
            name: name.into(),
        }
    }
}

const SWATCH: f64 = 22.0;
const ROW: f64 = 20.0;
/// The most lines of an entry of a legend.
const MOST_LINES: usize = 3;

/// Writes the header and returns the area below it.
pub(crate) fn header(
    scene: &mut Scene,
    title: &str,
    subtitle: &str,
    legend: &[LegendEntry],
) -> Area {
    let area = scene.area().inset(MARGIN);
    let mut y = area.top;
    for line in wrap_text(title, TITLE, true, area.width(), 2) {
        let text = Text::new(area.left, y + TITLE * 0.8, line, TITLE);
        scene.text(text.bold());
        y += TITLE * 1.25;
    }
    // Of a narrow picture the same words take more lines.
    let lines = if area.width() < PAPER { 6 } else { 3 };
    for line in wrap_text(subtitle, SUBTITLE, false, area.width(), lines) {
        let text = Text::new(area.left, y + SUBTITLE, line, SUBTITLE);
        scene.text(text.color(SOFT_INK));
        y += SUBTITLE * 1.35;
    }
    if !legend.is_empty() {
        y += 6.0;
        // A legend may take a third of the picture; the remaining entries are counted.
        let rows = ((area.height() / 3.0 / ROW) as usize).max(1);
        y = draw_legend(scene, legend, Area::new(area.left, y, area.right, y), rows);
    }
    Area::new(area.left, y + 4.0, area.right, area.bottom)
}

fn draw_legend(scene: &mut Scene, legend: &[LegendEntry], area: Area, rows: usize) -> f64 {
    let full = area.width() - SWATCH - 8.0;
    // Few entries may be sentences, of several lines; of many, none may push the others out.
    let (longest, most_lines) = match legend.len() {
        0..=6 => (full, MOST_LINES),
        _ => (full.min(320.0), 1),
    };
    let (mut x, mut y, mut row) = (area.left, area.top, 0);
    for (index, entry) in legend.iter().enumerate() {
        let more = format!("and {} more", legend.len() - index);
        let reserve = match index + 1 < legend.len() {
            true => text_width(&more, TICK, false) + 18.0,
            false => 0.0,
        };
        let fitted = |longest: f64, most: usize| {
            let lines = wrap_name(&entry.name, TICK, longest, most);
            let widths = lines.iter().map(|line| text_width(line, TICK, false));
            let width = SWATCH + 6.0 + widths.fold(0.0, f64::max);
            (lines, width)
        };
        // A line more where each entry that follows has a row of its own.
        let spare = rows.saturating_sub(row + legend.len() - index + 1);
        let (mut lines, mut width) = fitted(longest, most_lines.min(1 + spare));
        let last_row = row + 1 >= rows;
        let kept = if last_row { reserve } else { 0.0 };
        if x + width + kept > area.right && x > area.left {
            if last_row {
                let text = Text::new(x, y + ROW / 2.0, more, TICK);
                scene.text(text.color(SOFT_INK).centred());
                break;
            }
            x = area.left;
            y += ROW;
            row += 1;
        }
        // Lines for which there is no room are joined to the last one, which leaves room for what is said of the others.
        let room = lines.len().min(rows - row).max(1);
        let longest = match row + room >= rows && x == area.left {
            true => longest.min(full - reserve),
            false => longest,
        };
        (lines, width) = fitted(longest, room);
        draw_swatch(scene, entry.swatch, (x, y + ROW / 2.0));
        for (i, line) in lines.iter().enumerate() {
            y += if i > 0 { LINE * TICK } else { 0.0 };
            let text = Text::new(x + SWATCH + 6.0, y + ROW / 2.0, line.as_str(), TICK);
            scene.text(text.centred());
        }
        row += lines.len().saturating_sub(1);
        x += width + 18.0;
    }
    y + ROW
}

/// The corners of a square on its point.
pub(crate) fn diamond((x, y): (f64, f64), reach: f64) -> Vec<(f64, f64)> {
    vec![
        (x, y - reach),
        (x + reach, y),
        (x, y + reach),
        (x - reach, y),
    ]
}

fn draw_swatch(scene: &mut Scene, swatch: Swatch, (x, y): (f64, f64)) {
    let line = vec![(x, y), (x + SWATCH, y)];
    let middle = (x + SWATCH / 2.0, y);
    let cell = Area::new(x + 3.0, y - 6.0, x + SWATCH - 3.0, y + 6.0);
    match swatch {
        Swatch::Line(color) => scene.line(line, color, 2.2),
        Swatch::Dashes(color) => scene.dashed_line(line, color, 2.2),
        Swatch::Disc(color) => scene.disc(middle, 5.0, color),
        Swatch::Ring(color) => scene.ring(middle, 4.2, color, 1.8),
        Swatch::Diamond(color) => scene.polygon(diamond(middle, 6.0), color),
        Swatch::Box(color) => scene.rectangle(cell, color),
        Swatch::Bands(color) => {
            let outer = Area::new(x, y - 7.0, x + SWATCH, y + 7.0);
            scene.rectangle(outer, color.with_alpha(0.18));
            let inner = Area::new(x, y - 4.0, x + SWATCH, y + 4.0);
            scene.rectangle(inner, color.with_alpha(0.27));
            scene.line(line, color, 2.2);
        }
        Swatch::Band(color) => {
            let band = Area::new(x, y - 6.0, x + SWATCH, y + 6.0);
            scene.rectangle(band, color.with_alpha(0.25));
            scene.line(line, color, 2.2);
        }
        Swatch::Diverged | Swatch::Mixed | Swatch::Exploded | Swatch::Missing => {
            let (plain, hatch) = match swatch {
                Swatch::Mixed => (MIXED, MIXED_HATCH),
                Swatch::Exploded => (EXPLODED, EXPLODED_HATCH),
                Swatch::Missing => (MISSING, MISSING_HATCH),
                _ => (DIVERGED, DIVERGED_HATCH),
            };
            scene.rectangle(cell, plain);
            for offset in [2.0, 8.0, 14.0] {
                let a = (cell.left + offset - 2.0, cell.bottom);
                let b = ((cell.left + offset + 6.0).min(cell.right), cell.top);
                scene.segment(a, b, hatch, 1.0);
            }
            scene.frame(cell, hatch, 0.8);
        }
        Swatch::Best => draw_best(scene, middle),
        Swatch::BestNumber => draw_best_frame(scene, cell),
    }
}

/// The mark of a map's best cell where a ring would hide its number.
pub(crate) fn draw_best_frame(scene: &mut Scene, cell: Area) {
    let cell = cell.inset(2.0);
    scene.frame(cell, WHITE, 4.0);
    scene.frame(cell, INK, 2.0);
}

/// The mark of a map's best cell, readable on any colour.
pub(crate) fn draw_best(scene: &mut Scene, center: (f64, f64)) {
    scene.ring(center, 6.0, WHITE, 4.5);
    scene.ring(center, 6.0, INK, 2.0);
    scene.disc(center, 1.6, WHITE);
    scene.disc(center, 1.1, INK);
}

/// A picture that says why there is nothing to show.
pub(crate) fn nothing(scene: &mut Scene, title: &str, subtitle: &str, reason: &str) {
    let area = header(scene, title, subtitle, &[]);
    let lines = wrap_text(reason, SUBTITLE, false, area.width() - 20.0, 3);
    let mut y = (area.top + area.bottom) / 2.0;
    for line in lines {
        let text = Text::new((area.left + area.right) / 2.0, y, line, SUBTITLE);
        let text = text.anchor(crate::scene::Anchor::Middle);
        scene.text(text.color(SOFT_INK));
        y += SUBTITLE * 1.35;
    }
}
