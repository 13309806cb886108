//! The tasks that data set.

use mlp_data::{Task, table::TaskChoice};

/// The task as its key spells it.
pub fn task_choice(task: Task) -> TaskChoice {
    match task {
        Task::Classification { .. } => TaskChoice::Classification,
        Task::Multilabel { .. } => TaskChoice::Multilabel,
        Task::Regression { .. } => TaskChoice::Regression,
    }
}
