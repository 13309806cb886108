//! Calls of readers of other crates, some of which panic on damaged bytes: that is an error of the file.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls a reader; what the call was given is not used again after an error.
///
/// # Errors
/// What the call returns, and what `damaged` makes of a panic.
pub fn guarded<T, E>(
    call: impl FnOnce() -> Result<T, E>,
    damaged: impl FnOnce() -> E,
) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(damaged()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let bytes: &[u8] = &[];
        let read = guarded(|| Ok::<u8, &str>(bytes[bytes.len()]), || "damaged");
        assert_eq!(read, Err("damaged"));
        assert_eq!(
            guarded(|| Err::<u8, _>("short"), || "damaged"),
            Err("short")
        );
    }
}
