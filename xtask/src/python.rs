//! Python programs in their own virtual environments.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::command::{root, run};

/// The Python of the virtual environment `target/<name>` with what the file `requirements` names
/// installed; made where it is missing.
pub fn environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = root().join("target").join(name);
    let python = folder.join("bin/python");
    if !python.exists() {
        run(
            "virtual environment",
            Command::new("python3").args(["-m", "venv"]).arg(&folder),
        )?;
    }
    run(
        "packages",
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check", "-r"])
            .arg(requirements),
    )?;
    Ok(python)
}
