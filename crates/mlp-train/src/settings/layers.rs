//! Building an experiment in layers: defaults, then a file, then options, then `--set`.

use super::{
    experiment::Experiment,
    key::{
        check_range,
        info::{Key, KeyInfo},
        parse_assignment,
    },
    kind::Kind,
    range::Range,
    value::Value,
};
use crate::error::{Error, Origin};

/// One value for one key, from one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The key.
    pub key: Key,
    /// Its value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

/// One swept key, from one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The key.
    pub key: Key,
    /// Its values.
    pub range: Range,
    /// Where it was written.
    pub origin: Origin,
}

/// Settings of equal precedence. A later layer overrides an earlier one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingsLayer {
    /// Values of keys.
    pub settings: Vec<Setting>,
    /// Swept keys, the last one running fastest.
    pub sweeps: Vec<Sweep>,
}

impl SettingsLayer {
    /// A layer without settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an option's text.
    pub fn option(&mut self, info: &'static KeyInfo, text: &str) -> Result<(), Error> {
        let option = format!("--{}", info.option.unwrap_or(info.path));
        let value = info
            .read(text)
            .map_err(|reason| Error::option(&option, reason))?;
        self.settings.push(Setting {
            key: info.into(),
            value,
            origin: Origin::Option(option),
        });
        Ok(())
    }

    /// Adds an option without value.
    pub fn flag(&mut self, info: &'static KeyInfo) {
        let origin = Origin::Option(format!("--{}", info.option.unwrap_or(info.path)));
        self.settings.push(Setting {
            key: info.into(),
            value: Value::Flag(info.flag_value()),
            origin,
        });
    }

    /// Adds the [opposite](KeyInfo::opposite) of an option without value.
    pub fn opposite(&mut self, info: &'static KeyInfo) {
        let origin = Origin::Option(format!("--{}", info.opposite().unwrap_or(info.path)));
        self.settings.push(Setting {
            key: info.into(),
            value: Value::Flag(!info.flag_value()),
            origin,
        });
    }

    /// Adds `--sweep KEY=RANGE`.
    pub fn sweep(&mut self, text: &str) -> Result<(), Error> {
        let option = "--sweep".to_owned();
        let (key, range) =
            parse_assignment(text).map_err(|reason| Error::option(&option, reason))?;
        self.sweeps.push(Sweep {
            key,
            range,
            origin: Origin::Option(option),
        });
        Ok(())
    }

    /// Adds `--set key=value`. Values are written as options have them, or as TOML has lists.
    pub fn set(&mut self, text: &str) -> Result<(), Error> {
        let Some((name, value)) = text.split_once('=') else {
            let reason = format!("\"{text}\" is not key=value, as in learning_rate=0.1");
            return Err(Error::option("--set", reason));
        };
        let (name, value) = (name.trim(), value.trim());
        let swept = name
            .strip_prefix("population.sweep.")
            .or_else(|| name.strip_prefix("sweep."));
        if let Some(key) = swept {
            let (key, range) = parse_assignment(&format!("{key}={value}"))
                .map_err(|reason| Error::option("--set", reason))?;
            self.sweeps.push(Sweep {
                key,
                range,
                origin: Origin::Set,
            });
            return Ok(());
        }
        let key = Key::parse(name).map_err(|unknown| Error::UnknownKey {
            origin: Origin::Set,
            unknown,
        })?;
        let toml = value.starts_with('[') || value.starts_with('"') || value.starts_with('\'');
        let read = match toml {
            true => crate::settings::toml_value::read_value(value)
                .and_then(|value| key.info().accept(value)),
            false => key.info().read(value),
        };
        let value = read.map_err(|reason| Error::BadValue {
            origin: Origin::Set,
            key: key.to_string(),
            reason,
        })?;
        self.settings.push(Setting {
            key,
            value,
            origin: Origin::Set,
        });
        Ok(())
    }

    /// Applies the layer on top of an experiment.
    pub fn apply(&self, experiment: &mut Experiment) -> Result<(), Error> {
        self.refuse_conflicts()?;
        // In the registry's order, so that a data set is set before its digest.
        let mut settings: Vec<&Setting> = self.settings.iter().collect();
        let rank = |setting: &Setting| {
            crate::settings::key::keys().position(|info| info.path == setting.key.info().path)
        };
        settings.sort_by_key(|setting| (setting.key.layer().is_some(), rank(setting)));
        for Setting { key, value, origin } in settings {
            require_kind(key.info().path, key.info().kinds, experiment.kind, origin)?;
            key.apply(experiment, value.clone())
                .map_err(|reason| match origin {
                    Origin::Option(option) => Error::option(option, reason),
                    origin => Error::BadValue {
                        origin: origin.clone(),
                        key: key.to_string(),
                        reason,
                    },
                })?;
        }
        for Sweep { key, range, origin } in &self.sweeps {
            require_kind(
                "population.sweep",
                &[Kind::Population],
                experiment.kind,
                origin,
            )?;
            check_range(key, range).map_err(|reason| Error::BadValue {
                origin: origin.clone(),
                key: "sweep".to_owned(),
                reason,
            })?;
            let sweep = &mut experiment.population.sweep;
            match sweep.iter_mut().find(|(swept, _)| swept == key) {
                Some(entry) => entry.1 = range.clone(),
                None => sweep.push((*key, range.clone())),
            }
        }
        Ok(())
    }

    /// The same key twice, or two keys that void each other, cannot be in one layer.
    fn refuse_conflicts(&self) -> Result<(), Error> {
        for (index, later) in self.settings.iter().enumerate() {
            for earlier in &self.settings[..index] {
                if earlier.key == later.key {
                    return Err(Error::keys(
                        later.key,
                        earlier.key,
                        format!("is given twice ({} and {})", earlier.origin, later.origin),
                    ));
                }
                let voids =
                    |a: &Setting, b: &Setting| a.key.info().voids.contains(&b.key.info().path);
                if voids(earlier, later) && voids(later, earlier) {
                    return Err(Error::keys(
                        earlier.key,
                        later.key,
                        format!("and {} are both given; give one of them", later.key),
                    ));
                }
            }
        }
        for (index, later) in self.sweeps.iter().enumerate() {
            if self.sweeps[..index]
                .iter()
                .any(|earlier| earlier.key == later.key)
            {
                return Err(Error::keys(later.key, later.key, "is swept twice"));
            }
        }
        Ok(())
    }
}

fn require_kind(key: &str, kinds: &[Kind], kind: Kind, origin: &Origin) -> Result<(), Error> {
    if kinds.contains(&kind) {
        return Ok(());
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    Err(Error::MisplacedKey {
        origin: origin.clone(),
        key: key.to_owned(),
        reason: format!(
            "belongs to {} experiments, and this is a {kind} experiment",
            names.join(" and ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(kind: Kind, layers: &[SettingsLayer]) -> Result<Experiment, Error> {
        let mut experiment = Experiment::new(kind);
        layers
            .iter()
            .try_for_each(|layer| layer.apply(&mut experiment))?;
        Ok(experiment)
    }

    fn set(texts: &[&str]) -> SettingsLayer {
        let mut layer = SettingsLayer::new();
        for text in texts {
            layer.set(text).unwrap();
        }
        layer
    }

    #[test]
    fn later_layers_overrule_earlier_ones() {
        let below = set(&["lr=0.5", "steps=10", "hidden=8"]);
        let above = set(&["training.learning_rate=0.25", "epochs=3"]);
        let experiment = build(Kind::Train, &[below, above]).unwrap();
        assert_eq!(experiment.training.learning_rate, Some(vec![0.25]));
        assert_eq!(
            (experiment.training.steps, experiment.training.epochs),
            (None, Some(3))
        );
        assert_eq!(experiment.network.hidden, Some(vec![8]));
    }

    #[test]
    fn both_lengths_in_one_layer_are_an_error() {
        let error = build(Kind::Train, &[set(&["steps=10", "epochs=3"])])
            .unwrap_err()
            .to_string();
        assert_eq!(error, "steps and epochs are both given; give one of them");
        let both = build(Kind::Train, &[set(&["epochs=10", "steps=3"])]);
        let Err(Error::Keys { key, other, .. }) = both else {
            panic!("{both:?}");
        };
        assert_eq!((key.as_str(), other.as_str()), ("epochs", "steps"));
        let error = build(Kind::Train, &[set(&["lr=1", "learning-rate=2"])])
            .unwrap_err()
            .to_string();
        assert!(error.contains("learning_rate is given twice"), "{error}");
    }

    #[test]
    fn a_new_data_set_makes_the_old_digest_void() {
        let digest = "0".repeat(64);
        let below = set(&[&format!("sha256={digest}"), "data=a.csv"]);
        let same = build(Kind::Train, std::slice::from_ref(&below)).unwrap();
        assert_eq!(same.data.sha256, Some(digest));
        let other = build(Kind::Train, &[below, set(&["data=b.csv"])]).unwrap();
        assert_eq!(
            (other.data.name.as_deref(), other.data.sha256),
            (Some("b.csv"), None)
        );
    }

    #[test]
    fn values_may_be_written_as_in_toml() {
        let experiment = build(
            Kind::Train,
            &[set(&[
                "hidden=[8, 4]",
                "lr=0.1,0.2,0.3",
                "activation=['tanh', \"relu\"]",
            ])],
        )
        .unwrap();
        assert_eq!(experiment.network.hidden, Some(vec![8, 4]));
        assert_eq!(experiment.training.learning_rate, Some(vec![0.1, 0.2, 0.3]));
        assert_eq!(experiment.network.activation.unwrap().len(), 2);
    }

    #[test]
    fn what_makes_no_sense_is_refused_where_it_stands() {
        let refuse = |text: &str| {
            let mut layer = SettingsLayer::new();
            layer
                .set(text)
                .and_then(|()| layer.apply(&mut Experiment::new(Kind::Train)))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            refuse("learnig_rate=1"),
            "--set: unknown key \"learnig_rate\"; did you mean \"learning_rate\"?"
        );
        assert_eq!(
            refuse("lr=-1"),
            "--set: learning_rate: must be 0 or more, not -1"
        );
        assert_eq!(
            refuse("lr=nan"),
            "--set: learning_rate: must be a finite number, not \"nan\""
        );
        assert_eq!(
            refuse("hidden=16,0"),
            "--set: hidden: a layer's width must be at least 1, not 0"
        );
        assert!(refuse("activation=tahn").contains("did you mean \"tanh\""));
        assert_eq!(
            refuse("nets=5"),
            "--set: population.nets belongs to population experiments, and this is a train experiment"
        );
        assert!(refuse("lr").contains("key=value"));
    }

    #[test]
    fn a_sweep_of_a_higher_layer_takes_the_place_of_the_lower_one() {
        let mut below = SettingsLayer::new();
        below.sweep("wd=0,1").unwrap();
        below.sweep("hidden=16x16,8,none").unwrap();
        let experiment = build(
            Kind::Population,
            &[below.clone(), set(&["sweep.weight_decay=log:1e-3:1:4"])],
        )
        .unwrap();
        let sweep = &experiment.population.sweep;
        assert_eq!(sweep.len(), 2);
        assert_eq!(
            (sweep[0].0.column().as_str(), sweep[0].1.count()),
            ("weight_decay", 4)
        );
        assert!(below.sweep("sha256=1,2").is_err());
        assert!(below.sweep("lr=1,-1").is_err());
        assert!(build(Kind::Train, &[below]).is_err());
    }
}
