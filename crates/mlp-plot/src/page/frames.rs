//! A figure at several steps, of which a page shows one: what the drawings have in common is held once.

use std::collections::HashMap;
use std::fmt::Write;

use super::json::{element, list, quoted};
use super::picker::Picker;

/// The most bytes that the frames of a figure take; of more, every other one is left out.
const MOST_BYTES: usize = 1_600_000;

/// A figure at one step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepFrame {
    /// The step.
    pub name: String,
    /// SVG documents without ids, in the order of those of the figure, which a frame without any is itself.
    pub drawings: Vec<Vec<u8>>,
    /// What the cells show.
    pub cells: Option<Picker>,
}

impl StepFrame {
    /// The figure itself.
    #[must_use]
    pub fn own(name: &str) -> Self {
        StepFrame {
            name: name.to_owned(),
            ..StepFrame::default()
        }
    }

    fn is_own(&self) -> bool {
        self.drawings.is_empty()
    }
}

/// A figure at several steps.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFrames {
    label: String,
    frames: Vec<StepFrame>,
}

impl StepFrames {
    /// A figure's frames in order, one of which is itself; `None` where that is the only one. `label` is what differs.
    #[must_use]
    pub fn new(label: &str, frames: Vec<StepFrame>) -> Option<Self> {
        (frames.len() > 1).then(|| StepFrames {
            label: label.to_owned(),
            frames,
        })
    }

    /// The element with the data for the script; empty where two frames are too large for a page.
    pub(crate) fn to_html(&self) -> String {
        let mut kept: Vec<&StepFrame> = self.frames.iter().collect();
        while kept.len() > 1 {
            let html = self.written(&kept);
            if html.len() <= MOST_BYTES {
                return html;
            }
            // The figure itself stays; of the others every other one.
            let mut index = 0;
            kept.retain(|frame| {
                index += usize::from(!frame.is_own());
                frame.is_own() || index % 2 == 0
            });
        }
        String::new()
    }

    fn written(&self, kept: &[&StepFrame]) -> String {
        let mut lines = Lines::default();
        let frames: Vec<String> = kept
            .iter()
            .map(|frame| {
                let drawings = frame.drawings.iter();
                let drawings: Vec<String> = drawings.map(|svg| lines.runs(svg)).collect();
                let cells = frame
                    .cells
                    .as_ref()
                    .map_or("null".to_owned(), Picker::frame);
                format!(
                    "{{\"name\":{},\"drawings\":[{}],\"cells\":{cells}}}",
                    quoted(&frame.name),
                    drawings.join(",")
                )
            })
            .collect();
        let thinned = match kept.len() < self.frames.len() {
            true => format!(
                "{} of {} steps, so that this page stays small.",
                kept.len(),
                self.frames.len()
            ),
            false => String::new(),
        };
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{{\"label\":{},\"lines\":{},\"frames\":[{}],\"thinned\":{}}}",
            quoted(&self.label),
            list(&lines.all),
            frames.join(","),
            quoted(&thinned)
        );
        element("frames", &out)
    }
}

/// The different lines of drawings.
#[derive(Default)]
struct Lines {
    all: Vec<String>,
    known: HashMap<String, usize>,
}

impl Lines {
    /// What an SVG document contains, as a list of the first and the last of lines that follow one another.
    fn runs(&mut self, svg: &[u8]) -> String {
        let svg = String::from_utf8_lossy(svg);
        let start = svg.find("<svg").unwrap_or(0);
        let start = svg[start..].find('>').map_or(0, |at| start + at + 1);
        let end = svg.rfind("</svg>").unwrap_or(svg.len());
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for line in svg[start..end].lines() {
            let next = self.all.len();
            let place = *self.known.entry(line.to_owned()).or_insert(next);
            if place == next {
                self.all.push(line.to_owned());
            }
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == place => *last = place,
                _ => runs.push((place, place)),
            }
        }
        let runs: Vec<String> = runs
            .iter()
            .map(|(from, to)| format!("{from},{to}"))
            .collect();
        format!("[{}]", runs.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(lines: &[&str]) -> Vec<u8> {
        let inner = lines.join("\n");
        format!("<svg width=\"1\">\n{inner}\n</svg>\n").into_bytes()
    }

    #[test]
    fn what_drawings_share_is_held_once() {
        let frames = [["<a/>", "<b/>", "<c1/>"], ["<a/>", "<b/>", "<c2/>"]];
        let mut frames: Vec<StepFrame> = (frames.iter().enumerate())
            .map(|(step, lines)| StepFrame {
                name: step.to_string(),
                drawings: vec![svg(lines)],
                cells: None,
            })
            .collect();
        frames.push(StepFrame::own("2"));
        let html = StepFrames::new("step", frames).unwrap().to_html();
        assert!(
            html.contains(
                "\"lines\":[\"\",\"\\u003ca/>\",\"\\u003cb/>\",\"\\u003cc1/>\",\"\\u003cc2/>\"]"
            ),
            "{html}"
        );
        assert!(
            html.contains("\"name\":\"1\",\"drawings\":[[0,2,4,4]]"),
            "{html}"
        );
        assert!(html.contains("\"name\":\"2\",\"drawings\":[]"));
        assert_eq!(StepFrames::new("step", vec![StepFrame::own("0")]), None);
    }

    #[test]
    fn frames_that_are_too_large_are_thinned_and_it_is_said() {
        let frame = |step: usize| {
            let text = format!("<text>{}</text>", step.to_string().repeat(250_000));
            StepFrame {
                name: step.to_string(),
                drawings: vec![svg(&[text.as_str()])],
                cells: None,
            }
        };
        let mut frames: Vec<StepFrame> = (0..10).map(frame).collect();
        frames.push(StepFrame::own("10"));
        let html = StepFrames::new("step", frames).unwrap().to_html();
        assert!(html.len() <= MOST_BYTES);
        assert!(html.contains("\"thinned\":\"6 of 11 steps") && html.contains("\"name\":\"10\""));
        let huge = StepFrame {
            drawings: vec![svg(&["x".repeat(2 * MOST_BYTES).as_str()])],
            ..frame(1)
        };
        let frames = StepFrames::new("step", vec![huge, StepFrame::own("2")]);
        assert_eq!(frames.unwrap().to_html(), "");
    }
}
