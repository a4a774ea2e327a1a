use proptest::prelude::*;

use super::*;

const HOUR: i64 = 3_600_000;

fn head(ticket: i64, rank: i64, credit_ms: i64) -> Head {
    Head { ticket: TicketId(ticket), service: "s".into(), rank, credit_ms }
}

#[test]
fn equal_keys_go_by_the_order_of_issue() {
    let chosen = choose([head(2, 5, 0), head(1, 5, 0), head(3, 9, 4)]);
    assert_eq!(chosen.map(|head| head.ticket), Some(TicketId(1)));
    assert_eq!(choose([]), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The bound of the rule: whoever comes later than the greatest credits after you never passes
    /// you, whatever the classes and preferences.
    #[test]
    fn nobody_who_comes_much_later_passes(
        visitors in prop::collection::vec((0..12 * HOUR, 0..=2 * HOUR, 0..=HOUR), 2..40),
    ) {
        let mut waiting: Vec<(i64, Head)> = visitors
            .iter()
            .enumerate()
            .map(|(i, (arrival, class, counter))| {
                let id = i64::try_from(i).unwrap();
                (*arrival, head(id, arrival - class, *counter))
            })
            .collect();
        while let Some(next) = choose(waiting.iter().map(|(_, head)| head.clone())) {
            let at = waiting.iter().position(|(_, head)| head.ticket == next.ticket).unwrap();
            let (called, _) = waiting.swap_remove(at);
            for (arrival, _) in &waiting {
                prop_assert!(called <= arrival + 2 * HOUR + HOUR);
            }
        }
    }

    /// First come, first served inside a class.
    #[test]
    fn equals_keep_their_order(arrivals in prop::collection::vec(0..HOUR, 2..40)) {
        let mut waiting: Vec<Head> = arrivals
            .iter()
            .enumerate()
            .map(|(i, arrival)| head(i64::try_from(i).unwrap(), *arrival, 0))
            .collect();
        let mut last = (i64::MIN, TicketId(-1));
        while let Some(next) = choose(waiting.clone()) {
            prop_assert!(next.key() > last);
            last = next.key();
            waiting.retain(|head| head.ticket != next.ticket);
        }
    }
}
