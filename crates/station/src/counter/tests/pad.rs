//! A keypad: a step at work, an answer while something is asked.

use queue::{Officer, OfficerId, Role};

use super::sign::{tell, working};
use super::*;

fn pad(counter: &mut Counter, key: &str, ms: i64) -> Effects {
    let key = PadKey::read(key).unwrap();
    counter.step(Input::Touch(Touch::Pad(key)), at(ms))
}

#[test]
fn one_key_is_a_step_at_work_and_an_answer_while_something_is_asked() {
    let (mut counter, mut feed) = working();
    tell(&mut counter, feed.call(3_000, 1, "10"));
    assert_eq!(pad(&mut counter, "enter", 4_000), [], "nothing is asked");
    assert_eq!(pad(&mut counter, "park 2", 5_000), []);
    assert_eq!(counter.view(at(5_000)).ask.asked, Asked::Park);
    let parks = pad(&mut counter, "recall 1", 6_000);
    let [Effect::Act { tag: Tag::Step, action: Action::AtCounter { step, .. } }] = &parks[..]
    else {
        panic!("{parks:?}")
    };
    assert!(matches!(step, CounterStep::Park { .. }), "{step:?}");
    // A step without an answer is that step also while something is asked.
    done(&mut counter);
    pad(&mut counter, "pause", 7_000);
    pad(&mut counter, "strip", 8_000);
    assert!(counter.strip);
}

/// A nervous finger is one on a keypad, too.
#[test]
fn the_same_key_again_at_once_does_nothing() {
    let (mut counter, _) = working();
    let call = Action::CallNext { counter: "10".into() };
    assert_eq!(pad(&mut counter, "main 1", 4_000), [Effect::Act { tag: Tag::Step, action: call }]);
    counter.pending = false;
    assert_eq!(pad(&mut counter, "main 1", 4_100), []);
}

/// The account stands there already, and a PIN has only figures.
#[test]
fn a_locked_counter_is_opened_again_by_the_keypad() {
    let (mut counter, _) = working();
    let officer = Officer {
        id: "tnmt-02".into(),
        name: "tnmt-02".into(),
        role: Role::Officer,
        agencies: vec!["stnmt".into()],
    };
    counter.board.officers.insert(officer.id.clone(), officer);
    counter.door.who = "tnmt-02".into();
    counter.door.signed = Some("tnmt-02".into());
    let late = 20 * 60_000;
    counter.step(Input::Tick, at(late));
    assert_eq!(counter.view(at(late)).page, Page::Locked);
    assert_eq!(pad(&mut counter, "main", late), [], "no step behind the lock");
    for key in ["number 2", "7", "main 1", "8"] {
        assert_eq!(pad(&mut counter, key, late), []);
    }
    let (who, pin) = (OfficerId::from("tnmt-02"), crate::pin::Pin::new("2718"));
    let asks = Effect::SignIn { tag: Tag::Door, who, counter: "10".into(), pin };
    assert_eq!(pad(&mut counter, "rate enter", late), [asks]);
}

/// The strip stands beside another program, whatever the store is doing.
#[test]
fn the_strip_comes_and_goes_while_a_press_is_under_way_and_while_the_store_is_away() {
    let (mut counter, _) = working();
    pad(&mut counter, "main", 4_000);
    assert!(counter.pending);
    pad(&mut counter, "strip", 5_000);
    assert!(counter.view(at(5_000)).strip);
    counter.step(Input::Away(Trouble { vi: "mất".into(), en: "lost".into() }), at(6_000));
    pad(&mut counter, "strip", 7_000);
    assert!(!counter.view(at(7_000)).strip);
}
