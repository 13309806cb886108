//! Two numbers of every network, with their laws.

use mlp_plot::{Guide, NormScatter, PointColors, Scale};
use mlp_train::{
    Kind,
    analysis::{Analysis, Coloring, Law, Scatter},
};

use super::law::{equation, share};
use crate::figures::{Draw, Figure, FigureEntry, View, describe};
use crate::formatting;

/// Above this many points a cloud hides the density.
const MANY: usize = 20_000;
/// Below this R² a line leaves more than half of the variance: there is no law to draw.
const LEAST_R_SQUARED: f64 = 0.5;
/// Points of a line, which is bent where an axis is logarithmic.
const LINE_POINTS: usize = 64;
/// The most groups with a line of their own in a picture.
const MOST_LINES: usize = 8;

/// The scatters that were asked for.
pub static SCATTER: FigureEntry = FigureEntry {
    name: "Y-against-X",
    description: "two numbers of every network against each other, with lines of least squares",
    kinds: &[Kind::Train, Kind::Population],
    draw: Draw::Analysis(all),
};

/// A cloud of many points is drawn by its density, unless its colours were asked for.
fn all(view: &View, analysis: &Analysis, colored: bool) -> Vec<Figure> {
    // A single point says no more than the table.
    let scatters = analysis.scatters.iter();
    let scatters = scatters.filter(|found| found.points.len() > 1);
    scatters.map(|found| one(view, found, colored)).collect()
}

/// An axis as a chart writes it: squares as signs, columns as words.
fn axis(text: &str) -> String {
    describe::label(&text.replace("^2", "²").replace("^3", "³"))
}

fn one(view: &View, found: &Scatter, colored: bool) -> Figure {
    let (x, y) = (found.x.to_string(), found.y.to_string());
    let many = found.points.len() > MANY && !colored;
    let outcome = match &found.coloring {
        _ if many => PointColors::Density,
        Coloring::Groups { names, of, label } => PointColors::Categorical {
            names: names
                .iter()
                .map(|name| match label.as_str() {
                    "outcome" | "cell" => name.clone(),
                    "class" => format!("class {name}"),
                    key => format!("{} {name}", describe::label(key)),
                })
                .collect(),
            classes: of.clone(),
        },
        Coloring::Numbers { label, values } => PointColors::Continuous {
            label: axis(label),
            values: values.clone(),
            scale: Scale::Auto,
        },
    };
    let what = if found.records { "record" } else { "network" };
    let hidden = match found.fitted - found.points.len() as u64 {
        0 => String::new(),
        _ => format!(
            " {} of {} points are drawn, those of evenly spaced networks; all are fitted.",
            formatting::count(found.points.len() as f64),
            formatting::count(found.fitted as f64)
        ),
    };
    let chart = NormScatter {
        title: format!("{} against {}", axis(&y), axis(&x)),
        subtitle: format!("{}{hidden}", describe::population(view)),
        x_label: axis(&x),
        y_label: axis(&y),
        x_scale: Scale::of_cloud(found.points.iter().map(|point| point.0)),
        y_scale: Scale::of_cloud(found.points.iter().map(|point| point.1)),
        x: found.points.iter().map(|point| point.0).collect(),
        y: found.points.iter().map(|point| point.1).collect(),
        guides: guides(found, &outcome),
        outcome,
        marginals: true,
    };
    let law = found.laws.first().map_or_else(String::new, equation);
    let caption = format!(
        "Every {what} that neither diverged nor exploded, with the lines of least squares whose R² is {LEAST_R_SQUARED} or more and that \
         no single points decide. All: {law}."
    );
    let records = if found.records { "records-" } else { "" };
    let name = format!(
        "{records}{}-against-{}",
        found.y.file_name(),
        found.x.file_name()
    );
    Figure::new(name, caption, chart).sized(900, 640)
}

/// The lines over the range of their points: one per group, or one for all.
fn guides(found: &Scatter, outcome: &PointColors) -> Vec<Guide> {
    let ends = |group: Option<usize>| {
        let of = match &found.coloring {
            Coloring::Groups { of, .. } => Some(of),
            Coloring::Numbers { .. } => None,
        };
        let own = found
            .points
            .iter()
            .enumerate()
            .filter(|(i, _)| group.is_none_or(|group| of.is_some_and(|of| of[*i] == group)));
        own.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, p)| {
            (
                if p.0 < low { p.0 } else { low },
                if p.0 > high { p.0 } else { high },
            )
        })
    };
    let line = |law: &Law, group: Option<usize>, name: &str| {
        let line = law.line.as_ref().ok()?;
        let r_squared = line.r_squared?;
        // Neither a line without a law nor one that a point or two decide.
        if r_squared < LEAST_R_SQUARED || law.decided.is_some() {
            return None;
        }
        let (low, high) = ends(group);
        Some(Guide {
            name: format!("{name}: R² {}", share(r_squared)),
            class: group,
            line: places(low, high).map(|x| (x, line.at(x))).collect(),
        })
    };
    let groups = &found.laws[found.laws.len().min(1)..];
    let (names, shown) = match (&found.coloring, outcome) {
        (Coloring::Groups { names, .. }, PointColors::Categorical { names: shown, .. }) => {
            (names.as_slice(), shown.as_slice())
        }
        _ => (&[][..], &[][..]),
    };
    if !shown.is_empty() && (2..=MOST_LINES).contains(&groups.len()) {
        let of_group = |law: &Law| {
            let group = names.iter().position(|name| *name == law.name.value)?;
            line(law, Some(group), &shown[group])
        };
        return groups.iter().filter_map(of_group).collect();
    }
    let all = found.laws.first();
    all.and_then(|law| line(law, None, "all"))
        .into_iter()
        .collect()
}

/// Places of a line between two values: even ones, and where both are positive even ones on a logarithmic axis.
fn places(low: f64, high: f64) -> impl Iterator<Item = f64> {
    let share = |i: usize| i as f64 / (LINE_POINTS - 1) as f64;
    let even = (0..LINE_POINTS).map(move |i| low + (high - low) * share(i));
    let decades = (0..LINE_POINTS)
        .filter(move |_| low > 0.0)
        .map(move |i| low * (high / low).powf(share(i)));
    let mut places: Vec<f64> = even.chain(decades).collect();
    places.sort_by(f64::total_cmp);
    places.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_smooth_on_either_axis() {
        let found: Vec<f64> = places(1.0, 1e6).collect();
        assert!(found.is_sorted() && found.len() == 2 * LINE_POINTS);
        let ratios = found.windows(2).map(|w| w[1] / w[0]);
        assert!(ratios.fold(1.0, f64::max) < 1.3);
        assert_eq!(places(-1.0, 1.0).count(), LINE_POINTS);
    }
}
