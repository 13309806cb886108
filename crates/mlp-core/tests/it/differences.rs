//! The largest difference from a peer seen in each case of a fixture.
//!
//! `cargo xtask parity` runs the parity tests with the variable `MLP_PARITY` naming a folder, where
//! each test leaves what it has seen, and makes `docs/parity.md` of it.

use std::{cell::RefCell, collections::BTreeMap, env, fs, path::PathBuf};

thread_local! {
    /// By case: the largest relative difference and its bound. A test has a thread of its own.
    static SEEN: RefCell<BTreeMap<String, (f64, f64)>> = const { RefCell::new(BTreeMap::new()) };
}

/// Holds a number against the peer's, relative to it, and remembers how far apart they are. `what`
/// begins with the case's name; more may follow a comma or a space.
pub(crate) fn assert_within(found: f64, expected: f64, bound: f64, what: &str) {
    let difference = (found - expected).abs();
    let relative = match difference == 0.0 {
        true => 0.0,
        false => difference / expected.abs(),
    };
    assert!(
        relative <= bound,
        "{what}: {found:e} for {expected:e}, {relative:e} apart"
    );
    let case = what.split([',', ' ']).next().unwrap_or_default().to_owned();
    SEEN.with_borrow_mut(|seen| {
        let entry = seen.entry(case).or_insert((0.0, bound));
        entry.0 = if relative > entry.0 {
            relative
        } else {
            entry.0
        };
        entry.1 = if bound > entry.1 { bound } else { entry.1 };
    });
}

/// Leaves what was seen in the folder that `MLP_PARITY` names, under the fixture's name and a part
/// of it, and forgets it.
pub(crate) fn publish(fixture: &str, part: &str) {
    let seen = SEEN.take();
    assert!(!seen.is_empty(), "{fixture}: nothing was compared");
    if let Some(folder) = env::var_os("MLP_PARITY") {
        let cases: serde_json::Map<String, serde_json::Value> = seen
            .into_iter()
            .map(|(case, (difference, bound))| {
                let row = serde_json::json!({"difference": difference, "bound": bound});
                (case, row)
            })
            .collect();
        let text = serde_json::to_string(&cases).unwrap();
        let path = PathBuf::from(folder).join(format!("{fixture}.{part}.json"));
        fs::write(path, text).unwrap();
    }
}
