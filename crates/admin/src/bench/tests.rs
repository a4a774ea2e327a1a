use super::*;

#[test]
fn the_centre_that_is_measured_is_sound() {
    assert_eq!(site(8).check(), Ok(()));
    assert_eq!(site(8).counters.len(), 8);
}

#[test]
fn a_bar_is_kept_or_missed_by_its_ratio() {
    let ms = Duration::from_millis;
    assert_eq!(ratio("x", ms(20), ms(10), 2.0).kept, Some(true));
    assert_eq!(ratio("x", ms(21), ms(10), 2.0).kept, Some(false));
    let mut times: Vec<Duration> = (1..=100).rev().map(ms).collect();
    assert_eq!((at(&mut times, 50), at(&mut times, 99)), (ms(51), ms(100)));
    assert_eq!(at(&mut [], 50), Duration::ZERO);
}

#[test]
fn a_missed_bar_is_no_success() {
    let ms = Duration::from_millis;
    let (kept, missed) = (ratio("x", ms(1), ms(1), 2.0), ratio("y", ms(9), ms(1), 2.0));
    let bars = [kept, told("z", ms(99), ms(1)), missed];
    assert!(verdict(&bars[..2]).is_ok());
    match verdict(&bars) {
        Err(Failure::Bad { what, .. }) => assert!(what.contains("1 of 2") && what.contains("- y")),
        other => panic!("{other:?}"),
    }
}

/// A run leaves nothing behind, whatever it was given and however it ended.
#[test]
fn the_files_of_a_run_are_gone_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (there, made) = (folder.path().join("there"), folder.path().join("made"));
    std::fs::create_dir(&there).unwrap();
    std::fs::write(there.join("theirs"), "kept").unwrap();
    for dir in [&there, &made] {
        let scratch = Scratch::new(Some(dir.clone())).unwrap();
        std::fs::write(scratch.folder.join("queue.db"), "ours").unwrap();
    }
    assert!(!made.exists());
    let left: Vec<_> = std::fs::read_dir(&there).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
