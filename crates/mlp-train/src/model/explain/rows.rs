//! Rows in the order of a model's features, and which of them belong to one column.

use mlp_core::Level;
use mlp_data::{Dataset, source_columns, table::OneHot};
use ndarray::{Array2, ArrayView2};

use crate::{
    error::Error,
    metrics::score::Predicted,
    model::{Model, Prediction},
};

/// A column of the table.
#[derive(Clone, Debug)]
pub(super) struct TableColumn<'m> {
    /// Its name there.
    pub(super) name: String,
    /// The positions of its values in the rows.
    pub(super) places: Vec<usize>,
    /// Its categories, where it is categorical.
    pub(super) categories: Option<&'m OneHot>,
}

/// The rows of a data set in the order of a model's features, in original units, `[rows, features]`.
#[derive(Debug)]
pub(super) struct ModelRows<'m> {
    model: &'m Model,
    dataset: &'m Dataset,
    level: Level,
    pub(super) values: Array2<f64>,
    pub(super) columns: Vec<TableColumn<'m>>,
}

impl<'m> ModelRows<'m> {
    pub(super) fn of(model: &'m Model, dataset: &'m Dataset, level: Level) -> Result<Self, Error> {
        // Inputs that the model computes from two features are not columns of a table.
        let raw = model.expansion().is_some() && dataset.feature_names() != model.features();
        let (values, features, one_hot) = match raw {
            true => (
                dataset.inputs().to_owned(),
                dataset.feature_names(),
                &[][..],
            ),
            false => {
                let known = dataset.aligned(model.features(), model.one_hot())?;
                (known.inputs().to_owned(), model.features(), model.one_hot())
            }
        };
        let column = |name: String| {
            let categories = one_hot.iter().find(|known| known.column == name);
            let own = |feature: &String| match categories {
                Some(known) => known.feature_names().any(|one| one == *feature),
                None => *feature == name,
            };
            let places = features.iter().enumerate();
            let places = places.filter(|(_, feature)| own(feature));
            TableColumn {
                places: places.map(|(place, _)| place).collect(),
                name,
                categories,
            }
        };
        let columns = source_columns(features, one_hot);
        Ok(Self {
            model,
            dataset,
            level,
            columns: columns.into_iter().map(column).collect(),
            values,
        })
    }

    /// The column of this name.
    pub(super) fn column(&self, name: &str) -> Result<&TableColumn<'m>, Error> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(|column| &*column.name).collect();
            Error::Model(format!(
                "has no column `{name}`; its columns are {}",
                known.join(", ")
            ))
        })
    }

    /// The predictions of the model for rows like these.
    pub(super) fn answer(&self, values: &ArrayView2<'_, f64>) -> Result<Prediction, Error> {
        if values.ncols() == self.model.features().len() {
            return self.model.predict_computed(values, self.level);
        }
        self.model.predict_at(values, self.level)
    }

    /// The same with the true targets of the data set's rows and their weights.
    pub(super) fn judge(&self, values: &ArrayView2<'_, f64>) -> Result<Predicted, Error> {
        let predicted = self.model.beside(self.answer(values)?, self.dataset)?;
        Ok(match self.dataset.weights() {
            Some(weights) => predicted.with_weights(weights.to_vec()),
            None => predicted,
        })
    }

    /// The weight of a row.
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.dataset.weights().map_or(1.0, |weights| weights[row])
    }
}
