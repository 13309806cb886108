//! Writing a scene to a file format.

use crate::error::Result;
use crate::output::Format;
use crate::scene::Scene;
use crate::{bitmap, svg};

impl Scene {
    /// Draws the scene.
    ///
    /// # Errors
    /// If the drawing backend fails.
    pub fn render(&self, format: Format) -> Result<Vec<u8>> {
        match format {
            Format::Svg => svg::render(self).map(String::into_bytes),
            Format::Png => bitmap::render(self),
        }
    }
}
