//! Every chart over random data: no panic, nothing outside the picture, no two texts over each other.

use mlp_plot::{
    Best, Boundary, Center, Chart, ChartGrid, ColorMap, CurvePanel, Format, GridAxis, Guide,
    HeatMap, Histogram, LearningCurves, NormScatter, NormTrend, Outcome, OutcomeBar, OutcomeBars,
    Part, PlanePoint, Quantiles, Sample, Scale, Scene, Series, Size, Surface, TrendAxis,
    TrendPanel, TrendSeries,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn check(scene: &Scene) -> Result<(), TestCaseError> {
    let texts = scene.texts();
    let picture = scene.area();
    for (i, (text, area)) in texts.iter().enumerate() {
        prop_assert!(
            area.left >= picture.left - 0.01
                && area.right <= picture.right + 0.01
                && area.top >= picture.top - 0.01
                && area.bottom <= picture.bottom + 0.01,
            "`{text}` at {area:?} leaves the picture {picture:?}"
        );
        for (other, place) in &texts[..i] {
            prop_assert!(
                !area.overlaps(place),
                "`{text}` at {area:?} covers `{other}` at {place:?}"
            );
        }
    }
    Ok(())
}

fn check_chart(chart: &dyn Chart, size: Size) -> Result<(), TestCaseError> {
    let scene = chart.scene(size);
    prop_assert!(scene.is_ok(), "{:?}", scene.err());
    if let Ok(scene) = scene {
        check(&scene)?;
        let svg = scene.render(Format::Svg);
        prop_assert!(svg.is_ok());
        let svg = String::from_utf8(svg.unwrap_or_default()).unwrap_or_default();
        let mut drawn = svg.lines().filter(|line| !line.contains("base64"));
        prop_assert!(!drawn.any(|line| line.contains("NaN") || line.contains("inf")));
    }
    Ok(())
}

/// Ordinary and odd numbers: gaps, signed zeros, huge ranges, subnormals.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0f64,
        3 => 0.0..1.0f64,
        2 => (-300.0..300.0f64).prop_map(|e| 10f64.powf(e)),
        1 => prop_oneof![
            Just(f64::NAN),
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            Just(0.0),
            Just(-0.0),
            Just(f64::MAX),
            Just(f64::MIN),
            Just(f64::MIN_POSITIVE),
            Just(5e-324),
        ],
    ]
}

/// Series of several kinds: random, constant, one magnitude.
fn numbers(most: usize) -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(number(), 0..most),
        (number(), 0..most).prop_map(|(v, n)| vec![v; n]),
        (number(), prop::collection::vec(0.9..1.1f64, 0..most))
            .prop_map(|(scale, v)| v.into_iter().map(|x| x * scale).collect()),
    ]
}

fn scale() -> impl Strategy<Value = Scale> {
    prop_oneof![Just(Scale::Auto), Just(Scale::Linear), Just(Scale::Log)]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("loss".to_string()),
        Just(String::new()),
        Just("a rather long name <of> & \"something\" that goes on and on and on".to_string()),
        Just("中文 ü 🙂 \u{7}".to_string()),
    ]
}

fn size() -> impl Strategy<Value = Size> {
    (360u32..1100, 300u32..900).prop_map(|(w, h)| Size::new(w, h))
}

fn ascending(mut values: Vec<f64>) -> Vec<f64> {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// The same cases on every run; a larger count or another seed is for whoever looks for more.
fn deterministic() -> ProptestConfig {
    ProptestConfig {
        cases: 48,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(deterministic())]

    #[test]
    fn learning_curves(
        x in numbers(40), columns in prop::collection::vec(numbers(60), 1..4),
        x_scale in scale(), y_scale in scale(), name in text(), panels in 1usize..3, size in size(),
    ) {
        let x = ascending(x);
        let mut padded: Vec<Vec<f64>> = columns;
        for column in &mut padded {
            column.resize(x.len(), f64::NAN);
        }
        let mut series: Vec<Series> = padded
            .iter()
            .enumerate()
            .map(|(i, y)| Series::new(format!("{name}{i}"), x.clone(), y.clone()))
            .collect();
        series.push(Series::of_population("all", x.clone(), &padded, Center::Mean));
        let panel = CurvePanel { y_label: name.clone(), y_scale, y_range: None, series };
        let chart = LearningCurves {
            title: name.clone(),
            subtitle: name.clone(),
            x_label: name,
            x_scale,
            panels: vec![panel; panels],
        };
        check_chart(&chart, size)?;
    }

    #[test]
    fn heat_maps(
        x in numbers(20), y in numbers(12), values in numbers(300), x_scale in scale(),
        value_scale in scale(), name in text(), size in size(),
    ) {
        let (x, y) = (ascending(x), ascending(y));
        let mut cells = values;
        cells.resize(x.len() * y.len(), f64::NAN);
        let names = y.iter().map(|v| format!("{name} {v:.3e}")).collect();
        let chart = HeatMap {
            title: name.clone(),
            subtitle: String::new(),
            x: GridAxis::numbers(name.clone(), x, x_scale),
            y: GridAxis::names(name.clone(), names),
            values: cells,
            diverged: Vec::new(),
        diverged_label: "diverged".into(),
        mixed: Vec::new(),
        exploded: Vec::new(),
        computed: Vec::new(),
            value_label: name,
            value_scale,
            value_range: None,
            color_map: ColorMap::Viridis,
            best: Best::Lowest,
        };
        check_chart(&chart, size)?;
    }

    #[test]
    fn scatters(
        x in numbers(200), y in numbers(200), x_scale in scale(), y_scale in scale(),
        kind in 0usize..3, name in text(), size in size(),
    ) {
        let n = x.len();
        let mut y = y;
        y.resize(n, 1.0);
        let outcome = match kind {
            0 => Outcome::None,
            1 => Outcome::Continuous { label: name.clone(), values: y.clone(), scale: x_scale },
            _ => Outcome::Categorical {
                names: vec![name.clone(), "b".into()],
                classes: (0..n).map(|i| i % 2).collect(),
            },
        };
        let chart = NormScatter {
            title: name.clone(),
            subtitle: name.clone(),
            x_label: name.clone(),
            y_label: name.clone(),
            x_scale,
            y_scale,
            x: x.clone(),
            y: y.clone(),
            outcome,
            marginals: true,
            guides: vec![Guide { name, class: None, line: x.into_iter().zip(y).collect() }],
        };
        check_chart(&chart, size)?;
    }

    #[test]
    fn trends(
        places in numbers(12), values in numbers(200), x_scale in scale(), y_scale in scale(),
        named in any::<bool>(), small in 0usize..5, series in 1usize..4, name in text(),
    ) {
        let places = ascending(places);
        let quantiles: Vec<Quantiles> = (0..places.len())
            .map(|i| Quantiles::of(values.iter().skip(i).step_by(3).copied()))
            .collect();
        let one = TrendSeries { name: name.clone(), quantiles };
        let panel = TrendPanel { label: name.clone(), series: vec![one; series] };
        let x = if named {
            TrendAxis::Names(places.iter().map(|v| format!("{name}{v}")).collect())
        } else {
            TrendAxis::Numbers { values: places, scale: x_scale }
        };
        let chart = NormTrend {
            title: name.clone(),
            subtitle: name.clone(),
            x_label: name,
            x,
            y_scale,
            panels: vec![panel.clone(); 2],
            small_panels: vec![panel; small],
        };
        check_chart(&chart, Size::new(900, 680))?;
    }

    #[test]
    fn boundaries(
        columns in 0usize..8, rows in 0usize..8, values in numbers(64), from in number(),
        to in number(), kind in 0usize..3, points in prop::collection::vec((number(), number()), 0..40),
        name in text(), size in size(),
    ) {
        let mut cells = values;
        cells.resize(columns * rows * if kind == 1 { 3 } else { 1 }, 0.25);
        let classes = [2, 3, 0][kind];
        let chart = Boundary {
            title: name.clone(),
            subtitle: name.clone(),
            x_label: name.clone(),
            y_label: name.clone(),
            x_range: (from, to),
            y_range: (-1.0, 1.0),
            columns,
            rows,
            surface: match kind {
                0 => Surface::Binary(cells),
                1 => Surface::Classes(cells),
                _ => Surface::Value { values: cells, label: name.clone() },
            },
            points: points
                .into_iter()
                .enumerate()
                .map(|(i, (x, y))| PlanePoint {
                    x,
                    y,
                    target: if classes == 0 { y } else { (i % classes) as f64 },
                    part: if i % 3 == 0 { Part::Test } else { Part::Train },
                })
                .collect(),
            class_names: (0..classes).map(|i| format!("{name}{i}")).collect(),
            equal_units: kind == 0,
        };
        check_chart(&chart, size)?;
    }

    #[test]
    fn histograms_and_bars(
        values in prop::collection::vec(numbers(100), 0..4), x_scale in scale(), name in text(),
        trials in prop::collection::vec((0u64..50, 0u64..50), 0..60), size in size(),
    ) {
        let histogram = Histogram {
            title: name.clone(),
            subtitle: name.clone(),
            x_label: name.clone(),
            y_label: name.clone(),
            x_scale,
            samples: values.into_iter().map(|values| Sample { name: name.clone(), values }).collect(),
            bins: None,
        };
        check_chart(&histogram, size)?;
        let bars = OutcomeBars {
            title: name.clone(),
            subtitle: name.clone(),
            x_label: name.clone(),
            y_label: name.clone(),
            bars: trials
                .into_iter()
                .map(|(successes, trials)| OutcomeBar { name: name.clone(), successes, trials })
                .collect(),
        };
        check_chart(&bars, size)?;
    }
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
    check(&grid.scene(Size::new(900, 700)).unwrap()).unwrap();
}
