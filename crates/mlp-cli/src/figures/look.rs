//! How figures look, whatever they show.

use mlp_plot::{Along, Format, Output, Scale, Size};

use super::Figure;

/// The size, texts, colours and scales of figures.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Theme, and what a unit of the layout is in a file.
    pub output: Output,
    /// Width in units of the layout; the usual one of each figure where not given.
    pub width: Option<u32>,
    /// Title of every figure; where it is empty there is no subtitle, either.
    pub title: Option<String>,
    /// The files that are written; the usual ones where there are none.
    pub formats: Vec<Format>,
    /// The most panels beside each other.
    pub panels: Option<u32>,
    /// Scale of horizontal axes.
    pub x_scale: Option<Scale>,
    /// Scale of vertical axes.
    pub y_scale: Option<Scale>,
}

impl Look {
    /// Gives figures their title and scales; what each cannot have.
    pub fn dress(&self, figures: &mut [Figure]) -> Vec<String> {
        let mut notes = Vec::new();
        for figure in figures {
            if let Some(title) = &self.title {
                let [own, subtitle] = figure.chart.heading();
                own.clone_from(title);
                if title.is_empty() {
                    subtitle.clear();
                }
            }
            for (along, scale, option) in [
                (Along::X, self.x_scale, "--x-scale"),
                (Along::Y, self.y_scale, "--y-scale"),
            ] {
                let Some(scale) = scale else { continue };
                if let Err(reason) = figure.chart.set_scale(along, scale) {
                    let name = &figure.name;
                    notes.push(format!("{name}: {option} leaves it as it is: {reason}"));
                }
            }
        }
        notes
    }

    /// The size of a figure's picture.
    pub fn size(&self, figure: &Figure) -> Size {
        let usual = figure.size;
        let width = Size::new(self.width.unwrap_or(usual.width), usual.height);
        let width = width.with_panels(self.panels);
        let height = match self.width.is_some() || self.panels.is_some() {
            true => figure.chart.height(width, usual).clamp(120, 8000),
            false => usual.height,
        };
        Size::new(width.width, height).with_panels(self.panels)
    }
}
