//! Scalings and stand-ins as the JSON of model files has them.

use mlp_data::{Imputer, ScaleKind, Scaler, TargetTransform, names::so_many};
use serde::{Deserialize, Serialize};

/// A scaling.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ScalingDto {
    kind: String,
    /// What is taken of targets before; absent where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transform: Option<String>,
    offset: Vec<f64>,
    factor: Vec<f64>,
}

/// What stands in for missing features.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ImputationDto {
    kind: String,
    fill: Vec<f64>,
}

impl From<&Scaler> for ScalingDto {
    fn from(scaler: &Scaler) -> Self {
        Self {
            kind: scaler.kind().to_string(),
            transform: Some(scaler.transform_of_values())
                .filter(|&transform| transform != TargetTransform::None)
                .map(|transform| transform.to_string()),
            offset: scaler.offset().to_vec(),
            factor: scaler.factor().to_vec(),
        }
    }
}

impl ScalingDto {
    /// The scaling of so many columns.
    pub(super) fn scaler(self, columns: usize) -> Result<Scaler, String> {
        let kind: ScaleKind = self.kind.parse().map_err(text)?;
        let transform = match &self.transform {
            Some(name) => name.parse().map_err(text)?,
            None => TargetTransform::None,
        };
        let scaler = Scaler::from_parts(kind, self.offset, self.factor).map_err(text)?;
        let scaler = scaler.with_transform(transform);
        match scaler.columns() == columns {
            true => Ok(scaler),
            false => Err(format!(
                "it scales {}, but there are {columns}",
                so_many(scaler.columns() as u64, "column")
            )),
        }
    }
}

impl From<&Imputer> for ImputationDto {
    fn from(imputer: &Imputer) -> Self {
        Self {
            kind: imputer.kind().to_string(),
            fill: imputer.fill().to_vec(),
        }
    }
}

impl ImputationDto {
    /// The stand-ins of so many columns.
    pub(super) fn imputer(self, columns: usize) -> Result<Imputer, String> {
        let kind = self.kind.parse().map_err(text)?;
        let imputer = Imputer::from_parts(kind, self.fill).map_err(text)?;
        match imputer.columns() == columns {
            true => Ok(imputer),
            false => Err(format!(
                "it names {} stand-ins for missing features, and the network has {columns}",
                imputer.columns()
            )),
        }
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
