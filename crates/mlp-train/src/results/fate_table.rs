//! The table of the fates of rows: of every row of the training, validation and test part of a setting, what its networks
//! came to. Networks that diverged or exploded are not counted.

use std::sync::Arc;

use mlp_data::Targets;
use mlp_statistics::UnitMoments;

use super::{
    answer_table::place,
    columns::{Cell, Column, ColumnKind},
    rows::{cell, column_kind, whole},
    sinks::{Sinks, TableSink},
};
use crate::{
    data::part::Part,
    error::Error,
    metrics::row_fate::RowFate,
    resolve::{data_recipe::DataRecipe, resolved::ResolvedExperiment},
    run::{network_rows::NetworkRows, outcome::Status},
    settings::{key::info::Key, value::Value},
};

/// The fates of one row over networks.
#[derive(Clone, Copy, Debug, Default)]
struct FateSums {
    networks: u64,
    right: u64,
    probability: UnitMoments,
    confidence: UnitMoments,
    learned: u64,
    /// The sum of the steps at which it was learned.
    steps: u64,
    forgotten: u64,
}

impl FateSums {
    fn push(&mut self, fate: &RowFate) {
        self.networks += 1;
        self.right += u64::from(fate.right);
        self.probability.push(fate.probability.into());
        self.confidence.push(fate.confidence.into());
        self.learned += u64::from(fate.learned > 0);
        self.steps += fate.learned;
        self.forgotten += u64::from(fate.forgotten);
    }

    fn cells(&self) -> [Cell; 8] {
        let share = |count: u64, of: u64| match of {
            0 => Cell::Null,
            of => Cell::Number(count as f64 / of as f64),
        };
        [
            whole(self.networks),
            share(self.right, self.networks),
            Cell::from(self.probability.mean()),
            Cell::from(self.probability.standard_deviation()),
            Cell::from(self.confidence.mean()),
            share(self.learned, self.networks),
            share(self.steps, self.learned),
            share(self.forgotten, self.networks),
        ]
    }
}

/// The columns of a row's fates, in the order of [`FateSums::cells`].
const FATES: [(&str, ColumnKind); 8] = [
    ("networks", ColumnKind::Integer),
    ("share_right", ColumnKind::Number),
    ("probability", ColumnKind::Number),
    ("probability_spread", ColumnKind::Number),
    ("confidence", ColumnKind::Number),
    ("learned", ColumnKind::Number),
    ("learned_step", ColumnKind::Number),
    ("forgotten", ColumnKind::Number),
];

/// The table of the fates of rows, setting after setting.
pub(super) struct FateTable<T> {
    table: T,
    /// The axes whose values are told: none of draws, which are summed up together.
    axes: Vec<(usize, ColumnKind)>,
    setting: Option<Setting>,
}

/// The setting whose networks come in.
struct Setting {
    cell: u64,
    values: Vec<Cell>,
    data: Arc<DataRecipe>,
    sums: Vec<FateSums>,
}

impl<T: TableSink> FateTable<T> {
    pub(super) fn new<S: Sinks<Table = T>>(
        experiment: &ResolvedExperiment,
        sinks: &S,
        stem: &str,
    ) -> Result<Self, Error> {
        let axes = experiment.axes().iter().enumerate();
        let axes = axes.filter(|_| !experiment.is_drawn());
        let axes: Vec<(usize, ColumnKind)> = axes
            .map(|(index, axis)| (index, column_kind(&axis.sample())))
            .collect();
        let settings = axes
            .iter()
            .map(|&(index, kind)| Column::new(experiment.axes()[index].key.column(), kind));
        let row = [
            ("part", ColumnKind::Text),
            ("row", ColumnKind::Integer),
            ("place", ColumnKind::Text),
            ("class", ColumnKind::Text),
        ];
        let row = row.iter().chain(&FATES);
        let columns = settings.chain(row.map(|(name, kind)| Column::new(*name, *kind)));
        Ok(Self {
            table: sinks.table(stem, columns.collect())?,
            axes,
            setting: None,
        })
    }

    pub(super) fn push(
        &mut self,
        cell_index: u64,
        rows: &NetworkRows,
        values: &[(Key, Value)],
        data: &Arc<DataRecipe>,
    ) -> Result<(), Error> {
        let drawn = self.axes.is_empty();
        let same = |setting: &Setting| drawn || setting.cell == cell_index;
        if !self.setting.as_ref().is_some_and(same) {
            self.write()?;
            let told = self.axes.iter();
            let count: usize = Part::ALL
                .iter()
                .map(|part| part.rows(&data.split).len())
                .sum();
            self.setting = Some(Setting {
                cell: cell_index,
                values: told
                    .map(|&(index, kind)| cell(&values[index].1, kind))
                    .collect(),
                data: Arc::clone(data),
                sums: vec![FateSums::default(); count],
            });
        }
        if rows.status != Status::Diverged
            && !rows.exploded
            && let Some(setting) = &mut self.setting
        {
            for (sums, fate) in setting.sums.iter_mut().zip(&rows.fates) {
                sums.push(fate);
            }
        }
        Ok(())
    }

    /// Writes the setting whose networks have all come.
    fn write(&mut self) -> Result<(), Error> {
        let Some(setting) = self.setting.take() else {
            return Ok(());
        };
        let data = &setting.data;
        let rows = Part::ALL.into_iter().flat_map(|part| {
            let rows = part.rows(&data.split).iter();
            rows.map(move |row| (part, *row))
        });
        for ((part, row), sums) in rows.zip(&setting.sums) {
            let class = match data.dataset.targets() {
                Targets::Classes { labels, names } => {
                    Cell::Text(names[labels[row] as usize].clone())
                }
                Targets::Values { .. } => Cell::Null,
            };
            let part = Cell::Text(part.name().to_owned());
            let about = [part, whole(row as u64), place(data, row), class];
            let cells = setting.values.iter().cloned().chain(about);
            self.table.push(cells.chain(sums.cells()))?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<T, Error> {
        self.write()?;
        Ok(self.table)
    }
}
