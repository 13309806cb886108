//! File formats and picture sizes.

use crate::error::{Error, Result};

/// The format of a rendered figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Vector graphics; text stays text.
    Svg,
    /// Pixels, two per unit of [`Size`] in each direction.
    Png,
}

impl Format {
    /// The file extension without a dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
        }
    }
}

/// The size of a figure in CSS pixels; text has fixed sizes in this unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
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
        Size { width, height }
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
