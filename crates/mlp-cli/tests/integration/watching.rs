//! `mlp train --watch`, where there is no terminal to watch on.

use crate::refused;

#[test]
fn what_cannot_be_watched_is_refused_before_anything_is_trained() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let out = out.to_str().unwrap();
    let cases: [(&[&str], &str); 4] = [
        (&[], "--watch draws on a terminal"),
        (
            &["--folds", "3"],
            "shows one training, and this experiment has 3",
        ),
        (&["--json"], "--watch and --json contradict each other"),
        (
            &["--dry-run"],
            "--watch and --dry-run contradict each other",
        ),
    ];
    for (options, reason) in cases {
        let arguments = [&["train", "iris", "--watch", "-o", out], options].concat();
        let message = refused(&arguments, 2);
        assert!(message.contains(reason), "{message}");
        assert!(!folder.path().join("run").exists());
    }
}
