//! The end of a map: its boundary, its best cell and the region around that.

use std::{fmt::Write, path::Path};

use mlp_train::{BoundaryDimension, MapAxes};

use super::Summary;
use crate::{failure::Outcome, words};

impl Summary<'_> {
    /// The boundary of a map of shades.
    pub(super) fn boundary(&self) -> Outcome<Option<BoundaryDimension>> {
        let map = &self.experiment.experiment().map;
        if map.metric.as_deref() != Some("shade") {
            return Ok(None);
        }
        Ok(BoundaryDimension::of(&self.directory.map()?))
    }

    pub(super) fn map(&self, text: &mut String) -> Outcome {
        self.counts(text)?;
        if let Some(boundary) = self.boundary()? {
            let (low, high) = boundary.interval;
            let largest = boundary.boxes.last().map_or(1, |(side, _)| *side);
            writeln!(
                text,
                "{:<11} dimension {:.3} (95 % {low:.3} to {high:.3}) by boxes of 1 to {largest} cells",
                "boundary", boundary.dimension
            )?;
        }
        if let Some(best) = &self.done.best {
            let [x, y] = self.axis_names();
            writeln!(
                text,
                "{:<11} {} {} at {x} = {}, {y} = {}",
                "best cell",
                best.metric,
                words::measured(best.value),
                best.x,
                best.y
            )?;
            if let (Some(facet), Some(axis)) = (&best.facet, self.facet_name()) {
                writeln!(text, "{:<11} {axis} = {facet}", "facet")?;
            }
            let region = &best.region;
            let part = if best.facet.is_some() { "facet" } else { "map" };
            writeln!(
                text,
                "{:<11} {} ({:.1} % of the {part}) around it within {:.3} % of it: {x} {} to {}, {y} {} to {}",
                "region",
                words::so_many(region.cells, "cell"),
                100.0 * region.cells as f64 / region.of as f64,
                100.0 * region.tolerance,
                region.x.0,
                region.x.1,
                region.y.0,
                region.y.1,
            )?;
            if region.within > region.cells {
                let more = words::so_many(region.within - region.cells, "cell");
                writeln!(text, "{:<11} as good elsewhere: {more}", "")?;
            }
            let folder = words::shell(Path::new(&self.folder()));
            writeln!(
                text,
                "{:<11} mlp replay {folder} {}",
                "replay", best.network
            )?;
        }
        Ok(())
    }

    /// Names of the horizontal and the vertical axis.
    pub(super) fn axis_names(&self) -> [String; 2] {
        match MapAxes::of(self.experiment) {
            Some(axes) => [axes.x.key.to_string(), axes.y_name()],
            None => [String::new(), String::new()],
        }
    }

    /// Name of the third axis of a map.
    pub(super) fn facet_name(&self) -> Option<String> {
        Some(MapAxes::of(self.experiment)?.facet?.key.to_string())
    }
}
