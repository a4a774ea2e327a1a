use std::f32::consts::TAU;

use super::*;

fn raw(loud: f32) -> Sound {
    let rate = 24_000;
    let at = |i: u32| {
        let t = i as f32 / rate as f32;
        let voice = if (0.4..0.9).contains(&t) { (TAU * (t - 0.4)).sin().abs() } else { 0.0 };
        voice * loud * (TAU * 200.0 * t).sin()
    };
    Sound { samples: (0..rate * 3 / 2).map(at).collect(), rate }
}

fn session_of(has: &[&str]) -> Session {
    let line = |key: &str| Line { key: key.into(), text: "một".into(), needed: true };
    Session::new(["a", "b", "c"].map(line).to_vec(), |key| has.contains(&key))
}

fn press(session: &mut Session, press: Press) -> Vec<Order> {
    session.step(Input::Press(press))
}

/// Speaks the line that is shown, well.
fn speak(session: &mut Session) -> Vec<Order> {
    assert_eq!(press(session, Press::Go), [Order::Record]);
    assert_eq!(press(session, Press::Go), [Order::Enough]);
    session.step(Input::Recorded(Ok(raw(0.5))))
}

#[test]
fn one_line_after_another_is_spoken_heard_and_kept() {
    let mut session = session_of(&[]);
    assert_eq!(session.begin(), [Order::Show(0)]);
    for at in 0..3 {
        let heard = speak(&mut session);
        assert!(matches!(&heard[..], [Order::Tell { again: false, .. }, Order::Play(_)]));
        let Order::Play(clip) = heard[1].clone() else { panic!("{heard:?}") };
        let kept = press(&mut session, Press::Go);
        let key = ["a", "b", "c"][at].to_owned();
        assert_eq!(kept[0], Order::Keep { key, clip }, "what was heard is what is kept");
        let last = Order::Done { kept: 3, of: 3 };
        assert_eq!(kept[1], if at < 2 { Order::Show(at + 1) } else { last });
    }
    assert!(session.over());
    assert_eq!(press(&mut session, Press::Go), []);
}

#[test]
fn what_cannot_be_used_is_told_and_recorded_again() {
    let mut session = session_of(&[]);
    drop(session.begin());
    press(&mut session, Press::Go);
    let told = session.step(Input::Recorded(Ok(raw(0.0))));
    let silent = Order::Tell { faults: vec![Fault::Silent], again: true };
    assert_eq!(told, [silent, Order::Show(0)]);
    assert_eq!(press(&mut session, Press::Listen), [], "there is nothing to hear");
    press(&mut session, Press::Go);
    let told = session.step(Input::Recorded(Err("gone".into())));
    assert_eq!(told, [Order::Trouble("gone".into()), Order::Show(0)]);
    speak(&mut session);
    assert_eq!(press(&mut session, Press::Again), [Order::Record], "once more by wish");
    session.step(Input::Recorded(Ok(raw(0.5))));
    assert!(matches!(press(&mut session, Press::Go)[0], Order::Keep { .. }));
}

#[test]
fn a_line_is_heard_again_gone_back_to_and_left_out() {
    let mut session = session_of(&[]);
    drop(session.begin());
    let heard = speak(&mut session);
    assert_eq!(press(&mut session, Press::Listen), [heard[1].clone()]);
    press(&mut session, Press::Go);
    assert_eq!(press(&mut session, Press::Back), [Order::Show(0)]);
    // A recording that runs ends first, and what it gives then is nobody's.
    press(&mut session, Press::Go);
    assert_eq!(press(&mut session, Press::Skip), [Order::Enough, Order::Show(1)]);
    assert_eq!(session.step(Input::Recorded(Ok(raw(0.5)))), []);
    assert_eq!(press(&mut session, Press::Skip), [Order::Show(2)]);
    assert_eq!(press(&mut session, Press::Leave), [Order::Done { kept: 1, of: 3 }]);
}

#[test]
fn a_second_sitting_goes_on_where_the_first_ended() {
    let mut session = session_of(&["a", "c"]);
    assert_eq!(session.begin(), [Order::Show(1)]);
    speak(&mut session);
    assert_eq!(press(&mut session, Press::Go)[1], Order::Done { kept: 3, of: 3 });
    let mut nothing = session_of(&["a", "b", "c"]);
    assert_eq!(nothing.begin(), [Order::Done { kept: 3, of: 3 }]);
}
