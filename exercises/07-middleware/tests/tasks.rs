//! What judges exercise 07: `cargo test -p exercise-07`.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use judge::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Answer, Judge, PATIENCE, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "store": [
            an_answer_that_sets_a_cookie_is_not_stored,
            an_answer_without_a_cookie_stays_as_it_is,
            it_holds_for_every_page_and_status,
            every_page_still_answers_what_it_did,
            another_method_is_still_refused_with_those_that_work,
            a_stranger_still_gets_the_cookie_of_the_house,
            cookies_of_other_programs_cost_nothing,
        ],
        "again": [
            an_order_that_is_sent_again_is_taken_once,
            another_key_or_page_is_another_request,
            without_a_key_each_order_counts,
            a_house_that_failed_is_asked_again,
            the_answer_comes_again_and_the_cookie_does_not,
            who_comes_in_between_waits_for_the_same_answer,
            a_body_that_is_too_large_is_still_refused,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
            an_order_that_has_begun_is_taken_after_ctrl_c,
        ],
        "rate": [
            a_client_has_so_many_requests_and_no_more,
            another_client_is_not_held_up,
            what_a_client_claims_counts_for_nothing,
            what_is_refused_does_not_reach_the_house,
            after_a_while_a_client_may_ask_again,
            without_the_header_all_share_one_limit,
            what_is_no_limit_is_still_refused_at_the_start,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

/// The request of a visitor who has a cookie.
fn known(judge: &mut Judge, request: Request) -> Request {
    request.header("Cookie", &format!("visitor={}", judge.draw.word()))
}

// The task `store`.

fn must_not_be_stored(judge: &mut Judge, request: &Request, status: u16) -> Verdict {
    let answer = judge.ask(request)?;
    let line = "The page is what it was: a layer changes a header of it.";
    answer.must_be(status, line)?;
    let line = "A stranger gets a cookie: the layer `visitor` sees to that.";
    answer.must(
        answer.header("set-cookie").is_some(),
        "Set-Cookie: visitor=…",
        line,
    )?;
    let line = "This answer sets a cookie, which is for one visitor. A cache that stored it would give it to others.";
    answer.must_have("Cache-Control", "no-store", line)
}

fn an_answer_that_sets_a_cookie_is_not_stored(judge: &mut Judge) -> Verdict {
    must_not_be_stored(judge, &Request::get("/"), 200)?;
    must_not_be_stored(judge, &Request::get("/orders"), 200)
}

fn an_answer_without_a_cookie_stays_as_it_is(judge: &mut Judge) -> Verdict {
    let request = known(judge, Request::get("/"));
    let line = "Nothing here is for one visitor. The page itself said how long it may be stored.";
    judge
        .ask(&request)?
        .must_have("Cache-Control", "max-age=60", line)?;
    let request = known(judge, Request::get("/orders"));
    let answer = judge.ask(&request)?;
    let line = "Nothing here is for one visitor, and the page said nothing about caches. A layer should not, either.";
    answer.must(
        answer.header("cache-control").is_none(),
        "no Cache-Control",
        line,
    )
}

fn it_holds_for_every_page_and_status(judge: &mut Judge) -> Verdict {
    let nowhere = format!("/{}", judge.draw.word());
    must_not_be_stored(judge, &Request::get(&nowhere), 404)?;
    must_not_be_stored(judge, &Request::new("DELETE", "/"), 405)?;
    let order = Request::post("/orders", &judge.draw.word());
    must_not_be_stored(judge, &order, 201)
}

const AS_BEFORE: &str = "The house inside the layers has not changed: a visitor with a cookie gets exactly what the page says.";

fn every_page_still_answers_what_it_did(judge: &mut Judge) -> Verdict {
    let (tea, word) = (judge.draw.word(), judge.draw.word());
    let put = |text: &str| Request::new("PUT", "/kettle").body(text.as_bytes());
    let order = |text: &str| Request::post("/orders", text);
    let first_page = "A tea house. Orders at /orders, a bell at /bell.";
    for (request, status, text) in [
        (Request::get("/"), 200, first_page),
        (Request::get("/orders"), 200, ""),
        (order(&tea), 201, "Order 1 is taken."),
        (order(" "), 422, "Which tea?"),
        (put("off"), 204, ""),
        (order(&tea), 503, "The kettle is off."),
        (put("on"), 204, ""),
        (put(&word), 422, "The kettle is on or off."),
        (order(&tea), 201, "Order 2 is taken."),
        (Request::get("/orders"), 200, &format!("1 {tea}\n2 {tea}")),
        (Request::post("/bell", ""), 200, "Ring 1."),
        (Request::post("/bell", ""), 200, "Ring 2."),
        (
            Request::get(&format!("/{word}")),
            404,
            "There is no such page.",
        ),
    ] {
        let request = known(judge, request);
        let answer = judge.ask(&request)?;
        answer.must_be(status, AS_BEFORE)?;
        answer.must_say(text, AS_BEFORE)?;
    }
    for page in ["/", "/orders"] {
        standing::must_answer_head_as_get(judge, page)?;
    }
    Ok(())
}

fn another_method_is_still_refused_with_those_that_work(judge: &mut Judge) -> Verdict {
    for (method, page, works) in [
        ("DELETE", "/", "GET, HEAD"),
        ("PUT", "/orders", "GET, HEAD, POST"),
        ("GET", "/bell", "POST"),
        ("POST", "/kettle", "PUT"),
    ] {
        let answer = judge.ask(&Request::new(method, page))?;
        let line = "This page does not have this method: 405, and Allow names those that it has. That was so before your change.";
        standing::must_be_refusal(&answer, &[405], line)?;
        answer.must_have("Allow", works, line)?;
    }
    Ok(())
}

fn a_stranger_still_gets_the_cookie_of_the_house(judge: &mut Judge) -> Verdict {
    let mut seen = Vec::new();
    let pair = format!("{}={}", judge.draw.word(), judge.draw.word());
    for cookies in [
        None,
        Some(pair.clone()),
        Some(format!("x{pair}; xvisitor=1")),
    ] {
        let request = cookies
            .iter()
            .fold(Request::get("/orders"), |request, cookies| {
                request.header("Cookie", cookies)
            });
        let answer = judge.ask(&request)?;
        let line = "A visitor without the cookie `visitor` gets one, with a new name, followed by what was there before.";
        let cookies: Vec<&str> = answer.all("set-cookie").collect();
        let expected = "Set-Cookie: visitor=…; HttpOnly; SameSite=Lax; Path=/";
        let name = cookies
            .first()
            .and_then(|cookie| cookie.strip_prefix("visitor="));
        let name = name.and_then(|cookie| cookie.strip_suffix("; HttpOnly; SameSite=Lax; Path=/"));
        let is_new = name.is_some_and(|name| name.len() >= 16 && !seen.contains(&name.to_string()));
        answer.must(is_new && cookies.len() == 1, expected, line)?;
        seen.extend(name.map(str::to_string));
    }
    for cookies in [
        format!("{pair}; visitor={}", seen[0]),
        format!("visitor={}; {pair}", seen[1]),
    ] {
        let answer = judge.ask(&Request::get("/orders").header("Cookie", &cookies))?;
        let line = "This visitor has the cookie already, beside another one.";
        answer.must(answer.header("set-cookie").is_none(), "no Set-Cookie", line)?;
    }
    Ok(())
}

fn cookies_of_other_programs_cost_nothing(judge: &mut Judge) -> Verdict {
    let name = judge.draw.word();
    for foreign in ["lonely", "town=Z%FCrich", "city=Zürich", ";;=x"] {
        for cookies in [
            format!("{foreign}; visitor={name}"),
            format!("visitor={name}; {foreign}"),
        ] {
            let answer = judge.ask(&Request::get("/orders").header("Cookie", &cookies))?;
            let line = "This visitor has the cookie already. The other one is from another program on this host: ports share cookies.";
            answer.must_be(200, line)?;
            answer.must(answer.header("set-cookie").is_none(), "no Set-Cookie", line)?;
        }
    }
    Ok(())
}

// The task `again`.

/// A key as a client makes it.
fn key(judge: &mut Judge) -> String {
    format!("{}-{}", judge.draw.word(), judge.draw.number(1000, 9999))
}

fn post(target: &str, text: &str, key: &str) -> Request {
    Request::post(target, text).header("Idempotency-Key", key)
}

fn must_hang(judge: &mut Judge, teas: &[&str], line: &str) -> Verdict {
    let lines = teas.iter().zip(1..);
    let list: String = lines
        .map(|(tea, number)| format!("{number} {tea}\n"))
        .collect();
    judge.get("/orders")?.must_say(&list, line)
}

fn must_take(answer: &Answer, number: usize, line: &str) -> Verdict {
    answer.must_be(201, line)?;
    answer.must_say(&format!("Order {number} is taken."), line)
}

const ONCE: &str = "The same key for the same page is the same request, sent again: it gets the first answer, and the house is not asked.";

fn an_order_that_is_sent_again_is_taken_once(judge: &mut Judge) -> Verdict {
    let (key, tea, other) = (key(judge), judge.draw.word(), judge.draw.name());
    must_take(
        &judge.ask(&post("/orders", &tea, &key))?,
        1,
        "An order is taken.",
    )?;
    must_take(
        &judge.ask(&Request::post("/orders", &other))?,
        2,
        "An order is taken.",
    )?;
    for _ in 0..2 {
        let answer = judge.ask(&post("/orders", &tea, &key))?;
        must_take(&answer, 1, ONCE)?;
        let kind = "text/plain; charset=utf-8";
        answer.must_have(
            "Content-Type",
            kind,
            "It is the same answer, with its headers.",
        )?;
    }
    must_hang(judge, &[&tea, &other], ONCE)
}

fn another_key_or_page_is_another_request(judge: &mut Judge) -> Verdict {
    let (key, tea) = (key(judge), judge.draw.word());
    must_take(
        &judge.ask(&post("/orders", &tea, &key))?,
        1,
        "An order is taken.",
    )?;
    let line = "A different key is a different order, even for the same tea.";
    must_take(
        &judge.ask(&post("/orders", &tea, &format!("{key}0")))?,
        2,
        line,
    )?;
    let line = "A key belongs to a page: this one was used for an order, and not for the bell.";
    judge
        .ask(&post("/bell", "", &key))?
        .must_say("Ring 1.", line)?;
    let line = "Only a POST is kept. A GET shows what is there now.";
    for text in [
        format!("1 {tea}\n2 {tea}"),
        format!("1 {tea}\n2 {tea}\n3 {tea}"),
    ] {
        let list = Request::get("/orders").header("Idempotency-Key", &key);
        judge.ask(&list)?.must_say(&text, line)?;
        judge.ask(&Request::post("/orders", &tea))?;
    }
    Ok(())
}

fn without_a_key_each_order_counts(judge: &mut Judge) -> Verdict {
    let tea = judge.draw.word();
    for number in 1..=3 {
        let line = "Without a key, there is no telling whether it is the same order or one more: it counts as one more.";
        must_take(&judge.ask(&Request::post("/orders", &tea))?, number, line)?;
    }
    Ok(())
}

fn a_house_that_failed_is_asked_again(judge: &mut Judge) -> Verdict {
    let (failed, refused, tea) = (key(judge), key(judge), judge.draw.word());
    let off = Request::new("PUT", "/kettle").body(b"off");
    judge.ask(&off)?.must_be(204, "The kettle is off.")?;
    let first = judge.ask(&post("/orders", &tea, &failed))?;
    first.must_be(503, "Without a kettle there is no tea.")?;
    let on = Request::new("PUT", "/kettle").body(b"on");
    judge.ask(&on)?.must_be(204, "The kettle is on.")?;
    let line = "A 5xx says that the house has failed, and may do better. It is why the client asks again: such an answer is not kept.";
    must_take(&judge.ask(&post("/orders", &tea, &failed))?, 1, line)?;
    must_take(&judge.ask(&post("/orders", &tea, &failed))?, 1, ONCE)?;
    for _ in 0..2 {
        let line = "A 4xx is the client's own mistake, and stays one.";
        judge
            .ask(&post("/orders", "", &refused))?
            .must_be(422, line)?;
    }
    Ok(())
}

fn the_answer_comes_again_and_the_cookie_does_not(judge: &mut Judge) -> Verdict {
    let (key, tea) = (key(judge), judge.draw.word());
    let first = judge.ask(&post("/orders", &tea, &key))?;
    let line = "A stranger gets a cookie: the layer `visitor` sees to that.";
    first.must(
        first.header("set-cookie").is_some(),
        "Set-Cookie: visitor=…",
        line,
    )?;
    let request = known(judge, post("/orders", &tea, &key));
    let second = judge.ask(&request)?;
    must_take(&second, 1, ONCE)?;
    let line = "This visitor has a cookie, and gets another one out of the kept answer. The layer that keeps belongs further inside.";
    second.must(second.header("set-cookie").is_none(), "no Set-Cookie", line)?;
    let stranger = judge.ask(&post("/orders", &tea, &key))?;
    let line = "A visitor without a cookie gets one, and not somebody else's.";
    let another = stranger
        .header("set-cookie")
        .is_some_and(|new| first.header("set-cookie") != Some(new));
    stranger.must(another, "Set-Cookie: visitor=…, another one", line)
}

fn who_comes_in_between_waits_for_the_same_answer(judge: &mut Judge) -> Verdict {
    for round in 1..=3 {
        let (key, tea) = (key(judge), judge.draw.word());
        let bytes = post("/orders", &tea, &key).bytes();
        let (begin, end) = bytes.split_at(bytes.len() - 2);
        let (mut slow, mut quick) = (judge.connect()?, judge.connect()?);
        slow.send(&Request::raw(begin));
        must_be_there(judge)?;
        quick.send(&post("/orders", &tea, &key));
        must_be_there(judge)?;
        slow.send(&Request::raw(end));
        let line = "Two requests with one key were under way at the same time. The house may see one of them, and both get its answer.";
        must_take(&slow.answer()?, round, line)?;
        must_take(&quick.answer()?, round, line)?;
    }
    Ok(())
}

/// Two answers to others: time enough for the server to have looked at what was sent before.
fn must_be_there(judge: &mut Judge) -> Verdict {
    let line = "An order whose body has not come yet holds no one else up.";
    for _ in 0..2 {
        judge.get("/")?.must_be(200, line)?;
    }
    Ok(())
}

fn a_body_that_is_too_large_is_still_refused(judge: &mut Judge) -> Verdict {
    let tea = format!("{:x<1024}", judge.draw.word());
    let (fits, large) = (key(judge), key(judge));
    let line = "A body may have 1024 bytes, as before your change, and this one has.";
    must_take(&judge.ask(&post("/orders", &tea, &fits))?, 1, line)?;
    must_take(&judge.ask(&Request::post("/orders", &tea))?, 2, line)?;
    let line = "A body may have 1024 bytes, and this one has one more: 413, as before your change.";
    let tea = format!("{tea}x");
    let refused = [413];
    standing::must_be_refusal(&judge.ask(&Request::post("/orders", &tea))?, &refused, line)?;
    for _ in 0..2 {
        let answer = judge.ask(&post("/orders", &tea, &large))?;
        standing::must_be_refusal(&answer, &refused, line)?;
    }
    Ok(())
}

fn an_order_that_has_begun_is_taken_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let (key, tea) = (key(judge), judge.draw.word());
    let head = format!("POST /orders HTTP/1.1\r\nIdempotency-Key: {key}");
    standing::must_answer_what_has_begun(judge, &head, &tea, 201)
}

// The task `rate`.

/// Starts the house with this limit.
fn limit(judge: &mut Judge, burst: u64, seconds: u64) {
    judge.set("BURST", &burst.to_string());
    judge.set("SECONDS", &seconds.to_string());
}

/// An address, as a proxy writes it.
fn address(judge: &mut Judge) -> String {
    let mut part = || judge.draw.number(1, 254);
    format!("10.{}.{}.{}", part(), part(), part())
}

fn from(address: &str) -> Request {
    Request::get("/").header("X-Forwarded-For", address)
}

/// Asks as often as a client may.
fn use_up(judge: &mut Judge, address: &str, burst: u64) -> Verdict {
    for number in 1..=burst {
        let line = format!("A client may ask {burst} times here, and this was number {number}.");
        judge.ask(&from(address))?.must_be(200, &line)?;
    }
    Ok(())
}

fn must_refuse(answer: &Answer, seconds: u64, line: &str) -> Verdict {
    answer.must_be(429, line)?;
    let wait: Option<u64> = answer
        .header("retry-after")
        .and_then(|wait| wait.parse().ok());
    let line = "Retry-After says in how many whole seconds it may go on: at least 1, and no more than SECONDS.";
    answer.must(
        wait.is_some_and(|wait| (1..=seconds).contains(&wait)),
        format!("Retry-After: 1 to {seconds}"),
        line,
    )?;
    let line = "The client must learn from the body what was wrong.";
    answer.must(!answer.body.is_empty(), "a sentence", line)
}

const TOO_OFTEN: &str = "This client has used up what it may ask: 429.";

fn a_client_has_so_many_requests_and_no_more(judge: &mut Judge) -> Verdict {
    let (burst, mine) = (judge.draw.number(2, 7), address(judge));
    limit(judge, burst, 3600);
    use_up(judge, &mine, burst)?;
    for _ in 0..2 {
        must_refuse(&judge.ask(&from(&mine))?, 3600, TOO_OFTEN)?;
    }
    limit(judge, 1, 3600);
    use_up(judge, &mine, 1)?;
    must_refuse(&judge.ask(&from(&mine))?, 3600, TOO_OFTEN)
}

fn another_client_is_not_held_up(judge: &mut Judge) -> Verdict {
    let (burst, mine, yours) = (judge.draw.number(2, 5), address(judge), address(judge));
    limit(judge, burst, 3600);
    use_up(judge, &mine, burst)?;
    must_refuse(&judge.ask(&from(&mine))?, 3600, TOO_OFTEN)?;
    use_up(judge, &yours, burst)?;
    must_refuse(&judge.ask(&from(&yours))?, 3600, TOO_OFTEN)
}

fn what_a_client_claims_counts_for_nothing(judge: &mut Judge) -> Verdict {
    let (burst, mine, yours) = (judge.draw.number(2, 4), address(judge), address(judge));
    limit(judge, burst, 3600);
    use_up(judge, &mine, burst)?;
    let line = "The last address is what our proxy has added. What is before it came from the client, which can write there what it likes.";
    for _ in 0..2 {
        let claimed = format!("{}, {mine}", address(judge));
        must_refuse(&judge.ask(&from(&claimed))?, 3600, line)?;
        let twice = from(&address(judge)).header("X-Forwarded-For", &mine);
        must_refuse(&judge.ask(&twice)?, 3600, line)?;
    }
    let answer = judge.ask(&from(&format!("{mine}, {yours}")))?;
    answer.must_be(200, line)
}

fn what_is_refused_does_not_reach_the_house(judge: &mut Judge) -> Verdict {
    let (burst, mine, tea) = (judge.draw.number(2, 5), address(judge), judge.draw.word());
    limit(judge, burst, 3600);
    use_up(judge, &mine, burst)?;
    let order = Request::post("/orders", &tea).header("X-Forwarded-For", &mine);
    must_refuse(&judge.ask(&order)?, 3600, TOO_OFTEN)?;
    let yours = address(judge);
    let list = Request::get("/orders").header("X-Forwarded-For", &yours);
    let line = "This order was refused with 429, and taken all the same: refuse before the house is asked.";
    judge.ask(&list)?.must_say("", line)
}

fn after_a_while_a_client_may_ask_again(judge: &mut Judge) -> Verdict {
    let (burst, mine) = (judge.draw.number(2, 3), address(judge));
    limit(judge, burst, 1);
    // In one piece, so that they come within the second.
    let mut wire = judge.connect()?;
    let many: Vec<Request> = (0..20).map(|_| from(&mine)).collect();
    wire.send_all(&many);
    let mut last = wire.answer()?;
    for _ in 1..20 {
        let answer = wire.answer()?;
        if last.status != 429 {
            last = answer;
        }
    }
    must_refuse(&last, 1, TOO_OFTEN)?;
    // It asks and asks; what is refused does not count.
    let begun = Instant::now();
    while last.status != 200 {
        let line = "More than a second has gone by since it was refused. The client may ask again; a refused request does not count.";
        last.must(begun.elapsed() < PATIENCE, "status 200", line)?;
        last = judge.ask(&from(&mine))?;
    }
    Ok(())
}

fn without_the_header_all_share_one_limit(judge: &mut Judge) -> Verdict {
    let (burst, mine) = (judge.draw.number(2, 5), address(judge));
    limit(judge, burst, 3600);
    for number in 1..=burst {
        let line = format!(
            "Without X-Forwarded-For, all share {burst} requests, and this was number {number}."
        );
        judge.get("/")?.must_be(200, &line)?;
    }
    let line = "Without X-Forwarded-For, all share one limit, and it is used up: 429.";
    must_refuse(&judge.get("/")?, 3600, line)?;
    use_up(judge, &mine, burst)
}

fn what_is_no_limit_is_still_refused_at_the_start(judge: &mut Judge) -> Verdict {
    let line = "BURST and SECONDS are numbers from 1 to 100000. With another one the server does not start, as before your change.";
    let word = judge.draw.word();
    for (name, value) in [
        ("BURST", "0"),
        ("BURST", "100001"),
        ("SECONDS", "0"),
        ("SECONDS", &word),
    ] {
        judge.must_refuse_to_start((name, value), name, line)?;
    }
    limit(judge, 100_000, 100_000);
    let line = "BURST and SECONDS may be 100000.";
    judge.get("/")?.must_be(200, line)
}
