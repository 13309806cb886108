//! Films: a chart over time, as small multiples or as an animated PNG.

use std::io::Cursor;

use crate::bitmap;
use crate::chart::Sampler;
use crate::chart::learning_curves::sampled;
use crate::chart::{Along, CellArea, Chart, ChartGrid, ChartKind, Rescaled};
use crate::error::{Error, Result};
use crate::output::{Output, Size};
use crate::recolor::recolored;
use crate::scale::Scale;
use crate::scene::Scene;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "film",
    description: "a chart at several steps",
    least: Size::new(760, 640),
    sample,
};

/// A chart at several moments. As a chart it is a grid of them, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Film<C> {
    /// Title of the grid.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Charts per row of the grid.
    pub columns: usize,
    /// The chart at each moment, in order.
    pub frames: Vec<C>,
}

impl<C: Chart> Chart for Film<C> {
    fn scene(&self, size: Size) -> Result<Scene> {
        self.grid().scene(size)
    }

    fn cells(&self, size: Size) -> Result<Vec<CellArea>> {
        self.grid().cells(size)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        let mut frames = self.frames.iter_mut();
        frames.try_for_each(|frame| frame.set_scale(along, scale))
    }

    fn set_color_scale(&mut self, scale: Scale) -> Option<Rescaled> {
        let frames = self.frames.iter_mut();
        frames
            .map(|frame| frame.set_color_scale(scale))
            .reduce(|all, one| Some(all?.and(one?)))?
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        self.grid().height_at(width, usual)
    }
}

impl<C: Chart> Film<C> {
    fn grid(&self) -> ChartGrid<'_> {
        ChartGrid {
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            columns: self.columns,
            charts: self
                .frames
                .iter()
                .map(|frame| frame as &dyn Chart)
                .collect(),
        }
    }

    /// The moments one after the other as an animated PNG file (APNG), each shown for this many
    /// milliseconds, the last for four times as long, in a loop. Viewers that do not animate show
    /// the first.
    ///
    /// # Errors
    /// As [`Chart::render`]; a film without frames.
    pub fn animate(&self, size: Size, milliseconds: u16) -> Result<Vec<u8>> {
        self.animate_in(size, milliseconds, &Output::default())
    }

    /// The same in a theme.
    ///
    /// # Errors
    /// As [`Film::animate`].
    pub fn animate_in(&self, size: Size, milliseconds: u16, output: &Output) -> Result<Vec<u8>> {
        let failed = |message: String| Error::Backend {
            backend: "png",
            message,
        };
        let pictures = self.frames.iter().map(|frame| {
            Ok(bitmap::picture(
                &recolored(&frame.scene(size)?, output.theme),
                output,
            ))
        });
        let pictures = pictures.collect::<Result<Vec<_>>>()?;
        let Some(first) = pictures.first() else {
            return Err(failed("a film needs a frame".to_owned()));
        };
        let encoding = |error: png::EncodingError| failed(error.to_string());
        let mut file = Cursor::new(Vec::new());
        let mut encoder = png::Encoder::new(&mut file, first.width as u32, first.height as u32);
        encoder.set_color(first.samples().0);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        encoder
            .set_animated(pictures.len() as u32, 0)
            .map_err(encoding)?;
        let mut writer = encoder.write_header().map_err(encoding)?;
        for (index, picture) in pictures.iter().enumerate() {
            let last = index + 1 == pictures.len();
            let shown = milliseconds.saturating_mul(if last { 4 } else { 1 });
            writer.set_frame_delay(shown, 1000).map_err(encoding)?;
            writer
                .write_image_data(&picture.samples().1)
                .map_err(encoding)?;
        }
        writer.finish().map_err(encoding)?;
        Ok(file.into_inner())
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let film = Film {
        title: name.clone(),
        subtitle: name,
        columns: 2,
        frames: (0..sampler.count(4)).map(|_| sampled(sampler)).collect(),
    };
    film.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CurvePanel, LearningCurves, Series};

    fn film(frames: usize) -> Film<LearningCurves> {
        let frame = |end: usize| LearningCurves {
            title: format!("step {end}"),
            panels: vec![CurvePanel {
                series: vec![Series::new("a", vec![0.0, 1.0], vec![0.0, end as f64])],
                ..CurvePanel::default()
            }],
            ..LearningCurves::default()
        };
        Film {
            title: "A film".to_owned(),
            subtitle: String::new(),
            columns: 2,
            frames: (0..frames).map(frame).collect(),
        }
    }

    #[test]
    fn every_frame_is_in_the_animation() {
        let size = Size::new(200, 160);
        let bytes = film(3).animate(size, 100).unwrap();
        let mut reader = png::Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
        let animation = *reader.info().animation_control().unwrap();
        assert_eq!((animation.num_frames, animation.num_plays), (3, 0));
        let mut frame = vec![0; reader.output_buffer_size().unwrap()];
        let mut seen = Vec::new();
        for _ in 0..3 {
            reader.next_frame(&mut frame).unwrap();
            seen.push(frame.clone());
        }
        assert!(seen[0] != seen[1] && seen[1] != seen[2]);
        assert_eq!(bytes, film(3).animate(size, 100).unwrap());
        assert!(film(0).animate(size, 100).is_err());
    }

    #[test]
    fn the_grid_holds_every_frame() {
        let svg = film(4)
            .render(crate::Format::Svg, Size::new(800, 600))
            .unwrap();
        let svg = String::from_utf8(svg).unwrap();
        for step in 0..4 {
            assert!(svg.contains(&format!("step {step}")), "{step}");
        }
    }
}
