//! Officers: who they are, where they may sign in, and how slowly a PIN is guessed.

use queue::{Action, Officer, OfficerId, PinHash, Refusal, Role, Shift, Staffing, What};
use rusqlite::Connection;
use store::Store;

use crate::support::{DAY, World, issue, url};

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

/// What only a supervisor may do is the queue's rule, not the screen's: an officer who tries anyway, by
/// whatever program, is refused, and nothing changes.
#[test]
fn an_officer_does_not_do_what_is_a_supervisors() {
    let mut world = World::new();
    let (one, two) = (world.issue("normal").number, world.issue("normal").number);
    let by = |counter: &str| Some(counter.into());
    let transfer = |number: &queue::Number, by| {
        let to = queue::Target::Service("cat".into());
        Action::Transfer { number: number.clone(), to, by }
    };
    let void = |number: &queue::Number, by| {
        let (number, reason) = (number.clone(), "thử".to_owned());
        Action::Void { number, reason, by }
    };
    let pause = |by| {
        let change = queue::Intake::Pause { reason: "thử".into() };
        Action::Intake { service: "stnmt".into(), change, by }
    };
    let assign = |who: &str, agencies: &[&str], by: &str| {
        let agencies = agencies.iter().map(ToString::to_string).collect();
        let change = Staffing::Assign { who: who.into(), agencies, by: by.into() };
        Action::Staff { change }
    };
    for (id, role, agencies, at) in [
        ("lan", Role::Officer, vec!["stnmt"], "10"),
        ("mai", Role::Supervisor, vec!["stnmt"], "9"),
        ("nam", Role::Supervisor, vec!["cat"], "8"),
    ] {
        world.act(&enlist(officer(id, role, &agencies), Some("kept"))).unwrap();
        let change = Shift::Open { officer: Some(id.into()) };
        world.act(&Action::Shift { counter: at.into(), change }).unwrap();
    }
    // The officer, the supervisor of another agency, nobody at all.
    for (counter, why) in
        [("10", "not_supervisor"), ("8", "not_supervisor"), ("7", "not_signed_in")]
    {
        for action in [transfer(&one, by(counter)), void(&one, by(counter)), pause(by(counter))] {
            assert_eq!(world.no(&action), why, "{counter}: {action:?}");
        }
    }
    assert_eq!(world.no(&assign("lan", &["stnmt", "cat"], "10")), "not_theirs");
    assert_eq!(world.no(&assign("lan", &[], "9")), "not_theirs");
    assert_eq!(world.no(&assign("lan", &["stnmt", "none"], "9")), "not_theirs");
    // The officer's own visitor is the officer's.
    world.call_next();
    world.ticket(&transfer(&one, by("10")));
    world.ticket(&void(&two, by("9")));
    world.act(&pause(by("9"))).unwrap();
    assert_eq!(world.no(&issue("stnmt", "normal")), "paused");
    world
        .act(&Action::Intake {
            service: "stnmt".into(),
            change: queue::Intake::Resume,
            by: by("9"),
        })
        .unwrap();
    // A supervisor of the centre lends an officer to another agency; the ledger says who did it.
    let whole = officer("mai", Role::Supervisor, &[]);
    world.act(&enlist(whole, None)).unwrap();
    assert_eq!(world.no(&assign("lan", &["none"], "9")), "unknown_agency");
    assert_eq!(world.no(&try_pin("lan", "1", true)), "other_agency");
    let agency = {
        let site = world.store.site().unwrap();
        let first = site.counter(&"1".into()).unwrap().services.keys().next().unwrap().clone();
        site.service(&first).unwrap().agency.clone()
    };
    let done = world.act(&assign("lan", &["stnmt", &agency], "9")).unwrap();
    assert_eq!(done.events[0].officer, Some("mai".into()));
    world.act(&try_pin("lan", "1", true)).unwrap();
    // Without a counter it is the keeper's command.
    let three = world.issue("normal").number;
    world.ticket(&void(&three, None));
    world.in_order();
}
