//! From a file to a server and back: the whole history, event by event, with its chain.

use std::path::{Path, PathBuf};

use queue::Timestamp;

use crate::open::{alone, clear, file};
use crate::url::Place;
use crate::{Error, Store, StoreUrl, backup, server};

use crate::server::Address;
pub use crate::server::Login;

/// How a centre went on after its server was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WentOn {
    /// The last event of the copy.
    pub from: i64,
    /// How many numbers of each series were left out.
    pub skipped: u32,
}

/// What was carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The last event, on both sides.
    pub seq: i64,
    /// The centre's code.
    pub site: String,
    /// How many tickets there are, on both sides.
    pub tickets: i64,
    /// Where the old file was put, if it was one. A centre on a server keeps what it has under
    /// another name.
    pub aside: Option<PathBuf>,
}

impl Store {
    /// Makes logins for the programs of a centre on a server, or gives them new passwords.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a login that may not make others, [`Error::Address`] for a store in
    /// a file, and whatever the server says.
    pub fn enrol(url: &StoreUrl, site: &str) -> Result<Vec<Login>, Error> {
        match url.place() {
            Place::Server(address) => server::enrol(address, site),
            Place::File(_) => Err(Error::Address { url: url.to_string() }),
        }
    }

    /// Lets a centre go on whose server was put back to an older copy of itself. `skip` numbers of
    /// each series are left out that day, because those given since the copy may be on paper; the
    /// identities of tickets are, too, and another line of history begins. Nothing when the server
    /// stands where it was left, unless `force` is given: files that were copied back show it only to
    /// programs that ran meanwhile.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a login that is not an owner's, [`Error::Address`] for a store in a
    /// file, and whatever the server says.
    pub fn go_on(
        url: &StoreUrl,
        skip: u32,
        force: bool,
        now: Timestamp,
    ) -> Result<Option<WentOn>, Error> {
        let Place::Server(address) = url.place() else {
            return Err(Error::Address { url: url.to_string() });
        };
        let from = server::go_on(address, skip.max(backup::SKIPPED), force, now)?;
        Ok(from.map(|from| WentOn { from, skipped: skip.max(backup::SKIPPED) }))
    }

    /// Carries a centre from a file onto a server or from a server into a file. Both must be in
    /// order by [`check`](Self::check) and end with the same event and hash; only then the old
    /// place is given up: the file is put aside, the centre on the server renamed. A file must not
    /// be open in any program.
    ///
    /// # Errors
    /// [`Error::Stored`] when either side is not in order or they differ, [`Error::InUse`],
    /// [`Error::Exists`], and whatever disk and server say: the old place is then as it was.
    pub fn carry(from: &StoreUrl, to: &StoreUrl, now: Timestamp) -> Result<Carried, Error> {
        let mut old = Self::open(from)?;
        let site = old.site()?;
        let end = old.sound_end()?;
        match (from.place(), to.place()) {
            (Place::File(_), Place::Server(address)) => {
                // Nothing can be added to it from here on.
                drop(old);
                let _alone = alone(from)?;
                let db = backup::read_only(from.file()?)?;
                server::create(address, &site.id, &db)?;
                drop(db);
                let carried = Self::open(&to.at_site(&site.id)).and_then(|mut new| new.sound_end());
                if let Err(error) = carried.and_then(|new| same(&end, &new)) {
                    // Two that go on would be worse than one that was not carried.
                    server::withdraw(address, &site.id)?;
                    return Err(error);
                }
                let aside = backup::put_aside(from, now)?;
                Ok(Carried {
                    seq: end.seq,
                    site: site.id,
                    tickets: end.tickets,
                    aside: Some(aside),
                })
            }
            (Place::Server(address), Place::File(path)) => {
                if path.exists() {
                    return Err(Error::Exists { path: path.clone() });
                }
                // Under another name until the centre is given up on the server: never two go on.
                let arriving = path.with_extension("arriving");
                clear(&arriving)?;
                backup::copy_to(old.connection()?, &arriving)?;
                let copied = Self::open(&StoreUrl::of_file(arriving.clone()))
                    .and_then(|mut new| new.sound_end());
                if let Err(error) = copied.and_then(|new| same(&end, &new)) {
                    clear(&arriving)?;
                    return Err(error);
                }
                give_up(address, &site.id, &end, &arriving)?;
                std::fs::rename(&arriving, path).map_err(file(&arriving))?;
                Ok(Carried { seq: end.seq, site: site.id, tickets: end.tickets, aside: None })
            }
            _ => Err(Error::Address { url: format!("{from} → {to}") }),
        }
    }

    /// Where a store that is in order ends.
    fn sound_end(&mut self) -> Result<End, Error> {
        if let Some(finding) = self.check()?.into_iter().next() {
            return Err(Error::Stored(finding.en));
        }
        self.read(|db, _| {
            let sql = "SELECT seq, hash, (SELECT count(*) FROM ticket),
                         (SELECT value FROM meta WHERE key = 'epoch')
                       FROM event ORDER BY seq DESC LIMIT 1";
            Ok(db.query_row(sql, [], |row| {
                Ok(End {
                    seq: row.get(0)?,
                    hash: row.get(1)?,
                    tickets: row.get(2)?,
                    epoch: row.get(3)?,
                })
            })?)
        })
    }
}

#[derive(Debug, PartialEq)]
struct End {
    seq: i64,
    hash: Vec<u8>,
    tickets: i64,
    epoch: String,
}

fn same(old: &End, new: &End) -> Result<(), Error> {
    if old == new { Ok(()) } else { Err(Error::Stored(format!("{old:?} became {new:?}"))) }
}

/// Gives a centre up on its server, whose copy in a file is whole. Where even a second question has no
/// answer the copy stays: only the server knows then which of the two goes on.
fn give_up(address: &Address, code: &str, end: &End, copy: &Path) -> Result<(), Error> {
    let ask = || server::retire(address, code, &end.epoch, end.seq, &end.hash);
    let answer = match ask() {
        Err(Error::Unreachable { .. }) => ask(),
        answer => answer,
    };
    match answer {
        Ok(true) => Ok(()),
        Ok(false) => {
            clear(copy)?;
            Err(Error::InUse)
        }
        Err(Error::Unreachable { detail }) => {
            let copy = copy.display();
            let detail = format!("{detail}; the copy is {copy}, good only if the server has none");
            Err(Error::OutcomeUnknown { detail })
        }
        Err(error) => {
            clear(copy)?;
            Err(error)
        }
    }
}
