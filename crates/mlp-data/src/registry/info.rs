//! What is known of a data set before it is made.

use crate::cloud::Drawn;
use crate::embedded;
use crate::options::{self, Settings};
use crate::{Error, GeneratorOptions, OptionDefault, Origin, Provenance, Task};

/// What is known of a data set before it is made.
#[derive(Clone, Debug)]
pub struct DatasetInfo {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// What it is, in one line.
    pub description: &'static str,
    /// Its task, by the default options.
    pub task: Task,
    /// How many features, by the default options.
    pub features: usize,
    /// How many samples, by the default options.
    pub samples: usize,
    /// The options it takes, with their defaults; none for an embedded set.
    pub options: &'static [OptionDefault],
    /// Who made it: a paper, an archive, a program.
    pub source: &'static str,
    /// On which terms it may be used; empty for a generator.
    pub licence: &'static str,
    pub(crate) maker: Maker,
}

/// How a data set comes to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Maker {
    /// Drawn from settings and a data seed.
    Generator(fn(&Settings, u64) -> Result<Drawn, Error>),
    /// Unpacked from the program.
    Embedded(&'static embedded::Table),
}

impl DatasetInfo {
    /// Whether it is drawn or a real table.
    pub fn origin(&self) -> Origin {
        match self.maker {
            Maker::Generator(_) => Origin::Generated,
            Maker::Embedded(_) => Origin::Embedded,
        }
    }

    /// The noise by default, where it takes noise.
    pub fn noise(&self) -> Option<f64> {
        self.options.iter().find_map(|option| match option {
            OptionDefault::Noise(noise) => Some(*noise),
            _ => None,
        })
    }

    /// The options given, with every default spelled out.
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
