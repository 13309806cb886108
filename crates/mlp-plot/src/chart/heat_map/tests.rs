use super::*;
use crate::scene::Shape;

fn map(values: Vec<f64>, columns: usize) -> HeatMap {
    let rows = values.len() / columns;
    let count = |n: usize| (1..=n).map(|v| v as f64).collect();
    HeatMap {
        title: "map".into(),
        subtitle: String::new(),
        x: GridAxis::numbers("x", count(columns), Scale::Linear),
        y: GridAxis::numbers("y", count(rows), Scale::Linear),
        values,
        diverged: Vec::new(),
        diverged_label: "diverged".into(),
        mixed: Vec::new(),
        exploded: Vec::new(),
        computed: Vec::new(),
        missing: Vec::new(),
        value_label: "loss".into(),
        value_scale: Scale::Auto,
        value_range: None,
        color_map: ColorMap::Viridis,
        best: Best::Lowest,
    }
}

#[test]
fn the_best_cell_is_finite_and_not_diverged() {
    let mut map = map(vec![3.0, f64::NEG_INFINITY, 0.5, 2.0, f64::NAN, 1.0], 3);
    assert_eq!(map.best_cell(), Some((2, 0)));
    map.diverged = vec![false, false, true, false, false, false];
    assert_eq!(map.best_cell(), Some((2, 1)));
    map.best = Best::Highest;
    assert_eq!(map.best_cell(), Some((0, 0)));
}

#[test]
fn the_bar_tells_of_values_beyond_its_ends() {
    let beyond = |values: &[f64], range: Option<(f64, f64)>, scale| {
        let mut map = map(values.to_vec(), values.len());
        map.value_range = range.map(|(low, high)| ColorRange::between(low, high, scale));
        map.value_scale = scale;
        map.beyond(&map.color_mapping())
    };
    let values = [0.3, 1.0, 7.0, f64::NAN];
    assert_eq!(beyond(&values, None, Scale::Log), (0, 0));
    assert_eq!(beyond(&values, None, Scale::Linear), (0, 0));
    let to_five = Some((0.3, 5.0));
    assert_eq!(beyond(&values, to_five, Scale::Log), (0, 1));
    assert_eq!(beyond(&values, Some((0.5, 7.0)), Scale::Linear), (1, 0));
    assert_eq!(
        beyond(&[0.0, 1.0, 2.0], Some((1.0, 2.0)), Scale::Log),
        (0, 0)
    );
}

#[test]
fn cells_that_are_not_trained_yet_are_hatched_and_counted_apart() {
    let mut map = map(vec![0.1, 1.0, f64::NAN, f64::NAN], 2);
    map.missing = vec![true, false, false, true];
    assert_eq!(map.best_cell(), Some((1, 0)));
    let names: Vec<String> = map
        .legend(false)
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    // Shares of cells that ended are of those.
    assert_eq!(names[1], "diverged: 1 cell (50.0 %)");
    assert_eq!(names[2], "not trained yet: 2 of 4 cells (50.0 %)");
    let colors = (0..4).map(|cell| map.without_color(cell).map(|(fill, _)| fill));
    let colors: Vec<_> = colors.collect();
    assert_eq!(colors, [Some(MISSING), None, Some(DIVERGED), Some(MISSING)]);
}

#[test]
fn unlike_ends_are_neither_colored_nor_best() {
    let mut map = map(vec![0.1, 1.0, f64::NAN, 2.0], 2);
    map.mixed = vec![true, false, false, false];
    assert_eq!(map.best_cell(), Some((1, 0)));
    let names: Vec<String> = map
        .legend(false)
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    assert_eq!(names[2], "diverged by some seeds: 1 cell (25.0 %)");
    let png = map
        .exact_pixels(&[("experiment", "kind = \"map\" # ü\n")])
        .unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&png))
        .read_info()
        .unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rgb).unwrap();
    // The second row of data lies on top.
    let low = ColorMap::Viridis.at(0.0).rgb;
    let high = ColorMap::Viridis.at(1.0).rgb;
    assert_eq!(rgb, [DIVERGED.rgb, high, MIXED.rgb, low].concat());
    let text = &reader.info().utf8_text[0];
    assert_eq!(
        (text.keyword.as_str(), text.get_text().unwrap().as_str()),
        ("experiment", "kind = \"map\" # ü\n")
    );
}

#[test]
fn exploded_networks_are_hatched_and_counted() {
    let mut map = map(vec![0.1, 1.0, f64::NAN, 2.0, f64::NAN, 3.0], 2);
    map.exploded = vec![true, false, true, false, false, false];
    assert_eq!(map.best_cell(), Some((1, 0)));
    let names: Vec<String> = map
        .legend(false)
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    assert_eq!(names[1], "diverged: 1 cell (16.7 %)");
    assert_eq!(names[2], "with exploded networks: 2 cells (33.3 %)");
    let fills = [0, 1, 2, 4].map(|cell| map.without_color(cell));
    let lost = (DIVERGED, DIVERGED_HATCH);
    assert_eq!(
        fills,
        [None, None, Some((EXPLODED, EXPLODED_HATCH)), Some(lost)]
    );
    map.exploded[0] = false;
    assert_eq!(map.legend(false)[2].name, "exploded: 1 cell (16.7 %)");
    // A cell is counted once, by the colour that it has.
    map.exploded = vec![true, false, true, false, true, true];
    map.mixed = vec![true, false, false, false, true, false];
    let entries = map.legend(false).into_iter().skip(1);
    let names: Vec<String> = entries.map(|entry| entry.name).collect();
    assert_eq!(
        names,
        [
            "diverged by some seeds: 2 cells (33.3 %)",
            "with exploded networks: 2 cells (33.3 %)",
        ]
    );
    // Cells that show another one's value are no further ones.
    map.computed = vec![true, false, false, false, true, true];
    let entries = map.legend(false).into_iter().skip(1);
    let names: Vec<String> = entries.map(|entry| entry.name).collect();
    assert_eq!(
        names,
        [
            "diverged by some seeds: 2 computed cells (66.7 %)",
            "with exploded networks: 1 computed cell (33.3 %)",
        ]
    );
    map.computed.clear();
    map.exploded = map.mixed.clone();
    // The best cell, the one that diverged, and the mixed ones.
    assert_eq!(map.legend(false).len(), 3);
    map.exploded.pop();
    assert!(map.exact_pixels(&[]).is_err());
}

#[test]
fn a_click_finds_the_cell_that_is_drawn_there() {
    let map = map((0..12).map(f64::from).collect(), 4);
    let size = Size::new(800, 600);
    let (_, plot) = map.draw(size, None).unwrap();
    let cells = &map.cells(size).unwrap()[0];
    assert_eq!((cells.columns.len(), cells.rows.len()), (4, 3));
    assert!((cells.columns[0].0 * 800.0 - plot.left).abs() < 1e-9);
    assert!((cells.columns[3].1 * 800.0 - plot.right).abs() < 1e-9);
    // The first row is the lowest one of the picture.
    assert!((cells.rows[0].1 * 600.0 - plot.bottom).abs() < 1e-9);
    assert!((cells.rows[2].0 * 600.0 - plot.top).abs() < 1e-9);
    let grid = crate::Film {
        title: "two".into(),
        subtitle: String::new(),
        columns: 2,
        frames: vec![map.clone(), map],
    };
    let areas = grid.cells(size).unwrap();
    assert_eq!(areas.len(), 2);
    assert!(areas[0].columns[3].1 < areas[1].columns[0].0);
}

#[test]
fn cells_of_a_log_axis_with_zero_do_not_overlap() {
    let axis = GridAxis::numbers("decay", vec![0.0, 1e-4, 1e-3, 1e-2], Scale::Auto);
    let spans = Cells::of(&axis).spans;
    assert_eq!(spans.len(), 4);
    assert!(spans.windows(2).all(|w| w[0].1 <= w[1].0 + 1e-12));
    assert!((spans[3].1 - 1.0).abs() < 1e-12);
    // One decade each of the three that the logarithmic part shows.
    let part = (1.0 - spans[1].0) / 3.0;
    assert!((spans[2].1 - spans[2].0 - part).abs() < 1e-12);
}

#[test]
fn axes_and_colors_may_be_logarithmic_on_both_sides_of_zero() {
    let values = vec![-100.0, -1.0, 0.0, 1.0, 100.0];
    let axis = GridAxis::numbers("shift", values.clone(), Scale::Symlog);
    let cells = Cells::of(&axis);
    assert!(matches!(cells.axis.mapping, Mapping::Symlog { .. }));
    // The cells meet, and that of each value holds it.
    assert!(
        cells
            .spans
            .windows(2)
            .all(|w| (w[0].1 - w[1].0).abs() < 1e-12)
    );
    for (value, (low, high)) in values.iter().zip(&cells.spans) {
        let at = cells.axis.mapping.fraction(*value).unwrap();
        assert!((low..=high).contains(&&at), "{value} {at}");
    }
    let mut map = map(values, 5);
    map.x.places = axis.places;
    assert_eq!(map.set_scale(Along::X, Scale::Symlog), Ok(()));
    assert_eq!(map.set_color_scale(Scale::Symlog), Some(Ok(())));
    assert!(matches!(map.color_mapping(), Mapping::Symlog { .. }));
    assert!(matches!(map.set_color_scale(Scale::Log), Some(Err(_))));
    assert!(map.set_scale(Along::X, Scale::Log).is_err());
    let scene = map.scene(Size::new(800, 500)).unwrap();
    let count = |label: &str| {
        scene
            .texts()
            .iter()
            .filter(|(text, _)| *text == label)
            .count()
    };
    // One on the axis, one on the bar.
    assert_eq!((count("−10"), count("0") >= 2), (2, true));
}

#[test]
fn every_cell_is_drawn_in_its_own_color() {
    let map = map(vec![0.0, 1.0, 2.0, 3.0, 4.0, f64::NAN], 3);
    let (columns, rows) = (Cells::of(&map.x), Cells::of(&map.y));
    let plot = Area::new(0.0, 0.0, 30.0, 20.0);
    let image = map.image(&plot, &columns, &rows, &map.color_mapping());
    let at = |x: usize, y: usize| {
        let start = (y * image.width + x) * 4;
        [
            image.rgba[start],
            image.rgba[start + 1],
            image.rgba[start + 2],
        ]
    };
    // The first row of data is at the bottom.
    assert_eq!(at(0, image.height - 1), ColorMap::Viridis.at(0.0).rgb);
    assert_eq!(at(image.width / 2, 0), ColorMap::Viridis.at(1.0).rgb);
    assert!([DIVERGED.rgb, DIVERGED_HATCH.rgb].contains(&at(image.width - 1, 0)));
}

#[test]
fn a_large_even_grid_is_embedded_cell_by_cell() {
    let axis = GridAxis::numbers("x", (0..1024).map(f64::from).collect(), Scale::Linear);
    let cells = Cells::of(&axis);
    assert!(cells.even);
    assert_eq!(cells.pixels(400.0).len(), 1024);
}

#[test]
fn small_maps_have_numbers_in_their_cells() {
    let texts = |map: &HeatMap, size: Size| -> Vec<String> {
        let scene = map.scene(size).unwrap();
        scene
            .texts()
            .iter()
            .map(|(text, _)| (*text).to_owned())
            .collect()
    };
    let small = map(vec![0.123_456, 1.0, 2.5e-7, f64::NAN, 30.0, 1e34], 3);
    let found = texts(&small, Size::new(800, 600));
    for number in ["0.123", "30"] {
        assert!(found.contains(&number.to_owned()), "{number} {found:?}");
    }
    // The best cell is framed, which does not hide its number; the hatched one has none.
    assert!(found.contains(&"2.5×10⁻⁷".to_owned()));
    let rings = |size: Size| {
        let scene = small.scene(size).unwrap();
        let ring = |shape: &&Shape| matches!(shape, Shape::Ring { .. });
        scene.shapes.iter().filter(ring).count()
    };
    // The mark in the legend and the one in the map.
    assert_eq!(
        (rings(Size::new(800, 600)), rings(Size::new(200, 160))),
        (0, 4)
    );
    // Where one does not fit, none is written; and none in large maps.
    let narrow = map(vec![0.123_456; 20], 10);
    assert!(!texts(&narrow, Size::new(360, 300)).contains(&"0.123".to_owned()));
    let large = map((0..169).map(|i| f64::from(i) / 7.0).collect(), 13);
    assert!(!texts(&large, Size::new(1600, 1200)).contains(&"0.143".to_owned()));
}
