//! The spelling of choices: a name, then numbers after colons, as in `leaky-relu:0.01`.

use crate::Error;

/// A line of a registry: a name and its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The spelling, without arguments.
    pub name: &'static str,
    /// One line on what it is, with its arguments.
    pub description: &'static str,
}

impl Known {
    /// A line of a registry.
    pub const fn new(name: &'static str, description: &'static str) -> Self {
        Self { name, description }
    }
}

/// A parsed spelling.
pub(crate) struct Spelling<'a> {
    kind: &'static str,
    text: &'a str,
    pub(crate) name: &'a str,
    arguments: Vec<f64>,
}

impl<'a> Spelling<'a> {
    /// Parses `name:number:number`.
    pub(crate) fn parse(kind: &'static str, text: &'a str) -> Result<Self, Error> {
        let text = text.trim();
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let arguments = parts
            .map(|part| {
                let number = part.trim().parse::<f64>().ok();
                number
                    .filter(|n| n.is_finite())
                    .ok_or_else(|| Error::BadArgument {
                        kind,
                        text: text.to_owned(),
                        expected: format!("\"{part}\" is not a finite number"),
                    })
            })
            .collect::<Result<Vec<f64>, Error>>()?;
        Ok(Self {
            kind,
            text,
            name,
            arguments,
        })
    }

    /// The error for a name that is not in `known`.
    pub(crate) fn unknown(&self, known: &[Known]) -> Error {
        Error::UnknownName {
            kind: self.kind,
            name: self.name.to_owned(),
            known: known.iter().map(|k| k.name).collect(),
        }
    }

    /// `value`, if no arguments were given.
    pub(crate) fn plain<V>(&self, value: V) -> Result<V, Error> {
        self.at_most(0)?;
        Ok(value)
    }

    /// Argument `index`, or its default.
    pub(crate) fn argument(&self, index: usize, default: f64) -> f64 {
        self.arguments.get(index).copied().unwrap_or(default)
    }

    /// The only argument, which has no default.
    pub(crate) fn required(&self, meaning: &str) -> Result<f64, Error> {
        self.at_most(1)?;
        self.arguments
            .first()
            .copied()
            .ok_or_else(|| Error::BadArgument {
                kind: self.kind,
                text: self.text.to_owned(),
                expected: format!("give the {meaning}, as in {}:0.1", self.name),
            })
    }

    /// Refuses more than `count` arguments.
    pub(crate) fn at_most(&self, count: usize) -> Result<(), Error> {
        if self.arguments.len() <= count {
            return Ok(());
        }
        let expected = match count {
            0 => format!("{} takes no number", self.name),
            1 => format!("{} takes one number at most", self.name),
            n => format!("{} takes {n} numbers at most", self.name),
        };
        Err(Error::BadArgument {
            kind: self.kind,
            text: self.text.to_owned(),
            expected,
        })
    }
}
