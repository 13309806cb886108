//! What files say of the run that made them.

use std::{fs::File, path::Path};

use mlp_core::ENGINE;
use mlp_store::npz;
use mlp_train::{Experiment, Kind, ResolvedExperiment, experiment_file};
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::{Scratch, results, run, short};

const KEYS: [&str; 3] = ["experiment", "engine", "version"];

/// What a table says of its run.
fn of_table(path: &Path) -> Vec<String> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let said = reader.metadata().file_metadata().key_value_metadata();
    let said = said.unwrap();
    assert_eq!(said.iter().map(|fact| &*fact.key).collect::<Vec<_>>(), KEYS);
    said.iter()
        .map(|fact| fact.value.clone().unwrap())
        .collect()
}

/// What an archive says of its run.
fn of_archive(path: &Path) -> Vec<String> {
    let arrays = npz::read(path).unwrap();
    KEYS.map(|key| arrays.get(key).unwrap().words().unwrap()[0].clone())
        .to_vec()
}

#[test]
fn a_file_alone_tells_how_to_make_it_again() {
    let scratch = Scratch::new();
    let settings = ["nets=3", "sweep.hidden=3,none", "save_weights=last"];
    let map = ["x=learning_rate=0.1,1", "y=weight_decay=0,1e-3"];
    for (kind, settings, tables, archives) in [
        (
            Kind::Population,
            &settings[..],
            &["nets", "series", "stats"][..],
            &["weights-0", "weights-1"][..],
        ),
        (Kind::Map, &map[..], &["nets", "series"], &["map"]),
        (Kind::Train, &[], &["nets", "series"], &[]),
    ] {
        let first = scratch.path(&format!("{kind:?}"));
        run(short(kind, settings), &first);
        let tables = tables
            .iter()
            .map(|name| of_table(&first.join(format!("{name}.parquet"))));
        let archives = archives
            .iter()
            .map(|name| of_archive(&first.join(format!("{name}.npz"))));
        let mut said: Vec<Vec<String>> = tables.chain(archives).collect();
        said.dedup();
        let [facts] = &said[..] else {
            panic!("every file says the same: {said:?}");
        };
        assert_eq!(facts[1..], [ENGINE, env!("CARGO_PKG_VERSION")]);
        assert!(!facts[0].contains(scratch.path("").to_str().unwrap()));
        // Nothing but the folder's own file knows of figures.
        let again = scratch.path(&format!("{kind:?}-again"));
        let file = experiment_file::parse(&facts[0], Path::new("facts")).unwrap();
        let mut author = Experiment::new(file.kind.unwrap());
        file.layer.apply(&mut author).unwrap();
        run(ResolvedExperiment::new(&author, None).unwrap(), &again);
        let without_own = |path: &Path| {
            let files = results(path).into_iter();
            files
                .filter(|(name, _)| name != "experiment.toml")
                .collect::<Vec<_>>()
        };
        assert!(without_own(&again) == without_own(&first), "{kind:?}");
    }
}
