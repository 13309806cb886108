//! Checks sizes against free memory before allocating.

use crate::Error;

/// Assumed free memory where the system does not report it.
const UNKNOWN: u64 = 1 << 36;

/// Available memory in bytes: on Linux the kernel's estimate (`MemAvailable`), elsewhere 64 GiB.
pub(crate) fn available() -> u64 {
    let told = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| mem_available(&text));
    told.unwrap_or(UNKNOWN)
}

fn mem_available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
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
    fn the_kernels_estimate_is_read() {
        let text = "MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(mem_available(text), Some(20_480_000_000));
        assert_eq!(mem_available("MemAvailable: lots\n"), None);
    }

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
