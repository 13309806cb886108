//! How missing values and text columns are handled.

use crate::{
    ImputeKind,
    names::words::{by_name, words},
};

/// How a missing value is handled: an empty cell, a word for it (`NA`, `?`, ...; `-` among numbers), a null, NaN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MissingPolicy {
    /// It is refused by row and column.
    #[default]
    Refuse,
    /// Rows with a missing feature or target are left out.
    Drop,
    /// A missing feature is NaN in the data set, for an [`Imputer`](crate::Imputer) of this kind to fill in; a missing
    /// target is refused.
    Impute(ImputeKind),
}

impl MissingPolicy {
    /// Every policy.
    pub const ALL: [Self; 6] = [
        Self::Refuse,
        Self::Drop,
        Self::Impute(ImputeKind::Mean),
        Self::Impute(ImputeKind::Median),
        Self::Impute(ImputeKind::MostFrequent),
        Self::Impute(ImputeKind::Zero),
    ];

    /// The policy's name, as options have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Drop => "drop",
            Self::Impute(kind) => kind.name(),
        }
    }

    /// What the policy does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Refuse => "refuse missing values, naming row and column",
            Self::Drop => "leave out rows with a missing value",
            Self::Impute(kind) => kind.description(),
        }
    }
}

by_name!(MissingPolicy, "the handling of missing values");

/// How a text feature is handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Categorical {
    /// It is refused by row and column.
    #[default]
    Refuse,
    /// It becomes one column for each of its categories, 1 where the category occurs and 0 elsewhere: see
    /// [`OneHot`](super::OneHot).
    OneHot,
}

words!(Categorical, "the handling of categories": Refuse = "refuse", OneHot = "one-hot");

impl Categorical {
    /// What the choice does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Refuse => "refuse text features, naming row and column",
            Self::OneHot => "encode each category as a column of 0 and 1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for policy in MissingPolicy::ALL {
            assert_eq!(policy.to_string().parse::<MissingPolicy>().unwrap(), policy);
        }
        for choice in Categorical::ALL {
            assert_eq!(choice.to_string().parse::<Categorical>().unwrap(), choice);
        }
        assert_eq!(
            "mode".parse::<MissingPolicy>().unwrap_err().to_string(),
            "the handling of missing values cannot be `mode`; it must be `refuse`, `drop`, `mean`, `median`, \
             `most-frequent` or `zero`"
        );
        assert_eq!(
            "dummy".parse::<Categorical>().unwrap_err().to_string(),
            "the handling of categories cannot be `dummy`; it must be `refuse` or `one-hot`"
        );
    }
}
