//! The disk of a server that is full, and has room again.

use std::collections::BTreeMap;
use std::path::Path;

use store::{ActError, Error, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;

use super::full::{fill, turn};
use super::{Mount, START, assert_helpful};
use crate::torture::figure;
use crate::torture::hall::{Acked, Tried, join, judge, ledger, site};

/// What programs of a server were told while its disk filled up.
#[derive(Default)]
struct Told {
    tried: Vec<Tried>,
    acked: Vec<Acked>,
    refused: BTreeMap<&'static str, usize>,
}

impl Told {
    /// One action; whether it was answered.
    fn act(&mut self, store: &mut Option<Store>, url: &StoreUrl, at: usize) -> bool {
        if store.is_none() {
            *store = Store::open(url).inspect_err(|error| self.refuse(error)).ok();
        }
        let Some(open) = store else { return false };
        let tried = Tried { request: Uuid::now_v7(), action: turn(at) };
        let answer = open.act(tried.request, &tried.action, START);
        self.acked.extend(Acked::of(tried.request, &answer));
        self.tried.push(tried);
        let Err(ActError::Store(error)) = answer else { return true };
        self.refuse(&error);
        if error.store_is_lost() {
            *store = None;
        } else {
            assert!(open.board(START).is_ok(), "a full disk can be read");
        }
        false
    }

    fn refuse(&mut self, error: &Error) {
        assert_helpful(error);
        let full = matches!(error, Error::ServerFull { .. });
        assert!(full || error.store_is_lost(), "{error}");
        let kind = if full { "full" } else { "away" };
        *self.refused.entry(kind).or_default() += 1;
    }

    fn in_order(&self, url: &StoreUrl) {
        let mut store = Store::open(url).unwrap();
        join(&mut store, &self.tried, &self.acked, START);
        judge(&ledger(&mut store), &site());
        assert_eq!(store.check().unwrap(), []);
    }
}

fn small_disk<'a>(folder: &'a Path, size: &str) -> Option<Mount<'a>> {
    // PostgreSQL runs as another user, who must get through.
    let mode = format!("size={size},mode=0755");
    let mount = Mount::new(&["-t", "tmpfs", "-o", &mode, "none"], folder);
    if mount.is_none() {
        figure("faults", "full disk of a server", "no right to mount: not tried");
    }
    mount
}

fn empty(folder: &Path) {
    std::fs::remove_file(folder.join("ballast")).unwrap();
}

/// P14 on a server: the disk of its tables is full. Every action is refused in words that name the
/// server, nothing acknowledged is lost, and with room again the same program goes on.
#[test]
fn a_full_disk_of_a_server_says_so_and_goes_on_when_there_is_room() {
    let folder = tempfile::Builder::new().permissions(open_to_all()).tempdir().unwrap();
    let Some(_mount) = small_disk(folder.path(), "24m") else { return };
    let tables = folder.path().join("tables");
    std::fs::create_dir(&tables).unwrap();
    assert!(
        std::process::Command::new("chown")
            .arg("postgres:")
            .arg(&tables)
            .status()
            .unwrap()
            .success()
    );
    let cluster = Cluster::in_memory().unwrap();
    cluster
        .sql("postgres", &format!("CREATE TABLESPACE small LOCATION '{}'", tables.display()))
        .unwrap();
    let server = cluster.create_with("luot", "TABLESPACE small").unwrap();
    let url: StoreUrl = server.parse().unwrap();
    let mut store = Some(Store::create(&url, &site(), START).unwrap());
    let mut told = Told::default();
    for spare in [0, 16_384, 200_704] {
        fill(folder.path(), spare);
        let refused = (0..300).filter(|at| !told.act(&mut store, &url, *at)).take(6).count();
        assert_eq!(refused, 6, "{spare} bytes were never used up");
        empty(folder.path());
        assert!(told.act(&mut store, &url, 0), "it did not go on");
    }
    assert_eq!(told.refused.keys().collect::<Vec<_>>(), [&"full"]);
    told.in_order(&url);
    figure("faults", "full disk of a server", format!("{:?} refused", told.refused));
    drop((store, cluster));
}

/// The whole server on a full disk: it may fall, and may not come up before there is room.
#[test]
fn a_server_that_falls_over_its_full_disk_has_lost_nothing() {
    let folder = tempfile::Builder::new().permissions(open_to_all()).tempdir().unwrap();
    let Some(_mount) = small_disk(folder.path(), "128m") else { return };
    let mut cluster = Cluster::below(folder.path(), &["fsync=off", "max_wal_size=32MB"]).unwrap();
    let url: StoreUrl = cluster.create("luot").unwrap().parse().unwrap();
    let mut store = Some(Store::create(&url, &site(), START).unwrap());
    let mut told = Told::default();
    for (spare, falls) in [(0, false), (65_536, true), (0, true)] {
        fill(folder.path(), spare);
        let refused = (0..300).filter(|at| !told.act(&mut store, &url, *at)).take(6).count();
        assert_eq!(refused, 6, "{spare} bytes were never used up");
        if falls {
            cluster.stop(false).unwrap();
            // With no room it may come up or not, and must do so with room.
            if cluster.start().is_ok() {
                told.act(&mut store, &url, 0);
            }
        }
        empty(folder.path());
        cluster.stop(false).unwrap();
        cluster.start().unwrap();
        let went_on = (0..3).any(|at| told.act(&mut store, &url, at));
        assert!(went_on, "it did not go on");
    }
    told.in_order(&url);
    figure("faults", "full disk of a whole server", format!("{:?} refused", told.refused));
    drop((store, cluster));
}

fn open_to_all() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}
