//! Where a queue is kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::Error;
use crate::server::{Address, hidden};

/// The address of a store: `sqlite:PATH`, or `postgres://LOGIN:PASSWORD@HOST/DATABASE?site=SITE`.
///
/// It is printed without its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreUrl {
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    Server(Box<Address>),
}

impl StoreUrl {
    /// The database file; nothing for a store on a server.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    /// The same server for one centre by its code; a file has one centre only.
    #[must_use]
    pub fn at_site(&self, code: &str) -> Self {
        match &self.place {
            Place::File(_) => self.clone(),
            Place::Server(address) => {
                Self { place: Place::Server(Box::new(address.of_site(code))) }
            }
        }
    }

    /// The whole address with its password, for another program's environment.
    #[must_use]
    pub fn secret(&self) -> String {
        match &self.place {
            Place::File(_) => self.to_string(),
            Place::Server(address) => address.secret().to_owned(),
        }
    }

    pub(crate) fn of_file(path: PathBuf) -> Self {
        Self { place: Place::File(path) }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// A file beside the database, e.g. `queue.nudge` beside `queue.db`.
    ///
    /// # Errors
    /// [`Error::NoFile`] for a store on a server.
    pub(crate) fn beside(&self, extension: &str) -> Result<PathBuf, Error> {
        Ok(self.file()?.with_extension(extension))
    }

    /// The database file.
    ///
    /// # Errors
    /// [`Error::NoFile`] for a store on a server.
    pub(crate) fn file(&self) -> Result<&Path, Error> {
        self.path().ok_or_else(|| Error::NoFile { url: self.to_string() })
    }
}

impl FromStr for StoreUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let place = match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => {
                // `sqlite:///PATH` is written as often as `sqlite:/PATH`.
                Place::File(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
            }
            Some(("postgres" | "postgresql", _)) => Place::Server(Box::new(text.parse()?)),
            _ => return Err(Error::Address { url: hidden(text) }),
        };
        Ok(Self { place })
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => write!(f, "sqlite:{}", path.display()),
            Place::Server(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address is in every log; a password is in none, however the address was written.
    #[test]
    fn no_password_is_shown() {
        for text in [
            "postgres://luot:secret@127.0.0.1/luot?site=a",
            "postgres://luot@127.0.0.1/luot?password=secret&site=a",
            "postgress://luot:secret@127.0.0.1/luot",
            "postgres://luot:sec@ret@127.0.0.1/luot?sslmode=maybe&password=secret",
        ] {
            let shown = match text.parse::<StoreUrl>() {
                Ok(url) => format!("{url} {url:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!shown.contains("sec") && shown.contains("luot"), "{shown}");
        }
        let url: StoreUrl = "postgres://a@127.0.0.1/luot?password=x&site=b".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://a@127.0.0.1/luot?site=b");
    }
}
