//! The values that data seeds give: a change here is a change of every result.

use mlp_data::{GeneratorOptions, Targets, generate, load_embedded, split};

/// The first row and its target, and the sum of all inputs, of every generator at data seed 0, with noise.
/// The tolerance leaves room for the last bits of elementary functions alone.
const FIRST: &[(&str, &[f64], f64, f64)] = &[
    (
        "xor",
        &[0.06946502571261909, 0.1483711857453279],
        0.0,
        40.302548000849264,
    ),
    (
        "moons",
        &[0.8239795385718198, -0.32102908019400245],
        1.0,
        30.302548000849264,
    ),
    (
        "circles",
        &[-0.3350434714748546, 0.4422638118915645],
        1.0,
        0.30254800084926353,
    ),
    (
        "blobs",
        &[6.376703767210641, 8.018517527759395],
        0.0,
        369.28841756399095,
    ),
    (
        "gaussian",
        &[
            1.4417763744060859,
            1.0270690348579832,
            0.6814314115852428,
            1.121004905393397,
            1.324916571173222,
            -1.1003203470321934,
            -0.7414088594510728,
            0.5032340262406992,
            -1.5425886306019754,
            -2.0017871558977003,
            -0.6686095351141351,
            1.9346744074079967,
            0.8586005918204246,
            -0.05553553095119138,
            1.6652728133100458,
            0.7313171554603171,
        ],
        -0.3345054114878518,
        27.126100026347792,
    ),
    (
        "gaussian-quantiles",
        &[1.394381596885841, -0.9519491612868655],
        2.0,
        3.2851970524448193,
    ),
    (
        "spirals",
        &[4.029577090028597, -0.1797730554736731],
        1.0,
        0.30254800084926536,
    ),
    (
        "n-spirals",
        &[0.10023820937047204, -0.0023658376457902364],
        2.0,
        -0.0009601248213386704,
    ),
    (
        "checkerboard",
        &[0.7001888998624213, 0.9353858199467348],
        0.0,
        3.5082495888812733,
    ),
    (
        "playground-circle",
        &[-3.5032900327387986, -0.925055521940616],
        0.0,
        -4.735733902931931,
    ),
    (
        "playground-xor",
        &[3.453619370749011, 4.235073171007033],
        1.0,
        18.428507940160035,
    ),
    (
        "playground-gauss",
        &[-1.2390487691904428, -0.3746750936698988],
        0.0,
        3.314247295864671,
    ),
    (
        "playground-spiral",
        &[1.834040726218729, 0.6894219715298723],
        0.0,
        -0.4941046933490547,
    ),
    (
        "playground-plane",
        &[3.784343244898814, 4.7220878052084405],
        0.8758445498724159,
        19.234209528192046,
    ),
    (
        "playground-gauss-regression",
        &[3.784343244898814, 4.7220878052084405],
        0.0,
        19.234209528192046,
    ),
    (
        "teacher",
        &[
            1.4417763744060859,
            1.0270690348579832,
            0.6814314115852429,
            1.121004905393397,
        ],
        0.6089960529292671,
        26.728290024456086,
    ),
    (
        "sine",
        &[1.981477489472712],
        0.9863141179889279,
        12.854395452928582,
    ),
    (
        "friedman1",
        &[
            0.8153619370749011,
            0.8935073171007034,
            0.4414024189466649,
            0.950334184323504,
            0.3951236466267206,
            0.8689185131568506,
            0.5743558274561628,
            0.914047308105378,
            0.6282841189973203,
            0.05458759176345618,
        ],
        19.148631171557355,
        201.33405993715024,
    ),
];

#[test]
fn generators_give_the_same_values_forever() {
    for info in mlp_data::datasets()
        .iter()
        .filter(|info| !info.options.is_empty())
    {
        let options = GeneratorOptions {
            samples: Some(40),
            noise: info.noise().map(|_| 0.1),
            ..Default::default()
        };
        let set = generate(info.name, &options, 0).unwrap();
        let target = match set.targets() {
            Targets::Classes { labels, .. } => f64::from(labels[0]),
            Targets::Values { values, .. } => values[[0, 0]],
        };
        let first: Vec<f64> = set.inputs().row(0).iter().copied().collect();
        let known = FIRST.iter().find(|known| known.0 == info.name);
        let (_, inputs, known_target, sum) = known.expect("a generator's values are pinned here");
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(
            first.iter().zip(*inputs).all(|(&a, &b)| close(a, b)),
            "{}: {first:?}",
            info.name
        );
        assert!(close(target, *known_target), "{}: {target}", info.name);
        assert!(
            close(set.inputs().sum(), *sum),
            "{}: {}",
            info.name,
            set.inputs().sum()
        );
    }
}

#[test]
fn splits_give_the_same_rows_forever() {
    let parts = split(&load_embedded("iris").unwrap(), 0.1, 0.0, 0).unwrap();
    assert_eq!(
        parts.test,
        [
            9, 12, 28, 43, 44, 62, 71, 74, 83, 90, 105, 109, 119, 121, 135
        ]
    );
}
