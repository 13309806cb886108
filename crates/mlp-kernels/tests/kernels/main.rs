//! The kernels from outside: bits against the oracle, elementary functions against true values.

mod cases;
mod functions;
mod levels;
mod packed;
mod packed_network;
mod references;
mod rows;
mod updates;
mod weighted_losses;
