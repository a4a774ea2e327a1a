//! A display that dies at any point of its announcements, and comes back: played step by step with
//! nothing kept but the ledger.

use std::collections::{BTreeMap, VecDeque};

use queue::What;
use store::Done;

use super::*;
use crate::testing::{Feed, at, site};

/// What outlives a display.
#[derive(Default)]
struct World {
    feed: Feed,
    ms: i64,
    /// How often each call stood on the glass, over all lives.
    shown: BTreeMap<i64, u32>,
    /// How often each call's sentence began.
    said: BTreeMap<i64, u32>,
}

/// One life of a display: what is lost with it.
struct Display {
    hall: Hall,
    acts: VecDeque<(Record, Action)>,
    answers: VecDeque<Record>,
    orders: VecDeque<i64>,
    /// The call whose chime rings, and whether its sentence may follow.
    ringing: Option<(i64, bool)>,
    drawn: Vec<i64>,
}

impl Display {
    fn start(world: &World) -> Self {
        let mut display = Self {
            hall: Hall::new(HallConfig::default()),
            acts: VecDeque::new(),
            answers: VecDeque::new(),
            orders: VecDeque::new(),
            ringing: None,
            drawn: Vec::new(),
        };
        let (board, tail) = (Box::new(world.feed.board.clone()), world.feed.events.clone());
        let input = Input::Board { site: site(), board, tail, experience: Box::default() };
        display.hear(input, world);
        display
    }

    fn hear(&mut self, input: InputOf<Hall>, world: &World) {
        for effect in self.hall.step(input, at(world.ms)) {
            match effect {
                Effect::Act { tag, action } => self.acts.push_back((tag, action)),
                Effect::Order(Order::Say { call, .. }) => self.orders.push_back(call),
                Effect::Order(Order::Hush { call }) => self.orders.retain(|order| *order != call),
                Effect::Order(Order::Go { call }) => {
                    if let Some((ringing, may)) = &mut self.ringing {
                        *may |= *ringing == call;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next thing that happens in this life; false when there is nothing to do.
    fn step(&mut self, world: &mut World) -> bool {
        world.ms += 50;
        let view = self.hall.view(at(world.ms));
        let calls: Vec<i64> = view.calls.iter().chain(&view.recent).map(|call| call.seq).collect();
        if calls != self.drawn {
            for call in &calls {
                *world.shown.entry(*call).or_default() += 1;
            }
            self.drawn.clone_from(&calls);
            self.hear(Input::Device(Voice::Shown { calls }), world);
        } else if let Some(tag) = self.answers.pop_front() {
            let done = Done { ticket: None, events: Vec::new(), repeated: false, code: None };
            let answer = Answer::Done(Box::new(done));
            self.hear(Input::Answer { tag, answer }, world);
        } else if let Some((tag, action)) = self.acts.pop_front() {
            let Action::Announce { call, display, heard } = action else { panic!("{action:?}") };
            let of = world.feed.events.iter().find(|event| event.seq == call).unwrap().clone();
            let number = u32::try_from(of.ticket.unwrap().0).unwrap();
            let what = What::Announced { call, display, heard };
            let event = world.feed.add(world.ms, number, of.counter.unwrap().as_str(), what);
            self.answers.push_back(tag);
            self.hear(Input::Events(vec![event]), world);
        } else if let Some((call, true)) = self.ringing {
            *world.said.entry(call).or_default() += 1;
            self.ringing = None;
            self.hear(Input::Device(Voice::Spoken { call, attempt: 1 }), world);
        } else if self.ringing.is_none()
            && let Some(call) = self.orders.pop_front()
        {
            self.ringing = Some((call, false));
            self.hear(Input::Device(Voice::Begun { call }), world);
        } else {
            return false;
        }
        true
    }
}

/// Three counters call; the display dies after each of these numbers of steps. How many steps the
/// last life took.
fn played(deaths: &[usize]) -> (World, usize) {
    let mut world = World::default();
    for number in 1..=3 {
        world.feed.issue(0, number);
    }
    let mut display = Display::start(&world);
    for (number, counter) in [(1, "9"), (2, "10"), (3, "16")] {
        let call = world.feed.call(world.ms + 10, number, counter);
        display.hear(Input::Events(vec![call]), &world);
    }
    for death in deaths {
        for _ in 0..*death {
            display.step(&mut world);
        }
        world.ms += 700;
        display = Display::start(&world);
    }
    let mut steps = 0;
    while display.step(&mut world) {
        steps += 1;
        assert!(steps < 500, "it never rests: {deaths:?}");
    }
    (world, steps)
}

/// P6, P7: whenever it dies, each call has stood on the glass and is on record as shown, and none is
/// said twice. One that broke off is not said again; the screen holds it.
#[test]
fn a_display_killed_at_any_point_shows_each_call_and_says_none_twice() {
    let (_, steps) = played(&[]);
    assert!(steps >= 18, "{steps}");
    let mut points = 0;
    for first in 0..=steps {
        for second in 0..=steps {
            let (world, _) = played(&[first, second]);
            points += 2;
            for call in [4, 5, 6] {
                let shown = world.shown.get(&call).copied().unwrap_or_default();
                let said = world.said.get(&call).copied().unwrap_or_default();
                assert!(shown >= 1, "{first} {second}: call {call} was never shown");
                assert!(said <= 1, "{first} {second}: call {call} was said {said} times");
                let known = Hearing::of(call, &world.feed.events);
                assert!(
                    known[0].shown.is_some() && known[0].begun(),
                    "{first} {second}: {known:?}"
                );
            }
        }
    }
    assert!(points >= 200, "{points}");
}

/// Without a death each is said once.
#[test]
fn a_display_that_lives_says_each_call_once() {
    let (world, _) = played(&[]);
    assert_eq!(world.said.values().copied().collect::<Vec<_>>(), [1, 1, 1]);
}
