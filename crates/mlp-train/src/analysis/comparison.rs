//! Paired comparison of two settings on common seeds.

use mlp_data::names::did_you_mean;
use mlp_statistics::{Mean, SignTest, SignedRanks, sign_test, signed_ranks};

use super::{
    groups::Name,
    means::METRICS,
    networks::{End, Networks},
    rows::{Row, maybe, number, text, whole},
};
use crate::{
    error::Error,
    results::columns::{Cell, ColumnKind},
};

/// Whether a network is solved, as a number.
const SOLVED: &str = "solved";

/// A metric of two settings, paired by seed and by everything else that is swept.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The key and its first value.
    pub name: Name,
    /// Its second value.
    pub other: String,
    /// The metric.
    pub metric: &'static str,
    /// Its value at the second minus that at the first, of networks that differ in nothing else: the mean
    /// over the pairs. Above 0 the second has the larger value.
    pub difference: Mean,
    /// The test of its signs.
    pub signs: SignTest,
    /// The test of its signed ranks; none where all differences are zero.
    pub ranks: Option<SignedRanks>,
}

/// A key and the indices of two of its values.
struct Pairing {
    axis: usize,
    places: [usize; 2],
}

fn refused(reason: String) -> Error {
    Error::option("--compare", reason)
}

impl Pairing {
    /// Reads `KEY=A,B`.
    fn parse(networks: &Networks, asked: &str) -> Result<Self, Error> {
        let axes = networks.experiment.axes();
        let columns: Vec<String> = axes.iter().map(|axis| axis.key.column()).collect();
        let shape = || refused(format!("\"{asked}\" is not a comparison; write KEY=A,B"));
        let (key, values) = asked.split_once('=').ok_or_else(shape)?;
        let (a, b) = values.split_once(',').ok_or_else(shape)?;
        let key = key.trim();
        let column = crate::Key::parse(key).map_or_else(|_| key.to_owned(), |key| key.column());
        let Some(axis) = columns.iter().position(|known| *known == column) else {
            return Err(refused(match columns.is_empty() {
                false => {
                    let meant = did_you_mean(key, columns.iter().map(String::as_str));
                    format!("{key} is not swept{meant} (swept: {})", columns.join(", "))
                }
                true => "no key is swept, so there are no two settings to compare".to_owned(),
            }));
        };
        let labels = axes[axis].labels();
        let place = |value: &str| {
            let value = value.trim();
            let same = |label: &String| {
                let numbers = (label.parse::<f64>(), value.parse::<f64>());
                label == value || matches!(numbers, (Ok(a), Ok(b)) if a == b)
            };
            labels.iter().position(same).ok_or_else(|| {
                let listed = labels.join(", ");
                refused(format!("{key} was not {value}; its values are {listed}"))
            })
        };
        let places = [place(a)?, place(b)?];
        if places[0] == places[1] {
            return Err(refused(format!("\"{asked}\" names the same value twice")));
        }
        Ok(Self { axis, places })
    }

    /// Pairs of networks that differ only in the key.
    fn pairs(&self, networks: &Networks) -> Vec<[usize; 2]> {
        let experiment = networks.experiment;
        let faster = experiment.axes()[self.axis + 1..].iter();
        let stride: u64 = faster.map(|axis| axis.values.len() as u64).product();
        let seeds = experiment.seeds_per_cell();
        let [a, b] = self.places.map(|place| place as u64);
        let cells = (0..experiment.cells())
            .filter(|&cell| experiment.place(cell, self.axis) == Some(a as usize));
        cells
            .flat_map(|cell| {
                let other = cell + b * stride - a * stride;
                (0..seeds).map(move |seed| {
                    [cell * seeds + seed, other * seeds + seed].map(|net| net as usize)
                })
            })
            .filter(|pair| pair.iter().all(|&net| networks.is_kept(net)))
            .collect()
    }
}

/// The requested comparisons; by default those of every key with two values.
pub(super) fn comparisons(networks: &Networks, asked: &[String]) -> Result<Vec<Comparison>, Error> {
    let experiment = networks.experiment;
    if experiment.is_drawn() {
        return match asked {
            [] => Ok(Vec::new()),
            _ => Err(refused(
                "the cells were drawn at random, so no two settings share seeds; sweep a grid"
                    .to_owned(),
            )),
        };
    }
    let mut pairings = Vec::new();
    for text in asked {
        pairings.push(Pairing::parse(networks, text)?);
    }
    if asked.is_empty() {
        let axes = experiment.axes().iter().enumerate();
        let two = axes.filter(|(_, axis)| axis.values.len() == 2 && axis.key.column() != "seed");
        pairings.extend(two.map(|(axis, _)| Pairing {
            axis,
            places: [0, 1],
        }));
    }
    let mut found = Vec::new();
    for pairing in &pairings {
        let pairs = pairing.pairs(networks);
        let axis = &experiment.axes()[pairing.axis];
        let [a, b] = pairing.places.map(|place| axis.values[place].to_string());
        let mut compare = |metric: &'static str, value: &dyn Fn(usize) -> f64| {
            let differences = pairs.iter().map(|&[a, b]| value(b) - value(a));
            let differences: Vec<f64> = differences.filter(|d| d.is_finite()).collect();
            if let Some(difference) = Mean::of(&differences) {
                found.push(Comparison {
                    name: Name {
                        key: axis.key.column(),
                        value: a.clone(),
                    },
                    other: b.clone(),
                    metric,
                    difference,
                    signs: sign_test(&differences),
                    ranks: signed_ranks(&differences),
                });
            }
        };
        for metric in METRICS {
            if let Some(values) = networks.column(metric)? {
                compare(metric, &|net| values[net]);
            }
        }
        compare(SOLVED, &|net| {
            f64::from(u8::from(networks.ends[net] == End::Solved))
        });
    }
    Ok(found)
}

impl Row for Comparison {
    const NAME: &'static str = "comparisons";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("other", ColumnKind::Text),
        ("metric", ColumnKind::Text),
        ("pairs", ColumnKind::Integer),
        ("difference", ColumnKind::Number),
        ("low", ColumnKind::Number),
        ("high", ColumnKind::Number),
        ("larger", ColumnKind::Integer),
        ("smaller", ColumnKind::Integer),
        ("sign_p", ColumnKind::Number),
        ("wilcoxon", ColumnKind::Number),
        ("wilcoxon_p", ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let interval = self.difference.interval;
        vec![
            text(&self.other),
            text(self.metric),
            whole(self.difference.count),
            number(self.difference.value),
            maybe(interval.map(|(low, _)| low)),
            maybe(interval.map(|(_, high)| high)),
            whole(self.signs.positive),
            whole(self.signs.negative),
            number(self.signs.p_value),
            maybe(self.ranks.map(|ranks| ranks.statistic)),
            maybe(self.ranks.map(|ranks| ranks.p_value)),
        ]
    }
}
