//! `mlp analyze`: summary of the networks of a run.

use std::{fmt::Write, path::PathBuf};

use clap::Args;
use mlp_train::{
    Cell, Kind,
    analysis::{Analysis, Name, Request, Results, how_to_have_classes},
};
use serde_json::{Value, json};

use crate::{
    failure::{CommandResult, Failure},
    figures::{self, Drawing, View},
    formatting,
    options::{self, Keys, LookArgs, Selection},
    terminal,
};

/// Rows of a kind of result that are printed; the tables have all.
const SHOWN: usize = 24;

const EXAMPLES: &str = "\
Tables (CSV) and figures go to DIR/analysis, and the report is renewed. With --where they go to
DIR/analysis-where, and the report stays that of all networks. Intervals are of 95 %.
An axis is a column; |W| or |b| (norm over all layers); |W_0| or |b_out| (norm of one layer); a power of
these, as in |W|^2 or |W|^L (L is the number of layers); a sum or difference of such
terms; or ln(...) of one.

Examples:
  mlp analyze runs/population-moons-001
  mlp analyze runs/population-moons-001 --compare weight_decay=0,1e-3
  mlp analyze runs/population-xor-001 --scatter '|W|^L,|b_out|' --where 'train_loss < 0.01' --color class
  mlp analyze runs/population-xor-001 --records --scatter 'ln(step),|b_out|' --after 1000";

/// Summarise the networks of a run: growth and laws of norms, success, classes, paired tests
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Analyze {
    /// run directory
    dir: PathBuf,
    #[arg(
        long,
        value_name = "X,Y",
        help = "axes of a scatter plot with its fitted law; repeatable [default: |W|^2,|b|^2 and |W|^L,|b| and |W|,test_accuracy]"
    )]
    scatter: Vec<String>,
    #[arg(
        long,
        value_name = "WHAT",
        help = "colour points by class, outcome, cell, a swept key or an axis [default: cell, the first swept key, or outcome]"
    )]
    color: Option<String>,
    /// plot every record instead of only the last, with a law per network
    #[arg(long)]
    records: bool,
    /// ignore records before this step
    #[arg(long, value_name = "STEP", default_value = "0", value_parser = options::whole)]
    after: u64,
    /// analyse only the networks that match a condition, as in 'test_accuracy > 0.9 and hidden == 4'
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    #[arg(
        long,
        value_name = "KEY=A,B",
        help = "compare two settings on common seeds; repeatable [default: every key with two values]"
    )]
    compare: Vec<String>,
    /// print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    look: LookArgs,
    #[command(flatten)]
    keys: Keys<Self>,
}

impl Selection for Analyze {
    const PATHS: &'static [&'static [&'static str]] = &[&["output.figures"]];
}

impl Analyze {
    /// Analyses a run, writes the tables, draws the figures, and prints the results.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let request = Request {
            scatters: self.scatter.clone(),
            color: self.color.clone(),
            records: self.records,
            after: self.after,
            condition: self.condition.clone(),
            comparisons: self.compare.clone(),
        };
        if request.after > 0 && !request.records {
            return Err(Failure::usage(
                "--after: only records have steps; add --records",
            ));
        }
        let author = options::experiment(Kind::Population, [&self.keys.layer()?])?;
        let view = View::open(&self.dir)?;
        if view.kind() == Kind::Map {
            return Err(Failure::usage(format!(
                "{}: mlp analyze is for populations and single runs; use mlp plot for a map",
                self.dir.display()
            )));
        }
        let analysis = figures::analyze(&view, &request)?;
        let drawing = Drawing {
            look: self.look.look(author.output.figures)?,
            ..Drawing::of(author.output.figures)
        };
        let files = figures::write_analysis(&view, &analysis, &request, &drawing)?;
        if !quiet {
            for note in figures::drawn_before(&files) {
                terminal::say(&format!("note: {note}"));
            }
        }
        if self.json {
            return terminal::print(&format!("{:#}\n", as_json(&analysis, &files)));
        }
        let mut text = as_text(&analysis)?;
        if !quiet {
            let page = files.iter().filter(|file| file.ends_with("report.html"));
            let renewed = page.count();
            let report = match (renewed, &analysis.condition) {
                (0, Some(_)) => "; the report stays that of all networks",
                (0, None) => "",
                _ => ", and the report",
            };
            // The tables are first.
            let folder = files.first().and_then(|file| file.parent());
            writeln!(
                text,
                "\n{:<11} {} in {}{report}",
                "written",
                formatting::so_many(files.len() - renewed, "file"),
                folder.unwrap_or(&view.path()).display()
            )?;
        }
        terminal::print(&text)
    }
}

fn as_json(analysis: &Analysis, files: &[PathBuf]) -> Value {
    let table = |table: &Results| -> Value {
        let row = |row: &Vec<Cell>| -> Value {
            let cells = table.columns.iter().zip(row);
            cells
                .map(|(column, cell)| (column.name.clone(), value(cell)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        table.rows.iter().map(row).collect::<Vec<_>>().into()
    };
    let mut object = json!({
        "networks": analysis.networks,
        "condition": analysis.condition,
        "of": analysis.of,
        "seeds": analysis.seeds,
        "diverged": analysis.diverged,
        "exploded": analysis.exploded,
        "files": files,
    });
    for found in analysis.tables() {
        object[&*found.name] = table(&found);
    }
    object
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => json!(number),
        Cell::Number(number) => json!(number),
        Cell::Text(text) => json!(text),
        Cell::Flag(flag) => json!(flag),
    }
}

fn as_text(analysis: &Analysis) -> CommandResult<String> {
    let mut text = String::new();
    let left_out = [
        (analysis.diverged, "diverged"),
        (analysis.exploded, "exploded"),
    ]
    .into_iter();
    let left_out: Vec<String> = left_out
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{} {how}", formatting::count(count as f64)))
        .collect();
    writeln!(
        text,
        "{:<11} {}{}",
        "networks",
        figures::selected(analysis).unwrap_or_else(|| formatting::count(analysis.networks as f64)),
        match left_out.is_empty() {
            true => String::new(),
            false => format!(
                ": {}, counted but excluded from everything else",
                left_out.join(" and ")
            ),
        }
    )?;
    if let Some(note) = figures::shared_seeds(analysis) {
        writeln!(text, "{:<11} {note}", "note")?;
    }
    for growth in analysis.growth.iter().filter(|g| g.name == Name::default()) {
        let law = growth.law.map_or_else(String::new, |(slope, r_squared)| {
            let (slope, fit) = (formatting::measured(slope), figures::share(r_squared));
            format!("; {slope} per ln(step) (R² {fit}) of the median network")
        });
        writeln!(
            text,
            "{:<11} {} to {}, larger at the end in {:.1} % of networks{law}",
            growth.norm,
            formatting::measured(growth.start),
            formatting::measured(growth.end),
            100.0 * growth.grew.share().unwrap_or_default()
        )?;
    }
    for scatter in &analysis.scatters {
        if let Some(law) = scatter.laws.first() {
            writeln!(text, "{:<11} {}", "law", figures::equation(law))?;
        }
    }
    match analysis.clustering.first() {
        None => writeln!(text, "{:<11} {}", "classes", how_to_have_classes())?,
        Some(all) => {
            let explained = |share: Option<f64>| {
                share.map_or_else(|| "nothing".to_owned(), |s| format!("{:.1} %", 100.0 * s))
            };
            writeln!(
                text,
                "{:<11} {} of {}, {} alone; they explain {} of the weight norm's variance, {} of the bias norm's",
                "classes",
                formatting::count(all.classes as f64),
                formatting::so_many(all.networks as usize, "network"),
                formatting::count(all.alone as f64),
                explained(all.explained[0]),
                explained(all.explained[1])
            )?;
        }
    }
    for table in figures::analysis_tables(analysis) {
        let shown = table.rows.len().min(SHOWN);
        let rows = [&[table.header][..], &table.rows[..shown]].concat();
        writeln!(text, "\n{}", table.caption)?;
        text.push_str(&formatting::columns(&rows, "  "));
        if table.rows.len() > SHOWN {
            let more = table.rows.len() - SHOWN;
            writeln!(text, "  and {more} more rows in the tables")?;
        }
    }
    Ok(text)
}
