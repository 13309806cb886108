//! How figures look, whatever they show.

use mlp_plot::{Along, Format, HeatMap, Output, Scale, Size};

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
    /// Scale of colour bars.
    pub color_scale: Option<Scale>,
}

impl Look {
    /// Gives figures their title and scales; what each cannot have.
    pub fn dress(&self, figures: &mut [Figure]) -> Vec<String> {
        let mut left = Vec::new();
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
                    leave(&mut left, option, reason, figure);
                }
            }
            let Some(scale) = self.color_scale else {
                continue;
            };
            let changed = figure.chart.set_color_scale(scale);
            // The files of one pixel a cell have the colours of the chart.
            let pixels = changed.map(|of_chart| {
                of_chart.and_then(|()| HeatMap::rescale_colors(&mut figure.maps, scale))
            });
            if let Some(Err(reason)) = pixels {
                leave(&mut left, "--color-scale", reason, figure);
            }
        }
        let said = |(option, reason, names): Left| match &names[..] {
            [name] => format!("{name}: {option} leaves it as it is: {reason}"),
            names => format!(
                "{}: {option} leaves them as they are: {reason}",
                names.join(", ")
            ),
        };
        left.into_iter().map(said).collect()
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

/// An option, why figures stay without it, and their names.
type Left = (&'static str, &'static str, Vec<String>);

fn leave(left: &mut Vec<Left>, option: &'static str, reason: &'static str, figure: &Figure) {
    let known = left
        .iter_mut()
        .find(|known| (known.0, known.1) == (option, reason));
    match known {
        Some((.., names)) => names.push(figure.name.clone()),
        None => left.push((option, reason, vec![figure.name.clone()])),
    }
}
