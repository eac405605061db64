//! What judges exercise 10: `cargo test -p exercise-10`.

#![forbid(unsafe_code)]

use std::io::ErrorKind;
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use judge::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Answer, Failure, Judge, Request, Server, Verdict, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "who": [
            who_asks_is_the_last_address_in_the_list,
            a_lie_in_front_is_not_believed,
            several_headers_are_one_list,
            what_is_not_an_address_is_not_believed,
            without_a_proxy_no_header_is_believed,
            every_page_is_still_there,
            a_bad_or_a_taken_port_is_said_in_one_line,
        ],
        "slow": [
            half_a_head_is_let_go,
            a_slow_client_keeps_nobody_waiting,
            an_order_that_is_too_long_is_refused_before_it_comes,
            an_order_in_chunks_has_the_same_limit,
            who_is_still_sending_hears_the_refusal,
            an_order_of_the_greatest_length_is_taken,
            half_an_order_is_still_refused,
        ],
        "stop": [
            an_order_that_has_begun_is_taken,
            a_late_request_is_answered,
            the_last_answer_says_so,
            nobody_new_comes_in,
            a_silent_client_does_not_hold_the_stop,
            ctrl_c_ends_the_server_with_status_0,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

/// An address as it might be anybody's, of those kept for examples.
fn address(judge: &mut Judge) -> String {
    if judge.draw.number(0, 2) == 0 {
        new_address(judge)
    } else {
        old_address(judge)
    }
}

fn old_address(judge: &mut Judge) -> String {
    let network = if judge.draw.number(0, 1) == 0 {
        format!("198.18.{}", judge.draw.number(0, 255))
    } else {
        "203.0.113".to_string()
    };
    format!("{network}.{}", judge.draw.number(1, 254))
}

fn new_address(judge: &mut Judge) -> String {
    format!("2001:db8::{:x}", judge.draw.number(1, 254))
}

// The task `who`.

fn who(judge: &mut Judge, forwarded: &[&str]) -> Result<Answer, Failure> {
    let add = |request: Request, list: &&str| request.header("X-Forwarded-For", list);
    let answer = judge.ask(&forwarded.iter().fold(Request::get("/who"), add))?;
    answer.must_be(200, "`GET /who` says who asks.")?;
    Ok(answer)
}

fn who_asks_is_the_last_address_in_the_list(judge: &mut Judge) -> Verdict {
    judge.set("PROXY", "1");
    // Some of both kinds, whatever is drawn.
    for client in [
        old_address(judge),
        new_address(judge),
        old_address(judge),
        new_address(judge),
    ] {
        let line = "PROXY=1: the proxy in front has written here who it had at the other end. To us, everyone comes from 127.0.0.1.";
        who(judge, &[&client])?.must_say(&client, line)?;
    }
    let line =
        "No proxy has said who asks. Then it is the client at the other end of the connection.";
    who(judge, &[])?.must_say("127.0.0.1", line)
}

fn a_lie_in_front_is_not_believed(judge: &mut Judge) -> Verdict {
    judge.set("PROXY", "1");
    let (client, lie, other) = (address(judge), address(judge), address(judge));
    let line = "A proxy adds the address to whatever the client wrote. Only the last one is the proxy's own word.";
    for list in [
        format!("{lie}, {client}"),
        format!("{lie},{other} ,  {client} "),
        format!("unknown, {client}"),
        format!(",,{client}"),
    ] {
        who(judge, &[&list])?.must_say(&client, line)?;
    }
    Ok(())
}

fn several_headers_are_one_list(judge: &mut Judge) -> Verdict {
    judge.set("PROXY", "1");
    let (client, lie, other) = (address(judge), address(judge), address(judge));
    let line = "A list may be spread over several headers of one name. The last address is the last one of the last header.";
    who(judge, &[&lie, &client])?.must_say(&client, line)?;
    let first = format!("{lie}, {other}");
    who(judge, &[&first, &client])?.must_say(&client, line)
}

fn what_is_not_an_address_is_not_believed(judge: &mut Judge) -> Verdict {
    judge.set("PROXY", "1");
    let (earlier, word) = (address(judge), judge.draw.word());
    let line = "The last word is not an address. Anyone could have written what is before it, so it is the client at the other end of the connection.";
    for list in [
        word.clone(),
        String::new(),
        format!("{earlier}, {word}"),
        format!("{earlier},"),
        "<b>1.2.3.4</b>".to_string(),
    ] {
        who(judge, &[&list])?.must_say("127.0.0.1", line)?;
    }
    Ok(())
}

fn without_a_proxy_no_header_is_believed(judge: &mut Judge) -> Verdict {
    let lie = address(judge);
    let line = "No setting says that there is a proxy. Then the header is only what a client says about itself.";
    who(judge, &[&lie])?.must_say("127.0.0.1", line)?;
    judge.set("PROXY", "0");
    who(judge, &[&lie])?.must_say("127.0.0.1", line)
}

fn every_page_is_still_there(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let line = "This was so before your change.";
    judge.get("/")?.must_be(200, line)?;
    judge.get(&format!("/{word}"))?.must_be(404, line)?;
    for (method, target, allowed) in [("POST", "/", "GET"), ("GET", "/orders", "POST")] {
        let answer = judge.ask(&Request::new(method, target))?;
        answer.must_be(405, line)?;
        answer.must_have("Allow", allowed, line)?;
    }
    let answer = judge.ask(&Request::post("/orders", &word))?;
    answer.must_be(201, line)?;
    answer.must_say(&format!("One {word}, at once."), line)
}

// The task `slow`.

const LONGEST: usize = 1000;

fn half_a_head_is_let_go(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    // All at once: the judge waits for them together.
    let mut wires = Vec::new();
    for sent in [
        format!("GET /{word}"),
        format!("GET / HTTP/1.1\r\nHost: a\r\nX-{word}: 1\r\n"),
        String::new(),
    ] {
        let mut wire = judge.connect()?;
        wire.send(&Request::raw(sent));
        wires.push(wire);
    }
    for wire in &mut wires {
        let line = "This client has sent half of a head, or nothing, and no more comes. After PATIENCE it is let go: each connection costs a file descriptor.";
        wire.must_close(line)?;
    }
    Ok(())
}

fn a_slow_client_keeps_nobody_waiting(judge: &mut Judge) -> Verdict {
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut wire = judge.connect()?;
        wire.send(&Request::raw("POST /orders HTTP/1.1\r\nHost: a\r\n"));
        slow.push(wire);
    }
    let line = "Fifty clients have sent half of a head. Others are served all the same.";
    let answer = judge.get("/").map_err(|failure| failure.because(line))?;
    answer.must_be(200, line)
}

const TOO_LONG: &str =
    "An order has at most 1000 bytes. Without a limit, one client could fill the memory.";

fn must_name_the_limit(answer: &Answer) -> Verdict {
    answer.must_be(413, TOO_LONG)?;
    let line = "A client that is refused for the length must learn which length would do.";
    answer.must(answer.text().contains("1000"), "… 1000 …", line)
}

fn an_order_that_is_too_long_is_refused_before_it_comes(judge: &mut Judge) -> Verdict {
    for length in ["1001", "30000000", "9000000000"] {
        let mut wire = judge.connect()?;
        let head = format!("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        wire.send(&Request::raw(head));
        let line = "Its Content-Length says that it is too long. It need not come first.";
        let answer = wire.answer().map_err(|failure| failure.because(line))?;
        answer.must(answer.status != 408, "status 413", line)?;
        must_name_the_limit(&answer)?;
    }
    Ok(())
}

fn an_order_in_chunks_has_the_same_limit(judge: &mut Judge) -> Verdict {
    let head = "POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = |length: usize| format!("{length:x}\r\n{}\r\n", "a".repeat(length));
    let part = judge.draw.number(1, 900) as usize;
    let answer = judge.connect()?.ask(&Request::raw(format!(
        "{head}{}{}0\r\n\r\n",
        chunk(part),
        chunk(LONGEST - part)
    )))?;
    answer.must_be(
        201,
        "This order has 1000 bytes, in two chunks. That is allowed.",
    )?;
    let answer = judge.connect()?.ask(&Request::raw(format!(
        "{head}{}{}0\r\n\r\n",
        chunk(part),
        chunk(LONGEST - part + 1)
    )))?;
    must_name_the_limit(&answer)
}

fn who_is_still_sending_hears_the_refusal(judge: &mut Judge) -> Verdict {
    for _ in 0..3 {
        let head = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000";
        standing::must_not_lose_a_refusal(judge, head)?;
    }
    Ok(())
}

fn an_order_of_the_greatest_length_is_taken(judge: &mut Judge) -> Verdict {
    for length in [LONGEST, 1] {
        let order = "a".repeat(length);
        let answer = judge.ask(&Request::post("/orders", &order))?;
        let line = "An order of up to 1000 bytes is taken, as before.";
        answer.must_be(201, line)?;
        answer.must_say(&format!("One {order}, at once."), line)?;
    }
    let answer = judge.ask(&Request::post("/orders", &"a".repeat(LONGEST + 1)))?;
    must_name_the_limit(&answer)
}

fn half_an_order_is_still_refused(judge: &mut Judge) -> Verdict {
    let mut wire = judge.connect()?;
    let head = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf";
    wire.send(&Request::raw(head));
    let line = "Half of an order came, and no more: 408 after PATIENCE, as before your change.";
    let answer = wire.answer().map_err(|failure| failure.because(line))?;
    answer.must_be(408, line)
}

// The task `stop`.

/// A request on a connection that stays open.
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn an_order_that_has_begun_is_taken(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    judge.get("/")?;
    standing::must_answer_what_has_begun(judge, "POST /orders HTTP/1.1", &word, 201)
}

const END: &str = "When all is answered, the server ends with exit status 0.";

/// Waits until the server takes no more connections; whether it came to that.
fn wait_for_closed_door(server: &Server) -> bool {
    let patience = Duration::from_secs(1);
    let begun = Instant::now();
    while cfg!(unix) && begun.elapsed() < patience {
        let door = TcpStream::connect_timeout(&server.address(), patience);
        if door.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused) {
            return true;
        }
        // Not many: who is not accepted waits in a queue of the system, and that has an end.
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Asks once, presses Ctrl-C, and asks again on the same connection when the door is closed.
fn ask_late(judge: &mut Judge, check: impl FnOnce(&Answer) -> Verdict) -> Verdict {
    let word = judge.draw.word();
    let order = Request::post("/orders", &word);
    let mut wire = judge.connect()?;
    wire.ask(&order)?
        .must_be(201, "An order is taken, as before.")?;
    judge.must_end_at_ctrl_c(END, |server| {
        wait_for_closed_door(server);
        // On its way: it arrives a little later, on a machine that is busy, too.
        std::thread::sleep(Duration::from_millis(200));
        let line = "This client has a connection, and its next order was on its way when Ctrl-C came. Answer it before you close.";
        let answer = wire.ask(&order).map_err(|failure| failure.because(line))?;
        answer.must_be(201, line)?;
        check(&answer)
    })
}

fn a_late_request_is_answered(judge: &mut Judge) -> Verdict {
    ask_late(judge, |_| Ok(()))
}

fn the_last_answer_says_so(judge: &mut Judge) -> Verdict {
    let answer = judge.connect()?.ask(&Request::raw(GET))?;
    let line =
        "As long as the server is not told to stop, a connection stays open for the next request.";
    answer.must(answer.header("connection").is_none(), "no Connection", line)?;
    ask_late(judge, |answer| {
        let is_close = |value: &str| value.eq_ignore_ascii_case("close");
        let line = "After Ctrl-C each answer is the last on its connection. `Connection: close` says so, and the client goes by itself.";
        answer.must(
            !cfg!(unix) || answer.header("connection").is_some_and(is_close),
            "Connection: close",
            line,
        )
    })
}

fn nobody_new_comes_in(judge: &mut Judge) -> Verdict {
    let mut wire = judge.connect()?;
    wire.send(&Request::raw(
        "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n",
    ));
    wire.must_continue("A client that expects `100 Continue` is asked for the body.")?;
    judge.must_end_at_ctrl_c(END, |server| {
        let closed = wait_for_closed_door(server);
        wire.send_more(b"a");
        let line = "What has begun is answered.";
        let answer = wire.answer().map_err(|failure| failure.because(line))?;
        answer.must_be(201, line)?;
        let line = "After Ctrl-C no one new comes in: the port is closed, so that another server can take it.";
        answer.must(closed || !cfg!(unix), "a refused connection, in the meantime", line)
    })
}

fn a_silent_client_does_not_hold_the_stop(judge: &mut Judge) -> Verdict {
    let mut asked = judge.connect()?;
    asked.ask(&Request::raw(GET))?.must_be(200, "As before.")?;
    let silent = judge.connect()?;
    let mut half = judge.connect()?;
    half.send(&Request::raw("GET / HTTP/1.1\r\n"));
    judge.get("/")?;
    let line = "One client says nothing, one has sent half of a head. The server waits for them a little, but not forever.";
    let ended = judge.must_end_at_ctrl_c(line, |_| Ok(()));
    drop((asked, silent, half));
    ended
}
