//! Results in memory: tables as columns, arrays, finished networks.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use mlp_npy::{Array, Arrays, Data};

use super::{
    columns::{Cell, Column, Table, Values},
    sinks::{ArraySink, SharedNumbers, Sinks, TableSink},
};
use crate::{
    error::Error,
    run::{
        chunk::Chunk, network_rows::NetworkRows, network_set::NetworkSet,
        network_store::NetworkStore,
    },
};

/// A table that grows in memory.
#[derive(Clone, Debug)]
pub struct MemoryTable {
    columns: Vec<(String, Values)>,
}

impl MemoryTable {
    /// No rows yet.
    pub fn new(columns: Vec<Column>) -> Self {
        let columns = columns.into_iter();
        Self {
            columns: columns
                .map(|column| (column.name, Values::new(column.kind)))
                .collect(),
        }
    }

    /// Appends a row.
    ///
    /// # Panics
    /// If the number of cells differs from the number of columns, or a cell has another type.
    pub fn add(&mut self, row: impl IntoIterator<Item = Cell>) {
        let mut cells = row.into_iter();
        for (name, values) in &mut self.columns {
            let cell = cells
                .next()
                .unwrap_or_else(|| panic!("the row has no cell for {name}"));
            match (values, cell) {
                (Values::Integer(values), Cell::Integer(value)) => values.push(Some(value)),
                (Values::Integer(values), Cell::Null) => values.push(None),
                (Values::Number(values), Cell::Number(value)) => values.push(Some(value)),
                (Values::Number(values), Cell::Integer(value)) => values.push(Some(value as f64)),
                (Values::Number(values), Cell::Null) => values.push(None),
                (Values::Text(values), Cell::Text(value)) => values.push(Some(value)),
                (Values::Text(values), Cell::Null) => values.push(None),
                (Values::Flag(values), Cell::Flag(value)) => values.push(Some(value)),
                (Values::Flag(values), Cell::Null) => values.push(None),
                (_, cell) => panic!("column {name} cannot hold {cell:?}"),
            }
        }
        assert!(
            cells.next().is_none(),
            "the row has more cells than there are columns"
        );
    }

    /// All its rows.
    pub fn finish(self) -> Table {
        Table::new(self.columns).expect("every row has a cell in each column")
    }
}

impl TableSink for MemoryTable {
    fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<(), Error> {
        self.add(row);
        Ok(())
    }

    fn push_rows(
        &mut self,
        integers: &[Vec<Option<i64>>],
        numbers: &SharedNumbers,
    ) -> Result<(), Error> {
        let (first, others) = self.columns.split_at_mut(integers.len());
        for ((name, values), more) in first.iter_mut().zip(integers) {
            match values {
                Values::Integer(values) => values.extend(more),
                other => panic!("column {name} of {:?} holds no integers", other.kind()),
            }
        }
        for ((name, values), more) in others.iter_mut().zip((**numbers).as_ref().iter()) {
            match values {
                Values::Number(values) => values.extend(more.iter()),
                other => panic!("column {name} of {:?} holds no numbers", other.kind()),
            }
        }
        Ok(())
    }
}

/// Arrays that are filled in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryArrays {
    arrays: Vec<(String, Array)>,
}

/// An array that is filled plane by plane.
#[derive(Clone, Debug)]
pub struct MemoryPlanes {
    /// Its index among the arrays.
    place: usize,
    /// Values per plane.
    length: usize,
    /// The number of values that each plane has.
    filled: Vec<usize>,
}

impl MemoryArrays {
    fn values(&mut self, planes: &MemoryPlanes) -> &mut Vec<f64> {
        match &mut self.arrays[planes.place].1.data {
            Data::F64(values) => values,
            _ => unreachable!("arrays in planes hold f64"),
        }
    }
}

impl ArraySink for MemoryArrays {
    type Planes = MemoryPlanes;
    type Done = Arrays;

    fn push(&mut self, name: &str, array: &Array) -> Result<(), Error> {
        self.arrays.push((name.to_owned(), array.clone()));
        Ok(())
    }

    fn reserve(
        &mut self,
        name: &str,
        shape: &[usize],
        planes: usize,
    ) -> Result<MemoryPlanes, Error> {
        let values = shape.iter().product::<usize>();
        let array = Array::new(shape, Data::F64(vec![f64::NAN; values]));
        self.arrays.push((name.to_owned(), array));
        Ok(MemoryPlanes {
            place: self.arrays.len() - 1,
            length: values / planes,
            filled: vec![0; planes],
        })
    }

    fn append(
        &mut self,
        array: &mut MemoryPlanes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), Error> {
        let filled = array.filled[plane];
        let left = array.length - filled;
        assert!(values.len() <= left, "a plane has an end");
        let start = plane * array.length + filled;
        self.values(array)[start..start + values.len()].copy_from_slice(values);
        array.filled[plane] += values.len();
        Ok(())
    }

    fn replace(
        &mut self,
        array: &mut MemoryPlanes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), Error> {
        array.filled[plane] = 0;
        self.append(array, plane, values)
    }

    fn read(&mut self, array: &MemoryPlanes, planes: Range<usize>) -> Result<Vec<f64>, Error> {
        let places = planes.start * array.length..planes.end * array.length;
        Ok(self.values(array)[places].to_vec())
    }

    fn finish(self, _arrays: Vec<MemoryPlanes>) -> Result<Arrays, Error> {
        let mut arrays = Arrays::new();
        for (name, array) in self.arrays {
            arrays.insert(name, array);
        }
        Ok(arrays)
    }
}

/// Tables and arrays in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemorySinks;

impl Sinks for MemorySinks {
    type Table = MemoryTable;
    type Arrays = MemoryArrays;

    fn table(&self, _name: &str, columns: Vec<Column>) -> Result<MemoryTable, Error> {
        Ok(MemoryTable::new(columns))
    }

    fn arrays(&self) -> Result<MemoryArrays, Error> {
        Ok(MemoryArrays::default())
    }
}

/// Finished networks in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryNetworks {
    rows: BTreeMap<u64, Arc<NetworkRows>>,
    finished: NetworkSet,
    wanted: Option<NetworkSet>,
}

impl NetworkStore for MemoryNetworks {
    type Encoder = ();

    fn encoder(&self) {}

    fn put(&mut self, chunk: &Chunk) -> Result<(), Error> {
        for rows in chunk.rows() {
            self.finished.insert(rows.network);
            self.rows.insert(rows.network, Arc::clone(rows));
        }
        Ok(())
    }

    fn finished(&self) -> &NetworkSet {
        &self.finished
    }

    fn limit(&mut self, wanted: NetworkSet) {
        self.wanted = Some(wanted);
    }

    fn in_order(
        &self,
        each: &mut dyn FnMut(Arc<NetworkRows>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let wanted = |network: &u64| {
            self.wanted
                .as_ref()
                .is_none_or(|set| set.contains(*network))
        };
        let rows = self.rows.iter().filter(|(network, _)| wanted(network));
        rows.map(|(_, rows)| Arc::clone(rows)).try_for_each(each)
    }

    fn sync(&mut self) -> Result<(), Error> {
        Ok(())
    }
}
