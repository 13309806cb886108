//! Colours of classes: a palette, or the colours that the classes are named after.

use super::Color;

/// Colours of the palette.
pub(crate) const PALETTE: usize = 12;

/// Colours that readers with and without red-green blindness can distinguish: Okabe and Ito (2008) without black and yellow,
/// one by Paul Tol, then those that lie furthest from all before them, to normal eyes and as Machado et al. (2009)
/// simulate protanopia and deuteranopia.
const CATEGORIES: [Color; PALETTE] = [
    Color::rgb(0, 114, 178),
    Color::rgb(213, 94, 0),
    Color::rgb(0, 158, 115),
    Color::rgb(204, 121, 167),
    Color::rgb(230, 159, 0),
    Color::rgb(86, 180, 233),
    Color::rgb(136, 34, 85),
    Color::rgb(0, 0, 255),
    Color::rgb(120, 15, 0),
    Color::rgb(15, 15, 150),
    Color::rgb(105, 105, 255),
    Color::rgb(120, 225, 135),
];

/// The basic colour terms of English (Berlin and Kay 1969) and two of printing, in tones that those with red-green blindness
/// can distinguish, white dark enough for a white ground.
const NAMED: [(&str, Color); 15] = [
    ("red", Color::rgb(214, 39, 40)),
    ("green", Color::rgb(44, 160, 80)),
    ("blue", Color::rgb(0, 102, 190)),
    ("yellow", Color::rgb(240, 205, 40)),
    ("orange", Color::rgb(230, 115, 20)),
    ("purple", Color::rgb(105, 30, 130)),
    ("violet", Color::rgb(105, 30, 130)),
    ("pink", Color::rgb(245, 160, 200)),
    ("brown", Color::rgb(90, 60, 40)),
    ("black", Color::rgb(34, 34, 38)),
    ("white", Color::rgb(225, 218, 196)),
    ("gray", Color::rgb(128, 128, 134)),
    ("grey", Color::rgb(128, 128, 134)),
    ("cyan", Color::rgb(60, 190, 215)),
    ("magenta", Color::rgb(200, 40, 160)),
];

/// The colour of category `index`; the palette repeats after twelve.
#[must_use]
pub fn category_color(index: usize) -> Color {
    CATEGORIES[index % CATEGORIES.len()]
}

/// The colours of classes: of one that is named after a colour (`red`), that colour; of the others the palette's in order,
/// without those that resemble a named one.
#[must_use]
pub fn class_colors(names: &[String]) -> Vec<Color> {
    let mut named: Vec<Option<Color>> = Vec::new();
    for name in names {
        let name = name.trim().to_lowercase();
        let color = NAMED.iter().find(|(known, _)| *known == name);
        // Of two spellings of one colour the second is none.
        let color = color
            .map(|(_, color)| *color)
            .filter(|c| !named.contains(&Some(*c)));
        named.push(color);
    }
    let free = |color: &Color| {
        named
            .iter()
            .flatten()
            .all(|other| !resemble(*color, *other))
    };
    let free: Vec<Color> = CATEGORIES.into_iter().filter(free).collect();
    let mut next = free.iter().cycle();
    let colors = named.iter().map(|own| own.or_else(|| next.next().copied()));
    colors.map(|color| color.unwrap_or(CATEGORIES[0])).collect()
}

/// Whether two colours are hard to tell apart.
fn resemble(a: Color, b: Color) -> bool {
    let far = a.rgb.into_iter().zip(b.rgb);
    far.map(|(a, b)| (f64::from(a) - f64::from(b)).powi(2))
        .sum::<f64>()
        < 70.0 * 70.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORMAL: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    /// Machado, Oliveira and Fernandes 2009, severity 1, over linear RGB.
    const PROTANOPIA: [[f64; 3]; 3] = [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ];
    const DEUTERANOPIA: [[f64; 3]; 3] = [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ];

    fn times(matrix: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(v).map(|(m, v)| m * v).sum())
    }

    /// CIE L*a*b* (D65) of a colour as it is seen.
    fn lab(color: Color, seen: &[[f64; 3]; 3]) -> [f64; 3] {
        let linear = color.rgb.map(|c| match f64::from(c) / 255.0 {
            c if c <= 0.04045 => c / 12.92,
            c => ((c + 0.055) / 1.055).powf(2.4),
        });
        let linear = times(seen, linear).map(|c| c.clamp(0.0, 1.0));
        let xyz = [
            [0.412_456_4, 0.357_576_1, 0.180_437_5],
            [0.212_672_9, 0.715_152_2, 0.072_175_0],
            [0.019_333_9, 0.119_192_0, 0.950_304_1],
        ];
        let [x, y, z] = times(&xyz, linear);
        let [x, y, z] = [x / 0.950_47, y, z / 1.088_83].map(|t: f64| match t > 216.0 / 24389.0 {
            true => t.cbrt(),
            false => (24389.0 / 27.0 * t + 16.0) / 116.0,
        });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// The least distance of two colours (CIE 1976), whoever sees them.
    fn least_distance(colors: &[Color]) -> f64 {
        let mut least = f64::INFINITY;
        for seen in [NORMAL, PROTANOPIA, DEUTERANOPIA] {
            for (i, a) in colors.iter().enumerate() {
                for b in &colors[..i] {
                    let pairs = lab(*a, &seen).into_iter().zip(lab(*b, &seen));
                    least = least.min(pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt());
                }
            }
        }
        least
    }

    #[test]
    fn the_palette_holds_for_color_blind_readers() {
        assert!(least_distance(&CATEGORIES) > 17.5);
        assert!(least_distance(&CATEGORIES[..3]) > 37.0);
        // The basic terms of English; what is printed besides lies between two of them.
        let named: Vec<Color> = NAMED[..13].iter().map(|(_, color)| *color).collect();
        let mut one_spelling: Vec<Color> = Vec::new();
        for color in named {
            if !one_spelling.contains(&color) {
                one_spelling.push(color);
            }
        }
        assert_eq!(one_spelling.len(), 11);
        assert!(least_distance(&one_spelling) > 17.0);
    }

    #[test]
    fn classes_named_after_colors_have_them() {
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            class_colors(&names)
        };
        let found = of(&["blue", "Green ", "red"]);
        assert_eq!(found, [NAMED[2].1, NAMED[1].1, NAMED[0].1]);
        assert_eq!(of(&["setosa", "virginica"]), CATEGORIES[..2]);
        // No other class looks like the blue one, and no two spellings alike.
        let found = of(&["unripe", "blue", "grey", "gray"]);
        assert_eq!(found[0], CATEGORIES[1]);
        assert!(found[2] != found[3]);
        assert_eq!(of(&[]), []);
        assert_eq!(of(&["x"; 30]).len(), 30);
    }
}
