//! Serialisation of specs and states: with the feature `serde`, what is spelt on a command line is a
//! text, as there, and everything else is a map of its fields.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Init, Loss, Normalization, Optimizer};

fn read<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(de::Error::custom)
}

macro_rules! spelt {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                read(from)
            }
        }
    )+};
}

spelt!(Loss, Normalization, Optimizer);

/// A text, the given parameters, or a single number for all.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Spelt(String),
    Given(Vec<f64>),
    Constant(f64),
}

impl Serialize for Init {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Given(parameters) => parameters.serialize(to),
            spelt => to.collect_str(spelt),
        }
    }
}

impl<'de> Deserialize<'de> for Init {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Stored::deserialize(from)? {
            Stored::Spelt(text) => text.parse().map_err(de::Error::custom),
            Stored::Given(parameters) => Ok(Self::Given(parameters.into())),
            Stored::Constant(value) => Ok(Self::Constant(value)),
        }
    }
}

/// The loss before the first one, which is infinite: none, since JSON has no infinite numbers.
pub(crate) mod best {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(crate) fn serialize<S: Serializer>(best: &f64, to: S) -> Result<S::Ok, S::Error> {
        (*best < f64::INFINITY).then_some(*best).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(from)?.unwrap_or(f64::INFINITY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Activation, Architecture, Batch, BatchNorm, Clip, LayerSpec, Level, Samples, Schedule,
        ScheduleContext, State, Targets, TrainSpec, Trainer,
    };

    fn comes_back<T: Serialize + de::DeserializeOwned + PartialEq + fmt::Debug>(value: &T) {
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    }

    fn spec() -> TrainSpec {
        let architecture = Architecture::new(2)
            .with(LayerSpec {
                normalization: Normalization::Batch(BatchNorm::default()),
                ..LayerSpec::new(3, Activation::Gelu)
            })
            .layer(1, Activation::Identity);
        TrainSpec::new(architecture, Loss::BinaryCrossEntropy)
    }

    #[test]
    fn every_spec_comes_back() {
        let horizon = ScheduleContext {
            updates: 50,
            epoch: 7,
            momentum: true,
        };
        for known in Optimizer::ALL.concat() {
            let optimizer = known.name.parse().unwrap();
            comes_back(&TrainSpec {
                optimizer,
                ..spec()
            });
        }
        for known in Loss::ALL.concat() {
            let loss = known.name.parse().unwrap();
            comes_back(&TrainSpec { loss, ..spec() });
        }
        for known in Schedule::ALL {
            let schedule = Schedule::named(known.name, &[], &horizon).unwrap();
            comes_back(&TrainSpec { schedule, ..spec() });
        }
        for init in [
            Init::HeNormal,
            Init::Uniform(0.1),
            Init::Given(vec![0.1, -1e-300, 3.0].into()),
        ] {
            comes_back(&TrainSpec { init, ..spec() });
        }
        comes_back(&TrainSpec {
            batch: Batch::Size(3),
            batch_order: Some(vec![0, 1, 2].into()),
            clip: Clip {
                value: None,
                norm: Some(0.3),
            },
            ..spec()
        });
    }

    #[test]
    fn a_training_goes_on_from_a_stored_state() {
        let inputs = ndarray::array![[0.0f32, 1.0], [1.0, 0.5], [0.2, 0.3]];
        let labels = vec![0, 1, 1];
        let targets = Targets::Classes { labels, classes: 2 };
        let samples = Samples::new(inputs.view(), &targets).unwrap();
        let mut trainer = Trainer::new(&spec(), &samples, 3, Level::best()).unwrap();
        comes_back(&trainer.state());
        trainer.step();
        let json = serde_json::to_string(&trainer.state()).unwrap();
        let state: State<f32> = serde_json::from_str(&json).unwrap();
        trainer.step();
        let mut other = Trainer::new(&spec(), &samples, 3, Level::best()).unwrap();
        other.restore(&state).unwrap();
        other.step();
        assert_eq!(other.state(), trainer.state());
    }

    #[test]
    fn what_is_misspelt_is_named() {
        let error = serde_json::from_str::<Optimizer>("\"adm\"").unwrap_err();
        assert!(error.to_string().contains("adam"), "{error}");
        let json = serde_json::to_string(&spec()).unwrap();
        let json = json.replace("\"l1\"", "\"l2\"");
        let error = serde_json::from_str::<TrainSpec>(&json).unwrap_err();
        assert!(error.to_string().contains("unknown field `l2`"), "{error}");
    }
}
