//! What the sources of programs tell beside their functions, and that they raise no warning.

use super::{ensembles, run, rustc, write};
use crate::model_file::format::Format;

#[test]
fn sources_of_ensembles_tell_the_threshold() {
    for model in ensembles() {
        let source = |format: &str| {
            let bytes = Format::named(format).unwrap().write(&model, "ens");
            String::from_utf8(bytes.unwrap()).unwrap()
        };
        let (c, rust) = (source("c"), source("rust"));
        match model.parts().threshold {
            Some(threshold) => {
                assert!(
                    c.contains(&format!("#define ENS_THRESHOLD {threshold:?}\n")),
                    "{c}"
                );
                assert!(c.contains("return p[1] > ENS_THRESHOLD;"), "{c}");
                let constant = format!("pub const THRESHOLD: f64 = {threshold:?};\n");
                assert!(rust.contains(&constant), "{rust}");
                assert!(rust.contains("usize::from(second > THRESHOLD)"), "{rust}");
            }
            None => assert!(!c.contains("THRESHOLD") && !rust.contains("THRESHOLD")),
        }
    }
}

#[test]
fn sources_of_ensembles_raise_no_warning_where_little_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let mut lib = "#![allow(dead_code)]\n".to_owned();
    for (index, model) in ensembles().iter().enumerate() {
        let source = Format::named("rust").unwrap().write(model, "ens").unwrap();
        write(folder.path(), &format!("m{index}.rs"), source);
        lib += &format!("mod m{index};\n");
    }
    write(folder.path(), "lib.rs", lib);
    run(rustc(folder.path()).args(["--crate-type", "lib", "--emit", "metadata", "lib.rs"]));
}
