//! Whether data have the classes of a network in the order of its outputs.

use std::path::Path;

use mlp_data::Dataset;

use crate::error::Error;

/// Refuses data whose classes are those of the network at `path`, in another order: each of its outputs would be taken for
/// that of another class. A network of other classes may be trained anew on these.
///
/// # Errors
/// [`Error::Key`]: both orders.
pub(crate) fn check_class_order(
    key: &str,
    path: &Path,
    trained: Option<&[String]>,
    dataset: &Dataset,
) -> Result<(), Error> {
    let (Some(trained), Some(found)) = (trained, dataset.class_names()) else {
        return Ok(());
    };
    let same = trained.len() == found.len() && trained.iter().all(|class| found.contains(class));
    if trained == found || !same {
        return Ok(());
    }
    let way = match trained {
        [_, second] => format!(
            "take them in its order with --positive {second}, as without --positive where that is the table's, or train anew"
        ),
        _ => "give data with its order, or train anew".to_owned(),
    };
    Err(Error::key(
        key,
        format!(
            "{} is of a network with the classes {}, in this order, and these data have them as {}; {way}",
            path.display(),
            trained.join(", "),
            found.join(", ")
        ),
    ))
}

#[cfg(test)]
mod tests {
    use mlp_data::Targets;
    use ndarray::Array2;

    use super::*;

    #[test]
    fn the_same_classes_in_another_order_are_refused() {
        let told = |trained: &[&str], found: &[&str]| {
            let names = |names: &[&str]| {
                names
                    .iter()
                    .map(|&name| name.to_owned())
                    .collect::<Vec<_>>()
            };
            let targets = Targets::Classes {
                labels: (0..found.len() as u32).collect(),
                names: names(found),
            };
            let inputs = Array2::zeros((found.len(), 1));
            let data = Dataset::new("t", vec!["x".to_owned()], inputs, targets).unwrap();
            let path = Path::new("m");
            check_class_order("continue", path, Some(&names(trained)), &data)
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(told(&["no", "yes"], &["no", "yes"]), None);
        assert_eq!(told(&["no", "yes"], &["a", "b"]), None);
        let two = told(&["no", "yes"], &["yes", "no"]).unwrap();
        assert!(
            two.contains("the classes no, yes, in this order, and these data have them as yes, no")
                && two.contains("--positive yes"),
            "{two}"
        );
        let three = told(&["a", "b", "c"], &["b", "a", "c"]).unwrap();
        assert!(
            three.contains("train anew") && !three.contains("--positive"),
            "{three}"
        );
    }
}
