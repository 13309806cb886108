//! Splits are partitions, keep the classes in proportion and depend on the seed alone.

use mlp_data::{Dataset, Targets, split};
use ndarray::Array2;
use proptest::prelude::*;

fn of_labels(labels: Vec<u32>, classes: usize) -> Dataset {
    let names = (0..classes).map(|class| format!("c{class}")).collect();
    let inputs = Array2::zeros((labels.len(), 1));
    Dataset::new(
        "labels",
        vec!["x".into()],
        inputs,
        Targets::Classes { labels, names },
    )
    .unwrap()
}

fn of_values(samples: usize) -> Dataset {
    let targets = Targets::Values {
        values: Array2::zeros((samples, 1)),
        names: vec!["y".into()],
    };
    Dataset::new(
        "values",
        vec!["x".into()],
        Array2::zeros((samples, 1)),
        targets,
    )
    .unwrap()
}

fn assert_partition(parts: [&[usize]; 3], samples: usize) {
    let mut all = parts.concat();
    for part in parts {
        assert!(part.is_sorted());
    }
    all.sort_unstable();
    assert_eq!(all, (0..samples).collect::<Vec<_>>());
}

proptest! {
    #[test]
    fn classification(
        sizes in prop::collection::vec(3usize..60, 2..6),
        test in 0.0..0.5f64,
        validation in 0.0..0.45f64,
        seed in any::<u64>(),
    ) {
        // Classes interleaved as they run out, so that no part can be right by the order alone.
        let mut labels: Vec<(usize, u32)> = Vec::new();
        for (class, &size) in sizes.iter().enumerate() {
            labels.extend((0..size).map(|i| (i, class as u32)));
        }
        labels.sort_unstable();
        let labels: Vec<u32> = labels.into_iter().map(|(_, class)| class).collect();
        let set = of_labels(labels.clone(), sizes.len());
        let parts = split(&set, test, validation, seed).unwrap();
        assert_partition([&parts.train, &parts.validation, &parts.test], labels.len());
        let same = split(&set, test, validation, seed).unwrap();
        prop_assert_eq!(&parts, &same);
        for (class, &size) in sizes.iter().enumerate() {
            let count = |part: &[usize]| part.iter().filter(|&&row| labels[row] as usize == class).count();
            prop_assert!(count(&parts.train) >= 1);
            for (part, fraction) in [(&parts.test, test), (&parts.validation, validation)] {
                let count = count(part);
                if fraction == 0.0 {
                    prop_assert_eq!(count, 0);
                } else {
                    prop_assert!(count >= 1);
                    // Within a sample of proportion (the part's own rounding adds a half of a share), and within
                    // another where minima of other classes push; with validation the rest is what test left.
                    let off = (count as f64 - fraction * size as f64).abs();
                    prop_assert!(off <= 2.0 + sizes.len() as f64 / 2.0, "{} of {} at {}", count, size, fraction);
                }
            }
        }
    }

    #[test]
    fn large_classes_are_within_one_of_their_share(
        sizes in prop::collection::vec(50usize..200, 2..6),
        test in 0.1..0.9f64,
        seed in any::<u64>(),
    ) {
        let labels: Vec<u32> =
            sizes.iter().enumerate().flat_map(|(class, &size)| vec![class as u32; size]).collect();
        let parts = split(&of_labels(labels.clone(), sizes.len()), test, 0.0, seed).unwrap();
        let wanted = (test * labels.len() as f64 + 0.5).floor();
        prop_assert_eq!(parts.test.len() as f64, wanted);
        for (class, &size) in sizes.iter().enumerate() {
            let count = parts.test.iter().filter(|&&row| labels[row] as usize == class).count();
            let quota = wanted * size as f64 / labels.len() as f64;
            prop_assert!((count as f64 - quota).abs() < 1.0);
        }
    }

    #[test]
    fn regression(samples in 3usize..500, test in 0.0..0.5f64, validation in 0.0..0.45f64, seed in any::<u64>()) {
        let parts = split(&of_values(samples), test, validation, seed).unwrap();
        assert_partition([&parts.train, &parts.validation, &parts.test], samples);
        prop_assert!(!parts.train.is_empty());
        prop_assert_eq!(parts.test.is_empty(), test == 0.0);
        prop_assert!((parts.test.len() as f64 - test * samples as f64).abs() <= 1.0);
    }
}

#[test]
fn every_sample_can_be_in_the_test_part() {
    let set = of_values(20);
    let mut seen = [0; 20];
    for seed in 0..400 {
        for row in split(&set, 0.25, 0.0, seed).unwrap().test {
            seen[row] += 1;
        }
    }
    // 100 expected each, standard deviation 8.7.
    assert!(
        seen.iter().all(|&count| (60..140).contains(&count)),
        "{seen:?}"
    );
}
