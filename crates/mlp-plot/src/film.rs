//! Films: a chart over time, as small multiples or as an animated PNG.

use std::io::Cursor;

use crate::bitmap;
use crate::chart::Sampler;
use crate::chart::learning_curves::sampled;
use crate::chart::{Along, CellArea, Chart, ChartGrid, ChartKind, Rescaled};
use crate::error::{Error, Result};
use crate::output::{Output, Size};
use crate::recolor::recolored;
use crate::render::hex_boxes::spelled;
use crate::scale::Scale;
use crate::scene::{Area, Scene};

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

    /// The pictures of an animation: what stands beside their plots differs, but the plots themselves stay where they are.
    fn scenes(&self, size: Size) -> Result<Vec<Scene>> {
        let scenes = self.frames.iter().map(|frame| frame.scene(size));
        let scenes = scenes.collect::<Result<Vec<_>>>()?;
        let plots: Option<Vec<Area>> = (scenes.iter())
            .map(|scene| match scene.plots() {
                [plot] => Some(*plot),
                _ => None,
            })
            .collect();
        let shared = plots.into_iter().flatten().reduce(|all, one| Area {
            left: all.left.max(one.left),
            top: all.top.max(one.top),
            right: all.right.min(one.right),
            bottom: all.bottom.min(one.bottom),
        });
        match shared {
            Some(plot) if plot.width() > 0.0 && plot.height() > 0.0 => {
                let frames = self.frames.iter();
                frames.map(|frame| frame.scene_around(size, plot)).collect()
            }
            _ => Ok(scenes),
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
        let scenes = self.scenes(size)?.into_iter();
        let pictures: Vec<_> = scenes
            .map(|scene| bitmap::picture(&spelled(&recolored(&scene, output.theme)), output))
            .collect();
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
    use crate::{Best, ColorMap, CurvePanel, GridAxis, HeatMap, LearningCurves, Series};

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

    /// The labels beside the second picture are wider.
    #[test]
    fn plots_of_an_animation_stay_in_place() {
        let frame = |end: f64| {
            let axis = |end: f64| GridAxis::numbers("y", vec![0.0, end], Scale::Linear);
            HeatMap {
                title: format!("to {end}"),
                subtitle: String::new(),
                x: axis(1.0),
                y: axis(end),
                values: vec![0.0, 1.0, 2.0, 3.0],
                diverged: Vec::new(),
                diverged_label: String::new(),
                mixed: Vec::new(),
                exploded: Vec::new(),
                computed: Vec::new(),
                missing: Vec::new(),
                value_label: "v".into(),
                value_scale: Scale::Linear,
                value_range: None,
                color_map: ColorMap::Viridis,
                best: Best::None,
            }
        };
        let film = Film {
            title: String::new(),
            subtitle: String::new(),
            columns: 1,
            frames: vec![frame(1.0), frame(12345.0)],
        };
        let size = Size::new(480, 380);
        let plots = |scenes: &[Scene]| scenes.iter().map(|s| s.plots()[0]).collect::<Vec<_>>();
        let alone: Result<Vec<Scene>> = film.frames.iter().map(|f| f.scene(size)).collect();
        let alone = plots(&alone.unwrap());
        let together = plots(&film.scenes(size).unwrap());
        assert!(alone[0].left < alone[1].left);
        assert_eq!(together[0], together[1]);
        assert_eq!(together[0].left, alone[1].left);
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
