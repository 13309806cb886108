//! The function that a classifier computes, on points of one's own: see [`function`](super::function).

use super::{
    function::answers,
    group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values},
};
use crate::error::Error;

/// The group's name.
pub(crate) const ON_POINTS: &str = "function_on_points";

pub(super) const GROUP: Group = Group {
    name: ON_POINTS,
    description: "as function, of the points of --predict-on; function records it where there are some",
    columns: &[
        DiagnosticColumn {
            name: "function_on_points",
            each: Each::Network,
            description: "hash of 52 bits of the predicted labels of the points of --predict-on, in their order",
        },
        DiagnosticColumn {
            name: "positives_on_points",
            each: Each::Network,
            description: "points of --predict-on whose predicted class is not the first; of several labels \
                          those with any",
        },
    ],
    traces: true,
    pairs: false,
    cost: Cost {
        record: 20.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    let Some(points) = now.points.filter(|points| points.nrows() > 0) else {
        return Ok(());
    };
    let traces = mlp_core::trace(&now.spec.architecture, now.parameters, points.view())?;
    if let Some(last) = traces.last()
        && let Some((function, positives)) = answers(now, &last.y)?
    {
        values.put("function_on_points", function);
        values.put("positives_on_points", positives);
    }
    Ok(())
}
