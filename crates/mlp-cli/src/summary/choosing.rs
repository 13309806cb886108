//! What gives a validation part, by which a score can choose the decision threshold: one with rows of both classes.

use mlp_data::Targets;
use mlp_train::{DataRecipe, Experiment};

/// What has to be given beside `--threshold SCORE`, with a space before it: nothing where there is a validation part. `None`
/// where that has rows of one class only, so that no score can choose.
pub fn options(author: &Experiment, data: &DataRecipe) -> Option<String> {
    match &data.split.validation[..] {
        [] => Some(validation(author, data)),
        rows => one_class(data, rows).is_none().then(String::new),
    }
}

/// What gives a validation part, with a space before it: nothing where there is one.
pub fn validation(author: &Experiment, data: &DataRecipe) -> String {
    match (&data.split.validation[..], author.data.split) {
        // A fifth of the training part.
        ([], Some([train, _, test])) => {
            let taken = (train / 5).max(1);
            format!(" with --split {}:{taken}:{test}", train - taken)
        }
        ([], None) => " with --validation-fraction 0.2".to_owned(),
        _ => String::new(),
    }
}

/// The name of the class of these rows, where all are of one.
pub fn one_class<'d>(data: &'d DataRecipe, rows: &[usize]) -> Option<&'d str> {
    let Targets::Classes { labels, names } = data.dataset.targets() else {
        return None;
    };
    let (&first, rest) = rows.split_first()?;
    let alike = rest.iter().all(|&row| labels[row] == labels[first]);
    alike.then(|| names[labels[first] as usize].as_str())
}
