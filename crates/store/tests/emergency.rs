//! What every hall is told before everything else: raised, replaced, ended, and over with the day.

use queue::{
    Action, Alert, Board, CounterId, Danger, Emergency, Heard, Officer, PinHash, Role, Shift,
    Staffing, Text, What,
};

use crate::support::{DAY, SECOND, World};

fn raise(danger: Danger, vi: &str) -> Alert {
    Alert::Raise { danger, text: Text::new(vi, "") }
}

fn ask(change: Alert, by: Option<&str>) -> Action {
    Action::Emergency { change, by: by.map(CounterId::from) }
}

fn stands(world: &mut World) -> Option<Emergency> {
    world.store.board(world.now).unwrap().emergency
}

#[test]
fn a_message_stands_until_it_is_replaced_ended_or_the_day_is_over() {
    let mut world = World::new();
    assert_eq!(world.no(&ask(Alert::End, None)), "no_emergency");
    assert_eq!(world.no(&ask(raise(Danger::Other, " "), None)), "message_length");
    assert_eq!(world.no(&ask(raise(Danger::Evacuation, ""), Some("99"))), "unknown_counter");
    assert_eq!(stands(&mut world), None);
    let events = world.act(&ask(raise(Danger::Evacuation, ""), None)).unwrap().events;
    let text = Danger::Evacuation.usual();
    assert_eq!(events[0].what, What::EmergencyRaised { danger: Danger::Evacuation, text });
    let first = stands(&mut world).unwrap();
    assert_eq!((first.seq, first.danger), (events[0].seq, Danger::Evacuation));
    // Which display showed and spoke it is on record as of a call.
    for heard in [Heard::Shown, Heard::Begun, Heard::Spoken { attempt: 1 }] {
        world.now = world.now.plus_ms(SECOND);
        let display = "west".into();
        world.act(&Action::Announce { call: first.seq, display, heard }).unwrap();
    }
    let heard = stands(&mut world).unwrap().heard;
    assert!(heard[0].shown.is_some() && heard[0].spoken(), "{heard:?}");
    assert_eq!(heard, world.store.hearing(first.seq).unwrap());
    world.in_order();

    world.act(&ask(raise(Danger::Other, "Mất nước"), Some("10"))).unwrap();
    let second = stands(&mut world).unwrap();
    assert_eq!((second.text.vi.as_str(), second.heard.len()), ("Mất nước", 0));
    // Numbers go on all the while; whether to call is for the officers.
    world.issue("normal");
    world.call_next();
    world.act(&ask(Alert::End, None)).unwrap();
    assert_eq!(stands(&mut world), None);
    assert_eq!(world.no(&ask(Alert::End, None)), "no_emergency");

    world.act(&ask(raise(Danger::PowerCut, ""), None)).unwrap();
    world.now = world.now.plus_ms(DAY);
    assert_eq!(stands(&mut world), None, "also before anything happens on the next day");
    assert_eq!(world.no(&ask(Alert::End, None)), "no_emergency");
    world.issue("normal");
    world.in_order();
    let mut folded = Board::default();
    for event in world.store.feed(0, usize::MAX).unwrap() {
        folded.apply(&event).unwrap();
    }
    assert_eq!(folded.emergency, None);
}

/// At a counter it takes a supervisor, as soon as anybody signs in.
#[test]
fn an_officer_does_not_empty_a_hall() {
    let mut world = World::new();
    let evacuate = ask(raise(Danger::Evacuation, ""), Some("10"));
    world.act(&evacuate).unwrap();
    for (id, role) in [("lan", Role::Officer), ("truc", Role::Supervisor)] {
        let who = Officer { id: id.into(), name: id.into(), role, agencies: Vec::new() };
        let pin = Some(PinHash("kept".into()));
        world.act(&Action::Staff { change: Staffing::Enlist { who, pin } }).unwrap();
    }
    let end = ask(Alert::End, Some("10"));
    assert_eq!(world.no(&end), "not_signed_in");
    let open = |who: &str| {
        let change = Shift::Open { officer: Some(who.into()) };
        Action::Shift { counter: "10".into(), change }
    };
    world.act(&open("lan")).unwrap();
    assert_eq!(world.no(&end), "supervisor_only");
    assert!(stands(&mut world).is_some());
    world.act(&open("truc")).unwrap();
    let events = world.act(&end).unwrap().events;
    assert_eq!(events[0].officer, Some("truc".into()));
    assert_eq!(stands(&mut world), None);
}

/// A request whose answer was lost is asked again and changes nothing.
#[test]
fn asked_twice_is_done_once() {
    let mut world = World::new();
    let request = uuid::Uuid::now_v7();
    let action = ask(raise(Danger::Failure, ""), None);
    world.store.act(request, &action, world.now).unwrap();
    let again = world.store.act(request, &action, world.now).unwrap();
    assert!(again.repeated);
    assert_eq!(stands(&mut world).unwrap().seq, again.events[0].seq);
}
