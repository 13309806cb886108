//! How a single network ended.

use crate::{failure::CommandResult, nets::Nets};

/// How a single network ended.
pub struct Ending {
    pub status: String,
    pub last_step: i64,
    /// The rule that stopped it.
    pub stopped_by: Option<String>,
    /// The step whose parameters were kept as the best.
    pub best_step: Option<i64>,
    /// Whether a stopping rule was requested.
    pub rules: bool,
}

impl Ending {
    /// Reads it from the table of networks.
    pub fn read(nets: &Nets) -> CommandResult<Option<Self>> {
        let mut ending = None;
        let columns = ["status", "last_step", "stopped_by", "best_step"];
        nets.reader().scan(Some(&columns), &mut |part| {
            let text = |name: &str| part.texts(name)?.into_iter().next();
            let whole = |name: &str| text(name)?.parse().ok();
            if let (Some(status), Some(last_step)) = (text("status"), whole("last_step")) {
                ending.get_or_insert(Self {
                    status,
                    last_step,
                    stopped_by: text("stopped_by").filter(|rule| !rule.is_empty()),
                    best_step: whole("best_step"),
                    rules: part.column("stopped_by").is_some(),
                });
            }
            Ok(())
        })?;
        Ok(ending)
    }
}
