//! The library whose form of an optimizer is used.

/// The library whose form of an optimizer is used, where they differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// PyTorch's.
    #[default]
    Pytorch,
    /// scikit-learn's.
    Sklearn,
}

impl Form {
    pub(super) const NAMES: &'static [&'static str] = &["pytorch", "sklearn"];

    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pytorch => "pytorch",
            Self::Sklearn => "sklearn",
        }
    }

    pub(super) fn of_name(name: &str) -> Self {
        match name {
            "sklearn" => Self::Sklearn,
            _ => Self::Pytorch,
        }
    }
}
