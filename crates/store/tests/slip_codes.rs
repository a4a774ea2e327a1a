//! The check code on a slip: its ticket's own, for its day.

use queue::{Action, PrintState, Wish};
use uuid::Uuid;

use crate::support::World;

fn printed(
    world: &mut World,
    print: PrintState,
    copy: bool,
    id: queue::TicketId,
) -> Option<String> {
    world
        .store
        .act(Uuid::now_v7(), &Action::Print { ticket: id, print, copy }, world.now)
        .unwrap()
        .code
}

#[test]
fn a_slips_code_is_its_tickets_own_and_is_verified_until_the_day_ends() {
    let mut world = World::new();
    let wish = Wish { print: PrintState::Pending, ..Wish::default() };
    let asked = Action::Issue { service: "stnmt".into(), wish };
    let (first, second) = (world.ticket(&asked), world.ticket(&asked));
    let code = printed(&mut world, PrintState::Printing, false, first.id).unwrap();
    let other = printed(&mut world, PrintState::Printing, false, second.id).unwrap();
    assert!(code.len() == 7 && code.as_bytes()[3] == b'-' && code != other, "{code} {other}");
    assert_eq!(printed(&mut world, PrintState::Printed, false, first.id), None);
    let again = printed(&mut world, PrintState::Printing, true, first.id);
    assert_eq!(again.as_ref(), Some(&code), "a reprint bears the same");

    let sloppy = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    for said in [code.as_str(), sloppy.as_str()] {
        assert!(world.store.slip_code_is(&first.number, said, world.now).unwrap(), "{said}");
    }
    let altered = if code.starts_with('2') { "3" } else { "2" }.to_owned() + &code[1..];
    for said in [other.as_str(), altered.as_str(), "", "-"] {
        assert!(!world.store.slip_code_is(&first.number, said, world.now).unwrap(), "{said}");
    }

    world.now = world.now.plus_min(24 * 60);
    world.issue("normal");
    assert!(!world.store.slip_code_is(&first.number, &code, world.now).unwrap(), "of yesterday");
}
