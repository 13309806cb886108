//! Every data set by name, with its options and how it is made.

mod info;

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Drawn, flip_labels};
use crate::options::{self, Settings};
use crate::{Dataset, Error, GeneratorOptions, Origin, Targets};
use crate::{embedded, generators, memory, names};

pub use info::DatasetInfo;
pub(crate) use info::Maker;

/// The data sets, in the order of `mlp list datasets`. One line each.
const DATASETS: &[DatasetInfo] = &[
    generators::xor::INFO,
    generators::moons::INFO,
    generators::circles::INFO,
    generators::blobs::INFO,
    generators::gaussian_quantiles::INFO,
    generators::spirals::INFO,
    generators::n_spirals::INFO,
    generators::checkerboard::INFO,
    generators::playground_circle::INFO,
    generators::playground_xor::INFO,
    generators::playground_gauss::INFO,
    generators::playground_spiral::INFO,
    generators::playground_plane::INFO,
    generators::playground_gauss_regression::INFO,
    generators::teacher::INFO,
    generators::sine::INFO,
    generators::friedman1::INFO,
    generators::gaussian::INFO,
    embedded::iris::INFO,
    embedded::wine::INFO,
    embedded::breast_cancer::INFO,
    embedded::digits::INFO,
    embedded::diabetes::INFO,
];

/// Every built-in data set.
pub fn datasets() -> &'static [DatasetInfo] {
    DATASETS
}

/// The data set with a name or alias.
///
/// # Errors
/// [`Error::UnknownDataset`] with the nearest name.
pub fn find(name: &str) -> Result<&'static DatasetInfo, Error> {
    let found = DATASETS
        .iter()
        .find(|info| info.name == name || info.aliases.contains(&name));
    found.ok_or_else(|| Error::UnknownDataset {
        name: name.to_owned(),
        hint: names::hint(name, DATASETS.iter().map(|info| info.name)),
    })
}

/// The data set with a name, generated with `data_seed` if it is a generator. The same name, options and
/// seed give the same bits everywhere.
///
/// # Errors
/// [`Error::UnknownDataset`]; [`Error::OptionNotTaken`] and [`Error::InvalidOption`] for options;
/// [`Error::TooLarge`] before memory is allocated; [`Error::EmptyClass`] where by chance a class has no
/// sample; [`Error::NonFinite`] where noise is so strong that numbers overflow.
///
/// ```
/// use mlp_data::{GeneratorOptions, generate};
/// let options = GeneratorOptions { samples: Some(100), noise: Some(0.1), ..Default::default() };
/// let moons = generate("moons", &options, 7)?;
/// assert_eq!(moons.inputs().dim(), (100, 2));
/// # Ok::<(), mlp_data::Error>(())
/// ```
pub fn generate(name: &str, given: &GeneratorOptions, data_seed: u64) -> Result<Dataset, Error> {
    let info = find(name)?;
    let resolved = info.resolve(given)?;
    let make = match info.maker {
        Maker::Embedded(table) => {
            return Ok(table.load(info.name)?.with_provenance(info.provenance()));
        }
        Maker::Generator(make) => make,
    };
    let settings = options::settings(info.name, &resolved);
    check_memory(&settings)?;
    let Drawn {
        feature_names,
        inputs,
        mut targets,
        indivisible,
    } = make(&settings, data_seed)?;
    if let Targets::Classes { labels, names } = &mut targets
        && settings.flip > 0.0
    {
        let mut stream = Stream::new(data_seed, Purpose::Labels);
        flip_labels(labels, names.len(), settings.flip, &mut stream);
    }
    let set =
        Dataset::new(info.name, feature_names, inputs, targets)?.with_provenance(info.provenance());
    if let (Some(counts), Some(names)) = (set.class_counts(), set.class_names())
        && let Some(class) = counts.iter().position(|&count| count == 0)
    {
        let (dataset, class) = (info.name.to_owned(), names[class].clone());
        return Err(Error::EmptyClass { dataset, class });
    }
    Ok(if indivisible {
        set.with_default_test_fraction(0.0)
    } else {
        set
    })
}

/// An embedded real data set.
///
/// # Errors
/// [`Error::UnknownDataset`] for an unknown name or a generator.
pub fn load_embedded(name: &str) -> Result<Dataset, Error> {
    match find(name)?.origin() {
        Origin::Embedded => generate(name, &GeneratorOptions::default(), 0),
        Origin::Generated | Origin::File => {
            let tables = DATASETS
                .iter()
                .filter(|info| info.origin() == Origin::Embedded);
            Err(Error::UnknownDataset {
                name: name.to_owned(),
                hint: format!(
                    " among the embedded ones; there are {}",
                    names::list(tables.map(|info| info.name))
                ),
            })
        }
    }
}

/// A generator holds its points twice while it shuffles them, and hands them over once more.
fn check_memory(settings: &Settings) -> Result<(), Error> {
    let columns = settings.features as u128 + 1;
    let values = (settings.samples as u128).saturating_mul(columns);
    let needed = values.saturating_mul(2 * size_of::<f64>() as u128);
    memory::check(
        || format!("`{}` of {} samples", settings.dataset, settings.samples),
        needed,
        "give fewer samples or features",
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_aliases_are_kebab_case_and_differ() {
        let mut seen = HashSet::new();
        for info in datasets() {
            for name in std::iter::once(&info.name).chain(info.aliases) {
                assert!(seen.insert(*name), "{name}");
                let kebab = name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                assert!(kebab, "{name}");
            }
            assert!(
                !info.description.is_empty() && !info.source.is_empty(),
                "{}",
                info.name
            );
        }
    }

    #[test]
    fn what_the_registry_says_is_what_comes_out() {
        for info in datasets() {
            let set = generate(info.name, &GeneratorOptions::default(), 0).unwrap();
            assert_eq!(set.name(), info.name);
            assert_eq!(set.task(), info.task, "{}", info.name);
            assert_eq!(
                (set.samples(), set.features()),
                (info.samples, info.features),
                "{}",
                info.name
            );
            assert_eq!(set.provenance().origin, info.origin());
        }
    }

    #[test]
    fn the_data_seed_alone_decides_what_a_generator_draws() {
        for info in datasets()
            .iter()
            .filter(|info| info.origin() == Origin::Generated)
        {
            let noise = match info.name {
                "xor" => Some(0.1),
                _ => info.noise(),
            };
            let draw = |seed| {
                let options = GeneratorOptions {
                    noise,
                    ..GeneratorOptions::default()
                };
                generate(info.name, &options, seed).unwrap()
            };
            assert_eq!(draw(3), draw(3), "{}", info.name);
            assert_ne!(draw(3), draw(4), "{}", info.name);
        }
    }

    #[test]
    fn more_samples_than_any_machine_holds_are_refused_with_the_size() {
        for info in datasets()
            .iter()
            .filter(|info| info.origin() == Origin::Generated)
        {
            let options = GeneratorOptions {
                samples: Some(1_000_000_000_000),
                ..GeneratorOptions::default()
            };
            let error = generate(info.name, &options, 0).unwrap_err();
            assert!(
                matches!(error, Error::TooLarge { needed, .. } if needed > 1 << 44),
                "{error}"
            );
        }
        let options = GeneratorOptions {
            samples: Some(usize::MAX),
            features: Some(usize::MAX),
            ..GeneratorOptions::default()
        };
        assert!(matches!(
            generate("blobs", &options, 0),
            Err(Error::TooLarge { .. })
        ));
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        assert_eq!(
            find("mons").unwrap_err().to_string(),
            "there is no data set named `mons`; did you mean `moons`?"
        );
        assert!(
            find("qqqq")
                .unwrap_err()
                .to_string()
                .contains("known: `xor`, `moons`")
        );
        assert!(
            load_embedded("moons")
                .unwrap_err()
                .to_string()
                .contains("`iris`, `wine`")
        );
        let options = GeneratorOptions {
            noise: Some(1.0),
            ..GeneratorOptions::default()
        };
        assert_eq!(
            generate("iris", &options, 0).unwrap_err().to_string(),
            "`iris` does not take the option `noise`; it takes no options, because it is a table of real data"
        );
    }
}
