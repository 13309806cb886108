//! The cells of a swept population by their score, for the report: what decides.

use anyhow::Result;
use mlp_plot::ReportTable;

use super::{View, describe};
use crate::formatting;

/// The most cells of the table; the page has every network below.
const MOST_CELLS: usize = 20;

/// By what cells are ranked: the first of these that has values, and whether more is better.
const SCORES: [(&str, bool); 6] = [
    ("test_accuracy", true),
    ("test_r2", true),
    ("test_loss", false),
    ("validation_accuracy", true),
    ("validation_loss", false),
    ("train_loss", false),
];

/// The cells from the best on; `None` without a sweep over listed values.
pub fn best_cells(view: &View) -> Result<Option<ReportTable>> {
    let (nets, experiment) = (view.nets(), view.experiment());
    let axes = experiment.axes();
    let listed = axes.iter().all(|axis| !axis.is_continuous());
    if axes.is_empty() || !listed || experiment.cells() < 2 || experiment.is_drawn() {
        return Ok(None);
    }
    let mut found = None;
    for (name, more) in SCORES {
        if let Some(values) = nets.numbers(name)?
            && values.iter().any(|value| value.is_finite())
        {
            found = Some((name, more, values));
            break;
        }
    }
    let Some((name, more, values)) = found else {
        return Ok(None);
    };
    // Sum and number of sound values, and networks that are left out.
    let mut cells = vec![(0.0, 0_u32, 0_u32); experiment.cells() as usize];
    for (net, (value, sound)) in values.iter().zip(nets.sound()).enumerate() {
        let cell = &mut cells[experiment.cell_of(net as u64) as usize];
        match *sound && value.is_finite() {
            true => *cell = (cell.0 + value, cell.1 + 1, cell.2),
            false => cell.2 += 1,
        }
    }
    let mean = |cell: usize| match cells[cell] {
        (_, 0, _) => f64::NAN,
        (sum, count, _) => sum / f64::from(count),
    };
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = if more { (b, a) } else { (a, b) };
        let (x, y) = (mean(a), mean(b));
        // Cells without a value are last either way.
        let missing = match more {
            true => y.is_nan().cmp(&x.is_nan()),
            false => x.is_nan().cmp(&y.is_nan()),
        };
        missing.then(x.total_cmp(&y))
    });
    let rows = order.iter().take(MOST_CELLS).map(|&cell| {
        let settings = experiment.cell(cell as u64);
        let mut row: Vec<String> = (settings.iter())
            .map(|(_, value)| value.to_string())
            .collect();
        row.push(match mean(cell) {
            value if value.is_nan() => String::new(),
            value => formatting::measured(value),
        });
        row.extend([cells[cell].1, cells[cell].2].map(|count| formatting::count(f64::from(count))));
        row
    });
    let keys = axes.iter().map(|axis| describe::label(&axis.key.column()));
    let score = format!("mean {}", describe::label(name));
    let others = [score, "networks".to_owned(), "left out".to_owned()];
    let left = match cells.len().saturating_sub(MOST_CELLS) {
        0 => String::new(),
        left => format!(" ({} more below)", formatting::so_many(left, "cell")),
    };
    Ok(Some(ReportTable {
        caption: format!(
            "Cells, best first{left}; networks that diverged or exploded are left out"
        ),
        header: keys.chain(others).collect(),
        rows: rows.collect(),
    }))
}
