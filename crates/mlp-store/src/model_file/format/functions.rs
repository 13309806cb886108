//! Elementary functions as source text in Rust and C, for programs without a mathematical
//! library. They use only additions, multiplications and divisions; relative errors are a few
//! 1e-16 in double precision (absolute errors for the sine), and a few 1e-7 in [single](single).

mod single;

pub(super) use self::single::{for_single, has_single};

/// A function in both languages. In C, `@` stands for the prefix of all names.
pub(super) struct Function {
    name: &'static str,
    /// Functions that it calls.
    calls: &'static [&'static str],
    pub(super) rust: &'static str,
    pub(super) c: &'static str,
    /// What of its text is another in single precision; `None` where it has no such form.
    single: Option<&'static [(&'static str, &'static str)]>,
}

/// The error function in single precision, where the series loses digits in e^(-x^2): formula 7.1.26 of Abramowitz and
/// Stegun (1964, "Handbook of mathematical functions"), of an absolute error below 1.5e-7.
const ERF: [(&str, &str); 8] = [
    (
        "2 / sqrt(pi) x e^(-x^2) times a series of positive terms.",
        "Abramowitz and Stegun, 7.1.26.",
    ),
    (
        "    let (mut term, mut sum, mut k) = (1.0, 1.0, 3.0);
    while term > 1e-17 * sum {
        term *= 2.0 * x * x / k;
        sum += term;
        k += 2.0;
    }
",
        "    let t = 1.0 / (1.0 + 0.3275911 * if x < 0.0 { -x } else { x });
    let sum = t * (0.2548296 + t * (-0.28449672 + t * (1.4214138 + t * (-1.4531521 + t * 1.0614054))));
",
    ),
    (
        "    core::f64::consts::FRAC_2_SQRT_PI * x * exp(-x * x) * sum
",
        "    let y = 1.0 - sum * exp(-x * x);
    if x < 0.0 { -y } else { y }
",
    ),
    (
        "double term = 1.0, sum = 1.0, k;",
        "double t = 1.0 / (1.0 + 0.3275911 * (x < 0.0 ? -x : x));
    double sum = t * (0.2548296 + t * (-0.28449672 + t * (1.4214138 + t * (-1.4531521 + t * 1.0614054))));",
    ),
    (
        "    for (k = 3.0; term > 1e-17 * sum; k += 2.0) {
        term *= 2.0 * x * x / k;
        sum += term;
    }
",
        "",
    ),
    (
        "    return 1.1283791670955126 * x * @exp(-x * x) * sum;
",
        "    sum = 1.0 - sum * @exp(-x * x);
    return x < 0.0 ? -sum : sum;
",
    ),
    ("x < -6.0", "x < -4.0"),
    ("x > 6.0", "x > 4.0"),
];

/// Every function, after those that it calls.
const ALL: &[Function] = &[
    Function {
        name: "power_of_two",
        calls: &[],
        rust: "
// 2^n, by repeated squaring.
fn power_of_two(n: i32) -> f64 {
    let mut square = if n < 0 { 0.5 } else { 2.0 };
    let mut rest = if n < 0 { -n } else { n };
    let mut power = 1.0;
    while rest > 0 {
        if rest % 2 == 1 {
            power *= square;
        }
        square *= square;
        rest /= 2;
    }
    power
}
",
        c: "
/* 2^n, by repeated squaring. */
static inline double @power_of_two(int n) {
    double square = n < 0 ? 0.5 : 2.0, power = 1.0;
    int rest;
    for (rest = n < 0 ? -n : n; rest > 0; rest /= 2) {
        if (rest % 2 == 1) power *= square;
        square *= square;
    }
    return power;
}
",
        single: Some(&[]),
    },
    Function {
        name: "exp",
        calls: &["power_of_two"],
        rust: "
// e^x: 2^n e^r with r within half of ln 2, where the power series is short.
fn exp(x: f64) -> f64 {
    if x > 709.782712893384 {
        return power_of_two(1024);
    }
    if x < -745.2 {
        return 0.0;
    }
    let turns = x * core::f64::consts::LOG2_E;
    let n = (if turns < 0.0 { turns - 0.5 } else { turns + 0.5 }) as i32;
    let r = x - f64::from(n) * 0.6931471803691238 - f64::from(n) * 1.9082149292705877e-10;
    let mut sum = 1.0;
    let mut k = 14;
    while k > 0 {
        sum = 1.0 + sum * r / f64::from(k);
        k -= 1;
    }
    sum * power_of_two(n / 2) * power_of_two(n - n / 2)
}
",
        c: "
/* e^x: 2^n e^r with r within half of ln 2, where the power series is short. */
static inline double @exp(double x) {
    double turns = x * 1.4426950408889634, r, sum = 1.0;
    int n, k;
    if (x != x) return x;
    if (x > 709.782712893384) return @power_of_two(1024);
    if (x < -745.2) return 0.0;
    n = (int)(turns < 0.0 ? turns - 0.5 : turns + 0.5);
    r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
    for (k = 14; k > 0; k--) sum = 1.0 + sum * r / k;
    return sum * @power_of_two(n / 2) * @power_of_two(n - n / 2);
}
",
        single: Some(&[
            ("709.782712893384", "88.72284"),
            ("-745.2", "-103.98"),
            ("1.4426950408889634", "1.442695"),
            ("0.6931471803691238", "0.693359375"),
            ("1.9082149292705877e-10", "-2.1219444e-4"),
            ("k = 14", "k = 8"),
        ]),
    },
    Function {
        name: "expm1",
        calls: &["exp"],
        rust: "
// e^x - 1, without loss of digits near zero.
fn expm1(x: f64) -> f64 {
    if x < -0.35 || x > 0.35 {
        return exp(x) - 1.0;
    }
    let mut sum = 1.0;
    let mut k = 15;
    while k > 1 {
        sum = 1.0 + sum * x / f64::from(k);
        k -= 1;
    }
    sum * x
}
",
        c: "
/* e^x - 1, without loss of digits near zero. */
static inline double @expm1(double x) {
    double sum = 1.0;
    int k;
    if (x < -0.35 || x > 0.35) return @exp(x) - 1.0;
    for (k = 15; k > 1; k--) sum = 1.0 + sum * x / k;
    return sum * x;
}
",
        single: Some(&[("k = 15", "k = 8")]),
    },
    Function {
        name: "tanh",
        calls: &["expm1"],
        rust: "
fn tanh(x: f64) -> f64 {
    if x < 0.0 {
        return -tanh(-x);
    }
    if x > 20.0 {
        return 1.0;
    }
    let e = expm1(2.0 * x);
    e / (e + 2.0)
}
",
        c: "
static inline double @tanh(double x) {
    double e = @expm1(x < 0.0 ? -2.0 * x : 2.0 * x);
    double y = x < -20.0 || x > 20.0 ? 1.0 : e / (e + 2.0);
    return x < 0.0 ? -y : y;
}
",
        single: Some(&[("20.0", "10.0")]),
    },
    Function {
        name: "sigmoid",
        calls: &["exp"],
        rust: "
// 1 / (1 + e^-x), without overflow.
fn sigmoid(x: f64) -> f64 {
    if x < 0.0 {
        let e = exp(x);
        return e / (1.0 + e);
    }
    1.0 / (1.0 + exp(-x))
}
",
        c: "
/* 1 / (1 + e^-x), without overflow. */
static inline double @sigmoid(double x) {
    double e = @exp(x < 0.0 ? x : -x);
    return (x < 0.0 ? e : 1.0) / (1.0 + e);
}
",
        single: Some(&[]),
    },
    Function {
        name: "softplus",
        calls: &["exp"],
        rust: "
// ln(1 + e^x) = max(x, 0) + ln(1 + e), e = e^-|x|; ln(1 + e) = 2 artanh(e / (2 + e)), a series.
fn softplus(x: f64) -> f64 {
    let e = exp(if x < 0.0 { x } else { -x });
    let s = e / (2.0 + e);
    let mut sum = 0.0;
    let mut k = 37;
    while k > 0 {
        sum = 1.0 / f64::from(k) + sum * s * s;
        k -= 2;
    }
    2.0 * s * sum + if x < 0.0 { 0.0 } else { x }
}
",
        c: "
/* ln(1 + e^x) = max(x, 0) + ln(1 + e), e = e^-|x|; ln(1 + e) = 2 artanh(e / (2 + e)), a series. */
static inline double @softplus(double x) {
    double e = @exp(x < 0.0 ? x : -x), s = e / (2.0 + e), sum = 0.0;
    int k;
    for (k = 37; k > 0; k -= 2) sum = 1.0 / k + sum * s * s;
    return 2.0 * s * sum + (x < 0.0 ? 0.0 : x);
}
",
        single: Some(&[("k = 37", "k = 15")]),
    },
    Function {
        name: "erf",
        calls: &["exp"],
        rust: "
// The error function: 2 / sqrt(pi) x e^(-x^2) times a series of positive terms.
fn erf(x: f64) -> f64 {
    if x < -6.0 || x > 6.0 {
        return if x < 0.0 { -1.0 } else { 1.0 };
    }
    let (mut term, mut sum, mut k) = (1.0, 1.0, 3.0);
    while term > 1e-17 * sum {
        term *= 2.0 * x * x / k;
        sum += term;
        k += 2.0;
    }
    core::f64::consts::FRAC_2_SQRT_PI * x * exp(-x * x) * sum
}
",
        c: "
/* The error function: 2 / sqrt(pi) x e^(-x^2) times a series of positive terms. */
static inline double @erf(double x) {
    double term = 1.0, sum = 1.0, k;
    if (x < -6.0 || x > 6.0) return x < 0.0 ? -1.0 : 1.0;
    for (k = 3.0; term > 1e-17 * sum; k += 2.0) {
        term *= 2.0 * x * x / k;
        sum += term;
    }
    return 1.1283791670955126 * x * @exp(-x * x) * sum;
}
",
        single: Some(&ERF),
    },
    Function {
        name: "sqrt",
        calls: &[],
        rust: "
// The square root, by Newton's iteration from above, on a number brought near one.
fn sqrt(x: f64) -> f64 {
    if !(x > 0.0 && x <= f64::MAX) {
        return x;
    }
    let (mut near, mut root) = (x, 1.0);
    while near > 4.0 {
        near *= 0.25;
        root *= 2.0;
    }
    while near < 1.0 {
        near *= 4.0;
        root *= 0.5;
    }
    let mut y = 2.0;
    for _ in 0..6 {
        y = 0.5 * (y + near / y);
    }
    root * y
}
",
        c: "
/* The square root, by Newton's iteration from above, on a number brought near one. */
static inline double @sqrt(double x) {
    double near = x, root = 1.0, y = 2.0;
    int k;
    if (!(x > 0.0 && x <= 1.7976931348623157e308)) return x;
    for (; near > 4.0; near *= 0.25) root *= 2.0;
    for (; near < 1.0; near *= 4.0) root *= 0.5;
    for (k = 0; k < 6; k++) y = 0.5 * (y + near / y);
    return root * y;
}
",
        single: None,
    },
    Function {
        name: "sin",
        calls: &[],
        rust: "
// The sine; quarter turns are subtracted in four parts of pi/2. Beyond 8e8 no digits remain: NaN.
fn sin(x: f64) -> f64 {
    if !(x > -8e8 && x < 8e8) {
        return f64::NAN;
    }
    let turns = x * core::f64::consts::FRAC_2_PI;
    let n = (if turns < 0.0 { turns - 0.5 } else { turns + 0.5 }) as i32;
    let mut r = x;
    for part in [1.570796251296997, 7.549789415861596e-08, 5.390302529957765e-15, 3.2820035428735005e-22] {
        r -= f64::from(n) * part;
    }
    let odd = n % 2 != 0;
    let mut sum = 1.0;
    let mut k = if odd { 18 } else { 19 };
    while k > 1 {
        sum = 1.0 - sum * r * r / f64::from(k * (k - 1));
        k -= 2;
    }
    let y = if odd { sum } else { sum * r };
    if n.rem_euclid(4) > 1 { -y } else { y }
}
",
        c: "
/* The sine; quarter turns are taken off in four parts of pi/2. Beyond 8e8 it has no digits: NaN. */
static inline double @sin(double x) {
    static const double parts[4] = {1.570796251296997, 7.549789415861596e-08, 5.390302529957765e-15, 3.2820035428735005e-22};
    double turns = x * 0.6366197723675814, r = x, sum = 1.0;
    int n, k;
    if (!(x > -8e8 && x < 8e8)) return (x - x) / (x - x);
    n = (int)(turns < 0.0 ? turns - 0.5 : turns + 0.5);
    for (k = 0; k < 4; k++) r -= n * parts[k];
    for (k = n % 2 != 0 ? 18 : 19; k > 1; k -= 2) sum = 1.0 - sum * r * r / (k * (k - 1));
    if (n % 2 == 0) sum *= r;
    return ((n % 4) + 4) % 4 > 1 ? -sum : sum;
}
",
        single: None,
    },
];

/// The functions that an expression in C calls.
pub(super) fn called_in(expression: &str) -> impl Iterator<Item = &str> {
    expression.split('@').skip(1).map(|call| {
        let end = call.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &call[..end.unwrap_or(call.len())]
    })
}

/// The named functions and those that they call, each after those that it calls.
pub(super) fn closure<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<&'static Function> {
    let mut wanted: Vec<&str> = names.into_iter().collect();
    // From the last, so that what a function calls is visited after it.
    let mut found: Vec<&Function> = Vec::new();
    for function in ALL.iter().rev() {
        if wanted.contains(&function.name) {
            wanted.extend(function.calls);
            found.push(function);
        }
    }
    found.reverse();
    found
}
