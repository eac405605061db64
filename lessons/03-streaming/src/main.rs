//! Lesson 03: a clock whose answer never ends, told to thousands of clients by one thread.
//!
//! Run it with `cargo run -p lesson-03`, then ask it with `curl -N http://127.0.0.1:8000/`.
//!
//! | path | answer |
//! |---|---|
//! | `/events` | the time, once a second, as server-sent events |
//! | `/watch` | a page that shows these events |
//! | any other | the time, once a second, as lines of text |

#![forbid(unsafe_code)]

mod serve;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::stream::unfold;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response};
use tokio::select;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// "current_thread": one thread for all clients. By default tokio starts one for each processor core.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(problem) = serve::serve().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

/// A body that is there already, or one that never ends. Reading it cannot fail.
type Body = BoxBody<Bytes, Infallible>;

/// Answers every path and every method.
async fn respond(request: Request<Incoming>, clock: Clock) -> Result<Response<Body>, Infallible> {
    Ok(match request.uri().path() {
        "/events" => response("text/event-stream", events(clock)),
        "/watch" => response("text/html; charset=utf-8", page()),
        _ => response("text/plain", lines(clock)),
    })
}

fn response(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // An old time is of no use to anyone.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn lines(clock: Clock) -> Body {
    told(clock, |time| format!("{time}\n"))
}

fn events(clock: Clock) -> Body {
    told(clock, |time| format!("data: {time}\n\n"))
}

fn page() -> Body {
    Full::from(include_str!("watch.html")).boxed()
}

/// A body that asks the clock for a frame when hyper asks it for one.
fn told(clock: Clock, format: fn(String) -> String) -> Body {
    let frames = unfold(clock, move |mut clock| async move {
        let time = clock.tell().await?;
        Some((Ok(Frame::data(format(time).into())), clock))
    });
    StreamBody::new(frames).boxed()
}

/// The clock that one client hears.
struct Clock {
    client: SocketAddr,
    second: Interval,
    told: u64,
    stopping: watch::Receiver<bool>,
}

impl Clock {
    fn new(client: SocketAddr, stopping: watch::Receiver<bool>) -> Clock {
        let mut second = interval(Duration::from_secs(1));
        // Nobody asks for the time while a slow client has not read what there is. The seconds
        // that pass meanwhile are skipped; by default they would all be made up for at once.
        second.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Clock {
            client,
            second,
            told: 0,
            stopping,
        }
    }

    /// Waits for the next second (the first is now) and tells the time.
    /// `None`: the server stops.
    async fn tell(&mut self) -> Option<String> {
        select! {
            _ = self.second.tick() => {}
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
        }
        self.told += 1;
        Some(now())
    }
}

/// When a client leaves, hyper drops the answer, and its clock with it.
impl Drop for Clock {
    fn drop(&mut self) {
        let Clock { client, told, .. } = self;
        // HEAD, and the page, ask no clock for the time.
        if *told > 0 {
            eprintln!("{client} is gone. Lines told: {told}.");
        }
    }
}

/// The time of day in UTC.
fn now() -> String {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since_1970.unwrap_or_default().as_secs();
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}
