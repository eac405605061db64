//! Plays a request file against a server, and shows the conversation as text.

use std::collections::BTreeMap;

use house::build::ServerName;

use crate::redaction::Redaction;
use crate::requests::{File, Reading, Request};
use wire::server::Server;
use wire::show;
use wire::{Answer, Connection};

/// Plays `file` against a freshly started server: the answers as the snapshot keeps them.
///
/// # Errors
/// What went wrong, the answers so far, and the server's standard error.
pub fn play(file: &File, name: &ServerName) -> Result<String, String> {
    play_against(Server::start_after(name, &file.env, &file.run)?, file)
}

/// Plays `file` against a server that nobody has asked anything yet.
///
/// # Errors
/// As [`play`].
pub fn play_against(mut server: Server, file: &File) -> Result<String, String> {
    let redaction = Redaction::new(server.port, &file.redact)?;
    let mut conversation = Conversation::default();
    let result = conversation.all(file, &server);
    let shown = redaction.apply(&conversation.shown);
    match result {
        Ok(()) if server.is_running() => Ok(shown),
        Ok(()) => Err(format!(
            "the server ended by itself:\n{}\n{shown}",
            server.stderr()
        )),
        Err(problem) => Err(format!("{problem}\n{}\n{shown}", server.stderr())),
    }
}

#[derive(Default)]
struct Conversation {
    connections: BTreeMap<String, Connection>,
    cookies: BTreeMap<String, String>,
    /// The last page that held a form.
    page: String,
    shown: String,
}

impl Conversation {
    fn all(&mut self, file: &File, server: &Server) -> Result<(), String> {
        for request in &file.requests {
            self.shown.push_str(&format!("### {}\n", request.shows));
            self.one(request, server)?;
        }
        Ok(())
    }

    fn one(&mut self, request: &Request, server: &Server) -> Result<(), String> {
        let name = request.connection.clone();
        let open = self.connections.remove(&name);
        let mut connection = match open {
            Some(open) if !request.new_connection && !open.closed => open,
            _ => Connection::new(server.connect()?),
        };
        if let Some(cookies) = self.cookie_header(request) {
            self.shown.push_str(&format!("# Sent with {cookies}\n"));
        }
        let filled = request.filled(|name| value_in(&self.page, name))?;
        connection.send(&self.with_cookies(request, &filled))?;
        if request.half_close {
            connection.half_close();
        }
        match request.reading {
            Reading::Answers(count) => {
                let methods = methods(&request.bytes);
                for index in 0..count {
                    let method = methods.get(index).map_or("GET", String::as_str);
                    self.read_answer(&mut connection, method, request.cookies)?;
                }
            }
            Reading::Chunks(count) => {
                self.read_chunks(&mut connection, count)?;
                return Ok(());
            }
            Reading::UntilClose => {
                let all = connection.rest()?;
                self.show_block(&show::text(&all));
                self.shown.push_str("# The server closed the connection.\n");
            }
        }
        self.connections.insert(name, connection);
        Ok(())
    }

    fn read_answer(
        &mut self,
        connection: &mut Connection,
        method: &str,
        keep_cookies: bool,
    ) -> Result<(), String> {
        let Some(answer) = connection.answer(method)? else {
            self.shown
                .push_str("# The server closed the connection without an answer.\n");
            return Ok(());
        };
        if keep_cookies {
            self.keep_cookies(&answer);
        }
        self.shown.push_str(&show::head(&answer.head));
        let body = show::text(&answer.framed);
        self.show_block(&body);
        if body.contains("<form") {
            self.page = body;
        }
        if answer.says_close() {
            let more = connection.rest()?;
            if !more.is_empty() {
                self.shown.push_str("# More bytes came after the answer:\n");
                self.show_block(&show::text(&more));
            }
            self.shown.push_str("# The server closed the connection.\n");
        }
        Ok(())
    }

    fn read_chunks(&mut self, connection: &mut Connection, count: usize) -> Result<(), String> {
        let answer = connection
            .head()?
            .ok_or("the server closed without an answer")?;
        self.shown.push_str(&show::head(&answer.head));
        for index in 0..count {
            let chunk = connection.timed_chunk()?;
            // Only a lower bound holds on a busy machine: a chunk may come late, never early.
            // One that came early shows the seconds it took, and so differs from the snapshot.
            let seconds = chunk.seconds.min(index as u64);
            let when = match seconds {
                0 => "at once".to_string(),
                seconds => format!("{seconds} s after the request"),
            };
            self.shown.push_str(&format!("# {when}:\n"));
            self.shown.push_str(&show::text(&chunk.framed));
        }
        self.shown.push_str("# The client closed the connection.\n");
        Ok(())
    }

    /// Shows a body; the text goes on in a new line after it.
    fn show_block(&mut self, text: &str) {
        self.shown.push_str(text);
        if !self.shown.ends_with('\n') {
            self.shown.push('\n');
        }
    }

    fn cookie_header(&self, request: &Request) -> Option<String> {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let any = request.cookies && !pairs.is_empty();
        any.then(|| format!("Cookie: {}", pairs.join("; ")))
    }

    fn with_cookies(&self, request: &Request, filled: &[u8]) -> Vec<u8> {
        let end = filled.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let (Some(end), Some(header)) = (end, self.cookie_header(request)) else {
            return filled.to_vec();
        };
        let line = format!("\r\n{header}");
        [&filled[..end], line.as_bytes(), &filled[end..]].concat()
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for (_, cookie) in answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let pair = cookie.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let attributes = cookie.to_ascii_lowercase();
            let gone = attributes.contains("max-age=0") || value.is_empty();
            match gone {
                true => self.cookies.remove(name.trim()),
                false => self
                    .cookies
                    .insert(name.trim().to_string(), value.to_string()),
            };
        }
    }
}

/// The value of the first field of that name in a page, as a browser would send it.
fn value_in(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\""))?;
    let (tag, _) = rest.split_once('>')?;
    let (_, value) = tag.split_once("value=\"")?;
    value.split('"').next().map(str::to_string)
}

/// The methods of the requests in `bytes`, as far as they can be told: each line that ends in
/// an HTTP version begins with one.
fn methods(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let request_lines = text.lines().filter(|line| line.contains(" HTTP/"));
    request_lines
        .map(|line| line.split(' ').next().unwrap_or_default().to_string())
        .collect()
}
