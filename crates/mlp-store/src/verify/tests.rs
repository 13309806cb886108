use super::{networks::sample, *};

#[test]
fn samples_have_distinct_networks_of_all() {
    for (count, wanted) in [(10, 3), (10, 10), (10, 99), (1, 1), (1_000_000, 20)] {
        let sample = sample(count, wanted, 7);
        assert_eq!(sample.len() as u64, wanted.min(count));
        assert!(sample.iter().all(|network| *network < count));
    }
    assert_ne!(sample(1000, 5, 0), sample(1000, 5, 1));
    // Every network is as likely: 2000 samples of 3 out of 10 hold each 600 times or so.
    let mut counts = [0u32; 10];
    for seed in 0..2000 {
        for network in sample(10, 3, seed) {
            counts[network as usize] += 1;
        }
    }
    // Six standard deviations of a binomial count are 123.
    assert!(
        counts.iter().all(|count| (477..723).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn bits_are_compared_and_not_numbers() {
    let parquet = TableFormat::Parquet;
    assert!(!same(&Cell::Number(0.0), &Cell::Number(-0.0), parquet));
    assert!(same(
        &Cell::Number(f64::NAN),
        &Cell::Number(f64::NAN),
        parquet
    ));
    assert!(!same(&Cell::Null, &Cell::Number(f64::NAN), parquet));
    assert!(same(
        &Cell::Integer(1),
        &Cell::Number(1.0),
        TableFormat::Csv
    ));
    assert!(!same(&Cell::Integer(1), &Cell::Number(1.0), parquet));
}
