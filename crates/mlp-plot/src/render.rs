//! Writing a scene to a file format.

pub(crate) mod hex_boxes;

use self::hex_boxes::spelled;
use crate::error::Result;
use crate::output::{Format, Output};
use crate::recolor::recolored;
use crate::scene::Scene;
use crate::{bitmap, pdf, svg};

impl Scene {
    /// Draws the scene for screens.
    ///
    /// # Errors
    /// As [`Scene::write`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>> {
        self.write(format, &Output::default())
    }

    /// Draws the scene in a theme, for paper or screens.
    ///
    /// # Errors
    /// If an image cannot be encoded.
    pub fn write(&self, format: Format, output: &Output) -> Result<Vec<u8>> {
        let scene = recolored(self, output.theme);
        match format {
            Format::Svg => svg::render(&scene, output).map(String::into_bytes),
            Format::Png => bitmap::render(&spelled(&scene), output),
            Format::Pdf => Ok(pdf::render(&spelled(&scene), output)),
        }
    }
}
