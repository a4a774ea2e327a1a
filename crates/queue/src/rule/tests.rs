use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;

const HOUR: i64 = 3_600_000;
/// Random queues of each property; the long run is `PROPTEST_CASES=100000`.
const CASES: u32 = 5_000;

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

fn head(ticket: i64, rank: i64, credit_ms: i64) -> Head {
    let lane = Lane::Ordinary;
    Head { ticket: TicketId(ticket), service: "s".into(), rank, credit_ms, lane, sent_here: false }
}

fn any(heads: impl IntoIterator<Item = Head>) -> Option<Head> {
    choose(heads, Policy::default())
}

fn urgent(ticket: i64, rank: i64) -> Head {
    Head { lane: Lane::Priority, ..head(ticket, rank, 0) }
}

#[test]
fn equal_keys_go_by_the_order_of_issue() {
    let chosen = any([head(2, 5, 0), head(1, 5, 0), head(3, 9, 4)]);
    assert_eq!(chosen.map(|head| head.ticket), Some(TicketId(1)));
    assert_eq!(any([]), None);
}

#[test]
fn a_counter_may_be_for_one_kind_only_and_still_takes_whom_it_was_sent() {
    let heads = || [head(1, 5, 0), urgent(2, 9)];
    let only = |serves| Policy { serves, ..Policy::default() };
    let chosen = |heads: Vec<Head>, policy| choose(heads, policy).map(|head| head.ticket.0);
    assert_eq!(chosen(heads().into(), only(Serves::Priority)), Some(2));
    assert_eq!(chosen(heads().into(), only(Serves::Ordinary)), Some(1));
    assert_eq!(chosen(vec![head(1, 5, 0)], only(Serves::Priority)), None);
    let sent = Head { sent_here: true, ..head(3, 1, 0) };
    assert_eq!(chosen(vec![sent, urgent(2, 9)], only(Serves::Priority)), Some(3));
}

#[test]
fn after_the_ratio_an_ordinary_number_comes_next() {
    let heads = || [urgent(1, 0), urgent(2, 1), head(3, 50, 0)];
    let after = |streak| Policy { ratio: 2, streak, ..Policy::default() };
    let chosen = |policy| choose(heads(), policy).map(|head| head.ticket.0);
    assert_eq!((chosen(after(0)), chosen(after(1)), chosen(after(2))), (Some(1), Some(1), Some(3)));
    assert_eq!(choose([urgent(1, 0)], after(2)).map(|h| h.ticket.0), Some(1), "nobody else waits");
    assert_eq!(after(1).after(Lane::Priority), 2);
    assert_eq!(after(2).after(Lane::Ordinary), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

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
        while let Some(next) = any(waiting.iter().map(|(_, head)| head.clone())) {
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
        while let Some(next) = any(waiting.clone()) {
            prop_assert!(next.key() > last);
            last = next.key();
            waiting.retain(|head| head.ticket != next.ticket);
        }
    }
}

/// One who waits at a counter: arrival, head start of the class, preference of the counter.
type Visitor = (i64, i64, i64);

fn visitors() -> impl Strategy<Value = Vec<Visitor>> {
    let class = prop_oneof![2 => Just(0), 1 => Just(HOUR / 2), 1 => Just(HOUR)];
    prop::collection::vec((0..12 * HOUR, class, 0..=HOUR), 2..40)
}

fn queue_of(visitors: &[Visitor]) -> Vec<(i64, Head)> {
    let waiting = visitors.iter().zip(0..).map(|((arrival, class, counter), id)| {
        let lane = if *class > 0 { Lane::Priority } else { Lane::Ordinary };
        (*arrival, Head { lane, ..head(id, arrival - class, *counter) })
    });
    waiting.collect()
}

/// P11 at one counter, over so many random queues, each called to its end: nobody is passed by whoever comes later than the
/// greatest credits, but a priority number by an ordinary one whose turn it is; no more priority
/// numbers follow each other than the ratio says while an ordinary one waits; each lane is called
/// in the order of its keys; and everybody the counter calls is called in the end.
#[test]
fn a_counter_is_fair_over_many_random_queues() {
    let serves = vec![Serves::All, Serves::Priority, Serves::Ordinary];
    let all = (visitors(), 0_u32..4, prop::sample::select(serves));
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..cases() {
        let tree = all.new_tree(&mut runner).unwrap();
        let (visitors, ratio, serves) = tree.current();
        let mut policy = Policy { serves, ratio, streak: 0 };
        let mut waiting = queue_of(&visitors);
        let mut last = [(i64::MIN, TicketId(-1)); 2];
        while let Some(next) = choose(waiting.iter().map(|(_, head)| head.clone()), policy) {
            let at = waiting.iter().position(|(_, head)| *head == next).unwrap();
            let (arrival, _) = waiting.swap_remove(at);
            let others = || waiting.iter().filter(|(_, head)| policy.takes(head));
            let turn = ratio > 0 && policy.streak >= ratio;
            let by_turn = turn && next.lane == Lane::Ordinary;
            for (earlier, head) in others() {
                let passed = arrival > earlier + HOUR + HOUR;
                assert!(!passed || (by_turn && head.lane == Lane::Priority), "{visitors:?}");
            }
            let ordinary_waits = others().any(|(_, head)| head.lane == Lane::Ordinary);
            assert!(!(turn && next.lane == Lane::Priority && ordinary_waits), "{visitors:?}");
            let lane = &mut last[usize::from(next.lane == Lane::Priority)];
            assert!(next.key() > *lane, "{visitors:?}");
            *lane = next.key();
            policy.streak = policy.after(next.lane);
        }
        assert!(waiting.iter().all(|(_, head)| !policy.takes(head)), "{visitors:?}");
    }
}
