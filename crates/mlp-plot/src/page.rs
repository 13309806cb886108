//! The front end of a report: what its scripts are given, and the scripts themselves, joined from the modules in the folder `page`
//! of this crate, which cannot import one another where a page is opened from disk.

mod columns;
mod curves;
mod dark;
mod frames;
mod json;
mod networks;
mod picker;
mod script;

pub use curves::CurveAnswers;
pub(crate) use dark::rules as dark_rules;
pub use frames::{StepFrame, StepFrames};
pub use networks::{EarlierRecords, NetworkColumn, NetworkTable, NetworkValues, UsualColumns};
pub use picker::{CellState, Picker};
pub(crate) use script::script;

/// Colours and layout of a report.
pub(crate) const STYLE: &str = include_str!("../page/report.css");
