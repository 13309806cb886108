use super::*;
use crate::Place;
use crate::table::number::Marks;
use crate::table::{DecimalMark, ThousandsMark};

const PLAIN: Marks = (DecimalMark::Point, None);

fn plain(numbers: usize) -> ColumnContext<'static> {
    ColumnContext {
        numbers,
        decimals: None,
        marks: PLAIN,
        given: false,
        marked: false,
        dates: None,
        known: None,
        beside: None,
        share: None,
        unit: None,
        units: &[],
    }
}

fn judged(texts: &[&str], circumstances: ColumnContext<'_>) -> String {
    let seen: Vec<Seen> = texts.iter().map(|text| Seen::once(text)).collect();
    match judge(&seen, circumstances) {
        Verdict::Numbers => "numbers".to_owned(),
        Verdict::Dates(days) => format!("{days:?}"),
        Verdict::Disguised(_, problem) => problem.to_string(),
        Verdict::Text => "text".to_owned(),
    }
}

fn beside(texts: &[&str], numbers: usize) -> String {
    judged(texts, plain(numbers))
}

#[test]
fn a_comma_is_what_the_whole_column_tells() {
    assert_eq!(
        beside(&["4,5"], 0),
        "`4,5` is a number with a decimal comma; give --decimal ','"
    );
    let both = "`1,200` is 1.2 with a decimal comma, or 1200 with commas between the thousands; give --decimal ',' or --thousands ','";
    assert_eq!(beside(&["1,200"], 0), both);
    assert_eq!(beside(&["1,200", "3,000"], 5), both);
    let thousands = "`1,200` is a number with commas between the thousands; give --thousands ','";
    assert_eq!(beside(&["1,200", "1,234,567"], 0), thousands);
    assert_eq!(
        beside(&["1,200", "12,5"], 0),
        "`1,200` is a number with a decimal comma; give --decimal ','"
    );
    let decimals = ColumnContext {
        decimals: Some(("3.5", Place::Line(7))),
        ..plain(3)
    };
    assert_eq!(judged(&["1,200"], decimals), thousands);
    // Each of the marks would refuse the other number.
    assert_eq!(
        judged(&["1,2"], decimals),
        "`1,2` is a number, and `3.5` (line 7) of the same column has other marks; no option reads both, so write them alike in the file"
    );
    assert_eq!(
        beside(&["1,5", "1,234,567"], 0),
        "`1,5` is a number, and `1,234,567` (row 1) of the same column has other marks; no option reads both, so write them alike in the file"
    );
    assert_eq!(
        beside(&["1.234,5"], 0),
        "`1.234,5` is a number with points between the thousands; give --decimal ',' and --thousands '.'"
    );
    assert_eq!(
        beside(&["3 000"], 0),
        "`3 000` is a number with spaces between the thousands; give --thousands space"
    );
    assert_eq!(
        beside(&["1,00,000"], 0),
        "`1,00,000` is a number whose groups of digits are not in threes; remove the marks"
    );
    let comma = ColumnContext {
        marks: (DecimalMark::Comma, Some(ThousandsMark::Point)),
        ..plain(3)
    };
    assert_eq!(
        judged(&["1.5"], comma),
        "`1.5` is a number with a decimal point; give --decimal '.'"
    );
    let given = ColumnContext {
        given: true,
        ..comma
    };
    assert!(judged(&["1.5"], given).contains("--decimal ',' applies to all columns"));
}

#[test]
fn amounts_and_dates_say_how_they_may_be_read() {
    for (text, what) in [
        ("$3.00", "an amount of money; give --units '$'"),
        (
            "R$ 1.234,50",
            "an amount of money; give --units 'R$' and --decimal ',' and --thousands '.'",
        ),
        ("12 %", "a percentage; give --units '%' (12% is 12 then)"),
        ("3.0 kg", "a number with the unit `kg`; give --units 'kg'"),
        (
            "(3)",
            "a negative number; write it with a minus before the digits",
        ),
        ("2020-01-15", "a date; give --dates ymd for numbers of days"),
        (
            "1/2/2020",
            "a date, day or month first; give --dates dmy or --dates mdy for numbers of days",
        ),
        (
            "12:30",
            "a time of day; write it as a number, of hours for instance",
        ),
    ] {
        assert_eq!(beside(&[text], 0), format!("`{text}` is {what}"));
    }
    assert_eq!(
        beside(&["1/2/2020", "13/2/2020"], 0),
        "`1/2/2020` is a date; give --dates dmy for numbers of days"
    );
    for (text, what) in [
        ("($1,200)", "write a minus for the brackets"),
        ("100,-", "an amount without cents"),
        ("CHF 100.-", "remove the dash after the digits"),
        ("68,- €", "remove the dash after the digits"),
        ("€1.5M", "`M` in the column stands for a power of ten"),
    ] {
        let problem = beside(&[text], 0);
        assert!(problem.contains(what), "{problem}");
    }
    assert!(beside(&["1 kg", "500 g"], 0).contains("has `kg` and `g`"));
    let euros = ["€".to_owned()];
    let given = ColumnContext {
        units: &euros,
        ..plain(3)
    };
    assert_eq!(
        judged(&["68,- €"], given),
        "`68,- €` is an amount without cents; remove the dash after the digits"
    );
}

#[test]
fn what_may_be_a_category_is_text() {
    for texts in [
        &["red", "blue"][..],
        &["10-20", "20-30"],
        &["<5", ">=5"],
        &["A12", "B7"],
        &["2WD", "4WD"],
        &["1st", "2nd", "3rd"],
        &["12A", "14B"],
        &["yes", "no", "-"],
        // One among many words is a word.
        &["1,5", "none", "some", "all"],
    ] {
        assert_eq!(beside(texts, 0), "text", "{texts:?}");
    }
    // The doors of cars: `5more` is not a unit.
    assert_eq!(beside(&["5more"], 300), "text");
    assert!(beside(&["5 stars", "4 stars"], 0).contains("the unit `stars`"));
    let power = "stands for a power of ten; write the numbers out in digits";
    assert!(beside(&["1.2M", "500K"], 0).contains(power));
    assert!(beside(&["9K", "2M"], 40).contains(power));
    assert_eq!(beside(&["12B"], 40), "text");
}

#[test]
fn amounts_beside_words_are_no_categories() {
    for (texts, numbers, what) in [
        (
            &["~10", "~20", "few"][..],
            0,
            "`~10` is a number that is not exact",
        ),
        (&["<5", "none"], 7, "`<5` is a bound, not a number"),
        (
            &["<5", "<10", ">100", "none"],
            0,
            "`<5` is a bound, not a number",
        ),
        (&["<5", "~7", "none"], 0, "`<5` is a bound, not a number"),
        (
            &["1h30", "2h", "2h15", "none"],
            0,
            "`1h30` is a span of time",
        ),
        (
            &["1.0D+01", "2.0D+01", "none"],
            0,
            "`1.0D+01` is a number with an exponent",
        ),
        (
            &["19M", "14M", "3M", "varies"],
            0,
            "`19M` is a number with the unit `M`",
        ),
        (
            &["19M", "1.4M", "201K", "varies"],
            0,
            "stands for a power of ten",
        ),
        (&["5 stars", "4 stars", "none"], 0, "the unit `stars`"),
        (&["10,000+", "5,000+", "free"], 0, "the unit `+`"),
    ] {
        let problem = beside(texts, numbers);
        assert!(problem.contains(what), "{texts:?}: {problem}");
    }
    for texts in [
        &["<5", ">5", "none"][..],
        &["<18", "18-25", "26-64", ">64"],
        &["2M", "3M", "small"],
        &["12A", "14B", "none"],
        &["~10", "few", "many"],
    ] {
        assert_eq!(beside(texts, 0), "text", "{texts:?}");
    }
}

#[test]
fn units_are_named_together_or_said_to_differ() {
    let several = "`$5` is a number with a unit, and the column has `$` and `EUR`, which have no common scale";
    assert!(beside(&["$5", "5 EUR"], 0).starts_with(several));
    let dollars = ["$".to_owned()];
    let beside_dollars = ColumnContext {
        unit: Some(&dollars),
        units: &dollars,
        ..plain(3)
    };
    assert!(judged(&["5 EUR"], beside_dollars).contains("has `EUR` and `$`"));
    let other_column = ColumnContext {
        units: &dollars,
        ..plain(0)
    };
    assert_eq!(
        judged(&["3 kg"], other_column),
        "`3 kg` is a number with the unit `kg`; give --units '$,kg'"
    );
}

#[test]
fn words_beside_numbers_are_gaps() {
    assert_eq!(beside(&["-", "n.a.", "."], 9), "numbers");
    assert_eq!(beside(&["-"], 0), "numbers");
    assert!(beside(&["-", "4,5"], 0).contains("`4,5`"));
}

#[test]
fn dates_asked_for_are_days() {
    let dates = |texts: &[&str], numbers| {
        let circumstances = ColumnContext {
            dates: Some(DateOrder::Dmy),
            ..plain(numbers)
        };
        judged(texts, circumstances)
    };
    assert_eq!(dates(&["1.1.1970", "-", "2.1.1970"], 0), "[0.0, NaN, 1.0]");
    assert_eq!(dates(&["1970-01-03"], 0), "[2.0]");
    assert!(
        dates(&["1.1.1970", "1970-01-03"], 0)
            .contains("`1970-01-03` is a date, but not in the order dmy")
    );
    assert!(dates(&["1.1.1970"], 3).contains("there are numbers"));
    assert!(dates(&["1.1.1970", "soon", "2.1.1970"], 0).contains("`soon` is not a date"));
    assert_eq!(
        dates(&["7 mei 1970", "8 mei 1970", "7 lipca 1970"], 0),
        "`7 lipca 1970` is not a date, for the month `lipca` is not known; write months as numbers or in English"
    );
    let problem = dates(&["12/31/1970", "1/2/1970"], 0);
    assert!(
        problem.contains("not in the order dmy")
            && problem.contains("give --dates mdy, with which all of the column are dates"),
        "{problem}"
    );
    assert_eq!(dates(&["red"], 0), "text");
}
