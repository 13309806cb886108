//! One question each, runnable, each asserting its headline number:
//! `cargo run --release --example NAME`.

#![forbid(unsafe_code)]

/// The page of the library, whose programs are documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/rust.md")]
pub struct PageOfTheLibrary;

/// The first page, likewise.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct FirstPage;
