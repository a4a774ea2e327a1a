use super::*;
use crate::phrase::{Call, Notice};

fn call(id: i64, number: &str, kind: Kind) -> Say {
    let call =
        Call { number: number.parse().unwrap(), counter: "1".into(), zone: String::new(), kind };
    let (lang, age) = (String::new(), Duration::ZERO);
    Say { id, what: Saying::Call(call), lang, age, gain_db: Some(0) }
}

fn order(line: &mut Line, now: Instant) -> Vec<i64> {
    std::iter::from_fn(|| line.next(now).1.map(|say| say.id)).collect()
}

#[test]
fn recalls_come_before_calls_and_notices_after_them() {
    let (mut line, now) = (Line::default(), Instant::now());
    let notice = Saying::Notice(Some(Notice::Closed), String::new());
    line.put(Say { what: notice, ..call(1, "A009", Kind::Call) }, now);
    for (id, number, kind) in [
        (2, "A001", Kind::Call),
        (3, "A002", Kind::Recall),
        (4, "A003", Kind::Call),
        (5, "A004", Kind::Recall),
    ] {
        assert_eq!(line.put(call(id, number, kind), now), []);
    }
    assert_eq!(line.pace(), Pace { times: 1, short: true });
    assert_eq!(order(&mut line, now), [3, 5, 2, 4, 1]);
    assert_eq!(line.pace(), Pace { times: 2, short: false });
}

#[test]
fn the_newest_call_of_a_number_holds_and_a_served_one_is_taken_back() {
    let (mut line, now) = (Line::default(), Instant::now());
    line.put(call(1, "A001", Kind::Call), now);
    line.put(call(2, "A002", Kind::Call), now);
    assert_eq!(line.put(call(3, "A001", Kind::Recall), now), [(1, Skip::Superseded)]);
    assert_eq!(line.hush(2), [(2, Skip::Cancelled)]);
    assert_eq!(line.hush(2), []);
    assert_eq!(order(&mut line, now), [3]);
}

#[test]
fn what_waited_a_minute_is_left_to_the_screen_and_a_crowd_gives_up_its_oldest() {
    let (mut line, now) = (Line::default(), Instant::now());
    let mut old = call(1, "A001", Kind::Call);
    old.age = Duration::from_secs(50);
    line.put(old, now);
    line.put(call(2, "A002", Kind::Call), now);
    let later = now + Duration::from_secs(10);
    let (stale, next) = line.next(later);
    assert_eq!((stale, next.map(|say| say.id)), (vec![(1, Skip::Stale)], Some(2)));
    for id in 10..42 {
        assert_eq!(line.put(call(id, &format!("A{id:03}"), Kind::Call), now), []);
    }
    assert_eq!(line.put(call(42, "A042", Kind::Call), now), [(10, Skip::Crowded)]);
}
