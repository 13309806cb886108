//! Every chart of the registry over sampled data: no panic, nothing outside the picture, no two texts or panels over each
//! other, and a frame that is filled.

use mlp_plot::{
    Area, Best, CHARTS, Chart, ChartGrid, ColorMap, CurvePanel, Format, GridAxis, HeatMap,
    LearningCurves, MapFacets, Sampler, Scale, Scene, Series, Size,
};

/// What is wrong with a scene.
fn faults(scene: &Scene) -> Vec<String> {
    let texts = scene.texts();
    let picture = scene.area();
    let mut faults = Vec::new();
    for (i, (text, area)) in texts.iter().enumerate() {
        if area.left < picture.left - 0.01
            || area.right > picture.right + 0.01
            || area.top < picture.top - 0.01
            || area.bottom > picture.bottom + 0.01
        {
            faults.push(format!(
                "`{text}` at {area:?} leaves the picture {picture:?}"
            ));
        }
        for (other, place) in texts[..i].iter().filter(|(_, place)| area.overlaps(place)) {
            faults.push(format!(
                "`{text}` at {area:?} covers `{other}` at {place:?}"
            ));
        }
    }
    // Lines may reach over an edge by their width.
    let inside = |area: &Area, within: &Area| {
        area.left >= within.left - 1.0
            && area.right <= within.right + 1.0
            && area.top >= within.top - 1.0
            && area.bottom <= within.bottom + 1.0
    };
    if let Some(bounds) = scene.bounds().filter(|bounds| !inside(bounds, &picture)) {
        faults.push(format!("{bounds:?} is drawn, which leaves the picture"));
    }
    for (i, plot) in scene.plots().iter().enumerate() {
        if scene.plots()[..i].iter().any(|other| plot.overlaps(other)) {
            faults.push(format!("the panel at {plot:?} covers another"));
        }
    }
    let svg = scene.render(Format::Svg).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    let mut drawn = svg.lines().filter(|line| !line.contains("base64"));
    faults.extend(
        drawn
            .find(|line| line.contains("NaN") || line.contains("inf"))
            .map(str::to_owned),
    );
    faults
}

/// The part of a picture that lies between axes; `None` where there are none, since there is nothing to show.
fn filled(scene: &Scene) -> Option<f64> {
    let size = |area: &Area| area.width() * area.height();
    let plots = scene.plots();
    let all: f64 = plots.iter().map(size).sum();
    (!plots.is_empty()).then(|| all / size(&scene.area()))
}

/// Every chart, drawn from so many samplers in pictures from its smallest to one of 1100 x 900.
fn check_all(sampler: fn(u64) -> Sampler, seeds: u64) {
    let mut faulty = Vec::new();
    for kind in CHARTS {
        for seed in 0..seeds {
            let mut sampler = sampler(seed);
            let between = |sampler: &mut Sampler, least: u32, most: u32| {
                least + sampler.below((most - least) as usize) as u32
            };
            let size = Size::new(
                between(&mut sampler, kind.least.width, 1100),
                between(&mut sampler, kind.least.height, 900),
            );
            let scene = (kind.sample)(&mut sampler, size);
            let scene = scene.unwrap_or_else(|error| panic!("{} {seed}: {error}", kind.name));
            if let Some(first) = faults(&scene).first() {
                faulty.push(format!("{} {seed} {size:?}: {first}", kind.name));
            }
        }
    }
    assert!(faulty.is_empty(), "{}", faulty.join("\n"));
}

#[test]
fn every_chart_keeps_its_texts_apart_over_usual_numbers() {
    check_all(Sampler::usual, 24);
}

#[test]
fn every_chart_keeps_its_texts_apart_over_odd_numbers() {
    check_all(Sampler::odd, 64);
}

/// 85 mm with texts of 8 pt.
const PAPER: u32 = 361;

/// The size of a kind of chart on paper, where its panels stand below each other.
fn on_paper(kind: &mlp_plot::ChartKind, width: u32) -> Size {
    let rows = kind.least.width.div_ceil(width);
    Size::new(width, (rows * kind.least.height).max(400))
}

#[test]
fn every_chart_fits_the_width_of_paper() {
    let mut faulty = Vec::new();
    for kind in CHARTS {
        for seed in 0..48 {
            for (what, sampler) in [("usual", Sampler::usual(seed)), ("odd", Sampler::odd(seed))] {
                for width in [300, PAPER] {
                    let size = on_paper(kind, width);
                    let scene = (kind.sample)(&mut sampler.clone(), size).unwrap();
                    if let Some(first) = faults(&scene).first() {
                        faulty.push(format!("{} {what} {seed} {width}: {first}", kind.name));
                    }
                }
            }
        }
    }
    assert!(faulty.is_empty(), "{}", faulty.join("\n"));
}

#[test]
fn every_chart_fills_its_frame() {
    let mut faulty = Vec::new();
    for (usual, seeds) in [(true, 12), (false, 48)] {
        for kind in CHARTS {
            // Parts of small multiples have axes of their own, and of odd ones may have nothing to show.
            let several = [
                "grid",
                "film",
                "norm trend",
                "hidden units",
                "boundary panels",
                "map facets",
            ];
            let several = several.contains(&kind.name);
            let least = match (usual, several) {
                (true, false) => 0.5,
                (true, true) => 0.1,
                (false, false) => 0.25,
                (false, true) => 0.0,
            };
            for seed in 0..seeds {
                let mut sampler = match usual {
                    true => Sampler::usual(seed),
                    false => Sampler::odd(seed),
                };
                let scene = (kind.sample)(&mut sampler, Size::new(900, 680)).unwrap();
                let part = filled(&scene).unwrap_or(1.0);
                if part < least {
                    let part = 100.0 * part;
                    faulty.push(format!(
                        "{} {usual} {seed}: axes hold {part:.0} %",
                        kind.name
                    ));
                }
            }
        }
    }
    assert!(faulty.is_empty(), "{}", faulty.join("\n"));
}

#[test]
fn every_chart_is_clean_in_wild_data() {
    let usual: Vec<f64> = (0..60).map(|i| 1.0 + f64::from(i) / 60.0).collect();
    let with = |far: &[f64]| [&usual[..], far].concat();
    let wild = [
        ("a few at 1e34", with(&[1e34, 2e34, f64::INFINITY])),
        ("far on both sides", with(&[-1e144, 1e144])),
        ("all equal", vec![0.25]),
        ("all zero", vec![0.0]),
        ("nothing", vec![]),
        ("negative", vec![-3.0, -2.0, -1e-3]),
        (
            "both signs over decades",
            vec![-1e9, -1.0, 0.0, 1e-3, 1.0, 1e9],
        ),
        ("subnormal", vec![5e-324, 1e-310, 0.0]),
        (
            "the ends of the numbers",
            vec![f64::MIN, f64::MAX, f64::MIN_POSITIVE],
        ),
        ("gaps", vec![f64::NAN, 1.0, f64::NEG_INFINITY, 2.0]),
    ];
    let mut faulty = Vec::new();
    for (what, numbers) in &wild {
        for kind in CHARTS {
            for seed in 0..3 {
                let mut sampler = Sampler::repeating(numbers, seed);
                for size in [kind.least, Size::new(900, 680), on_paper(kind, PAPER)] {
                    let scene = (kind.sample)(&mut sampler, size).unwrap();
                    if let Some(first) = faults(&scene).first() {
                        faulty.push(format!("{} of {what}, {seed} {size:?}: {first}", kind.name));
                    }
                }
            }
        }
    }
    assert!(faulty.is_empty(), "{}", faulty.join("\n"));
}

fn curves() -> LearningCurves {
    let x: Vec<f64> = (0..200).map(f64::from).collect();
    let y = x
        .iter()
        .map(|t| 1.0 / (1.0 + t) + 0.01 * (t % 7.0))
        .collect();
    LearningCurves {
        title: "loss".into(),
        x_label: "step".into(),
        panels: vec![CurvePanel {
            y_label: "loss".into(),
            series: vec![Series::new("train", x, y)],
            ..CurvePanel::default()
        }],
        ..LearningCurves::default()
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    for format in [Format::Svg, Format::Png] {
        let once = curves().render(format, Size::default()).unwrap();
        assert_eq!(once, curves().render(format, Size::default()).unwrap());
    }
}

#[test]
fn a_png_has_two_pixels_a_unit() {
    let png = curves().render(Format::Png, Size::new(400, 300)).unwrap();
    assert_eq!(&png[1..4], b"PNG");
    assert_eq!(png[16..24], [0, 0, 3, 32, 0, 0, 2, 88]);
}

#[test]
fn sizes_out_of_range_are_refused() {
    for size in [Size::new(10, 500), Size::new(900, 0), Size::new(9000, 500)] {
        assert!(curves().render(Format::Svg, size).is_err());
    }
}

#[test]
fn a_grid_keeps_the_texts_of_its_parts_apart() {
    let part = curves();
    let grid = ChartGrid {
        title: "parts".into(),
        subtitle: "four".into(),
        columns: 2,
        charts: vec![&part, &part, &part, &part],
    };
    let scene = grid.scene(Size::new(900, 700)).unwrap();
    assert_eq!(faults(&scene), Vec::<String>::new());
}

/// A map of an activation over its axes, all of one size.
fn facet(title: &str, shift: f64) -> HeatMap {
    let axis = |label: &str| GridAxis::numbers(label, vec![0.01, 0.1, 1.0, 10.0], Scale::Log);
    HeatMap {
        title: title.into(),
        subtitle: String::new(),
        x: axis("learning rate"),
        y: axis("init gain"),
        values: (0..16).map(|i| shift + f64::from(i) / 16.0).collect(),
        diverged: Vec::new(),
        diverged_label: "diverged".into(),
        mixed: Vec::new(),
        exploded: Vec::new(),
        missing: Vec::new(),
        computed: Vec::new(),
        value_label: "test loss".into(),
        value_scale: Scale::Auto,
        value_range: None,
        color_map: ColorMap::Viridis,
        best: Best::Lowest,
    }
}

fn facets(count: usize) -> MapFacets {
    let map = |i: usize| facet(&format!("activation = a{i}"), i as f64);
    MapFacets {
        title: "Test loss".into(),
        subtitle: "of facets".into(),
        columns: 4,
        maps: (0..count).map(map).collect(),
    }
}

#[test]
fn facets_have_one_color_bar_and_wrap() {
    let usual = Size::new(1120, 750);
    for (width, columns) in [(1120, 4), (900, 4), (PAPER, 2), (300, 2)] {
        let chart = facets(12);
        let size = Size::new(width, chart.height(Size::new(width, 750), usual));
        let scene = chart.scene(size).unwrap();
        assert_eq!(faults(&scene), Vec::<String>::new(), "{width}");
        let plots = scene.plots();
        let beside = plots.iter().filter(|plot| plot.top == plots[0].top);
        assert_eq!((plots.len(), beside.count()), (12, columns), "{width}");
        let same = |plot: &Area| {
            (plot.width() - plots[0].width()).abs() < 1e-9
                && (plot.height() - plots[0].height()).abs() < 1e-9
        };
        assert!(plots.iter().all(same), "{width}");
        let texts = scene.texts();
        let count = |wanted: &str| texts.iter().filter(|(text, _)| *text == wanted).count();
        for once in ["test loss", "learning rate", "init gain"] {
            assert_eq!(count(once), 1, "{once} in {width}");
        }
        assert_eq!(chart.cells(size).unwrap().len(), 12);
    }
}

/// A best cell of one facet need not be that of another, and the largest value of any decides the colours of all.
#[test]
fn facets_share_colors_and_have_numbers_in_all_or_none() {
    let numbers = |chart: &MapFacets, size: Size| {
        let scene = chart.scene(size).unwrap();
        let texts = scene.texts().into_iter();
        let places = texts.filter(|(text, area)| {
            text.parse::<f64>().is_ok() && scene.plots().iter().any(|plot| plot.overlaps(area))
        });
        places.count()
    };
    let mut chart = facets(3);
    chart.columns = 3;
    let wide = Size::new(980, 400);
    assert_eq!(numbers(&chart, wide), 3 * 16);
    // A number that does not fit into its cell takes away those of all.
    chart.maps[1].values[0] = -1.234e-155;
    chart.maps[1].best = Best::None;
    assert_eq!(numbers(&chart, Size::new(620, 300)), 0);
}
