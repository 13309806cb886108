//! Checks sizes against free memory before allocating.

mod limits;

use crate::Error;

/// Assumed free memory where the system does not report it.
const UNKNOWN: u64 = 1 << 36;

/// Bytes of memory that can still be taken: on Linux the least of what the kernel has (`MemAvailable`), what the control
/// groups of the process allow (a container's limit, say) and what `ulimit -v` does; `None` where the system does not tell.
pub fn available_memory() -> Option<u64> {
    limits::left()
}

/// The same, or 64 GiB where the system does not tell.
fn available() -> u64 {
    available_memory().unwrap_or(UNKNOWN)
}

/// Refuses so many bytes for `what` where less memory is free.
///
/// # Errors
/// [`Error::TooLarge`].
pub fn check_memory(what: &str, bytes: usize) -> Result<(), Error> {
    check(
        || what.to_owned(),
        bytes as u128,
        "use fewer rows or columns",
    )
}

/// Refuses `needed` bytes for `what` where less is free.
pub(crate) fn check(
    what: impl FnOnce() -> String,
    needed: u128,
    advice: &'static str,
) -> Result<(), Error> {
    let available = available();
    // A single allocation is bounded by the address space too.
    if needed > u128::from(available) || needed > isize::MAX as u128 {
        return Err(Error::TooLarge {
            what: what(),
            needed,
            available,
            advice,
        });
    }
    Ok(())
}

/// Reserves room for `more` values, at least doubling, so that `what` of unknown length can grow.
pub(crate) fn make_room<T>(
    values: &mut Vec<T>,
    more: usize,
    what: impl Fn() -> String,
) -> Result<(), Error> {
    const LEAST: usize = 1024;
    let advice = "use fewer rows or columns";
    if values.capacity() - values.len() >= more {
        return Ok(());
    }
    let wanted = (values.len().saturating_add(more))
        .max(values.len().saturating_mul(2))
        .max(LEAST);
    let needed = wanted as u128 * size_of::<T>() as u128;
    check(&what, needed, advice)?;
    values
        .try_reserve_exact(wanted - values.len())
        .map_err(|_| Error::TooLarge {
            what: what(),
            needed,
            available: available(),
            advice,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_machine_has_is_refused() {
        let error = check(|| "a test".to_owned(), 1 << 100, "take less").unwrap_err();
        assert!(error.to_string().starts_with("a test needs "), "{error}");
        check(|| "a test".to_owned(), 1, "take less").unwrap();
        let mut values: Vec<f64> = Vec::new();
        make_room(&mut values, 10, || "a test".to_owned()).unwrap();
        assert!(values.capacity() >= 10);
        make_room(&mut values, usize::MAX, || "a test".to_owned()).unwrap_err();
    }
}
