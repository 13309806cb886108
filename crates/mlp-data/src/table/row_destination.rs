//! What becomes of the rows of a file: a data set to train on, or chunks of features to predict.

use std::cell::RefCell;
use std::io::{self, Read};
use std::ops::{ControlFlow, Deref, DerefMut};

use ndarray::Array2;

use super::cell::TableCell;
use super::columns::Columns;
use super::csv_options::CsvOptions;
use super::features::{FeatureChunk, FeatureOptions, FeatureReader, Matched};
use super::format::TableFormat;
use crate::error::error;
use crate::{Error, Place};

/// How a file is read, and where its rows go. Every reader takes one: it stands for its [`CsvOptions`], and what assembles the
/// rows asks for the rest.
#[derive(Clone, Debug)]
pub(crate) struct RowDestination<'s> {
    options: CsvOptions,
    rows: Option<&'s dyn PredictionRows>,
}

impl<'s> RowDestination<'s> {
    /// For a data set.
    pub fn training(options: &CsvOptions) -> Self {
        Self {
            options: options.clone(),
            rows: None,
        }
    }

    /// For rows to predict.
    pub fn predicting(options: &FeatureOptions, rows: &'s dyn PredictionRows) -> Self {
        Self {
            options: CsvOptions {
                features: options.columns(),
                format: options.format.clone(),
                like: Some(options.like.clone().unwrap_or_default()),
                ignored: options.ignored.clone(),
                ..CsvOptions::default()
            },
            rows: Some(rows),
        }
    }

    /// What takes rows to predict: of these no target is asked for.
    pub fn rows(&self) -> Option<&'s dyn PredictionRows> {
        self.rows
    }
}

impl Deref for RowDestination<'_> {
    type Target = CsvOptions;

    fn deref(&self) -> &CsvOptions {
        &self.options
    }
}

impl DerefMut for RowDestination<'_> {
    fn deref_mut(&mut self) -> &mut CsvOptions {
        &mut self.options
    }
}

/// What takes rows to predict.
pub(crate) trait PredictionRows: std::fmt::Debug {
    /// Matches the columns of a file; the positions of those that are used.
    fn begin(&self, file: &str, columns: &Columns) -> Result<Vec<usize>, Error>;

    /// Takes a row, whose cells are asked for by position.
    fn push<'c>(
        &self,
        file: &str,
        columns: &[String],
        place: Place,
        cell: &dyn Fn(usize) -> TableCell<'c>,
    ) -> Result<(), Error>;

    /// Takes all rows of a table of text.
    fn text(&self, reader: &mut dyn Read, file: &str, format: &TableFormat) -> Result<(), Error>;

    /// Hands on what is left.
    fn finish(&self, file: &str) -> Result<(), Error>;
}

/// Hands rows on in chunks.
pub(crate) struct Chunks<'s> {
    options: &'s FeatureOptions,
    /// Rows of a chunk.
    size: usize,
    /// Whether names of columns come from the file, so that each must be there.
    named: bool,
    state: RefCell<State<'s>>,
}

/// A chunk on its way, with the names of the columns kept.
pub(crate) type Take<'s> = dyn FnMut(&[String], FeatureChunk) -> ControlFlow<()> + 's;

struct State<'s> {
    matched: Option<Matched>,
    inputs: Vec<f64>,
    kept: Vec<Vec<String>>,
    known: Vec<bool>,
    /// What a user should look at, of a table of text.
    notes: Vec<String>,
    take: &'s mut Take<'s>,
}

impl std::fmt::Debug for Chunks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chunks")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl<'s> Chunks<'s> {
    /// Chunks of so many rows.
    pub fn new(
        options: &'s FeatureOptions,
        size: usize,
        named: bool,
        take: &'s mut Take<'s>,
    ) -> Self {
        Self {
            options,
            size,
            named,
            state: RefCell::new(State {
                matched: None,
                inputs: Vec::new(),
                kept: Vec::new(),
                known: Vec::new(),
                notes: Vec::new(),
                take,
            }),
        }
    }

    /// What a user should look at, once the rows are read.
    pub fn notes(&self) -> Vec<String> {
        let state = self.state.borrow();
        match &state.matched {
            Some(matched) => matched.notes(),
            None => state.notes.clone(),
        }
    }
}

impl State<'_> {
    /// Gives the rows so far away, if there are any.
    fn hand_on(&mut self, file: &str) -> Result<(), Error> {
        let (Some(matched), false) = (&self.matched, self.kept.is_empty()) else {
            return Ok(());
        };
        let inputs = std::mem::take(&mut self.inputs);
        let kept = std::mem::take(&mut self.kept);
        let known = std::mem::take(&mut self.known);
        let shape = (kept.len(), matched.features());
        let inputs = Array2::from_shape_vec(shape, inputs).expect("every row gave its features");
        let names = matched.keep_names().to_vec();
        let chunk = FeatureChunk {
            inputs,
            kept,
            known,
        };
        self.give(&names, chunk, file)
    }

    fn give(&mut self, names: &[String], chunk: FeatureChunk, file: &str) -> Result<(), Error> {
        match (self.take)(names, chunk) {
            ControlFlow::Continue(()) => Ok(()),
            // The one who takes the rows knows why.
            ControlFlow::Break(()) => Err(Error::Read {
                file: file.to_owned(),
                source: io::Error::other("no more rows are taken"),
            }),
        }
    }
}

impl PredictionRows for Chunks<'_> {
    fn begin(&self, file: &str, columns: &Columns) -> Result<Vec<usize>, Error> {
        let first_target = columns.names.len() - columns.targets;
        let features: Vec<usize> = (0..first_target)
            .filter(|column| columns.weight != Some(*column))
            .collect();
        let format = match &self.options.like {
            Some(like) => self.options.format.or_cells_of(like),
            None => self.options.format.clone(),
        };
        let names = (&columns.names[..], self.named);
        let matched = Matched::new(file, names, &features, &format, self.options)?;
        let used = matched.used();
        self.state.borrow_mut().matched = Some(matched);
        Ok(used)
    }

    fn push<'c>(
        &self,
        file: &str,
        columns: &[String],
        place: Place,
        cell: &dyn Fn(usize) -> TableCell<'c>,
    ) -> Result<(), Error> {
        let state = &mut *self.state.borrow_mut();
        let Some(matched) = &mut state.matched else {
            return Ok(());
        };
        let known = matched
            .row(place, cell, &mut state.inputs)
            .map_err(|(column, problem)| {
                error(file, Some(place), Some(&columns[column]), problem)
            })?;
        state.known.push(known);
        state
            .kept
            .push(matched.kept(|column| cell(column).text().into_owned()));
        match state.kept.len() == self.size {
            true => state.hand_on(file),
            false => Ok(()),
        }
    }

    fn text(&self, reader: &mut dyn Read, file: &str, format: &TableFormat) -> Result<(), Error> {
        let options = FeatureOptions {
            format: format.clone(),
            ..self.options.clone()
        };
        let mut rows = FeatureReader::open(reader, file, &options)?;
        let names = rows.keep_names().to_vec();
        while let Some(chunk) = rows.next_chunk(self.size)? {
            self.state.borrow_mut().give(&names, chunk, file)?;
        }
        self.state.borrow_mut().notes = rows.notes();
        Ok(())
    }

    fn finish(&self, file: &str) -> Result<(), Error> {
        self.state.borrow_mut().hand_on(file)
    }
}
