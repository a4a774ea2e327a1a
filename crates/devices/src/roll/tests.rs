use super::*;

fn plan(file: &Path) -> RollPlan {
    RollPlan { file: Some(file.into()), roll_mm: 65_000, near_end_mm: 5_000 }
}

#[test]
fn what_was_used_survives_a_restart_and_ends_with_the_roll() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("printer.paper");
    let mut roll = Roll::open(plan(&file));
    assert_eq!(roll.left(), Some(PaperLeft { mm: 65_000, tickets: 342 }));
    for _ in 0..100 {
        roll.took(200);
    }
    let left = roll.left();
    assert_eq!(left, Some(PaperLeft { mm: 45_000, tickets: 225 }), "slips of 200 mm by now");
    drop(roll);
    assert_eq!(paper_left(&file).unwrap(), left, "seen from outside");
    let mut roll = Roll::open(plan(&file));
    assert_eq!(roll.left(), left);
    roll.changed();
    assert_eq!(roll.left(), Some(PaperLeft { mm: 65_000, tickets: 325 }));
    assert_eq!(Roll::open(plan(&file)).left(), roll.left());
}

#[test]
fn the_sensor_lowers_and_never_raises() {
    let folder = tempfile::tempdir().unwrap();
    let mut roll = Roll::open(plan(&folder.path().join("p")));
    roll.sensor(true);
    assert_eq!(roll.left().unwrap().mm, 5_000);
    roll.took(190);
    roll.sensor(false);
    roll.sensor(true);
    assert_eq!(roll.left().unwrap().mm, 4_810, "a flutter counts nothing anew");
    roll.sensor(false);
    assert_eq!(roll.left().unwrap().mm, 4_810);
}

#[test]
fn nothing_is_told_of_a_roll_nobody_measured_and_a_bad_file_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p");
    assert_eq!(Roll::open(RollPlan::default()).left(), None);
    assert_eq!(paper_left(&file).unwrap(), None);
    std::fs::write(&file, "used_mm = \"all\"").unwrap();
    assert!(paper_left(&file).is_err());
    let mut roll = Roll::open(plan(&file));
    roll.took(190);
    assert_eq!(paper_left(&file).unwrap(), roll.left());
    let gone = folder.path().join("nowhere/p");
    let mut roll = Roll::open(plan(&gone));
    roll.took(190);
    assert_eq!(roll.left().unwrap().mm, 64_810);
}
