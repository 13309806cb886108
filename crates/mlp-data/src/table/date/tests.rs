use super::*;

#[test]
fn dates_are_days_since_1970() {
    let read = |text, order| days(text, order);
    use DateOrder::{Dmy, Mdy, Ymd};
    // By Python's `(date(...) - date(1970, 1, 1)).days`.
    for (text, order, number) in [
        ("1970-01-01", Ymd, 0.0),
        ("2020-01-15", Ymd, 18276.0),
        ("2000/2/29", Ymd, 11016.0),
        ("1900-03-01", Ymd, -25508.0),
        ("31.12.1999", Dmy, 10956.0),
        ("1/2/2020", Dmy, 18293.0),
        ("1/2/2020", Mdy, 18263.0),
        ("31-12-99", Dmy, 10956.0),
        ("1.1.21", Dmy, 18628.0),
        ("Jan-20", Ymd, 18262.0),
        ("15 Jan 2020", Mdy, 18276.0),
        ("January 15, 2020", Dmy, 18276.0),
        ("15. Januar 2020", Dmy, 18276.0),
        ("15 de enero de 2020", Ymd, 18276.0),
        ("12-Jan-06", Dmy, 13160.0),
        ("12-Jan-06", Mdy, 13160.0),
        ("12-Jan-06", Ymd, 15345.0),
        ("99-Mar-11", Ymd, 10661.0),
        ("99 March 1", Ymd, 10651.0),
        ("1 août 2020", Ymd, 18475.0),
        ("Wed, 15 Jan 2020", Ymd, 18276.0),
        ("Jan 2020", Ymd, 18262.0),
        ("2020-01", Mdy, 18262.0),
        ("2020-01-15 12:00", Ymd, 18276.5),
        ("2020-01-15T18:00:00Z", Ymd, 18276.75),
        ("2020-01-15T18:00:00.000+06:00", Ymd, 18276.5),
        ("1/15/2020 6:00 PM", Mdy, 18276.75),
        ("1/15/2020 12:00 AM", Mdy, 18276.0),
    ] {
        assert_eq!(read(text, order), Some(number), "{text}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "2020",
        "12345678",
        "2021-02-29",
        "2020-13-01",
        "32.1.2020",
        "1.2.3",
        "1.2-2020",
        "10-20",
        "1-800-555",
        "192.168.1.1",
        "A12",
        "2020/21",
        "may be",
        "12 monkeys 2020",
        "2020-01-15 25:00",
        "2020-01-15 x",
        "1,234,567",
        "2020-1-1-1",
        "jui 3, 2020",
    ] {
        assert!(orders(text).is_empty(), "{text}");
    }
}

#[test]
fn months_of_northern_languages_and_without_accents_are_known() {
    for (names, month) in [
        ("januari jan. jaenner", 1),
        ("februari feb fevrier fevr.", 2),
        ("maart mrt marts Maerz marco", 3),
        ("mei maj Mai", 5),
        ("augustus augusti aug aout", 8),
        ("oktober okt", 10),
        ("desember des decembre december", 12),
    ] {
        for name in names.split(' ') {
            let text = format!("1 {name} 2023");
            let first = since_1970(2023, month, 1) as f64;
            assert_eq!(days(&text, DateOrder::Dmy), Some(first), "{text}");
        }
    }
    assert_eq!(days("1er aout 2020", DateOrder::Dmy), Some(18_475.0));
    assert_eq!(unknown_month("7 sierpnia 2023"), Some("sierpnia"));
    assert_eq!(unknown_month("7-Xyz-23"), Some("Xyz"));
    for text in [
        "7 mei 2023",
        "2023-01-07",
        "7 sierpnia",
        "soon",
        "7  2023",
        "30 februari 2023",
    ] {
        assert_eq!(unknown_month(text), None, "{text}");
    }
}

#[test]
fn dates_of_programs_are_read() {
    use DateOrder::{Dmy, Mdy, Ymd};
    for (text, order, number) in [
        ("15JAN2020", Ymd, 18_276.0),
        ("15jan2020", Mdy, 18_276.0),
        ("15JAN20", Dmy, 18_276.0),
        ("20JAN15", Ymd, 18_276.0),
        ("15JAN2020:12:00:00", Dmy, 18_276.5),
        ("20200115T120000", Ymd, 18_276.5),
        ("20200115T1200Z", Ymd, 18_276.5),
        ("Wed Jan 15 12:00:00 2020", Dmy, 18_276.5),
        ("Wed Jan 15 12:00:00 UTC 2020", Dmy, 18_276.5),
        ("Wed Jan 15 18:00:00 +0600 2020", Dmy, 18_276.5),
        ("15/Jan/2020:12:00:00 +0000", Mdy, 18_276.5),
        ("2020_01_15", Ymd, 18_276.0),
    ] {
        assert_eq!(days(text, order), Some(number), "{text}");
    }
    assert_eq!(days_from_year("20200115T120000"), Some(18_276.5));
    assert_eq!(days_from_year("15JAN20"), None);
    assert_eq!(mark_of("15JAN20"), Some('-'));
    for text in [
        "15XYZ2020",
        "32JAN2020",
        "15JAN20201",
        "JAN2020x",
        "20201315T000000",
        "20200115T12",
        "2020_13_01",
        "1_000_000_",
        "Wed Jan 15 12:00:00 20",
        "é5JAN20",
        "1é_5_JAN20",
    ] {
        assert!(orders(text).is_empty(), "{text}");
    }
}

#[test]
fn a_date_may_fit_two_orders() {
    let names = |orders: Orders| -> Vec<_> {
        let fitting = DateOrder::ALL.into_iter().zip(orders.fit);
        fitting
            .filter(|(_, fits)| *fits)
            .map(|(order, _)| order.name())
            .collect()
    };
    let list = |text| names(orders(text));
    assert_eq!(list("01/02/2020"), ["dmy", "mdy"]);
    assert_eq!(list("13/02/2020"), ["dmy"]);
    assert_eq!(list("02/13/2020"), ["mdy"]);
    assert_eq!(list("2020-02-13"), ["ymd"]);
    assert_eq!(list("13 Feb 2020"), ["ymd", "dmy", "mdy"]);
    let distinct = |texts: &[&str]| -> Vec<_> {
        let all = texts.iter().map(|text| orders(text));
        let all = all.reduce(Orders::and).unwrap();
        all.distinct().map(DateOrder::name).collect()
    };
    for (texts, orders) in [
        (&["13 Feb 2020", "1 March 2021"][..], &["ymd"][..]),
        (&["12-Jan-06"], &["ymd", "dmy"]),
        (&["12-Jan-06", "1-Jan-06"], &["dmy"]),
        (&["12-Jan-06", "99-Mar-11"], &["ymd"]),
        (&["12-Jan-06", "12-Feb-99"], &["dmy"]),
        (&["01-Jan-01", "03-Mar-03"], &["ymd"]),
        (&["12-Jan-06", "13/02/2020"], &["dmy"]),
        (&["01/02/2020"], &["dmy", "mdy"]),
    ] {
        assert_eq!(distinct(texts), orders, "{texts:?}");
    }
    assert_eq!(days_from_year("2020-01-15"), Some(18276.0));
    assert_eq!(days_from_year("99-Mar-11"), None);
    let both = orders("01/02/2020").and(orders("13/02/2020"));
    assert_eq!(names(both), ["dmy"]);
}

#[test]
fn times_alone_are_told() {
    for text in [
        "12:30",
        "1:05:59.5",
        "7:15 pm",
        "11am",
        "7 PM",
        "00:00",
        "25:00",
        "5:30.25",
        "125:30:10",
    ] {
        assert!(is_time(text), "{text}");
    }
    for text in [
        "12",
        "5:61",
        "1:05:30:20",
        "a:b",
        "3:2",
        "16:9",
        "5:30.",
        "1000:30",
        "13am",
        "am",
        "1a",
    ] {
        assert!(!is_time(text), "{text}");
    }
}

#[test]
fn a_month_and_a_year_are_its_first_day() {
    for text in [
        "2020-01",
        "01/2020",
        "1/2020",
        "01-2020",
        "Jan 2020",
        "2020年1月",
    ] {
        for order in DateOrder::ALL {
            assert_eq!(days(text, order), Some(18_262.0), "{text}");
        }
    }
    assert_eq!(days("2020年1月31日", DateOrder::Ymd), Some(18_292.0));
    assert_eq!(days("2020年1月31日 12:00", DateOrder::Dmy), None);
    assert_eq!(days("2020年1月31日 12:00", DateOrder::Ymd), Some(18_292.5));
    for text in ["13/2020", "1/3000", "01/20", "0/2020", "1/2/2020/4"] {
        assert_eq!(days(text, DateOrder::Ymd), None, "{text}");
    }
}

#[test]
fn eight_digits_may_be_a_date() {
    assert_eq!(compact(20_200_131.0, DateOrder::Ymd), Some(18_292.0));
    assert_eq!(compact(31_012_020.0, DateOrder::Dmy), Some(18_292.0));
    assert_eq!(compact(1_312_020.0, DateOrder::Mdy), Some(18_292.0));
    for number in [
        20_201_331.0,
        20_200_131.5,
        202_001.0,
        18_992_031.0,
        -20_200_131.0,
    ] {
        assert_eq!(compact(number, DateOrder::Ymd), None, "{number}");
    }
    let both = [20_200_131.0, f64::NAN];
    assert_eq!(all_compact(&both, DateOrder::Dmy).unwrap()[0], 18_292.0);
    assert_eq!(all_compact(&[f64::NAN], DateOrder::Dmy), None);
    assert_eq!(all_compact(&[20_200_131.0, 5.0], DateOrder::Ymd), None);
}
