//! Class weights in the loss, as an author writes them.

use std::{fmt, str::FromStr};

use mlp_data::Targets;

use crate::{error::Error, resolve::data_recipe::DataRecipe};
use mlp_data::names::did_you_mean;

/// The weights of the samples of each class.
///
/// ```
/// use mlp_train::ClassWeights;
/// let weights: ClassWeights = "no=1,yes=2.5".parse().unwrap();
/// assert_eq!(weights.to_string(), "no=1,yes=2.5");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ClassWeights {
    /// All equal.
    None,
    /// All classes have equal total weight: samples / (classes * samples of the class), over
    /// the training part. scikit-learn's `balanced`.
    Balanced,
    /// By name; other classes have weight 1.
    Named(Vec<(String, f64)>),
}

impl ClassWeights {
    /// The weights in the order of the classes; `None` where all are equal.
    ///
    /// # Errors
    /// Data without classes, an unknown class name, no weight above 0.
    pub(crate) fn of(&self, data: &DataRecipe) -> Result<Option<Vec<f64>>, Error> {
        if *self == Self::None {
            return Ok(None);
        }
        let Targets::Classes { labels, names } = data.dataset.targets() else {
            return Err(Error::keys(
                "class_weights",
                "data",
                format!("need classes, and {} is {}", data.name, data.task),
            ));
        };
        let Self::Named(given) = self else {
            let mut counts = vec![0usize; names.len()];
            for &row in &data.split.train {
                counts[labels[row] as usize] += 1;
            }
            let present = counts.iter().filter(|&&count| count > 0).count();
            let total = data.split.train.len() as f64;
            let weight = |&count: &usize| match count {
                0 => 0.0,
                count => total / (present as f64 * count as f64),
            };
            return Ok(Some(counts.iter().map(weight).collect()));
        };
        let mut weights = vec![1.0; names.len()];
        for (name, weight) in given {
            let Some(class) = names.iter().position(|known| known == name) else {
                let meant = did_you_mean(name, names.iter().map(String::as_str));
                let names = names.join(", ");
                let reason = format!(
                    "{} has no class \"{name}\"{meant} (classes: {names})",
                    data.name
                );
                return Err(Error::key("class_weights", reason));
            };
            weights[class] = *weight;
        }
        if weights.iter().all(|&weight| weight == 0.0) {
            return Err(Error::key(
                "class_weights",
                "every class has weight 0; at least one must be above 0",
            ));
        }
        Ok(Some(weights))
    }
}

impl FromStr for ClassWeights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "none" => return Ok(Self::None),
            "balanced" => return Ok(Self::Balanced),
            _ => {}
        }
        let mut named: Vec<(String, f64)> = Vec::new();
        for part in text.split(',') {
            let Some((name, weight)) = part.rsplit_once('=') else {
                return Err(format!(
                    "\"{}\" does not give class weights; write none, balanced, or as in no=1,yes=3",
                    part.trim()
                ));
            };
            let name = name.trim().to_owned();
            let weight = weight.trim().parse::<f64>().ok();
            let Some(weight) = weight.filter(|weight| *weight >= 0.0 && weight.is_finite()) else {
                return Err(format!(
                    "the weight of class \"{name}\" must be a number, 0 or more"
                ));
            };
            if named.iter().any(|(other, _)| *other == name) {
                return Err(format!("class \"{name}\" has two weights"));
            }
            named.push((name, weight));
        }
        Ok(Self::Named(named))
    }
}

impl fmt::Display for ClassWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Balanced => f.write_str("balanced"),
            Self::Named(named) => {
                let parts = named
                    .iter()
                    .map(|(name, weight)| format!("{name}={weight}"));
                f.write_str(&parts.collect::<Vec<_>>().join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_and_written_back() {
        for text in ["none", "balanced", "a=1,b=0.25", "x=y=2"] {
            assert_eq!(text.parse::<ClassWeights>().unwrap().to_string(), text);
        }
        let refuse = |text: &str| text.parse::<ClassWeights>().unwrap_err();
        assert!(refuse("balance").contains("balanced"));
        assert!(refuse("a=-1").contains("class \"a\""));
        assert!(refuse("a=1,a=2").contains("two weights"));
    }
}
