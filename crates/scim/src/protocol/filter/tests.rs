use proptest::prelude::*;

use super::*;

/// Prints the tree with every group in parentheses, so that precedence shows.
fn shape(filter: &Filter) -> String {
    match filter {
        Filter::Compare {
            path,
            operator,
            value,
        } => match value {
            Literal::Text(text) => format!("{path} {} {text:?}", operator.name()),
            Literal::Number(number) => format!("{path} {} {number}", operator.name()),
            Literal::Boolean(value) => format!("{path} {} {value}", operator.name()),
        },
        Filter::Present(path) => format!("{path} pr"),
        Filter::And(left, right) => format!("({} and {})", shape(left), shape(right)),
        Filter::Or(left, right) => format!("({} or {})", shape(left), shape(right)),
    }
}

fn parsed(filter: &str) -> String {
    shape(&parse(filter).unwrap().unwrap().filter)
}

#[test]
fn every_form_of_the_grammar_is_read() {
    let cases = [
        (r#"userName eq "alice""#, r#"userName eq "alice""#),
        (r#"USERNAME Eq "bob""#, r#"USERNAME eq "bob""#),
        (
            r#"urn:scim:schemas:core:1.0:userName eq "alice""#,
            r#"userName eq "alice""#,
        ),
        (
            r#"name.familyName co "O'Malley""#,
            r#"name.familyName co "O'Malley""#,
        ),
        ("title pr", "title pr"),
        ("title PR", "title pr"),
        ("active eq true", "active eq true"),
        ("active eq False", "active eq false"),
        ("age gt 12.5", "age gt 12.5"),
        ("age ge -1", "age ge -1"),
        (
            r#"urn:scim:schemas:extension:enterprise:1.0:department eq "R&D""#,
            r#"urn:scim:schemas:extension:enterprise:1.0:department eq "R&D""#,
        ),
        (
            r#"a eq "x" or b sw "y" and c pr"#,
            r#"(a eq "x" or (b sw "y" and c pr))"#,
        ),
        (
            r#"a lt "x" and b le "y" or c pr"#,
            r#"((a lt "x" and b le "y") or c pr)"#,
        ),
        (
            r#"(a eq "x" OR b eq "y") AND c pr"#,
            r#"((a eq "x" or b eq "y") and c pr)"#,
        ),
        (
            r#"((a eq "I" or (a eq "E")) and (b pr))"#,
            r#"((a eq "I" or a eq "E") and b pr)"#,
        ),
        (r#"userName   eq    "alice" "#, r#"userName eq "alice""#),
        (
            r#"userName eq "a and b or (c) eq pr""#,
            r#"userName eq "a and b or (c) eq pr""#,
        ),
        (
            r#"displayName eq "x) or (userName pr""#,
            r#"displayName eq "x) or (userName pr""#,
        ),
        (
            r#"nickName eq "back\\slash \"q\"""#,
            r#"nickName eq "back\\slash \"q\"""#,
        ),
        (
            r#"displayName eq "\u00c7arol""#,
            r#"displayName eq "Çarol""#,
        ),
        (r#"displayName eq "\ud83d\ude00""#, r#"displayName eq "😀""#),
    ];
    for (filter, expected) in cases {
        assert_eq!(parsed(filter), expected, "{filter}");
    }
}

#[test]
fn a_blank_filter_is_no_filter() {
    assert_eq!(parse(""), Ok(None));
    assert_eq!(parse("  "), Ok(None));
}

#[test]
fn what_breaks_the_grammar_is_refused_with_its_place() {
    let cases = [
        ("userName", 9, "operator is expected"),
        ("RANDOM@EXAMPLE.COM", 19, "operator is expected"),
        ("userName eq", 12, "value is expected"),
        (r#"userName regex "x""#, 10, "\"regex\" is not an operator"),
        (r#"userName ne "x""#, 10, "\"ne\" is not an operator"),
        (r#"userName eq "abc"#, 13, "closing quote"),
        (r#"(userName eq "x""#, 17, "closing parenthesis is missing"),
        (r#"userName eq "x")"#, 16, "end of the filter"),
        ("and", 4, "operator is expected"),
        (r#"userName eq "x" and"#, 20, "attribute name is expected"),
        (r#"userName eq "x" "y""#, 17, "end of the filter"),
        (r#"eq "x""#, 4, "operator is expected"),
        ("()", 2, "attribute name is expected"),
        (r#""x" eq "y""#, 1, "attribute name is expected"),
        (r#"userName eq "a\x41""#, 13, "escape"),
        ("userName pr title pr", 13, "end of the filter"),
        (r#"userName pr "x""#, 13, "end of the filter"),
        ("userName eq bareword", 13, "double quotes"),
        ("userName eq 'x'", 13, "double quotes"),
        (r#"userName eq "\ud800""#, 13, "escape"),
        (r#"userName eq "\u0000""#, 13, "U+0000"),
        (r#"emails[type eq "work"]"#, 1, "not an attribute name"),
        (r#"user@name eq "x""#, 1, "not an attribute name"),
        ("not (userName pr)", 5, "operator is expected"),
    ];
    for (filter, expected, words) in cases {
        let Err(Invalid::Filter { position, problem }) = parse(filter) else {
            panic!("{filter} was taken")
        };
        assert_eq!(position, expected, "{filter}: {problem}");
        assert!(problem.contains(words), "{filter}: {problem}");
    }
}

#[test]
fn length_depth_and_terms_are_bounded() {
    let nested = format!("{}userName pr{}", "(".repeat(900), ")".repeat(900));
    assert!(parse(&nested).unwrap_err().to_string().contains("50 deep"));
    let within = format!("{}userName pr{}", "(".repeat(50), ")".repeat(50));
    assert!(parse(&within).is_ok());
    let beside = vec!["((userName pr))"; 60].join(" and ");
    assert!(
        parse(&beside).is_ok(),
        "depth is counted by nesting, not by number"
    );
    let many = vec!["userName pr"; 201].join(" or ");
    assert!(
        parse(&many)
            .unwrap_err()
            .to_string()
            .contains("200 comparisons")
    );
    assert!(parse(&" ".repeat(MAX_LENGTH + 1)).is_err());
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(filter in "\\PC*") {
        let _ = parse(&filter);
    }

    #[test]
    fn no_row_of_plausible_words_makes_the_parser_panic(
        words in proptest::collection::vec(
            prop_oneof![
                Just("("), Just(")"), Just("and"), Just("or"), Just("eq"), Just("pr"), Just("\"x\""), Just("\""),
                Just("userName"), Just("urn:x:1.0:y.z"), Just("true"), Just("1e5"), Just("é"), Just("\\"),
            ],
            0..30,
        )
    ) {
        let _ = parse(&words.join(" "));
        let _ = parse(&words.concat());
    }

    #[test]
    fn any_value_comes_back_as_it_was_quoted(value in "[^\0]*") {
        let filter = format!("userName eq {}", serde_json::to_string(&value).unwrap());
        let Filter::Compare { value: found, .. } = parse(&filter).unwrap().unwrap().filter else { panic!("{filter}") };
        prop_assert_eq!(found, Literal::Text(value));
    }
}

fn path() -> impl Strategy<Value = AttributePath> {
    let urn = proptest::option::of("urn:[a-z]{1,5}(:[a-z0-9.]{1,5}){1,3}");
    (
        urn,
        "[a-zA-Z][a-zA-Z0-9_-]{0,8}",
        proptest::option::of("[a-z][a-zA-Z]{0,6}"),
    )
        .prop_map(|(urn, attribute, sub)| AttributePath {
            urn,
            attribute,
            sub,
        })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        "[^\0]*".prop_map(Literal::Text),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(|number| Literal::Number(number.into())),
        any::<f64>()
            .prop_filter_map("finite", serde_json::Number::from_f64)
            .prop_map(Literal::Number),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let operator = proptest::sample::select(Operator::ALL.map(|(_, operator)| operator).to_vec());
    let leaf = prop_oneof![
        path().prop_map(Filter::Present),
        (path(), operator, literal()).prop_map(|(path, operator, value)| Filter::Compare {
            path,
            operator,
            value,
        }),
    ];
    leaf.prop_recursive(6, 40, 2, |inner| {
        let pair = (inner.clone(), inner, any::<bool>());
        pair.prop_map(|(left, right, both)| {
            let (left, right) = (Box::new(left), Box::new(right));
            if both {
                Filter::And(left, right)
            } else {
                Filter::Or(left, right)
            }
        })
    })
}

proptest! {
    #[test]
    fn a_printed_filter_reads_back_as_the_same(filter in any_filter()) {
        let printed = filter.to_string();
        let read = parse(&printed).map(|located| located.map(|located| located.filter));
        prop_assert_eq!(read, Ok(Some(filter)), "{}", printed);
    }
}
