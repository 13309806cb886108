//! File formats and picture sizes.

use crate::error::{Error, Result};
use crate::theme::Theme;

/// The format of a rendered figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Vector graphics; text stays text.
    Svg,
    /// Pixels, two per unit of [`Size`] in each direction where nothing else is asked for.
    Png,
    /// A page for papers; text stays text.
    Pdf,
}

impl Format {
    /// The file extension without a dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
            Format::Pdf => "pdf",
        }
    }
}

/// What a laid-out picture becomes in a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Output {
    /// Its colours.
    pub theme: Theme,
    /// Points (72 an inch) per unit of [`Size`]; 0.75 is one CSS pixel, and ticks, legends and labels are 12 units high.
    pub unit: f64,
    /// Pixels per inch of a bitmap.
    pub dpi: f64,
}

/// Points in a CSS pixel.
const PIXEL: f64 = 0.75;

impl Default for Output {
    /// A light figure for screens.
    fn default() -> Self {
        Output {
            theme: Theme::Light,
            unit: PIXEL,
            dpi: 192.0,
        }
    }
}

impl Output {
    /// The size of ticks, legends and labels in units of [`Size`].
    pub const TEXT: f64 = crate::theme::TICK;

    /// Whether lengths are in CSS pixels.
    pub(crate) fn is_for_screens(&self) -> bool {
        (self.unit - PIXEL).abs() < 1e-9
    }

    /// Pixels of a bitmap per unit.
    pub(crate) fn pixel_ratio(&self) -> f64 {
        self.unit * self.dpi / 72.0
    }
}

/// A narrow picture is not lower.
const LOWEST: u32 = 320;

/// The size of a figure in CSS pixels; text has fixed sizes in this unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// The most panels beside each other; otherwise as many as fit.
    pub panels: Option<u32>,
}

impl Default for Size {
    fn default() -> Self {
        Size::new(900, 560)
    }
}

impl Size {
    /// A size of `width` by `height` pixels.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Size {
            width,
            height,
            panels: None,
        }
    }

    /// The same with at most so many panels beside each other.
    #[must_use]
    pub const fn with_panels(self, panels: Option<u32>) -> Self {
        Size { panels, ..self }
    }

    /// How many of `wanted` panels stand beside each other in this width, each at least `least` wide.
    pub(crate) fn beside(self, wanted: usize, least: f64) -> usize {
        let room = f64::from(self.width) - 2.0 * crate::theme::MARGIN;
        let fits = (room / least) as usize;
        let most = self.panels.map_or(usize::MAX, |panels| panels as usize);
        wanted.min(fits).min(most).max(1)
    }

    /// The height of a picture as wide as `width` units of what usually has this size: less, but not in proportion.
    #[must_use]
    pub fn height_at(self, width: u32) -> u32 {
        let part = (f64::from(width) / f64::from(self.width)).min(1.0);
        let height = f64::from(self.height) * part.powf(0.4);
        (height as u32).max(self.height.min(LOWEST))
    }

    /// Rejects sizes that cannot hold a chart.
    pub(crate) fn check(self) -> Result<()> {
        if (160..=8000).contains(&self.width) && (120..=8000).contains(&self.height) {
            Ok(())
        } else {
            Err(Error::Size {
                width: self.width,
                height: self.height,
            })
        }
    }
}
