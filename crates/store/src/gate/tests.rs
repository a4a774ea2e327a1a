use std::sync::Mutex;

use super::*;

const LONG: Duration = Duration::from_secs(60);

fn gate(folder: &tempfile::TempDir) -> Gate {
    Gate::new(folder.path().join("lock")).unwrap()
}

/// Waits until so many have ever stood in the line.
fn until_given(gate: &Gate, number: u64) {
    while line::given(&gate.lock) < number {
        std::thread::yield_now();
    }
}

/// A program that hangs at the gate does not hang the others, and what gave up keeps nobody out.
#[test]
fn a_wait_ends_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hung, mut other) = (gate(&folder), gate(&folder));
    hung.enter(LONG).unwrap();
    for _ in 0..3 {
        assert!(matches!(other.enter(Duration::from_millis(20)), Err(Error::Busy)));
    }
    hung.leave().unwrap();
    let mut third = gate(&folder);
    third.enter(LONG).unwrap();
    third.leave().unwrap();
    other.enter(LONG).unwrap();
    assert!(matches!(third.enter(Duration::ZERO), Err(Error::Busy)), "it really holds it");
    other.leave().unwrap();
    third.enter(LONG).unwrap();
}

/// Whoever gave up can come again.
#[test]
fn a_second_wait_comes_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hung, mut other) = (gate(&folder), gate(&folder));
    hung.enter(LONG).unwrap();
    assert!(matches!(other.enter(Duration::ZERO), Err(Error::Busy)));
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| other.enter(LONG));
        hung.leave().unwrap();
        waits.join().unwrap().unwrap();
    });
}

/// Lets three wait behind the first, which leaves and comes again at once, and gives the order of
/// the turns; `between` happens when the second waits.
fn turns(between: impl FnOnce(&Gate)) -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let order = Mutex::new(Vec::new());
    let mut first = gate(&folder);
    first.enter(LONG).unwrap();
    std::thread::scope(|scope| {
        let mut between = Some(between);
        for name in ["second", "third", "fourth"] {
            let given = line::given(&first.lock);
            let (folder, order) = (&folder, &order);
            scope.spawn(move || {
                let mut gate = gate(folder);
                gate.enter(LONG).unwrap();
                order.lock().unwrap().push(name);
                gate.leave().unwrap();
            });
            until_given(&first, given + 1);
            if let Some(between) = between.take() {
                between(&first);
            }
        }
        first.leave().unwrap();
        first.enter(LONG).unwrap();
        order.lock().unwrap().push("first again");
        first.leave().unwrap();
    });
    order.into_inner().unwrap()
}

const IN_ORDER: [&str; 4] = ["second", "third", "fourth", "first again"];

#[test]
fn who_has_just_left_stands_behind_those_who_wait() {
    for _ in 0..20 {
        assert_eq!(turns(|_| ()), IN_ORDER);
    }
}

/// One that is killed while it waits is as if it had never come: nobody moves up because of it.
#[test]
fn a_place_that_is_given_up_changes_no_order() {
    for _ in 0..20 {
        assert_eq!(turns(|gate| drop(gate.line.stand(&gate.lock).unwrap())), IN_ORDER);
    }
}

/// One that is killed inside says nothing; its files are closed for it.
#[test]
fn a_killed_holder_lets_the_next_one_in() {
    let folder = tempfile::tempdir().unwrap();
    let (mut killed, mut next) = (gate(&folder), gate(&folder));
    killed.enter(LONG).unwrap();
    let watched = gate(&folder);
    let given = line::given(&watched.lock);
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| next.enter(LONG));
        until_given(&watched, given + 1);
        drop(killed);
        waits.join().unwrap().unwrap();
    });
    next.leave().unwrap();
}

/// One that is stopped while it waits neither holds up those behind it nor is let in twice.
#[test]
fn a_stopped_waiter_is_passed() {
    let folder = tempfile::tempdir().unwrap();
    let (stopped, mut next) = (gate(&folder), gate(&folder));
    let _place = stopped.line.stand(&stopped.lock).unwrap();
    next.enter(LONG).unwrap();
    assert!(stopped.lock.try_lock().is_err());
}

/// Whatever a power cut has left in the file, the gate opens and the line goes on.
#[test]
fn a_file_full_of_nonsense_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    for nonsense in [[0xff; 16].as_slice(), &[0x7f; 16], &[0xee; 8], b"?", b""] {
        std::fs::write(folder.path().join("lock"), nonsense).unwrap();
        let (mut one, mut other) = (gate(&folder), gate(&folder));
        for _ in 0..2 {
            one.enter(LONG).unwrap();
            assert!(matches!(other.enter(Duration::ZERO), Err(Error::Busy)));
            one.leave().unwrap();
        }
    }
}

#[test]
fn only_one_is_inside() {
    let folder = tempfile::tempdir().unwrap();
    let inside = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut gate = gate(&folder);
                for _ in 0..200 {
                    gate.enter(LONG).unwrap();
                    *inside.try_lock().unwrap() += 1;
                    gate.leave().unwrap();
                }
            });
        }
    });
    assert_eq!(*inside.lock().unwrap(), 800);
}
