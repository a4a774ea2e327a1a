use super::*;

const LONG: Duration = Duration::from_secs(60);

fn gate(folder: &tempfile::TempDir) -> Gate {
    Gate::new(folder.path().join("lock")).unwrap()
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
    assert!(other.queue.seat().taken, "one thread waits, not three");
    hung.leave().unwrap();
    // The thread gets the turn that nobody wants and passes it on.
    let mut third = gate(&folder);
    third.enter(LONG).unwrap();
    third.leave().unwrap();
    other.enter(LONG).unwrap();
    assert!(matches!(third.enter(Duration::ZERO), Err(Error::Busy)), "it really holds it");
    other.leave().unwrap();
    third.enter(LONG).unwrap();
}

/// Whoever gave up and comes again takes the place in the queue that the thread has kept.
#[test]
fn a_second_wait_goes_on_with_the_first() {
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
