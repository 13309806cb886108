//! The commands, one a file.

pub mod bench;
pub mod data;
pub mod evaluate;
pub mod experiment;
pub mod export;
pub mod list;
pub mod plot;
pub mod predict;
pub mod replay;
pub mod resume;
pub mod tour;
pub mod verify;
pub mod zoom;
