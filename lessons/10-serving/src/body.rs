//! The bytes of a file on their way to a client.

use std::io::{self, Read, Seek, SeekFrom};

use axum::body::{Body, Bytes};
use cap_std::fs::File;
use futures_util::stream;
use tokio::task::spawn_blocking;

/// The most that is read at once, and the most of a file that is in memory for a client.
const PIECE: u64 = 128 * 1024;

// ANCHOR: body
/// A body of `length` bytes of the file, from `first` on. The first piece is read here and now; the
/// rest when the client has taken what was read before.
pub fn of_file(mut file: File, first: u64, length: u64) -> io::Result<Body> {
    if first > 0 {
        file.seek(SeekFrom::Start(first))?;
    }
    let piece = read(&mut file, length)?;
    let left = length - piece.len() as u64;
    if left == 0 {
        return Ok(Body::from(piece));
    }
    let rest = stream::try_unfold((file, left), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let reading = spawn_blocking(move || read(&mut file, left).map(|piece| (piece, file)));
        let (piece, file) = reading.await.map_err(io::Error::other)??;
        let left = left - piece.len() as u64;
        Ok::<_, io::Error>(Some((piece, (file, left))))
    });
    let first = stream::once(async { Ok(piece) });
    Ok(Body::from_stream(futures_util::StreamExt::chain(
        first, rest,
    )))
}

/// The next piece. A file that has become shorter is an error: the length is promised, and all that
/// is left to us then is to break off, so that the client sees that it does not have the whole.
// ANCHOR: piece
fn read(file: &mut File, left: u64) -> io::Result<Bytes> {
    let length = left.min(PIECE);
    let mut piece = Vec::with_capacity(length as usize);
    file.take(length).read_to_end(&mut piece)?;
    match piece.len() as u64 == length {
        true => Ok(piece.into()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
// ANCHOR_END: piece
// ANCHOR_END: body
