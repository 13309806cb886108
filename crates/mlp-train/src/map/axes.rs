//! The axes of a map by their roles.

use crate::resolve::resolved::Axis;

/// The axes of a map by their roles. Cells are counted with x running fastest, then y, then the facet.
#[derive(Clone, Copy, Debug)]
pub struct MapAxes<'a> {
    /// The third key, which has a map for each of its values.
    pub facet: Option<&'a Axis>,
    /// The vertical axis; `None` where it is the recorded steps.
    pub y: Option<&'a Axis>,
    /// The horizontal axis.
    pub x: &'a Axis,
}

impl<'a> MapAxes<'a> {
    /// The axes by their roles; `None` where they are not those of a map. With two axes, `faceted` says what the
    /// first one is.
    pub(crate) fn among(axes: &'a [Axis], faceted: bool) -> Option<Self> {
        let (facet, y, x) = match axes {
            [x] => (None, None, x),
            [facet, x] if faceted => (Some(facet), None, x),
            [y, x] => (None, Some(y), x),
            [facet, y, x] => (Some(facet), Some(y), x),
            _ => return None,
        };
        Some(Self { facet, y, x })
    }

    /// Values of the facet, 1 where there is none.
    pub fn facets(&self) -> usize {
        self.facet.map_or(1, |axis| axis.values.len())
    }

    /// The name of the vertical axis.
    pub fn y_name(&self) -> String {
        self.y.map_or("step".to_owned(), |axis| axis.key.column())
    }
}
