//! The rule of a target.

use super::rules::RuleInfo;

pub(super) const INFO: RuleInfo = RuleInfo {
    name: "until",
    description: "stop when a loss or score of a part is good enough, as in test_accuracy>=0.98",
    source: "time to accuracy, as in MLPerf",
    chooses: false,
    watches: |stopping, part| {
        (stopping.until.as_ref()).is_some_and(|target| target.metric().part() == Some(part))
    },
    start: |stopping| Some(Box::new(stopping.until.clone()?)),
};
