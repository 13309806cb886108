//! First examples, with `mlp-core` alone: `cargo run --release -p mlp-first --example textbook`.

#![forbid(unsafe_code)]
