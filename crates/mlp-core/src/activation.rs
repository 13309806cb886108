//! Activation functions, by name.
//!
//! To add one: its kernel (one file of `mlp-kernels`), a variant here with its line in
//! [`Activation::ALL`] and [`Activation::DEFAULTS`], and its textbook formula in
//! [`reference`](crate::reference).

use std::{fmt, str::FromStr};

use crate::{
    Error,
    spelling::{Known, Spelling},
};

/// The function that a layer applies to its pre-activations z, element by element.
///
/// Spelt as on the command line: `tanh`, `leaky-relu:0.01`.
///
/// ```
/// use mlp_core::Activation;
/// let phi: Activation = "leaky-relu:0.2".parse()?;
/// assert_eq!(phi, Activation::LeakyRelu(0.2));
/// assert_eq!(phi.to_string(), "leaky-relu:0.2");
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// z.
    Identity,
    /// tanh z.
    Tanh,
    /// 1 / (1 + e^-z).
    Sigmoid,
    /// z where positive, else 0. The derivative at 0 is 0.
    Relu,
    /// z where positive, else slope * z (Maas et al. 2013). The derivative at 0 is the slope.
    LeakyRelu(
        /// Slope for negative z.
        f64,
    ),
    /// z / (1 + |z|).
    Softsign,
    /// ln(1 + e^z).
    Softplus,
    /// z where positive, else alpha * (e^z - 1) (Clevert et al. 2015).
    Elu(
        /// The limit for large negative z is `-alpha`.
        f64,
    ),
    /// z * Phi(z), with the normal distribution's exact Phi (Hendrycks and Gimpel 2016).
    Gelu,
    /// z * sigmoid(z), also called swish (Elfwing et al. 2017).
    Silu,
    /// sin z (Sitzmann et al. 2020).
    Sine,
}

impl Activation {
    /// The registry: every name with a line on it.
    pub const ALL: &'static [Known] = &[
        Known::new("identity", "z"),
        Known::new("tanh", "tanh(z)"),
        Known::new("sigmoid", "1 / (1 + exp(-z))"),
        Known::new("relu", "z where positive, else 0"),
        Known::new(
            "leaky-relu",
            "z where positive, else SLOPE * z; leaky-relu:SLOPE, 0.01",
        ),
        Known::new("softsign", "z / (1 + |z|)"),
        Known::new("softplus", "ln(1 + exp(z))"),
        Known::new(
            "elu",
            "z where positive, else ALPHA * (exp(z) - 1); elu:ALPHA, 1",
        ),
        Known::new("gelu", "z * Phi(z), exact (erf)"),
        Known::new("silu", "z * sigmoid(z), also called swish"),
        Known::new("sine", "sin(z)"),
    ];

    /// Every activation with its default setting, in the order of [`Activation::ALL`].
    pub const DEFAULTS: &'static [Self] = &[
        Self::Identity,
        Self::Tanh,
        Self::Sigmoid,
        Self::Relu,
        Self::LeakyRelu(0.01),
        Self::Softsign,
        Self::Softplus,
        Self::Elu(1.0),
        Self::Gelu,
        Self::Silu,
        Self::Sine,
    ];

    /// The name, without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::Relu => "relu",
            Self::LeakyRelu(_) => "leaky-relu",
            Self::Softsign => "softsign",
            Self::Softplus => "softplus",
            Self::Elu(_) => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Sine => "sine",
        }
    }

    /// Whether it is one of the rectifiers, for which He initialisation is the custom.
    pub fn is_relu_family(self) -> bool {
        matches!(
            self,
            Self::Relu | Self::LeakyRelu(_) | Self::Elu(_) | Self::Gelu | Self::Silu
        )
    }

    pub(crate) fn kernel(self) -> mlp_kernels::Activation {
        use mlp_kernels::Activation as Kernel;
        match self {
            Self::Identity => Kernel::Identity,
            Self::Tanh => Kernel::Tanh,
            Self::Sigmoid => Kernel::Sigmoid,
            Self::Relu => Kernel::Relu,
            Self::LeakyRelu(slope) => Kernel::LeakyRelu(slope),
            Self::Softsign => Kernel::Softsign,
            Self::Softplus => Kernel::Softplus,
            Self::Elu(alpha) => Kernel::Elu(alpha),
            Self::Gelu => Kernel::Gelu,
            Self::Silu => Kernel::Silu,
            Self::Sine => Kernel::Sine,
        }
    }

    /// Refuses settings that make no sense.
    pub(crate) fn validate(self) -> Result<(), Error> {
        let (what, value) = match self {
            Self::LeakyRelu(slope) => ("the slope of leaky-relu", slope),
            Self::Elu(alpha) => ("the alpha of elu", alpha),
            _ => return Ok(()),
        };
        // A positive slope and alpha keep the sign of z in the output, from which backprop tells
        // the two branches apart.
        if value.is_finite() && value > 0.0 {
            return Ok(());
        }
        Err(Error::BadValue {
            what: what.to_owned(),
            value,
            expected: "a positive number",
        })
    }
}

impl FromStr for Activation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let spelling = Spelling::parse("activation", text)?;
        let activation = match spelling.name {
            "leaky-relu" => {
                spelling.at_most(1)?;
                Self::LeakyRelu(spelling.argument(0, 0.01))
            }
            "elu" => {
                spelling.at_most(1)?;
                Self::Elu(spelling.argument(0, 1.0))
            }
            "swish" => spelling.plain(Self::Silu)?,
            name => {
                let plain = Self::DEFAULTS.iter().find(|known| known.name() == name);
                spelling.plain(*plain.ok_or_else(|| spelling.unknown(Self::ALL))?)?
            }
        };
        activation.validate()?;
        Ok(activation)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeakyRelu(setting) | Self::Elu(setting) => write!(f, "{}:{setting}", self.name()),
            plain => f.write_str(plain.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_back() {
        for (known, default) in Activation::ALL.iter().zip(Activation::DEFAULTS) {
            let read: Activation = known.name.parse().unwrap();
            assert_eq!(read, *default);
            assert_eq!(read.to_string().parse::<Activation>().unwrap(), read);
        }
        assert_eq!(Activation::ALL.len(), Activation::DEFAULTS.len());
        assert_eq!("swish".parse::<Activation>(), Ok(Activation::Silu));
    }

    #[test]
    fn nonsense_is_refused_with_the_known_names() {
        let error = "tahn".parse::<Activation>().unwrap_err().to_string();
        assert!(
            error.contains("\"tahn\"") && error.contains("tanh, sigmoid"),
            "{error}"
        );
        for text in [
            "tanh:1",
            "leaky-relu:x",
            "leaky-relu:nan",
            "elu:-1",
            "elu:1:2",
            "leaky-relu:0",
            "",
        ] {
            assert!(text.parse::<Activation>().is_err(), "{text}");
        }
    }
}
