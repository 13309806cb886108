//! Closed choices and how they are written in options.

use crate::{Error, names};

/// The choice with this name among all of `what`.
pub(crate) fn named<T: Copy>(
    what: &'static str,
    all: &[T],
    name: fn(T) -> &'static str,
    word: &str,
) -> Result<T, Error> {
    let found = all.iter().copied().find(|choice| name(*choice) == word);
    found.ok_or_else(|| Error::UnknownWord {
        what,
        word: word.to_owned(),
        expected: names::choice(all.iter().map(|choice| name(*choice))),
    })
}

/// A choice is written and read by its `name`, one of `ALL`; errors call it `what`.
macro_rules! by_name {
    ($type:ident, $what:literal) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::Error;

            fn from_str(word: &str) -> Result<Self, crate::Error> {
                crate::names::words::named($what, &Self::ALL, Self::name, word)
            }
        }
    };
}

/// The names of an enum's variants in options, by which they are [written and read](by_name).
macro_rules! words {
    ($type:ident, $what:literal: $($variant:ident = $word:literal),+ $(,)?) => {
        impl $type {
            /// Every choice.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The name in options.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        crate::names::words::by_name!($type, $what);
    };
}

pub(crate) use {by_name, words};
