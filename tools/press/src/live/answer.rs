//! Where an answer ends, read along while its bytes go by.

/// Follows the bytes of the answers on one connection.
#[derive(Debug)]
pub(super) struct Answers {
    /// The method of the request: an answer to HEAD has no body.
    head_only: bool,
    place: Place,
    /// The bytes of a head, or of a chunk's line, that is not whole yet.
    kept: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Head,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    Trailer,
    /// The body ends with the connection, or this is no HTTP.
    UntilClose,
    Done,
}

/// A head that is longer than this is none.
const LONGEST_HEAD: usize = 64 * 1024;

impl Answers {
    pub(super) fn to(request: &[u8]) -> Self {
        Self {
            head_only: request.starts_with(b"HEAD "),
            place: Place::Head,
            kept: Vec::new(),
        }
    }

    /// Whether the answer is whole.
    pub(super) fn is_done(&self) -> bool {
        self.place == Place::Done
    }

    /// Goes on with the next bytes.
    pub(super) fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = match self.place {
                Place::Head => self.head(bytes),
                Place::ChunkSize | Place::Trailer => self.line(bytes),
                Place::Body(left) => {
                    let (rest, left) = skip(bytes, left);
                    self.place = if left == 0 {
                        Place::Done
                    } else {
                        Place::Body(left)
                    };
                    rest
                }
                Place::Chunk(left) => {
                    let (rest, left) = skip(bytes, left);
                    self.place = if left == 0 {
                        Place::ChunkSize
                    } else {
                        Place::Chunk(left)
                    };
                    rest
                }
                Place::UntilClose | Place::Done => return,
            };
        }
    }

    fn head<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let before = self.kept.len();
        self.kept.extend_from_slice(bytes);
        let mut fields = [httparse::EMPTY_HEADER; 128];
        let mut head = httparse::Response::new(&mut fields);
        let place = match head.parse(&self.kept) {
            Ok(httparse::Status::Complete(length)) => {
                let place = place_behind(&head, self.head_only);
                self.kept.clear();
                self.place = place;
                return &bytes[length - before..];
            }
            Ok(httparse::Status::Partial) if self.kept.len() < LONGEST_HEAD => Place::Head,
            _ => Place::UntilClose,
        };
        self.place = place;
        &[]
    }

    /// The line with the size of a chunk, or one behind the last chunk.
    fn line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.kept.extend_from_slice(bytes);
            if self.kept.len() > LONGEST_HEAD {
                self.place = Place::UntilClose;
            }
            return &[];
        };
        self.kept.extend_from_slice(&bytes[..end]);
        let line = String::from_utf8_lossy(&self.kept).trim().to_owned();
        self.kept.clear();
        self.place = match self.place {
            Place::Trailer if line.is_empty() => Place::Done,
            Place::Trailer => Place::Trailer,
            _ => {
                let size = line.split(';').next().unwrap_or_default().trim();
                match u64::from_str_radix(size, 16) {
                    Ok(0) => Place::Trailer,
                    // The chunk's own line end belongs to it.
                    Ok(size) => Place::Chunk(size.saturating_add(2)),
                    Err(_) => Place::UntilClose,
                }
            }
        };
        &bytes[end + 1..]
    }
}

fn skip(bytes: &[u8], left: u64) -> (&[u8], u64) {
    let here = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
    (&bytes[here..], left - here as u64)
}

fn place_behind(head: &httparse::Response<'_, '_>, head_only: bool) -> Place {
    let status = head.code.unwrap_or_default();
    let field = |name: &str| {
        let mut fields = head.headers.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(field.value).ok()
    };
    match status {
        // The final answer is still to come; after 101 this is no longer HTTP.
        101 => return Place::UntilClose,
        100..200 => return Place::Head,
        204 | 304 => return Place::Done,
        _ if head_only => return Place::Done,
        _ => {}
    }
    if let Some(coding) = field("transfer-encoding") {
        let chunked = coding.to_ascii_lowercase().trim_end().ends_with("chunked");
        return if chunked {
            Place::ChunkSize
        } else {
            Place::UntilClose
        };
    }
    match field("content-length").map(|length| length.trim().parse()) {
        Some(Ok(0)) => Place::Done,
        Some(Ok(length)) => Place::Body(length),
        _ => Place::UntilClose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the answer is whole after all its bytes and not before, however they are cut.
    fn ends_with_its_last_byte(request: &str, answer: &str) {
        for cut in 1..answer.len() {
            let mut answers = Answers::to(request.as_bytes());
            for piece in answer.as_bytes().chunks(cut) {
                assert!(!answers.is_done(), "{answer}");
                answers.read(piece);
            }
            assert!(answers.is_done(), "{answer}");
        }
    }

    fn never_ends(request: &str, answer: &str) {
        let mut answers = Answers::to(request.as_bytes());
        answers.read(answer.as_bytes());
        assert!(!answers.is_done(), "{answer}");
    }

    #[test]
    fn an_answer_ends_where_its_head_says() {
        ends_with_its_last_byte("GET / ", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
        ends_with_its_last_byte("GET / ", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        ends_with_its_last_byte("GET / ", "HTTP/1.1 204 No Content\r\n\r\n");
        ends_with_its_last_byte("HEAD / ", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
        ends_with_its_last_byte(
            "POST / ",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
        );
    }

    #[test]
    fn chunks_are_counted_to_the_last() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        ends_with_its_last_byte("GET / ", &format!("{head}3;a=b\r\na\nb\r\n0\r\n\r\n"));
        ends_with_its_last_byte(
            "GET / ",
            &format!("{head}A\r\n0123456789\r\n0\r\nA: b\r\n\r\n"),
        );
        never_ends("GET / ", &format!("{head}3\r\nabc\r\n"));
        never_ends("GET / ", &format!("{head}x\r\n0\r\n\r\n"));
    }

    #[test]
    fn without_a_length_the_end_of_the_connection_is_the_end() {
        never_ends("GET / ", "HTTP/1.0 200 OK\r\n\r\nabc");
        never_ends("GET / ", "no HTTP at all\r\n\r\n");
        never_ends("GET / ", "HTTP/1.1 101 Switching Protocols\r\n\r\n");
    }
}
