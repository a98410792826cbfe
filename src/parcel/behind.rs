//! Writing behind: while one part is written, the next is made.

use std::io::Write;
use std::ops::Range;
use std::sync::mpsc;
use std::thread;

use crate::{Error, SecretBytes};

/// A part of what is written.
pub(super) struct Part {
    pub(super) buffer: SecretBytes,
    /// Where in the buffer what is to be written stands.
    pub(super) pieces: Vec<Range<usize>>,
    /// How far the document is once this part is written.
    pub(super) done: u64,
}

impl Part {
    fn new(room: usize) -> Self {
        Self { buffer: SecretBytes::zeroed(room), pieces: Vec::new(), done: 0 }
    }

    fn write(&self, out: &mut dyn Write) -> Result<(), Error> {
        for piece in &self.pieces {
            out.write_all(self.buffer.expose_secret().get(piece.clone()).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// Writes the parts that `make` puts into a buffer of `room` bytes, until it says false; on a thread of its own if there are `threads` for
/// it. `progress` is told of each part that is written.
pub(super) fn write(
    threads: usize,
    room: usize,
    out: &mut (dyn Write + Send),
    progress: &dyn Fn(u64),
    mut make: impl FnMut(&mut Part) -> Result<bool, Error>,
) -> Result<(), Error> {
    let mut part = Part::new(room);
    if threads < 2 {
        while make(&mut part)? {
            part.write(out)?;
            progress(part.done);
            part.pieces.clear();
        }
        return Ok(());
    }
    if !make(&mut part)? {
        return Ok(());
    }
    let mut next = Part::new(room);
    if !make(&mut next)? {
        // One part alone needs no second thread.
        part.write(out)?;
        progress(part.done);
        return Ok(());
    }
    thread::scope(|scope| {
        let (full, parts) = mpsc::channel::<Part>();
        let (written, free) = mpsc::channel();
        let writer = move || {
            for part in parts {
                let result = part.write(out);
                if written.send(result.map(|()| part)).is_err() {
                    break;
                }
            }
        };
        thread::Builder::new().spawn_scoped(scope, writer).map_err(|_| Error::Unavailable)?;
        // What the writer sends after a failure of its own, it sends before it ends.
        let lost = |_| Error::Unavailable;
        full.send(part).map_err(lost)?;
        let mut more = true;
        while more {
            full.send(next).map_err(lost)?;
            next = free.recv().map_err(|_| Error::Unavailable)??;
            progress(next.done);
            next.pieces.clear();
            more = make(&mut next)?;
        }
        drop(full);
        for part in free {
            progress(part?.done);
        }
        Ok(())
    })
}
