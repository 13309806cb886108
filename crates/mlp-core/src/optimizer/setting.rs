//! Settings of optimizers, by name: the registry from which options, files and lists are derived.

use std::fmt;

use crate::Error;

/// A setting of an optimizer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Its name: `beta1`.
    pub name: &'static str,
    /// One line on what it does.
    pub meaning: &'static str,
    /// The form of its values.
    pub form: SettingForm,
}

/// The form of a setting's values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SettingForm {
    /// A finite number.
    Number(Bounds),
    /// A whole number, this or more.
    Whole(u64),
    /// True or false.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// This many finite numbers.
    Numbers(usize),
    /// Indices of layers, counted from 0; none means the default.
    Layers,
    /// Another optimizer, as it is spelt.
    Optimizer,
}

/// The valid range of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// Every finite number.
    Finite,
    /// 0 or more.
    NotNegative,
    /// Above 0.
    Positive,
    /// Above 1.
    AboveOne,
    /// From 0, below 1.
    BelowOne,
    /// Above 0 and below 1.
    Inside,
    /// From 0 to 1.
    Share,
    /// At most 0.
    NotPositive,
}

impl Bounds {
    /// Whether a number is in the range.
    pub fn hold(self, number: f64) -> bool {
        number.is_finite()
            && match self {
                Self::Finite => true,
                Self::NotNegative => number >= 0.0,
                Self::Positive => number > 0.0,
                Self::AboveOne => number > 1.0,
                Self::BelowOne => (0.0..1.0).contains(&number),
                Self::Inside => number > 0.0 && number < 1.0,
                Self::Share => (0.0..=1.0).contains(&number),
                Self::NotPositive => number <= 0.0,
            }
    }

    /// In words that continue "it must be".
    pub fn expected(self) -> &'static str {
        match self {
            Self::Finite => "a finite number",
            Self::NotNegative => "a finite number, not negative",
            Self::Positive => "a positive number",
            Self::AboveOne => "a number above 1",
            Self::BelowOne => "at least 0 and below 1",
            Self::Inside => "above 0 and below 1",
            Self::Share => "at least 0 and at most 1",
            Self::NotPositive => "a finite number, not positive",
        }
    }
}

/// The value of a setting.
///
/// Written and read as in `0.9`, `5`, `true`, `sklearn`, `2,-1.5,0.5`.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(u64),
    /// True or false.
    Flag(bool),
    /// A word.
    Word(String),
    /// Numbers.
    Numbers(Vec<f64>),
    /// Layers, counted from 0.
    Layers(Vec<usize>),
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The shorter of the two usual ways.
        fn shortest(number: &f64) -> String {
            let (plain, scientific) = (format!("{number}"), format!("{number:e}"));
            if scientific.len() < plain.len() {
                scientific
            } else {
                plain
            }
        }
        match self {
            Self::Number(number) => f.write_str(&shortest(number)),
            Self::Whole(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
            Self::Word(word) => f.write_str(word),
            Self::Numbers(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(shortest).collect();
                f.write_str(&numbers.join(","))
            }
            Self::Layers(layers) => {
                let layers: Vec<String> = layers.iter().map(ToString::to_string).collect();
                f.write_str(&layers.join(","))
            }
        }
    }
}

impl Setting {
    /// Reads a value as it is written.
    ///
    /// # Errors
    /// Text that is not in the setting's form.
    pub fn read(&self, text: &str) -> Result<SettingValue, Error> {
        let text = text.trim();
        let wrong = || self.wrong(text);
        let list = || {
            text.split(',')
                .map(str::trim)
                .filter(|entry| !entry.is_empty())
        };
        Ok(match self.form {
            SettingForm::Number(_) => SettingValue::Number(text.parse().map_err(|_| wrong())?),
            SettingForm::Whole(_) => SettingValue::Whole(text.parse().map_err(|_| wrong())?),
            SettingForm::Flag => SettingValue::Flag(text.parse().map_err(|_| wrong())?),
            SettingForm::Word(_) | SettingForm::Optimizer => SettingValue::Word(text.to_owned()),
            SettingForm::Numbers(_) => {
                let numbers: Result<_, _> = list().map(str::parse).collect();
                SettingValue::Numbers(numbers.map_err(|_| wrong())?)
            }
            SettingForm::Layers => {
                let layers: Result<_, _> = list().map(str::parse).collect();
                SettingValue::Layers(layers.map_err(|_| wrong())?)
            }
        })
    }

    fn wrong(&self, text: &str) -> Error {
        Error::BadSetting {
            setting: self.name,
            value: text.to_owned(),
            expected: self.expected(),
        }
    }

    /// A description of valid values.
    pub fn expected(&self) -> String {
        match self.form {
            SettingForm::Number(bounds) => bounds.expected().to_owned(),
            SettingForm::Whole(least) => format!("a whole number, {least} or more"),
            SettingForm::Flag => "true or false".to_owned(),
            SettingForm::Word(words) => words.join(" or "),
            SettingForm::Numbers(count) => format!("{count} finite numbers"),
            SettingForm::Layers => "layers, counted from 0, as in 0,1".to_owned(),
            SettingForm::Optimizer => "an optimizer, as in adam".to_owned(),
        }
    }
}

/// How a rule stores one of its settings.
pub(crate) struct Field<R> {
    pub(crate) setting: Setting,
    access: Access<R>,
}

enum Access<R> {
    Number(fn(&R) -> f64, fn(&mut R, f64)),
    Whole(fn(&R) -> u64, fn(&mut R, u64)),
    Flag(fn(&R) -> bool, fn(&mut R, bool)),
    Word(fn(&R) -> &'static str, fn(&mut R, &str)),
    Numbers(fn(&R) -> Vec<f64>, fn(&mut R, &[f64])),
    Layers(fn(&R) -> Vec<usize>, fn(&mut R, &[usize])),
    Optimizer(fn(&R) -> String, SpellingSetter<R>),
}

/// Sets the spelling of an optimizer.
type SpellingSetter<R> = fn(&mut R, &str) -> Result<(), Error>;

impl<R> Field<R> {
    pub(crate) const fn number(
        name: &'static str,
        meaning: &'static str,
        bounds: Bounds,
        get: fn(&R) -> f64,
        set: fn(&mut R, f64),
    ) -> Self {
        let form = SettingForm::Number(bounds);
        Self::new(name, meaning, form, Access::Number(get, set))
    }

    pub(crate) const fn whole(
        name: &'static str,
        meaning: &'static str,
        get: fn(&R) -> u64,
        set: fn(&mut R, u64),
    ) -> Self {
        Self::new(
            name,
            meaning,
            SettingForm::Whole(1),
            Access::Whole(get, set),
        )
    }

    pub(crate) const fn flag(
        name: &'static str,
        meaning: &'static str,
        get: fn(&R) -> bool,
        set: fn(&mut R, bool),
    ) -> Self {
        Self::new(name, meaning, SettingForm::Flag, Access::Flag(get, set))
    }

    pub(crate) const fn word(
        name: &'static str,
        meaning: &'static str,
        words: &'static [&'static str],
        get: fn(&R) -> &'static str,
        set: fn(&mut R, &str),
    ) -> Self {
        Self::new(
            name,
            meaning,
            SettingForm::Word(words),
            Access::Word(get, set),
        )
    }

    pub(crate) const fn numbers(
        name: &'static str,
        meaning: &'static str,
        count: usize,
        get: fn(&R) -> Vec<f64>,
        set: fn(&mut R, &[f64]),
    ) -> Self {
        let form = SettingForm::Numbers(count);
        Self::new(name, meaning, form, Access::Numbers(get, set))
    }

    pub(crate) const fn layers(
        name: &'static str,
        meaning: &'static str,
        get: fn(&R) -> Vec<usize>,
        set: fn(&mut R, &[usize]),
    ) -> Self {
        let form = SettingForm::Layers;
        Self::new(name, meaning, form, Access::Layers(get, set))
    }

    pub(crate) const fn optimizer(
        name: &'static str,
        meaning: &'static str,
        get: fn(&R) -> String,
        set: SpellingSetter<R>,
    ) -> Self {
        let form = SettingForm::Optimizer;
        Self::new(name, meaning, form, Access::Optimizer(get, set))
    }

    const fn new(
        name: &'static str,
        meaning: &'static str,
        form: SettingForm,
        access: Access<R>,
    ) -> Self {
        let setting = Setting {
            name,
            meaning,
            form,
        };
        Self { setting, access }
    }

    pub(crate) fn get(&self, rule: &R) -> SettingValue {
        match &self.access {
            Access::Number(get, _) => SettingValue::Number(get(rule)),
            Access::Whole(get, _) => SettingValue::Whole(get(rule)),
            Access::Flag(get, _) => SettingValue::Flag(get(rule)),
            Access::Word(get, _) => SettingValue::Word(get(rule).to_owned()),
            Access::Numbers(get, _) => SettingValue::Numbers(get(rule)),
            Access::Layers(get, _) => SettingValue::Layers(get(rule)),
            // Colons separate settings; inside one they are slashes.
            Access::Optimizer(get, _) => SettingValue::Word(get(rule).replace(':', "/")),
        }
    }

    /// Sets a value that has the setting's form and is in its range.
    pub(crate) fn set(&self, rule: &mut R, value: &SettingValue) -> Result<(), Error> {
        let wrong = || Err(self.setting.wrong(&value.to_string()));
        match (&self.access, value) {
            (Access::Number(_, set), SettingValue::Number(number)) => set(rule, *number),
            (Access::Number(_, set), SettingValue::Whole(number)) => set(rule, *number as f64),
            (Access::Whole(_, set), SettingValue::Whole(number)) => set(rule, *number),
            (Access::Flag(_, set), SettingValue::Flag(flag)) => set(rule, *flag),
            (Access::Word(_, set), SettingValue::Word(word)) => match self.setting.form {
                SettingForm::Word(words) if words.contains(&word.as_str()) => set(rule, word),
                _ => return wrong(),
            },
            (Access::Numbers(_, set), SettingValue::Numbers(numbers)) => {
                if SettingForm::Numbers(numbers.len()) != self.setting.form {
                    return wrong();
                }
                set(rule, numbers);
            }
            (Access::Layers(_, set), SettingValue::Layers(layers)) => set(rule, layers),
            (Access::Optimizer(_, set), SettingValue::Word(word)) => {
                set(rule, &word.replace('/', ":"))?;
            }
            _ => return wrong(),
        }
        self.check(rule)
    }

    /// Refuses a value out of range.
    pub(crate) fn check(&self, rule: &R) -> Result<(), Error> {
        let value = self.get(rule);
        let fits = match (self.setting.form, &value) {
            (SettingForm::Number(bounds), SettingValue::Number(number)) => bounds.hold(*number),
            (SettingForm::Whole(least), SettingValue::Whole(number)) => *number >= least,
            (SettingForm::Numbers(_), SettingValue::Numbers(numbers)) => {
                numbers.iter().all(|number| number.is_finite())
            }
            _ => true,
        };
        if fits {
            return Ok(());
        }
        Err(self.setting.wrong(&value.to_string()))
    }
}
