//! Where an answer ends, read along while its bytes go by.

use crate::answer::{Broken, Framing, Reader};

/// Follows the bytes of the answers on one connection.
#[derive(Debug)]
pub struct Along {
    method: &'static str,
    reader: Reader,
    place: Place,
}

#[derive(Debug, PartialEq, Eq)]
enum Place {
    Head,
    Body(Framing),
    /// This is no HTTP: it ends with the connection.
    Lost,
    Done,
}

impl Along {
    /// The answer to this request.
    pub fn to(request: &[u8]) -> Self {
        let method = match request.starts_with(b"HEAD ") {
            true => "HEAD",
            false => "GET",
        };
        Self {
            method,
            reader: Reader::default(),
            place: Place::Head,
        }
    }

    /// Whether the answer is whole.
    pub fn is_done(&self) -> bool {
        self.place == Place::Done
    }

    /// Goes on with the next bytes.
    pub fn read(&mut self, bytes: &[u8]) {
        if matches!(self.place, Place::Lost | Place::Done) {
            return;
        }
        self.reader.take_in(bytes);
        loop {
            match self.step() {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => self.place = Place::Lost,
            }
        }
    }

    /// Whether there may be more to read.
    fn step(&mut self) -> Result<bool, Broken> {
        match &mut self.place {
            Place::Head => {
                let Some(head) = self.reader.head()? else {
                    return Ok(false);
                };
                if !head.is_interim() {
                    self.place = Place::Body(head.framing(self.method)?);
                }
            }
            Place::Body(framing) => {
                let Some(piece) = self.reader.body(framing)? else {
                    return Ok(false);
                };
                if piece.is_last {
                    self.place = Place::Done;
                }
            }
            Place::Lost | Place::Done => return Ok(false),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the answer is whole after all its bytes and not before, however they are cut.
    fn ends_with_its_last_byte(request: &str, answer: &str) {
        for cut in 1..answer.len() {
            let mut answers = Along::to(request.as_bytes());
            for piece in answer.as_bytes().chunks(cut) {
                assert!(!answers.is_done(), "{answer}");
                answers.read(piece);
            }
            assert!(answers.is_done(), "{answer}");
        }
    }

    fn never_ends(request: &str, answer: &str) {
        let mut answers = Along::to(request.as_bytes());
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
