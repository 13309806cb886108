//! The options of generators, their ranges and defaults.

use crate::{Error, names};

/// An option of generators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GeneratorOption {
    /// Number of samples, all parts together.
    Samples,
    /// Strength of the noise; its meaning is described by the generator.
    Noise,
    /// Number of classes.
    Classes,
    /// Number of features.
    Features,
    /// Turns of a spiral, or periods of a wave.
    Turns,
    /// The radius of the inner circle, the outer being 1.
    Factor,
    /// Cells along a side of the checkerboard.
    Cells,
    /// Hidden units of the teacher.
    Hidden,
    /// The fraction of labels that are replaced by another class.
    Flip,
}

impl GeneratorOption {
    /// Every option.
    pub const ALL: [Self; 9] = [
        Self::Samples,
        Self::Noise,
        Self::Classes,
        Self::Features,
        Self::Turns,
        Self::Factor,
        Self::Cells,
        Self::Hidden,
        Self::Flip,
    ];

    /// The option's name, as a key of the section `data` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Noise => "noise",
            Self::Classes => "classes",
            Self::Features => "features",
            Self::Turns => "turns",
            Self::Factor => "factor",
            Self::Cells => "cells",
            Self::Hidden => "hidden",
            Self::Flip => "flip",
        }
    }

    /// A description of the option, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Samples => "number of samples, all parts together",
            Self::Noise => "strength of the noise",
            Self::Classes => "number of classes",
            Self::Features => "number of features",
            Self::Turns => "turns of a spiral, periods of a wave",
            Self::Factor => "radius of the inner circle, the outer being 1",
            Self::Cells => "cells along a side of the checkerboard",
            Self::Hidden => "hidden units of the teacher network",
            Self::Flip => "fraction of labels replaced by another class",
        }
    }

    /// A description of valid values.
    fn expected(self) -> &'static str {
        match self {
            Self::Samples | Self::Features | Self::Hidden => "at least 1",
            Self::Classes | Self::Cells => "at least 2",
            Self::Noise => "a finite number, 0 or more",
            Self::Turns => "a finite number above 0",
            Self::Factor => "between 0 and 1, both excluded",
            Self::Flip => "between 0 and 1",
        }
    }
}

impl std::fmt::Display for GeneratorOption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The options of a generator; those not given have the generator's defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GeneratorOptions {
    /// See [`GeneratorOption::Samples`].
    pub samples: Option<usize>,
    /// See [`GeneratorOption::Noise`].
    pub noise: Option<f64>,
    /// See [`GeneratorOption::Classes`].
    pub classes: Option<usize>,
    /// See [`GeneratorOption::Features`].
    pub features: Option<usize>,
    /// See [`GeneratorOption::Turns`].
    pub turns: Option<f64>,
    /// See [`GeneratorOption::Factor`].
    pub factor: Option<f64>,
    /// See [`GeneratorOption::Cells`].
    pub cells: Option<usize>,
    /// See [`GeneratorOption::Hidden`].
    pub hidden: Option<usize>,
    /// See [`GeneratorOption::Flip`].
    pub flip: Option<f64>,
}

impl GeneratorOptions {
    /// The value of an option, if given.
    pub fn get(&self, option: GeneratorOption) -> Option<f64> {
        match option {
            GeneratorOption::Samples => self.samples.map(|count| count as f64),
            GeneratorOption::Noise => self.noise,
            GeneratorOption::Classes => self.classes.map(|count| count as f64),
            GeneratorOption::Features => self.features.map(|count| count as f64),
            GeneratorOption::Turns => self.turns,
            GeneratorOption::Factor => self.factor,
            GeneratorOption::Cells => self.cells.map(|count| count as f64),
            GeneratorOption::Hidden => self.hidden.map(|count| count as f64),
            GeneratorOption::Flip => self.flip,
        }
    }

    fn set_default(&mut self, default: OptionDefault) {
        match default {
            OptionDefault::Samples(value) => self.samples = self.samples.or(Some(value)),
            OptionDefault::Noise(value) => self.noise = self.noise.or(Some(value)),
            OptionDefault::Classes(value) => self.classes = self.classes.or(Some(value)),
            OptionDefault::Features(value) => self.features = self.features.or(Some(value)),
            OptionDefault::Turns(value) => self.turns = self.turns.or(Some(value)),
            OptionDefault::Factor(value) => self.factor = self.factor.or(Some(value)),
            OptionDefault::Cells(value) => self.cells = self.cells.or(Some(value)),
            OptionDefault::Hidden(value) => self.hidden = self.hidden.or(Some(value)),
            OptionDefault::Flip(value) => self.flip = self.flip.or(Some(value)),
        }
    }
}

/// An option of a generator, with its default.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is documented at the option of the same name"
)]
pub enum OptionDefault {
    Samples(usize),
    Noise(f64),
    Classes(usize),
    Features(usize),
    Turns(f64),
    Factor(f64),
    Cells(usize),
    Hidden(usize),
    Flip(f64),
}

impl OptionDefault {
    /// The option.
    pub fn option(self) -> GeneratorOption {
        match self {
            Self::Samples(_) => GeneratorOption::Samples,
            Self::Noise(_) => GeneratorOption::Noise,
            Self::Classes(_) => GeneratorOption::Classes,
            Self::Features(_) => GeneratorOption::Features,
            Self::Turns(_) => GeneratorOption::Turns,
            Self::Factor(_) => GeneratorOption::Factor,
            Self::Cells(_) => GeneratorOption::Cells,
            Self::Hidden(_) => GeneratorOption::Hidden,
            Self::Flip(_) => GeneratorOption::Flip,
        }
    }

    /// The default.
    pub fn value(self) -> f64 {
        match self {
            Self::Samples(count)
            | Self::Classes(count)
            | Self::Features(count)
            | Self::Cells(count)
            | Self::Hidden(count) => count as f64,
            Self::Noise(value) | Self::Turns(value) | Self::Factor(value) | Self::Flip(value) => {
                value
            }
        }
    }
}

/// Every option of one call, checked and with its default filled in. An option that the generator
/// does not have holds a value without effect.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub dataset: &'static str,
    pub samples: usize,
    pub noise: f64,
    pub classes: usize,
    pub features: usize,
    pub turns: f64,
    pub factor: f64,
    pub cells: usize,
    pub hidden: usize,
    pub flip: f64,
}

impl Settings {
    /// An error about the value of one option.
    pub fn refuse(
        &self,
        option: GeneratorOption,
        value: impl std::fmt::Display,
        expected: impl Into<String>,
    ) -> Error {
        Error::InvalidOption {
            dataset: self.dataset.to_owned(),
            option: option.name(),
            value: value.to_string(),
            expected: expected.into(),
        }
    }

    /// Refuses more classes than samples.
    pub fn check_classes(&self) -> Result<(), Error> {
        if self.classes > self.samples {
            let expected = format!("at most the {} samples", self.samples);
            return Err(self.refuse(GeneratorOption::Classes, self.classes, expected));
        }
        Ok(())
    }
}

/// The given options with every default of the generator filled in.
pub(crate) fn resolve(
    dataset: &'static str,
    defaults: &[OptionDefault],
    given: &GeneratorOptions,
) -> Result<GeneratorOptions, Error> {
    let taken = |option| defaults.iter().any(|default| default.option() == option);
    for option in GeneratorOption::ALL {
        let Some(value) = given.get(option) else {
            continue;
        };
        if !taken(option) {
            return Err(Error::OptionNotTaken {
                dataset: dataset.to_owned(),
                option: option.name(),
                takes: names::list(defaults.iter().map(|default| default.option().name())),
            });
        }
        let right = match option {
            GeneratorOption::Samples | GeneratorOption::Features | GeneratorOption::Hidden => {
                value >= 1.0
            }
            GeneratorOption::Classes | GeneratorOption::Cells => value >= 2.0,
            GeneratorOption::Noise => value.is_finite() && value >= 0.0,
            GeneratorOption::Turns => value.is_finite() && value > 0.0,
            GeneratorOption::Factor => value > 0.0 && value < 1.0,
            GeneratorOption::Flip => (0.0..=1.0).contains(&value),
        };
        if !right {
            return Err(Error::InvalidOption {
                dataset: dataset.to_owned(),
                option: option.name(),
                value: value.to_string(),
                expected: option.expected().to_owned(),
            });
        }
    }
    let mut resolved = given.clone();
    for &default in defaults {
        resolved.set_default(default);
    }
    Ok(resolved)
}

/// The plain values of resolved options.
pub(crate) fn settings(dataset: &'static str, resolved: &GeneratorOptions) -> Settings {
    Settings {
        dataset,
        samples: resolved.samples.unwrap_or(1),
        noise: resolved.noise.unwrap_or(0.0),
        classes: resolved.classes.unwrap_or(2),
        features: resolved.features.unwrap_or(2),
        turns: resolved.turns.unwrap_or(1.0),
        factor: resolved.factor.unwrap_or(0.5),
        cells: resolved.cells.unwrap_or(2),
        hidden: resolved.hidden.unwrap_or(1),
        flip: resolved.flip.unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: [OptionDefault; 2] = [OptionDefault::Samples(100), OptionDefault::Noise(0.5)];

    #[test]
    fn defaults_fill_what_is_not_given() {
        let given = GeneratorOptions {
            samples: Some(7),
            ..GeneratorOptions::default()
        };
        let resolved = resolve("test", &DEFAULTS, &given).unwrap();
        assert_eq!(
            resolved,
            GeneratorOptions {
                noise: Some(0.5),
                ..given
            }
        );
    }

    #[test]
    fn wrong_options_are_refused_by_name() {
        let refuse = |given| resolve("test", &DEFAULTS, &given).unwrap_err().to_string();
        let none = GeneratorOptions::default;
        assert_eq!(
            refuse(GeneratorOptions {
                turns: Some(2.0),
                ..none()
            }),
            "`test` does not take the option `turns`; it takes `samples` and `noise`"
        );
        assert_eq!(
            refuse(GeneratorOptions {
                noise: Some(f64::NAN),
                ..none()
            }),
            "`noise` of `test` is NaN; it must be a finite number, 0 or more"
        );
        assert_eq!(
            refuse(GeneratorOptions {
                samples: Some(0),
                ..none()
            }),
            "`samples` of `test` is 0; it must be at least 1"
        );
    }
}
