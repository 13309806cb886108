//! The networks of a population for the report, where they are drawn, selected and sorted.

use anyhow::Result;
use mlp_core::seed::{Purpose, Stream};
use mlp_plot::{EarlierRecords, NetworkColumn, NetworkTable, NetworkValues, UsualColumns};
use mlp_train::{Metric, Table, Values, exploded::EXPLODED};

use super::few_steps::few;
use super::trends::Trends;
use super::{View, describe};
use crate::formatting;

/// The most networks on a page; of more, a sample is.
const MOST_NETWORKS: u64 = 10_000;
/// The most earlier steps at which a page has them, and the most columns that it has there.
const MOST_STEPS: usize = 16;
const MOST_COLUMNS: usize = 12;
/// What is of interest at earlier steps beside what is drawn first.
const EARLIER: [&str; 8] = [
    "train_loss",
    "test_loss",
    "test_accuracy",
    "test_r2",
    "train_accuracy",
    "train_r2",
    "weight_norm",
    "bias_norm",
];

/// The networks of a population, and what is to be said of them; `None` where there is only one.
pub fn networks(view: &View) -> Result<Option<(NetworkTable, String)>> {
    let nets = view.nets();
    let total = nets.rows() as u64;
    if total < 2 {
        return Ok(None);
    }
    let rows = sample(total);
    let keys: Vec<String> = (view.experiment().axes().iter())
        .map(|axis| axis.key.column())
        .collect();
    let mut gathered: Vec<(String, NetworkValues)> = Vec::new();
    let mut start = 0;
    nets.reader().scan(None, &mut |part| {
        let end = start + part.rows() as u64;
        let from = rows.partition_point(|&row| row < start);
        let to = rows.partition_point(|&row| row < end);
        let here: Vec<usize> = (rows[from..to].iter())
            .map(|row| (row - start) as usize)
            .collect();
        for (place, (name, _)) in part.columns().enumerate() {
            let values = picked(part, name, &here);
            match gathered.get_mut(place) {
                Some((_, gathered)) => append(gathered, values),
                None => gathered.push((name.to_owned(), values)),
            }
        }
        start = end;
        Ok(())
    })?;
    let is_key = |name: &str| keys.iter().any(|key| key == name);
    let always = |name: &str| is_key(name) || ["net", "seed", "status", EXPLODED].contains(&name);
    let columns = gathered
        .into_iter()
        .filter(|(name, values)| always(name) || differs(values))
        .map(|(name, values)| NetworkColumn {
            label: match name.as_str() {
                "net" => "network".to_owned(),
                name => describe::label(name),
            },
            key: is_key(&name),
            name,
            values,
        });
    let columns: Vec<NetworkColumn> = columns.collect();
    let has = |name: &&str| columns.iter().any(|column| column.name == *name);
    let first = |names: &[&str]| {
        let found = names.iter().find(|name| has(name)).copied();
        found.unwrap_or("net").to_owned()
    };
    let key = keys.iter().map(String::as_str).find(|key| has(key));
    let usual = UsualColumns {
        x: first(&["weight_norm"]),
        y: first(&["bias_norm", "train_loss"]),
        color: key.map_or_else(|| first(&["train_loss"]), str::to_owned),
        histogram: first(&["test_accuracy", "test_r2", "test_loss", "train_loss"]),
    };
    let sound = nets.sound();
    let ranked: Vec<&str> = [&usual.x, &usual.y, &usual.histogram, &usual.color]
        .map(String::as_str)
        .into_iter()
        .chain(EARLIER)
        .chain(columns.iter().map(|column| column.name.as_str()))
        .collect();
    let table = NetworkTable {
        earlier: earlier(view, &rows, &ranked),
        columns,
        unsound: rows.iter().map(|&row| !sound[row as usize]).collect(),
        directory: formatting::shell(&view.shown_path()),
        usual,
    };
    let told = match rows.len() as u64 == total {
        true => "Every network at its last record.".to_owned(),
        false => format!(
            "{} of {} networks at their last record: one drawn at random out of each {} that follow one another. Counts on this page are of \
             these; the commands below take all.",
            formatting::count(rows.len() as f64),
            formatting::count(total as f64),
            formatting::count((total as f64 / rows.len() as f64).round())
        ),
    };
    Ok(Some((table, told)))
}

/// What these networks were at a few of their earlier recorded steps, where their records are in memory.
fn earlier(view: &View, rows: &[u64], ranked: &[&str]) -> EarlierRecords {
    let Trends::Exact(series) = view.trends() else {
        return EarlierRecords::default();
    };
    let all: Vec<i64> = series.steps().iter().map(|step| *step as i64).collect();
    let Some((_, before)) = all.split_last() else {
        return EarlierRecords::default();
    };
    let places = few(before, MOST_STEPS);
    let mut columns: Vec<(String, Vec<Vec<f64>>)> = Vec::new();
    for &name in ranked {
        if columns.len() == MOST_COLUMNS {
            break;
        }
        let known = columns.iter().any(|(known, _)| known == name);
        let metric = Metric::find(name).filter(|_| !known);
        let Some(curves) = metric.and_then(|_| series.curves(name)) else {
            continue;
        };
        let value = |place: usize, row: u64| {
            let curve = curves.get(row as usize);
            curve.map_or(f64::NAN, |curve| curve[place])
        };
        let at = |&place: &usize| rows.iter().map(|&row| value(place, row)).collect();
        columns.push((name.to_owned(), places.iter().map(at).collect()));
    }
    EarlierRecords {
        steps: places.iter().map(|&place| before[place] as u64).collect(),
        recorded: before.len(),
        columns,
    }
}

/// The rows of a sample of all: one of each of as many equal parts, so that every setting has its share; the same every time.
fn sample(total: u64) -> Vec<u64> {
    if total <= MOST_NETWORKS {
        return (0..total).collect();
    }
    let edge =
        |part: u64| (u128::from(part) * u128::from(total) / u128::from(MOST_NETWORKS)) as u64;
    let mut stream = Stream::new(0, Purpose::Sampling);
    (0..MOST_NETWORKS)
        .map(|part| edge(part) + stream.below(edge(part + 1) - edge(part)))
        .collect()
}

/// Some rows of a column.
fn picked(part: &Table, name: &str, rows: &[usize]) -> NetworkValues {
    // A condition compares flags as texts.
    let flags = matches!(part.column(name), Some(Values::Flag(_)));
    match part.numbers(name).filter(|_| !flags) {
        Some(numbers) => NetworkValues::Numbers(rows.iter().map(|&row| numbers[row]).collect()),
        None => {
            let texts = part.column(name).map(|values| {
                let text = |&row: &usize| {
                    let text = values.cell(row).to_text();
                    (!text.is_empty()).then_some(text)
                };
                rows.iter().map(text).collect()
            });
            NetworkValues::Texts(texts.unwrap_or_default())
        }
    }
}

fn append(all: &mut NetworkValues, more: NetworkValues) {
    match (all, more) {
        (NetworkValues::Numbers(all), NetworkValues::Numbers(more)) => all.extend(more),
        (NetworkValues::Texts(all), NetworkValues::Texts(more)) => all.extend(more),
        // A column has one type in the whole table.
        _ => {}
    }
}

/// Whether a column has different values.
fn differs(values: &NetworkValues) -> bool {
    match values {
        NetworkValues::Numbers(values) => {
            let mut known = values.iter().filter(|value| !value.is_nan());
            let first = known.next();
            known.any(|value| Some(value) != first)
        }
        NetworkValues::Texts(values) => values.iter().any(|value| *value != values[0]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_one_of_each_part() {
        assert_eq!(sample(3), [0, 1, 2]);
        let rows = sample(1_000_001);
        assert_eq!(rows.len() as u64, MOST_NETWORKS);
        assert!(rows.is_sorted_by(|a, b| a < b) && rows[9_999] < 1_000_001);
        // Not always the same place of a part, where a seed or a setting might always be.
        let places: std::collections::BTreeSet<u64> = rows.iter().map(|row| row % 100).collect();
        assert!(places.len() > 50);
    }
}
