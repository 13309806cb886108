//! Unknown keys, and keys that were renamed.

use std::fmt;

/// Former paths of keys, as in the files of earlier runs, with the current ones.
const RENAMED: [(&str, &str); 1] = [("training.measure", "training.diagnostics")];

/// The current name of a former path or name.
pub fn renamed(key: &str) -> Option<&'static str> {
    let mut all = RENAMED.iter();
    all.find_map(|(before, now)| match key.contains('.') {
        true => (key == *before).then_some(*now),
        false => {
            (before.rsplit('.').next() == Some(key)).then(|| now.rsplit('.').next().unwrap_or(now))
        }
    })
}

/// The first path of a key, which digests of experiments use permanently.
pub(crate) fn first_path(path: &'static str) -> &'static str {
    let mut all = RENAMED.iter();
    all.find_map(|(before, now)| (path == *now).then_some(*before))
        .unwrap_or(path)
}

/// A key that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key as written.
    pub key: String,
    /// The current name of the key, where it was renamed.
    pub now: Option<&'static str>,
    /// The nearest key, if one is near.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match (self.now, self.nearest) {
            (Some(now), _) => write!(f, "\"{key}\" is now called \"{now}\""),
            (None, Some(nearest)) => {
                write!(f, "unknown key \"{key}\"; did you mean \"{nearest}\"?")
            }
            (None, None) => write!(f, "unknown key \"{key}\" (mlp list keys)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_before_lead_to_those_of_now() {
        for (before, now) in RENAMED {
            assert_eq!(renamed(before), Some(now));
            assert_eq!(first_path(now), before);
            assert!(crate::Key::parse(now).is_ok() && crate::Key::parse(before).is_err());
        }
        assert_eq!(renamed("measure"), Some("diagnostics"));
        assert_eq!(renamed("training.diagnostics"), None);
        assert_eq!(first_path("training.metrics"), "training.metrics");
    }
}
