//! Whole parcels: round trips, and everything that must fail.

use super::*;
use crate::identity::{Identity, Kind};
use crate::keyring::{Key, Keyring};
use crate::types::{Pin, Timestamp};
use crate::{Error, RunOptions};

struct Server {
    ring: Keyring,
    signer: Identity,
    options: SealOptions,
}

impl Server {
    fn new() -> Self {
        let options = SealOptions { chunk_log: 12, wrap_capacity: 1, threads: 2 };
        Self {
            ring: Keyring::generate(Timestamp::default()),
            signer: Identity::generate(Kind::Ed25519).unwrap(),
            options,
        }
    }

    fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        seal(&self.request(), &mut &*plain, &mut out, &|_| ()).unwrap();
        out
    }

    fn request(&self) -> SealRequest<'_> {
        let options = self.options.clone();
        SealRequest { options, ..SealRequest::new(&self.ring, &self.signer, "a/b", 3) }
    }

    fn trusted(&self) -> [Pin; 1] {
        [*self.signer.public().pin()]
    }

    fn keys(&self) -> Vec<&Key> {
        self.ring.keys().iter().collect()
    }

    /// All of the document.
    fn open(&self, parcel: &[u8]) -> Result<Vec<u8>, Error> {
        self.open_with(1, parcel)
    }

    fn open_with(&self, threads: usize, parcel: &[u8]) -> Result<Vec<u8>, Error> {
        let parcel = Parcel::open(parcel, &self.trusted())?;
        let content = parcel.unlock(&self.keys())?;
        let mut out = Vec::new();
        parcel.copy(&content, 0..u64::MAX, &mut out, &RunOptions { threads, ..RunOptions::default() })?;
        assert_eq!(out.len() as u64, parcel.info().length);
        Ok(out)
    }
}

fn document(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 31 + at / 4096) as u8).collect()
}

#[test]
fn opens_what_it_sealed_whole_and_in_part() {
    let server = Server::new();
    for len in [0, 1, 4095, 4096, 4097, 12_288, 12_289, 1024 * 4096, 1024 * 4096 + 1, 2100 * 4096 + 7] {
        let plain = document(len);
        let sealed = server.seal(&plain);
        for threads in [1, 2, 3] {
            assert!(server.open_with(threads, &sealed).unwrap() == plain, "{len}");
        }
        let parcel = Parcel::open(sealed.as_slice(), &server.trusted()).unwrap();
        assert_eq!(parcel.verify_integrity(&RunOptions::default()), Ok(()));
        assert_eq!((parcel.info().length, parcel.info().id.as_str()), (len as u64, "a/b"));
        let content = parcel.unlock(&server.keys()).unwrap();
        for offset in [0, 1, 4095, 4096, len.saturating_sub(5000), len.saturating_sub(1), len, len + 9] {
            let mut part = vec![0; 9000];
            let read = parcel.read_at(&content, offset as u64, &mut part).unwrap();
            let expected = &plain[offset.min(len)..(offset + 9000).min(len).max(offset.min(len))];
            assert_eq!(&part[..read], expected, "{len} from {offset}");
        }
    }
}

#[test]
fn pieces_of_any_size_make_the_same_chunks() {
    let server = Server::new();
    let plain = document(3_000_000);
    for threads in [1, 2, 5] {
        for pieces in [77_777, 3_000_000] {
            let options = SealOptions { threads, ..server.options.clone() };
            let mut writer = ParcelWriter::new(&SealRequest { options, ..server.request() }, Vec::new()).unwrap();
            for piece in plain.chunks(pieces) {
                writer.write(piece).unwrap();
            }
            let (info, out) = writer.finish().unwrap();
            assert_eq!(server.open(&out).unwrap(), plain);
            assert_eq!(info, *Parcel::open(out.as_slice(), &server.trusted()).unwrap().info());
        }
    }
}

#[test]
fn a_document_that_ends_where_a_chunk_piece_or_group_ends_is_the_same_in_pieces() {
    let server = Server::new();
    for len in [0, 1, 4096, 512 << 10, (512 << 10) + 1, 1024 * 4096, 1024 * 4096 + 1] {
        let plain = document(len);
        let mut writer = ParcelWriter::new(&server.request(), Vec::new()).unwrap();
        writer.write(&plain).unwrap();
        writer.write(&[]).unwrap();
        let (info, out) = writer.finish().unwrap();
        assert_eq!(info.length, len as u64);
        assert!(server.open(&out).unwrap() == plain, "{len}");
    }
}

#[test]
fn a_writer_whose_output_failed_is_closed() {
    struct Cut(usize);
    impl std::io::Write for Cut {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let server = Server::new();
    assert_eq!(ParcelWriter::new(&server.request(), Cut(10)).err(), Some(Error::Full));
    let mut writer = ParcelWriter::new(&server.request(), Cut(10_000)).unwrap();
    assert_eq!(writer.write(&document(5 << 20)), Err(Error::Full));
    assert_eq!(writer.write(b"more"), Err(Error::Closed));
    assert_eq!(writer.finish().err(), Some(Error::Closed));
}

#[test]
fn no_flipped_bit_gives_a_wrong_byte_and_no_cut_opens() {
    let server = Server::new();
    let plain = document(4100);
    let sealed = server.seal(&plain);
    let parcel = Parcel::open(sealed.as_slice(), &server.trusted()).unwrap();
    let slots = {
        let header = format::Header::read(sealed.as_slice()).unwrap();
        (header.bytes.len() + header.slot_len()) * 8..usize::try_from(header.front()).unwrap() * 8
    };
    drop(parcel);
    for bit in 0..sealed.len() * 8 {
        let mut forged = sealed.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        match server.open(&forged) {
            // The slot that is not in force is nobody's.
            Ok(opened) => assert!(slots.contains(&bit) && opened == plain, "bit {bit}"),
            Err(error) => {
                assert!(
                    matches!(error, Error::Malformed | Error::Rejected | Error::TooLarge | Error::NoKey),
                    "bit {bit}"
                );
            }
        }
    }
    for len in 0..sealed.len() {
        assert!(server.open(&sealed[..len]).is_err(), "length {len}");
    }
    assert!(server.open(&[sealed.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn chunks_that_were_swapped_repeated_or_moved_are_rejected() {
    let server = Server::new();
    let (one, two) = (server.seal(&document(5 * 4096)), server.seal(&document(5 * 4096)));
    let front = usize::try_from(format::Header::read(one.as_slice()).unwrap().front()).unwrap();
    let place = |at: usize| front + at * 4112..front + (at + 1) * 4112;
    for (to, from) in [(0, one[place(1)].to_vec()), (1, one[place(0)].to_vec()), (2, two[place(2)].to_vec())] {
        let mut forged = one.clone();
        forged[place(to)].copy_from_slice(&from);
        assert_eq!(server.open(&forged).err(), Some(Error::Rejected));
        let parcel = Parcel::open(forged.as_slice(), &server.trusted()).unwrap();
        assert_eq!(parcel.verify_integrity(&RunOptions::default()), Err(Error::Rejected));
    }
    let mut dropped = one.clone();
    dropped.drain(place(2));
    assert_eq!(server.open(&dropped).err(), Some(Error::Malformed));
}

#[test]
fn who_holds_the_key_but_is_not_the_server_is_rejected() {
    let server = Server::new();
    let thief = Server { ring: Keyring::generate(Timestamp::default()), ..Server::new() };
    let forged = Server { ring: server.ring, signer: thief.signer, options: thief.options };
    let sealed = forged.seal(b"forged");
    assert_eq!(Parcel::open(sealed.as_slice(), &[*server.signer.public().pin()]).err(), Some(Error::Rejected));
    assert_eq!(forged.open(&sealed).unwrap(), b"forged");
}

#[test]
fn a_key_that_is_not_held_is_no_key_and_a_lie_about_its_name_is_rejected() {
    let server = Server::new();
    let sealed = server.seal(b"document");
    let parcel = Parcel::open(sealed.as_slice(), &server.trusted()).unwrap();
    assert_eq!(parcel.unlock(&[]).err(), Some(Error::NoKey));
    let other = Keyring::generate(Timestamp::default());
    assert_eq!(parcel.unlock(&[&other.keys()[0]]).err(), Some(Error::NoKey));
}

#[test]
fn a_rewrap_moves_the_key_and_nothing_else_and_may_be_cut_anywhere() {
    let mut server = Server::new();
    let plain = document(9000);
    let sealed = server.seal(&plain);
    let old = *server.ring.keys()[0].id();
    for _ in 0..3 {
        server.ring.rotate(Timestamp::default()).unwrap();
    }
    let change = rewrap(sealed.as_slice(), &server.ring).unwrap();
    let write = |file: &mut Vec<u8>, at: u64, bytes: &[u8]| {
        let at = usize::try_from(at).unwrap();
        file[at..at + bytes.len()].copy_from_slice(bytes);
    };
    for torn in 0..change.slot.len() {
        let mut file = sealed.clone();
        write(&mut file, change.at, &change.slot[..torn]);
        assert_eq!(server.open(&file).unwrap(), plain, "the first write torn at {torn}");
        write(&mut file, change.at, &change.slot);
        write(&mut file, change.before, &change.empty[..torn]);
        assert_eq!(server.open(&file).unwrap(), plain, "the second write torn at {torn}");
    }
    let mut file = sealed.clone();
    write(&mut file, change.at, &change.slot);
    write(&mut file, change.before, &change.empty);
    server.ring.destroy_key(&old).unwrap();
    assert_eq!(server.open(&file).unwrap(), plain);
    assert!(server.open(&sealed).is_err());
    let (before, after) =
        (Parcel::open_untrusted(sealed.as_slice()).unwrap(), Parcel::open_untrusted(file.as_slice()).unwrap());
    assert_eq!(before.info().root, after.info().root);
    assert_eq!(after.info().keys, [*server.ring.active().unwrap().id()]);
    assert_eq!(rewrap(file.as_slice(), &Keyring::generate(Timestamp::default())).err(), Some(Error::Foreign));
}

#[test]
fn a_parcel_that_was_cut_or_extended_is_damaged_whatever_its_end_claims() {
    let server = Server::new();
    let sealed = server.seal(&document(5000));
    for extra in 1..300 {
        let longer = [sealed.as_slice(), &vec![0xee; extra]].concat();
        assert_eq!(Parcel::open_untrusted(longer).err(), Some(Error::Malformed), "{extra} bytes more");
        let shorter = sealed.get(..sealed.len() - extra).unwrap();
        assert_eq!(Parcel::open_untrusted(shorter).err(), Some(Error::Malformed), "{extra} bytes less");
    }
}

#[test]
fn claims_that_cannot_be_are_refused_before_memory_is_taken() {
    let server = Server::new();
    let sealed = server.seal(b"document");
    let with = |place: usize, bytes: &[u8]| {
        let mut forged = sealed.clone();
        forged[place..place + bytes.len()].copy_from_slice(bytes);
        Parcel::open_untrusted(forged.as_slice()).err()
    };
    let tail = sealed.len() - 10;
    assert_eq!(with(10, &[65]), Some(Error::TooLarge)); // wraps
    assert_eq!(with(9, &[21]), Some(Error::Malformed)); // the chunk size
    assert_eq!(with(tail, &(1u64 << 63).to_be_bytes()), Some(Error::Malformed));
    assert_eq!(with(tail, &((1u64 << 48) + 1).to_be_bytes()), Some(Error::Malformed));
    assert_eq!(with(tail + 8, &[255; 2]), Some(Error::Malformed)); // the signature's length
    assert_eq!(with(tail, &(1u64 << 41).to_be_bytes()), Some(Error::Malformed)); // 2^29 chunks of 4 KiB
    assert_eq!(with(tail, &(1u64 << 39).to_be_bytes()), Some(Error::Malformed)); // as long as no file here is
    for id in ["", "../etc", "a//b", "x\n"] {
        let made = ParcelWriter::new(&SealRequest { id, ..server.request() }, Vec::new());
        assert_eq!(made.err(), Some(Error::InvalidArgument), "{id:?}");
    }
    let made = ParcelWriter::new(&SealRequest { revision: 0, ..server.request() }, Vec::new());
    assert_eq!(made.err(), Some(Error::InvalidArgument));
}
