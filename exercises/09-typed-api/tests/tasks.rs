//! What judges exercise 09: `cargo test -p exercise-09`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use serde_json::{Value, json};
use tests::exercise::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use tests::exercise::{Answer, Failure, Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "kind": [
            a_tea_of_each_kind_is_kept,
            another_kind_is_refused_at_its_place,
            a_wrong_kind_is_one_of_all_that_is_wrong,
            the_documentation_lists_the_kinds,
            the_list_still_holds_all_teas_by_their_names,
            a_name_is_still_given_once,
            a_name_still_has_1_to_40_characters,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
            a_tea_that_has_begun_to_come_is_kept_after_ctrl_c,
        ],
        "offer": [
            an_offer_below_the_price_is_kept,
            an_offer_that_is_not_lower_is_refused_at_its_place,
            the_rule_is_kept_to_the_last_digit,
            a_wrong_offer_is_one_of_all_that_is_wrong,
            what_is_no_price_is_compared_with_nothing,
            the_documentation_says_the_rule,
            a_price_is_still_an_amount_of_money,
            the_documentation_still_says_what_a_price_is,
        ],
        "change": [
            what_is_not_sent_stays,
            null_takes_the_offer_away_and_nothing_else,
            all_that_is_wrong_with_a_change_is_said_at_once,
            the_rule_holds_for_the_tea_that_comes_out,
            a_tea_that_is_not_there_is_404,
            the_documentation_has_the_change,
            what_cannot_be_read_is_still_refused_with_a_reason,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        tests::own_server!(),
        tests,
    )
}

const KINDS: [&str; 4] = ["green", "black", "oolong", "white"];

/// A request with JSON, to the letter: a number keeps its digits.
fn with_json(method: &str, target: &str, body: &str) -> Request {
    Request::new(method, target)
        .header("Content-Type", "application/json")
        .body(body.as_bytes())
}

fn add(judge: &mut Judge, body: &str) -> Result<Answer, Failure> {
    judge.ask(&with_json("POST", "/teas", body))
}

fn must_add(judge: &mut Judge, body: &str, line: &str) -> Result<Answer, Failure> {
    let answer = add(judge, body)?;
    answer.must_be(201, line)?;
    Ok(answer)
}

/// A tea of a name that no other has, and with the rest of its fields as they are given.
fn tea(judge: &mut Judge, rest: &str) -> (String, String) {
    let name = format!("{}-{}", judge.draw.word(), judge.draw.number(100, 999));
    let body = format!(r#"{{"name": "{name}", {rest}}}"#);
    (name, body)
}

fn kind(judge: &mut Judge) -> &'static str {
    KINDS[judge.draw.number(0, 3) as usize]
}

/// A price with two decimals, of which the last is no zero: no float has exactly this value.
fn price(judge: &mut Judge, low: u64, high: u64) -> String {
    let cents = judge.draw.number(1, 9) * 10 + judge.draw.number(1, 4);
    format!("{}.{cents}", judge.draw.number(low, high))
}

/// The body holds this field with this value, to the letter.
fn must_hold(answer: &Answer, field: &str, value: &str, line: &str) -> Verdict {
    let wanted = format!("\"{field}\":{value}");
    let squeezed = answer.text().replace("\": ", "\":");
    let ends = |rest: &str| rest.starts_with([',', '}']);
    let mut places = squeezed.match_indices(&wanted);
    let found = places.any(|(at, _)| ends(&squeezed[at + wanted.len()..]));
    answer.must(found, wanted, line)
}

fn must_read(judge: &mut Judge, name: &str, fields: &[(&str, &str)], line: &str) -> Verdict {
    let answer = judge.get(&format!("/teas/{name}"))?;
    answer.must_be(200, line)?;
    fields
        .iter()
        .try_for_each(|(field, value)| must_hold(&answer, field, value, line))
}

fn must_not_be_there(judge: &mut Judge, name: &str) -> Verdict {
    let line = "What was refused has not been kept.";
    judge.get(&format!("/teas/{name}"))?.must_be(404, line)
}

/// The problems of a 422: what each is, and where.
fn problems(answer: &Answer, line: &str) -> Result<Vec<(String, Vec<String>)>, Failure> {
    answer.must_be(422, line)?;
    let shape = r#"{"detail": [{"type": "…", "loc": ["body", "…"], "msg": "…", "input": …}]}"#;
    let shape_line = "A 422 lists what is wrong: each problem has a type, a place and a sentence.";
    let body = answer.json()?;
    let read = |problem: &Value| {
        let steps = problem["loc"].as_array()?.iter();
        let steps = steps.map(|step| step.as_str().map(str::to_string));
        problem["msg"].as_str().filter(|msg| !msg.is_empty())?;
        Some((
            problem["type"].as_str()?.to_string(),
            steps.collect::<Option<_>>()?,
        ))
    };
    let list = body["detail"].as_array();
    let list = list.and_then(|list| list.iter().map(read).collect());
    list.ok_or_else(|| answer.fail(shape, shape_line))
}

/// These fields are what is wrong, in any order, and nothing else is.
fn must_blame(answer: &Answer, fields: &[&str], line: &str) -> Verdict {
    let mut places: Vec<Vec<String>> = problems(answer, line)?
        .into_iter()
        .map(|(_, place)| place)
        .collect();
    places.sort();
    let wanted = fields
        .iter()
        .map(|field| vec!["body".into(), field.to_string()]);
    let mut wanted: Vec<Vec<String>> = wanted.collect();
    wanted.sort();
    let each: Vec<String> = fields
        .iter()
        .map(|field| format!(r#"["body", "{field}"]"#))
        .collect();
    let expected = format!("{} problem(s), at {}", fields.len(), each.join(" and "));
    answer.must(places == wanted, expected, line)
}

/// The documentation, and in it what `$ref` stands for.
struct Docs {
    answer: Answer,
    whole: Value,
}

impl Docs {
    fn of(judge: &mut Judge) -> Result<Docs, Failure> {
        let answer = judge.get("/openapi.json")?;
        answer.must_be(200, "The documentation is there, for programs.")?;
        let whole = answer.json()?;
        Ok(Docs { answer, whole })
    }

    fn fail(&self, expected: &str, line: &str) -> Failure {
        self.answer.fail(expected, line)
    }

    /// A schema, and those that it is made of: what it refers to, and its alternatives.
    fn parts<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let mut parts = vec![schema];
        let mut at = 0;
        while let Some(part) = parts.get(at).copied() {
            at += 1;
            let named = part["$ref"].as_str().and_then(|path| {
                let path = path.strip_prefix('#')?;
                self.whole.pointer(path)
            });
            let lists = ["allOf", "anyOf", "oneOf"];
            let alternatives = lists.iter().filter_map(|list| part[*list].as_array());
            let more = named.into_iter().chain(alternatives.flatten());
            // A schema may refer to itself.
            parts.extend(more.take(20));
            if parts.len() > 100 {
                break;
            }
        }
        parts
    }

    fn property<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        let parts = self.parts(schema);
        parts
            .into_iter()
            .find_map(|part| part["properties"].get(name))
    }

    /// What the body of this operation may be.
    fn body(&self, path: &str, method: &str) -> Option<&Value> {
        let body = &self.whole["paths"][path][method]["requestBody"];
        body["content"]["application/json"].get("schema")
    }

    /// A field of a new tea.
    fn field(&self, name: &str) -> Result<&Value, Failure> {
        let body = self.body("/teas", "post");
        let field = body.and_then(|body| self.property(body, name));
        field.ok_or_else(|| {
            let expected = format!("the property {name:?} in the body of POST /teas");
            self.fail(&expected, "A tea has this field, so its schema has it too.")
        })
    }
}

// The task `kind`.

fn a_tea_of_each_kind_is_kept(judge: &mut Judge) -> Verdict {
    for kind in KINDS {
        let (name, body) = tea(judge, &format!(r#""kind": "{kind}", "price": 3.5"#));
        let line = "This is one of the four kinds.";
        let answer = must_add(judge, &body, line)?;
        let line = "A kind is shown as it was sent, in small letters.";
        must_hold(&answer, "kind", &format!("{kind:?}"), line)?;
        must_read(judge, &name, &[("kind", &format!("{kind:?}"))], line)?;
    }
    Ok(())
}

const NO_KIND: &str = "This is no kind of tea: 422, and the place is [\"body\", \"kind\"].";

fn another_kind_is_refused_at_its_place(judge: &mut Judge) -> Verdict {
    let kind = kind(judge);
    let capital = format!("{}{}", kind[..1].to_uppercase(), &kind[1..]);
    let kinds = [
        format!("{:?}", judge.draw.word()),
        format!("{capital:?}"),
        format!("{:?}", format!("{kind} ")),
        "\"\"".into(),
        judge.draw.number(0, 3).to_string(),
        "null".into(),
        format!("[{kind:?}]"),
    ];
    for kind in kinds {
        let (name, body) = tea(judge, &format!(r#""kind": {kind}, "price": 3.5"#));
        let answer = add(judge, &body)?;
        must_blame(&answer, &["kind"], NO_KIND)?;
        must_not_be_there(judge, &name)?;
    }
    let (_, body) = tea(judge, r#""price": 3.5"#);
    let answer = add(judge, &body)?;
    let line = "Each tea has a kind: without one, 422.";
    must_blame(&answer, &["kind"], line)?;
    let line = "A field that was not sent is \"missing\", as before.";
    let said = problems(&answer, line)?;
    answer.must(said[0].0 == "missing", "\"type\":\"missing\"", line)
}

fn a_wrong_kind_is_one_of_all_that_is_wrong(judge: &mut Judge) -> Verdict {
    let wrong = judge.draw.word();
    let body = format!(r#"{{"name": "", "kind": "{wrong}", "price": -1}}"#);
    let answer = add(judge, &body)?;
    let line = "All that is wrong is said at once, so that nobody has to ask three times.";
    must_blame(&answer, &["name", "kind", "price"], line)
}

fn the_documentation_lists_the_kinds(judge: &mut Judge) -> Verdict {
    let docs = Docs::of(judge)?;
    let schema = docs.field("kind")?;
    let parts = docs.parts(schema);
    let listed = parts.iter().find_map(|part| part["enum"].as_array());
    let mut listed: Vec<&Value> = listed.into_iter().flatten().collect();
    listed.sort_by_key(|kind| kind.to_string());
    let mut wanted = KINDS.map(|kind| json!(kind));
    wanted.sort_by_key(Value::to_string);
    let line = "Who reads the documentation should find the four kinds there, and no other.";
    if listed.into_iter().eq(&wanted) {
        return Ok(());
    }
    Err(docs.fail(
        r#"a schema for "kind" with "enum": ["green", "black", "oolong", "white"]"#,
        line,
    ))
}

fn the_list_still_holds_all_teas_by_their_names(judge: &mut Judge) -> Verdict {
    let line = "Before the first tea is kept, the list is there, and empty.";
    let answer = judge.get("/teas")?;
    answer.must_be(200, line)?;
    answer.must(answer.json()? == json!([]), "[]", line)?;
    let mut names = Vec::new();
    for _ in 0..3 {
        let rest = format!(
            r#""kind": "{}", "price": {}"#,
            kind(judge),
            price(judge, 1, 99)
        );
        let (name, body) = tea(judge, &rest);
        must_add(
            judge,
            &body,
            "This is a tea with a name, a kind and a price.",
        )?;
        names.push(name);
    }
    names.sort();
    let line =
        "GET /teas lists all teas in the order of their names. That was there before your change.";
    let answer = judge.get("/teas")?;
    answer.must_be(200, line)?;
    let list = answer.json()?;
    let listed: Vec<&Value> = list.as_array().into_iter().flatten().collect();
    let said = listed
        .iter()
        .map(|tea| tea["name"].as_str().unwrap_or_default());
    answer.must(said.eq(names.iter()), names.join(", "), line)?;
    for tea in listed {
        let line = "The list shows each tea as it is shown alone.";
        let name = tea["name"].as_str().unwrap_or_default();
        let alone = judge.get(&format!("/teas/{name}"))?;
        alone.must(alone.json()? == *tea, tea.to_string(), line)?;
    }
    Ok(())
}

fn a_name_is_still_given_once(judge: &mut Judge) -> Verdict {
    let (first, second) = (price(judge, 1, 9), price(judge, 10, 99));
    let (name, body) = tea(judge, &format!(r#""kind": "green", "price": {first}"#));
    must_add(
        judge,
        &body,
        "This is a tea with a name, a kind and a price.",
    )?;
    let body = format!(r#"{{"name": "{name}", "kind": "white", "price": {second}}}"#);
    let answer = add(judge, &body)?;
    let line = "There is a tea of that name already: 409, as before your change.";
    answer.must_be(409, line)?;
    must_have_a_reason(&answer, &name)?;
    let line = "What was refused has changed nothing.";
    must_read(
        judge,
        &name,
        &[("kind", "\"green\""), ("price", &first)],
        line,
    )
}

fn a_name_still_has_1_to_40_characters(judge: &mut Judge) -> Verdict {
    let named = |name: &str| format!(r#"{{"name": {name}, "kind": "black", "price": 3.50}}"#);
    let word = judge.draw.word();
    let line = "A name has 1 to 40 characters, which may be more bytes than that.";
    for name in [format!("{word:é<40}"), format!("{word:x<40}"), "é".into()] {
        must_add(judge, &named(&format!("{name:?}")), line)?;
    }
    let line = "A name is a text of 1 to 40 characters: 422, as before your change.";
    for (name, kind) in [
        ("\"\"".to_string(), "string_too_short"),
        (format!("\"{word:x<41}\""), "string_too_long"),
        (judge.draw.number(1, 99).to_string(), "string_type"),
        ("null".into(), "string_type"),
    ] {
        let answer = add(judge, &named(&name))?;
        must_blame(&answer, &["name"], line)?;
        must_be_of_type(&answer, kind, &name)?;
    }
    Ok(())
}

/// The one problem has this type, and shows what was sent.
fn must_be_of_type(answer: &Answer, kind: &str, input: &str) -> Verdict {
    let line = "Programs know a problem by its type. What it was called before your change, it is called still.";
    let body = answer.json()?;
    let problem = &body["detail"][0];
    answer.must(
        problem["type"] == kind,
        format!("\"type\":\"{kind}\""),
        line,
    )?;
    let line = "A problem shows what was sent there.";
    let input: Value = serde_json::from_str(input).unwrap_or_default();
    answer.must(
        problem["input"] == input,
        format!("\"input\":{input}"),
        line,
    )
}

/// A refusal in one sentence, with this word in it.
fn must_have_a_reason(answer: &Answer, word: &str) -> Verdict {
    let body = answer.json()?;
    let said = body["detail"].as_str().unwrap_or_default();
    let line = "The client must learn what it did wrong.";
    let expected = format!("{{\"detail\": \"… {word} …\"}}");
    answer.must(!said.is_empty() && said.contains(word), expected, line)
}

fn a_tea_that_has_begun_to_come_is_kept_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let (_, body) = tea(judge, r#""kind": "green", "price": 3.50"#);
    let head = "POST /teas HTTP/1.1\r\nContent-Type: application/json";
    standing::must_answer_what_has_begun(judge, head, &body, 201)
}

// The task `offer`.

fn an_offer_below_the_price_is_kept(judge: &mut Judge) -> Verdict {
    let line = "This offer is lower than the price.";
    for (price, offer) in [
        ("3.50", "3.49"),
        ("10", "\"9.5\""),
        ("0.01", "0"),
        ("12.30", "2.40"),
    ] {
        let rest = format!(r#""kind": "green", "price": {price}, "offer": {offer}"#);
        let (name, body) = tea(judge, &rest);
        must_add(judge, &body, line)?;
        let offer = offer.trim_matches('"');
        must_read(judge, &name, &[("price", price), ("offer", offer)], line)?;
    }
    let line = "A tea need not have an offer.";
    for rest in ["", r#", "offer": null"#] {
        let (name, body) = tea(judge, &format!(r#""kind": "green", "price": 3.50{rest}"#));
        must_add(judge, &body, line)?;
        must_read(judge, &name, &[("offer", "null")], line)?;
    }
    Ok(())
}

const NOT_LOWER: &str =
    "An offer is lower than the price: 422, and the place is [\"body\", \"offer\"].";

fn must_be_not_lower(answer: &Answer, line: &str) -> Verdict {
    must_blame(answer, &["offer"], line)?;
    let said = problems(answer, line)?;
    let line = "Programs know this problem by its type.";
    answer.must(said[0].0 == "not_lower", "\"type\":\"not_lower\"", line)
}

fn an_offer_that_is_not_lower_is_refused_at_its_place(judge: &mut Judge) -> Verdict {
    let (low, high) = (price(judge, 1, 8), price(judge, 9, 99));
    for (price, offer) in [
        (low.as_str(), high.as_str()),
        (&low, &low),
        (&high, &format!("\"{high}\"")),
        ("3.5", "3.50"),
        ("9", "10"),
        ("0", "0"),
    ] {
        let rest = format!(r#""kind": "white", "price": {price}, "offer": {offer}"#);
        let (name, body) = tea(judge, &rest);
        let answer = add(judge, &body)?;
        must_be_not_lower(&answer, NOT_LOWER)?;
        must_not_be_there(judge, &name)?;
    }
    Ok(())
}

fn the_rule_is_kept_to_the_last_digit(judge: &mut Judge) -> Verdict {
    let whole = judge.draw.number(10_u64.pow(12), 10_u64.pow(13) - 1);
    let whole = format!(
        "{whole}{}",
        judge.draw.number(10_u64.pow(12), 10_u64.pow(13) - 1)
    );
    let cents = judge.draw.number(11, 98);
    let (price, below) = (format!("{whole}.{cents}"), format!("{whole}.{}", cents - 1));
    let line = "This offer is lower, by the last of 28 digits. A float would not see it.";
    let rest = |price: &str, offer: &str| {
        format!(r#""kind": "black", "price": {price}, "offer": {offer}"#)
    };
    let (name, body) = tea(judge, &rest(&price, &below));
    must_add(judge, &body, line)?;
    must_read(judge, &name, &[("price", &price), ("offer", &below)], line)?;
    let line = "This offer is higher, by the last of 28 digits. A float would not see it.";
    let (_, body) = tea(judge, &rest(&below, &price));
    must_be_not_lower(&add(judge, &body)?, line)
}

fn a_wrong_offer_is_one_of_all_that_is_wrong(judge: &mut Judge) -> Verdict {
    let (low, high) = (price(judge, 1, 8), price(judge, 9, 99));
    let body = format!(r#"{{"name": "", "kind": "black", "price": {low}, "offer": {high}}}"#);
    let line = "Price and offer can be read, so the rule is held against them, whatever else is wrong. All is said at once.";
    must_blame(&add(judge, &body)?, &["name", "offer"], line)?;
    let body = format!(r#"{{"price": {low}, "offer": {high}}}"#);
    must_blame(&add(judge, &body)?, &["name", "kind", "offer"], line)
}

fn what_is_no_price_is_compared_with_nothing(judge: &mut Judge) -> Verdict {
    let (word, offer) = (judge.draw.word(), price(judge, 1, 99));
    let line = "Without a price, or with one that is none, nobody knows whether the offer is lower: the price is to blame, and nothing else.";
    for price in [
        "-1".to_string(),
        "3.555".into(),
        format!("{word:?}"),
        "null".into(),
    ] {
        let rest = format!(r#""kind": "oolong", "price": {price}, "offer": {offer}"#);
        let (_, body) = tea(judge, &rest);
        must_blame(&add(judge, &body)?, &["price"], line)?;
    }
    let (_, body) = tea(judge, &format!(r#""kind": "oolong", "offer": {offer}"#));
    must_blame(&add(judge, &body)?, &["price"], line)?;
    let line = "This is no amount of money, and so it is not compared: one problem, and not two.";
    for offer in ["-1".to_string(), format!("{word:?}"), "true".into()] {
        let rest = format!(r#""kind": "oolong", "price": 3, "offer": {offer}"#);
        let (_, body) = tea(judge, &rest);
        must_blame(&add(judge, &body)?, &["offer"], line)?;
    }
    Ok(())
}

fn the_documentation_says_the_rule(judge: &mut Judge) -> Verdict {
    let docs = Docs::of(judge)?;
    let schema = docs.field("offer")?;
    let said = |part: &&Value| {
        let words = part["description"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        words.contains("lower") && words.contains("price")
    };
    if docs.parts(schema).iter().any(said) {
        return Ok(());
    }
    let line = "A schema knows no rule between two fields. So the words must say it, at the field that can break it.";
    Err(docs.fail(
        r#"a "description" of "offer" that says that it is lower than the price"#,
        line,
    ))
}

fn a_price_is_still_an_amount_of_money(judge: &mut Judge) -> Verdict {
    let long = format!(
        "{}0123456789012345",
        judge.draw.number(1_000_000_000, 9_999_999_999)
    );
    let line = "This is an amount of money: not negative, with 26 digits and two decimals at most.";
    for (price, kept) in [
        (long.clone(), long.as_str()),
        ("0".into(), "0"),
        ("\"7.25\"".into(), "7.25"),
        ("3.500".into(), "3.50"),
    ] {
        let (name, body) = tea(judge, &format!(r#""kind": "green", "price": {price}"#));
        must_add(judge, &body, line)?;
        must_read(judge, &name, &[("price", kept)], line)?;
    }
    let line = "This is no amount of money: 422 at the price, as before your change.";
    for (price, kind) in [
        (format!("\"{long}0\""), "decimal_max_digits"),
        (format!("\"{long}00\""), "decimal_max_digits"),
        ("3.555".into(), "decimal_max_digits"),
        ("-0.01".into(), "greater_than_equal"),
        (format!("{:?}", judge.draw.word()), "decimal_parsing"),
        ("true".into(), "decimal_type"),
    ] {
        let (name, body) = tea(judge, &format!(r#""kind": "green", "price": {price}"#));
        let answer = add(judge, &body)?;
        must_blame(&answer, &["price"], line)?;
        must_be_of_type(&answer, kind, &price)?;
        must_not_be_there(judge, &name)?;
    }
    Ok(())
}

fn the_documentation_still_says_what_a_price_is(judge: &mut Judge) -> Verdict {
    let docs = Docs::of(judge)?;
    let schema = docs.field("price")?;
    let parts = docs.parts(schema);
    let types = parts.iter().find_map(|part| part["type"].as_array());
    let mut types: Vec<&str> = types
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    types.sort_unstable();
    let is_bounded = parts
        .iter()
        .any(|part| part["minimum"].as_f64() == Some(0.0));
    let line = "A price is a number or a text that holds one, and not below 0. The documentation said so before your change.";
    if types == ["number", "string"] && is_bounded {
        return Ok(());
    }
    let expected = r#"a schema for "price" with "type": ["number", "string"] and "minimum": 0"#;
    Err(docs.fail(expected, line))
}

// The task `change`.

fn change(judge: &mut Judge, name: &str, body: &str) -> Result<Answer, Failure> {
    judge.ask(&with_json("PATCH", &format!("/teas/{name}"), body))
}

fn must_change(judge: &mut Judge, name: &str, body: &str, line: &str) -> Result<Answer, Failure> {
    let answer = change(judge, name, body)?;
    answer.must_be(200, line)?;
    Ok(answer)
}

/// A tea with an offer.
fn kept(judge: &mut Judge, kind: &str, price: &str, offer: &str) -> Result<String, Failure> {
    let rest = format!(r#""kind": "{kind}", "price": {price}, "offer": {offer}"#);
    let (name, body) = tea(judge, &rest);
    must_add(judge, &body, "This offer is lower than the price.")?;
    Ok(name)
}

fn what_is_not_sent_stays(judge: &mut Judge) -> Verdict {
    let long = format!(
        "{}0123456789012345.10",
        judge.draw.number(1_000_000_000, 9_999_999_999)
    );
    let (offer, newer) = (price(judge, 5, 9), price(judge, 1, 4));
    let name = kept(judge, "green", &long, &offer)?;
    let line = "What a change does not name stays as it is, to the last digit.";
    for (body, fields) in [
        (
            r#"{"kind": "white"}"#.to_string(),
            [("kind", "\"white\""), ("price", &long), ("offer", &offer)],
        ),
        (
            format!(r#"{{"offer": {newer}}}"#),
            [("kind", "\"white\""), ("price", &long), ("offer", &newer)],
        ),
        (
            r#"{"price": "77.70"}"#.into(),
            [("kind", "\"white\""), ("price", "77.70"), ("offer", &newer)],
        ),
        (
            "{}".into(),
            [("kind", "\"white\""), ("price", "77.70"), ("offer", &newer)],
        ),
    ] {
        let answer = must_change(
            judge,
            &name,
            &body,
            "A change is answered with 200 and the tea.",
        )?;
        for (field, value) in fields {
            must_hold(&answer, field, value, line)?;
        }
        must_read(judge, &name, &fields, line)?;
    }
    Ok(())
}

fn null_takes_the_offer_away_and_nothing_else(judge: &mut Judge) -> Verdict {
    let (price, offer) = (price(judge, 9, 99), price(judge, 1, 8));
    let name = kept(judge, "black", &price, &offer)?;
    let line = "A tea cannot be without this field, so null is no value for it. That it may be left out of a change is another thing.";
    for field in ["price", "kind"] {
        let answer = change(judge, &name, &format!(r#"{{"{field}": null}}"#))?;
        must_blame(&answer, &[field], line)?;
    }
    let line = "What was refused has changed nothing.";
    let fields = [("kind", "\"black\""), ("price", &price), ("offer", &offer)];
    must_read(judge, &name, &fields, line)?;
    let line = "Null was sent, which is not the same as nothing: it takes the offer away.";
    let answer = must_change(judge, &name, r#"{"offer": null}"#, line)?;
    must_hold(&answer, "offer", "null", line)?;
    let fields = [("kind", "\"black\""), ("price", &price), ("offer", "null")];
    must_read(judge, &name, &fields, line)
}

fn all_that_is_wrong_with_a_change_is_said_at_once(judge: &mut Judge) -> Verdict {
    let (price, offer) = (price(judge, 9, 99), price(judge, 1, 8));
    let name = kept(judge, "white", &price, &offer)?;
    let line = "A change is read as a new tea is: all that is wrong is said at once.";
    let word = judge.draw.word();
    let body = format!(r#"{{"price": "{word}", "kind": 7, "offer": -1}}"#);
    must_blame(
        &change(judge, &name, &body)?,
        &["price", "kind", "offer"],
        line,
    )?;
    let body = r#"{"kind": "green", "price": 1.234}"#;
    must_blame(&change(judge, &name, body)?, &["price"], line)?;
    let line = "What was refused has changed nothing, not even what was right in it.";
    let fields = [("kind", "\"white\""), ("price", &price), ("offer", &offer)];
    must_read(judge, &name, &fields, line)
}

fn the_rule_holds_for_the_tea_that_comes_out(judge: &mut Judge) -> Verdict {
    let (offer, price) = (price(judge, 10, 20), price(judge, 30, 40));
    let name = kept(judge, "oolong", &price, &offer)?;
    let line = "The tea that would come out has an offer that is not lower than its price: 422, at the offer or at the price.";
    for body in [
        format!(r#"{{"price": {offer}}}"#),
        r#"{"price": 9.99}"#.into(),
        format!(r#"{{"offer": {price}}}"#),
        r#"{"price": 5, "offer": 5}"#.into(),
    ] {
        let answer = change(judge, &name, &body)?;
        if must_blame(&answer, &["price"], line).is_err() {
            must_blame(&answer, &["offer"], line)?;
        }
        let fields = [("price", price.as_str()), ("offer", &offer)];
        must_read(
            judge,
            &name,
            &fields,
            "What was refused has changed nothing.",
        )?;
    }
    let line = "Each alone would break the rule with what was there before. Together they make a good tea, and that is what counts.";
    for (body, price, offer) in [
        (r#"{"price": 5.50, "offer": 5.05}"#, "5.50", "5.05"),
        (r#"{"price": 60.10, "offer": 50}"#, "60.10", "50"),
        (r#"{"price": 2.20, "offer": null}"#, "2.20", "null"),
    ] {
        must_change(judge, &name, body, line)?;
        must_read(judge, &name, &[("price", price), ("offer", offer)], line)?;
    }
    Ok(())
}

fn a_tea_that_is_not_there_is_404(judge: &mut Judge) -> Verdict {
    let name = judge.draw.word();
    let line = "There is no such tea, and a change makes none: 404.";
    let whole = r#"{"name": "assam", "kind": "green", "price": 3}"#;
    for body in ["{}", r#"{"price": 3}"#, whole] {
        let answer = change(judge, &name, body)?;
        answer.must_be(404, line)?;
        let says = answer.json()?["detail"]
            .as_str()
            .is_some_and(|said| said.contains(&name));
        let line = "The client must learn what it did wrong: the answer names the tea.";
        answer.must(says, format!("{{\"detail\": \"… {name} …\"}}"), line)?;
    }
    must_not_be_there(judge, &name)
}

fn the_documentation_has_the_change(judge: &mut Judge) -> Verdict {
    let docs = Docs::of(judge)?;
    let operation = &docs.whole["paths"]["/teas/{name}"]["patch"];
    let line = "What the service can do stands in its documentation.";
    for status in ["200", "404", "422"] {
        if operation["responses"].get(status).is_none() {
            let expected = format!("PATCH under \"/teas/{{name}}\", with an answer {status}");
            return Err(docs.fail(&expected, line));
        }
    }
    let Some(body) = docs.body("/teas/{name}", "patch") else {
        return Err(docs.fail("a schema for the body of PATCH", line));
    };
    for name in ["kind", "price", "offer"] {
        if docs.property(body, name).is_none() {
            let expected = format!("{name:?} among the properties of the body of PATCH");
            return Err(docs.fail(&expected, line));
        }
    }
    let parts = docs.parts(body);
    let required = parts.iter().filter_map(|part| part["required"].as_array());
    if required.flatten().next().is_some() {
        let line = "Each field of a change may be left out, so none is required.";
        return Err(docs.fail("no \"required\" in the body of PATCH", line));
    }
    for (name, may_be_null) in [("price", false), ("offer", true)] {
        let schema = docs.property(body, name).unwrap_or(&Value::Null);
        if docs.parts(schema).iter().any(|part| is_null(part)) != may_be_null {
            let line = "Null takes an offer away, and no price is null. The schema says the same.";
            let may = if may_be_null { "may" } else { "may not" };
            return Err(docs.fail(&format!("a schema by which {name:?} {may} be null"), line));
        }
    }
    Ok(())
}

fn what_cannot_be_read_is_still_refused_with_a_reason(judge: &mut Judge) -> Verdict {
    let (name, body) = tea(judge, r#""kind": "green", "price": 3.50"#);
    let no_json = Request::new("POST", "/teas").body(body.as_bytes());
    for (request, status, line) in [
        (
            no_json,
            415,
            "Nothing says that this body is JSON: 415, as before your change.",
        ),
        (
            with_json("POST", "/teas", &body[..body.len() - 1]),
            400,
            "This body is not JSON, its end is missing: 400, as before your change.",
        ),
        (
            Request::get(&format!("/teas/{name}/{name}")),
            404,
            "There is nothing at this address: 404, as before your change.",
        ),
        (
            Request::get("/teas/%FF"),
            400,
            "This address holds bytes that are no text: 400, as before your change.",
        ),
    ] {
        let answer = judge.ask(&request)?;
        answer.must_be(status, line)?;
        must_have_a_reason(&answer, "")?;
    }
    let line = "This is JSON, but no object: 422, and the place is [\"body\"].";
    let answer = add(judge, &format!("[{body}]"))?;
    let said = problems(&answer, line)?;
    let expected = r#"one problem, at ["body"]"#;
    answer.must(
        matches!(&said[..], [(_, place)] if place == &["body"]),
        expected,
        line,
    )?;
    must_not_be_there(judge, &name)?;
    let line = "Nobody can take all teas away here: 405, and Allow says what can be done.";
    let answer = judge.ask(&Request::new("DELETE", "/teas"))?;
    answer.must_be(405, line)?;
    must_have_a_reason(&answer, "")?;
    let allowed = answer.header("allow").unwrap_or_default();
    let mut allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
    allowed.sort_unstable();
    answer.must(
        allowed == ["GET", "HEAD", "POST"],
        "Allow: GET,HEAD,POST",
        line,
    )
}

/// Whether a schema takes null.
fn is_null(schema: &Value) -> bool {
    let types = &schema["type"];
    types == "null"
        || types
            .as_array()
            .is_some_and(|types| types.contains(&json!("null")))
}
