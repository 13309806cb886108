//! Optimizers, by name.
//!
//! To add one: a file here with a struct of its settings that implements [`Rule`], and its line in
//! the registry at the end of the list below. The kernel it calls is one file of `mlp-kernels`;
//! its textbook form goes into [`reference`](crate::reference).

mod adam;
mod sgd;

use std::{fmt, ops::Range, str::FromStr};

use mlp_kernels::{Kernels, update};

pub use self::{adam::Adam, sgd::Sgd};
use crate::{
    Error, Scalar,
    spelling::{Known, Spelling},
};

/// What an optimizer has to say for itself.
pub(crate) trait Rule: Copy + fmt::Display {
    /// The names it answers to.
    const NAMES: &'static [Known];

    /// Reads the settings of one of those names.
    fn parse(spelling: &Spelling<'_>) -> Result<Self, Error>;

    /// The learning rate where none is given.
    fn default_learning_rate(&self) -> f64;

    /// How many numbers it remembers a parameter.
    fn slots(&self) -> usize;

    /// The same with another momentum (of Adam's kind: beta1), where there is one to be moved.
    fn with_momentum(&self, _momentum: f64) -> Option<Self> {
        None
    }

    /// Refuses settings that make no sense.
    fn validate(&self) -> Result<(), Error>;

    /// Updates one segment and says whether every parameter in it is finite afterwards.
    fn update<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool;
}

/// A stretch of the flat parameter slice with one learning rate and one weight decay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) range: Range<usize>,
    pub(crate) rate: f64,
    pub(crate) decay: f64,
    /// What the decay grows by, over the samples of the batch.
    pub(crate) alpha: f64,
}

impl Segment {
    /// The form of plain descent here.
    pub(crate) fn descent<T: Scalar>(&self) -> update::Sgd<T> {
        update::Sgd {
            rate: T::from_f64(self.rate),
            decay: T::from_f64(self.decay),
        }
    }
}

/// The flat slices that an update works on. `moments` holds the slots one after the other, each as
/// long as `parameters`.
pub(crate) struct Tensors<'a, T> {
    pub(crate) parameters: &'a mut [T],
    pub(crate) gradient: &'a [T],
    pub(crate) moments: &'a mut [T],
}

macro_rules! optimizers {
    ($($name:ident: $about:literal),+ $(,)?) => {
        /// How a gradient changes the parameters; one variant an optimizer, which holds its settings.
        ///
        /// Spelt as on the command line: `sgd`, `momentum:0.9`, `nesterov:0.9`, `adam`,
        /// `adam:0.9:0.999:1e-8`.
        ///
        /// ```
        /// use mlp_core::{Adam, Optimizer};
        /// let optimizer: Optimizer = "adam".parse()?;
        /// assert_eq!(optimizer, Optimizer::Adam(Adam::default()));
        /// assert_eq!(optimizer.default_learning_rate(), 1e-3);
        /// # Ok::<(), mlp_core::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Optimizer {
            $(#[doc = $about] $name($name),)+
        }

        impl Optimizer {
            /// The registry: every name with a line on it.
            pub const ALL: &'static [&'static [Known]] = &[$(<$name as Rule>::NAMES),+];

            /// The learning rate where none is given: 0.1 for plain descent, PyTorch's for others.
            pub fn default_learning_rate(&self) -> f64 {
                match self { $(Self::$name(rule) => rule.default_learning_rate(),)+ }
            }

            /// How many numbers it remembers a parameter.
            pub fn slots(&self) -> usize {
                match self { $(Self::$name(rule) => rule.slots(),)+ }
            }

            /// The same with another momentum (of Adam's kind: beta1); `None` where there is none
            /// that a schedule could move.
            pub fn with_momentum(&self, momentum: f64) -> Option<Self> {
                match self {
                    $(Self::$name(rule) => rule.with_momentum(momentum).map(Self::$name),)+
                }
            }

            pub(crate) fn validate(&self) -> Result<(), Error> {
                match self { $(Self::$name(rule) => rule.validate(),)+ }
            }

            pub(crate) fn update<T: Scalar>(
                &self,
                kernels: &Kernels<T>,
                step: u64,
                segment: &Segment,
                tensors: Tensors<'_, T>,
            ) -> bool {
                match self { $(Self::$name(rule) => rule.update(kernels, step, segment, tensors),)+ }
            }

            fn read(spelling: &Spelling<'_>) -> Result<Self, Error> {
                $(if <$name as Rule>::NAMES.iter().any(|known| known.name == spelling.name) {
                    return Ok(Self::$name(Rule::parse(spelling)?));
                })+
                Err(spelling.unknown(&Self::ALL.concat()))
            }
        }

        impl fmt::Display for Optimizer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$name(rule) => rule.fmt(f),)+ }
            }
        }
    };
}

optimizers! {
    Sgd: "Gradient descent, with momentum (Polyak or Nesterov) if wanted.",
    Adam: "Adaptive moments (Kingma and Ba 2014).",
}

impl Optimizer {
    /// Whether it is descent without memory, which can be fused with the gradient.
    pub(crate) fn is_plain_descent(&self) -> bool {
        matches!(self, Self::Sgd(sgd) if sgd.momentum == 0.0)
    }
}

impl FromStr for Optimizer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let optimizer = Self::read(&Spelling::parse("optimizer", text)?)?;
        optimizer.validate()?;
        Ok(optimizer)
    }
}

/// Refuses a decay factor outside `[0, 1)`.
fn fraction(what: &str, value: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(Error::BadValue {
        what: what.to_owned(),
        value,
        expected: "at least 0 and below 1",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_back() {
        for known in Optimizer::ALL.concat() {
            let optimizer: Optimizer = known.name.parse().unwrap();
            assert_eq!(
                optimizer.to_string().parse::<Optimizer>().unwrap(),
                optimizer,
                "{}",
                known.name
            );
        }
        let momentum = "momentum:0.5".parse::<Optimizer>().unwrap();
        assert_eq!(
            momentum,
            Optimizer::Sgd(Sgd {
                momentum: 0.5,
                ..Sgd::default()
            })
        );
        assert_eq!(
            "sgd".parse::<Optimizer>().unwrap(),
            Optimizer::Sgd(Sgd::default())
        );
    }

    #[test]
    fn nonsense_is_refused() {
        let error = "adma".parse::<Optimizer>().unwrap_err().to_string();
        assert!(error.contains("sgd, momentum, nesterov, adam"), "{error}");
        for text in [
            "sgd:0.9",
            "momentum:1",
            "momentum:-0.1",
            "nesterov:0",
            "adam:1",
            "adam:0.9:0.999:0:1",
            "adam:0.9:0.999:-1",
        ] {
            assert!(text.parse::<Optimizer>().is_err(), "{text}");
        }
    }
}
