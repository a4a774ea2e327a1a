//! A person for one day, without the person.
//!
//! One live number for a person and service needs to know the same person again, and nothing else.
//! So the id is keyed with a random key of the day; only the digest is stored, it is in no event
//! and no backup can be asked with it, because the key lies outside the database and is thrown away
//! when the next day begins. A plain hash of twelve digits would be found by trying them all.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use hmac::{Hmac, Mac};
use queue::{BusinessDay, PersonKey, Timestamp};
use sha2::Sha256;

use crate::open::{Home, file};
use crate::{ActError, Error, Store};

const KEY_BYTES: usize = 32;

impl Store {
    /// The key of whoever has this id, for today. The id is not kept.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn person(&mut self, id: &str, now: Timestamp) -> Result<PersonKey, ActError> {
        let now = self.corrected(now);
        let key = match self.daykey() {
            // Inside a transaction, so that two kiosks never make two keys.
            Some(path) => self.write(|_, applied| {
                let day = applied.wall.local(now).day;
                Ok(day_key(&path, day)?)
            })?,
            None => {
                let day = self.applied()?.wall.local(now).day;
                self.server_key(day)?
            }
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(&key)
            .map_err(|error| Error::Stored(error.to_string()))?;
        mac.update(id.trim().as_bytes());
        let digest = mac.finalize().into_bytes();
        Ok(PersonKey(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The file of the day's key; a server keeps its own.
    pub(crate) fn daykey(&self) -> Option<PathBuf> {
        self.url.beside("daykey").ok()
    }

    pub(crate) fn server_key(&self, day: BusinessDay) -> Result<Vec<u8>, Error> {
        match &self.home {
            Home::Server(server) => server.key_of_day(day),
            Home::File(_) => Err(Error::Away),
        }
    }
}

/// Destroys the key of a day before `today`: from then on no digest, in whatever copy of the
/// database, can be tried against anybody's number.
pub(crate) fn forget(path: &Path, today: BusinessDay) -> Result<(), Error> {
    let gone = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    match std::fs::read(path) {
        Ok(bytes) if bytes.starts_with(head(today).as_bytes()) => return Ok(()),
        Err(error) if gone(&error) => return Ok(()),
        Ok(_) | Err(_) => {}
    }
    match std::fs::remove_file(path) {
        Err(error) if !gone(&error) => Err(file(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn head(day: BusinessDay) -> String {
    format!("{day} ")
}

/// Today's key if it was made already.
pub(crate) fn known_key(path: &Path, day: BusinessDay) -> Result<Option<Vec<u8>>, Error> {
    let head = head(day);
    match std::fs::read(path) {
        Ok(bytes)
            if bytes.starts_with(head.as_bytes()) && bytes.len() == head.len() + KEY_BYTES =>
        {
            Ok(Some(bytes[head.len()..].to_vec()))
        }
        Ok(_) => Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(file(path)(error)),
    }
}

/// Today's key; an older one is overwritten. Inside a transaction only.
pub(crate) fn day_key(path: &Path, day: BusinessDay) -> Result<Vec<u8>, Error> {
    if let Some(key) = known_key(path, day)? {
        return Ok(key);
    }
    let head = head(day);
    let mut key = vec![0; KEY_BYTES];
    let source = Path::new("/dev/urandom");
    File::open(source).and_then(|mut random| random.read_exact(&mut key)).map_err(file(source))?;
    let mut made = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(file(path))?;
    made.write_all(&[head.as_bytes(), &key].concat()).map_err(file(path))?;
    Ok(key)
}
