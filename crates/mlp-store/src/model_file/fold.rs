//! A network for prediction intervals as the JSON of model files has it.

use std::collections::BTreeMap;

use mlp_train::{
    AnyNetwork, FoldNetwork,
    storing::{Numbers, Tensor, tensors_of},
};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::scaling::{ImputationDto, ScalingDto};

/// A network that was trained without some rows, and how far it is off on these.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct FoldDto {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    imputation: Option<ImputationDto>,
    feature_scaling: ScalingDto,
    target_scaling: ScalingDto,
    /// Tensors by name, row after row.
    parameters: BTreeMap<String, Vec<f64>>,
    /// Residuals, row after row.
    residuals: Vec<Vec<f64>>,
}

impl FoldDto {
    pub(super) fn of(fold: &FoldNetwork) -> Self {
        let tensors = tensors_of(&fold.network).into_iter();
        Self {
            imputation: fold.imputer.as_ref().map(ImputationDto::from),
            feature_scaling: (&fold.feature_scaler).into(),
            target_scaling: (&fold.target_scaler).into(),
            parameters: tensors
                .map(|tensor| (tensor.name, tensor.numbers.to_f64()))
                .collect(),
            residuals: (fold.residuals.rows().into_iter())
                .map(|row| row.to_vec())
                .collect(),
        }
    }

    /// The network, of the shape and precision of the model's own.
    pub(super) fn fold(self, model: &AnyNetwork, features: usize) -> Result<FoldNetwork, String> {
        let architecture = model.architecture();
        let outputs = architecture.outputs();
        let mut parameters = self.parameters;
        let tensors = architecture.tensors().into_iter().map(|part| {
            let numbers = parameters.remove(&part.name).unwrap_or_default();
            let numbers = Numbers::of(model.precision(), &numbers);
            match numbers.len() == part.shape.iter().product::<usize>() {
                true => Ok(Tensor {
                    name: part.name,
                    shape: part.shape,
                    numbers,
                }),
                false => Err(format!(
                    "the tensor {} of a network for prediction intervals does not hold {:?} numbers",
                    part.name, part.shape
                )),
            }
        });
        let tensors = tensors.collect::<Result<Vec<_>, String>>()?;
        let rows = self.residuals.len();
        let residuals: Vec<f64> = self.residuals.concat();
        let is_residual = |residual: &f64| residual.is_finite() && *residual >= 0.0;
        let residuals = Array2::from_shape_vec((rows, outputs), residuals).ok();
        let residuals = residuals
            .filter(|residuals| rows > 0 && residuals.iter().all(is_residual))
            .ok_or("its residuals for prediction intervals are not a number from 0 on for each row and output")?;
        Ok(FoldNetwork {
            network: AnyNetwork::from_tensors(architecture.clone(), model.precision(), &tensors)?,
            imputer: (self.imputation.map(|stored| stored.imputer(features))).transpose()?,
            feature_scaler: self.feature_scaling.scaler(features)?,
            target_scaler: self.target_scaling.scaler(outputs)?,
            residuals,
        })
    }
}
