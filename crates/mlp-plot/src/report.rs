//! A self-contained HTML file: works from disk and offline, and prints well.

use std::fmt::Write;

use crate::error::{Error, Result};
use crate::page::{CurveAnswers, NetworkTable, Picker, STYLE, StepFrames, dark_rules, script};
use crate::svg::escape;

/// Tables with more rows are folded.
const MOST_OPEN_ROWS: usize = 20;
/// Figures with less width over height may fill a page of paper.
const TALL: f64 = 1.0;

/// A table of texts; numeric columns are right-aligned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportTable {
    /// Caption.
    pub caption: String,
    /// Column heads.
    pub header: Vec<String>,
    /// Rows, each with as many cells as the header.
    pub rows: Vec<Vec<String>>,
}

/// What a figure answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    /// What the cells of its maps show.
    pub cells: Option<Picker>,
    /// What its curves show.
    pub curves: Option<CurveAnswers>,
    /// What it was at other steps.
    pub frames: Option<StepFrames>,
}

impl Answers {
    fn any(&self) -> bool {
        self.cells.is_some() || self.curves.is_some() || self.frames.is_some()
    }

    /// The classes of the figure, and the elements with the data for the script.
    fn to_html(&self) -> (String, String) {
        let parts = [
            ("cells", self.cells.as_ref().map(Picker::to_html)),
            ("curves", self.curves.as_ref().map(CurveAnswers::to_html)),
            ("frames", self.frames.as_ref().map(StepFrames::to_html)),
        ];
        let (mut classes, mut elements) = (Vec::new(), String::new());
        for (class, element) in parts {
            if let Some(element) = element.filter(|element| !element.is_empty()) {
                classes.push(class);
                elements.push_str(&element);
            }
        }
        (classes.join(" "), elements)
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Block {
    Paragraph(String),
    Figure {
        drawings: Vec<Vec<u8>>,
        caption: String,
        answers: Box<Answers>,
    },
    ReportTable(ReportTable),
    Folded(ReportTable),
    Networks(NetworkTable),
    Code(String),
    Details {
        summary: String,
        text: String,
    },
}

/// A part of a report under one heading. Blocks appear in the order in which they are added.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    heading: String,
    blocks: Vec<Block>,
}

impl Section {
    /// An empty section.
    #[must_use]
    pub fn new(heading: impl Into<String>) -> Self {
        Section {
            heading: heading.into(),
            blocks: Vec::new(),
        }
    }

    /// Adds a paragraph of plain text.
    #[must_use]
    pub fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Paragraph(text.into()));
        self
    }

    /// Adds a figure: the bytes of an SVG document and a caption of plain text.
    #[must_use]
    pub fn figure(self, svg: Vec<u8>, caption: impl Into<String>) -> Self {
        self.drawn(vec![svg], caption, Answers::default())
    }

    /// Adds a figure as SVG documents, of which the second, if any, is for narrow screens, and what it answers.
    #[must_use]
    pub fn drawn(
        mut self,
        drawings: Vec<Vec<u8>>,
        caption: impl Into<String>,
        answers: Answers,
    ) -> Self {
        self.blocks.push(Block::Figure {
            drawings,
            caption: caption.into(),
            answers: Box::new(answers),
        });
        self
    }

    /// Adds the networks of a population, to look at, select and sort.
    #[must_use]
    pub fn networks(mut self, networks: NetworkTable) -> Self {
        self.blocks.push(Block::Networks(networks));
        self
    }

    /// Adds a table.
    #[must_use]
    pub fn table(mut self, table: ReportTable) -> Self {
        self.blocks.push(Block::ReportTable(table));
        self
    }

    /// Adds a table that is hidden until its caption is opened.
    #[must_use]
    pub fn folded(mut self, table: ReportTable) -> Self {
        self.blocks.push(Block::Folded(table));
        self
    }

    /// Adds preformatted text, such as a command to type.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Code(text.into()));
        self
    }

    /// Adds collapsed preformatted text, such as the resolved experiment.
    #[must_use]
    pub fn details(mut self, summary: impl Into<String>, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Details {
            summary: summary.into(),
            text: text.into(),
        });
        self
    }
}

/// A report: title, summary, sections.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    title: String,
    lead: String,
    facts: Vec<(String, String)>,
    sections: Vec<Section>,
    footer: String,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Report {
            title: title.into(),
            ..Report::default()
        }
    }

    /// A sentence below the title.
    #[must_use]
    pub fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = text.into();
        self
    }

    /// Adds an entry to the summary: a name and its value.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((name.into(), value.into()));
        self
    }

    /// Adds a section.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// The last line: version, engine, date.
    #[must_use]
    pub fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = text.into();
        self
    }

    /// The report as one HTML document.
    ///
    /// # Errors
    /// If a figure is not an SVG document.
    pub fn to_html(&self) -> Result<String> {
        let title = escape(&self.title);
        let mut out = format!("<body>\n<main>\n<h1>{title}</h1>\n");
        if !self.lead.is_empty() {
            let _ = writeln!(out, "<p class=\"lead\">{}</p>", escape(&self.lead));
        }
        if !self.facts.is_empty() {
            out.push_str("<dl class=\"facts\">\n");
            for (name, value) in &self.facts {
                let (name, value) = (escape(name), escape(value));
                let _ = writeln!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>");
            }
            out.push_str("</dl>\n");
        }
        if self.sections.len() > 2 {
            out.push_str("<nav>");
            for (i, section) in self.sections.iter().enumerate() {
                let heading = escape(&section.heading);
                let _ = write!(out, "<a href=\"#section-{}\">{heading}</a> ", i + 1);
            }
            out.push_str("</nav>\n");
        }
        let mut figures = 0;
        for (i, section) in self.sections.iter().enumerate() {
            let heading = escape(&section.heading);
            let _ = writeln!(
                out,
                "<section id=\"section-{}\">\n<h2>{heading}</h2>",
                i + 1
            );
            for block in &section.blocks {
                write_block(&mut out, block, &mut figures)?;
            }
            out.push_str("</section>\n");
        }
        if !self.footer.is_empty() {
            let _ = writeln!(out, "<footer>{}</footer>", escape(&self.footer));
        }
        out.push_str("</main>\n");
        if self.sections.iter().flat_map(|s| &s.blocks).any(answers) {
            let _ = write!(out, "<script>\n{}</script>\n", script());
        }
        out.push_str("</body>\n</html>\n");
        // Where the page's own style says something of a colour, too, it comes later and decides.
        let dark = dark_rules(&out);
        let head = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<style>\n{dark}{STYLE}</style>\n</head>\n"
        );
        Ok(head + &out)
    }
}

/// Whether a block needs the script.
fn answers(block: &Block) -> bool {
    match block {
        Block::Networks(_) => true,
        Block::Figure { answers, .. } => answers.any(),
        _ => false,
    }
}

fn write_block(out: &mut String, block: &Block, figures: &mut usize) -> Result<()> {
    // Writing to a String cannot fail.
    match block {
        Block::Paragraph(text) => {
            let _ = writeln!(out, "<p>{}</p>", escape(text));
        }
        Block::Code(text) => {
            let _ = writeln!(out, "<pre>{}</pre>", escape(text));
        }
        Block::Details { summary, text } => {
            let (summary, text) = (escape(summary), escape(text));
            let _ = writeln!(
                out,
                "<details><summary>{summary}</summary>\n<pre>{text}</pre></details>"
            );
        }
        Block::ReportTable(table) if table.rows.len() <= MOST_OPEN_ROWS => {
            write_table(out, table, true);
        }
        Block::ReportTable(table) | Block::Folded(table) => write_folded(out, table),
        Block::Networks(networks) => {
            let (html, left_out) = networks.to_html();
            out.push_str(&html);
            if !left_out.is_empty() {
                let (count, names) = (left_out.len(), escape(&left_out.join(", ")));
                let _ = writeln!(
                    out,
                    "<details><summary>{count} columns are not on this page, which would grow too large; the table of networks \
                     in the run directory has them</summary><p>{names}</p></details>"
                );
            }
        }
        Block::Figure {
            drawings,
            caption,
            answers,
        } => {
            let (classes, data) = answers.to_html();
            let class = match classes.as_str() {
                "" => String::new(),
                classes => format!(" class=\"{classes}\""),
            };
            let tall = drawings.first().and_then(|svg| aspect(svg));
            let picture = match tall.is_some_and(|aspect| aspect < TALL) {
                true => "picture tall",
                false => "picture",
            };
            let _ = write!(out, "<figure{class}>\n<div class=\"{picture}\">");
            for (index, svg) in drawings.iter().enumerate() {
                *figures += 1;
                let not_svg = || Error::NotSvg {
                    caption: caption.clone(),
                };
                let svg = std::str::from_utf8(svg).map_err(|_| not_svg())?;
                let start = svg.find("<svg").ok_or_else(not_svg)?;
                let svg = with_unique_ids(&svg[start..], &format!("figure-{figures}-"));
                let screen = match (index, drawings.len()) {
                    (_, 1) => "any",
                    (0, _) => "broad",
                    _ => "narrow",
                };
                // On paper a drawing is as wide as its height allows, with what lies over it.
                let style = aspect(svg.as_bytes());
                let style = style.map_or(String::new(), |aspect| {
                    format!(" style=\"--aspect:{aspect:.4}\"")
                });
                let _ = write!(out, "<div class=\"drawing {screen}\"{style}>{svg}</div>");
            }
            let caption = escape(caption);
            let _ = writeln!(
                out,
                "</div>\n{data}<figcaption>{caption}</figcaption>\n</figure>"
            );
        }
    }
    Ok(())
}

/// Width over height of an SVG document, as its view box says.
fn aspect(svg: &[u8]) -> Option<f64> {
    let svg = std::str::from_utf8(svg).ok()?;
    let (_, rest) = svg.split_once("viewBox=\"")?;
    let (numbers, _) = rest.split_once('"')?;
    let mut numbers = numbers.split_whitespace().skip(2);
    let mut next = || numbers.next()?.parse::<f64>().ok();
    let (width, height) = (next()?, next()?);
    (width > 0.0 && height > 0.0).then(|| width / height)
}

/// A table that its caption opens.
fn write_folded(out: &mut String, table: &ReportTable) {
    // What is to be said of single rows is read with them.
    let (caption, remarks) = match table.caption.split_once("; ") {
        Some((caption, remarks)) => (escape(caption), escape(remarks)),
        None => (escape(&table.caption), String::new()),
    };
    let count = table.rows.len();
    // What is short is open on paper.
    let class = match count <= MOST_OPEN_ROWS {
        true => "table short",
        false => "table",
    };
    let _ = writeln!(
        out,
        "<details class=\"{class}\"><summary>{caption} ({count} {})</summary>",
        if count == 1 { "row" } else { "rows" }
    );
    if !remarks.is_empty() {
        let remarks = remarks.trim_end_matches('.');
        let _ = writeln!(out, "<p class=\"remarks\">Note: {remarks}.</p>");
    }
    write_table(out, table, false);
    out.push_str("</details>\n");
}

fn is_number(text: &str) -> bool {
    let text = text.trim().trim_end_matches('%').trim_end();
    let plain = text.replace('−', "-").replace(['\u{a0}', ','], "");
    text.is_empty() || plain.parse::<f64>().is_ok()
}

fn write_table(out: &mut String, table: &ReportTable, captioned: bool) {
    let columns = table.header.len();
    let numeric: Vec<bool> = (0..columns)
        .map(|c| {
            let mut cells = table.rows.iter().filter_map(|row| row.get(c));
            !table.rows.is_empty() && cells.all(|cell| is_number(cell))
        })
        .collect();
    let class = |c: usize| {
        if numeric.get(c) == Some(&true) {
            " class=\"number\""
        } else {
            ""
        }
    };
    // A region that scrolls is reached by the keyboard.
    let label = escape(&table.caption);
    let _ = writeln!(
        out,
        "<div class=\"wide\" style=\"--columns:{columns}\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table>"
    );
    if captioned && !table.caption.is_empty() {
        let _ = writeln!(out, "<caption>{}</caption>", escape(&table.caption));
    }
    out.push_str("<thead><tr>");
    for (c, head) in table.header.iter().enumerate() {
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(c), escape(head));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (c, cell) in row.iter().enumerate() {
            let _ = write!(out, "<td{}>{}</td>", class(c), escape(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}

/// Puts `prefix` before every id of an SVG and every reference to one, so that figures do not use
/// one another's gradients and clips.
fn with_unique_ids(svg: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(svg.len() + 64);
    let mut rest = svg;
    let marks = [" id=\"", "url(#", "href=\"#"];
    // Text content cannot hold these marks: quotes are escaped there, and `url(#` is looked for
    // inside tags alone.
    while let Some(open) = rest.find('<') {
        let close = rest[open..]
            .find('>')
            .map_or(rest.len(), |at| open + at + 1);
        out.push_str(&rest[..open]);
        let mut tag = &rest[open..close];
        while let Some((at, mark)) = marks
            .iter()
            .filter_map(|mark| tag.find(mark).map(|at| (at, mark)))
            .min_by_key(|(at, _)| *at)
        {
            let end = at + mark.len();
            out.push_str(&tag[..end]);
            out.push_str(prefix);
            tag = &tag[end..];
        }
        out.push_str(tag);
        rest = &rest[close..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_knows_the_shape_of_figures_and_tables() {
        let svg = |size: &str| format!("<svg viewBox=\"0 0 {size}\"></svg>").into_bytes();
        assert_eq!(aspect(&svg("900 600")), Some(1.5));
        assert_eq!(aspect(b"<svg></svg>"), None);
        let table = |rows: usize| ReportTable {
            caption: "Rows; a remark.".into(),
            header: vec!["a".into(), "b".into()],
            rows: vec![vec!["1".into(), "2".into()]; rows],
        };
        let section = Section::new("s")
            .figure(svg("900 600"), "wide")
            .figure(svg("900 1600"), "tall")
            .folded(table(3))
            .folded(table(MOST_OPEN_ROWS + 1));
        let html = Report::new("r").section(section).to_html().unwrap();
        assert!(html.contains(
            "<div class=\"picture\"><div class=\"drawing any\" style=\"--aspect:1.5000\">"
        ));
        assert!(html.contains(
            "<div class=\"picture tall\"><div class=\"drawing any\" style=\"--aspect:0.5625\">"
        ));
        assert!(html.contains("style=\"--columns:2\""));
        let folded = [
            "table short\"><summary>Rows (3",
            "table\"><summary>Rows (21",
        ];
        assert!(folded.iter().all(|folded| html.contains(folded)), "{html}");
        assert!(html.contains("Note: a remark.</p>"));
    }

    #[test]
    fn outside_text_is_escaped_everywhere() {
        let bad = "<script>alert('x')</script>&\"";
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_vec();
        let table = ReportTable {
            caption: bad.into(),
            header: vec![bad.into()],
            rows: vec![vec![bad.into()]],
        };
        let section = Section::new(bad)
            .paragraph(bad)
            .figure(svg, bad)
            .table(table)
            .code(bad)
            .details(bad, bad);
        let report = Report::new(bad).lead(bad).fact(bad, bad).footer(bad);
        let html = report.section(section).to_html().unwrap();
        assert!(!html.contains("<script"));
        assert_eq!(html.matches("&lt;script&gt;").count(), 16);
    }

    #[test]
    fn long_tables_are_folded() {
        let table = |rows: usize| ReportTable {
            caption: "Means".into(),
            header: vec!["mean".into()],
            rows: vec![vec!["1".into()]; rows],
        };
        let page = |section: Section| Report::new("r").section(section).to_html().unwrap();
        assert!(!page(Section::new("s").table(table(20))).contains("<details"));
        assert!(page(Section::new("s").table(table(21))).contains("<summary>Means (21 rows)"));
        assert!(page(Section::new("s").folded(table(1))).contains("<summary>Means (1 row"));
    }

    #[test]
    fn two_figures_do_not_share_ids() {
        let svg = "<svg><clipPath id=\"a\"/><g clip-path=\"url(#a)\"/><use href=\"#a\"/></svg>";
        let section = Section::new("s")
            .figure(svg.as_bytes().to_vec(), "one")
            .figure(svg.as_bytes().to_vec(), "two");
        let html = Report::new("r").section(section).to_html().unwrap();
        for n in 1..=2 {
            assert_eq!(html.matches(&format!("id=\"figure-{n}-a\"")).count(), 1);
            assert_eq!(html.matches(&format!("url(#figure-{n}-a)")).count(), 1);
            assert_eq!(html.matches(&format!("href=\"#figure-{n}-a\"")).count(), 1);
        }
        assert!(!html.contains("id=\"a\""));
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let html = Report::new("r")
            .section(Section::new("s"))
            .to_html()
            .unwrap();
        assert!(!html.contains("http") && !html.contains("@import") && !html.contains("src="));
    }

    #[test]
    fn a_figure_that_is_not_svg_is_an_error() {
        for bytes in [b"png".to_vec(), vec![0xff, 0xfe]] {
            let section = Section::new("s").figure(bytes, "loss");
            let error = Report::new("r").section(section).to_html().unwrap_err();
            assert_eq!(error.to_string(), "figure `loss` is not an SVG document");
        }
    }

    #[test]
    fn columns_of_numbers_are_aligned_right() {
        let table = ReportTable {
            caption: String::new(),
            header: vec!["part".into(), "loss".into()],
            rows: vec![
                vec!["train".into(), "−0.5".into()],
                vec!["test".into(), String::new()],
            ],
        };
        let html = Report::new("r")
            .section(Section::new("s").table(table))
            .to_html()
            .unwrap();
        assert!(html.contains("<td>train</td><td class=\"number\">−0.5</td>"));
    }
}
