//! One question each; see `examples/examples/*.rs`.
