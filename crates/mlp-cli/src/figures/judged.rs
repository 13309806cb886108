//! What a classifier predicted of which samples: a single network of its judged part, or networks of folds of the samples that
//! they were not trained on.

use anyhow::Result;
use mlp_train::{OutputMeaning, score::Predicted};
use ndarray::Array2;

use super::{View, out_of_fold::OutOfFold};
use crate::formatting;

/// Predicted classes beside the true ones.
pub struct Judged {
    /// All predictions.
    pub predicted: Predicted,
    /// The classes' names.
    pub classes: Vec<String>,
    /// Such as `51 samples of the test part`.
    pub of: String,
    /// Whose classes are taken for which, such as `of the test part`.
    pub whose: String,
    /// What is to be known of numbers of them; empty where nothing is.
    pub note: &'static str,
    /// Where the second of two classes is decided for.
    pub threshold: Option<f64>,
}

/// Those of a single run; `None` of numbers, and of a network that is not finite.
pub fn trained(view: &View) -> Result<Option<Judged>> {
    let model = view.model()?;
    let OutputMeaning::Classes(classes) = model.answers() else {
        return Ok(None);
    };
    if !model.is_finite() {
        return Ok(None);
    }
    let data = &view.recipe().data;
    let (part, rows) = view.judged(data);
    Ok(Some(Judged {
        predicted: model.judge(&data.dataset.select_rows(rows)?)?,
        classes: classes.clone(),
        of: format!(
            "{} of the {part} part",
            formatting::so_many(rows.len(), "sample")
        ),
        whose: format!("of the {part} part"),
        note: "",
        threshold: model.threshold(),
    }))
}

/// Those of folds; `None` of numbers, and where there are none.
pub fn folds(view: &View) -> Result<Option<Judged>> {
    let Some(classes) = view.recipe().data.dataset.class_names() else {
        return Ok(None);
    };
    let Some(found) = OutOfFold::of(view)? else {
        return Ok(None);
    };
    let classes = classes.to_vec();
    let labels = |name: &str| -> Option<Vec<u32>> {
        let texts = found.table.texts(name)?;
        let label = |row: &usize| classes.iter().position(|class| *class == texts[*row]);
        let labels = found.rows.iter().map(|row| Some(label(row)? as u32));
        labels.collect()
    };
    let (Some(truth), Some(said)) = (labels("truth"), labels("prediction")) else {
        return Ok(None);
    };
    let columns: Option<Vec<Vec<f64>>> = (classes.iter())
        .map(|class| found.numbers(&format!("p_{class}")))
        .collect();
    let probabilities = columns.map(|columns| {
        Array2::from_shape_fn((truth.len(), classes.len()), |(row, class)| {
            columns[class][row]
        })
    });
    Ok(Some(Judged {
        predicted: Predicted::classes(truth, said, classes.len(), probabilities),
        classes,
        of: found.of,
        whose: "by networks that were not trained on the sample".to_owned(),
        note: " Areas are of the predictions of all folds together, those in tables are means of areas of single folds.",
        threshold: None,
    }))
}
