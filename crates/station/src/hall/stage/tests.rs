use super::*;

fn standing(stage: &Stage) -> Vec<i64> {
    stage.calls().collect()
}

fn settle(stage: &mut Stage, now_ms: i64) -> Vec<i64> {
    stage.settle(3, None, |_| false, now_ms);
    standing(stage)
}

#[test]
fn the_fourth_waits_until_the_first_has_had_its_time() {
    let mut stage = Stage::default();
    for call in 1..=4 {
        stage.come(call, None, call * 100);
        settle(&mut stage, call * 100);
    }
    assert_eq!(settle(&mut stage, 5_099), [1, 2, 3]);
    assert_eq!(stage.deadline(400), Some(5_100));
    assert_eq!(settle(&mut stage, 5_100), [2, 3, 4]);
    assert_eq!(settle(&mut stage, 10_099), [2, 3, 4], "each has its least time");
    assert_eq!(settle(&mut stage, 10_100), [4], "the newest stands alone again");
}

#[test]
fn a_call_of_before_makes_room_at_once() {
    let mut stage = Stage::default();
    stage.come(1, None, 0);
    assert_eq!(settle(&mut stage, 0), [1]);
    stage.come(2, None, 5_000);
    assert_eq!(settle(&mut stage, 5_000), [2]);
    stage.come(3, None, 9_000);
    assert_eq!(settle(&mut stage, 9_000), [2, 3], "and one of just now shares");
}

/// Ten counters in one moment: each stands for its time, in order, none is left out.
#[test]
fn ten_at_once_all_have_their_time_in_order() {
    let mut stage = Stage::default();
    for call in 1..=10 {
        stage.come(call, None, call * 10);
    }
    let mut stood = std::collections::BTreeMap::new();
    let mut order = Vec::new();
    for now_ms in (0..60_000).step_by(100) {
        for call in settle(&mut stage, now_ms.max(100)) {
            *stood.entry(call).or_insert(0) += 100;
            if !order.contains(&call) {
                order.push(call);
            }
        }
    }
    assert_eq!(order, (1..=10).collect::<Vec<_>>());
    assert!(stood.values().all(|ms| *ms >= LEAST_MS), "{stood:?}");
    assert_eq!((standing(&stage), stage.waits()), (vec![10], 0));
}

#[test]
fn what_is_being_said_stands() {
    let mut stage = Stage::default();
    for call in 1..=4 {
        stage.come(call, None, 0);
    }
    settle(&mut stage, 0);
    stage.settle(3, Some(4), |call| call > 1, 100);
    assert!(standing(&stage).contains(&4), "it had to wait, and is said already");
    stage.settle(3, Some(4), |_| false, 60_000);
    assert!(standing(&stage).contains(&4), "as long as it is said");
    stage.settle(1, Some(2), |_| false, 66_000);
    assert!(standing(&stage).contains(&2), "it stood there already");
    stage.settle(1, Some(9), |_| false, 67_000);
    assert_eq!(standing(&stage), [9], "one alone where the screen is small");
}

#[test]
fn a_recall_takes_its_own_place_and_one_who_is_served_waits_for_none() {
    let mut stage = Stage::default();
    for call in 1..=5 {
        stage.come(call, None, 0);
    }
    settle(&mut stage, 0);
    stage.come(6, Some(2), 1_000);
    stage.over(4);
    assert_eq!(settle(&mut stage, 1_000), [1, 3, 5]);
    stage.gone(3);
    assert_eq!(settle(&mut stage, 1_500), [1, 5, 6]);
    stage.come(7, None, 1_600);
    assert_eq!(stage.waits(), 1);
    assert_eq!(settle(&mut stage, 61_700), [6], "who waited a minute is among the calls before");
}
