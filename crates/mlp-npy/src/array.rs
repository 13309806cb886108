use std::ops::Range;

/// The numbers or texts of an array, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `<f8`.
    F64(Vec<f64>),
    /// `<f4`.
    F32(Vec<f32>),
    /// `<i8`.
    I64(Vec<i64>),
    /// `|b1`.
    Bool(Vec<bool>),
    /// `<U..`.
    Text(Vec<String>),
}

impl Data {
    /// The number of entries.
    pub fn len(&self) -> usize {
        match self {
            Self::F64(values) => values.len(),
            Self::F32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An array: its shape and its entries, row-major. A scalar has the shape `[]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The length of each axis.
    pub shape: Vec<usize>,
    /// The entries.
    pub data: Data,
}

impl Array {
    /// An array of this shape.
    ///
    /// # Panics
    /// If the number of entries does not match the shape.
    pub fn new(shape: impl Into<Vec<usize>>, data: Data) -> Self {
        let shape = shape.into();
        assert_eq!(
            shape.iter().product::<usize>(),
            data.len(),
            "one entry per place"
        );
        Self { shape, data }
    }

    /// A one-dimensional array.
    pub fn list(data: Data) -> Self {
        Self {
            shape: vec![data.len()],
            data,
        }
    }

    /// A scalar text.
    pub fn word(word: &str) -> Self {
        Self {
            shape: Vec::new(),
            data: Data::Text(vec![word.to_owned()]),
        }
    }

    /// The entries as f64, if they are numbers.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        self.numbers_of(0..self.data.len())
    }

    /// A range of the entries as f64, if it exists and they are numbers.
    pub fn numbers_of(&self, places: Range<usize>) -> Option<Vec<f64>> {
        match &self.data {
            Data::F64(values) => values.get(places).map(<[f64]>::to_vec),
            Data::F32(values) => {
                let values = values.get(places)?.iter();
                Some(values.copied().map(f64::from).collect())
            }
            Data::I64(values) => {
                let values = values.get(places)?.iter();
                Some(values.map(|&value| value as f64).collect())
            }
            Data::Bool(values) => {
                let values = values.get(places)?.iter();
                Some(values.map(|&value| f64::from(u8::from(value))).collect())
            }
            Data::Text(_) => None,
        }
    }

    /// The entries as texts, if they are texts.
    pub fn words(&self) -> Option<&[String]> {
        match &self.data {
            Data::Text(words) => Some(words),
            _ => None,
        }
    }
}

/// A borrowed array, to be written.
#[derive(Clone, Copy, Debug)]
pub struct ArrayView<'a> {
    /// The length of each axis.
    pub shape: &'a [usize],
    /// The entries.
    pub data: DataView<'a>,
}

/// The numbers or texts of an [`ArrayView`], row-major.
#[derive(Clone, Copy, Debug)]
pub enum DataView<'a> {
    /// `<f8`.
    F64(&'a [f64]),
    /// `<f4`.
    F32(&'a [f32]),
    /// `<i8`.
    I64(&'a [i64]),
    /// `|b1`.
    Bool(&'a [bool]),
    /// `<U..`.
    Text(&'a [String]),
}

impl<'a> From<&'a Array> for ArrayView<'a> {
    fn from(array: &'a Array) -> Self {
        let data = match &array.data {
            Data::F64(values) => DataView::F64(values),
            Data::F32(values) => DataView::F32(values),
            Data::I64(values) => DataView::I64(values),
            Data::Bool(values) => DataView::Bool(values),
            Data::Text(values) => DataView::Text(values),
        };
        Self {
            shape: &array.shape,
            data,
        }
    }
}
