//! A disk that has lost its power: what may be on it.
//!
//! The model is of inodes, not of names: a log that was deleted and made again has the same name
//! and is another file. What is written to an inode is volatile, sector by sector of 512 bytes,
//! until that inode is synced: each sector may be lost, kept, or hold an earlier one of its values,
//! in any order. Changes of a folder happen in order and are durable when the folder is synced, or
//! when a file they name is (as ext4 does for a new file).

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::trace::Call;
use crate::torture::Dice;

const SECTOR: usize = 512;

#[derive(Clone, Debug)]
enum Change {
    Write { at: usize, data: Rc<[u8]> },
    Cut(usize),
}

#[derive(Debug, Default)]
struct Inode {
    durable: Vec<u8>,
    volatile: Vec<Change>,
}

#[derive(Clone, Debug)]
enum NameChange {
    Link { name: String, inode: usize },
    Unlink { name: String },
    Rename { from: String, to: String, inode: usize },
}

/// How much of what was not synced is on the disk.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kept {
    /// Only what was synced.
    Nothing,
    /// Everything, as after a kill.
    All,
    /// The writes up to one, which is torn.
    Until,
    /// Each sector by chance, this often in a hundred.
    Some(usize),
}

/// The disk as the traced program sees it, and what of it is durable.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    folder: String,
    inodes: Vec<Inode>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    volatile_names: Vec<NameChange>,
    files: BTreeMap<i64, usize>,
    folders: Vec<i64>,
}

impl Disk {
    /// An empty folder.
    pub(crate) fn empty(folder: &Path) -> Self {
        Self { folder: folder.display().to_string(), ..Self::default() }
    }

    /// The name inside the folder of a file that holds the queue. The companion in shared memory
    /// is written by mapping, which no trace shows; it is made anew after a crash.
    pub(crate) fn ours<'a>(&self, path: &'a str) -> Option<&'a str> {
        let name = path.strip_prefix(&self.folder)?.strip_prefix('/')?;
        (name.contains(".db") && !name.ends_with("-shm")).then_some(name)
    }

    /// Which file a descriptor is, if one of ours.
    pub(crate) fn name_of(&self, fd: i64) -> Option<&str> {
        let inode = self.files.get(&fd)?;
        self.names.iter().find(|(_, other)| *other == inode).map(|(name, _)| name.as_str())
    }

    pub(crate) fn apply(&mut self, call: &Call) {
        match call {
            Call::Open { fd, path, create, truncate } => self.open(*fd, path, *create, *truncate),
            Call::Close { fd } => {
                self.files.remove(fd);
                self.folders.retain(|folder| folder != fd);
            }
            Call::Write { fd, at, data } => {
                if let Some(inode) = self.files.get(fd) {
                    let at =
                        at.unwrap_or_else(|| panic!("a write without a place is not modelled"));
                    let change = Change::Write { at, data: data.as_slice().into() };
                    self.inodes[*inode].volatile.push(change);
                }
            }
            Call::Truncate { fd, len } => {
                if let Some(inode) = self.files.get(fd) {
                    self.inodes[*inode].volatile.push(Change::Cut(*len));
                }
            }
            Call::Sync { fd } => self.sync(*fd),
            Call::Rename { from, to } => {
                if let (Some(from), Some(to)) = (self.ours(from), self.ours(to)) {
                    let inode = self.names.remove(from).unwrap();
                    self.names.insert(to.to_owned(), inode);
                    let (from, to) = (from.to_owned(), to.to_owned());
                    self.volatile_names.push(NameChange::Rename { from, to, inode });
                }
            }
            Call::Unlink { path } => {
                if let Some(name) = self.ours(path) {
                    self.names.remove(name);
                    self.volatile_names.push(NameChange::Unlink { name: name.to_owned() });
                }
            }
            Call::Other { name, fd } => {
                let touches = fd.is_some_and(|fd| self.files.contains_key(&fd));
                assert!(!touches, "{name} on a queue's file is not modelled");
            }
        }
    }

    fn open(&mut self, fd: i64, path: &str, create: bool, truncate: bool) {
        self.files.remove(&fd);
        self.folders.retain(|folder| *folder != fd);
        if path == self.folder {
            self.folders.push(fd);
        }
        let Some(name) = self.ours(path) else { return };
        let name = name.to_owned();
        let inode = match self.names.get(&name) {
            Some(inode) => *inode,
            None => {
                assert!(create, "{path} was there before");
                self.inodes.push(Inode::default());
                let inode = self.inodes.len() - 1;
                self.names.insert(name.clone(), inode);
                self.volatile_names.push(NameChange::Link { name, inode });
                inode
            }
        };
        if truncate {
            self.inodes[inode].volatile.push(Change::Cut(0));
        }
        self.files.insert(fd, inode);
    }

    fn sync(&mut self, fd: i64) {
        let upto = if self.folders.contains(&fd) {
            self.volatile_names.len()
        } else if let Some(synced) = self.files.get(&fd) {
            let inode = &mut self.inodes[*synced];
            for change in std::mem::take(&mut inode.volatile) {
                put(&mut inode.durable, &change);
            }
            let names = |change: &NameChange| match change {
                NameChange::Link { inode, .. } | NameChange::Rename { inode, .. } => {
                    inode == synced
                }
                NameChange::Unlink { .. } => false,
            };
            self.volatile_names.iter().rposition(names).map_or(0, |last| last + 1)
        } else {
            return;
        };
        for change in self.volatile_names.drain(..upto) {
            rename(&mut self.durable_names, &change);
        }
    }

    /// The files as they may be found after the power is back.
    pub(crate) fn after_a_cut(&self, kept: Kept, dice: &mut Dice) -> BTreeMap<String, Vec<u8>> {
        let volatile = self.volatile_names.len();
        let names_kept = match kept {
            Kept::Nothing => 0,
            Kept::All => volatile,
            Kept::Until | Kept::Some(_) => dice.below(volatile + 1),
        };
        let mut names = self.durable_names.clone();
        for change in &self.volatile_names[..names_kept] {
            rename(&mut names, change);
        }
        names
            .into_iter()
            .map(|(name, inode)| (name, self.inodes[inode].after_a_cut(kept, dice)))
            .collect()
    }
}

impl Inode {
    fn after_a_cut(&self, kept: Kept, dice: &mut Dice) -> Vec<u8> {
        let mut content = self.durable.clone();
        match kept {
            Kept::Nothing => {}
            Kept::All => self.volatile.iter().for_each(|change| put(&mut content, change)),
            Kept::Until => {
                let upto = dice.below(self.volatile.len() + 1);
                self.volatile[..upto].iter().for_each(|change| put(&mut content, change));
                if let Some(Change::Write { at, data }) = self.volatile.get(upto) {
                    torn(&mut content, *at, data, 50, dice);
                }
            }
            Kept::Some(percent) => {
                let mut cuts = true;
                for change in &self.volatile {
                    match change {
                        Change::Write { at, data } => {
                            torn(&mut content, *at, data, percent, dice);
                        }
                        // A file's length is metadata, which is kept in order.
                        Change::Cut(_) => {
                            cuts &= dice.chance(percent);
                            if cuts {
                                put(&mut content, change);
                            }
                        }
                    }
                }
            }
        }
        content
    }
}

fn put(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { at, data } => {
            if content.len() < at + data.len() {
                content.resize(at + data.len(), 0);
            }
            content[*at..at + data.len()].copy_from_slice(data);
        }
        Change::Cut(len) => content.resize(*len, 0),
    }
}

/// Writes only some of the sectors.
fn torn(content: &mut Vec<u8>, at: usize, data: &[u8], percent: usize, dice: &mut Dice) {
    let mut from = 0;
    while from < data.len() {
        let to = data.len().min(((at + from) / SECTOR + 1) * SECTOR - at);
        if dice.chance(percent) {
            put(content, &Change::Write { at: at + from, data: data[from..to].into() });
        }
        from = to;
    }
}

fn rename(names: &mut BTreeMap<String, usize>, change: &NameChange) {
    match change {
        NameChange::Link { name, inode } => {
            names.insert(name.clone(), *inode);
        }
        NameChange::Unlink { name } => {
            names.remove(name);
        }
        NameChange::Rename { from, to, inode } => {
            names.remove(from);
            names.insert(to.clone(), *inode);
        }
    }
}

#[test]
fn what_is_not_synced_may_be_lost_and_what_is_stays() {
    let mut disk = Disk::empty(Path::new("/q"));
    let open = |fd, path: &str| Call::Open { fd, path: path.into(), create: true, truncate: false };
    let write = |at, byte| Call::Write { fd: 3, at: Some(at), data: vec![byte; 1_024] };
    let mut dice = Dice::new(1);
    disk.apply(&open(3, "/q/a.db"));
    disk.apply(&write(0, 1));
    assert!(disk.after_a_cut(Kept::Nothing, &mut dice).is_empty(), "not even the name");
    disk.apply(&Call::Sync { fd: 3 });
    disk.apply(&write(512, 2));
    let found = disk.after_a_cut(Kept::Nothing, &mut dice);
    assert_eq!(found["a.db"], vec![1; 1_024], "the file's sync made its name durable");
    assert_eq!(disk.after_a_cut(Kept::All, &mut dice)["a.db"].len(), 1_536);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let found = disk.after_a_cut(Kept::Some(50), &mut dice).remove("a.db").unwrap();
        assert_eq!(found[..512], [1; 512]);
        seen.insert((found[512], found.get(1_024).copied()));
    }
    let all = [(1, None), (1, Some(2)), (2, None), (2, Some(2))];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all, "each sector by itself");
    // The same name, made anew, is another file.
    disk.apply(&Call::Unlink { path: "/q/a.db".into() });
    disk.apply(&open(4, "/q/a.db"));
    assert_eq!(disk.after_a_cut(Kept::All, &mut dice)["a.db"].len(), 0);
    assert_eq!(disk.after_a_cut(Kept::Nothing, &mut dice)["a.db"].len(), 1_024);
}
