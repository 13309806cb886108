//! One question each, runnable, each asserting its headline number:
//! `cargo run --release --example NAME`.

#![forbid(unsafe_code)]
