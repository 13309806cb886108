//! Settings of schedules.

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum ScheduleSetting {
    /// A whole number.
    Count(u64),
    /// Any finite number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// One of a few words.
    Word(String),
}

/// A field of a schedule.
pub(crate) enum Slot<'a> {
    /// A whole number.
    Count(&'a mut u64),
    /// A number.
    Number(&'a mut f64),
    /// Yes or no.
    Flag(&'a mut bool),
    /// One of a few words.
    Word(&'a mut dyn Choice),
}

/// A closed choice.
pub(crate) trait Choice {
    /// Its word.
    fn word(&self) -> &'static str;
    /// Every word.
    fn words(&self) -> &'static [&'static str];
    /// Sets the choice to this word, if it exists.
    fn choose(&mut self, word: &str) -> bool;
}

/// Declares a closed choice with its words.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident: $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every word.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl $crate::schedule::setting::Choice for $name {
            fn word(&self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            fn words(&self) -> &'static [&'static str] {
                Self::WORDS
            }

            fn choose(&mut self, word: &str) -> bool {
                match word {
                    $($word => *self = Self::$variant,)+
                    _ => return false,
                }
                true
            }
        }
    };
}
pub(super) use choice;

impl Slot<'_> {
    pub(super) fn get(&self) -> ScheduleSetting {
        match self {
            Self::Count(count) => ScheduleSetting::Count(**count),
            Self::Number(number) => ScheduleSetting::Number(**number),
            Self::Flag(flag) => ScheduleSetting::Flag(**flag),
            Self::Word(choice) => ScheduleSetting::Word(choice.word().to_owned()),
        }
    }

    /// Sets a value, or returns what would be right.
    pub(super) fn set(&mut self, value: &ScheduleSetting) -> Result<(), String> {
        match (self, value) {
            (Self::Count(count), ScheduleSetting::Count(value)) => **count = *value,
            (Self::Number(number), ScheduleSetting::Number(value)) => **number = *value,
            (Self::Number(number), ScheduleSetting::Count(value)) => **number = *value as f64,
            (Self::Flag(flag), ScheduleSetting::Flag(value)) => **flag = *value,
            (Self::Word(choice), ScheduleSetting::Word(word)) => {
                if !choice.choose(word) {
                    return Err(format!("one of {}", choice.words().join(", ")));
                }
            }
            (Self::Count(_), _) => return Err("a whole number".to_owned()),
            (Self::Number(_), _) => return Err("a number".to_owned()),
            (Self::Flag(_), _) => return Err("true or false".to_owned()),
            (Self::Word(choice), _) => {
                return Err(format!("one of {}", choice.words().join(", ")));
            }
        }
        Ok(())
    }
}
