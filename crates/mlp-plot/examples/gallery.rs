//! Draws every chart of the registry from sampled numbers into a folder, usual and odd ones and those of a
//! population of which few networks exploded, and a report of them all:
//! `cargo run -p mlp-plot --example gallery -- gallery`.

use std::error::Error;
use std::fs;
use std::path::Path;

use mlp_plot::{CHARTS, Format, Report, Sampler, Section, Size};

/// A source of numbers for a seed.
type Numbers = fn(u64) -> Sampler;

/// So many pictures of usual numbers, of odd ones, and of those with a few far beyond the others.
const PICTURES: [(&str, Numbers, u64); 3] = [
    ("usual", Sampler::usual, 5),
    ("odd", Sampler::odd, 3),
    ("exploded", exploded, 2),
];

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
        for (what, sampler, count) in PICTURES {
            for seed in 0..count {
                let scene = (kind.sample)(&mut sampler(seed), size)?;
                let name = format!("{}-{what}-{seed}", kind.name.replace(' ', "-"));
                let svg = scene.render(Format::Svg)?;
                fs::write(folder.join(format!("{name}.svg")), &svg)?;
                fs::write(
                    folder.join(format!("{name}.png")),
                    scene.render(Format::Png)?,
                )?;
                section = section.figure(svg, format!("{what} numbers, seed {seed}"));
            }
        }
        println!("{}", kind.name);
        report = report.section(section);
    }
    fs::write(folder.join("report.html"), report.to_html()?)?;
    Ok(())
}
