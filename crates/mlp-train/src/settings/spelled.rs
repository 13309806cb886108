//! Choices with their original spelling, parsed once.

use std::fmt;

/// A choice with the spelling that an author gave it, which may contain its settings: `huber:0.5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Spelled<T> {
    text: String,
    choice: T,
}

impl<T> Spelled<T> {
    /// A choice and its spelling.
    pub fn new(text: impl Into<String>, choice: T) -> Self {
        Self {
            text: text.into(),
            choice,
        }
    }

    /// The choice.
    pub fn choice(&self) -> &T {
        &self.choice
    }

    /// Whether the spelling contains settings.
    pub fn has_settings(&self) -> bool {
        self.text.contains(':')
    }
}

impl<T> fmt::Display for Spelled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
