//! Officers: who they are, where they may sign in, and how slowly a PIN is guessed.

use queue::{Action, Officer, OfficerId, PinHash, Refusal, Role, Staffing, What};
use rusqlite::Connection;
use store::Store;

use crate::support::{DAY, World, url};

fn officer(id: &str, role: Role, agencies: &[&str]) -> Officer {
    let agencies = agencies.iter().map(ToString::to_string).collect();
    Officer { id: id.into(), name: format!("Cán bộ {id}"), role, agencies }
}

fn enlist(who: Officer, pin: Option<&str>) -> Action {
    let pin = pin.map(|pin| PinHash(pin.into()));
    Action::Staff { change: Staffing::Enlist { who, pin } }
}

fn try_pin(who: &str, counter: &str, right: bool) -> Action {
    let change = Staffing::TryPin { who: who.into(), counter: counter.into(), right };
    Action::Staff { change }
}

fn dismiss(who: &str) -> Action {
    Action::Staff { change: Staffing::Dismiss { who: who.into() } }
}

#[test]
fn an_officer_signs_in_at_the_counters_of_the_own_agency() {
    let mut world = World::new();
    let lan = officer("lan", Role::Officer, &["stnmt"]);
    assert_eq!(world.no(&enlist(lan.clone(), None)), "pin_missing");
    world.act(&enlist(lan.clone(), Some("kept"))).unwrap();
    world.act(&enlist(officer("hoa", Role::Supervisor, &["stnmt"]), Some("other"))).unwrap();
    let signed = world.act(&try_pin("lan", "10", true)).unwrap().events;
    assert_eq!(signed[0].what, What::SignedIn { who: "lan".into() });
    assert_eq!(signed[0].counter, Some("10".into()));
    assert_eq!(world.no(&try_pin("lan", "1", true)), "other_agency");
    assert_eq!(world.no(&try_pin("lan", "99", true)), "unknown_counter");
    assert_eq!(world.no(&try_pin("nam", "10", true)), "unknown_officer");
    world.act(&try_pin("hoa", "1", true)).unwrap();
    // Something known of them changes; the PIN stays.
    let stand_in = Officer { agencies: Vec::new(), ..lan };
    world.act(&enlist(stand_in.clone(), None)).unwrap();
    world.act(&try_pin("lan", "1", true)).unwrap();
    assert_eq!(world.store.pin(&"lan".into()).unwrap(), Some(PinHash("kept".into())));
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.officers.get(&OfficerId::from("lan")), Some(&stand_in));
    world.now = world.now.plus_ms(DAY);
    world.issue("normal");
    assert_eq!(world.store.board(world.now).unwrap().officers.len(), 2, "also tomorrow");
    world.act(&dismiss("lan")).unwrap();
    assert_eq!(world.no(&try_pin("lan", "1", true)), "unknown_officer");
    assert_eq!(world.store.pin(&"lan".into()).unwrap(), None);
    assert_eq!(world.no(&dismiss("lan")), "unknown_officer");
    world.in_order();
}

/// The lock-out is in the queue: another program, or the same one started again, knows of it.
#[test]
fn five_wrong_pins_close_the_door_for_a_while() {
    let mut world = World::new();
    world.act(&enlist(officer("lan", Role::Officer, &[]), Some("kept"))).unwrap();
    for left in [4, 3, 2, 1] {
        let events = world.act(&try_pin("lan", "10", false)).unwrap().events;
        let What::PinWrong { tries, .. } = &events[0].what else { panic!("{events:?}") };
        assert_eq!((tries.left(), tries.wait_ms(world.now.0)), (left, 0));
    }
    world.act(&try_pin("lan", "9", false)).unwrap();
    world.store = Store::open(&url(&world.folder)).unwrap();
    let until = world.now.plus_min(1);
    assert_eq!(world.refused(&try_pin("lan", "10", true)), Refusal::PinLocked { until });
    world.now = until;
    world.act(&try_pin("lan", "10", true)).unwrap();
    for _ in 0..5 {
        world.act(&try_pin("lan", "10", false)).unwrap();
    }
    assert_eq!(world.no(&try_pin("lan", "10", true)), "pin_locked");
    let reset = Staffing::ResetPin { who: "lan".into(), pin: PinHash("new".into()) };
    world.act(&Action::Staff { change: reset }).unwrap();
    world.act(&try_pin("lan", "10", true)).unwrap();
    world.in_order();
}

/// What is kept of a PIN stands in one table, which kiosks and halls on a server do not read, and
/// not in the ledger, which is shown to many.
#[test]
fn no_pin_is_in_the_ledger() {
    let mut world = World::new();
    let action = enlist(officer("lan", Role::Officer, &[]), Some("$argon2id$secret"));
    world.act(&action).unwrap();
    let events = world.store.poll(0, 100).unwrap();
    assert!(events.iter().any(|event| matches!(event.what, What::PinReset { .. })));
    assert!(!format!("{events:?}").contains("secret"));
    assert!(!format!("{action:?}").contains("secret"), "nor in a log");
}

#[test]
fn an_officer_whom_the_log_does_not_tell_is_named() {
    let mut world = World::new();
    world.act(&enlist(officer("lan", Role::Officer, &[]), Some("kept"))).unwrap();
    let db = Connection::open(world.folder.path().join("queue.db")).unwrap();
    db.execute("UPDATE officer SET role = 'admin'", []).unwrap();
    let findings = world.store.check().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].en.contains("officer lan"), "{findings:?}");
}
