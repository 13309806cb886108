//! The spelling of optimizers.

use std::{fmt, str::FromStr};

use super::{Optimizer, SettingValue};
use crate::{Error, spelling::Spelling};

impl FromStr for Optimizer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let Some((mut optimizer, positional)) = Self::of_name(name) else {
            return Err(Spelling::parse("optimizer", name)?.unknown(&Self::ALL.concat()));
        };
        let bad = |expected: String| Error::BadArgument {
            kind: "optimizer",
            text: text.to_owned(),
            expected,
        };
        for (index, part) in parts.enumerate() {
            let (setting, value) = match part.split_once('=') {
                Some((setting, value)) => (setting.trim(), value),
                None => match positional.get(index) {
                    Some(setting) => (*setting, part),
                    None => {
                        let example = optimizer.settings().first().map(|(s, _)| s.name);
                        return Err(bad(match positional.len() {
                            0 => format!(
                                "{name} takes no unnamed number; name the setting, as in {}=...",
                                example.unwrap_or_default()
                            ),
                            1 => format!("{name} takes at most one unnamed number"),
                            count => format!("{name} takes at most {count} unnamed numbers"),
                        }));
                    }
                },
            };
            let known = optimizer.settings();
            let Some((known, _)) = known.iter().find(|(known, _)| known.name == setting) else {
                return Err(optimizer.unknown(setting));
            };
            optimizer.set(setting, &known.read(value)?)?;
        }
        optimizer.validate()?;
        Ok(optimizer)
    }
}

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The shortest name: one with exactly these values, or that takes most of them as plain numbers.
        let spelt = Self::ALL.iter().copied().flatten().filter_map(|known| {
            let (named, positional) = Self::of_name(known.name)?;
            (named.name() == self.name()).then(|| self.spelt_from(known.name, &named, positional))
        });
        let shortest = spelt.min_by_key(|text| (text.matches('=').count(), text.len()));
        f.write_str(&shortest.unwrap_or_default())
    }
}

impl Optimizer {
    /// The spelling that starts from a name.
    fn spelt_from(&self, name: &str, named: &Self, positional: &[&str]) -> String {
        let usual = named.settings();
        let differs = |setting: &str, value: &SettingValue| {
            usual
                .iter()
                .any(|(known, usual)| known.name == setting && usual != value)
        };
        let settings = self.settings();
        let plain: Vec<_> = positional
            .iter()
            .filter_map(|name| settings.iter().find(|(setting, _)| setting.name == *name))
            .collect();
        // Numbers up to the last one that is not a default; momentum is always shown.
        let shown = plain
            .iter()
            .rposition(|(setting, value)| differs(setting.name, value))
            .map_or(
                usize::from(matches!(name, "momentum" | "nesterov")),
                |last| last + 1,
            );
        let mut text = name.to_owned();
        for (_, value) in &plain[..shown] {
            text.push_str(&format!(":{value}"));
        }
        let others = settings
            .iter()
            .filter(|(setting, _)| !positional.contains(&setting.name));
        for (setting, value) in others {
            if differs(setting.name, value) {
                text.push_str(&format!(":{}={value}", setting.name));
            }
        }
        text
    }
}
