//! What does a network see between two spirals? Trains one with Adam and draws its decision boundary.

#![forbid(unsafe_code)]

use std::error::Error;

use mlp_core::{
    Activation, Adam, Architecture, Level, Loss, Optimizer, Samples, Targets, TrainSpec, Trainer,
};
use mlp_data::GeneratorOptions;
use mlp_plot::{Boundary, Chart, Format, Part, PlaneGrid, PlanePoint, Size, Surface};
use ndarray::Array2;

const SIDE: usize = 160;
const REACH: f64 = 6.5;

fn main() -> Result<(), Box<dyn Error>> {
    let options = GeneratorOptions {
        samples: Some(300),
        ..GeneratorOptions::default()
    };
    let data = mlp_data::generate("playground-spiral", &options, 0)?;
    let mlp_data::Targets::Classes { labels, names } = data.targets() else {
        return Err("spirals are classes".into());
    };
    let targets = Targets::Classes {
        labels: labels.clone(),
        classes: names.len(),
    };
    let scale = |x: f64| (x / REACH) as f32;
    let samples = Samples::new(data.inputs().mapv(scale).view(), &targets)?;
    let net = Architecture::classical(2, &[32, 32], Activation::Tanh, 1);
    let spec = TrainSpec {
        optimizer: Optimizer::Adam(Adam::default()),
        learning_rate: 0.01,
        ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
    };
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    for _ in 0..3000 {
        trainer.step();
    }
    let accuracy = trainer.evaluate(&samples)?.accuracy.unwrap_or(0.0);

    let at = |i: usize| REACH * (2.0 * i as f64 / (SIDE - 1) as f64 - 1.0);
    let grid = Array2::from_shape_fn((SIDE * SIDE, 2), |(i, j)| {
        scale(at(if j == 0 { i % SIDE } else { i / SIDE }))
    });
    let probabilities = trainer
        .network()
        .predict_probabilities(grid.view(), spec.loss)?;
    let rows = data.inputs();
    let points = rows.rows().into_iter().zip(labels);
    let chart = Boundary {
        title: "Two spirals".to_owned(),
        subtitle: format!("2-32-32-1 tanh after 3000 steps of Adam: accuracy {accuracy:.3}."),
        grid: PlaneGrid {
            x_label: "x".to_owned(),
            y_label: "y".to_owned(),
            x_range: (-REACH, REACH),
            y_range: (-REACH, REACH),
            columns: SIDE,
            rows: SIDE,
        },
        surface: Surface::Binary {
            second: probabilities.column(1).to_vec(),
            threshold: 0.5,
        },
        points: points
            .map(|(row, &label)| PlanePoint {
                x: row[0],
                y: row[1],
                target: f64::from(label),
                part: Part::Train,
            })
            .collect(),
        class_names: names.clone(),
        equal_units: true,
        value_range: None,
    };
    let path = std::env::temp_dir().join("spirals.png");
    std::fs::write(&path, chart.render(Format::Png, Size::new(800, 760))?)?;
    println!(
        "accuracy {accuracy:.3}; the boundary is in {}",
        path.display()
    );
    assert!(accuracy > 0.99, "the spirals come apart");
    Ok(())
}
