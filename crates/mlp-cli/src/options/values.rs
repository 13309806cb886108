//! Values of options, each read and checked where clap reads the option.

use std::path::PathBuf;

/// A folder to write to.
pub fn folder(text: &str) -> Result<PathBuf, String> {
    match text {
        "" => Err("the value is empty; name a folder".to_owned()),
        text => Ok(PathBuf::from(text)),
    }
}

/// A whole number.
pub fn whole(text: &str) -> Result<u64, String> {
    let number = text.parse();
    number.map_err(|_| format!("must be a whole number, 0 or more, not \"{text}\""))
}

/// A step that was recorded.
pub fn step(text: &str) -> Result<u64, String> {
    let step = mlp_train::Value::from_word(text).as_whole();
    step.ok_or_else(|| format!("must be a recorded step, not \"{text}\""))
}

/// A number of threads to train on.
pub fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("must be a whole number, 1 or more, not \"{text}\"")),
        Ok(threads) if threads > 4096 => Err(format!("{threads} is too many (4096 at most)")),
        Ok(threads) => Ok(threads),
    }
}
