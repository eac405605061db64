//! What stood before a student began, and must still stand: what the servers of this course promise
//! whatever their tasks are. The tests of an exercise call these with its own figures, and hold on
//! its starter.

use std::net::{Ipv4Addr, TcpListener};

use crate::connection::Answer;
use crate::{Failure, Judge, Request, Verdict};

/// A bad port and a taken one: one line on standard error, and exit status 2.
///
/// # Errors
/// When the server starts all the same, or ends in another way.
pub fn a_bad_or_a_taken_port_is_said_in_one_line(judge: &mut Judge) -> Verdict {
    let line = "A PORT that is not a number from 0 to 65535 is reported in one line on standard error, with exit status 2.";
    let word = judge.draw.word();
    let far = judge.draw.number(65_536, 99_999).to_string();
    for port in [word.as_str(), &far, "-1"] {
        judge.must_refuse_to_start(("PORT", port), port, line)?;
    }
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let taken = taken.and_then(|listener| Ok((listener.local_addr()?.port(), listener)));
    let Ok((port, _listener)) = taken else {
        return Ok(()); // no port is free, so there is none to be taken
    };
    let port = port.to_string();
    let line = "Another program has this port. That is reported in one line on standard error, with exit status 2.";
    judge.must_refuse_to_start(("PORT", &port), &port, line)
}

/// Ctrl-C ends a server that has nothing to do, with status 0.
///
/// # Errors
/// When it goes on, or ends with another status.
pub fn ctrl_c_ends_the_server_with_status_0(judge: &mut Judge) -> Verdict {
    // Twice: a server that answers once and goes away was not asked to.
    judge.get("/")?;
    judge.get("/")?;
    let line = "Ctrl-C asks a server to end. It must do so by itself, with exit status 0.";
    judge.must_end_at_ctrl_c(line, |_| Ok(()))
}

/// A request whose body is still on its way when Ctrl-C comes is answered, and then the server ends.
/// `head` is the request without `Host`, `Content-Length` and the blank line.
///
/// # Errors
/// When the answer does not come, or has another status, or the server does not end.
pub fn must_answer_what_has_begun(
    judge: &mut Judge,
    head: &str,
    body: &str,
    status: u16,
) -> Verdict {
    let line = "A request that has begun is answered, even when Ctrl-C comes in between.";
    let length = body.len();
    let head = format!(
        "{head}\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    );
    let mut wire = judge.connect()?;
    wire.send(&Request::raw(head));
    wire.must_continue("A client that expects `100 Continue` is asked for the body.")?;
    let end = "When the requests that have begun are answered, the server ends with exit status 0.";
    judge.must_end_at_ctrl_c(end, |server| {
        #[cfg(unix)]
        server.wait_for_closed_door();
        let _ = server;
        // A client takes a moment. A server that waits for nobody is gone by then.
        std::thread::sleep(std::time::Duration::from_millis(200));
        wire.send_more(body.as_bytes());
        let answer = wire.answer().map_err(|failure| failure.because(line))?;
        answer.must_be(status, line)
    })
}

/// The answer refuses the request: it has one of these statuses, and its body says why.
///
/// # Errors
/// With `line` when the status is another one, and when no word is said.
pub fn must_be_refusal(answer: &Answer, statuses: &[u16], line: &str) -> Verdict {
    let known: Vec<String> = statuses.iter().map(u16::to_string).collect();
    let expected = format!("status {}", known.join(" or "));
    answer.must(statuses.contains(&answer.status), expected, line)?;
    answer.must(
        answer.text().split_whitespace().count() > 1,
        "a sentence in the body",
        "A client that is refused must learn from the body what was wrong.",
    )
}

/// A request of the greatest length is taken with this status. One that is a byte longer is refused
/// with 400 or 413, and one of the words of `limit` says how much would do.
///
/// # Errors
/// When one of the two is answered in another way.
pub fn must_take_up_to(
    judge: &mut Judge,
    fits: &Request,
    too_long: &Request,
    status: u16,
    limit: &[&str],
) -> Verdict {
    let line = format!(
        "This is the longest that is taken: {}. It was taken before, and must still be.",
        limit[0]
    );
    let answer = judge
        .connect()?
        .ask(fits)
        .map_err(|failure| failure.because(&line))?;
    answer.must_be(status, &line)?;
    let line = format!(
        "Without a limit, one client could fill the memory. The limit is {}, and this is one byte more: refuse it, do not cut it off.",
        limit[0]
    );
    let answer = judge.connect()?.ask(too_long)?;
    must_be_refusal(&answer, &[400, 413], &line)?;
    answer.must(
        limit.iter().any(|words| answer.text().contains(words)),
        format!("… {} …", limit[0]),
        "A client that is refused for the length must learn which length would do.",
    )
}

/// Sends what is no whole request, and no more; it must be refused with 400.
///
/// # Errors
/// With `line` when it is not.
pub fn must_refuse(judge: &mut Judge, sent: &str, line: &str) -> Verdict {
    let mut wire = judge.connect()?;
    wire.send(&Request::raw(sent));
    wire.finish();
    let answer = wire.answer().map_err(|failure| failure.because(line))?;
    must_be_refusal(&answer, &[400], line)
}

/// A refusal reaches a client that goes on sending: the server reads on before it closes, since a
/// connection that is closed over unread bytes is reset, and a reset can destroy the answer. `head`
/// is that of a request which is refused before its body is read.
///
/// # Errors
/// When no refusal comes, or the connection is reset.
pub fn must_not_lose_a_refusal(judge: &mut Judge, head: &str) -> Verdict {
    let line = "The server closed the connection over bytes that it had not read. That resets it, and on many systems the answer is lost.";
    let mut bytes = format!("{head}\r\n\r\n").into_bytes();
    bytes.resize(bytes.len() + 160 * 1024, b'.');
    let mut wire = judge.connect()?;
    wire.send(&Request::raw(bytes));
    // While the server deals with that, another client is served: so long we do not look.
    judge.get("/")?;
    let answer = wire.answer().map_err(|failure| failure.because(line))?;
    must_be_refusal(&answer, &[400, 413], "This request must be refused.")?;
    judge.get("/")?;
    wire.must_not_be_reset(line)
}

/// A body may come in pieces: the answer waits for the last. `head` ends with the blank line, and
/// announces the length of `body`.
///
/// # Errors
/// When there is no answer, or not this one.
pub fn must_wait_for_the_body(
    judge: &mut Judge,
    head: &str,
    body: &str,
) -> Result<Answer, Failure> {
    let line = "A body may come in pieces. The answer must wait until all of it is there.";
    let mut wire = judge.connect()?;
    wire.send(&Request::raw(head));
    for byte in body.bytes() {
        // While another client is served, what was sent arrives. That it arrives alone is not
        // certain, so there are more pieces than two.
        judge.get("/")?;
        wire.send_more(&[byte]);
    }
    wire.answer().map_err(|failure| failure.because(line))
}

/// HEAD brings the head of GET and nothing behind it: the same status, type and length.
///
/// # Errors
/// When the two differ.
pub fn must_answer_head_as_get(judge: &mut Judge, target: &str) -> Verdict {
    let get = judge.get(target)?;
    let head = judge.ask(&Request::new("HEAD", target))?;
    head.must_be(get.status, "The status of HEAD is that of GET.")?;
    for (name, line) in [
        ("Content-Type", "The headers of HEAD are those of GET."),
        (
            "Content-Length",
            "The length in the answer to HEAD is that of the page that GET would return.",
        ),
    ] {
        let value = get.header(name).unwrap_or_default();
        head.must_have(name, value, line)?;
    }
    Ok(())
}
