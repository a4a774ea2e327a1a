//! One live number for a person, and nothing that could tell the person afterwards (P23).

use queue::{Action, CounterStep, PersonKey, ReturnPlace, Rules, Wish};
use uuid::Uuid;

use crate::support::{DAY, SECOND, START, World, at, call_next, issue_to};

/// The number of a card that must be nowhere.
const CARD: &str = "015123456789";

fn person(world: &mut World) -> PersonKey {
    world.store.person(CARD, world.now).unwrap()
}

/// Every byte of every file in the world's folder.
fn bytes(world: &World) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(world.folder.path()).unwrap().map(Result::unwrap);
    files
        .map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, std::fs::read(file.path()).unwrap_or_default())
        })
        .collect()
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn a_person_holds_one_live_number_for_a_service() {
    let mut world = World::new();
    let key = person(&mut world);
    let first = world.ticket(&issue_to("stnmt", &key)).number;
    assert_eq!(
        world.refused(&issue_to("stnmt", &key)),
        queue::Refusal::OneEach { number: first.clone() }
    );
    assert!(world.act(&issue_to("cat", &key)).is_ok(), "another service is another errand");
    let other = world.store.person("015987654321", world.now).unwrap();
    assert!(world.act(&issue_to("stnmt", &other)).is_ok());
    world.ticket(&Action::Cancel { number: first, by: None });
    assert!(world.act(&issue_to("stnmt", &key)).is_ok(), "the first one has ended");
}

#[test]
fn whoever_missed_the_turn_for_good_may_take_a_new_number() {
    let rules = Rules { missed_return_min: 10, missed_place: ReturnPlace::End, ..Rules::default() };
    let mut world = World::with(|site| site.rules = rules);
    let key = person(&mut world);
    let number = world.ticket(&issue_to("stnmt", &key)).number;
    world.call_next();
    world.step(CounterStep::NoShow);
    assert_eq!(world.no(&issue_to("stnmt", &key)), "one_each", "it may still come back");
    world.now = world.now.plus_min(11);
    assert_eq!(world.no(&Action::Requeue { number, by: None }), "too_late");
    assert!(world.act(&issue_to("stnmt", &key)).is_ok());
}

/// P23: who is not asked leaves nothing.
#[test]
fn a_centre_that_does_not_ask_keeps_nothing() {
    let mut world = World::with(|site| site.rules.one_each = false);
    let key = person(&mut world);
    for _ in 0..2 {
        world.ticket(&issue_to("stnmt", &key));
    }
    let db = rusqlite::Connection::open(world.folder.path().join("queue.db")).unwrap();
    let kept: i64 = db.query_row("SELECT count(*) FROM person", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0);
}

/// P23: the number of a card is in no file and in no copy, and from the next day on nothing can be
/// tried against it.
#[test]
fn the_ledger_knows_no_person_and_the_next_day_nobody() {
    let mut world = World::new();
    let key = person(&mut world);
    assert_eq!(person(&mut world), key, "the same person all day, in every program");
    world.ticket(&issue_to("stnmt", &key));
    world.store.backup(world.folder.path(), world.now).unwrap();
    let files = bytes(&world);
    let copies = files.iter().filter(|(name, _)| name.starts_with("queue-2026")).count();
    assert_eq!(copies, 1);
    assert!(files.iter().all(|(_, bytes)| !holds(bytes, CARD)));
    let db = rusqlite::Connection::open(world.folder.path().join("queue.db")).unwrap();
    let of_key: i64 = db
        .query_row("SELECT count(*) FROM event WHERE data LIKE '%' || ?1 || '%'", [&key.0], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(of_key, 0);
    assert!(world.folder.path().join("queue.daykey").exists());
    // Nobody shows a card tomorrow, and yet nothing is left to try one against.
    world.now = START.plus_ms(DAY);
    world.issue("normal");
    assert!(!world.folder.path().join("queue.daykey").exists(), "the key goes with its day");
    let kept: i64 = db.query_row("SELECT count(*) FROM person", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0);
    assert_ne!(person(&mut world), key);
    world.in_order();
}

/// P23: what is kept of a request does not tell persons apart.
#[test]
fn two_numbers_of_one_person_cannot_be_told_from_the_requests() {
    let mut world = World::new();
    let digests = |world: &World| -> Vec<Vec<u8>> {
        let db = rusqlite::Connection::open(world.folder.path().join("queue.db")).unwrap();
        let mut all = db.prepare("SELECT digest FROM event WHERE kind = 'issued'").unwrap();
        let rows = all.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let (one, two) = (person(&mut world), world.store.person("015987654321", world.now).unwrap());
    world.ticket(&issue_to("stnmt", &one));
    world.ticket(&issue_to("stnmt", &two));
    world.issue("normal");
    let all = digests(&world);
    assert_eq!(all[0], all[1], "two people's requests look like one's");
    // And the same request is known again after the key has changed.
    let request = Uuid::now_v7();
    let wish = |key: PersonKey| Wish { person: Some(key), ..Wish::default() };
    let ask = |key| Action::Issue { service: "cat".into(), wish: wish(key) };
    let first = world.store.act(request, &ask(one.clone()), world.now).unwrap();
    let again = world.store.act(request, &ask(two), world.now.plus_ms(SECOND)).unwrap();
    assert_eq!(again.events, first.events);
}

#[test]
fn a_journey_under_way_is_still_the_persons_number() {
    let mut world = World::new();
    let key = person(&mut world);
    let wish = Wish { person: Some(key.clone()), then: vec!["skhcn".into()], ..Wish::default() };
    world.ticket(&Action::Issue { service: "stttt".into(), wish });
    world.ticket(&call_next("11"));
    world.ticket(&at("11", CounterStep::finish()));
    assert_eq!(world.no(&issue_to("stttt", &key)), "one_each");
}
