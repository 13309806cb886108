//! Tables of results as columns that NumPy and Arrow read where they are.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchIterator,
    StringArray, ffi_stream::FFI_ArrowArrayStream,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema};
use mlp_train::{ColumnKind, Table, Values};
use pyo3::{
    exceptions::PyKeyError,
    prelude::*,
    types::{PyCapsule, PyDict, PyList, PyTuple},
};

use crate::error;

/// Numbers that several readers hold.
#[derive(Clone)]
struct Shared<T>(Arc<Vec<T>>);

impl<T: bytemuck::NoUninit> AsRef<[u8]> for Shared<T> {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}

impl<T: bytemuck::NoUninit + Send + Sync + 'static> Shared<T> {
    /// The same memory as Arrow holds it.
    fn buffer(&self) -> Buffer {
        Buffer::from(bytes::Bytes::from_owner(self.clone()))
    }
}

/// The values of a column. Missing numbers are NaN here; the flags say which are there.
enum Content {
    Integers(Shared<i64>),
    Numbers(Shared<f64>),
    Flags(Shared<u8>),
    /// Texts repeat, so they are kept once each; a missing one has the code -1.
    Texts(Vec<String>, Shared<i32>),
}

struct Stored {
    name: String,
    content: Content,
    /// Which values are there; `None`: all.
    present: Option<Vec<bool>>,
}

/// A table whose columns are shared with NumPy and Arrow.
#[pyclass(frozen, module = "mlp_lab._mlp_lab")]
pub struct RawTable {
    columns: Vec<Stored>,
    rows: usize,
}

fn split<V: Clone, T>(
    values: &[Option<V>],
    missing: &T,
    of: impl Fn(&V) -> T,
) -> (Vec<T>, Option<Vec<bool>>)
where
    T: Clone,
{
    let all = values.iter().all(Option::is_some);
    let present = (!all).then(|| values.iter().map(Option::is_some).collect());
    let values = values
        .iter()
        .map(|value| value.as_ref().map_or_else(|| missing.clone(), &of));
    (values.collect(), present)
}

impl Stored {
    fn of(name: &str, values: &Values) -> Self {
        let (content, present) = match values {
            Values::Integer(values) => {
                let (values, present) = split(values, &0, |value| *value);
                (Content::Integers(Shared(Arc::new(values))), present)
            }
            Values::Number(values) => {
                let (values, present) = split(values, &f64::NAN, |value| *value);
                (Content::Numbers(Shared(Arc::new(values))), present)
            }
            Values::Flag(values) => {
                let (values, present) = split(values, &0, |value| u8::from(*value));
                (Content::Flags(Shared(Arc::new(values))), present)
            }
            Values::Text(values) => {
                let mut words: Vec<String> = Vec::new();
                let mut places = std::collections::HashMap::new();
                let code = |word: &Option<String>| match word {
                    None => -1,
                    Some(word) => *places.entry(word.clone()).or_insert_with(|| {
                        words.push(word.clone());
                        words.len() as i32 - 1
                    }),
                };
                let codes: Vec<i32> = values.iter().map(code).collect();
                (Content::Texts(words, Shared(Arc::new(codes))), None)
            }
        };
        Self {
            name: name.to_owned(),
            content,
            present,
        }
    }

    fn is_present(&self, row: usize) -> bool {
        self.present.as_ref().is_none_or(|present| present[row])
    }

    /// As the library reads it.
    fn values(&self) -> Values {
        fn gather<T: Copy, V>(
            all: &Shared<T>,
            stored: &Stored,
            of: impl Fn(T) -> V,
        ) -> Vec<Option<V>> {
            let rows = all.0.iter().enumerate();
            rows.map(|(row, value)| stored.is_present(row).then(|| of(*value)))
                .collect()
        }
        match &self.content {
            Content::Integers(all) => Values::Integer(gather(all, self, |value| value)),
            Content::Numbers(all) => Values::Number(gather(all, self, |value| value)),
            Content::Flags(all) => Values::Flag(gather(all, self, |value| value != 0)),
            Content::Texts(words, codes) => {
                let word = |code: &i32| words.get(usize::try_from(*code).ok()?).cloned();
                Values::Text(codes.0.iter().map(word).collect())
            }
        }
    }

    /// As Arrow reads it, without a copy of numbers.
    fn arrow(&self, rows: usize) -> ArrayRef {
        let nulls = self.present.as_ref();
        let nulls = nulls.map(|present| NullBuffer::from(BooleanBuffer::from(present.as_slice())));
        match &self.content {
            Content::Integers(all) => {
                let values = ScalarBuffer::new(all.buffer(), 0, rows);
                Arc::new(Int64Array::new(values, nulls))
            }
            Content::Numbers(all) => {
                let values = ScalarBuffer::new(all.buffer(), 0, rows);
                Arc::new(Float64Array::new(values, nulls))
            }
            Content::Flags(all) => {
                // A bit each there, a byte each in NumPy.
                let bits: BooleanBuffer = all.0.iter().map(|flag| *flag != 0).collect();
                Arc::new(BooleanArray::new(bits, nulls))
            }
            Content::Texts(words, codes) => {
                let word = |code: &i32| words.get(usize::try_from(*code).ok()?).map(String::as_str);
                Arc::new(codes.0.iter().map(word).collect::<StringArray>())
            }
        }
    }

    fn data_type(&self) -> DataType {
        match self.content {
            Content::Integers(_) => DataType::Int64,
            Content::Numbers(_) => DataType::Float64,
            Content::Flags(_) => DataType::Boolean,
            Content::Texts(..) => DataType::Utf8,
        }
    }
}

impl RawTable {
    /// A table of the library.
    pub fn of(table: &Table) -> Self {
        Self {
            columns: table
                .columns()
                .map(|(name, values)| Stored::of(name, values))
                .collect(),
            rows: table.rows(),
        }
    }

    /// As the library reads it.
    pub fn table(&self) -> Table {
        let columns = self.columns.iter();
        let columns = columns.map(|column| (column.name.clone(), column.values()));
        Table::new(columns.collect()).expect("all columns have as many rows")
    }

    fn column(&self, name: &str) -> PyResult<&Stored> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }
}

/// What a table of an analysis is made of, as columns.
pub fn of_rows(results: &mlp_train::analysis::Results) -> RawTable {
    use mlp_train::Cell;
    let columns = results.columns.iter().enumerate();
    let columns = columns.map(|(place, column)| {
        let cells = results.rows.iter().map(|row| row.get(place));
        let values = match column.kind {
            ColumnKind::Integer => Values::Integer(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Integer(value)) => Some(*value),
                        _ => None,
                    })
                    .collect(),
            ),
            ColumnKind::Number => Values::Number(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Number(value)) => Some(*value),
                        _ => None,
                    })
                    .collect(),
            ),
            ColumnKind::Flag => Values::Flag(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Flag(value)) => Some(*value),
                        _ => None,
                    })
                    .collect(),
            ),
            ColumnKind::Text => Values::Text(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Null) | None => None,
                        Some(cell) => Some(cell.to_text()),
                    })
                    .collect(),
            ),
        };
        Stored::of(&column.name, &values)
    });
    RawTable {
        columns: columns.collect(),
        rows: results.rows.len(),
    }
}

#[pymethods]
impl RawTable {
    /// The number of rows.
    #[getter]
    fn rows(&self) -> usize {
        self.rows
    }

    /// The columns' names, in order.
    #[getter]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.columns.iter().map(|column| &column.name))
    }

    /// Memory of a column for NumPy's array interface, texts as codes; its kind, its words, and whether each value is there.
    fn parts<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let table = slf.get();
        let column = table.column(name)?;
        let (kind, words) = match &column.content {
            Content::Integers(_) => ("integer", None),
            Content::Numbers(_) => ("number", None),
            Content::Flags(_) => ("flag", None),
            Content::Texts(words, _) => ("text", Some(words.clone())),
        };
        let memory = match &column.content {
            Content::Integers(all) => Memory::new(all, "<i8"),
            Content::Numbers(all) => Memory::new(all, "<f8"),
            Content::Flags(all) => Memory::new(all, "|b1"),
            Content::Texts(_, codes) => Memory::new(codes, "<i4"),
        };
        let present = column.present.clone();
        (kind, memory, words, present).into_pyobject(py)
    }

    /// A capsule with an `ArrowArrayStream` of one batch.
    #[pyo3(signature = (requested_schema = None))]
    fn arrow_c_stream<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol lets a producer answer with its own types.
        let _ = requested_schema;
        let fields = self.columns.iter().map(|column| {
            let nullable = column.present.is_some() || matches!(column.content, Content::Texts(..));
            Field::new(&column.name, column.data_type(), nullable)
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let columns = self.columns.iter().map(|column| column.arrow(self.rows));
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch =
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns.collect(), &options)
                .map_err(|fault| error::other(py, &fault.to_string()))?;
        let batches = RecordBatchIterator::new([Ok(batch)], schema);
        let stream = FFI_ArrowArrayStream::new(Box::new(batches));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}

/// The memory of a column, which NumPy views for as long as this object lives.
#[pyclass(frozen, module = "mlp_lab._mlp_lab")]
struct Memory {
    /// Keeps the numbers where they are.
    _owner: Box<dyn std::any::Any + Send + Sync>,
    address: usize,
    length: usize,
    kind: &'static str,
}

impl Memory {
    fn new<T: Send + Sync + 'static>(shared: &Shared<T>, kind: &'static str) -> Self {
        Self {
            address: shared.0.as_ptr() as usize,
            length: shared.0.len(),
            _owner: Box::new(Arc::clone(&shared.0)),
            kind,
        }
    }
}

#[pymethods]
impl Memory {
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("typestr", self.kind)?;
        interface.set_item("shape", (self.length,))?;
        let read_only = true;
        interface.set_item("data", (self.address, read_only))?;
        Ok(interface)
    }
}
