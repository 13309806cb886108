//! The axes of an experiment: swept keys and their values.

use crate::{
    error::Error,
    metrics::metric::Metric,
    settings::{
        experiment::{Experiment, MapAxis},
        key::info::Key,
        kind::Kind,
        range::Range,
        value::Value,
    },
};

/// One key of the grid and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The key.
    pub key: Key,
    /// The range as written.
    pub range: Range,
    /// Its values in the key's own form, in order; none where values between two ends are drawn.
    pub values: Vec<Value>,
}

impl Axis {
    fn new(key: Key, range: &Range, drawn: bool) -> Result<Self, Error> {
        let values = key.info().form.values(range);
        let mut values = values.map_err(|reason| Error::key(key, reason))?;
        if matches!(range, Range::Between { .. }) {
            if !drawn {
                return Err(Error::key(
                    key,
                    format!(
                        "{range} has no number of values; write {range}:COUNT, or draw some at random with --draws"
                    ),
                ));
            }
            values.clear();
        }
        Ok(Self {
            key,
            range: range.clone(),
            values,
        })
    }

    /// Values that represent all of them: the values, or the ends between which they are drawn.
    pub fn sample(&self) -> Vec<Value> {
        if self.values.is_empty() {
            return self.key.info().form.values(&self.range).unwrap_or_default();
        }
        self.values.clone()
    }

    /// Whether values between two ends are drawn.
    pub fn is_continuous(&self) -> bool {
        self.values.is_empty()
    }

    /// The values as numbers, if all are.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let spaced = !matches!(self.range, Range::List(_));
        let number = |value: &Value| match value {
            // Spaced widths of one hidden layer are numbers, too.
            Value::List(widths) if spaced && widths.len() == 1 => widths[0].as_f64(),
            value => value.as_f64(),
        };
        self.values.iter().map(number).collect()
    }

    /// The values as text.
    pub fn labels(&self) -> Vec<String> {
        self.values.iter().map(Value::to_string).collect()
    }

    /// Whether a chart's axis is logarithmic: the range is, or its numbers are positive and span
    /// more than two decades.
    pub fn is_log(&self) -> bool {
        let numbers: Option<Vec<f64>> = self.sample().iter().map(Value::as_f64).collect();
        let numbers = numbers.unwrap_or_default();
        let low = numbers
            .iter()
            .copied()
            .fold(f64::INFINITY, |a, b| if b < a { b } else { a });
        let high = numbers
            .iter()
            .copied()
            .fold(0.0, |a, b| if b > a { b } else { a });
        self.range.is_log() || (!numbers.is_empty() && low > 0.0 && high / low > 100.0)
    }
}

/// The axes of an experiment, the last one running fastest.
pub(super) fn axes(experiment: &Experiment) -> Result<Vec<Axis>, Error> {
    let axes: Vec<Axis> = match experiment.kind {
        Kind::Train => Vec::new(),
        Kind::Population => {
            let sweep = experiment.population.sweep.iter();
            let drawn = experiment.population.draws.is_some();
            sweep
                .map(|(key, range)| Axis::new(*key, range, drawn))
                .collect::<Result<_, _>>()?
        }
        Kind::Map => {
            let Some((x, range)) = &experiment.map.x else {
                return Err(Error::key(
                    "x",
                    "a map needs a horizontal axis, as in --x learning_rate=log:1e-3:1e1:32",
                ));
            };
            let x = Axis::new(*x, range, false)?;
            let mut axes = vec![x];
            if let Some(MapAxis::Key(y, range)) = &experiment.map.y {
                axes.insert(0, Axis::new(*y, range, false)?);
            }
            if let Some((facet, range)) = &experiment.map.facet {
                axes.insert(0, Axis::new(*facet, range, false)?);
            }
            axes
        }
    };
    for (index, axis) in axes.iter().enumerate() {
        for other in &axes[..index] {
            let voids = |a: &Axis, b: &Axis| a.key.info().voids.contains(&b.key.info().path);
            if axis.key == other.key || voids(axis, other) && voids(other, axis) {
                return Err(Error::keys(
                    other.key,
                    axis.key,
                    format!("and {} cannot both be swept", axis.key),
                ));
            }
        }
    }
    Ok(axes)
}

/// Refuses a map over steps of a metric that has no steps.
pub(super) fn check_map(author: &Experiment) -> Result<(), Error> {
    let over_steps = !matches!(author.map.y, Some(MapAxis::Key(..)));
    match &author.map.metric {
        Some(metric @ Metric::Event(_)) if author.kind == Kind::Map && over_steps => {
            Err(Error::keys(
                "metric",
                "y",
                format!(
                    "{metric} is one number per training, but the y axis is the step; give --y a key"
                ),
            ))
        }
        _ => Ok(()),
    }
}
