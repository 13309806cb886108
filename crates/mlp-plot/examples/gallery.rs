//! Draws every chart with synthetic data into a folder: `cargo run -p mlp-plot --example gallery -- gallery`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use mlp_plot::{
    Best, Boundary, Center, Chart, ChartGrid, ColorMap, CurvePanel, Format, GridAxis, Guide,
    HeatMap, Histogram, LearningCurves, NormScatter, NormTrend, Outcome, OutcomeBar, OutcomeBars,
    Part, PlanePoint, Quantiles, Report, Sample, Scale, Section, Series, Size, Surface, Table,
    TrendAxis, TrendPanel, TrendSeries,
};

/// A small generator (Marsaglia's xorshift): the pictures need no better one.
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal: the sum of twelve uniform numbers.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

struct Gallery {
    folder: PathBuf,
    report: Section,
}

impl Gallery {
    fn add(&mut self, name: &str, chart: &dyn Chart, size: Size) -> Result<(), Box<dyn Error>> {
        for format in [Format::Svg, Format::Png] {
            let bytes = chart.render(format, size)?;
            let file = format!("{name}.{}", format.extension());
            fs::write(self.folder.join(file), &bytes)?;
            if format == Format::Svg {
                let section = std::mem::replace(&mut self.report, Section::new(""));
                self.report = section.figure(
                    bytes,
                    format!("The chart {name}, drawn from made-up numbers."),
                );
            }
        }
        println!("{name}");
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: gallery FOLDER")?;
    fs::create_dir_all(&folder)?;
    let mut gallery = Gallery {
        folder: PathBuf::from(&folder),
        report: Section::new("All charts"),
    };
    let usual = Size::default();
    gallery.add("curves-single", &single_run(), Size::new(900, 640))?;
    gallery.add("curves-population", &population_curves(), usual)?;
    gallery.add("boundary-moons", &moons(), Size::new(900, 640))?;
    gallery.add("boundary-classes", &three_classes(), Size::new(900, 640))?;
    gallery.add("boundary-regression", &regression(), Size::new(900, 640))?;
    gallery.add("trend-steps", &trend_over_steps(), Size::new(900, 680))?;
    gallery.add("trend-decay", &trend_over_decay(), usual)?;
    gallery.add("trend-optimizers", &trend_over_names(), usual)?;
    gallery.add("scatter-loss", &scatter(2_000, false), Size::new(900, 640))?;
    gallery.add(
        "scatter-outcome",
        &scatter(3_000, true),
        Size::new(900, 640),
    )?;
    gallery.add(
        "scatter-many",
        &scatter(300_000, false),
        Size::new(900, 640),
    )?;
    gallery.add("map-rate-step", &rate_map(96, 64), Size::new(900, 620))?;
    gallery.add("map-list", &list_map(), usual)?;
    gallery.add("map-fractal", &fractal(512), Size::new(900, 760))?;
    gallery.add("histogram", &histogram(), usual)?;
    gallery.add("outcomes", &outcomes(), Size::new(900, 420))?;
    let maps: Vec<HeatMap> = (0..4).map(|i| rate_map(24 + 8 * i, 24)).collect();
    let grid = ChartGrid {
        title: "The same map for four widths".into(),
        subtitle: "Small multiples share nothing but their size.".into(),
        columns: 2,
        charts: maps.iter().map(|m| m as &dyn Chart).collect(),
    };
    gallery.add("grid", &grid, Size::new(1000, 900))?;
    gallery.add("empty", &LearningCurves::default(), usual)?;
    gallery.add("odd-numbers", &odd_numbers(), Size::new(600, 420))?;
    write_report(&folder, gallery.report)
}

fn write_report(folder: &str, charts: Section) -> Result<(), Box<dyn Error>> {
    let table = Table {
        caption: "Mean over 500 networks".into(),
        header: ["part", "loss", "accuracy", "baseline"]
            .map(String::from)
            .to_vec(),
        rows: vec![
            ["train", "0.0312", "0.991", "0.500"]
                .map(String::from)
                .to_vec(),
            ["test", "0.0875", "0.969", "0.500"]
                .map(String::from)
                .to_vec(),
        ],
    };
    let summary = Section::new("Result")
        .paragraph(
            "500 networks 2-16-16-1 were trained on two moons for 1000 steps of gradient descent.",
        )
        .table(table)
        .code("mlp replay runs/population-moons-001 17")
        .details(
            "The resolved experiment",
            "kind = \"population\"\n[data]\nname = \"moons\"\nnoise = 0.2\n",
        );
    let report = Report::new("Population on moons")
        .lead("Everything in this file is inside this file.")
        .fact("Networks", "500")
        .fact("Completed", "498 (99.6 %)")
        .fact("Median test accuracy", "0.969")
        .fact("Wall time", "2.4 s on 2 threads")
        .section(summary)
        .section(charts)
        .section(
            Section::new("How to repeat it")
                .code("mlp run runs/population-moons-001/experiment.toml"),
        )
        .footer("mlp 0.1.0, engine 1");
    fs::write(Path::new(folder).join("report.html"), report.to_html()?)?;
    println!("report.html");
    Ok(())
}

fn log_steps(last: f64, count: usize) -> Vec<f64> {
    let mut steps: Vec<f64> = (0..count)
        .map(|i| last.powf(i as f64 / (count - 1) as f64).round())
        .collect();
    steps.insert(0, 0.0);
    steps.dedup();
    steps
}

fn single_run() -> LearningCurves {
    let mut noise = Noise(11);
    let steps = log_steps(2000.0, 64);
    let train: Vec<f64> = steps
        .iter()
        .map(|t| 0.69 / (1.0 + 0.02 * t) + 0.004)
        .collect();
    let test: Vec<f64> = train
        .iter()
        .map(|l| l + 0.05 + 0.01 * noise.normal() * l)
        .collect();
    let accuracy = |loss: &[f64]| loss.iter().map(|l| 1.0 - 0.7 * l).collect::<Vec<f64>>();
    let panel = |label: &str, scale, train: Vec<f64>, test: Vec<f64>| CurvePanel {
        y_label: label.into(),
        y_scale: scale,
        y_range: None,
        series: vec![
            Series::new("train", steps.clone(), train),
            Series::new("test", steps.clone(), test).dashed(),
        ],
    };
    LearningCurves {
        title: "moons, 2-16-16-1 tanh, gradient descent 0.5".into(),
        subtitle: "Loss and accuracy after each recorded step. Final test accuracy 0.963 (majority 0.500).".into(),
        x_label: "step".into(),
        x_scale: Scale::Auto,
        panels: vec![
            panel("loss", Scale::Log, train.clone(), test.clone()),
            panel("accuracy", Scale::Linear, accuracy(&train), accuracy(&test)),
        ],
    }
}

fn population_curves() -> LearningCurves {
    let mut noise = Noise(5);
    let steps: Vec<f64> = (0..=100).map(|i| f64::from(i) * 10.0).collect();
    let mut curves = |shift: f64| -> Vec<Vec<f64>> {
        (0..200)
            .map(|_| {
                let (rate, floor) = (0.02 * (0.8 * noise.normal()).exp(), 0.02 * noise.uniform());
                steps
                    .iter()
                    .map(|t| 0.69 / (1.0 + rate * t) + floor + shift)
                    .collect()
            })
            .collect()
    };
    let (train, test) = (curves(0.0), curves(0.06));
    LearningCurves {
        title: "200 networks on moons: training and test loss".into(),
        subtitle: "Median with 25–75 % and 5–95 % of the networks.".into(),
        x_label: "step".into(),
        x_scale: Scale::Linear,
        panels: vec![CurvePanel {
            y_label: "loss".into(),
            y_scale: Scale::Auto,
            y_range: None,
            series: vec![
                Series::of_population("train", steps.clone(), &train, Center::Median),
                Series::of_population("test", steps.clone(), &test, Center::Median),
            ],
        }],
    }
}

fn moons() -> Boundary {
    let mut noise = Noise(7);
    let (columns, rows) = (160, 120);
    let (x_range, y_range) = ((-1.6, 2.6), (-1.2, 1.7));
    let wave = |x: f64| 0.6 * (std::f64::consts::PI * (x - 0.5)).sin();
    let score = |x: f64, y: f64| 8.0 * (y - 0.25 + wave(x));
    let mut p = Vec::new();
    for j in 0..rows {
        for i in 0..columns {
            let x = x_range.0 + (x_range.1 - x_range.0) * f64::from(i) / f64::from(columns - 1);
            let y = y_range.0 + (y_range.1 - y_range.0) * f64::from(j) / f64::from(rows - 1);
            p.push(1.0 / (1.0 + score(x, y).exp()));
        }
    }
    let points = (0..256)
        .map(|i| {
            let angle = std::f64::consts::PI * noise.uniform();
            let (x, y, class) = if i % 2 == 0 {
                (angle.cos(), angle.sin(), 0.0)
            } else {
                (1.0 - angle.cos(), 0.5 - angle.sin(), 1.0)
            };
            PlanePoint {
                x: x + 0.15 * noise.normal(),
                y: y + 0.15 * noise.normal(),
                target: class,
                part: if i % 5 == 0 { Part::Test } else { Part::Train },
            }
        })
        .collect();
    Boundary {
        title: "Decision boundary on moons".into(),
        subtitle: "Shading: probability; line: where it is one half.".into(),
        x_label: "x".into(),
        y_label: "y".into(),
        x_range,
        y_range,
        columns: columns as usize,
        rows: rows as usize,
        surface: Surface::Binary(p),
        points,
        class_names: vec!["upper moon".into(), "lower moon".into()],
        equal_units: true,
    }
}

fn three_classes() -> Boundary {
    let mut noise = Noise(9);
    let (columns, rows) = (140, 120);
    let centers = [(-2.6, 0.2), (0.4, -0.6), (2.4, 0.7)];
    let mut p = Vec::new();
    for j in 0..rows {
        for i in 0..columns {
            let x = -4.0 + 8.0 * f64::from(i) / f64::from(columns - 1);
            let y = -2.6 + 5.2 * f64::from(j) / f64::from(rows - 1);
            let weights = centers.map(|(cx, cy)| {
                let d: f64 = (x - cx).powi(2) + (y - cy).powi(2);
                (-d / 1.6).exp() + 1e-12
            });
            let total: f64 = weights.iter().sum();
            p.extend(weights.map(|w| w / total));
        }
    }
    let points = (0..150)
        .map(|i| {
            let (cx, cy) = centers[i % 3];
            PlanePoint {
                x: cx + 0.5 * noise.normal(),
                y: cy + 0.5 * noise.normal(),
                target: (i % 3) as f64,
                part: if i % 4 == 3 { Part::Test } else { Part::Train },
            }
        })
        .collect();
    Boundary {
        title: "iris in its principal plane".into(),
        subtitle: "The plane through the mean explains 95.8 % of the variance of 4 features (72.8 % and 23.0 %).".into(),
        x_label: "first principal direction".into(),
        y_label: "second principal direction".into(),
        x_range: (-4.0, 4.0),
        y_range: (-2.6, 2.6),
        columns: columns as usize,
        rows: rows as usize,
        surface: Surface::Classes(p),
        points,
        class_names: ["setosa", "versicolor", "virginica"].map(String::from).to_vec(),
        equal_units: true,
    }
}

fn regression() -> Boundary {
    let mut noise = Noise(13);
    let n = 100;
    let truth = |x: f64, y: f64| (2.0 * x).sin() * 3.0 + y * y;
    let place = |i: usize| -2.0 + 4.0 * i as f64 / (n - 1) as f64;
    let values = (0..n * n)
        .map(|i| truth(place(i % n), place(i / n)))
        .collect();
    let points = (0..220)
        .map(|i| {
            let (x, y) = (4.0 * noise.uniform() - 2.0, 4.0 * noise.uniform() - 2.0);
            PlanePoint {
                x,
                y,
                target: truth(x, y) + 0.8 * noise.normal(),
                part: if i % 5 == 0 { Part::Test } else { Part::Train },
            }
        })
        .collect();
    Boundary {
        title: "Regression surface".into(),
        subtitle: "Shading: predicted value; points: measured values in the same colours.".into(),
        x_label: "x₁".into(),
        y_label: "x₂".into(),
        x_range: (-2.0, 2.0),
        y_range: (-2.0, 2.0),
        columns: n,
        rows: n,
        surface: Surface::Value {
            values,
            label: "predicted y".into(),
        },
        points,
        class_names: Vec::new(),
        equal_units: false,
    }
}

fn norms(noise: &mut Noise, at: impl Fn(f64) -> f64) -> Quantiles {
    Quantiles::of((0..300).map(|_| at((0.25 * noise.normal()).exp())))
}

fn trend_over_steps() -> NormTrend {
    let mut noise = Noise(17);
    let steps = log_steps(1000.0, 24);
    let mut panel = |label: &str, start: f64, growth: f64| TrendPanel {
        label: label.into(),
        series: vec![TrendSeries {
            name: "all".into(),
            quantiles: steps
                .iter()
                .map(|t| norms(&mut noise, |f| start * f + growth * f * (1.0 + t).ln()))
                .collect(),
        }],
    };
    NormTrend {
        title: "Norms grow with training".into(),
        subtitle: "500 networks 2-16-16-1 on moons; L2 norm over all weights and over all biases, and by layer.".into(),
        x_label: "step".into(),
        x: TrendAxis::Numbers {
            values: steps.clone(),
            scale: Scale::Auto,
        },
        y_scale: Scale::Linear,
        panels: vec![panel("weight norm", 5.0, 0.8), panel("bias norm", 0.02, 0.2)],
        small_panels: (0..3)
            .map(|l| panel(&format!("weight norm, layer {l}"), 2.0 + f64::from(l), 0.3))
            .collect(),
    }
}

fn trend_over_decay() -> NormTrend {
    let mut noise = Noise(19);
    let decay = vec![0.0, 1e-4, 1e-3, 1e-2, 1e-1];
    let mut panel = |label: &str, size: f64| TrendPanel {
        label: label.into(),
        series: [0.0, 31.0, 251.0, 1000.0]
            .iter()
            .map(|step: &f64| TrendSeries {
                name: format!("step {step}"),
                quantiles: decay
                    .iter()
                    .map(|d| {
                        norms(&mut noise, |f| {
                            f * size
                                * (1.0 + (1.0 + step).ln() / (1.0 + 40.0 * d * step.sqrt()))
                                * (1.0 - 2.0 * d)
                        })
                    })
                    .collect(),
            })
            .collect(),
    };
    NormTrend {
        title: "Weight decay shrinks the norms".into(),
        subtitle: "Medians and 25–75 % of 500 networks a setting.".into(),
        x_label: "weight decay".into(),
        panels: vec![panel("weight norm", 5.0), panel("bias norm", 0.5)],
        small_panels: Vec::new(),
        x: TrendAxis::Numbers {
            values: decay,
            scale: Scale::Log,
        },
        y_scale: Scale::Linear,
    }
}

fn trend_over_names() -> NormTrend {
    let mut noise = Noise(23);
    let names = ["sgd", "momentum", "nesterov", "adam", "rprop"]
        .map(String::from)
        .to_vec();
    let mut panel = |label: &str, size: f64| TrendPanel {
        label: label.into(),
        series: ["step 100", "step 1000"]
            .iter()
            .enumerate()
            .map(|(k, name)| TrendSeries {
                name: (*name).into(),
                quantiles: (0..5)
                    .map(|i| {
                        norms(&mut noise, |f| {
                            size * f * (1.0 + 0.2 * f64::from(i) + k as f64)
                        })
                    })
                    .collect(),
            })
            .collect(),
    };
    NormTrend {
        title: "Norms by optimizer".into(),
        subtitle: "Median, 25–75 % and 5–95 % of 300 networks.".into(),
        x_label: "optimizer".into(),
        panels: vec![panel("weight norm", 5.0), panel("bias norm", 0.5)],
        small_panels: Vec::new(),
        x: TrendAxis::Names(names),
        y_scale: Scale::Linear,
    }
}

fn scatter(n: usize, classes: bool) -> NormScatter {
    let mut noise = Noise(29);
    let (mut x, mut y, mut loss, mut class) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for i in 0..n {
        let k = (noise.uniform() * 3.3).min(2.0) as usize;
        let (cx, cy, level) = [(7.0, 2.2, 0.693), (10.0, 3.2, 0.35), (13.5, 5.0, 0.004)][k];
        let radius = noise.normal();
        x.push(if i % 900 == 899 {
            f64::NAN
        } else {
            cx + radius + 0.25 * noise.normal()
        });
        y.push(cy + 0.55 * radius + 0.2 * noise.normal());
        loss.push(level * (0.3 * noise.normal()).exp());
        class.push(2 - k);
    }
    NormScatter {
        title: "Bias norm against weight norm".into(),
        subtitle: format!("{n} networks 2-4-1 on xor after 10000 steps."),
        x_label: "weight norm".into(),
        y_label: "bias norm".into(),
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        x,
        y,
        outcome: if classes {
            Outcome::Categorical {
                names: ["solved", "half solved", "stuck"]
                    .map(String::from)
                    .to_vec(),
                classes: class,
            }
        } else {
            Outcome::Continuous {
                label: "training loss".into(),
                values: loss,
                scale: Scale::Log,
            }
        },
        marginals: true,
        guides: classes
            .then(|| Guide {
                name: "fit 0.44 w − 0.87, R² 0.94".to_string(),
                class: None,
                line: vec![(4.0, 0.9), (16.0, 6.2)],
            })
            .into_iter()
            .collect(),
    }
}

fn rate_map(columns: usize, rows: usize) -> HeatMap {
    let mut noise = Noise(31);
    let rates: Vec<f64> = (0..columns)
        .map(|i| 10f64.powf(-3.0 + 5.0 * i as f64 / (columns - 1) as f64))
        .collect();
    let steps = log_steps(2000.0, rows);
    let mut values = Vec::new();
    for step in &steps {
        for rate in &rates {
            let too_fast = rate > &30.0 && *step > 400.0 / rate;
            let rough = if *rate > 5.0 {
                0.3 * noise.uniform()
            } else {
                0.0
            };
            let loss = 0.69 / (1.0 + 0.05 * rate * step) + 0.004 + rough * 0.6;
            values.push(if too_fast { f64::NAN } else { loss });
        }
    }
    HeatMap {
        title: "Test loss over learning rate and step".into(),
        subtitle: "moons, 2-16-16-1 tanh, gradient descent.".into(),
        x: GridAxis::numbers("learning rate", rates, Scale::Auto),
        y: GridAxis::numbers("step", steps, Scale::Auto),
        values,
        diverged: Vec::new(),
        diverged_label: "diverged".into(),
        mixed: Vec::new(),
        exploded: Vec::new(),
        computed: Vec::new(),
        value_label: "test loss".into(),
        value_scale: Scale::Log,
        value_range: None,
        color_map: ColorMap::Viridis,
        best: Best::Lowest,
    }
}

fn list_map() -> HeatMap {
    let mut noise = Noise(37);
    let activations = [
        "identity",
        "tanh",
        "sigmoid",
        "relu",
        "leaky-relu",
        "softsign",
        "gelu",
        "silu",
        "sine",
    ];
    let widths = ["2", "4", "8", "16x16", "32x32", "64x64x64"];
    HeatMap {
        title: "Test accuracy by activation and hidden layers".into(),
        subtitle: String::new(),
        x: GridAxis::names("activation", activations.map(String::from).to_vec()),
        y: GridAxis::names("hidden layers", widths.map(String::from).to_vec()),
        values: (0..54)
            .map(|i| 0.6 + 0.4 * noise.uniform() * f64::from(i) / 54.0)
            .collect(),
        diverged: Vec::new(),
        diverged_label: "diverged".into(),
        mixed: Vec::new(),
        exploded: Vec::new(),
        computed: Vec::new(),
        value_label: "test accuracy".into(),
        value_scale: Scale::Linear,
        value_range: None,
        color_map: ColorMap::Cividis,
        best: Best::Highest,
    }
}

fn fractal(n: usize) -> HeatMap {
    let place = |i: usize| -3.0 + 9.0 * i as f64 / (n - 1) as f64;
    let axis: Vec<f64> = (0..n).map(|i| 10f64.powf(place(i))).collect();
    let mut values = Vec::new();
    for j in 0..n {
        for i in 0..n {
            // A Julia set stands in for the boundary of trainability.
            let (mut x, mut y) = (place(i) / 3.0 - 0.5, place(j) / 3.0 - 0.5);
            let mut left = 60;
            while x * x + y * y < 4.0 && left > 0 {
                (x, y) = (x * x - y * y - 0.8, 2.0 * x * y + 0.156);
                left -= 1;
            }
            values.push(if left == 0 {
                0.3 + (x * x + y * y) / 4.0
            } else {
                -f64::from(left) / 60.0
            });
        }
    }
    HeatMap {
        title: "Boundary of trainability".into(),
        subtitle: "512 × 512 cells; a Julia set stands in for it here.".into(),
        x: GridAxis::numbers("learning rate of layer 0", axis.clone(), Scale::Log),
        y: GridAxis::numbers("learning rate of layer 1", axis, Scale::Log),
        values,
        diverged: Vec::new(),
        diverged_label: "diverged".into(),
        mixed: Vec::new(),
        exploded: Vec::new(),
        computed: Vec::new(),
        value_label: "rank (diverged < 0 < converged)".into(),
        value_scale: Scale::Linear,
        value_range: Some((-1.0, 1.0)),
        color_map: ColorMap::BlueRed,
        best: Best::None,
    }
}

fn histogram() -> Histogram {
    let mut noise = Noise(41);
    let mut sample = |name: &str, mean: f64, n: usize| Sample {
        name: name.into(),
        values: (0..n)
            .map(|_| mean * (0.4 * noise.normal()).exp())
            .collect(),
    };
    Histogram {
        title: "Final training loss".into(),
        subtitle: "1000 networks a setting.".into(),
        x_label: "training loss".into(),
        y_label: "networks".into(),
        x_scale: Scale::Log,
        samples: vec![
            sample("gradient descent", 0.05, 1000),
            sample("Adam", 0.004, 1000),
        ],
        bins: None,
    }
}

fn outcomes() -> OutcomeBars {
    let bar = |name: &str, successes| OutcomeBar {
        name: name.into(),
        successes,
        trials: 1000,
    };
    OutcomeBars {
        title: "XOR: share of networks that solve it, by width".into(),
        subtitle: "Final training loss below 0.01; bars with 95 % Wilson intervals.".into(),
        x_label: "share solved (%)".into(),
        y_label: "hidden units".into(),
        bars: vec![
            bar("2", 176),
            bar("4", 560),
            bar("6", 781),
            bar("8", 879),
            bar("10", 935),
        ],
    }
}

fn odd_numbers() -> LearningCurves {
    let x: Vec<f64> = (0..50).map(f64::from).collect();
    let gap = x.iter().map(|t| {
        if (20.0..28.0).contains(t) {
            f64::NAN
        } else {
            1e9 * (t / 7.0).sin()
        }
    });
    let blown = x
        .iter()
        .map(|t| if *t > 40.0 { f64::INFINITY } else { 4e7 * t });
    LearningCurves {
        title: "A title that is much too long for a picture of this width and therefore goes on over two lines at least, or is cut".into(),
        subtitle: "A gap of NaN, and a series that ends in infinity.".into(),
        x_label: "epoch".into(),
        x_scale: Scale::Auto,
        panels: vec![CurvePanel {
            y_label: "a value with a very long name that does not fit beside the axis at this height".into(),
            y_scale: Scale::Auto,
            y_range: None,
            series: vec![
                Series::new("with a gap", x.clone(), gap.collect()),
                Series::new("blown up <&>", x.clone(), blown.collect()).dashed(),
            ],
        }],
    }
}
