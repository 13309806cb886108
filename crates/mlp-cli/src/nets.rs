//! The table of networks of a run, read column by column: it may have a million rows.

use std::{cell::RefCell, rc::Rc};

use anyhow::Result;
use mlp_store::{RunDirectory, table::ColumnReader};
use mlp_train::{exploded::EXPLODED, stopping};

const STOPPED_BY: &str = "stopped_by";

/// Number of columns held in memory at once.
const HELD: usize = 4;

/// The results of every network at its last record.
pub struct Nets {
    columns: ColumnReader,
    finite: Vec<bool>,
    sound: Vec<bool>,
    exploded: Option<Vec<bool>>,
    stopped: u64,
    stopped_by_choice: u64,
    /// The network of every row, where some between them are missing, as in a run that was interrupted.
    places: Option<Vec<usize>>,
    held: RefCell<Vec<(String, Rc<Vec<f64>>)>>,
}

impl Nets {
    /// Opens the table of a run directory.
    pub fn open(directory: &RunDirectory) -> Result<Self> {
        let columns = directory.nets_columns()?;
        let (mut finite, mut exploded, mut stopped, mut chosen) = (Vec::new(), Vec::new(), 0, 0);
        let ids = columns.numbers("net")?.unwrap_or_default();
        let places: Vec<usize> = ids.iter().map(|id| *id as usize).collect();
        let whole = places.iter().enumerate().all(|(row, net)| row == *net);
        let places = (!whole).then_some(places);
        let mut names = vec!["status"];
        // Runs of earlier versions do not have it.
        let says = columns.names().iter().any(|name| name == EXPLODED);
        names.extend(says.then_some(EXPLODED));
        // Runs without rules have no such column.
        let ruled = columns.names().iter().any(|name| name == STOPPED_BY);
        names.extend(ruled.then_some(STOPPED_BY));
        columns.scan(Some(&names), &mut |part| {
            let statuses = part.texts("status").unwrap_or_default();
            finite.extend(statuses.iter().map(|status| status != "diverged"));
            let flags = part.texts(EXPLODED).unwrap_or_default();
            exploded.extend(flags.iter().map(|flag| flag == "true"));
            let at_rest = statuses.iter().filter(|status| *status == "stopped");
            stopped += at_rest.count() as u64;
            let rules = part.texts(STOPPED_BY).unwrap_or_default();
            chosen += rules.iter().filter(|rule| stopping::chooses(rule)).count() as u64;
            Ok(())
        })?;
        let sound = match says {
            true => finite
                .iter()
                .zip(&exploded)
                .map(|(finite, exploded)| *finite && !exploded)
                .collect(),
            false => finite.clone(),
        };
        let (finite, sound, exploded) = match &places {
            None => (finite, sound, exploded),
            // A missing network is neither sound nor diverged.
            Some(places) => (
                spread(places, &finite, true),
                spread(places, &sound, false),
                spread(places, &exploded, false),
            ),
        };
        Ok(Self {
            columns,
            finite,
            sound,
            exploded: says.then_some(exploded),
            stopped,
            stopped_by_choice: chosen,
            places,
            held: RefCell::default(),
        })
    }

    /// How many networks have ended.
    pub fn ended(&self) -> usize {
        self.places.as_ref().map_or(self.rows(), Vec::len)
    }

    /// The networks that have ended.
    pub fn which_ended(&self) -> Vec<usize> {
        let places = self.places.clone();
        places.unwrap_or_else(|| (0..self.rows()).collect())
    }

    /// How many networks there are, up to the last that ended.
    pub fn rows(&self) -> usize {
        self.sound.len()
    }

    /// Whether each network ended without diverging.
    pub fn finite(&self) -> &[bool] {
        &self.finite
    }

    /// Whether each network exploded; `None` where the run does not say.
    pub fn exploded(&self) -> Option<&[bool]> {
        self.exploded.as_deref()
    }

    /// Whether each network neither diverged nor exploded, so that its numbers count.
    pub fn sound(&self) -> &[bool] {
        &self.sound
    }

    /// How many networks were stopped before their last step.
    pub fn stopped(&self) -> u64 {
        self.stopped
    }

    /// How many of these were stopped by a rule that chooses by the loss on a part.
    pub fn stopped_by_choice(&self) -> u64 {
        self.stopped_by_choice
    }

    /// The columns' names.
    pub fn names(&self) -> &[String] {
        self.columns.names()
    }

    /// The table itself.
    pub fn reader(&self) -> &ColumnReader {
        &self.columns
    }

    /// A column of numbers, NaN where nothing applies; `None` where there is none or it holds text.
    pub fn numbers(&self, name: &str) -> Result<Option<Rc<Vec<f64>>>> {
        let mut held = self.held.borrow_mut();
        if let Some(at) = held.iter().position(|(known, _)| known == name) {
            let found = held.remove(at);
            let numbers = Rc::clone(&found.1);
            held.push(found);
            return Ok(Some(numbers));
        }
        let Some(numbers) = self.columns.numbers(name)? else {
            return Ok(None);
        };
        let numbers = Rc::new(match &self.places {
            None => numbers,
            Some(places) => spread(places, &numbers, f64::NAN),
        });
        if held.len() == HELD {
            held.remove(0);
        }
        held.push((name.to_owned(), Rc::clone(&numbers)));
        Ok(Some(numbers))
    }

    /// A number of the first network, where it is finite.
    pub fn first(&self, name: &str) -> Result<Option<f64>> {
        let numbers = self.numbers(name)?;
        Ok(numbers
            .and_then(|numbers| numbers.first().copied())
            .filter(|number| number.is_finite()))
    }
}

/// Values of rows at the places of their networks, with `missing` between them.
fn spread<T: Copy>(places: &[usize], values: &[T], missing: T) -> Vec<T> {
    let mut out = vec![missing; places.iter().max().map_or(0, |last| last + 1)];
    for (place, value) in places.iter().zip(values) {
        out[*place] = *value;
    }
    out
}
