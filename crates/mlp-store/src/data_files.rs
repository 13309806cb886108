//! Data from files and from standard input, with digests that show whether they have changed.

use std::{path::Path, sync::Arc};

use mlp_data::{
    Dataset,
    table::{CsvOptions, FeatureOptions, read_csv},
};
use ndarray::Array2;

use crate::{
    Error,
    files::read::{check_is_file, identified},
    model_file::{self, ReadTensors, read_tensors},
    npz,
    run_directory::{MODEL, model_path},
    state_file,
};
use mlp_train::{
    DataProvider, DataSource, Experiment, Points, ResolvedExperiment,
    storing::{BatchOrder, InitialParameters, Start, sha256_of_bytes},
};

/// Points that are read at once.
const POINTS: usize = 4096;

/// Files by name, and the content of standard input.
#[derive(Debug, Default)]
pub struct DataFiles {
    standard_input: Option<Vec<u8>>,
}

impl DataFiles {
    /// Files; the caller reads standard input where the data are `-`.
    pub fn new(standard_input: Option<Vec<u8>>) -> Self {
        Self { standard_input }
    }

    fn piped(&self) -> Result<&[u8], Error> {
        self.standard_input.as_deref().ok_or(Error::StandardInput)
    }
}

impl DataProvider for DataFiles {
    fn knows(&self, name: &str) -> bool {
        looks_like_a_file(name)
    }

    fn source(&self, name: &str) -> Result<DataSource, mlp_train::Error> {
        if name == "-" {
            return Ok(DataSource {
                name: name.to_owned(),
                // Named like the copy in the run directory, so that both give the same names.
                title: "data".to_owned(),
                sha256: sha256_of_bytes(self.piped()?),
            });
        }
        let (path, sha256) = identified(name)?;
        let title = path.file_stem().unwrap_or_default();
        Ok(DataSource {
            name: path.to_string_lossy().into_owned(),
            title: title.to_string_lossy().into_owned(),
            sha256,
        })
    }

    fn dataset(&self, name: &str, options: &CsvOptions) -> Result<Dataset, mlp_train::Error> {
        match name {
            "-" => Ok(read_csv(self.piped()?, "standard input", options)?),
            _ => Ok(mlp_data::read_file(Path::new(name), options)?),
        }
    }

    fn points(&self, name: &str, options: &FeatureOptions) -> Result<Points, mlp_train::Error> {
        let (mut rows, mut numbers, mut read) = (Vec::new(), Vec::new(), 0);
        let path = Path::new(name);
        mlp_data::read_rows::<mlp_train::Error>(path, options, POINTS, |_, chunk| {
            for (row, known) in chunk.inputs.rows().into_iter().zip(chunk.known) {
                if known {
                    numbers.extend(row);
                    rows.push(read);
                }
                read += 1;
            }
            Ok(())
        })?;
        let shape = (rows.len(), options.features.len());
        let inputs = Array2::from_shape_vec(shape, numbers).expect("every row has the features");
        Ok(Points { rows, inputs })
    }

    /// A safetensors file or NPZ archive with `layers.I.weight` and `layers.I.bias`, a model file of
    /// another kind, or the model of a run directory.
    fn parameters(&self, name: &str) -> Result<InitialParameters, mlp_train::Error> {
        let path = std::path::absolute(name).map_err(Error::read(name))?;
        // A file that is not what the run wrote is refused, as mlp predict does.
        let path = model_path(&path)?;
        check_is_file(&path)?;
        let ReadTensors {
            tensors,
            activations,
            classes,
            sha256,
        } = read_tensors(&path)?;
        let parameters = InitialParameters::new(path, sha256, tensors, activations);
        Ok(parameters.with_classes(classes))
    }

    /// An NPZ archive.
    fn batch_order(&self, name: &str) -> Result<BatchOrder, mlp_train::Error> {
        let (path, sha256) = identified(name)?;
        let arrays = npz::read(&path)?;
        BatchOrder::new(path, sha256, &arrays)
    }

    /// The file of a state, or a run directory with one.
    fn state(&self, name: &str) -> Result<Start, mlp_train::Error> {
        let start = state_file::read_start(name)?;
        // A state does not name its classes; the model beside it does.
        let beside = start.path().with_file_name(MODEL);
        let model = model_path(&beside).and_then(|path| model_file::read(&path));
        let classes = model.ok().as_ref().and_then(model_file::class_names);
        Ok(start.with_classes(classes))
    }

    fn standard_input(&self) -> Option<&[u8]> {
        self.standard_input.as_deref()
    }
}

/// Resolves an experiment whose data may be files. The caller passes standard input where the data are
/// `-`.
///
/// # Errors
/// As [`ResolvedExperiment::new`].
pub fn resolve(
    author: &Experiment,
    standard_input: Option<Vec<u8>>,
) -> Result<ResolvedExperiment, Error> {
    let files = Arc::new(DataFiles::new(standard_input));
    Ok(ResolvedExperiment::new(author, Some(files))?)
}

/// A name that is not a built-in data set may be a file: it has a dot or a separator, or the file exists.
fn looks_like_a_file(name: &str) -> bool {
    name == "-" || name.contains(['.', '/', '\\']) || Path::new(name).exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::{Kind, SettingsLayer, experiment_file};

    fn author(kind: Kind, texts: &[&str]) -> Experiment {
        let mut layer = SettingsLayer::new();
        texts.iter().for_each(|text| layer.set(text).unwrap());
        let mut experiment = Experiment::new(kind);
        layer.apply(&mut experiment).unwrap();
        experiment
    }

    fn resolved(kind: Kind, texts: &[&str]) -> ResolvedExperiment {
        resolve(&author(kind, texts), None).unwrap()
    }

    fn again(experiment: &ResolvedExperiment) -> ResolvedExperiment {
        let file = experiment_file::parse(&experiment.to_toml(), Path::new("e.toml")).unwrap();
        let mut author = Experiment::new(file.kind.unwrap());
        file.layer.apply(&mut author).unwrap();
        resolve(&author, None).unwrap()
    }

    #[test]
    fn a_file_is_named_absolutely_and_watched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my.csv");
        std::fs::write(
            &path,
            "a,b,kind\n1,2,x\n2,1,y\n3,4,x\n4,3,y\n5,6,x\n6,5,y\n7,8,x\n8,7,y\n",
        )
        .unwrap();
        let data = format!("data={}", path.display());
        let first = resolved(Kind::Train, &[&data, "exclude=b"]);
        let text = first.to_toml();
        assert!(
            text.contains(&format!("name = \"{}\"", path.display())) && text.contains("sha256 = "),
            "{text}"
        );
        assert_eq!(
            first.recipe(0).unwrap().spec.architecture.to_string(),
            "1-16-16-1"
        );
        assert_eq!(again(&first).to_toml(), text);
        std::fs::write(
            &path,
            "a,b,kind\n1,2,x\n2,1,y\n3,4,x\n4,3,y\n5,6,x\n6,5,y\n7,8,x\n8,9,y\n",
        )
        .unwrap();
        let file = experiment_file::parse(&text, Path::new("e.toml")).unwrap();
        let mut experiment = Experiment::new(Kind::Train);
        file.layer.apply(&mut experiment).unwrap();
        let error = resolve(&experiment, None).unwrap_err();
        assert!(
            matches!(error, Error::Train(mlp_train::Error::DataChanged { .. })),
            "{error}"
        );
    }

    #[test]
    fn standard_input_is_kept_in_a_file() {
        let author = author(Kind::Train, &["data=-"]);
        let bytes = b"a,y\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n7,0\n8,1\n".to_vec();
        let mut resolved = resolve(&author, Some(bytes.clone())).unwrap();
        assert_eq!(resolved.standard_input(), Some(&bytes[..]));
        resolved.data_is_kept_in(Path::new("/run/data.csv"));
        assert!(resolved.to_toml().contains("name = \"/run/data.csv\""));
        assert!(
            resolve(&author, None)
                .unwrap_err()
                .to_string()
                .contains("standard input")
        );
    }
}
