//! What a network answers over a plane, as coloured halves of characters or as letters.

use mlp_plot::{Color as Rgb, category_color, class_colors};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{answers::Surface, axes::Scale, palette::Palette};
use crate::formatting;

/// The most characters of a class's name in the key.
const NAMED: usize = 16;

/// Answers over a plane with samples on top.
pub struct Plane<'a> {
    pub columns: usize,
    pub surface: &'a Surface,
    pub samples: &'a [(f64, f64, f64)],
    pub x: (f64, f64),
    pub y: (f64, f64),
}

impl Plane<'_> {
    /// Draws it all over the area.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, palette: Palette) {
        if area.is_empty() {
            return;
        }
        let points = match self.surface {
            Surface::Classes(labels, _) => labels.len(),
            Surface::Numbers(numbers) => numbers.len(),
        };
        let rows = points / self.columns;
        let range = self.numbers();
        // Two points a character, one above the other, where there are colours.
        let halves = if palette.by_letters() { 1 } else { 2 };
        let (wide, high) = (usize::from(area.width), usize::from(area.height) * halves);
        let nearest = |place: usize, of: usize, count: usize| {
            ((place as f64 + 0.5) / of as f64 * count as f64) as usize
        };
        let at = |column: usize, row: usize| {
            let row = nearest(high - 1 - row, high, rows);
            self.point(
                row * self.columns + nearest(column, wide, self.columns),
                range,
            )
        };
        for row in 0..area.height {
            for column in 0..area.width {
                let Some(cell) = buffer.cell_mut((area.x + column, area.y + row)) else {
                    continue;
                };
                let (column, row) = (usize::from(column), usize::from(row));
                if halves == 1 {
                    cell.set_char(at(column, row).letter);
                    continue;
                }
                let (above, below) = (at(column, 2 * row), at(column, 2 * row + 1));
                cell.set_char('\u{2580}')
                    .set_fg(palette.color(above.pale))
                    .set_bg(palette.color(below.pale));
            }
        }
        let share = |value: f64, (low, high): (f64, f64)| (value - low) / (high - low);
        for &(x, y, target) in self.samples {
            let (right, up) = (share(x, self.x), share(y, self.y));
            if !(0.0..1.0).contains(&right) || !(0.0..1.0).contains(&up) {
                continue;
            }
            let column = (right * wide as f64) as u16;
            let row = ((1.0 - up) * f64::from(area.height)) as u16;
            let row = row.min(area.height - 1);
            let Some(cell) = buffer.cell_mut((area.x + column, area.y + row)) else {
                continue;
            };
            let sample = self.sample(target, range);
            if halves == 1 {
                cell.set_char(sample.letter.to_ascii_uppercase());
            } else {
                let below = cell.bg;
                cell.set_char('\u{25cf}')
                    .set_fg(palette.color(sample.full))
                    .set_bg(below);
            }
        }
    }

    /// What its letters or colours stand for, in one line: of many classes as many as fit, and how many there are beside them.
    pub fn key(&self, width: u16, palette: Palette) -> Line<'static> {
        let sign = |look: &Look| match palette.by_letters() {
            true => Span::raw(format!("{} ", look.letter)),
            false => Span::styled("\u{25a0} ", Style::new().fg(palette.color(look.full))),
        };
        let names = match self.surface {
            Surface::Classes(_, names) => names,
            Surface::Numbers(_) => {
                let range = self.numbers();
                let ends = [range.0, range.1].map(|end| {
                    let text = format!("{}  ", formatting::measured(end));
                    // The least is drawn by a space.
                    match palette.by_letters() && end == range.0 {
                        true => vec![Span::raw(format!("' ' {text}"))],
                        false => vec![sign(&Look::of_number(end, range)), Span::raw(text)],
                    }
                });
                return Line::from(ends.concat());
            }
        };
        let mut line = Line::default();
        for (class, name) in names.iter().enumerate() {
            let left = names.len() - class;
            let name: String = name.chars().take(NAMED).collect();
            let spans = [
                sign(&Look::of_class(class, names)),
                Span::raw(format!("{name}  ")),
            ];
            let more = format!("+{left}");
            let wide: usize = spans.iter().map(Span::width).sum();
            let beside = if left > 1 { more.len() } else { 0 };
            if line.width() + wide + beside > usize::from(width) {
                line.push_span(more);
                break;
            }
            line.extend(spans);
        }
        line
    }

    /// The range of its numbers and targets.
    fn numbers(&self) -> (f64, f64) {
        let Surface::Numbers(numbers) = self.surface else {
            return (0.0, 1.0);
        };
        let targets = self.samples.iter().map(|sample| sample.2);
        let all = numbers.iter().copied().chain(targets);
        Scale::over("", all, |place| place).range
    }

    fn point(&self, point: usize, range: (f64, f64)) -> Look {
        match self.surface {
            Surface::Classes(labels, names) => Look::of_class(labels[point] as usize, names),
            Surface::Numbers(numbers) => Look::of_number(numbers[point], range),
        }
    }

    fn sample(&self, target: f64, range: (f64, f64)) -> Look {
        match self.surface {
            Surface::Classes(_, names) => Look::of_class(target as usize, names),
            Surface::Numbers(_) => Look::of_number(target, range),
        }
    }
}

/// How an answer looks.
struct Look {
    letter: char,
    full: Rgb,
    pale: Rgb,
}

impl Look {
    fn of_class(class: usize, names: &[String]) -> Self {
        let colors = class_colors(names);
        let full = colors
            .get(class)
            .copied()
            .unwrap_or(Rgb::rgb(128, 128, 128));
        Self {
            letter: char::from(b'a' + (class % 26) as u8),
            full,
            pale: full.mix(Rgb::rgb(255, 255, 255), 0.6),
        }
    }

    fn of_number(number: f64, (low, high): (f64, f64)) -> Self {
        let share = ((number - low) / (high - low)).clamp(0.0, 1.0);
        let letters = [' ', '.', ':', '-', '=', '+', '*', '#'];
        let ramp = category_color(0).mix(category_color(1), share);
        // NaN becomes 0.
        Self {
            letter: letters[(share * 7.0).round() as usize],
            full: ramp,
            pale: ramp.mix(Rgb::rgb(255, 255, 255), 0.35),
        }
    }
}
