//! The Lyapunov exponent: how fast trainings from nearby starts diverge.

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "lyapunov",
    description: "finite-time Lyapunov exponent, from a twin that starts a tiny distance away (doubles the cost)",
    columns: &[DiagnosticColumn {
        name: "lyapunov",
        each: Each::Network,
        description: "ln(distance to the twin / distance at the start) / steps; above 0 nearby starts diverge",
    }],
    traces: false,
    pairs: false,
    cost: Cost {
        record: 0.0,
        update: 1.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    if let Some(exponent) = now.exponent {
        values.put("lyapunov", exponent);
    }
    Ok(())
}
