use queue::{Action, Wish};
use uuid::Uuid;

use super::*;
use crate::testing::{START, site};

const EVERY: Schedule = Schedule { every_min: 15 };

/// `minute` of Monday 23 November 2026 and of the days after it.
fn at(day: i32, hour: u16, minute: u16) -> Timestamp {
    let wall = site().wall_clock().unwrap();
    wall.instant(queue::BusinessDay(20_261_123 + day), hour * 60 + minute).unwrap()
}

/// Whether a copy is due, the last one having been made so, `news` events ago.
fn due(last: Timestamp, news: i64, now: Timestamp) -> bool {
    let site = site();
    let last = Some(Copied { at: last, seq: 100 });
    EVERY.is_due(&site, &site.wall_clock().unwrap(), last, 100 + news, now)
}

#[test]
fn a_queue_without_a_copy_is_copied_at_any_time() {
    let site = site();
    let wall = site.wall_clock().unwrap();
    for now in [at(0, 3, 0), at(0, 10, 0), at(5, 12, 0)] {
        assert!(EVERY.is_due(&site, &wall, None, 1, now));
    }
}

/// The sample's hours are 07:30 to 11:30 and 13:30 to 17:00; numbers are given before.
#[test]
fn in_hours_it_is_a_matter_of_time_only() {
    assert!(!due(at(0, 10, 0), 5, at(0, 10, 14)));
    assert!(due(at(0, 10, 0), 5, at(0, 10, 15)));
    assert!(due(at(0, 10, 0), 0, at(0, 10, 15)), "its age is promised, whatever happens");
    assert!(due(at(0, 12, 0), 0, at(0, 12, 15)), "noon is part of the day");
    assert!(due(at(0, 10, 0), 0, at(0, 9, 0)), "a clock set back does not stop it");
}

#[test]
fn the_days_end_is_copied_at_once_and_the_night_only_if_something_happens() {
    let close = at(0, 17, 0);
    assert!(!due(at(0, 16, 50), 1, close.plus_ms(-1)));
    assert!(due(at(0, 16, 50), 1, close), "not a quarter of an hour, but the day has ended");
    assert!(!due(at(0, 16, 50), 0, close), "and nothing is missing from the last copy");
    assert!(!due(close, 0, at(0, 23, 0)));
    assert!(!due(close, 3, at(0, 17, 14)), "officers who work on");
    assert!(due(close, 3, at(0, 17, 15)));
    // Saturday 28 and Sunday 29 November: closed.
    assert!(!due(at(5, 9, 0), 0, at(6, 9, 0)));
    assert!(due(at(5, 9, 0), 1, at(5, 9, 15)));
}

struct World {
    folder: tempfile::TempDir,
    clock: Clock,
    copies: Copies,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.db");
        let url: StoreUrl = format!("sqlite:{}", path.display()).parse().unwrap();
        drop(Store::create(&url, &site(), START).unwrap());
        let clock = Clock::by_hand(START);
        let to = Store::backup_folder(&url);
        let copies = Copies::new(url, clock.clone(), to, EVERY);
        Self { folder, clock, copies }
    }

    fn issue(&self) {
        let action = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
        let mut store = Store::open(&self.copies.url).unwrap();
        store.act(Uuid::now_v7(), &action, self.clock.now().wall).unwrap();
    }

    /// The minutes of the day at which a copy was made, until the clock shows `until`.
    fn pass(&mut self, until: Timestamp) -> Vec<u16> {
        let wall = site().wall_clock().unwrap();
        let mut made = Vec::new();
        while self.clock.now().wall < until {
            if self.copies.turn().unwrap().is_some() {
                made.push(wall.local(self.clock.now().wall).minute);
            }
            self.clock.advance_ms(60_000);
        }
        made
    }
}

/// P16: a day by hand, with a program that is started anew in the middle.
#[test]
fn a_day_is_copied_every_quarter_of_an_hour_and_at_its_end() {
    let mut world = World::new();
    world.issue();
    let mut made = world.pass(at(0, 12, 7));
    let World { folder, clock, copies } = world;
    let copies = Copies::new(copies.url, clock.clone(), copies.folder, EVERY);
    world = World { folder, clock, copies };
    made.extend(world.pass(at(0, 16, 50)));
    world.issue();
    made.extend(world.pass(at(0, 16, 59)));
    let quarters: Vec<u16> = (8 * 4..17 * 4).map(|quarter| quarter * 15).collect();
    assert_eq!(made, quarters);
    world.issue();
    assert_eq!(world.pass(at(0, 17, 30)), [17 * 60], "the end of the day");
    assert_eq!(world.pass(at(1, 5, 0)), [0_u16; 0], "and nothing by night");
}

/// P15: a copy reads all of the file; when that finds damage, the queue goes on from the copy before.
#[test]
fn damage_that_a_copy_finds_is_put_right() {
    let mut world = World::new();
    world.issue();
    assert!(world.copies.turn().unwrap().is_some());
    let path = world.folder.path().join("queue.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    world.clock.advance_ms(15 * 60_000);
    world.copies.turn_logged();
    let now = world.clock.now().wall;
    let mut store = Store::open(&world.copies.url).unwrap();
    assert_eq!(store.board(now).unwrap().restored, Some(now));
    assert_eq!(store.check().unwrap(), []);
}

/// P16: the day's first copy is proven, the others are not, and a copy that is spoilt raises the alarm
/// until one is good again.
#[test]
fn a_day_proves_its_copies() {
    let mut world = World::new();
    world.issue();
    world.copies.turn().unwrap();
    assert_eq!(world.copies.alarms().unwrap(), []);
    let proof = world.copies.prove_if_due().unwrap().unwrap();
    assert!(proof.holds() && proof.at == world.clock.now().wall, "{proof:?}");
    assert_eq!(world.copies.prove_if_due().unwrap(), None);
    world.clock.advance_ms(15 * 60_000);
    world.copies.turn_logged();
    let kept = Store::last_proof(&world.copies.folder).unwrap().unwrap();
    assert_eq!(kept, proof, "proven for today");

    world.clock.advance_ms(24 * 3_600_000);
    world.copies.turn().unwrap().unwrap();
    let copy = Store::backups(&world.copies.folder).unwrap().remove(0);
    let len = std::fs::metadata(&copy).unwrap().len();
    std::fs::File::options().write(true).open(&copy).unwrap().set_len(len / 2).unwrap();
    world.copies.prove_logged();
    let name = copy.file_name().unwrap().to_str().unwrap();
    let alarms = world.copies.alarms().unwrap();
    assert!(alarms[0].en.contains(name) && alarms[0].vi.contains(name), "{alarms:?}");
    assert_eq!(world.copies.prove_if_due().unwrap(), None, "the same copy is as bad as before");
    world.clock.advance_ms(15 * 60_000);
    world.copies.turn_logged();
    assert_eq!(world.copies.alarms().unwrap(), []);
}
