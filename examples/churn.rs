//! Who will leave? Makes the tables that docs/decisions.md decides by: `churn.csv`, 2,000 customers of whom 8 % left, and
//! `new.csv`, 200 more, in the folder that is given.

#![forbid(unsafe_code)]

#[path = "churn/table.rs"]
mod table;

use std::{error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let customers = table::customers();
    let all = customers.lines().count() - 1;
    let left = (customers.lines())
        .filter(|line| line.ends_with(",yes"))
        .count();
    println!("{left} of {all} customers left");
    assert_eq!((left, all), (160, 2000));
    if let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) {
        std::fs::write(folder.join("churn.csv"), customers)?;
        std::fs::write(folder.join("new.csv"), table::new_customers())?;
    }
    Ok(())
}
