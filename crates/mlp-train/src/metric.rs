//! Names of the metrics that records hold, which are the columns of the tables.

/// Metrics of every record, in the order of the columns. Beside them stand `weight_norm_0`,
/// `bias_norm_0` and so on, one a layer.
pub const NAMES: &[&str] = &[
    "train_loss",
    "test_loss",
    "validation_loss",
    "train_accuracy",
    "test_accuracy",
    "validation_accuracy",
    "train_r2",
    "test_r2",
    "validation_r2",
    "train_rmse",
    "test_rmse",
    "validation_rmse",
    "weight_norm",
    "bias_norm",
    "grad_norm",
];

/// Whether a metric has this name.
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name) || layer_of(name).is_some()
}

/// The layer of a layer's norm: 1 for `weight_norm_1`.
pub fn layer_of(name: &str) -> Option<usize> {
    let index = name
        .strip_prefix("weight_norm_")
        .or_else(|| name.strip_prefix("bias_norm_"))?;
    index.parse().ok()
}

/// Whether a larger value is the better one; `None` where neither is (norms).
pub fn larger_is_better(name: &str) -> Option<bool> {
    match name.rsplit('_').next() {
        Some("accuracy" | "r2") => Some(true),
        Some("loss" | "rmse") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_of_layers_are_metrics() {
        assert!(exists("test_loss") && exists("weight_norm_0") && exists("bias_norm_12"));
        assert!(!exists("weight_norm_") && !exists("loss") && !exists("train_norm_0"));
        assert_eq!(layer_of("weight_norm_3"), Some(3));
        assert_eq!(larger_is_better("test_r2"), Some(true));
        assert_eq!(larger_is_better("train_loss"), Some(false));
        assert_eq!(larger_is_better("weight_norm"), None);
    }
}
