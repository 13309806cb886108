use crate::Array;

/// Arrays by name, in order: what an NPZ archive holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrays {
    arrays: Vec<(String, Array)>,
}

impl Arrays {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an array.
    pub fn insert(&mut self, name: impl Into<String>, array: Array) {
        self.arrays.push((name.into(), array));
    }

    /// An array.
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
