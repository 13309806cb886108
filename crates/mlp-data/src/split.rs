//! Training, validation and test parts.

use mlp_core::seed::{Purpose, Stream};

use crate::{Dataset, Error, Targets};

/// The samples of each part. The rows of each part ascend, so that a part keeps the order of the
/// data; every row is in exactly one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Training rows, at least one.
    pub train: Vec<usize>,
    /// Validation rows, for stopping and other choices; empty unless requested.
    pub validation: Vec<usize>,
    /// Test rows, for final scores; empty unless requested.
    pub test: Vec<usize>,
}

/// Splits a data set at random (stream `Split` of `data_seed`).
///
/// A part's size is its fraction of all samples, rounded to nearest (halves up), and at least one
/// sample where its fraction is above 0. Splits are stratified: each class's count in a part is
/// determined by largest remainder (of ties the first class), but at least one, and at least one remains for
/// training. With many tiny classes these minima may make a part larger than its fraction.
/// Regression splits ignore the target. The test part is the same with and without a
/// validation part.
///
/// # Errors
/// [`Error::InvalidFraction`]; [`Error::TooFewSamples`]; [`Error::ClassTooSmall`] where a class has fewer
/// samples than there are parts.
///
/// ```
/// use mlp_data::{load_embedded, split};
/// let parts = split(&load_embedded("iris")?, 0.2, 0.0, 0)?;
/// assert_eq!((parts.train.len(), parts.test.len()), (120, 30));
/// # Ok::<(), mlp_data::Error>(())
/// ```
pub fn split(
    set: &Dataset,
    test_fraction: f64,
    validation_fraction: f64,
    data_seed: u64,
) -> Result<Split, Error> {
    for (what, value) in [
        ("the test fraction", test_fraction),
        ("the validation fraction", validation_fraction),
    ] {
        if !(0.0..1.0).contains(&value) {
            return Err(Error::InvalidFraction {
                what,
                value,
                expected: "0 or more and below 1",
            });
        }
    }
    let both = test_fraction + validation_fraction;
    if both >= 1.0 {
        let what = "the sum of the test and validation fractions";
        return Err(Error::InvalidFraction {
            what,
            value: both,
            expected: "below 1",
        });
    }
    let samples = set.samples();
    let parts = 1 + usize::from(test_fraction > 0.0) + usize::from(validation_fraction > 0.0);
    if samples < parts {
        return Err(Error::TooFewSamples {
            dataset: set.name().to_owned(),
            samples,
            parts,
        });
    }
    let mut groups = groups(set);
    if parts > 1 {
        check_classes(set, &groups, parts)?;
    }
    let mut stream = Stream::new(data_seed, Purpose::Split);
    for rows in &mut groups {
        stream.shuffle(rows);
    }
    let mut split = Split::default();
    // Each part must leave a sample of each class for the later parts and training.
    for (part, fraction, later) in [
        (
            &mut split.test,
            test_fraction,
            usize::from(validation_fraction > 0.0),
        ),
        (&mut split.validation, validation_fraction, 0),
    ] {
        if fraction > 0.0 {
            let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
            for (rows, count) in groups
                .iter_mut()
                .zip(counts(&sizes, fraction, samples, 1 + later))
            {
                part.extend(rows.drain(..count));
            }
            part.sort_unstable();
        }
    }
    split.train = groups.concat();
    split.train.sort_unstable();
    Ok(split)
}

/// The parts with this many rows each, in the data's order: training, validation, test.
///
/// # Errors
/// [`Error::RowRanges`] unless they are all rows; [`Error::TooFewSamples`] without a row to train on;
/// [`Error::NotTrained`] where a class has none.
pub fn ranges(set: &Dataset, train: usize, validation: usize, test: usize) -> Result<Split, Error> {
    set.check_parts([train, validation, test])?;
    Ok(Split {
        train: (0..train).collect(),
        validation: (train..train + validation).collect(),
        test: (train + validation..set.samples()).collect(),
    })
}

/// One fold of a cross-validation: fold `fold`, counted from 0, is the test part, and of the
/// others a fraction goes to the validation part, as in [`split()`].
///
/// The rows of each class are shuffled (stream `Split` of `data_seed`), concatenated class by class,
/// and dealt to the folds in turn, so that folds differ by at most one sample, in total
/// and in each class. Regression deals all rows. The folds of one seed do not depend on the requested one;
/// every row is in the test part of exactly one.
///
/// # Errors
/// [`Error::InvalidFold`]; [`Error::ClassTooSmall`] where a class has fewer samples than there are
/// folds; [`Error::InvalidFraction`].
pub fn fold(
    set: &Dataset,
    folds: usize,
    fold: usize,
    validation_fraction: f64,
    data_seed: u64,
) -> Result<Split, Error> {
    let invalid = |what, value, expected: String| Error::InvalidFold {
        what,
        value,
        expected,
    };
    let samples = set.samples();
    if !(2..=samples).contains(&folds) {
        let expected = format!("2 or more, and at most {samples}, the number of samples");
        return Err(invalid("the number of folds", folds, expected));
    }
    if fold >= folds {
        let expected = format!("0 to {}", folds - 1);
        return Err(invalid("the fold", fold, expected));
    }
    let mut groups = groups(set);
    check_classes(set, &groups, folds)?;
    let mut stream = Stream::new(data_seed, Purpose::Split);
    for rows in &mut groups {
        stream.shuffle(rows);
    }
    let dealt = groups.concat();
    let in_fold = |place: usize| place % folds == fold;
    let mut test: Vec<usize> = Vec::new();
    let mut rest: Vec<usize> = Vec::new();
    for (place, &row) in dealt.iter().enumerate() {
        if in_fold(place) { &mut test } else { &mut rest }.push(row);
    }
    test.sort_unstable();
    rest.sort_unstable();
    let inner = split(
        &set.select_rows(&rest)?,
        0.0,
        validation_fraction,
        data_seed,
    )?;
    let outer = |rows: Vec<usize>| rows.into_iter().map(|row| rest[row]).collect();
    Ok(Split {
        train: outer(inner.train),
        validation: outer(inner.validation),
        test,
    })
}

/// The rows of each class in the table's own order of classes, or all rows of a regression.
fn groups(set: &Dataset) -> Vec<Vec<usize>> {
    match set.targets() {
        Targets::Values { .. } => vec![(0..set.samples()).collect()],
        Targets::Classes { labels, names } => {
            let mut groups = vec![Vec::new(); names.len()];
            for (row, &label) in labels.iter().enumerate() {
                groups[label as usize].push(row);
            }
            if set.has_swapped_classes() {
                groups.reverse();
            }
            groups
        }
    }
}

/// Refuses a class with fewer samples than there are parts.
fn check_classes(set: &Dataset, groups: &[Vec<usize>], parts: usize) -> Result<(), Error> {
    let small = groups.iter().position(|rows| rows.len() < parts);
    let (Targets::Classes { names, .. }, Some(group)) = (set.targets(), small) else {
        return Ok(());
    };
    let class = match set.has_swapped_classes() {
        true => names.len() - 1 - group,
        false => group,
    };
    Err(Error::ClassTooSmall {
        dataset: set.name().to_owned(),
        class: names[class].clone(),
        samples: groups[group].len(),
        parts,
    })
}

/// How many of each group, of the given sizes, go to a part with `fraction` of `samples`: at least
/// one, and `spared` remain.
fn counts(sizes: &[usize], fraction: f64, samples: usize, spared: usize) -> Vec<usize> {
    let wanted = (fraction * samples as f64 + 0.5).floor() as usize;
    let total: usize = sizes.iter().sum();
    let quota = |group: usize| wanted as f64 * sizes[group] as f64 / total as f64;
    let most = |group: usize| sizes[group] - spared;
    let mut counts: Vec<usize> = (0..sizes.len())
        .map(|group| (quota(group).floor() as usize).clamp(1, most(group)))
        .collect();
    loop {
        let given: usize = counts.iter().sum();
        // The group furthest from its quota gives or takes one; the first of ties.
        let lack = |group: usize| quota(group) - counts[group] as f64;
        let next = if given < wanted {
            (0..sizes.len())
                .filter(|&group| counts[group] < most(group))
                .reduce(|a, b| if lack(b) > lack(a) { b } else { a })
        } else if given > wanted {
            (0..sizes.len())
                .filter(|&group| counts[group] > 1)
                .reduce(|a, b| if lack(b) < lack(a) { b } else { a })
        } else {
            None
        };
        match next {
            Some(group) if given < wanted => counts[group] += 1,
            Some(group) => counts[group] -= 1,
            None => return counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::load_embedded;

    fn of_classes(sizes: &[usize]) -> Dataset {
        let labels: Vec<u32> = sizes
            .iter()
            .enumerate()
            .flat_map(|(class, &size)| vec![class as u32; size])
            .collect();
        let names = (0..sizes.len()).map(|class| format!("c{class}")).collect();
        let inputs = Array2::from_shape_fn((labels.len(), 1), |(row, _)| row as f64);
        Dataset::new(
            "test",
            vec!["x".into()],
            inputs,
            Targets::Classes { labels, names },
        )
        .unwrap()
    }

    #[test]
    fn counts_follow_the_largest_remainder() {
        // Quotas 6.25, 12.5 and 6.25 of 25: two left over after 6, 12, 6 would go to 12.5 first.
        assert_eq!(counts(&[25, 50, 25], 0.25, 100, 1), [6, 13, 6]);
        assert_eq!(counts(&[50, 50, 50], 0.25, 150, 1), [13, 13, 12]);
        // Minima: a class of two has one in each part.
        assert_eq!(counts(&[98, 2], 0.1, 100, 1), [9, 1]);
        assert_eq!(counts(&[2, 2, 2], 0.1, 6, 1), [1, 1, 1]);
    }

    #[test]
    fn the_test_part_does_not_depend_on_a_validation_part() {
        let set = load_embedded("wine").unwrap();
        let (two, three) = (
            split(&set, 0.25, 0.0, 4).unwrap(),
            split(&set, 0.25, 0.2, 4).unwrap(),
        );
        assert_eq!(two.test, three.test);
        assert_eq!((two.test.len(), three.validation.len()), (45, 36));
        assert_ne!(two, split(&set, 0.25, 0.0, 5).unwrap());
    }

    #[test]
    fn the_parts_do_not_depend_on_which_class_is_the_second() {
        let set = of_classes(&[31, 10]);
        let swapped = set.clone().with_classes_swapped();
        assert_ne!(swapped.class_names(), set.class_names());
        let parts = |set: &Dataset| split(set, 0.25, 0.2, 4).unwrap();
        assert_eq!(parts(&swapped), parts(&set));
        let folds = |set: &Dataset| fold(set, 5, 2, 0.2, 4).unwrap();
        assert_eq!(folds(&swapped), folds(&set));
        let inner =
            |set: &Dataset| split(&set.select_rows(&parts(set).train).unwrap(), 0.3, 0.0, 1);
        assert_eq!(inner(&swapped).unwrap(), inner(&set).unwrap());
        let small = of_classes(&[5, 2]).with_classes_swapped();
        let error = fold(&small, 3, 0, 0.0, 0).unwrap_err().to_string();
        assert!(error.contains("class `c1` has 2 of the 3"), "{error}");
    }

    #[test]
    fn fraction_zero_leaves_everything_in_order() {
        let set = of_classes(&[3, 1]);
        assert_eq!(split(&set, 0.0, 0.0, 0).unwrap().train, [0, 1, 2, 3]);
    }

    #[test]
    fn regression_splits_by_rows_alone() {
        let parts = split(&load_embedded("diabetes").unwrap(), 0.25, 0.1, 0).unwrap();
        // 110.5 rounds up.
        assert_eq!(
            (parts.train.len(), parts.validation.len(), parts.test.len()),
            (287, 44, 111)
        );
    }

    #[test]
    fn folds_are_even_stratified_and_cover_everything_once() {
        let set = load_embedded("wine").unwrap();
        let Targets::Classes { labels, names } = set.targets() else {
            panic!("classes")
        };
        let mut tested = vec![0; set.samples()];
        let mut sizes = Vec::new();
        for number in 0..5 {
            let parts = fold(&set, 5, number, 0.2, 3).unwrap();
            parts.test.iter().for_each(|&row| tested[row] += 1);
            let mut all = [&parts.train[..], &parts.validation, &parts.test].concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..set.samples()));
            // 59, 71 and 48 samples.
            for class in 0..names.len() {
                let own = |&&row: &&usize| labels[row] as usize == class;
                let count = parts.test.iter().filter(own).count();
                let least = [11, 14, 9][class];
                assert!(
                    (least..=least + 1).contains(&count),
                    "{count} of {}",
                    names[class]
                );
            }
            sizes.push(parts.test.len());
            assert_eq!(
                parts.validation.len(),
                (0.2 * (178 - parts.test.len()) as f64).round() as usize
            );
            assert_eq!(parts.test, fold(&set, 5, number, 0.0, 3).unwrap().test);
        }
        assert!(tested.iter().all(|&times| times == 1));
        sizes.sort_unstable();
        assert_eq!(sizes, [35, 35, 36, 36, 36]);
        assert_ne!(
            fold(&set, 5, 0, 0.0, 3).unwrap(),
            fold(&set, 5, 0, 0.0, 4).unwrap()
        );
    }

    #[test]
    fn folds_of_numbers_and_impossible_ones() {
        let set = load_embedded("diabetes").unwrap();
        // 442 samples.
        assert_eq!(fold(&set, 442, 7, 0.0, 0).unwrap().test.len(), 1);
        let refuse = |folds, number| fold(&set, folds, number, 0.0, 0).unwrap_err().to_string();
        assert_eq!(
            refuse(1, 0),
            "the number of folds is 1; it must be 2 or more, and at most 442, the number of samples"
        );
        assert_eq!(refuse(5, 5), "the fold is 5; it must be 0 to 4");
        let error = fold(&of_classes(&[5, 2]), 3, 0, 0.0, 0)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("class `c1` has 2 of the 3 samples"),
            "{error}"
        );
    }

    #[test]
    fn ranges_follow_the_order_of_the_data() {
        let set = of_classes(&[3, 2]);
        let parts = ranges(&set, 4, 0, 1).unwrap();
        assert_eq!(
            (&parts.train[..], &parts.test[..]),
            (&[0, 1, 2, 3][..], &[4][..])
        );
        assert!(parts.validation.is_empty());
        let refuse = |a, b, c| ranges(&set, a, b, c).unwrap_err().to_string();
        assert_eq!(
            refuse(3, 1, 0),
            "data set `test` has 5 samples, and 3:1:0 are 4; every row belongs to one part"
        );
        assert!(refuse(usize::MAX, 1, 1).contains("every row"));
        assert!(refuse(3, 1, 1).contains("no sample of class `c1` is in the training part"));
        assert!(refuse(0, 4, 1).contains("at least 1"));
    }

    #[test]
    fn impossible_splits_are_refused() {
        let refuse = |set: &Dataset, test, validation| {
            split(set, test, validation, 0).unwrap_err().to_string()
        };
        let set = of_classes(&[5, 1]);
        assert!(refuse(&set, 0.5, 0.0).contains("class `c1` has 1 of the 2 samples"));
        assert!(refuse(&of_classes(&[5, 2]), 0.2, 0.2).contains("in all 3 parts"));
        assert!(refuse(&of_classes(&[1]), 0.5, 0.0).contains("1 sample; 2 parts need at least 2"));
        assert_eq!(
            refuse(&set, f64::NAN, 0.0),
            "the test fraction is NaN; it must be 0 or more and below 1"
        );
        assert_eq!(
            refuse(&set, 0.0, 1.0),
            "the validation fraction is 1; it must be 0 or more and below 1"
        );
        assert_eq!(
            refuse(&set, 0.5, 0.5),
            "the sum of the test and validation fractions is 1; it must be below 1"
        );
    }
}
