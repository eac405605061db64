//! What judges exercise 09: `cargo test -p exercise-09`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Answer, Failure, Judge, Request, Verdict, judge};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "kind": [
            a_tea_of_each_kind_is_kept,
            another_kind_is_refused_at_its_place,
            a_wrong_kind_is_one_of_all_that_is_wrong,
            the_documentation_lists_the_kinds,
            a_name_is_still_given_once,
            a_name_still_has_1_to_40_characters,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
            a_tea_that_has_begun_to_come_is_kept_after_ctrl_c,
        ],
        "packs": [
            packs_are_kept_and_shown,
            a_wrong_pack_is_refused_at_its_place,
            all_that_is_wrong_with_packs_is_said_at_once,
            the_documentation_says_what_a_pack_is,
            a_tea_without_packs_is_still_kept,
            a_price_is_still_an_amount_of_money,
        ],
        "list": [
            the_list_passes_over_as_many_as_it_is_told,
            the_list_shows_one_kind,
            the_list_is_ordered_by_price_when_asked,
            all_that_is_wrong_with_a_query_is_said_at_once,
            the_documentation_has_the_parameters,
            the_list_still_holds_all_teas_by_their_names,
            a_limit_is_still_1_to_255,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
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

/// The problems of a 422: what each is, and where, as in `body.packs.0.grams`.
fn problems(answer: &Answer, line: &str) -> Result<Vec<(String, String)>, Failure> {
    answer.must_be(422, line)?;
    let shape = r#"{"detail": [{"loc": ["body", "…"], "msg": "…", "type": "…", "input": …}]}"#;
    let shape_line = "A 422 lists what is wrong: each problem has a type, a place and a sentence.";
    let body = answer.json()?;
    let read = |problem: &Value| {
        let steps = problem["loc"].as_array()?.iter();
        let steps = steps.map(|step| step.as_str().map_or(step.to_string(), str::to_string));
        problem["msg"].as_str().filter(|msg| !msg.is_empty())?;
        let place = steps.collect::<Vec<_>>().join(".");
        Some((problem["type"].as_str()?.to_string(), place))
    };
    let list = body["detail"].as_array();
    let list = list.and_then(|list| list.iter().map(read).collect());
    list.ok_or_else(|| answer.fail(shape, shape_line))
}

/// What is wrong is at these places, in any order, and nowhere else.
fn must_blame(answer: &Answer, places: &[&str], line: &str) -> Verdict {
    let said = problems(answer, line)?;
    let mut said: Vec<&str> = said.iter().map(|(_, place)| place.as_str()).collect();
    said.sort();
    let mut wanted = places.to_vec();
    wanted.sort();
    let each: Vec<String> = places
        .iter()
        .map(|place| format!(r#"["{}"]"#, place.replace('.', r#"", ""#)))
        .collect();
    let expected = format!("{} problem(s), at {}", places.len(), each.join(" and "));
    answer.must(said == wanted, expected, line)
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

const NOT_A_KIND: &str = "This is not a kind of tea: 422, and the place is [\"body\", \"kind\"].";

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
        must_blame(&answer, &["body.kind"], NOT_A_KIND)?;
        must_not_be_there(judge, &name)?;
    }
    let (_, body) = tea(judge, r#""price": 3.5"#);
    let answer = add(judge, &body)?;
    let line = "Each tea has a kind: without one, 422.";
    must_blame(&answer, &["body.kind"], line)?;
    let line = "A field that was not sent is \"value_error.missing\", as before.";
    let said = problems(&answer, line)?;
    answer.must(
        said[0].0 == "value_error.missing",
        "\"type\":\"value_error.missing\"",
        line,
    )
}

fn a_wrong_kind_is_one_of_all_that_is_wrong(judge: &mut Judge) -> Verdict {
    let wrong = judge.draw.word();
    let body = format!(r#"{{"name": "", "kind": "{wrong}", "price": -1}}"#);
    let answer = add(judge, &body)?;
    let line =
        "Everything that is wrong is reported at once, so that no one has to ask three times.";
    must_blame(&answer, &["body.name", "body.kind", "body.price"], line)
}

/// These values, in any order, are the `enum` of a schema.
fn must_list(docs: &Docs, schema: &Value, values: &[&str], what: &str, line: &str) -> Verdict {
    let parts = docs.parts(schema);
    let listed = parts.iter().find_map(|part| part["enum"].as_array());
    let mut listed: Vec<&str> = listed
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    listed.sort_unstable();
    let mut wanted = values.to_vec();
    wanted.sort_unstable();
    match listed == wanted {
        true => Ok(()),
        false => Err(docs.fail(
            &format!("a schema for {what} with \"enum\": {values:?}"),
            line,
        )),
    }
}

fn the_documentation_lists_the_kinds(judge: &mut Judge) -> Verdict {
    let docs = Docs::of(judge)?;
    let schema = docs.field("kind")?;
    let line =
        "Someone who reads the documentation should find the four kinds there, and no other.";
    must_list(&docs, schema, &KINDS, "\"kind\"", line)
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
    for name in [
        "\"\"".to_string(),
        format!("\"{word:x<41}\""),
        "7".into(),
        "null".into(),
    ] {
        let answer = add(judge, &named(&name))?;
        must_blame(&answer, &["body.name"], line)?;
    }
    Ok(())
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

// The task `packs`.

fn packs_are_kept_and_shown(judge: &mut Judge) -> Verdict {
    let grams = judge.draw.number(11, 999);
    let (small, large) = (price(judge, 1, 9), price(judge, 10, 99));
    let packs = [
        format!(r#"[{{"grams": {grams}, "price": {large}}}]"#),
        format!(r#"[{{"grams": 10, "price": {small}}}, {{"grams": 1000, "price": "{large}"}}]"#),
        "[]".into(),
    ];
    for packs in packs {
        let (name, body) = tea(
            judge,
            &format!(r#""kind": "green", "price": 3, "packs": {packs}"#),
        );
        let line = "These are packs, and a tea with packs is kept.";
        must_add(judge, &body, line)?;
        let answer = judge.get(&format!("/teas/{name}"))?;
        let line = "The packs are shown as they were sent, in their order.";
        answer.must_be(200, line)?;
        let mut sent: Value = serde_json::from_str(&packs).unwrap_or_default();
        for pack in sent.as_array_mut().into_iter().flatten() {
            if let Some(text) = pack["price"].as_str() {
                pack["price"] = serde_json::from_str(text).unwrap_or_default();
            }
        }
        answer.must(
            answer.json()?["packs"] == sent,
            format!("\"packs\": {sent}"),
            line,
        )?;
    }
    Ok(())
}

fn a_wrong_pack_is_refused_at_its_place(judge: &mut Judge) -> Verdict {
    let good = r#"{"grams": 100, "price": 9.50}"#;
    let line = "A pack has 10 to 1000 grams, a whole number, and a price: 422, at the field of the pack that is wrong.";
    let low = judge.draw.number(0, 9);
    let high = judge.draw.number(1001, 9999);
    for (wrong, field) in [
        (format!(r#"{{"grams": {low}, "price": 1}}"#), "grams"),
        (format!(r#"{{"grams": {high}, "price": 1}}"#), "grams"),
        (r#"{"grams": 10.5, "price": 1}"#.into(), "grams"),
        (r#"{"grams": -10, "price": 1}"#.into(), "grams"),
        (r#"{"grams": "100", "price": 1}"#.into(), "grams"),
        (r#"{"price": 1}"#.into(), "grams"),
        (r#"{"grams": 100}"#.into(), "price"),
        (r#"{"grams": 100, "price": -1}"#.into(), "price"),
    ] {
        let rest = format!(r#""kind": "black", "price": 3, "packs": [{good}, {wrong}]"#);
        let (name, body) = tea(judge, &rest);
        let answer = add(judge, &body)?;
        must_blame(&answer, &[&format!("body.packs.1.{field}")], line)?;
        must_not_be_there(judge, &name)?;
    }
    let line = "This is not a list of packs: 422, at the packs, or at the one that is not a pack.";
    for (packs, place) in [
        ("7", "body.packs"),
        (good, "body.packs"),
        ("[7]", "body.packs.0"),
    ] {
        let (_, body) = tea(
            judge,
            &format!(r#""kind": "black", "price": 3, "packs": {packs}"#),
        );
        must_blame(&add(judge, &body)?, &[place], line)?;
    }
    Ok(())
}

fn all_that_is_wrong_with_packs_is_said_at_once(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let body = format!(
        r#"{{"name": "", "kind": "green", "price": 3, "packs": [{{"grams": 1, "price": "{word}"}}, {{}}]}}"#
    );
    let line = "Everything that is wrong is reported at once, in each pack and around them.";
    let places = [
        "body.name",
        "body.packs.0.grams",
        "body.packs.0.price",
        "body.packs.1.grams",
        "body.packs.1.price",
    ];
    must_blame(&add(judge, &body)?, &places, line)
}

fn the_documentation_says_what_a_pack_is(judge: &mut Judge) -> Verdict {
    let docs = Docs::of(judge)?;
    let packs = docs.field("packs")?;
    let line = "The schema of packs is a list of packs; a pack's grams are 10 to 1000, and both of its fields are required.";
    let fail = |expected: &str| Err(docs.fail(expected, line));
    let parts = docs.parts(packs);
    let Some(pack) = parts.iter().find_map(|part| part.get("items")) else {
        return fail("\"items\" in the schema of \"packs\"");
    };
    let Some(grams) = docs.property(pack, "grams") else {
        return fail("\"grams\" among the properties of a pack");
    };
    let has = |key: &str, value: f64| {
        let parts = docs.parts(grams);
        parts.iter().any(|part| part[key].as_f64() == Some(value))
    };
    if !has("minimum", 10.0) || !has("maximum", 1000.0) {
        return fail("a schema of \"grams\" with \"minimum\": 10 and \"maximum\": 1000");
    }
    let parts = docs.parts(pack);
    let required = parts.iter().filter_map(|part| part["required"].as_array());
    let mut required: Vec<&str> = required.flatten().filter_map(Value::as_str).collect();
    required.sort_unstable();
    match required == ["grams", "price"] {
        true => Ok(()),
        false => fail("\"required\": [\"grams\", \"price\"] in the schema of a pack"),
    }
}

fn a_tea_without_packs_is_still_kept(judge: &mut Judge) -> Verdict {
    let line = "A tea need not have packs.";
    for rest in ["", r#", "packs": null"#] {
        let price = price(judge, 1, 9);
        let (name, body) = tea(
            judge,
            &format!(r#""kind": "green", "price": {price}{rest}"#),
        );
        must_add(judge, &body, line)?;
        must_read(judge, &name, &[("price", &price)], line)?;
    }
    Ok(())
}

fn a_price_is_still_an_amount_of_money(judge: &mut Judge) -> Verdict {
    let long = format!(
        "{}.0123456789",
        judge.draw.number(100_000_000_000, 999_999_999_999)
    );
    let line = "This is an amount of money, and comes back to the last digit.";
    for (price, kept) in [
        (long.as_str(), long.as_str()),
        ("0", "0"),
        ("\"7.25\"", "7.25"),
    ] {
        let (name, body) = tea(judge, &format!(r#""kind": "green", "price": {price}"#));
        must_add(judge, &body, line)?;
        must_read(judge, &name, &[("price", kept)], line)?;
    }
    let line = "This is not an amount of money: 422 at the price, as before your change.";
    let word = format!("{:?}", judge.draw.word());
    for price in ["1000000000000", "-0.01", &word, "true", "null"] {
        let (name, body) = tea(judge, &format!(r#""kind": "green", "price": {price}"#));
        must_blame(&add(judge, &body)?, &["body.price"], line)?;
        must_not_be_there(judge, &name)?;
    }
    Ok(())
}

// The task `list`.

/// Teas of two kinds with these prices, named so that their order is that of the list given.
fn shelf(judge: &mut Judge, prices: &[&str]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    let word = judge.draw.word();
    for (number, price) in prices.iter().enumerate() {
        let name = format!("{word}-{number}");
        let kind = if number % 2 == 0 { "green" } else { "black" };
        let body = format!(r#"{{"name": "{name}", "kind": "{kind}", "price": {price}}}"#);
        must_add(
            judge,
            &body,
            "This is a tea with a name, a kind and a price.",
        )?;
        names.push(name);
    }
    Ok(names)
}

/// The list under this query has the teas of these numbers, in this order.
fn must_show(
    judge: &mut Judge,
    query: &str,
    names: &[String],
    numbers: &[usize],
    line: &str,
) -> Verdict {
    let answer = judge.get(&format!("/teas?{query}"))?;
    answer.must_be(200, line)?;
    let list = answer.json()?;
    let said = list.as_array().into_iter().flatten();
    let said: Vec<&str> = said.filter_map(|tea| tea["name"].as_str()).collect();
    let wanted: Vec<&str> = numbers
        .iter()
        .map(|number| names[*number].as_str())
        .collect();
    answer.must(said == wanted, format!("these teas: {wanted:?}"), line)
}

fn the_list_passes_over_as_many_as_it_is_told(judge: &mut Judge) -> Verdict {
    let names = shelf(judge, &["5", "4", "3", "2"])?;
    let line = "`offset` says how many teas are passed over, before `limit` counts.";
    must_show(judge, "offset=1", &names, &[1, 2, 3], line)?;
    must_show(judge, "offset=1&limit=2", &names, &[1, 2], line)?;
    must_show(judge, "limit=1&offset=0", &names, &[0], line)?;
    must_show(
        judge,
        "offset=9",
        &names,
        &[],
        "After the last tea, the list is empty.",
    )
}

fn the_list_shows_one_kind(judge: &mut Judge) -> Verdict {
    let names = shelf(judge, &["5", "4", "3", "2", "1"])?;
    let line = "`kind` asks for the teas of one kind.";
    must_show(judge, "kind=black", &names, &[1, 3], line)?;
    must_show(judge, "kind=green", &names, &[0, 2, 4], line)?;
    must_show(judge, "kind=oolong", &names, &[], line)?;
    let line = "Limit and offset count what the list would show, not what it leaves out.";
    must_show(judge, "kind=green&offset=1&limit=1", &names, &[2], line)
}

fn the_list_is_ordered_by_price_when_asked(judge: &mut Judge) -> Verdict {
    let names = shelf(judge, &["10", "9.5", "0.99", "100", "9.49"])?;
    let line = "`sort=price` begins with the lowest. 9.5 is less than 10: prices are numbers, not strings.";
    must_show(judge, "sort=price", &names, &[2, 4, 1, 0, 3], line)?;
    let line = "Ordered first, then counted: the limit takes the first of the ordered list.";
    must_show(judge, "sort=price&limit=2&offset=1", &names, &[4, 1], line)?;
    let line = "`sort=name` orders by name, and so does a request without `sort`.";
    must_show(judge, "sort=name", &names, &[0, 1, 2, 3, 4], line)?;
    must_show(judge, "", &names, &[0, 1, 2, 3, 4], line)
}

fn all_that_is_wrong_with_a_query_is_said_at_once(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let line = "A query is read as a body is: everything that is wrong is reported at once, each at its place.";
    let query = format!("limit=0&offset=-1&kind={word}&sort={word}");
    let answer = judge.get(&format!("/teas?{query}"))?;
    let places = ["query.limit", "query.offset", "query.kind", "query.sort"];
    must_blame(&answer, &places, line)?;
    for (query, place) in [
        ("offset=1.5", "query.offset"),
        ("offset=many", "query.offset"),
        ("kind=Green", "query.kind"),
        ("kind=", "query.kind"),
        ("sort=kind", "query.sort"),
    ] {
        let answer = judge.get(&format!("/teas?{query}"))?;
        must_blame(&answer, &[place], line)?;
    }
    Ok(())
}

fn the_documentation_has_the_parameters(judge: &mut Judge) -> Verdict {
    let docs = Docs::of(judge)?;
    let parameters = docs.whole["paths"]["/teas"]["get"]["parameters"].clone();
    let line = "What a list can be asked for is in its documentation: each parameter in the query, and none required.";
    let find = |name: &str| {
        let found = parameters.as_array().into_iter().flatten();
        let mut found = found.filter(|parameter| parameter["name"] == name);
        let expected =
            format!("a parameter {name:?} of GET /teas with \"in\": \"query\", not required");
        let is_right =
            |parameter: &&Value| parameter["in"] == "query" && parameter["required"] != json!(true);
        found
            .next()
            .filter(is_right)
            .ok_or_else(|| docs.fail(&expected, line))
    };
    for name in ["limit", "offset"] {
        find(name)?;
    }
    must_list(&docs, &find("kind")?["schema"], &KINDS, "\"kind\"", line)?;
    must_list(
        &docs,
        &find("sort")?["schema"],
        &["name", "price"],
        "\"sort\"",
        line,
    )
}

fn the_list_still_holds_all_teas_by_their_names(judge: &mut Judge) -> Verdict {
    let line = "Before the first tea is kept, the list is there, and empty.";
    let answer = judge.get("/teas")?;
    answer.must_be(200, line)?;
    answer.must(answer.json()? == json!([]), "[]", line)?;
    let names = shelf(judge, &["3", "1", "2"])?;
    let line =
        "GET /teas lists the teas in the order of their names. That was there before your change.";
    must_show(judge, "", &names, &[0, 1, 2], line)?;
    let line = "A parameter that does not exist is ignored, as before your change.";
    must_show(judge, "color=red", &names, &[0, 1, 2], line)
}

fn a_limit_is_still_1_to_255(judge: &mut Judge) -> Verdict {
    let names = shelf(judge, &["3", "1", "2"])?;
    let line = "`limit` says how many teas are shown, as before your change.";
    must_show(judge, "limit=2", &names, &[0, 1], line)?;
    must_show(judge, "limit=255", &names, &[0, 1, 2], line)?;
    let line = "A limit is 1 to 255: 422, as before your change.";
    for limit in ["0", "256", "-1", "ten"] {
        let answer = judge.get(&format!("/teas?limit={limit}"))?;
        must_blame(&answer, &["query.limit"], line)?;
    }
    Ok(())
}
