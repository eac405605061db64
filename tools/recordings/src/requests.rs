//! The request files: conversations with a server, as data.
//!
//! `tests/requests/NN-topic/NAME.http` is a conversation with a server. Each file is a test of its own,
//! `NN-topic/NAME`; its recorded answer is `tests/snapshots/NN-topic/NAME.snap`. A new file needs no new Rust.
//!
//! ```text
//! # What the file as a whole shows. Lines before the first ### are about the file.
//! # @server lesson-01
//! # @server lesson-01 on_hyper
//!
//! ### A greeting for the name in the query.
//! GET /hello?name=Ada HTTP/1.1
//! Host: 127.0.0.1:8000
//!
//! ### A form, sent on the same connection.
//! # @cookies
//! POST /hello HTTP/1.1
//! Host: 127.0.0.1:8000
//! Content-Type: application/x-www-form-urlencoded
//! Content-Length: {{length}}
//!
//! name=Ada
//! ```
//!
//! A request begins with `###` and a sentence that says what it shows. `# @…` lines right
//! below it are directives. What follows are the bytes of the request: head lines end in CR LF on the wire, one blank line ends
//! the head, and the body goes up to the line before the next `###` (blank lines before it are not part of
//! the body). `{{length}}` stands for the length of the body in bytes, `{{repeat N TEXT}}` for TEXT N times.
//! `{{field NAME}}` stands for the value of that field in the last page that held a form, such as a token. Each server runs in an
//! empty folder of its own. All requests of a file go over one connection unless it says otherwise; when the server has closed it, the next request opens a new one.
//!
//! | for the file | meaning |
//! |---|---|
//! | `@server PACKAGE [EXAMPLE]` | the server to ask: the package's binary, or one of its examples. Default: the binary of `lesson-NN`. Given several times, each must give the same answers |
//! | `@env NAME=VALUE` | a variable in the server's environment. A path that begins with `lessons/` counts from the repository |
//! | `@redact NAME REGEX` | what must vary in the answers, besides date, port and clock: each match is kept as `[NAME]` |
//! | `@run ARGUMENTS` | run the program with these arguments before it serves: `createsuperuser …` |
//!
//! | for a request | meaning |
//! |---|---|
//! | `@connection NAME` | use the connection of that name (opened at its first use) |
//! | `@new-connection` | close the connection and open it again first |
//! | `@cookies` | send the cookies that earlier answers of this file set (the snapshot says which), and keep new ones |
//! | `@raw` | the text below is the request to the byte: line ends in the file mean nothing, `\r \n \t \\ \xNN` are escapes |
//! | `@answers N` | read N answers, not one (pipelined requests, or a request that smuggles one). 0: send and read nothing |
//! | `@chunks N` | read the head and the first N chunks, then close: for answers that never end |
//! | `@half-close` | shut the sending side after the request, as `nc -N` does |
//! | `@until-close` | read until the server closes the connection, whatever the answer says |
//!
//! The snapshot keeps each answer to the byte (CR LF is shown as a line end; a byte that is not text as `\xNN`),
//! but for what must vary: `[date]`, `[clock]` and the port, which is shown as 8000. Chunks are kept in their framing, each
//! with the whole seconds that had passed at least since the request was sent.
//!
//! Record answers with `INSTA_UPDATE=always cargo test -p tests`, then read the difference in git before you
//! commit it.

use std::fs;
use std::path::Path;

use house::build::ServerName;
use house::lessons::number_of;

use wire::show;

/// A request file.
#[derive(Clone, Debug)]
pub struct File {
    /// The servers to ask, each of which must give the same answers.
    pub servers: Vec<ServerName>,
    /// Variables for the server's environment.
    pub env: Vec<(String, String)>,
    /// What must vary in the answers: a name, and a regular expression.
    pub redact: Vec<(String, String)>,
    /// Arguments with which the program is run before it serves.
    pub run: Vec<Vec<String>>,
    /// The conversation.
    pub requests: Vec<Request>,
}

/// One request of a conversation.
#[derive(Clone, Debug)]
pub struct Request {
    /// The sentence behind `###`.
    pub shows: String,
    /// The name of the connection to use.
    pub connection: String,
    /// Whether to close that connection and open it anew first.
    pub new_connection: bool,
    /// Whether cookies are carried.
    pub cookies: bool,
    /// What to read after it.
    pub reading: Reading,
    /// Whether to shut the sending side after it.
    pub half_close: bool,
    /// The bytes to send, but for cookies and for what only an earlier answer says.
    pub bytes: Vec<u8>,
    /// The lines with `{{field NAME}}` in them, when there are any.
    lines: Vec<String>,
    /// The request as a person reads it: long repetitions are named, not shown.
    pub shown: String,
}

/// What is read after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// So many whole answers.
    Answers(usize),
    /// The head of an answer and so many chunks of its body; then the connection is closed.
    Chunks(usize),
    /// All that comes until the server closes the connection.
    UntilClose,
}

impl File {
    /// Reads a file; the default server is that of the topic's folder, `lesson-NN`.
    ///
    /// # Errors
    /// A sentence with the file and the line when it cannot be read or is not of the format.
    pub fn read(path: &Path) -> Result<File, String> {
        let named = |problem: String| format!("{}: {problem}", path.display());
        let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        let topic = path
            .parent()
            .and_then(Path::file_name)
            .and_then(|name| name.to_str());
        let number = topic.map_or("", number_of);
        let mut file = File::parse(&text).map_err(named)?;
        if file.servers.is_empty() {
            file.servers.push(ServerName {
                package: format!("lesson-{number}"),
                example: None,
            });
        }
        Ok(file)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// A sentence with the line where the text is not of the format.
    pub fn parse(text: &str) -> Result<File, String> {
        let mut file = File {
            servers: Vec::new(),
            env: Vec::new(),
            redact: Vec::new(),
            run: Vec::new(),
            requests: Vec::new(),
        };
        let lines: Vec<&str> = text.lines().collect();
        let starts: Vec<usize> = (0..lines.len())
            .filter(|&number| lines[number].starts_with("###"))
            .collect();
        let first = *starts
            .first()
            .ok_or("there is no line that begins with ###")?;
        for (number, line) in lines[..first].iter().enumerate() {
            file.preamble(line).map_err(|problem| at(number, problem))?;
        }
        for (index, &start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(lines.len());
            let request = request(&lines[start..end]).map_err(|problem| at(start, problem))?;
            file.requests.push(request);
        }
        Ok(file)
    }

    fn preamble(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim();
        let Some(comment) = line.strip_prefix('#') else {
            return match line.is_empty() {
                true => Ok(()),
                false => Err("only comments may come before the first ###".into()),
            };
        };
        let Some(directive) = comment.trim().strip_prefix('@') else {
            return Ok(());
        };
        let (name, value) = directive.split_once(' ').unwrap_or((directive, ""));
        let value = value.trim();
        match name {
            "server" => self.servers.push(ServerName::parse(value)?),
            "env" => self.env.push(pair(value, '=')?),
            "redact" => self.redact.push(pair(value, ' ')?),
            "run" => {
                let words = shell_words::split(value);
                self.run.push(words.map_err(|error| error.to_string())?);
            }
            other => return Err(format!("@{other} is not a directive for a file")),
        }
        Ok(())
    }
}

fn at(line: usize, problem: String) -> String {
    format!("line {}: {problem}", line + 1)
}

fn pair(text: &str, separator: char) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(separator)
        .ok_or_else(|| format!("{text:?} is not NAME{separator}VALUE"))?;
    Ok((name.trim().to_string(), value.trim().to_string()))
}

impl Request {
    /// The bytes to send, with the values of fields that earlier answers have given.
    ///
    /// # Errors
    /// When a field is asked for that no answer has had.
    pub fn filled(&self, value: impl Fn(&str) -> Option<String>) -> Result<Vec<u8>, String> {
        if self.lines.is_empty() {
            return Ok(self.bytes.clone());
        }
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| {
                fields(line, |name| {
                    value(name).ok_or_else(|| format!("no answer had a field {name}"))
                })
            })
            .collect::<Result<_, _>>()?;
        bytes(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// For people: `[NAME]` where a field's value will stand. With one in the body, nobody knows the
/// length yet.
fn without_fields(lines: &[&str], bytes: &[u8]) -> Result<String, String> {
    let mut body = lines.iter().skip_while(|line| !line.is_empty());
    let is_in_body = body.any(|line| line.contains("{{field "));
    let lines: Vec<String> = lines
        .iter()
        .map(|line| match is_in_body {
            true => line.replace("{{length}}", "[length]"),
            false => line.to_string(),
        })
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    fields(&shown(&lines, bytes)?, |name| Ok(format!("[{name}]")))
}

/// Writes something in place of each `{{field NAME}}`.
fn fields(text: &str, write: impl Fn(&str) -> Result<String, String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{field ") {
        let (name, after) = after
            .split_once("}}")
            .ok_or("{{field is not closed by }}")?;
        out.push_str(before);
        out.push_str(&write(name)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// One request: its `###` line, its directives, its bytes.
fn request(lines: &[&str]) -> Result<Request, String> {
    let shows = lines[0].trim_start_matches('#').trim();
    if shows.is_empty() {
        return Err("after ###, write a sentence that says what the request shows".into());
    }
    let mut request = Request {
        shows: shows.to_string(),
        connection: "1".into(),
        new_connection: false,
        cookies: false,
        reading: Reading::Answers(1),
        half_close: false,
        bytes: Vec::new(),
        lines: Vec::new(),
        shown: String::new(),
    };
    let mut raw = false;
    let mut begin = 1;
    while let Some(directive) = lines.get(begin).and_then(|line| line.strip_prefix("# @")) {
        let (name, value) = directive.split_once(' ').unwrap_or((directive, ""));
        let value = value.trim();
        let count = || {
            value
                .parse()
                .map_err(|_| format!("@{name} needs a number, not {value:?}"))
        };
        match name {
            "connection" => request.connection = value.to_string(),
            "new-connection" => request.new_connection = true,
            "cookies" => request.cookies = true,
            "raw" => raw = true,
            "answers" => request.reading = Reading::Answers(count()?),
            "chunks" => request.reading = Reading::Chunks(count()?),
            "until-close" => request.reading = Reading::UntilClose,
            "half-close" => request.half_close = true,
            other => return Err(format!("@{other} is not a directive for a request")),
        }
        begin += 1;
    }
    let mut text = &lines[begin..];
    while let Some((last, rest)) = text.split_last().filter(|(last, _)| last.trim().is_empty()) {
        debug_assert!(last.trim().is_empty());
        text = rest;
    }
    match raw {
        true => {
            request.bytes = unescaped(&repeated(&text.concat())?)?;
            request.shown = show::text(&unescaped(&named_repeats(&text.concat())?)?);
        }
        false => {
            request.bytes = bytes(text)?;
            request.shown = shown(text, &request.bytes)?;
            if text.iter().any(|line| line.contains("{{field ")) {
                request.lines = text.iter().map(ToString::to_string).collect();
                request.shown = without_fields(text, &request.bytes)?;
            }
        }
    }
    Ok(request)
}

/// Head lines end in CRLF; the body is as it stands. `{{length}}` is the body's length.
fn bytes(lines: &[&str]) -> Result<Vec<u8>, String> {
    let split = lines
        .iter()
        .position(|line| line.is_empty())
        .unwrap_or(lines.len());
    let body = repeated(&lines[(split + 1).min(lines.len())..].join("\n"))?;
    let head = repeated(&lines[..split].join("\r\n"))?;
    let mut names = head.lines().filter_map(|line| line.split_once(':'));
    let says_length = names.any(|(name, _)| {
        ["content-length", "transfer-encoding"].contains(&name.to_ascii_lowercase().as_str())
    });
    if !body.is_empty() && !says_length {
        return Err(
            "a server takes this body for the next request, since the head does not say how long it is: write \
             Content-Length: {{length}} (or # @raw, when it is meant so)"
                .into(),
        );
    }
    let head = head.replace("{{length}}", &body.len().to_string());
    Ok(format!("{head}\r\n\r\n{body}").into_bytes())
}

fn shown(lines: &[&str], bytes: &[u8]) -> Result<String, String> {
    let body = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let length = bytes.len() - body.map_or(bytes.len(), |at| at + 4);
    let text = named_repeats(&lines.join("\n"))?;
    let text = text.replace("{{length}}", &length.to_string());
    Ok(match length {
        0 => format!("{text}\n\n"),
        _ => text,
    })
}

/// `{{repeat 3 ab}}` is `ababab`.
fn repeated(text: &str) -> Result<String, String> {
    repeats(text, |count, piece| piece.repeat(count))
}

/// `{{repeat 3 ab}}` is `ab (3 times)`: for people.
fn named_repeats(text: &str) -> Result<String, String> {
    repeats(text, |count, piece| format!("{piece}… ({count} times)"))
}

fn repeats(text: &str, write: impl Fn(usize, &str) -> String) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{repeat ") {
        let (inside, after) = after
            .split_once("}}")
            .ok_or("{{repeat is not closed by }}")?;
        let (count, piece) = inside
            .split_once(' ')
            .ok_or("{{repeat needs a number and a text")?;
        let count = count
            .parse()
            .ok()
            .filter(|&count| count <= 100_000_000)
            .ok_or_else(|| format!("{{{{repeat: {count:?} is not a number up to 100,000,000"))?;
        out.push_str(before);
        out.push_str(&write(count, piece));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Reads the escapes `\r \n \t \\ \xNN` of a `@raw` request.
fn unescaped(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let mut following = after.chars();
        match following.next() {
            Some('r') => bytes.push(b'\r'),
            Some('n') => bytes.push(b'\n'),
            Some('t') => bytes.push(b'\t'),
            Some('\\') => bytes.push(b'\\'),
            Some('x') => {
                let digits = after.get(1..3).ok_or("\\x needs two hexadecimal digits")?;
                let byte = u8::from_str_radix(digits, 16)
                    .map_err(|_| format!("\\x{digits} is not hexadecimal"))?;
                bytes.push(byte);
                rest = &after[3..];
                continue;
            }
            other => return Err(format!("\\{} is not an escape", other.unwrap_or(' '))),
        }
        rest = following.as_str();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# A form.
# @server lesson-02 unescaped

### The form is sent.
# @cookies
POST /hello HTTP/1.1
Content-Length: {{length}}

name=Ada

### Two at once.
# @raw
# @answers 2
GET / HTTP/1.1\\r\\n\\r\\n
GET /\\x00{{repeat 2 ab}} HTTP/1.1\\r\\n\\r\\n
";

    #[test]
    fn head_lines_end_in_crlf_and_the_length_is_counted() {
        let file = File::parse(FILE).unwrap();
        let sent = String::from_utf8(file.requests[0].bytes.clone()).unwrap();
        assert_eq!(
            sent,
            "POST /hello HTTP/1.1\r\nContent-Length: 8\r\n\r\nname=Ada"
        );
        assert!(file.requests[0].cookies);
        assert_eq!(
            file.requests[0].shown,
            "POST /hello HTTP/1.1\nContent-Length: 8\n\nname=Ada"
        );
        assert_eq!(file.servers[0].to_string(), "lesson-02 unescaped");
    }

    #[test]
    fn a_raw_request_is_taken_to_the_byte() {
        let file = File::parse(FILE).unwrap();
        let request = &file.requests[1];
        assert_eq!(
            request.bytes,
            b"GET / HTTP/1.1\r\n\r\nGET /\0abab HTTP/1.1\r\n\r\n"
        );
        assert_eq!(request.reading, Reading::Answers(2));
        assert_eq!(
            request.shown,
            "GET / HTTP/1.1\n\nGET /\\x00ab… (2 times) HTTP/1.1\n\n"
        );
    }

    #[test]
    fn a_field_of_an_earlier_answer_is_filled_in_and_counted() {
        let text = "### x\nPOST / HTTP/1.1\nContent-Length: {{length}}\n\na={{field token}}&b=2";
        let file = File::parse(text).unwrap();
        let request = &file.requests[0];
        let sent = request.filled(|name| (name == "token").then(|| "abcdef".to_string()));
        let sent = String::from_utf8(sent.unwrap()).unwrap();
        assert_eq!(
            sent,
            "POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\na=abcdef&b=2"
        );
        assert_eq!(
            request.shown,
            "POST / HTTP/1.1\nContent-Length: [length]\n\na=[token]&b=2"
        );
        let missing = request.filled(|_| None).unwrap_err();
        assert_eq!(missing, "no answer had a field token");
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let problem = |text: &str| File::parse(text).unwrap_err();
        assert_eq!(problem("GET /"), "there is no line that begins with ###");
        assert_eq!(
            problem("# @host a\n### x\n"),
            "line 1: @host is not a directive for a file"
        );
        assert_eq!(
            problem("\n### x\n# @chunks many\n"),
            "line 2: @chunks needs a number, not \"many\""
        );
        assert_eq!(
            problem("### x\nPOST / HTTP/1.1\nHost: a\n\nb"),
            "line 1: a server takes this body for the next request, since the head does not say how long it is: \
             write Content-Length: {{length}} (or # @raw, when it is meant so)"
        );
        assert_eq!(
            problem("### x\n# @raw\n\\q"),
            "line 1: \\q is not an escape"
        );
        assert_eq!(
            problem("###\nGET /\n"),
            "line 1: after ###, write a sentence that says what the request shows"
        );
    }
}
