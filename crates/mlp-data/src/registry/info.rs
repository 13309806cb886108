//! The description of a data set.

use crate::cloud::Drawn;
use crate::embedded;
use crate::options::{self, Settings};
use crate::{Error, GeneratorOptions, OptionDefault, Origin, Provenance, Task};

/// The description of a data set.
#[derive(Clone, Debug)]
pub struct DatasetInfo {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// Its aliases.
    pub aliases: &'static [&'static str],
    /// What it is, in one line.
    pub description: &'static str,
    /// Its task, with default options.
    pub task: Task,
    /// Number of features, with default options.
    pub features: usize,
    /// Number of samples, with default options.
    pub samples: usize,
    /// Its options, with their defaults; none for an embedded set.
    pub options: &'static [OptionDefault],
    /// The source: a paper, an archive, a program.
    pub source: &'static str,
    /// The terms of use; empty for a generator.
    pub licence: &'static str,
    pub(crate) maker: Maker,
}

/// How a data set is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Maker {
    /// Generated from settings and a data seed.
    Generator(fn(&Settings, u64) -> Result<Drawn, Error>),
    /// Decompressed from the program.
    Embedded(&'static embedded::EmbeddedTable),
}

impl DatasetInfo {
    /// Whether it is drawn or a real table.
    pub fn origin(&self) -> Origin {
        match self.maker {
            Maker::Generator(_) => Origin::Generated,
            Maker::Embedded(_) => Origin::Embedded,
        }
    }

    /// The default noise, if it has noise.
    pub fn noise(&self) -> Option<f64> {
        self.options.iter().find_map(|option| match option {
            OptionDefault::Noise(noise) => Some(*noise),
            _ => None,
        })
    }

    /// The given options, with every default filled in.
    ///
    /// # Errors
    /// [`Error::OptionNotTaken`], [`Error::InvalidOption`].
    pub fn resolve(&self, given: &GeneratorOptions) -> Result<GeneratorOptions, Error> {
        if self.options.is_empty()
            && let Some(option) = crate::GeneratorOption::ALL
                .into_iter()
                .find(|&option| given.get(option).is_some())
        {
            return Err(Error::OptionNotTaken {
                dataset: self.name.to_owned(),
                option: option.name(),
                takes: "no options, because it is a table of real data".to_owned(),
            });
        }
        options::resolve(self.name, self.options, given)
    }

    pub(super) fn provenance(&self) -> Provenance {
        Provenance {
            origin: self.origin(),
            description: self.description.into(),
            source: self.source.into(),
            licence: self.licence.into(),
            read: Vec::new(),
        }
    }
}
