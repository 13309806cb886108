//! Maps in a report that answer: the settings and the value of a cell, and how to reproduce it.

use std::fmt::Write;

use super::columns;
use super::json::{element, list, quoted};
use crate::chart::CellArea;

/// The most cells of a figure whose values a page holds, four bytes each.
const MOST_CELLS: usize = 65_536;

/// What is to be said of a cell beside its value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellState {
    /// The different ones.
    pub names: Vec<String>,
    /// Of every cell 0, or one more than a place among them; empty where there is nothing to say.
    pub cells: Vec<u8>,
}

/// What the cells of a figure show: settings, value, and a command with the number of the cell's
/// first network. Networks are counted area by area, row by row, column by column, seed by seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    /// Where the cells of each map of the figure are, for each drawing of the figure.
    pub areas: Vec<Vec<CellArea>>,
    /// The text before the settings in each area, such as `batch = 8, `.
    pub facets: Vec<String>,
    /// Name of the horizontal axis, and its values.
    pub x: (String, Vec<String>),
    /// Name of the vertical axis, and its values.
    pub y: (String, Vec<String>),
    /// Whether a network has one cell; otherwise it has a whole column, as in a map over steps.
    pub rows_differ: bool,
    /// Networks per cell.
    pub seeds: u64,
    /// What the values are.
    pub label: String,
    /// The value of every cell, area by area, row by row.
    pub values: Vec<f64>,
    /// What else is to be said of cells.
    pub state: CellState,
    /// The command without the number.
    pub command: String,
}

impl Picker {
    /// The element with the data for the script.
    pub(crate) fn to_html(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{{{},\"facets\":{},\"x\":{},\"columns\":{},\"y\":{},\"rows\":{},\"rows_differ\":{},\"seeds\":{},\
             \"label\":{},\"command\":{}}}",
            self.fields(),
            list(&self.facets),
            quoted(&self.x.0),
            list(&self.x.1),
            quoted(&self.y.0),
            list(&self.y.1),
            self.rows_differ,
            self.seeds,
            quoted(&self.label),
            quoted(&self.command)
        );
        element("cells", &out)
    }

    /// What differs from one step to the next.
    pub(super) fn frame(&self) -> String {
        format!("{{{}}}", self.fields())
    }

    /// Where the cells are, and what they show.
    fn fields(&self) -> String {
        let areas = |areas: &Vec<CellArea>| {
            let areas = areas.iter().map(|area| {
                let (columns, rows) = (edges(&area.columns), edges(&area.rows));
                format!("{{\"columns\":[{columns}],\"rows\":[{rows}]}}")
            });
            format!("[{}]", areas.collect::<Vec<_>>().join(","))
        };
        let drawings: Vec<String> = self.areas.iter().map(areas).collect();
        let values = match self.values.len() <= MOST_CELLS {
            true => columns::singles(&self.values),
            false => String::new(),
        };
        let state = columns::base64(self.state.cells.iter().copied());
        format!(
            "\"areas\":[{}],\"values\":\"{values}\",\"states\":{},\"state\":\"{state}\"",
            drawings.join(","),
            list(&self.state.names)
        )
    }
}

/// Edges to 10^-5 of the picture's size: finer than any pixel.
fn edges(edges: &[(f64, f64)]) -> String {
    let edges = edges
        .iter()
        .map(|(from, to)| format!("[{from:.5},{to:.5}]"));
    edges.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Answers, Report, Section};

    fn picker(rows_differ: bool) -> Picker {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Picker {
            areas: vec![vec![CellArea {
                columns: vec![(0.1, 0.5), (0.5, 0.9)],
                rows: vec![(0.5, 0.8), (0.2, 0.5)],
            }]],
            facets: vec![String::new()],
            x: ("rate".into(), texts(&["0.1", "1"])),
            y: ("a \"b\"\n".into(), texts(&["x", "y"])),
            rows_differ,
            seeds: 3,
            label: "loss".into(),
            values: vec![0.5, f64::NAN, 1.0, 2.0],
            state: CellState {
                names: texts(&["exploded"]),
                cells: vec![0, 1, 0, 0],
            },
            command: "mlp replay 'runs/it'\\''s'".into(),
        }
    }

    #[test]
    fn the_data_are_json() {
        let html = picker(true).to_html();
        assert!(html.contains("{\"areas\":[[{\"columns\":[[0.10000,0.50000],[0.50000,0.90000]]"));
        assert!(html.contains("\"y\":\"a \\\"b\\\"\\u000a\""), "{html}");
        assert!(html.contains("\"rows_differ\":true,\"seeds\":3"), "{html}");
        let state = columns::base64([0, 1, 0, 0]);
        assert!(html.contains("\"states\":[\"exploded\"]"));
        assert!(html.contains(&format!("\"state\":\"{state}\"")));
        // At another step, other things are to be said of the cells.
        assert!(picker(true).frame().contains("\"states\":[\"exploded\"]"));
        assert!(
            html.ends_with("\"command\":\"mlp replay 'runs/it'\\\\''s'\"}</script>"),
            "{html}"
        );
        let large = Picker {
            values: vec![0.0; MOST_CELLS + 1],
            ..picker(true)
        };
        assert!(large.to_html().contains("\"values\":\"\""));
    }

    #[test]
    fn a_report_has_the_script_once_and_only_where_it_is_needed() {
        let svg = || b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_vec();
        let answers = |rows_differ| Answers {
            cells: Some(picker(rows_differ)),
            ..Answers::default()
        };
        let plain = Report::new("r").section(Section::new("s").figure(svg(), "f"));
        assert!(!plain.to_html().unwrap().contains("<script"));
        let section = Section::new("s")
            .drawn(vec![svg()], "one", answers(true))
            .drawn(vec![svg(), svg()], "two", answers(false));
        let html = Report::new("r").section(section).to_html().unwrap();
        assert_eq!(html.matches("<script>").count(), 1);
        assert_eq!(html.matches("<figure class=\"cells\"").count(), 2);
        assert!(!html.contains("src="), "nothing is loaded");
    }
}
