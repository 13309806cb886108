//! What a model's answers rest on: permutation importance and partial dependence, by the columns of the table.
//!
//! A column of categories that became several features is one column here. Both look at the answers alone, so they
//! say what the model does and not what is so in the world: of two columns that tell the same, each may look useless.

mod dependence;
mod importance;
mod permutations;
mod rows;
#[cfg(test)]
mod tests;

pub use self::{
    dependence::{Dependence, GridValue},
    importance::{Importance, Importances},
    permutations::Permutations,
};
