//! One number has one value, wherever it is told, and exploded networks are said and set apart.

use std::{collections::HashMap, fs, path::Path};

use serde_json::Value;

use crate::running::run;

/// Rows of a CSV table by column.
fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

const FAR: &str = "population moons --samples 64 --steps 200 --nets 11 --activation relu \
                   --sweep lr=0.1,30 --record log:4 --format csv --no-progress --figures none --out p";

#[test]
fn one_median_is_told_on_the_terminal_in_json_and_in_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let told: Value = serde_json::from_str(&run(folder, &format!("{FAR} --json"))).unwrap();
    let text = run(folder, FAR);
    let statistics = rows(&folder.join("p/stats.csv"));
    let nets = rows(&folder.join("p/nets.csv"));
    run(folder, "analyze p --figures none -q");
    let means = rows(&folder.join("p/analysis/means.csv"));
    let growth = rows(&folder.join("p/analysis/growth.csv"));
    let is_all = |row: &HashMap<String, String>| row["key"].is_empty();
    for metric in ["train_loss", "test_accuracy", "weight_norm", "bias_norm"] {
        let row = statistics.iter().find(|row| {
            is_all(row)
                && row["step"].is_empty()
                && row["outcome"] == "finite"
                && row["metric"] == metric
        });
        let row = row.unwrap();
        let json = &told["metrics"][metric];
        // By NumPy's definition, from the table itself.
        let mut values: Vec<f64> = nets
            .iter()
            .filter(|row| row["status"] != "diverged" && row["exploded"] == "false")
            .map(|row| row[metric].parse().unwrap())
            .collect();
        values.sort_by(f64::total_cmp);
        for (column, key, share) in [
            ("q50", "median", 0.5),
            ("q10", "q10", 0.1),
            ("q90", "q90", 0.9),
        ] {
            let stored: f64 = row[column].parse().unwrap();
            let place = share * (values.len() - 1) as f64;
            let below = values[place as usize];
            let above = values[place.ceil() as usize];
            let expected = below + (above - below) * (place - place.floor());
            assert!(
                (stored - expected).abs() <= 1e-12 * expected.abs(),
                "{metric} {column}"
            );
            assert_eq!(json[key].as_f64(), Some(stored), "{metric} {key}");
        }
        let mean: f64 = row["mean"].parse().unwrap();
        assert_eq!(json["mean"].as_f64(), Some(mean), "{metric}");
        let own = means
            .iter()
            .find(|row| is_all(row) && row["metric"] == metric)
            .unwrap();
        assert_eq!((&own["mean"], &own["median"]), (&row["mean"], &row["q50"]));
        if let Some(own) = growth
            .iter()
            .find(|row| is_all(row) && row["norm"] == metric)
        {
            assert_eq!(own["end"], row["q50"]);
        }
        let line = text.lines().find(|line| line.starts_with(metric)).unwrap();
        let shown: f64 = line.split_whitespace().nth(2).unwrap().parse().unwrap();
        let stored: f64 = row["q50"].parse().unwrap();
        assert!(
            (shown - stored).abs() <= 1e-3 * stored.abs(),
            "{line} {stored}"
        );
    }
}

#[test]
fn the_error_of_quantiles_of_many_networks_is_told_wherever_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let many = |nets: u32, out: &str| {
        let size = "--samples 4 --noise 0 --hidden 2 --steps 3 --record log:2 --format csv";
        let text = run(
            folder,
            &format!(
                "population xor {size} --nets {nets} --no-progress --figures none --out {out}"
            ),
        );
        run(folder, &format!("plot {out} --figures svg -q"));
        (text, run(folder, &format!("analyze {out} --figures none")))
    };
    let (told, analyzed) = many(4100, "p");
    let of = |table: &str| rows(&folder.join(table));
    let statistics = of("p/stats.csv");
    let stored = statistics.iter().find(|row| {
        row["step"].is_empty() && row["outcome"] == "finite" && row["metric"] == "weight_norm"
    });
    let stored = stored.unwrap();
    let error: f64 = stored["quantile_error"].parse().unwrap();
    assert!(error > 0.0);
    let means = of("p/analysis/means.csv");
    let mean = means
        .iter()
        .find(|row| row["metric"] == "weight_norm")
        .unwrap();
    assert_eq!(
        (&mean["median"], &mean["quantile_error"]),
        (&stored["q50"], &stored["quantile_error"])
    );
    let growth = of("p/analysis/growth.csv");
    let grown = growth
        .iter()
        .find(|row| row["norm"] == "weight_norm")
        .unwrap();
    assert_eq!(grown["end"], stored["q50"]);
    assert!(grown["quantile_error"].parse::<f64>().unwrap() >= error);
    let trends = of("p/analysis/trends.csv");
    let trend = trends
        .iter()
        .find(|row| row["step"].is_empty() && row["norm"] == "weight_norm");
    assert_eq!(trend.unwrap()["quantile_error"], stored["quantile_error"]);
    let report = fs::read_to_string(folder.join("p/report.html")).unwrap();
    for text in [&told, &analyzed, &report] {
        assert!(text.contains(&format!("{:.4} %", 100.0 * error)), "{text}");
    }
    // Of fewer they are exact, and nothing is said of it.
    let (told, analyzed) = many(40, "few");
    assert!(!told.contains("quantiles ") && !analyzed.contains("medians within"));
    let means = of("few/analysis/means.csv");
    assert!(
        means
            .iter()
            .all(|row| row["quantile_error"].parse() == Ok(0.0))
    );
}

#[test]
fn exploded_networks_are_said_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let told: Value = serde_json::from_str(&run(folder, &format!("{FAR} --json"))).unwrap();
    let nets = rows(&folder.join("p/nets.csv"));
    let count = nets.iter().filter(|row| row["exploded"] == "true").count() as u64;
    assert!(count > 2);
    assert_eq!(told["exploded"].as_u64(), Some(count));
    let text = run(folder, FAR);
    assert!(
        text.contains(&format!("{count} exploded (left out below)")),
        "{text}"
    );
    let text = run(folder, "analyze p --figures none");
    assert!(text.contains(&format!("{count} exploded")), "{text}");
    assert!(text.contains("covers if skewed"), "{text}");
    let told: Value =
        serde_json::from_str(&run(folder, "analyze p --figures none --json")).unwrap();
    assert_eq!(told["exploded"].as_u64(), Some(count));
    run(folder, "plot p --figures svg -q");
    let report = fs::read_to_string(folder.join("p/report.html")).unwrap();
    assert!(report.contains("Exploded"), "the report");
    // They are in no band, line or mean of a figure, which says how many they are.
    for figure in [
        "learning-curves-by-learning-rate",
        "norms-over-steps",
        "scatter-loss",
    ] {
        let svg = fs::read_to_string(folder.join(format!("p/figures/{figure}.svg"))).unwrap();
        assert!(
            svg.contains(&format!("{count} exploded and left out")),
            "{figure}"
        );
    }
    let text = run(folder, "verify p");
    assert!(text.contains("the same bits in nets"), "{text}");
    let text = run(
        folder,
        "train moons --samples 64 --steps 200 --activation relu --lr 30 --seed 3 --figures none --out t --force",
    );
    let alone = &nets[11 + 3]["exploded"];
    assert_eq!(text.contains("exploded "), alone == "true", "{text}");
}

#[test]
fn maps_set_exploded_networks_apart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let map = "map moons --samples 64 --steps 200 --activation relu --x lr=0.1,100 --y hidden=8,16 --seeds 4 \
               --record log:4 --format csv --no-progress --figures svg --out m";
    let told: Value = serde_json::from_str(&run(folder, &format!("{map} --json"))).unwrap();
    let nets = rows(&folder.join("m/nets.csv"));
    let count = nets.iter().filter(|row| row["exploded"] == "true").count();
    assert!(count > 0 && told["exploded"].as_u64() == Some(count as u64));
    assert!(
        told["best"]["lr"] == "0.1" || told["best"]["learning_rate"] == "0.1",
        "{}",
        told["best"]
    );
    let report = fs::read_to_string(folder.join("m/report.html")).unwrap();
    let networks = if count == 1 {
        "1 network".to_owned()
    } else {
        format!("{count} networks")
    };
    assert!(
        report.contains(&format!("{networks} exploded (finite")),
        "the report"
    );
    let figure = fs::read_to_string(folder.join("m/figures/map-test-loss.svg")).unwrap();
    assert!(figure.contains("exploded"), "the legend");
    let text = run(folder, "plot m --figures svg --metric exploded");
    assert!(folder.join("m/figures/map-exploded.svg").exists(), "{text}");
}
