//! The newest copy is put back on trial, and what is wrong with it is said (P16).

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use store::{Backup, Proof, Store, StoreUrl};
use uuid::Uuid;

use crate::support::{DAY, START, World, child as child_of, folder, issue, site_with, url};

/// Set in the children that this test starts of itself: the address of a store with copies.
const CHILD: &str = "LUOT_TEST_PROOF";
/// Kills, spread over somewhat more than the time that a proof takes.
const KILLS: u32 = 10;

/// A centre in the middle of a morning, and its folder of copies.
struct Centre {
    world: World,
    copies: PathBuf,
}

impl Centre {
    fn new() -> Self {
        let mut world = World::new();
        for _ in 0..30 {
            world.issue("normal");
        }
        world.call_next();
        let copies = world.folder.path().join("copies");
        Self { world, copies }
    }

    fn copy(&mut self) -> Backup {
        self.world.now = self.world.now.plus_min(15);
        self.world.store.backup(&self.copies, self.world.now).unwrap()
    }

    fn prove(&mut self) -> Proof {
        self.world.now = self.world.now.plus_min(1);
        let url = url(&self.world.folder);
        let proof = Store::prove(&url, &self.copies, self.world.now).unwrap().unwrap();
        assert!(proof.ended && proof.at == self.world.now);
        assert_eq!(Store::last_proof(&self.copies).unwrap().as_ref(), Some(&proof), "it is kept");
        assert!(!self.copies.join("proving.tmp").exists(), "the trial is cleared away");
        proof
    }

    /// The one thing that is wrong with the newest copy, in English; said in Vietnamese as well.
    fn wrong(&mut self) -> String {
        let good = Store::last_proof(&self.copies).unwrap().and_then(|last| last.good);
        let proof = self.prove();
        assert!(!proof.holds());
        assert_eq!(proof.good, good, "a failed proof is no good one");
        assert!(proof.findings.iter().all(|found| !found.vi.is_empty()));
        proof.findings[0].en.clone()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = files.map(|file| file.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// P16: what is proven is the copy of that name, up to its last event, as the ledger has it; neither
/// the queue nor the copies are touched.
#[test]
fn a_good_copy_is_proven() {
    let mut centre = Centre::new();
    let copy = centre.copy();
    let bytes = fs::read(&copy.path).unwrap();
    let day = centre.world.store.board(centre.world.now).unwrap().day;
    let head = centre.world.store.chain_head(day).unwrap().unwrap();
    // What comes after the copy is no difference.
    centre.world.issue("normal");
    let seq = centre.world.store.last_seq().unwrap();
    let proof = centre.prove();
    assert!(proof.holds(), "{proof:?}");
    assert_eq!((proof.seq, proof.tickets), (copy.seq, 30));
    assert_eq!((proof.seq, proof.head), (head.seq, head.hash));
    assert_eq!(proof.good, Some(centre.world.now));
    assert_eq!(centre.world.store.last_seq().unwrap(), seq);
    assert_eq!(fs::read(&copy.path).unwrap(), bytes);
    let name = copy.path.file_name().unwrap().to_str().unwrap();
    assert_eq!(names(&centre.copies), ["proof.json", name]);
    assert_eq!(proof.copy.as_deref(), Some(name));
}

/// P16: of another day, too, on which the restore closes the one before.
#[test]
fn a_copy_of_yesterday_is_proven() {
    let mut centre = Centre::new();
    let copy = centre.copy();
    centre.world.now = START.plus_ms(DAY);
    assert_eq!(centre.prove().seq, copy.seq);
    assert!(Store::last_proof(&centre.copies).unwrap().unwrap().holds());
}

/// P16: bytes that changed, an end that is missing, an empty file, a text: each is said, and the copy
/// before it is not taken instead.
#[test]
fn a_damaged_copy_is_no_proof() {
    let mut centre = Centre::new();
    centre.copy();
    assert!(centre.prove().holds());
    let copy = centre.copy();
    let whole = fs::read(&copy.path).unwrap();
    let half = whole.len() / 2;
    let spoil = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0x5a);
        bytes
    };
    for bytes in [
        spoil(0, 100),
        spoil(4_096, 4_200),
        spoil(half, whole.len()),
        whole[..half].to_vec(),
        whole[..whole.len() - 1].to_vec(),
        Vec::new(),
        b"a letter".to_vec(),
    ] {
        fs::write(&copy.path, bytes).unwrap();
        let said = centre.wrong();
        let name = copy.path.file_name().unwrap().to_str().unwrap();
        assert!(said.contains(name), "{said}");
    }
    fs::write(&copy.path, &whole).unwrap();
    assert!(centre.prove().holds(), "and put right it is proven");
}

/// P16: a file that is whole may still not say what happened.
#[test]
fn a_copy_whose_rows_were_changed_is_no_proof() {
    let mut centre = Centre::new();
    let copy = centre.copy();
    let db = rusqlite::Connection::open(&copy.path).unwrap();
    db.execute("UPDATE leg SET rank = rank - 1 WHERE ticket_id = 3", []).unwrap();
    drop(db);
    let said = centre.wrong();
    assert!(said.contains("H003"), "{said}");
}

/// P16: a sound copy of something else is not a copy of this centre.
#[test]
fn a_copy_of_another_centre_or_another_history_is_no_proof() {
    let mut centre = Centre::new();
    let copy = centre.copy();
    let mut other = World::of(&site_with(|site| site.id = "elsewhere".into()));
    other.issue("normal");
    other.store.backup(&centre.copies, centre.world.now.plus_min(1)).unwrap();
    assert!(centre.wrong().contains("a copy of the centre elsewhere"));

    // The same centre, set up anew.
    let mut twin = World::new();
    twin.issue("normal");
    twin.store.backup(&centre.copies, centre.world.now.plus_min(1)).unwrap();
    assert!(centre.wrong().contains("before the last restore"));

    // The same line of history, which went another way since.
    let away = folder();
    fs::copy(&copy.path, away.path().join("queue.db")).unwrap();
    let address: StoreUrl =
        format!("sqlite:{}", away.path().join("queue.db").display()).parse().unwrap();
    let mut astray = Store::open(&address).unwrap();
    astray.act(Uuid::now_v7(), &issue("cat", "normal"), centre.world.now).unwrap();
    centre.world.issue("normal");
    let seq = astray.backup(&centre.copies, centre.world.now.plus_min(1)).unwrap().seq;
    assert!(centre.wrong().contains(&format!("event {seq} of the copy is not what")));
}

/// P16: no copy is the worst of all.
#[test]
fn a_folder_without_a_copy_is_no_proof() {
    let mut centre = Centre::new();
    assert!(centre.wrong().contains("there is no copy in"));
}

/// P16: a copy is tried although the queue itself cannot be read; that it cannot is said.
#[test]
fn a_copy_is_tried_although_the_queue_is_lost() {
    let mut centre = Centre::new();
    centre.copy();
    let nowhere: StoreUrl = "sqlite:/nowhere/queue.db".parse().unwrap();
    let proof = Store::prove(&nowhere, &centre.copies, centre.world.now).unwrap().unwrap();
    assert_eq!((proof.findings.len(), proof.tickets), (1, 30));
    assert!(proof.findings[0].en.contains("could not be compared"), "{proof:?}");
}

/// P16: what another trial has left, whole or in part, is neither taken for a copy nor in the way.
#[test]
fn what_a_trial_left_is_cleared_away() {
    let mut centre = Centre::new();
    let copy = centre.copy();
    let left = centre.copies.join("proving.tmp");
    fs::create_dir_all(left.join("queue.aside-1")).unwrap();
    for name in ["queue.db", "queue.db-wal", "queue.db-restored-journal", "queue.damaged"] {
        fs::write(left.join(name), "half a file").unwrap();
    }
    fs::write(centre.copies.join("proof.json"), "{ half").unwrap();
    assert_eq!(Store::last_proof(&centre.copies).unwrap(), None);
    assert_eq!(Store::backups(&centre.copies).unwrap(), [copy.path]);
    assert!(centre.prove().holds());
}

/// P16: of two who try at once one does.
#[test]
fn one_proof_at_a_time() {
    let mut centre = Centre::new();
    centre.copy();
    let held = fs::File::open(&centre.copies).unwrap();
    held.lock().unwrap();
    let url = url(&centre.world.folder);
    assert_eq!(Store::prove(&url, &centre.copies, centre.world.now).unwrap(), None);
    drop(held);
    assert!(centre.prove().holds());
}

#[test]
fn child() {
    let Ok(address) = std::env::var(CHILD) else { return };
    let address: StoreUrl = address.parse().unwrap();
    std::io::stdout().write_all(b"\nready\n").unwrap();
    let copies = Store::backup_folder(&address);
    drop(Store::prove(&address, &copies, START.plus_min(30)).unwrap());
}

/// P16: a program that is killed in the middle of a proof leaves the copies and the queue as they were,
/// says that it did not come to an end, and the next one does.
#[expect(clippy::disallowed_methods, reason = "a kill comes at a moment, not after an event")]
#[test]
fn a_proof_killed_at_any_moment_harms_nothing() {
    let on_disk = tempfile::tempdir().unwrap();
    let path = on_disk.path().join("queue.db");
    let address: StoreUrl = format!("sqlite:{}", path.display()).parse().unwrap();
    let mut store = Store::create(&address, &crate::support::site(), START).unwrap();
    for count in 0..300 {
        let now = START.plus_ms(count * 1_000);
        store.act(Uuid::now_v7(), &issue("stnmt", "normal"), now).unwrap();
    }
    let copies = Store::backup_folder(&address);
    let copy = store.backup(&copies, START.plus_min(15)).unwrap();
    let bytes = fs::read(&copy.path).unwrap();
    let start = || child_of("proofs::child", CHILD, &address);
    let (mut undisturbed, begun) = (start(), Instant::now());
    assert!(undisturbed.wait().unwrap().success());
    let whole = begun.elapsed();
    let mut unended = 0;
    for kill in 0..KILLS {
        let mut child = start();
        std::thread::sleep(whole * (kill * 2 + 1) / (KILLS * 2));
        child.kill().unwrap();
        child.wait().unwrap();
        let last = Store::last_proof(&copies).unwrap().unwrap();
        unended += u32::from(!last.ended);
        assert!(last.ended || !last.holds());
        assert_eq!(Store::backups(&copies).unwrap(), std::slice::from_ref(&copy.path));
        assert_eq!(fs::read(&copy.path).unwrap(), bytes);
        assert_eq!(store.check().unwrap(), []);
        let proof = Store::prove(&address, &copies, START.plus_min(40)).unwrap().unwrap();
        assert!(proof.holds(), "kill {kill} of {KILLS} in {whole:?}: {proof:?}");
        assert!(!copies.join("proving.tmp").exists());
    }
    assert!(unended > 0, "a proof is over before anybody can kill it");
}
