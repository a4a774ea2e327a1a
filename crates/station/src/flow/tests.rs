use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;
use crate::testing::{START, site};

/// Longer than anything here can take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, PartialEq, Eq)]
enum Nothing {}

/// A flow that hangs when it is touched, until it is let go.
struct Hangs {
    hanging: Sender<()>,
    let_go: Receiver<()>,
}

impl Flow for Hangs {
    type Touch = ();
    type Device = Nothing;
    type Order = Nothing;
    type Tag = ();
    type View = ();

    fn step(&mut self, input: InputOf<Self>, _now: Now) -> Vec<EffectOf<Self>> {
        if matches!(input, Input::Touch(())) {
            self.hanging.send(()).unwrap();
            self.let_go.recv().unwrap();
        }
        Vec::new()
    }

    fn view(&self, _now: Now) {}

    fn deadline(&self, _now: Now) -> Option<i64> {
        None
    }
}

/// P20: a pulse goes the way of every press, so none comes through what hangs.
#[test]
fn a_pulse_comes_through_a_flow_that_lives_and_through_none_that_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let url: StoreUrl =
        format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap();
    store::Store::create(&url, &site(), START).unwrap();
    let ((hanging, hangs), (letting, let_go)) = (channel(), channel());
    let stage = Stage {
        url,
        clock: Clock::by_hand(START),
        show: Box::new(|()| {}),
        order: Box::new(|nothing: Nothing| match nothing {}),
    };
    let running = run(Hangs { hanging, let_go }, stage).unwrap();
    let (felt, pulse) = channel();
    let send = || {
        let felt = felt.clone();
        running.inputs().pulse(move || felt.send(()).unwrap());
    };
    send();
    pulse.recv_timeout(PATIENCE).unwrap();
    running.inputs().touch(());
    hangs.recv_timeout(PATIENCE).unwrap();
    send();
    assert!(pulse.try_recv().is_err(), "its flow does nothing any more");
    letting.send(()).unwrap();
    pulse.recv_timeout(PATIENCE).unwrap();
}
