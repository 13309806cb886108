//! Draws every chart of the registry from sampled numbers into a folder: usual and odd ones, those of a population of which few
//! networks exploded, equal ones, a single one and none; each light, dark and for a column of 85 mm; and a report of them all:
//! `cargo run -p mlp-plot --example gallery -- gallery`.

use std::error::Error;
use std::fs;
use std::path::Path;

use mlp_plot::{CHARTS, Format, Output, Report, Sampler, Section, Size, Theme};

/// A source of numbers for a seed.
type Numbers = fn(u64) -> Sampler;

/// So many pictures of each kind of numbers.
const PICTURES: [(&str, Numbers, u64); 6] = [
    ("usual", Sampler::usual, 3),
    ("odd", Sampler::odd, 3),
    ("exploded", exploded, 2),
    ("equal", |seed| Sampler::repeating(&[0.25], seed), 1),
    ("one", one, 1),
    ("none", |seed| Sampler::repeating(&[], seed), 1),
];

/// The width of 85 mm in units, with texts of 8 pt.
const PAPER: u32 = 361;

fn one(seed: u64) -> Sampler {
    let mut numbers = vec![f64::NAN; 60];
    numbers[0] = 0.7;
    Sampler::repeating(&numbers, seed)
}

fn exploded(seed: u64) -> Sampler {
    let mut usual = Sampler::usual(seed);
    let mut numbers: Vec<f64> = (0..57).map(|_| 3.0 + usual.normal()).collect();
    numbers.extend([1e34, 2e34, -1e34]);
    Sampler::repeating(&numbers, seed)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: gallery FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let mut report = Report::new("All charts").lead("Every chart, drawn from sampled numbers.");
    for kind in CHARTS {
        let mut section = Section::new(kind.name).paragraph(kind.description);
        let size = Size::new(kind.least.width.max(900), kind.least.height.max(640));
        let rows = kind.least.width.div_ceil(PAPER);
        let paper = Size::new(PAPER, (rows * kind.least.height).max(400));
        let light = Output::default();
        let dark = Output {
            theme: Theme::Dark,
            ..light
        };
        let printed = Output {
            unit: 8.0 / Output::TEXT,
            dpi: 300.0,
            ..light
        };
        for (what, sampler, count) in PICTURES {
            for seed in 0..count {
                let name = format!("{}-{what}-{seed}", kind.name.replace(' ', "-"));
                for (end, size, output) in [
                    ("", size, light),
                    ("-dark", size, dark),
                    ("-paper", paper, printed),
                ] {
                    let scene = (kind.sample)(&mut sampler(seed), size)?;
                    let svg = scene.write(Format::Svg, &output)?;
                    let file =
                        |format: Format| folder.join(format!("{name}{end}.{}", format.extension()));
                    fs::write(file(Format::Svg), &svg)?;
                    fs::write(file(Format::Png), scene.write(Format::Png, &output)?)?;
                    if end == "-paper" {
                        fs::write(file(Format::Pdf), scene.write(Format::Pdf, &output)?)?;
                    }
                    section = section.figure(svg, format!("{what} numbers, seed {seed}{end}"));
                }
            }
        }
        println!("{}", kind.name);
        report = report.section(section);
    }
    fs::write(folder.join("report.html"), report.to_html()?)?;
    Ok(())
}
