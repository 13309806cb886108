//! Clickable maps in a report, which show the settings of a cell and how to reproduce it.

use std::fmt::Write;

use crate::chart::CellArea;

/// The script of every report with such a map.
pub(crate) const SCRIPT: &str = include_str!("picker.js");

/// What a click on a cell of a figure shows: the cell's settings, and a command with the number of its
/// first network. Networks are counted area by area, row by row, column by column, seed by seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    /// Where the cells of each map of the figure are.
    pub areas: Vec<CellArea>,
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
    /// The command without the number.
    pub command: String,
}

impl Picker {
    /// The data for the script.
    pub(crate) fn to_json(&self) -> String {
        let mut out = String::from("{\"areas\":[");
        for (index, area) in self.areas.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let (columns, rows) = (edges(&area.columns), edges(&area.rows));
            // Writing to a String cannot fail.
            let _ = write!(out, "{comma}{{\"columns\":[{columns}],\"rows\":[{rows}]}}");
        }
        let columns = self.x.1.len();
        let rows = if self.rows_differ { self.y.1.len() } else { 1 };
        let _ = write!(
            out,
            "],\"facets\":{},\"x\":{},\"columns\":{},\"y\":{},\"rows\":{},\"per_area\":{},\"per_row\":{},\"seeds\":{},\"command\":{}}}",
            list(&self.facets),
            quoted(&self.x.0),
            list(&self.x.1),
            quoted(&self.y.0),
            list(&self.y.1),
            columns * rows,
            if self.rows_differ { columns } else { 0 },
            self.seeds,
            quoted(&self.command)
        );
        out
    }
}

/// Edges to 10^-5 of the picture's size: finer than any pixel.
fn edges(edges: &[(f64, f64)]) -> String {
    let edges = edges
        .iter()
        .map(|(from, to)| format!("[{from:.5},{to:.5}]"));
    edges.collect::<Vec<_>>().join(",")
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(","))
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Report, Section};

    fn picker(rows_differ: bool) -> Picker {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Picker {
            areas: vec![CellArea {
                columns: vec![(0.1, 0.5), (0.5, 0.9)],
                rows: vec![(0.5, 0.8), (0.2, 0.5)],
            }],
            facets: vec![String::new()],
            x: ("rate".into(), texts(&["0.1", "1"])),
            y: ("a \"b\"\n".into(), texts(&["x", "y"])),
            rows_differ,
            seeds: 3,
            command: "mlp replay 'runs/it'\\''s'".into(),
        }
    }

    #[test]
    fn the_data_are_json() {
        let json = picker(true).to_json();
        assert!(json.starts_with("{\"areas\":[{\"columns\":[[0.10000,0.50000],[0.50000,0.90000]]"));
        assert!(json.contains("\"y\":\"a \\\"b\\\"\\u000a\""), "{json}");
        assert!(
            json.contains("\"per_area\":4,\"per_row\":2,\"seeds\":3"),
            "{json}"
        );
        assert!(
            json.ends_with("\"command\":\"mlp replay 'runs/it'\\\\''s'\"}"),
            "{json}"
        );
        assert!(
            picker(false)
                .to_json()
                .contains("\"per_area\":2,\"per_row\":0")
        );
    }

    #[test]
    fn a_report_has_the_script_once_and_only_where_it_is_needed() {
        let svg = || b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_vec();
        let plain = Report::new("r").section(Section::new("s").figure(svg(), "f"));
        assert!(!plain.to_html().unwrap().contains("<script"));
        let section =
            Section::new("s")
                .map(svg(), "one", picker(true))
                .map(svg(), "two", picker(false));
        let html = Report::new("r").section(section).to_html().unwrap();
        assert_eq!(html.matches("<script>").count(), 1);
        assert_eq!(html.matches("data-cells=\"{&quot;areas&quot;").count(), 2);
        assert!(!html.contains("src="), "nothing is loaded");
    }
}
