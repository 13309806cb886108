//! The ends of a model's prediction intervals.

use mlp_core::Level;
use mlp_data::{Dataset, TargetTransform, Targets};
use ndarray::{Array2, ArrayView2, Axis};

use super::{
    Model, ModelParts, OutputMeaning, Prediction,
    intervals::{Ends, FoldNetwork, Intervals},
};
use crate::error::Error;

impl Model {
    /// This network as one for intervals, which was trained on other rows than these of `dataset`, whose features are the
    /// model's.
    pub(crate) fn fold_network(
        &self,
        dataset: &Dataset,
        rows: &[usize],
        level: Level,
    ) -> Result<FoldNetwork, Error> {
        let parts = self.parts();
        let (OutputMeaning::Values { scaler, .. }, Targets::Values { values, .. }) =
            (&parts.answers, dataset.targets())
        else {
            return Err(Error::Model("predicts no numbers".to_owned()));
        };
        let mut fold = FoldNetwork {
            network: parts.network.clone(),
            imputer: parts.imputer.clone(),
            feature_scaler: parts.feature_scaler.clone(),
            target_scaler: scaler.clone(),
            residuals: Array2::zeros((0, 0)),
        };
        let inputs = dataset.inputs().select(Axis(0), rows);
        let said = said(&fold, self, &inputs.view(), true, level)?;
        let transform = scaler.transform_of_values();
        fold.residuals = values.select(Axis(0), rows).mapv(|y| transform.apply(y)) - said;
        fold.residuals.mapv_inplace(f64::abs);
        Ok(fold)
    }

    /// The same model with what its prediction intervals come from.
    pub(crate) fn with_intervals(mut self, intervals: Option<Intervals>) -> Self {
        self.parts.intervals = intervals;
        self
    }

    /// What its prediction intervals come from, where it has any.
    pub fn intervals(&self) -> Option<&Intervals> {
        self.parts.intervals.as_ref()
    }

    /// The intervals of this coverage at `rows`, as [`predict_at`](Self::predict_at) takes them, each output for itself.
    ///
    /// # Errors
    /// A model without intervals; a coverage that is none, or of which there are too few residuals; what
    /// [`predict_at`](Self::predict_at) refuses.
    pub fn predict_intervals(
        &self,
        rows: &ArrayView2<'_, f64>,
        coverage: f64,
        level: Level,
    ) -> Result<Ends, Error> {
        self.ends(rows, false, coverage, level)
    }

    /// The same at the rows of a data set whose features are the model's.
    ///
    /// # Errors
    /// As [`predict_intervals`](Self::predict_intervals).
    pub fn intervals_of(
        &self,
        dataset: &Dataset,
        coverage: f64,
        level: Level,
    ) -> Result<Ends, Error> {
        self.ends(&dataset.inputs(), true, coverage, level)
    }

    fn ends(
        &self,
        rows: &ArrayView2<'_, f64>,
        computed: bool,
        coverage: f64,
        level: Level,
    ) -> Result<Ends, Error> {
        let Some(intervals) = self.intervals() else {
            return Err(Error::Model(match self.answers() {
                OutputMeaning::Values { .. } => {
                    "has no prediction intervals; only mlp train gives a model them, with --interval-folds 10".to_owned()
                }
                OutputMeaning::Classes(_) | OutputMeaning::Labels(_) => {
                    "has no prediction intervals, which are of numbers; its answers are probabilities".to_owned()
                }
            }));
        };
        let place = intervals.place(coverage)?;
        let count = intervals.rows();
        let transform = match self.answers() {
            OutputMeaning::Values { scaler, .. } => scaler.transform_of_values(),
            OutputMeaning::Classes(_) | OutputMeaning::Labels(_) => TargetTransform::None,
        };
        // Each fold's network stands in for the model's own; the others need not be copied with it.
        let mut own = self.clone();
        own.parts.intervals = None;
        let said: Vec<Array2<f64>> = (intervals.folds.iter())
            .map(|fold| said(fold, &own, rows, computed, level))
            .collect::<Result<_, Error>>()?;
        let shape = (rows.nrows(), said.first().map_or(0, Array2::ncols));
        let mut ends = Ends {
            lower: Array2::zeros(shape),
            upper: Array2::zeros(shape),
        };
        let mut numbers = Vec::with_capacity(count);
        for ((row, output), upper) in ends.upper.indexed_iter_mut() {
            // The n + 1 - p-th smallest of differences is the p-th smallest of their negatives, with its sign turned.
            for (sign, end) in [(1.0, upper), (-1.0, &mut ends.lower[[row, output]])] {
                numbers.clear();
                for (fold, said) in intervals.folds.iter().zip(&said) {
                    let said = sign * said[[row, output]];
                    numbers.extend(fold.residuals.column(output).iter().map(|&r| said + r));
                }
                let (_, found, _) = numbers.select_nth_unstable_by(place - 1, f64::total_cmp);
                *end = transform.inverse(sign * *found);
            }
        }
        Ok(ends)
    }
}

/// What it says of rows `[rows, features]`, or of columns that features are computed from, before a transform is taken
/// back: `[rows, outputs]`.
fn said(
    fold: &FoldNetwork,
    of: &Model,
    rows: &ArrayView2<'_, f64>,
    computed: bool,
    level: Level,
) -> Result<Array2<f64>, Error> {
    let parts = of.parts();
    let OutputMeaning::Values { names, .. } = &parts.answers else {
        return Err(Error::Model("predicts no numbers".to_owned()));
    };
    let model = Model::from_parts(ModelParts {
        network: fold.network.clone(),
        imputer: fold.imputer.clone(),
        feature_scaler: fold.feature_scaler.clone(),
        answers: OutputMeaning::Values {
            names: names.clone(),
            scaler: fold
                .target_scaler
                .clone()
                .with_transform(TargetTransform::None),
        },
        intervals: None,
        ..parts.clone()
    });
    let said = match computed {
        true => model.predict_computed(rows, level)?,
        false => model.predict_at(rows, level)?,
    };
    match said {
        Prediction::Values(values) => Ok(values),
        _ => Err(Error::Model("predicts no numbers".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use mlp_core::{Activation, Architecture, Loss, Network};
    use mlp_data::{ScaleKind, Scaler};
    use ndarray::array;

    use super::*;
    use crate::model::{AnyNetwork, ModelOrigin, Weighting};

    /// `y = slope x` in f64.
    fn line(slope: f64) -> AnyNetwork {
        let line = Architecture::new(1).layer(1, Activation::Identity);
        Network::new(line, vec![slope, 0.0]).unwrap().into()
    }

    fn model(transform: TargetTransform, folds: Vec<(f64, Array2<f64>)>) -> Model {
        let scaler = Scaler::identity(1).with_transform(transform);
        let fold = |(slope, residuals)| FoldNetwork {
            network: line(slope),
            imputer: None,
            feature_scaler: Scaler::from_parts(ScaleKind::Standard, vec![0.0], vec![1.0]).unwrap(),
            target_scaler: scaler.clone(),
            residuals,
        };
        Model::from_parts(ModelParts {
            network: line(1.0),
            members: Vec::new(),
            loss: Loss::SquaredError,
            loss_scale: 1.0,
            weighting: Weighting::default(),
            data: "line".to_owned(),
            features: vec!["x".to_owned()],
            expansion: None,
            one_hot: Vec::new(),
            imputer: None,
            feature_scaler: Scaler::identity(1),
            answers: OutputMeaning::Values {
                names: vec!["y".to_owned()],
                scaler: scaler.clone(),
            },
            threshold: None,
            intervals: Some(Intervals {
                folds: folds.into_iter().map(fold).collect(),
            }),
            target_columns: vec!["y".to_owned()],
            table_format: None,
            left_out: Vec::new(),
            origin: ModelOrigin::default(),
        })
    }

    /// By hand: at x = 10 two folds say 10 and 20, and the sums are 11, 12, 13, 14, 15 and 21, 22, 23, 24.
    #[test]
    fn ends_are_the_places_that_the_paper_names() {
        let folds = vec![
            (1.0, array![[1.0], [2.0], [3.0], [4.0], [5.0]]),
            (2.0, array![[1.0], [2.0], [3.0], [4.0]]),
        ];
        let model = model(TargetTransform::None, folds);
        let at = |coverage| {
            let ends = model.predict_intervals(&array![[10.0]].view(), coverage, Level::best());
            ends.map(|ends| (ends.lower[[0, 0]], ends.upper[[0, 0]]))
        };
        // Places 9 and 1 of 9, then 8 and 2: differences are 5, 6, 7, 8, 9, 16, 17, 18, 19.
        assert_eq!(at(0.9).unwrap(), (5.0, 24.0));
        assert_eq!(at(0.8).unwrap(), (6.0, 23.0));
        assert_eq!(at(0.5).unwrap(), (9.0, 15.0));
        let few = at(0.95).unwrap_err().to_string();
        assert!(
            few.contains("9 rows") && few.contains("at most 0.900"),
            "{few}"
        );
        assert!(at(1.0).is_err() && at(f64::NAN).is_err());
        // 800 of 801 is 0.99875, below 0.999.
        let intervals = Intervals {
            folds: vec![FoldNetwork {
                residuals: Array2::zeros((800, 1)),
                ..model.intervals().unwrap().folds[0].clone()
            }],
        };
        let few = intervals.place(0.999).unwrap_err().to_string();
        assert!(few.contains("at most 0.998"), "{few}");
        assert!(intervals.place(0.998).is_ok());
        // Place 3 of sums is 13 and place 7 of differences 17: an interval of coverage 0.3 would be empty.
        let empty = at(0.3).unwrap_err().to_string();
        assert!(empty.contains("may be empty"), "{empty}");
        // Two folds of 9 rows: 1 - 0.2 - min(1 / 5.5, 7 / 27).
        let guarantee = model.intervals().unwrap().guarantee(0.9);
        assert!((guarantee - (0.8 - 1.0 / 5.5)).abs() < 1e-12, "{guarantee}");
    }

    #[test]
    fn ends_of_logarithms_are_taken_back() {
        let model = model(
            TargetTransform::Log,
            vec![(1.0, array![[0.5], [0.25], [0.125]])],
        );
        let ends = model.predict_intervals(&array![[2.0]].view(), 0.75, Level::best());
        let ends = ends.unwrap();
        let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-14;
        assert!(close(ends.upper[[0, 0]], 2.5f64.exp()), "{ends:?}");
        assert!(close(ends.lower[[0, 0]], 1.5f64.exp()), "{ends:?}");
    }
}
