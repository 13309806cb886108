//! Settings of schedules, read and written by name.

use super::{ScheduleContext, ScheduleDefinition, ScheduleSetting};
use crate::Error;

/// The schedule `name` with its defaults and the given settings.
pub(super) fn read<C: ScheduleDefinition>(
    name: &str,
    given: &[(&str, ScheduleSetting)],
    horizon: &ScheduleContext,
) -> Result<C, Error> {
    let mut course = C::fresh(horizon);
    for (key, value) in given {
        let mut slots = course.settings();
        let Some((_, slot)) = slots.iter_mut().find(|(known, _)| known == key) else {
            return Err(Error::ForeignSetting {
                setting: (*key).to_owned(),
                kind: "schedule",
                name: name.to_owned(),
                known: slots.iter().map(|(known, _)| *known).collect(),
            });
        };
        slot.set(value).map_err(|expected| Error::BadArgument {
            kind: "setting of the schedule",
            text: format!("{name}.{key}"),
            expected: format!("it must be {expected}"),
        })?;
    }
    Ok(course)
}

/// Every setting with its value.
pub(super) fn all<C: ScheduleDefinition>(course: &mut C) -> Vec<(&'static str, ScheduleSetting)> {
    let slots = course.settings();
    slots
        .iter()
        .map(|(name, slot)| (*name, slot.get()))
        .collect()
}
