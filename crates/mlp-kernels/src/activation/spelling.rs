//! Activations by name: `tanh`, `leaky-relu:0.01`.

use super::Activation;
use std::{fmt, str::FromStr};

/// A text that is not the name of an activation, or an invalid parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ActivationError {
    /// No activation has this name.
    UnknownName(String),
    /// The name does not take this parameter.
    BadArgument {
        /// The whole text.
        text: String,
        /// What is expected.
        expected: String,
    },
    /// A parameter outside its range.
    BadParameter {
        /// The parameter, as `the slope of leaky-relu`.
        what: String,
        /// Its value.
        value: f64,
        /// What is expected.
        expected: &'static str,
    },
}

impl fmt::Display for ActivationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => write!(f, "unknown activation \"{name}\""),
            Self::BadArgument { text, expected } => {
                write!(f, "activation \"{text}\": {expected}")
            }
            Self::BadParameter {
                what,
                value,
                expected,
            } => write!(f, "{what} is {value}: it must be {expected}"),
        }
    }
}

impl std::error::Error for ActivationError {}

impl Activation {
    /// Rejects invalid parameters.
    ///
    /// # Errors
    /// The parameter is not a positive number.
    pub fn validate(self) -> Result<(), ActivationError> {
        match self.parameter() {
            // Where it is positive the output has the sign of z, from which the derivative tells the branches apart.
            Some((name, value)) if !(value.is_finite() && value > 0.0) => {
                Err(ActivationError::BadParameter {
                    what: format!("the {name} of {}", self.name()),
                    value,
                    expected: "a positive number",
                })
            }
            _ => Ok(()),
        }
    }
}

impl FromStr for Activation {
    type Err = ActivationError;

    fn from_str(text: &str) -> Result<Self, ActivationError> {
        let text = text.trim();
        let bad = |expected| ActivationError::BadArgument {
            text: text.to_owned(),
            expected,
        };
        let (name, arguments) = text
            .split_once(':')
            .map_or((text, None), |(name, rest)| (name, Some(rest.split(':'))));
        let mut numbers = Vec::new();
        for argument in arguments.into_iter().flatten() {
            let number = argument.trim().parse::<f64>().ok();
            let number = number.filter(|number| number.is_finite());
            numbers
                .push(number.ok_or_else(|| bad(format!("\"{argument}\" is not a finite number")))?);
        }
        let known = Self::DEFAULTS.iter().find(|phi| {
            let info = phi.info();
            info.name == name || info.aliases.contains(&name)
        });
        let phi = *known.ok_or_else(|| ActivationError::UnknownName(name.to_owned()))?;
        match (phi.parameter(), &numbers[..]) {
            (None, []) => return Ok(phi),
            (None, _) => return Err(bad(format!("{name} takes no number"))),
            (Some(_), [] | [_]) => {}
            (Some(_), _) => return Err(bad(format!("{name} takes one number at most"))),
        }
        let phi = phi.map_parameter(|default| numbers.first().copied().unwrap_or(default));
        phi.validate()?;
        Ok(phi)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameter() {
            Some((_, value)) => write!(f, "{}:{value}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_back() {
        for phi in Activation::DEFAULTS {
            assert_eq!(phi.name().parse(), Ok(*phi));
            assert_eq!(phi.to_string().parse(), Ok(*phi));
        }
        assert_eq!("swish".parse(), Ok(Activation::Silu));
        assert_eq!(" elu: 2 ".parse(), Ok(Activation::Elu(2.0)));
    }

    #[test]
    fn nonsense_is_refused() {
        for (text, message) in [
            ("tahn", "unknown activation \"tahn\""),
            ("tanh:1", "activation \"tanh:1\": tanh takes no number"),
            (
                "leaky-relu:x",
                "activation \"leaky-relu:x\": \"x\" is not a finite number",
            ),
            (
                "leaky-relu:nan",
                "activation \"leaky-relu:nan\": \"nan\" is not a finite number",
            ),
            (
                "elu:-1",
                "the alpha of elu is -1: it must be a positive number",
            ),
            (
                "elu:1:2",
                "activation \"elu:1:2\": elu takes one number at most",
            ),
            (
                "leaky-relu:0",
                "the slope of leaky-relu is 0: it must be a positive number",
            ),
            ("", "unknown activation \"\""),
        ] {
            let error = text.parse::<Activation>().unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
