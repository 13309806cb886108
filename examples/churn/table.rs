//! A synthetic table of customers, of whom 8 % left, with categories, missing values, an id and dates, as such tables have them.

use std::fmt::Write;

use mlp_core::seed::{Purpose, Stream};

/// Customers of the table to train on, and how many of them left.
const ROWS: usize = 2000;
const LEFT: usize = 160;

/// Customers of the table to decide on; the cities of three of them are in no other row.
const NEW_ROWS: usize = 200;
const NEW_CITIES: [(usize, &str); 3] = [(17, "Atlantis"), (90, "El Dorado"), (151, "Shangri-La")];

const CITIES: [&str; 10] = [
    "Berlin", "Dresden", "Essen", "Hamburg", "Jena", "Kiel", "Köln", "Mainz", "München", "Ulm",
];
const PLANS: [&str; 3] = ["basic", "plus", "premium"];

/// A customer's cells without the answer, and how near to leaving.
struct Customer {
    cells: String,
    risk: f64,
}

/// The table to train on, whose last column says who left.
pub fn customers() -> String {
    let mut stream = Stream::new(20, Purpose::Generator);
    let made: Vec<Customer> = (0..ROWS)
        .map(|row| customer(row, None, &mut stream))
        .collect();
    let mut risks: Vec<f64> = made.iter().map(|customer| customer.risk).collect();
    risks.sort_by(f64::total_cmp);
    let mut text = head() + ",left\n";
    for customer in made {
        let left = customer.risk >= risks[ROWS - LEFT];
        let _ = writeln!(
            text,
            "{},{}",
            customer.cells,
            if left { "yes" } else { "no" }
        );
    }
    text
}

/// The table to decide on.
pub fn new_customers() -> String {
    let mut stream = Stream::new(21, Purpose::Generator);
    let mut text = head() + "\n";
    for row in 0..NEW_ROWS {
        let city = NEW_CITIES.iter().find(|(at, _)| *at == row);
        let city = city.map(|(_, city)| *city);
        let _ = writeln!(text, "{}", customer(ROWS + row, city, &mut stream).cells);
    }
    text
}

fn head() -> String {
    "customer,since,age,city,plan,price,calls,paperless".to_owned()
}

fn customer(row: usize, city: Option<&str>, stream: &mut Stream) -> Customer {
    let month = (stream.uniform() * 72.0) as usize;
    let day = 1 + (stream.uniform() * 28.0) as usize;
    let age = 18.0 + 60.0 * stream.uniform();
    let own = CITIES[(stream.uniform() * CITIES.len() as f64) as usize];
    let plan = (stream.uniform() * 3.0) as usize;
    let price = 15.0 + 20.0 * plan as f64 + 5.0 * stream.normal();
    let calls = (6.0 * stream.uniform() * stream.uniform()) as usize;
    let paperless = stream.uniform() < 0.6;
    // Those leave who came lately, call often and pay much for a small plan, and more of them in two cities.
    let risk = 0.9 * calls as f64 + 0.03 * month as f64 - 0.02 * age
        + 0.08 * (price - 20.0 * plan as f64)
        + if matches!(own, "Kiel" | "Ulm") {
            1.5
        } else {
            0.0
        }
        + 0.8 * stream.normal();
    let mut gap = |cell: String| {
        if stream.uniform() < 0.04 {
            String::new()
        } else {
            cell
        }
    };
    let cells = [
        format!("C{row:05}"),
        format!("{}-{:02}-{day:02}", 2018 + month / 12, 1 + month % 12),
        gap(format!("{age:.0}")),
        city.map_or_else(|| gap(own.to_owned()), str::to_owned),
        gap(PLANS[plan].to_owned()),
        gap(format!("{price:.2}")),
        calls.to_string(),
        if paperless { "yes" } else { "no" }.to_owned(),
    ];
    Customer {
        cells: cells.join(","),
        risk,
    }
}
