//! Initial parameters, by name.

use std::{fmt, str::FromStr, sync::Arc};

use crate::{
    Architecture, Error, Scalar,
    seed::{Purpose, Stream},
    spelling::{Known, Spelling},
};

/// Initial distribution of weights or biases. The scale of a normalization starts at 1, its shift at 0.
///
/// Weights are drawn from the stream [`Purpose::Init`], layer by layer, each row-major
/// `[outputs, inputs]`, biases from [`Purpose::BiasInit`], layer by layer; in f64, and rounded to the
/// training's type. Below, `in` and `out` are the inputs and outputs of the layer, for its weights
/// and biases alike.
///
/// ```
/// use mlp_core::Init;
/// assert_eq!("truncated-normal:0.1".parse::<Init>()?, Init::TruncatedNormal(0.1));
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Init {
    /// Uniform in ±sqrt(6 / (in + out)) (Glorot and Bengio 2010; PyTorch's `xavier_uniform_`).
    GlorotUniform,
    /// Normal with variance 2 / (in + out) (PyTorch's `xavier_normal_`, not truncated).
    GlorotNormal,
    /// Uniform in ±sqrt(6 / in) (He et al. 2015; PyTorch's `kaiming_uniform_` for ReLU).
    HeUniform,
    /// Normal with variance 2 / in (PyTorch's `kaiming_normal_` for ReLU, not truncated).
    HeNormal,
    /// Uniform in ±sqrt(3 / in) (LeCun et al. 1998; Keras's `LecunUniform`).
    LecunUniform,
    /// Normal with variance 1 / in, not truncated.
    LecunNormal,
    /// Uniform in ±limit.
    Uniform(
        /// The limit.
        f64,
    ),
    /// Normal with a given standard deviation.
    Normal(
        /// The standard deviation.
        f64,
    ),
    /// Normal, redrawn outside two standard deviations (Frankle and Carbin 2018).
    TruncatedNormal(
        /// The standard deviation before truncation.
        f64,
    ),
    /// All 0.
    Zeros,
    /// A constant.
    Constant(
        /// The value.
        f64,
    ),
    /// Given parameters, whatever the seed: the flat slice of the architecture, including biases.
    /// Without a spelling on the command line, and not for biases alone.
    Given(
        /// Layer after layer, W row-major `[outputs, inputs]`, then b, then scale and shift.
        Arc<[f64]>,
    ),
}

impl Init {
    /// The registry: every name with its description.
    pub const ALL: &'static [Known] = &[
        Known::new(
            "glorot-uniform",
            "uniform in +-sqrt(6 / (in + out)) (alias xavier-uniform)",
        ),
        Known::new(
            "glorot-normal",
            "normal, variance 2 / (in + out) (alias xavier-normal)",
        ),
        Known::new(
            "he-uniform",
            "uniform in +-sqrt(6 / in) (alias kaiming-uniform)",
        ),
        Known::new(
            "he-normal",
            "normal, variance 2 / in (alias kaiming-normal)",
        ),
        Known::new("lecun-uniform", "uniform in +-sqrt(3 / in)"),
        Known::new("lecun-normal", "normal, variance 1 / in"),
        Known::new("uniform", "uniform in +-LIMIT; uniform:LIMIT"),
        Known::new("normal", "normal; normal:STANDARD_DEVIATION"),
        Known::new(
            "truncated-normal",
            "normal, truncated at two standard deviations; truncated-normal:STANDARD_DEVIATION",
        ),
        Known::new("zeros", "all 0"),
        Known::new("constant", "a constant; constant:VALUE"),
    ];

    /// Refuses invalid settings, and given arrays of the wrong length.
    pub(crate) fn validate(&self, architecture: &Architecture) -> Result<(), Error> {
        let bad = |what: &str, value, expected| {
            Err(Error::BadValue {
                what: what.to_owned(),
                value,
                expected,
            })
        };
        match self {
            Self::Uniform(limit) if !(limit.is_finite() && *limit >= 0.0) => bad(
                "the limit of an initial value",
                *limit,
                "a finite number, not negative",
            ),
            Self::Normal(sd) if !(sd.is_finite() && *sd >= 0.0) => bad(
                "the standard deviation of an initial value",
                *sd,
                "a finite number, not negative",
            ),
            Self::TruncatedNormal(sd) if !(sd.is_finite() && *sd >= 0.0) => bad(
                "the standard deviation of an initial value",
                *sd,
                "a finite number, not negative",
            ),
            Self::Constant(value) if !value.is_finite() => {
                bad("a constant initial value", *value, "a finite number")
            }
            Self::Given(values) => {
                let expected = architecture.parameter_count();
                if values.len() != expected {
                    let what = format!("the list of initial parameters for {architecture}");
                    return Err(Error::BadLength {
                        what,
                        found: values.len(),
                        expected,
                    });
                }
                match values.iter().find(|value| !value.is_finite()) {
                    Some(&value) => bad("a given initial parameter", value, "a finite number"),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// [`Init::validate`] for biases.
    pub(crate) fn validate_biases(&self, architecture: &Architecture) -> Result<(), Error> {
        match self {
            Self::Given(_) => Err(Error::BadArgument {
                kind: "bias init",
                text: self.to_string(),
                expected: "given parameters include the biases; give them as init".to_owned(),
            }),
            other => other.validate(architecture),
        }
    }

    /// Fills the flat parameter slice for `seed`, with biases initialised by `biases`.
    ///
    /// # Panics
    /// If the length of `parameters` is not that of the architecture.
    pub fn fill<T: Scalar>(
        &self,
        architecture: &Architecture,
        biases: &Self,
        seed: u64,
        parameters: &mut [T],
    ) {
        assert_eq!(
            parameters.len(),
            architecture.parameter_count(),
            "one number per parameter"
        );
        if let Self::Given(values) = self {
            for (parameter, &value) in parameters.iter_mut().zip(values.iter()) {
                *parameter = T::from_f64(value);
            }
            return;
        }
        let mut of_weights = Stream::new(seed, Purpose::Init);
        let mut of_biases = Stream::new(seed, Purpose::BiasInit);
        for layer in architecture.layer_spans() {
            let (inputs, outputs) = (layer.inputs as f64, layer.outputs as f64);
            let weights = &mut parameters[layer.weights];
            self.fill_layer(&mut of_weights, inputs, outputs, weights);
            let values = &mut parameters[layer.biases];
            biases.fill_layer(&mut of_biases, inputs, outputs, values);
            parameters[layer.scales].fill(T::ONE);
            parameters[layer.shifts].fill(T::ZERO);
        }
    }

    fn fill_layer<T: Scalar>(
        &self,
        stream: &mut Stream,
        inputs: f64,
        outputs: f64,
        values: &mut [T],
    ) {
        let mut uniform = |limit: f64| {
            values
                .iter_mut()
                .for_each(|value| *value = T::from_f64(stream.uniform_in(-limit, limit)));
        };
        match *self {
            Self::GlorotUniform => return uniform((6.0 / (inputs + outputs)).sqrt()),
            Self::HeUniform => return uniform((6.0 / inputs).sqrt()),
            Self::LecunUniform => return uniform((3.0 / inputs).sqrt()),
            Self::Uniform(limit) => return uniform(limit),
            _ => {}
        }
        let mut normal = |sd: f64| {
            values
                .iter_mut()
                .for_each(|value| *value = T::from_f64(sd * stream.normal()));
        };
        match *self {
            Self::GlorotNormal => normal((2.0 / (inputs + outputs)).sqrt()),
            Self::HeNormal => normal((2.0 / inputs).sqrt()),
            Self::LecunNormal => normal((1.0 / inputs).sqrt()),
            Self::Normal(sd) => normal(sd),
            Self::TruncatedNormal(sd) => {
                values
                    .iter_mut()
                    .for_each(|value| *value = T::from_f64(sd * stream.truncated_normal(2.0)));
            }
            Self::Constant(value) => values.fill(T::from_f64(value)),
            _ => values.fill(T::from_f64(0.0)),
        }
    }
}

impl FromStr for Init {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let spelling = Spelling::parse("init", text)?;
        let init = match spelling.name {
            "uniform" => Self::Uniform(spelling.required("limit")?),
            "normal" => Self::Normal(spelling.required("standard deviation")?),
            "truncated-normal" => Self::TruncatedNormal(spelling.required("standard deviation")?),
            "constant" => Self::Constant(spelling.required("value")?),
            name => spelling.plain(match name {
                "glorot-uniform" | "xavier-uniform" => Self::GlorotUniform,
                "glorot-normal" | "xavier-normal" => Self::GlorotNormal,
                "he-uniform" | "kaiming-uniform" => Self::HeUniform,
                "he-normal" | "kaiming-normal" => Self::HeNormal,
                "lecun-uniform" => Self::LecunUniform,
                "lecun-normal" => Self::LecunNormal,
                "zeros" => Self::Zeros,
                _ => return Err(spelling.unknown(Self::ALL)),
            })?,
        };
        init.validate(&Architecture::new(1))?;
        Ok(init)
    }
}

impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GlorotUniform => f.write_str("glorot-uniform"),
            Self::GlorotNormal => f.write_str("glorot-normal"),
            Self::HeUniform => f.write_str("he-uniform"),
            Self::HeNormal => f.write_str("he-normal"),
            Self::LecunUniform => f.write_str("lecun-uniform"),
            Self::LecunNormal => f.write_str("lecun-normal"),
            Self::Uniform(limit) => write!(f, "uniform:{limit}"),
            Self::Normal(sd) => write!(f, "normal:{sd}"),
            Self::TruncatedNormal(sd) => write!(f, "truncated-normal:{sd}"),
            Self::Zeros => f.write_str("zeros"),
            Self::Constant(value) => write!(f, "constant:{value}"),
            Self::Given(_) => f.write_str("given"),
        }
    }
}
