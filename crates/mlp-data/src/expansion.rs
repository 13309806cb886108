//! TF Playground's inputs, computed from two features.

use std::str::FromStr;

use mlp_core::math;
use ndarray::{Array2, ArrayView2};

use crate::{Dataset, Error, names};

/// One input, computed from the first feature x and the second y.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// x
    X,
    /// y
    Y,
    /// x squared
    X2,
    /// y squared
    Y2,
    /// x times y
    Xy,
    /// the sine of x, in radians
    SinX,
    /// the sine of y, in radians
    SinY,
}

impl Input {
    /// Every input, in TF Playground's order.
    pub const ALL: [Self; 7] = [
        Self::X,
        Self::Y,
        Self::X2,
        Self::Y2,
        Self::Xy,
        Self::SinX,
        Self::SinY,
    ];

    /// The input's name, in options and as a column.
    pub fn name(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Y => "y",
            Self::X2 => "x2",
            Self::Y2 => "y2",
            Self::Xy => "xy",
            Self::SinX => "sinx",
            Self::SinY => "siny",
        }
    }

    /// Its value at a point.
    pub fn value(self, x: f64, y: f64) -> f64 {
        match self {
            Self::X => x,
            Self::Y => y,
            Self::X2 => x * x,
            Self::Y2 => y * y,
            Self::Xy => x * y,
            Self::SinX => math::sin(x),
            Self::SinY => math::sin(y),
        }
    }
}

/// A list of inputs, at least one, each once: `x,y,x2,y2,xy,sinx,siny` or a subset in any order.
///
/// ```
/// use mlp_data::{Expansion, GeneratorOptions, generate};
/// let expansion: Expansion = "x,y,xy".parse()?;
/// let set = expansion.apply_to(&generate("playground-xor", &GeneratorOptions::default(), 0)?)?;
/// assert_eq!(set.feature_names(), ["x", "y", "xy"]);
/// # Ok::<(), mlp_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expansion {
    inputs: Vec<Input>,
}

impl Expansion {
    /// The inputs, in the order of the columns.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The columns' names.
    pub fn names(&self) -> Vec<String> {
        self.inputs
            .iter()
            .map(|input| input.name().to_owned())
            .collect()
    }

    /// The inputs computed from points `[samples, 2]`, as `[samples, inputs]`.
    ///
    /// # Errors
    /// [`Error::NotTwoFeatures`].
    pub fn apply(&self, points: &ArrayView2<'_, f64>) -> Result<Array2<f64>, Error> {
        if points.ncols() != 2 {
            return Err(self.not_two("the points", points.ncols()));
        }
        Ok(Array2::from_shape_fn(
            (points.nrows(), self.inputs.len()),
            |(row, column)| self.inputs[column].value(points[[row, 0]], points[[row, 1]]),
        ))
    }

    /// The data set with these inputs, with their names, in place of its two features.
    ///
    /// # Errors
    /// [`Error::NotTwoFeatures`]; [`Error::NonFinite`] where a square overflows.
    pub fn apply_to(&self, set: &Dataset) -> Result<Dataset, Error> {
        if set.features() != 2 {
            return Err(self.not_two(set.name(), set.features()));
        }
        set.with_inputs(self.names(), self.apply(&set.inputs())?)
    }

    fn not_two(&self, dataset: &str, features: usize) -> Error {
        Error::NotTwoFeatures {
            dataset: dataset.to_owned(),
            features,
            inputs: self.to_string(),
        }
    }
}

impl std::fmt::Display for Expansion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.names().join(","))
    }
}

impl FromStr for Expansion {
    type Err = Error;

    fn from_str(list: &str) -> Result<Self, Error> {
        let refuse = |word: &str| Error::UnknownWord {
            what: "an input",
            word: word.to_owned(),
            expected: format!(
                "one of {}, each once",
                names::list(Input::ALL.into_iter().map(Input::name))
            ),
        };
        let mut inputs = Vec::new();
        for word in list.split(',').map(str::trim) {
            let input = Input::ALL.into_iter().find(|input| input.name() == word);
            match input {
                Some(input) if !inputs.contains(&input) => inputs.push(input),
                _ => return Err(refuse(word)),
            }
        }
        Ok(Self { inputs })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::load_embedded;

    #[test]
    fn every_input_is_what_its_name_says() {
        let expansion: Expansion = "x,y,x2,y2,xy,sinx,siny".parse().unwrap();
        assert_eq!(expansion.to_string(), "x,y,x2,y2,xy,sinx,siny");
        let inputs = expansion.apply(&array![[2.0, -3.0]].view()).unwrap();
        let expected = [
            2.0,
            -3.0,
            4.0,
            9.0,
            -6.0,
            0.909_297_426_825_681_7,
            -0.141_120_008_059_867_2,
        ];
        for (input, expected) in inputs.iter().zip(expected) {
            assert!((input - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn other_than_two_features_are_refused() {
        let expansion: Expansion = "x, xy".parse().unwrap();
        assert_eq!(
            expansion
                .apply_to(&load_embedded("iris").unwrap())
                .unwrap_err()
                .to_string(),
            "data set `iris` has 4 features; the inputs x,xy need exactly 2"
        );
    }

    #[test]
    fn unknown_and_repeated_inputs_are_refused() {
        for list in ["", "x,z", "x,x", "x,,y"] {
            let error = list.parse::<Expansion>().unwrap_err();
            assert!(
                error.to_string().contains("one of `x`, `y`, `x2`"),
                "{error}"
            );
        }
    }
}
