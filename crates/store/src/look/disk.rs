//! What kind of disk a file lies on.

use std::path::Path;

/// Whether a queue may live on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskKind {
    /// A disk of this machine.
    Local,
    /// In memory: gone when the power is.
    Memory,
    /// Without owners and modes, and without a journal: for a stick, not for a queue.
    Plain,
    /// On another machine, or in the hands of a program: SQLite's log cannot be shared there
    /// (sqlite.org/wal.html: "WAL does not work over a network filesystem").
    Network,
}

/// The disk under a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk {
    /// What it is as a place for a queue.
    pub kind: DiskKind,
    /// Its file system as the machine names it, e.g. `ext4`.
    pub name: String,
    /// Bytes that are free.
    pub free: u64,
}

impl Disk {
    /// The disk under a file that exists, or under the folder in which it would be.
    pub(crate) fn under(path: &Path) -> Option<Self> {
        let place = path.canonicalize().ok().or_else(|| path.parent()?.canonicalize().ok())?;
        let disk = rustix::fs::statfs(&place).ok()?;
        let free = rustix::fs::statvfs(&place).ok()?;
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let name = mounted_as(&mounts, &place);
        let magic = u64::try_from(disk.f_type & 0xffff_ffff).ok()?;
        Some(Self {
            kind: kind(magic, name.as_deref()),
            name: name.unwrap_or_else(|| format!("{magic:#x}")),
            free: free.f_bavail.saturating_mul(free.f_frsize),
        })
    }
}

/// By the number that `statfs` gives (linux/magic.h); drivers in a program share one, and are told
/// apart by the name they were mounted under.
fn kind(magic: u64, name: Option<&str>) -> DiskKind {
    match magic {
        // NFS, SMB, CIFS, SMB2, 9P, Ceph, AFS (two), Coda, NCP, GFS2, OCFS2.
        0x6969 | 0x517b | 0xff53_4d42 | 0xfe53_4d42 | 0x0102_1997 | 0x00c3_6400 | 0x5346_414f
        | 0x6b41_4653 | 0x7375_7245 | 0x564c | 0x0116_1970 | 0x7461_636f => DiskKind::Network,
        // FUSE: `fuseblk` is a disk of this machine (NTFS on a stick), all others may be anywhere.
        0x6573_5546 if name == Some("fuseblk") => DiskKind::Plain,
        0x6573_5546 => DiskKind::Network,
        // tmpfs, ramfs.
        0x0102_1994 | 0x8584_58f6 => DiskKind::Memory,
        // FAT, exFAT.
        0x4d44 | 0x2011_bab0 => DiskKind::Plain,
        _ => DiskKind::Local,
    }
}

/// The type of the file system that holds a place, by the longest mount point above it; of two at one
/// point the later one hides the other.
fn mounted_as(mounts: &str, place: &Path) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let (Some(point), Some((_, rest))) = (line.split(' ').nth(4), line.split_once(" - "))
        else {
            continue;
        };
        let point = point.replace("\\040", " ");
        let name = rest.split(' ').next().unwrap_or_default();
        if place.starts_with(&point) && best.is_none_or(|(length, _)| point.len() >= length) {
            best = Some((point.len(), name));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:27 / /dev/shm rw,relatime - tmpfs tmpfs rw
31 27 0:50 / /srv/two\\040words rw shared:1 - nfs4 box:/srv rw
32 31 0:51 / /srv/two\\040words/in rw - fuse.sshfs box: rw
33 27 0:52 / /data rw - ext4 /dev/vdb rw
34 27 0:53 / /data rw - xfs /dev/vdc rw";

    #[test]
    fn a_place_is_on_the_innermost_mount() {
        let of = |place: &str| mounted_as(MOUNTS, Path::new(place)).unwrap_or_default();
        assert_eq!(of("/var/lib/luot/queue.db"), "ext4");
        assert_eq!(of("/dev/shm/a/queue.db"), "tmpfs");
        assert_eq!(of("/dev/shmother"), "ext4");
        assert_eq!(of("/srv/two words/queue.db"), "nfs4");
        assert_eq!(of("/srv/two words/in/queue.db"), "fuse.sshfs");
        assert_eq!(of("/data/queue.db"), "xfs", "the later one hides the earlier");
        assert_eq!(mounted_as("", Path::new("/")), None);
    }

    /// The numbers of linux/magic.h.
    #[test]
    fn what_is_on_another_machine_is_no_place_for_a_queue() {
        for (magic, name) in [
            (0x6969, "nfs4"),
            (0xff53_4d42, "cifs"),
            (0xfe53_4d42, "smb3"),
            (0x0102_1997, "9p"),
            (0x6573_5546, "fuse.sshfs"),
            (0x6573_5546, "fuse.rclone"),
        ] {
            assert_eq!(kind(magic, Some(name)), DiskKind::Network, "{name}");
        }
        assert_eq!(kind(0x6573_5546, None), DiskKind::Network, "not known: not trusted");
        assert_eq!(kind(0x6573_5546, Some("fuseblk")), DiskKind::Plain);
        assert_eq!(kind(0x0102_1994, Some("tmpfs")), DiskKind::Memory);
        for magic in [0xef53, 0x5846_5342, 0x9123_683e, 0x794c_7630] {
            assert_eq!(kind(magic, None), DiskKind::Local);
        }
    }

    #[test]
    fn a_disk_is_named_and_measured() {
        let here = Disk::under(Path::new("/proc/self/status")).unwrap();
        assert_eq!((here.name.as_str(), here.free), ("proc", 0));
        let folder = tempfile::tempdir().unwrap();
        let to_be = Disk::under(&folder.path().join("queue.db")).unwrap();
        assert!(to_be.free > 0);
        assert_eq!(Disk::under(Path::new("/nowhere/at/all/queue.db")), None);
    }
}
