use super::*;

fn detect(sample: &str) -> Result<Dialect, Wrong> {
    Dialect::detect(sample.as_bytes(), &TableFormat::default(), None, &[])
}

fn found(sample: &str) -> (String, bool) {
    let dialect = detect(sample).unwrap();
    (dialect.delimiter.to_string(), dialect.header)
}

#[test]
fn the_delimiter_is_the_one_that_cuts_evenly() {
    let found = |sample| {
        let (delimiter, header) = found(sample);
        format!("{delimiter} {header}")
    };
    assert_eq!(found("a,b\n1,2\n"), ", true");
    assert_eq!(found("a;b;c\n1,5;2,5;x\n2,5;3;x\n"), "; true");
    assert_eq!(found("1\t2\n3\t4\n"), "tab false");
    assert_eq!(found("a|b\n1|2\n"), "| true");
    assert_eq!(found("y\n0,716\n1,5\n2\n"), "; true");
    assert_eq!(found("0,716\n1,05\n"), "; false");
    assert_eq!(found("0,716\n1,5\n"), ", false");
    assert_eq!(found("\"a;b\",c\n1,2\n"), ", true");
    assert_eq!(found("1\n2\n"), ", false");
    // One ragged line does not hide the delimiter.
    assert_eq!(found("1;2\n3;4\n5\n6;7\n"), "; false");
    // Decimal commas part no cells, nor do lists inside of cells.
    assert_eq!(found("4,5;2,5;ja\n1,5;2,0;ja\n3,5;1,0;nein\n"), "; false");
    assert_eq!(found("4,5;rot;ja\n1,5;blau;ja\n3,5;rot;nein\n"), "; false");
    assert_eq!(found("id,genre,y\n1,a;b,2\n2,c;d,3\n"), ", true");
    assert_eq!(found("3 000;4 000;1\n2 500;1 000;2\n"), "; false");
}

#[test]
fn runs_of_spaces_are_found_where_numbers_are_aligned() {
    assert_eq!(found("1.5 2.5 yes\n0.0 0.3 no\n1 2 no\n").0, "whitespace");
    assert_eq!(found("   1.50   2.50\n  -0.27  -0.89\n").0, "whitespace");
    assert_eq!(
        found("18.0  8  307.0\t\"ford torino\"\n15.0  8  350.0\t\"buick\"\n").0,
        "whitespace"
    );
    assert_eq!(found("4,5  2,5  1\n1,5  2,0  2\n").0, "whitespace");
    let space = |sample: &str| {
        let format = TableFormat {
            delimiter: Some(" ".parse().unwrap()),
            header: Some(false),
            ..TableFormat::default()
        };
        match Dialect::detect(sample.as_bytes(), &format, None, &[]) {
            Ok(dialect) => dialect.delimiter.to_string(),
            Err((line, problem)) => format!("line {line}: {problem}"),
        }
    };
    let prose = find_delimiter(b"say what\nnot much\n", None, None, None, &[]);
    assert_eq!(prose, Delimiter::COMMA);
    assert_eq!(space("1 2\n3 4\n"), "space");
    assert_eq!(space(" 1  2\n13 14\n"), "whitespace");
    // The first line lacks its second cell, and the second its first, or the columns are aligned.
    assert!(space("1  2\n 3 4\n").starts_with("line 2: a cell is empty"));
    assert!(space("1 5 2\n1  2\n3 4 5\n").contains("space"));
    assert_eq!(space("1  2\n3  4\n"), "whitespace");
}

#[test]
fn titles_and_rare_delimiters_are_told() {
    let problem = |sample: &str| match detect(sample) {
        Ok(dialect) => format!("{dialect:?}"),
        Err((line, problem)) => format!("line {line}: {problem}"),
    };
    assert_eq!(
        problem("Sales of 2024\na,b,y\n1,2,u\n3,4,v\n"),
        "line 1: `Sales of 2024` is alone above lines of 3 cells, as a title is, but the names must be on the first line; skip \
         it with --comment 'Sales of 2024'"
    );
    assert!(problem("Sales,,\na,b,y\n1,2,u\n3,4,v\n").ends_with("skip it with --comment Sales"));
    assert!(
        problem("Sales\nall shops\na,b,y\n1,2,u\n3,4,v\n5,6,u\n")
            .ends_with("remove the first 2 lines")
    );
    assert!(
        problem("Sales, all shops\na,b,y\n1,2,u\n3,4,v\n")
            .contains("skip it with --comment 'Sales, all shops'")
    );
    // As a comment's mark it would skip other lines, too.
    assert!(problem("a\na,b,y\n1,2,u\n3,4,v\n").ends_with("first line; remove it"));
    assert!(problem("a,y\nrow1,2,u\nrow2,4,v\nrow3,4,v\n").contains("has no name"));
    // A header without names, numbers and a line cut short are none.
    assert!(detect("id,,\n1,2,u\n3,4,v\n").is_ok());
    assert!(problem("7\n1,2,u\n3,4,v\n").contains("the line has 1 cell"));
    for sample in ["a:b:y\n1:2:u\n3:4:v\n", "1:2:3\n3:4:5\n"] {
        assert_eq!(
            problem(sample),
            "line 1: no known delimiter splits the lines, but `:` splits each into 3 cells; give --delimiter ':'"
        );
    }
    assert!(detect("time\n12:30\n13:30\n").is_ok());
    let quoted = "\"1,u\"\n\"3,v\"\n";
    for header in ["\"a,y\"", "a,y"] {
        let said = problem(&format!("{header}\n{quoted}"));
        assert!(
            said.contains("every line is one quoted cell, with 2 cells"),
            "{said}"
        );
    }
    assert!(problem("a,b,y\n1,x\\, 2,u\n3,y\\, 4,v\n").contains("a backslash does not hold"));
    assert!(problem("a,b,y\n1,'x, 2',u\n3,'y, 4',v\n").contains("single quotes do not hold"));
}

#[test]
fn a_table_for_a_model_is_parted_as_its_own() {
    let like = TableFormat {
        delimiter: Some(Delimiter::SEMICOLON),
        header: Some(true),
        ..TableFormat::default()
    };
    let found = |sample: &str, named: &[&str]| {
        let plain = TableFormat::default();
        let dialect = Dialect::detect(sample.as_bytes(), &plain, Some(&like), named);
        dialect.unwrap().delimiter.to_string()
    };
    assert_eq!(found("x\n1,5\n2,5\n", &["x"]), ";");
    assert_eq!(found("1,5\n2,5\n", &["x"]), ";");
    assert_eq!(found("x,z\n1,5\n2,5\n", &["x"]), ",");
    assert_eq!(found("x,z\n1,5\n2,5\n", &["x", "z"]), ",");
}

#[test]
fn empty_cells_between_tabs_stay_cells() {
    for rows in [
        "1.5\t\t7\tyes\n\t2.5\t8\tno\n1.7\t\t6\tyes\n\t2.4\t9\tno\n",
        "1.5\t\t7\t0.5\n\t2.5\t8\t0.7\n1.7\t\t6\t0.1\n",
        "\t2\t8\n\t4\t9\n\t3\t7\n",
    ] {
        assert_eq!(found(rows), ("tab".to_owned(), false), "{rows}");
    }
    // A tab too many on a line is not an empty cell.
    let rows = "1\t2\t3\n4\t5\t6\n7\t\t8\t9\n3\t2\t1\n";
    assert_eq!(found(rows).0, "whitespace");
}

#[test]
fn a_delimiter_at_the_end_is_no_column() {
    let shape = |sample| {
        let shape = detect(sample).unwrap().shape;
        (shape.width, shape.trailing)
    };
    assert_eq!(shape("a,b,\n1,2,\n3,4,\n"), (2, true));
    assert_eq!(shape("a,b\n1,2,\n3,4,\n"), (2, true));
    assert_eq!(shape("a,b,\n1,2\n3,4\n"), (2, true));
    assert_eq!(shape("1,2,\n3,4,\n"), (2, true));
    assert_eq!(shape("a,b,,\n1,2,,\n3,4,,\n"), (2, true));
    assert_eq!(shape("a,b,c\n1,2,\n3,4,\n"), (3, false));
    assert_eq!(shape("1,2,\n3,4,5\n"), (3, false));
}

#[test]
fn a_delimiter_that_does_not_occur_is_told() {
    let format = TableFormat {
        delimiter: Some(Delimiter::SEMICOLON),
        ..TableFormat::default()
    };
    let detect = |sample: &str| Dialect::detect(sample.as_bytes(), &format, None, &[]);
    let (_, problem) = detect("a,b\n1,x\n2,y\n").unwrap_err();
    assert!(
        problem
            .to_string()
            .contains("the given delimiter `;` does not occur"),
        "{problem}"
    );
    assert!(detect("a\n1\n2\n").is_ok());
}

#[test]
fn lines_before_the_table_are_told() {
    let refuse = |sample| detect(sample).unwrap_err();
    let (line, problem) = refuse("# made by hand\n# twice, at least\n1,2\n3,4\n");
    assert_eq!(line, 1);
    assert!(problem.to_string().contains("--comment '#'"), "{problem}");
    assert!(
        refuse("|1x3 Cross validator\n1, x\n2, y\n")
            .1
            .to_string()
            .contains("--comment '|'")
    );
    // A name may begin with such a mark.
    assert_eq!(found("#id,x\n1,2\n3,4\n"), (",".to_owned(), true));
    assert_eq!(found("|1|2\n|3|4\n").0, "|");
    let (line, problem) = refuse("\nMy table\na,b\n1,2\n3,4\n");
    assert_eq!(line, 2);
    assert!(problem.to_string().contains("title"), "{problem}");
    let format = TableFormat {
        comment: Some("Report,sales".to_owned()),
        ..TableFormat::default()
    };
    let two = b"Report,sales\nAll regions\na,b,c\n1,2,3\n3,4,5\n";
    let (line, problem) = Dialect::detect(two, &format, None, &[]).unwrap_err();
    assert_eq!(line, 2);
    let problem = problem.to_string();
    assert!(problem.starts_with("`All regions` is alone"), "{problem}");
    assert!(problem.ends_with("; remove it"), "{problem}");
    assert!(
        refuse("a,b\n1,2,3\n2,4,5\n")
            .1
            .to_string()
            .contains("has no name")
    );
}

#[test]
fn lines_that_end_in_a_comma_have_no_commas_within_numbers() {
    let hint = |sample| detect(sample).unwrap_err().1.to_string();
    let said = hint("a,b,c\n0.07,0.03,0.11,u,\n0.08,0.01,0.12,v,\n0.05,0.02,0.10,u,\n");
    assert!(said.contains("has no name"), "{said}");
    let said = hint("a,b\n1,234,x,\n5,678,y,\n9,012,x,\n");
    assert!(said.contains("commas within numbers"), "{said}");
}

#[test]
fn names_asked_for_make_a_header() {
    let sample = b"0,1,2\n1.5,2,1\n3,4,0\n";
    let header = |header, named: &[&str]| {
        let format = TableFormat {
            header,
            ..TableFormat::default()
        };
        Dialect::detect(sample, &format, None, named).map(|dialect| dialect.header)
    };
    assert!(header(None, &[]).is_err());
    assert_eq!(header(None, &["2"]), Ok(true));
    assert_eq!(header(Some(false), &["2"]), Ok(false));
    let like = TableFormat {
        header: Some(true),
        ..TableFormat::default()
    };
    let format = TableFormat::default();
    let known = Dialect::detect(sample, &format, Some(&like), &["length"]);
    assert!(known.is_err());
    // Texts that are not names are refused as data.
    let sample = b"red,1,2\nblue,2,1\ngreen,4,0\n";
    let known = Dialect::detect(sample, &format, Some(&like), &["length"]);
    assert_eq!(known.map(|dialect| dialect.header), Ok(false));
}
