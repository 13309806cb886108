//! What a chart of curves tells at each place of its horizontal axis, so that a page answers there.

use crate::color::Color;

/// The curves of a chart with all places of their horizontal axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Readout {
    /// Label of the horizontal axis: charts with the same one share a cursor.
    pub x_label: String,
    /// The places, ascending.
    pub places: Vec<f64>,
    /// Where each is between the ends of the axis, from 0 to 1.
    pub across: Vec<f64>,
    /// Names of the places 0, 1, ... of an axis of names.
    pub names: Vec<String>,
    /// The panels, in the order of [`Scene::plots`](crate::Scene::plots).
    pub panels: Vec<ReadoutPanel>,
    /// How many places the chart has, where these are only some of them.
    pub thinned_from: Option<usize>,
}

/// The curves between one pair of axes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadoutPanel {
    /// What is drawn there.
    pub label: String,
    /// The curves.
    pub curves: Vec<ReadoutCurve>,
}

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadoutCurve {
    /// Whose curve it is.
    pub name: String,
    /// The colour it has.
    pub color: Color,
    /// How far beside its places it is drawn, as a part of the axis.
    pub shift: f64,
    /// Its places, as positions among those of the chart, ascending.
    pub at: Vec<usize>,
    /// Its value at each, NaN without one.
    pub values: Vec<f64>,
    /// Where each value is between the ends of the vertical axis, from 0 to 1; outside beyond them, NaN where nowhere.
    pub heights: Vec<f64>,
    /// The ranges around it.
    pub ranges: Vec<ReadoutRange>,
}

/// A range around a curve, such as that of the middle half of the networks.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadoutRange {
    /// Which range.
    pub name: String,
    /// Its lower end at each place of the curve.
    pub lower: Vec<f64>,
    /// Its upper end.
    pub upper: Vec<f64>,
}

impl Readout {
    /// The same with at most about so many numbers: of each curve every k-th place, its first and its last.
    #[must_use]
    pub fn thinned(mut self, most: usize) -> Self {
        let curves = self.panels.iter().flat_map(|panel| &panel.curves);
        let numbers = curves.map(|curve| curve.at.len() * (2 + 2 * curve.ranges.len()));
        let every = numbers.sum::<usize>().div_ceil(most.max(1));
        if every < 2 {
            return self;
        }
        let all = self.places.len();
        let mut kept = vec![false; all];
        for curve in self.panels.iter_mut().flat_map(|panel| &mut panel.curves) {
            let last = curve.at.len().saturating_sub(1);
            let stays = |place: usize| place.is_multiple_of(every) || place == last;
            let thin = |values: &mut Vec<f64>| *values = picked(values, stays);
            thin(&mut curve.values);
            thin(&mut curve.heights);
            for range in &mut curve.ranges {
                thin(&mut range.lower);
                thin(&mut range.upper);
            }
            curve.at = picked(&curve.at, stays);
            curve.at.iter().for_each(|&at| kept[at] = true);
        }
        let mut moved = vec![0; all];
        let mut count = 0;
        for (place, kept) in kept.iter().enumerate() {
            moved[place] = count;
            count += usize::from(*kept);
        }
        for curve in self.panels.iter_mut().flat_map(|panel| &mut panel.curves) {
            curve.at.iter_mut().for_each(|at| *at = moved[*at]);
        }
        self.places = picked(&self.places, |place| kept[place]);
        self.across = picked(&self.across, |place| kept[place]);
        self.thinned_from = Some(all);
        self
    }
}

fn picked<T: Copy>(values: &[T], stays: impl Fn(usize) -> bool) -> Vec<T> {
    let kept = values.iter().enumerate().filter(|(place, _)| stays(*place));
    kept.map(|(_, value)| *value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(at: Vec<usize>) -> ReadoutCurve {
        let values: Vec<f64> = at.iter().map(|&at| at as f64 * 10.0).collect();
        ReadoutCurve {
            name: "train".into(),
            color: Color::rgb(0, 0, 0),
            shift: 0.0,
            heights: values.clone(),
            ranges: vec![ReadoutRange {
                name: "25–75 %".into(),
                lower: values.clone(),
                upper: values.clone(),
            }],
            values,
            at,
        }
    }

    #[test]
    fn thinned_curves_keep_their_ends_and_their_own_places() {
        let readout = Readout {
            places: (0..101).map(f64::from).collect(),
            across: (0..101).map(|place| f64::from(place) / 100.0).collect(),
            panels: vec![ReadoutPanel {
                label: "loss".into(),
                curves: vec![
                    curve((0..101).collect()),
                    curve((0..101).step_by(10).collect()),
                ],
            }],
            ..Readout::default()
        };
        assert_eq!(readout.clone().thinned(1000), readout);
        let thinned = readout.thinned(100);
        assert_eq!(thinned.thinned_from, Some(101));
        assert!(thinned.places.len() < 40 && thinned.places.is_sorted());
        for curve in &thinned.panels[0].curves {
            let places: Vec<f64> = curve.at.iter().map(|&at| thinned.places[at]).collect();
            assert_eq!((places[0], places[places.len() - 1]), (0.0, 100.0));
            let values: Vec<f64> = places.iter().map(|place| place * 10.0).collect();
            assert_eq!((&curve.values, &curve.heights), (&values, &values));
            assert_eq!(curve.ranges[0].upper, values);
        }
        let across: Vec<f64> = thinned.places.iter().map(|place| place / 100.0).collect();
        assert_eq!(thinned.across, across);
    }
}
