//! The name of the column of classes.

/// What the class column is called unless another name is given: `class`, with underscores behind it where a feature has that name.
pub(super) fn free(features: &[String]) -> String {
    let mut column = "class".to_owned();
    while features.contains(&column) {
        column.push('_');
    }
    column
}
