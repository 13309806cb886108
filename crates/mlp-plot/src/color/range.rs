//! The range of colours that several maps share.

use crate::scale::{Mapping, Scale};

/// From values to colours: the ends of a colour bar and what lies between them.
#[derive(Debug, Clone, PartialEq)]
pub struct ColorRange(Mapping);

impl ColorRange {
    /// The colours of these values, apart from few that are far from the others; `None` without a finite one. A zero
    /// gets the lowest colour of a logarithmic scale.
    #[must_use]
    pub fn of(values: impl Iterator<Item = f64> + Clone, scale: Scale) -> Option<Self> {
        let scale = scale.settled(values.clone());
        let shown = values.filter(|v| v.is_finite() && (scale != Scale::Log || *v > 0.0));
        shown.clone().next()?;
        let fitted = Mapping::within_limits(shown, scale, 0.0);
        Some(ColorRange(fitted.mapping))
    }

    /// From one value to another; what lies beyond gets the colours of the ends.
    #[must_use]
    pub fn between(low: f64, high: f64, scale: Scale) -> Self {
        ColorRange(Mapping::fit([low, high].into_iter(), scale, 0.0))
    }

    pub(crate) fn exactly(mapping: Mapping) -> Self {
        ColorRange(mapping)
    }

    pub(crate) fn mapping(&self) -> &Mapping {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_share_their_colors() {
        let range = |values: &[f64], scale| ColorRange::of(values.iter().copied(), scale);
        let usual: Vec<f64> = (0..60).map(|i| 1.0 + f64::from(i)).collect();
        let wild = [&usual[..], &[1e144, f64::NAN]].concat();
        let shared = range(&wild, Scale::Auto).unwrap();
        assert!(matches!(shared.mapping(), Mapping::Log { .. }));
        let at = |value: f64| shared.mapping().fraction(value).unwrap();
        assert!(at(1.0).abs() < 1e-9 && (at(60.0) - 1.0).abs() < 1e-9 && at(1e144) > 1.0);
        let linear = ColorRange::between(0.0, 2.0, Scale::Linear);
        assert_eq!(range(&[0.0, 2.0], Scale::Auto), Some(linear));
        assert_eq!(range(&[f64::NAN], Scale::Auto), None);
        assert_eq!(range(&[0.0, -1.0], Scale::Log), None);
    }

    /// One map's values do not decide what is small in another's.
    #[test]
    fn both_signs_have_one_scale_in_all_maps() {
        let values = [-900.0, -1.0, 0.1, 2.0, 40.0, 1000.0];
        let shared = ColorRange::of(values.into_iter(), Scale::Symlog).unwrap();
        assert!(matches!(
            shared.mapping(),
            Mapping::Symlog { unit: 10.0, .. }
        ));
        let at = values.map(|value| shared.mapping().fraction(value).unwrap());
        assert!(at.is_sorted() && at[0] == 0.0 && at[5] == 1.0);
    }
}
