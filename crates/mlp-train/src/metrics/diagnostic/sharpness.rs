//! The largest eigenvalue of the Hessian.

use mlp_core::Hessian;

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "sharpness",
    description: "largest Hessian eigenvalue of the training loss, and times eta/2",
    columns: &[
        DiagnosticColumn {
            name: "sharpness",
            each: Each::Network,
            description: "largest eigenvalue of the Hessian, by exact products (Lanczos, to 1e-9)",
        },
        DiagnosticColumn {
            name: "sharpness_eta_half",
            each: Each::Network,
            description: "sharpness times half the learning rate; descent is stable below 1",
        },
    ],
    traces: true,
    pairs: false,
    cost: Cost {
        record: 500.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    let mut hessian = Hessian::new(now.spec, now.parameters, now.samples)?;
    let sharpness = hessian.largest_eigenvalue(0);
    values.put("sharpness", sharpness);
    values.put("sharpness_eta_half", sharpness * now.rate / 2.0);
    Ok(())
}
