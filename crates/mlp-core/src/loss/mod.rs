//! Loss functions, by name.
//!
//! To add one: a file here with its formula, its textbook form and the kernel that computes it,
//! and its line in the registry below.

mod absolute_error;
mod binary_cross_entropy;
mod definition;
mod hinge;
mod huber;
mod log_cosh;
mod meaning;
mod poisson;
mod quantile;
mod softmax_cross_entropy;
mod squared_error;
mod targets;
mod textbook;

use std::{fmt, str::FromStr};

use self::{
    absolute_error::AbsoluteError, binary_cross_entropy::BinaryCrossEntropy, log_cosh::LogCosh,
    softmax_cross_entropy::SoftmaxCrossEntropy, squared_error::SquaredError,
};
pub(crate) use self::{
    definition::LossDefinition,
    targets::{Domain, Shape},
};
pub use self::{
    hinge::{Hinge, SquaredHinge},
    huber::Huber,
    poisson::Poisson,
    quantile::Quantile,
    targets::Outputs,
};
pub(crate) use textbook::SampleRow;

use crate::{
    Error,
    spelling::{Known, Spelling},
};

macro_rules! losses {
    (
        plain { $($(#[doc = $plain_doc:literal])+ $plain:ident,)+ }
        with settings { $($(#[doc = $doc:literal])+ $name:ident,)+ }
    ) => {
        /// A loss function, which training minimises; one variant per loss, with its settings.
        ///
        /// All are means over the samples (and over the outputs, where each output has its own loss), times
        /// the `loss_scale` of the [`TrainSpec`](crate::TrainSpec). With weights they are the sum of weight
        /// times loss divided by the sum of weights.
        ///
        /// ```
        /// use mlp_core::{Huber, Loss};
        /// assert_eq!("mse".parse::<Loss>()?, Loss::SquaredError);
        /// assert_eq!(Loss::SquaredError.to_string(), "squared-error");
        /// assert_eq!("huber:0.5".parse::<Loss>()?, Loss::Huber(Huber { delta: 0.5 }));
        /// # Ok::<(), mlp_core::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Loss {
            $($(#[doc = $plain_doc])+ $plain,)+
            $($(#[doc = $doc])+ $name($name),)+
        }

        impl Loss {
            /// Every loss with its default settings.
            pub const DEFAULTS: &'static [Self] =
                &[$(Self::$plain,)+ $(Self::$name($name::DEFAULT),)+];

            /// The registry: every name with its description.
            pub const ALL: &'static [&'static [Known]] =
                &[$($plain::NAMES,)+ $($name::NAMES,)+];

            fn rule(&self) -> &dyn LossDefinition {
                match self {
                    $(Self::$plain => &$plain,)+
                    $(Self::$name(rule) => rule,)+
                }
            }

            fn read(spelling: &Spelling<'_>) -> Result<Self, Error> {
                let is = |names: &[Known]| names.iter().any(|known| known.name == spelling.name);
                $(if is($plain::NAMES) {
                    return spelling.plain(Self::$plain);
                })+
                $(if is($name::NAMES) {
                    return Ok(Self::$name($name::parse(spelling)?));
                })+
                Err(spelling.unknown(&Self::ALL.concat()))
            }
        }
    };
}

losses! {
    plain {
        /// (y - t)^2, without 1/2.
        SquaredError,
        /// |y - t|.
        AbsoluteError,
        /// ln cosh(y - t).
        LogCosh,
        /// -t ln p - (1 - t) ln(1 - p), p = sigmoid(y), computed from the logit y. Targets are
        /// values in `[0, 1]`, or two classes with one output.
        BinaryCrossEntropy,
        /// -ln of the softmax probability of the right class, computed from the logits, one per
        /// sample. Targets are classes, one output each, or the probabilities of each class.
        SoftmaxCrossEntropy,
    }
    with settings {
        /// Squared where small, linear where large.
        Huber,
        /// The pinball loss, minimised by a quantile of the targets.
        Quantile,
        /// Negative log-likelihood of counts.
        Poisson,
        /// max(0, 1 - margin).
        Hinge,
        /// max(0, 1 - margin)^2.
        SquaredHinge,
    }
}

/// Other names of losses.
const ALIASES: &[(&str, &str)] = &[
    ("mse", "squared-error"),
    ("mae", "absolute-error"),
    ("bce", "binary-cross-entropy"),
    ("cross-entropy", "softmax-cross-entropy"),
    ("pinball", "quantile"),
];

impl Loss {
    /// The name, without settings.
    pub fn name(self) -> &'static str {
        let spelling = self.rule().spelling();
        let name = spelling.split(':').next().unwrap_or_default();
        let known = self.rule().names().iter().find(|known| known.name == name);
        known.map_or(self.rule().names()[0].name, |known| known.name)
    }

    /// The meaning of the outputs of a network trained with it.
    pub fn outputs(self) -> Outputs {
        self.rule().outputs()
    }

    /// Whether outputs can be turned into probabilities, as for a cross-entropy; otherwise those
    /// of a classifier are scores, the larger the more likely.
    pub fn gives_probabilities(self) -> bool {
        matches!(self.outputs(), Outputs::Logits | Outputs::ClassLogits)
    }

    /// Whether it supports label smoothing.
    pub fn smooths(self) -> bool {
        self.rule().smooths()
    }

    /// Whether targets are numbers estimated by the outputs, so that R2 and RMSE are meaningful.
    pub fn is_regression(self) -> bool {
        matches!(self.outputs(), Outputs::Estimates | Outputs::LogEstimates)
    }

    /// Whether each output has its own loss, whose mean is also taken over the outputs.
    pub(crate) fn is_per_output(self, targets: Shape, outputs: usize) -> bool {
        let classes = matches!(targets, Shape::Classes(_));
        !self.kernel().compares_outputs(classes, outputs)
    }

    pub(crate) fn kernel(self) -> mlp_kernels::Loss {
        self.rule().kernel()
    }

    pub(crate) fn validate(self) -> Result<(), Error> {
        self.rule().validate()
    }

    pub(crate) fn fits(self, targets: Shape, outputs: usize) -> Result<(), &'static str> {
        self.rule().fits(targets, outputs)
    }

    pub(crate) fn values(self) -> Domain {
        self.rule().values()
    }

    pub(crate) fn textbook(self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        self.rule().textbook(row)
    }

    /// The Hessian of one sample's loss with respect to its outputs, times `direction`.
    pub(crate) fn bend(self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        self.rule().bend(row, direction)
    }
}

impl FromStr for Loss {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut spelling = Spelling::parse("loss", text)?;
        if let Some((_, name)) = ALIASES.iter().find(|(alias, _)| *alias == spelling.name) {
            spelling.name = name;
        }
        let loss = Self::read(&spelling)?;
        loss.validate()?;
        Ok(loss)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rule().spelling())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_back() {
        for known in Loss::ALL.concat() {
            let loss: Loss = known.name.parse().unwrap();
            assert_eq!(loss.name(), known.name);
            assert_eq!(loss.to_string().parse::<Loss>(), Ok(loss));
        }
        for loss in Loss::DEFAULTS {
            assert_eq!(loss.name().parse::<Loss>(), Ok(*loss));
        }
        for (alias, name) in ALIASES {
            assert_eq!(alias.parse::<Loss>(), name.parse());
        }
        assert_eq!(Loss::ALL.len(), Loss::DEFAULTS.len());
    }

    #[test]
    fn settings_stand_in_the_name() {
        let huber = "huber:0.3".parse::<Loss>().unwrap();
        assert_eq!(huber, Loss::Huber(Huber { delta: 0.3 }));
        assert_eq!(huber.to_string(), "huber:0.3");
        let quantile = "quantile:0.9".parse::<Loss>().unwrap();
        assert_eq!(quantile, Loss::Quantile(Quantile { level: 0.9 }));
        for text in [
            "mse:2",
            "huber:0",
            "huber:-1",
            "huber:1:2",
            "quantile:1",
            "quantile:0",
            "poisson:1",
            "hinge:2",
        ] {
            assert!(text.parse::<Loss>().is_err(), "{text}");
        }
        let error = "hing".parse::<Loss>().unwrap_err().to_string();
        assert!(error.contains("softmax-cross-entropy"), "{error}");
    }
}
