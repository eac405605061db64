//! Live requests: a console on a page sends a request to a lesson's own server and shows the raw
//! exchange as it comes. Decks and book have it in common.
//!
//! 1. [`Console`] is the HTML; `console.js` and `console.css` go with it, see [`router`].
//! 2. [`Lessons`] builds and starts the servers of the lessons, those of `lessons/` and no others.
//! 3. `exchange` speaks to such a server, byte by byte.
//!
//! A page may choose a lesson and the bytes of a request. It cannot choose a host, a port, a
//! program or its arguments.

mod exchange;
mod keep;
mod lessons;
mod words;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

pub use keep::kept;
pub use lessons::{Lessons, State as LessonState};

use crate::serve::{Stop, Token};
use press::html::escaped;

/// The largest request, in bytes.
const LARGEST: usize = 64 * 1024;

/// A console on a page.
#[derive(Debug)]
pub struct Console<'a> {
    /// What no other element of the page is called.
    pub id: String,
    /// The package whose server is asked.
    pub lesson: String,
    /// The request to begin with.
    pub request: &'a str,
    /// The exchange that was recorded for it: it is shown until the first request is sent.
    pub recorded: Option<&'a str>,
}

impl Console<'_> {
    /// The element.
    pub fn html(&self) -> String {
        let Self { id, lesson, .. } = self;
        let (id, lesson, request) = (escaped(id), escaped(lesson), escaped(self.request));
        let (caption, answer) = match self.recorded.and_then(answer_in) {
            Some(answer) => ("Recorded answer", escaped(answer)),
            None => ("No answer yet", String::new()),
        };
        let rows = self.request.lines().count() + 1;
        format!(
            "<div class=\"live\" data-lesson=\"{lesson}\">\
             <div class=\"live-asks\">\
             <label for=\"{id}\">Request to {lesson}</label>\
             <textarea id=\"{id}\" rows=\"{rows}\" spellcheck=\"false\" autocomplete=\"off\" autocapitalize=\"off\" wrap=\"soft\">{request}</textarea>\
             <pre class=\"live-printed\" aria-hidden=\"true\">{request}</pre>\
             <p class=\"live-buttons\"><button type=\"button\" class=\"live-send\">Send</button>\
             <button type=\"button\" class=\"live-stop\" disabled>Stop</button></p>\
             <p class=\"live-state\" role=\"status\"></p></div>\
             <div class=\"live-answers\"><p class=\"live-caption\" id=\"{id}-caption\">{caption}</p>\
             <pre class=\"live-answer\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}-caption\">{answer}</pre></div></div>"
        )
    }

    /// The same for a page without a server: what was recorded, and nothing to press.
    pub fn recorded_html(&self) -> String {
        let Self { id, lesson, .. } = self;
        let (id, lesson, request) = (escaped(id), escaped(lesson), escaped(self.request));
        let (caption, answer) = match self.recorded.and_then(answer_in) {
            Some(answer) => ("Recorded answer", escaped(answer)),
            None => ("No answer was recorded", String::new()),
        };
        format!(
            "<div class=\"live is-recorded\"><div class=\"live-asks\">\
             <p class=\"live-caption\" id=\"{id}-request\">Request to {lesson}</p>\
             <pre class=\"live-printed\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}-request\">{request}</pre></div>\
             <div class=\"live-answers\"><p class=\"live-caption\" id=\"{id}-caption\">{caption}</p>\
             <pre class=\"live-answer\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}-caption\">{answer}</pre></div></div>"
        )
    }
}

/// The answer in a recorded exchange: a request and an answer, or one of them. What is said of how the request
/// was sent, in a line that begins with `#`, is no part of it.
fn answer_in(exchange: &str) -> Option<&str> {
    let mut rest = exchange;
    loop {
        if rest.starts_with("HTTP/1.") {
            return Some(rest);
        }
        rest = match rest.strip_prefix("# ") {
            Some(remark) => remark.split_once('\n')?.1,
            None => rest.split_once("\n\n")?.1,
        };
    }
}

struct Desk {
    lessons: Arc<Lessons>,
    token: Token,
    stop: Stop,
}

/// `POST /live/{lesson}`, and the script and style of the console below `/live/`.
pub fn router(lessons: Arc<Lessons>, token: Token, stop: Stop) -> Router {
    let desk = Arc::new(Desk {
        lessons,
        token,
        stop,
    });
    let script = (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")],
        include_str!("live/console.js"),
    );
    let style = (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("live/console.css"),
    );
    Router::new()
        .route("/live/{lesson}", post(send))
        .route("/live/console.js", get(async move || script))
        .route("/live/console.css", get(async move || style))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(desk)
}

/// The answer goes on as long as the exchange does: a line of JSON for each thing that happens.
async fn send(
    State(desk): State<Arc<Desk>>,
    Path(lesson): Path<String>,
    headers: HeaderMap,
    request: Bytes,
) -> Response {
    if !desk.token.is_in(&headers) {
        let refusal = "This page is from an earlier run of the server: load it again.\n";
        return (StatusCode::FORBIDDEN, refusal).into_response();
    }
    if !desk.lessons.has(&lesson) {
        return (StatusCode::NOT_FOUND, "There is no such lesson.\n").into_response();
    }
    let Ok(request) = std::str::from_utf8(&request) else {
        return (StatusCode::BAD_REQUEST, "The request is not UTF-8 text.\n").into_response();
    };
    let request = request.to_owned();
    let (tell, told) = mpsc::channel(16);
    let mut stop = desk.stop.clone();
    tokio::spawn(async move {
        let closed = tell.clone();
        tokio::select! {
            () = exchange::play(&desk.lessons, &lesson, &request, &tell) => {}
            // The page has gone away, or its Stop was pressed.
            () = closed.closed() => {}
            () = stop.stopped() => {}
        }
    });
    let lines = ReceiverStream::new(told).map(|event: exchange::Event| {
        let line = serde_json::to_string(&event).unwrap_or_default();
        Ok::<_, Infallible>(line + "\n")
    });
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    (kind, Body::from_stream(lines)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_a_recorded_exchange_is_shown() {
        let answer = "HTTP/1.1 200 OK\n\na";
        assert_eq!(answer_in(answer), Some(answer));
        let exchange = format!("POST / HTTP/1.1\n\na=b\n\n{answer}");
        assert_eq!(answer_in(&exchange), Some(answer));
        let remark = format!("# Sent with Cookie: a=b\n{answer}");
        assert_eq!(answer_in(&remark), Some(answer));
        assert_eq!(
            answer_in(&format!("GET / HTTP/1.1\n\n{remark}")),
            Some(answer)
        );
        assert_eq!(answer_in("GET / HTTP/1.1\nHost: a"), None);
    }

    #[test]
    fn a_console_is_text_wherever_its_words_come_from() {
        let console = Console {
            id: "a".to_owned(),
            lesson: "lesson-05".to_owned(),
            request: "GET /\"><script> HTTP/1.1\n",
            recorded: Some("HTTP/1.1 200 OK\n\n</pre><script>"),
        };
        let html = console.html();
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains("&lt;/pre&gt;&lt;script&gt;"), "{html}");
    }
}
