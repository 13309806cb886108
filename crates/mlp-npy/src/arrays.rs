use crate::Array;

/// Arrays by name, in order: the contents of an NPZ archive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrays {
    arrays: Vec<(String, Array)>,
}

impl Arrays {
    /// No arrays.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an array.
    pub fn insert(&mut self, name: impl Into<String>, array: Array) {
        self.arrays.push((name.into(), array));
    }

    /// The array with this name.
    pub fn get(&self, name: &str) -> Option<&Array> {
        self.arrays
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, array)| array)
    }

    /// The arrays in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array)> {
        self.arrays
            .iter()
            .map(|(name, array)| (name.as_str(), array))
    }
}
