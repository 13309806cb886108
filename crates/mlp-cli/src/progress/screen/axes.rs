//! Charts with axes: curves and clouds.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::{Color, Style},
    symbols::Marker,
    text::{Line, Span},
    widgets::{Axis, Block, Chart, Dataset, GraphType, Widget},
};

use super::palette::Palette;
use crate::formatting;

/// One line or cloud of a chart.
pub struct Series {
    pub name: String,
    pub color: Color,
    pub line: bool,
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// The characters that the series at this place is drawn by, and its sign in the legend: where colours do not tell series
    /// apart, characters do.
    fn look(&self, index: usize, palette: Palette) -> (Marker, &'static str) {
        match (palette.ascii, palette.colors.is_some(), self.line, index) {
            (false, true, true, _) => (Marker::Braille, "-- "),
            (false, true, false, _) => (Marker::Dot, "o "),
            (true, _, _, 0) => (Marker::Dot, "o "),
            (true, _, _, _) => (Marker::Block, "# "),
            (false, false, _, 0) => (Marker::Dot, "\u{2022} "),
            (false, false, _, _) => (Marker::Braille, "\u{2836} "),
        }
    }
}

/// An axis: what is drawn, from where to where, and the number that a place stands for.
pub struct Scale {
    pub name: String,
    pub range: (f64, f64),
    pub number: fn(f64) -> f64,
    /// Whether these are whole.
    pub whole: bool,
}

impl Scale {
    /// Over all of these numbers.
    pub fn over(name: &str, numbers: impl Iterator<Item = f64>, number: fn(f64) -> f64) -> Self {
        let (low, high) = numbers
            .filter(|number| number.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
                (low.min(number), high.max(number))
            });
        let range = match low.partial_cmp(&high) {
            Some(std::cmp::Ordering::Less) => (low, high),
            // One number, or none.
            Some(_) if low.is_finite() => {
                let half = (low.abs() * 0.1).max(1e-3);
                (low - half, low + half)
            }
            _ => (0.0, 1.0),
        };
        Self {
            name: name.to_owned(),
            range,
            number,
            whole: false,
        }
    }

    /// The same, of whole numbers.
    pub fn of_whole(mut self) -> Self {
        self.whole = true;
        self
    }

    fn axis(&self, ticks: usize) -> Axis<'static> {
        let labels = (0..ticks).map(|tick| {
            let share = tick as f64 / (ticks - 1) as f64;
            let place = self.range.0 * (1.0 - share) + self.range.1 * share;
            let number = (self.number)(place);
            match self.whole {
                true => formatting::count(number),
                false => formatting::measured(number),
            }
        });
        Axis::default()
            .title(self.name.clone())
            .bounds([self.range.0, self.range.1])
            .labels(labels.map(Line::from).collect::<Vec<_>>())
    }
}

/// A chart with axes.
pub struct Axes {
    pub title: String,
    pub x: Scale,
    pub y: Scale,
    pub series: Vec<Series>,
}

impl Axes {
    /// Draws it in a frame.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, palette: Palette) {
        let block = Block::bordered().title(self.title.as_str());
        let inner = block.inner(area);
        // Names of lines as far as they fit above them.
        let [legend, inner] = Layout::vertical([
            Constraint::Length(u16::from(self.series.len() > 1)),
            Constraint::Min(0),
        ])
        .areas(inner);
        block.render(area, buffer);
        if self.series.len() > 1 {
            let names = self.series.iter().enumerate().flat_map(|(index, series)| {
                let style = Style::new().fg(series.color);
                [
                    Span::styled(series.look(index, palette).1, style),
                    Span::raw(series.name.as_str()),
                    Span::raw("  "),
                ]
            });
            Line::from_iter(names).render(legend, buffer);
        }
        let sets = self.series.iter().enumerate().map(|(index, series)| {
            Dataset::default()
                .marker(series.look(index, palette).0)
                .graph_type(if series.line {
                    GraphType::Line
                } else {
                    GraphType::Scatter
                })
                .style(Style::new().fg(series.color))
                .data(&series.points)
        });
        let across = if inner.width >= 40 { 3 } else { 2 };
        let up = if inner.height >= 9 { 3 } else { 2 };
        Chart::new(sets.collect())
            .legend_position(None)
            .x_axis(self.x.axis(across))
            .y_axis(self.y.axis(up))
            .render(inner, buffer);
    }
}
