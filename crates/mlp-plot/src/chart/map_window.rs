//! A map with a window in it, such as the next one of a zoom.

use super::heat_map::{Cells, HeatMap, sampled};
use super::kind::{Chart, ChartKind, Rescaled};
use super::sampler::Sampler;
use crate::error::Result;
use crate::output::Size;
use crate::scale::Scale;
use crate::scene::{Area, Scene};
use crate::theme::{INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "map window",
    description: "a metric over two axes with a window in it",
    least: Size::new(480, 420),
    sample,
};

/// A map and the window: its first and last value along each axis; all of an axis where none is given.
#[derive(Debug, Clone, PartialEq)]
pub struct MapWindow {
    /// The map.
    pub map: HeatMap,
    /// Along the horizontal axis.
    pub x: Option<(f64, f64)>,
    /// Along the vertical axis.
    pub y: Option<(f64, f64)>,
}

impl Chart for MapWindow {
    fn scene(&self, size: Size) -> Result<Scene> {
        Ok(self.framed(self.map.scene(size)?))
    }

    fn scene_around(&self, size: Size, plot: Area) -> Result<Scene> {
        Ok(self.framed(self.map.scene_around(size, plot)?))
    }

    fn heading(&mut self) -> [&mut String; 2] {
        self.map.heading()
    }

    fn set_color_scale(&mut self, scale: Scale) -> Option<Rescaled> {
        self.map.set_color_scale(scale)
    }
}

impl MapWindow {
    /// The picture of the map with the frame of the window.
    fn framed(&self, mut scene: Scene) -> Scene {
        let (Some(plot), true) = (scene.plots().first().copied(), self.x.or(self.y).is_some())
        else {
            return scene;
        };
        let ends = |window: Option<(f64, f64)>, cells: &Cells| {
            let at = |value: f64| Some(cells.axis.mapping.fraction(value)?.clamp(0.0, 1.0));
            window.map_or(Some((0.0, 1.0)), |(low, high)| Some((at(low)?, at(high)?)))
        };
        let (columns, rows) = (Cells::of(&self.map.x), Cells::of(&self.map.y));
        if let (Some(x), Some(y)) = (ends(self.x, &columns), ends(self.y, &rows)) {
            let across = |at: f64| plot.left + at * plot.width();
            let down = |at: f64| plot.bottom - at * plot.height();
            let window = Area::new(across(x.0), down(y.1), across(x.1), down(y.0));
            scene.frame(window, WHITE, 3.6);
            scene.frame(window, INK, 1.6);
        }
        scene
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let chart = MapWindow {
        map: sampled(sampler),
        x: Some((sampler.uniform(), 1.0 + sampler.uniform())),
        y: None,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Best, GridAxis};
    use crate::color::ColorMap;
    use crate::scene::Shape;

    #[test]
    fn the_window_is_where_its_values_are() {
        let map = HeatMap {
            title: "t".into(),
            subtitle: String::new(),
            x: GridAxis::numbers("x", vec![1.0, 10.0, 100.0], Scale::Log),
            y: GridAxis::numbers("y", vec![0.0, 1.0], Scale::Linear),
            values: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
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
        };
        let chart = MapWindow {
            map,
            x: Some((1.0, 10.0)),
            y: Some((0.0, 0.5)),
        };
        let scene = chart.scene(Size::default()).unwrap();
        let plot = scene.plots()[0];
        let Some(Shape::Line { points, .. }) = scene.shapes.last() else {
            panic!("no window");
        };
        // Cells of a decade reach half a decade further; those of one reach half further.
        let x = |at: f64| plot.left + at / 3.0 * plot.width();
        assert!((points[0].0 - x(0.5)).abs() < 1e-9 && (points[1].0 - x(1.5)).abs() < 1e-9);
        let y = |at: f64| plot.bottom - (at + 0.5) / 2.0 * plot.height();
        assert!((points[0].1 - y(0.5)).abs() < 1e-9 && (points[2].1 - y(0.0)).abs() < 1e-9);
    }
}
