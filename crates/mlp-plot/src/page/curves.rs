//! Curves in a report that answer: the value of every curve at the place of a cursor.

use std::fmt::Write;

use super::columns;
use super::json::{element, list, quoted};
use crate::chart::{Readout, ReadoutCurve};
use crate::scene::Area;

/// The most numbers of a figure that a page holds, four bytes each.
const MOST_NUMBERS: usize = 60_000;

/// The curves of a figure, and where they are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveAnswers {
    readout: Readout,
    /// For each drawing of the figure its panels as parts of the picture.
    plots: Vec<Vec<Area>>,
}

impl CurveAnswers {
    /// What the curves of a figure answer whose drawings have their panels there, as parts of the picture; `None` where these
    /// are not the panels of the readout.
    #[must_use]
    pub fn new(readout: Readout, plots: Vec<Vec<Area>>) -> Option<Self> {
        let fits = |plots: &Vec<Area>| plots.len() == readout.panels.len();
        let any = readout.panels.iter().any(|panel| !panel.curves.is_empty());
        (any && plots.iter().all(fits)).then(|| CurveAnswers {
            readout: readout.thinned(MOST_NUMBERS),
            plots,
        })
    }

    /// The element with the data for the script.
    pub(crate) fn to_html(&self) -> String {
        let readout = &self.readout;
        let area = |area: &Area| {
            let Area {
                left,
                top,
                right,
                bottom,
            } = area;
            format!("[{left:.5},{top:.5},{right:.5},{bottom:.5}]")
        };
        let plots = |plots: &Vec<Area>| format!("[{}]", joined(plots, area));
        let panels = joined(&readout.panels, |panel| {
            let curves = joined(&panel.curves, |curve| {
                one(curve, curve.at.len() == readout.places.len())
            });
            format!(
                "{{\"label\":{},\"curves\":[{curves}]}}",
                quoted(&panel.label)
            )
        });
        let thinned = match readout.thinned_from {
            Some(all) => format!(
                "{} of {all} places answer, evenly picked; the table series has all.",
                readout.places.len()
            ),
            None => String::new(),
        };
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{{\"x\":{},\"places\":{{{}}},\"across\":\"{}\",\"names\":{},\"plots\":[{}],\"panels\":[{panels}],\"thinned\":{}}}",
            quoted(&readout.x_label),
            columns::numbers(&readout.places).fields(),
            columns::singles(&readout.across),
            list(&readout.names),
            joined(&self.plots, plots),
            quoted(&thinned)
        );
        element("curves", &out)
    }
}

/// A curve, of whose places those of the chart need not be repeated.
fn one(curve: &ReadoutCurve, everywhere: bool) -> String {
    let at: Vec<f64> = match everywhere {
        true => Vec::new(),
        false => curve.at.iter().map(|&at| at as f64).collect(),
    };
    let ranges = joined(&curve.ranges, |range| {
        format!(
            "{{\"name\":{},\"lower\":\"{}\",\"upper\":\"{}\"}}",
            quoted(&range.name),
            columns::singles(&range.lower),
            columns::singles(&range.upper)
        )
    });
    format!(
        "{{\"name\":{},\"color\":\"{}\",\"shift\":{:.5},\"at\":{{{}}},\"values\":\"{}\",\"heights\":\"{}\",\"ranges\":[{ranges}]}}",
        quoted(&curve.name),
        curve.color.hex(),
        curve.shift,
        columns::numbers(&at).fields(),
        columns::singles(&curve.values),
        columns::singles(&curve.heights)
    )
}

fn joined<T>(all: &[T], written: impl Fn(&T) -> String) -> String {
    all.iter().map(written).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Chart, CurvePanel, LearningCurves, Series};
    use crate::output::Size;
    use crate::report::{Answers, Report, Section};

    /// Curves over so many steps.
    fn answers(steps: usize) -> CurveAnswers {
        let x: Vec<f64> = (0..steps).map(|step| step as f64).collect();
        let y: Vec<f64> = x.iter().map(|x| 1.0 / (1.0 + x)).collect();
        let chart = LearningCurves {
            x_label: "step".into(),
            panels: vec![CurvePanel {
                y_label: "loss </script>".into(),
                series: vec![
                    Series::new("train", x.clone(), y.clone()),
                    Series::new("test", x[..steps / 2].to_vec(), y[..steps / 2].to_vec()),
                ],
                ..CurvePanel::default()
            }],
            ..LearningCurves::default()
        };
        let plots = chart.scene(Size::default()).unwrap().plot_parts();
        CurveAnswers::new(chart.readout().unwrap(), vec![plots]).unwrap()
    }

    #[test]
    fn the_data_are_json_and_end_no_element() {
        let html = answers(4).to_html();
        assert_eq!(html.matches("</script>").count(), 1);
        assert!(html.contains(
            "\"x\":\"step\",\"places\":{\"kind\":\"u8\",\"names\":[\"0\",\"1\",\"2\",\"3\"]"
        ));
        assert!(html.contains("\"plots\":[[[0."), "{html}");
        assert!(html.contains("\"thinned\":\"\""));
    }

    #[test]
    fn long_trainings_are_thinned_and_it_is_said() {
        let html = answers(500_000).to_html();
        assert!(html.len() < 700_000, "{}", html.len());
        assert!(html.contains("of 500000 places answer"));
    }

    #[test]
    fn panels_that_were_not_drawn_do_not_answer() {
        let readout = answers(4).readout;
        assert_eq!(CurveAnswers::new(readout.clone(), vec![Vec::new()]), None);
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_vec();
        let answers = Answers {
            curves: Some(answers(4)),
            ..Answers::default()
        };
        let section = Section::new("s").drawn(vec![svg], "f", answers);
        let html = Report::new("r").section(section).to_html().unwrap();
        assert!(html.contains("<figure class=\"curves\">") && html.contains("<script>"));
    }
}
